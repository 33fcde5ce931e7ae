# seed-gen: the values that are drawn, the prompts, and which answers become seeds
. "${0%/*}/tap.sh"

golden parse parse
cd "$tmp" || exit
answers=$top/tests/golden/seed-gen/parse.in
export answers

# Sampling.
same 'the same again' 'seed-gen prompt -c 5' 'seed-gen prompt -c 5'
ok 'all 21 industries' '[ $(seed-gen prompt -c 1 | jq -c .domains | sort -u |
    wc -l) -eq 21 ]'
same 'fewer prompts are a part of more' 'seed-gen prompt Law -c 20' \
    'seed-gen prompt Law -c 50 | head -n 20'
same 'and so they are when balanced' 'seed-gen prompt -b Law -c 20' \
    'seed-gen prompt -b Law -c 50 | head -n 20'
same 'industries do not depend on one another' 'seed-gen prompt Law -c 9' \
    'seed-gen prompt Sports Law --domain Energy -c 9 | grep "\"Law\""'
ok '--rng draws others, under other ids' 'seed-gen prompt Law -c 9 >a
    seed-gen prompt Law -c 9 --rng 2 >b
    [ $(jq -r .id a b | sort -u | wc -l) -eq 18 ] &&
    [ "$(jq -c "[.doc_type,.demeanor]" a)" != "$(jq -c "[.doc_type,.demeanor]" b)" ]'
same 'ids are unique' 'echo 630' 'seed-gen prompt -c 30 | jq -r .id | sort -u | wc -l'
same 'so are prompts' 'echo 2100' 'seed-gen prompt -c 100 | jq .prompt | sort -u | wc -l'
ok 'the draw is even: chi-squared of the types, 17 x 300' '
    seed-gen prompt Law -c 5100 | jq -r .doc_type | sort | uniq -c |
    awk "{x += (\$1 - 300) ^ 2 / 300} END {exit !(NR == 17 && x < 45)}"'
ok '--balance: each cell once' 'seed-gen prompt Law -b -c 561 |
    jq -c "[.doc_type,.demeanor,.length]" | sort | uniq -c |
    awk "\$1 != 1 {bad = 1} END {exit bad || NR != 561}"'
echo '{"doc_type":["a","b","c","d"],"length":["1","2","3","4","5","6"],"+demeanor":["Dry"],"mood":["x","y"]}' >dims
ok '--balance: also where the sizes have common factors' '
    seed-gen prompt Law -b -c 1152 --dims dims |
    jq -c "[.doc_type,.demeanor,.length,.mood]" | sort | uniq -c |
    awk "\$1 != 2 {bad = 1} END {exit bad || NR != 576}"'
ok '--balance: values evenly' 'seed-gen prompt Law -b -c 34 |
    jq -r .doc_type | sort | uniq -c |
    awk "\$1 != 2 {bad = 1} END {exit bad || NR != 17}"'

# Prompts.
like 'about 2 industries: Sports and Gaming\.' 'two industries' \
    'seed-gen prompt --pair Sports Gaming -c 1 | jq -r .prompt'
ok 'both labels, and three limits of words' '
    seed-gen prompt --pair Sports Gaming -c 1 >p &&
    jq -e ".domains == [\"Sports\",\"Gaming\"]" p &&
    [ $(grep -o "less than 30 words" p | wc -l) -eq 3 ]'
ok 'one industry has no such limit' '! seed-gen prompt Law -c 1 | grep "30 words"'
ok 'the six labels' 'seed-gen prompt Law -c 1 | jq -r .prompt | grep -E "^- [A-Z]+:$" |
    tr -d "\n" | grep -qx -e "- TOPIC:- PREMISE:- AUTHOR:- AUDIENCE:- MOTIVE:- DOCUMENT:"'
like 'about a.*, and not about any of these industries: .*, Energy\.' \
    'no industry, of those that are known' 'seed-gen prompt --none -c 1 |
    jq -r .prompt'
ok '--none: an empty list of domains, and many matters' '
    seed-gen prompt --none Law -c 30 >p &&
    [ $(jq -c "select(.domains == [])" p | wc -l) -eq 30 ] &&
    [ $(jq -r "select(.domains == []) | .prompt" p | grep -o "about .*, and not" |
	sort -u | wc -l) -gt 10 ]'
status 2 'none beside a domain of that name' 'seed-gen prompt --none None'
ok '--language: in the prompt and in the record, and nothing else changes' '
    seed-gen prompt Law -c 40 --language German --language Thai >p &&
    jq -e -s "all(. as \$r | .prompt | contains(\"Its language: \" +
	\$r.language + \", as its native\")) and
	(map(.language) | unique == [\"German\",\"Thai\"])" p &&
    seed-gen prompt Law -c 40 | jq -c "[.id,.doc_type,.demeanor,.length]" >q &&
    jq -c "[.id,.doc_type,.demeanor,.length]" p | cmp - q'
ok '--balance: languages evenly' 'seed-gen prompt Law -b -c 34 --language German \
    --language Thai | jq -r .language | sort | uniq -c |
    awk "\$1 != 17 {bad = 1} END {exit bad || NR != 2}"'
status 2 'a language twice' 'seed-gen prompt Law --language Thai --language Thai'
status 2 'a language without a name' 'seed-gen prompt Law --language ""'
ok 'the values are in the prompt' 'seed-gen prompt Law -c 50 | jq -e -s "all(.[];
    . as \$r | .prompt | contains(\"\\\"\" + \$r.doc_type + \"\\\"\") and
    contains(\"demeanor: \" + \$r.demeanor + \".\"))"'
ok 'new dimensions are named' 'seed-gen prompt Law -c 9 --dims dims |
    jq -e -s "all(.[]; . as \$r | .prompt | contains(\"Its mood: \" + \$r.mood))"'
echo '{"length":{"Tiny":"ten words","Huge":"a book"}}' >words
like 'Its length: (ten words|a book)\.' 'words for a value' \
    'seed-gen prompt Law -c 1 --dims words | jq -r .prompt'
ok 'and its name in the record' \
    'seed-gen prompt Law -c 1 --dims words | jq -e ".length | . == \"Tiny\" or . == \"Huge\""'
echo 'Write {{a}} {doc_type} of {field}{cap}.' >template
like '^Write \{a\} .* of Law\.$' 'a template' \
    'seed-gen prompt Law -c 1 --template template 2>/dev/null | jq -r .prompt'
like 'no \{length\}' 'what it leaves out is said' \
    'seed-gen prompt Law -c 1 --template template'
echo 'Write {nothing}' >unknown
status 2 'an unknown mark' 'seed-gen prompt Law --template unknown'
echo 'Write {' >open
status 2 'an open mark' 'seed-gen prompt Law --template open'
for bad in '[]' '{"doc_type":[]}' '{"doc_type":[1]}' '{"id":["a"]}' \
    '{"doc_type":["a","a"]}' '{"a":"b"}' '{'; do
	echo "$bad" >bad
	status 2 "dimensions: $bad" 'seed-gen prompt Law --dims bad'
done
status 2 'no such file' 'seed-gen prompt --dims nowhere'
status 2 '--pair with one' 'seed-gen prompt --pair Sports'
status 2 'two domains of one name' 'seed-gen prompt Law law -c 1'
status 2 'neither prompt nor parse' 'seed-gen'
status 2 'domains beside --params' 'seed-gen prompt --params x Law'
like 'doc_type +[0-9]+ +[0-9.]+ %  Report' 'coverage' \
    'seed-gen prompt Law -v -c 100 2>&1 >/dev/null'

# Values from records.
echo '{"id":"s1","domains":["Law"],"doc_type":"Ballad","demeanor":"bored","y":1}' >params
ok '--params: given values stand, others are drawn, more passes' '
    seed-gen prompt --params params | jq -e ".id == \"s1\" and .y == 1 and
    .doc_type == \"Ballad\" and .demeanor == \"bored\" and (.length | length > 0)
    and (.prompt | contains(\"Ballad\") and contains(\"request s1\"))"'
like '2:.*domains' '--params: no domain' '(cat params; echo "{\"id\":\"x\"}") >p2
    seed-gen prompt --params p2'
echo '{"id":"n","domains":[],"doc_type":"any"}' >pn
like 'not about any of these' '--params: of no domain' \
    'seed-gen prompt --params pn'
status 66 '--params: no such file' 'seed-gen prompt --params nowhere'

# Seeds.
ok 'rejects, and why' 'seed-gen parse --rejects rejects $answers >out 2>err
    jq -e -s "map([.id, .reasons]) == [
    [\"cut\", [\"the answer was cut (length)\"]],
    [\"short\", [\"empty AUTHOR\", \"no AUDIENCE\", \"empty DOCUMENT\"]],
    [\"no\", [\"no TOPIC\", \"no PREMISE\", \"no AUTHOR\", \"no AUDIENCE\",
    \"no MOTIVE\", \"no DOCUMENT\"]]]" rejects'
same '--dedup drops the second of two' 'seed-gen parse $answers 2>/dev/null' \
    'cat $answers $answers | seed-gen parse --dedup 2>/dev/null'

# The seeds of examples/.
seeds=$top/examples/seeds
export seeds
ok 'the seeds replay without a network, all 1,079 and 120 of no industry' '
    seed-gen prompt --params $seeds/params.jsonl |
    llm-ask --url http://127.0.0.1:1/v1 --cache $seeds/answers-1.jsonl \
	--cache $seeds/answers-2.jsonl --cache $seeds/answers-3.jsonl |
    seed-gen parse --dedup --max-bad 0 >seeds.jsonl &&
    [ $(wc -l <seeds.jsonl) -eq 1199 ] &&
    [ $(jq -c "select(.domains == [])" seeds.jsonl | wc -l) -eq 120 ] &&
    [ $(jq -r ".domains[]" seeds.jsonl | sort -u | wc -l) -eq 21 ]'
same 'and so does replay' '$seeds/replay' 'cat seeds.jsonl'
ok 'the files are under a million bytes' \
    '[ -z "$(find $seeds -name "*.jsonl" -size +999999c)" ]'
if [ -d "$shared/data/seeds" ]; then
	same 'they are those they were made of' 'jq -c "[.id, .domains,
	    .doc_type, .demeanor, .length, .topic, .premise, .author,
	    .audience, .motive, .text]" seeds.jsonl' \
	    'for f in seeds seeds-more seeds-wide none; do
	    jq -c "[.id, .domains, .doc_type // \"any\", .demeanor // \"any\",
		.length // \"any\", .topic, .premise, .author, .audience,
		.motive, .text]" $shared/data/seeds/$f.jsonl; done'
else
	skip 'they are those they were made of' 'no data beside the project'
fi
ok 'make-cache makes the same files again' '
    mkdir again && cp $seeds/make-cache again && again/make-cache seeds.jsonl &&
    cat again/answers-*.jsonl >again/all && cat $seeds/answers-*.jsonl >again/old &&
    cmp again/params.jsonl $seeds/params.jsonl &&
    cmp again/all again/old'
like 'mended code fences: 2 answers' 'parse -v: what was mended' '
    jq -n -c "{id: (1, 2), response: \"\`\`\`\\n- TOPIC: t\\n- PREMISE: p\\n- AUTHOR: a\\n- AUDIENCE: u\\n- MOTIVE: m\\n- DOCUMENT: d\\n\`\`\`\"}" |
    seed-gen parse -v'
ok 'JSON as response_format asks for it' '
    jq -n -c "{id: \"1\", domains: [\"A\"], response: ({topic: \"t\", premise: \"p\",
	author: \"a\", audience: \"u\", motive: \"m\", document: \"d \\\" e\"} | tostring)}" |
    seed-gen parse | jq -e ".text == \"d \\\" e\" and .topic == \"t\""'
done_testing
