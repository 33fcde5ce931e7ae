# datasets.load_dataset("json") reads what each tool of the line writes; needs
# the package datasets, in build/peers or where $PEERS names a python
. "${0%/*}/tap.sh"

if ! "$PEERS" -c 'import datasets' 2>"$tmp/err"; then
	skip 'load_dataset("json")' 'no package datasets'
	done_testing
fi

cd "$tmp" || exit
warc-cat "$top/examples/sample/crawl.warc.gz" >warc-cat.jsonl
html-strip warc-cat.jsonl >html-strip.jsonl
text-filter html-strip.jsonl --rejects rejects.jsonl >text-filter.jsonl
text-dedup --dups dups.jsonl text-filter.jsonl >text-dedup.jsonl
text-chunk text-dedup.jsonl >text-chunk.jsonl
seed-gen prompt --params "$top/examples/seeds/params.jsonl" |
    head -n 200 >prompts.jsonl
llm-ask --cache "$top/examples/seeds/answers-1.jsonl" prompts.jsonl >llm-ask.jsonl
seed-gen parse llm-ask.jsonl >seeds.jsonl
embed-fit lsa -o model text-chunk.jsonl seeds.jsonl
embed-score --model model --seeds seeds.jsonl --min-score 0.5 --background 50 \
    text-chunk.jsonl >embed-score.jsonl
embed-score --model model --vec text-chunk.jsonl >vectors.jsonl
domain-train -o domains.bin embed-score.jsonl seeds.jsonl
domain-tag --model domains.bin --all text-chunk.jsonl >domain-tag.jsonl
shard-pack -o shards --source mined=embed-score.jsonl@25 \
    --source general=seeds.jsonl@75
cp shards/*.jsonl.gz .

cat >load.py <<'PY'
import gzip
import sys
import datasets

for path in sys.argv[1:]:
    with (gzip.open if path.endswith("gz") else open)(path, "rt") as f:
        n = sum(1 for _ in f)
    try:
        got = datasets.load_dataset("json", data_files=path, split="train")
        print(path, n > 0 and got.num_rows == n, flush=True)
    except Exception as e:
        print(path, type(e).__name__, str(e).replace("\n", " "), flush=True)
PY
export HF_HUB_OFFLINE=1 HF_DATASETS_CACHE="$tmp/cache" HF_HOME="$tmp/home"
"$PEERS" load.py *.jsonl *.jsonl.gz >loaded 2>err
for file in *.jsonl *.jsonl.gz; do
	grep -F "$file" loaded >.got
	grep -qx "$file True" .got
	report $? "load_dataset reads $file" .got
done
done_testing
