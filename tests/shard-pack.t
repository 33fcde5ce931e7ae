# shard-pack: shares, shuffle, shards, manifest; what a crash leaves
. "${0%/*}/tap.sh"

# The bytes are the same from one version to the next, since users resume and compare.
# UPDATE=1 rewrites them.
small="shard-pack --members all --format jsonl --shard-size 2K --split valid=0.2
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
first = []
with open('mined.jsonl', 'w') as f:
    for i in range(2000):
        first.append(text())
        f.write(json.dumps({'id': 'd%d#%d' % (i // 2, i % 2), 'doc': 'd%d' % (i // 2),
                            'chunk': i % 2, 'text': first[i]}) + '\n')
with open('general.jsonl', 'w') as f:
    for i in range(9000):
        f.write(json.dumps({'id': 'd%d' % i if i < 300 else 'g%d' % i,
                            'text': first[2 * i] if i < 300 else text()}) + '\n')
with open('lines.jsonl', 'w') as f:
    for i in range(20000):
        f.write('{"id":"%d","text":"a"}\n' % i)
P
both='--members all --source mined=mined.jsonl@25 --source general=general.jsonl@75'
export both

ok 'a mix' "shard-pack -o mix $both --shard-size 300K --split valid=0.05 &&
    test -s mix/manifest.json"
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
        digits = sum(c.isdigit() for c in r['text'])  # the estimate of such words
        n = -(-(800 * len(r['text'].split()) + 400 * digits) // 1000)
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
python3 - <<'P'
import json, random
r = random.Random(3)
zh = ['小城的图书馆早上九点开门。', '清晨来的大多是想看报纸的老年读者。', '下午孩子们放学来到这里，安静就结束了。',
      '工作人员给他们留了一个房间。']
en = ['The town library opens at nine in the morning.', 'Most of the people who come early want the newspapers.',
      'Later the children arrive from school and the quiet ends.', 'The staff keep a room for them.']
for name, parts in (('zh', zh), ('en', en)):
    with open(name + '.jsonl', 'w') as f:
        for i in range(2000):
            f.write(json.dumps({'id': name + str(i), 'text': ' '.join(
                r.choices(parts, k=r.randrange(2, 40)))}) + '\n')
P
# Llama 3 has 54 tokens in the four Chinese sentences and 40 in the English ones.
like 'tokens are estimated; --tokenizer counts them' 'an estimate is called one' \
    'shard-pack -o half --source zh=zh.jsonl@50 --source en=en.jsonl@50'
ok 'half Chinese and half English without a tokenizer: within 10 %' "python3 - <<'P'
import gzip, json
sent = {'en': 0, 'zh': 0}
for line in gzip.open('half/train-00000.jsonl.gz', 'rt'):
    r = json.loads(line)
    sent[r['id'][:2]] += r['text'].count('。' if r['id'][0] == 'z' else '.')
zh, en = sent['zh'] * 54 / 4, sent['en'] * 40 / 4
assert .45 < zh / (zh + en) < .55, (zh, en)
P"
halves='shard-pack --source zh=zh.jsonl@50 --source en=en.jsonl@50'
ok 'and with one: within 2 %' "$halves -o half2 --tokenizer $top/tests/golden/bpe/gpt2 && python3 - <<'P'
import gzip, json, os, subprocess
texts = {'en': [], 'zh': []}
for line in gzip.open('half2/train-00000.jsonl.gz', 'rt'):
    r = json.loads(line)
    texts[r['source']].append(r['text'])
n = {}
for name, of in texts.items():
    ids = subprocess.run([os.environ['B'] + '/bench/ids', '$top/tests/golden/bpe/gpt2', 'plain'], check=True,
        stdout=subprocess.PIPE, input=''.join(t + '\\0' for t in of).encode()).stdout
    n[name] = len(ids.split())
assert .49 < n['zh'] / (n['zh'] + n['en']) < .51, n
P"
ok 'zcat reads the shards' \
    "test \$(zcat mix/*.gz | wc -l) -eq \$(cat mix/manifest.json |
	python3 -c 'import json, sys; print(json.load(sys.stdin)[\"records\"])')"
ok '--check passes' 'shard-pack --check mix'
ok 'a shard can be entered at any gzip member: whole records of some 1 MB' "
    shard-pack -o members --source all=general.jsonl@1 && python3 - <<'P'
import zlib
packed, raw, n = open('members/train-00000.jsonl.gz', 'rb').read(), b'', 0
while packed:
    member = zlib.decompressobj(31)
    part = member.decompress(packed)
    assert member.eof and part.endswith(b'\\n') and part.startswith(b'{'), part[:9]
    assert len(part) <= 1 << 20
    packed, raw, n = member.unused_data, raw + part, n + 1
assert n > 2 and raw.count(b'\\n') == 9000, (n, raw.count(b'\\n'))
P"

python3 - <<'P'
import json
for name in ('one', 'two'):
    with open(name + '.jsonl', 'w') as f:
        for i in range(3000):
            r = {'text': '%s "text" %d' % (name, i), 'id': name + str(i), 'source': 'of the record'}
            if name == 'two' and i == 2999:
                r.update(hits=['a', 'b'], url='http://x/\u00e9', chunk=7)
            f.write(json.dumps(r) + '\n')
P
ok 'one schema for all lines, unless --members says otherwise' "
    shard-pack -o schema --shard-size 100K --format jsonl \
	--source one=one.jsonl@1 --source two=two.jsonl@1 --split valid=.1 && python3 - <<'P'
import glob, json
m = json.load(open('schema/manifest.json'))
names = 'id doc chunk start end url file offset within size source domains text'.split()
assert m['options']['members'] == names and len(m['shards']) > 4, m
seen, rich = {}, 0
for line in (l for f in glob.glob('schema/*.jsonl') for l in open(f)):
    r = json.loads(line)
    assert list(r) == names and r['source'] == r['id'][:3], r
    assert r['text'] == '%s \"text\" %s' % (r['id'][:3], r['id'][3:]) and r['id'] not in seen
    seen[r['id']] = r
    rich += r['url'] == 'http://x/\u00e9' and r['chunk'] == 7
    assert r['id'] == 'two2999' or r['url'] is r['chunk'] is r['doc'] is None, r
assert rich == ('two2999' in seen) and len(seen) == m['records'] > 5000, (rich, len(seen))
assert sum(s['bytes'] for s in m['shards']) == sum(len(open(f, 'rb').read()) for f in glob.glob('schema/*.jsonl'))
P"
ok 'the same again, and --check' "
    shard-pack -o schema --resume --shard-size 100K --format jsonl \
	--source one=one.jsonl@1 --source two=two.jsonl@1 --split valid=.1 &&
    shard-pack --check schema"
status 2 'other members are another plan' "
    shard-pack -o schema --resume --members id,text --shard-size 100K --format jsonl \
	--source one=one.jsonl@1 --source two=two.jsonl@1 --split valid=.1"
status 2 'a member twice' 'shard-pack -o no --members id,text,id --source one=one.jsonl@1'
status 2 'no name' 'shard-pack -o no --members id,,text --source one=one.jsonl@1'

if "$PEERS" -c 'import datasets' 2>/dev/null; then
	ok 'datasets reads a folder of one schema, whole and as a stream' \
	    "HF_HUB_OFFLINE=1 $PEERS -c '
import datasets
for stream in False, True:
    d = datasets.load_dataset(\"schema\", cache_dir=\"cache-schema\", streaming=stream)
    n = sum(1 for s in d.values() for r in s if r[\"source\"] in (\"one\", \"two\"))
    assert n > 5000, n'"
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

if "$PEERS" -c 'import datatrove, orjson' 2>/dev/null; then
	ok "datatrove's JsonlReader reads every record" "$PEERS -c '
import json
from datatrove.pipeline.readers import JsonlReader
m = json.load(open(\"mix/manifest.json\"))
d = list(JsonlReader(\"mix\", glob_pattern=\"*.jsonl.gz\")())
assert len({x.id for x in d}) == len(d) == m[\"records\"], len(d)
assert all(x.text for x in d)'"
else
	skip "datatrove's JsonlReader" 'no packages datatrove and orjson'
fi

# The order: a permutation, uniform in every position.
ok 'a permutation' "shard-pack -o perm --members all --source all=lines.jsonl@1 --format jsonl &&
    LC_ALL=C sort lines.jsonl >a && LC_ALL=C sort perm/train-00000.jsonl >b && cmp a b"
ok 'piles and runs that memory forces change nothing' \
    "shard-pack -o perm2 --members all --source all=lines.jsonl@1 --format jsonl --memory 1M &&
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
ok 'another seed, another order' "shard-pack -o seed --members all --source all=lines.jsonl@1 \
    --format jsonl --rng 1 && differ seed/train-00000.jsonl perm/train-00000.jsonl"

ok 'inputs are told by a hash of what they hold' "
    cp perm/train-00000.jsonl plain && gzip -c plain >packed && : >void &&
    printf '{\"tool\": \"a\"}\n{\"tool\": \"b\", \"n\": 1}' >history &&
    shard-pack -o told --source a=plain,void@1 --source b=packed@0 --format jsonl \
	--history history && python3 -c '
import json
m = json.load(open(\"told/manifest.json\"))
was = json.load(open(\"perm/manifest.json\"))[\"shards\"][0]
i = m[\"inputs\"]
assert [x[\"source\"] for x in i] == [\"a\", \"a\", \"b\"], i
assert [x[\"bytes\"] for x in i] == [was[\"bytes\"], 0, was[\"bytes\"]], i
assert i[0][\"xxh3\"] == i[2][\"xxh3\"] == was[\"xxh3\"] != i[1][\"xxh3\"], i
assert m[\"history\"] == [{\"tool\": \"a\"}, {\"tool\": \"b\", \"n\": 1}], m'"
like 'history:2: no object' 'a history that is none' "printf '{}\n[1]\n' >history
    ! shard-pack -o x --source a=plain@1 --history history 2>&1"
ok 'equal runs give equal folders, from a pipe, gzip, zstd, elsewhere' "mkdir else &&
    gzip -c general.jsonl >else/g && zstd -q -c mined.jsonl >else/m && cat else/m |
    shard-pack -o else/o --members all --source mined=-@25 --source general=else/g@75 \
    --shard-size 300K --split valid=0.05 && diff -r mix else/o"
for format in jsonl jsonl.zst; do
	ok "$format" "shard-pack -o $format $both --format $format \
	    --shard-size 1M && shard-pack --check $format &&
	    zstd -dcf $format/*.$format | LC_ALL=C sort >a &&
	    zcat mix/*.gz | LC_ALL=C sort >b && cmp a b"
done

# A document is more than its name.
cat >names.py <<'P'
import json, subprocess, sys
def write(name, *records):
    with open(name, 'w') as f:
        for doc, chunk, text in records:
            f.write(json.dumps({'id': doc + '#' + str(chunk), 'doc': doc, 'chunk': chunk,
                                'text': text} if chunk >= 0 else
                               {'id': doc, 'text': text}) + '\n')
write('n1', ('a', -1, 'one'), ('b', 0, 'x'), ('b', 1, 'y'), ('c', 0, 'p'), ('c', 1, 'q'),
      ('d', 0, 'first'), *[('big', i, 'big %d' % i) for i in range(700)])
write('n2', ('a', -1, 'two'), ('b', 0, 'z'), ('b', 1, 'y'), ('c', 0, 'q'), ('c', 1, 'p'),
      ('d', 0, 'first'), ('d', 1, 'more'), *[('big', i, 'pig %d' % i) for i in range(700)])
write('n3', ('a', -1, 'two'), ('d', 1, 'more'), ('e', -1, 'own'),
      ('big', 4, 'pig 4'), ('big', 5, 'other'))
p = subprocess.run(['shard-pack', '-o', 'namesakes', '--format', 'jsonl', '--budget', '1M',
                    *[a for n in '123' for a in ('--source', 's%s=n%s@1' % (n, n))]],
                   stderr=subprocess.PIPE, text=True, check=True)
m = json.load(open('namesakes/manifest.json'))
got = [(s['of_records'], s['in_earlier_source'], s['same_name_other_text']) for s in m['sources']]
# n2: b and d belong to n1; a, c and big only have its names.  n3: a and big belong to n2, d to n1
assert got == [(706, 0, 0), (703, 4, 703), (1, 4, 0)], got
assert 'source s2: 703 records have the name' in p.stderr, p.stderr
got = sorted(open('namesakes/train-00000.jsonl'))
assert len(got) == len(set(got)) == 1410
P
ok 'a document of two sources has a name and a text in common' 'python3 names.py'

# How much is taken.
field() { # FOLDER SOURCE NAME
	python3 -c "import json; m = json.load(open('$1/manifest.json'))
print([s for s in m['sources'] if s['name'] == '$2'][0]['$3'])"
}
ok 'a budget of records' "shard-pack -o budget $both --by records --budget 1K &&
    test -s budget/manifest.json"
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
ok 'but no document that is kept apart is taken twice' "
    shard-pack -o apart \$both --by records --budget 60K --epochs 3 \
	--split valid=.1 --split test=.1 --format jsonl 2>err &&
    cat apart/valid-* apart/test-* | sort | uniq -d | cmp - /dev/null &&
    sort apart/train-* | uniq -c | awk '\$1 != 3 { exit 1 }' &&
    grep -q 'source mined ends' err && test \$(cat apart/*.jsonl | sort -u | wc -l) = 10700"
ok 'copies of what a second round takes in part' "
    shard-pack -o part \$both --by records --budget 12K --epochs 3 \
	--split valid=.2 --format jsonl 2>err && python3 - <<'P'
import collections, json
m = json.load(open('part/manifest.json'))
count = {s: collections.Counter(open('part/%s-00000.jsonl' % s)) for s in ('train', 'valid')}
assert set(count['valid'].values()) == {1} and set(count['train'].values()) <= {1, 2, 3}
assert sum(map(sum, (c.values() for c in count.values()))) == m['records'] == 12000
mined = [n for l, n in count['train'].items() if 'd' in json.loads(l)['id'][:1]
         and 'chunk' in l]
assert max(mined) - min(mined) <= 1, set(mined)
P"
ok 'epochs of one source' "shard-pack -o of-one $both --by records --budget 60K --epochs mined=3 --format jsonl 2>err &&
    sort of-one/train-* | uniq -c | awk '{n[\$1]++} END {exit n[1] != 8700 || n[3] != 2000 || length(n) != 2}' &&
    grep -q '\"epochs_most\": 3' of-one/manifest.json"
status 2 'epochs of no source' "shard-pack -o x $both --epochs none=3"
python3 - <<'P'
import json, random
r = random.Random(5)
with open('scored.jsonl', 'w') as f:
    for i in range(4000):
        text = ' '.join('w%d' % r.randrange(1000) for _ in range(9))
        scores = {'scores': {'A, B & C': r.random(), 'Law': 1}} if i % 10 else {}
        f.write(json.dumps({'id': 's%d' % i, 'text': text, **scores}) + '\n')
P
cat >scored.py <<'P'
import collections, json, sys
def bucket(r):
    return int(4 * r.get('scores', {}).get('A, B & C', 0)) + 1
all = collections.Counter(bucket(json.loads(l)) for l in open('scored.jsonl'))
times = collections.Counter(open('scored/train-00000.jsonl'))
got, most = collections.Counter(), collections.defaultdict(set)
for l, n in times.items():
    got[bucket(json.loads(l))] += n
    most[bucket(json.loads(l))].add(n)
whole = sum(b * n for b, n in all.items())
taken = sum(got.values())
for b in range(1, 5):
    share = got[b] / taken / (b * all[b] / whole)
    assert .9 < share < 1.1, (b, share)
if sys.argv[1:]:
    assert {b: sorted(n) for b, n in most.items()} == {1: [1], 2: [2], 3: [3], 4: [4]}, most
P
scored='shard-pack -o scored --members all --format jsonl --by records'
ok 'records of high scores come more often' "
    $scored --source \"s=scored.jsonl@1:scores.A, B & C\" --budget 3K && python3 scored.py"
ok 'and in an epoch each as often as its bucket says' "rm -r scored &&
    $scored --source \"s=scored.jsonl@1:scores.A, B & C\" && python3 scored.py whole &&
    grep -q '\"score\": \"scores.A, B & C\"' scored/manifest.json"
ok 'a document kept apart is taken once, whatever its score' "rm -r scored &&
    $scored --split valid=.3 --source \"s=scored.jsonl@1:scores.A, B & C\" &&
    sort scored/valid-* | uniq -d | cmp - /dev/null"
ok 'the order of files and sources, and how files are divided, change no shard' "
    split -l 4000 general.jsonl part. && parts=\$(ls part.* | sort -r | tr '\n' , | sed 's/,\$//') &&
    shard-pack -o order1 \$both --by records --budget 3K --format jsonl &&
    shard-pack -o order2 --members all --source mined=mined.jsonl@25 \
	--source general=\$parts@75 --by records --budget 3K --format jsonl &&
    cmp order1/train-00000.jsonl order2/train-00000.jsonl &&
    grep -v '\"d' general.jsonl >other.jsonl &&
    shard-pack -o order3 --members all --source general=other.jsonl@50 \
	--source mined=mined.jsonl@50 --budget 50K --format jsonl &&
    shard-pack -o order4 --members all --source mined=mined.jsonl@50 \
	--source general=other.jsonl@50 --budget 50K --format jsonl &&
    cmp order3/train-00000.jsonl order4/train-00000.jsonl"
ok 'a weight of 0 leaves a source out, and claims nothing' \
    "shard-pack -o zero --source mined=mined.jsonl@0 \
    --source general=general.jsonl@1 && test \$(zcat zero/*.gz | wc -l) -eq 9000"
like 'none: a source without records' 'an empty source is named' \
    "shard-pack -o none --source none=/dev/null@1 --members all --source all=lines.jsonl@1"
ok 'no records, no shards' \
    "shard-pack -o empty --members all --source none=/dev/null@1 2>/dev/null
    test \$? -eq 1 && shard-pack --check empty && test \"\$(ls empty)\" = manifest.json"
ok 'a record longer than a shard has one of its own' \
    "shard-pack -o small --source all=general.jsonl@1 --shard-size 1 --budget 12 \
    --by records --format jsonl && test \$(ls small/train* | wc -l) -eq 12"
ok 'records without doc and id, bad lines, CRLF, unknown members' \
    "printf '{\"text\":\"one\", \"x\": 1.0}\r\n{\"id\":3}\n[\n{\"text\":\"two\"}' |
    shard-pack -o odd --members all --format jsonl --source a=-@1 2>err &&
    grep -q '/dev/fd/.*:2: no string' err && grep -q ':3: invalid JSON' err &&
    printf '{\"text\":\"one\", \"x\": 1.0}\r\n{\"text\":\"two\"}\n' | sort >a &&
    sort odd/train-00000.jsonl >b && cmp a b"
ok 'files that a file names' "split -l 1000 lines.jsonl share. &&
    ls share.* >names && shard-pack -o named --members all --source all=@names@1 --format jsonl &&
    shard-pack -o listed --members all --format jsonl \
	--source all=\$(ls share.* | tr '\n' , | sed 's/,\$//')@1 &&
    cmp named/train-00000.jsonl listed/train-00000.jsonl &&
    ! shard-pack -o x --source a=@@1"
ok 'records that a list of text-dedup names stay out' "cat share.aa share.ab >twice.a
    cat share.ab share.ac >twice.b
    html-strip --zstd twice.a >twice.a.zst
    html-strip --zstd twice.b >twice.b.zst
    text-dedup --keys twice.a.zst twice.b.zst | text-dedup --cluster \
	--records twice.a.zst,twice.b.zst >twice.drop
    (text-dedup --drop twice.drop twice.a.zst
    text-dedup --drop twice.drop twice.b.zst) >once
    shard-pack -o dropped --members all --source all=twice.a.zst,twice.b.zst@1 --format jsonl \
	--drop all=twice.drop &&
    sort dropped/train-00000.jsonl >got && sort once | cmp - got && test -s got &&
    test \$(cat twice.a twice.b | wc -l) -ge \$((\$(wc -l <got) + 1000))"
status 2 'a source that the list is not of' \
    'shard-pack -o x --source a=twice.a@1 --drop a=twice.drop'
status 2 'a list of no source' \
    'shard-pack -o x --source a=twice.a.zst@1 --drop b=twice.drop'
status 66 'a file of names that is not there' 'shard-pack -o x --source a=@nowhere@1'
status 66 'a source that is not there' \
    "shard-pack -o lost --source a=lines.jsonl,none.jsonl@1"
ok 'and nothing is written' 'test ! -e lost'
status 1 'a source without records' \
    "shard-pack -o hollow --source a=lines.jsonl@1 --source b=/dev/null@1"
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
    "shard-pack -o mix --members all --source all=lines.jsonl@1"
status 2 'nor with --resume, for other sources' \
    "shard-pack -o mix --resume --members all --source all=lines.jsonl@1"

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

# Token ids for Megatron-LM, and exact counts.
gpt2=$top/tests/golden/bpe/gpt2
export gpt2
ok 'megatron: a mix of ids' "shard-pack -o ids $both --shard-size 100K \
    --tokenizer \$gpt2 --format megatron --eod '<|end|>' --split valid=0.05 &&
    shard-pack --check ids && test -s ids/manifest.json"
ok 'megatron: header, lengths, pointers, bounds; the ids of the texts' "python3 - <<'P'
import array, json, os, struct, subprocess
m = json.load(open('ids/manifest.json'))
assert m['token_count'].startswith('exact: BPE of '), m['token_count']
text = {}
for name in ('mined', 'general'):
    for line in open(name + '.jsonl'):
        text.setdefault(json.loads(line)['text'], name)
texts = sorted(text)
got = subprocess.run([os.environ['B'] + '/bench/ids', os.environ['gpt2']], check=True,
    stdout=subprocess.PIPE, input=''.join(t + '\\0' for t in texts).encode()).stdout
id_of = json.load(open(os.environ['gpt2'] + '/tokenizer.json'))['added_tokens'][0]
assert id_of['content'] == '<|end|>'
want = {tuple(map(int, l.split())) + (id_of['id'],): text[t]
        for t, l in zip(texts, got.decode().splitlines())}
count, share = 0, {'mined': 0, 'general': 0}
for s in m['shards']:
    raw, index = (open('ids/' + n, 'rb').read() for n in (s['file'], s['index']['file']))
    magic, version, code, nseq, nbound = struct.unpack('<9sQBQQ', index[:34])
    assert (magic, version, code) == (b'MMIDIDX\\0\\0', 1, 8)
    assert nseq == s['records'] == nbound - 1 and len(raw) <= 100000
    lens = struct.unpack_from('<%di' % nseq, index, 34)
    at = struct.unpack_from('<%dq' % nseq, index, 34 + 4 * nseq)
    bounds = struct.unpack_from('<%dq' % nbound, index, 34 + 12 * nseq)
    assert len(index) == 34 + 12 * nseq + 8 * nbound and bounds == tuple(range(nbound))
    assert sum(lens) == s['tokens'] == len(raw) // 2
    for n, p in zip(lens, at):
        share[want.pop(struct.unpack_from('<%dH' % n, raw, p))] += n
    count += nseq
assert count == m['records']
for s in m['sources']:
    assert share[s['name']] == s['tokens'], (s, share)
    assert abs(s['share'] - s['weight']) < .001, s
P"
ok 'megatron: a line of weights and names for each split' "python3 - <<'P'
import json, os
m = json.load(open('ids/manifest.json'))
for split in ('train', 'valid'):
    words = open('ids/%s.data-path' % split).read().split()
    shards = [s for s in m['shards'] if s['split'] == split]
    total = sum(s['tokens'] for s in shards)
    assert words[1::2] == [s['file'][:-4] for s in shards]
    assert all(os.path.exists('ids/%s.idx' % w) for w in words[1::2])
    for weight, s in zip(words[::2], shards):
        assert abs(float(weight) - s['tokens'] / total) < 1e-8
P"
if "$PEERS" -c 'import numpy' 2>/dev/null; then
	ok 'megatron: read by numpy' "$PEERS -c '
import json, numpy as np
for s in json.load(open(\"ids/manifest.json\"))[\"shards\"]:
    index = np.fromfile(\"ids/\" + s[\"index\"][\"file\"], np.uint8)
    n, bounds = index[18:34].view(np.uint64).astype(int)
    lens = index[34:34 + 4 * n].view(np.int32)
    at = index[34 + 4 * n:34 + 12 * n].view(np.int64)
    data = np.memmap(\"ids/\" + s[\"file\"], np.uint16, \"r\")
    assert (at == np.concatenate([[0], np.cumsum(lens[:-1], dtype=np.int64) * 2])).all()
    assert (data[at // 2 + lens - 1] == 0).all() and len(data) == s[\"tokens\"]
    assert data.max() < 400'"
else
	skip 'megatron: read by numpy' 'no package numpy'
fi
ok 'megatron: empty texts are documents without a sequence' "(echo '{\"text\":\"\"}'
    echo '{\"text\":\"a b\"}'; echo '{\"text\":\"\",\"id\":\"1\"}') >holes.jsonl &&
    shard-pack -o holes --source a=holes.jsonl@1 --tokenizer \$gpt2 \
    --format megatron && shard-pack --check holes &&
    test \$(stat -c %s holes/train-00000.idx) -eq \$((34 + 12 + 8 * 4)) &&
    test \$(stat -c %s holes/train-00000.bin) -eq 4"
ok 'WordPiece, ids of 4 bytes' "mkdir wp && (seq 0 65530 | sed 's/^/[unused/; s/\$/]/'
    printf '[UNK]\nw\n##1\n') >wp/vocab.txt &&
    echo '{\"text\":\"W1 w é\"}' | shard-pack -o wp/o --source a=-@1 --tokenizer wp \
    --format megatron && od -An -v -td4 wp/o/train-00000.bin | tr -s ' ' >a &&
    echo ' 65532 65533 65532 65531' | cmp - a &&
    grep -q '\"token_count\": \"exact: WordPiece of 65534 tokens' wp/o/manifest.json"
ok 'a control token that a text mentions is text' "
    echo '{\"text\":\"of <|end|>of <mask> <|end|>\"}' >said.jsonl
    said='shard-pack --source a=said.jsonl@1 --format megatron --tokenizer '\$gpt2
    \$said -o said --eod '<|end|>' && \$said -o marked --control --bos '<|end|>of' \
	--eos '<mask>' --eod '<|end|>' &&
    python3 -c '
import array, json
def ids(folder):
    return array.array(\"H\", open(folder + \"/train-00000.bin\", \"rb\").read()).tolist()
plain, marked = ids(\"said\"), ids(\"marked\")
assert plain[-1] == 0 and not {0, 1} & set(plain[:-1]) and 379 in plain, plain
assert marked[0] == 1 and marked[-3:] == [0, 379, 0] and 1 in marked[1:], marked
for folder, n in ((\"said\", len(plain)), (\"marked\", len(marked))):
    m = json.load(open(folder + \"/manifest.json\"))
    assert m[\"tokens\"] == n, (m, n)
assert m[\"options\"][\"control\"] and m[\"options\"][\"bos\"] == \"<|end|>of\", m'"
ok 'exact tokens of records' "shard-pack -o exact $both --tokenizer \$gpt2 --budget 200K &&
    python3 -c '
import json
m = json.load(open(\"exact/manifest.json\"))
assert 199000 < m[\"tokens\"] <= 200000 and \"exact: BPE\" in m[\"token_count\"], m'"
status 2 'megatron without a tokenizer' \
    "shard-pack -o x --source a=mined.jsonl@1 --format megatron"
status 2 'an end that is no token' "shard-pack -o x --source a=mined.jsonl@1 \
    --tokenizer \$gpt2 --eod '<|none|>'"
like 'tokenizer.json is a file; give the folder' 'a file for a folder' \
    "shard-pack -o x --source a=mined.jsonl@1 --tokenizer \$gpt2/tokenizer.json"
status 2 'a folder without a tokenizer' \
    "shard-pack -o x --source a=mined.jsonl@1 --tokenizer perm"
ok '--check: an index of other ids' "cp -R ids bad-ids && cd bad-ids &&
    cp train-00001.idx train-00000.idx && ! shard-pack --check . 2>../err &&
    grep -q 'train-0000' ../err"

# Sequences of one length, and the way back.
python3 - <<'P'
import json, random
r = random.Random(11)
zh = '小城的图书馆早上九点开门。清晨来的大多是想看报纸的老年读者。'
with open('long.jsonl', 'w') as f:
    for i in range(1500):
        t = ' '.join('w%d' % r.randrange(1000) for _ in range(r.randrange(1, r.choice([20, 100, 900]))))
        t = {0: zh * r.randrange(1, 60), 1: 'x' * 4000, 2: '', 3: t + '\n\n ' + t}.get(i % 50, t)
        record = {'id': 'p%d' % i, 'text': t} if i % 7 else {'text': t}
        f.write(json.dumps(record, ensure_ascii=i % 2 == 0) + '\n')
P
cat >packed.py <<'P'
import collections, gzip, json, os, struct, subprocess, sys
folder, length, end = sys.argv[1], int(sys.argv[2]), 0
files = {'long': ['long.jsonl'], 'two': ['mined.jsonl', 'general.jsonl']}
raw = {s: [open(f, 'rb').read() for f in names] for s, names in files.items()}
m = json.load(open(folder + '/manifest.json'))
texts, want, seen, total, nseq = [], [], collections.defaultdict(list), 0, 0
for s in m['shards']:
    lines = [json.loads(l) for l in gzip.open(folder + '/' + s['map']['file'], 'rt')]
    assert [l['sequence'] for l in lines] == list(range(s['records']))
    if 'index' in s:
        data = open(folder + '/' + s['file'], 'rb').read()
        index = open(folder + '/' + s['index']['file'], 'rb').read()
        assert struct.unpack_from('<%di' % len(lines), index, 34) == (length,) * len(lines)
        ids = struct.unpack('<%dH' % (len(data) // 2), data)
        rows = [list(ids[k * length:][:length]) for k in range(len(lines))]
    else:
        got = [json.loads(l) for l in gzip.open(folder + '/' + s['file'], 'rt')]
        rows = [g['input_ids'] for g in got]
        assert [g['seq_lengths'] for g in got] == [[p['tokens'] for p in l['pieces']] for l in lines]
        assert all(sum(g['seq_lengths']) == len(g['input_ids']) <= length for g in got)
    for row, line in zip(rows, lines):
        at = 0
        for p in line['pieces']:
            r = json.loads(raw[p['source']][p['part']][p['offset']:].split(b'\n', 1)[0])
            assert r.get('id') == p.get('id')
            texts.append(r['text'][slice(*p['chars'])])
            want.append((row[at:at + p['tokens']], p['chars'][1] == len(r['text'])))
            at += p['tokens']
            seen[p['source'], p['part'], p['offset'], len(r['text'])].append(p['chars'])
        assert at <= length and set(row[at:]) <= {end}
        total, nseq = total + at, nseq + 1
got = subprocess.run([os.environ['B'] + '/bench/ids', os.environ['gpt2'], 'plain'], check=True,
    stdout=subprocess.PIPE, input=''.join(t + '\0' for t in texts).encode()).stdout
for (ids, last), line in zip(want, got.decode().splitlines()):
    assert ids == [int(i) for i in line.split()] + [end] * last
for (_, _, _, n), slices in seen.items():  # each text once, from its first to its last character
    slices.sort()
    assert [0] + [b for _, b in slices] == [a for a, _ in slices] + [n]
p, cut = m['packed'], sum(len(s) > 1 for s in seen.values())
assert total == m['tokens'] == sum(s['tokens'] for s in m['shards'])
assert (p['sequences'], p['documents']) == (nseq, len(seen))
assert abs(p['padding'] - (1 - total / nseq / length)) < 1e-6 and p['padding'] < 3 / length, p
assert abs(p['cut'] - cut / len(seen)) < 1e-6 and 0 < cut < len(seen), p
assert 0 <= m['records'] - len(seen) <= 30  # those without text
P
packs='--members all --source long=long.jsonl@0.2 --source two=mined.jsonl,general.jsonl@0.8
    --tokenizer $gpt2 --eod "<|end|>" --by records --budget 6K --split valid=.1 --shard-size 300K'
packs=$(echo "$packs" | tr '\n' ' ')
ok '--pack: every text, cut only if longer, in full sequences; the map leads back' "
    shard-pack -o fitted --format megatron --pack 512 $packs && python3 packed.py fitted 512 &&
    shard-pack --check fitted"
ok '--pack: the same as lines' "
    shard-pack -o lines --pack 200 $packs && python3 packed.py lines 200 && shard-pack --check lines"
ok '--pack: piles that memory forces change nothing' "
    shard-pack -o fitted2 --format megatron --pack 512 --memory 1M $packs && diff -r fitted fitted2"
ok '--map: beside shards that are the same, whatever the format' "
    for f in jsonl jsonl.zst megatron; do
	shard-pack -o map-\$f --map --format \$f $packs && shard-pack --check map-\$f || exit
	shard-pack -o nomap-\$f --format \$f $packs || exit
	for s in nomap-\$f/*-0*; do cmp \$s map-\$f/\${s#*/} || exit; done
    done"
ok '--map: the file and the place in it of every line' "python3 - <<'P'
import glob, gzip, json
names = glob.glob('map-jsonl/*.jsonl')
assert len(names) > 1
for name in names:
    lines = open(name).readlines()
    told = [json.loads(l) for l in gzip.open(name.replace('.jsonl', '.map.gz'))]
    assert len(lines) == len(told) > 100
    for line, t in zip(lines, told):
        (p,) = t['pieces']
        f = {'long': ['long.jsonl'], 'two': ['mined.jsonl', 'general.jsonl']}[p['source']][p['part']]
        with open(f) as source:
            source.seek(p['offset'])
            assert source.readline() == line
        assert p['chars'] == [0, len(json.loads(line)['text'])]
P"
for args in '--pack 512' '--pack 512 --tokenizer $gpt2 --format megatron' '--pack 63 --tokenizer $gpt2' \
    '--pad x' '--tokenizer $gpt2 --pad "<|end|>"' '--pack 512 --tokenizer $gpt2 --members id,text' \
    '--pack 512 --tokenizer $gpt2 --pad "<|none|>"'; do
	status 2 "refused: $args" "shard-pack -o x --source a=long.jsonl@1 $args"
done
# Samples for MosaicML's streaming.
cat >mds.py <<'P'
import json, struct
def sized(pieces):
    return b''.join(struct.pack('<I', len(p)) for p in pieces) + b''.join(pieces)
def file(columns, sizes, samples, limit):
    """As MDSWriter writes it."""
    config = json.dumps({
        'version': 2, 'format': 'mds', 'compression': None, 'hashes': [], 'size_limit': limit,
        'column_names': [n for n, _ in columns], 'column_encodings': [e for _, e in columns],
        'column_sizes': sizes}, sort_keys=True).encode()
    at = [4 * (len(samples) + 2) + len(config)]
    for s in samples:
        at.append(at[-1] + len(s))
    return struct.pack('<%dI' % (len(at) + 1), len(samples), *at) + config + b''.join(samples)
def index(folder, split):
    m = json.load(open(folder + '/manifest.json'))
    shards = [s for s in m['shards'] if s['split'] == split]
    got = json.load(open(folder + '/' + split + '/index.json'))
    assert got['version'] == 2 and len(got['shards']) == len(shards) > 0
    for s, told in zip(shards, got['shards']):
        name = told['raw_data']['basename']
        data = open(folder + '/' + split + '/' + name, 'rb').read()
        n, = struct.unpack_from('<I', data)
        at = struct.unpack_from('<%dI' % (n + 1), data, 4)
        assert s['file'] == split + '/' + name and n == s['records'] == told['samples']
        assert told['raw_data'] == {'basename': name, 'bytes': len(data), 'hashes': {}}
        assert s['bytes'] == at[-1] - at[0] and s['packed'] == at[-1] == len(data)
        own = json.loads(data[4 * (n + 2):at[0]])
        assert {**own, 'raw_data': told['raw_data'], 'samples': n, 'zip_data': None} == told
        yield s, data, [data[a:b] for a, b in zip(at, at[1:])]
P
cat >mds-records.py <<'P'
import glob, json, re
from mds import file, index, sized
member = re.compile(r'"(\w+)":("(?:[^"\\]|\\.)*"|\[[^]]*\]|[^,}]+)')
for split in 'train', 'valid':
    lines = [l for f in sorted(glob.glob('records/' + split + '-*')) for l in open(f)]
    n, nshard = 0, 0
    for s, data, samples in index('mds', split):
        here = []
        for line in lines[n:n + len(samples)]:
            raw = dict(member.findall(line))  # JSON stays as it was written
            names = sorted(json.loads(line))
            here.append(sized([(json.loads(raw[k]) if k in ('text', 'source') else raw[k]).encode()
                               for k in names]))
        columns = [(k, 'str' if k in ('text', 'source') else 'json') for k in names]
        assert data == file(columns, [None] * len(columns), here, 100000)
        assert sum(map(len, samples)) <= 100000
        n, nshard = n + len(samples), nshard + 1
    assert n == len(lines) and nshard > (split == 'train')
P
mds='--source one=one.jsonl@1 --source two=two.jsonl@1 --shard-size 100K --split valid=.1'
ok 'mds: the bytes of every sample, shard and index' "
    shard-pack -o records --format jsonl $mds && shard-pack -o mds --format mds $mds &&
    shard-pack --check mds && python3 mds-records.py"
cat >mds-sequences.py <<'P'
import glob, gzip, json, struct
from mds import file, index
for split in 'train', 'valid':
    rows = [json.loads(l) for f in sorted(glob.glob('seq/' + split + '-*.jsonl.gz')) for l in gzip.open(f)]
    n = 0
    for s, data, samples in index('mdseq', split):
        here = []
        for row in rows[n:n + len(samples)]:
            lens, ids = row['seq_lengths'], row['input_ids'] + [0] * (300 - len(row['input_ids']))
            lens = struct.pack('<BB%di' % len(lens), 4, len(lens), *lens)
            here.append(struct.pack('<I', len(lens)) + lens + struct.pack('<300i', *ids))
        assert data == file([('seq_lengths', 'ndarray:int32'), ('tokens', 'ndarray:int32:300')],
                            [None, 1200], here, 300000)
        n += len(samples)
    assert n == len(rows) > 20
P
ok 'mds: sequences, filled up, and the lengths of their pieces' "
    shard-pack -o seq $packs --pack 300 && shard-pack -o mdseq $packs --pack 300 --format mds &&
    shard-pack --check mdseq && python3 mds-sequences.py"
cat >mds-body.py <<'P'
from mds import index, sized
(s, data, samples), = index('body', 'train')
assert b'"column_encodings": ["json", "json", "str", "str"], ' \
    b'"column_names": ["a", "b", "body", "source"]' in data
assert sorted(samples) == sorted(sized([b'null', b'null', b'one "text" %d' % i, b'one'])
                                 for i in range(3000))
P
ok 'mds: other members, another name of the text' "
    sed 's/\"text\":/\"body\":/' one.jsonl >body.jsonl &&
    shard-pack -o body --format mds --text body --members b,body,a,source --source one=body.jsonl@1 &&
    python3 mds-body.py"
status 2 'refused: mds of all members' 'shard-pack -o x --format mds --members all --source a=one.jsonl@1'
status 2 'refused: mds of long shards' 'shard-pack -o x --format mds --shard-size 3G --source a=one.jsonl@1'
status 2 'refused: mds with --pack, without what fills up' \
    "shard-pack -o x --format mds --pack 512 --tokenizer \$gpt2 --source a=one.jsonl@1"
status 2 'mds: not over another folder of shards' 'shard-pack -o mds --format mds --source a=one.jsonl@1'
for damage in 'printf x | dd of=valid/shard.00000.mds bs=1 seek=9999 conv=notrunc 2>/dev/null' \
    'truncate -s -1 train/shard.00001.mds' 'rm train/shard.00001.mds' \
    'cp train/shard.00001.mds train/shard.00099.mds' \
    'printf "\377" | dd of=train/shard.00000.mds conv=notrunc 2>/dev/null'; do
	status 1 "mds, --check: $damage" \
	    "rm -rf bad && cp -R mds bad && (cd bad && $damage) && shard-pack --check bad"
done
cat >mds-without.py <<'P'
import gzip, json, os, random, struct, subprocess
from mds import index
r = random.Random(2)
was = {s: list(index('mds', s)) for s in ('train', 'valid')}
gone = {t[0]['file']: set(r.sample(range(len(t[2])), 5)) for s in was for t in was[s][::2]}
last = was['valid'][-1]
gone[last[0]['file']] = set(range(len(last[2])))
with open('mds-list', 'w') as f:
    for name in gone:
        for i in gone[name]:
            print('x/few/%s:%d\tid' % (name, i), file=f)
subprocess.run(['shard-pack', '-o', 'few', '--without', 'mds-list'], check=True)
left = [s for s in was if os.path.exists('few/' + s + '/index.json')]
now = {t[0]['file']: t for s in left for t in index('few', s)}
assert last[0]['file'] not in now and left == ['train'] + ['valid'] * (len(was['valid']) > 1)
for t in was['train'] + was['valid'][:-1]:
    name = t[0]['file']
    assert now[name][2] == [x for i, x in enumerate(t[2]) if i not in gone.get(name, ())]
    assert (now[name][1] == t[1]) == (name not in gone)
# a piece of a sequence: what stays moves up, the token of --eod fills up
s, data, samples = next(index('mdseq', 'train'))
lines = [json.loads(l) for l in gzip.open('mdseq/' + s['map']['file'])]
k = next(i for i, l in enumerate(lines) if len(l['pieces']) > 2)
open('mds-piece', 'w').write('train/shard.00000.mds:%d.1\n' % k)
subprocess.run(['shard-pack', '-o', 'fewer', '--without', 'mds-piece', '--tokenizer', os.environ['gpt2']],
               check=True)
s, data, after = next(index('fewer', 'train'))
a, b, *rest = [p['tokens'] for p in lines[k]['pieces']]
ids = struct.unpack('<300i', samples[k][-1200:])
ids = ids[:a] + ids[a + b:] + (0,) * b
lens = struct.pack('<BB%di' % (1 + len(rest)), 4, 1 + len(rest), a, *rest)
want = struct.pack('<I', len(lens)) + lens + struct.pack('<300i', *ids)
assert after == samples[:k] + [want] + samples[k + 1:]
P
ok 'mds: samples that a list names go, and the index knows it' "
    cp -R mdseq fewer && cp -R mds few && python3 mds-without.py &&
    shard-pack --check few && shard-pack --check fewer"
ok 'mds: killed after the manifest, and again: the same' "
    rm -rf half && cp -R mds half && cp few/manifest.json half/manifest.json.next &&
    for f in \$(cd few && ls */*.mds); do cmp -s mds/\$f few/\$f || cp few/\$f half/\$f.next; done &&
    for s in train valid; do test ! -e few/\$s/index.json || cp few/\$s/index.json half/\$s/index.json.next; done &&
    ! shard-pack --check half 2>/dev/null && shard-pack -o half --without mds-list && diff -r few half"
if "$PEERS" -c 'import streaming' 2>/dev/null; then
	ok 'mds: streaming reads every sample' "$PEERS -c '
import json
from streaming import StreamingDataset
n = sum(len(list(StreamingDataset(local=\"mds\", split=s, batch_size=1))) for s in (\"train\", \"valid\"))
assert n == json.load(open(\"mds/manifest.json\"))[\"records\"], n'"
else
	skip 'mds: streaming reads every sample' 'no mosaicml-streaming; .ci/slow/readers installs it'
fi
ok '--check: a map of fewer lines' "cp -R lines bad-map && cd bad-map &&
    cp valid-00000.map.gz train-00000.map.gz && ! shard-pack --check . 2>../err &&
    grep -q 'train-00000' ../err"
# Takedown.
ok 'a shard less some of its records, the others as they were' "
    shard-pack -o before $both --shard-size 100K --split valid=0.05 --tokenizer \$gpt2 \
	--eod '<|end|>' --bos '<|end|>of' &&
    cp -R before after && python3 - <<'P'
import gzip, hashlib, json, random, subprocess
r = random.Random(11)
old = json.load(open('before/manifest.json'))
shards = {s['file']: gzip.open('before/' + s['file']).read().splitlines(True) for s in old['shards']}
names = list(shards)
gone = {names[0]: {1}, names[2]: {len(shards[names[2]])},
        names[4]: set(r.sample(range(1, len(shards[names[4]]) + 1), 40)),
        names[-1]: set(range(1, len(shards[names[-1]]) + 1))}
places = [n + ':' + str(l) for n in gone for l in gone[n]]
r.shuffle(places)
with open('list', 'w') as f:
    print('# by hand\n#manifest', hashlib.sha256(open('before/manifest.json', 'rb').read()).hexdigest(), file=f)
    print('\n'.join('x/y/' + p + '\tid\thttp://x/:9' for p in places + places[:3]), file=f)
subprocess.run(['shard-pack', '-o', 'after', '--without', 'list', '--tokenizer', '$gpt2'], check=True)
new = json.load(open('after/manifest.json'))
assert [s['file'] for s in new['shards']] == names[:-1]
for s, was in zip(new['shards'], old['shards']):
    assert gzip.open('after/' + s['file']).read().splitlines(True) == [
        l for i, l in enumerate(shards[s['file']], 1) if i not in gone.get(s['file'], ())]
    same = open('after/' + s['file'], 'rb').read() == open('before/' + s['file'], 'rb').read()
    assert same == (s == was) == (s['file'] not in gone), (s, was)
for m in 'records', 'tokens', 'bytes':
    assert new[m] == sum(s[m] for s in new['shards']), m
    assert new[m] + new['without'][0][m] == old[m], m
assert new['without'][0]['records'] == len(places)
for m in set(old) - {'shards', 'records', 'tokens', 'bytes'}:
    assert new[m] == old[m], m
P
    shard-pack --check after && test \$(ls before | wc -l) = \$((\$(ls after | wc -l) + 1))"
ok 'tokens are those of shards that never had them' "python3 - <<'P'
import gzip, json, subprocess
new = json.load(open('after/manifest.json'))
with open('left', 'wb') as f:
    for s in new['shards']:
        f.write(gzip.open('after/' + s['file']).read())
subprocess.run(['shard-pack', '-o', 'afresh', '--source', 'a=left@1', '--tokenizer', '$gpt2',
                '--eod', '<|end|>', '--bos', '<|end|>of'], check=True)
assert json.load(open('afresh/manifest.json'))['tokens'] == new['tokens']
P"
ok 'a list is applied once' "cp -R after twice && shard-pack -o twice --without list 2>err &&
    diff -r after twice && grep -q 'applied before' err"
status 2 'but for other shards not at all' "sed 's/:1\t/:2\t/' list >other &&
    shard-pack -o twice --without other --tokenizer \$gpt2"
status 2 'tokens that were counted need their tokenizer' 'cp -R before one && shard-pack -o one --without list'
like 'tokens are "exact: BPE .*", not "exact: WordPiece' 'and no other one' \
    "mkdir -p vocab && printf '[UNK]\n' >vocab/vocab.txt
    shard-pack -o one --without list --tokenizer vocab"
for line in train-00099.jsonl.gz:1 train-00000.jsonl.gz:0 train-00000.jsonl.gz:99999 \
    train-00000.jsonl.gz train-00000.jsonl.gz:1x train-00000.jsonl.gz:-1 :1; do
	status 2 "no such place: $line" \
	    "echo $line >wrong && shard-pack -o one --without wrong --tokenizer \$gpt2"
done
ok 'and nothing has changed' 'diff -r before one'
ok 'a list of nothing' "echo '# none' >wrong && shard-pack -o one --without wrong && diff -r before one"
status 66 'a list that is not there' 'shard-pack -o one --without nowhere'
status 2 'a folder that is none' 'mkdir -p bare && shard-pack -o bare --without list'
for format in jsonl jsonl.zst; do
	ok "$format, a list after the other, to the last record" "
	    rm -rf one && shard-pack -o one --members all --source all=lines.jsonl@1 --format $format --shard-size 300K &&
	    echo train-00000.$format:7 >a && shard-pack -o one --without a &&
	    echo train-00000.$format:7 >b && echo train-00001.$format:1 >>b && shard-pack -o one --without b &&
	    shard-pack --check one && zstd -dcf one/*.$format | wc -l | grep -qx 19997 &&
	    python3 -c '
import json
m = json.load(open(\"one/manifest.json\"))
assert [w[\"records\"] for w in m[\"without\"]] == [1, 2], m
for s in m[\"shards\"]:
    for i in range(s[\"records\"]):
        print(s[\"file\"] + \":\" + str(i + 1))' >rest && shard-pack -o one --without rest &&
	    test \$(ls one) = manifest.json && shard-pack --check one &&
	    jq -e '.records == 0 and .tokens == 0 and .shards == [] and (.without | length) == 3' one/manifest.json"
done
ok 'killed before the manifest: as if it had never begun' "
    rm -rf one && cp -R before one && echo half >one/train-00001.jsonl.gz.next &&
    echo half >one/train-00002.jsonl.gz.next.0a1b.tmp && shard-pack --check one &&
    shard-pack -o one --without list --tokenizer \$gpt2 && diff -r after one"
ok 'killed after it: --check tells, and the same again ends it' "
    rm -rf one && cp -R before one && cp after/manifest.json one/manifest.json.next &&
    n=0 && for f in \$(cd after && ls *.gz); do
	cmp -s before/\$f after/\$f && continue
	n=\$((n + 1)) && test \$n -eq 2 && cp after/\$f one && continue
	cp after/\$f one/\$f.next
    done && ! shard-pack --check one 2>err && grep -q 'call it again' err &&
    shard-pack -o one --without list 2>err && diff -r after one && ! test -s err"
cat >kill-without.py <<'P'
import os, shutil, subprocess, sys, time
pack = ['shard-pack', '-o', 'one', '--without', 'list', '--tokenizer', sys.argv[1]]
hit = 0
kills = int(os.environ['KILLS'])
for i in range(kills):
    shutil.rmtree('one', ignore_errors=True)
    shutil.copytree('before', 'one')
    p = subprocess.Popen(pack)
    while p.poll() is None and i and sum(f.endswith('.next') for f in os.listdir('one')) < i // 5:
        time.sleep(2e-4)  # so that the tool has the processor
    p.kill()
    hit += p.wait() != 0
    subprocess.run(pack, check=True, stderr=subprocess.DEVNULL)
    subprocess.run(['diff', '-r', 'after', 'one'], check=True)
print(hit, 'of', kills, 'were killed at work')
sys.exit(hit < .3 * kills)
P
KILLS=20
case $B in */san) KILLS=6 ;; esac # sanitizers are slow
export KILLS
ok "kill -9 at $KILLS moments, and again: the same" "python3 kill-without.py \$gpt2"

# Shares hold to 0.1 %, or to one record, in every unit.
ok 'shares of three sources, by tokens, records and bytes' "python3 - <<'P'
import json, random, subprocess
r = random.Random(3)
for name, most in (('x', 900), ('y', 30), ('z', 200)):
    with open(name, 'w') as f:
        for i in range(1500):
            f.write(json.dumps({'id': name + str(i),
                                'text': 'w ' * r.randrange(1, most)}) + '\\n')
for by in ('tokens', 'records', 'bytes'):
    subprocess.run(['shard-pack', '-o', 'by-' + by, '--by', by, '--source', 'x=x@.17',
                    '--source', 'y=y@.013', '--source', 'z=z@.5'], check=True)
    m = json.load(open('by-' + by + '/manifest.json'))
    longest = {'tokens': 1200, 'records': 1, 'bytes': 1830}[by]
    for s in m['sources']:
        off = abs(s[by] - s['weight'] * m[by])
        assert off <= max(longest, .001 * m[by]), (by, s)
P"

# After a kill no incomplete file has its final name, and --resume gives the same.
cat >kill.py <<'P'
import filecmp, os, re, shutil, subprocess, sys, time
pack = ['shard-pack', '--shard-size', '60K', '--split', 'valid=0.05'] + sys.argv[1:]


def files(folder):
    return [p + '/' + f for p, _, names in os.walk(folder) for f in names]


def run(folder, *more):
    subprocess.run(pack + ['-o', folder, *more], check=True)


run('whole')
nfile = len(files('whole'))
hit = 0
kills = int(os.environ['KILLS'])
for i in range(kills):
    shutil.rmtree('killed', ignore_errors=True)
    p = subprocess.Popen(pack + ['-o', 'killed'])
    # Killed when a part of the files is there; the manifest comes last.
    while p.poll() is None and (not os.path.isdir('killed') or
                                len(files('killed')) < i * nfile // kills):
        time.sleep(2e-4)  # so that the tool has the processor
    p.kill()
    p.wait()
    hit += not os.path.exists('killed/manifest.json')
    for f in files('killed'):  # what has its name is whole
        assert f.endswith('.tmp') or not re.search('[-.]00', f) or filecmp.cmp(
            f, f.replace('killed', 'whole'), shallow=False), f
    run('killed', '--resume')
    subprocess.run(['diff', '-r', 'whole', 'killed'], check=True)
print(hit, 'of', kills, 'were killed at work')
sys.exit(hit < .3 * kills)
P
ok "kill -9 at $KILLS moments, then --resume: packed" \
    "python3 kill.py $both --tokenizer \$gpt2 --pack 512 --budget 250K && rm -r whole"
ok "kill -9 at $KILLS moments, then --resume: megatron" \
    "python3 kill.py $both --tokenizer \$gpt2 --format megatron --budget 400K &&
    rm -r whole"
ok "kill -9 at $KILLS moments, then --resume: mds, packed" \
    "python3 kill.py $both --tokenizer \$gpt2 --pack 256 --eod '<|end|>' --format mds \
    --budget 250K && rm -r whole"
ok "kill -9 at $KILLS moments, then --resume: mds" \
    "python3 kill.py ${both#--members all} --format mds --budget 400K && rm -r whole"
for format in jsonl jsonl.zst; do
	ok "kill -9 at $KILLS moments, then --resume: $format" \
	    "python3 kill.py $both --format $format && rm -r whole"
done
ok "kill -9 at $KILLS moments, then --resume" "python3 kill.py $both"
ok '--resume takes away the plan of a run that was killed at its end' \
    ": >killed/plan && shard-pack -o killed $both --shard-size 60K \
    --split valid=0.05 --resume && diff -r whole killed"
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

# A full disk, for which a limit of file size is used if nothing can be mounted.
full() { # FOLDER KIND FORMAT [LIMIT]
	status 2 "a full disk ($2, $3)" "ulimit -f ${4:-unlimited}; trap '' XFSZ
	    shard-pack -o $1 ${both#--members all} --shard-size 300K --tokenizer \$gpt2 --format $3"
	ok "leaves no part of a shard under its name ($2, $3)" "
	    for f in $1/*.jsonl $1/*.bin $1/*/*.mds; do
	    test ! -e \$f || test \$(stat -c %s \$f) -gt 290000 || exit; done
	    for f in $1/*.bin; do
	    test ! -e \$f || test -s \${f%bin}idx || exit; done
	    test ! -e $1/manifest.json && test -z \"\$(ls -R $1 | grep tmp)\""
}
mkdir disk
if mount -t tmpfs -o size=700k none disk 2>/dev/null; then
	full disk/out tmpfs jsonl
	rm -rf disk/out
	full disk/out tmpfs megatron
	rm -rf disk/out
	full disk/out tmpfs mds
	umount disk
else
	skip 'a full disk (tmpfs)' 'nothing can be mounted here'
fi
full limited 'file size limit' jsonl 400
full limited-ids 'file size limit' megatron 400
full limited-mds 'file size limit' mds 400
done_testing
