# examples/README.md: each recipe runs, where its reader is there; PEERS names a
# python that has duckdb, pandas and datasets
. "${0%/*}/tap.sh"
[ -x "$PEERS" ] || PEERS=python3

cd "$tmp" || exit
export HF_DATASETS_CACHE="$tmp/cache" HF_HUB_OFFLINE=1 EXAMPLES="$top/examples"
{
	cp "$top/examples/sample/crawl.warc.gz" . &&
	    warc-cat crawl.warc.gz | html-strip |
	    text-filter | text-chunk >chunks.jsonl
	"$top/examples/seeds/replay" >seeds.jsonl
	domain-train -o domains.bin seeds.jsonl
	domain-tag --model domains.bin --all --threshold 0.2 chunks.jsonl \
	    >tagged.jsonl
	shard-pack -o shards --source all=tagged.jsonl@1
} 2>log
ok 'what they are run on' 'test -s tagged.jsonl && test -s shards/manifest.json'

# A file a recipe, in their order: 01.sh, 02.python.
awk '/^```[a-z]/ {out = sprintf("%02d.%s", ++n, substr($0, 4)); next}
    /^```/ {out = ""; next}
    out != "" {print >out}' "$top/examples/README.md"
for recipe in [0-9]*.sh; do
	ok "$recipe: $(head -n 1 "$recipe" | cut -c 1-40)" \
	    "sh -e $recipe >$recipe.out && test -s $recipe.out"
done
for recipe in [0-9]*.python; do
	module=$(sed -n '1s/^import //p' "$recipe")
	if "$PEERS" -c "import $module" 2>/dev/null; then
		ok "$recipe: $module" \
		    "$PEERS $recipe >$recipe.out && test -s $recipe.out"
	else
		skip "$recipe" "no $module"
	fi
done
done_testing
