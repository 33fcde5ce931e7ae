#!/bin/sh
# text-filter, text-mask, text-chunk and text-dedup on prose; datatrove on the same
# documents where PYTHON has it, with spacy and nltk
set -eu
. "$(dirname "$0")/lib/bench.sh"

pool=$top/../shared/data/domain/mine-dev.jsonl.gz
if [ -e "$pool" ]; then
	gzip -dc "$pool" >"$tmp/one.jsonl"
else # sentences of our own, drawn anew for every document
	"$PYTHON" - "$top/tests/golden/text-filter/gopher.in" \
	    >"$tmp/one.jsonl" <<'PY'
import json, random, sys
random.seed(1)
text = json.loads(open(sys.argv[1], encoding="utf-8").readline())["text"]
words = text.split()
for i in range(10000):
    print(json.dumps({"id": str(i), "text": ". ".join(
        " ".join(random.choices(words, k=15)) for _ in range(16)) + "."}))
PY
fi
for i in 1 2 3 4; do # no two documents alike, for text-dedup
	sed "s/\([a-z]\) \([a-z]*[aeiou]\) /\1 \2$i /g" "$tmp/one.jsonl"
done >"$tmp/in.jsonl"
size=$(wc -c <"$tmp/in.jsonl")
machine
rate 'text-chunk' "$size" "text-chunk $tmp/in.jsonl >/dev/null"
rate 'text-mask' "$size" "text-mask $tmp/in.jsonl >/dev/null"
rate 'text-filter, gopher' "$size" "text-filter $tmp/in.jsonl >/dev/null"
rate 'text-filter, gopher,c4,fineweb' "$size" \
    "text-filter --rules gopher,c4,fineweb $tmp/in.jsonl >/dev/null"
rate 'text-dedup, near' "$size" "text-dedup $tmp/in.jsonl >/dev/null"
rate 'text-dedup, near, of copies' "$size" \
    "cat $tmp/one.jsonl $tmp/one.jsonl $tmp/one.jsonl $tmp/one.jsonl \
    $tmp/one.jsonl $tmp/one.jsonl $tmp/one.jsonl $tmp/one.jsonl |
    text-dedup >/dev/null"
rate 'text-dedup, exact' "$size" \
    "text-dedup --mode exact $tmp/in.jsonl >/dev/null"
rate 'text-dedup, para' "$size" \
    "text-dedup --mode para $tmp/in.jsonl >/dev/null"

head -n 300 "$tmp/one.jsonl" >"$tmp/few.jsonl"
few=$(wc -c <"$tmp/few.jsonl")
if has_peer "$PYTHON" datatrove.pipeline.formatters; then
	cat >"$tmp/peer.py" <<'PY'
import json, sys
from datatrove.pipeline.formatters import PIIFormatter
mask = PIIFormatter() # of e-mail and IP addresses
for line in open(sys.argv[1]):
    record = json.loads(line)
    record["text"] = mask.format(record["text"])
    print(json.dumps(record))
PY
	against 'text-mask' "$size" "text-mask $tmp/in.jsonl >/dev/null" \
	    "datatrove's PIIFormatter" \
	    "$PYTHON $tmp/peer.py $tmp/in.jsonl >/dev/null"
fi
if has_peer "$PYTHON" datatrove.pipeline.filters spacy nltk; then
	cat >"$tmp/peer.py" <<'PY'
import json, sys
from datatrove.data import Document
from datatrove.pipeline.filters import (C4QualityFilter, FineWebQualityFilter,
                                        GopherQualityFilter,
                                        GopherRepetitionFilter)
filters = [GopherQualityFilter(), GopherRepetitionFilter()]
if len(sys.argv) > 2:
    filters += [C4QualityFilter(), FineWebQualityFilter()]
for line in open(sys.argv[1]):
    doc = Document(text=json.loads(line)["text"], id="")
    for f in filters: # of every record, as ours
        f.filter(doc)
PY
	against 'text-filter, its dialect' "$few" \
	    "text-filter --dialect datatrove $tmp/few.jsonl >/dev/null" \
	    datatrove "$PYTHON $tmp/peer.py $tmp/few.jsonl"
	against 'text-filter, its dialect, all' "$few" \
	    "text-filter --dialect datatrove --rules gopher,c4,fineweb \
	    $tmp/few.jsonl >/dev/null" \
	    datatrove "$PYTHON $tmp/peer.py $tmp/few.jsonl all"
	cat >"$tmp/peer.py" <<'PY'
import json, sys
from datatrove.utils.word_tokenizers import load_word_tokenizer
tokenizer = load_word_tokenizer("en")
for line in open(sys.argv[1]): # its sentences, packed as text-chunk packs
    chunk, n = [], 0
    for sentence in tokenizer.sent_tokenize(json.loads(line)["text"]):
        words = len(sentence.split())
        if n + words > 200 and chunk:
            print(json.dumps({"text": " ".join(chunk)}))
            chunk, n = [], 0
        chunk.append(sentence)
        n += words
    print(json.dumps({"text": " ".join(chunk)}))
PY
	against 'text-chunk --max-words 200' "$few" \
	    "text-chunk --max-words 200 $tmp/few.jsonl >/dev/null" \
	    "datatrove's sentences" "$PYTHON $tmp/peer.py $tmp/few.jsonl >/dev/null"
fi
