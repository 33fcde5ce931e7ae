# model folders of every layout: one that is run gives the right vectors, and others
# are refused with a message that names the reason; no vector is silently wrong
. "${0%/*}/tap.sh"

cd "$tmp" || exit
"$top/tests/tiny-bert" make mean mean
"$top/tests/tiny-bert" make cls cls
for t in 'the nurse reads the chart' 'a farm' 'money'; do
	echo "{\"text\":\"$t\"}"
done >texts
# A copy of a folder with one file of it changed by jq.
changed() { # NEW FROM FILE FILTER
	cp -R "$2" "$1" && jq -c "$4" "$2/$3" >"$1/$3"
}
# The same vectors from both folders.
alike() { # WHY A B
	same "$1" "embed-score --model $2 --vec texts" \
	    "embed-score --model $3 --vec texts"
}
refused() { # WHY MODEL RE
	embed-score --model "$2" --vec texts >out 2>err
	[ $? -eq 2 ] && [ ! -s out ] && [ "$(wc -l <err)" -eq 1 ] &&
	    grep -qE -- "$3" err
	report $? "$1" err
}

# Pooling files of sentence-transformers, until version 5.3 and since.
pooling() { # NAME JSON
	cp -R mean "$1" && echo "$2" >"$1/1_Pooling/config.json"
}
pooling new-cls '{"embedding_dimension":16,"pooling_mode":"cls","include_prompt":true}'
alike 'a name: cls' new-cls cls
pooling new-mean '{"embedding_dimension":16,"pooling_mode":"mean"}'
alike 'a name: mean' new-mean mean
pooling new-list '{"pooling_mode":["cls"]}'
alike 'a list of one' new-list cls
pooling both '{"pooling_mode":"cls","pooling_mode_mean_tokens":true}'
alike 'the name goes before the switches' both cls
pooling nothing '{"word_embedding_dimension":16}'
alike 'nothing said: the mean' nothing mean
for mode in max weightedmean lasttoken mean_sqrt_len_tokens what; do
	pooling "p-$mode" "{\"pooling_mode\":\"$mode\"}"
	refused "pooling by $mode" "p-$mode" \
	    "1_Pooling/config.json: can't run pooling by $mode"
done
pooling two '{"pooling_mode":["cls","mean"]}'
refused 'two modes' two 'more than one way'
pooling two-old '{"pooling_mode_cls_token":true,"pooling_mode_mean_tokens":true}'
refused 'two switches' two-old 'more than one way'
pooling odd '{"pooling_mode_mean_tokens":true,"attention":"multihead"}'
refused 'a member that is not known' odd '"attention"'
pooling number '{"pooling_mode":3}'
refused 'a mode that is a number' number 'pooling by 3'
pooling list '["cls"]'
refused 'no object' list 'no object'

# Parts.
parts() { # NAME FROM TYPE:PATH ...
	new=$1
	cp -R "$2" "$new"
	shift 2
	printf '%s\n' "$@" | jq -R -s -c 'split("\n")[:-1] | to_entries |
	    map({idx: .key, name: "\(.key)", path: (.value | split(":")[1]),
	    type: ("sentence_transformers.models." + (.value | split(":")[0]))})' \
	    >"$new/modules.json"
}
parts usual cls Transformer: Pooling:1_Pooling Normalize:2_Normalize
alike 'the usual parts' usual cls
parts other-place cls Transformer: Pooling:5_P Dropout:6
mv other-place/1_Pooling other-place/5_P
alike 'pooling in a folder of another name' other-place cls
mkdir deep deep2
cp -R cls deep/0_Transformer
mv deep/0_Transformer/1_Pooling deep
parts deep-listed deep Transformer:0_Transformer Pooling:1_Pooling
alike 'a Transformer in a folder' deep-listed cls
alike 'and without a list of the parts' deep cls
ok 'calibrated, its own config.json is written' '
    embed-fit calibrate --model deep-listed -o deep-new texts &&
    jq -e .t_sim deep-new/0_Transformer/config.json &&
    test ! -e deep-new/config.json && embed-score --model deep-new --vec texts'
ok 'a teacher may lie deep, too' 'embed-fit distil --teacher deep-listed -o raw texts'
for part in Dense LayerNorm CNN WeightedLayerPooling Router; do
	parts "m-$part" mean Transformer: Pooling:1_Pooling "$part:2"
	refused "a $part" "m-$part" "modules.json: can't run .*$part"
done
parts no-pooling mean Transformer: Normalize:2
refused 'no Pooling' no-pooling 'no Pooling'
parts lost mean Transformer: Pooling:7_Pooling
refused 'a Pooling that is not there' lost '7_Pooling/config.json: no such file'
parts outside mean Transformer:../mean Pooling:1_Pooling
refused 'a path that leads out' outside 'a path outside'

# A static embedding, as sentence-transformers saves it: the plain mean.
cat >static.py <<'PY'
import json, os, struct, sys
words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "nurse", "bank",
         "reads", "##s"]
rows = [[float((i * 7 + j * j * 3) % 11 - 5) for j in range(4)] for i in range(10)]
os.makedirs("st/0_StaticEmbedding")
head = {"embedding.weight": {"dtype": "F32", "shape": [10, 4],
                             "data_offsets": [0, 160]}}
text = json.dumps(head).encode()
with open("st/0_StaticEmbedding/model.safetensors", "wb") as f:
    f.write(struct.pack("<Q", len(text)) + text +
            struct.pack("<40f", *sum(rows, [])))
with open("st/0_StaticEmbedding/tokenizer.json", "w") as f:
    json.dump({"truncation": json.loads(sys.argv[1]), "normalizer":
               {"type": "BertNormalizer", "lowercase": True},
               "pre_tokenizer": {"type": "BertPreTokenizer"},
               "added_tokens": [{"id": i, "content": words[i]} for i in range(5)],
               "model": {"type": "WordPiece", "unk_token": "[UNK]",
                         "vocab": {t: i for i, t in enumerate(words)}}}, f)
with open("st/modules.json", "w") as f:
    json.dump([{"idx": 0, "name": "0", "path": "0_StaticEmbedding",
                "type": "sentence_transformers.models.StaticEmbedding"}], f)
def mean(ids):
    x = [sum(rows[i][j] for i in ids) for j in range(4)]
    return [v / sum(a * a for a in x) ** .5 for v in x]
with open("want", "w") as f:
    json.dump([mean([5, 6, 9, 1, 8]), mean([7] * 600 + [8])] if sys.argv[1] == "null"
              else [mean([5, 6]), mean([7, 7])], f)
PY
jq -n -c '{text: "The nurses xyz reads"}, {text: ([range(600) | "bank"] + ["reads"] | join(" "))}' >words
near() {
	embed-score --model st --vec words | jq -r .vec | python3 -c '
import base64, json, struct, sys
lines, rows = sys.stdin.readlines(), json.load(open("want"))
assert len(lines) == len(rows)
for line, want in zip(lines, rows):
    got = struct.unpack("<4e", base64.b64decode(line))
    assert all(abs(a - b) < 1e-3 for a, b in zip(got, want)), (got, want)'
}
python3 static.py null
near >out 2>&1
report $? 'a StaticEmbedding: all pieces, the unknown too' out
rm -r st
python3 static.py '{"max_length":2}'
near >out 2>&1
report $? 'as far as its tokenizer reads' out
mv st/modules.json st/0_StaticEmbedding
near >out 2>&1
report $? 'and without a list of the parts' out
ok 'calibrated' 'embed-fit calibrate --model st words &&
    jq -e .t_sim st/0_StaticEmbedding/config.json && embed-score --model st --vec words'

# model2vec's tables of other kinds of number, and with rows that tokens share.
cat >m2v.py <<'PY'
import json, os, struct, sys
out, dtype, weights, shared = sys.argv[1:5]
words = ["[PAD]", "[UNK]", "the", "nurse", "bank", "reads", "##s"]
row_of = [0, 1, 2, 0, 3, 1, 2] if shared == "shared" else list(range(7))
rows = [[(i * 7 + j * j * 3) % 11 - 5 for j in range(4)] for i in range(max(row_of) + 1)]
weight = [1 + i / 4 for i in range(7)] if weights != "none" else [1] * 7
code = {"F64": "d", "F32": "f", "F16": "e", "I8": "b", "I32": "i", "I64": "q"}
os.makedirs(out)
head, data = {}, b""
def put(name, dtype, shape, values):
    global data
    part = struct.pack(f"<{len(values)}{code[dtype]}", *values)
    head[name] = {"dtype": dtype, "shape": shape,
                  "data_offsets": [len(data), len(data) + len(part)]}
    data += part
if shared == "shared":
    put("mapping", "I64" if dtype == "I8" else "I32", [7], row_of)
put("embeddings", dtype, [len(rows), 4], sum(rows, []))
if weights != "none":
    put("weights", weights, [7], weight)
text = json.dumps(head).encode()
with open(out + "/model.safetensors", "wb") as f:
    f.write(struct.pack("<Q", len(text)) + text + data)
with open(out + "/config.json", "w") as f:
    json.dump({"model_type": "model2vec"}, f)
with open(out + "/tokenizer.json", "w") as f:
    json.dump({"normalizer": {"type": "BertNormalizer", "lowercase": True},
               "pre_tokenizer": {"type": "BertPreTokenizer"},
               "added_tokens": [{"id": i, "content": words[i]} for i in range(2)],
               "model": {"type": "WordPiece", "unk_token": "[UNK]",
                         "vocab": {t: i for i, t in enumerate(words)}}}, f)
def mean(ids, dim=4):
    x = [sum(rows[row_of[i]][j] * weight[i] for i in ids) for j in range(dim)]
    return [v / sum(a * a for a in x) ** .5 for v in x]
texts = [[2, 3, 6, 5], [4, 4, 3]]
with open("want", "w") as f:
    json.dump([mean(t) for t in texts], f)
with open("want-2", "w") as f:
    json.dump([mean(t, 2) for t in texts], f)
PY
jq -n -c '{text: "The nurses xyz reads"}, {text: "bank bank nurse"}' >m2v-words
m2v() { # FILE ARG ...: whether the vectors are those of the file
	want=$1
	shift
	embed-score --vec "$@" m2v-words | jq -r .vec | python3 -c '
import base64, json, struct, sys
want = json.load(open(sys.argv[1]))
got = [struct.unpack("<%de" % len(want[0]), base64.b64decode(v)) for v in sys.stdin]
assert len(got) == len(want) and all(abs(a - b) < 1e-3 for x, y in zip(got, want)
                                     for a, b in zip(x, y)), (got, want)' "$want"
}
for kind in 'I8 none own' 'I8 F64 shared' 'F64 F64 own' 'F32 F32 shared' \
    'F16 F32 shared' 'F32 none shared' 'I8 F16 own'; do
	# shellcheck disable=SC2086
	python3 m2v.py "m2v-$kind" $kind
	m2v want --model "m2v-$kind" >out 2>&1
	report $? "model2vec: $kind" out
	m2v want-2 --model "m2v-$kind" --dim 2 >out 2>&1
	report $? "and cut" out
done
edited_rows() { # NEW OFFSET: the mapping's first entry becomes 77
	cp -R 'm2v-F32 F32 shared' "$1"
	python3 - "$1/model.safetensors" <<'PY'
import struct, sys
with open(sys.argv[1], "r+b") as f:
    n = struct.unpack("<Q", f.read(8))[0]
    f.seek(8 + n)
    f.write(struct.pack("<i", 77))
PY
}
edited_rows astray
refused 'a token with a row that is not there' astray '"mapping" is no list of rows'
i8() { # a BERT of whole numbers, which needs scales
	cp -R mean bert-i8
	sed -i 's/"model_type": "bert"/"model_type": "bert", "x": 1/' bert-i8/config.json
	python3 - bert-i8/model.safetensors <<'PY'
import json, struct, sys
with open(sys.argv[1], "rb") as f:
    data = f.read()
n = struct.unpack("<Q", data[:8])[0]
head = json.loads(data[8:8 + n])
body, made = data[8 + n:], b""
for k, v in head.items():
    part = body[slice(*v["data_offsets"])]
    if k == "embeddings.LayerNorm.bias":
        part, v["dtype"] = part[:len(part) // 4], "I8"
    v["data_offsets"] = [len(made), len(made) + len(part)]
    made += part
text = json.dumps(head).encode()
with open(sys.argv[1], "wb") as f:
    f.write(struct.pack("<Q", len(text)) + text + made)
PY
}
i8
refused 'a BERT in whole numbers' bert-i8 'type I8'

# Vectors cut to their first numbers.
ok 'the first numbers of a BERT, made unit' '
    embed-score --model mean --vec texts | jq -r .vec >whole &&
    embed-score --model mean --vec --dim 5 texts | jq -r .vec >five && python3 -c "
import base64, struct
def rows(path, n):
    return [struct.unpack(f\"<{n}e\", base64.b64decode(r)) for r in open(path)]
for a, b in zip(rows(\"whole\", 16), rows(\"five\", 5)):
    length = sum(x * x for x in a[:5]) ** .5
    assert all(abs(x / length - y) < 2e-3 for x, y in zip(a, b)), (a, b)"'
same 'all of them are as they were' 'embed-score --model mean --vec --dim 16 texts' \
    'embed-score --model mean --vec texts'
same 'windows, too' 'embed-score --model mean --vec --dim 5 --windows max texts' \
    'embed-score --model mean --vec --dim 5 texts'
like 'vectors of 16 numbers, not of 17' 'more than there are' \
    'embed-score --model mean --vec --dim 17 texts'
ok 'a calibrated copy stays cut' '
    embed-fit calibrate --model mean --dim 5 -o mean-5 texts &&
    jq -e ".truncate_dim == 5 and (.mean | length) == 5" mean-5/config.json &&
    embed-score --model mean-5 --vec texts | jq -r .vec | cmp - five'
ok 'what was learnt at another width does not count' '
    embed-score --model mean-5 --vec --dim 4 texts &&
    echo "{\"id\":\"s\",\"domains\":[\"A\"],\"text\":\"the nurse\"}" >one-seed &&
    ! embed-score --model mean-5 --dim 4 --seeds one-seed --preset dopamine texts 2>err &&
    grep "no t_sim" err && embed-score --model mean-5 --seeds one-seed --preset dopamine texts'
changed wide mean config.json '.truncate_dim = 17'
refused 'a width that the model lacks' wide '"truncate_dim" is not 1 to 16'
ok 'a teacher that is cut is read whole' '
    embed-fit distil --teacher mean-5 --dim 16 -o table-5 &&
    embed-fit distil --teacher mean --dim 16 -o table-16 &&
    cmp table-5/model.safetensors table-16/model.safetensors'

# The prompt that every text gets.
echo '{"prompts":{"query":"the bank ","document":""},"default_prompt_name":"query"}' >prompts
cp -R mean prompted && cp prompts prompted/config_sentence_transformers.json
jq -c '.text = "the bank " + .text' texts >long
same 'the default prompt is put before each text' \
    'embed-score --model prompted --vec texts | jq -r .vec' \
    'embed-score --model mean --vec long | jq -r .vec'
same 'a prompt by option is the same' \
    'embed-score --model prompted --vec texts | jq -r .vec' \
    'embed-score --model mean --prompt-records "the bank " --vec texts | jq -r .vec'
same 'and takes the place of the default' \
    'embed-score --model mean --vec texts | jq -r .vec' \
    'embed-score --model prompted --prompt-records "" --vec texts | jq -r .vec'
jq -c '.id = "s\(input_line_number)" | .domains = [["A", "B"][input_line_number % 2]]' texts >prompt-seeds
same 'seeds have their own' \
    'embed-score --model mean --prompt-records "the bank " --vec prompt-seeds >vecs
    embed-score --model mean --seeds vecs --min-score 0 texts | jq -c .scores' \
    'embed-score --model mean --prompt-seeds "the bank " --prompt-records "" \
	--seeds prompt-seeds --min-score 0 texts | jq -c .scores'
status 2 'a prompt of seeds alone' \
    'embed-score --model mean --prompt-seeds a --seeds prompt-seeds texts'
jq -c '.default_prompt_name = null' prompts >mean-prompts
cp -R mean unprompted && cp mean-prompts unprompted/config_sentence_transformers.json
alike 'prompts without a default are for others' unprompted mean
jq -c '.default_prompt_name = "document"' prompts >prompts2
cp -R mean empty-prompt && cp prompts2 empty-prompt/config_sentence_transformers.json
alike 'an empty prompt' empty-prompt mean
cp -R prompted odd-prompt
jq -c '.default_prompt_name = "web"' prompts >odd-prompt/config_sentence_transformers.json
refused 'a default that is no prompt' odd-prompt 'no prompt "web"'
cp -R prompted instructor
echo '{"pooling_mode":"mean","include_prompt":false}' >instructor/1_Pooling/config.json
refused 'a mean without the rows of the prompt' instructor 'include_prompt'
cp -R mean instructed && cp instructor/1_Pooling/config.json instructed/1_Pooling
like 'leave the prompt out' 'nor does one by option' \
    'embed-score --model instructed --prompt-records "a " --vec texts'

# Tokenizers that are not run.
tokenizer() { # NAME FILTER RE
	changed "t-$1" mean tokenizer.json "$2"
	refused "tokenizer: $1" "t-$1" "$3"
}
tokenizer no-normalizer '.normalizer = null' "the normalizer null"
tokenizer nfkc '.normalizer = {type: "Sequence", normalizers: [{type: "NFKC"}, .normalizer]}' \
    "the normalizer Sequence"
tokenizer lowercase '.normalizer = {type: "Lowercase"}' "the normalizer Lowercase"
tokenizer whitespace '.pre_tokenizer = {type: "Whitespace"}' 'pre_tokenizer Whitespace'
tokenizer no-pre '.pre_tokenizer = null' 'pre_tokenizer null'
tokenizer no-post '.post_processor = null' 'post_processor'
tokenizer bytes '.post_processor.type = "ByteLevel"' 'post_processor'
tokenizer unigram '.model.type = "Unigram"' 'normalizer BertNormalizer'
tokenizer single '.added_tokens[4].single_word = true' 'single_word'
tokenizer template '.post_processor = {type: "TemplateProcessing", single:
    [{SpecialToken: {id: "[CLS]"}}, {Sequence: {id: "A"}}]}' 'post_processor'
changed t-good mean tokenizer.json '.post_processor = {type: "TemplateProcessing",
    single: [{SpecialToken: {id: "[CLS]", type_id: 0}}, {Sequence: {id: "A",
    type_id: 0}}, {SpecialToken: {id: "[SEP]", type_id: 0}}]}'
alike 'the usual template' t-good mean
cp -R mean ja && echo '{"tokenizer_class":"BertJapaneseTokenizer"}' >ja/tokenizer_config.json
refused 'words of MeCab' ja BertJapaneseTokenizer

# Weights that are not those of config.json.
changed shallow mean config.json '.num_hidden_layers = 1'
refused 'fewer layers than there are weights' shallow 'encoder.layer.1.*no place'
changed deeper mean config.json '.num_hidden_layers = 3'
refused 'more layers' deeper 'no weights "encoder.layer.2'
# An edited copy of weights: a name, its float (or "drop"), where it goes.
cat >edit.py <<'PY'
import json, struct, sys
src, dst, name, value = sys.argv[1:5]
with open(src + "/model.safetensors", "rb") as f:
    data = f.read()
n = struct.unpack("<Q", data[:8])[0]
head, body, out, made = json.loads(data[8:8 + n]), data[8 + n:], {}, b""
if name not in head:
    head[name] = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
for k, v in head.items():
    part = body[slice(*v["data_offsets"])]
    if k == name and value == "drop":
        continue
    if k == name and value != "keep":
        part = part[:-4] + struct.pack("<f", float(value))
    out[k] = dict(v, data_offsets=[len(made), len(made) + len(part)])
    made += part
text = json.dumps(out).encode()
with open(dst + "/model.safetensors", "wb") as f:
    f.write(struct.pack("<Q", len(text)) + text + made)
PY
edited() { # NEW NAME VALUE
	cp -R mean "$1" && python3 edit.py mean "$1" "$2" "$3"
}
edited classifier classifier.weight keep
refused 'a classifier' classifier 'a classifier, which makes no vectors'
edited adapter encoder.layer.0.attention.self.query.lora_A.weight keep
refused 'weights that nothing is made of' adapter 'lora_A.*no place'
edited pooler pooler.dense.bias keep
alike 'but for the pooler' pooler mean
edited lacking encoder.layer.1.output.LayerNorm.weight drop
refused 'a weight that is missing' lacking 'no weights "encoder.layer.1.output'

# Infinite numbers and NaN.
for x in nan inf -inf; do
	edited "w$x" encoder.layer.1.output.dense.bias $x
	refused "a weight that is $x" "w$x" 'infinity or NaN'
	for verb in 'embed-score --vec --model' 'embed-score --calibrate --model' \
	    'embed-fit calibrate -o new --model' 'embed-fit distil -o new --teacher'; do
		$verb "w$x" texts >out 2>err
		[ $? -eq 2 ] && [ ! -s out ] && [ ! -e new ]
		report $? "$verb: $x" err
	done
done
edited huge encoder.layer.1.output.LayerNorm.weight 3e38
refused 'vectors that overflow' huge 'infinity or NaN'
embed-fit distil --teacher mean -o table texts 2>err
cp -R table table-nan && python3 edit.py table table-nan embeddings nan
refused 'a table with a NaN' table-nan 'infinity or NaN'
changed m-inf table config.json '.mean = [range(16) | 0] | .mean[3] = 1e300'
refused 'a mean that is infinite' m-inf '"mean"'

# What failed downloads leave in place of files.
lfs='version https://git-lfs.github.com/spec/v1'
i=0
for file in model.safetensors tokenizer.json config.json; do
	for what in "$lfs" '<!DOCTYPE html><html>' '' "$(printf '\357\273\277{}')"; do
		i=$((i + 1))
		cp -R mean "d$i"
		printf '%s' "$what" >"d$i/$file"
		case $what in
		version*) re='pointer of Git LFS' ;;
		'<'*) re='an HTML page' ;;
		'') re='is empty' ;;
		*) re='byte order mark' ;;
		esac
		refused "$file: $re" "d$i" "$file: .*$re"
	done
done
"$top/tests/tiny-bert" make txt txt
for what in "$lfs" ''; do
	i=$((i + 1))
	cp -R txt "d$i"
	printf '%s' "$what" >"d$i/vocab.txt"
	refused "vocab.txt: ${what:-empty}" "d$i" 'vocab.txt: (a pointer|the file is empty)'
done
size=$(wc -c <mean/model.safetensors)
for n in $((size - 5)) 300 9; do
	i=$((i + 1))
	cp -R mean "d$i"
	head -c "$n" mean/model.safetensors >"d$i/model.safetensors"
	refused "$n bytes of $size" "d$i" 'model.safetensors: cut short'
done
cp -R mean torch && printf 'PK\3\4...' >torch/model.safetensors
refused 'a checkpoint by that name' torch 'PyTorch'
cp -R mean mute && rm mute/tokenizer.json
refused 'no tokenizer' mute 'neither tokenizer.json nor vocab.txt'

# A text of which nothing is known is near to nothing.
for t in '' '   ' 'xyzzy plugh'; do
	echo "{\"id\":\"$t\",\"text\":\"$t\"}"
done >unknown
echo '{"id":"s","domains":["A"],"text":"the nurse"}' >seed
for m in mean cls table prompted; do
	export m
	ok "a text without a known token is zeros: $m" '
	    embed-score --model $m --vec unknown | jq -r .vec | base64 -d |
	    tr -d "\\0" | wc -c | grep -x 0'
	ok "and near to no seed: $m" 'embed-score --model $m --seeds seed \
	    --score cosine --min-sim 0.0001 unknown >out && test ! -s out'
done
done_testing
