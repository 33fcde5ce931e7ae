#!/bin/sh
# shard-pack beside the compressors alone, zlib's and the one that it uses, and
# beside the writer of datatrove (where $PYTHON has it), which doesn't shuffle;
# then tokens, beside Hugging Face's tokenizers.  Bundled paragraphs, which
# repeat and pack to a ninth, and real texts where they lie, which don't.
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
machine
gzip='gzip -6'
command -v pigz >/dev/null && gzip='pigz -p1'
cat >"$tmp/write.py" <<'PY'
import sys
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
with JsonlWriter(sys.argv[1] + "/trove") as out:
    for doc in JsonlReader(sys.argv[1], glob_pattern=sys.argv[2])():
        out.write(doc)
PY

formats() { # NAME FILE: every format of records beside its peers
	size=$(wc -c <"$2")
	pack="rm -rf $tmp/o; shard-pack -o $tmp/o --source a=$2@1"
	against "$1, jsonl.gz" "$size" "$pack" \
	    "$gzip" "$gzip -c $2 >$tmp/gz; sync $tmp/gz"
	if command -v libdeflate-gzip >/dev/null; then
		against "$1, jsonl.gz" "$size" "$pack" \
		    libdeflate "libdeflate-gzip -6 -c $2 >$tmp/gz; sync $tmp/gz"
	fi
	if has_peer "$PYTHON" datatrove.pipeline.writers orjson; then
		against "$1, jsonl.gz" "$size" "$pack" \
		    datatrove "$PYTHON $tmp/write.py $tmp ${2##*/} 2>$tmp/log"
	fi
	against "$1, jsonl.zst" "$size" "$pack --format jsonl.zst" \
	    'zstd -3' "zstd -q -f --single-thread $2 -o $tmp/zst; sync $tmp/zst"
	against "$1, jsonl" "$size" "$pack --format jsonl" \
	    'shuf' "shuf $2 >$tmp/s; sync $tmp/s"
}

mine=${shared:-$top/../shared}/data/domain/mine-dev.jsonl.gz
if [ -e "$mine" ]; then
	for i in 1 2 3; do zcat "$mine" | sed "s/\"id\": \"/&$i/"; done >"$tmp/real.jsonl"
	formats 'real texts' "$tmp/real.jsonl"
	rm "$tmp/real.jsonl"
fi
formats 'bundled texts' "$tmp/in.jsonl"

if has_peer "$PYTHON" tokenizers; then
	cat >"$tmp/train.py" <<'PY'
import json, os, sys
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
t = Tokenizer(models.BPE())
t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
lines = open(sys.argv[1] + "/in.jsonl", encoding="utf-8").readlines()
t.train_from_iterator((json.loads(line)["text"] for line in lines[:3000]),
    trainers.BpeTrainer(vocab_size=8000, show_progress=False,
                        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
os.makedirs(sys.argv[1] + "/bpe")
t.save(sys.argv[1] + "/bpe/tokenizer.json")
PY
	cat >"$tmp/encode.py" <<'PY'
import json, sys
from tokenizers import Tokenizer
t = Tokenizer.from_file(sys.argv[1] + "/bpe/tokenizer.json")
for line in open(sys.argv[1] + "/in.jsonl", encoding="utf-8"):
    t.encode(json.loads(line)["text"], add_special_tokens=False)
PY
	"$PYTHON" "$tmp/train.py" "$tmp"
	against 'tokens counted, written for Megatron' "$size" \
	    "$pack --tokenizer $tmp/bpe --format megatron" \
	    'tokenizers' "TOKENIZERS_PARALLELISM=false $PYTHON $tmp/encode.py $tmp"
fi
