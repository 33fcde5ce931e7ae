"""ids.py - the token ids that shard-pack --format megatron writes"""
import json
import pathlib
import struct

import numpy

DTYPES = {4: numpy.int32, 8: numpy.uint16}


def read(folder, split='train'):
    """All ids of the split's shards, in their order, as one array of int64.

    The index of each shard must be of Megatron-LM's format, and agree with the
    length of its ids; else ValueError.
    """
    shards = []
    for path in sorted(pathlib.Path(folder).glob(f'{split}-*.idx')):
        head = path.read_bytes()
        if head[:9] != b'MMIDIDX\0\0' or struct.unpack_from('<Q', head, 9) != (1,):
            raise ValueError(f'{path}: no index of Megatron-LM')
        dtype = DTYPES[head[17]]
        nseq, = struct.unpack_from('<Q', head, 18)
        nid = int(numpy.frombuffer(head, numpy.int32, nseq, 34).sum())
        ids = numpy.fromfile(path.with_suffix('.bin'), dtype)
        if len(ids) != nid:
            raise ValueError(f'{path}: {nid} ids in the index, {len(ids)} in .bin')
        shards.append(ids.astype(numpy.int64))
    if not shards:
        raise ValueError(f'{folder}: no {split} shards')
    return numpy.concatenate(shards)


def byte_lengths(tokenizer):
    """How many bytes of text each id of a byte-level tokenizer stands for.

    A special token, such as the end of a document, stands for none.
    """
    with open(pathlib.Path(tokenizer) / 'tokenizer.json', encoding='utf-8') as f:
        spec = json.load(f)
    added = spec['added_tokens']
    vocab = dict(spec['model']['vocab'])
    vocab.update((t['content'], t['id']) for t in added)
    lengths = numpy.zeros(max(vocab.values()) + 1, numpy.int64)
    for token, i in vocab.items():
        lengths[i] = len(token)
    for token in added:
        lengths[token['id']] = 0 if token['special'] else len(token['content'].encode())
    return lengths
