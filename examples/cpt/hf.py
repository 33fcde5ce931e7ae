#!/usr/bin/env python3
"""hf.py - a run of train.py as a folder of Hugging Face's

usage: hf.py RUN TOKENIZER DIR

DIR holds config.json, model.safetensors, tokenizer.json and tokenizer_config.json,
which transformers loads as a LlamaForCausalLM, and lm_eval measures.
"""
import json
import pathlib
import shutil
import struct
import sys

import torch


def safetensors(path, weights):
    """All as float32, one after the other, in the order of the names."""
    head, end = {}, 0
    for name in sorted(weights):
        nbyte = 4 * weights[name].numel()
        head[name] = {'dtype': 'F32', 'shape': list(weights[name].shape),
                      'data_offsets': [end, end + nbyte]}
        end += nbyte
    head['__metadata__'] = {'format': 'pt'}
    text = json.dumps(head).encode()
    text += b' ' * (-len(text) % 8)
    with open(path, 'wb') as out:
        out.write(struct.pack('<Q', len(text)) + text)
        for name in sorted(weights):
            out.write(weights[name].float().contiguous().numpy().tobytes())


def main():
    if len(sys.argv) != 4:
        sys.exit('usage: hf.py RUN TOKENIZER DIR')
    run, tokenizer, folder = map(pathlib.Path, sys.argv[1:])
    saved = torch.load(run / 'model.pt')
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(tokenizer / 'tokenizer.json', folder)
    (folder / 'config.json').write_text(json.dumps(saved['config'], indent=1))
    (folder / 'tokenizer_config.json').write_text(json.dumps({
        'tokenizer_class': 'PreTrainedTokenizerFast', 'eos_token': '<|endoftext|>',
        'bos_token': '<|endoftext|>'}, indent=1))
    safetensors(folder / 'model.safetensors', saved['model'])


if __name__ == '__main__':
    main()
