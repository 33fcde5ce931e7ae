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
for mode in near exact para; do
	like '"memory_bytes":[1-9]' "$mode: what was held is told" \
	    "text-dedup --mode $mode --stats - near.in 2>&1 >/dev/null"
done
status 2 'memory is bounded' \
    "seq 5000 | awk '{print \"{\\\"text\\\":\\\"\" \$1 \" a b c d\\\"}\"}' |
	tr 0-9 a-j | text-dedup --memory 100K"
same 'para: what share went' \
    "text-dedup --mode para --stats - <para.in 2>&1 >/dev/null |
	jq -c '[.text_bytes, .text_bytes_cut, .paragraphs_cut]'" \
    "echo '[130,43,5]'"
same 'against: counted by file' \
    "text-dedup --against eval.jsonl --stats - <against.in 2>&1 >/dev/null |
	jq -c .dropped" "echo '{\"eval.jsonl\":1}'"
status 1 'against: a file that is not there' \
    'text-dedup --against nowhere <against.in'
status 2 'a key of the wrong mode' 'text-dedup --key url'
status 2 'no such mode' 'text-dedup --mode closest'
done_testing
