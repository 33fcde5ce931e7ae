#!/bin/sh
# domain-train on true labels, five folds by hash, beside scikit-learn and
# fasttext where they are: mean AP, mean F1, micro F1, wrong domains per record
# of none, two-label records with both found.  It takes half an hour, and so
# runs only where FOLDS says which; figures are in domain.md.
#
#	FOLDS='0 1 2 3 4'	all of them
#	MODELS='model ...'	encoders to learn from, beside one fitted here
#	PYTHON=python		one that has scikit-learn
set -eu
. "$(dirname "$0")/lib/bench.sh"

data=$top/../shared/data/domain/mine-dev.jsonl.gz
judge=$top/../shared/eval/mine-eval
if [ ! -e "$data" ] || [ ! -e "$judge" ]; then
	echo '# five folds: no labelled records to judge by'
	exit 0
fi
if [ -z "${FOLDS:-}" ]; then
	echo "# five folds: FOLDS='0 1 2 3 4' tests/bench/folds.sh"
	exit 0
fi
python=python3
[ ! -x "$top/build/peers/bin/python" ] || python=$top/build/peers/bin/python
: "${PYTHON:=$python}" "${MODELS:=}"
folds="$PYTHON $top/tests/bench/folds.py"
cd "$tmp"
$folds split "$data" .
for k in $FOLDS; do cat "gold.$k"; done >gold

rest() { # NAME FOLD: the other folds of it
	for other in 0 1 2 3 4; do
		[ "$other" = "$2" ] || cat "$1.$other"
	done
}

judge() { # NAME TAGGED
	python3 "$judge" gold "$2" | awk -v name="$1" '
	    /^mean/ {ap = $3; f1 = $7}
	    /^micro/ {printf "%-44s %s %s %s %s %s\n", name, ap, f1, $3, $5, $7}'
}

# each NAME OUT COMMAND: COMMAND turns $train and $test into tagged records
each() {
	: >"$2"
	for k in $FOLDS; do
		rest fold $k >train.jsonl
		test=fold.$k # of COMMAND
		eval "$3" >>"$2"
	done
	judge "$1" "$2"
}
ours() { # NAME OUT OPTIONS
	each "$1" "$2" "domain-train $3 -o m train.jsonl &&
	    domain-tag --all --model m \$test"
}
vectors() { # NAME OUT MODEL
	for k in 0 1 2 3 4; do
		embed-score --model "$3" --vec fold.$k >vec.$k
	done
	each "$1" "$2" "rest vec \$k | domain-train --on vec -o m &&
	    domain-tag --all --model m vec.\$k"
}
theirs() { # NAME THRESHOLD OPTIONS
	each "$1, at $2" out "\$folds lines train.jsonl >train.txt
	    \$folds lines \$test | sed 's/__label__[^ ]* //g' >test.txt
	    fasttext supervised -input train.txt -output ft -thread 1 \
		-verbose 0 -loss ova $3 >/dev/null 2>&1
	    fasttext predict-prob ft.bin test.txt -1 >said
	    \$folds said \$test said $2"
}

printf '%-44s %s\n' '' 'AP    F1    micro FP/none two'
ours 'linear' text ''
ours 'linear, pairs of words too' out '--word-ngrams 2'
ours 'linear, pairs, of 2 records or more' out '--word-ngrams 2 --min-count 2'
ours 'fasttext' out '--model fasttext --word-ngrams 1 --epochs 50'
each 'fasttext, of words lower-cased before' out "
    \$folds words train.jsonl |
	domain-train --model fasttext --word-ngrams 1 --epochs 50 -o m &&
    \$folds words \$test | domain-tag --all --model m"
embed-fit lsa -o lsa fold.?
vectors 'linear on lsa' vec lsa
$folds mean text vec >out
judge 'linear, and linear on lsa' out
for model in $MODELS; do
	vectors "linear on $model" vec "$model"
	$folds mean text vec >out
	judge "linear, and linear on $model" out
done
if $PYTHON -c 'import sklearn' 2>/dev/null; then
	for n in 1 2; do
		each "scikit-learn, 1 to $n words" out \
		    "\$folds sklearn train.jsonl \$test $n"
	done
fi
if command -v fasttext >/dev/null; then
	while read -r p args; do
		theirs "fasttext $args" "$p" "$args"
	done <<'LIST'
0.3 -dim 64 -epoch 50 -lr 0.5
0.3 -dim 64 -epoch 100 -lr 1
0.3 -dim 64 -epoch 25 -lr 0.5 -wordNgrams 2
0.3 -dim 64 -epoch 25 -lr 0.5 -minn 3 -maxn 6
LIST
fi
