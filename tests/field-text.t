# Texts that users of other tools reported: what lies beside the project under
# finds/text, each with the value that is right.
. "${0%/*}/tap.sh"

finds text
ids() { # "ID ID": a command that tells whether the records are these
	echo "jq -r .id | paste -sd' ' | grep -qx '$1'"
}
for t in text-filter text-dedup text-chunk; do
	check 02 "$t: all records are bad" "$t c.jsonl; [ \$? -eq 1 ]"
done
check 02 '--text' "text-dedup --text content c.jsonl | $(ids 'a b')"
check 03 'figures differ' "text-dedup fin.jsonl | $(ids 'q1 q2')"
check 03 'doses differ' "text-dedup dose.jsonl | $(ids 'd1 d2')"
check 04 'rows, answers and a refrain' 'text-dedup --mode para t.jsonl | cmp - t.jsonl'
check 05 'Chinese is text' "text-filter zh.jsonl | $(ids zh)"
check 06 'chunks of Chinese, and a short text' '
	text-chunk --max-words 350 zh.jsonl |
	    jq -se "[.[].text | length] | max < 500 and length > 20"'
check 07 'as many tokens of each' "shard-pack -o $tmp/mix --source zh=zh.jsonl@50 \
	--source en=en.jsonl@50 && jq -e '.sources | all(.share > 0.45)' \
	$tmp/mix/manifest.json"
check 12 'c4' "text-filter --rules c4 --dialect datatrove n.jsonl |
	$(ids 'none nbsp u3000 nbsp-bullets')"
check 12 'gopher' "text-filter n.jsonl | $(ids 'none nbsp u3000')"
check 13 'a blank at the end' "text-filter --rules fineweb n.jsonl |
	$(ids 'none space')"
check 15 'a second copy' '
	text-dedup --mode substr --min-tokens 10 z.jsonl |
	    jq -se ".[1].text | length < 10"'
check 17 'a short text whole, boilerplate not' "
	text-dedup --against ev.jsonl,lic.jsonl --ngram 7 --share 0.1 d.jsonl |
	$(ids essay)"
check 21 'white space between chunks' '
	text-chunk --min-tokens 0 --max-words 30 in.jsonl |
	    text-filter --rules c4 --set c4_sentences=0 | text-chunk --join |
	    jq -e ".text | test(\"well[.][TA]\") | not"'
done_testing
