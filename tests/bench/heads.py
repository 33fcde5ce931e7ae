"""heads.py FOLDER TEXTS - are the vectors of a model, or the scores of its head,
those that onnxruntime makes of the same weights?

TEXTS are records with a text.  The graph is made by bert_onnx.py, the tokens by
Hugging Face's tokenizers.  It prints the smallest cosine or the largest difference
and the texts a second of both, and ends with status 1 if vectors differ by more than
the rounding of float16, or scores by more than 1e-4.  embed-score and domain-tag must
be in the PATH.
"""

import base64
import json
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

import bert_onnx
import numpy as np
import onnxruntime
from tokenizers import Tokenizer

FOLDER, TEXTS = map(pathlib.Path, sys.argv[1:3])
CONFIG = json.loads((FOLDER / "config.json").read_text())
LABELS = CONFIG.get("id2label")


def setting(file, name):
    path = FOLDER / file
    return json.loads(path.read_text()).get(name) if path.exists() else None


def limit():
    """The tokens of a text that the model reads."""
    skip = CONFIG["model_type"] in ("roberta", "xlm-roberta", "mpnet")
    most = CONFIG["max_position_embeddings"] - (CONFIG.get("pad_token_id", 1) + 1 if skip else 0)
    asked = (setting("sentence_bert_config.json", "max_seq_length")
             or setting("tokenizer_config.json", "model_max_length") or most)
    return int(min(most, asked))


def theirs(texts, graph):
    """Vectors or scores, a text at a time; and the seconds it took."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(graph, options, ["CPUExecutionProvider"])
    tok = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    tok.no_padding()
    tok.enable_truncation(limit())
    modes = json.loads((FOLDER / "1_Pooling/config.json").read_text()) if (
        FOLDER / "1_Pooling/config.json").exists() else {}
    cls = modes.get("pooling_mode_cls_token") or modes.get("pooling_mode") == "cls"
    out, begin = [], time.process_time()
    for text in texts:
        ids = np.array([tok.encode(text).ids], np.int64)
        made = session.run(["logits" if LABELS else "hidden"], {
            "input_ids": ids, "attention_mask": ids * 0 + 1, "token_type_ids": ids * 0})[0][0]
        if not LABELS:
            made = made[0] if cls else made.mean(0)
            made = made / np.linalg.norm(made)
        elif CONFIG.get("problem_type") == "multi_label_classification":
            made = 1 / (1 + np.exp(-made))
        elif len(LABELS) > 1:
            made = np.exp(made - made.max())
            made /= made.sum()
        out.append(made)
    return np.array(out), time.process_time() - begin


def ours():
    command = ["domain-tag", "--model", FOLDER, "--all", "--threshold", "0.5", TEXTS] if LABELS \
        else ["embed-score", "--model", FOLDER, "--vec", TEXTS]
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.splitlines()
    seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    records = [json.loads(line) for line in lines]
    if LABELS:
        return np.array([[r["scores"][n] for n in LABELS.values()] for r in records]), seconds
    vec = np.array([np.frombuffer(base64.b64decode(r["vec"]), "<f2") for r in records], np.float32)
    return vec / np.linalg.norm(vec, axis=1, keepdims=True), seconds


def main():
    texts = [json.loads(line)["text"] for line in open(TEXTS, encoding="utf-8")]
    with tempfile.TemporaryDirectory() as tmp:
        bert_onnx.write(FOLDER, f"{tmp}/model.onnx")
        want, their_s = theirs(texts, f"{tmp}/model.onnx")
    got, our_s = ours()
    largest = np.abs(got - want).max()
    said = f"largest difference {largest:.1e}" if LABELS else \
        f"smallest cosine {(got * want).sum(1).min():.7f}"
    print(f"{FOLDER.name}: {len(texts)} texts, {said}; {len(texts) / max(our_s, .01):.0f} texts "
          f"a second, onnxruntime {len(texts) / max(their_s, .01):.0f}")
    # half a unit of a float16 below 1, and what float32 adds
    sys.exit(not largest <= (1e-4 if LABELS else 3e-4))


if __name__ == "__main__":
    main()
