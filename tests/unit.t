# the unit tests of common/, each a program of its own that prints TAP
. "${0%/*}/tap.sh"

cd "$top" || exit
for unit in "$B"/unit/*; do
	${RUN:-} "$unit" >"$tmp/.unit" 2>&1
	got=$?
	grep -qE '^1\.\.[1-9]' "$tmp/.unit" || got=1
	grep -vE '^ok|^1\.\.' "$tmp/.unit" >"$tmp/.failed"
	report $got "${unit##*/}: $(grep -cE '^ok' "$tmp/.unit") assertions" \
	    "$tmp/.failed"
done
done_testing
