# trace: from shards of every format to bytes that give the same text again, and
# records taken out for their owners.  LINES: how many lines of each format.
. "${0%/*}/tap.sh"

: "${LINES:=24}"
export LINES
trace=$top/examples/trace
gpt2=$top/tests/golden/bpe/gpt2
export trace gpt2
cd "$tmp" || exit

# The sample as an archive of every kind: a gzip member a record, one for all,
# plain, zstd for all, and zstd with a dictionary, a frame a record; and an ARC.
mkdir crawl
cp "$top/examples/sample/crawl.warc.gz" crawl/member.warc.gz
zcat crawl/member.warc.gz >crawl/plain.warc
gzip -c crawl/plain.warc >crawl/whole.warc.gz
zstd -q crawl/plain.warc -o crawl/whole.warc.zst
python3 - <<'P'
import re, struct, subprocess
data = open('crawl/plain.warc', 'rb').read()
starts = [m.start() for m in re.finditer(rb'^WARC/1', data, re.M)] + [len(data)]
records = [data[a:b] for a, b in zip(starts, starts[1:])]
words = b''.join(records[5:60])
open('dict', 'wb').write(words[:20000])
with open('crawl/frames.warc.zst', 'wb') as f:
    f.write(b'\x5d\x2a\x4d\x18' + struct.pack('<I', 20000) + words[:20000])
    for r in records[:150]:
        f.write(subprocess.run(['zstd', '-qc', '-D', 'dict'], input=r, stdout=subprocess.PIPE).stdout)
with open('crawl/old.arc', 'wb') as f:
    head = b'1 0 test\nURL IP-address Archive-date Content-type Archive-length\n\n'
    f.write(b'filedesc://old.arc 0.0.0.0 20260302080000 text/plain %d\n' % len(head) + head + b'\n')
    for r in records:
        if b'WARC-Type: response' not in r:
            continue
        url = re.search(rb'WARC-Target-URI: (\S+)', r)[1]
        body = r.split(b'\r\n\r\n', 1)[1][:-4]
        f.write(b'%s 192.0.2.1 20260302080000 text/html %d\n' % (url, len(body)) + body + b'\n')
P
text='html-strip | text-chunk --max-words 60 --min-tokens 1'
export text
warc-cat crawl/* | sh -c "$text" >all.jsonl

# Every line of jq -c '[id, text]' of some places, again from the archive.
cat >again.py <<'P'
import json, os, random, subprocess, sys
folder, kind = sys.argv[1:]
m = json.load(open(folder + '/manifest.json'))
r = random.Random(5)
places = [('%s/%s:%d' % (folder, s['file'], i + (not s['file'].endswith(('.bin', '.mds')))))
          for s in m['shards'] for i in range(s['records'])]
places = r.sample(places, min(len(places), int(os.environ['LINES'])))
trace = [os.environ['trace']]
told = [json.loads(l) for l in subprocess.run(
    trace + places, stdout=subprocess.PIPE, check=True).stdout.splitlines()]
assert len(told) >= len(places), (len(told), len(places))
pages = subprocess.run(trace + [kind, '-'], stdout=subprocess.PIPE, check=True,
                       input='\n'.join(t['place'] + '\tnot looked at' for t in told).encode()).stdout
if kind == '--record':
    assert len(pages.splitlines()) == len(told)
else:

    open('bytes.warc', 'wb').write(pages)
    pages = subprocess.run(['warc-cat', 'bytes.warc'], stdout=subprocess.PIPE, check=True).stdout
chunks = subprocess.run(os.environ['text'], shell=True, input=pages,
                        stdout=subprocess.PIPE, check=True).stdout
got = {}
for l in chunks.splitlines():
    c = json.loads(l)
    got.setdefault((c['url'], c['chunk']), c['text'])
shard = {json.loads(l)['id']: json.loads(l)['text'] for l in open('all.jsonl')}
for t in told:
    text = got[t['url'], t['chunk']]
    assert text == shard[t['id']], t
    if 'chars' in t:
        assert text[slice(*t['chars'])] and t['chars'][1] <= len(text), t
print(len(told), 'lines')
P

pack='shard-pack --shard-size 400K --source all=all.jsonl@1'
for format in jsonl jsonl.gz jsonl.zst; do
	ok "$format: lines to the same text" "
	    $pack -o $format --format $format && python3 again.py $format --record"
done
ok '--members: the same' "$pack -o members --members default --format jsonl &&
    python3 again.py members --record"
ok 'lines of which there is a map: the same' "$pack -o mapped --map --format jsonl &&
    python3 again.py mapped --record"
ok 'megatron: documents to the same text' "
    $pack -o ids --format megatron --map --tokenizer \$gpt2 --eod '<|end|>' &&
    python3 again.py ids --record"
ok 'sequences of ids: pieces to the same text' "
    $pack -o packed --format megatron --pack 256 --tokenizer \$gpt2 --eod '<|end|>' &&
    python3 again.py packed --record"
ok 'streaming: samples to the same text' "
    $pack -o samples --format mds && python3 again.py samples --record"
ok 'streaming: the same with a map, and with sequences' "
    $pack -o mds-map --format mds --map && python3 again.py mds-map --record &&
    $pack -o mds-packed --format mds --pack 256 --tokenizer \$gpt2 --eod '<|end|>' &&
    python3 again.py mds-packed --record"
ok 'sequences of lines: pieces to the same text' "
    $pack -o sequences --format jsonl.gz --pack 256 --tokenizer \$gpt2 &&
    python3 again.py sequences --record"
for archive in member.warc.gz plain.warc whole.warc.gz whole.warc.zst frames.warc.zst old.arc; do
	ok "$archive: the bytes of its records are an archive that gives the same text" "
	    rm -rf one && jq -c 'select(.file == \"crawl/$archive\")' all.jsonl >one.jsonl &&
	    shard-pack -o one --source a=one.jsonl@1 && test -s one.jsonl &&
	    python3 again.py one --bytes"
done
ok 'tokens: the document and the piece that hold them' "python3 - <<'P'
import gzip, json, os, struct, subprocess
width = 2
for folder in 'ids', 'packed':
    s = json.load(open(folder + '/manifest.json'))['shards'][0]
    lines = [json.loads(l) for l in gzip.open(folder + '/' + s['map']['file'])]
    length = 256 if folder == 'packed' else 0
    at = 0
    for i, l in enumerate(lines[:40]):
        n = at
        for p in l['pieces']:
            if i % 13 == 3:
                for token in n, n + p['tokens'] - 1:
                    out = subprocess.run([os.environ['trace'], folder + '/' + s['file'] + '@%d' % token],
                                         stdout=subprocess.PIPE, check=True).stdout
                    t = json.loads(out)
                    assert (t['id'], t['chars']) == (p['id'], p['chars']), (t, p)
            n += p['tokens']
        at = at + length if length else n
P"

# Takedown.
cat >without.py <<'P'
import gzip, json, os, re, subprocess, sys
folder, host = sys.argv[1:3]
def contents(folder):
    m, out = json.load(open(folder + '/manifest.json')), {}
    for s in m['shards']:
        path = folder + '/' + s['file']
        data = subprocess.run(['zstd', '-dcf', path], stdout=subprocess.PIPE).stdout \
            if not path.endswith('.bin') else open(path, 'rb').read()
        lines = [json.loads(l)['pieces'] for l in gzip.open(folder + '/' + s['map']['file'])] \
            if 'map' in s else None
        out[s['file']] = (data, lines, open(path, 'rb').read())
    return m, out
old, before = contents(folder)
listed = subprocess.run([os.environ['trace'], '--url', host, folder], stdout=subprocess.PIPE, check=True).stdout
open('gone', 'wb').write(listed)
subprocess.run(['shard-pack', '-o', folder, '--without', 'gone', '--tokenizer', os.environ['gpt2']],
               check=True)
subprocess.run(['shard-pack', '--check', folder], check=True)
new, after = contents(folder)
def page(piece):
    return piece['record']['url'].split('/')[2]
def cut(ids, pieces, keep, width, length, pad):
    out, at = b'', 0
    for p in pieces:
        n = p['tokens'] * width
        if keep(p):
            out += ids[at:at + n]
        at += n
    return out + pad * ((length * width - len(out)) // width if length else 0)
keep = lambda p: page(p) != host
n = 0
for name, (data, lines, raw) in before.items():
    if lines is None:
        kept = [l for l in data.splitlines(True) if json.loads(l)['url'].split('/')[2] != host]
        n += len(data.splitlines()) - len(kept)
        want, notes = b''.join(kept), None
    elif not name.endswith('.bin'):
        rows = [json.loads(l) for l in data.splitlines()]
        if 'input_ids' not in rows[0]:
            both = [(l, p) for l, p in zip(data.splitlines(True), lines) if keep(p[0])]
            want, notes = b''.join(l for l, _ in both), [p for _, p in both]
        else:
            want, notes = b'', []
            for row, pieces in zip(rows, lines):
                ids, at = [], 0
                for p in pieces:
                    ids += row['input_ids'][at:at + p['tokens']] if keep(p) else []
                    at += p['tokens']
                left = [p for p in pieces if keep(p)]
                if left:
                    notes.append(left)
                    want += json.dumps({'input_ids': ids, 'seq_lengths': [p['tokens'] for p in left]},
                                       separators=(',', ':')).encode() + b'\n'
        n += sum(not keep(p) for l in lines for p in l)
    else:
        length = old['options'].get('pack', 0)
        eod = data[-2:] if length else b''
        want, at, notes = b'', 0, []
        for pieces in lines:
            size = 2 * (length or sum(p['tokens'] for p in pieces))
            left = [p for p in pieces if keep(p)]
            n += len(pieces) - len(left)
            if left:
                notes.append(left)
                want += data[at:at + size] if left == pieces else cut(
                    data[at:at + size], pieces, keep, 2, length, pad)
            at += size
            if length and sum(p['tokens'] for p in pieces) < length:
                pad = data[at - 2:at]
    if not want:
        assert name not in after
        continue
    assert after[name][0] == want, name
    assert after[name][1] == notes, name
    assert (after[name][2] == raw) == (want == data), name
assert n > 5 and n == len(listed.splitlines()) - 1, n
if 'pack' in new['options']:
    docs = sum(p['chars'][0] == 0 for _, ls, _ in before.values() for l in ls for p in l if not keep(p))
    assert docs == new['without'][0]['records'] > 3
else:
    assert new['records'] == sum(s['records'] for s in new['shards'])
assert new['records'] + new['without'][0]['records'] == old['records']
assert new['tokens'] == sum(s['tokens'] for s in new['shards'])
assert new['tokens'] + new['without'][0]['tokens'] == old['tokens']
if any(l for _, l, _ in after.values()):
    assert not any(page(p) == host for _, ls, _ in after.values() for l in ls for p in l)
    if 'map' in new['shards'][0] and (new['options']['format'] == 'megatron' or 'pack' in new['options']):
        assert new['tokens'] == sum(p['tokens'] for _, ls, _ in after.values() for l in ls for p in l)
P
for folder in jsonl jsonl.gz jsonl.zst members mapped ids packed sequences; do
	ok "$folder: what a host has goes, all else stays byte for byte" \
	    "python3 without.py $folder lawplain.example"
done
for folder in samples mds-map mds-packed; do
	ok "$folder: what a host has goes, all else leads back" "
	    \$trace --url lawplain.example $folder >list && test \$(wc -l <list) -gt 5 &&
	    cp $folder/manifest.json was &&
	    shard-pack -o $folder --without list --tokenizer \$gpt2 && shard-pack --check $folder &&
	    test \$(\$trace --url lawplain.example $folder | wc -l) = 1 &&
	    test \$(jq .tokens was) = \$(jq '.tokens + .without[0].tokens' $folder/manifest.json) &&
	    LINES=9 python3 again.py $folder --record"
done
ok 'nothing of it is left' "! zstdgrep -l lawplain jsonl.zst/*.zst && ! zgrep -l lawplain \
    jsonl.gz/*.gz ids/*.map.gz packed/*.map.gz sequences/*.gz && ! grep -l lawplain jsonl/*.jsonl mapped/*.jsonl &&
    grep -q lawplain all.jsonl"
ok 'and what is left still leads back' "LINES=9 python3 again.py packed --record &&
    LINES=9 python3 again.py jsonl.gz --record"
like 'places in other shards' 'a list is of the shards as they were' \
    "sed -i 's/\$/ /' gone; sed -i 's/ \$//; \$s/host/Host/' gone; shard-pack -o sequences --without gone 2>&1"

# Lists of hosts and robots.txt files, whenever they were fetched.
ok 'opt-outs by hosts, robots.txt and URL, by the rules of text-filter' "
    echo '# asked for on Monday
hearthnotes.example/history/' >hosts &&
    printf '%s\n' '{\"url\":\"https://gridwatch.example/robots.txt\",\"status\":200,\"text\":\"User-agent: GPTBot\\nDisallow: /news/\"}' >robots &&
    \$trace --skip-hosts hosts --robots robots --agent GPTBot --url https://gearshed.example/ jsonl.gz >list &&
    text-filter --rules none --skip-hosts hosts --robots robots --agent GPTBot --rejects out all.jsonl >kept &&
    text-filter --rules none --skip-hosts hosts --robots robots --agent CCBot all.jsonl >more &&
    test \$(wc -l <more) -gt \$(wc -l <kept) &&
    jq -r 'select(.url | contains(\"lawplain\") | not) | .doc' out | sort -u >want && test -s want &&
    echo 'gearshed.example' >site && text-filter --rules none --skip-hosts site --rejects out all.jsonl >kept &&
    jq -r .doc out | sort -u >>want && sort -u want >wanted &&
    grep -v '^#' list | cut -f 2 | sort -u | cmp - wanted &&
    cut -f 4 list | sort -u | tr '\n' ' ' | grep -q 'host robots' &&
    shard-pack -o jsonl.gz --without list && \$trace --skip-hosts hosts --robots robots --agent GPTBot jsonl.gz |
	grep -v '^#' | cmp - /dev/null"
same 'an id: its chunks, wherever they are' "jq -r 'select(.doc == \"old.arc@\" + (.offset | tostring)) | .id' all.jsonl | head -n 1 >one.id
    grep -h \"\$(cut -d '#' -f 1 one.id)#\" jsonl/*.jsonl mapped/*.jsonl | jq -r .id | sort" \
    "\$trace --id \$(cut -d '#' -f 1 one.id) jsonl mapped | jq -r .id | sort"

# From a server of archives.
python3 "$top/tests/range-server.py" . site.port site.log &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$tmp"' EXIT
while [ ! -s site.port ] && kill -0 $server; do sleep 0.1; done
ok 'from a server, by ranges: the same record, and few bytes' "
    for a in member.warc.gz frames.warc.zst whole.warc.gz; do
	place=\$(\$trace --url https://harbourclinic.example/ members | grep -v '^#' | cut -f 1 | sed 's,^,members/,' |
	    \$trace - | jq -r \"select(.file == \\\"crawl/\$a\\\") | .place\" | head -n 1)
	\$trace --record \$place >here && test -s here &&
	\$trace --record --archives http://127.0.0.1:\$(cat site.port)/ \$place | cmp - here || exit
	\$trace --bytes \$place >here &&
	\$trace --bytes --archives http://127.0.0.1:\$(cat site.port) \$place | cmp - here || exit
    done"
like 'no such archive below nowhere' 'no archive' "\$trace --record --archives nowhere jsonl/train-00000.jsonl:1"
status 66 'is status 66' "\$trace --record --archives nowhere jsonl/train-00000.jsonl:1"
status 66 'nor at the server' "\$trace --record --archives http://127.0.0.1:\$(cat site.port)/x jsonl/train-00000.jsonl:1"
status 1 'no such line' "\$trace jsonl/train-00000.jsonl:99999"
status 1 'a record from no archive' "echo '{\"id\":\"a\",\"text\":\"b\"}' >bare.jsonl && \$trace --record bare.jsonl:1"
like 'another record lies there' 'another archive of that name' "jq -c '.doc = \"x\" | .id = \"x#0\"' jsonl/train-00000.jsonl | head -n 1 >renamed.jsonl &&
    \$trace --record renamed.jsonl:1"
status 2 'ids without a map' "shard-pack -o bare --source a=all.jsonl@1 --format megatron --tokenizer \$gpt2 &&
    \$trace bare/train-00000.bin:1"
status 2 'no place' "\$trace jsonl/train-00000.jsonl"
status 2 'no folder for a list' "\$trace --url a.example jsonl/train-00000.jsonl"
status 2 'no such folder' "\$trace --id x nowhere"
ok '--help' "\$trace --help | grep -q 'shard-pack -o FOLDER --without LIST'"
kill $server
done_testing
