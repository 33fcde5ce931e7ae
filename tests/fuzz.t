# every fuzz target runs over its corpus, and over what has found a bug, and must not
# fail
. "${0%/*}/tap.sh"

cd "$top/tests" || exit
for target in fuzz/*.c; do
	name=$(basename "$target" .c)
	case $name in driver | fatal | json-mutator) continue ;; esac
	inputs=$(find "fuzz/corpus/$name" "bugs/$name" -type f 2>/dev/null | sort)
	ok "$name: $(echo "$inputs" | wc -l) inputs" \
	    "\${RUN:-} \$B/fuzz/$name $(echo "$inputs" | tr '\n' ' ')"
done
ok 'every bug is of a target' 'for bug in bugs/*; do test -e fuzz/${bug#*/}.c; done'
done_testing
