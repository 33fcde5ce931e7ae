# Archives and pages that users of other tools reported: the inputs beside the
# project under finds/web, each with its right value.
. "${0%/*}/tap.sh"

finds web
same_lines() { # N FILE: a command that tells whether so many records come out
	echo "warc-cat $2 2>/dev/null | wc -l | grep -qx $1"
}
for f in nul.warc.gz x.warc.gz nul.warc; do
	check 01 "all of $f" "$(same_lines 6 $f)"
done
check 03 'records after a skippable frame' \
    '[ "$(html-strip pzstd.jsonl.zst | wc -l)" -eq 3 ]'
check 03 'archives with skippable frames' '
	[ "$(warc-cat seekable.warc.zst leading.warc.zst 2>&1 | wc -l)" -eq 6 ]'
check 04 'a dictionary' '[ "$(warc-cat in.warc.zst 2>&1 | wc -l)" -eq 3 ]'
check 05 'damaged, and that alone' '
	warc-cat in.warc.gz 2>/dev/null |
	    jq -se "[.[].damaged | type] == [\"null\", \"string\", \"null\"]"'
check 06 'binary bytes' '[ -z "$(warc-cat in.warc)" ]'
check 07 'what is packed' 'warc-cat in.warc | jq -se "length == 3 and
	all(.html[:6] == \"<html>\")"'
check 08 'quoted types' "$(same_lines 2 in.warc)"
check 10 'types with blanks' "$(same_lines 3 in.arc)"
check 11 'UTF-8' 'warc-cat in.warc | jq -se "all(.charset == \"utf-8\")"'
check 12 'indentation' 'html-strip in.jsonl | jq -e ".text |
	test(\"\\ndef f\\\\(x\\\\):\\n    if x:\\n        return 1\\n    return 2\\n\")"'
check 13 'columns' 'html-strip in.jsonl | jq -e ".text | contains(\"\\nNorth |  | 5.1\\nSouth | 3.2 | \\nWest | 1 | 2\\n | 3 | 4\\n\")"'
check 14 'formulas' 'html-strip in.jsonl | jq -r .text | grep -E " here\.$" |
	sed "s/^[^ ]* //; s/ here\.//" | tr "\n" " " |
	grep -qxF "E=\\frac{a}{b} \\frac{dv}{dx} x^2+1 m_{0} "'
check 15 'powers' 'html-strip in.jsonl | jq -r .text | grep -qF \
	"About 10^6 cells per mm^3 and 5×10^-3 mol in 2020 were found."'
check 16 'a refrain' '
	[ "$(html-strip in.jsonl | jq -r .text | grep -c "^Haul away")" -eq 2 ]'
check 17 'languages' '
	[ "$(html-strip in.jsonl | jq -r .lang | tr "\n" " ")" = "ar de en " ]'
check 19 'code' 'html-strip in.jsonl | jq -se "(.[0].text |
	contains(\"\\n    console.log(\")) and (.[1].text |
	contains(\"\\nAGENTS.md\\nARCHITECTURE.md\\ndocs/\\nmain.ts\\n\"))"'
check 20 'boxes by style' 'html-strip in.jsonl | jq -se "
	(.[0].text | contains(\"cent.\\n\")) and
	(.[1].text | contains(\"def a():\\n    return 1\")) and
	(.[2].text | contains(\"cent. Most\"))"'
check 21 'a menu' 'html-strip in.jsonl | jq -e "(.text | length) < 70"'
check 22 'authors and dates' 'html-strip in.jsonl | jq -c "[.byline,.published]" |
	cmp - <<X
["Jane Roe, John Doe",null]
["Jane Roe",null]
["Jane Roe",null]
[null,null]
[null,null]
[null,null]
[null,"2021-02-03"]
["Roe, Jane","2021-02-03"]
X
'
check 23 'boxes' '! html-strip in.jsonl | jq -r .text |
	grep -E "best stories|our partners|new boat|has been a reporter"'
check 25 'ARC and WARC' '[ "$(warc-cat <in.gz 2>&1 | wc -l)" -eq 3 ]'
done_testing
