#!/usr/bin/env bash
# The step of actions/sign: paths come in the environment, one a line, and go to `assay sign` as arguments; nothing of them is run.
set -euo pipefail
source "$GITHUB_ACTION_PATH/../_runner/lines.sh"
lines files "${ASSAY_FILES:-}"
options=()
if [[ -n "${ASSAY_OUT:-}" ]]; then options+=("--out=$ASSAY_OUT"); fi
bundles=$(node "$GITHUB_ACTION_PATH/../_runner/dist/cli.js" sign "${options[@]}" -- "${files[@]}" | { grep -v '^::' || true; })
printf '%s\n' "$bundles"
output bundles "$bundles"
