#!/bin/sh
# removed - what is decided for a domain of which the crawl has nothing, as
# tests/bench/rounds.md has it: each domain in turn is taken out of the records,
# with all that may be of it, while its seeds stay
#
#	MODEL	a second encoder's folder, to judge with lsa; needs DOCS and SEEDS
#	DOCS	the records with its vectors in "vec"
#	SEEDS	seeds of all domains, likewise
#	ROUNDS	mine by examples/rounds instead, so many rounds at most
#	FILTER	a command that decides anew, from the scores of its standard input
#	DOMAINS	only these, a line each
#	WORK	a folder that keeps the scores for the next time
#
# For each domain: the per cent of the records that are decided to be of it,
# the micro F1 of the other domains, and that of the same domains beside it.
set -eu
. "$(dirname "$0")/lib/bench.sh"
: "${WORK:=$tmp}" "${MODEL:=}" "${DOCS:=}" "${SEEDS:=}" "${ROUNDS:=}" "${FILTER:=cat}"
: "${DOMAINS:=}"

shared=$top/../shared
pool=$shared/data/domain/mine-dev.jsonl.gz
[ -e "$pool" ] || {
	echo "removed: no $pool"
	exit 0
}
mkdir -p "$WORK"
cd "$WORK"
gzip -dc "$pool" >gold.jsonl
if [ -n "$DOCS" ]; then
	jq -c '{id, text, vec}' "$DOCS"
else
	jq -c '{id, text}' gold.jsonl
fi >docs.jsonl
if [ -n "$SEEDS" ]; then
	cat "$SEEDS"
else
	"$top/examples/seeds/replay"
fi >seeds.jsonl

mine() { # RECORDS OUT: what is decided of them by default
	[ ! -e "$2" ] || return 0
	rm -rf "$tmp/mine"
	if [ -n "$ROUNDS" ]; then
		ENCODER=$MODEL "$top/examples/rounds" "$tmp/mine" seeds.jsonl \
		    "$1" >&2
		mv "$tmp/mine/scores.jsonl" "$2"
		return
	fi
	embed-fit lsa -o "$tmp/mine" "$1" seeds.jsonl
	# the decision of embed-score, of every record
	embed-score ${MODEL:+--model "$MODEL"} --model "$tmp/mine" \
	    --seeds seeds.jsonl --min-score 0 "$1" |
	    domain-pick --all --min-score 0.33333334 --second 0.25 |
	    jq -c '{id, domains, scores}' >"$2.tmp"
	mv "$2.tmp" "$2"
}

micro() { # GOLD FOUND DOMAIN: the F1 of the others
	grep -vxF "$3" domains | tr '\n' '\0' |
	    xargs -0 python3 "$shared/eval/mine-eval" "$1" "$2" |
	    awk '/^micro/ {print $3}'
}

jq -r '.labels[]' gold.jsonl | LC_ALL=C sort -u >domains
echo "${DOMAINS:-$(cat domains)}" >asked
mine docs.jsonl whole
$FILTER <whole >whole.now
echo '| removed | its share, % | F1 of the others | the same beside it |'
echo '| --- | --- | --- | --- |'
: >"$tmp/rows"
while read -r domain; do
	name=$(echo "$domain" | tr -dc 'A-Za-z')
	jq -c --arg d "$domain" 'select(.labels + .maybe |
	    any(. == $d or . == "*") | not)' gold.jsonl >"gold.$name"
	jq -c -n --slurpfile gold "gold.$name" '
	    ($gold | map({(.id): true}) | add) as $has | inputs | select($has[.id])' \
	    docs.jsonl >docs.part
	mine docs.part "found.$name"
	$FILTER <"found.$name" >found.now
	share=$(jq -r --arg d "$domain" '.domains | any(. == $d)' found.now |
	    awk '/true/ {n++} END {printf "%.3f", 100 * n / NR}')
	echo "$domain|$share|$(micro "gold.$name" found.now "$domain")|$(
		micro "gold.$name" whole.now "$domain")" >>"$tmp/rows"
	tail -n 1 "$tmp/rows" | sed 's/|/ | /g; s/.*/| & |/'
done <asked
awk -F'|' '{s += $2; if ($2 < .3) n++; a += $3; b += $4}
	END {printf "| mean of %d, %d of them under .3 | %.3f | %.3f | %.3f |\n",
	    NR, n, s / NR, a / NR, b / NR}' "$tmp/rows"
