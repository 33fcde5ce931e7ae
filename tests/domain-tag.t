# domain-tag: what is decided and written, whatever the other records are
. "${0%/*}/tap.sh"

domain-train -o "$tmp/m" train.jsonl
# Scores to two digits, since the last ones depend on the processor.  Other numbers are
# as jq writes them, which depends on its version; contract.t tests that they stay.
round() {
	jq -c 'if .scores then .scores |= map_values(. * 100 | round / 100)
	    else . end | walk(if type == "number" then . + 0 else . end)'
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

# A text of two domains, one after the other.
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

# If nothing is known of a text, nothing is decided.
cat >"$tmp/unknown.jsonl" <<'JSON'
{"id":"empty","text":""}
{"id":"blank","text":" \n\t"}
{"id":"symbols","text":"!!! ??? ---"}
{"id":"words","text":"zzyzx plugh qwxyz"}
{"id":"script","text":"Суд отклонил иск"}
{"id":"ideographs","text":"法院判决租赁合同法律纠纷"}
JSON
domain-train --model fasttext --dim 8 --buckets 1000 --word-ngrams 3 -o "$tmp/w" \
    train.jsonl
domain-train --model fasttext --dim 8 --loss softmax -o "$tmp/s" train.jsonl
domain-train --word-ngrams 3 -o "$tmp/n3" train.jsonl
for m in m w s n3; do
	for args in '' '--all --threshold 0' '--window 1' '--window 2 --mean'; do
		ok "nothing known, nothing decided: $m $args" \
		    "domain-tag --model $tmp/$m $args $tmp/unknown.jsonl |
		    jq -e -s 'length == 6 and all(.domains == [] and
			all(.scores[]; . == 0))'"
	done
	ok "so --as sets nothing: $m" \
	    "domain-tag --model $tmp/$m --as kind $tmp/unknown.jsonl |
	    jq -e -s 'all(has(\"kind\") | not)'"
done
ok 'runs of characters are known of any word' \
    "tail -n +4 $tmp/unknown.jsonl | domain-tag --model $tmp/f --all |
	jq -e -s '.[0].scores | all(.[]; . > 0)'"
ok 'a window of which nothing is known does not count' \
    "echo '{\"text\":\"tug tanker quay tide zz yy xx ww\"}' |
	domain-tag --model $tmp/m --all --window 4 --mean | jq -c .scores >$tmp/a
    echo '{\"text\":\"tug tanker quay tide\"}' |
	domain-tag --model $tmp/m --all | jq -c .scores | cmp - $tmp/a"

# A NaN in the file: the last weight, which every text uses.
for m in m w s; do
	for bytes in 7fc0 7f80 ff80; do
		python3 -c '
import struct, sys
data = bytearray(open(sys.argv[1], "rb").read())
x = struct.pack("<I", int(sys.argv[2], 16) << 16)
if data[:7] == b"DOMAINS":
    nlabel, _, nbit = struct.unpack("<3I", data[12:24])
    at = 32 + 12 * 2 ** nbit // 64 + 4 * nlabel
else:
    at = data.rindex(b"domains") - 4
data[at:at + 4] = x
open(sys.argv[3], "wb").write(data)' "$tmp/$m" "$bytes" "$tmp/odd"
		domain-tag --model "$tmp/odd" docs.jsonl >"$tmp/out" 2>"$tmp/err"
		[ $? -eq 2 ] && grep -q 'infinity or NaN' "$tmp/err"
		report $? "a weight that is no number: $m $bytes" "$tmp/err"
	done
done

status 2 'no model' 'domain-tag docs.jsonl'
status 2 'a model that is not there' 'domain-tag --model no/such docs.jsonl'
status 2 'a file that is no model' 'domain-tag --model docs.jsonl docs.jsonl'
status 2 'half a model' \
    "head -c 300000 $tmp/m >$tmp/half; domain-tag --model $tmp/half docs.jsonl"
like 'damaged' 'and the message says so' \
    "domain-tag --model $tmp/half docs.jsonl"
status 2 'a mean of no windows' "domain-tag --model $tmp/m --mean docs.jsonl"
done_testing
