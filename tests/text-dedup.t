# text-dedup: what goes, for whom, and that nothing else does
. "${0%/*}/tap.sh"

dups() { # CASE ARG ...
	name=$1
	golden "$@" --dups "$tmp/dups"
	[ -n "${UPDATE:-}" ] && cp "$tmp/dups" "$name.dups"
	same "$name: dups" "cat $name.dups" "cat $tmp/dups"
}
dups near
dups exact --mode exact
dups key --mode exact --key url
golden para --mode para
dups substr --mode substr --min-tokens 5
dups longest --keep longest
dups newest --keep newest
dups against --against eval.jsonl

for mode in near exact para; do
	same "$mode: dedup of dedup is dedup" \
	    "text-dedup --mode $mode <near.in 2>/dev/null" \
	    "text-dedup --mode $mode <near.in 2>/dev/null |
	    text-dedup --mode $mode"
	same "$mode: a file twice is the file once" \
	    "text-dedup --mode $mode near.in 2>/dev/null" \
	    "text-dedup --mode $mode near.in near.in 2>/dev/null |
	    awk '!/^.\"id\": \"(none|none again|empty)\"/ || !seen[\$0]++'"
done
same 'a hundred thousand copies of one record' \
    'head -n 1 near.in' \
    "head -n 1 near.in | awk '{for (i = 0; i < 100000; i++) print}' | text-dedup"

# In steps, as in one process.  Records edited a little, in two parts.
edited() {
	python3 - <<'PY'
import json, random
random.seed(3)
vocabulary = [a + b + c for a in "bdfgklmnprst" for b in "aeiou" for c in "lnrst"]
texts = []
for i in range(150):
    words = [random.choice(vocabulary) for _ in range(80)]
    texts.append(words)
    for _ in range(random.randrange(4)):
        copy = list(words)
        for _ in range(random.randrange(6)):
            copy[random.randrange(80)] = random.choice(vocabulary)
        texts.append(copy)
texts += [[], ["one"], ["one"]]
random.shuffle(texts)
for i, words in enumerate(texts):
    print(json.dumps({"id": i, "text": " ".join(words)}))
PY
}
edited >"$tmp/edited"
split -n l/3 "$tmp/edited" "$tmp/part."
parts="$tmp/part.aa $tmp/part.ab $tmp/part.ac"
list=$(echo "$parts" | tr ' ' ',')
for options in '' '--jaccard 0.6 --bands 30 --rows 4 --shingle 3'; do
	# shellcheck disable=SC2086 # lists of words
	text-dedup $options --keys $parts | sort |
	    text-dedup $options --cluster --records "$list" >"$tmp/drop"
	same "the steps drop what one process does $options" \
	    "text-dedup $options $parts" \
	    "for p in $parts; do text-dedup --drop $tmp/drop \$p; done"
done
ok 'the steps dropped something' "test -s $tmp/drop"
same 'keys of parts are keys of all' \
    "for p in $parts; do text-dedup --keys \$p; done" "text-dedup --keys $parts"
like 'not sorted' 'cluster: keys out of order' \
    "text-dedup --keys $parts | text-dedup --cluster --records $list"
like 'was it changed' 'cluster: a part that was changed' \
    "text-dedup --keys $parts | sort >$tmp/keys; echo x >$tmp/part.ab
    text-dedup --cluster --records $list $tmp/keys"
status 1 'drop: a part that was changed' \
    "for p in $parts; do text-dedup --drop $tmp/drop \$p || exit; done"
status 2 'cluster: a compressed part' \
    "gzip -c $tmp/edited >$tmp/part.gz
    text-dedup --cluster --records $tmp/part.gz </dev/null"
status 2 'two steps at once' 'text-dedup --keys --cluster --records x'
status 2 'keys of standard input' 'text-dedup --keys </dev/null'

# A chain: B is near A, C near B but not near A.  B goes for A; C stays.
chain() {
	python3 - <<'PY'
import json
w = ["w%d" % i for i in range(400)]
def out(id, words): print(json.dumps({"id": id, "text": " ".join(words)}))
out("A", w)
out("B", w[30:] + ["x%d" % i for i in range(30)])
out("C", w[60:] + ["x%d" % i for i in range(60)])
PY
}
chain | sed 's/w\([0-9]\)\([0-9]*\)/w\1\2/g' | tr 0-9 a-j >"$tmp/chain"
same 'no chain: what is near to what went stays' \
    "text-dedup $tmp/chain | jq -r .id" 'printf "A\nC\n"'
ok 'every pair of --dups is as near as was asked for' \
    "text-dedup --dups $tmp/dups --jaccard 0.7 near.in >/dev/null 2>&1 &&
	jq -e '.jaccard >= 0.7' $tmp/dups >/dev/null && test -s $tmp/dups"
same '--jaccard 1 takes equal sets alone' \
    "text-dedup --jaccard 1 --dups /dev/stderr <near.in 2>&1 >/dev/null |
	grep -c kept" 'echo 4'
same 'presets' 'text-dedup --preset fineweb <near.in 2>&1' \
    'text-dedup --bands 14 --rows 8 --shingle 5 <near.in 2>&1'
like '"a one word".*"kept":"a"' 'preset lee' \
    'text-dedup --preset lee --dups /dev/stderr <near.in'
for mode in near exact para substr; do
	like '"memory_bytes":[1-9]' "$mode: what was held is told" \
	    "text-dedup --mode $mode --stats - near.in 2>&1 >/dev/null"
done
like '[0-9]+ entries were left out of buckets that hold 128' \
    'a crowd of look-alikes: the cap is reported' \
    "seq 1000 | tr 0-9 a-j | sed 's/.*/{\"text\":\"one two three four five &\"}/' |
    text-dedup --bands 4 --rows 1 --jaccard 0.99 2>&1 >/dev/null"
status 2 'memory is bounded' \
    "seq 5000 | awk '{print \"{\\\"text\\\":\\\"\" \$1 \" a b c d\\\"}\"}' |
	tr 0-9 a-j | text-dedup --memory 100K"
same 'what memory has no room for is spooled, with the same result' \
    "text-dedup --dups $tmp/dups1 $tmp/edited" \
    "text-dedup --memory 120K --dups $tmp/dups2 $tmp/edited"
ok 'and the same pairs' "cmp $tmp/dups1 $tmp/dups2"
like '"spooled_bytes":[1-9]' 'and it was spooled' \
    "text-dedup --memory 120K --stats - $tmp/edited 2>&1 >/dev/null"
like '--keys .*sort.*--cluster.*--drop' 'who runs out of memory is told of the steps' \
    "text-dedup --memory 50K $tmp/edited"
like '^text-dedup: some [0-9]+ bytes for the first 1000 records' '-v: an estimate' \
    "cat $tmp/edited $tmp/edited $tmp/edited | text-dedup -v 2>&1 >/dev/null"
same 'para: what share went' \
    "text-dedup --mode para --stats - <para.in 2>&1 >/dev/null |
	jq -c '[.text_bytes, .text_bytes_cut, .paragraphs_cut]'" \
    "echo '[130,43,5]'"
same 'against: counted by file' \
    "text-dedup --against eval.jsonl --stats - <against.in 2>&1 >/dev/null |
	jq -c .dropped" "echo '{\"eval.jsonl\":1}'"
status 66 'against: a file that is not there' \
    'text-dedup --against nowhere <against.in'
# --index: parts one after another are all at once.
split -n l/3 "$tmp/edited" "$tmp/part."
indexed() { # ARG ...
	rm -f "$tmp/index"
	for p in $parts; do
		text-dedup --index "$tmp/index" "$@" "$p" || return
	done
}
for mode in near exact para; do
	indexed --mode $mode >"$tmp/one"
	same "--index, $mode: parts in turn are all at once" "cat $tmp/one" \
	    "text-dedup --mode $mode $parts"
done
for mode in exact near; do
	indexed --mode $mode --dups "$tmp/dups1" >"$tmp/one"
	same "--index, $mode: names of earlier runs" "cat $tmp/dups1" \
	    "text-dedup --mode $mode --dups $tmp/dups2 $parts >/dev/null
	    tail -n \$(wc -l <$tmp/dups1) $tmp/dups2"
done
status 2 '--index: other settings' \
    "text-dedup --index $tmp/index --rows 9 near.in"
status 2 '--index: another mode' \
    "text-dedup --index $tmp/index --mode exact near.in"
status 2 '--index: no index' \
    "cp near.in $tmp/near.in && text-dedup --index $tmp/near.in near.in"
cat >"$tmp/damage.py" <<'PY'
import subprocess, sys
whole = open(sys.argv[1], "rb").read()
bad = sys.argv[1] + ".bad"
for i in range(10):  # a bit, or all behind
    at = 20 + i * (len(whole) - 21) // 9
    made = whole[:at] + (bytes([whole[at] ^ 64]) + whole[at + 1:]) * (i % 2)
    open(bad, "wb").write(made)
    run = subprocess.run(["text-dedup", "--index", bad, "near.in"],
                         capture_output=True)
    assert run.returncode == 2 and b"Sanitizer" not in run.stderr, (i, run)
    assert open(bad, "rb").read() == made
PY
ok '--index: one that was cut or changed is refused, and left as it is' \
    "python3 $tmp/damage.py $tmp/index"

# substr: runs of a few words over and over.
cat >"$tmp/repeats.py" <<'PY'
import json, random
random.seed(8)
words = ["aa", "\u00e9t\u00e9", "\u7a91\u71b1", "d", "\u0001", "ee"]
blanks = [" ", "  ", "\n", "\n\n", "\u3000", " \t"]
def some(n): return [random.choice(words) for _ in range(n)]
runs = [some(random.randrange(4, 30)) for _ in range(12)]
for i in range(120):
    text = ""
    for _ in range(random.randrange(5)):
        run = random.choice(runs) if random.random() < .5 else some(12)
        for word in run[random.randrange(3):]:
            text += word + random.choice(blanks)
    print(json.dumps({"id": str(i), "text": text}))
PY
python3 "$tmp/repeats.py" >"$tmp/repeats"
substr="text-dedup --mode substr --min-tokens 8"
same 'substr: as a search of all earlier places' \
    "python3 $top/tests/substr-naive.py 8 <$tmp/repeats" \
    "$substr $tmp/repeats | python3 $top/tests/substr-naive.py"
ok 'substr: --dups tells each word that went, once, and where it stays' \
    "$substr --dups $tmp/cuts $tmp/repeats |
	python3 $top/tests/substr-naive.py 8 $tmp/repeats $tmp/cuts &&
	test \$(wc -l <$tmp/cuts) -gt 50"
for n in 49 50; do
	run=$(seq $n | tr '\n' ' ')
	for i in a b; do
		echo "{\"id\":\"$i\",\"text\":\"$i $run$i\"}"
	done >"$tmp/$n"
done
same 'substr: 49 words in common stay' "cat $tmp/49" \
    "text-dedup --mode substr $tmp/49"
same 'substr: 50 go' 'echo "b b"' \
    "text-dedup --mode substr $tmp/50 | jq -r 'select(.id == \"b\").text'"
for i in 1 2; do
	for text in 'a b' 'c d'; do echo "{\"text\":\"$text\"}"; done
done >"$tmp/across"
same 'substr: no run over two records' "cat $tmp/across" \
    "text-dedup --mode substr --min-tokens 4 $tmp/across"
same 'substr: thousands of copies of one record' 'head -n 1 near.in' \
    "head -n 1 near.in | awk '{for (i = 0; i < 5000; i++) print}' |
    text-dedup --mode substr"
like '--memory.*split' 'substr: memory is bounded' \
    "text-dedup --mode substr --memory 10K $tmp/edited"
status 2 'substr: no index' 'text-dedup --mode substr --index x'
status 2 'para: no --keep' 'text-dedup --mode para --keep longest'
cat >"$tmp/dates" <<'JSON'
{"id":"a","date":"2024-05-01T10:00:00Z","text":"x"}
{"id":"b","date":"2024-05-01T10:00:00-03:00","text":"x"}
{"id":"c","published":"2024-05-02","text":"y"}
{"id":"d","date":"1969","text":"y"}
{"id":"e","text":"z"}
{"id":"f","date":"?","published":"2001-01","text":"z"}
JSON
same 'newest: by time, whatever the zone; a year or a month will do' \
    'printf "b\nc\nf\n"' \
    "text-dedup --mode exact --keep newest $tmp/dates | jq -r .id"
for keep in first longest newest; do
	same "a record without the key stays where it is, --keep $keep" \
	    'echo 3; echo 1; echo 3; echo 4' \
	    "(echo '{\"id\":\"a\",\"text\":\"3\"}'
	    echo '{\"id\":\"b\",\"text\":\"1\",\"url\":\"x\"}'
	    echo '{\"id\":\"c\",\"text\":\"3\",\"url\":7}'
	    echo '{\"id\":\"d\",\"text\":\"2\",\"url\":\"x\"}'
	    echo '{\"text\":\"4\",\"url\":\"y\"}') |
	    text-dedup --mode exact --key url --keep $keep |
	    sed 's/.*\"text\":\"\(.\).*/\1/'"
done
status 2 'a key of the wrong mode' 'text-dedup --key url'
status 2 'no such mode' 'text-dedup --mode closest'
done_testing
