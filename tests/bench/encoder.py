"""encoder.py MODEL TEXTS DIR - called by encoder.sh; DIR is for files on the way

encoder.py MODEL TEXTS DIR check: instead, whether ours agree with onnxruntime.

encoder.py MODEL TEXTS DIR PEER: one run of one peer, its CPU seconds, without
its start, on standard output.  Ours count whole, with start and JSON.
"""

import gzip
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time
import warnings

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))
import rows  # noqa: E402

MODEL, TEXTS, DIR = map(pathlib.Path, sys.argv[1:4])
RUNS, NTEXT = int(os.environ.get("RUNS", 5)), int(os.environ.get("NTEXT", 400))
PEERS = ["ort-batch", "ort-sorted", "ort-int8", "sentence-transformers"]


def export_by_torch(path):
    """The graph as users of onnxruntime have it."""
    import torch
    from transformers import AutoModel

    class Hidden(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.bert = AutoModel.from_pretrained(
                MODEL, attn_implementation="eager").eval()

        def forward(self, ids, mask, kind):
            return self.bert(input_ids=ids, attention_mask=mask,
                             token_type_ids=kind).last_hidden_state

    one = torch.ones(2, 8, dtype=torch.long)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    torch.onnx.export(
        Hidden(), (one, one, one * 0), path, input_names=names,
        output_names=["hidden"], opset_version=17, dynamo=False,
        dynamic_axes={name: {0: "batch", 1: "length"}
                      for name in names + ["hidden"]})


def export():
    """The graph and its dynamic int8."""
    from onnxruntime.quantization import QuantType, quantize_dynamic
    try:
        export_by_torch(DIR / "model.onnx")
    except ImportError:
        import bert_onnx
        bert_onnx.write(MODEL, DIR / "model.onnx")
    quantize_dynamic(DIR / "model.onnx", DIR / "int8.onnx",
                     weight_type=QuantType.QInt8)


def tokenizer():
    from tokenizers import Tokenizer
    tok = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    limit = MODEL / "sentence_bert_config.json"
    tok.enable_truncation(json.loads(limit.read_text())["max_seq_length"]
                          if limit.exists() else 512)
    tok.enable_padding()
    return tok


def pooled(hidden, mask):
    config = MODEL / "1_Pooling/config.json"
    if config.exists() and json.loads(config.read_text()).get(
            "pooling_mode_cls_token"):
        vec = hidden[:, 0]
    else:
        vec = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
    return vec / np.linalg.norm(vec, axis=1, keepdims=True)


def run_onnx(texts, graph, by_length):
    import onnxruntime as ort
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = ort.InferenceSession(DIR / graph, options,
                                   providers=["CPUExecutionProvider"])
    tok = tokenizer()
    start = time.process_time()
    order = list(range(len(texts)))
    if by_length:
        order.sort(key=lambda i: -len(texts[i]))
    out = [None] * len(texts)
    for at in range(0, len(order), 32):
        part = order[at:at + 32]
        codes = tok.encode_batch([texts[i] for i in part])
        ids = np.array([c.ids for c in codes])
        mask = np.array([c.attention_mask for c in codes])
        hidden = session.run(None, {"input_ids": ids, "attention_mask": mask,
                                    "token_type_ids": ids * 0})[0]
        for i, vec in zip(part, pooled(hidden, mask)):
            out[i] = vec
    return time.process_time() - start, np.array(out)


def run_sentence_transformers(texts):
    import torch
    from sentence_transformers import SentenceTransformer
    torch.set_num_threads(1)
    model = SentenceTransformer(str(MODEL), device="cpu")
    start = time.process_time()
    out = model.encode(texts, batch_size=32, normalize_embeddings=True)
    return time.process_time() - start, out


def run_peer(peer):
    texts = [json.loads(line)["text"] for line in open(DIR / "texts.jsonl")]
    if peer == "sentence-transformers":
        seconds, out = run_sentence_transformers(texts)
    else:
        graph = "int8.onnx" if peer == "ort-int8" else "model.onnx"
        seconds, out = run_onnx(texts, graph, peer != "ort-batch")
    np.save(DIR / (peer + ".npy"), out)
    print(seconds)


# The child of a process that is itself small: its largest resident memory.
LAUNCH = """import os, sys
_, status, usage = os.wait4(os.spawnvp(os.P_NOWAIT, sys.argv[1], sys.argv[1:]), 0)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e3, file=sys.stderr)
sys.exit(status != 0)"""


def run_ours(name):
    """CPU seconds, and resident memory in MB."""
    with open(DIR / (name + ".jsonl"), "w") as out:
        done = subprocess.run(
            [sys.executable, "-c", LAUNCH, "embed-score", "--model", MODEL,
             "--vec", "--precision", name, DIR / "texts.jsonl"],
            check=True, stdout=out, stderr=subprocess.PIPE)
    return map(float, done.stderr.split()[-2:])


def ours(name):
    import base64
    vec = [np.frombuffer(base64.b64decode(json.loads(line)["vec"]), "<f2")
           for line in open(DIR / (name + ".jsonl"))]
    vec = np.array(vec, np.float32)
    return vec / np.linalg.norm(vec, axis=1, keepdims=True)


def overlap(vec, exact, k=200):
    """The share of each text's nearest k that two encoders have in common."""
    k = min(k, len(vec))
    near = [np.argsort(-(v @ v.T), axis=1)[:, :k] for v in (vec, exact)]
    return np.mean([len(set(a) & set(b)) / k for a, b in zip(*near)])


def prepare():
    """The texts, and the graphs; the lengths in tokens."""
    opened = gzip.open if TEXTS.suffix == ".gz" else open
    with opened(TEXTS, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    texts = [texts[i * len(texts) // NTEXT] for i in range(NTEXT)]
    with open(DIR / "texts.jsonl", "w") as out:
        for i, text in enumerate(texts):
            out.write(json.dumps({"id": str(i), "text": text}) + "\n")
    length = [sum(c.attention_mask) for c in tokenizer().encode_batch(texts)]
    export()
    return length


def run_apart(peer):
    done = subprocess.run([sys.executable, __file__, *sys.argv[1:4], peer],
                          check=True, stdout=subprocess.PIPE)
    return float(done.stdout.split()[-1])


def check():
    prepare()
    run_apart("ort-sorted")
    theirs = np.load(DIR / "ort-sorted.npy")
    weights = (MODEL / "model.safetensors").stat().st_size / 1e6
    good = True
    for name, least, shared in ("float32", .99999, .995), ("int8", .99, .97):
        _, rss = run_ours(name)
        vec = ours(name)
        cosine, top = (vec * theirs).sum(1).min(), overlap(vec, theirs)
        print(f"{name}: least cosine {cosine:.6f}, top-200 {top:.4f}, "
              f"{rss:.0f} MB, weights {weights:.0f} MB")
        good &= cosine >= least and top >= shared and rss < weights + 100
    sys.exit(not good)


def main():
    length = prepare()
    print(f"# {NTEXT} texts, {sum(length)} tokens, {statistics.median(length)} "
          f"in the middle, {min(length)} to {max(length)}")
    peers = PEERS
    try:
        import sentence_transformers  # noqa: F401
    except ImportError:
        peers = PEERS[:-1]
        rows.missing("sentence-transformers")
    took, rss = {}, {}
    for _ in range(RUNS):
        for name in "float32", "int8":
            seconds, rss[name] = run_ours(name)
            took.setdefault(name, []).append(seconds)
        for peer in peers:
            took.setdefault(peer, []).append(run_apart(peer))
    rate = {name: sum(length) / statistics.median(s) for name, s in took.items()}
    for peer in peers:
        name = "int8" if peer == "ort-int8" else "float32"
        rows.row(f"MiniLM, {name}", rate[name], "tokens/s", peer, rate[peer],
                 f"{NTEXT} texts, {RUNS} in turn")
    mine = ours("float32")
    for name in took:
        vec = (ours(name) if (DIR / (name + ".jsonl")).exists()
               else np.load(DIR / (name + ".npy")))
        print(f"{name:22} {rate[name]:7.0f} tokens/s  "
              f"float32 is {rate['float32'] / rate[name]:.2f} x"
              f"  least cosine {(vec * mine).sum(1).min():.6f}"
              f"  top-200 {overlap(vec, mine):.4f}"
              + (f"  {rss[name]:.0f} MB" if name in rss else ""))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    os.environ.update(TOKENIZERS_PARALLELISM="false", OMP_NUM_THREADS="1")
    if sys.argv[4:] == ["check"]:
        check()
    elif len(sys.argv) > 4:
        run_peer(sys.argv[4])
    else:
        main()
