# domain-tag compared with fasttext predict-prob on 5,000 texts: models that either
# program trained, with and without word and character n-grams, with either loss,
# from given vectors, and quantised
. "${0%/*}/tap.sh"

if ! command -v fasttext >/dev/null; then
	skip '5,000 texts' 'no fasttext'
	done_testing
fi

# Texts of random words; some are empty, in other scripts, or look like labels.  None
# has "</s>", which ends a line for fasttext.
cd "$tmp" || exit
python3 - <<'PY'
import json, random
random.seed(5)
odd = ["\u00e9t\u00e9", "\u65e5\u672c\u8a9e", "__label__A", "x" * 300,
    "\x0b", "\U0001f600", "-", "don't"]
pool = ["".join(random.choices("etaoinshrdlu", k=random.randint(1, 9)))
    for _ in range(3000)]
with open("train.jsonl", "w") as train, open("train.txt", "w") as plain, \
        open("texts.jsonl", "w") as texts, open("texts.txt", "w") as lines:
    for i in range(6000):
        d = i % 4
        at = random.randint(0, 2000)
        words = random.choices(pool[at // 2 + 300 * d:][:900],
            k=random.choice([0, 1, 5, 40, 200]))
        for w in random.choices(odd, k=random.randint(0, 2)):
            words.insert(random.randint(0, len(words)), w)
        text = " ".join(words)
        if i < 1000:
            text = " ".join(w for w in words if not w.startswith("__"))
            names = ["ABCD"[d], "E"] if i % 7 == 0 else ["ABCD"[d]]
            plain.write(" ".join("__label__" + n for n in names) + " " +
                text.replace("\x0b", " ") + "\n")
            train.write(json.dumps({"id": str(i), "domains": names,
                "text": text}) + "\n")
        else:
            lines.write(text + "\n")
            texts.write(json.dumps({"id": str(i), "text": text}) + "\n")
PY
cat >compare.py <<'PY'
# fastText judges a text without a known word by the end of the line alone; for us
# nothing is known of such a text, and nothing is decided.
import json, sys
cut = sys.argv[1].endswith(".ftz")  # which may have lost words
known = {w for w in open("train.txt", encoding="utf-8").read().split()
         if not w.startswith("__label__")}
n = far = 0
for a, b, line in zip(open("theirs", encoding="utf-8", newline="\n"),
                      open("ours"), open("texts.txt", encoding="utf-8", newline="\n")):
    a, b = a.split(), json.loads(b)["scores"]
    if not any(b.values()) and (cut or not known & set(line.split())):
        continue
    for label, p in zip(a[::2], a[1::2]):
        n += 1
        far += abs(float(p) - 1e-5 - b[label[len("__label__"):]]) >= 2e-6
print(n, "probabilities,", far, "further than 2e-6")
sys.exit(far > 0 or n < 4200 * 5)
PY
agree() { # MODEL NAME
	ok "5,000 texts: $2" "fasttext predict-prob $1 texts.txt -1 >theirs &&
	    test \$(wc -l <theirs) -eq 5000 &&
	    domain-tag --model $1 --all texts.jsonl >ours &&
	    python3 compare.py $1"
}
# Vectors of words of the texts, and one of a word that is not in the training texts.
python3 - <<'PY'
import random
random.seed(6)
words = {w for line in open("texts.txt") for w in line.split(" ")[:9]}
words = sorted(w for w in words if len(w.split()) == 1)[::3]
known = set(open("train.txt").read().split())
with open("words.vec", "w") as out:
    print(len(words), 16, file=out)
    for w in words:
        print(w, *("%.5g" % random.gauss(0, .3) for _ in range(16)), "",
            file=out)
print(next(w for w in words if w.isalpha() and w not in known),
    file=open("word", "w"))
PY
while read -r name args; do
	# shellcheck disable=SC2086
	domain-train --model fasttext --dim 16 --epochs 5 --buckets 5000 \
	    $args -o "ours-$name.bin" train.jsonl
	agree "ours-$name.bin" "ours, $args"
done <<'LIST'
words --word-ngrams 1
runs --word-ngrams 3
softmax --word-ngrams 2 --loss softmax
chars --word-ngrams 1 --minn 2 --maxn 5
all --word-ngrams 2 --minn 1 --maxn 3 --loss softmax --min-count 3
vectors --word-ngrams 1 --pretrained-vectors words.vec
LIST
ok 'a word that no record has keeps the vector it was given' \
    'grep "^$(cat word) " words.vec >given &&
    fasttext print-word-vectors ours-vectors.bin <word >theirs &&
    paste -d " " given theirs | awk "{
	for (i = 2; i < 18; i++) if (sqrt((\$i - \$(i + 17))^2) > 1e-4) exit 1
	exit !(NF == 34)}"'
while read -r name args; do
	# shellcheck disable=SC2086
	fasttext supervised -input train.txt -output "$name" -thread 1 \
	    -verbose 0 -dim 16 -epoch 10 -lr 0.5 $args >/dev/null 2>&1
	agree "$name.bin" "its own, $args"
	fasttext quantize -input train.txt -output "$name" -dsub 4 \
	    -cutoff 3000 -qnorm >/dev/null 2>&1
	agree "$name.ftz" "quantised, $args"
done <<'LIST'
ova -loss ova
ngrams -loss softmax -wordNgrams 2 -bucket 5000
chars -loss hs -minn 2 -maxn 4 -bucket 5000
vectors -loss softmax -pretrainedVectors words.vec -minn 3 -maxn 3 -bucket 5000
LIST
done_testing
