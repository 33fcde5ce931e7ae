# includes point one way: tools -> stream, algorithm -> text -> base; each
# outside library has one door; no member of a list is forgotten
. "${0%/*}/tap.sh"

cd "$top" || exit
base='cli mem map buf str utf8 hash wordkey rng digest half vector'
text='feature word wordpiece bpe charset sentence chunk gram gopher shingle
entity entity-names
trove lang cue extract-cues extract-names alnum answer vocab term ngram judge lex
lex-syllables'
algorithm='truth int8 linear lowrank fastfit wordvec tagger classifier measure fasttext mix minhash repeat gemm eigen lsa
static knn bert contrast calibrate histogram distil'
stream='gz json rec run save http hosts warc extsort pile state seen store lsh cluster shard safetensors
encoder transformer html html-tags html-hints extract extract-trees seeds
cache chat client retry folder trial config pieces tokenizer about megatron'

layer() {
	n=0
	for list in "$base" "$text" "$algorithm" "$stream"; do
		n=$((n + 1))
		# shellcheck disable=SC2086 # a list of words
		printf '%s\n' $list | grep -qx -- "$1" && echo $n && return
	done
	echo 0
}

for file in common/*.[ch]; do
	name=$(basename "$file")
	own=$(layer "${name%.*}")
	wrong=
	for other in $(sed -n 's/^#include "\(.*\)\.[hc]"$/\1/p' "$file"); do
		[ "$(layer "$other")" -gt 0 ] &&
		    [ "$(layer "$other")" -le "$own" ] || wrong="$wrong $other"
	done
	[ "$own" -gt 0 ] && [ -z "$wrong" ]
	report $? "$name is of layer $own and includes none above:$wrong"
done

door() { # PATTERN FILE ...
	pattern=$1
	shift
	found=$(grep -lE "#include <$pattern" common/*.[ch] tools/*.c | sort |
	    tr '\n' ' ')
	[ "$found" = "$(printf '%s ' "$@")" ] || [ -z "$found" ]
	report $? "<$pattern> only in $* (found: $found)"
}
door zlib common/gz.c
door zstd common/gz.c
door libxml common/html.c
door utf8proc common/utf8.c
door xxhash common/hash.c
door blis common/gemm.c
door divsufsort common/repeat.c
door curl common/client.c
done_testing
