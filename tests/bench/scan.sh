#!/bin/sh
# the exact scan of 4,200 seeds, 200 neighbours each: faiss' flat index, and
# HNSW (M 45, efConstruction 256) of hnswlib and faiss, where PYTHON has
# them; what it is beside encoding, where BERT names a model's folder
set -eu
. "$(dirname "$0")/lib/bench.sh"

pool=$top/../shared/data/domain/mine-dev.jsonl.gz
[ -e "$pool" ] || {
	echo "scan: no $pool"
	exit 0
}
has_peer "$PYTHON" numpy || {
	echo 'scan: no numpy'
	exit 0
}

# pieces of 60 words as vectors as wide as MiniLM's; every eighth is a seed
gzip -dc "$pool" | jq -c '.text | split(" ") as $w |
    range(0; ($w | length) - 59; 60) | {text: ($w[.:. + 60] | join(" "))}' \
    >"$tmp/docs.jsonl"
embed-fit lsa --dim 384 -o "$tmp/model" "$tmp/docs.jsonl"
embed-score --model "$tmp/model" --vec "$tmp/docs.jsonl" | jq -r .vec \
    >"$tmp/vec"
machine
B=$B BERT=${BERT-} "$PYTHON" "$top/tests/bench/scan.py" "$tmp"
