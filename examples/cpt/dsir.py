#!/usr/bin/env python3
"""dsir.py - the records whose words are likelier in the target than in the crawl

usage: dsir.py --target FILE --count N [--rng N] CRAWL

Importance resampling by hashed n-grams: S. M. Xie and others, Data selection for
language models via importance resampling, 2023.  Words and pairs of words fall into
10,000 buckets; a record's weight is the product, over what it has, of the bucket's
share in the target by its share in the crawl.  N records are drawn without
replacement by these weights, as the N largest log-weights after noise by Gumbel.
FILE and CRAWL are records with "text"; those of CRAWL go to standard output, in
their order.
"""
import argparse
import json
import re
import sys
import zlib

import numpy

NBUCKET = 10000
WORDS = re.compile(r'\w+|[^\w\s]+')


def features(line):
    """How often each bucket occurs in a record."""
    words = WORDS.findall(json.loads(line)['text'].lower())
    grams = words + [' '.join(pair) for pair in zip(words, words[1:])]
    return numpy.bincount([zlib.crc32(g.encode()) % NBUCKET for g in grams],
                          minlength=NBUCKET).astype(numpy.int32)


def log_share(counts):
    return numpy.log((counts + 1) / (counts.sum() + NBUCKET))


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument('--target', required=True)
    ap.add_argument('--count', type=int, required=True)
    ap.add_argument('--rng', type=int, default=0)
    ap.add_argument('crawl')
    args = ap.parse_args()
    with open(args.target, encoding='utf-8') as lines:
        target = sum(map(features, lines))
    crawl = numpy.zeros(NBUCKET, numpy.int64)
    with open(args.crawl, encoding='utf-8') as lines:
        for line in lines:
            crawl += features(line)
    gain = log_share(target) - log_share(crawl)
    with open(args.crawl, encoding='utf-8') as lines:
        weight = numpy.array([features(line) @ gain for line in lines])
    weight += numpy.random.default_rng(args.rng).gumbel(size=len(weight))
    chosen = set(numpy.argsort(-weight)[:args.count].tolist())
    with open(args.crawl, encoding='utf-8') as lines:
        sys.stdout.writelines(line for i, line in enumerate(lines) if i in chosen)


if __name__ == '__main__':
    main()
