"""by_torch.py FOLDER ... - are vectors or scores those that transformers makes?

FOLDER/records.jsonl is what embed-score --vec or domain-tag --all wrote, with the
texts.  It needs transformers and torch, as Debian 13 has it, and no tool of ours, so
that it can run where they can't.  The tokens are those of tokenizer.json.  It prints
the smallest cosine or the largest difference of each, and ends with status 1 if
vectors differ by more than the rounding of float16, or scores by more than 1e-4.
"""

import base64
import json
import pathlib
import sys

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import AutoConfig, AutoModel, AutoModelForSequenceClassification


class Curator(torch.nn.Module):
    """NeMo Curator's classifiers: a layer over the first token."""

    def __init__(self, folder, config, nlabel):
        super().__init__()
        self.model = AutoModel.from_config(config)
        self.fc = torch.nn.Linear(config.hidden_size, nlabel)
        self.load_state_dict(load_file(folder / "model.safetensors"))

    def forward(self, ids):
        return self.fc(self.model(ids).last_hidden_state[:, 0])


def open_model(folder, config, settings):
    """From ids to the vector or the scores of a text."""
    labels = settings.get("id2label")
    if "base_model" in settings:
        whole = Curator(folder, config, len(labels)).eval()
        return lambda ids: whole(ids)[0].softmax(-1)
    if not labels:
        whole = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()
        return lambda ids: torch.nn.functional.normalize(
            whole(ids).last_hidden_state[0].mean(0), dim=0)
    whole = AutoModelForSequenceClassification.from_pretrained(
        folder, attn_implementation="eager").eval()
    if config.problem_type == "multi_label_classification":
        return lambda ids: whole(ids).logits[0].sigmoid()
    if len(labels) == 1:
        return lambda ids: whole(ids).logits[0]
    return lambda ids: whole(ids).logits[0].softmax(-1)


def given(record, labels):
    """The vector, of unit length, or the scores of a record."""
    if labels:
        return [record["scores"][name] for name in labels.values()]
    vec = np.frombuffer(base64.b64decode(record["vec"]), "<f2").astype(np.float32)
    return vec / np.linalg.norm(vec)


def check(folder):
    settings = json.loads((folder / "config.json").read_text())
    config, labels = AutoConfig.from_pretrained(folder), settings.get("id2label")
    padded = config.model_type in ("roberta", "xlm-roberta", "mpnet")
    limit = config.max_position_embeddings - padded * (config.pad_token_id + 1)
    tok = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tok.no_padding()
    tok.enable_truncation(limit)
    run, got, want = open_model(folder, config, settings), [], []
    for line in open(folder / "records.jsonl", encoding="utf-8"):
        record = json.loads(line)
        with torch.no_grad():
            want.append(run(torch.tensor([tok.encode(record["text"]).ids])).numpy())
        got.append(given(record, labels))
    got, want = np.array(got), np.array(want)
    largest = np.abs(got - want).max()
    said = f"largest difference {largest:.1e}" if labels else \
        f"smallest cosine {(got * want).sum(1).min():.7f}"
    print(f"{folder.name}: {len(got)} texts, {said}", flush=True)
    # half a unit of a float16 below 1, and what float32 adds
    return largest <= (1e-4 if labels else 3e-4)


if __name__ == "__main__":
    sys.exit(not all([check(pathlib.Path(folder)) for folder in sys.argv[1:]]))
