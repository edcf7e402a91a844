#!/usr/bin/env bash
# The step of actions/verify: paths come in the environment, one artifact a line, and go to `assay verify` as arguments; nothing of them is run.
set -euo pipefail
artifacts=()
while IFS= read -r line; do
  if [[ -n "$line" ]]; then artifacts+=("$line"); fi
done <<< "${ASSAY_ARTIFACTS:-}"
exec node "$GITHUB_ACTION_PATH/../_runner/dist/cli.js" verify --bundle="$ASSAY_BUNDLE" --expect="$ASSAY_EXPECT" -- "${artifacts[@]}"
