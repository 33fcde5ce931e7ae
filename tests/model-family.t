# models of BERT's kind: RoBERTa, MPNet and DistilBERT, as encoders and with heads
# that classify, against plain Python (tests/tiny-family) and onnxruntime, where
# $PEERS has it (build/peers)
. "${0%/*}/tap.sh"

cd "$tmp" || exit
family=$top/tests/tiny-family
: "${PEERS:=$top/build/peers/bin/python}"
"$PEERS" -c 'import onnx, onnxruntime, safetensors, tokenizers' 2>/dev/null || PEERS=
export family PEERS PYTHONDONTWRITEBYTECODE=1
# That of onnxruntime, by Hugging Face's tokenizers: within 1e-4, or float16.
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
for f in bert roberta mpnet distilbert; do
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
	    ! cmp -s $f-float32 $f-int8 && python3 -c "
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
changed() { # NEW FROM FILTER
	cp -R "$2" "$1" && jq -c "$3" "$2/config.json" >"$1/config.json"
}
changed odd bert-softmax '.problem_type = "ranking"'
like 'problem_type.*ranking' 'a problem that is not known' 'domain-tag --model odd texts'
changed few bert-softmax 'del(.id2label["2"])'
like 'classifier.weight.*shape' 'fewer labels than the head has' 'domain-tag --model few texts'
changed twice bert-softmax '.id2label = {"0": "a", "00": "b", "2": "c"}'
like 'id2label' 'labels that are no list' 'domain-tag --model twice texts'
changed deberta bert-softmax '.model_type = "deberta-v2"'
like 'can.t run a model of type deberta-v2' 'another kind of model' \
    'domain-tag --model deberta texts'
changed short roberta '.max_position_embeddings = 3'
like 'shape|too few positions' 'no room for a text' 'embed-score --model short --vec texts'
cp -R roberta unigram
jq -c '.model.type = "Unigram"' roberta/tokenizer.json >unigram/tokenizer.json
like 'Unigram' 'pieces of a Unigram are not known' 'embed-score --model unigram --vec texts'
done_testing
