# text-chunk: sizes, the text back byte for byte, what is dropped and counted
. "${0%/*}/tap.sh"

golden small --max-words 60
golden scripts --max-words 40
golden languages --max-words 6 --min-tokens 0
cp small.in "$tmp/in"

texts='jq -r ".text // empty"'
same 'chunks of one record joined are its text' \
    "head -n 1 small.in | text-chunk --max-words 9 --min-tokens 0 | jq -j .text" \
    'head -n 1 small.in | jq -j .text'
for n in 1 2 3 7 50 2500; do
	same "--join undoes chunks of $n words" \
	    "head -n 5 small.in | $texts" \
	    "head -n 5 small.in | text-chunk --max-words $n --min-tokens 0 |
	    text-chunk --join | $texts"
done
ok 'no chunk has more words than it may' "
	text-chunk --max-words 12 --min-tokens 0 <small.in 2>/dev/null |
	jq -e '.text | [scan(\"\\\\S+\")] | length <= 12' >/dev/null"
same 'start and end are bytes of the text of the parent' \
    "text-chunk --max-words 30 --min-tokens 0 <small.in 2>/dev/null |
	jq '(.text | utf8bytelength) == .end - .start' | sort -u" 'echo true'
same '20 words stay, 19 go' \
    "(seq -s ' ' 20 | jq -Rc '{id: \"20\", text: .}'
	seq -s ' ' 19 | jq -Rc '{id: \"19\", text: .}') | text-chunk | jq -r .doc" \
    'echo 20'
same '2,500 words are a chunk, 2,501 are two' \
    "(yes a | head -n 2500 | paste -sd' ' | jq -Rc '{id: \"x\", text: .}'
	yes a | head -n 2501 | paste -sd' ' | jq -Rc '{id: \"y\", text: .}') |
	text-chunk | jq -r .doc | uniq -c | awk '{print \$1}'" \
    "printf '1\\n2\\n'"
same 'a text without any stop or space is cut' \
    "printf '%0100000d' 0 | jq -Rc '{id: \"x\", text: .}' |
	text-chunk --min-tokens 0 | jq -r '.end - .start'" \
    "printf '80000\\n20000\\n'"
same 'what is dropped is counted' \
    "text-chunk --max-words 60 --stats - <small.in 2>&1 >/dev/null |
	grep '^{' | jq -c .dropped" "echo '{\"short text\":1,\"empty text\":1}'"

cat >"$tmp/mined" <<'JSON'
{"id":"a#0","doc":"a","chunk":0,"start":0,"end":2,"text":"x ","domains":["A"],"scores":{"A":0.5,"B":0.1},"hits":[{"seed":"s1","sim":0.5}],"vec":"AA"}
{"id":"a#1","doc":"a","chunk":1,"start":2,"end":4,"text":"y ","domains":["B","A"],"scores":{"A":0.25,"B":0.9},"hits":[{"seed":"s2","sim":0.9},{"seed":"s1","sim":0.7}]}
{"id":"a#3","doc":"a","chunk":3,"start":9,"end":11,"text":"z ","vec":"AA"}
{"id":"b#0","doc":"b","chunk":0,"start":0,"end":2,"text":"w "}
{"id":"b#1","doc":"b","chunk":1,"start":2,"end":4,"text":"v "}
{"id":"c"}
JSON
like '"id":"a","doc":"a","chunk":0,"start":0,"end":4,"text":"x y ","domains":\["A","B"\],"scores":\{"A":0.5,"B":0.9\},"hits":\[\{"seed":"s2","sim":0.9\},\{"seed":"s1","sim":0.7\}\]\}$' \
    '--join: best scores, all domains, all hits' "text-chunk --join $tmp/mined"
like '"id":"a#3",.*"text":"z ","vec":"AA"' '--join: not over a gap' \
    "text-chunk --join $tmp/mined"
like 'mined:6: no chunk: .* \(c\)' '--join: what is no chunk is told' \
    "text-chunk --join $tmp/mined"
line='The keeper of the lamp went up the stairs at six. Nobody was there to see it.'
same '--join after a filter: the text as it was' \
    "printf '%s\n\n%s %s\n' '$line' '$line' '$line' | jq -Rsc .[:-1]" \
    "printf '%s\n\n%s %s\n' '$line' '$line' '$line' |
    jq -Rsc '{id: \"a\", text: .[:-1]}' |
    text-chunk --min-tokens 0 --max-words 20 |
    text-filter --rules c4 --set c4_sentences=0 |
    text-chunk --join | jq -c .text"
same '--join: changed chunks do not run together, but for ideographs' \
    'printf "a b\n北京\nab\n"' \
    "printf '%s\n' '{\"id\":\"1#0\",\"doc\":\"1\",\"chunk\":0,\"start\":0,\"end\":3,\"text\":\"a\"}' \
	'{\"id\":\"1#1\",\"doc\":\"1\",\"chunk\":1,\"start\":3,\"end\":4,\"text\":\"b\"}' \
	'{\"id\":\"2#0\",\"doc\":\"2\",\"chunk\":0,\"start\":0,\"end\":9,\"text\":\"北\"}' \
	'{\"id\":\"2#1\",\"doc\":\"2\",\"chunk\":1,\"start\":9,\"end\":12,\"text\":\"京\"}' \
	'{\"id\":\"3#0\",\"doc\":\"3\",\"chunk\":0,\"start\":0,\"end\":1,\"text\":\"a\"}' \
	'{\"id\":\"3#1\",\"doc\":\"3\",\"chunk\":1,\"start\":1,\"end\":2,\"text\":\"b\"}' |
    text-chunk --join | jq -r .text"
same 'an empty text survives' 'echo "[\"e\",\"\"]"' \
    "echo '{\"id\":\"e\",\"text\":\"\"}' | text-chunk --min-tokens 0 |
    text-chunk --join | jq -c '[.id, .text]'"
# Tokens of a model: a chunk that is cut again stays as it is.
for model in gpt2 llama3; do
	by="text-chunk --tokenizer $top/tests/golden/bpe/$model --min-tokens 0"
	ok "$model: no chunk has more tokens than it may" "
		$by --max-tokens 20 <small.in 2>/dev/null >\$tmp/cut &&
		$by --max-tokens 20 <\$tmp/cut | jq -r .chunk | sort -u |
		    grep -qx 0 &&
		$by --max-tokens 20 <\$tmp/cut | wc -l | grep -qx \$(wc -l <\$tmp/cut)"
	ok "$model: and more of them if they may have fewer" "
		n=\$($by --max-tokens 60 <small.in 2>/dev/null | wc -l) && [ \$n -gt 0 ] &&
		    [ \$n -lt \$($by --max-tokens 40 <small.in 2>/dev/null | wc -l) ]"
	for lap in 0 12 30; do
		same "$model: --join undoes chunks that overlap by $lap" \
		    "head -n 5 small.in | $texts" \
		    "head -n 5 small.in | $by --max-tokens 50 --overlap $lap |
		    text-chunk --join | $texts"
	done
	ok "$model: a word alone of more tokens is cut between clusters" "
		printf '%0500d' 0 | jq -Rc '{text: .}' | $by --max-tokens 9 |
		    jq -se 'map(.text) | add == \"0\" * 500 and length > 3'"
done
same '--overlap: whole sentences of the chunk before' \
    'printf "%s\n" "A b. C d. " "C d. E f. " "E f. G h."' \
    "printf '%s\n' '{\"text\":\"A b. C d. E f. G h.\"}' |
	text-chunk --max-words 4 --overlap 2 --min-tokens 0 | jq -r .text"
same '--join: an overlap of changed chunks is not joined' 'printf "2\n"' \
    "printf '%s\n' '{\"id\":\"a\",\"text\":\"A b. C d. E f. G h.\"}' |
	text-chunk --max-words 4 --overlap 2 --min-tokens 0 |
	sed '2s/E f/E ff/' | text-chunk --join | wc -l"
same '--join: nor is one that has other bytes' 'printf "abc\néx\n"' "
	printf '%s\n' '{\"text\":\"abc\",\"doc\":\"a\",\"chunk\":0,\"start\":0,\"end\":3}' \
	    '{\"text\":\"éx\",\"doc\":\"a\",\"chunk\":1,\"start\":2,\"end\":5}' |
	text-chunk --join | jq -r .text"
same '--join: one name begins another, and the better of two scores stays' \
    "echo '[[\"Law\",\"Lawn\"],{\"Lawn\":0.5,\"Law\":0.75}]'" "
	printf '%s\n' '{\"text\":\"a\",\"doc\":\"a\",\"chunk\":0,\"start\":0,\"end\":1,
		\"domains\":[\"Law\"],\"scores\":{\"Lawn\":0.25,\"Law\":0.75}}' \
	    '{\"text\":\"b\",\"doc\":\"a\",\"chunk\":1,\"start\":1,\"end\":2,
		\"domains\":[\"Lawn\"],\"scores\":{\"Lawn\":0.5,\"Law\":0.75}}' |
	jq -c . | text-chunk --join | jq -c '[.domains, .scores]'"
status 2 'a tokenizer without a size' "text-chunk --tokenizer $top/tests/golden/bpe/gpt2"
status 2 'a size without a tokenizer' 'text-chunk --max-tokens 9'
status 2 'words and tokens' "text-chunk --tokenizer $top/tests/golden/bpe/gpt2 \
    --max-tokens 9 --max-words 9"
status 2 'all of a chunk twice' 'text-chunk --max-words 9 --overlap 9'
status 2 'no such model' "text-chunk --tokenizer $tmp/none --max-tokens 9"
status 2 'no words a chunk' 'text-chunk --max-words 0'
status 2 'no such number' 'text-chunk --min-tokens x'
done_testing
