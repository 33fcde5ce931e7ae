# ids of BPE and Unigram: those that Hugging Face's tokenizers gave to a few
# texts; what is refused; and, where the package tokenizers is (in build/peers,
# or where $PEERS names a python), many texts by models that it trains here on
# the sample: each expression, normalizer and step of split.h and normal.h, both
# forms of merges
. "${0%/*}/tap.sh"

for kind in gpt2 llama3 qwen2 llama2 xlmr; do
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
refused 'patterns than those of GPT-2' '{1,3}' '{1,4}'
refused '"pre_tokenizer"' '"Isolated"' '"Removed"'
refused 'pre_tokenizer Whitespace' '"type":"ByteLevel"' '"type":"Whitespace"'
refused 'Unigram after ByteLevel' '"type":"BPE"' '"type":"Unigram"'
refused 'type WordLevel' '"type":"BPE"' '"type":"WordLevel"'
refused '"dropout"' '"dropout":null' '"dropout":0.1'
refused '"end_of_word_suffix"' '"end_of_word_suffix":null' \
    '"end_of_word_suffix":"<\/w>"'
refused 'a byte without a token' '"!":[0-9]*,' ''
refused 'merge 0 is no pair' '"merges":\[' '"merges":[["a","!"],'
refused 'a token has no id' '"#":[0-9]*' '"#":"x"'
refused '"single_word"' '"single_word":false' '"single_word":true'
refused '' '^{' ''

# A vocabulary learnt from text may lack bytes that text does not have.
sed 's/"Ą":[0-9]*,//' "$top/tests/golden/bpe/llama3/tokenizer.json" >bad/tokenizer.json
ok 'a control character without a token gives no id' "
    differ bad/tokenizer.json $top/tests/golden/bpe/llama3/tokenizer.json &&
    printf 'a\\004b' | $B/bench/ids bad | tr ' ' '\\n' >got &&
    (printf a | $B/bench/ids bad && printf b | $B/bench/ids bad) >want &&
    test -s want && cmp got want"

# A word of 4 MB takes no longer than a text of that length.
ok 'long words in n log n' "head -c 4000000 /dev/zero | tr '\\0' a >long &&
    (ulimit -t 60; $B/bench/ids $top/tests/golden/bpe/gpt2 <long |
    tr ' ' '\\n' | sort | uniq -c >counts) && test \$(wc -l <counts) -lt 10"

if ! "$PEERS" -c 'import tokenizers' 2>"$tmp/err"; then
	skip 'ids of BPE' 'no package tokenizers'
	done_testing
fi
cat >"$tmp/check.py" <<'PY'
import base64
import gzip
import json
import os
import pathlib
import random
import struct
import subprocess
import sys

from tokenizers import (AddedToken, Regex, Tokenizer, models, normalizers,
                        pre_tokenizers, trainers)

LLAMA = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}DIGITS|"
         r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
U, L = (r"[\p{%s}\p{Lm}\p{Lo}\p{M}]" % x for x in (r"Lu}\p{Lt", "Ll"))
O200K = (rf"[^\r\n\p{{L}}\p{{N}}]?{U}*{L}+SHORT|[^\r\n\p{{L}}\p{{N}}]?{U}+{L}*SHORT|"
         r"\p{N}DIGITS| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
DEEPSEEK = ("[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]"
            "?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+")
BLANK = "\u2581"
tmp, top, SIZE = os.environ["tmp"], os.environ["top"], int(os.environ.get("SIZE", 3000))


def sample():
    for line in open(top + "/examples/sample/pages.jsonl", encoding="utf-8"):
        yield "\n".join(json.loads(line)["paragraphs"])
    for line in open(top + "/examples/seeds/answers-1.jsonl", encoding="utf-8"):
        yield json.loads(line)["response"]


def by_split(*patterns, behavior="isolated", invert=False):
    return pre_tokenizers.Sequence([
        *(pre_tokenizers.Split(Regex(p), behavior, invert) for p in patterns),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def by_blanks(scheme, split=True):
    return pre_tokenizers.Metaspace(BLANK, scheme, split)


def charsmap(pairs):
    """A double array of SentencePiece's kind, a block of 256 units a node."""
    tree, text = {}, b""
    for key, value in pairs:
        node = tree
        for byte in key.encode():
            node = node.setdefault(byte, {})
        node[-1] = len(text)
        text += value.encode() + b"\0"
    units, nodes = {}, [(tree, 0, 0)]  # a node, its unit, that unit's label
    free = 256
    while nodes:
        node, unit, label = nodes.pop()
        base, free = free, free + 256
        if -1 in node:
            units[base] = 1 << 31 | node[-1]
        units[unit] = (unit ^ base) << 10 | (-1 in node) << 8 | label
        for byte, child in node.items():
            if byte >= 0:
                nodes.append((child, base ^ byte, byte))
    units = [units.get(i, 0) for i in range(free)]
    return base64.b64encode(struct.pack(f"<{free + 1}I", 4 * free, *units) + text)


NFKC = normalizers.Precompiled(base64.b64decode(charsmap(
    [("\u3000", " "), ("\xa0", " "), ("\t", " "), ("\n", " "), ("\u2167", "VIII"),
     ("\xbd", "1\u20442"), ("e\u0301", "\xe9"), ("\u0301", ""), ("\xad", ""),
     ("\u1100\u1161", "\uac00"), ("\u0e33", "\u0e4d\u0e32"), ("\r", " "), ("'", "`")])))
BLANKS = normalizers.Replace(" ", BLANK)
# Kind: normalizer, pre_tokenizer, whether it is a Unigram.
KINDS = {
    "gpt2": (None, pre_tokenizers.ByteLevel(add_prefix_space=False)),
    "prefix": (None, pre_tokenizers.ByteLevel(add_prefix_space=True)),
    "llama3": (None, by_split(LLAMA.replace("DIGITS", "{1,3}"))),
    "qwen2": (normalizers.NFC(), by_split(LLAMA.replace("DIGITS", ""))),
    "gpt4": (None, by_split(LLAMA.replace("DIGITS", "{1,3}"), behavior="removed", invert=True)),
    "o200k": (None, by_split(O200K.replace("DIGITS", "{1,3}").replace(
        "SHORT", "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"))),
    "tekken": (normalizers.NFKC(), by_split(O200K.replace("DIGITS", "").replace("SHORT", ""))),
    "deepseek": (None, by_split(r"\p{N}{1,3}", "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
                                DEEPSEEK)),
    "smol": (None, pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False)])),
    "falcon": (None, pre_tokenizers.Sequence([
        pre_tokenizers.Punctuation("contiguous"),
        pre_tokenizers.ByteLevel(add_prefix_space=False),
        pre_tokenizers.Digits(individual_digits=False),
        pre_tokenizers.Split(Regex("[0-9][0-9][0-9]"), "isolated")])),
    "llama2": (normalizers.Sequence([normalizers.Prepend(BLANK), BLANKS]), None),
    "mistral": (None, by_blanks("first", False)),
    "gemma": (BLANKS, pre_tokenizers.Split(" ", "merged_with_previous")),
    "unknown": (normalizers.Strip(left=True, right=True), by_blanks("never")),
    "xlmr": (normalizers.Sequence([NFKC, normalizers.Replace(Regex(" {2,}"), " ")]),
             by_blanks("always"), True),
    "t5": (NFKC, pre_tokenizers.Sequence([
        pre_tokenizers.WhitespaceSplit(), by_blanks("always")]), True),
    "bytes": (NFKC, by_blanks("first"), True)}
BYTES = [f"<0x{b:02X}>" for b in range(256)]


def as_sentencepiece(kind, model):
    """Bytes, and tokens that are no merge or hold what is between words."""
    if kind in ("llama2", "mistral", "gemma"):
        for b in BYTES[9:] if kind == "gemma" else BYTES:
            model["vocab"].setdefault(b, len(model["vocab"]))
        model["byte_fallback"] = model["fuse_unk"] = True
    model["unk_token"] = "<unk>"
    if kind == "gemma":
        for left, right in ((">", BLANK), (">" + BLANK, "a"), ("\n", "\n")):
            for token in (left, right, left + right):
                model["vocab"].setdefault(token, len(model["vocab"]))
            model["merges"].append([left, right])


def train(kind):
    normalizer, pre_tokenizer, *unigram = KINDS[kind]
    t = Tokenizer(models.Unigram() if unigram else models.BPE())
    if normalizer:
        t.normalizer = normalizer
    pieces = kind in ("llama2", "mistral", "gemma", "unknown")
    t.pre_tokenizer = by_blanks("always") if pieces else pre_tokenizer
    special = ["<|end|>", "<|end|>of", "<|\u4e2d a|>", "<unk>"]
    if unigram:
        trainer = trainers.UnigramTrainer(
            vocab_size=SIZE, show_progress=False, special_tokens=special, unk_token="<unk>")
    else:
        trainer = trainers.BpeTrainer(
            vocab_size=SIZE, show_progress=False, special_tokens=special,
            initial_alphabet=[] if pieces else pre_tokenizers.ByteLevel.alphabet())
    t.train_from_iterator(list(sample())[:200 if unigram else None], trainer)
    t.add_tokens([AddedToken("<mask>", lstrip=True, normalized=False),
                  AddedToken("\u1100\u1161", rstrip=True, normalized=True),
                  AddedToken("XYZ", lstrip=True, rstrip=True),
                  AddedToken("X", normalized=False)])
    j = json.loads(t.to_str())
    if pieces:
        as_sentencepiece(kind, j["model"])
        j["pre_tokenizer"] = pre_tokenizer and json.loads(pre_tokenizer.__getstate__())
    if kind == "bytes":
        j["model"]["vocab"] += [[b, -9.5] for b in BYTES]
        j["model"]["byte_fallback"] = True
    for a in j["added_tokens"]:  # after those that the model has by now
        if a["id"] >= SIZE:
            a["id"] += len(j["model"]["vocab"]) - SIZE
    if kind == "gpt4":  # as that of DeepSeek V3
        j["normalizer"] = {"type": "Sequence", "normalizers": []}
    if kind == "gpt2":  # as its file is: no type, merges as strings
        del j["model"]["type"]
        j["model"]["merges"] = ["#version: 0.2"] + [
            " ".join(m) for m in j["model"]["merges"]]
    if kind == "llama3":  # a token that no merge gives
        j["model"]["ignore_merges"] = True
        j["model"]["vocab"]["\u0120qzxwv"] = len(j["model"]["vocab"])
        for a in j["added_tokens"]:
            a["id"] += a["id"] >= SIZE
    folder = pathlib.Path(tmp, kind)
    folder.mkdir()
    (folder / "tokenizer.json").write_text(json.dumps(j))
    return Tokenizer.from_file(str(folder / "tokenizer.json")), folder


EVERY = ("gpt2", "llama3", "o200k", "deepseek", "llama2")


def texts():
    random.seed(9)
    pool = [*"abcdefgS  \t\n\n\r.,-!?'#0123456789", "'s", "'S", "'\u017f", "'LL",
            "'re", "don't", " the", " qzxwv", "  ", "   \n ", "\r\n", "\x0b\x0c",
            "\x1c\x85\xa0\u2028\u3000", "<|end|>", "<|end|>of", " <mask> ",
            "\u1100\u1161 ", "\uac00", "XYZ", " XYZ\u3000", "<|\u4e2d a|>",
            "\u0301", "e\u0301", "\xe9", "\u0958", "\u4e2d\u6587\u5b57", "\ud55c",
            "\u0416\u0443\u043a", "\u05d0\u05d1", "\u0627\u0644", "\u0e01\u0e33",
            "\u0939\u093f", "\u2167", "\xbd", "\u0663", "\U0001f600\u200d", "\ufeff",
            "\xad", "\u0120", BLANK, ">" + BLANK, "> a", "\x01", "\u01c5", "\u30ab\u3042",
            "WordS", "/\n/", "<0x0A>", "\xb2", "(a", "$", "\u2014", "\u201c", "running", "Zeitung"]
    yield ""
    yield " "
    every = [1, *range(256, 0x32000, 256), 0xe0000, 0x10ff00]
    for c in every if sys.argv[1] in EVERY else []:
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
for kind in gpt2 prefix llama3 qwen2 gpt4 o200k tekken deepseek smol falcon \
    llama2 mistral gemma unknown xlmr t5 bytes \
    'gpt2 plain' 'qwen2 plain' 'llama2 plain'; do
	like ', 0 texts differ' "the ids of tokenizers: $kind" \
	    "rm -rf $tmp/${kind% *}; $PEERS $tmp/check.py $kind"
done
done_testing
