# Includes point one way between the folders of common/, each outside library is
# included by one module, every module is in a folder, and no two functions have the
# same name.
. "${0%/*}/tap.sh"

cd "$top" || exit

# A folder and what its modules may include besides their own folder.
cat >"$tmp/table" <<'T'
base
math base
map base math
record base
spill base record
web base record
optout base record
text base math
mask base math
extract base web text
quality base text
dedup base record spill text
token base record
encode base math record text token
mine base math record encode
classify base math record text
llm base math record
shard base math record spill token
T

folders=$(cd common && printf '%s\n' */ | tr -d / | sort | tr '\n' ' ')
named=$(cut -d ' ' -f 1 "$tmp/table" | sort | tr '\n' ' ')
[ "$folders" = "$named" ]
report $? "the folders of common/ are those of the table ($folders)"

stray=$(find common -maxdepth 1 -name '*.[ch]')
[ -z "$stray" ]
report $? "no module stands outside a folder $stray"

# One report a folder: "FOLDER FILE includes OTHER" for what the table forbids.
awk '
NR == FNR {for (i = 1; i <= NF; i++) may[$1, $i] = 1; next}
/^#include "/ {
	split(FILENAME, path, "/")
	n = split($2, part, /["\/]/)
	if (n != 4 || !((path[2], part[2]) in may))
		print path[2], FILENAME, "includes", $2
}' "$tmp/table" common/*/*.[ch] >"$tmp/wrong"
while read -r folder may; do
	grep "^$folder " "$tmp/wrong" >"$tmp/wrong.here"
	[ ! -s "$tmp/wrong.here" ]
	report $? "$folder includes $folder ${may:-and nothing else}" \
	    "$tmp/wrong.here"
done <"$tmp/table"

# A module is a name: x.c and x.h together.  Generated tables do not count.
while read -r folder _; do
	n=$(for file in "common/$folder"/*.[ch]; do
		grep -q 'tests/generate/[a-z-]*\.py' "$file" || echo "${file%.?}"
	done | sort -u | wc -l)
	[ "$n" -le 14 ]
	report $? "$folder has $n modules, at most 14"
done <"$tmp/table"

# A name belongs to one function: KNF puts it at the beginning of a line, after a
# line with its type.
awk '
/^[a-z_][a-z_0-9]*\(/ {
	name = $0
	sub(/\(.*/, "", name)
	if (before ~ /^static |^static$| static / && FILENAME ~ /c$/)
		inside[name] = inside[name] " " FILENAME
	else
		public[name] = FILENAME
}
{before = $0}
END {
	for (name in inside)
		if (name in public)
			print name "() of " public[name] " is static in" \
			    inside[name]
}' common/*/*.[ch] tools/*.c >"$tmp/twice"
[ ! -s "$tmp/twice" ]
report $? "no static function bears the name of a public one" "$tmp/twice"

grep -oE '^#include <(zlib|zstd|libdeflate|brotli|libxml|utf8proc|xxhash|blis|divsufsort|curl)' \
    common/*/*.[ch] tools/*.c | sort -u >"$tmp/doors"
door() { # HEADER FILES, which a grep -E pattern tells
	grep "<$1\$" "$tmp/doors" | cut -d : -f 1 >"$tmp/found"
	[ -s "$tmp/found" ] && ! grep -qvxE "$2" "$tmp/found"
	report $? "<$1> only in $2" "$tmp/found"
}
# zlib is included by gz, gz-members and gz-whole, and by what the first two share.
door zlib 'common/record/gz(-[a-z]+)?\.[ch]'
door zstd 'common/record/gz(-[a-z]+)?\.[ch]'
door libdeflate 'common/record/gz(-[a-z]+)?\.[ch]'
door brotli 'common/web/http.c'
door libxml common/web/html.c
door utf8proc common/base/utf8.c
door xxhash common/base/hash.c
door blis common/math/gemm.c
door divsufsort common/dedup/suffix.c
door curl common/llm/http-client.c
done_testing
