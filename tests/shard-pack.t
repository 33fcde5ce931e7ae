# shard-pack: shares, shuffle, shards, manifest; what a crash leaves behind
. "${0%/*}/tap.sh"

# The same bytes from one version to the next: whoever resumes or compares
# counts on it.  UPDATE=1 rewrites them.
small="shard-pack --format jsonl --shard-size 2K --split valid=0.2
    --source mined=mined.jsonl@1 --source general=general.jsonl@3"
small=$(echo "$small" | tr '\n' ' ')
if [ -n "${UPDATE:-}" ]; then
	rm -rf golden
	$small -o golden
fi
ok 'golden: shards and manifest' "$small -o $tmp/golden && diff -r golden $tmp/golden"
cd "$tmp" || exit

# Two sources; 300 documents lie in both.
python3 - <<'P'
import json, random
r = random.Random(7)
def text():
    return ' '.join('w%d' % r.randrange(1000) for _ in range(r.randrange(5, 120)))
with open('mined.jsonl', 'w') as f:
    for i in range(2000):
        f.write(json.dumps({'id': 'd%d#%d' % (i // 2, i % 2), 'doc': 'd%d' % (i // 2),
                            'text': text()}) + '\n')
with open('general.jsonl', 'w') as f:
    for i in range(9000):
        f.write(json.dumps({'id': 'd%d' % i if i < 300 else 'g%d' % i,
                            'text': text()}) + '\n')
with open('lines.jsonl', 'w') as f:
    for i in range(20000):
        f.write('{"id":"%d","text":"a"}\n' % i)
P
both='--source mined=mined.jsonl@25 --source general=general.jsonl@75'
export both

ok 'a mix' "shard-pack -o mix $both --shard-size 300K --split valid=0.05"
ok 'its manifest, shards and records agree' "python3 - <<'P'
import collections, gzip, hashlib, json, os
m = json.load(open('mix/manifest.json'))
assert sorted(os.listdir('mix')) == sorted([s['file'] for s in m['shards']] + ['manifest.json'])
src = {}
for name in ('mined', 'general'):
    for line in open(name + '.jsonl'):
        src.setdefault(line, name)
seen, share, splits, tokens = set(), collections.Counter(), {}, 0
for s in m['shards']:
    packed = open('mix/' + s['file'], 'rb').read()
    raw = gzip.decompress(packed)
    lines = raw.decode().splitlines(True)
    assert s['sha256'] == hashlib.sha256(packed).hexdigest()
    assert (s['packed'], s['bytes'], s['records']) == (len(packed), len(raw), len(lines))
    assert len(raw) <= 300000
    count = 0
    for line in lines:
        assert line in src and line not in seen
        seen.add(line)
        r = json.loads(line)
        n = -(-len(r['text'].split()) * 4 // 3)
        share[src[line]] += n
        count += n
        doc = r.get('doc') or r['id']
        assert splits.setdefault(doc, s['split']) == s['split']
    assert s['tokens'] == count
    tokens += count
assert len(seen) == m['records'] == sum(s['records'] for s in m['sources'])
assert m['tokens'] == tokens == sum(share.values())
for s in m['sources']:
    assert share[s['name']] == s['tokens']
    assert abs(s['tokens'] / tokens - s['weight']) < .001, s
assert m['sources'][0]['epochs'] > .99
assert m['sources'][1]['in_earlier_source'] == 300
docs = [json.loads(l).get('doc') or json.loads(l)['id'] for l in seen if src[l] == 'general']
assert not set(docs) & {'d%d' % i for i in range(300)}
valid = sum(v == 'valid' for v in splits.values()) / len(splits)
assert .035 < valid < .065, valid
P"
ok 'zcat reads the shards' \
    "test \$(zcat mix/*.gz | wc -l) -eq \$(cat mix/manifest.json |
	python3 -c 'import json, sys; print(json.load(sys.stdin)[\"records\"])')"
ok '--check passes' 'shard-pack --check mix'

: "${PEERS:=$top/build/peers/bin/python}"
if "$PEERS" -c 'import datasets' 2>/dev/null; then
	ok 'datasets reads the folder, with its splits' \
	    "HF_HUB_OFFLINE=1 $PEERS -c '
import datasets, json
d = datasets.load_dataset(\"mix\", cache_dir=\"cache\")
m = json.load(open(\"mix/manifest.json\"))
assert set(d) == {\"train\", \"validation\"}, d
assert sum(len(s) for s in d.values()) == m[\"records\"], d'"
else
	skip 'datasets reads the folder' 'no package datasets'
fi

# The order: a permutation, uniform in every position.
ok 'a permutation' "shard-pack -o perm --source all=lines.jsonl@1 --format jsonl &&
    LC_ALL=C sort lines.jsonl >a && LC_ALL=C sort perm/train-00000.jsonl >b && cmp a b"
ok 'piles and runs that memory forces change nothing' \
    "shard-pack -o perm2 --source all=lines.jsonl@1 --format jsonl --memory 1M &&
    diff -r perm perm2"
ok 'chi-squared of positions' "python3 - <<'P'
import json
order = [int(json.loads(l)['id']) for l in open('perm/train-00000.jsonl')]
n, k = len(order), 20
cell = [[0] * k for _ in range(k)]
for at, i in enumerate(order):
    cell[at * k // n][i * k // n] += 1
e = n / k / k
chi = sum((c - e) ** 2 / e for row in cell for c in row)
# (k-1)^2 = 361 degrees of freedom: standard deviation 26.9, five of them
assert abs(chi - 361) < 135, chi
near = sum(abs(a - b) == 1 for a, b in zip(order, order[1:]))
assert near < 20, near  # two are expected
P"
ok 'another seed, another order' "shard-pack -o seed --source all=lines.jsonl@1 \
    --format jsonl --rng 1 && ! cmp -s seed/train-00000.jsonl perm/train-00000.jsonl"

ok 'equal runs give equal folders, from a pipe, gzip, zstd, elsewhere' "mkdir else &&
    gzip -c general.jsonl >else/g && zstd -q -c mined.jsonl >else/m && cat else/m |
    shard-pack -o else/o --source mined=-@25 --source general=else/g@75 \
    --shard-size 300K --split valid=0.05 && diff -r mix else/o"
for format in jsonl jsonl.zst; do
	ok "$format" "shard-pack -o $format $both --format $format \
	    --shard-size 1M && shard-pack --check $format &&
	    zstd -dcf $format/*.$format | LC_ALL=C sort >a &&
	    zcat mix/*.gz | LC_ALL=C sort >b && cmp a b"
done

# How much is taken.
field() { # FOLDER SOURCE NAME
	python3 -c "import json; m = json.load(open('$1/manifest.json'))
print([s for s in m['sources'] if s['name'] == '$2'][0]['$3'])"
}
ok 'a budget of records' "shard-pack -o budget $both --by records --budget 1K"
[ "$(field budget mined records)" = 250 ]
report $? 'is kept to the record'
ok 'a budget of bytes' "shard-pack -o bytes $both --by bytes --budget 500K \
    --format jsonl && test \$(cat bytes/train* | wc -c) -le 500000 &&
    test \$(cat bytes/train* | wc -c) -gt 499000"
like 'source mined ends after 2000 records; the others go on' \
    'a source that ends is named' \
    "shard-pack -o ends $both --by records --budget 9K"
ok 'and never taken past its end' \
    "test \$(zcat ends/*.gz | sort | uniq -d | wc -l) -eq 0 &&
    test \$(zcat ends/*.gz | wc -l) -eq 9000"
ok 'epochs' "shard-pack -o epochs $both --by records --budget 9K --epochs 2 &&
    test \$(zcat epochs/*.gz | wc -l) -eq 9000"
[ "$(field epochs mined epochs)" = 1.125 ]
report $? 'are counted'
ok 'a weight of 0 leaves a source out, and claims nothing' \
    "shard-pack -o zero --source mined=mined.jsonl@0 \
    --source general=general.jsonl@1 && test \$(zcat zero/*.gz | wc -l) -eq 9000"
like 'source none has no records' 'an empty source is named' \
    "shard-pack -o none --source none=/dev/null@1 --source all=lines.jsonl@1"
ok 'no records, no shards' \
    "shard-pack -o empty --source none=/dev/null@1 2>/dev/null &&
    shard-pack --check empty && test \"\$(ls empty)\" = manifest.json"
ok 'a record longer than a shard has one of its own' \
    "shard-pack -o small --source all=general.jsonl@1 --shard-size 1 --budget 12 \
    --by records --format jsonl && test \$(ls small/train* | wc -l) -eq 12"
ok 'records without doc and id, bad lines, CRLF, unknown members' \
    "printf '{\"text\":\"one\", \"x\": 1.0}\r\n{\"id\":3}\n[\n{\"text\":\"two\"}' |
    shard-pack -o odd --format jsonl --source a=-@1 2>err &&
    grep -q '/dev/fd/.*:2: no string' err && grep -q ':3: invalid JSON' err &&
    printf '{\"text\":\"one\", \"x\": 1.0}\r\n{\"text\":\"two\"}\n' | sort >a &&
    sort odd/train-00000.jsonl >b && cmp a b"
status 1 'a source that is not there is lost input' \
    "shard-pack -o lost --source a=lines.jsonl,none.jsonl@1"
ok 'few open files' "mkdir many && cd many && split -n l/200 ../lines.jsonl p &&
    ulimit -n 24 && shard-pack -o out --format jsonl \
    --source all=\$(ls p* | tr '\n' , | sed 's/,\$//')@1 --memory 1M \
    --split a=.3 --split b=.3 && test \$(cat out/*.jsonl | wc -l) -eq 20000"

# What is refused.
for args in '' '-o x' '-o x --source a' '-o x --source a=f' '-o x --source =f@1' \
    '-o x --source a=@1' '-o x --source a=f@-1' '-o x --source a=f@0' \
    '-o x --source a=f@nan' '-o x --source a=f@1 --source a=g@1' \
    '-o x --source a=f@1 --by words' '-o x --source a=f@1 --epochs 0' \
    '-o x --source a=f@1 --split v=2' '-o x --source a=f@1 --split train=.1' \
    '-o x --source a=f@1 --split ../v=.1' '-o x --source a=f@1 operand' \
    '--check x -o y'; do
	status 2 "refused: ${args:-no options}" "shard-pack $args"
done
status 2 'a folder with shards is not written to' \
    "shard-pack -o mix --source all=lines.jsonl@1"
status 2 'nor with --resume, for other sources' \
    "shard-pack -o mix --resume --source all=lines.jsonl@1"

# --check names the first difference.
damage() { # WHAT COMMAND MESSAGE
	like "$3" "--check: $1" "rm -rf bad && cp -R mix bad && cd bad && $2; cd .. &&
	    shard-pack --check bad"
	status 1 "--check: $1: status 1" 'shard-pack --check bad'
}
damage 'a byte changed' "printf x | dd of=train-00001.jsonl.gz bs=1 seek=999 conv=notrunc 2>/dev/null" \
    'bad/train-00001.jsonl.gz: '
damage 'a shard cut off' 'truncate -s -1 train-00000.jsonl.gz' \
    'bad/train-00000.jsonl.gz: '
damage 'a shard gone' 'rm train-00001.jsonl.gz' 'train-00001.jsonl.gz: No such file'
damage 'a shard too many' 'cp train-00000.jsonl.gz train-00077.jsonl.gz' \
    'train-00077.jsonl.gz: not in the manifest'
damage 'a count in the manifest' \
    "sed -i 's/\"split\": \"valid\", \"records\": /&1/' manifest.json" \
    'other counts than in the manifest'
damage 'no manifest' 'rm manifest.json' 'manifest.json: No such file'

# A killed run: nothing half-written has its name, --resume gives the same.
ok 'kill -9, then --resume, twelve times' '
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	rm -rf killed
	shard-pack -o killed $both --shard-size 60K --split valid=0.05 &
	pid=$!
	sleep 0.0$((i * 3))
	kill -9 $pid 2>/dev/null
	wait $pid
	test ! -e killed/manifest.json || continue
	for f in killed/*.gz; do
		test ! -e "$f" || gzip -t "$f" || exit
	done
	shard-pack -o killed $both --shard-size 60K --split valid=0.05 --resume ||
		exit
	test -d whole || shard-pack -o whole $both --shard-size 60K --split valid=0.05
	diff -r whole killed || exit
done'
ok '--resume of a whole folder changes nothing' \
    "shard-pack -o killed $both --shard-size 60K --split valid=0.05 --resume &&
    diff -r whole killed"
ok '--resume goes on with the shards that are there' "rm whole/manifest.json \
    whole/train-0000[3-9]* && sed -n 's/.*\"plan\": \"\\(.*\\)\",/\\1/p' \
    killed/manifest.json >whole/plan && touch -d 2001-01-01 whole/*.gz &&
    : >whole/train-00006.jsonl.gz.4711.tmp &&
    shard-pack -o whole $both --shard-size 60K --split valid=0.05 --resume &&
    diff -r whole killed &&
    test \$(find whole -name '*.gz' -not -newermt 2002-01-01 | wc -l) -ge 4"

# A full disk: a file size limit does for one where nothing can be mounted.
full() { # FOLDER
	status 2 "a full disk ($2)" "ulimit -f ${3:-unlimited}; trap '' XFSZ
	    shard-pack -o $1 $both --shard-size 300K --format jsonl"
	ok "leaves no shard under its name ($2)" "for f in $1/*.jsonl; do
	    test ! -e \$f || test \$(stat -c %s \$f) -gt 290000 || exit; done
	    test ! -e $1/manifest.json && test -z \"\$(ls $1 | grep tmp)\""
}
mkdir disk
if mount -t tmpfs -o size=700k none disk 2>/dev/null; then
	full disk/out 'tmpfs'
	umount disk
else
	skip 'a full disk (tmpfs)' 'nothing can be mounted here'
fi
full limited 'file size limit' 400
done_testing
