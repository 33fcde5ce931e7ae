# domain-judge: the questions, and what is counted from the answers
. "${0%/*}/tap.sh"

golden prompt prompt --max-words 4
golden parse parse
golden json parse --json
cd "$tmp" || exit
in=$top/tests/golden/domain-judge/prompt.in
export in

i=0
while [ $i -lt 600 ]; do
	echo "{\"id\":\"$i\",\"text\":\"t\",\"domains\":[\"A\",\"B\",\"C\"]}"
	i=$((i + 1))
done >many
ok 'each of the six orders about equally often' '
    domain-judge prompt many | jq -r ".prompt | [scan(\"\n- ([ABC])\")] | add |
    join(\"\")" | sort | uniq -c |
    awk "\$1 < 60 || \$1 > 140 {bad = 1} END {exit bad || NR != 6}"'
same 'the order is by --rng and id' 'domain-judge prompt many | tail -n 5' \
    'tail -n 5 many | domain-judge prompt'
ok 'another --rng, another order' 'domain-judge prompt many >a
    domain-judge prompt --rng 2 many >b; differ a b'
ok 'members survive' 'domain-judge prompt $in 2>/dev/null |
    grep -qF "\"x\":[1, 2.50]"'
ok 'no answers' 'domain-judge parse </dev/null &&
    domain-judge parse --json </dev/null | jq -e ".documents == 0 and
    .agreement == null and .domains == []"'
ok 'ten thousand domains' 'python3 -c "
import json
for i in range(10000):
    print(json.dumps({\"id\": str(i), \"domains\": [\"d%05d\" % i],
                      \"response\": \"agree\"}))" |
    (ulimit -t 5; domain-judge parse --json) | jq -e ".agree == 10000 and
    (.domains | length) == 10000 and .disagreements == []"'
status 2 'neither prompt nor parse' 'domain-judge'
status 2 'a full disk' 'domain-judge parse </dev/null >/dev/full'
done_testing
