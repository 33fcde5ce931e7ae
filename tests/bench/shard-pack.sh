#!/bin/sh
# shard-pack beside the compressor alone: shuffling, counting and digests
# should cost less than a faster deflate saves
set -eu
. "$(dirname "$0")/lib/bench.sh"

python3 - "$top/examples/sample/pages.jsonl" >"$tmp/in.jsonl" <<'PY'
import json, random, sys
random.seed(1)
pages = [json.loads(line)["paragraphs"] for line in open(sys.argv[1], encoding="utf-8")]
parts = [p for page in pages for p in page]
for i in range(30000):
    print(json.dumps({"id": f"d{i}", "text": "\n".join(random.choices(parts, k=12))},
                     ensure_ascii=False))
PY
size=$(wc -c <"$tmp/in.jsonl")
machine
gzip='gzip -6'
command -v pigz >/dev/null && gzip='pigz -p1'
against 'shuffled and packed, jsonl.gz' "$size" \
    "rm -rf $tmp/o; shard-pack -o $tmp/o --source a=$tmp/in.jsonl@1" \
    "$gzip" "$gzip -c $tmp/in.jsonl >$tmp/gz; sync $tmp/gz"
against 'shuffled and packed, jsonl.zst' "$size" \
    "rm -rf $tmp/o; shard-pack -o $tmp/o --format jsonl.zst --source a=$tmp/in.jsonl@1" \
    'zstd -3' "zstd -q -f --single-thread $tmp/in.jsonl -o $tmp/zst; sync $tmp/zst"
against 'shuffled, jsonl' "$size" \
    "rm -rf $tmp/o; shard-pack -o $tmp/o --format jsonl --source a=$tmp/in.jsonl@1" \
    'shuf' "shuf $tmp/in.jsonl >$tmp/s; sync $tmp/s"
