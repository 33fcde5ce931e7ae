# settings in a model's folder: each that is out of range is refused by its name, and
# what may be left out or null is as if it were not there
. "${0%/*}/tap.sh"

cd "$tmp" || exit
for t in 'the nurse reads the chart' 'a farm' 'The BANK lends money'; do
	echo "{\"text\":\"$t\"}"
done >texts
"$top/tests/tiny-bert" make mean mean
"$top/tests/tiny-bert" make cls cls
"$top/tests/tiny-bert" make index index
"$top/tests/tiny-bert" make txt txt

# A static encoder of whole words, as embed-fit lsa makes one.
cat >words.py <<'PY'
import json, os, struct
words = ["the", "nurse", "reads", "bank", "lends"]
rows = [[(i * 5 + j * 3) % 7 - 3 for j in range(4)] for i in range(5)]
os.makedirs("words")
head = json.dumps({"embeddings": {"dtype": "F32", "shape": [5, 4],
                                  "data_offsets": [0, 80]},
                   "weights": {"dtype": "F32", "shape": [5], "data_offsets": [80, 100]},
                   "mapping": {"dtype": "I32", "shape": [5], "data_offsets": [100, 120]}})
with open("words/model.safetensors", "wb") as f:
    f.write(struct.pack("<Q", len(head)) + head.encode() +
            struct.pack("<20f", *sum(rows, [])) + struct.pack("<5f5i", 1, 2, 1, 1, 3,
                                                              0, 1, 2, 3, 4))
with open("words/config.json", "w") as f:
    json.dump({"model_type": "model2vec", "tf": "log"}, f)
with open("words/tokenizer.json", "w") as f:
    json.dump({"model": {"type": "WordLevel", "unk_token": "[UNK]",
                         "vocab": {t: i for i, t in enumerate(words)}}}, f)
PY
python3 words.py
# The head of a folder's model.safetensors changed by jq, its data as they are.
cat >head.py <<'PY'
import json, struct, subprocess, sys
with open(sys.argv[1], "rb") as f:
    data = f.read()
n = struct.unpack("<Q", data[:8])[0]
head = subprocess.run(["jq", "-c", sys.argv[2]], input=data[8:8 + n],
                      stdout=subprocess.PIPE, check=True).stdout.strip()
with open(sys.argv[1], "wb") as f:
    f.write(struct.pack("<Q", len(head)) + head + data[8 + n:])
PY

nfolder=0
changed() { # FROM FILE FILTER: a copy, in $new; the file may not be there yet
	nfolder=$((nfolder + 1))
	new=f$nfolder
	cp -R "$1" $new
	case $2 in
	*.safetensors) python3 head.py "$new/$2" "$3" ;;
	*) jq -c "$3" "$( [ -e "$1/$2" ] && echo "$1/$2" || echo empty)" >"$new/$2" ;;
	esac
	export new
}
echo '{}' >empty
refused() { # FROM FILE FILTER RE
	changed "$1" "$2" "$3"
	embed-score --model "$new" --vec texts >out 2>err
	[ $? -eq 2 ] && [ ! -s out ] && [ "$(wc -l <err)" -eq 1 ] &&
	    grep -qE -- "$4" err
	report $? "$1/$2: $3: refused" err
}
vectors() { # those of the folder $as, made once
	[ -e "$as.vec" ] || embed-score --model "$as" --vec texts >"$as.vec"
}
alike() { # FROM FILE FILTER [AS]
	changed "$1" "$2" "$3"
	export as="${4:-$1}"
	vectors
	ok "$1/$2: $3: as ${4:-before}" \
	    'embed-score --model $new --vec texts | cmp - $as.vec'
}
differs() { # FROM FILE FILTER
	changed "$1" "$2" "$3"
	export as="$1"
	vectors
	ok "$1/$2: $3: other vectors" 'embed-score --model $new --vec texts >a &&
	    differ a $as.vec'
}

# config.json of every model.
for m in mean words; do
	refused $m config.json '[]' 'config.json: no object'
	refused $m config.json '.model_type = 3' '"model_type" is no string'
	refused $m config.json '.truncate_dim = 17' '"truncate_dim" is not 1 to'
	alike $m config.json '.t_sim = -1 | .max_length = null | .truncate_dim = null'
done
m=words
refused $m config.json '.model_type = "gpt2"' "can't run a model of type gpt2"
refused $m config.json '.tf = "raw"' '"tf" is not "log"'
refused $m config.json '.tf = 3' '"tf" is not "log"'
for x in 0 1048577 '"9"'; do
	refused $m config.json ".max_length = $x" '"max_length" is not 1 to 1048576'
done
for x in 0 '"4"'; do
	refused $m config.json ".truncate_dim = $x" '"truncate_dim" is not 1 to'
done
for x in 1.5 -1.5 '"0.5"'; do
	refused $m config.json ".t_sim = $x" '"t_sim" is no cosine'
done
for x in 3 '[1]' '["a", 0, 0, 0]' '[range(5)]'; do
	refused $m config.json ".mean = $x" '"mean" is no array of'
done
for x in 3 '"AAAA"'; do
	refused $m config.json ".covariance = $x" '"covariance" is no base64 of'
done

# The table of a static encoder, and its tokens.
w=model.safetensors
refused words $w '{rows: .embeddings, weights, mapping}' 'no matrix "embeddings" of F64'
refused words $w '.embeddings.shape = [20]' 'no matrix "embeddings"'
refused words $w '.embeddings.shape = [5, 2, 2]' 'no matrix "embeddings"'
refused words $w '.embeddings.dtype = "I32"' 'no matrix "embeddings"'
refused words $w '.weights.shape = [1, 5]' '"weights" is not a number for each token'
refused words $w '.weights.dtype = "I32"' '"weights" is not a number for each token'
refused words $w '.mapping.shape = [5, 1]' '"mapping" is no list of rows'
refused words $w '.mapping.dtype = "F32"' '"mapping" is no list of rows'
refused words $w '.weights.shape = [2] | .weights.data_offsets = [80, 88] |
    .x = {dtype: "F32", shape: [3], data_offsets: [88, 100]}' '"weights" is not a number'
alike words $w '.mapping.dtype = "U32"'
t=tokenizer.json
refused words $t '[]' 'no "model"'
refused words $t 'del(.model)' 'no "model"'
refused words $t '.model = 3' 'no "model"'
refused words $t 'del(.model.type)' "can't run a tokenizer of type unknown"
refused words $t '.model.type = "BPE"' "can't run a tokenizer of type BPE"
refused words $t 'del(.model.vocab)' 'no "vocab"'
refused words $t '.model.vocab = ["the"]' '"vocab" is no object'
refused words $t '.model.vocab.the = 5' 'a token has no row in the matrix'
refused words $t '.model.vocab.the = "0"' 'a token has no row in the matrix'
differs words $t '.model.vocab.the = 1'
refused words modules.json '[{type: "StaticEmbedding", path: ""}]' \
    'no matrix "embedding.weight"'
for file in config.json tokenizer.json model.safetensors; do
	changed words config.json .
	rm "$new/$file"
	status 2 "words without $file" 'embed-score --model $new --vec texts'
done
# A prompt before texts, of which some hold nothing that is known.
echo '{"text":"xyz"}' >>texts
rm -f ./*.vec
s=config_sentence_transformers.json
alike words $s '{prompts: {q: "the nurse "}}'
differs words $s '{prompts: {q: "the nurse "}, default_prompt_name: "q"}'
ok 'a text of which nothing is known is nothing, with a prompt or without' '
    tail -n 1 a | jq -r .vec | base64 -d | tr -d "\\0" | wc -c | grep -x 0'

# Word pieces: a table made of a BERT, and the same as a StaticEmbedding.
embed-fit distil --teacher mean --dim 16 -o table 2>err
jq -n -c '[range(3000) | "farm"] | {text: ("the nurse reads a chart " * 2 + join(" "))},
    {text: ("the nurse reads a chart " * 2)}' >long
ok 'of a long text the first ten pieces count' 'embed-score --model table --vec long |
    jq -r .vec | uniq | wc -l | grep -x 1'
refused table $t '.model.vocab.x = 99' 'a token is beyond'
refused table $t 'del(.model.vocab["[UNK]"]) | .added_tokens = []' 'no unknown token in "vocab"'
mkdir still
cp table/tokenizer.json table/model.safetensors still
changed still $w '{"embedding.weight": .embeddings}'
echo '[{"type":"StaticEmbedding","path":""}]' >"$new/modules.json"
rm -r still
mv "$new" still
ok 'of a StaticEmbedding all pieces count' 'embed-score --model still --vec long |
    jq -r .vec | uniq | wc -l | grep -x 2'
refused still $t '.truncation = {}' '"truncation" has no length'
refused still $t '.truncation = {max_length: "9"}' '"truncation" has no length'
refused still $t '.model.type = "WordLevel"' "can't run a tokenizer of type WordLevel"
alike still $t '.truncation = null'
alike still $t 'del(.truncation)'
changed still $t '.truncation = {max_length: 10}'
ok 'or as many as its tokenizer leaves' 'embed-score --model $new --vec long |
    jq -r .vec | uniq | wc -l | grep -x 1'

# config.json of a BERT.
for x in hidden_size num_hidden_layers num_attention_heads intermediate_size \
    vocab_size max_position_embeddings; do
	refused mean config.json "del(.$x)" "\"$x\" is not a number of 1 to"
done
for x in 0 1e9 '"8"'; do
	refused mean config.json ".hidden_size = $x" '"hidden_size" is not a number of 1 to'
done
refused mean config.json '.num_attention_heads = 3' '16 dimensions cannot be divided into 3'
differs mean config.json '.num_attention_heads = 4'
alike mean config.json 'del(.hidden_act)'
alike mean config.json '.hidden_act = 3'
refused mean config.json '.hidden_act = "relu"' '"hidden_act": relu'
differs mean config.json '.hidden_act = "gelu_new"'
tanh=$new
alike mean config.json '.hidden_act = "gelu_pytorch_tanh"' $tanh
alike mean config.json 'del(.layer_norm_eps)'
differs mean config.json '.layer_norm_eps = 0.5'
alike mean config.json '.position_embedding_type = "absolute"'
refused mean config.json '.position_embedding_type = "relative_key"' \
    '"position_embedding_type": relative_key'
refused mean config.json '.vocab_size = 16' 'are not of the shape that config.json says'
refused mean config.json '.intermediate_size = 12' 'are not of the shape'
refused mean $w '."embeddings.LayerNorm.weight".shape = [1, 16]' 'are not of the shape'
refused mean $w '."embeddings.word_embeddings.weight".shape = [16, 17]' 'are not of the shape'
refused mean $w '."encoder.layer.0.intermediate.dense.weight" |=
    (.dtype = "F16" | .shape = [24, 32])' 'are not of the shape'
"$top/tests/tiny-family" make modern modernbert softmax
refused modern config.json '.max_position_embeddings = 2' 'too few positions'

# Weights in several files.
i=model.safetensors.index.json
refused index $i '{}' 'no "weight_map"'
refused index $i '.weight_map = ["a.safetensors"]' 'no "weight_map"'
refused index $i '.weight_map.x = "../a.safetensors"' 'no file name'
refused index $i '.weight_map.x = 3' 'no file name'
refused index $i '.weight_map.x = "c.safetensors"' 'c.safetensors: no such file; weights must be'
alike index $i '.' mean
changed index $i '.weight_map += ([range(70) | {key: "x\(.)", value: "c\(.).safetensors"}]
    | from_entries)'
for n in $(seq 0 69); do
	printf '\2\0\0\0\0\0\0\0{}' >"$new/c$n.safetensors"
done
like 'more than 64 files of weights' 'more files than are opened' \
    'embed-score --model $new --vec texts'
changed mean config.json .
rm "$new/$w"
like "$w: no such file; weights must be in the safetensors format" 'no weights' \
    'embed-score --model $new --vec texts'

# tokenizer.json of WordPiece.
refused mean $t 'del(.model)' 'no WordPiece "vocab"'
refused mean $t 'del(.model.vocab)' 'no WordPiece "vocab"'
refused mean $t '.model.vocab = []' 'no WordPiece "vocab"'
refused mean $t '.model.type = "WordLevel"' "can't run a tokenizer of type WordLevel"
alike mean $t 'del(.model.type)'
refused mean $t '.model.vocab.x = 17' 'a token is beyond "vocab_size"'
refused mean $t 'del(.normalizer)' "can't run the normalizer null"
refused mean $t 'del(.model.vocab["[UNK]"]) | del(.added_tokens[1])' \
    'the vocabulary lacks \[UNK\]'
refused mean $t '.post_processor.cls[0] = "[X]"' 'the vocabulary lacks \[X\] or \[SEP\]'
refused mean $t '.post_processor.sep[0] = "[X]"' 'the vocabulary lacks \[CLS\] or \[X\]'
refused mean $t '[]' 'no WordPiece "vocab"'
refused mean $t '.added_tokens = [range(2000) | {id: 4, content: "t\(.)"}]' 'more than .* added tokens'
alike mean $t 'del(.added_tokens)'
alike mean $t '.added_tokens = {}'
alike mean $t '.added_tokens += [{id: 4}, {content: "the"}, {id: "x", content: "the"}]'
alike mean $t 'del(.model.unk_token, .model.continuing_subword_prefix)'
alike mean $t '.model.unk_token = 3 | .model.continuing_subword_prefix = 3'
differs mean $t '.normalizer.lowercase = false'
cased=$new
alike mean $t '.model.max_input_chars_per_word = 100'
differs mean $t '.model.max_input_chars_per_word = 3'
"$top/tests/tiny-family" make bytes roberta
"$top/tests/tiny-family" make pieces xlm-roberta
for m in bytes pieces; do
	refused $m $t '.post_processor |= (tostring | gsub("<s>"; "<x>") | fromjson)' \
	    'the vocabulary lacks <x> or </s>'
	refused $m $t '.post_processor |= (tostring | gsub("</s>"; "<x>") | fromjson)' \
	    'the vocabulary lacks <s> or <x>'
	refused $m $t '.added_tokens += [{id: 9999, content: "<x>"}]' 'a token is beyond "vocab_size"'
done
refused pieces $t 'del(.model.unk_id)' 'no unknown token'

# What other files say of the tokens.
c=tokenizer_config.json
alike mean $c '.do_lower_case = false' "$cased"
alike "$cased" $c '.do_lower_case = true' mean
alike "$cased" sentence_bert_config.json '.do_lower_case = true' mean
alike mean sentence_bert_config.json '.do_lower_case = false'
alike mean $c '.tokenizer_class = "BertTokenizer"'
alike mean $c '.do_lower_case = 3 | .strip_accents = false | .tokenize_chinese_chars = false'
alike mean $c '.model_max_length = 1e30'
alike mean $c '.model_max_length = "4"'
differs mean $c '.model_max_length = 4'
four=$new
for f in bert roberta distilbert; do
	alike mean sentence_${f}_config.json '.max_seq_length = 4' "$four"
done
alike "$four" sentence_bert_config.json '.max_seq_length = 512' mean
alike mean sentence_bert_config.json '.max_seq_length = null'
refused mean $c '.model_max_length = 2' 'reads only 2 tokens'
refused mean sentence_bert_config.json '.max_seq_length = 0' 'reads only 0 tokens'
alike txt $c '.do_lower_case = true' mean
alike txt $c '.do_lower_case = false' "$cased"

# Parts, pooling and prompts.
m=modules.json
refused mean $m '{}' 'modules.json: no array'
refused mean $m '[]' 'no Pooling'
refused mean $m '[{idx: 0}]' "can't run of no type as part 1"
refused mean $m '[{type: "a.Normalize"}]' "can't run a.Normalize as part 1"
refused mean $m '[{type: "a.Transformer"}, {type: "a.Transformer"}]' 'a.Transformer as part 2'
refused mean $m '[{type: "a.Transformer", path: "/tmp"}]' 'a path outside of it'
refused mean $m '[{type: "a.Transformer"}, {type: "a.Pooling", path: "1_Pooling"},
    {type: "a.Pooling", path: "1_Pooling"}]' 'a.Pooling as part 3'
refused mean $m '[{type: "a.StaticEmbedding"}, {type: "a.Pooling", path: "1_Pooling"}]' \
    'a.Pooling as part 2'
alike mean $m '[{type: "Transformer"}, {type: "Pooling", path: "1_Pooling"}]'
alike mean $m '[{type: "a.Transformer", path: "a\u0000b"},
    {type: "a.Pooling", path: "1_Pooling"}, {type: "a.Dropout"}]'
p=1_Pooling/config.json
refused mean $p '{pooling_mode: [3]}' "can't run pooling by 3"
refused mean $p '{pooling_mode: null}' "can't run pooling by null"
refused mean $p '{pooling_mode_mean_tokens: 3}' "can't run \"pooling_mode_mean_tokens\""
refused mean $p '{pooling_mode_max_tokens: true}' "can't run pooling by max"
refused mean $p '{pooling_mode_: true}' "can't run pooling by "
refused mean $p '{pooling_mode: "mean", include_prompt: 3}' "can't run \"include_prompt\""
alike mean $p '{pooling_mode_max_tokens: false, pooling_mode_cls_token: false}'
alike mean $p '{pooling_mode_cls_token: true}' cls
alike mean $p '{pooling_mode: "mean", pooling_mode_cls_token: true, include_prompt: false}'
for x in '{}' '{prompts: 3}' '{prompts: {}}' '{prompts: {q: 3}}'; do
	refused mean $s "$x | .default_prompt_name = \"q\"" 'no prompt "q", which is the default'
done
alike mean $s '{prompts: {q: "the "}}'
differs mean $s '{prompts: {q: "the "}, default_prompt_name: "q"}'

# What a classifier says of its labels.
"$top/tests/tiny-family" make head bert softmax
tags() { # FILTER EXPECTED: what jq makes of the first record
	changed head config.json "$1"
	ok "head: $1: $2" 'domain-tag --model $new --all --threshold 0.4 texts >out &&
	    head -n 1 out | jq -e '"'$2'"
}
untagged() { # FILTER RE
	changed head config.json "$1"
	like "$2" "head: $1: refused" 'domain-tag --model $new texts'
}
tags '.' '.scores | keys == ["a", "b & c", "d"]'
tags 'del(.id2label) | .num_labels = 3' '.scores | keys == ["LABEL_0", "LABEL_1", "LABEL_2"]'
tags '.problem_type = "single_label_classification"' '.scores | add | . > 0.999 and . < 1.001'
tags 'del(.problem_type)' '.scores | add | . > 0.999 and . < 1.001'
tags '.problem_type = "multi_label_classification"' '.scores | all(. > 0 and . < 1)'
tags '.id2label = 3 | .num_labels = 3' '.scores | keys == ["LABEL_0", "LABEL_1", "LABEL_2"]'
untagged 'del(.id2label)' 'classifier.weight.* are not of the shape'
untagged 'del(.id2label) | .num_labels = 0' 'no labels'
untagged '.id2label = {}' 'no labels'
untagged '.id2label["2"] = 3' '"id2label" is no list of names'
untagged '.id2label = {"0": "a", "1": "b", "x": "c"}' '"id2label" is no list of names'
untagged '.id2label = {"0": "a", "1": "b", "3": "c"}' '"id2label" is no list of names'
untagged 'del(.id2label) | .num_labels = 1e6' 'no labels'
untagged '[]' 'no such file, or no object'
"$top/tests/tiny-family" make number bert regression
changed number config.json 'del(.problem_type)'
same 'one label, and nothing said: a regression' 'domain-tag --model $new --all --threshold 0 texts' \
    'domain-tag --model number --all --threshold 0 texts'
changed head $w 'with_entries(.key |= sub("^classifier"; "fc"))'
like 'a classifier, which makes no vectors' 'a head by its other name' \
    'embed-score --model $new --vec texts'
changed modern config.json '.classifier_pooling = "max"'
like '"classifier_pooling": max' 'pooling by the greatest' 'domain-tag --model $new texts'
changed modern config.json 'del(.norm_eps)'
same 'the usual norm_eps' 'domain-tag --model $new --all texts' \
    'domain-tag --model modern --all texts'
done_testing
