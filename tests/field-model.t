# Models, servers and answers that users of other tools reported: the inputs beside
# the project under finds/model, each with its right value, and three more inputs of
# each kind that are not from there.
. "${0%/*}/tap.sh"

finds=$shared/finds/model
cd "$tmp" || exit
unset OPENAI_API_KEY OPENAI_BASE_URL OPENAI_ORG_ID OPENAI_PROJECT_ID LLM_MODEL
unset ANTHROPIC_API_KEY ANTHROPIC_BASE_URL http_proxy HTTP_PROXY LLM_HEADERS
unset SSL_CERT_FILE CURL_CA_BUNDLE ALL_PROXY all_proxy

# What the commands below have in common.
cat >lib.sh <<'SH'
clean='all(.[] | .topic, .premise, .author, .audience, .motive, .text;
    test("```|\\*\\*|---|<\\||</s>|DRAFT|Insert the") | not)'
s='{"role":"system","content":"s"}' u='{"role":"user","content":"u"}'
changed() { # NEW FROM FILE FILTER
	cp -R "$2" "$1" && jq -c "$4" "$2/$3" >"$1/$3"
}
vectors() { # FOLDER ARG ...
	embed-score --model "$@" --vec | jq -r .vec
}
refuses() { # RE FOLDER TEXTS: nothing comes out, and one line says why
	embed-score --model "$2" --vec "$3" >none 2>why
	[ $? -eq 2 ] && [ ! -s none ] && grep -qE -- "$1" why
}
pooled() { # JSON: a folder that has it, "pooled"
	rm -rf pooled && cp -R mean pooled && echo "$1" >pooled/1_Pooling/config.json
}
stops() { # CASE: the run ends with 2 after one request
	: >log
	for i in 1 2 3; do printf '{"id":"%s","prompt":"%s %s"}\n' "$i" "$1" "$i"; done >in
	llm-ask --url "$url" -j 1 in >out 2>err
	[ $? -eq 2 ] && [ ! -s out ] && [ "$(wc -l <log)" -eq 1 ]
}
broke() { # CASE: asked again, and only the second answer is kept
	printf '{"id":"b","prompt":"%s"}\n' "$1" >in
	llm-ask --url "$url" --cache "cache-$1" --retries 1 --stats st in >out 2>err &&
	    jq -e '.retries == 1' st && jq -e --arg w "re: $1" '.response == $w' "cache-$1"
}
goes_to() { # URL API WANT INPUT
	llm-ask --dry-run --api "$2" -m c --url "$1" "$4" | jq -r .url | grep -qxF "$3"
}
nothing() { # MODEL INPUT
	domain-tag --model "$1" --all "$2" |
	    jq -e -s 'length > 0 and all(.[]; .domains == [])'
}
prompt() { # JSON: a folder that has it, "prompted"
	rm -rf prompted && cp -R mean prompted
	echo "$1" >prompted/config_sentence_transformers.json
}
seed() { # RESPONSE: the text that is made of it
	printf '{"id":"s","domains":["Law"],"response":"%s"}\n' "$1" | seed-gen parse |
	    jq -r .text
}
dry() { # MESSAGES FILTER
	echo "{\"messages\":$1}" | llm-ask --api anthropic -m c --dry-run | jq -e ".body | $2"
}
SH
. ./lib.sh
check() { # FOLDER WHY CMD: $find is the find's folder
	find=$(echo "$finds/$1"-*)
	export find
	if [ -d "$find" ]; then
		ok "$1: $2" ". ./lib.sh; $3"
	else
		skip "$1: $2" 'finds/model is not beside the project'
	fi
}
also() { # FOLDER WHY CMD: one more of the kind
	ok "$1, too: $2" ". ./lib.sh; $3"
}
"$top/tests/tiny-bert" make mean mean
"$top/tests/tiny-bert" make cls cls
for t in 'the nurse reads' 'a farm' 'to the bank'; do
	echo "{\"id\":\"$t\",\"text\":\"$t\"}"
done >texts

# 01: pooling files of sentence-transformers 5.4.
check 01 'cls' 'pooled "$(cat "$find/input-1_Pooling-config.json")" &&
    vectors pooled texts >a && vectors cls texts | cmp - a &&
    ! vectors mean texts | cmp -s - a'
also 01 'a list' 'pooled "{\"pooling_mode\":[\"cls\"]}" &&
    vectors pooled texts >a && vectors cls texts | cmp - a'
also 01 'the mean' 'pooled "{\"pooling_mode\":\"mean\"}" &&
    vectors pooled texts >a && vectors mean texts | cmp - a'
also 01 'max' 'pooled "{\"pooling_mode\":\"max\"}" && refuses "by max" pooled texts'

# 02, 10: errors of an account and of a record.
serve() { # COMMAND: a server; its port is $port
	port=$(python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	mkdir -p HERE/llm
	: >HERE/llm/req.log
	"$@" "$port" >server.log 2>&1 &
	played=$!
	for _ in $(seq 100); do
		python3 -c "import socket
socket.create_connection(('127.0.0.1', $port), 1)" 2>/dev/null && break
		sleep 0.2
	done
	export port
}
find=$(echo "$finds/02"-*)
played=
[ ! -d "$find" ] || serve python3 "$find/server.py"
check 02 'no money' '
    llm-ask --url http://127.0.0.1:$port/v1 "$find/input.jsonl" -j 1 >out 2>err
    [ $? -eq 2 ] && [ ! -s out ] && grep -q 402 err &&
    [ "$(wc -l <HERE/llm/req.log)" -eq 1 ]'
check 10 'a finish of "error"' '
    llm-ask --url http://127.0.0.1:$port/v1 --cache c --retries 2 \
	--stats st "$find/input.jsonl" >out
    jq -e ".retries >= 1" st && ! grep -q "\"error\"" c'
[ -z "$played" ] || kill "$played"
chat_server
also 02 'a quota' 'stops quota && grep -q quota err'
also 02 'a parameter' 'stops parameter'
also 02 'no such model' 'stops nomodel && grep -q "does not exist" err'
also 10 'with half an answer' 'broke broke'
also 10 'an error of 502 inside a 200' 'broke upstream'
also 10 'a model that is being loaded' 'broke loading'

# 03: URLs as people paste them.
h=http://127.0.0.1:9
check 03 'Azure, and endpoints' '
    goes_to "$h/openai/deployments/gpt/?api-version=2024-10-21" openai \
	"$h/openai/deployments/gpt/chat/completions?api-version=2024-10-21" "$find/input.jsonl" &&
    goes_to $h/v1/chat/completions openai $h/v1/chat/completions "$find/input.jsonl" &&
    goes_to $h/v1/messages anthropic $h/v1/messages "$find/input.jsonl"'
echo '{"prompt":"p","text":"t"}' >p
export h
also 03 'a slash, and a query' 'goes_to "$h/v1/?a=b&c=d" openai "$h/v1/chat/completions?a=b&c=d" p'
also 03 'embeddings' 'goes_to $h/v1/embeddings embeddings $h/v1/embeddings p'
also 03 "Anthropic's base" 'goes_to $h/v1 anthropic $h/v1/messages p'

# 04: a server with a certificate of a private authority.
find=$(echo "$finds/04"-*)
if [ -d "$find" ] && openssl x509 -checkend 60 -in "$find/s.pem" >out 2>&1; then
	(cd "$find" && tar cf - .) | tar xf -
	serve python3 srvs.py
	for by in SSL_CERT_FILE CURL_CA_BUNDLE; do
		check 04 "$by" "env $by=\$find/ca.pem llm-ask \
		    --url https://localhost:\$port/v1 \"\$find/input.jsonl\" | jq -e .response"
	done
	also 04 '--cacert' 'llm-ask --cacert $find/ca.pem --url https://localhost:$port/v1 p |
	    jq -e .response'
	also 04 'nobody answers for it' '! llm-ask --url https://localhost:$port/v1 p 2>err &&
	    grep -qi certificate err'
	also 04 'no such file' '! llm-ask --cacert none --url https://localhost:$port/v1 p'
	kill "$played"
else
	skip '04: a certificate' 'the find is not here, or its certificate is past'
fi

# 05: infinite numbers and NaN.
check 05 'training that diverges' '
    domain-train --model fasttext --lr 20 -o c.bin "$find/input.jsonl" 2>err
    [ $? -eq 2 ] && [ ! -e c.bin ]'
cat >edit.py <<'PY'
import json, struct, sys
path, name, value = sys.argv[1:4]
with open(path, "r+b") as f:
    n = struct.unpack("<Q", f.read(8))[0]
    begin = json.loads(f.read(n))[name]["data_offsets"][0]
    f.seek(8 + n + begin)
    f.write(struct.pack("<f", float(value)))
PY
for x in nan inf; do
	export x
	cp -R mean "with-$x"
	python3 edit.py "with-$x/model.safetensors" encoder.layer.0.output.dense.bias $x
	also 05 "a weight of $x" 'refuses "infinity or NaN" with-$x texts'
done
also 05 'calibrated' '! embed-fit calibrate --model with-nan -o new texts && [ ! -e new ]'
also 05 'a teacher' '! embed-fit distil --teacher with-nan -o new texts && [ ! -e new ]'

# 06: a text of which nothing is known gets no domain.
check 06 'a classifier that is balanced' 'domain-train -o tie "$find/train.jsonl" &&
    nothing tie "$find/input.jsonl"'
awk 'BEGIN { for (i = 0; i < 40; i++)
	printf "{\"id\":\"%d\",\"text\":\"%s %d\",\"domains\":[\"%s\"]}\n", i,
	    i % 2 ? "oven flour bread" : "harbour tug anchor", i, i % 2 ? "A" : "B" }' >train
printf '{"text":"%s"}\n' 'ζυγός' '...' '' 'xylophone' >strange
for kind in linear fasttext; do
	export kind
	also 06 "$kind" 'domain-train --model $kind -o own train && nothing own strange'
done
also 06 'an encoder' 'embed-score --model mean --vec strange | jq -r .vec |
    base64 -d | tr -d "\0" | wc -c | grep -qx 0'

# 07: the prompt that a model puts before each text.
check 07 "the find's prompt" '
    jq ".prompts.query = \"the bank \"" "$find/config_sentence_transformers.json" >conf &&
    rm -rf prompted && cp -R mean prompted && cp conf prompted/config_sentence_transformers.json &&
    jq -c ".text = \"the bank \" + .text" texts >long &&
    vectors prompted texts >a && vectors mean long | cmp - a &&
    ! vectors mean texts | cmp -s - a'
also 07 'another name' '
    prompt "{\"prompts\":{\"d\":\"a farm \"},\"default_prompt_name\":\"d\"}" &&
    jq -c ".text = \"a farm \" + .text" texts >long &&
    vectors prompted texts >a && vectors mean long | cmp - a'
also 07 'no default' 'prompt "{\"prompts\":{\"d\":\"a farm \"}}" &&
    vectors prompted texts >a && vectors mean texts | cmp - a'
also 07 'a default that is not there' '
    prompt "{\"prompts\":{},\"default_prompt_name\":\"d\"}" && refuses "no prompt" prompted texts'

# 08: tokenizers that are not BERT's, on the path of a BERT.
changed no-normalizer mean tokenizer.json '.normalizer = null'
changed nfkc mean tokenizer.json '.normalizer = {type: "Sequence",
    normalizers: [{type: "NFKC"}, .normalizer]}'
changed no-post mean tokenizer.json '.post_processor = null'
cp -R mean ja && echo '{"tokenizer_class":"BertJapaneseTokenizer"}' >ja/tokenizer_config.json
check 08 'four of them' 'for m in no-normalizer nfkc no-post ja; do
	refuses "normalizer|post_processor|BertJapaneseTokenizer" $m "$find/input.jsonl" || exit
    done'
changed lower mean tokenizer.json '.normalizer = {type: "Lowercase"}'
changed blanks mean tokenizer.json '.pre_tokenizer = {type: "WhitespaceSplit"}'
changed cls-only mean tokenizer.json '.post_processor = {type: "TemplateProcessing",
    single: [{SpecialToken: {id: "[CLS]"}}, {Sequence: {id: "A"}}]}'
also 08 'Lowercase' 'refuses "normalizer Lowercase" lower texts'
also 08 'WhitespaceSplit' 'refuses "pre_tokenizer WhitespaceSplit" blanks texts'
also 08 'no [SEP]' 'refuses post_processor cls-only texts'

# 13: what models leave in an answer.
check 13 'leftovers' 'seed-gen parse "$find/input.jsonl" 2>err | jq -e -s \
    "length >= 19 and ($clean)"'
part='- TOPIC: t\n- PREMISE: p\n- AUTHOR: a\n- AUDIENCE: u\n- MOTIVE: m\n- DOCUMENT: One line of it.'
export part
also 13 'a fence of four ticks' '[ "$(seed "\`\`\`\`\\n$part\\n\`\`\`\`")" = "One line of it." ]'
also 13 'tokens of another template' '[ "$(seed "$part<end_of_turn>")" = "One line of it." ]'
also 13 'a draft' '[ "$(seed "<thinking>- TOPIC: x</thinking>$part")" = "One line of it." ]'
also 13 'a placeholder' '[ -z "$(seed "- TOPIC: t\\n- DOCUMENT: [Your document]" 2>err)" ]'

# 14: folders that are no encoder.
"$top/tests/tiny-family" make cross bert softmax
check 14 'a cross-encoder' 'jq -c ".architectures = $(jq -c .architectures "$find/config.json")" \
    cross/config.json >conf && cp conf cross/config.json && refuses "a classifier" cross texts'
changed shallow mean config.json '.num_hidden_layers = 1'
changed deep mean config.json '.num_hidden_layers = 3'
also 14 'fewer layers' 'refuses "encoder.layer.1.*no place" shallow texts'
also 14 'more layers' 'refuses "no weights" deep texts'
"$top/tests/tiny-family" make cross2 roberta regression
also 14 'a reranker' 'refuses "a classifier" cross2 texts'

# 15: what downloads leave in place of a file; the find is a list of these.
n=0
broken() { # FILE TEXT RE
	n=$((n + 1))
	export n re="$3"
	cp -R mean "b$n" && printf "$2" >"b$n/$1"
	also 15 "$1: $3" 'refuses "$re" b$n texts'
}
broken model.safetensors 'version https://git-lfs.github.com/spec/v1\n' 'Git LFS'
broken tokenizer.json 'version https://git-lfs.github.com/spec/v1\n' 'Git LFS'
broken model.safetensors '' 'is empty'
broken model.safetensors '<!DOCTYPE html><html>' 'HTML page'
broken config.json '\357\273\277{}' 'byte order mark'
broken model.safetensors '\20\0\0\0\0\0\0\0{"a":' 'cut short'

# 16: messages of the system.
check 16 'for Anthropic' 'llm-ask --api anthropic -m c --dry-run "$find/input.jsonl" |
    jq -e ".body | .system == \"d\" and (.messages | map(.role)) == [\"user\"]"'
also 16 'two of them' 'dry "[$s,$s,$u]" "(.messages | length) == 1 and (.system | tostring | contains(\"s\"))"'
also 16 'none' 'dry "[$u]" "has(\"system\") | not"'
also 16 'for OpenAI, as they are' 'echo "{\"messages\":[$s,$u]}" |
    llm-ask -m c --dry-run | jq -e ".body.messages[0].role == \"system\""'
done_testing
