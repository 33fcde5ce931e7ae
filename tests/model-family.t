# models of BERT's kind: RoBERTa, XLM-R, MPNet, DistilBERT, DeBERTa, gte-v1.5 ("new")
# and ModernBERT, as encoders and with heads that classify, compared with plain Python
# (tests/tiny-family), and with onnxruntime if $PEERS has it (build/peers)
. "${0%/*}/tap.sh"

cd "$tmp" || exit
family=$top/tests/tiny-family
"$PEERS" -c 'import onnx, onnxruntime, safetensors, tokenizers' 2>/dev/null || PEERS=
export family PYTHONDONTWRITEBYTECODE=1
# Compared with onnxruntime on Hugging Face's tokens: within 1e-4, or by float16.
peer() { # FOLDER
	if [ -z "$PEERS" ]; then
		skip "$1: onnxruntime" 'no onnx, onnxruntime, safetensors and tokenizers'
		return
	fi
	"$PEERS" "$top/tests/bench/heads.py" "$1" texts >out 2>&1
	report $? "$1: onnxruntime" out
}
# the last is cut, by each of them
for t in 'the nurse reads the charts' 'bank' 'to a farm the bank lends money' \
    'the nurse lends money to the bank the bank reads the chart to a farm a farm a farm a farm money the the nurse the bank reads the charts a a'; do
	echo "{\"text\":\"$t\"}"
done >texts
for f in bert roberta xlm-roberta mpnet distilbert deberta-v2 new modernbert; do
	export f
	$family make "$f" "$f"
	ok "$f: vectors" 'embed-score --model $f --vec texts | $family vec $f'
	peer "$f"
	same "$f: one by one and together" 'embed-score --model $f --vec texts' \
	    'while read -r line; do echo "$line" | embed-score --model $f --vec
	    done <texts'
	cp -R "$f" "$f-cls" && mkdir "$f-cls/1_Pooling"
	echo '{"pooling_mode":"cls"}' >"$f-cls/1_Pooling/config.json"
	peer "$f-cls"
	ok "$f: by the first token, too, in float32 and int8" '
	    for p in float32 int8; do
		embed-score --model $f-cls --vec --precision $p texts >$f-$p || exit
	    done
	    differ $f-float32 $f-int8 && python3 -c "
import base64, json, struct
a, b = ([struct.unpack(\"<16e\", base64.b64decode(json.loads(r)[\"vec\"]))
         for r in open(f)] for f in (\"$f-float32\", \"$f-int8\"))
assert all(sum(p * q for p, q in zip(x, y)) > .98 for x, y in zip(a, b))"'
	for head in softmax sigmoid regression; do
		export head
		$family make "$f-$head" "$f" "$head"
		ok "$f with a head: $head" \
		    'domain-tag --model $f-$head --all --threshold 0.4 texts | $family scores $f-$head'
		peer "$f-$head"
	done
	same "$f with a head: one by one and together" \
	    'domain-tag --model $f-softmax --all texts' \
	    'while read -r line; do echo "$line" | domain-tag --model $f-softmax --all
	    done <texts'
	status 2 "$f: a head makes no vectors" 'embed-score --model $f-softmax --vec texts'
	status 2 "$f: without a head nothing is classified" 'domain-tag --model $f texts'
done
ok 'more records than are judged at once, bad ones among them, in order' '
    for i in $(seq 150); do cat texts; echo "{\"n\":$i}"; done |
    domain-tag --model bert-softmax --all >many 2>err
    [ $(grep -c scores many) -eq 600 ] && [ $(wc -l <many) -eq 750 ] &&
    domain-tag --model bert-softmax --all texts >four &&
    for i in $(seq 150); do cat four; echo "{\"n\":$i}"; done | cmp - many'
ok 'what is decided: as of every classifier' '
    domain-tag --model bert-softmax --threshold 0.3 texts | jq -e -s "
	all(.domains as \$d | .scores | keys_unsorted - \$d == [] and
	all(.[]; . >= 0.3))"'
ok 'a regression decides from --threshold on' '
    domain-tag --model bert-regression --all --threshold -1e6 texts |
	jq -s "map(.scores.a) | sort | .[2]" >third
    domain-tag --model bert-regression --threshold $(cat third) --as edu texts |
	jq -e -s "map(select(.edu == \"a\")) | length == 2"'
like 'numbers, not probabilities' 'which must be given' \
    'domain-tag --model bert-regression texts'
status 2 'a probability is one' 'domain-tag --model bert-softmax --threshold 3 texts'
status 2 'a folder has no windows' 'domain-tag --model bert-softmax --window 3 texts'
ok 'nothing known, nothing decided' '
    printf "%s\n" "{\"text\":\"\"}" "{\"text\":\"zzz\"}" |
    domain-tag --model bert-softmax --all --threshold 0 |
    jq -e -s "all(.domains == [] and all(.scores[]; . == 0))"'

# Texts with more tokens than queries that are attended to at once, and similar ones.
jq -n -c '{text: ("the nurse lends money to a farm " * 25)},
    {text: ("bank charts " * 50)}, {text: ("a " * 62)}, {text: ("a " * 31)}' >long
changed() { # NEW FROM FILTER
	cp -R "$2" "$1" && jq -c "$3" "$2/config.json" >"$1/config.json"
}
cp texts short && cp long texts
for f in modernbert new deberta-v2; do
	changed "$f-long" $f '.max_position_embeddings = 1000'
	peer "$f-long"
	changed "$f-long-head" $f-softmax '.max_position_embeddings = 1000'
	peer "$f-long-head"
done
mv short texts
changed bands modernbert '.layer_types = ["full_attention", "sliding_attention",
    "sliding_attention", "full_attention"] | .global_attn_every_n_layers = 1 |
    .rope_parameters = {full_attention: {rope_type: "default", rope_theta: 900},
    sliding_attention: {rope_type: "default", rope_theta: 40}} |
    del(.global_rope_theta, .local_rope_theta)'
same 'settings of transformers 5' 'embed-score --model bands --vec texts' \
    'embed-score --model modernbert --vec texts'
cp -R new kindless
jq -c '.type_vocab_size = 0' new/config.json >kindless/config.json
like 'token_type_embeddings.*no place' 'segments that config.json does not know' \
    'embed-score --model kindless --vec texts'
refused() { # FROM FILTER RE
	n=$((${n:-0} + 1))
	changed "r$n" "$1" "$2"
	export n
	like "$3" "$1: $3" 'embed-score --model r$n --vec texts'
}
refused modernbert '.rope_scaling = {type: "yarn", factor: 2}' '"rope_scaling"'
refused modernbert '.rope_parameters = {full_attention: {rope_type: "linear"}}' '"rope_parameters"'
refused modernbert '.local_attention = 1' '"local_attention"'
refused modernbert '.layer_types = "all"' '"layer_types"'
refused modernbert '.hidden_activation = "silu"' '"hidden_activation": silu'
refused modernbert '.attention_bias = true' 'no weights "layers.0.attn.Wqkv.bias"'
refused modernbert '.norm_bias = true' 'no weights "embeddings.norm.bias"'
refused new '.rope_scaling.type = "linear"' '"rope_scaling"'
refused new '.rope_scaling.mixed_b = 0.6' '"rope_scaling"'
refused new '.position_embedding_type = "absolute"' '"position_embedding_type"'
refused new '.layer_norm_type = "rms_norm"' '"layer_norm_type"'
refused new '.logn_attention_scale = true' '"logn_attention_scale"'
changed m-act modernbert-softmax '.classifier_activation = "relu"'
like '"classifier_activation": relu' 'a head of another kind' 'domain-tag --model m-act texts'

# The classifiers of NeMo Curator: a DeBERTa and one layer.
$family make nemo deberta-v2 nemo
ok "NeMo's classifiers" \
    'domain-tag --model nemo --all --threshold 0.4 texts | $family scores nemo'
peer nemo
# Settings that a deberta-v2 may have, and those that are refused.
changed listed deberta-v2 '.pos_att_type = ["c2p", "p2c"] | .max_relative_positions = 40'
same 'deberta-v2: the same settings in other words' 'embed-score --model listed --vec texts' \
    'embed-score --model deberta-v2 --vec texts'
changed exact deberta-v2 '.position_buckets = -1 | .max_relative_positions = 8'
peer exact
for cut in 6 31; do
	changed "most$cut" deberta-v2 ".max_relative_positions = $cut"
	peer "most$cut"
done
refused deberta-v2 '.relative_attention = false' '"relative_attention"'
refused deberta-v2 'del(.pos_att_type)' '"pos_att_type"'
refused deberta-v2 '.pos_att_type = ["c2p"]' '"pos_att_type"'
refused deberta-v2 '.pos_att_type = "c2p|p2c|p2p"' '"pos_att_type"'
refused deberta-v2 '.share_att_key = false' '"share_att_key"'
refused deberta-v2 '.conv_kernel_size = 3' '"conv_kernel_size"'
refused deberta-v2 '.norm_rel_ebd = "batch_norm"' '"norm_rel_ebd"'
refused deberta-v2 '.position_buckets = 2' '"position_buckets"'
refused deberta-v2 '.position_buckets = 6' 'rel_embeddings.*shape'
refused deberta-v2 '.max_relative_positions = 5' '"position_buckets"'
refused deberta-v2 '.max_relative_positions = 2.5' '"max_relative_positions"'
refused deberta-v2 'del(.position_biased_input)' 'no weights "embeddings.position_embeddings'
changed pooler deberta-v2-softmax '.pooler_hidden_act = "silu"'
like '"pooler_hidden_act": silu' 'deberta-v2: a head of another kind' \
    'domain-tag --model pooler texts'
changed noheight nemo 'del(.hidden_size)'
like '"hidden_size"' 'NeMo: a shape that is left to the base model' \
    'domain-tag --model noheight texts'

# Templates, for files as for folders.
jq -c '{url: "bank", text, n: 3}' texts >urls
jq -c '{text: ("bank\n\n" + .text)}' texts >joined
for m in bert-softmax roberta-sigmoid; do
	export m
	same "a template: $m" \
	    'domain-tag --model $m --all --template "{url}\n\n{text}" urls | jq -c .scores' \
	    'domain-tag --model $m --all joined | jq -c .scores'
done
domain-train -o linear "$top/tests/golden/domain-tag/train.jsonl"
same 'a template: a file' '
    echo "{\"a\":\"tug\",\"b\":\"{oven}\"}" |
	domain-tag --model linear --all --template "{{{a}}} {none} {b}" | jq -c .scores' '
    echo "{\"text\":\"{tug}  {oven}\"}" | domain-tag --model linear --all | jq -c .scores'
ok 'a record without any of it is bad, and passes' '
    echo "{\"n\":1}" | domain-tag --model bert-softmax --template "{url}" 2>err |
    grep -x "{\"n\":1}" && grep "no string that --template names" err'
for t in 'text' '{' '{}' '{a'; do
	status 2 "no template: $t" "domain-tag --model bert-softmax --template '$t' texts"
done

# What is refused.
changed odd bert-softmax '.problem_type = "ranking"'
like 'problem_type.*ranking' 'a problem that is not known' 'domain-tag --model odd texts'
changed few bert-softmax 'del(.id2label["2"])'
like 'classifier.weight.*shape' 'fewer labels than the head has' 'domain-tag --model few texts'
changed twice bert-softmax '.id2label = {"0": "a", "00": "b", "2": "c"}'
like 'id2label' 'labels that are no list' 'domain-tag --model twice texts'
changed albert bert-softmax '.model_type = "albert"'
like 'can.t run a model of type albert' 'another kind of model' \
    'domain-tag --model albert texts'
changed short roberta '.max_position_embeddings = 3'
like 'shape|too few positions' 'no room for a text' 'embed-score --model short --vec texts'
# A new with the tokenizer of XLM-R, as gte-multilingual-base.
$family make multi new && cp xlm-roberta/tokenizer.json multi
peer multi
cp -R roberta level
jq -c '.model.type = "WordLevel"' roberta/tokenizer.json >level/tokenizer.json
like 'WordLevel' 'words alone are not known' 'embed-score --model level --vec texts'
done_testing
