#!/usr/bin/env python3
"""bpe.py - learn a small byte-level BPE from records

usage: bpe.py [--vocab N] DIR FILE ...

DIR/tokenizer.json is as Hugging Face lays it out, of GPT-2's kind: 256 bytes, the
merges, and <|endoftext|> as the last token.  shard-pack --tokenizer DIR reads it.
FILE are records, one JSON object a line, with "text".

The expression that cuts a text into words is simpler here than GPT-2's, which
needs classes that Python's re does not have; that changes which merges are learnt,
not how a text is encoded.
"""
import argparse
import collections
import heapq
import json
import pathlib
import re

WORDS = re.compile(r" ?[^\W\d_]+| ?\d+| ?[^\w\s]+|_+|\s+(?!\S)|\s+")


def byte_names():
    """GPT-2's names of the 256 bytes: a visible character each."""
    seen = [*range(33, 127), *range(161, 173), *range(174, 256)]
    names = {b: chr(b) for b in seen}
    rest = (b for b in range(256) if b not in names)
    names.update((b, chr(256 + i)) for i, b in enumerate(rest))
    return names


def merge(word, pair, new):
    """The word, a list of tokens, with each occurrence of the pair as one token."""
    out, i = [], 0
    while i < len(word):
        if word[i:i + 2] == pair:
            out.append(new)
            i += 2
        else:
            out.append(word[i])
            i += 1
    return out


def learn(counts, nmerge):
    """The nmerge most frequent pairs, each found after the merges before it.

    counts: how often each word, a string of byte names, occurs.  Of pairs that are
    equally frequent the first in order is taken.
    """
    words = [(list(w), n) for w, n in counts.items()]
    pairs, where = collections.Counter(), collections.defaultdict(set)
    for i, (word, n) in enumerate(words):
        for pair in zip(word, word[1:]):
            pairs[pair] += n
            where[pair].add(i)
    # The heap holds each pair with its count, and with older ones, too.
    heap = [(-n, pair) for pair, n in pairs.items()]
    heapq.heapify(heap)
    merges = []
    while len(merges) < nmerge and heap:
        count, best = heapq.heappop(heap)
        if pairs[best] != -count:
            continue
        merges.append(best)
        changed = set()
        for i in where.pop(best):
            word, n = words[i]
            for pair in zip(word, word[1:]):
                pairs[pair] -= n
                changed.add(pair)
            word = merge(word, list(best), best[0] + best[1])
            for pair in zip(word, word[1:]):
                pairs[pair] += n
                where[pair].add(i)
                changed.add(pair)
            words[i] = (word, n)
        for pair in changed:
            if pairs[pair] > 0:
                heapq.heappush(heap, (-pairs[pair], pair))
    return merges


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument('--vocab', type=int, default=4096)
    ap.add_argument('dir', type=pathlib.Path)
    ap.add_argument('file', nargs='+')
    args = ap.parse_args()
    names = byte_names()
    words = collections.Counter()
    for path in args.file:
        with open(path, encoding='utf-8') as lines:
            for line in lines:
                words.update(WORDS.findall(json.loads(line)['text']))
    counts = {''.join(names[b] for b in w.encode()): n
              for w, n in words.items() if n > 1}
    merges = learn(counts, args.vocab - 257)
    tokens = sorted(names.values()) + [a + b for a, b in merges]
    end = {'id': len(tokens), 'content': '<|endoftext|>', 'single_word': False,
           'lstrip': False, 'rstrip': False, 'normalized': False, 'special': True}
    level = {'type': 'ByteLevel', 'add_prefix_space': False, 'trim_offsets': True,
             'use_regex': True}
    args.dir.mkdir(parents=True, exist_ok=True)
    with open(args.dir / 'tokenizer.json', 'w', encoding='utf-8') as out:
        json.dump({
            'version': '1.0', 'truncation': None, 'padding': None,
            'added_tokens': [end], 'normalizer': None, 'pre_tokenizer': level,
            'post_processor': None, 'decoder': level,
            'model': {'type': 'BPE', 'dropout': None, 'unk_token': None,
                      'continuing_subword_prefix': None, 'end_of_word_suffix': None,
                      'fuse_unk': False, 'byte_fallback': False,
                      'vocab': {t: i for i, t in enumerate(tokens)},
                      'merges': [f'{a} {b}' for a, b in merges]}},
            out, ensure_ascii=False, indent=1)


if __name__ == '__main__':
    main()
