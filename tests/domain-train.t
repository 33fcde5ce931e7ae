# domain-train: what is learnt, what cannot be, and that there is one answer
. "${0%/*}/tap.sh"

train=$top/tests/golden/domain-tag/train.jsonl
export train
golden bad -o "$tmp/bad.bin"

ok 'it learns what it is given' \
    "domain-train -o $tmp/m $train &&
    domain-tag --model $tmp/m --as guess $train | jq -e -s '
	map(select(.domains | length == 1)) |
	length == 4 and all(.guess == .domains[0])'"
same 'twice is the same' "domain-train -o $tmp/m $train; cat $tmp/m" \
    "domain-train -o $tmp/m2 <$train; cat $tmp/m2"
same 'a pipe will do, compressed too' "cat $tmp/m" \
    "gzip -c $train | domain-train -o $tmp/m2; cat $tmp/m2"
same 'bad records leave no trace' "cat $tmp/m" \
    "domain-train -o $tmp/m2 bad.in 2>/dev/null; cat $tmp/m2"
ok 'the order of records changes no more than the last digits' \
    "sort -r $train | domain-train -o $tmp/m2 &&
    for m in m m2; do domain-tag --model $tmp/\$m --all $train; done |
    jq -e -s 'group_by(.id) | all((.[0].scores.Bakery -
	.[1].scores.Bakery) | fabs < 1e-3)'"

# A record that may be of a domain says nothing about it, whatever its text.
sed 's/quay/dough/g' "$train" | grep -v '"maybe"' >"$tmp/sure.jsonl"
ok 'a masked record does not move the weights of its domain' \
    "(cat $tmp/sure.jsonl
    echo '{\"domains\":[],\"maybe\":[\"Harbour\"],\"text\":\"tug tide\"}'
    ) >$tmp/a.jsonl
    (cat $tmp/sure.jsonl
    echo '{\"domains\":[\"Bakery\"],\"maybe\":[\"Harbour\"],\"text\":\"tug tide\"}'
    ) >$tmp/b.jsonl
    for m in a b; do
	domain-train -o $tmp/\$m.bin $tmp/\$m.jsonl
	domain-tag --model $tmp/\$m.bin --all $train | jq .scores.Harbour \
	    >$tmp/\$m.scores
    done
    cmp $tmp/a.scores $tmp/b.scores"
ok 'an unmasked one does' \
    "sed 's/,\"maybe\":\\[\"Harbour\"\\]//' $tmp/a.jsonl >$tmp/c.jsonl
    domain-train -o $tmp/c.bin $tmp/c.jsonl
    domain-tag --model $tmp/c.bin --all $train | jq .scores.Harbour |
	cmp -s - $tmp/a.scores && exit 1 || exit 0"
ok 'pairs of words tell what single ones cannot' \
    "(echo '{\"domains\":[\"A\"],\"text\":\"red blue green\"}'
    echo '{\"domains\":[],\"text\":\"blue green red\"}') >$tmp/order.jsonl
    domain-train --word-ngrams 2 -o $tmp/m2 $tmp/order.jsonl
    domain-tag --model $tmp/m2 --all $tmp/order.jsonl | jq -e -s '
	.[0].scores.A > 0.6 and .[1].scores.A < 0.4'"

# Training that diverges leaves no model, and says what to do.
for loss in ova softmax; do
	for args in '--lr 100' '--lr 50 --epochs 100 --dim 16'; do
		ok "a step that is too great: $loss $args" \
		    "domain-train --model fasttext --loss $loss $args \
			-o $tmp/none $train 2>$tmp/err; test \$? -eq 2 &&
		    grep -q 'diverged.*smaller --lr' $tmp/err && test ! -e $tmp/none"
	done
done
same 'records without a word are bad, and leave no trace' \
    "cat $tmp/m" "(cat $train; for t in '' ' ' '!?'; do
	echo \"{\\\"domains\\\":[\\\"Harbour\\\"],\\\"text\\\":\\\"\$t\\\"}\"
    done) | domain-train -o $tmp/m2 2>$tmp/err; cat $tmp/m2"
like 'a text without a word' 'and are told' "cat $tmp/err"
for i in $(seq 12); do
	printf '{"id":"%s","text":"!","domains":["Law"]}\n' "$i"
done >"$tmp/wordless"
like '12 records were bad in this way: a text without a word$' 'counted by their kind' \
    "cat $tmp/wordless $train | domain-train -o $tmp/w"
same '--stats has the kind' 'echo 12' "cat $tmp/wordless $train |
	domain-train -o $tmp/w --stats - 2>&1 | grep '^{' | jq '.bad[\"a text without a word\"]'"
ok 'nor does a vector of zeros say anything' \
    "echo '{\"domains\":[\"A\"],\"vec\":\"AAAAAA==\"}' |
    domain-train --on vec -o $tmp/none 2>$tmp/err; test \$? -eq 2 &&
    grep -q zeros $tmp/err"

# Thresholds and figures by other records: the decisions are those that are reported.
cat >"$tmp/valid.jsonl" <<'JSON'
{"id":"v1","domains":["Harbour"],"text":"The tug and the tanker wait for the tide."}
{"id":"v2","domains":["Bakery"],"text":"Rye dough and loaves."}
{"id":"v3","domains":[],"text":"The oven of the chapel path is cold."}
{"id":"v4","domains":["Bakery"],"maybe":["Harbour"],"text":"Ship's biscuit, flour and water."}
{"id":"v5","domains":["Harbour","Bakery"],"text":"Buoys on the quay, loaves in the oven."}
{"id":"v6","domains":[],"maybe":"*","text":"tanker tug quay"}
JSON
ok 'the report is what domain-tag decides' \
    "domain-train -o $tmp/v --valid $tmp/valid.jsonl --report $tmp/report $train
    domain-tag --model $tmp/v --all $tmp/valid.jsonl >$tmp/tagged
    python3 - $tmp/report $tmp/valid.jsonl $tmp/tagged <<'PY'
import json, sys
report = json.load(open(sys.argv[1]))
gold, said = ([json.loads(l) for l in open(f)] for f in sys.argv[2:])
for name, figure in report['domains'].items():
    pairs = [(-s['scores'][name], name in g['domains'], name in s['domains'])
        for g, s in zip(gold, said) if name not in g.get('maybe', ())
        and (g.get('maybe') != '*' or name in g['domains'])]
    hit = sum(g and d for _, g, d in pairs)
    n = sum(g for _, g, _ in pairs)
    assert figure['judged'] == len(pairs) and figure['records'] == n
    assert abs(figure['recall'] - hit / n) < 1e-6
    assert abs(figure['precision'] - hit / sum(d for *_, d in pairs)) < 1e-6
    pairs.sort()
    ap = sum(sum(g for _, g, _ in pairs[:i + 1]) / (i + 1)
        for i in range(len(pairs)) if pairs[i][1]) / n
    assert abs(figure['ap'] - ap) < 1e-6
assert sum(map(sum, report['confusion'])) >= 6
assert sum(c['pairs'] for c in report['calibration']) == 9
PY"
ok 'thresholds are the best on the records they were chosen by' \
    "domain-train -o $tmp/v2 $train && jq -e '.micro.f1 >= 0.8' $tmp/report"
same 'a report on standard output' "cat $tmp/report" \
    "domain-train -o $tmp/v2 --valid $tmp/valid.jsonl --report - $train"
status 2 'a report of nothing' "domain-train -o $tmp/no --report - $train"
status 2 'no record to judge by' \
    "domain-train -o $tmp/no --valid /dev/null $train"

# From vectors.  Two directions: of harbours, of bakeries.
python3 - >"$tmp/vec.jsonl" <<'PY'
import base64, json, struct
for i in range(24):
    a = 0.1 + 0.8 * (i % 12) / 11
    x = [a, (1 - a * a) ** .5, 0, 0]
    vec = base64.b64encode(struct.pack("<4e", *x)).decode()
    print(json.dumps({"id": str(i), "vec": vec,
        "domains": ["Harbour"] if a > .5 else ["Bakery"]}))
PY
ok 'vectors: learnt, and told by domain-tag, in --valid too' \
    "domain-train --on vec -o $tmp/v2 --valid $tmp/vec.jsonl \
	--report $tmp/report $tmp/vec.jsonl &&
    jq -e '.macro.ap == 1 and .micro.f1 == 1' $tmp/report &&
    domain-tag --model $tmp/v2 $tmp/vec.jsonl | jq -c .domains >$tmp/a.vec &&
    jq -c .domains $tmp/vec.jsonl | cmp - $tmp/a.vec"
like 'no string "vec"' 'vectors: a record without' \
    "domain-train --on vec -o $tmp/v3 $tmp/vec.jsonl $train"
like 'of another width' 'vectors: of another width' \
    "(cat $tmp/vec.jsonl; echo '{\"domains\":[],\"vec\":\"AAA=\"}') |
    domain-train --on vec -o $tmp/v3"
like 'no vector of the model.s width' 'vectors: tagged at another width' \
    "echo '{\"vec\":\"AAA=\"}' | domain-tag --model $tmp/v2"
# Text and vector: the words tell one pair apart, the vector the other.
jq -c '.text = (["tug", "oven"][.id | tonumber % 2]) |
    .domains += [["Odd", "Even"][.id | tonumber % 2]]' "$tmp/vec.jsonl" \
    >"$tmp/both.jsonl"
ok 'text and vector together: each tells what the other cannot' \
    "domain-train --on text,vec -o $tmp/b --valid $tmp/both.jsonl \
	--report $tmp/report $tmp/both.jsonl &&
    jq -e '.macro.ap == 1 and .micro.f1 == 1' $tmp/report &&
    domain-tag --model $tmp/b $tmp/both.jsonl | jq -c '.domains | sort' >$tmp/a.both &&
    jq -c '.domains | sort' $tmp/both.jsonl | cmp - $tmp/a.both"
ok 'a vector of zeros leaves the text' \
    "jq -c '.vec = \"AAAAAAAAAAA=\"' $tmp/both.jsonl |
	domain-tag --all --model $tmp/b | jq -e -s '
	all(if .text == \"tug\" then .scores.Odd > .scores.Even
	    else .scores.Odd < .scores.Even end)'"
like 'no string "vec"' 'both: a record without a vector' \
    "domain-train --on text,vec -o $tmp/b2 $tmp/both.jsonl $train"
status 2 'fastText has no vectors' \
    "domain-train --on text,vec --model fasttext -o $tmp/no $tmp/both.jsonl"
status 2 'nor has a filter by language' \
    "text-filter --lang-model $tmp/b $tmp/both.jsonl"

# Folds: each record is kept from one model, which alone judges it crosswise.
for k in 1 2 3; do
	domain-train --on text,vec --fold $k/3 --stats "$tmp/s.$k" \
	    -o "$tmp/fold.$k" "$tmp/both.jsonl"
done
ok 'every record is kept from one fold' \
    "cat $tmp/s.[123] | jq -e -s 'map(.dropped.fold) | add == 24 and min > 0'"
for k in 1 2 3; do
	domain-tag --all --model "$tmp/fold.$k" "$tmp/both.jsonl"
done | jq -c '[.id, .scores]' >"$tmp/each"
ok '--crosswise: by the one model that did not learn from it' \
    "domain-tag --all --crosswise --model $tmp/fold.1 --model $tmp/fold.2 \
	--model $tmp/fold.3 $tmp/both.jsonl | jq -c '[.id, .scores]' |
	tee $tmp/cross | grep -cvxFf $tmp/each | grep -qx 0 &&
    grep -xFf $tmp/cross $tmp/each | wc -l | grep -qx 24"
ok 'several models: the mean of their log-odds' \
    "domain-tag --all --model $tmp/fold.1 --model $tmp/fold.2 \
	--model $tmp/fold.3 $tmp/both.jsonl | jq -c '[.id, .scores]' |
    jq -e -s --slurpfile each $tmp/each 'def lo: log - (1 - . | log);
	all(. as [\$id, \$s] | (\$each | map(select(.[0] == \$id)[1])) as \$e |
	(\$e | length == 3) and (\$s | to_entries | all(. as \$d |
	    ((\$e | map(.[\$d.key] | lo) | add / 3) - (.value | lo)) |
	    fabs < 1e-3)))'"
status 2 'models of other labels' \
    "domain-tag --model $tmp/fold.1 --model $tmp/m $tmp/both.jsonl"
status 2 'a single model is not crosswise' \
    "domain-tag --crosswise --model $tmp/fold.1 $tmp/both.jsonl"
status 2 'a fold that there is not' \
    "domain-train --fold 4/3 -o $tmp/no $tmp/both.jsonl"

# A folder of an encoder, with the classifier of its vectors.
embed-fit lsa -o "$tmp/enc" "$top/tests/golden/domain-tag/train.jsonl"
embed-score --model "$tmp/enc" --vec "$train" >"$tmp/own.vec"
domain-train --on text,vec -o "$tmp/enc/domains.bin" "$tmp/own.vec"
same 'a folder judges texts as its classifier does with their vectors' \
    "domain-tag --all --model $tmp/enc $train | jq -c .scores" \
    "domain-tag --all --model $tmp/enc/domains.bin $tmp/own.vec | jq -c .scores"
status 2 'a classifier of other vectors in the folder' \
    "mkdir -p $tmp/other && cp $tmp/enc/*.* $tmp/other &&
    cp $tmp/b $tmp/other/domains.bin && domain-tag --model $tmp/other $train"

status 2 'vectors have no n-grams' \
    "domain-train --on vec --word-ngrams 2 -o $tmp/no $tmp/vec.jsonl"
status 2 'vectors have no windows' \
    "domain-tag --model $tmp/v2 --window 9 $tmp/vec.jsonl"

# fastText's model.
export fast="domain-train --model fasttext --dim 8 --buckets 1000"
same 'fasttext: twice is the same' "\$fast -o $tmp/f $train; cat $tmp/f" \
    "\$fast -o $tmp/f2 <$train; cat $tmp/f2"
ok 'fasttext: it learns what it is given' \
    "domain-tag --model $tmp/f --as guess $train | jq -e -s '
	map(select(.domains | length == 1)) |
	length == 4 and all(.guess == .domains[0])'"
ok '--threshold is stored, and used by domain-tag' '
    echo "{\"domains\":[\"A\"],\"text\":\"red apple pie\"}
{\"domains\":[\"B\"],\"text\":\"blue berry jam\"}
{\"domains\":[],\"text\":\"grey stone wall\"}" >$tmp/abc
    domain-train --threshold 0.15 -o $tmp/low.bin $tmp/abc &&
    echo "{\"text\":\"red berry wall\"}" | domain-tag --all --model $tmp/low.bin |
	jq -e ". as \$r | .scores | to_entries |
	    all((.value >= 0.15) == (.key | IN(\$r.domains[])))" &&
    echo "{\"text\":\"red berry wall\"}" >$tmp/rbw &&
    domain-tag --all --model $tmp/low.bin $tmp/rbw >$tmp/a &&
    domain-train -o $tmp/half.bin $tmp/abc &&
    domain-tag --all --threshold 0.15 --model $tmp/half.bin $tmp/rbw | cmp - $tmp/a'
ok 'fasttext: thresholds are stored, names come back' \
    "sed 's/Harbour/Harbour and sea/g' $train >$tmp/names.jsonl
    sed 's/Harbour/Harbour and sea/g' $tmp/valid.jsonl >$tmp/names-valid.jsonl
    \$fast -o $tmp/f2 --valid $tmp/names-valid.jsonl --report $tmp/report \
	$tmp/names.jsonl &&
    domain-tag --model $tmp/f2 --all $tmp/names-valid.jsonl |
	jq -e -s --slurpfile r $tmp/report 'all(.domains as \$d | .scores |
	    keys == [\"Bakery\", \"Harbour and sea\"] and
	    (to_entries | all((.value >= \$r[0].domains[.key].threshold) ==
		(.key | IN(\$d[])))))'"
like "can't tell" 'fasttext: two domains with one label' \
    "sed 's/Harbour/H h/; s/Bakery/H_h/' $train | \$fast -o $tmp/no"

# Words cut into characters tell what no word of the training does.
ok 'fasttext: n-grams of characters' \
    "\$fast --minn 3 --maxn 5 --word-ngrams 1 --epochs 200 -o $tmp/f3 $train &&
    (echo '{\"text\":\"bakers doughs flours\"}'
    echo '{\"text\":\"tugboat tankers quayside\"}') |
	domain-tag --model $tmp/f3 --as guess --threshold 0 |
	jq -e -s 'map(.guess) == [\"Bakery\", \"Harbour\"]'"
ok 'fasttext: with softmax the probabilities share one' \
    "\$fast --loss softmax --epochs 200 -o $tmp/f3 $train &&
    domain-tag --model $tmp/f3 --all $train | jq -e -s '
	all((.scores | add - 1 | fabs) < 1e-5) and
	(map(select(.id | IN(\"t1\", \"t2\", \"t4\")) | .domains[0]) ==
	    [\"Harbour\", \"Harbour\", \"Bakery\"])'"
cat >"$tmp/words.vec" <<'VEC'
4 8
tug 1 0 0 0 0 0 0 0
lighter 1 0 0 0 0 0 0 0
dough 0 1 0 0 0 0 0 0
croissant 0 1 0 0 0 0 0 0
VEC
ok 'fasttext: a word that only the vectors know' \
    "domain-train --model fasttext --word-ngrams 1 --epochs 50 -o $tmp/f3 \
	--pretrained-vectors $tmp/words.vec $train &&
    (echo '{\"text\":\"croissant\"}'; echo '{\"text\":\"lighter\"}') |
	domain-tag --model $tmp/f3 --as guess --threshold 0 |
	jq -e -s 'map(.guess) == [\"Bakery\", \"Harbour\"]'"
status 2 'vectors of another width than --dim' \
    "\$fast --dim 9 --pretrained-vectors $tmp/words.vec -o $tmp/no $train"
like 'damaged vectors' 'vectors: one is short' \
    "sed 's/^dough 0/dough x/' $tmp/words.vec >$tmp/bad.vec
    \$fast --pretrained-vectors $tmp/bad.vec -o $tmp/no $train"
like 'no vectors' 'vectors: a file that is none' \
    "\$fast --pretrained-vectors $train -o $tmp/no $train"
status 2 'vectors: no file' \
    "\$fast --pretrained-vectors $tmp/none.vec -o $tmp/no $train"

# What is learnt from these records after the first passes is wrong for the
# others: training ends early, and its best pass is written.
python3 - "$tmp" <<'PY'
import json, random, sys
random.seed(2)
words = [f"w{i}" for i in range(400)]
for name, n in ("noisy", 60), ("clean", 200):
    with open(f"{sys.argv[1]}/{name}.jsonl", "w") as out:
        for i in range(n):
            text = random.choices(words, k=30) + [["sea", "oven"][i % 2]]
            label = i % 2 if name == "clean" or i % 6 else 1 - i % 2
            print(json.dumps({"text": " ".join(text),
                "domains": [["Harbour", "Bakery"][label]]}), file=out)
PY
ok 'fasttext: --valid ends the training early, at the best pass' \
    "cd $tmp && early='domain-train --model fasttext --word-ngrams 1 --lr 2' &&
    \$early --epochs 60 -o e --valid clean.jsonl --report e.json \
	--stats e.stats noisy.jsonl &&
    jq -e '.epochs >= 1 and .epochs < 55' e.stats &&
    \$early --epochs 60 -o whole noisy.jsonl &&
    for m in e whole; do
	domain-tag --all --model \$m clean.jsonl >\$m.tagged
    done && python3 - <<'PY'
import json
gold = [json.loads(l)['domains'] for l in open('clean.jsonl')]
def mean_ap(path):
    said = [json.loads(l)['scores'] for l in open(path)]
    total = 0
    for name in 'Harbour', 'Bakery':
        rank = sorted((-s[name], name in g) for s, g in zip(said, gold))
        hits = [i for i, (_, good) in enumerate(rank) if good]
        total += sum((n + 1) / (i + 1) for n, i in enumerate(hits)) / len(hits)
    return total / 2
best = mean_ap('e.tagged')
assert abs(best - json.load(open('e.json'))['macro']['ap']) < 1e-6
assert mean_ap('whole.tagged') < best
PY"
status 2 'softmax is no loss of a linear model' \
    "domain-train --loss softmax -o $tmp/no $train"
status 2 'nor are its words cut' "domain-train --maxn 3 -o $tmp/no $train"
status 2 'no n-grams of 4 to 3 characters' \
    "\$fast --minn 4 --maxn 3 -o $tmp/no $train"

# The program itself, over models that it and we trained.
if command -v fasttext >/dev/null; then
	cat >"$tmp/agree" <<'SH'
# agree MODEL RECORDS: fastText's probabilities, less 1e-5, are ours
jq -r '.text | gsub("\\s"; " ")' "$2" >"$tmp/text"
fasttext predict-prob "$1" "$tmp/text" -1 >"$tmp/theirs"
domain-tag --model "$1" --all "$2" >"$tmp/ours"
python3 - "$tmp/theirs" "$tmp/ours" <<'PY'
import json, sys
theirs, ours = map(open, sys.argv[1:])
n = 0
for a, b in zip(theirs, ours):
    a, b = a.split(), json.loads(b)["scores"]
    b = {k.replace(" ", "_"): v for k, v in b.items()}
    for label, p in zip(a[::2], a[1::2]):
        assert abs(float(p) - 1e-5 - b[label[len("__label__"):]]) < 2e-6, (a, b)
        n += 1
assert n >= 10
PY
SH
	jq -r '(.domains | map("__label__" + .) | join(" ")) + " " +
	    (.text | ascii_downcase)' "$train" >"$tmp/train.txt"
	for kind in 'ova -dim 5' 'softmax -wordNgrams 3 -bucket 500' \
	    'hs -minn 2 -maxn 4 -bucket 3000' 'ns -minCount 2'; do
		ok "fasttext: agreement, its own, $kind" "cd $tmp
		    fasttext supervised -input train.txt -output t -thread 1 \
			-epoch 30 -lr 0.5 -verbose 0 -loss $kind >/dev/null 2>&1
		    sh -e agree t.bin $train"
	done
	ok 'fasttext: agreement, quantised' "cd $tmp
	    fasttext supervised -input train.txt -output q -thread 1 -epoch 30 \
		-lr 0.5 -verbose 0 -loss ova -dim 9 -wordNgrams 2 -bucket 900 \
		>/dev/null 2>&1
	    fasttext quantize -input train.txt -output q -dsub 2 -qnorm \
		-cutoff 600 >/dev/null 2>&1
	    sh -e agree q.ftz $train"
	ok 'fasttext: agreement, ours' "sh -e $tmp/agree $tmp/f $train"
	ok 'fasttext: agreement, ours, with spaces in names' \
	    "sh -e $tmp/agree $tmp/f2 $tmp/names.jsonl"
else
	skip 'fasttext: agreement' 'no fasttext'
fi

status 2 'no output' "domain-train $train"
status 2 'nothing to learn from' "domain-train -o $tmp/no </dev/null"
status 2 'nothing but negatives' \
    "echo '{\"domains\":[],\"text\":\"tug boat\"}' | domain-train -o $tmp/no"
like 'not to be of "A"' 'nothing but positives' \
    "echo '{\"domains\":[\"A\"],\"text\":\"tug boat\"}' | domain-train -o $tmp/no"
status 2 'a spool that can not be' \
    "TMPDIR=$tmp/none domain-train -o $tmp/no $train"
status 2 'a full disk' "domain-train -o /dev/full/m $train"
ok 'a failed run leaves no file' "test ! -e $tmp/no && ! ls $tmp/no.*"
status 66 'an operand that is missing' "domain-train -o $tmp/m2 $train no-such-file"

dev=$shared/data/domain/mine-dev.jsonl.gz
if [ -e "$dev" ] && [ -e "$shared/eval/mine-eval" ]; then
	# one fold of five by hash; the whole is in tests/bench
	python3 - "$dev" "$tmp" <<'PY'
import gzip, json, sys, zlib
out = {False: open(sys.argv[2] + "/train.jsonl", "w"),
    True: open(sys.argv[2] + "/test.jsonl", "w")}
gold = open(sys.argv[2] + "/gold.jsonl", "w")
for line in gzip.open(sys.argv[1], "rt"):
    r = json.loads(line)
    held = zlib.crc32(r["id"].encode()) // 7 % 5 == 0
    if held:
        gold.write(line)
    out[held].write(json.dumps({"id": r["id"], "text": r["text"],
        "domains": r["labels"], "maybe": r["maybe"]}) + "\n")
PY
	ok 'mean AP .88, macro F1 .80, micro F1 .82 on true labels' \
	    "domain-train -o $tmp/m2 $tmp/train.jsonl &&
	    domain-tag --model $tmp/m2 --all $tmp/test.jsonl >$tmp/tagged &&
	    python3 $shared/eval/mine-eval $tmp/gold.jsonl $tmp/tagged |
	    awk '{print} /^mean/ {good = \$3 >= .88 && \$7 >= .80}
		/^micro/ {fine = good && \$3 >= .82} END {exit !fine}'"
else
	skip 'figures on true labels' 'no shared data'
fi
done_testing
