# text-filter: every rule, at its limit and beyond, with reasons and figures
. "${0%/*}/tap.sh"

rejects() { # CASE ARG ...
	name=$1
	golden "$@" --rejects "$tmp/rejects"
	[ -n "${UPDATE:-}" ] && cp "$tmp/rejects" "$name.rejects"
	same "$name: rejects" "cat $name.rejects" "cat $tmp/rejects"
}
rejects gopher
rejects c4 --rules c4
rejects scripts
rejects blanks --rules gopher,c4,fineweb
rejects fineweb --rules fineweb

same 'c4: a chunk keeps the white space at its ends' \
    "jq -nc '\"  One of them is here.\\nTwo of them are here.\\n\\n\"'" \
    "jq -nc '{chunk: 1, text: \"  One of them is[1] here. \\n\\nOf this no end\\nTwo of them are here.\\n\\n\"}' |
    text-filter --rules c4 --set c4_sentences=0 | jq -c .text"
same 'c4: another text does not' \
    "jq -nc '\"One of them is here.\"'" \
    "jq -nc '{text: \"  One of them is here.\\n\"}' |
    text-filter --rules c4 --set c4_sentences=0 | jq -c .text"
good='head -n 1 gopher.in'
figure() { # RULE VALUE WHY TEXT
	same "$1: $3" "jq -nc --arg t '$4' '{text: \$t}' |
	    text-filter --rules gopher,fineweb,c4 --annotate \
	    --set min_words=0 --set min_word_length=0 --set max_word_length=99 \
	    --set alpha_words=0 --set stop_words=0 --set symbols=99 \
	    --set bullet_lines=1 --set ellipsis_lines=1 --set dup_lines=1 \
	    --set dup_paragraphs=1 --set dup_line_chars=1 \
	    --set dup_paragraph_chars=1 --set top_2gram=99 --set top_3gram=99 \
	    --set top_4gram=99 --set dup_5gram=1 --set dup_6gram=1 \
	    --set dup_7gram=1 --set dup_8gram=1 --set dup_9gram=1 \
	    --set dup_10gram=1 --set c4_sentences=0 --set c4_curly=9 \
	    --set c4_lorem_ipsum=9 --set fineweb_line_ends=0 \
	    --set fineweb_short_lines=1 --set fineweb_dup_chars=1 \
	    --set fineweb_newlines=99 | jq .rules.$1" "echo $2"
}
figure min_words 3 'punctuation is no word' 'a -- b , c'
figure min_word_length 2 'mean of characters, not bytes' 'é öü ßab'
figure min_words 6 'a letter of a script without spaces is a word' '北京，3 กู้ด ab'
figure min_word_length 1 'mean of words between white space' '北 a 8'
figure alpha_words 0.75 'an ideograph is a letter' '北京 3 a'
figure symbols 1 'hashes and three kinds of ellipsis' '# a... b. . . c… d'
figure alpha_words 0.6666667 'a share of words' 'a 1 b -'
figure stop_words 2 'of any case, counted every time' 'THE cat, the dog'
figure bullet_lines 0.5 'of lines that are not blank' '- a

 • b
c
d'
figure ellipsis_lines 0.5 'with blanks after them' 'a ... 
b'
figure dup_lines 0.75 'every copy counts' 'ab
x
ab

 ab'
figure dup_line_chars 0.75 'their characters' 'ab
xy
ab
 ab'
figure dup_paragraphs 0.6666667 'separated by blank lines' 'a
b

c
 
a
b'
figure top_2gram 0.6666667 'all copies of the most frequent' 'aa bb cc aa bb dd'
figure top_3gram 0 'once is not frequent' 'aa bb cc aa bb dd'
figure top_2gram 0.6666667 'case and marks around words' 'aa bb, cc (aa bb) dd'
figure dup_5gram 0.85714287 'characters count once' 'a b c d e f z a b c d e f x'
figure c4_sentences 0 'a line without an end' 'one two three'
figure fineweb_short_lines 0.5 '30 characters are short' \
    '123456789012345678901234567890
1234567890123456789012345678901'

same 'a set limit' "$good | text-filter --set max_words=10 | wc -l" 'echo 0'
same 'the exact limit is good' "
	n=\$($good | text-filter --annotate | jq .rules.min_words)
	$good | text-filter --set max_words=\$n --set min_words=\$n | wc -l" \
    'echo 1'
same 'output and rejects are the input' 'sort gopher.in' "
	text-filter --rejects $tmp/rej <gopher.in 2>/dev/null >$tmp/good
	(cat $tmp/good; sed 's/,\"rules\":.*/}/' $tmp/rej
	grep -E 'no text|number\",' gopher.in) | sort"
same 'every reason is told' "echo '{\"text\":\"x\"}' |
	text-filter --rejects /dev/stdout | jq -c .reasons" \
    "echo '[\"min_words\",\"min_word_length\",\"stop_words\"]'"
same '--lang' "text-filter --lang de,fi --set min_words=1 <gopher.in \
	2>/dev/null | jq -r .id" 'printf "german\nfinnish\n"'
same '--min: numbers of members, at the limit' "printf 'b\nd\n'" "
	printf '%s\n' '{\"id\":\"a\",\"text\":\"\"}' \
	    '{\"id\":\"b\",\"text\":\"\",\"n\":3,\"q_scores\":{\"a.b\":0.5}}' \
	    '{\"id\":\"c\",\"text\":\"\",\"n\":3,\"q_scores\":{\"a.b\":0.4999}}' \
	    '{\"id\":\"d\",\"text\":\"\",\"n\":9,\"q_scores\":{\"a.b\":1}}' \
	    '{\"id\":\"e\",\"text\":\"\",\"n\":2,\"q_scores\":{\"a.b\":1}}' \
	    '{\"id\":\"f\",\"text\":\"\",\"n\":\"9\",\"q_scores\":[1]}' |
	text-filter --rules none --min n=3 --min q_scores.a.b=0.5 | jq -r .id"
like '"reasons":\["q.x","n"\]' '--min: the reasons are the members' "
	echo '{\"text\":\"\",\"n\":2}' |
	text-filter --rules none --min q.x=1 --min n=3 --rejects /dev/stdout"
status 2 '--min without a number' 'text-filter --min n </dev/null'
same '--lang passes the regions of a language, and no longer code' \
    'printf "en\nEN_us\nen-GB\n"' "
	printf '{\"text\":\"\",\"lang\":\"%s\"}\n' en EN_us eng de en-GB e |
	text-filter --rules none --lang fi,en | jq -r .lang"
like '"reasons":\["lang"' '--lang is a reason' \
    "$good | text-filter --lang nl --rejects /dev/stdout"
same 'c4 before fineweb: it measures what is left' "
	head -n 2 c4.in | text-filter --rules c4 | text-filter --rules fineweb --annotate |
	jq -c '.rules | .fineweb_newlines'" "
	head -n 2 c4.in | text-filter --rules c4,fineweb --annotate |
	jq -c '.rules | .fineweb_newlines'"
same 'c4 twice is c4 once' 'text-filter --rules c4 <c4.in' \
    'text-filter --rules c4 <c4.in | text-filter --rules c4'
for what in 'a line of 4 MB' 'a word of 4 MB' 'lines of 4 MB'; do
	case $what in
	'a line'*) text='yes "word " | head -n 800000 | tr -d "\n"' ;;
	'a word'*) text='head -c 4000000 /dev/zero | tr "\0" x' ;;
	*) text='head -c 4000000 /dev/zero | tr "\0" "\n"' ;;
	esac
	# seconds of the processor: a busy machine is slow without a fault of ours
	ok "$what" "$text | jq -Rsc '{text: .}' | (ulimit -t 20; text-filter \
	    --rules gopher,c4,fineweb --rejects $tmp/rej) && test -s $tmp/rej"
done
# The decisions of datatrove on these records; make_want.py made them.  It has
# no stop words but English ones.
same 'datatrove decides so' "grep -v -e ' german$' -e ' finnish$' datatrove.want |
	sort" "for name in gopher c4 fineweb; do
		for rules in gopher c4 fineweb; do
			text-filter --dialect datatrove --rules \$rules \
			    <\$name.in 2>/dev/null | jq -r .id |
			    grep -v -e '^german$' -e '^finnish$' |
			    sed \"s/^/\$name \$rules /\"
		done
	done | sort"
# All texts of the sample and of mine-dev except a few.
shared=$top/../shared/data
if [ -e "$shared/domain/mine-dev.jsonl.gz" ]; then
	jq -c '{id: (.n | tostring), text: (.paragraphs | join("\n"))}' \
	    "$shared/sample/pages.jsonl" >"$tmp/docs"
	gzip -dc "$shared/domain/mine-dev.jsonl.gz" >>"$tmp/docs"
	same 'datatrove decides so on 10,115 documents' \
	    "python3 agree.py check agree.want $tmp/docs" "
	    printf '%s: 10115 of 10115 alike, 100.00 %%\n' q r c f"
else
	skip 'datatrove decides so on 10,115 documents' 'no shared data'
fi
trove() { # RULE VALUE WHY TEXT
	same "datatrove's $1: $3" "jq -nc --arg t '$4' '{text: \$t}' |
	    text-filter --dialect datatrove --rejects /dev/stdout |
	    jq .rules.$1" "echo $2"
}
# shellcheck disable=SC1112 # the apostrophe that people type
trove min_words 3 'a contraction is two words' 'I don’t.'
trove min_words 4 'marks inside cut words' 'well-known,and/or e.g.'
trove max_word_length 2.5 'marks are no words' 'the, "a" (it) abcd!'
trove top_2gram 1 'once is frequent' 'aa bb'
trove dup_lines 0.5 'the first copy is none' 'ab
ab'
trove min_words 3 'an abbreviation before marks is one again' '(at Acme Co.).'
trove min_words 1 'two marks that look like a face are one' '(a):'
trove dup_lines 1 'an empty text is repetitive' ''
trove hashes 0.5 'marks count as words' '# a'
trove stop_words 1 'distinct, of small letters' 'the the The'
# Opt-outs of records.
printf '%s\n' '{"id":"1","url":"https://a.example/x","text":"a"}' \
    '{"id":"2","url":"https://a.example/y","text":"a"}' \
    '{"id":"3","url":"https://b.example/x","text":"a"}' '{"id":"4","text":"a"}' \
    >"$tmp/urls"
printf '%s\n' '{"url":"https://a.example/robots.txt","text":"User-agent: *\nDisallow: /x"}' \
    >"$tmp/robots"
echo b.example >"$tmp/hosts"
same 'opt-outs, by lists and by robots.txt' \
    'printf "%s\n" "[\"1\",[\"robots\"]]" "[\"2\",null]" "[\"3\",[\"host\"]]" "[\"4\",null]"' "
	text-filter --rules none --robots $tmp/robots --skip-hosts $tmp/hosts \
	    --rejects /dev/stdout $tmp/urls | jq -c '[.id, .reasons]' | sort"

# Bad words.
printf 'harbour master\nzedoary\n' >"$tmp/bad"
page='{ "id": "a", "text": "The ship came in. It was late! Was it? It was. So be it. Oh no, not so." }'
bad="text-filter --rules c4 --bad-words $tmp/bad --rejects /dev/stdout"
same '--bad-words: none there' "echo '$page'" "echo '$page' | $bad"
same '--bad-words: a phrase, of any case, and its figure' \
    'echo "[[\"c4_bad_words\"],2]"' "echo '$page' |
	sed 's/late/late, Harbour Master ZEDOARY/' | $bad |
	jq -c '[.reasons, .rules.c4_bad_words]'"
same '--bad-words: no part of a word' 'echo 1' "echo '$page' |
	sed 's/late/late, harbour masters and zedoarys/' |
	text-filter --rules c4 --bad-words $tmp/bad | wc -l"
status 2 '--bad-words without c4' "text-filter --bad-words $tmp/bad gopher.in"
status 2 'no such list' "text-filter --rules c4 --bad-words $tmp/none c4.in"

# A large document of too many words is judged without its n-grams, with the same
# result.
python3 - >"$tmp/large" <<'PY'
import json, random
random.seed(4)
words = ["w%d" % random.randrange(400000) for _ in range(900000)]
print(json.dumps({"id": "large", "text": " ".join(words)}))
PY
for dialect in gopher datatrove; do
	same "$dialect: too many words, with figures and without" \
	    "text-filter --dialect $dialect --stats - $tmp/large 2>&1 | jq -c .dropped" \
	    "text-filter --dialect $dialect --rejects /dev/null --stats - \
	    $tmp/large 2>&1 | jq -c .dropped"
	same "$dialect: and as many as may be" 'echo 1' \
	    "text-filter --dialect $dialect --set max_words=900000 --set \
	    stop_words=0 $tmp/large | wc -l"
done
if [ "$B" = "${B%/san}" ]; then
	ok 'it takes less than six times its size' "python3 -c '
import os, resource, subprocess
subprocess.run([\"text-filter\", \"$tmp/large\"], check=True)
size = os.path.getsize(\"$tmp/large\")
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
assert peak < 6 * size + 20e6, (peak, size)'"
fi

status 2 'no such dialect' 'text-filter --dialect dolma'
status 2 'no such rule' 'text-filter --set nonsense=1'
status 2 'no limit' 'text-filter --set min_words'
status 2 'no such set' 'text-filter --rules gophre'
status 2 'a set twice' 'text-filter --rules c4,c4'
# Languages by a model.
python3 -c 'import json
words = {"eng_Latn": "the cat is on the mat and it was there for the dog",
    "deu_Latn": "die Katze liegt auf dem Teppich und der Hund ist nicht da"}
for i in range(40):
	for lang, text in words.items():
		w = text.split()
		print(json.dumps({"text": " ".join(w[i % 5:] + w[:i % 5]),
		    "domains": [lang]}))' >"$tmp/train"
domain-train --model fasttext --loss softmax --dim 8 --buckets 1000 \
    -o "$tmp/lid.bin" "$tmp/train" 2>"$tmp/err"
printf '%s\n' '{"text":"the dog is on the mat","lang":"fr"}' \
    '{"text":"der Hund liegt auf dem Teppich"}' \
    '{"text":"xyzzy","lang":"fr"}' >"$tmp/langs"
loose='text-filter --set min_words=0 --set min_word_length=0 --set stop_words=0
    --set alpha_words=0'
same 'lang by a model' "printf '\"%s\"\n' en de fr" \
    "$(echo $loose) --lang-model $tmp/lid.bin $tmp/langs | jq .lang"
same 'and a choice by it' "echo '\"de\"'" \
    "$(echo $loose) --lang-model $tmp/lid.bin --lang de $tmp/langs | jq .lang"
status 2 'no such model' "text-filter --lang-model $tmp/none $tmp/langs"
status 2 'what is no model' "text-filter --lang-model $tmp/train $tmp/langs"
done_testing
