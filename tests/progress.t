# --progress: done, share, rate, time left; the tools of a pipe share one line
. "${0%/*}/tap.sh"

cd "$tmp" || exit
cat >terminal.py <<'P'
"""terminal.py COLUMNS COMMAND - run it on a terminal; what was sent to that, and
for each write the line as it then looked, as JSON"""
import fcntl, json, os, pty, re, struct, sys, termios
columns, command = int(sys.argv[1]), sys.argv[2]
pid, fd = pty.fork()
if pid == 0:
    # Wait until the terminal has its size.
    sys.stdin.readline()
    os.execvp("sh", ["sh", "-c", command])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
os.write(fd, b"\n")
data = b""
while True:
    try:
        piece = os.read(fd, 65536)
    except OSError:
        break
    if not piece:
        break
    data += piece
os.waitpid(pid, 0)
text = data.decode().replace("\r\n", "\n")
looks, line, at = [], [], 0
for m in re.finditer(r"\x1b\[(\d*)([KG])|(.)", text, re.S):
    if m[2] == "K":
        del line[at:]
    elif m[2] == "G":
        at = int(m[1]) - 1
    elif m[3] == "\n":
        looks.append("".join(line).rstrip() + "\n")
        line, at = [], 0
    elif m[3] == "\r":
        looks.append("".join(line).rstrip())
        at = 0
    else:
        line += " " * (at + 1 - len(line))
        line[at] = m[3]
        at += 1
    assert len(line) <= columns or m[3] == "\n" or looks and columns < 100, (columns, "".join(line))
json.dump(looks, open("looks", "w"))
P
for i in $(seq 200); do
	echo "{\"id\":\"$i\",\"text\":\"Some words of the text number $i.\"}"
done >in
slowly='for i in 1 2 3 4 5 6 7 8; do cat in; sleep 0.1; done'
if ! python3 -c 'import pty; pty.openpty()' 2>err; then
	skip 'a terminal' 'no pseudo-terminals'
	done_testing
	exit
fi
ok 'one tool: done, rate' "
    python3 terminal.py 160 '($slowly) | text-chunk -p >/dev/null' &&
    jq -e 'any(test(\"^text-chunk: [0-9]+ in, [0-9]+ out, [0-9]+ records/s, .* MB/s\$\")) and
	(last | test(\"^text-chunk: 1600 in, 0 out, .*\\n\$\"))' looks"
ok 'share and time left, of a file' "
    for i in \$(seq 500); do cat in; done >large &&
    python3 terminal.py 160 'text-dedup -p large >/dev/null' &&
    jq -e 'last | test(\"^text-dedup: 100000 in, .*, 100.0 %, 0 s left\\n\$\")' looks"
ok 'three tools of a pipe on one line, in their order' "
    python3 terminal.py 120 '($slowly) | text-mask -p | text-chunk -p --min-tokens 1 |
	text-dedup -p >/dev/null' &&
    jq -e 'any(test(\"^text-mask [0-9]+ [0-9]+/s  *text-chunk [0-9]+ [0-9]+/s  *text-dedup [0-9]+ [0-9]+/s *\$\"))' looks"
ok 'each ends on a line of its own' "
    jq -e '[.[] | select(endswith(\"\\n\"))] | [\"text-mask\", \"text-chunk\", \"text-dedup\"] as \$t |
	all(\$t[] as \$one | any(.[]; startswith(\$one + \": 1600 in\")); .)' looks"
ok 'in a narrow terminal the first ones, cut' "
    python3 terminal.py 40 '($slowly) | text-mask -p | text-chunk -p --min-tokens 1 |
	text-dedup -p >/dev/null' &&
    jq -e 'any(test(\"^text-mask [0-9/s ]* *text-chunk\"))' looks &&
    jq -e 'all(.[]; endswith(\"\\n\") or length <= 40)' looks"
ok 'a tool that is killed leaves its place to the others' "
    python3 terminal.py 120 '($slowly) | { text-mask -p & echo \$! >pid; wait; } |
	text-chunk -p --min-tokens 1 >/dev/null & sleep 0.3; kill -9 \$(cat pid); wait' || true
    jq -e 'any(startswith(\"text-chunk: \"))' looks"
ok 'none where standard error is no terminal' \
    'text-chunk -p in >/dev/null 2>err && test ! -s err'
done_testing
