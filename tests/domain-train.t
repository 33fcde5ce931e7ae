# domain-train: what is learnt, what can't be, and that the answer is one
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

status 2 'no output' "domain-train $train"
status 2 'nothing to learn from' "domain-train -o $tmp/no </dev/null"
status 2 'nothing but negatives' \
    "echo '{\"domains\":[],\"text\":\"a b\"}' | domain-train -o $tmp/no"
like 'not to be of "A"' 'nothing but positives' \
    "echo '{\"domains\":[\"A\"],\"text\":\"a b\"}' | domain-train -o $tmp/no"
status 2 'a spool that can not be' \
    "TMPDIR=$tmp/none domain-train -o $tmp/no $train"
status 2 'a full disk' "domain-train -o /dev/full/m $train"
ok 'a failed run leaves no file' "test ! -e $tmp/no && ! ls $tmp/no.*"
status 1 'lost input is told' "domain-train -o $tmp/m2 $train no-such-file"

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
		/^micro/ {exit !(good && \$3 >= .82)}'"
else
	skip 'figures on true labels' 'no shared data'
fi
done_testing
