# pages: each tool has its page, test and lines; the SYNOPSIS is the usage text, the options are those of --help, each page begins with an example, each example runs
. "${0%/*}/tap.sh"

cd "$tmp" || exit

# What the examples of the pages may count on; dopamine-mine is among the tools
# once they are installed.
ln -s "$top/examples/dopamine-mine" .
PATH=$PATH:$tmp
cp "$top/examples/sample/crawl.warc.gz" . 2>/dev/null
if [ -e crawl.warc.gz ] && [ -x "$B/bin/warc-cat" ]; then
	warc-cat crawl.warc.gz >pages.jsonl
	html-strip pages.jsonl >docs.jsonl
	"$top/examples/seeds/replay" >seeds.jsonl
	embed-fit lsa -o model docs.jsonl seeds.jsonl
	domain-train -o domains.bin seeds.jsonl
fi 2>/dev/null

# What a tool needs besides its source, each with what to do where it is missing.
demand() { # STATUS WHY WHAT-TO-DO
	echo "$3" >"$tmp/.todo"
	report "$1" "$2" "$tmp/.todo"
}

for source in "$top"/tools/*.c; do
	t=$(basename "$source" .c)
	[ -e "$top/man/$t.1" ]
	demand $? "$t has a page" "write man/$t.1, see man/text-chunk.1"
	[ -e "$top/tests/$t.t" ]
	demand $? "$t has a test" "write tests/$t.t, see tests/text-chunk.t"
	grep -q "^| \`$t\` |" "$top/examples/README.md"
	demand $? "$t has a row in examples/README.md" \
	    "add to the table of examples/README.md: | \`$t\` | reads → writes |"
	grep -Eq "^\.It (Xr .* , )?Xr $t 1( , |\$)" "$top/man/dopamine-tools.7"
	demand $? "$t has a line in dopamine-tools(7)" \
	    "add to the list of man/dopamine-tools.7: .It Xr $t 1"
done

synopsis() { # PAGE TOOL
	"$2" --help | awk '/^usage: /, /^$/' | sed 's/^usage://' | tr -s ' \n' ' ' |
	    sed 's/ $//' >usage
	mandoc -T utf8 -O width=1000 "$1" | sed 's/.\x08//g' | awk '
	    /^SYNOPSIS/ {on = 1; next} /^[A-Z]/ {on = 0} on' |
	    tr -s ' \n' ' ' | sed 's/ $//' >synopsis
	cmp usage synopsis >/dev/null
	got=$?
	diff usage synopsis >.diff
	report $got "$2: SYNOPSIS is the usage text" .diff
}

# The options of --help and of a page: "-o" and "--output FILE", a line each.
# A page may give every value of an option a row of its own.
options() { # PAGE TOOL
	"$2" --help | awk '/^usage: /, /^$/ {next} /^Example/ {exit}
	    /^  (-|    --)/ {
		print length($0) < 24 || substr($0, 24, 1) == " " ? \
		    substr($0, 1, 23) : $0}' |
	    sed 's/^ *//; s/ *$//; s/^\(-.\), /\1\n/' | sort >help-options
	sed -n 's/\\-/-/g; s/^\.It Fl /Fl /p' "$1" |
	    sed 's/ , Fl /\nFl /g' |
	    sed 's/^Fl /-/; s/ Ns | Ns [AC][rm] /|/g; s/ Ns //g; s/ [AC][rm] / /g' |
	    awk '{name = $1; sub(/^[^ ]* ?/, "")}
		name in value {value[name] = value[name] "|" $0; next}
		{value[name] = $0}
		END {for (name in value)
			print name (value[name] == "" ? "" : " " value[name])}' |
	    sort >page-options
	diff help-options page-options >.diff
	report $? "$2: the page has the options of --help" .diff
}

# The example that a page begins with, before any option; a server is at hand.
opening() { # PAGE TOOL
	awk '/^\.Sh DESCRIPTION/ {on = 1; next} /^\.(Sh|Bl|Ss)/ {on = 0}
	    on && /^\.Dl/ {
		sub(/^\.Dl "? */, ""); sub(/"$/, ""); gsub(/\\-/, "-"); print
		found = 1; next}
	    found {exit}' "$1" >opening
	[ -s opening ]
	report $? "$2: the page begins with an example"
	fresh
	ok "$2: $(head -n 1 opening)" 'cd scratch && sh -e ../opening'
}

fresh() { # a folder "scratch" in which examples run
	rm -rf scratch
	mkdir scratch
	for f in crawl.warc.gz pages.jsonl docs.jsonl seeds.jsonl model domains.bin; do
		[ -e "$f" ] && cp -R "$f" scratch
	done
}

chat_server
export OPENAI_BASE_URL="$url"

# The literal displays of EXAMPLES, each run as a script of its own.
for page in "$top"/man/*; do
	t=$(basename "$page" .1)
	if [ -x "$B/bin/$t" ]; then
		synopsis "$page" "$t"
		options "$page" "$t"
		opening "$page" "$t"
	fi
	rm -f example.*
	awk '/^\.Sh EXAMPLES/ {on = 1; next} /^\.Sh/ {on = 0}
	    on && /^\.Bd -literal/ {n++; inside = 1; next}
	    /^\.Ed/ {inside = 0}
	    on && inside {gsub(/\\e/, "\\"); gsub(/\\&/, ""); gsub(/\\\(aq/, "\x27");
		gsub(/\\-/, "-"); print >("example." n)}' "$page"
	[ -e example.1 ]
	report $? "$t: has examples"
	for example in example.*; do
		[ -e "$example" ] || continue
		fresh
		ok "$t: $(head -n 1 "$example" | tr '#' ' ')" \
		    "cd scratch && sh -e ../$example"
	done
done

done_testing
