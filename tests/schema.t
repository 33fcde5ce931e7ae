# record.schema.json: every member of dopamine-record(5); what the tools write is of it
. "${0%/*}/tap.sh"

cd "$tmp" || exit
schema=$top/examples/record.schema.json
seeds=$top/examples/seeds

jq -r '.properties | keys[]' "$schema" >has
sed -n 's/^\.It Cm \(.*\)/\1/p' "$top/man/dopamine-record.5" | sed 's/ , /\n/g' |
    LC_ALL=C sort >wants
ok 'it has the members of dopamine-record(5), and no others' 'diff wants has'

mkdir stats
run() { # NAME COMMAND ...: a tool with --stats
	name=$1
	shift
	"$@" --stats "stats/$name" >"$name.jsonl" || echo "$name" >>failed
}

run warc-cat warc-cat --headers "$top/examples/sample/crawl.warc.gz"
run index warc-cat --index "$top/examples/sample/crawl.warc.gz"
run html-strip html-strip warc-cat.jsonl
run text-filter text-filter --annotate --rejects rejects.jsonl html-strip.jsonl
run text-dedup text-dedup --dups dups html-strip.jsonl
run text-mask text-mask --annotate text-filter.jsonl
run text-chunk text-chunk --max-words 200 text-filter.jsonl
run prompts seed-gen prompt --params "$seeds/params.jsonl"
run answers llm-ask --offline --cache "$seeds/answers-1.jsonl" \
    --cache "$seeds/answers-2.jsonl" --cache "$seeds/answers-3.jsonl" \
    prompts.jsonl
run seeds seed-gen parse answers.jsonl
run fit embed-fit lsa --dim 32 -o model text-chunk.jsonl seeds.jsonl
run embed-score embed-score --model model --seeds seeds.jsonl --min-score 0 \
    --vec text-chunk.jsonl
run domain-pick domain-pick --share 0.02 --grey 3 --background 20 \
    embed-score.jsonl
run domain-train domain-train -o domains.bin domain-pick.jsonl seeds.jsonl
run domain-tag domain-tag --all --model domains.bin text-chunk.jsonl
run judge domain-judge prompt domain-tag.jsonl
run lex-stat lex-stat text-chunk.jsonl
run shard-pack shard-pack -o shards --source all=domain-tag.jsonl@1
zcat shards/*.jsonl.gz >shards.jsonl
echo '{"html": 1, "text": [], "chunk": -1, "vec": "*", "scores": {"Law": 2},
"hits": [{"seed": "a", "sim": 0.5}], "other": 0}' | tr -d '\n' >wrong
echo '{"tool": "a", "seconds": "1"}' >wrong-stats

ok 'every tool did its work' 'test ! -e failed'
ok 'records are of the schema' "python3 $top/tests/schema.py $schema '' \
    warc-cat.jsonl index.jsonl html-strip.jsonl text-filter.jsonl \
    rejects.jsonl text-dedup.jsonl text-mask.jsonl text-chunk.jsonl prompts.jsonl \
    answers.jsonl seeds.jsonl embed-score.jsonl domain-pick.jsonl \
    domain-tag.jsonl judge.jsonl"
# What a shard adds to a record is told in shard-pack(1).
ok 'and so are the objects of --stats' \
    "python3 $top/tests/schema.py $schema '/\$defs/stats' stats/*"
ok 'what is wrong is found' "
    ! python3 $top/tests/schema.py $schema '' wrong >errors &&
    ! python3 $top/tests/schema.py $schema '/\$defs/stats' wrong-stats >>errors &&
    grep -c . errors | grep -qx 23"
done_testing
