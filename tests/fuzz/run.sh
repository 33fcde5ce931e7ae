#!/bin/sh
# fuzz every parser of strangers' bytes, FUZZ_TIME seconds (60) each; new
# inputs go to build/fuzz-corpus/NAME, crashes to build/fuzz-crash-NAME-*
set -eu
cd "$(dirname "$0")/../.."
out=build/libfuzzer
mkdir -p $out
san=-fsanitize=fuzzer,address,undefined
flags="-g -O1 -std=c11 -D_GNU_SOURCE -DVERSION=\"fuzz\" -Icommon
    $(xml2-config --cflags)"
libs="-lxml2 -lutf8proc -lblis -lcurl -lzstd -lz -ldeflate -lbrotlidec
    -luchardet -lnettle -lm"
for source in ${*:-tests/fuzz/*.c}; do
	name=$(basename "$source" .c)
	[ "$name" = driver ] && continue
	mkdir -p "build/fuzz-corpus/$name"
	# shellcheck disable=SC2086 # lists of words
	clang-14 $flags $san -o "$out/$name" "tests/fuzz/$name.c" common/*.c \
	    $libs
	echo "== $name"
	"$out/$name" -max_total_time="${FUZZ_TIME:-60}" -print_final_stats=1 \
	    -timeout=10 -rss_limit_mb=2048 -verbosity=0 \
	    -artifact_prefix="build/fuzz-crash-$name-" \
	    "build/fuzz-corpus/$name" "tests/fuzz/corpus/$name" 2>&1 |
	    tail -n 12
done
