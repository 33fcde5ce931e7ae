# the TUTORIAL of dopamine-tools(7): each command runs, and shows what stands under it
. "${0%/*}/tap.sh"

cd "$tmp" || exit
ln -s "$top/examples" examples

# What a command may count on besides the project: a chat server, a scheduler
# that runs a job's tasks at once, a Parquet file of the sample.
chat_server
mkdir bin
cat >bin/sbatch <<'S'
#!/bin/sh
# The tasks of a job array, one after the other; prints the job's number.
while [ $# -gt 0 ]; do
	case $1 in
	--array) tasks=${2#1-} ;;
	--wrap) job=$2 ;;
	esac
	shift
done
for task in $(seq "$tasks"); do
	SLURM_ARRAY_TASK_ID=$task sh -c "$job" >>jobs.log 2>&1 || exit
done
echo x >>jobs
wc -l <jobs
S
chmod +x bin/sbatch
PATH=$tmp/bin:$PATH
[ -x "$PEERS" ] || PEERS=python3
export PYTHON="$PEERS"
warc-cat examples/sample/crawl.warc.gz | html-strip 2>log.err | text-filter >docs.jsonl
"$PEERS" -c "import duckdb
duckdb.execute('''COPY (SELECT id, url, text, lang AS language FROM read_json('docs.jsonl',
    format = 'newline_delimited')) TO 'fineweb.parquet' (FORMAT parquet)''')" 2>>log.err

# A file a command, N.sh, and what it shows, N.want: the lines after "$ " and "> ",
# and those until the next "$ ".
awk '/^\.Sh/ {on = $2 == "TUTORIAL"; next}
    on && /^\.Ed/ {inside = 0}
    on && inside {
	gsub(/\\e/, "\\"); gsub(/\\&/, "")
	if (/^\$ /) {
		out = sprintf("%02d", ++n)
		print substr($0, 3) >(out ".sh")
		printf "" >(out ".want")
	} else if (/^> /)
		print substr($0, 3) >(out ".sh")
	else
		print >(out ".want")
    }
    on && /^\.Bd -literal/ {inside = 1}' "$top/man/dopamine-tools.7"

# Three points in what is wanted stand for anything, also for lines.
cat >alike.py <<'P'
import re, sys
got, want = (open(f, encoding="utf-8").read() for f in sys.argv[1:])
pattern = "(?s:.*)".join(map(re.escape, want.split("...")))
if re.fullmatch(pattern, got) is None:
    sys.exit(f"wanted:\n{want}got:\n{got}")
P

for script in [0-9][0-9].sh; do
	name="$script: $(head -n 1 "$script" | tr '#' ' ')"
	if grep -q 'fineweb\.' "$script" && [ ! -s fineweb.parquet ]; then
		skip "$name" 'no duckdb'
		continue
	fi
	sed -i "s,http://localhost:8080/v1,$url," "$script"
	sh -e "$script" >"${script%.sh}.got" 2>&1 &&
	    python3 alike.py "${script%.sh}.got" "${script%.sh}.want" >.out 2>&1
	report $? "$name" "$([ -s .out ] && echo .out || echo "${script%.sh}.got")"
	: >.out
done
ok 'there were commands' 'test -s 30.sh'
done_testing
