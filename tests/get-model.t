# get-model: what it says about a folder, what it refuses, a package by its name
. "${0%/*}/tap.sh"

cd "$tmp" || exit
get=$top/examples/get-model
export get
"$top/tests/tiny-bert" make t cls
"$top/tests/tiny-bert" make parts index
echo '{"text":"the nurse"}' >text

ok 'a folder is looked at' '$get t >out && grep -q "^bert: 16 dimensions" out &&
    grep -q "2 layers, 2 heads, 17 tokens" out && grep -q "up to 12 tokens.*CLS" out'
same 'or copied' 'embed-score --model t --vec text' '
    $get t copy >/dev/null && embed-score --model copy --vec text'
same 'weights in several files' 'embed-score --model parts --vec text' '
    $get parts copy2 >/dev/null && embed-score --model copy2 --vec text'
mkdir deep
cp -R t deep/0_Transformer
rm -r deep/0_Transformer/1_Pooling
mkdir deep/1_Pooling
echo '{"pooling_mode":"cls"}' >deep/1_Pooling/config.json
echo '{"prompts":{"q":"the "},"default_prompt_name":"q"}' >deep/config_sentence_transformers.json
echo '[{"path":"0_Transformer","type":"sentence_transformers.models.Transformer"},
    {"path":"1_Pooling","type":"sentence_transformers.models.Pooling"}]' >deep/modules.json
same 'parts in folders, a prompt' 'embed-score --model deep --vec text' '
    $get deep copy3 | grep -q "up to 12 tokens.*CLS" && embed-score --model copy3 --vec text'
ok 'a folder that is there is not replaced' '
    $get parts copy >out 2>&1; test $? -eq 2 && grep -q "not replaced" out && test -f copy/1_Pooling/config.json'
status 0 'an empty one is taken' 'mkdir empty && $get t empty'
ok 'a static model' '$get t raw0 >/dev/null && embed-fit distil --teacher t -o raw &&
    $get raw | grep -q "^model2vec: 16"'

like 'git lfs pull' 'a pointer in place of the weights' '
    cp -R t lfs && echo "version https://git-lfs.github.com/spec/v1" >lfs/model.safetensors && $get lfs'
like 'a part of one|not the [0-9]+ that it says' 'weights cut short' '
    cp -R t cut && head -c 4000 t/model.safetensors >cut/model.safetensors && $get cut'
like 'neither tokenizer.json nor vocab.txt' 'no tokenizer' '
    cp -R t mute && rm mute/tokenizer.json && $get mute'
like 'no such file' 'no weights' 'cp -R t light && rm light/model.safetensors && $get light'
like 'type deberta' 'what embed-score can not run' '
    cp -R t other && jq ".model_type = \"deberta\"" t/config.json >other/config.json && $get other'
ok 'and nothing is left of it' '$get other new 2>/dev/null; test $? -eq 2 && ! ls -d new*'
# An ONNX file of our own: weights by name, by the place of a product, and transposed.
cat >onnx.py <<'P'
import json, struct


def number(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])

def field(n, value):
    if isinstance(value, int):
        return number(n << 3) + number(value)
    return number(n << 3 | 2) + number(len(value)) + value

data = open("t/model.safetensors", "rb").read()
size = struct.unpack("<Q", data[:8])[0]
head, body = json.loads(data[8:8 + size]), data[8 + size:]
graph = b""
for i, (name, t) in enumerate(sorted(head.items())):
    if name == "__metadata__":
        continue
    raw = body[slice(*t["data_offsets"])]
    shape = t["shape"]
    if len(shape) == 2 and "embeddings" not in name and "pooler" not in name:
        v = struct.unpack(f"<{len(raw) // 4}f", raw)
        raw = b"".join(struct.pack(f"<{shape[0]}f", *v[c::shape[1]])
                       for c in range(shape[1]))
        shape = shape[::-1]
        graph += field(1, field(1, b"in") + field(1, b"w%d" % i) +
                       field(3, b"/" + name.rsplit(".", 1)[0].replace(
                           ".", "/").encode() + b"/MatMul") +
                       field(4, b"MatMul"))
        name = "w%d" % i
    graph += field(5, b"".join(field(1, n) for n in shape) + field(2, 1) +
                   field(8, name.encode()) + field(9, raw))
open("t.onnx", "wb").write(field(1, 8) + field(7, graph))
P
ok 'an ONNX file is made a folder' "sed 's/384: 12/16: 2/' $top/examples/onnx-model >onnx-model &&
    python3 onnx.py . && python3 onnx-model t.onnx t/tokenizer.json cls made &&
    jq '.layer_norm_eps = 1e-12' t/config.json >t.config && cp -R t exact &&
    cp t.config exact/config.json &&
    embed-score --model exact --vec text >a && embed-score --model made --vec text | cmp - a"
ok 'with a prompt' "python3 onnx-model t.onnx t/tokenizer.json cls made2 'the ' &&
    jq -e '.prompts[.default_prompt_name] == \"the \"' made2/config_sentence_transformers.json"
status 1 'of an unknown width' "python3 $top/examples/onnx-model t.onnx t/tokenizer.json cls made3"
status 1 'no ONNX file' "python3 onnx-model text t/tokenizer.json cls made3"
status 2 'no name of an artifact' '$get a:b:../c y'
status 2 'neither a folder nor a name' '$get ../x y'
status 2 'an option for a name' '$get --pre y'
status 2 'a package and no folder' '$get some-package'
status 2 'nothing' '$get'

if python3 -m pip --version >/dev/null 2>&1; then
	python3 - <<-'PY'
	import os, zipfile
	os.mkdir("wheels")
	with zipfile.ZipFile("wheels/tiny_bert-1.0-py3-none-any.whl", "w") as z:
	    for folder, _, names in os.walk("t"):
	        for name in names:
	            path = os.path.join(folder, name)
	            z.write(path, "tiny_bert/model" + path[1:])
	    z.writestr("tiny_bert/config.json", "{}")
	    info = "tiny_bert-1.0.dist-info/"
	    z.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: tiny-bert\nVersion: 1.0\n")
	    z.writestr(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
	    z.writestr(info + "RECORD", "")
	PY
	export PIP_NO_INDEX=1 PIP_FIND_LINKS="$tmp/wheels"
	same 'a package by its name' 'embed-score --model t --vec text' '
	    $get tiny-bert got >/dev/null && embed-score --model got --vec text'
	like 'pip can.t get it' 'one that is not there' '$get no-such-package x'
else
	skip 'a package by its name' 'no pip'
fi
done_testing
