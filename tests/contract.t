# what every tool must do, and what every filter of records must do
. "${0%/*}/tap.sh"

cd "$tmp" || exit

# Inputs that the filters take: a page, a document, and what each needs besides.
words='The clinic on the harbour road opens at eight, and the nurses who work
there see that the charts of everybody in the waiting room are on the desk of
the doctor before the first of them is called. Some have come for a dressing,
others with a cough that has lasted since autumn, and one or two only for the
company and the warm stove. When the rush is over, at about eleven, the older
nurse writes down what was used, orders what is missing, and goes through the
letters that the hospital has sent. She has done so for thirty years, and says
that it is the quiet hour of the day in which mistakes are found.'
words=$(echo "$words" | tr '\n' ' ')
printf '{"id":"p1","url":"http://a.example/","html":"<p>%s</p>","x":[1, 2.50]}\n' \
    "$words" >page.jsonl
printf '{"id":"d1","text":"%s","domains":["A"],"x":[1, 2.50]}\n' "$words" \
    >doc.jsonl
printf '{"id":"d2","text":"%s","domains":["B"],"x":"\\u00e9\\/"}\n' \
    "Quite another document, of ships and harbours, that the pilots have." \
    >>doc.jsonl
printf '{"id":"q1","prompt":"Say yes","x":[1, 2.50]}\n' >prompt.jsonl
printf '{"id":"q1","domains":["A"],"response":"- TOPIC: t\\n- PREMISE: p\\n- AUTHOR: a\\n- AUDIENCE: b\\n- MOTIVE: m\\n- DOCUMENT: %s","x":[1, 2.50]}\n' \
    "$words" >answer.jsonl
cat doc.jsonl >seeds.jsonl
embed-fit lsa --dim 2 -o model doc.jsonl doc.jsonl 2>/dev/null
embed-score --model model --vec doc.jsonl >vec.jsonl
domain-train -o domains.bin doc.jsonl 2>/dev/null
sed 's/}$/,"scores":{"A":0.75,"B":0.25}}/' doc.jsonl >scored.jsonl

# Filters of records: the command and an input it passes on.
cat >filters <<'LIST'
html-strip|page.jsonl
text-filter --set min_words=1|doc.jsonl
text-mask|doc.jsonl
text-chunk --min-tokens 1|doc.jsonl
text-dedup|doc.jsonl
text-dedup --mode exact|doc.jsonl
text-dedup --mode substr|doc.jsonl
text-dedup --keep longest|doc.jsonl
seed-gen parse|answer.jsonl
llm-ask --dry-run|prompt.jsonl
embed-score --model model --seeds seeds.jsonl --min-score 0|doc.jsonl
embed-score --model model --vec|doc.jsonl
domain-tag --model domains.bin|doc.jsonl
domain-pick --min-score 0.5|scored.jsonl
domain-pick --share 0.5 --grey 2 --background 1|scored.jsonl
domain-judge prompt|doc.jsonl
embed-map --json|vec.jsonl
LIST

for bin in "$B"/bin/*; do
	t=${bin##*/}
	status 0 "$t --help" "$t --help >help && grep -q '^usage: $t' help"
	status 0 "$t --help shows an example" \
	    "$t --help | grep -qi '^example'"
	status 0 "$t --version" "$t --version | grep -qE '^$t .*[0-9]'"
	status 2 "$t: an unknown option" "$t --no-such-option"
	like "usage: $t" "$t: and the synopsis" "$t --no-such-option"
	status 2 "$t: help to a full disk" "$t --help >/dev/full"
	status 2 "$t: help to a closed standard output" "$t --help >&-"
done

while IFS='|' read -r cmd input; do
	t=${cmd%% *}
	[ -x "$B/bin/$t" ] || continue
	status 0 "$cmd: no input" "$cmd </dev/null >out && test ! -s out"
	ok "$cmd: something passes" "$cmd <$input >out && test -s out"
	same "$cmd: a last line without its line feed" \
	    "$cmd <$input" "printf '%s' \"\$(cat $input)\" | $cmd"
	same "$cmd: blank lines and a byte order mark" \
	    "$cmd <$input" "(printf '\357\273\277'; cat $input; echo) | $cmd"
	same "$cmd: operands and standard input" \
	    "$cmd <$input" "$cmd - <$input"
	same "$cmd: gzip, two members" "cat $input $input | $cmd" \
	    "(gzip -c $input; gzip -c $input) | $cmd"
	same "$cmd: zstd" "$cmd <$input" "zstd -qc $input | $cmd"
	same "$cmd: --zstd" "$cmd <$input" "$cmd --zstd <$input | zstd -dcq"
	status 2 "$cmd: --zstd to a full disk" "$cmd --zstd <$input >/dev/full"
	same "$cmd: a bad line costs one record" "$cmd <$input" \
	    "(echo '{\"id\":1,}'; cat $input; echo '[]') | $cmd 2>/dev/null"
	like "^$t: -:1: " "$cmd: and one message with its line" \
	    "echo '{\"id\":}' | $cmd"
	status 0 "$cmd: and status 0" "(echo '{\"id\":}'; cat $input) | $cmd"
	status 1 "$cmd: but 1 where no record is good" \
	    "echo '{\"id\":}' | $cmd"
	status 1 "$cmd: unless --max-bad is passed" \
	    "(echo '{\"id\":}'; cat $input) | $cmd --max-bad 0"
	status 1 "$cmd: too long a line" \
	    "$cmd --max-record 10 --max-bad 0 <$input"
	status 66 "$cmd: a file that is not there" "$cmd $input no-such-file"
	same "$cmd: and the others are read" "$cmd $input" \
	    "$cmd no-such-file $input 2>err || test \$? -eq 66"
	like "curl -fsSL 'http://a.example/f'" "$cmd: a URL" \
	    "$cmd http://a.example/f"
	status 1 "$cmd: Parquet" "printf 'PAR1\\1\\2\\3\\4PAR1' | $cmd"
	like "^$t: -: Parquet, .*duckdb -c" "$cmd: and what makes records of it" \
	    "printf 'PAR1\\1\\2\\3\\4PAR1' | $cmd"
	status 1 "$cmd: truncated gzip" \
	    "(cat $input $input | gzip -c | head -c 60) | $cmd"
	status 2 "$cmd: a full disk" "$cmd <$input >/dev/full"
	status 2 "$cmd: a closed standard output" "$cmd <$input >&-"
	ok "$cmd: a closed standard input is an error" "! $cmd <&- >out"
	ok "$cmd: --stats is JSON" "$cmd --stats st <$input >out &&
	    python3 -c 'import json; s = json.load(open(\"st\")); \
	    assert s[\"tool\"] == \"$t\" and s[\"records_in\"] >= 1 \
	    and s[\"records_out\"] == open(\"out\").read().count(\"\\n\")'"
	ok "$cmd: python reads what it writes" "$cmd <$input |
	    python3 -c 'import json, sys; [json.loads(l) for l in sys.stdin]'"
	case $cmd in
	llm-ask*) ;;
	*) ok "$cmd: unknown members survive byte for byte" \
	    "$cmd <$input | grep -qF '\"x\":[1, 2.50]'" ;;
	esac
	rename='s/"id":/"uri":/'
	names='--id uri'
	case $cmd in
	llm-ask* | seed-gen* | domain-pick*) ;;
	*)
		rename="$rename; s/\"text\":/\"content\":/"
		names="$names --text content"
		;;
	esac
	same "$cmd: $names" "$cmd <$input | sed '$rename'" \
	    "sed '$rename' $input | $cmd $names | sed '$rename'"
	ok "$cmd: a dying reader is quiet" \
	    "(for i in 1 2 3 4 5 6 7 8 9; do cat $input; done | $cmd | head -c 1) 2>err >out; test ! -s err"
done <filters

# An output file never takes the number of a standard stream that is closed.
status 2 'text-dedup --index: no standard output' \
    'text-dedup --index fresh doc.jsonl >&-'
ok 'and no record is in the index' '! grep -q nurses fresh 2>/dev/null'
status 2 'text-dedup --dups: no standard output' \
    'cat doc.jsonl doc.jsonl | text-dedup --dups dups >&-'
ok 'and no record is in the list' '! grep -q nurses dups 2>/dev/null'
ok 'domain-train: no message is in the model' \
    "echo '{\"id\":}' | cat - doc.jsonl >bad.jsonl &&
    domain-train -o unheard.bin bad.jsonl 2>&- &&
    cmp unheard.bin domains.bin"
ok 'text-filter: nor in the rejects, nor in --stats' \
    "text-filter --rejects unheard --stats unheard.st bad.jsonl >/dev/null 2>&- &&
    ! grep -q '^text-filter:' unheard unheard.st"
status 2 '/dev/stdout is no way round' \
    'text-filter --rejects /dev/stdout doc.jsonl >&-'

# Temporary files: their names cannot be foreseen, and none is left by a tool that a
# signal ends.  Python sets signals back to their defaults.
cat >ended.py <<'PY'
import os, re, signal, subprocess, sys, time

sig = getattr(signal, sys.argv[1])
signal.signal(sig, signal.SIG_DFL)  # nohup(1) has it ignored
before = set(os.listdir('.'))
tool = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE,
                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
tool.stdin.write(open('doc.jsonl', 'rb').read())
tool.stdin.flush()
made = set()
for _ in range(500):
    made = set(os.listdir('.')) - before
    if made:
        break
    time.sleep(0.02)
name = ' '.join(made)
if not re.fullmatch(r'[a-z]+\.[0-9a-f]{12}\.tmp', name):
    sys.exit('temporary name: %s' % name)
tool.send_signal(sig)
status = tool.wait(timeout=20)
left = set(os.listdir('.')) - before
if status != -sig or left:
    sys.exit('status %d, left: %s' % (status, ' '.join(left)))
PY
for s in SIGINT SIGTERM SIGHUP SIGPIPE SIGXCPU; do
	ok "text-filter --rejects: nothing is left after $s" \
	    "python3 ended.py $s text-filter --rejects new -"
	ok "embed-fit -o: nothing is left after $s" \
	    "python3 ended.py $s embed-fit lsa --dim 2 -o folder -"
	ok "domain-train -o: nothing is left after $s" \
	    "python3 ended.py $s domain-train -o new -"
done
ok 'a reader that left: the temporary file goes' \
    "python3 -c \"print(open('doc.jsonl').read() * 9000, end='')\" >large
    text-filter --set min_words=1 --rejects left large | head -c 1 >/dev/null
    ! ls left* 2>/dev/null"
status 2 'a limit on the size of files is a failed write' \
    "(ulimit -f 1; exec text-filter --set min_words=100000 --rejects left large)"
ok 'and nothing is left' '! ls left* 2>/dev/null'
ok 'a link by the name of an output is replaced, not written through' \
    "echo precious >victim && ln -s victim linked && ln -s victim linked.st &&
    text-filter --rejects linked --stats linked.st doc.jsonl >/dev/null &&
    grep -qx precious victim && test ! -L linked && test ! -L linked.st &&
    jq -e .records_in linked.st"
same 'POSIXLY_CORRECT changes nothing' \
    'text-filter doc.jsonl --set min_words=1' \
    'POSIXLY_CORRECT=1 text-filter doc.jsonl --set min_words=1'
ok 'nor where the form is a word' \
    'POSIXLY_CORRECT=1 embed-fit lsa doc.jsonl doc.jsonl --dim 2 -o posix &&
    diff -r posix model'
if unshare --pid --fork true 2>/dev/null; then
	ok 'the first process of a container: a killed run is no hindrance' \
	    'mkdir again.1.tmp && : >once.1.tmp && unshare --pid --fork \
	    embed-fit lsa --dim 2 -o again doc.jsonl doc.jsonl &&
	    unshare --pid --fork text-filter --rejects once doc.jsonl'
else
	skip 'the first process of a container' 'no unshare here'
fi

# Text of a record never controls the terminal that shows it.
printf '{"id":"a\\u001b[2J\\u009b31m\\u202eb\\u2066\\u200f\\u061cc\302\2332\u00e9\\u2028","text":5}\n' \
    >hostile.jsonl
ok 'controls of C0 and C1, and marks of direction, are shown as ?' \
    "text-filter hostile.jsonl 2>err; grep -qF '(a?[2J?31m?b???c?2é?)' err"
ok 'bytes that are no UTF-8 likewise, in the name of a file' \
    "text-filter \"\$(printf 'no\\233m\\377\\303\\251')\" 2>err;
    grep -qF 'text-filter: no?m?é: ' err"
ok 'and in what is wrong with the command line' \
    "text-filter \"\$(printf -- '--no\\233\\033[2J')\" 2>err;
    grep -qF \"unknown option '--no??[2J'\" err"
like "'--ma' is short for several options" 'a short form of several options' \
    'text-filter --ma 3'
like '^text-filter: --lang needs an argument: LIST' 'no argument' \
    'text-filter --lang'
like '^text-filter: --progress takes no argument' 'an argument too many' \
    'text-filter --progress=3'
like "^text-filter: unknown option '-@'" 'an unknown letter' 'text-filter -p@'

# A model that is made shorter while it is in use.
ok 'domain-tag: a mapped model is cut short' \
    "mkfifo late && domain-train --buckets 65536 -o large.bin doc.jsonl &&
    { domain-tag --model large.bin late >out 2>err; echo \$? >rc; } &
    while [ ! -p late ] || [ ! -e large.bin ]; do sleep 0.1; done
    exec 3>late && : >large.bin && cat doc.jsonl >&3 && exec 3>&- &&
    wait && rm late && [ \$(cat rc) -eq 2 ] &&
    grep -qx 'domain-tag: large.bin: another program has made it shorter, or it cannot be read any more' err"

# unit/sandbox tests what the sandbox refuses; this tests that tools are in it.
cat >inside.py <<'PY'
import os, subprocess, sys, time

tool = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE,
                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
for _ in range(500):
    status = dict(line.split(':', 1)
                  for line in open('/proc/%d/status' % tool.pid))
    mode = status.get('Seccomp', '?').strip()
    if mode == sys.argv[1]:
        break
    time.sleep(0.02)
tool.stdin.close()
tool.wait(timeout=20)
sys.exit(mode != sys.argv[1])
PY
text-filter --stats whole.st doc.jsonl >/dev/null
if jq -e '.sandbox | index("calls")' whole.st >/dev/null; then
	while IFS='|' read -r cmd input; do
		set -- $cmd
		case $1 in llm-ask) set -- llm-ask --offline --cache none ;; esac
		: >none
		python3 inside.py 2 "$@" - >inside.out 2>&1
		report $? "${cmd%% *}: reads in the sandbox" inside.out
		shift
	done <filters
	ok '--no-sandbox is without' \
	    'python3 inside.py 0 text-filter --no-sandbox -'
else
	skip 'the sandbox' 'this kernel or this build has none'
fi
if shm=$(mktemp -d -p /dev/shm 2>/dev/null); then
	ok 'a file in /dev/shm is one as anywhere' "
	    text-filter --rejects $shm/rej --stats $shm/st doc.jsonl >/dev/null &&
	    test -s $shm/st && test -f $shm/rej; rm -r $shm"
else
	skip 'a file in /dev/shm' 'it is not here'
fi
ok '--stats tells what is in force' \
    "jq -e '.sandbox - [\"files\", \"calls\"] == []' whole.st &&
    text-filter --no-sandbox --stats out.st doc.jsonl >/dev/null &&
    jq -e '.sandbox == []' out.st"
ok 'outputs in other folders, through links, and on a standard stream' \
    "mkdir -p far/away && ln -s far/away near &&
    text-filter --set min_words=100000 --rejects near/rej --stats /dev/stderr \
    doc.jsonl 2>st && [ \$(wc -l <far/away/rej) -eq 2 ] &&
    jq -e .records_in st &&
    embed-fit lsa --dim 2 -o near/model doc.jsonl doc.jsonl &&
    embed-fit lsa --dim 2 -o near/model doc.jsonl doc.jsonl &&
    diff -r far/away/model model"
ok 'an output that is a link to a folder' \
    "mkdir -p far/shards && ln -s far/shards linked-shards &&
    shard-pack -o linked-shards --source a=doc.jsonl@1 &&
    shard-pack --check far/shards"

# Every tool has what HARDEN in GNUmakefile asks for: all symbols are bound at the
# start, in pages that are read-only after that, and the stack is guarded.
case ${HARDEN-yes},$B in
,* | *,*/san | *,*/cov) skip 'guards' 'this build has none' ;;
*)
	for bin in "$B"/bin/*; do
		readelf -dlW --dyn-syms "$bin" >elf
		grep -q 'FLAGS.*BIND_NOW' elf && grep -q GNU_RELRO elf &&
		    grep -q 'GNU_STACK.* RW ' elf &&
		    grep -q __stack_chk_fail elf &&
		    grep -q '_chk@' elf
		report $? "${bin##*/}: RELRO, BIND_NOW, stack protector, fortified"
	done
	;;
esac

# Input that is cut off gives every whole record before the cut, one message, status 1.
awk 'BEGIN {srand(1); for (i = 0; i < 400; i++)
    printf "{\"id\":\"%d\",\"text\":\"%d %d %d\"}\n", i,
    rand() * 1e9, rand() * 1e9, rand() * 1e9}' >many.jsonl
gzip -cn many.jsonl | head -c 4000 >cut.gz
gzip -cdq cut.gz >whole 2>err
text-dedup --mode exact cut.gz >out 2>err
echo $? >>err
n=$(wc -l <out)
[ "$n" -gt 10 ] && [ "$n" -eq "$(wc -l <whole)" ] &&
    head -n "$n" many.jsonl | cmp - out && [ "$(wc -l <err)" -eq 2 ] &&
    grep -q 'cut.gz: truncated gzip at byte 4000' err && grep -qx 1 err &&
    [ -n "$(tail -c 1 whole | tr -d '\n')" ]
report $? 'a cut in the middle of a record loses it alone, and says so once' err

# One process or many give the same: parallel --pipe -k over tools that hold one record.
if command -v parallel >/dev/null; then
	for i in 1 2 3 4 5 6 7 8; do
		sed "s/\"id\":\"\\(..\\)\"/\"id\":\"\\1-$i\"/" page.jsonl >>pages
		sed "s/\"id\":\"\\(..\\)\"/\"id\":\"\\1-$i\"/" doc.jsonl >>docs
		cat scored.jsonl >>scores
	done
	while read -r input cmd; do
		t=${cmd%% *}
		[ -x "$B/bin/$t" ] || continue
		same "parallel --pipe -k $cmd" "$cmd <$input" \
		    "parallel --pipe -k -N 3 '$cmd' <$input"
	done <<'LIST'
pages html-strip
docs text-filter --set min_words=1
docs text-mask --with value
docs text-chunk --min-tokens 1
docs domain-tag --model domains.bin
scores domain-pick --min-score 0.5 --all
docs embed-score --model model --vec
docs embed-score --model model --seeds seeds.jsonl --min-score 0
LIST
else
	skip 'parallel --pipe -k' 'no GNU parallel'
fi

# Options that contradict each other are told before anything is read.
while IFS='|' read -r message cmd; do
	like "^${cmd%% *}: $message" "$cmd" "$cmd </dev/null"
	status 2 "$cmd: status 2" "$cmd </dev/null"
done <<'LIST'
--records cannot be combined with --records-from|text-dedup --meet --records a --records-from b keys
the name of a file of a step must have no tab, comma or line feed|text-dedup --keys a,b
a step needs its records in files|text-dedup --keys -
a step needs its records in files|text-dedup --drop list
--keys, --meet, --judge, --cluster and --drop need --mode near|text-dedup --keys --mode exact a
--meet, --judge and --cluster need --memory 1M|text-dedup --meet --records a --memory 1k keys
--against cannot be combined with --mode|text-dedup --against a --keep longest
--dups works only with --mode near, exact or substr|text-dedup --mode para --dups x
--memory: '64 ' is no size|text-dedup --memory "64 "
--rules names no set|text-filter --rules ""
--lang: more than 64 languages|text-filter --lang $(seq -s , 65)
--min: more than 16 members|text-filter $(yes -- --min=a=1 | head -n 17)
--max-bad: '101' is not in 0 to 100|text-filter --max-bad 101%
--max-bad: 'x' is no whole number|text-filter --max-bad x%
--fold must be K/N|domain-train --fold 3 -o x
--on vec makes a linear model|domain-train --model fasttext --on vec -o x
--minn, --maxn and --pretrained-vectors need --model fasttext|domain-train --model linear --maxn 3 -o x
--as must be a name in UTF-8|domain-tag --model domains.bin --as ""
--batch-in cannot be combined with --batch-out|llm-ask --batch-in a --batch-out b
--offline needs --cache|llm-ask --offline
-o takes NAME=JSON|llm-ask -o seed
LIST

# --max-bad as a share: two bad records of five.
bad='printf "{\"id\":\n{\"id\":1,\"text\":5}\n"; for i in 1 2 3; do echo "{\"id\":\"$i\",\"text\":\"a\"}"; done'
status 1 'two of five are more than 39 %' "($bad) | text-filter --rules none --max-bad 39%"
status 0 'and not more than 40 %' "($bad) | text-filter --rules none --max-bad 40%"
done_testing
