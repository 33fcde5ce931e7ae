# text-dedup: which records are dropped, which stay for them, and that no other is dropped
. "${0%/*}/tap.sh"

dups() { # CASE ARG ...
	name=$1
	golden "$@" --dups "$tmp/dups"
	[ -n "${UPDATE:-}" ] && cp "$tmp/dups" "$name.dups"
	ok "$name: dups" "diff $name.dups $tmp/dups"
}
dups near
dups exact --mode exact
dups key --mode exact --key url
golden para --mode para --min-tokens 1 --within --digits zero
golden lines --mode para
dups invisible
dups invisible-exact --mode exact
golden invisible-para --mode para
dups invisible-substr --mode substr --min-tokens 8
dups numbers
dups zero --digits zero
dups substr --mode substr --min-tokens 5
dups scripts --mode substr --min-tokens 12
dups longest --keep longest
dups newest --keep newest
dups against --against eval.jsonl
dups leaks --against eval-short.jsonl
dups leaks-share --against eval-short.jsonl --ngram 10 --share 0.3
dups leaks-cut --against eval-short.jsonl --cut

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
same 'keys of parts are keys of all, below the line of their options' \
    "for p in $parts; do text-dedup --keys \$p; done | sort -u" \
    "text-dedup --keys $parts | sort -u"
for other in '--digits zero' '--shingle 4' '--rows 4' '--bands 2'; do
	status 2 "cluster: keys of other options, $other" \
	    "text-dedup $other --keys $parts |
	    text-dedup --cluster --records $list"
	status 2 "judge: meetings of other options, $other" \
	    "text-dedup $other --keys $parts |
	    text-dedup $other --meet --records $list |
	    text-dedup --judge --records $list"
done
status 2 'cluster: keys without a line of their options' \
    "text-dedup --keys $parts | tail -n +2 |
    text-dedup --cluster --records $list"
same 'cluster: keys in whatever order' "cat $tmp/drop" \
    "text-dedup $options --keys $parts | shuf --random-source=$tmp/edited |
    text-dedup $options --cluster --records $list"
zparts=$(for p in $parts; do
	html-strip --zstd "$p" >"$p.zst"
	echo "$p.zst"
done | tr '\n' ' ')
zlist=$(echo $zparts | tr ' ' ,)
same 'parts that are zstd frames drop the same' \
    "for p in $parts; do text-dedup --drop $tmp/drop \$p; done" \
    "text-dedup $options --keys $zparts |
    text-dedup $options --cluster --records $zlist >$tmp/zdrop
    for p in $zparts; do text-dedup --drop $tmp/zdrop \$p; done"
like 'a frame of more than 1 MiB: write it by --zstd' \
    'keys: a part that is one large frame' \
    "(cat $tmp/part.aa; head -c 2000000 /dev/zero | tr '\\0' ' '; echo
    cat $tmp/part.aa) | zstd -qc >$tmp/large.zst; text-dedup --keys $tmp/large.zst"
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
status 2 'drop: no list' "text-dedup --drop $tmp/edited $tmp/part.aa"
like 'part.ad is not among the parts of .*: name it as' \
    'drop: a file that is not among the parts' \
    "cp $tmp/part.aa $tmp/part.ad; text-dedup --drop $tmp/drop $tmp/part.ad"
status 2 'drop: and that is fatal' "text-dedup --drop $tmp/drop $tmp/part.ad"
same 'drop: a list that is a pipe' \
    "for p in $parts; do text-dedup --drop $tmp/drop \$p; done 2>/dev/null" \
    "for p in $parts; do cat $tmp/drop | text-dedup --drop - \$p
    done 2>/dev/null"

# Files that go between the steps, each damaged in one place.
mkdir "$tmp/damaged"
cd "$tmp/damaged" || exit
for i in 1 2 3; do
	for last in thirteen fourteen fifteen; do
		printf '{"id":"%s %s","text":"%s %s"}\n' "$i" "$last" \
		    'one two three four five six seven eight nine ten eleven twelve' "$last"
	done >"p$i"
done
text-dedup --keys p1 p2 p3 >keys
text-dedup --meet --records p1,p2,p3 keys >meet
text-dedup --judge --records p1,p2,p3 meet >drop
damaged() { # FILE MESSAGE EDIT COMMAND
	sed "$3" "$1" >bad
	like "bad(:[0-9]+)?: $2" "$1, damaged by $3: $2" "cmp -s $1 bad || $4"
	status 2 'with status 2' "$4"
}
for edit in '2s/^.*p1/x p1/' '2s/p1.0/p1/' '2s/0$/0 /' '2s/0$/x/'; do
	damaged keys 'no line of --keys' "$edit" \
	    'text-dedup --meet --records p1,p2,p3 bad'
done
damaged keys 'no line of this step' '1s/#options/#optionen/' \
    'text-dedup --meet --records p1,p2,p3 bad'
like 'list.* does not name p3' 'keys of a part that the list does not name' \
    'printf "p1\np2\n" >list && text-dedup --meet --records-from list keys'
for edit in '3s/^/x/' '3s/^1/0/' '3s/^1/4/' '3s/.[0-9a-f]*	2	0$//' '3s/	2	0$/	2/' \
    '3s/$/	1/' '3s/2	0$/1	0/'; do
	damaged meet 'no line of --meet' "$edit" \
	    'text-dedup --judge --records p1,p2,p3 bad'
done
damaged meet 'not in the order of records' '3{h;d};$G' \
    'text-dedup --judge --records p1,p2,p3 bad'
damaged meet 'no file of --meet' '2d' 'text-dedup --judge --records p1,p2,p3 bad'
for edit in '2s/ 3 / x /' '2s/ 3 / 0 /' '2s/ 3 / 3/' '2s/ 3 .*/ 3 x/' '2s/$/0/'; do
	damaged meet "no line '#records N HASH'" "$edit" \
	    'text-dedup --judge --records p1,p2,p3 bad'
done
for range in 'x 2' '0 x' '2 2' '0 2 ' '0 99999999' '0'; do
	damaged meet "no line '#range I N'" "2a#range $range" \
	    'text-dedup --judge --records p1,p2,p3 bad'
done
damaged meet 'of 4 ranges; a file before is of 2' '2a#range 0 2\n#range 1 4' \
    'text-dedup --judge --records p1,p2,p3 bad'
damaged drop 'no list of --cluster or --judge' 1d 'text-dedup --drop bad p3'
damaged drop "no line '#records N HASH'" '1s/ 3 / x /' 'text-dedup --drop bad p3'
for edit in 2d '2s/ 1 / 7 /' '3s/ p2$//' '2s/ 1 / x /' '3,$d'; do
	damaged drop "no line '#part N NAME'" "$edit" 'text-dedup --drop bad p3'
done
damaged drop 'names a part twice' '2s/p1/p3/' 'text-dedup --drop bad p3'
damaged drop 'no line of --cluster or --judge' '$s/^/x/' 'text-dedup --drop bad p3'
damaged drop 'not in the order of records' '11{h;d};$G' \
    'text-dedup --drop bad p3 p2 p1'
for edit in '1s/#records/#record/' 2d '5s/^/x/'; do
	damaged drop 'no l(ist|ine) ' "$edit" \
	    'text-dedup --judge --records p1,p2,p3 --earlier bad meet'
done
damaged drop 'not in the order of records' '5{h;d};$G' \
    'text-dedup --judge --records p1,p2,p3 --earlier bad meet'
cd "$OLDPWD" || exit

# In any number of processes: copies, chains A~B~C in which each is similar to the
# one before, and so many similar records that they fill buckets; in few MB.
cat >"$tmp/crowd.py" <<'PY'
import json, random
random.seed(5)
vocabulary = [a + b + c for a in "bdfgklmnprst" for b in "aeiou" for c in "lnrst"]
def some(n): return [random.choice(vocabulary) for _ in range(n)]
def edit(words, n):
    copy = list(words)
    for _ in range(n):
        copy[random.randrange(len(copy))] = random.choice(vocabulary)
    return copy
texts = [[], ["one"], ["one"]]
for i in range(600):
    words = some(80)
    texts += [words] + [edit(words, random.randrange(6))
                        for _ in range(random.randrange(4))]
for i in range(40):
    words = some(200)
    for _ in range(12):
        texts.append(words)
        words = words[8:] + some(8)
crowd = some(60)
texts += [edit(crowd, random.randrange(4, 9)) for _ in range(1500)]
random.shuffle(texts)
for i, words in enumerate(texts):
    print(json.dumps({"id": str(i), "text": " ".join(words)}))
PY
# The lines of a list as those of --dups.
cat >"$tmp/pairs.py" <<'PY'
import json, sys
parts, files = [], {}
def id_at(part, offset):
    with open(parts[int(part) - 1]) as f:
        f.seek(int(offset))
        return json.loads(f.readline())["id"]
for line in open(sys.argv[1]):
    if line.startswith("#part "):
        parts.append(line.rstrip("\n").split(" ", 2)[2])
    elif not line.startswith("#"):
        n, at, kept_n, kept_at, jaccard = line.split()
        print('{"id":"%s","kept":"%s","jaccard":%s}' %
              (id_at(n, at), id_at(kept_n, kept_at), jaccard))
PY
near="text-dedup --bands 40 --rows 2 --jaccard 0.7"
mkdir "$tmp/steps"
cd "$tmp/steps" || exit
python3 "$tmp/crowd.py" >crowd
split -n l/5 crowd part.
ls part.* >list
$near --dups dups part.* >one 2>one.err
$near --keys --records-from list part.* |
    $near --cluster --records-from list >drop 2>drop.err
same 'the list is of the pairs of one process' 'cat dups' \
    "python3 $tmp/pairs.py drop"
same 'and as many were left out of buckets' 'cat one.err; echo 1' \
    'cat drop.err; grep -c [1-9] drop.err'
for ranges in 1 4 16; do
	rm -f keys.* meet.*
	for p in part.*; do
		$near --keys --records-from list --ranges $ranges -o "keys.$p" "$p"
	done
	for f in keys.part.aa.*; do
		i=${f##*.}
		$near --meet --memory 1M --records-from list keys.*."$i" >"meet.$i"
	done
	same "$ranges ranges: --meet and --judge, as --cluster" \
	    'cat drop drop.err' "$near --judge --memory 1M --stats stats \
	    --records-from list meet.* 2>err; cat err"
done
same 'what memory had no room for went to a file' 'echo true' \
    'jq ".spooled_bytes > 0" stats'
same 'by names: the same list' 'cat drop' \
    "$near --keys part.* | $near --cluster --records $(echo part.* | tr ' ' ,)"
same 'a line of keys twice is one' 'cat drop' \
    "$near --keys part.* >keys; $near --cluster --records-from list keys keys"

# A later crawl: the list may grow, and what was settled stays so.
head -n 3 list >list.3
$near --keys --records-from list.3 part.aa part.ab part.ac >keys.3
$near --cluster --records-from list.3 keys.3 >drop.3 2>/dev/null
$near --keys --records-from list part.ad part.ae >keys.5
same 'a later crawl: the list of both at once' 'cat drop drop.err' \
    "$near --cluster --records-from list --earlier drop.3 --stats stats.5 \
    keys.3 keys.5 2>err; cat err"
same 'and only the later records are compared' 'echo true' \
    "$near --cluster --records-from list --stats stats keys.3 keys.5 \
    >drop.5 2>&1; jq -s '.[0].comparisons < .[1].comparisons * 0.7' stats.5 stats"
{ echo ./part.aa; tail -n +2 list; } >changed
like 'changed:? ?.*has it changed' 'a list that has changed: --meet' \
    "$near --meet --records-from changed keys.3"
status 2 'a list that has changed: --cluster' \
    "$near --cluster --records-from changed keys.3"
like 'has it changed' 'a list that has changed: --judge' \
    "$near --judge --records-from changed meet.*"
like 'has it changed' 'a list that has changed: --earlier' \
    "$near --cluster --records-from changed --earlier drop.3 /dev/null"
like 'keys.5:2: made with 5 parts, but list.3 names 3' 'a list that is too short' \
    "$near --meet --records-from list.3 keys.5"
like 'crowd' '--keys: a file that is not in the list' \
    "$near --keys --records-from list crowd"
status 2 '--records-from: a name twice' \
    "cat list list >twice; $near --keys --records-from twice part.aa"
like "names no file" "--records-from: no name" \
    "$near --meet --records-from /dev/null"
status 2 '--judge: a part that is not there' \
    "mv part.ab away; $near --judge --records-from list meet.*"
mv away part.ab
like 'range 7 of 16 \(from 0\) is missing' '--judge: a range that is missing' \
    "$near --judge --records-from list \$(ls meet.* | grep -v 07)"
like 'range 0 of 16 \(from 0\) is missing' '--meet: some of the ranges' \
    "$near --meet --records-from list keys.part.*.03 keys.part.*.04"
same '--meet: all of the ranges' 'cat drop' \
    "$near --meet --records-from list keys.part.* |
    $near --judge --records-from list"
like 'fit together' '--judge: a file twice' \
    "$near --judge --records-from list meet.* meet.03"
like 'order of records' '--judge: files in one stream' \
    "cat meet.* | grep -v '^#range' >all
    { grep '^#[ro]' meet.00 | grep -v range; grep -v '^#' all; } |
    $near --judge --records-from list"
like 'incomplete file' '--judge: a file that was cut' \
    "mv meet.03 whole; head -c 3001 whole >meet.03
    $near --judge --records-from list meet.*"
like 'fit together' '--judge: a line that is missing' \
    "awk -F '	' 'NF == 5 && want == \"\" {want = \$4 FS \$5 FS \$3}
	\$1 FS \$2 FS \$3 != want' whole >meet.03
    $near --judge --records-from list meet.*"
status 2 '--ranges: no power of two' "$near --keys --ranges 3 -o x part.aa"
status 2 '--ranges without a name' "$near --keys --ranges 2 part.aa"
status 2 '--judge: no list of parts' "$near --judge meet.*"
status 2 '--memory of a step: too little' \
    "$near --cluster --memory 1K --records-from list keys.3"
cd "$top/tests/golden/text-dedup" || exit

# A chain: B is similar to A, C to B but not to A.  B is dropped for A; C stays.
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
    'text-dedup --bands 14 --rows 8 --shingle 5 --digits zero <near.in 2>&1'
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
like '--keys .*--cluster.*--drop' 'who runs out of memory is told of the steps' \
    "text-dedup --memory 20K $tmp/edited"
like '^text-dedup: some [0-9]+ bytes for the first 1000 records' '-v: an estimate' \
    "cat $tmp/edited $tmp/edited $tmp/edited | text-dedup -v 2>&1 >/dev/null"
same 'para: what share went' \
    "text-dedup --mode para --min-tokens 1 --within --digits zero \
	--stats - <para.in 2>&1 >/dev/null |
	jq -c '[.text_bytes, .text_bytes_cut, .paragraphs_cut]'" \
    "echo '[130,43,5]'"
same 'against: counted by file' \
    "text-dedup --against eval.jsonl --stats - <against.in 2>&1 >/dev/null |
	jq -c .dropped" "echo '{\"eval.jsonl\":1}'"
same 'against: files by a file of names' 'cat against.out' \
    "echo eval.jsonl >$tmp/names; text-dedup --against @$tmp/names <against.in"
for n in 10 11; do
	same "--cut: a text of $n cuts" "echo $((11 - n))" \
	    "echo '{\"text\":\"leak one two three\"}' >$tmp/leak
	    python3 -c 'import json; print(json.dumps({\"text\": \" \".join(
		\"leak one two three \" + \"x \" * 300 for i in range($n))}))' |
	    text-dedup --against $tmp/leak --ngram 4 --cut | wc -l"
done
status 2 '--cut needs --against' 'text-dedup --cut'
status 2 '--ngram needs --against' 'text-dedup --ngram 9'
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
status 2 '--index: numbers compared otherwise' \
    "text-dedup --index $tmp/index --digits zero near.in"
status 2 '--index: another mode' \
    "text-dedup --index $tmp/index --mode exact near.in"
status 2 '--index: no index' \
    "cp near.in $tmp/near.in && text-dedup --index $tmp/near.in near.in"
cat >"$tmp/damage.py" <<'PY'
import subprocess, sys
whole = open(sys.argv[1], "rb").read()
bad = sys.argv[1] + ".bad"
for i in range(10):  # one bit, or all after it
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

# substr: runs of a few words that are repeated many times.
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
status 2 'near: no --within' 'text-dedup --within'
status 2 'exact: no --digits' 'text-dedup --mode exact --digits zero'
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
