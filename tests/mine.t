# mine.mk: from a folder of archives to shards; again, killed, broken, empty, in
# slices, with odd names
. "${0%/*}/tap.sh"

cd "$tmp" || exit
sample=$top/examples/sample/crawl.warc.gz

# Equal names in several folders, names that make could not take, records,
# broken files.
mkdir -p crawl/a 'crawl/b $x/c'
cp "$sample" crawl/a/crawl.warc.gz
head -c 150000 "$sample" >'crawl/b $x/crawl.warc.gz'
zcat "$sample" | head -c 300001 >"crawl/b \$x/c/-it's a \"crawl\".warc"
head -c 50 "$sample" >crawl/cut.warc.gz.open
echo 'no archive' >crawl/none.gz.bad
: >crawl/empty.arc
warc-cat "$sample" | html-strip --zstd >crawl/docs.jsonl.zst

mine="${MAKE:-make} -f $top/examples/mine.mk B=$B FIT='--dim 64'
    SCORE='--background 10' RANGES=2"
mine=$(echo "$mine" | tr '\n' ' ')
export mine
unset MAKEFLAGS MAKELEVEL

status 0 'a crawl with broken files' "$mine -j2 CRAWL=crawl OUT=out >log 2>&1"
ok 'shards' 'shard-pack --check out/shards && zcat out/shards/*.gz | grep -q .'
ok 'what was mined is of the domains' "cat out/mined/*.zst | zstd -dcq >mined &&
    python3 -c 'import json
want = {\"Healthcare & Life sciences\", \"Financial Services\"}
found = [set(json.loads(l)[\"domains\"]) & want for l in open(\"mined\")]
assert all(found) and set.union(*found) == want'"
ok 'names of all kinds' "test \$(wc -l <out/archives) -eq 7 &&
    grep -qxF \"crawl/b \\\$x/c/-it's a \\\"crawl\\\".warc\" out/archives &&
    test \$(ls out/clean/*.jsonl.zst | wc -l) -eq 7"
ok 'each broken file has its log, and is in the report' "
    for f in '/crawl.warc.gz: truncated' \"it's a\" cut.warc.gz.open none.gz.bad; do
	grep -qE \"^[1-9][0-9]* crawl/.*\$f\" out/report || { echo \$f; exit 1; }
    done
    test \$(ls out/clean/*.log | wc -l) -eq 4"
like '^[1-9][0-9]* defects in 4 archives$' 'the end says how many' 'cat log'
ok 'the report adds up' "jq -e '
    (.funnel | map(select(.stage == \"front\")) | map({key: .tool, value: .}) | from_entries) as \$f |
    .archives == 7 and
    \$f[\"warc-cat\"].records_out > 200 and
    \$f[\"text-filter\"].records_in == \$f[\"html-strip\"].records_out and
    (\$f[\"text-filter\"].dropped | add) + \$f[\"text-filter\"].records_out == \$f[\"text-filter\"].records_in and
    .mined[\"Financial Services\"].chunks > 5 and
    (.mined | length) == 2 and (.shards.sources | length) == 2' out/report.json"
ok 'statuses of each tool are kept' \
    "grep -lq '^1 0 0 0 0\$' out/clean/*.status && grep -lq '^0 0 0 0 0\$' out/clean/*.status"
ok 'near duplicates are in no shard' "zcat out/shards/*.gz >packed &&
    text-dedup packed | cmp - packed"
ok 'keys go once all is settled' 'test ! -e out/keys -a ! -e out/meet'
ok 'a second run does nothing' "touch -d '1 second' mark &&
    $mine CRAWL=crawl OUT=out >log &&
    test -z \"\$(find out -type f -newer mark)\" && ! grep ' > ' log"

# The same in slices, as on many machines.
ok 'in slices, the same shards' "
    $mine CRAWL=crawl OUT=sliced list &&
    for stage in front keys meet settle model hits train tag pack; do
	case \$stage in
	front | keys | meet | hits | tag) slices='3/3 1/3 2/3' ;;
	*) slices=1/1 ;;
	esac
	for slice in \$slices; do
	    $mine CRAWL=crawl OUT=sliced \$stage SLICE=\$slice >>sliced.log 2>&1 || exit
	done
    done
    diff -r out/shards sliced/shards"
like 'of 7 archives have keys' 'a stage that comes too early says so' \
    "$mine CRAWL=crawl OUT=early list front keys SLICE=1/2 >log 2>&1
    $mine OUT=early meet SLICE=1/1 2>&1"

ok 'by turns' "$mine CRAWL=crawl OUT=turns ROUNDS=2 >log 2>&1 &&
    grep -q 'round 1' turns/domains.bin.log && test ! -e turns/hits &&
    shard-pack --check turns/shards"
ok 'without what is in an evaluation set' "
    zcat out/shards/train-00000.jsonl.gz | head -n 1 >eval.jsonl &&
    $mine CRAWL=crawl OUT=clean EVAL=eval.jsonl >log 2>&1 &&
    zcat clean/shards/*.gz | text-dedup --against eval.jsonl >kept &&
    zcat clean/shards/*.gz | cmp - kept"
ok 'archives that a command opens' "printf '%s\n' \"\$PWD/crawl/a/crawl.warc.gz\" 'no such' >list &&
    ! $mine -k LIST=list OPEN='cat -- {}' OUT=opened front >log 2>&1 &&
    zstd -dcq opened/clean/1.jsonl.zst | jq .text >one &&
    zstd -dcq out/clean/1.jsonl.zst | jq .text | cmp - one &&
    test ! -e opened/clean/2.jsonl.zst"

# Killed at some moment, with all of its children: make goes on.
ok 'kill -9, then again' '
n=0
for pause in 0.1 0.3 0.5 0.8 1 1.4 1.2 0.9; do
	setsid sh -c "exec $mine -j2 CRAWL=crawl OUT=killed" >log 2>&1 &
	pid=$!
	sleep $pause
	kill -9 -$pid 2>/dev/null && n=$((n + 1))
	wait $pid 2>/dev/null
	for f in $(find killed -name "*.jsonl.zst"); do
		cmp -s "$f" "out/${f#killed/}" || { echo "$f"; exit 1; }
	done
done
test $n -gt 0 && eval "$mine" -j2 CRAWL=crawl OUT=killed >log 2>&1 &&
    diff -r out/shards killed/shards'

# By the command, and by the engine that is here.
dopamine="$top/examples/dopamine-mine B=$B RANGES=2 FIT='--dim 64'
    SCORE='--background 10'"
dopamine=$(echo "$dopamine" | tr '\n' ' ')
export dopamine
status 1 'the command tells that input was lost' \
    "$dopamine -j2 CRAWL=crawl OUT=sliced >log 2>&1"
mkdir sound
cp "$sample" sound
status 0 'and that all was well' "$dopamine -j2 CRAWL=sound OUT=well >log 2>&1"
status 2 'a fatal error is status 2' \
    "$dopamine -j2 CRAWL=sound OUT=ill CLEAN=--no-such-option >log 2>&1"
status 75 'a service that does not answer is status 75' \
    "$dopamine LIST=list OPEN='false {}' OUT=shut front >log 2>&1"
status 66 'a missing archive is status 66' "echo gone >missing.list &&
    $dopamine LIST=missing.list OUT=lost front >log 2>&1"
if command -v parallel >/dev/null; then
	ok 'GNU parallel, in slices, the same shards' "
	    PARALLEL='-j2' '$top/examples/cluster/parallel' 3 B=$B RANGES=2 \
	    \"FIT=--dim 64\" \"SCORE=--background 10\" \
	    CRAWL=crawl OUT=spread >log 2>&1 && diff -r out/shards spread/shards"
else
	skip 'GNU parallel' 'it is not here'
fi

ok 'an archive that comes, and one that goes' "
    mv crawl/a/crawl.warc.gz gone &&
    head -n 20 mined | sed 's/the/that/g' >crawl/0new.jsonl &&
    $mine -j2 CRAWL=crawl OUT=out >log 2>&1; mv gone crawl/a/crawl.warc.gz
    test \$(grep -c '^front >' log) -eq 1 && test \$(wc -l <out/archives) -eq 8 &&
    tail -n 1 out/archives | grep -q 0new && shard-pack --check out/shards"
ok 'a fatal error stops, and leaves nothing under the name' "
    ! $mine CRAWL=crawl OUT=fatal CLEAN=--no-such-option >log 2>&1 &&
    grep -q 'no-such-option' log && grep -q 'status 2, no fatal/clean' log &&
    test -z \"\$(find fatal/clean -type f)\""

# Nothing survives, and nothing at all.
mkdir void
printf '' >void/empty.warc
status 0 'a crawl without text ends' "$mine CRAWL=void OUT=nil >log 2>&1"
like 'nothing was found of these domains' 'and says so' 'cat log'
mkdir none
like 'there is no file in none' 'no files' "$mine CRAWL=none OUT=x"
like 'nowhere is no folder' 'no folder' "$mine CRAWL=nowhere OUT=x"
like 'a name holds a line feed' 'a name of two lines' \
    "mkdir two && : >'two/a
b' && $mine CRAWL=two OUT=x"
like 'cannot handle this name' 'an OUT that make cannot take' \
    "$mine CRAWL=crawl OUT='a b'"
ok 'a domain without a seed is told before anything is unpacked' "
    ! $mine CRAWL=crawl OUT=x DOMAINS='Law,Nothing at all' >log 2>&1 &&
    grep -q 'no seed is of \"Nothing at all\"' log && test ! -e x/clean"
ok 'so are seeds that are not there' "
    ! $mine CRAWL=crawl OUT=y SEEDS=nowhere >log 2>&1 && test ! -e y/clean"
done_testing
