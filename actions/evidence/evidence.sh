#!/usr/bin/env bash
# The step of actions/evidence: inputs come in the environment, lists one item a line, and go to `assay evidence` as values of options; nothing of them is run.
set -euo pipefail
source "$GITHUB_ACTION_PATH/../_runner/lines.sh"
options=("--out=$ASSAY_OUT" "--expectation=$ASSAY_OUT.expectation.json")
add() {
  local each items
  lines items "$2"
  for each in "${items[@]}"; do options+=("--$1=$each"); done
}
add report "${ASSAY_REPORTS:-}"
add tests "${ASSAY_TESTS:-}"
add artifact "${ASSAY_ARTIFACTS:-}"
add signature "${ASSAY_SIGNATURES:-}"
if [[ -n "${ASSAY_SBOM:-}" ]]; then options+=("--sbom=$ASSAY_SBOM"); fi
if [[ -n "${ASSAY_RELEASE:-}" ]]; then options+=("--release=$ASSAY_RELEASE"); fi
# A pack over verdicts that do not pass is written all the same, and ends the step with 1.
code=0
node "$GITHUB_ACTION_PATH/../_runner/dist/cli.js" evidence "${options[@]}" || code=$?
if [[ -f "$ASSAY_OUT/contents.sigstore.json" ]]; then
  output pack "$ASSAY_OUT"
  output expectation "$ASSAY_OUT.expectation.json"
fi
exit "$code"
