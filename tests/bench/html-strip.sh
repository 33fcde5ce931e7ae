#!/bin/sh
# html-strip beside its peers, as many as $PYTHON and `make native` have: F1 on
# each set of ../shared/data/web, libxml2's bare parse beside our steps, and speed
# by size of page, ROUNDS (5) rounds in turn; SETS of the sets.
set -eu
. "$(dirname "$0")/lib/bench.sh"

web=$top/../shared/data/web
[ -d "$web" ] || { echo '# html-strip: no ../shared/data/web'; exit 0; }
machine
# shellcheck disable=SC2086 # a list of words
"${PYTHON:-python3}" -W ignore "$top/tests/bench/html-strip.py" "$web" "$B" \
    "${ROUNDS:-5}" ${SETS:-} 2>"$tmp/err" || { cat "$tmp/err" >&2; exit 1; }
