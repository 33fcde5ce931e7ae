# examples/rounds: rounds of hits and classifier; killed, changed, held out
. "${0%/*}/tap.sh"

cd "$tmp" || exit
export rounds="$top/examples/rounds" GROW=0.05 SHARE=0.1 OTHERS=20 CUT=0.7 SECOND=0.25
warc-cat "$top/examples/sample/crawl.warc.gz" | html-strip | text-filter \
    2>/dev/null | text-dedup >all.jsonl
(sed -n '1~2p' all.jsonl; echo '{"id":"bad"}') >docs.jsonl
sed -n '2~2p' all.jsonl >other.jsonl
"$top/examples/seeds/replay" >seeds.jsonl

ok 'it ends by itself' \
    '$rounds out seeds.jsonl docs.jsonl other.jsonl >log 2>&1 &&
    awk "/^round/ {n = \$2 + 0; last = \$3}
	END {exit !(n >= 2 && n < 9 && last < 0.05)}" log'
ok 'every record with a text is scored, in order' \
    'for f in docs:scores other:other; do
	jq -r "select(.text) | .id" ${f%:*}.jsonl >want
	jq -r .id out/${f#*:}.jsonl | cmp - want || exit
    done'
ok 'what is decided is .7 or more, and a quarter beside it' \
    'cat out/scores.jsonl out/other.jsonl | jq -e -s "
	(map(.domains | length) | add > 0) and all(. as \$r |
	(if ([.scores[]] | max) >= 0.7 then 0.25 else 2 end) as \$cut |
	.scores | to_entries | all((.value >= \$cut) ==
	    (.key | IN(\$r.domains[]))))"'
ok 'each has the odds of being of any domain, which the seeds of none lower' \
    'jq -e -s "all(.any | length == 21 and (map(.) | unique | length == 1)) and
	(map(.any.Energy) | min < 0.2 and max > 0.8)" out/near.jsonl
    jq -c "select(.domains != [])" seeds.jsonl >some.jsonl
    ROUNDS=1 $rounds some some.jsonl docs.jsonl >log 2>&1 &&
    jq -e -s "all(.any.Energy == 0.5)" some/near.jsonl'
ok 'hosts that have much of a domain keep more of it, no more than as much again' \
    'ROUNDS=1 $rounds plain seeds.jsonl docs.jsonl >log 2>&1 &&
    ROUNDS=1 HOSTS=0.05 $rounds hosts seeds.jsonl docs.jsonl >log 2>&1 &&
    n=$(sed -n "s/^by their hosts: \([0-9]*\) records$/\1/p" log) &&
    jq -s "map(.domains | length) | add" plain/scores.jsonl >a &&
    jq -s "map(.domains | length) | add" hosts/scores.jsonl >b &&
    test "$n" -gt 0 && test "$(cat b)" -gt "$(cat a)" &&
    test "$(cat b)" -le $((2 * $(cat a))) && test -s hosts/hosts.jsonl'
ok 'each domain has at most its share of hits, none is learnt both ways' \
    'jq -e -s --argjson n $(jq -s "map(select(.text)) | length" docs.jsonl) "
	(map(.domains[]) | group_by(.) | map(length) | max) ==
	    (0.05 * \$n + 0.5 | floor) and
	all(. as \$r | .domains | all(\$r.scores[.] >= 0.2)) and
	all((.domains - .maybe) == .domains)" out/1.hits'
ok 'the classifier is one that domain-tag takes' \
    'domain-tag --model out/tagger --all other.jsonl >tagged &&
    jq -e -s "all(.scores | length == 21)" tagged'
ok 'no record is judged by a classifier that saw its label' '
    for k in 1 2 3 4; do
	for n in 1 2 3 4; do
		domain-train -o fold.$k.$n --fold $n/4 --on text,vec \
		    --min-count 2 out/$k.hits out/seeds.jsonl || exit
	done
	set --
	for n in 1 2 3 4; do set -- "$@" --model fold.$k.$n; done
	domain-tag --all --crosswise "$@" out/near.jsonl | jq -c "{id, scores}" |
	    cmp - out/$k.jsonl || exit
	[ -e out/$((k + 1)).jsonl ] || break
    done'
ok 'a second run does nothing anew' 'touch -d "1 second ago" mark
    find out -newer mark -exec touch -d "1 hour ago" {} +
    $rounds out seeds.jsonl docs.jsonl >log && touch mark2
    test -z "$(find out -type f -newer mark ! -name run)"'
ok 'other settings are refused' \
    'GREY=4 $rounds out seeds.jsonl docs.jsonl 2>log; test $? = 2 &&
    grep -q "other input or settings" log'

ok 'kill -9, then again' '
n=0
for pause in 0.1 0.2 0.4 0.3 0.5 0.2; do
	setsid "$rounds" killed seeds.jsonl docs.jsonl >log 2>&1 &
	pid=$!
	sleep $pause
	kill -9 -$pid 2>/dev/null && n=$((n + 1))
	wait $pid 2>/dev/null
done
test $n -gt 0 && $rounds killed seeds.jsonl docs.jsonl >log 2>&1 &&
    cmp killed/scores.jsonl out/scores.jsonl &&
    cmp killed/tagger/domains.bin out/tagger/domains.bin'
ok 'no disk, no model, no file under the name' '
    ! $rounds bad seeds.jsonl none.jsonl 2>/dev/null &&
    ! FIT=--no-such-option $rounds bad seeds.jsonl docs.jsonl 2>/dev/null &&
    test ! -e bad/model && test ! -e bad/scores.jsonl'
done_testing
