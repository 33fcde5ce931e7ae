#!/bin/sh
# fuzz every parser of strangers' bytes, FUZZ_TIME seconds (60) each; new
# inputs go to build/fuzz-corpus/NAME, crashes to build/fuzz-crash-NAME-*;
# run.sh NAME ... takes those targets alone.  Status 1 if one has crashed.
set -eu
cd "$(dirname "$0")/../.."
out=build/libfuzzer
# A target is linked with what it calls, out of an archive, as the tools are.
make --no-print-directory "-j${FUZZ_JOBS:-2}" CC=clang-14 B=$out \
    CFLAGS='-g -O1 -fno-omit-frame-pointer' \
    SAN=fuzzer-no-link,address,undefined $out/libcommon.a
flags="-g -O1 -std=c11 -D_GNU_SOURCE -Icommon -fsanitize=fuzzer,address,undefined
    -fno-sanitize-recover=undefined"
libs="-Wl,--as-needed -lxml2 -lutf8proc -lblis -lcurl -lzstd -lz -ldeflate
    -lbrotlidec -luchardet -lnettle -lm"
status=0
[ $# -gt 0 ] || set -- tests/fuzz/*.c
for source; do
	name=$(basename "$source" .c)
	case $name in driver | fatal | json-mutator) continue ;; esac
	# Readers that end the tool come back, without what they held: such a
	# target is begun anew before memory runs out.
	own= runs=-1 mask=0
	if grep -q '"fatal.h"' "tests/fuzz/$name.c"; then
		own="tests/fuzz/fatal.c -Wl,--wrap=exit" runs=20000 mask=2
	fi
	case $name in
	tokenizer | modules | encoder | cache | manifest | hits | join | takedown)
		own="$own tests/fuzz/json-mutator.c" ;;
	esac
	mkdir -p "build/fuzz-corpus/$name"
	bugs=
	[ ! -d "tests/bugs/$name" ] || bugs=tests/bugs/$name
	# shellcheck disable=SC2086 # lists of words
	clang-14 $flags -o "$out/$name" "tests/fuzz/$name.c" $own \
	    $out/libcommon.a $libs
	echo "== $name"
	end=$(($(date +%s) + ${FUZZ_TIME:-60}))
	while left=$((end - $(date +%s))) && [ "$left" -gt 0 ]; do
		if [ "$runs" -gt 0 ]; then # what adds nothing would be read each time
			rm -rf "$out/$name.corpus" && mkdir "$out/$name.corpus"
			"$out/$name" -merge=1 -close_fd_mask=3 "$out/$name.corpus" \
			    "build/fuzz-corpus/$name" 2>/dev/null
			rm -r "build/fuzz-corpus/$name"
			mv "$out/$name.corpus" "build/fuzz-corpus/$name"
		fi
		# shellcheck disable=SC2086 # a folder, or none
		"$out/$name" -max_total_time="$left" -print_final_stats=1 \
		    -runs="$runs" -close_fd_mask="$mask" -timeout=10 -rss_limit_mb=2048 -verbosity=0 \
		    -artifact_prefix="build/fuzz-crash-$name-" \
		    "build/fuzz-corpus/$name" "tests/fuzz/corpus/$name" $bugs \
		    >"$out/$name.log" 2>&1 || { status=1 && break; }
	done
	tail -n 12 "$out/$name.log"
done
exit $status
