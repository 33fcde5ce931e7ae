# completions: what bash and zsh complete is what --help lists
. "${0%/*}/tap.sh"

# What bash offers for a command line, with blanks between.
offers() { # WORD ...
	bash -c '
	    . "$0/completions/bash/$1"
	    COMP_WORDS=("$@")
	    COMP_CWORD=$(($# - 1))
	    _${1//-/_}
	    echo "${COMPREPLY[@]}"' "$B" "$@"
}

cd "$tmp" || exit
mkdir folder
: >file
for tool in "$B"/bin/*; do
	t=${tool##*/}
	"$tool" --help | sed '/^Example/,$d' | grep -oE '^  (-., |    )--[a-z-]+' |
	    grep -oE -- '--[a-z-]+' >listed
	offers "$t" -- | tr ' ' '\n' >offered
	cmp listed offered >.diff 2>&1
	report $? "$t: bash completes the options of --help" .diff
done

is() { # WHY WANT WORD ...
	why=$1 want=$2
	shift 2
	got=$(offers "$@")
	echo "$got" >.got
	[ "$got" = "$want" ]
	report $? "$why" .got
}

is 'the values of a choice' 'first mean max' embed-score --windows ''
is 'those that begin so' 'mean max' embed-score --windows m
is 'a folder where a folder is wanted' 'folder' embed-score --model f
is 'a file where a file is wanted' 'file folder' embed-score --seeds f
is 'nothing where a number is wanted' '' embed-score --per-seed ''
is 'the value of a letter' 'folder' embed-fit lsa -o fo
is 'a verb' 'distil' embed-fit di
is 'an operand' 'file folder' html-strip f

if command -v zsh >/dev/null; then
	for f in "$B"/completions/zsh/*; do
		ok "${f##*/}: zsh can read it" "zsh -n $f"
	done
else
	skip 'zsh can read its completions' 'no zsh'
fi
done_testing
