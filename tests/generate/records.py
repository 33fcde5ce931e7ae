#!/usr/bin/env python3
"""Records of every kind of member, some of which have more than others."""
import json
import random

r = random.Random(7)
WORDS = ['w%d' % i for i in range(3000)] + ['é', '小城的图书馆', '"quoted"', '\\', '😀']
for i in range(6000):
    words = r.choices(WORDS, k=r.randrange(1, r.choice([20, 60, 600])))
    record = {'id': f'r{i}', 'text': ' '.join(words) + ('\n' if i % 5 else ' \x01')}
    if i % 3 == 0:
        record.update(doc=f'd{i // 9}', chunk=i % 9, start=i, end=i + 9)
    if i % 4 == 0:
        record.update(url=f'http://x.example/é/{i}', file='a.warc.gz', offset=i << 33, size=i)
    if i % 7 == 0:
        record['domains'] = r.sample(['Law', 'A & B', 'é'], r.randrange(4))
    print(json.dumps(record, ensure_ascii=i % 2 == 0))
