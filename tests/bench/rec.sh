#!/bin/sh
# the record layer alone, on records of 4 kB, beside jq's round trip
set -eu
. "$(dirname "$0")/lib/bench.sh"

python3 - "$top/examples/seeds/answers-1.jsonl" >"$tmp/in.jsonl" <<'PY'
import json, random, sys
random.seed(1)
words = open(sys.argv[1], encoding="utf-8").read().replace("\\n", " ").split()
for i in range(50000):
    text = " ".join(random.choices(words, k=620))
    print(json.dumps({"id": f"urn:uuid:{i:032d}", "url": f"http://e.example/{i}",
        "date": "2024-01-01T00:00:00Z", "mime": "text/html",
        "charset": "utf-8", "title": "A title", "text": text}, ensure_ascii=False))
PY
size=$(wc -c <"$tmp/in.jsonl")
machine
rate 'records of 4 kB found and handed on' "$size" \
    "$B/bench/rec $tmp/in.jsonl >/dev/null"
head -n 5000 "$tmp/in.jsonl" >"$tmp/few.jsonl"
few=$(wc -c <"$tmp/few.jsonl")
against 'the same, a tenth of it' "$few" "$B/bench/rec $tmp/few.jsonl >/dev/null" \
    'jq -c .' "jq -c . $tmp/few.jsonl >/dev/null"
