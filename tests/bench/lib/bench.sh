# shellcheck shell=sh
# bench.sh - median of five runs of one command, or of two in turn
#
#	rate NAME BYTES COMMAND			MB/s of COMMAND
#	against NAME BYTES COMMAND PEER-NAME PEER	and the ratio to PEER

top=$(cd "$(dirname "$0")/../.." && pwd)
: "${B:=build}"
case $B in /*) ;; *) B=$top/$B ;; esac
PATH="$B/bin:$PATH"
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

median() {
	sort -n "$1" | sed -n 3p
}

machine() {
	echo "# $(uname -m), $(sed -n 's/^model name.*: //p' /proc/cpuinfo |
	    head -n 1), one thread, median of 5"
}

rate() {
	: >"$tmp/a"
	for _ in 1 2 3 4 5; do once "$3" >>"$tmp/a"; done
	awk -v n="$2" -v name="$1" \
	    '{printf "%-40s %9.1f MB/s\n", name, n / $1 / 1e6}' <<EOF
$(median "$tmp/a")
EOF
}

against() {
	: >"$tmp/a"
	: >"$tmp/b"
	for _ in 1 2 3 4 5; do
		once "$3" >>"$tmp/a"
		once "$5" >>"$tmp/b"
	done
	awk -v n="$2" -v name="$1" -v peer="$4" '{
		printf "%-40s %9.1f MB/s   %s %9.1f MB/s   %.2f x\n",
		    name, n / $1 / 1e6, peer, n / $2 / 1e6, $2 / $1}' <<EOF
$(median "$tmp/a") $(median "$tmp/b")
EOF
}
