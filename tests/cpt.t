# examples/cpt: from the sample to its table, without network, and what each step promises
. "${0%/*}/tap.sh"

for python in "$PEERS" python3 /usr/bin/python3; do
	"$python" -c 'import numpy' 2>/dev/null && break
	python=
done
if [ -z "$python" ]; then
	skip 'examples/cpt' 'no numpy'
	done_testing
	exit
fi
cd "$tmp" || exit
export python PYTHONPATH="$top/examples/cpt" PYTHONDONTWRITEBYTECODE=1
cpt="$top/examples/cpt"
export cpt
cat >recipe <<R
exec make -s -C "$cpt" OUT="$tmp/out" PYTHON="$python" RUNS='1 2' \\
    ARMS='crawl paper ours truth seeds dsir' "\$@"
R

ok 'from the sample to a table and a plot' \
    'sh recipe >log 2>&1 || { tail log; exit 1; }
    test $(grep -c "^| .*[0-9]\.[0-9]" out/Healthcare/ngram/table.md) -eq 7 &&
    grep -q "<circle" out/Healthcare/ngram/plot.svg'
ok 'a second run does nothing' \
    'sh recipe -q'
ok 'other arms or runs are another table' \
    '! sh recipe -q RUNS=3 && ! sh recipe -q ARMS="crawl ours"'
ok 'what is held out is in no shard of an arm' '
    jq -r .doc out/pool/held-*.jsonl out/general/held-*.jsonl | sort -u >held
    jq -r .doc out/base.jsonl out/crawl.jsonl | sort -u >used
    test -s held && test -z "$(comm -12 held used)"'
ok 'no label is in what is mined' \
    '! grep -q "\"domains\"" out/crawl.jsonl && grep -q "\"domains\"" out/crawl-true.jsonl'
# A page has up to about a thousand tokens here, so neither number is exact.
ok 'all arms have the same tokens, about a quarter of them mined' '
    jq -e -s "map(.tokens) | max <= 6000 and min > 4000" \
	out/Healthcare/ids/*-[12]/manifest.json &&
    jq -e ".sources[0].share | . > 0.15 and . < 0.35" \
	out/Healthcare/ids/truth-1/manifest.json'
ok 'ids stand for all bytes of the text' '
    jq -j .text out/Healthcare/held.jsonl | wc -c >want
    $python -c "
import ids
print(ids.byte_lengths(\"out/tokenizer\")[ids.read(\"out/Healthcare/ids/domain\")].sum())" |
    cmp - want'
ok 'the tokenizer is the same when it is learnt again' '
    $python $cpt/bpe.py --vocab 512 again out/base.jsonl &&
    cmp again/tokenizer.json out/tokenizer/tokenizer.json'
ok 'the probabilities after a context add up to 1, the seen one is likely' '
    $python -c "
import numpy, ngram
draw = numpy.random.default_rng(0)
for n in 40, 3000:
    stream = draw.zipf(1.5, n) % 20
    model = ngram.KneserNey(stream, 20)
    for i in range(30):
        context = draw.integers(0, 20, 4) if i % 2 else stream[i:i + 4]
        p = [model.probabilities(numpy.append(context, w))[-1] for w in range(20)]
        assert abs(sum(p) - 1) < 1e-9 and min(p) > 0
text = numpy.tile([1, 2, 3, 4, 5, 6], 20)
assert ngram.KneserNey(text, 20).probabilities(text)[10:].min() > 0.8"'
ok 'DSIR takes what has the words of the target' '
    echo "{\"text\": \"red green blue\"}" >target
    printf "{\"text\": \"%s\"}\n" "one two three four" "green blue red" \
	"five six seven" >pile
    test "$($python $cpt/dsir.py --target target --count 1 pile)" = "$(sed -n 2p pile)"'

if "$python" -c 'import torch' 2>/dev/null; then
	train="$python $cpt/train.py --ids out/ids/base --batch 2 --context 32
	    --size 3M --tokenizer out/tokenizer --tokens 128"
	export train
	ok 'a training in slices ends with the model of one in one go' '
	    $train -o whole 2>log || { cat log; exit 1; }
	    n=0
	    while $train -o sliced --minutes 0 2>>log; [ $? -eq 75 ]; do
		n=$((n + 1)); [ $n -lt 5 ] || exit 1
	    done
	    test $n -eq 1 && $python -c "
import torch
a, b = (torch.load(f\"{run}/model.pt\")[\"model\"] for run in (\"whole\", \"sliced\"))
assert all(torch.equal(a[k], b[k]) for k in a)"'
	ok 'a killed training goes on to the same loss and model' '
	    long="$train --tokens 19200 --bf16"
	    $long -o killed 2>log1 &
	    n=0
	    until test -s killed/state.pt || test $((n += 1)) -gt 1200; do
		sleep 0.05
	    done
	    kill -KILL $!
	    wait $!
	    test $? -eq 137 && test ! -e killed/model.pt &&
	    $long -o killed 2>log1 && $long -o quiet 2>log2 &&
	    sed "s/.*: step/step/" log1 >rest && sed "s/.*: step/step/" log2 >all &&
	    test $(wc -l <all) -eq 6 && test $(wc -l <rest) -lt 6 &&
	    tail -n $(wc -l <rest) all | cmp - rest && $python -c "
import torch
a, b = (torch.load(f\"{run}/model.pt\")[\"model\"] for run in (\"killed\", \"quiet\"))
assert all(torch.equal(a[k], b[k]) for k in a)"'
	ok 'a run of other settings or shards begins anew, one of the same is kept' '
	    cp -r whole again-whole && $train -o again-whole 2>log && test ! -s log &&
	    cmp whole/model.pt again-whole/model.pt &&
	    $train -o again-whole --seed 1 2>log && grep -q "not used" log &&
	    differ whole/model.pt again-whole/model.pt &&
	    $train -o again-whole --seed 1 --ids out/ids/general 2>log &&
	    grep -q "not used" log'
	ok 'more steps make what was trained on likelier' '
	    score="$python $cpt/train.py --tokenizer out/tokenizer
		--held base=out/ids/base --score"
	    $train -o more --base whole --tokens 512 2>log &&
	    $score whole >a && $score more >b &&
	    jq -e -s ".[1].bits_per_byte.base < .[0].bits_per_byte.base" a b'
	ok 'a folder of Hugging Face holds the same numbers' '
	    $python $cpt/hf.py whole out/tokenizer hf && $python -c "
import json, struct, numpy, torch
raw = open(\"hf/model.safetensors\", \"rb\").read()
n, = struct.unpack_from(\"<Q\", raw)
head = json.loads(raw[8:8 + n])
model = torch.load(\"whole/model.pt\")[\"model\"]
assert head.pop(\"__metadata__\") and head.keys() == model.keys()
for name, t in head.items():
    low, high = (8 + n + at for at in t[\"data_offsets\"])
    values = numpy.frombuffer(raw[low:high], numpy.float32).reshape(t[\"shape\"])
    assert (values == model[name].numpy()).all()"'
	if "$python" -c 'import tokenizers' 2>/dev/null; then
		ok 'the likelihood of an answer is that of its ids, one by one' '
		    $python -c "
import choices, torch, train
model = train.load(\"whole\")
prompt, answers = [5, 6, 7, 8], [[9], [10], [9, 11], [9, 12], [13, 14, 15]]
for answer, found in zip(answers, choices.likelihoods(model, prompt, answers)):
    want = 0
    for i, one in enumerate(answer):
        with torch.no_grad():
            logits = model(torch.tensor([prompt + answer[:i]]))[0, -1]
        want += logits.log_softmax(-1)[one].item()
    assert abs(found - want) < 1e-4"'
		ok 'two question sets by likelihood, with intervals' '
		    for answer in yes no maybe yes; do
			printf "{\"question\": \"Is it?\", \"context\": [\"a\", \"b\"],
			    \"answer\": \"%s\"}" $answer | tr -d "\n\t"
			echo
		    done >pubmedqa
		    for label in positive neutral negative; do
			echo "{\"text\": \"Profit rose.\", \"label\": \"$label\"}"
		    done | gzip >phrasebank.gz
		    $python $cpt/choices.py --tokenizer out/tokenizer --pubmedqa pubmedqa \
			--phrasebank phrasebank.gz whole >said &&
		    jq -e ".pubmedqa.questions == 4 and .pubmedqa.most_frequent == 0.5 and
			(.phrasebank | .questions == 3 and
			.accuracy.low <= .accuracy.value and
			.accuracy.value <= .accuracy.high)" said'
	else
		skip 'questions' 'no tokenizers'
	fi
else
	skip 'training' 'no torch'
fi
done_testing
