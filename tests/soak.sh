#!/bin/bash
# soak - the recipe is killed again and again; its shards are those of a quiet run
#
# usage: tests/soak.sh SECONDS [VARIABLE=VALUE ...]
#
# The variables are those of mine.mk; without CRAWL or LIST it is the sample, cut
# to eight archives.  Each round begins in an empty folder; the recipe and all its
# processes are killed (SIGKILL) after a random time, at most a quarter of a quiet
# run, and started again until it comes to its end.  If the time was too short for
# any step, the next may be twice as long.  B: the build.
set -eu -o pipefail
seconds=$1
shift
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
[ $# -gt 0 ] || set -- DOMAINS=Law RANGES=2 FIT='--dim 32'
recipe() { # OUT VARIABLE=VALUE ...
	local out=$1
	shift
	exec setsid make -s -j2 -f "$top/examples/mine.mk" B="$B" \
	    CRAWL="$work/crawl" OUT="$out" "$@" >"$work/log" 2>&1
}
# How many files have their final names.
done_files() {
	{ find "$work/out" -type f ! -name '*.tmp*' 2>/dev/null || true; } | wc -l
}
alive() { # whether the run has not ended
	kill -0 "$pid" 2>/dev/null
}

begin=$(date +%s)
(recipe "$work/quiet" "$@") || { tail -n 5 "$work/log" && exit 1; }
quiet=$(($(date +%s) - begin))
usual=$((quiet / 4 > 4 ? quiet / 4 : 4))
echo "a quiet run takes $quiet s; $(jq -r '[.shards.sources[] |
    "\(.name) \(.records)"] | "shards: " + join(", ")' "$work/quiet/report.json")"
end=$(($(date +%s) + seconds))
nround=0 nkill=0
RANDOM=1
while [ "$(date +%s)" -lt "$end" ]; do
	rm -rf "$work/out"
	longest=$usual
	while :; do
		before=$(done_files)
		(recipe "$work/out" "$@") &
		pid=$!
		while alive && ! kill -0 -- "-$pid" 2>/dev/null; do
			sleep 0.01 # it has no process group yet
		done
		ms=$(((RANDOM * 32768 + RANDOM) % (longest * 1000)))
		for ((; ms > 0; ms -= 200)); do
			alive || break
			sleep "0.$(printf %03d $((ms < 200 ? ms : 200)))"
		done
		if kill -9 -- "-$pid" 2>/dev/null; then
			nkill=$((nkill + 1))
			wait "$pid" 2>/dev/null || true
			# a run that had ended is one that nobody killed
			[ ! -e "$work/out/report" ] || break
			[ "$(done_files)" -eq "$before" ] &&
			    longest=$((longest * 2)) || longest=$usual
		else
			wait "$pid" || { tail -n 5 "$work/log" && exit 1; }
			break
		fi
	done
	(recipe "$work/out" "$@") || { tail -n 5 "$work/log" && exit 1; }
	pid=
	nround=$((nround + 1))
	diff -r "$work/quiet/shards" "$work/out/shards"
	left=$(find "$work/out" -name '*.tmp' | head -n 3)
	[ -z "$left" ] || echo "left by a kill: $left" >&2
done
echo "$nround rounds, $nkill kills: the shards of each are those of a quiet run"
