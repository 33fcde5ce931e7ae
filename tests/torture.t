# Every tool while an allocation or a system call fails, for a sample of them;
# `make torture` tries all.
. "${0%/*}/tap.sh"

case $B in
*/san) skip 'faults' 'a sanitizer has allocations of its own' && done_testing ;;
*/cov) skip 'faults' 'programs that count what they run write files of their own' && done_testing ;;
esac
if [ -n "${RUN:-}" ]; then
	skip 'faults' 'another program runs the tools'
	done_testing
fi
"$B/torture/inject" count /dev/null -- true
if [ $? -eq 77 ]; then
	skip 'faults' 'the injector does not know this processor'
	done_testing
fi

python3 "$top/tests/torture/torture.py" --jobs 2 --sample 1500 "$B" \
    "$top/examples" >"$tmp/torture" 2>&1
report $? "no deviation: $(tail -n 1 "$tmp/torture")" "$tmp/torture"
done_testing
