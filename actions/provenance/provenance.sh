#!/usr/bin/env bash
# The step of actions/provenance: paths come in the environment, one a line, and go to `assay provenance` as arguments; nothing of them is run.
set -euo pipefail
source "$GITHUB_ACTION_PATH/../_runner/lines.sh"
lines files "${ASSAY_FILES:-}"
node "$GITHUB_ACTION_PATH/../_runner/dist/cli.js" provenance "--bundle=$ASSAY_OUT" -- "${files[@]}"
output bundle "$ASSAY_OUT"
