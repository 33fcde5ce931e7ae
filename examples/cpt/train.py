#!/usr/bin/env python3
"""train.py - train a small language model on shards, or go on with one

usage: train.py -o RUN --ids FOLDER --tokens N (--size 3M|30M --tokenizer DIR | --base RUN)
                [--lr R] [--batch N] [--context N] [--seed N] [--minutes M] [--bf16]
       train.py --score RUN --tokenizer DIR --held NAME=FOLDER ... [--bf16]

FOLDER is what shard-pack --format megatron wrote.  Its ids are cut into windows
of --context ids, which are taken in the order of the shards (they are shuffled),
and after the last one in a random order of all of them.  What comes out is
RUN/model.pt, and RUN/state.pt while it is being trained: a run that was killed,
or that ended by --minutes with status 75, goes on where it was, and ends with the
same model as one that was not.  If RUN is of other shards, another base or other
settings, it begins anew.  It has one thread, unless OMP_NUM_THREADS says more, and
takes the same numbers again where the library does.  --bf16 multiplies matrices in
bfloat16, more than twice as fast where the processor has amx_bf16.

--score writes one JSON object to standard output: the bits per byte of each of
the held-out texts, read in windows of the same length, without a memory of the
window before.
"""
import argparse
import json
import math
import os
import pathlib
import sys
import time
import zlib

import numpy
import torch
from torch.nn import functional

import ids
import llama

RETRY = 75      # as the tools say: the same command may go on later
EVERY = 50      # steps are reported, and saved,
SECONDS = 120   # or as often as this where steps are slow


def save(path, what):
    """The file has its name only once it is whole."""
    torch.save(what, f'{path}.tmp')
    os.replace(f'{path}.tmp', path)


def load(run):
    saved = torch.load(pathlib.Path(run) / 'model.pt')
    model = llama.Llama(saved['config'])
    model.load_state_dict(saved['model'])
    return model


def windows(stream, length):
    """The stream as rows (window, length + 1), whose last id begins the next."""
    n = (len(stream) - 1) // length
    rows = numpy.lib.stride_tricks.sliding_window_view(stream, length + 1)
    return torch.from_numpy(rows[:n * length:length].copy())


def loss(model, rows, reduction='mean'):
    logits = model(rows[:, :-1])
    return functional.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten(),
                                    reduction=reduction)


def rate(step, nstep, most):
    """Of learning: up for a tenth of the steps, then down to 0 as a cosine."""
    warm = max(nstep // 10, 1)
    if step < warm:
        return most * (step + 1) / warm
    return most * 0.5 * (1 + math.cos(math.pi * (step - warm) / (nstep - warm)))


def order(nwindow, need, seed):
    """Which windows are taken, for `need` of them."""
    parts = [numpy.arange(nwindow)]
    while len(parts) * nwindow < need:
        draw = numpy.random.default_rng([seed, len(parts)])
        parts.append(draw.permutation(nwindow))
    return numpy.concatenate(parts)[:need]


def optimizer(model):
    """Weights decay, the weights of norms do not."""
    decayed = [p for p in model.parameters() if p.dim() == 2]
    other = [p for p in model.parameters() if p.dim() < 2]
    return torch.optim.AdamW([{'params': decayed, 'weight_decay': 0.1},
                              {'params': other, 'weight_decay': 0.0}],
                             betas=(0.9, 0.95))


def settings(args, stream):
    """All that the model of a run depends on, the files by their checksums."""
    source = (pathlib.Path(args.base) / 'model.pt' if args.base
              else pathlib.Path(args.tokenizer) / 'tokenizer.json')
    names = ('size', 'tokens', 'lr', 'batch', 'context', 'seed', 'bf16')
    return {'ids': zlib.crc32(stream), 'from': zlib.crc32(source.read_bytes()),
            **{name: getattr(args, name) for name in names}}


def kept(path, of):
    """What a run of the same settings saved, or nothing."""
    what = torch.load(path) if path.exists() else {}
    if what and what.get('settings') != of:
        print(f'{path}: of other settings, not used', file=sys.stderr)
        what = {}
    return what


def train(args):
    start = last = time.monotonic()
    run = pathlib.Path(args.output)
    run.mkdir(parents=True, exist_ok=True)
    stream = ids.read(args.ids)
    of = settings(args, stream)
    if kept(run / 'model.pt', of):
        (run / 'model.pt').touch()  # for make: it is of these shards
        return 0
    torch.manual_seed(args.seed)
    if args.base:
        model = load(args.base)
    else:
        vocab = len(ids.byte_lengths(args.tokenizer))
        model = llama.Llama(llama.config(args.size, vocab))
    learn = optimizer(model)
    rows = windows(stream, args.context)
    nstep = args.tokens // (args.batch * args.context)
    taken = order(len(rows), nstep * args.batch, args.seed)
    step, cpu = 0, 0.0
    state = kept(run / 'state.pt', of)
    if state:
        step, cpu = state['step'], state['cpu_seconds']
        model.load_state_dict(state['model'])
        learn.load_state_dict(state['optimizer'])
    while step < nstep:
        batch = rows[taken[step * args.batch:(step + 1) * args.batch]]
        for group in learn.param_groups:
            group['lr'] = rate(step, nstep, args.lr)
        learn.zero_grad(set_to_none=True)
        with torch.autocast('cpu', torch.bfloat16, enabled=args.bf16):
            now = loss(model, batch)
        now.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        learn.step()
        step += 1
        now_s = time.monotonic()
        late = now_s - start > args.minutes * 60
        if step % EVERY == 0 or step == nstep or late or now_s - last > SECONDS:
            last = now_s
            print(f'{run}: step {step} of {nstep}, loss {now.item():.3f}',
                  file=sys.stderr)
            save(run / 'state.pt', {
                'step': step, 'cpu_seconds': cpu + time.process_time(),
                'settings': of, 'model': model.state_dict(),
                'optimizer': learn.state_dict()})
        if late and step < nstep:
            return RETRY
    save(run / 'model.pt', {
        'settings': of, 'config': model.config, 'model': model.state_dict(),
        'context': args.context, 'tokens': nstep * args.batch * args.context,
        'cpu_seconds': cpu + time.process_time()})
    (run / 'state.pt').unlink(missing_ok=True)
    return 0


def bits_per_byte(model, stream, lengths, context, bf16):
    """Of all but the first id; what is left after the last window counts, too."""
    nats, rows = 0.0, windows(stream, context)
    rest = torch.from_numpy(stream[len(rows) * context:])[None]
    with torch.no_grad(), torch.autocast('cpu', torch.bfloat16, enabled=bf16):
        for part in [*rows.split(8), rest]:
            if part.shape[1] > 1:
                nats += loss(model, part, 'sum').item()
    return nats / math.log(2) / lengths[stream[1:]].sum()


def score(args):
    saved = torch.load(pathlib.Path(args.score) / 'model.pt')
    model, lengths = load(args.score), ids.byte_lengths(args.tokenizer)
    held = dict(name.split('=', 1) for name in args.held)
    print(json.dumps({
        'bits_per_byte': {
            name: bits_per_byte(model, ids.read(folder), lengths, saved['context'],
                                args.bf16)
            for name, folder in held.items()},
        'tokens': saved['tokens'],
        'cpu_seconds': saved['cpu_seconds'] + time.process_time()}))
    return 0


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument('-o', '--output')
    ap.add_argument('--ids')
    ap.add_argument('--tokens', type=int)
    ap.add_argument('--size', choices=llama.SIZES)
    ap.add_argument('--tokenizer')
    ap.add_argument('--base')
    ap.add_argument('--lr', type=float, default=1e-3)
    ap.add_argument('--batch', type=int, default=8)
    ap.add_argument('--context', type=int, default=256)
    ap.add_argument('--seed', type=int, default=0)
    ap.add_argument('--minutes', type=float, default=math.inf)
    ap.add_argument('--bf16', action='store_true')
    ap.add_argument('--score')
    ap.add_argument('--held', action='append')
    args = ap.parse_args()
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(int(os.environ.get('OMP_NUM_THREADS', '1')))
    return score(args) if args.score else train(args)


if __name__ == '__main__':
    sys.exit(main())
