# embed-fit: the folder is whole or not there; the same again; what it needs
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

ok 'a fit' 'embed-fit lsa -o m --dim 4 docs.jsonl && test -s m/model.safetensors'
ok 'three files' 'test "$(ls m)" = "config.json
model.safetensors
tokenizer.json"'
ok 'config.json: kind, width, what was learnt' 'jq -e ".model_type == \"model2vec\"
    and .hidden_dim == 4 and .tf == \"log\" and (.mean | length) == 4
    and (has(\"covariance\") | not) and .t_sim > 0 and .t_sim <= 1" m/config.json'
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
ok 'an empty folder is taken' 'mkdir e && embed-fit lsa -o e docs.jsonl && test -s e/config.json'
status 2 'no document' 'embed-fit lsa -o n /dev/null'
ok 'nothing of it is left' 'test ! -e n && ! ls -d n.*'
status 2 'a failed fit' 'cp -R m keep && embed-fit lsa -o m /dev/null'
ok 'leaves the old model' 'diff -r m keep'
status 66 'a missing file' 'embed-fit lsa -o m4 docs.jsonl none'
ok 'the rest is fitted' 'test -s m4/config.json'
like '^embed-fit: -:1: no string "text"' 'a record without text is bad' \
    'echo "{\"id\":1}" | embed-fit lsa -o m5 - docs.jsonl'
status 2 'a full disk' '(ulimit -f 1; trap "" XFSZ; embed-fit lsa -o m6 docs.jsonl)'
ok 'nothing of it is left' 'test ! -e m6 && ! ls -d m6.*'

# Distillation, from a BERT of 17 tokens and 16 dimensions.
"$top/tests/tiny-bert" make t mean
python3 -c '
import json, random
r = random.Random(3)
words = "the nurse bank reads chart charts lends money to a farm farmer".split()
for i in range(200):
    print(json.dumps({"id": i, "text": " ".join(r.choices(words, k=r.randint(3, 14)))}))
' >texts.jsonl
status 0 'distil, a teacher and nothing else' 'embed-fit distil --teacher t -o raw'
ok 'the recipe: tokens alone, centred, by Zipf' '"$top/tests/tiny-bert" distilled raw'
ok 'a folder as model2vec has it' 'jq -e ".model_type == \"model2vec\" and
    .hidden_dim == 16 and (has(\"tf\") or has(\"mean\") or has(\"fit\") | not)" raw/config.json &&
    embed-score --model raw --vec texts.jsonl | jq -e -s "length == 200 and all(.[]; .vec)"'
ok 'special tokens have no say' '
    printf "%s\n" "{\"text\":\"nurse\"}" "{\"text\":\"[SEP] zzz nurse [CLS]\"}" >two
    embed-score --model raw --vec two | jq -r .vec | uniq | wc -l | grep -qx 1'
ok 'a fit brings texts that were kept aside nearer' '
    embed-fit distil --teacher t -o fit texts.jsonl && jq -e ".fit.texts == 200 and
    .fit.rounds > 0 and .fit.cosine > .fit.cosine_before + 0.05 and
    .tf == \"log\" and (.mean | length) == 16 and (.covariance | length) == 364 and
    .t_sim <= 1" \
	fit/config.json'
ok 'as many word pieces count as the teacher reads' '
    max=$(jq .max_length fit/config.json) &&
    test $((max + 2)) = $(jq .max_position_embeddings t/config.json) &&
    jq -c --argjson n $max "{text: (.text + \" \")} | .text *= \$n |
	., (.text += \"money bank\")" texts.jsonl | head -n 2 >long.jsonl &&
    test $(embed-score --model fit --vec long.jsonl | jq -r .vec | uniq | wc -l) = 1'
ok 'and the texts: near ones for the teacher are near ones' '
    for m in t raw fit; do embed-score --model $m --vec texts.jsonl >$m.vec; done
    python3 -c "
import base64, json, struct
def sims(path):
    v = [struct.unpack(\"<16e\", base64.b64decode(json.loads(r)[\"vec\"]))
         for r in open(path)][:80]
    mean = [sum(c) / len(v) for c in zip(*v)]
    v = [[x - m for x, m in zip(a, mean)] for a in v]
    return [sum(p * q for p, q in zip(a, b)) for a in v for b in v]
def corr(a, b):
    dot = lambda x, y: sum(p * q for p, q in zip(x, y))
    return dot(a, b) / (dot(a, a) * dot(b, b)) ** .5
t, d, f = (sims(m + \".vec\") for m in (\"t\", \"raw\", \"fit\"))
print(corr(t, d), corr(t, f))
assert corr(t, f) > corr(t, d) + 0.1"'
same 'the same from vectors that are there' 'cat fit/*' '
    embed-fit distil --teacher t -o fit2 t.vec && cat fit2/*'
same 'and from some of them' 'cat fit/*' '
    (sed -n 1,70p texts.jsonl; sed -n 71,90p t.vec; sed -n "91,\$p" texts.jsonl) |
    embed-fit distil --teacher t -o fit2 - && cat fit2/*'
ok '--dim' 'embed-fit distil --teacher t -o d4 --dim 4 texts.jsonl &&
    jq -e ".hidden_dim == 4 and (.mean | length) == 4" d4/config.json'
like 'only 16 dimensions' 'more than the teacher has' \
    'embed-fit distil --teacher t -o d4 --dim 20'
like '5 texts are too few' 'too few texts' \
    'head -n 5 texts.jsonl | embed-fit distil --teacher t -o d4 -'
like 'float16' 'a vec of another width' '
    echo "{\"text\":\"a\",\"vec\":\"ADwAwA==\"}" | embed-fit distil --teacher t -o d4 -'
like 'unit length' 'a vec that is too long' '
    echo "{\"text\":\"a\",\"vec\":\"ADwAPAA8ADwAPAA8ADwAPAA8ADwAPAA8ADwAPAA8ADw=\"}" |
    embed-fit distil --teacher t -o d4 -'
like 'only a BERT' 'a static teacher' 'embed-fit distil --teacher raw -o d4'
status 2 'no teacher' 'embed-fit distil -o d4'
status 2 'a teacher of lsa' 'embed-fit lsa --teacher t -o d4 docs.jsonl'
status 2 '--max-vocab of distil' 'embed-fit distil --teacher t --max-vocab 5 -o d4'
status 66 'a missing file' 'embed-fit distil --teacher t -o d5 texts.jsonl none'
ok 'the rest is fitted' 'jq -e ".fit.texts == 200" d5/config.json'

# Calibration of an existing model.
mkdir m/more m/.hidden
echo kept >m/more/file
ln -s more/file m/link
cp -R m as-it-was
same 'calibrate does what embed-score --calibrate does' '
    cp -R m by-score && embed-score --model by-score --calibrate --rng 3 texts.jsonl &&
    cat by-score/config.json' '
    cp -R m by-fit && embed-fit calibrate --model by-fit --rng 3 texts.jsonl &&
    cat by-fit/config.json'
ok 'and it says something new' 'differ by-fit/config.json m/config.json'
same '-o makes a calibrated copy' 'cat by-fit/config.json' '
    embed-fit calibrate --model m -o copy --rng 3 texts.jsonl && cat copy/config.json'
ok 'and leaves the model as it was' 'diff -r m as-it-was'
ok 'all else is copied, but for hidden files' '
    cmp m/model.safetensors copy/model.safetensors &&
    cmp m/tokenizer.json copy/tokenizer.json && grep -qx kept copy/more/file &&
    grep -qx kept copy/link && test ! -e copy/.hidden && ! ls -d copy.*'
ok 'a copy that is there is replaced' '
    embed-fit calibrate --model m -o copy docs.jsonl && ! ls -d copy.* &&
    differ by-fit/config.json copy/config.json'
ok 'a copy within the model holds no other' '
    cp -R m outer && embed-fit calibrate --model outer -o outer/copy docs.jsonl &&
    test "$(ls outer/copy)" = "$(ls m)"'
status 2 'no copy into itself' 'embed-fit calibrate --model m -o m/../m docs.jsonl'
status 2 'nothing to learn from' 'embed-fit calibrate --model m -o none </dev/null'
ok 'leaves nothing' 'diff -r m as-it-was && ! ls -d none* m.*'
ok 'of vectors that are there, and of windows' '
    embed-score --model t --vec texts.jsonl >t.vec &&
    embed-fit calibrate --model t -o a texts.jsonl &&
    embed-fit calibrate --model t -o b t.vec && diff -r a b &&
    cmp t/1_Pooling/config.json a/1_Pooling/config.json &&
    embed-fit calibrate --model t -o b --windows max texts.jsonl &&
    cp -R t c && embed-score --model c --calibrate --windows max texts.jsonl &&
    diff -r b c && differ a/config.json b/config.json'
status 2 '--precision int8 of a static model' \
    'embed-fit calibrate --model m --precision int8 docs.jsonl'
status 2 'no --model' 'embed-fit calibrate docs.jsonl'
status 2 'calibrate has no --max-vocab' \
    'embed-fit calibrate --model m --max-vocab 4 docs.jsonl'
status 2 '--model of lsa' 'embed-fit lsa --model m -o n docs.jsonl'
status 2 '--windows of lsa' 'embed-fit lsa --windows mean -o n docs.jsonl'

if "$PEERS" -c 'import tokenizers' 2>/dev/null; then
	ok 'Hugging Face reads the tokenizer' '"$PEERS" -c "
from tokenizers import Tokenizer
t = Tokenizer.from_file(\"m/tokenizer.json\")
assert t.encode(\"The BANK, 1 zzz\").tokens == [\"the\", \"bank\", \"[UNK]\", \"[UNK]\"]
t = Tokenizer.from_file(\"raw/tokenizer.json\")
assert t.encode(\"The charts [SEP] zzz\").tokens == [\"the\", \"chart\", \"##s\", \"[SEP]\", \"[UNK]\"]"'
else
	skip 'Hugging Face reads the tokenizer' 'no tokenizers'
fi
done_testing
