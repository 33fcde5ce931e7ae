#!/usr/bin/env python3
"""Folders of shards, read by MosaicML's streaming and Megatron's core; see
.ci/slow/readers."""
import glob
import gzip
import json
import os

import numpy as np
import streaming
import torch
from megatron.core import __version__ as megatron_version
from megatron.core.datasets.blended_megatron_dataset_builder import \
    BlendedMegatronDatasetBuilder
from megatron.core.datasets.gpt_dataset import GPTDataset, GPTDatasetConfig
from megatron.core.datasets.indexed_dataset import IndexedDataset
from streaming import MDSWriter, StreamingDataset

SPLITS = 'train', 'valid'


def lines(folder, split):
    """The objects of a split of jsonl.gz, in the order of its shards."""
    return [json.loads(line) for path in sorted(glob.glob(f'{folder}/{split}-*.gz'))
            if '.map.' not in path for line in gzip.open(path)]


def shards(folder, split):
    with open(folder + '/manifest.json', encoding='utf-8') as f:
        return [s for s in json.load(f)['shards'] if s['split'] == split]


def plain(sample):
    return {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in sample.items()}


def samples(folder, split):
    data = StreamingDataset(local=folder, split=split, shuffle=False, batch_size=1)
    return [plain(data[i]) for i in range(len(data))]


def rewritten(folder, split):
    """How many shards MDSWriter makes of the same samples, byte for byte."""
    with open(f'{folder}/{split}/index.json', encoding='utf-8') as f:
        index = json.load(f)['shards']
    data = StreamingDataset(local=folder, split=split, shuffle=False, batch_size=1)
    at = 0
    for n, shard in enumerate(index):
        columns = dict(zip(shard['column_names'], shard['column_encodings']))
        writer = MDSWriter(out=f'again-{folder}-{split}-{n}', columns=columns,
                           size_limit=shard['size_limit'])
        writer.new_samples = [writer.encode_sample(data[i])
                              for i in range(at, at + shard['samples'])]
        at += shard['samples']
        with open(f"{folder}/{split}/{shard['raw_data']['basename']}", 'rb') as f:
            assert f.read() == writer.encode_joint_shard(), (folder, split, n)
        writer.new_samples = []
    return len(index)


def read_streaming():
    for split in SPLITS:
        want = lines('jsonl.gz', split)
        got = samples('mds', split)
        assert [dict(sorted(w.items())) for w in want] == got
        print(f'streaming {streaming.__version__}: mds, {split}: {len(got)} samples of '
              f'{len(shards("mds", split))} shards, as jsonl.gz has them')
        want = lines('packed-jsonl.gz', split)
        got = samples('packed-mds', split)
        assert len(want) == len(got)
        for w, g in zip(want, got):
            ids = w['input_ids']
            assert g['seq_lengths'] == w['seq_lengths'] and len(g['tokens']) == 256
            assert g['tokens'] == ids + [0] * (256 - len(ids))
        n = rewritten('packed-mds', split)
        print(f'streaming {streaming.__version__}: packed-mds, {split}: {len(got)} samples '
              f'of 256 tokens; MDSWriter writes the same {n} files')
    data = StreamingDataset(local='mds', split='train', shuffle=True, shuffle_seed=1,
                            batch_size=8)
    seen = [s['id'] for s in torch.utils.data.DataLoader(
        data, batch_size=8, collate_fn=lambda batch: batch) for s in s]
    assert sorted(map(str, seen)) == sorted(str(s['id']) for s in samples('mds', 'train'))
    print(f'streaming {streaming.__version__}: shuffled, by a DataLoader: {len(seen)} samples')


def read_indexed():
    for folder in 'megatron', 'packed-megatron':
        for split in SPLITS:
            sequences = tokens = 0
            for shard in shards(folder, split):
                data = IndexedDataset(f"{folder}/{shard['file'][:-4]}")
                assert len(data.document_indices) == shard['records'] + 1
                raw = np.fromfile(f"{folder}/{shard['file']}", np.uint16)
                got = [data[i] for i in range(len(data))]
                assert (np.concatenate(got) == raw).all()
                if folder == 'packed-megatron':
                    assert all(len(g) == 256 for g in got)
                else:
                    assert all(g[-1] == 0 for g in got) and len(raw) == shard['tokens']
                sequences, tokens = sequences + len(got), tokens + len(raw)
            print(f'megatron-core {megatron_version}: IndexedDataset: {folder}, {split}: '
                  f'{sequences} sequences, {tokens} ids')


class Tokenizer:
    """What GPTDataset asks a tokenizer for."""
    eod = 0
    vocab_size = 400
    unique_identifiers = {'class': 'Tokenizer'}


def read_blended(folder, length, n):
    """GPTDataset of all shards of train, by the weights of train.data-path."""
    words = open(folder + '/train.data-path', encoding='utf-8').read().split()
    os.chdir(folder)
    try:
        config = GPTDatasetConfig(
            random_seed=1, sequence_length=length, tokenizer=Tokenizer(),
            blend_per_split=[(words[1::2], [float(w) for w in words[::2]]), None, None],
            path_to_cache='../cache-' + folder,
            # else a sample takes a token of the next sequence, too
            add_extra_token_to_sequence=folder != 'packed-megatron', reset_position_ids=False,
            reset_attention_mask=False, eod_mask_loss=False, create_attention_mask=False)
        train, _, _ = BlendedMegatronDatasetBuilder(
            GPTDataset, [n, None, None], lambda: True, config).build()
        counts = np.bincount(train.dataset_index[:n], minlength=len(words) // 2)
        ids = [train[i]['tokens'].numpy() for i in range(n)]
    finally:
        os.chdir('..')
    assert len(ids) == n and all(len(i) == length for i in ids)
    weights = np.array([float(w) for w in words[::2]])
    off = abs(counts / n - weights).max()
    assert off < 1.5 / n + 1e-6, (counts / n, weights)
    whole = set()
    if folder == 'packed-megatron':
        for word in words[1::2]:
            data = IndexedDataset(f'{folder}/{word}')
            whole |= {tuple(data[i].tolist()) for i in range(len(data))}
        assert all(tuple(i.tolist()) in whole for i in ids)
    print(f'megatron-core {megatron_version}: GPTDataset by {folder}/train.data-path: {n} '
          f'samples of {length} ids of {len(words) // 2} shards, shares within {off:.5f} of '
          f'the weights{", each a whole sequence" if whole else ""}')


read_streaming()
read_indexed()
torch.distributed.init_process_group('gloo', init_method='file://' + os.path.abspath('rendezvous'),
                                     rank=0, world_size=1)
for name in 'megatron', 'packed-megatron':
    read_blended(name, 256, 400)
