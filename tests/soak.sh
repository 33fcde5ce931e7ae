#!/bin/bash
# soak - the recipe killed again and again: its shards are a quiet run's
#
# usage: tests/soak.sh SECONDS
#
# Of the sample, cut to eight archives.  Each round begins in an empty folder; the
# recipe and all that it started is killed (SIGKILL) after a random while, and
# started anew until it comes to its end.  B: the build.
set -eu -o pipefail
seconds=$1
top=$(cd "$(dirname "$0")/.." && pwd)
: "${B:=build}"
case $B in /*) ;; *) B=$top/$B ;; esac
work=$(mktemp -d)
pid=
finish() {
	[ -z "$pid" ] || kill -9 -- "-$pid" 2>/dev/null || true
	rm -rf "$work"
}
trap finish EXIT

mkdir "$work/crawl"
python3 - "$top/examples/sample/crawl.warc.gz" "$work/crawl" <<'P'
import gzip, re, sys
data = gzip.open(sys.argv[1]).read()
starts = rb'(?=WARC/1\.[01]\r\nWARC-Type: (?:response|warcinfo))'
records = re.split(starts, data)[1:]
for i in range(8):
    with gzip.open('%s/%02d.warc.gz' % (sys.argv[2], i), 'wb') as f:
        f.write(b''.join(records[i::8]))
P
recipe() { # OUT
	exec setsid make -s -j2 -f "$top/examples/mine.mk" B="$B" \
	    CRAWL="$work/crawl" OUT="$1" DOMAINS=Law RANGES=2 \
	    FIT='--dim 32' >"$work/log" 2>&1
}

(recipe "$work/quiet")
end=$(($(date +%s) + seconds))
nround=0 nkill=0
RANDOM=1
while [ "$(date +%s)" -lt "$end" ]; do
	rm -rf "$work/out"
	while :; do
		(recipe "$work/out") &
		pid=$!
		sleep "$((RANDOM % 4)).$((RANDOM % 1000))"
		if kill -9 -- "-$pid" 2>/dev/null; then
			nkill=$((nkill + 1))
			wait "$pid" 2>/dev/null || true
			# a run that had ended is one that nobody killed
			[ ! -e "$work/out/report" ] || break
		else
			wait "$pid" || { tail -n 5 "$work/log" && exit 1; }
			break
		fi
	done
	(recipe "$work/out")
	pid=
	nround=$((nround + 1))
	diff -r "$work/quiet/shards" "$work/out/shards"
	left=$(find "$work/out" -name '*.tmp' | head -n 3)
	[ -z "$left" ] || echo "left by a kill: $left" >&2
done
echo "$nround rounds, $nkill kills: the shards of each are those of a quiet run"
