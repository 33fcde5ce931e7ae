"""bert_onnx - a model of BERT's kind as a graph of plain ONNX operators, for
encoder.py and heads.py where torch, which would export it, is not there

Inputs input_ids, attention_mask and token_type_ids (batch, length), of which
those of a batch are padded at their ends; outputs hidden (batch, length, dim),
and, of a folder with a head that classifies, logits (batch, labels).
"""

import json

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

# Names of tensors; "{}" is the number of a layer.
BERT = {
    "q": "encoder.layer.{}.attention.self.query", "k": "encoder.layer.{}.attention.self.key",
    "v": "encoder.layer.{}.attention.self.value", "o": "encoder.layer.{}.attention.output.dense",
    "norm1": "encoder.layer.{}.attention.output.LayerNorm",
    "up": "encoder.layer.{}.intermediate.dense", "down": "encoder.layer.{}.output.dense",
    "norm2": "encoder.layer.{}.output.LayerNorm"}
MPNET = dict(BERT, q="encoder.layer.{}.attention.attn.q", k="encoder.layer.{}.attention.attn.k",
             v="encoder.layer.{}.attention.attn.v", o="encoder.layer.{}.attention.attn.o",
             norm1="encoder.layer.{}.attention.LayerNorm")
DISTILBERT = {
    "q": "transformer.layer.{}.attention.q_lin", "k": "transformer.layer.{}.attention.k_lin",
    "v": "transformer.layer.{}.attention.v_lin", "o": "transformer.layer.{}.attention.out_lin",
    "norm1": "transformer.layer.{}.sa_layer_norm", "up": "transformer.layer.{}.ffn.lin1",
    "down": "transformer.layer.{}.ffn.lin2",
    "norm2": "transformer.layer.{}.output_layer_norm"}
DEBERTA = dict(BERT, q="encoder.layer.{}.attention.self.query_proj",
               k="encoder.layer.{}.attention.self.key_proj",
               v="encoder.layer.{}.attention.self.value_proj")
NAMES = {"mpnet": MPNET, "distilbert": DISTILBERT, "deberta-v2": DEBERTA}


class Graph:
    """Nodes and constants, as they come."""

    def __init__(self, folder):
        self.config = json.loads((folder / "config.json").read_text())
        self.family = self.config["model_type"]
        weights = load_file(folder / "model.safetensors")
        prefixes = (self.family.replace("xlm-", "").replace("-v2", "") + ".", "model.")
        self.tensors = {next((k[len(p):] for p in prefixes if k.startswith(p)), k): v
                        for k, v in weights.items()}
        self.nodes, self.constants = [], {}

    def get(self, *names):
        """A setting, by one of its names."""
        return next(self.config[n] for n in names if n in self.config)

    def constant(self, name, value):
        self.constants.setdefault(name, numpy_helper.from_array(np.asarray(value), name))
        return name

    def number(self, value):
        return self.constant(f"number {value}", np.float32(value))

    def numbers(self, *values):
        return self.constant(f"numbers {values}", np.array(values, np.int64))

    def op(self, kind, *inputs, **attributes):
        out = f"{kind}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [out], **attributes))
        return out

    def name(self, out, name):
        self.nodes.append(helper.make_node("Identity", [out], [name]))

    def dense(self, x, name):
        x = self.op("MatMul", x, self.constant(name + ".w", self.tensors[name + ".weight"].T.copy()))
        if name + ".bias" not in self.tensors:
            return x
        return self.op("Add", x, self.constant(name + ".b", self.tensors[name + ".bias"]))

    def norm(self, x, name):
        """Of old files, by their names for its parts; without a shift, by zeros."""
        scale = self.tensors.get(name + ".weight", self.tensors.get(name + ".gamma"))
        shift = self.tensors.get(name + ".bias", self.tensors.get(name + ".beta", scale * 0))
        epsilon = self.config.get("norm_eps", self.config.get("layer_norm_eps", 1e-12))
        return self.op("LayerNormalization", x, self.constant(name + ".g", scale),
                       self.constant(name + ".s", shift), axis=-1, epsilon=epsilon)

    def gelu(self, x):
        erf = self.op("Erf", self.op("Div", x, self.number(2 ** .5)))
        return self.op("Mul", self.op("Mul", x, self.op("Add", erf, self.number(1))),
                       self.number(.5))

    def first_row(self, x):
        return self.op("Gather", x, self.constant("row 0", np.int64(0)), axis=1)


def shape(g):
    heads = g.get("num_attention_heads", "n_heads")
    dim = g.get("hidden_size", "dim")
    return heads, dim, dim // heads


def by_head(g, x):
    heads, dim, width = shape(g)
    return g.op("Transpose", g.op("Reshape", x, g.numbers(0, 0, heads, width)),
                perm=[0, 2, 1, 3])


def product(g, a, b):
    return g.op("MatMul", a, g.op("Transpose", b, perm=[0, 1, 3, 2]))


def attend(g, q, k, v, bias, by_place=()):
    """Rows by head in, rows in a line out; bias is added to the scores.

    by_place: of a deberta, the keys and queries of distances (1, heads, rows, width)
    and which of them a query has for a key (1, heads, queries, keys).
    """
    heads, dim, width = shape(g)
    score, parts = product(g, q, k), 1
    if by_place:
        key, query, row = by_place
        parts, turned = 3, g.op("Transpose", row, perm=[0, 1, 3, 2])
        mine = g.op("GatherElements", product(g, q, key), row, axis=3)
        theirs = g.op("GatherElements", product(g, k, query), turned, axis=3)
        score = g.op("Add", score, mine)
        score = g.op("Add", score, g.op("Transpose", theirs, perm=[0, 1, 3, 2]))
    score = g.op("Div", score, g.number((parts * width) ** .5))
    for b in bias:
        score = g.op("Add", score, b)
    seen = g.op("MatMul", g.op("Softmax", score, axis=-1), v)
    return g.op("Reshape", g.op("Transpose", seen, perm=[0, 2, 1, 3]), g.numbers(0, 0, dim))


def post_norm_layer(g, x, i, bias, row=None):
    at = {k: v.format(i) for k, v in NAMES.get(g.family, BERT).items()}
    q, k, v = (by_head(g, g.dense(x, at[part])) for part in "qkv")
    by_place = ()
    if row:
        table = g.constant("distances", g.tensors["encoder.rel_embeddings.weight"][None])
        if g.config.get("norm_rel_ebd") == "layer_norm":
            table = g.norm(table, "encoder.LayerNorm")
        by_place = *(by_head(g, g.dense(table, at[part])) for part in "kq"), row
    y = attend(g, q, k, v, bias, by_place)
    x = g.norm(g.op("Add", x, g.dense(y, at["o"])), at["norm1"])
    y = g.dense(g.gelu(g.dense(x, at["up"])), at["down"])
    return g.norm(g.op("Add", x, y), at["norm2"])


def cut(g, table, length, *axes):
    """The first of a constant table, as long as the texts, along the axes."""
    n = len(axes)
    return g.op("Slice", table, g.numbers(*[0] * n),
                g.op("Expand", g.op("Unsqueeze", length, g.numbers(0)), g.numbers(n)),
                g.numbers(*axes))


def buckets(g, limit):
    """MPNet's bias of attention by distance (1, heads, limit, limit), as T5 has it."""
    weight = g.tensors["encoder.relative_attention_bias.weight"]
    half, exact = len(weight) // 2, len(weight) // 4
    place = np.arange(limit)
    back = place[:, None] - place[None, :]  # query less key
    far = np.abs(back)
    log = exact + (np.log(np.maximum(far, 1) / exact) / np.log(128 / exact)
                   * (half - exact)).astype(np.int64)
    bucket = np.where(far < exact, far, np.minimum(log, half - 1)) + half * (back < 0)
    return weight[bucket].transpose(2, 0, 1)[None].astype(np.float32)


def distances(g, limit):
    """A deberta's rows for a query and a key (1, heads, limit, limit)."""
    heads, buckets = shape(g)[0], g.config.get("position_buckets", -1)
    most = g.config.get("max_relative_positions", -1)
    most = most if most > 0 else limit
    back = np.subtract.outer(np.arange(limit), np.arange(limit))  # query less key
    if buckets > 0:
        half = buckets // 2
        far = np.maximum(np.abs(back), half).astype(np.float32)
        log = np.ceil(np.log(far / np.float32(half)) / np.log(np.float32((most - 1) / half))
                      * np.float32(half - 1)) + half
        back = np.where(np.abs(back) <= half, back, np.sign(back) * log).astype(np.int64)
    span = buckets if buckets > 0 else most
    row = np.clip(back + span, 0, 2 * span - 1)
    return np.broadcast_to(row, (1, heads, limit, limit)).copy()


def post_norm_model(g, length, masked):
    """BERT, RoBERTa, MPNet, DistilBERT, DeBERTa."""
    limit = g.config["max_position_embeddings"]
    skip = g.config.get("pad_token_id", 1) + 1 if g.family not in (
        "bert", "distilbert", "deberta-v2") else 0
    ids = g.op("Range", g.constant("skip", np.int64(skip)),
               g.op("Add", length, "skip"), g.constant("step", np.int64(1)))
    parts = [("word", "input_ids"), ("position", ids)]
    if "embeddings.token_type_embeddings.weight" in g.tensors:
        parts.insert(1, ("token_type", "token_type_ids"))
    parts = [(n, i) for n, i in parts if f"embeddings.{n}_embeddings.weight" in g.tensors]
    x = None
    for name, index in parts:
        table = g.constant(name, g.tensors[f"embeddings.{name}_embeddings.weight"])
        row = g.op("Gather", table, index)
        x = row if x is None else g.op("Add", x, row)
    x = g.norm(x, "embeddings.LayerNorm")
    bias = [masked]
    if "encoder.relative_attention_bias.weight" in g.tensors:
        bias.append(cut(g, g.constant("distance", buckets(g, limit)), length, 2, 3))
    row = None
    if "encoder.rel_embeddings.weight" in g.tensors:
        row = cut(g, g.constant("row", distances(g, limit)), length, 2, 3)
    for i in range(g.get("num_hidden_layers", "n_layers")):
        x = post_norm_layer(g, x, i, bias, row)
    return x


ROTARY = {
    "modernbert": {"at": "layers.{}.", "qkv": "attn.Wqkv", "o": "attn.Wo", "norm1": "attn_norm",
                   "up": "mlp.Wi", "down": "mlp.Wo", "norm2": "mlp_norm"},
    "new": {"at": "encoder.layer.{}.", "qkv": "attention.qkv_proj", "o": "attention.o_proj",
            "norm1": "attn_ln", "up": "mlp.up_gate_proj", "down": "mlp.down_proj",
            "norm2": "mlp_ln"}}


def rotate(g, x, cos, sin):
    """x cos + (its halves swapped, the new first one negative) sin."""
    first, second = split(g, x, 2)
    swapped = g.op("Concat", g.op("Neg", second), first, axis=-1)
    return g.op("Add", g.op("Mul", x, cos), g.op("Mul", swapped, sin))


def split(g, x, n):
    """Equal parts of the last dimension."""
    out = [f"part{len(g.nodes)}.{i}" for i in range(n)]
    g.nodes.append(helper.make_node("Split", [x], out, axis=-1))
    return out


def angles(g, theta, length):
    """Cosines and sines (length, width) of the positions of a text."""
    width, scaling = shape(g)[2], g.config.get("rope_scaling") or {}
    factor = scaling.get("factor", 1.0)
    slow = (theta * factor) ** (-np.arange(0, width, 2, dtype=np.float64) / width)
    slow /= factor ** (2 / width)
    place = np.arange(g.config["max_position_embeddings"], dtype=np.float64)
    angle = np.concatenate([np.outer(place, slow)] * 2, axis=1)
    return [cut(g, g.constant(f"{kind} {theta}", f(angle).astype(np.float32)), length, 0)
            for kind, f in (("cos", np.cos), ("sin", np.sin))]


def rotary_model(g, length, masked):
    """ModernBERT, and Alibaba's "new" as gte-v1.5 has it."""
    modern, names = g.family == "modernbert", ROTARY[g.family]
    limit = g.config["max_position_embeddings"]
    word = "tok_embeddings" if modern else "word_embeddings"
    x = g.op("Gather", g.constant("word", g.tensors[f"embeddings.{word}.weight"]), "input_ids")
    kind = g.tensors.get("embeddings.token_type_embeddings.weight")
    if kind is not None:
        x = g.op("Add", x, g.constant("kind", kind[0]))
    x = g.norm(x, "embeddings.norm" if modern else "embeddings.LayerNorm")
    far = np.abs(np.subtract.outer(np.arange(limit), np.arange(limit)))
    for i in range(g.config["num_hidden_layers"]):
        at = {k: names["at"].format(i) + v for k, v in names.items() if k != "at"}
        bias, local = [masked], modern and i % g.config.get("global_attn_every_n_layers", 3) > 0
        theta = g.config.get("rope_theta", 10000.0)
        if modern:
            theta = g.config["local_rope_theta" if local else "global_rope_theta"]
        if local:
            table = np.where(far > g.config["local_attention"] // 2, -1e9, 0).astype(np.float32)
            bias.append(cut(g, g.constant("near", table), length, 0, 1))
        y = g.norm(x, at["norm1"]) if modern and i > 0 else x
        q, k, v = (by_head(g, part) for part in split(g, g.dense(y, at["qkv"]), 3))
        cos, sin = angles(g, theta, length)
        y = attend(g, rotate(g, q, cos, sin), rotate(g, k, cos, sin), v, bias)
        x = g.op("Add", x, g.dense(y, at["o"]))
        x = x if modern else g.norm(x, at["norm1"])
        y = g.norm(x, at["norm2"]) if modern else x
        first, second = split(g, g.dense(y, at["up"]), 2)
        y = g.op("Mul", g.gelu(first), second) if modern else g.op("Mul", g.gelu(second), first)
        x = g.op("Add", x, g.dense(y, at["down"]))
        x = x if modern else g.norm(x, at["norm2"])
    return g.norm(x, "final_norm") if modern else x


def head(g, x):
    """What the classifier says, before it is a probability."""
    if g.family == "modernbert":
        x = g.op("ReduceMean", x, axes=[1], keepdims=0) if g.config.get(
            "classifier_pooling") == "mean" else g.first_row(x)
        return g.dense(g.norm(g.gelu(g.dense(x, "head.dense")), "head.norm"), "classifier")
    x = g.first_row(x)
    if g.family in ("bert", "new"):
        x = g.op("Tanh", g.dense(x, "pooler.dense"))
    elif "fc.weight" in g.tensors:
        return g.dense(x, "fc")
    elif g.family == "deberta-v2":
        x = g.gelu(g.dense(x, "pooler.dense"))
    elif g.family == "distilbert":
        x = g.op("Relu", g.dense(x, "pre_classifier"))
    else:
        x = g.op("Tanh", g.dense(x, "classifier.dense"))
        return g.dense(x, "classifier.out_proj")
    return g.dense(x, "classifier")


def write(folder, path):
    """The model in a folder as path; GELU is by erf."""
    g = Graph(folder)
    mask = g.op("Cast", "attention_mask", to=TensorProto.FLOAT)
    mask = g.op("Unsqueeze", mask, g.numbers(1, 2))
    # 0 for a token, far below for what pads
    masked = g.op("Mul", g.op("Sub", g.number(1), mask), g.number(-1e9))
    length = g.op("Gather", g.op("Shape", "input_ids"), g.constant("second", np.int64(1)))
    model = rotary_model if g.family in ROTARY else post_norm_model
    x = model(g, length, masked)
    g.name(x, "hidden")
    outputs = [("hidden", ["batch", "length", shape(g)[1]])]
    if any(k.startswith(("classifier.", "fc.")) for k in g.tensors):
        g.name(head(g, x), "logits")
        outputs.append(("logits", ["batch", "labels"]))

    def edge(name, kind, size):
        return helper.make_tensor_value_info(name, kind, size)

    graph = helper.make_graph(
        g.nodes, g.family,
        [edge(name, TensorProto.INT64, ["batch", "length"])
         for name in ("input_ids", "attention_mask", "token_type_ids")],
        [edge(name, TensorProto.FLOAT, size) for name, size in outputs],
        list(g.constants.values()))
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)],
                                ir_version=8), path)
