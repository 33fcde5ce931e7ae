# Texts of the kinds that users of other tools reported, of our own: figures,
# rows, scripts without spaces, blanks, lines, sentences, chunks.
. "${0%/*}/tap.sh"

cd "$tmp" || exit
python3 - <<'PY'
import json


def put(name, texts, **more):
    with open(name, "w", encoding="utf-8") as out:
        for i, text in enumerate(texts):
            json.dump({"id": str(i), "text": text, **more}, out,
                      ensure_ascii=False)
            out.write("\n")


base = ("It is told that in the %s the works at the harbour made %s tonnes of rope, which is "
        "more than they ever did, and the owner paid %s to each of the hands "
        "who had been there.")
put("figures", [base % v for v in [
    ("year 2019", "1,250", "40 pounds"), ("year 2020", "1,250", "40 pounds"),
    ("year 2019", "1,260", "40 pounds"), ("year 2019", "1,250", "48 pounds")]])
put("rows", [
    "Hours\n\nMonday | 9 | 17 |\nTuesday | 9 | 17 |\nMonday | 9 | 17 |\n",
    "Verse one is here.\nOh the sea, oh the sea\nVerse two is here.\n"
    "Oh the sea, oh the sea\n",
    "Was it late?\nYes.\nWas it dark?\nYes.\nWas it cold?\nNo.\n"])
thai = "แม่น้ำสายนี้ไหลผ่านเมืองเก่าและชาวบ้านใช้เรือเล็กไปตลาดทุกเช้า "
khmer = "ទន្លេនេះហូរកាត់ទីក្រុងចាស់ហើយអ្នកភូមិជិះទូកតូចទៅផ្សាររៀងរាល់ព្រឹក។ "
burmese = "ဤမြစ်သည်မြို့ဟောင်းကိုဖြတ်၍စီးဆင်းပြီးရွာသားများသည်လှေငယ်ဖြင့်သွားကြသည်။ "
japanese = "この川は古い町を流れていて、村の人たちは毎朝小さな舟で市場へ行きます。"
chinese = "这条河流过老城，村民们每天早上乘小船去市场买菜，晚上再沿着河岸走回家。"
more = ["หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก"]
for name, text, lang in [("thai", thai, "th"), ("khmer", khmer, "km"),
                         ("burmese", burmese, "my"),
                         ("japanese", japanese, "ja"),
                         ("chinese", chinese, "zh")]:
    put(name, [text * 3], lang=lang)
line = ("The keeper of the lamp went up the stairs at six and that was all "
        "to be seen of him")
for name, end in [("nel", "\x85"), ("separator", "\u2028"), ("cr", "\r"),
                  ("tab", "\t\n"), ("wide", "\u3000\n"), ("none", "\n")]:
    put(name, ["".join("%s, with number %d.%s" % (line, n, end)
                       for n in (1, 2, 3, 4, 5, 6))])
put("short", ["Item one of the test set has ten words in it."])
for lang, text in [
        ("de", "Das Haus wurde am 3. Oktober gebaut. Dr. Weber kam z. B. mit."),
        ("fr", "M. Dupont est venu le 1er mai. Mme Martin, p. ex., est partie."),
        ("pl", "Prof. Nowak ur. 1950 r. w Krakowie. Tzn. dawno temu.")]:
    put("lang-" + lang, [text], lang=lang)
for lang, text in [
        ("es", "El Sr. Ruiz llegó el día 4. La Sra. Díaz y el Dr. Gil salieron."),
        ("it", "Il sig. Rossi abita qui. La dott. Bianchi, es. domani, torna."),
        ("nl", "Dhr. de Vries woont hier. Mevr. Bakker komt o.a. met dr. Smit."),
        ("pt", "O Sr. Alves chegou cedo. A Sra. Lima e o Dr. Reis foram embora."),
        ("ru", "А. С. Пушкин родился в 1799 г. в Москве. Это было давно, т. е. раньше.")]:
    put("lang-" + lang, [text], lang=lang)
fill = {"thai": thai, "japanese": japanese, "chinese": chinese}
for name, text in fill.items():
    put("twice-" + name, [text, "ก 一 begin " + text + " 二 end"])
put("exam", ["The bell of the tower rings when the tide is at its lowest point.",
             "Which metal is drawn into wire for the strings of the harp?"])
put("notices", ["Question %d, of which there are a few. All copies must carry "
                "this notice and the list of its authors in full." % n
                for n in range(12)])
put("crawl", [
    "We read: the bell of the tower rings when the tide is at its lowest "
    "point. And so we waited there.",
    "All copies must carry this notice and the list of its authors in full. "
    "What follows is ours.",
    "Which metal is drawn into wire for the strings of the harp? Bronze."])
put("pages", [
    "A first line of the page that has some words.\nA second one. And more "
    "of it here.\n\nA paragraph of its own, which is the last.",
    "One.\n\n\nTwo, three, four, five, six.\nSeven and eight. Nine and ten.",
    "The boat is old.  The oars are new. Its sail was mended in the spring by "
    "two of the sons. It will sail."])
PY

same 'reports that differ in one figure are four' 'echo 4' \
    'text-dedup figures | wc -l'
same 'but one, where digits do not count' 'echo 1' \
    'text-dedup --digits zero figures | wc -l'
for n in 1 2 3; do
	same "para: rows, a refrain, answers: text $n stays" \
	    "sed -n ${n}p rows" "sed -n ${n}p rows | text-dedup --mode para"
done
for lang in thai khmer burmese japanese chinese; do
	same "$lang is text" 'echo 0' "
		text-filter $lang --rejects /dev/stdout | jq -r '.reasons // [] |
		    map(select(test(\"min_words|word_length|stop_words|alpha\"))) |
		    length'"
	ok "$lang: chunks hold what they may" "
		text-chunk --max-words 40 --min-tokens 0 $lang |
		    jq -se 'length > 1 and all(.text | length < 200)'"
done
for end in nel separator cr tab wide; do
	same "c4 leaves the lines that end so ($end)" \
	    'text-filter --rules c4 none | jq -r .text' \
	    "text-filter --rules c4 $end | jq -r .text"
	same "and FineWeb's rules see their stops ($end)" \
	    "text-filter --rules fineweb --set fineweb_dup_chars=1 none | jq .id" \
	    "text-filter --rules fineweb --set fineweb_dup_chars=1 $end | jq .id"
done
for lang in de fr pl es it nl pt ru; do
	same "sentences of $lang: two" 'echo 2' \
	    "text-chunk --max-words 9 --min-tokens 0 lang-$lang | wc -l"
done
for name in thai japanese chinese; do
	ok "substr: a second copy of $name goes, the first stays" "
		text-dedup --mode substr --min-tokens 10 twice-$name |
		    jq -se --slurpfile all twice-$name '.[0].text == \$all[0].text and
			(.[1].text | length) < (.[0].text | length) / 2'"
done
same 'questions of an exam go, a notice of many records stays' 'echo 1' \
    'text-dedup --against exam,notices --ngram 8 --share 0.1 crawl | jq -r .id'
ok '--cut takes the question out' '
	sed -n 3p crawl | jq -c ".text = (\"one \" * 300) + .text + \" two\" * 300" |
	    text-dedup --against exam --ngram 8 --cut |
	    jq -se "(map(.text) | add | test(\"one\") and test(\"two\")) and
		all(.text | test(\"harp\") | not)"'
for n in 1 2 3; do
	ok "chunks of text $n, filtered and joined, are not glued" "
		sed -n ${n}p pages | text-chunk --min-tokens 0 --max-words 8 |
		    text-filter --rules c4 --set c4_sentences=0 \
			--set c4_line_words=1 | text-chunk --join |
		    jq -se 'length == 1 and (.[0].text | length > 20 and
			(test(\"[a-z][.][A-Z]\") | not))'"
done
for name in body content raw_content; do
	same "--text $name" 'text-dedup figures | wc -l' "
		sed 's/\"text\"/\"$name\"/' figures |
		    text-dedup --text $name | wc -l"
done
done_testing
