#!/bin/sh
# encoders x scores on the mining benchmark, as tests/bench/encoders.md has them
#
#	BERT	a BERT's folder; without it, lsa alone
#	MORE	folders of other encoders, separated by blanks, for one row of each
#		score, decided by default, with all bundled seeds and those of none
#	PRECISION	of these (int8 float32)
#	WORK	a folder that keeps vectors and models for the next time
#	POOL	other labelled records than mine-dev
#	SAMPLE	only so many records, for a machine that is busy
#
# A pass of MiniLM over all windows takes some twenty minutes.
set -eu
. "$(dirname "$0")/lib/bench.sh"
: "${WORK:=$tmp}" "${BERT:=}" "${SAMPLE:=1000000}" "${MORE:=}"
: "${PRECISION:=int8 float32}"

shared=$top/../shared
: "${POOL:=$shared/data/domain/mine-dev.jsonl.gz}"
[ -e "$POOL" ] || {
	echo "encoders: no $POOL"
	exit 0
}
mkdir -p "$WORK"
cd "$WORK"
gzip -dc "$POOL" | head -n "$SAMPLE" >gold.jsonl
jq -c '{id,text}' gold.jsonl >docs.jsonl
cat "$shared"/data/seeds/seeds*.jsonl >seeds.jsonl

seconds() { # of processor time that a command takes
	python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1], shell=True, check=True)
t = resource.getrusage(resource.RUSAGE_CHILDREN)
print(round(t.ru_utime + t.ru_stime, 2))' "$1"
}

figures() { # of found: AP of two domains, mean AP, micro F1, FP/none, two
	python3 "$shared/eval/mine-eval" "$@" gold.jsonl found |
	    awk '/^Healthcare/ {h = $(NF - 4)} /^Financial/ {f = $(NF - 4)}
		/^mean/ {m = $(NF - 4)}
		/^micro/ {printf "%s | %s | %s | %s | %s | %s", h, f, m,
		    $3, $5, $7}'
}

header() {
	echo '| encoder, score | Health | Finance | mean AP | micro F1 | FP/none | two' \
	    '| profiles | reddit | rare: Health | Finance | mean |'
	echo '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |'
}

row() { # NAME: of found; the rest for mine-dev alone
	all=$(figures)
	if ! grep -q '"source": *"company-profiles' gold.jsonl; then
		echo "| $1 | $all |"
		return
	fi
	printf '| %s | %s | %s | %s | %s |\n' "$1" "$all" \
	    "$(figures --source company-profiles | cut -d' ' -f5)" \
	    "$(figures --source reddit | cut -d' ' -f5)" \
	    "$(figures --rare 10 | cut -d' ' -f1-5)"
}

score() { # MODEL VEC OPTION ...: into found, decided at half
	model=$1 vec=$2
	shift 2
	embed-score --model "$model" --seeds "seeds.$vec" "$@" --min-score 0 \
	    "docs.$vec" | jq -c '{id, scores,
	    domains: [.scores | to_entries[] | select(.value >= .5) | .key]}' \
	    >found
}

others() { # NAME MODEL VEC: rows of the best cosine, and of the paper's rule
	score "$2" "$3" --score cosine
	row "$1, cosine"
	embed-score --model "$2" --seeds "seeds.$3" --preset dopamine \
	    "docs.$3" | jq -c '{id, scores, domains}' >found
	row "$1, --preset dopamine"
}

rows() { # NAME MODEL VEC
	score "$2" "$3"
	row "$1, contrast"
	others "$@"
}

embed() { # MODEL VEC [OPTION ...]: docs.VEC and seeds.VEC
	model=$1 vec=$2
	shift 2
	for what in seeds docs; do
		[ -e "$what.$vec" ] || {
			embed-score --model "$model" --vec "$@" $what.jsonl \
			    >"$tmp/part"
			mv "$tmp/part" "$what.$vec"
		}
	done
}

calibrated() { # FOLDER VEC: the BERT with the corpus' mean, in bert.VEC
	rm -rf "bert.$2"
	mkdir "bert.$2"
	for file in "$1"/*; do ln -s "$file" "bert.$2/"; done
	rm "bert.$2/config.json"
	cp "$1/config.json" "bert.$2/"
	embed-score --model "bert.$2" --calibrate "docs.$2"
}

default() { # NAME MODEL VEC: a row of what embed-score decides by itself, and two more
	embed-score --model "$2" --seeds "seeds.$3" --min-score 0 "docs.$3" |
	    domain-pick --all --min-score 0.33333334 --second 0.25 >found
	row "$1, contrast"
	others "$@"
}

# What two stages find, the second the BERT, of what the BERT alone finds.
pipe() { # STATIC
	score bert.first first
	cp found full
	score "$1" "$1"
	python3 - found full gold.jsonl <<'PY'
import json, sys
first, full, gold = ([json.loads(r) for r in open(f)] for f in sys.argv[1:])
labels = {r["id"]: r["labels"] for r in gold}
def best(records, domain, share, of=None):
    ranked = sorted(records, key=lambda r: (-r["scores"][domain], r["id"]))
    return {r["id"] for r in ranked[:round(share * (of or len(records)))]}
for keep in .05, .1:
    found = same = right = right_kept = right_pipe = 0
    for d in full[0]["scores"]:
        kept = best(first, d, keep)
        alone = best(full, d, .01)
        piped = best([r for r in full if r["id"] in kept], d, .01, len(full))
        found += len(alone)
        same += len(alone & kept)
        good = {i for i in alone if d in labels[i]}
        right, right_kept = right + len(good), right_kept + len(good & kept)
        right_pipe += sum(d in labels[i] for i in piped)
    print(f"keeping {keep:.0%}: of the best 1 % by domain {same / found:.3f}, "
          f"of the right ones {right_kept / right:.3f}; "
          f"right: {right} alone, {right_pipe} by the pipe")
PY
}

# The other encoders, in a folder of their own, since their seeds are more.
more() {
	mkdir -p more
	cd more
	ln -sf ../gold.jsonl ../docs.jsonl .
	"$top/examples/seeds/replay" >seeds.jsonl
	[ -e lsa/config.json ] || embed-fit lsa -o lsa docs.jsonl seeds.jsonl
	embed lsa lsa
	default lsa lsa lsa
	for folder in $MORE; do
		for precision in $PRECISION; do
			name=${folder##*/}.$precision
			embed "$folder" "$name" --precision "$precision"
			calibrated "$folder" "$name"
			default "${folder##*/} $precision" "bert.$name" "$name"
		done
	done
	cd ..
}

if [ -n "$MORE" ]; then
	machine
	echo "# $(wc -l <docs.jsonl) records"
	header
	more
	exit 0
fi
[ -e lsa/config.json ] || embed-fit lsa -o lsa docs.jsonl
machine
echo "# $(wc -l <docs.jsonl) records, $(wc -l <seeds.jsonl) seeds"
header
embed lsa lsa
rows lsa lsa lsa
jq -j '.text | split(" ")[:100] | select(length == 100) |
    join(" ") + "\u0000"' docs.jsonl >"$tmp/texts"
if [ -n "$BERT" ]; then
	BERT=$(cd "$OLDPWD" && cd "$BERT" && pwd)
	for windows in first mean max; do
		# a seed is never more than one vector
		[ $windows != max ] || cp seeds.mean seeds.max
		embed "$BERT" $windows --windows $windows
	done
	for windows in first mean max; do
		calibrated "$BERT" $windows
		rows "BERT, --windows $windows" bert.$windows $windows
	done
	[ -e distil/config.json ] ||
		embed-fit distil --teacher "$BERT" -o distil docs.first
	embed distil distil
	rows distil distil distil
	for static in lsa distil; do
		echo "# two stages, $static first"
		pipe $static
	done
	head -n 200 docs.jsonl >few.jsonl
	n=$(wc -l <docs.jsonl)
	echo "# seconds a record: lsa, distil, the BERT"
	for model in lsa distil; do
		seconds "embed-score --model $model --vec docs.jsonl >/dev/null" |
			awk -v n="$n" '{print $1 / n}'
	done
	seconds "embed-score --model $BERT --vec few.jsonl >/dev/null" |
	    awk '{print $1 / 200}'
fi
echo '# texts of 100 words a second, encoding alone'
for model in lsa distil; do
	[ ! -e $model/config.json ] ||
		echo "$model $("$B/bench/embed" $model <"$tmp/texts")"
done
