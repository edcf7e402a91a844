#!/usr/bin/env bash
set -euo pipefail
to="$GITHUB_WORKSPACE/$AT"
# As the real one does where a path is no checkout of that repository.
find "$to" -mindepth 1 -delete 2> /dev/null || true
mkdir -p "$to"
cp -a "$STAND_IN_REPOSITORIES/$REPOSITORY/." "$to/"
