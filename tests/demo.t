# demo: the whole line on the sample crawl
. "${0%/*}/tap.sh"

cd "$tmp" || exit
start=$(date +%s)
status 0 'it runs' "$top/examples/demo $tmp/demo >out 2>err"
[ -n "${RUN:-}" ] || [ $(($(date +%s) - start)) -lt 30 ]
report $? 'under 30 seconds'
ok 'with one word on standard error' '
    echo "shard-pack: tokens are estimated; --tokenizer counts them" | cmp - err'
for tool in warc-cat html-strip text-filter text-dedup text-chunk \
    'seed-gen prompt' llm-ask 'seed-gen parse' embed-fit embed-score \
    domain-train domain-tag shard-pack; do
	like "^$tool +[1-9][0-9]* +[0-9]+ +[0-9.]+\$" "the funnel has $tool" 'cat out'
done
like '^warc-cat +329 +160 ' 'every page of the crawl is there' 'cat out'
like 'mined +2[45]\.[0-9]% of 25% wanted' 'a quarter is mined' 'cat out'
ok 'the shards are sound' 'shard-pack --check demo/shards'
ok 'what was mined is of the domains' "python3 - '$top' <<'P'
import json, sys
want = {'Healthcare & Life sciences', 'Financial Services'}
page = {'https://' + p['site'] + p['path']: set(p['domains'])
        for p in map(json.loads, open(sys.argv[1] + '/examples/sample/pages.jsonl'))}
read = lambda f: [json.loads(l) for l in open('demo/' + f)]
mined, all = read('mined.jsonl'), read('chunks.jsonl')
right = sum(bool(page[r['url']] & set(r['domains']) & want) for r in mined)
there = sum(bool(page[r['url']] & want) for r in all)
print(len(mined), right, there, len(all))
assert right >= .8 * len(mined) and right >= .7 * there
P"
ok 'all 21 labels: right by .85, found by .8, about one a page' "python3 - '$top' <<'P'
import json, sys
page = {'https://' + p['site'] + p['path']: set(p['domains'])
        for p in map(json.loads, open(sys.argv[1] + '/examples/sample/pages.jsonl'))}
said = there = both = n = 0
for r in map(json.loads, open('demo/tagged.jsonl')):
    want, got = page[r['url']], set(r['domains'])
    n, said, there, both = n + 1, said + len(got), there + len(want), both + len(want & got)
print(n, said, there, both)
assert both >= .85 * said and both >= .8 * there and .9 <= said / n <= 1.3
P"
ok 'the ready model, of the seeds alone: right by .75, found by .7' "
    domain-train -o ready.bin --threshold 0.2 demo/seeds.jsonl &&
    domain-tag --model ready.bin demo/chunks.jsonl >ready.jsonl && python3 - '$top' <<'P'
import json, sys
page = {'https://' + p['site'] + p['path']: set(p['domains'])
        for p in map(json.loads, open(sys.argv[1] + '/examples/sample/pages.jsonl'))}
said = there = both = 0
for r in map(json.loads, open('ready.jsonl')):
    want, got = page[r['url']], set(r['domains'])
    said, there, both = said + len(got), there + len(want), both + len(want & got)
print(said, there, both)
assert both >= .75 * said and both >= .7 * there
P"
ok 'legacy charsets come out right' "for word in 川沿い Zeckenstich maraîchers; do
	cat demo/chunks.jsonl demo/rejects.jsonl | grep -q \$word || exit; done"
ok 'its three lines work' "cd demo && zcat shards/train-00000.jsonl.gz | head -n 1 |
    python3 -m json.tool && grep -c . mined.jsonl"
ok 'again, the same' "cp -R demo/shards one && $top/examples/demo $tmp/demo &&
    diff -r one demo/shards"
ok 'make-crawl writes the crawl that is there' "'$top/examples/sample/make-crawl' again.gz &&
    zcat again.gz >a && zcat '$top/examples/sample/crawl.warc.gz' >b && cmp a b"
done_testing
