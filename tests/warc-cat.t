# warc-cat: the records of archives that are sound, odd and broken
. "${0%/*}/tap.sh"

golden basic
golden basic.all --type all --status any --mime any --headers
golden basic.index --index
golden messages
golden messages.headers --headers --status any
golden charsets
golden damage
golden arc
golden arc.index --index
golden digests --verify --index
golden field
golden arcs

printf '# blocked\nhttp://a.example/2\n' >"$tmp/block"
ok 'hosts and prefixes on a block list are dropped' '
	warc-cat --skip-hosts "$tmp/block" basic.in >"$tmp/out" &&
	warc-cat basic.in | grep -v "\"url\":\"http://a.example/2\"" |
	    cmp - "$tmp/out" && echo a.example | gzip -c >"$tmp/block.gz" &&
	warc-cat --skip-hosts "$tmp/block.gz" basic.in >"$tmp/out" &&
	! grep -q "http://a\.example" "$tmp/out"'
status 2 'a block list that is not there' 'warc-cat --skip-hosts no-such basic.in'


# robots.txt files, fetched later.
printf '%s\n' '{"url":"http://a.example/robots.txt","text":"User-agent: GPTBot\nDisallow: /2\n"}' \
    '' '{"url":"http://b.example/robots.txt","status":404,"text":"User-agent: *\nDisallow: /"}' \
    >"$tmp/robots"
ok 'what a robots.txt forbids is dropped' '
	warc-cat --robots "$tmp/robots" basic.in >"$tmp/out" &&
	warc-cat basic.in | grep -v "\"url\":\"http://a.example/2" |
	    cmp - "$tmp/out" && gzip -c <"$tmp/robots" >"$tmp/robots.gz" &&
	warc-cat --robots "$tmp/robots.gz" basic.in | cmp - "$tmp/out"'
same 'another agent may have it' 'warc-cat basic.in' \
    'warc-cat --robots "$tmp/robots" --agent CCBot,FooBot basic.in'
status 2 'robots that are not there' 'warc-cat --robots no-such basic.in'
echo '{"text":"User-agent: *"}' >>"$tmp/robots"
like 'robots:4: no record with a "url"' 'and what is none' \
    'warc-cat --robots "$tmp/robots" basic.in'
status 2 'an agent without robots' 'warc-cat --agent CCBot basic.in'
status 2 'no agent' 'warc-cat --agent , --robots "$tmp/robots" basic.in'

# One archive in every compression: the same pages, whatever their place.
pages='jq -c "del(.file, .offset, .size, .within)"'
cat basic.in messages.in charsets.in >"$tmp/all.warc"
ok 'a gzip member for each record' '
	warc-cat --index "$tmp/all.warc" | jq -r "[.offset, .size] | @tsv" |
	while read -r offset size; do
		tail -c "+$((offset + 1))" "$tmp/all.warc" | head -c "$size" |
		    gzip -n
	done >"$tmp/members.warc.gz" &&
	[ "$(zcat "$tmp/members.warc.gz" | cksum)" = "$(cksum <"$tmp/all.warc")" ]'
gzip -nc "$tmp/all.warc" >"$tmp/whole.warc.gz"
zstd -qc "$tmp/all.warc" >"$tmp/whole.warc.zst"
(cd "$tmp" && split -b 777 all.warc part. && for p in part.*; do
	gzip -nc "$p"
done >split.warc.gz)
for form in members.warc.gz whole.warc.gz whole.warc.zst split.warc.gz; do
	same "$form: the pages of the plain file" \
	    "warc-cat $tmp/all.warc | $pages" "warc-cat $tmp/$form | $pages"
	same "$form: from a pipe as from a file" \
	    "warc-cat $tmp/$form | $pages" "cat $tmp/$form | warc-cat | $pages"
done
same 'zero bytes after a member are padding' "warc-cat $tmp/all.warc | $pages" \
    "(cat $tmp/whole.warc.gz; head -c 999 /dev/zero) | warc-cat | $pages"

# A record's place leads back to it.
for form in all.warc members.warc.gz whole.warc.gz; do
	warc-cat "$tmp/$form" >"$tmp/$form.out"
	jq -r '"\(.offset)+\(.within // 0),\(.size // 1)"' "$tmp/$form.out" |
	    while read -r place; do
		case $form in whole*) place=${place%,*} ;; esac
		warc-cat --at "$place" "$tmp/$form"
	done >"$tmp/$form.at"
	ok "$form: --at every record" "cmp $tmp/$form.out $tmp/$form.at"
done
fifth=$(sed -n 5p "$tmp/members.warc.gz.out" | jq .offset)
ok '--from goes on there' "
	warc-cat --from $fifth $tmp/members.warc.gz >$tmp/from &&
	tail -n +5 $tmp/members.warc.gz.out | cmp - $tmp/from"
same '--from, of a pipe' "jq -c 'del(.file, .id)' $tmp/from" \
    "cat $tmp/members.warc.gz | warc-cat --from $fifth |
	jq -c 'del(.file, .id)'"
jq -r '"\(.offset),\(.size)"' "$tmp/members.warc.gz.out" >"$tmp/places"
(head -c $((fifth - 40)) "$tmp/members.warc.gz" && head -c 40 /dev/zero &&
    tail -c "+$((fifth + 1))" "$tmp/members.warc.gz") >"$tmp/torn.warc.gz"
ok '--at, of a pipe, before and after damage' "
	while read -r place; do
		cat $tmp/torn.warc.gz | warc-cat --at \$place 2>$tmp/err
	done <$tmp/places | jq -c 'del(.file, .id)' >$tmp/a
	jq -c 'del(.file, .id)' $tmp/members.warc.gz.out >$tmp/b
	[ \$(wc -l <$tmp/a) -eq \$(wc -l <$tmp/b) ] &&
	sed 4d $tmp/a >$tmp/c && sed 4d $tmp/b | cmp - $tmp/c"
ok 'the record that damage cut says so' \
    "sed -n 4p $tmp/a | jq -e '.truncated == \"damage\"'"
same '--from goes on after damage' "jq -c 'del(.file, .id)' $tmp/from" \
    "warc-cat --from $fifth $tmp/torn.warc.gz | jq -c 'del(.file, .id)'"
share=$(LC_ALL=C awk "BEGIN {printf \"%.1f\", 100 * $(warc-cat --index \
    "$tmp/members.warc.gz" | sed -n 1p | jq .size) / $(wc -c \
    <"$tmp/members.warc.gz")}")
if script -qec true /dev/null >"$tmp/out" 2>&1 </dev/null; then
	like "1 in, 0 out, .*, $share %.*100\.0 %" \
	    "-p: the share of the file on a terminal, first $share %" "
		script -qfec 'warc-cat -p $tmp/members.warc.gz >$tmp/out' \
		    $tmp/typescript </dev/null >$tmp/err 2>&1
		tr -d '\\n' <$tmp/typescript"
else
	skip '-p: the share of the file' 'no pseudo-terminals'
fi
status 1 '--from beyond the end' "warc-cat --from 99999999 $tmp/all.warc"
status 2 '--at takes one file' "warc-cat --at 0 $tmp/all.warc $tmp/all.warc"

# Damage: all sound records come out, the rest is reported, and nothing is invented.
n=$(wc -l <"$tmp/members.warc.gz.out")
size=$(wc -c <"$tmp/members.warc.gz")
cat >"$tmp/cut.py" <<'P'
import json, os, subprocess
os.chdir(os.environ['tmp'])
data = open('members.warc.gz', 'rb').read()
pages = [json.loads(l) for l in open('members.warc.gz.out')]
assert len(pages) > 40
for at in range(1, len(data), 401):
    open('cut.gz', 'wb').write(data[:at])
    run = subprocess.run(['timeout', '10', 'warc-cat', 'cut.gz'], stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL)
    got = [json.loads(l) for l in run.stdout.splitlines()]
    assert run.returncode <= 1, (at, run.returncode)
    assert ([g['id'] for g in got if 'damaged' not in g] ==
            [p['id'] for p in pages if p['offset'] + p['size'] <= at]), at
P
ok 'cut anywhere: what came before it comes out' "python3 $tmp/cut.py"
ok 'a byte turned anywhere: the others still come out' "
	for at in \$(seq 20 397 $size); do
		(head -c \$at $tmp/members.warc.gz; printf '\\377\\000\\377'
		tail -c +\$((at + 4)) $tmp/members.warc.gz) >$tmp/hurt.gz
		timeout 10 warc-cat $tmp/hurt.gz >$tmp/hurt 2>$tmp/err
		[ \$? -le 1 ] || exit 1
		[ \$(wc -l <$tmp/hurt) -ge $((n - 2)) ] || exit 1
	done"
like 'truncated gzip at byte' 'a cut is told' \
    "head -c 3000 $tmp/members.warc.gz | warc-cat --index >$tmp/out"
status 1 'and is input lost' \
    "head -c 3000 $tmp/members.warc.gz | warc-cat --index"
ok 'a cut in the middle costs one record' "
	(head -c $((fifth - 40)) $tmp/members.warc.gz
	tail -c +$((fifth + 1)) $tmp/members.warc.gz) >$tmp/gap.gz
	warc-cat $tmp/gap.gz >$tmp/gap 2>$tmp/err
	[ \$? -eq 1 ] && tail -n +5 $tmp/members.warc.gz.out | jq -c .id >$tmp/a &&
	jq -c .id $tmp/gap | tail -n $((n - 4)) | cmp - $tmp/a"
like 'no gzip member at byte' 'rubbish between members is told' "
	(cat $tmp/members.warc.gz; echo rubbish; cat $tmp/members.warc.gz) |
	warc-cat >$tmp/out"
ok 'and passed over' "[ \$(wc -l <$tmp/out) -eq $((2 * n)) ]"
status 0 'nothing is an archive of nothing' 'warc-cat </dev/null'
status 0 'and so is its gzip' 'gzip -c </dev/null | warc-cat'
status 1 'what is no archive is lost' 'echo hello | warc-cat'
status 66 'a file that is not there' "warc-cat $tmp/all.warc $tmp/none"
status 2 'a full disk' "warc-cat $tmp/all.warc >/dev/full"

# Odd bytes, and members that begin inside them.
cat basic.in messages.in >"$tmp/all.warc"
warc-cat --index "$tmp/all.warc" | jq -r '"\(.offset) \(.size)"' >"$tmp/at"
records() { # BYTES: each record as a gzip member, with these bytes at its end
	while read -r offset size; do
		(tail -c "+$((offset + 1))" "$tmp/all.warc" | head -c "$size"
		printf '%b' "$1") | gzip -n
	done <"$tmp/at"
}
for odd in '\0' 'X' '\0\0 X' '\r\n\377'; do
	records "$odd" >"$tmp/odd.gz"
	same "a member ends in $odd: the pages of the plain file" \
	    "warc-cat $tmp/all.warc | $pages | jq -c .html" \
	    "warc-cat $tmp/odd.gz 2>$tmp/err | jq -c .html"
	ok "no more than a message each" \
	    "[ \$(wc -l <$tmp/err) -le \$(wc -l <$tmp/at) ]"
done
(records '' | zcat | sed 's/^WARC\/1/rubbishWARC\/1/') >"$tmp/odd.warc"
same 'WARC/ within a line, of a plain file' \
    "warc-cat $tmp/all.warc | jq -c .html" \
    "warc-cat $tmp/odd.warc 2>$tmp/err | jq -c .html"

# zstd: frames that are passed over, and dictionaries.
skip_frame() { # N FILE: the skippable frame of number N, which holds a file
	n=$(wc -c <"$2")
	# shellcheck disable=SC2059 # the bytes are the format
	printf "$(printf '\\%03o\\052\\115\\030\\%03o\\%03o\\000\\000' \
	    $((80 + $1)) $((n % 256)) $((n / 256)))"
	cat "$2"
}
frames() { # ZSTD-OPTIONS: each record as a frame
	while read -r offset size; do
		tail -c "+$((offset + 1))" "$tmp/all.warc" | head -c "$size" |
		    zstd -q ${1:-}
		[ -z "${between:-}" ] || skip_frame 0 "$between"
	done <"$tmp/at"
}
echo skipped >"$tmp/note"
(skip_frame 0 "$tmp/note"; between=$tmp/note frames) >"$tmp/skip.zst"
same 'skippable frames before, between and after' \
    "warc-cat $tmp/all.warc | $pages" "warc-cat $tmp/skip.zst | $pages"
(skip_frame 15 "$tmp/note"; echo '{"text":"a"}' | zstd -q
skip_frame 1 "$tmp/note"; echo '{"text":"b"}' | zstd -q) >"$tmp/skip.jsonl"
same 'and of records' "printf '{\"text\":\"%s\"}\n' a b" \
    "text-dedup <$tmp/skip.jsonl"
head -c 3000 messages.in >"$tmp/dict"
zstd -q "$tmp/dict" -o "$tmp/dict.zst"
(skip_frame 13 "$tmp/dict"; frames "-D $tmp/dict") >"$tmp/plain-dict.zst"
(skip_frame 13 "$tmp/dict.zst"; frames "-D $tmp/dict") >"$tmp/packed-dict.zst"
for form in plain packed; do
	same "a $form dictionary" "warc-cat $tmp/all.warc | $pages" \
	    "warc-cat $tmp/$form-dict.zst | $pages"
	ok "a $form dictionary: --at a record" "
		warc-cat $tmp/$form-dict.zst | tail -n 1 >$tmp/a
		warc-cat --at \$(jq .offset $tmp/a) $tmp/$form-dict.zst |
		    cmp - $tmp/a"
done
head -c 300 "$tmp/dict.zst" >"$tmp/cut-dict"
(skip_frame 13 "$tmp/cut-dict"; frames "-D $tmp/dict") >"$tmp/no-dict.zst"
ok 'a dictionary that is damaged is one message' "
	warc-cat $tmp/no-dict.zst >$tmp/out 2>$tmp/err
	[ \$? -eq 1 ] && [ ! -s $tmp/out ] && [ \$(wc -l <$tmp/err) -eq 1 ] &&
	grep -q 'no zstd dictionary' $tmp/err"

# Records of a damaged member say so.
python3 - "$tmp/flip.gz" <<'EOF'
import gzip, random, sys
random.seed(1)
def record(i):
    words = ' '.join(random.choice(['tide', 'quay', 'boat', 'gull', 'rope'])
        for _ in range(20000))
    body = 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>' + words
    return gzip.compress(('WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: '
        'http://a.example/%d\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n'
        % (i, len(body), body)).encode(), mtime=0)
members = [bytearray(record(i)) for i in range(6)]
members[1][len(members[1]) // 2] ^= 16	# within the block
members[3][-6] ^= 1			# its checksum
members[4][-3] ^= 1			# its length
open(sys.argv[1], 'wb').write(b''.join(members))
EOF
ok 'records of damaged members have the member damaged' "
	warc-cat $tmp/flip.gz 2>$tmp/err | jq -c '[.url[17:], .damaged != null]' |
	    tr -d '\n' >$tmp/out
	grep -qF '[\"0\",false][\"1\",true][\"2\",false][\"3\",true][\"4\",true][\"5\",false]' \
	    $tmp/out"
ok 'so have records whose digest is another, with --verify' "
	warc-cat digests.in 2>/dev/null | jq -se 'all(.damaged == null)' &&
	warc-cat --verify digests.in 2>/dev/null | jq -c .damaged |
	    sort -u >$tmp/out
	grep -qx '\"WARC-Payload-Digest differs\"' $tmp/out && grep -qx null $tmp/out"

# Bounds.
response() { # CODING BODY: a record
	printf 'WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <bomb>\r\n'
	printf 'WARC-Target-URI: http://a.example/\r\nContent-Length: %s\r\n\r\n' \
	    $(($(wc -c <"$2") + 64 + ${#1}))
	printf 'HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\n' "$1"
	printf 'Content-Type: text/html\r\n\r\n'
	cat "$2"
	printf '\r\n\r\n'
}
long() { # BYTES: the header of a record
	printf 'WARC/1.0\r\nWARC-Type: response\r\nContent-Length: %s\r\n\r\n' "$1"
}
head -c 1048576 /dev/zero | gzip -9nc >"$tmp/zeros.gz"
for _ in 1 2 3 4 5 6 7 8; do # 256 of them
	cat "$tmp/zeros.gz" "$tmp/zeros.gz" >"$tmp/bomb.gz"
	mv "$tmp/bomb.gz" "$tmp/zeros.gz"
done
for _ in 1 2 3 4; do cat "$tmp/zeros.gz"; done >"$tmp/bomb.gz"
ok "1 GiB of zeros in $(wc -c <"$tmp/bomb.gz") bytes of gzip" \
    "[ \$(wc -c <$tmp/bomb.gz) -lt 1100000 ]"
# 80 MiB of zeros
base64 -d >"$tmp/bomb.br" <<'EOF'
z///fwAkAOKxQHLv//n//w+ABEAcFoDu/T////8BkACIwwLQvf/n//8/ABIAcVgAuvf//P//B0AC
IA4LQPf+fw==
EOF
(response gzip "$tmp/bomb.gz"; cat basic.in) >"$tmp/gzip.warc"
(response br "$tmp/bomb.br"; cat basic.in) >"$tmp/br.warc"
(long 1073741824 | gzip -nc; cat "$tmp/bomb.gz"
(printf '\r\n\r\n'; cat basic.in) | gzip -nc) >"$tmp/members.warc.gz"
(long 90000000; head -c 90000000 /dev/zero
printf '\r\n\r\n'; cat basic.in) >"$tmp/long.warc"
gzip -1nc "$tmp/long.warc" >"$tmp/long.warc.gz"
peak=$top/tests/warc-peak.py
for form in gzip.warc br.warc members.warc.gz long.warc long.warc.gz; do
	case $form in gzip* | br*) what='payload' ;; *) what='block' ;; esac
	same "$form: a $what too long is skipped" "warc-cat basic.in | $pages" \
	    "warc-cat $tmp/$form 2>$tmp/err | $pages"
	like "^warc-cat: .*:0: $what longer than --max-record" "$form: and named" \
	    "cat $tmp/err"
	case ${SAN:-}${RUN:-}$B in
	*san | *valgrind*) skip "$form: memory" 'sanitizers take their own' ;;
	*) ok "$form: in less than twice the limit" "
		python3 $peak run $tmp/peak warc-cat $tmp/$form \\
		    >$tmp/out 2>$tmp/err
		[ \$(cat $tmp/peak) -lt 131072 ]" ;;
	esac
done
# Records that claim to be longer than they are, and than is looked at.
claims() { # LENGTH URL TEXT
	printf 'WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: %s\r\n' "$2"
	printf 'Content-Length: %s\r\n\r\n%s\r\n\r\n' "$1" "$3"
}
many=$(printf 'x %.0s' $(seq 1500))
(claims 99999 x:1 "$many"; claims 3 x:2 abc) >"$tmp/beyond.warc"
(claims 2000 x:1 short; claims 3 x:2 abc; claims 3 x:3 def
claims 3000 x:4 "$many") >"$tmp/hides.warc"
(claims 9999 x:1 "$many" | gzip -nc; claims 3 x:2 abc | gzip -nc) \
    >"$tmp/member.warc.gz"
claims 9999 x:1 "$many" | gzip -nc >"$tmp/last.warc.gz"
(claims 3000 x:1 "$many" | gzip -nc; claims 3 x:2 abc | gzip -nc) \
    >"$tmp/right.warc.gz"
short='record cut short: Content-Length'
for case in "beyond.warc|x:2|$short 99999, 3[0-9]* bytes there" \
    "hides.warc|x:2 x:3|no record after Content-Length 2000" \
    "member.warc.gz|x:2|$short 9999, 30[0-9]* bytes there" \
    "last.warc.gz||$short 9999, 30[0-9]* bytes there" \
    "right.warc.gz|x:2|block longer than --max-record"; do
	name=${case%%|*} rest=${case#*|}
	ok "a length of more than --max-record: $name" "
		warc-cat --max-record 1000 $tmp/$name 2>$tmp/err |
		    jq -r .url | paste -sd ' ' >$tmp/got
		[ \"\$(cat $tmp/got)\" = '${rest%%|*}' ] &&
		    grep -q '${rest#*|}' $tmp/err &&
		    [ \$(grep -c 'longer than --max-record' $tmp/err) -ge 1 ]"
done
# Records that are as long as they may be, however they are coded.
case ${SAN:-}${RUN:-}$B in
*san | *valgrind*) skip 'large records: memory' 'sanitizers take their own' ;;
*)
	python3 "$peak" make "$tmp/large.warc"
	ok 'large records come out, but for two that are larger in UTF-8' "
		python3 $peak run $tmp/peak warc-cat --max-record 32Mi \
		    --headers --verify $tmp/large.warc 2>$tmp/err >$tmp/out
		[ \$(wc -l <$tmp/out) -eq 15 ] &&
		[ \$(grep -c 'text longer' $tmp/err) -eq 2 ]"
	ok "in twice --max-record and 24 MiB: $(cat "$tmp/peak") KiB" \
	    "[ \$(cat $tmp/peak) -lt $(((2 * 32 + 24) * 1024)) ]"
	rm -f "$tmp/large.warc" "$tmp/out"
	;;
esac
(printf 'WARC/1.0\r\nWARC-Type: response\r\nContent-Type: text/html\r\n'
printf 'WARC-Target-URI: data:text/html,'
head -c 3000000 /dev/zero | tr '\0' a
printf '\r\nContent-Length: 4\r\n\r\n<p>x\r\n\r\n'; cat basic.in) >"$tmp/uri.warc"
ok 'a header of 3 MB' "warc-cat --type resource,response $tmp/uri.warc |
	head -n 1 | jq -e '.html == \"<p>x\" and (.url | length) == 3000015'"
(printf 'WARC/1.0\r\nWARC-Type: response\r\n'
yes 'X-Header: without end' | head -n 230000
cat basic.in) >"$tmp/header.warc"
same 'a header that another one ends costs one record' \
    "warc-cat --index basic.in | jq .id" \
    "warc-cat --index $tmp/header.warc 2>$tmp/err | jq .id | tail -n +2"
like 'header cut short' 'and is told' "cat $tmp/err"
(printf 'WARC/1.0\r\nWARC-Type: response\r\n'
yes 'X-Header: without end' | head -c 15000000
cat basic.in) >"$tmp/header.warc"
same 'a header without end costs one record' "warc-cat basic.in | $pages" \
    "warc-cat $tmp/header.warc 2>$tmp/err | $pages"
like 'header longer than' 'and is named' "cat $tmp/err"

# What peers read from real archives, if these are beside the project.
warcs=$shared/data/web/warc
if [ -d "$warcs" ]; then
	zcat "$warcs/records.jsonl.gz" | jq -c '[.file, .i, .payload_len,
	    (if .payload_error then "-" else .payload_sha1 end)]' >"$tmp/oracle"
	jq -r .file "$warcs/manifest.jsonl" | while read -r f; do
		timeout 60 warc-cat --index "$warcs/$f" 2>"$tmp/err" >"$tmp/idx"
		got=$?
		[ $got -le 1 ] || echo "$f: status $got"
		[ $got -eq 0 ] || [ -s "$tmp/err" ] || echo "$f: not a word"
		awk -v f="$f" '{printf "{\"archive\":\"%s\",\"i\":%d,%s\n", f, NR - 1, substr($0, 2)}' \
		    "$tmp/idx"
	done >"$tmp/rows"
	(grep -v '^{' "$tmp/rows"
	grep '^{' "$tmp/rows" | jq -c '[.archive, .i, .payload_length, .payload_sha1]') >"$tmp/ours"
	ok 'every archive is read to its end' "! grep -v '^\\[' $tmp/ours"
	# Where we differ for a reason is listed in peers.differ beside this test's cases.
	grep -v '"-"\]$' "$tmp/oracle" | sort >"$tmp/a"
	sort "$tmp/ours" >"$tmp/b"
	comm -23 "$tmp/a" "$tmp/b" | jq -r '"\(.[0]) \(.[1])"' >"$tmp/differ"
	sed 's/ *#.*//; /^$/d' peers.differ | sort >"$tmp/known"
	ok "$(wc -l <"$tmp/a") payloads as warcio reads them" \
	    "! sort $tmp/differ | comm -23 - $tmp/known | grep ."
	ok 'as many records as a lenient reader finds' "
		jq -r 'select(.lenient_records) | \"\\(.file) \\(.lenient_records)\"' \
		    $warcs/manifest.jsonl | while read -r f n; do
			[ \$(grep -cF \"[\\\"\$f\\\",\" $tmp/ours) -ge \$n ] ||
			    echo \$f
		done >$tmp/fewer; ! grep . $tmp/fewer"
	ok 'the corner cases of HTML give valid records' "
		n=0
		for f in \$(find $shared/data/web/html-edge -type f); do
			zcat -f \$f >$tmp/page; n=\$((n + 1))
			printf 'WARC/1.0\r\nWARC-Type: resource\r\n'
			printf 'Content-Type: text/html\r\nContent-Length: %s\r\n\r\n' \
			    \$(wc -c <$tmp/page); cat $tmp/page; printf '\r\n\r\n'
		done >$tmp/edge.warc
		# Some look like another format, for the control characters in them.
		timeout 60 warc-cat --mime text/html,application/octet-stream $tmp/edge.warc |
		    jq -se --argjson n \$n 'length == \$n and \$n > 0 and
			all(.[]; .html | type == \"string\")'"
else
	skip 'real archives' 'they are not beside the project'
fi

# Pages in all charsets, by their label and by nothing but their bytes.
codes=$shared/data/web/encoding
as_records() { # a record for each row of the index, with its label or without
	# those that have no decoder are left out
	sed 1d "$codes/chardet/index.tsv" |
	    grep -vE '^chardet/(Johab|EUC-TW|iso-2022-kr)/' |
	    tee "$tmp/rows" | while read -r f label _ _ _ sum; do
		case $label in # of the folder, which may name a language
		*-*-*-*) label=${label%-*} ;;
		windows-*-* | utf-8-*) label=${label%-*} ;;
		esac
		zcat "$codes/$f" >"$tmp/page"
		printf 'WARC/1.0\r\nWARC-Type: resource\r\nWARC-Record-ID: <%s>\r\n' \
		    "$f $sum"
		printf 'Content-Type: text/html%s\r\nContent-Length: %s\r\n\r\n' \
		    "${1:+; charset=$label}" "$(wc -c <"$tmp/page")"
		cat "$tmp/page"
		printf '\r\n\r\n'
	done
}
wrong() { # the rows whose text has another digest; seen has them all
	warc-cat | tee "$tmp/seen" | jq -r '"\(.id) \(.html | @base64)"' |
	    while read -r f sum text; do
		got=$(printf '%s' "$text" | base64 -d | sha256sum)
		[ "${got%% *}" = "$sum" ] || echo "$f"
	done
}
if [ -d "$codes" ]; then
	for by in label bytes; do
		sed -n "s/^$by  *\\([^ ]*\\).*/\\1/p" charsets.differ | sort \
		    >"$tmp/known"
		case $by in label) as_records x ;; *) as_records '' ;; esac |
		    wrong | sort >"$tmp/wrong"
		n=$(wc -l <"$tmp/rows")
		ok "$n pages by $by" "[ \$(wc -l <$tmp/seen) -eq $n ] &&
			! comm -23 $tmp/wrong $tmp/known | grep ."
	done
else
	skip 'pages in all charsets' 'they are not beside the project'
fi
same '--name: what standard input is called' \
    "warc-cat '$top/examples/sample/crawl.warc.gz' |
	jq -c '[.offset, .html] + [\"a/b.gz\"]'" \
    "warc-cat --name a/b.gz <'$top/examples/sample/crawl.warc.gz' |
	jq -c '[.offset, .html, .file]'"
like '^warc-cat: a/b.gz:0: ' 'and by messages' 'echo no | warc-cat --name a/b.gz'
status 2 '--name of two files' 'warc-cat --name a b c'
done_testing
