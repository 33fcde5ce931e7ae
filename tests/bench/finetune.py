"""finetune.py MODEL HITS FOLDER - fine-tune a BERT to a classifier of domains

MODEL is the folder of an encoder such as MiniLM.  HITS are records with a text, its
"domains" and, perhaps, "maybe", which are domains that are not learnt from it.  FOLDER
will hold a model for domain-tag, with one output a domain.  The positives of a domain
weigh as much as its negatives, as domain-train has it.  A tenth of the records, by
CRC-32 of the id, is held out, and the pass with the least loss on it is kept, so that
no true label chooses anything.

It needs torch and transformers.  PASSES (4), LENGTH, the tokens that are read of a text
(128), and RATE (1e-4) can be set in the environment.
"""

import json
import os
import pathlib
import random
import shutil
import sys
import time
import zlib

import torch
from transformers import (AutoModelForSequenceClassification, AutoTokenizer,
                          get_linear_schedule_with_warmup)

MODEL, HITS, FOLDER = map(pathlib.Path, sys.argv[1:4])
PASSES = int(os.environ.get("PASSES", "4"))
LENGTH = int(os.environ.get("LENGTH", "128"))
RATE = float(os.environ.get("RATE", "1e-4"))
BATCH = 16


def targets(records, labels):
    """Which labels a record has, and which count in its loss: (nrecord, nlabel) each."""
    has = torch.tensor([[d in r["domains"] for d in labels] for r in records]).float()
    counts = torch.tensor([[d not in r.get("maybe", []) for d in labels] for r in records]).float()
    return has, torch.maximum(counts, has)


def batches(ids, shuffle):
    """Indices of records of about equal length, so that little is padding."""
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]) + shuffle * random.random() * 16)
    parts = [order[i:i + BATCH] for i in range(0, len(order), BATCH)]
    if shuffle:
        random.shuffle(parts)
    return parts


def main():
    random.seed(1)
    torch.manual_seed(1)
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    records = [json.loads(line) for line in HITS.open(encoding="utf-8")]
    labels = sorted({d for r in records for d in r["domains"]})
    if not labels:
        sys.exit(f"{HITS}: no record has a domain")
    tokenizer = AutoTokenizer.from_pretrained(MODEL)
    ids = tokenizer([r["text"] for r in records], truncation=True, max_length=LENGTH)["input_ids"]
    has, counts = targets(records, labels)
    held = [zlib.crc32(r["id"].encode()) % 10 == 0 for r in records]
    learn = [i for i, h in enumerate(held) if not h]
    valid = [i for i, h in enumerate(held) if h]
    npos, n = (has * counts)[learn].sum(0), counts[learn].sum(0)
    weight = (n - npos) / npos.clamp(min=1)
    model = AutoModelForSequenceClassification.from_pretrained(
        MODEL, num_labels=len(labels), problem_type="multi_label_classification",
        id2label=dict(enumerate(labels)), label2id={d: i for i, d in enumerate(labels)})

    def loss(part):
        texts = tokenizer.pad({"input_ids": [ids[i] for i in part]}, return_tensors="pt")
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(**texts).logits
        each = torch.nn.functional.binary_cross_entropy_with_logits(
            logits.float(), has[part], counts[part], pos_weight=weight, reduction="sum")
        return each / counts[part].sum().clamp(min=1)

    optimizer = torch.optim.AdamW(model.parameters(), RATE, weight_decay=0.01)
    steps = PASSES * ((len(learn) + BATCH - 1) // BATCH)
    schedule = get_linear_schedule_with_warmup(optimizer, steps // 10, steps)
    best, begin = float("inf"), time.process_time()
    for number in range(1, PASSES + 1):
        model.train()
        for part in batches([ids[i] for i in learn], True):
            loss([learn[i] for i in part]).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
        model.eval()
        with torch.no_grad():
            total = sum(loss([valid[i] for i in part]).item() * len(part)
                        for part in batches([ids[i] for i in valid], False))
        total /= max(1, len(valid))
        print(f"pass {number}: {total:.4f} on {len(valid)} held out, "
              f"{time.process_time() - begin:.0f} s of a core", file=sys.stderr, flush=True)
        if total < best:
            best = total
            model.save_pretrained(FOLDER)
    shutil.copy(MODEL / "tokenizer.json", FOLDER)
    (FOLDER / "tokenizer_config.json").write_text(json.dumps({"model_max_length": LENGTH}))


if __name__ == "__main__":
    main()
