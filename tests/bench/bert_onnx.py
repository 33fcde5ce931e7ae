"""bert_onnx - a BERT as a graph of plain ONNX operators, for encoder.py where
torch, which would export it, is not there

Inputs input_ids, attention_mask and token_type_ids (batch, length); output
hidden (batch, length, dim).
"""

import json

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file


def write(folder, path):
    """The encoder in a folder, BERT with GELU by erf, as path."""
    config = json.loads((folder / "config.json").read_text())
    heads, layers = config["num_attention_heads"], config["num_hidden_layers"]
    dim = config["hidden_size"]
    nodes, constants = [], []

    def constant(name, value):
        constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def op(kind, *inputs, **attributes):
        out = f"{kind}{len(nodes)}"
        nodes.append(helper.make_node(kind, inputs, [out], **attributes))
        return out

    def dense(x, name):
        product = op("MatMul", x, constant(name + ".w", tensors[name + ".weight"].T.copy()))
        return op("Add", product, constant(name + ".b", tensors[name + ".bias"]))

    def norm(x, name):
        return op("LayerNormalization", x,
                  constant(name + ".g", tensors[name + ".weight"]),
                  constant(name + ".b", tensors[name + ".bias"]),
                  axis=-1, epsilon=config["layer_norm_eps"])

    def split(x, order):
        return op("Transpose", op("Reshape", x, "by_head"), perm=order)

    def layer(x, i):
        at = f"encoder.layer.{i}."
        q, k, v = (split(dense(x, at + "attention.self." + what), order)
                   for what, order in (("query", [0, 2, 1, 3]),
                                       ("key", [0, 2, 3, 1]),
                                       ("value", [0, 2, 1, 3])))
        score = op("Add", op("Div", op("MatMul", q, k), "root"), masked)
        seen = op("MatMul", op("Softmax", score, axis=-1), v)
        seen = op("Reshape", op("Transpose", seen, perm=[0, 2, 1, 3]), "whole")
        x = norm(op("Add", x, dense(seen, at + "attention.output.dense")),
                 at + "attention.output.LayerNorm")
        up = dense(x, at + "intermediate.dense")
        half = op("Mul", up, op("Add", op("Erf", op("Div", up, "root2")), "one"))
        return norm(op("Add", x, dense(op("Mul", half, "half"), at + "output.dense")),
                    at + "output.LayerNorm")

    tensors = load_file(folder / "model.safetensors")
    for name, value in (("root", (dim / heads) ** .5), ("root2", 2 ** .5),
                        ("one", 1), ("half", .5), ("far", -1e9)):
        constant(name, np.float32(value))
    constant("by_head", np.array([0, 0, heads, dim // heads]))
    constant("whole", np.array([0, 0, dim]))
    constant("middle", np.array([1, 2]))
    constant("zero", np.int64(0))
    constant("step", np.int64(1))
    # 0 for a token, far below for what pads
    mask = op("Unsqueeze", op("Cast", "attention_mask", to=TensorProto.FLOAT), "middle")
    masked = op("Mul", op("Sub", "one", mask), "far")
    length = op("Gather", op("Shape", "input_ids"), "step")
    embedding = [op("Gather", constant(at, tensors[f"embeddings.{at}_embeddings.weight"]), ids)
                 for at, ids in (("word", "input_ids"), ("token_type", "token_type_ids"),
                                 ("position", op("Range", "zero", length, "step")))]
    x = norm(op("Add", op("Add", *embedding[:2]), embedding[2]), "embeddings.LayerNorm")
    for i in range(layers):
        x = layer(x, i)
    nodes[-1].output[0] = "hidden"

    def edge(name, kind, *shape):
        return helper.make_tensor_value_info(name, kind, shape)

    graph = helper.make_graph(
        nodes, "bert",
        [edge(name, TensorProto.INT64, "batch", "length")
         for name in ("input_ids", "attention_mask", "token_type_ids")],
        [edge("hidden", TensorProto.FLOAT, "batch", "length", dim)], constants)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)],
                                ir_version=8), path)
