#!/bin/sh
# coverage - which lines and branches of tools/ and common/ the tests ran, by gcov
#
# usage: tests/coverage.sh BUILD [LINES BRANCHES]
#
# Prints a line for each file: lines and branches that were run, in per cent and as
# numbers.  The status is 1 if all together are below one of the floors, in per cent.
set -eu
build=$1
# What is counted lies beside the objects of common/, and in notes/ for programs.
find "$build/common" "$build/notes" -name '*.gcda' ! -name 'unit-*' ! -name 'fuzz-*' \
    ! -name 'bench-*' ! -name 'generate-*' -print0 |
    xargs -0 -n 4 -P "$(nproc)" sh -c 'for f; do gcov -n -b "$f"; done' gcov |
    tr -d "'%" | awk -v floors="${2:-0} ${3:-0}" '
/^File / {file = $2; next}
/^Lines executed:/ {split($2, a, ":"); lines = a[2]; nline = $4; next}
/^Taken at least once:/ {
	split($4, a, ":")
	if (file !~ /^(tools|common)\/.*\.c$/)
		next
	printf "%6.1f %% of %5d lines  %6.1f %% of %5d branches  %s\n",
	    lines, nline, a[2], $6, file | "sort -n"
	run += lines * nline
	all += nline
	taken += a[2] * $6
	ways += $6
}
END {
	close("sort -n")
	split(floors, floor, " ")
	run /= all
	taken /= ways
	printf "%6.1f %% of %5d lines  %6.1f %% of %5d branches  in all\n",
	    run, all, taken, ways
	exit run < floor[1] || taken < floor[2]
}'
