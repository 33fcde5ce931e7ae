# examples/new-domain: a dozen seeds find a domain of the sample crawl
. "${0%/*}/tap.sh"

cd "$tmp" || exit
export new="$top/examples/new-domain"
warc-cat "$top/examples/sample/crawl.warc.gz" | html-strip | text-filter \
    2>/dev/null | text-dedup >docs.jsonl
"$top/examples/seeds/replay" >all.jsonl

# Precision, recall and F1 over the pages of the sample, whose domains are known;
# a domain has 9 to 30 of them.
judge() { # FOLDER DOMAIN LEAST-F1
	python3 - "$top/examples/sample/pages.jsonl" docs.jsonl "$@" <<'PY'
import json, sys
pages, docs, folder, domain, least = sys.argv[1:]
rows = lambda f: map(json.loads, open(f))
truth = {"https://" + g["site"] + g["path"]: domain in g["domains"] for g in rows(pages)}
seen = {d["url"] for d in rows(docs)}
found = {d["url"] for d in rows(folder + "/near.jsonl")}
right = sum(truth[u] for u in found)
precision, recall = right / max(1, len(found)), right / sum(truth[u] for u in seen)
f1 = 2 * right / max(1, len(found) + sum(truth[u] for u in seen))
print(f"{domain}: precision {precision:.2f}, recall {recall:.2f}, F1 {f1:.2f}")
sys.exit(f1 < float(least))
PY
}
for domain in 'Law' 'Healthcare & Life sciences' 'Energy'; do
	jq -c --arg d "$domain" 'select(.domains == [$d])' all.jsonl |
	    head -n 12 >seeds.jsonl
	"$new" out "$domain" docs.jsonl seeds.jsonl >log 2>&1 &&
	    judge out "$domain" 0.65 >>log
	report $? "a dozen seeds of $domain" log
	tail -n 1 log | sed 's/^/# /'
done
ok 'best first' 'jq -s "map(.scores.Energy) | . == (sort | reverse) and length > 0" \
    out/near.jsonl | grep -qx true'
ok 'the contrast has no seed of the domain' \
    'jq -e -s "all(.domains | index(\"Energy\") | not) and length > 1000" out/contrast.jsonl'
ok 'what is expected, and hosts' 'jq -e "tostring | contains(\"Energy\")" out/expect &&
    jq -e -s "length > 0 and all(.domain == \"Energy\")" out/hosts'
ok 'an industry can be left out of the contrast' \
    'WITHOUT=Utilities $new out Energy docs.jsonl seeds.jsonl >log &&
    ! grep -q "\"Utilities\"" out/contrast.jsonl'
status 2 'no seeds' '$new out Energy docs.jsonl'
ok 'no documents, no list' '! $new none Energy nothing.jsonl seeds.jsonl 2>log &&
    test ! -e none/near.jsonl'
done_testing
