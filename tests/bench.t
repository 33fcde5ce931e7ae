#!/bin/sh
# tests/bench/table.py: rows as the benches tell them, and two tables compared.
. "$(dirname "$0")/tap.sh"

export bench=$top/tests/bench
cd "$tmp" || exit 1
row() { # OURS THEIRS [ROW]
	printf '{"bench": "b", "row": "%s", "ours": %s, "unit": "MB/s",
	    "peer": "p 1.%s", "theirs": %s}' "${3:-r}" "$1" "$1" "$2"
}
table() {
	printf '{"machine": "m", "runs": {}, "rows": [%s, %s]}' "$@"
}

table "$(row 100 50)" "$(row 7 7 old)" >before
table "$(row 103 51)" "$(row 7 7 new)" >after
ok 'compare: what is within the noise is counted; new rows, rows that are gone' '
	python3 "$bench/table.py" compare before after | sed 1d >out
	printf "new       b: new\ngone      b: old\n1 rows the same, within 5%%\n" |
	cmp - out'
table "$(row 150 100)" "$(row 7 7 old)" >after
ok 'compare: by rate, and beside a peer of another version' '
	python3 "$bench/table.py" compare before after |
	grep -q "^  1.50 x  b: r; 0.75 x beside p 1.150$"'

# A folder of benches of its own, since a bench finds its helpers beside it.
mkdir -p own/tests/bench
ln -s "$bench/lib" own/tests/bench/lib
cat >own/tests/bench/told.sh <<'SH'
. "$(dirname "$0")/lib/bench.sh"
unit=words/s condition='one run'
record r 2 p 1
record r 3
missing q
SH
cat >own/tests/bench/told.py <<'PY'
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import rows
rows.row("r", 2, "words/s", "p", 1, "one run")
rows.row("r", 3, "words/s", condition="one run")
rows.missing("q")
PY
ok 'a bench in sh and one in Python tell rows and missing peers alike' '
	RESULTS=$PWD/a sh own/tests/bench/told.sh &&
	RESULTS=$PWD/b python3 own/tests/bench/told.py &&
	jq -cS . a >rows && jq -cS . b | cmp - rows && [ "$(wc -l <rows)" = 3 ]'
cat >own/tests/bench/rec.sh <<'SH'
#!/bin/sh
. "$(dirname "$0")/lib/bench.sh"
record "${ROW:-r}" 2
exit ${FAIL:-0}
SH
chmod +x own/tests/bench/rec.sh
sed 's/record/missing/' own/tests/bench/rec.sh >own/tests/bench/scan.sh
chmod +x own/tests/bench/scan.sh
cp "$bench/table.py" own/tests/bench
ok 'results.json: a bench again has its new rows alone, others stay' '
	cd own/tests/bench &&
	python3 table.py run rec scan >out 2>err && grep -q "^missing: r (scan)" out &&
	ROW=s python3 table.py run rec >out 2>err && ! grep -q missing out &&
	jq -e "[.rows[].row] == [\"s\"] and .missing[0].bench == \"scan\"" results.json'
ok 'a bench that fails is told, with status 1' '
	cd own/tests/bench
	FAIL=1 python3 table.py run rec >out 2>err
	[ $? -eq 1 ] && grep -qx "FAILED: rec" out &&
	jq -e ".runs.rec.failed and (.runs.scan.failed | not)" results.json'
ok 'each bench that has a limit is there' '
	for name in $(sed -n "/^LIMITS/,/^}/s/^    \"\([a-z-]*\)\":.*/\1/p" \
	    "$bench/table.py"); do
		[ -x "$bench/$name.sh" ] || exit 1
		n=$((${n:-0} + 1))
	done
	[ "$n" -ge 12 ]'
done_testing
