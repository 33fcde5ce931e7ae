# text-mask: every kind, what is no personal data, tokens and drawn values
. "${0%/*}/tap.sh"

golden masks
golden not
golden value --with value
golden kinds --kinds email,card
golden spans --annotate

same 'what is masked is masked once' 'text-mask <masks.in' \
    'text-mask <masks.in | text-mask'
same 'nothing to mask: the bytes of the record' 'cat not.in' 'text-mask <not.in'
same 'drawn values are found as the same kinds, but for those that nobody has' \
    "text-mask --kinds email,phone,card,iban <masks.in | jq -c '[.id, .masked]'" \
    "text-mask --with value --kinds email,phone,card,iban <masks.in |
    jq -c 'del(.masked)' | text-mask --kinds email,phone,card,iban |
    jq -c '[.id, .masked]'"
ok 'and neither addresses nor numbers of social security are' "
    text-mask --with value --kinds ip,ssn <masks.in >$tmp/values &&
    jq -se 'map(.masked // empty) == [{ip: 6}, {ssn: 4}]' $tmp/values &&
    jq -c 'del(.masked)' $tmp/values | text-mask --kinds ip,ssn |
    jq -se 'length > 2 and (map(.masked // empty) == [])'"
same 'equal values stay equal, in every record' \
    'text-mask --with value masks.in masks.in | jq -c .text | sort -u | wc -l' \
    'wc -l <masks.in'
ok 'another seed, other values' '
	text-mask --with value <masks.in >$tmp/a
	text-mask --with value --rng 1 <masks.in >$tmp/b
	differ $tmp/a $tmp/b'
same 'spans are those that are masked' "text-mask <masks.in | jq -c .masked" \
    "text-mask --annotate <masks.in | jq -c '
	reduce .spans[] as \$s ({}; .[\$s.kind] += 1)'"
same 'spans are bytes' 'printf "jürgen@bücher.example\n"' '
	printf "%s\n" "{\"text\":\"ü jürgen@bücher.example ü\"}" |
	    text-mask --annotate | python3 -c "
import json, sys
r = json.loads(sys.stdin.read())
for s in r[\"spans\"]:
    print(r[\"text\"].encode()[s[\"start\"]:s[\"end\"]].decode())"'
same 'counts of an earlier run stay' \
    "text-mask <masks.in | jq -c '.masked | to_entries | sort'" \
    "text-mask --kinds phone,ssn <masks.in |
    text-mask --kinds email,ip,card,iban |
    jq -c '.masked | to_entries | sort'"
like '"email":10,"phone":54,"ip":6,"card":7,"iban":4,"ssn":4' '--stats' \
    'text-mask --stats - <masks.in 2>&1 >/dev/null | grep ^{'
same 'none of them is missed among digits' 'echo "[<CARD>] <IP> <PHONE>"' '
	echo "{\"text\":\"[4111-1111-1111-1111] 93.184.216.34 +49 30 123456\"}" |
	    text-mask | jq -r .text'
same 'a long number, and many' 'echo true' '
	python3 -c "
import json
print(json.dumps({\"text\": \"7\" * 100000}))
print(json.dumps({\"text\": \"1 \" * 100000}))
print(json.dumps({\"text\": \"a@\" * 100000}))
print(json.dumps({\"text\": \"1.\" * 100000}))
print(json.dumps({\"text\": \"+\" * 100000 + \"1\"}))" >$tmp/long
	(ulimit -t 20; text-mask <$tmp/long) | cmp - $tmp/long && echo true'
status 2 'no such kind' 'text-mask --kinds name'
status 2 'a kind twice' 'text-mask --kinds ip,ip'
status 2 'no kind' 'text-mask --kinds ""'
status 2 'no such replacement' 'text-mask --with nothing'

# Values planted in the forms of ten countries; the page says how many are missed.
ok 'of 1,200 planted values four or fewer are missed' "
	$top/tests/bench/mask-plant.py \$B/bin/text-mask |
	    awk '\$2 == \"all\" {n += \$3; all += \$5}
		END {exit !(n <= 4 && all == 1200)}'"
ok 'of 200 in ten other countries forms six or fewer are' "
	$top/tests/bench/mask-plant.py --more \$B/bin/text-mask |
	    awk '\$2 == \"all\" {fine = \$3 <= 6 && \$5 == 200} END {exit !fine}'"
done_testing
