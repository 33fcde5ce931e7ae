# links: what pages and READMEs name is there: links, files, tools, options, pages, targets
. "${0%/*}/tap.sh"

export look="python3 $top/tests/links.py $top"
ok 'pages and READMEs name nothing that is not there' '$look'

# Each kind of thing that it finds, and what it ignores.
cd "$tmp" || exit
cat >wrong.md <<'E'
[a link](nowhere.md), [an anchor](#nothing), overvue(7)
Code: `tests/nothing.t`, `base/nothing`, `nothing.sh`, `text-dedupe x`,
`text-chunk --max-word 3`, `--max-word`, `make nothing`.

    warc-cat x | html-strip --nothing | jq .
    make -f examples/mine.mk nothing
E
cat >wrong.1 <<'E'
.It Xr overvue 7
.Pa tests/nothing.t
.Dl domain-tag --nothing
.Bd -literal
embed-fit lsa --nothing
.Ed
E
cat >right.md <<'E'
# A heading
[It](#a-heading), [a folder](.), `tests/NAME.t`, `tests/*.t`, `base/option`,
text-chunk(1), `text-chunk --max-words 3`, `make -j4 check`, `--max-words N`.

    CRAWL=x make -f examples/mine.mk CRAWL=y report
E
ok 'what is right' '$look right.md'
for f in wrong.md wrong.1; do
	$look $f
	echo "status $?"
done | sed 's,^[^ :]*/,,' >found
cat >wanted <<'E'
wrong.md:1: link to nowhere.md, which is not there
wrong.md:1: no heading #nothing in this file
wrong.md:1: no page overvue(7)
wrong.md:2: no file tests/nothing.t
wrong.md:2: no file base/nothing
wrong.md:2: no file is called nothing.sh
wrong.md:2: no tool text-dedupe
wrong.md:3: text-chunk has no --max-word
wrong.md:3: no tool has --max-word
wrong.md:3: make has no target nothing
wrong.md:5: html-strip has no --nothing
wrong.md:6: make has no target nothing
status 1
wrong.1:1: no page overvue(7)
wrong.1:2: no file tests/nothing.t
wrong.1:3: domain-tag has no --nothing
wrong.1:5: embed-fit has no --nothing
status 1
E
ok 'what is wrong, each kind, and nothing else' 'diff wanted found'
done_testing
