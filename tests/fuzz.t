# every fuzz target runs over its corpus and must not fail
. "${0%/*}/tap.sh"

cd "$top/tests/fuzz" || exit
for target in *.c; do
	name=${target%.c}
	case $name in driver | fatal | json-mutator) continue ;; esac
	ok "$name: $(find "corpus/$name" -type f | wc -l) inputs" \
	    "\${RUN:-} \$B/fuzz/$name \$(find corpus/$name -type f | sort)"
done
done_testing
