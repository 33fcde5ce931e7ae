# ids of byte-level BPE: those that Hugging Face's tokenizers gave to a few
# texts; what is refused; and, where the package tokenizers is (in build/peers,
# or where $PEERS names a python), many texts by models that it trains here on
# the sample: GPT-2's, Llama 3's and Qwen 2's expressions, both forms of merges
. "${0%/*}/tap.sh"

for kind in gpt2 llama3 qwen2; do
	same "golden $kind" "cat $kind.ids" "$B/bench/ids $kind <texts"
done
cd "$tmp" || exit

refused() { # MESSAGE FROM TO
	rm -rf bad && mkdir bad
	sed "s/$2/$3/" "$top/tests/golden/bpe/llama3/tokenizer.json" \
	    >bad/tokenizer.json
	like "bad/tokenizer.json: .*$1" "refused: $3" "$B/bench/ids bad </dev/null"
	status 2 'with status 2' "$B/bench/ids bad </dev/null"
}
refused 'the normalizer Lowercase' '"normalizer":null' \
    '"normalizer":{"type":"Lowercase"}'
refused 'by the pattern of GPT-2, Llama 3 or Qwen 2' '{1,3}' '{1,4}'
refused '"pre_tokenizer"' '"Isolated"' '"Removed"'
refused '"pre_tokenizer"' '"use_regex":false' '"use_regex":true'
refused 'type Unigram' '"type":"BPE"' '"type":"Unigram"'
refused '"dropout"' '"dropout":null' '"dropout":0.1'
refused '"end_of_word_suffix"' '"end_of_word_suffix":null' \
    '"end_of_word_suffix":"<\/w>"'
refused 'a byte without a token' '"!":[0-9]*,' ''
refused 'merge 0 is no pair' '"merges":\[' '"merges":[["a","!"],'
refused 'a token without an id' '"#":[0-9]*' '"#":"x"'
refused '"single_word"' '"single_word":false' '"single_word":true'
refused '' '^{' ''

# A word of 4 MB takes no longer, for its length, than a text.
ok 'long words in n log n' "head -c 4000000 /dev/zero | tr '\\0' a >long &&
    (ulimit -t 60; $B/bench/ids $top/tests/golden/bpe/gpt2 <long |
    tr ' ' '\\n' | sort | uniq -c >counts) && test \$(wc -l <counts) -lt 10"

: "${PEERS:=$top/build/peers/bin/python}"
if ! "$PEERS" -c 'import tokenizers' 2>"$tmp/err"; then
	skip 'ids of BPE' 'no package tokenizers'
	done_testing
fi
cat >"$tmp/check.py" <<'PY'
import gzip
import json
import os
import pathlib
import random
import subprocess
import sys

from tokenizers import (AddedToken, Regex, Tokenizer, models, normalizers,
                        pre_tokenizers, trainers)

LLAMA = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}DIGITS|"
         r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
tmp, top = os.environ["tmp"], os.environ["top"]


def sample():
    for line in open(top + "/examples/sample/pages.jsonl", encoding="utf-8"):
        yield "\n".join(json.loads(line)["paragraphs"])
    for line in open(top + "/examples/seeds/answers-1.jsonl", encoding="utf-8"):
        yield json.loads(line)["response"]


def by_split(digits, behavior="isolated", invert=False):
    return pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(LLAMA.replace("DIGITS", digits)), behavior, invert),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def train(kind):
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = {
        "gpt2": pre_tokenizers.ByteLevel(add_prefix_space=False),
        "prefix": pre_tokenizers.ByteLevel(add_prefix_space=True),
        "llama3": by_split("{1,3}"), "qwen2": by_split(""),
        "gpt4": by_split("{1,3}", "removed", True)}[kind]
    if kind == "qwen2":
        t.normalizer = normalizers.NFC()
    t.train_from_iterator(sample(), trainers.BpeTrainer(
        vocab_size=3000, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=["<|end|>", "<|end|>of", "<|\u4e2d a|>"]))
    t.add_tokens([AddedToken("<mask>", lstrip=True, normalized=False),
                  AddedToken("\u1100\u1161", rstrip=True, normalized=True),
                  AddedToken("XYZ", lstrip=True, rstrip=True)])
    j = json.loads(t.to_str())
    if kind == "gpt4":  # as that of DeepSeek V3
        j["normalizer"] = {"type": "Sequence", "normalizers": []}
    if kind == "gpt2":  # as its file is: no type, merges as strings
        del j["model"]["type"]
        j["model"]["merges"] = ["#version: 0.2"] + [
            " ".join(m) for m in j["model"]["merges"]]
    if kind == "llama3":  # a token that no merge gives
        j["model"]["ignore_merges"] = True
        j["model"]["vocab"]["\u0120qzxwv"] = 3000
        for a in j["added_tokens"]:
            a["id"] += a["id"] >= 3000
    folder = pathlib.Path(tmp, kind)
    folder.mkdir()
    (folder / "tokenizer.json").write_text(json.dumps(j))
    return Tokenizer.from_file(str(folder / "tokenizer.json")), folder


def texts():
    random.seed(9)
    pool = [*"abcdefgS  \t\n\n\r.,-!?'#0123456789", "'s", "'S", "'\u017f", "'LL",
            "'re", "don't", " the", " qzxwv", "  ", "   \n ", "\r\n", "\x0b\x0c",
            "\x1c\x85\xa0\u2028\u3000", "<|end|>", "<|end|>of", " <mask> ",
            "\u1100\u1161 ", "\uac00", "XYZ", " XYZ\u3000", "<|\u4e2d a|>",
            "\u0301", "e\u0301", "\xe9", "\u0958", "\u4e2d\u6587\u5b57", "\ud55c",
            "\u0416\u0443\u043a", "\u05d0\u05d1", "\u0627\u0644", "\u0e01\u0e33",
            "\u0939\u093f", "\u2167", "\xbd", "\u0663", "\U0001f600\u200d", "\ufeff",
            "\xad", "\u0120", "\u2014", "\u201c", "running", "Zeitung"]
    yield ""
    yield " "
    every = [1, *range(256, 0x32000, 256), 0xe0000, 0x10ff00]
    for c in every if sys.argv[1] in ("gpt2", "llama3") else []:
        if not 0xd800 <= c < 0xe000:  # every code point, in its company
            yield "".join(f"a{chr(d)}1{chr(d)}!{chr(d)} '{chr(d)}\n" for d in
                          range(c, (c | 255) + 1))
    for _ in range(2000):
        yield "".join(random.choices(pool, k=random.randint(1, 40)))
    for _ in range(500):
        yield random.randbytes(200).decode("utf-8", "replace").replace("\0", "")
    yield from sample()
    yield "ab" * 50000 + " " * 50000
    path = os.environ["shared"] + "/data/domain/mine-dev.jsonl.gz"
    if os.path.exists(path):
        for line, _ in zip(gzip.open(path, "rt"), range(300)):
            yield json.loads(line)["text"]


theirs, folder = train(sys.argv[1])
texts = list(texts())
theirs.encode_special_tokens = "plain" in sys.argv
got = subprocess.run([os.environ["B"] + "/bench/ids", str(folder), *sys.argv[2:]],
                     check=True, stdout=subprocess.PIPE,
                     input="".join(t + "\0" for t in texts).encode()
                     ).stdout.decode().split("\n")
assert got.pop() == "" and len(got) == len(texts)
wrong = nid = 0
for text, ours, want in zip(texts, got, theirs.encode_batch(
        texts, add_special_tokens=False)):
    want = want.ids
    nid += len(want)
    if [int(x) for x in ours.split()] != want:
        wrong += 1
        if wrong < 4:
            print(ascii(text[:300]), ours[:300], want[:60], len(want))
print(len(texts), "texts,", nid, "ids,", wrong, "texts differ")
sys.exit(wrong > 0 or nid < 500000)
PY
for kind in gpt2 prefix llama3 qwen2 gpt4 'gpt2 plain' 'qwen2 plain'; do
	like ', 0 texts differ' "the ids of tokenizers: $kind" \
	    "rm -rf $tmp/${kind% *}; $PEERS $tmp/check.py $kind"
done
done_testing
