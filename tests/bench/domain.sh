#!/bin/sh
# domain-train and domain-tag, and fasttext at the same settings where it is:
# words/s, seconds to load a model, memory
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

# user seconds and MB of memory of five runs in turn, the median of each
cat >"$tmp/turns.py" <<'PY'
import os, sys
name, nword, commands = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
runs = [[] for _ in commands]
for _ in range(5):
    for run, command in zip(runs, commands):
        pid = os.fork()
        if pid == 0:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            os.execvp("sh", ["sh", "-c", "exec " + command])
        _, status, use = os.wait4(pid, 0)
        if status:
            sys.exit("failed: " + command)
        run.append((use.ru_utime + use.ru_stime, use.ru_maxrss / 1024))
mid = [[sorted(x)[2] for x in zip(*run)] for run in runs]
said = ["%8.3f s %8.0f MB" % tuple(m) for m in mid]
if nword:
    said = ["%8.0f kwords/s %s" % (nword / m[0] / 1e3, s)
            for m, s in zip(mid, said)]
more = "   %.2f x" % (mid[1][0] / mid[0][0]) if len(mid) > 1 else ""
print("%-28s %s%s" % (name, "   fasttext ".join(said), more), flush=True)
PY
turns() {
	python3 "$tmp/turns.py" "$@"
}

echo "# $(uname -m), $(sed -n 's/^model name.*: //p' /proc/cpuinfo |
    head -n 1), one thread, processor time, median of 5"
nword=$(cat "$tmp/words")
turns 'train, linear' "$nword" "domain-train -o $tmp/lin.bin $tmp/in.jsonl"
turns 'tag, linear' "$nword" \
    "domain-tag --all --model $tmp/lin.bin $tmp/in.jsonl"
command -v fasttext >/dev/null || exit 0
for n in 1 2; do
	turns "train, 5 epochs, $n words" $((nword * 5)) \
	    "domain-train --model fasttext --word-ngrams $n --epochs 5 \
	    -o $tmp/ours.bin $tmp/in.jsonl" \
	    "fasttext supervised -input $tmp/in.txt -output $tmp/theirs \
	    -loss ova -dim 64 -wordNgrams $n -bucket 200000 -epoch 5 -lr 0.5 \
	    -thread 1 -verbose 0"
	turns "tag, $n words" "$nword" \
	    "domain-tag --all --model $tmp/theirs.bin $tmp/in.jsonl" \
	    "fasttext predict-prob $tmp/theirs.bin $tmp/text.txt -1"
done
turns 'load, and tag one text' 0 \
    "domain-tag --all --model $tmp/theirs.bin $tmp/one.jsonl" \
    "fasttext predict-prob $tmp/theirs.bin $tmp/one.txt -1"
