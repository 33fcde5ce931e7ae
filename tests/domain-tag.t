# domain-tag: what is decided, what is written, and that neighbours don't matter
. "${0%/*}/tap.sh"

domain-train -o "$tmp/m" train.jsonl
# Scores to two digits: the last ones are the processor's.
round() {
	jq -c 'if .scores then .scores |= map_values(. * 100 | round / 100)
	    else . end'
}
while IFS='|' read -r name args; do
	# shellcheck disable=SC2086
	domain-tag --model "$tmp/m" $args docs.jsonl 2>"$tmp/err" | round \
	    >"$tmp/out"
	[ -n "${UPDATE:-}" ] && cp "$tmp/out" "$name.out"
	diff -u "$name.out" "$tmp/out" >"$tmp/diff"
	report $? "golden $name" "$tmp/diff"
done <<'LIST'
plain|
all|--all --threshold 0.35
LIST
like '^domain-tag: docs.jsonl:5: no string "text" \(e\)$' \
    'a record without text is told' "domain-tag --model $tmp/m docs.jsonl"

ok '--as sets a member of that name, and its scores' \
    "domain-tag --model $tmp/m --as topic --all docs.jsonl 2>$tmp/err |
	jq -e -s '(map(.topic) == [\"Harbour\", \"Bakery\", null, null, null])
	and (.[0] | has(\"scores\") or has(\"domains\") | not)
	and (.[0].topic_scores | length == 2)
	and .[2].domains == [\"old\"] and .[2].scores.old == 1'"
ok 'every label has a score with --all' \
    "domain-tag --model $tmp/m --all docs.jsonl 2>$tmp/err |
	jq -e -s '.[:4] | all(.scores | keys == [\"Bakery\", \"Harbour\"])'"
ok 'a decided label has at least the threshold, the others less' \
    "domain-tag --model $tmp/m --all --threshold 0.3 train.jsonl | jq -e -s '
	all(.domains as \$d | .scores | to_entries | all(
	    (.value >= 0.3) == (.key | IN(\$d[]))))'"
same 'the order of records does not matter' \
    "domain-tag --model $tmp/m --all train.jsonl | sort" \
    "sort -r train.jsonl | domain-tag --model $tmp/m --all | sort"
same 'nor does their grouping' \
    "domain-tag --model $tmp/m --all train.jsonl" \
    "while read -r line; do
	printf '%s\n' \"\$line\" | domain-tag --model $tmp/m --all
    done <train.jsonl"

# A text of two domains, one behind the other.
cat >"$tmp/long.jsonl" <<'JSON'
{"id":"l","text":"tug tanker quay tide ship tug quay tide dough oven loaves baker rye flour dough oven"}
{"id":"h","text":"tug tanker quay tide ship tug quay tide"}
{"id":"b","text":"dough oven loaves baker rye flour dough oven"}
JSON
ok 'the best window counts' \
    "domain-tag --model $tmp/m --all --window 8 $tmp/long.jsonl | jq -e -s '
	.[0].scores == {Harbour: .[1].scores.Harbour,
	    Bakery: .[2].scores.Bakery}'"
ok 'or their mean' \
    "domain-tag --model $tmp/m --all --window 8 --mean $tmp/long.jsonl |
	jq -e -s '(.[0].scores.Harbour * 2 - .[1].scores.Harbour -
	    .[2].scores.Harbour) | fabs < 1e-6'"
same 'a window as long as the text is no window' \
    "domain-tag --model $tmp/m --all --window 16 $tmp/long.jsonl" \
    "domain-tag --model $tmp/m --all $tmp/long.jsonl"

domain-train --model fasttext --dim 8 --buckets 1000 --word-ngrams 3 --minn 2 \
    --maxn 3 -o "$tmp/f" train.jsonl
ok 'windows of a model of fastText, best and mean' \
    "domain-tag --model $tmp/f --all --window 8 $tmp/long.jsonl >$tmp/best &&
    domain-tag --model $tmp/f --all --window 8 --mean $tmp/long.jsonl |
	jq -e -s --slurpfile best $tmp/best '
	(\$best | map(.scores.Harbour)) as [\$b, \$h, \$k] |
	\$b == ([\$h, \$k] | max) and \$h != \$k and
	((.[0].scores.Harbour * 2 - \$h - \$k) | fabs < 1e-6)'"

status 2 'no model' 'domain-tag docs.jsonl'
status 2 'a model that is not there' 'domain-tag --model no/such docs.jsonl'
status 2 'a file that is no model' 'domain-tag --model docs.jsonl docs.jsonl'
status 2 'half a model' \
    "head -c 300000 $tmp/m >$tmp/half; domain-tag --model $tmp/half docs.jsonl"
like 'damaged' 'and the message says so' \
    "domain-tag --model $tmp/half docs.jsonl"
status 2 'a mean of no windows' "domain-tag --model $tmp/m --mean docs.jsonl"
done_testing
