# mine.mk: from a folder of archives to shards; again, killed, broken, empty
. "${0%/*}/tap.sh"

cd "$tmp" || exit
sample=$top/examples/sample/crawl.warc.gz

# Equal names in several folders, odd suffixes, broken files.
mkdir -p crawl/a crawl/b/c
cp "$sample" crawl/a/crawl.warc.gz
head -c 150000 "$sample" >crawl/b/crawl.warc.gz
zcat "$sample" | head -c 300001 >crawl/b/c/crawl.warc
head -c 50 "$sample" >crawl/b/cut.warc.gz.open
echo 'no archive' >crawl/b/c/none.gz.bad
: >crawl/empty.arc
"$top/examples/seeds/replay" >seeds.jsonl

mine="${MAKE:-make} -f $top/examples/mine.mk B=$B SEEDS=seeds.jsonl PARTS=3
    FIT='--dim 64' SCORE='--min-score 0.2 --background 10'"
mine=$(echo "$mine" | tr '\n' ' ')
export mine
unset MAKEFLAGS MAKELEVEL

status 0 'a crawl with broken files' "$mine -j2 CRAWL=crawl OUT=out >log 2>&1"
ok 'shards' 'shard-pack --check out/shards && zcat out/shards/*.gz | grep -q .'
ok 'of the domains' "python3 -c 'import json
want = {\"Healthcare & Life sciences\", \"Financial Services\"}
found = [set(json.loads(l)[\"domains\"]) & want for l in open(\"out/mined.jsonl\")]
assert all(found) and set.union(*found) == want'"
ok 'each broken file has its log, and is in the report' "
    for f in b/crawl.warc.gz b/c/crawl.warc b/cut.warc.gz.open b/c/none.gz.bad; do
	grep -q '^status 1' out/pages/\$f.jsonl.log || exit
	grep -q \"^[1-9][0-9]* out/pages/\$f.jsonl.log: warc-cat: \" out/report || exit
    done
    test ! -e out/pages/a/crawl.warc.gz.jsonl.log"
like '^[1-9][0-9]* defects in 4 files$' 'the end says how many' 'cat log'
ok 'pages that lie in three files are taken once (or are cut)' \
    "python3 -c 'import json; u = [json.loads(l)[\"url\"] for l in open(\"out/unique.jsonl\")]; \
	assert len(u) - len(set(u)) <= 2 and len(u) > 80, u'"
ok 'a second run does nothing' "touch mark && $mine CRAWL=crawl OUT=out >log &&
    test -z \"\$(find out -type f -newer mark)\" && test ! -s log"
ok 'another domain mines again, from what is tagged' "touch mark &&
    cp -Rp out law && touch -d '1 second ago' mark &&
    $mine CRAWL=crawl OUT=law DOMAINS=Law >log &&
    grep -q '^shard-pack' log && ! grep -q '^warc-cat' log &&
    grep -q '\"Law\"' law/mined.jsonl && shard-pack --check law/shards"

# Killed at some moment, with all of its children: make goes on.
ok 'kill -9, then again' '
n=0
for pause in 0.1 0.3 0.5 0.8 1 0.9 0.7 0.4; do
	setsid sh -c "exec $mine -j2 CRAWL=crawl OUT=killed" >log 2>&1 &
	pid=$!
	sleep $pause
	kill -9 -$pid 2>/dev/null && n=$((n + 1))
	wait $pid 2>/dev/null
	for f in $(find killed -name "*.jsonl"); do
		cmp -s "$f" "out/${f#killed/}" || { echo "$f"; exit 1; }
	done
done
test $n -gt 0 && eval "$mine" -j2 CRAWL=crawl OUT=killed >log 2>&1 &&
    diff -rq -x files -x report -x "*.log" out killed && test ! -e killed/shards/plan'

ok 'a fatal error stops, and leaves nothing under the name' "
    ! $mine CRAWL=crawl OUT=fatal CLEAN=--no-such-option >log 2>&1 &&
    grep -q 'no-such-option' log &&
    test -z \"\$(find fatal/clean -type f ! -name '*.log')\" &&
    test ! -e fatal/chunk"

# Nothing survives, and nothing at all.
mkdir void
printf '' >void/empty.warc
status 0 'a crawl without text ends' "$mine CRAWL=void OUT=nil >log 2>&1"
like 'nothing was found of these domains' 'and says so' 'cat log'
mkdir none 'odd names'
touch 'odd names/a b.warc'
like 'no files in' 'no files' "$mine CRAWL=none OUT=x"
like 'cannot handle the name a b' 'a name that make cannot take' \
    "cd 'odd names' && $mine CRAWL=. OUT=x"
done_testing
