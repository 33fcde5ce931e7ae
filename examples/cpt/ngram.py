#!/usr/bin/env python3
"""ngram.py - bits per byte of held-out text by a 5-gram model of token ids

usage: ngram.py --tokenizer DIR [--order N] --train FOLDER ... --held NAME=FOLDER ...

FOLDER are what shard-pack --format megatron wrote.  The model is trained on all
the --train folders together; one JSON object tells, for each of the held-out
ones, the bits per byte of its text.

The model is interpolated Kneser-Ney with three discounts an order ("modified":
S. F. Chen and J. Goodman, An empirical study of smoothing techniques for language
modeling, 1999).  Ids are one stream, where the end of a document is a token like
others; the tokens are of byte level, so that no text is unknown and bits per byte
compare across tokenizers.
"""
import argparse
import json
import time

import numpy

import ids

# Discounts of a count of 0, 1, 2, 3 or more where the corpus is too small to tell:
# those that kenlm's lmplz has for it.
FALLBACK = numpy.array([0, 0.5, 1, 1.5])


class KneserNey:
    """Of n-grams of order 1 to order, in arrays by the number of each n-gram.

    keys[n]    sorted: the number of its first n - 1 ids * nvocab + its last id
    prob[n]    p(last id | the ids before it), interpolated with lower orders
    backoff[n] by the number of the (n - 1)-gram that is the context: the weight
               of the lower order, 1 where the context was not seen
    """

    def __init__(self, stream, nvocab, order=5):
        self.nvocab, self.order = nvocab, order
        self.keys, self.prob, self.backoff = [None], [None], [None]
        raw, suffix, place = [None], [None], numpy.zeros(len(stream), numpy.int64)
        for n in range(1, order + 1):
            nplace = len(stream) - n + 1
            before = place
            keys, first, place, count = numpy.unique(
                before[:nplace] * nvocab + stream[n - 1:], return_index=True,
                return_inverse=True, return_counts=True)
            self.keys.append(keys)
            raw.append(count)
            # Without its first id an n-gram is the (n - 1)-gram one place on.
            suffix.append(before[first + 1] if n > 1 else numpy.zeros_like(first))
        for n in range(1, order + 1):
            count = raw[n]
            if n < order:  # how many different ids stand before it
                count = numpy.bincount(suffix[n + 1], minlength=len(count))
                count = numpy.maximum(count, 1)
            self.interpolate(n, count, suffix[n])

    def interpolate(self, n, count, suffix):
        most = numpy.minimum(count, 3)
        have = numpy.bincount(numpy.minimum(count, 5), minlength=6)[1:5]
        discount = FALLBACK
        if have.min() > 0:
            y = have[0] / (have[0] + 2 * have[1])
            fitted = numpy.array([0] + [i + 1 - (i + 2) * y * have[i + 1] / have[i]
                                        for i in range(3)])
            if fitted[1:].min() > 0:
                discount = fitted
        context = self.keys[n] // self.nvocab
        ncontext = len(self.keys[n - 1]) if n > 1 else 1
        total = numpy.bincount(context, count, ncontext)
        lost = numpy.bincount(context, discount[most], ncontext)
        weight = numpy.where(total > 0, lost / numpy.maximum(total, 1), 1.0)
        lower = self.prob[n - 1][suffix] if n > 1 else 1 / self.nvocab
        self.backoff.append(weight)
        self.prob.append((count - discount[most]) / total[context]
                         + weight[context] * lower)

    def probabilities(self, stream):
        """p of each id of the stream, given the order - 1 ids before it."""
        p = numpy.full(len(stream), 1 / self.nvocab)
        # The number of the (n - 1)-gram that ends before each id; -1: not seen.
        context = numpy.zeros(len(stream), numpy.int64)
        for n in range(1, self.order + 1):
            seen = context >= 0
            key = numpy.where(seen, context * self.nvocab + stream, -1)
            at = numpy.minimum(numpy.searchsorted(self.keys[n], key),
                               len(self.keys[n]) - 1)
            found = seen & (self.keys[n][at] == key)
            weight = numpy.where(seen, self.backoff[n][context], 1.0)
            p = numpy.where(found, self.prob[n][at], weight * p)
            # The n-gram that ends at an id is the context of the next id.
            context = numpy.concatenate(([-1], numpy.where(found, at, -1)[:-1]))
        return p


def bits_per_byte(model, stream, lengths):
    return float(-numpy.log2(model.probabilities(stream)).sum()
                 / lengths[stream].sum())


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument('--tokenizer', required=True)
    ap.add_argument('--order', type=int, default=5)
    ap.add_argument('--train', action='append', required=True)
    ap.add_argument('--held', action='append', required=True)
    args = ap.parse_args()
    lengths = ids.byte_lengths(args.tokenizer)
    stream = numpy.concatenate([ids.read(folder) for folder in args.train])
    model = KneserNey(stream, len(lengths), args.order)
    held = dict(name.split('=', 1) for name in args.held)
    print(json.dumps({
        'bits_per_byte': {
            name: bits_per_byte(model, ids.read(folder), lengths)
            for name, folder in held.items()},
        'tokens': len(stream), 'cpu_seconds': time.process_time()}))


if __name__ == '__main__':
    main()
