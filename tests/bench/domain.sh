#!/bin/sh
# domain-train and domain-tag, and fasttext at the same settings where it is:
# words a second, models loaded a second
set -eu
. "$(dirname "$0")/lib/bench.sh"

pool=$top/../shared/data/domain/mine-dev.jsonl.gz
python3 - "$tmp" "$pool" "$top/tests/golden/text-filter/gopher.in" <<'PY'
import gzip, json, os, random, sys
tmp, pool, own = sys.argv[1:]
random.seed(1)
if os.path.exists(pool):
    rows = [json.loads(line) for line in gzip.open(pool, "rt")]
    rows = [(r["labels"], " ".join(r["text"].split())) for r in rows]
else:  # words of our own, drawn anew for every document
    words = json.loads(open(own, encoding="utf-8").readline())["text"].split()
    words += [f"{w}{i}" for w in words for i in range(40)]
    rows = [([f"L{i % 21}"], " ".join(random.choices(words, k=240)))
            for i in range(10000)]
rows = rows[:2500]
with open(tmp + "/in.jsonl", "w") as a, open(tmp + "/in.txt", "w") as b, \
        open(tmp + "/text.txt", "w") as c, open(tmp + "/words", "w") as d:
    for labels, text in rows:
        a.write(json.dumps({"domains": labels, "text": text}) + "\n")
        b.write(" ".join("__label__" + n.replace(" ", "_") for n in labels)
                + " " + text + "\n")
        c.write(text + "\n")
    d.write(str(sum(text.count(" ") + 2 for _, text in rows)))
PY
head -n 1 "$tmp/in.jsonl" >"$tmp/one.jsonl"
head -n 1 "$tmp/text.txt" >"$tmp/one.txt"

machine
nword=$(cat "$tmp/words")
unit=Mwords/s
rate 'train, linear' "$nword" "domain-train -o $tmp/lin.bin $tmp/in.jsonl"
rate 'tag, linear' "$nword" \
    "domain-tag --all --model $tmp/lin.bin $tmp/in.jsonl >/dev/null"
command -v fasttext >/dev/null || {
	missing fasttext
	exit 0
}
for n in 1 2; do
	against "train, 5 epochs, $n words" $((nword * 5)) \
	    "domain-train --model fasttext --word-ngrams $n --epochs 5 \
	    -o $tmp/ours.bin $tmp/in.jsonl" \
	    fasttext "fasttext supervised -input $tmp/in.txt -output $tmp/theirs \
	    -loss ova -dim 64 -wordNgrams $n -bucket 200000 -epoch 5 -lr 0.5 \
	    -thread 1 -verbose 0 >/dev/null 2>&1"
	against "tag, $n words" "$nword" \
	    "domain-tag --all --model $tmp/theirs.bin $tmp/in.jsonl >/dev/null" \
	    fasttext "fasttext predict-prob $tmp/theirs.bin $tmp/text.txt -1 >/dev/null"
done
unit=models/s
against 'load a model, tag one text' 1000000 \
    "domain-tag --all --model $tmp/theirs.bin $tmp/one.jsonl >/dev/null" \
    fasttext "fasttext predict-prob $tmp/theirs.bin $tmp/one.txt -1 >/dev/null"
