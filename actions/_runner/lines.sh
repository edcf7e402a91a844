#!/usr/bin/env bash
# For the steps of sign, provenance and evidence: lists that come one item a line, and outputs of several lines.
lines() {
  local -n list=$1
  list=()
  local line
  while IFS= read -r line; do
    if [[ -n "$line" ]]; then list+=("$line"); fi
  done <<< "$2"
}
# No line of the value can end it early: the mark is of this step alone.
output() {
  local mark
  mark="end-$RANDOM$RANDOM$RANDOM"
  printf '%s<<%s\n%s\n%s\n' "$1" "$mark" "$2" "$mark" >> "$GITHUB_OUTPUT"
}
