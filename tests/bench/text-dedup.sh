#!/bin/sh
# text-dedup beside datatrove, rensa and text-dedup of PyPI, those of them that
# PYTHON has, on RECORDS records with near-duplicates planted: docs a second of
# processor time, memory, and precision and recall by kind of edit.  Then the
# suffixes of 200 MB: libdivsufsort alone, and --mode substr from end to end.
set -eu
. "$(dirname "$0")/lib/bench.sh"
: "${RECORDS:=100000}" "${BYTES:=200000000}"
: "${KINDS:=rensa rensa-words text-dedup datatrove}"
condition="one run, $RECORDS records"

peers="$PYTHON $top/tests/bench/dedup-peers.py"
pool=$top/../shared/data/domain/mine-dev.jsonl.gz
$peers make "$pool" "$RECORDS" "$tmp/planted" >"$tmp/in.jsonl"
size=$(wc -c <"$tmp/in.jsonl")
machine
export TMPDIR="$tmp"

tell() { # NAME SECONDS MB, of which is made $rate
	rate=$(awk -v s="$2" -v size="$size" 'BEGIN {print size / s / 1e6}')
	awk -v name="$1" -v s="$2" -v mb="$3" -v n="$RECORDS" -v size="$size" \
	    'BEGIN {printf "%-20s %9.0f docs/s %7.1f MB/s %6d MB\n",
		name, n / s, size / s / 1e6, mb}'
}

ours() { # NAME ARG ...: user and system seconds, memory
	name=$1
	shift
	python3 - "$tmp/used" "$@" <<'PY'
import resource, subprocess, sys
subprocess.run(sys.argv[2:], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as out:
    print(used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, file=out)
PY
	read -r s mb <"$tmp/used"
	tell "$name" "$s" "$mb"
	record "$name" "$rate"
}

ours near text-dedup --dups "$tmp/dups" "$tmp/in.jsonl"
near=$rate
jq -c '[.id, .kept]' "$tmp/dups" >"$tmp/near"
ours lee text-dedup --preset lee --dups "$tmp/dups" "$tmp/in.jsonl"
jq -c '[.id, .kept]' "$tmp/dups" >"$tmp/lee"
found="$tmp/near $tmp/lee"
for peer in $KINDS; do
	if $peers run "$peer" "$tmp/in.jsonl" "$tmp/$peer" >"$tmp/used" \
	    2>"$tmp/err"; then
		tail -n 1 "$tmp/used" >"$tmp/last" # after a peer's own log
		read -r s mb <"$tmp/last"
		tell "$peer" "$s" "$mb"
		record near "$near" "$peer" "$rate"
		found="$found $tmp/$peer"
	else
		case $(tail -n 1 "$tmp/err") in
		*"No module named '$(echo "${peer%-words}" | tr - _)'"*)
			missing "$peer" ;;
		*)
			cat "$tmp/err" >&2
			exit 1 ;;
		esac
	fi
done
# shellcheck disable=SC2086 # a list of files
$peers score "$tmp/in.jsonl" "$tmp/planted" $found

# Sentences mixed until there are enough of them.
n=$((BYTES / size + 1))
i=0
while [ "$i" -lt "$n" ]; do
	i=$((i + 1))
	sed "s/\([a-z]\) \([a-z]*[aeiou]\) /\1 \2$i /g" "$tmp/in.jsonl"
done | head -c "$BYTES" | sed '$d' >"$tmp/big.jsonl"
jq -r .text "$tmp/big.jsonl" >"$tmp/big.txt"
condition="one run, $BYTES bytes"
"$B/bench/suffixes" "$tmp/big.txt"
size=$(wc -c <"$tmp/big.txt")
RECORDS=$(wc -l <"$tmp/big.jsonl")
ours substr text-dedup --mode substr "$tmp/big.jsonl"
