#!/bin/sh
# Algorithm 1 of the paper whole, as tests/bench/paper.md has it: the records
# nearest to each seed take its domain, a classifier learns from them, and it
# labels all records
#
#	MODEL	an encoder's folder, calibrated on the records
#	DOCS	the records with its vectors in "vec", or made here
#	SEEDS	seeds of all domains, likewise
#	PER	records a seed (5 20 200)
#	SIMS	their least cosines (-1 0.7 0.75 0.85)
#	MINILM	the folder of a BERT to fine-tune as well, by finetune.py
#	TORCH	a Python with torch and transformers (python3)
#
# Records that come with labels keep none of them but what DOCS calls id, text
# and vec: a "maybe" of the truth would be a hint to the classifier.
set -eu
. "$(dirname "$0")/lib/bench.sh"
: "${MODEL:=}" "${DOCS:=}" "${SEEDS:=}" "${PER:=5 20 200}"
: "${SIMS:=-1 0.7 0.75 0.85}" "${MINILM:=}" "${TORCH:=python3}"

shared=$top/../shared
pool=$shared/data/domain/mine-dev.jsonl.gz
if [ -z "$MODEL" ] || [ ! -e "$pool" ]; then
	echo '# the paper: MODEL=FOLDER tests/bench/paper.sh, and labelled records'
	exit 0
fi
cd "$tmp"
gzip -dc "$pool" >gold.jsonl
if [ -n "$DOCS" ]; then
	jq -c '{id, text, vec}' "$DOCS" >docs
else
	jq -c '{id, text}' gold.jsonl | embed-score --model "$MODEL" --vec >docs
fi
if [ -n "$SEEDS" ]; then
	ln -s "$SEEDS" seeds
else
	"$top/examples/seeds/replay" | embed-score --model "$MODEL" --vec >seeds
fi
jq -c 'select(.domains != [])' seeds >labelled # the paper has no others

judge() { # NAME: of tagged
	python3 "$shared/eval/mine-eval" gold.jsonl tagged |
	    awk -v name="$1" '/^mean/ {printf "| %s | %s | %s | %s | %s |",
		name, $3, $5, $6, $7} /^micro/ {print "", $3, "|", $5, "|"}'
}
tag() { # NAME OPTION ...: a classifier of hits
	name=$1
	shift
	if domain-train -o model "$@" hits 2>/dev/null; then
		domain-tag --all --model model docs >tagged
		judge "$name"
	else
		echo "| $name | no domain can be learnt |"
	fi
}
fine_tune() { # NAME: a BERT of hits; in int8, as the encoder
	[ -n "$MINILM" ] || return 0
	rm -rf tuned
	if "$TORCH" "$top/tests/bench/finetune.py" "$MINILM" hits tuned >&2; then
		domain-tag --all --precision int8 --model tuned docs >tagged
		judge "$1"
	else
		echo "| $1 | no domain can be learnt |"
	fi
}

echo '| way | mean AP | P | R | F1 | micro F1 | FP/none |'
echo '| --- | --- | --- | --- | --- | --- | --- |'
for k in $PER; do
	for sim in $SIMS; do
		embed-score --model "$MODEL" --seeds labelled --score cosine \
		    --per-seed "$k" --min-sim "$sim" --background 1000 docs >hits
		n=$(jq -c 'select(.domains != [])' hits | wc -l)
		cp hits tagged
		judge "$k a seed from $sim on: the $n records"
		tag '... fastText on their labels' --model fasttext
		tag '... linear, on the text' --min-count 2
		tag '... linear, on the vector' --on vec
		fine_tune '... fine-tuned MiniLM'
	done
done
