# shellcheck shell=sh
# bench.sh - median of five runs of one command, or of two in turn
#
#	rate NAME BYTES COMMAND			MB/s of COMMAND
#	against NAME BYTES COMMAND PEER-NAME PEER	and the ratio to PEER
#	has_peer PYTHON MODULE ...	whether it has them; one that is there but
#					does not load ends the bench
#
# Where a bench sets unit, BYTES are what it counts instead of bytes; where it sets
# condition, its rows were not made as those of others are.  PYTHON is the Python
# that has the peers, build/peers/bin/python if it is there.
#
# With RESULTS, a file, each row and each missing peer is added to it as a line of
# JSON, for tests/bench/table.py; lib/rows.py does it for benches in Python.

top=$(cd "$(dirname "$0")/../.." && pwd)
: "${B:=build}"
case $B in /*) ;; *) B=$top/$B ;; esac
PATH="$B/bin:$PATH"
unit=MB/s condition=
if [ -z "${PYTHON:-}" ]; then
	PYTHON=$top/build/peers/bin/python
	[ -x "$PYTHON" ] || PYTHON=python3
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Processor seconds of one run, all its processes and threads together: a rate
# is one of a core, and other work on the machine matters little to it.
once() {
	python3 - "$1" <<'PY'
import resource, subprocess, sys
subprocess.run(sys.argv[1], shell=True, check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime)
PY
}

record() { # NAME RATE [PEER-NAME RATE], of numbers that awk has made
	[ -n "${RESULTS:-}" ] || return 0
	jq -nc --arg bench "$(basename "$0" .sh)" --arg row "$1" --argjson ours "$2" \
	    --arg peer "${3:-}" --argjson theirs "${4:-null}" \
	    --arg unit "$unit" --arg condition "$condition" \
	    '{$bench, $row, ours: $ours, $unit} +
	    if $peer == "" then {} else {$peer, theirs: $theirs} end +
	    if $condition == "" then {} else {$condition} end' >>"$RESULTS"
}

missing() { # PEER
	echo "# no $1"
	[ -z "${RESULTS:-}" ] || jq -nc --arg bench "$(basename "$0" .sh)" \
	    --arg missing "$1" '{$bench, $missing}' >>"$RESULTS"
}

cat >"$tmp/has-peer.py" <<'PY'
import importlib.util, sys
absent = [m for m in sys.argv[1:]
          if importlib.util.find_spec(m.split(".")[0]) is None]
if absent:
    print(", ".join(absent))
    sys.exit(3)
for m in sys.argv[1:]:
    importlib.import_module(m)
PY

has_peer() {
	has_python=$1 has_status=0
	shift
	if ! command -v "$has_python" >/dev/null; then
		missing "$has_python, for $*"
		return 1
	fi
	"$has_python" "$tmp/has-peer.py" "$@" >"$tmp/absent" 2>"$tmp/why" ||
	    has_status=$?
	if [ $has_status -eq 3 ]; then
		missing "$(cat "$tmp/absent")"
		return 1
	fi
	[ $has_status -eq 0 ] || {
		echo "$0: $*: there, but does not load" >&2
		tail -n 3 "$tmp/why" >&2
		exit 1
	}
}

median() {
	sort -n "$1" | sed -n 3p
}

speed() { # BYTES SECONDS: millions a second, of the median
	median "$2" | awk -v n="$1" '{print n / $1 / 1e6}'
}

machine() {
	echo "# $(uname -m), $(sed -n 's/^model name.*: //p' /proc/cpuinfo |
	    head -n 1), one thread, median of 5"
}

rate() {
	: >"$tmp/a"
	for _ in 1 2 3 4 5; do once "$3" >>"$tmp/a"; done
	awk -v n="$2" -v name="$1" -v unit="$unit" \
	    '{printf "%-40s %9.4g %s\n", name, n / $1 / 1e6, unit}' <<EOF
$(median "$tmp/a")
EOF
	record "$1" "$(speed "$2" "$tmp/a")"
}

against() {
	: >"$tmp/a"
	: >"$tmp/b"
	for _ in 1 2 3 4 5; do
		once "$3" >>"$tmp/a"
		once "$5" >>"$tmp/b"
	done
	awk -v n="$2" -v name="$1" -v peer="$4" -v unit="$unit" '{
		printf "%-40s %9.4g %s   %s %9.4g   %.2f x\n",
		    name, n / $1 / 1e6, unit, peer, n / $2 / 1e6, $2 / $1}' <<EOF
$(median "$tmp/a") $(median "$tmp/b")
EOF
	record "$1" "$(speed "$2" "$tmp/a")" "$4" "$(speed "$2" "$tmp/b")"
}
