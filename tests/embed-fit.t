# embed-fit: the folder, whole or not at all; the same again; what it needs
. "${0%/*}/tap.sh"

cd "$tmp" || exit
awk 'BEGIN {
	split("loan bank rate credit;nurse clinic dose patient;goal match league coach", theme, ";")
	for (i = 0; i < 90; i++) {
		n = split(theme[i % 3 + 1], w, " ")
		text = "The record " i
		for (j = 0; j < 12; j++)
			text = text " " w[(i * 7 + j * j) % n + 1] " the"
		printf "{\"id\":\"d%d\",\"text\":\"%s\"}\n", i, text
	}
}' >docs.jsonl

status 0 'a fit' 'embed-fit lsa -o m --dim 4 docs.jsonl'
ok 'three files' 'test "$(ls m)" = "config.json
model.safetensors
tokenizer.json"'
ok 'config.json: kind, width, mean, t_sim' 'jq -e ".model_type == \"model2vec\"
    and .hidden_dim == 4 and .tf == \"log\" and (.mean | length) == 4
    and .t_sim > 0 and .t_sim <= 1" m/config.json'
ok 'a row for every term, and one for the unknown' '
    n=$(jq ".model.vocab | length" m/tokenizer.json) &&
    head -c 200 m/model.safetensors | grep -qaF "\"shape\":[$n,4]"'
ok 'terms that two documents have' 'jq -e ".model.vocab | has(\"loan\")
    and (has(\"17\") | not)" m/tokenizer.json'
same 'the same again, from compressed input and in parts' \
    'embed-fit lsa -o m --dim 4 docs.jsonl && cat m/*' \
    'split -l 40 docs.jsonl part. && gzip -c part.aa >a.gz &&
    embed-fit lsa -o m2 --dim 4 a.gz part.ab part.ac && cat m2/*'
ok 'another --rng, other numbers, the same text' '
    embed-fit lsa -o m3 --dim 4 --rng 9 docs.jsonl &&
    cmp m/tokenizer.json m3/tokenizer.json'
ok '--max-vocab' 'embed-fit lsa -o m3 --dim 2 --max-vocab 5 docs.jsonl &&
    jq -e ".model.vocab | length == 6" m3/tokenizer.json'
like 'directions' 'fewer directions than --dim are told' \
    'embed-fit lsa -o m3 docs.jsonl'
ok 'themes come out: a text is nearest to its own' '
    printf "%s\n" "{\"id\":\"a\",\"domains\":[\"A\"],\"text\":\"bank credit loan\"}" \
    "{\"id\":\"b\",\"domains\":[\"B\"],\"text\":\"clinic dose nurse\"}" >seeds &&
    echo "{\"text\":\"dose nurse\"}" | embed-score --model m --seeds seeds \
    --min-score 0 | jq -e ".scores.B > 0.5 and .scores.A < 0.5"'

status 2 'no -o' 'embed-fit lsa docs.jsonl'
status 2 'no kind' 'embed-fit -o m'
status 2 'an unknown kind' 'embed-fit tfidf -o m docs.jsonl'
status 2 'a file in the way' 'touch f && embed-fit lsa -o f docs.jsonl'
ok 'and it stays' 'test -f f'
status 2 'a folder that is no model' \
    'mkdir d && touch d/x && embed-fit lsa -o d docs.jsonl'
ok 'and it stays' 'test "$(ls d)" = x'
status 0 'an empty folder is taken' 'mkdir e && embed-fit lsa -o e docs.jsonl'
status 2 'no document' 'embed-fit lsa -o n /dev/null'
ok 'nothing of it is left' 'test ! -e n && ! ls -d n.*'
status 2 'a failed fit' 'cp -R m keep && embed-fit lsa -o m /dev/null'
ok 'leaves the old model' 'diff -r m keep'
status 1 'a missing file is lost input' 'embed-fit lsa -o m4 docs.jsonl none'
ok 'the rest is fitted' 'test -s m4/config.json'
like '^embed-fit: -:1: no string "text"' 'a record without text is bad' \
    'echo "{\"id\":1}" | embed-fit lsa -o m5 - docs.jsonl'
status 2 'a full disk' '(ulimit -f 1; trap "" XFSZ; embed-fit lsa -o m6 docs.jsonl)'
ok 'nothing of it is left' 'test ! -e m6 && ! ls -d m6.*'
if python3 -c 'import tokenizers' 2>/dev/null; then
	ok 'Hugging Face reads the tokenizer' 'python3 -c "
from tokenizers import Tokenizer
t = Tokenizer.from_file(\"m/tokenizer.json\")
assert t.encode(\"The BANK, 1 zzz\").tokens == [\"the\", \"bank\", \"[UNK]\", \"[UNK]\"]"'
else
	skip 'Hugging Face reads the tokenizer' 'no tokenizers'
fi
done_testing
