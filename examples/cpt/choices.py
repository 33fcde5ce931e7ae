#!/usr/bin/env python3
"""choices.py - questions answered by the likelihood of each answer

usage: choices.py --tokenizer DIR [--limit N] [--pubmedqa FILE] [--phrasebank FILE] RUN

PubMedQA is a line a question: "question", "context" (an array), "answer" (yes, no or
maybe); Financial PhraseBank a line a sentence: "text" and "label" (positive,
negative, neutral).  FILE may be gzip.  The answer is the one whose tokens are
likeliest after the prompt, as lm_eval has it.  One JSON object tells of each set
the accuracy and the macro F1 with 95 % intervals by a bootstrap over the questions
(1,000 draws), the share of the most frequent answer, and which were right.  It
needs the package tokenizers.
"""
import argparse
import gzip
import json
import pathlib

import numpy
import tokenizers
import torch

import train

ROOM = 1024  # ids before the answer, at most; the last ones are kept
ANSWERS = {'pubmedqa': ('yes', 'no', 'maybe'),
           'phrasebank': ('positive', 'negative', 'neutral')}


def records(path, limit):
    with (gzip.open if path.endswith('.gz') else open)(path, 'rb') as lines:
        return [json.loads(line) for line in lines][:limit]


def pubmedqa(r):
    return ('Abstract: ' + '\n'.join(r['context']) + '\nQuestion: ' + r['question']
            + '\nAnswer:', r['answer'])


def phrasebank(r):
    return (r['text'] + '\nQuestion: Is the sentiment of this sentence positive, '
            'negative or neutral?\nAnswer:', r['label'])


def likelihoods(model, prompt, answers):
    """The log-probability of the ids of each answer after those of the prompt.

    Answers that differ in their last id alone, as those of one id, share a run.
    """
    runs, found = {}, []
    for answer in answers:
        before = tuple(answer[:-1])
        if before not in runs:
            with torch.no_grad():
                logits = model(torch.tensor([prompt + answer[:-1]]))[0]
            runs[before] = logits[len(prompt) - 1:].log_softmax(-1)
        found.append(runs[before][range(len(answer)), answer].sum().item())
    return found


def macro_f1(gold, said, classes):
    f1 = []
    for k in classes:
        right = ((gold == k) & (said == k)).sum()
        f1.append(2 * right / max((gold == k).sum() + (said == k).sum(), 1))
    return numpy.mean(f1)


def ask(model, tokenizer, questions, answers):
    ids = [tokenizer.encode(' ' + a).ids for a in answers]
    said, gold = [], []
    for prompt, right in questions:
        prompt = tokenizer.encode(prompt).ids[-ROOM:]
        said.append(numpy.argmax(likelihoods(model, prompt, ids)))
        gold.append(answers.index(right))
    said, gold = numpy.array(said), numpy.array(gold)
    classes = numpy.unique(gold)
    draw = numpy.random.default_rng(0).integers(0, len(gold), (1000, len(gold)))

    def spread(figure):
        low, high = numpy.quantile([figure(d) for d in draw], (0.025, 0.975))
        return {'value': figure(slice(None)), 'low': low, 'high': high}

    return {'questions': len(gold),
            'accuracy': spread(lambda d: float((gold[d] == said[d]).mean())),
            'macro_f1': spread(lambda d: float(macro_f1(gold[d], said[d], classes))),
            'most_frequent': float(numpy.bincount(gold).max() / len(gold)),
            'right': (gold == said).astype(int).tolist()}


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument('--tokenizer', required=True)
    ap.add_argument('--limit', type=int)
    ap.add_argument('--pubmedqa')
    ap.add_argument('--phrasebank')
    ap.add_argument('run')
    args = ap.parse_args()
    model = train.load(args.run)
    tokenizer = tokenizers.Tokenizer.from_file(
        str(pathlib.Path(args.tokenizer) / 'tokenizer.json'))
    out = {}
    for prompt in pubmedqa, phrasebank:
        path = getattr(args, prompt.__name__)
        if path:
            questions = [prompt(r) for r in records(path, args.limit)]
            out[prompt.__name__] = ask(model, tokenizer, questions,
                                        ANSWERS[prompt.__name__])
    print(json.dumps(out))


if __name__ == '__main__':
    main()
