# domain-pick: the best share, the grey zone, negatives, the prior, joins, parts
. "${0%/*}/tap.sh"

golden share --share 0.2 --grey 2 --background 2
golden score --min-score 0.75
golden all --min-score 0.75 --grey 1.5 --all
golden prior --min-score 0.5 --prior near --all
golden ties --share 0.1 --min-score 0.9
cd "$tmp" || exit
awk 'BEGIN {
	srand(7)
	for (i = 0; i < 2000; i++) {
		a = rand() ^ 2; b = int(rand() * 5) / 4; c = rand() / 100
		printf "{\"id\":\"d%d\",\"text\":\"t %d\",\"scores\":{\"B\":%.7f,\"A\":%.7f,\"C\":%.9f},\"x\":[1, 2.50]}\n", i, i, b, a, c
	}
}' >docs
export pick="domain-pick --share 0.05 --grey 3 --background 40"

ok '--share: so many of each domain' '
    domain-pick --share 0.05 docs | jq -r ".domains[]" | sort | uniq -c |
    awk "\$1 != 100 {exit 1} END {exit NR != 3}"'
ok 'the best ones' '
    for d in A C; do
	jq -r "[.scores.$d, .id] | @tsv" docs | sort -k 1,1gr | head -n 100 |
	    cut -f 2 | sort >best
	domain-pick --share 0.05 docs |
	    jq -r "select(.domains | index(\"$d\")).id" | sort | cmp - best || exit
    done'
ok 'of equal scores by hash of id: order and company do not matter' '
    domain-pick --share 0.05 docs | sort >a
    tac docs | domain-pick --share 0.05 | sort | cmp - a'
ok 'another --rng breaks ties in another way' '
    domain-pick --share 0.05 --rng 1 docs | sort >b
    jq -c "select(.domains | index(\"C\")).id" a >ac
    jq -c "select(.domains | index(\"C\")).id" b | cmp - ac
    jq -c "select(.domains | index(\"B\")).id" a >ab
    jq -c "select(.domains | index(\"B\")).id" b | cmp -s - ab; test $? -eq 1'
ok '--share 1 keeps all, 0 none' '
    test "$(domain-pick --share 1 docs | wc -l)" = 2000 &&
    test "$(domain-pick --share 0 docs | wc -l)" = 0'
ok '--grey: the next best, and none is learnt both ways' '
    domain-pick --share 0.05 --grey 3 --background 2000 docs >grey
    jq -e -s "([.[].maybe[]] | group_by(.) | map(length)) == [200, 200, 200] and
	all(.[]; (.domains - .maybe) == .domains) and
	([.[] | select(.domains | index(\"A\")).scores.A] | min) >=
	    ([.[] | select(.maybe | index(\"A\")).scores.A] | max) and
	([.[] | select(.maybe | index(\"A\")).scores.A] | min) >=
	    ([.[] | select([.domains, .maybe] | add | index(\"A\") | not).scores.A]
	    | max)" grey'
ok '--grey of what --min-score keeps' '
    domain-pick --min-score 0.9 --grey 1.5 --background 2000 docs |
	jq -e -s "([.[] | select(.domains | index(\"A\"))] | length) as \$n |
	([.[] | select(.maybe | index(\"A\"))] | length) == (\$n / 2 + 0.5 | floor) and
	\$n > 50"'
ok 'without it maybe stays' '
    jq -c ".maybe = \"*\"" docs | domain-pick --share 0.05 | jq -e -s \
	"all(.[]; .maybe == \"*\")"'
ok '--background: so many others' '
    $pick docs | jq -e -s "map(select(.domains == [])) | length == 40"'
ok 'those of the least hashes: fewer are among more' '
    $pick docs | jq -r "select(.domains == []).id" | sort >a
    test -s a && domain-pick --share 0.05 --background 400 docs |
	jq -r "select(.domains == []).id" | sort | comm -23 a - | wc -l | grep -qx 0'
ok 'a part of the score in it, too: either keeps' '
    domain-pick --share 0.05 docs | jq -c "{id, d: .domains[]}" | sort >s
    domain-pick --min-score 0.6 docs | jq -c "{id, d: .domains[]}" | sort >m
    sort -u s m >sm
    domain-pick --share 0.05 --min-score 0.6 docs | jq -c "{id, d: .domains[]}" |
	sort | cmp - sm'
ok '--second: of what is kept, lesser domains, too' '
    domain-pick --min-score 0.6 docs | jq -r .id >a
    domain-pick --min-score 0.6 --second 0.3 docs >b && jq -r .id b | cmp a - &&
    jq -e -s "any(.[]; .domains | length > 1) and all(.[]; .domains ==
	([.scores | to_entries[] | select(.value >= 0.3).key] | sort))" b'
ok '--absent: a domain that is hardly ever sure keeps what is' '
    awk "BEGIN {for (i = 0; i < 40; i++) printf \
	\"{\\\"id\\\":\\\"%d\\\",\\\"scores\\\":{\\\"A\\\":%s,\\\"B\\\":%s}}\\n\", i,
	i == 0 ? 0.95 : i < 30 ? 0.5 : 0.1, i < 20 ? 0.5 : i < 36 ? 0.9 : 0.3}" >some
    domain-pick --all --min-score 0.4 --second 0.25 --absent 0.6 --stats st some >b
    jq -e ".absent == 1" st && jq -e -s "
	(map(select(.domains | index(\"A\")).id) == [\"0\"]) and
	(map(select(.domains | index(\"B\"))) | length == 36)" b &&
    tac some | domain-pick --all --min-score 0.4 --second 0.25 --absent 0.6 |
	tac | cmp - b'
status 2 '--absent is for use, not to learn from' 'domain-pick --min-score 0.6 --absent 0.6 --grey 2 docs'
status 2 '--absent judges a whole corpus' 'domain-pick --share 0.6 --absent 0.6 docs'
status 2 '--second teaches nothing' 'domain-pick --min-score 0.6 --second 0.3 --grey 2 docs'
same '--all drops nothing' 'domain-pick --min-score 0.5 --all docs | jq -r .id' \
    'jq -r .id docs'
same 'a record at a time where nothing else is asked for' \
    'TMPDIR=/no-such-folder domain-pick --min-score 0.5 docs' \
    'tac docs | domain-pick --min-score 0.5 | tac'
ok 'input order, members byte for byte' '
    $pick docs >a && test -s a && jq -r ".id[1:]" a | sort -n -c &&
    test "$(grep -cF "\"x\":[1, 2.50]" a)" = "$(wc -l <a)" &&
    sed "s/,\"domains\".*/}/" a | grep -Fxf - docs | wc -l >n &&
    wc -l <a | cmp - n'

ok '--prior: the odds, multiplied' '
    jq -c ".near = (.scores | map_values(. / 2 + 0.2))" docs |
    domain-pick --all --min-score 0.5 --prior near --prior-weight 0.7 |
    jq -c "[.near, .scores, .domains]" >got
    jq -c .scores docs | python3 -c "
import json, sys
def odds(p, least):
    p = min(max(p, least), 1 - least)
    return p / (1 - p)
rows, made = list(sys.stdin), list(open(\"got\"))
assert len(rows) == len(made) == 2000
for line, got in zip(rows, made):
    near, score, domains = json.loads(got)
    for name, p in json.loads(line).items():
        o = odds(p, 1e-6) * odds(near[name], 0.01) ** 0.7
        assert abs(o / (1 + o) - score[name]) < 1e-6
    assert domains == sorted(d for d in score if score[d] >= 0.5)"'
ok '--prior in another order' '
    jq -c ".near = (.scores | to_entries | reverse | from_entries)" docs |
	domain-pick --share 0.1 --prior near | jq -c "[.id, .domains]" >a
    jq -c ".near = .scores" docs | domain-pick --share 0.1 --prior near |
	jq -c "[.id, .domains]" | cmp - a'
like 'each with one in the prior' 'a prior that lacks a domain' '
    jq -c ".near = {A: 1}" docs | domain-pick --share 0.1 --prior near'

jq -c '{id, scores}' docs >scores
jq -c 'del(.scores)' docs >texts
same '--from: scores of other records' \
    '$pick --from scores texts | jq -c "[.id, .domains, .maybe, (.scores | map_values(. + 0))]"' \
    '$pick docs | jq -c "[.id, .domains, .maybe, (.scores | map_values(. + 0))]"'
same 'or of standard input' '$pick --from scores texts' \
    '$pick --from - texts <scores'
same 'the text is the one, the scores the other' \
    '$pick --from scores texts | jq -c "[.text, .scores.A + 0]"' \
    '$pick docs | jq -c "[.text, .scores.A + 0]"'
ok 'records without scores are dropped, and counted' '
    sed -n "3~3!p" scores | domain-pick --all --min-score 0.5 --stats st \
	--from - texts | jq -r .id >a
    sed -n "3~3!p" texts | jq -r .id | cmp - a &&
    jq -e ".dropped == {\"no scores\": 666}" st'
status 1 'scores in another order' '
    tac scores | domain-pick --all --min-score 0.5 --from - texts'
like 'the record d1998 and what follows it are not in the input' 'and why' '
    tac scores | domain-pick --all --min-score 0.5 --from - texts'
status 66 'scores that are not there' \
    'domain-pick --min-score 0.5 --from no-such-file texts'
like 'no string "id"' 'a record without id' '
    (echo "{\"text\":\"t\"}"; cat texts) | domain-pick --share 0.1 --from scores'
status 2 'both of standard input' 'domain-pick --min-score 0.5 --from - <scores'

# Parts: passes over each, until all thresholds are known.
cat >parts <<'SH'
rm -f part.* t
sed -n '1,700p' $1 >part.1
sed -n '701,720p' $1 | gzip >part.2
: >part.3
sed -n '721,$p' $1 >part.4
shift
: >t
npass=0
until grep -q '"exact":true' t; do
	npass=$((npass + 1))
	for p in part.[1-4]; do
		domain-pick "$@" --thresholds t --histogram $p.counts $p || exit
	done
	domain-pick "$@" --merge --thresholds t part.*.counts >t.new || exit
	mv t.new t
done
for p in part.[1-4]; do
	domain-pick "$@" --thresholds t $p || exit
done
echo $npass >npass
SH
while read -r opts; do
	same "parts are the whole: $opts" "domain-pick $opts docs" \
	    "sh parts docs $opts"
done <<'LIST'
--share 0.05
--share 0.05 --grey 3 --background 40
--share 0.05 --min-score 0.4 --grey 2.5 --background 40 --rng 3
--share 0.1 --grey 1.5 --prior scores --prior-weight 0.3
--min-score 0.5 --grey 2
--min-score 0.5 --background 7
--min-score 0.5
--share 1 --grey 2 --background 7
LIST
ok 'of a share of 0 nothing, in parts too' '
    domain-pick --share 0 docs >none && sh parts docs --share 0 >>none && ! test -s none'
ok 'in two passes where few are equal, a third for the background' '
    jq -c "del(.scores.B)" docs >ac && sh parts ac --share 0.05 --grey 3 >out &&
    grep -qx 2 npass &&
    sh parts ac --share 0.05 --grey 3 --background 9 >out && grep -qx 3 npass'
awk 'BEGIN {for (i = 0; i < 2000; i++) {
	printf "{\"id\":\"%d\",\"scores\":{\"A\":0.5}}\n", i
	printf "{\"id\":\"%d\",\"scores\":{\"A\":0.5}}\n", i % 500}}' >equal
same 'of one score, and ids that are there again' \
    'domain-pick --share 0.1 --grey 2 equal' \
    'sh parts equal --share 0.1 --grey 2'
ok 'the thresholds can be read' '
    sh parts docs --share 0.05 >out
    domain-pick --share 0.05 docs | jq -r "select(.domains | index(\"A\")).scores.A" |
	sort -g | head -n 1 >least
    jq -r "select(.domain == \"A\").share.score" t | cmp - least'
sh parts docs --share 0.05 --background 9 >out
export opts='--share 0.05 --background 9'
status 2 'thresholds of other options' 'domain-pick --share 0.06 --thresholds t docs'
like 'it was made with other options' 'and why' \
    'domain-pick --share 0.06 --thresholds t docs'
like 'not exact yet' 'thresholds that are not known yet' '
    domain-pick $opts --histogram c docs && domain-pick $opts --merge c >t1 &&
    domain-pick $opts --thresholds t1 docs'
like 'c:1: it is of another pass' 'counts of another pass' \
    'domain-pick $opts --merge --thresholds t1 c'
like 'counts of a domain, or of the background, are missing' \
    'counts without a domain' '
    domain-pick $opts --thresholds t1 --histogram c2 docs
    grep -v "\"A\"" c2 | domain-pick $opts --merge --thresholds t1'
like 'there are no counts' 'no counts' 'domain-pick $opts --merge </dev/null'
like 'does not know the domain D' 'other records than were counted' '
    echo "{\"id\":\"d\",\"scores\":{\"D\":1}}" | domain-pick $opts --thresholds t'
like 'c3:5: these are no counts' 'counts that are none' '
    sed "5s/key/kez/" c >c3; domain-pick $opts --merge c3'
like 't3: incomplete file' 'half of the thresholds' '
    head -n 3 t >t3; domain-pick $opts --thresholds t3 docs'
like 'does not begin with rule' 'a file that is none' \
    'domain-pick $opts --thresholds docs docs'
status 2 'thresholds that are not there' 'domain-pick $opts --thresholds no docs'
status 66 'counts that are not there' 'domain-pick $opts --merge c no-such-file'
status 2 'no room for the counts' \
    'domain-pick $opts --histogram /dev/full docs'

status 2 'neither --share nor --min-score' 'domain-pick --grey 2 docs'
status 2 '--all with --background' \
    'domain-pick --min-score 0.5 --all --background 2 docs'
status 2 '--merge with --histogram' 'domain-pick --share 0.1 --merge --histogram c'
status 2 'a weight of no prior' 'domain-pick --share 0.1 --prior-weight 1 docs'
status 2 'a grey zone of less than what is kept' \
    'domain-pick --share 0.1 --grey 0.5 docs'
status 2 'no room to spool' \
    'TMPDIR=/no-such-folder domain-pick --share 0.1 docs'
status 2 'a full spool' \
    '(ulimit -f 8; trap "" XFSZ; domain-pick --share 0.1 docs >/dev/null)'
ok 'ten thousand domains' 'awk "BEGIN {for (i = 0; i < 10000; i++)
	printf \"{\\\"id\\\":\\\"%d\\\",\\\"scores\\\":{\\\"d%05d\\\":0.5}}\\n\", i, i}" |
    timeout 60 domain-pick --share 0.0001 --grey 2 | wc -l | grep -qx 10000'

# A million records: the most memory does not grow with their number.
case $B in
*/san) skip 'a million records in 48 MiB' 'sanitizers take more memory' ;;
*)
	awk 'BEGIN {srand(3); for (i = 0; i < 1000000; i++)
	    printf "{\"id\":\"d%d\",\"text\":\"some words %d\",\"scores\":{\"A\":%.7f,\"B\":%.7f,\"C\":%.2f}}\n", i, i, rand(), rand() ^ 3, rand()}' >million
	python3 "$top/tests/warc-peak.py" run peak domain-pick --share 0.01 \
	    --grey 3 --background 1000 million >out
	ok "a million records in 48 MiB: $(cat peak) KiB" '
	    test $(cat peak) -lt 49152 && jq -r ".domains[]" out | sort |
	    uniq -c | awk "\$1 != 10000 {exit 1} END {exit NR != 3}" &&
	    test $(grep -cF "\"domains\":[]" out) = 1000' ;;
esac
# Hosts.
awk 'BEGIN {
	for (i = 0; i < 40; i++) {
		host = i < 20 ? "law.example" : i < 30 ? "u:p@mixed.example:80" : "few.example"
		high = i < 20 ? i % 4 : i < 30 ? i % 5 == 0 : i >= 38
		if (i >= 30 && i < 36)
			continue
		printf "{\"id\":\"h%d\",\"url\":\"https://%s/p?x=%d\",\"scores\":{\"Law\":%s,\"Sea\":0.1}}\n",
		    i, host, i, high ? "0.9" : "0.3"
	}
}' >pages
domain-pick --all --min-score 0.5 pages >decided
ok '--hosts: by share, those of few records later' '
    domain-pick --hosts decided >hosts && jq -c "[.host,.domain,.records,.kept]" hosts |
    cmp - <<END
["law.example","Law",20,15]
["few.example","Law",4,2]
["mixed.example","Law",10,2]
END'
same 'whatever the order of records' 'tac decided | domain-pick --hosts' 'cat hosts'
ok 'a lower score is enough on hosts of the domain, of five records or more' '
    domain-pick --all --min-score 0.5 --host-list hosts --host-score 0.2 \
	--stats st pages >more &&
    jq -e ".by_host == 5" st && jq -e -s "
	all(if (.url | contains(\"law.\")) then .domains == [\"Law\"]
	    else .domains == (if .scores.Law > 0.5 then [\"Law\"] else [] end)
	    end)" more'
ok 'and --host-share says on which, a cap how many' '
    domain-pick --min-score 0.5 --host-list hosts --host-score 0.2 \
	--host-share 0.2 --stats st pages >more &&
    jq -e ".by_host == 7" st && jq -e -s "
	map(select(.url | contains(\"mixed\"))) | length == 4" more'
ok 'nothing that scores less' '
    domain-pick --min-score 0.5 --host-list hosts --host-score 0.31 pages >more &&
    domain-pick --min-score 0.5 pages | cmp - more'
ok 'no URL, no host' 'jq -c "del(.url)" pages |
    domain-pick --min-score 0.5 --host-list hosts --host-score 0.2 |
    jq -c .id >a && domain-pick --min-score 0.5 pages | jq -c .id | cmp - a'
status 2 'a list without a score' 'domain-pick --min-score 0.5 --host-list hosts pages'
status 1 'hosts of records without any' 'jq -c "del(.url)" decided | domain-pick --hosts'
done_testing
