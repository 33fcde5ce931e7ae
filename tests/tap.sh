# tap.sh - tests of command lines, reported as TAP (for prove)
#
#	golden CASE ARG ...	run the tool on tests/golden/TOOL/CASE.in and
#				compare with CASE.out, .err, .status (a missing
#				file means empty, or 0); UPDATE=1 rewrites them
#	same WHY CMD CMD	both commands print the same bytes, at least one, with
#				status 0
#	status N WHY CMD	the command ends with that status
#	like RE WHY CMD		its output (both streams) matches the grep -E RE
#	ok WHY CMD		the command succeeds
#	finds KIND		go to the folder of reported inputs of that kind,
#				beside the project; if there is none, end
#	check FOLDER WHY CMD	ok, in the find whose name begins with FOLDER
#	skip WHY REASON		the test cannot be run here
#	chat_server		start tests/chat-server.py, set $url
#	done_testing		must come last
#
# A test file is named after its tool; golden runs that tool.  Commands are run by
# sh -c in the tool's golden folder, with build/bin in front of PATH, and after it
# strict, whose jq -e, cmp and differ (two files are there, and differ) are never
# content with nothing.  $tmp is a folder that is removed at the end, $top the root
# of the project, $shared the data beside it, if there is any, and $PEERS a python
# that has packages of PyPI, which is build/peers unless it is set.

set -u
export LC_ALL=C.UTF-8
top=$(cd "$(dirname "$0")/.." && pwd)
tool=$(basename "$0" .t)
shared=$top/../shared
: "${B:=build}" "${PEERS:=$top/build/peers/bin/python}"
case $B in /*) ;; *) B=$top/$B ;; esac
JQ=$(command -v jq) CMP=$(command -v cmp)
export PATH="$B/bin:$top/tests/strict:$PATH" top shared B PEERS JQ CMP
tmp=$(mktemp -d)
export tmp
trap 'rm -rf "$tmp"' EXIT
if [ -d "$top/tests/golden/$tool" ]; then
	cd "$top/tests/golden/$tool" || exit
fi

ntest=0
nfail=0

# With RUN=valgrind, every tool is run through a wrapper of its name.
if [ -n "${RUN:-}" ]; then
	mkdir "$tmp/run"
	for t in "$B"/bin/*; do
		printf '#!/bin/sh\nexec %s %s "$@"\n' "$RUN" "$t" \
		    >"$tmp/run/${t##*/}"
		chmod +x "$tmp/run/${t##*/}"
	done
	PATH="$tmp/run:$PATH"
fi

report() { # STATUS WHY [FILE-OF-DETAILS]
	ntest=$((ntest + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $ntest - $2"
		return
	fi
	nfail=$((nfail + 1))
	echo "not ok $ntest - $2"
	[ -n "${3:-}" ] && head -n 20 "$3" | sed 's/^/# /'
	return 0
}

skip() {
	ntest=$((ntest + 1))
	echo "ok $ntest - $1 # skip $2"
}

ok() {
	sh -c "$2" >"$tmp/.out" 2>&1
	report $? "$1" "$tmp/.out"
}

status() {
	sh -c "$3" >"$tmp/.out" 2>&1
	got=$?
	echo "status $got, not $1" >>"$tmp/.out"
	[ "$got" -eq "$1" ]
	report $? "$2" "$tmp/.out"
}

like() {
	sh -c "$3" >"$tmp/.out" 2>&1
	grep -qE -- "$1" "$tmp/.out"
	report $? "$2" "$tmp/.out"
}

same() {
	sh -c "$2" >"$tmp/.a" 2>"$tmp/.err" && sh -c "$3" >"$tmp/.b" \
	    2>>"$tmp/.err"
	got=$?
	if [ $got -eq 0 ]; then
		cmp "$tmp/.a" "$tmp/.b" >>"$tmp/.err" 2>&1
		got=$?
	fi
	report $got "$1" "$tmp/.err"
}

# A chat server on loopback, whose requests go to ./log; $url is its address.
chat_server() {
	python3 "$top/tests/chat-server.py" port log &
	server=$!
	trap 'kill $server 2>/dev/null; rm -rf "$tmp"' EXIT
	while [ ! -s port ] && kill -0 $server; do sleep 0.1; done
	url=http://127.0.0.1:$(cat port)/v1
	export url
}

golden() {
	name=$1
	shift
	"$tool" "$@" <"$name.in" >"$tmp/.out" 2>"$tmp/.err"
	echo $? >"$tmp/.status"
	if [ -n "${UPDATE:-}" ]; then
		cp "$tmp/.out" "$name.out"
		cp "$tmp/.err" "$name.err"
		cp "$tmp/.status" "$name.status"
		[ -s "$name.err" ] || rm "$name.err"
		[ "$(cat "$name.status")" = 0 ] && rm "$name.status"
	fi
	: >"$tmp/.diff"
	for part in out err status; do
		want=$name.$part
		if [ ! -e "$want" ]; then
			want=$tmp/.want
			: >"$want"
			[ $part = status ] && echo 0 >"$want"
		fi
		diff -u "$want" "$tmp/.$part" >>"$tmp/.diff" 2>&1
	done
	[ ! -s "$tmp/.diff" ]
	report $? "golden $name" "$tmp/.diff"
}

finds() {
	finds=$shared/finds/$1
	if [ ! -d "$finds" ]; then
		skip 'finds' 'they are not beside the project'
		done_testing
	fi
	cd "$finds" || exit
}

check() {
	dir=$(echo "$1"-*)
	ok "$1: $2" "cd $finds/$dir && $3"
}

done_testing() {
	echo "1..$ntest"
	[ $nfail -eq 0 ]
	exit
}
