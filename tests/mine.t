# mine.mk: from a folder of archives to shards; run again, killed, with broken and
# empty archives, in slices, with odd names
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

# Where the package duckdb is: in build/peers, or where $PEERS names a python.
export PYTHON="$PEERS"
# With a part of the seeds, the seeds of none among them, to be quick.
"$top/examples/seeds/replay" | awk 'NR % 5 == 1' >some.seeds
mine="${MAKE:-make} -f $top/examples/mine.mk B=$B FIT='--dim 64'
    SCORE='--background 10' RANGES=2 SEEDS=$tmp/some.seeds"
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
    (.funnel | map(select(.stage == \"front\") | .tool))[:4] == [\"warc-cat\", \"html-strip\", \"text-filter\", \"text-chunk\"] and
    \$f[\"warc-cat\"].records_out > 200 and
    \$f[\"text-filter\"].records_in == \$f[\"html-strip\"].records_out and
    (\$f[\"text-filter\"].dropped | add) + \$f[\"text-filter\"].records_out == \$f[\"text-filter\"].records_in and
    .mined[\"Financial Services\"].chunks > 5 and
    (.mined | length) == 2 and (.shards.sources | length) == 2' out/report.json"
ok 'statuses of each tool are kept' \
    "grep -lq '^1 0 0 0 0 0\$' out/clean/*.status && grep -lq '^0 0 0 0 0 0\$' out/clean/*.status"
ok 'besides seeds, models, keys and shards, 1.6 times the clean text' \
    "jq -e '.bytes | .text >= .clean and .text <= 1.6 * .clean and .keys > 0' out/report.json"
cat >page.py <<'P'
import html.parser, sys
class Page(html.parser.HTMLParser):
    open, text, links = [], [], []
    VOID = {'meta', 'br', 'rect', 'path', 'circle', 'use'}
    def handle_starttag(self, tag, attrs):
        self.links += [v for k, v in attrs if k in ('src', 'href')]
        if tag not in self.VOID or tag == 'use':
            self.open.append(tag)
    def handle_startendtag(self, tag, attrs):
        self.links += [v for k, v in attrs if k in ('src', 'href')]
    def handle_endtag(self, tag):
        if tag in self.VOID and tag != 'use':
            return
        assert self.open.pop() == tag, (tag, self.getpos())
    def handle_data(self, data):
        self.text.append(data)
page = Page()
page.feed(open('page.html').read())
assert not page.open, page.open
assert all(link.startswith('#') for link in page.links), page.links
assert page.text.count('Financial Services') > 2
assert {'The map', 'A sample of the crawl', 'seconds of a core'.capitalize(),
        'mtld', 'What is taken for what', 'Nearest seed'} <= set(page.text), set(page.text)
assert sum(t.startswith('Scores of the classifier; the line is at') for t in page.text) == 2
assert sum(t.startswith('Cosines to the nearest seed; the line is at') for t in page.text) == 2
assert any("it's a \"crawl\".warc" in t for t in page.text)
P
ok 'the report as a page: whole, of itself alone, with map and examples' \
    "$top/examples/report out >page.html && python3 page.py"
status 2 'of a folder that has no report' "$top/examples/report crawl"
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

ok 'GENERAL: the rest of the shards is of so many archives' "
    rm sliced/shards.done && $mine CRAWL=crawl OUT=sliced pack GENERAL=1 >log 2>&1 &&
    test \$(wc -l <sliced/general.parts) -eq 1 &&
    zcat sliced/shards/*.gz | jq -r 'select(.source == \"general\") | .id' | sort >got &&
    zstd -dcq \$(cat sliced/general.parts) | jq -r .id | sort >general.ids &&
    test -s got && test -z \"\$(comm -23 got general.ids)\"; rm -r sliced/shards sliced/shards.done"

ok 'by turns' "$mine CRAWL=crawl OUT=turns ROUNDS=2 >log 2>&1 &&
    grep -q 'round 1' turns/domains.bin.log && test ! -e turns/hits &&
    shard-pack --check turns/shards"
ok 'without what is in an evaluation set' "
    zcat out/shards/train-00000.jsonl.gz | head -n 1 >eval.jsonl &&
    $mine CRAWL=crawl OUT=clean EVAL=eval.jsonl >log 2>&1 &&
    zcat clean/shards/*.gz | text-dedup --against eval.jsonl >kept &&
    zcat clean/shards/*.gz | cmp - kept"
printf '%s\n' northquaybank.example >skip.list
printf '%s\n' '{"url":"https://lawplain.example/robots.txt","status":200,"text":"User-agent: GPTBot\nDisallow: /guides/"}' >robots.jsonl
gates='PII=1 OPTOUT=skip.list,robots.jsonl EVAL=eval.jsonl'
export gates
ok 'OPTOUT, PII and EVAL: in no shard, and in the report' "
    mkdir gated && cp '$sample' gated && zstd -dcq crawl/docs.jsonl.zst |
	jq -c '.text += \" Write to anna.muster@clinic.example.\"' >gated/docs.jsonl &&
    $mine CRAWL=gated OUT=gates \$gates >log 2>&1 && zcat gates/shards/*.gz >packed &&
    ! grep -qE 'northquaybank|lawplain.example/guides|anna.muster' packed && grep -q 'lawplain.example/' packed &&
    text-dedup --against eval.jsonl packed | cmp - packed &&
    jq -e '.gates | .optout.host > 5 and .optout.robots > 2 and .masked.email > 50 and
	(.eval | add) > 0' gates/report.json &&
    grep -qE '^opt-outs: [0-9]+ pages of hosts and URLs, [1-9][0-9]* by robots.txt' gates/report &&
    grep -qE '^personal data masked: [0-9]+ email, ' gates/report &&
    grep -qE '^in evaluation sets: [1-9][0-9]* pages left out' gates/report &&
    jq -e '.gates == {optout: null, masked: null, eval: null}' out/report.json &&
    '$top/examples/report' gates >page.html && grep -q 'Personal data: masked' page.html"
ok 'the manifest says what was done before, wherever that was' "
    jq -e '(.history | map(.tool)) as \$t | (\$t | index(\"warc-cat\", \"html-strip\", \"text-mask\", \"domain-tag\")) and
	(.history | map(select(.tool == \"text-filter\") | .options) | any(index(\"--robots\"))) and
	(.history | map(select(.input == \"EVAL\") | .sha256 | length) == [64]) and
	(.history | tostring | test(\"gates/|--name\") | not)' gates/shards/manifest.json &&
    $mine CRAWL=gated OUT=other \$gates >log 2>&1 && diff -r gates/shards other/shards"
ok 'archives that a command opens' "printf '%s\n' \"\$PWD/crawl/a/crawl.warc.gz\" 'no such' >list &&
    ! $mine -k LIST=list OPEN='cat -- {}' OUT=opened front >log 2>&1 &&
    zstd -dcq opened/clean/1.jsonl.zst | jq .text >one &&
    zstd -dcq out/clean/1.jsonl.zst | jq .text | cmp - one &&
    test ! -e opened/clean/2.jsonl.zst"

# The steps that may come between the rules and the chunks.
warc-cat "$sample" | html-strip >pages.jsonl
head -n 60 pages.jsonl | jq -c '.domains = [if .text | length > 900 then "hq" else "lq" end]' |
    domain-train -o quality.bin - 2>/dev/null
head -n 60 pages.jsonl | jq -c '.domains = ["eng_Latn"]' >eng.jsonl
echo '{"text":"das ist ein kleiner Text, und er ist deutsch","domains":["deu_Latn"]}' |
    domain-train -o lid.bin eng.jsonl - 2>/dev/null
chunks='zstd -dcq passed/clean/1.jsonl.zst'
export chunks
echo "$PWD/pages.jsonl" >pages.list
echo lawplain.example >block.list
echo "$sample" >sample.list
ok 'BLOCK: pages of some hosts are dropped' "
    $mine LIST=sample.list OUT=passed BLOCK=block.list front >log 2>&1 &&
    zstd -dcq out/clean/1.jsonl.zst | grep -q '//lawplain.example' &&
    \$chunks | grep -q '//northquaybank.example' &&
    ! \$chunks | grep -q '//lawplain.example'; rm -r passed"
ok 'QUALITY: what a classifier takes for good' "
    $mine LIST=pages.list OUT=passed QUALITY=quality.bin GOOD=hq=0.6 front >log 2>&1 &&
    text-filter pages.jsonl | domain-tag --model quality.bin --as q --all |
	jq -r 'select(.q_scores.hq >= 0.6) | .id' >want && test -s want &&
    \$chunks | jq -r .doc | uniq | cmp - want; rm -r passed"
ok 'RULES, LANGS, LID' "
    $mine LIST=pages.list OUT=passed RULES=c4 LANGS=en LID=lid.bin front >log 2>&1 &&
    text-filter --rules c4 --lang en --lang-model lid.bin pages.jsonl | jq -r .id >want &&
    test -s want && \$chunks | jq -r .doc | uniq | cmp - want; rm -r passed"
ok 'PII: what text-mask masks' "
    jq -c '.text += \" Write to anna.muster@clinic.example today.\"' pages.jsonl >mail.jsonl &&
    echo mail.jsonl >mail.list && $mine LIST=mail.list OUT=passed PII=1 front >log 2>&1 &&
    \$chunks | jq -r .text >got && text-filter mail.jsonl | text-mask | text-chunk |
	jq -r .text | cmp - got && ! grep -q anna.muster got; rm -r passed"
if "$PEERS" -c 'import duckdb' 2>err; then
	mkdir web
	"$PEERS" -c 'import duckdb
duckdb.execute("""COPY (SELECT text, id, $$CC-MAIN-2024-51$$ AS dump, url, now() AS date,
    $$en$$ AS language, 0.9 AS language_score, 100 AS token_count
    FROM read_json($$pages.jsonl$$)) TO $$web/000 [*]?.parquet$$ (FORMAT parquet)""")'
	ok 'from FineWeb' "
	    $mine CRAWL=web OUT=fine COLUMNS='id, url, text, language AS lang' LANGS=en >log 2>&1 &&
	    shard-pack --check fine/shards && jq -c '.lang = \"en\"' pages.jsonl | text-filter | jq -r .id >want &&
	    zstd -dcq fine/clean/1.jsonl.zst | jq -r .doc | uniq | cmp - want"
	ok 'Parquet that a command opens' "ls web/*.parquet >list &&
	    $mine LIST=list OPEN='cat -- {}' OUT=passed COLUMNS='id, url, text, language AS lang' front >log 2>&1 &&
	    cmp passed/clean/1.jsonl.zst fine/clean/1.jsonl.zst &&
	    test -z \"\$(ls passed/fetched)\"; rm -r passed"
	ok 'broken Parquet is a defect' "
	    head -c 20000 web/*.parquet >web/cut.parquet &&
	    $mine CRAWL=web OUT=fine COLUMNS='id, url, text' front >log 2>&1 &&
	    grep -q 'parquet-records: ' fine/clean/2.jsonl.zst.log"
else
	skip 'from FineWeb' 'no package duckdb'
fi

# A BERT, which is only read.
"$top/tests/tiny-bert" make bert mean
find bert -type f -exec md5sum {} + >bert.sums
ok 'MODEL: two stages where it is a BERT' "
    $mine CRAWL=crawl OUT=staged MODEL=bert KEEP=0.2 SCORE='--share 0.1 --background 10' >log 2>&1 &&
    md5sum -c bert.sums >log2 && jq -e .covariance staged/model/config.json >log2 &&
    test -d staged/first && shard-pack --check staged/shards &&
    jq -e '.funnel | map(select(.stage == \"hits\")) |
	length == 2 and .[1].records_in < .[0].records_in * 0.9 and
	.[1].records_in > 20' staged/report.json"
ok 'and one with KEEP=1' "
    $mine CRAWL=crawl OUT=whole MODEL=bert KEEP=1 SCORE='--share 0.1 --background 10' >log 2>&1 &&
    test ! -e whole/first && shard-pack --check whole/shards"

# A language model, played by the test server.
python3 "$top/tests/chat-server.py" port server.log &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$tmp"' EXIT
while [ ! -s port ] && kill -0 $server; do sleep 0.1; done
ASK="--url http://127.0.0.1:$(cat port)/v1"
export ASK
ok 'JUDGE: a language model is asked about what was mined' "
    rm out/judged && $mine CRAWL=crawl OUT=out JUDGE=9 >log 2>&1 &&
    test \$(wc -l <server.log) -eq 9 && jq -e '.judged | has(\"agreement\")' out/report.json"
kill $server
unset ASK
ok 'a server that does not answer stops the run, to be gone on with' "
    rm out/judged && ASK='--url http://127.0.0.1:1/v1 --retries 0' &&
    export ASK && ! $mine CRAWL=crawl OUT=out JUDGE=12 >log 2>&1 &&
    test ! -e out/judged && $mine CRAWL=crawl OUT=out >log 2>&1 &&
    test ! -s out/judged"
ok 'PUT: a command for each file of the shards' "
    rm out/shards.done && mkdir put && $mine CRAWL=crawl OUT=out PUT='cp -- {} put' >log 2>&1 &&
    diff -r put out/shards"

# Archives of a site, whose answers break off.
mkdir -p site/crawl-data/T
cp "$sample" site/a.warc.gz
head -c 150000 "$sample" >site/b.warc.gz
warc-cat "$sample" | head -n 40 | html-strip --zstd >site/c.jsonl.zst
printf '%s\n' a.warc.gz b.warc.gz c.jsonl.zst | gzip >site/crawl-data/T/warc.paths.gz
python3 "$top/tests/range-server.py" site site.port site.log &
server=$!
while [ ! -s site.port ] && kill -0 $server; do sleep 0.1; done
crawl="$(echo "$mine" | sed 's,mine.mk,commoncrawl.mk,') ID=T KIND=warc
    SITE=http://127.0.0.1:$(cat site.port)"
crawl=$(echo "$crawl" | tr '\n' ' ')
export crawl
ok 'Common Crawl: what broke off is gone on with, and removed' "
    $crawl OUT=common ARCHIVES=2 >log 2>&1 && shard-pack --check common/shards &&
    test \$(wc -l <common/archives) -eq 2 && test -z \"\$(ls common/fetched)\" &&
    test \$(grep -c ' [1-9]' site.log) -eq 2 && test \$(grep -c ' 0\$' site.log) -eq 3"
ok 'more of its archives are added' "
    $crawl OUT=common >log 2>&1 && test \$(wc -l <common/archives) -eq 3 &&
    test \$(grep -c '^front >' log) -eq 1 &&
    for n in 1 2 3; do
	file=site/\$(sed -n \${n}p common/archives)
	echo \$file >one.list
	$mine LIST=one.list OUT=single front >log 2>&1
	for f in single/clean/1 common/clean/\$n; do
	    zstd -dcq \$f.jsonl.zst | jq -c 'del(.file)' >\${f%%/*}.text
	done
	cmp single.text common.text || exit
	rm -r single
    done"
kill $server
ok 'a site that is down is told' "
    ! $crawl OUT=down CURL='curl -fsS' >log 2>&1 && grep -q 'cannot be had from http' log"

# Killed at a random moment, with all of its children; make then goes on.
ok 'kill -9, then again' '
n=0
for pause in 0.1 0.3 0.5 0.8 1 1.4 1.2 0.9; do
	setsid sh -c "exec $mine -j2 CRAWL=crawl OUT=killed" >log 2>&1 &
	pid=$!
	sleep $pause
	kill -9 -$pid 2>/dev/null && n=$((n + 1))
	wait $pid 2>/dev/null
	for f in $(find killed -name "*.jsonl.zst"); do
		diff -q "$f" "out/${f#killed/}" || exit
	done
done
test $n -gt 0 && eval "$mine" -j2 CRAWL=crawl OUT=killed >log 2>&1 &&
    diff -r out/shards killed/shards'

# By the command dopamine-mine, and by the engine that is installed.
dopamine="$top/examples/dopamine-mine B=$B RANGES=2 FIT='--dim 64'
    SCORE='--background 10' SEEDS=$tmp/some.seeds"
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
ok 'a plan from what was found' "
    $dopamine --plan 1000000 LIST=pages.list OUT=planned >plan 2>log &&
    grep -q '^from 1 archives of 1, drawn' plan &&
    grep -qE '^Financial Services: [0-9.]+k? tokens an archive' plan &&
    grep -qE '1M tokens need [1-9][0-9]* archives' plan &&
    grep -qE '[0-9] core-hours, [0-9.]+[kMG]B of disk' plan &&
    grep -qE '^the largest process: [a-z-]+ in' plan"
if command -v parallel >/dev/null; then
	ok 'GNU parallel, in slices, the same shards' "
	    PARALLEL='-j2' '$top/examples/cluster/parallel' 3 B=$B RANGES=2 \
	    \"FIT=--dim 64\" \"SCORE=--background 10\" SEEDS=$tmp/some.seeds \
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

if mkdir disk && mount -t tmpfs -o size=16k tmpfs disk 2>/dev/null; then
	for size in 16k 500k 2M; do
		mount -o remount,size=$size disk
		like 'no space left on the disk' "a full disk of $size is said to be full" \
		    "$mine CRAWL=sound OUT=disk/out 2>&1"
		rm -rf disk/out
	done
	umount disk
else
	skip 'a full disk is said to be full' 'no disk can be mounted'
fi

# No text passes the rules, and no archives at all.
mkdir void
printf '' >void/empty.warc
status 0 'a crawl without text ends' "$mine CRAWL=void OUT=nil >log 2>&1"
like 'nothing was found of these domains' 'and says so' 'cat log'
mkdir ./-crawl
cp pages.jsonl ./-crawl/-a.jsonl
ok 'names that begin with a hyphen' "
    $mine CRAWL=-crawl OUT=-out front >log 2>&1 && test -s ./-out/clean/1.jsonl.zst &&
    cd ./-crawl && ls >../-list && $mine LIST=../-list OUT=-out front >log 2>&1 &&
    cmp ./-out/clean/1.jsonl.zst ../-out/clean/1.jsonl.zst"
ok 'OUT in CRAWL is no archive' "
    mkdir around && cp pages.jsonl around/a.jsonl && cp pages.jsonl around/b.jsonl &&
    $mine CRAWL=around OUT=around/out list >log 2>&1 && $mine CRAWL=around OUT=around/out list &&
    test \$(wc -l <around/out/archives) -eq 2"
mkdir none
like 'there is no file in none' 'no files' "$mine CRAWL=none OUT=x"
like 'nowhere is no folder' 'no folder' "$mine CRAWL=nowhere OUT=x"
like 'a name holds a line feed' 'a name of two lines' \
    "mkdir two && : >'two/a
b' && $mine CRAWL=two OUT=x"
ok 'a list that could not be made leaves nothing but an empty one' \
    'test "$(ls -A x)" = archives && test ! -s x/archives'
like 'cannot handle this name' 'an OUT that make cannot take' \
    "$mine CRAWL=crawl OUT='a b'"
ok 'a domain without a seed is told before anything is unpacked' "
    ! $mine CRAWL=crawl OUT=x DOMAINS='Law,Nothing at all' >log 2>&1 &&
    grep -q 'no seed is of \"Nothing at all\"' log && test ! -e x/clean"
ok 'so are seeds that are not there' "
    ! $mine CRAWL=crawl OUT=y SEEDS=nowhere >log 2>&1 && test ! -e y/clean"
done_testing
