# html-strip: what is kept of a page, in which form, and within which bounds
. "${0%/*}/tap.sh"

golden article
golden article-all --all
golden forms --all
golden bytes --all
golden members
golden comments --comments

page() { # HTML: the text of all of it
	printf '%s' "$1" | jq -Rsc '{id: "p", html: .}' |
	    html-strip --all | jq -r .text
}
is() { # WHY HTML TEXT
	got=$(page "$2")
	[ "$got" = "$3" ]
	status=$?
	printf '%s\n' "$got" >"$tmp/.out"
	report $status "$1" "$tmp/.out"
}
nl='
'
is 'a custom element is inline' 'a <x-y>b</x-y> c' 'a b c'
is 'main parts blocks' 'a<main>b</main>c' "a$nl${nl}b$nl${nl}c"
is 'a template is no text' 'a<template><p>no</p></template> b' 'a b'
is 'a template in a template' \
	'a<template><td><template>no</template>no</template> b' 'a b'
is 'a template that ends nowhere' 'a<template><p>b' "a$nl${nl}b"
is 'tags that cross a template' \
	'<div><template></div>no</template> a</div>b' "a$nl${nl}b"
is 'noscript in the head' \
	'<head><noscript><p>no</noscript><title>t</title></head>a' 'a'
is 'noscript is for other browsers' '<p>a<noscript>no</noscript>' 'a'
is 'hidden text' '<p hidden>no<p style="display: none">no<p>a' 'a'
is 'text that a style hides' \
	'<p style="DISPLAY :
none!important">no<p style="color:red;visibility: hidden">no<p>a' 'a'
is 'styles that hide nothing' '<p style="x-display:none">a
<p style="display:none; display:block">b<p style="a:&quot;display:none&quot;">c' \
	"a$nl${nl}b$nl${nl}c"
is 'names without a semicolon' \
	'&copy2026 &notit; &notin; &ampamp; &lt3 a&nbspb &foo &;' \
	'©2026 ¬it; ∉ &amp; <3 a b &foo &;'
is 'names of HTML5' '&check;&lbrack;&NotEqualTilde;&fjlig;' '✓[≂̸fj'
is 'numbers of windows-1252' '&#147;a&#x94; &#146 &#128; &#x; &#' '“a” ’ € &#x; &#'
is 'what a reference gives is text' '&lt;b&gt; &amp;lt; &#38;lt;' '<b> &lt; &lt;'
is 'a paragraph in a link' '<a href=x>a<p>b</p>c</a>' "a$nl${nl}b$nl${nl}c"
is 'a paragraph in a link that does not end' \
	'<a href=x><p>a</a>b<p>c' "a$nl${nl}b$nl${nl}c"
is 'a cell without its row' '<table><td>a<td>b<tr><td>c<td>d</table>' \
	"a | b${nl}c | d"
is 'text astray in a table' '<table>a<tr>b<td>c</table>' \
	"a$nl${nl}b$nl${nl}c"
is 'a cell that a box crosses' \
	'<table><tr><td><div>a</td><td>b</div></table>c' "a | b$nl${nl}c"
is 'stray cells' '<td>a<td>b' "a$nl${nl}b"
is 'a script that ends nowhere' 'a<script>no <p>no' 'a'
is 'a script with a tag in it' \
	'a<script>"<b>no</b>"</script> b' 'a b'
is 'a comment that ends nowhere' 'a<!-- no' 'a'
is 'a comment cut short' 'a<!---' 'a'
is 'the shortest comments' 'a<!-->b<!--->c' 'abc'
is 'an attribute without its end' 'a<p title="no>no' 'a'
is 'svg is a drawing' 'a<svg><title>no</title><p>no</svg>b' 'ab'
is 'a drawing that ends nowhere' 'a<svg/>b' 'ab'
is 'entities beyond Unicode' 'a&#x110000;b&#xD800;c' 'abc'
is 'less than' '1 < 2 <3 a' '1 < 2 <3 a'
is 'plain text' "one${nl}two" 'one two'
is 'XHTML' '<?xml version="1.0"?><html xmlns="x"><p>a<br/>b</p></html>' "a${nl}b"
is 'a list in a list' '<ul><li>a<ul><li>b</ul><li>c</ul>' \
	"- a$nl- b$nl- c"
is 'paragraphs by br' 'a<br>b<br> <br>c' "a${nl}b$nl${nl}c"
is 'ruby' '<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>字' '漢字'
is 'nested tables' \
	'<table><tr><td><table><tr><td>a<td>b<tr><td>c<td>d</table><td>e</table>' \
	"a | b${nl}c | d${nl}e"
is 'pre' "<pre>a  b${nl}	c</pre>" "a  b${nl}	c"
is 'pre keeps its first indentation, not its first blank lines' \
	"<pre>$nl  $nl  if a:$nl&nbsp;   b$nl</pre>" "  if a:$nl    b"
is 'line ends of pre' '<pre>a&#10;b</pre>' "a${nl}b"
cr=$(printf '\r')
is 'line ends of other systems' "<pre>a$cr${nl}b${cr}c</pre>" "a${nl}b${nl}c"
is 'the end of a br' 'a</br>b' "a${nl}b"
is 'an end tag with a tag in it' 'a</i <b x=999999999>b' 'ab'
is 'two bodies' '<body>a<body class=x>b' 'ab'

is 'a line end in pre' '<pre>if a:<br>    b<br/>  <br>c</pre>' \
	"if a:$nl    b$nl  ${nl}c"
is 'boxes in pre are lines' \
	"<pre><div>if a:</div><div>    b</div><span style='display:block'>c</span>d</pre>" \
	"if a:$nl    b${nl}c${nl}d"
is 'lines of code are not numbered' \
	'<pre><div><b>1</b><div>one</div></div><div><b>2</b><div>two</div></div></pre>' \
	"one${nl}two"
is 'nor by a row beside them' \
	"<table><tr><td class=gutter><pre>1${nl}2</pre><td class=code><pre>a${nl}  b</pre></table>" \
	"a$nl  b"
is 'numbers that count no lines' "<pre>1${nl}7${nl}3</pre>" "1${nl}7${nl}3"
is 'code by its class' \
	"<p>x<div class='x code-block'>a<span>(</span>$nl  b)</div><p>y" \
	"x$nl${nl}a($nl  b)$nl${nl}y"
is 'a class of code over boxes that are no lines' \
	"<div class=code-block><p>a$nl  b</p></div>" 'a b'
is 'code that fills its box' "<div><code>a$nl  b<br>c</code></div>d" \
	"a$nl  b${nl}c$nl${nl}d"
is 'code in a sentence' "<p>the <code>a$nl  b</code> of c" 'the a b of c'
is 'display parts, or not' \
	'<b style="color:red;display:block">a</b><b style="display:flex">b</b><b style="display:inline">c</b>d' \
	"a$nl${nl}b$nl${nl}cd"
is 'custom elements are apart' 'a<x-y>b</x-y><x-y>c</x-y>' 'a b c'
is 'a shadow tree that is declared' \
	'a<x-y><template shadowrootmode=open><p>b</p><template>no</template></template></x-y><p>c' \
	"a$nl${nl}b$nl${nl}c"
is 'powers' '10<sup>6</sup> m<sup>2</sup> 5·10<sup>-3</sup> (a)<sup>−2</sup>' \
	'10^6 m^2 5·10^-3 (a)^−2'
is 'what is raised and no power' 'the 1<sup>st</sup> of M<sup>lle</sup>, <sup>14</sup>C' \
	'the 1st of Mlle, 14C'
is 'marks of footnotes' \
	'a<sup><a href="#n1">1</a></sup> b<sup>[<a href=#2>2</a>]</sup>, c.<sup>3</sup> d<a href=#n><sup>4</sup></a> e<sup class=reference>5</sup>' \
	'a b, c. d e'

math() { # WHY HTML TEXT: a formula between two words
	is "formula: $1" "a $2 b" "a $3 b"
}
math 'the annotation, its drawing left out' \
	'<span class="katex"><span class="katex-mathml"><math><semantics><mi>x</mi><annotation encoding="application/x-tex">x &lt; \frac{a}{b}</annotation></semantics></math></span><span class="katex-html" aria-hidden="true"><span>xab</span></span></span>' \
	'x < \frac{a}{b}'
math 'the alttext' '<math alttext="{\displaystyle x_{0}}"><mi>x</mi></math>' 'x_{0}'
math 'a script, its drawing left out' \
	'<span class="MathJax_Preview">x2</span><span class="MathJax"><nobr>x2</nobr></span><script type="math/tex">x^2 <y</script>' \
	'x^2 <y'
math 'MathML in what MathJax drew' \
	'<mjx-container><mjx-math>x2</mjx-math><mjx-assistive-mml><math><msup><mi>x</mi><mn>2</mn></msup></math></mjx-assistive-mml></mjx-container>' \
	'x^2'
math 'a picture' '<img class="latex" alt="$\sqrt{2}$" src=x>' '\sqrt{2}'
math 'a picture of what is hidden beside it' \
	'<span style="display:none"><math alttext="{\displaystyle m}"><mi>m</mi></math></span><img class=mwe-math-fallback-image-inline alt="{\displaystyle m}">' 'm'
math 'a fraction and a root' \
	'<math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac><mo>=</mo><msqrt><mi>c</mi></msqrt></math>' \
	'(a+b)/2=sqrt(c)'
math 'indices, with a prefix' \
	'<m:math><m:msubsup><m:mi>x</m:mi><m:mi>i</m:mi><m:mn>2</m:mn></m:msubsup></m:math>' \
	'x_i^2'
math 'indices and a matrix' \
	'<math><msubsup><mi>x</mi><mi>i</mi><mrow><mi>n</mi><mo>-</mo><mn>1</mn></mrow></msubsup><mo>=</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mtd><mn>3</mn></mtd><mtd><mn>4</mn></mtd></mtr></mtable></math>' \
	'x_i^(n-1)=1 2 ; 3 4'
math 'a root of another degree, and no end' \
	'<math><mroot><mi>x</mi><mn>3</mn></mroot></math><math><mi>y' 'root(x, 3)y'

says() { # MEMBER WHY HTML VALUE
	got=$(printf '%s' "$3" | jq -Rsc '{html: .}' | html-strip |
	    jq -r ".$1 // \"absent\"")
	[ "$got" = "$4" ]
	report $? "$1: $2: $got"
}
title() { # WHY HTML TITLE
	says title "$@"
}
# Opting out.
says robots 'of two <meta>' \
	'<meta name=robots content="noai, noimageai"><meta name=robots content=noindex>' \
	'noai, noimageai, noindex'
says tdm 'of <meta>' '<meta name=tdm-reservation content=1>' 1
says tdm_policy 'of <meta>' \
	'<meta name=TDM-Policy content="https://a.example/?p=1&amp;q">' \
	'https://a.example/?p=1&q'
says license 'of <link>' \
	'<head><link rel="license noopener" href="https://a.example/?x=1&amp;y"></head><p>x' \
	'https://a.example/?x=1&y'
says license 'of <a>' '<p><a rel=license href=/by>CC BY</a>' /by
printf '%s\n' '{"id":1,"html":"<meta name=robots content=NoAI><p>x"}' \
    '{"id":2,"robots":"googlebot: noimageai","html":"<p>x"}' \
    '{"id":3,"html":"<meta name=tdm-reservation content=1><p>x"}' \
    '{"id":4,"robots":"noindex","tdm":"0","html":"<meta name=robots content=all><p>x"}' \
    '{"id":5,"robots":"noai","text":"x"}' >"$tmp/optout"
ok '--drop-optout' "
	html-strip --drop-optout --stats $tmp/stats $tmp/optout >$tmp/out &&
	jq -se 'length == 1 and .[0].id == 4 and .[0].robots == \"noindex, all\"' $tmp/out &&
	jq -e '.dropped.optout == 4' $tmp/stats"
same 'without it all stay' "jq .id $tmp/optout" "html-strip $tmp/optout | jq .id"

title 'a title without its site' '<title>On the tides - The Daily</title>' \
	'On the tides'
title 'a title in front of which the site is' \
	'<meta property=og:site_name content=Daily><title>Daily | Tides</title>' Tides
title 'the site by its name, without its article' \
	'<meta property=og:site_name content="The Daily"><title>On tides | Sea | daily</title>' \
	'On tides | Sea'
title 'what the heading says too' \
	'<title>Tides | The Daily Harbour</title><h1>The Daily Harbour News</h1><h1>tides</h1>' \
	Tides
title 'a site that looks like one' '<title>tides.example.org | Tides</title>' Tides
title 'no title: the heading' '<h1>On <i>tides</i></h1><p>x' 'On tides'
title 'a bar without blanks is none' '<title>A-B|C</title>' 'A-B|C'
title 'none' '<p>x' absent

says lang 'as declared' '<html lang=pt-BR><p>the cat is on the mat' pt
says lang 'by ISO 639-2' '<html lang=eng><p>x' en
says lang 'by its script, whatever is declared' \
	'<html lang=en><p>Новости порта за эту неделю и ещё много других слов' en
says lang 'by a script of its own' '<html lang=en-US><p>أعلنت هيئة الميناء يوم الثلاثاء' ar
says lang 'a language that shares its script' '<html lang=fa><p>أعلنت هيئة الميناء يوم' fa
says lang 'by a clear win of its words' \
	'<html lang=en><p>Die Boote, die im Hafen lagen, sind mit der Flut ausgelaufen, und das Wasser ist nicht mehr so hoch, wie es am Morgen noch war' de
says lang 'in XHTML' '<html xml:lang="FR"><p>x' fr
says lang 'not declared, the text' \
	'<html lang=und><p>the cat is on the mat and it was not there for the dog' en
says lang 'nothing tells it' '<html lang=x><p>xx yy zz' absent

says byline 'without By' '<meta name=author content="By Jane Doe">' 'Jane Doe'
says byline 'the name alone' '<p itemprop=author>By <time datetime=2021-03-12>x</time>
<b itemprop=name>Jane Doe</b>, Editor</p>' 'Jane Doe'
says byline 'an address is none' '<meta property=article:author content="https://x.example/j">
<a rel=author>Jane Doe</a>' 'Jane Doe'
says byline 'the author of JSON-LD, not its publisher' \
	'<script type=application/ld+json>{"author": {"@type": "Person"},
"publisher": {"name": "Daily"}}</script>' absent

says byline 'all authors of JSON-LD' \
	'<script type=application/ld+json>{"author": [{"name": "Jane Roe"}, "John Doe", {"@type": "Person", "name": "Jane Roe"}]}</script>' \
	'Jane Roe, John Doe'
says byline 'an author by reference' \
	'<script type=application/ld+json>{"@graph": [{"author": {"@id": "#p"}}, {"a": [1, {"@id": "#p", "name": "Jane Roe"}]}]}</script>' \
	'Jane Roe'
says byline 'all authors of one <meta>' \
	'<meta name=citation_author content="Roe, Jane"><meta name=author content=X><meta name=citation_author content="Doe, John">' \
	'Roe, Jane, Doe, John'
says byline 'by its class, without the date' \
	'<div class="x byline">By <b>Jane Roe</b> | 3 March</div>' 'Jane Roe'
for none in '{{author}}' admin '<%= name %>' '%AUTHOR%' Unknown; do
	says byline "a placeholder is none: $none" \
	    "<meta name=author content='$none'>" absent
done
says byline 'who comments is none' \
	'<div class=comments><p><a rel=author>Jane Doe</a></div>' absent
says published 'not of a related box' \
	'<aside><time datetime=2019-01-01>x</time></aside><time datetime=2021-03-12>y</time>' 2021-03-12
says published 'of a citation' \
	'<meta name=citation_publication_date content=2021/03/12>' 2021-03-12
says published 'beside the title' \
	'<h1>On tides</h1><p>5 min read · March 12th, 2021 · by Jane</p><p>On 3 May 1999 x' 2021-03-12
says published 'beside the title, in other words' \
	'<p>12 de marzo de 2021</p><h1>On tides</h1><p>x' 2021-03-12
says published 'no date far from the title' \
	'<h1>On tides</h1><p>a<p>b<p>c<p>d<p>e<p>f<p>g<p>12 March 2021' absent
ok 'published: of the address' "
	echo '{\"url\":\"http://a.example/2021/03/12/tides\",\"html\":\"<p>x\"}' |
	    html-strip | jq -e '.published == \"2021-03-12\"' &&
	echo '{\"url\":\"http://a.example/2021/93/12/tides\",\"html\":\"<p>x\"}' |
	    html-strip | jq -e '.published == null'"

published() { # WHY VALUE DATE
	says published "$1" "<meta name=date content='$2'>" "$3"
}
published 'a date' 2021-03-12 2021-03-12
published 'a time and a zone' '2021-03-12 10:22:33 +0100' 2021-03-12T10:22:33+01:00
published 'a zone by name' '2021-03-12T10:22:33.5 UTC' 2021-03-12T10:22:33.5Z
published 'no such time' '2021-03-12T25:99' 2021-03-12
published 'no such day' 2021-02-30 absent
published 'short numbers' 2021/3/2 2021-03-02
published 'digits alone' 20210312 2021-03-12
published 'points' 12.03.2021 2021-03-12
published 'words' 'Fri, 12 Mar 2021 10:22' 2021-03-12
published 'month or day first, who knows' 03/12/2021 absent
says published 'the first time that is a date' \
	'<time datetime=10:00>x</time><time datetime=2021-03-12>y</time>' 2021-03-12

title 'a name is none before = in an attribute' \
	'<meta property=og:title content="?a=1&copy=2 &copy &eacute;t&eacute">' \
	'?a=1&copy=2 © été'
title 'entities in a title' '<title>Tom &amp; <b>Ann</title>' 'Tom & <b>Ann'

# In the page of article.in, after its text.
within() { # HTML: the main text
	jq -c --arg html "$1" '{id, html: (.html | sub("</article>";
	    "\($html)</article>"))}' article.in | html-strip
}
last='<p>The harbour master says that the boats will be counted again in the spring, when the fishermen have come home from the north.</p>'
refrain='<p>Haul away, my lads, haul away, haul away home to the harbour.</p>'
verse='<p>The ship goes out in the morning light, and the gulls are calling over the sea.</p>'
within "$verse$refrain$last$refrain" >"$tmp/song"
ok 'a refrain is no repetition' \
    "[ \$(jq -r .text $tmp/song | grep -c 'Haul away') -eq 2 ] &&
	jq -e '.repeated == null' $tmp/song"
within "$verse$refrain$last<h2>Again</h2>$verse$refrain$last" >"$tmp/twice"
ok 'a run of paragraphs is kept once, and the record says so' \
    "[ \$(jq -r .text $tmp/twice | grep -c 'Haul away') -eq 1 ] &&
	jq -e '.repeated == 3' $tmp/twice"
code='<div class=x><div class=y><button>Copy</button><code><pre>a = b;
if (a)
	c();</pre></code></div></div>'
within "$last$code$last$refrain" >"$tmp/code"
ok 'code between paragraphs stays' "jq -e '.text | test(\"a = b;\\n\")' $tmp/code"
menu='<div class=global-nav><ul>'
for label in トップ 速報 人事 写真 映像 社説 統計 経済 金融 政治; do
	menu="$menu<li><a href=/x><span>$label</span></a></li>"
done
ok 'a menu is one in any script' "! jq -r '{html: (\"<body>$menu</ul></div>\" + (.html | sub(\".*<body>\"; \"\"; \"s\")))}' \
	    article.in | html-strip | grep -E '速報|統計'"
for class in newsletter-signup 'cookie-consent x' ad-container author-bio \
    browser-upgrade adblock-notice 'wp-block-gallery x' gallery-caption; do
	within "$last<div class='$class'><p>Get the words of this box in your inbox every Friday morning, says the box.</p></div>$last" \
	    >"$tmp/box"
	ok "a box between paragraphs goes: $class" \
	    "! grep 'words of this box' $tmp/box && grep 'counted again' $tmp/box"
done
for form in '<details><summary>Q</summary><p>A</p></details>' \
    '<h3><button aria-expanded=false>Q</button></h3><div hidden><p>A</p></div>' \
    '<dl><dt>Q</dt><dd style="display:none">A</dd></dl>' \
    '<li><a href="#a1" class=toggle>Q</a><div id=a1 style="display:none">A</div></li>' \
    '<div><input type=checkbox id=c><label for=c>Q</label><div aria-hidden=true>A</div></div>'; do
	form=$(printf %s "$form" |
	    sed 's/Q/How long may a ship wait in the outer harbour?/
s/A/Ships may wait for two days in the outer harbour if they tell the master beforehand./')
	within "$last$form$last" >"$tmp/faq"
	ok "an answer and its question: ${form%%>*}>" \
	    "jq -r .text $tmp/faq | grep 'ship wait' &&
		jq -r .text $tmp/faq | grep 'for two days'"
done
within "$last<p>Will you come to the harbour with us?</p>$last<div hidden><p>Ships may wait for two days in the outer harbour.</p></div>" \
    >"$tmp/faq"
ok 'what is hidden far from a question is no answer' \
	"jq -r .text $tmp/faq | grep 'come to the harbour' &&
		! jq -r .text $tmp/faq | grep 'for two days'"

# Columns.
is 'an empty cell is a field' \
	'<table><tr><th>a<th>b<th>c<tr><td>1<td><td>2<tr><td>3<td>4<td>&nbsp;</table>' \
	"a | b | c${nl}1 |  | 2${nl}3 | 4 | "
is 'cells that span rows and columns' \
	'<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d<tr><td>e<td>f<td>g</table>' \
	"a | b | $nl | c | d${nl}e | f | g"
is 'rows without <tr> and with <tbody>' \
	'<table><tbody><tr><td>a<td><td>b<tr><td><td>c<td>d</tbody></table>' \
	"a |  | b$nl | c | d"
is 'spans beyond the table' \
	'<table><tr><td rowspan=9999>a<td>b<tr><td>c</table>d' "a | b$nl | c$nl${nl}d"
is 'a table that arranges a page' \
	'<table><tr><td><h2>a</h2><td><td>b<tr><td>c<td><td>d</table>' \
	"a | b${nl}c | d"

boxed() { # CLASS: the page of article.in with a box of that class after its text
	jq -c --arg class "$1" '{id, html: (.html | sub("</article>";
	    "<div class=\"\($class)\"><p>Fishing boats were counted on the quay last summer, and there were more of them than in any year since the war, says the harbour master.</p></div></article>"))}' \
	    article.in | html-strip | jq -r .text
}
boxed entry-content >"$tmp/main"
boxed related-posts >"$tmp/related"
ok 'a box named as main text is kept' "grep 'says the harbour master' '$tmp/main'"
same 'a box named as related text is not' \
	"grep -v 'says the harbour master' '$tmp/main' | cat -s" \
	"cat '$tmp/related'; echo"

# Memory grows in proportion to a table, to no more than a number of times its size.
peak() { # PYTHON: KiB that a page takes; its size is that of $tmp/page
	python3 -c "import json
print(json.dumps({'id': 'h', 'html': $1}))" >"$tmp/page"
	python3 "$top/tests/warc-peak.py" run "$tmp/peak" html-strip "$tmp/page" \
	    >/dev/null
	cat "$tmp/peak"
}
grows() { # WHY TIMES PYTHON, with N for the number of rows
	small=$(peak "$(printf %s "$3" | sed 's/N/5000/')")
	from=$(wc -c <"$tmp/page")
	large=$(peak "$(printf %s "$3" | sed 's/N/25000/')")
	times=$(((large - small) * 1024 / ($(wc -c <"$tmp/page") - from)))
	ok "memory of $1: $times times its size" "[ $times -lt $2 ]"
}
case $B in
*/san) skip 'memory of tables' 'sanitizers take more memory' ;;
*)
	grows 'a table of data' 18 \
	    '"<table>" + ("<tr class=row>" + "<td class=num>12.5</td>\n" * 10 + "</tr>\n") * N'
	grows 'a table of digits' 72 '"<table>" + ("<tr>" + "<td>1" * 20) * N'
	grows 'a table of empty cells' 32 '"<table>" + ("<tr>" + "<td>" * 20) * N'
	grows 'cells that span all' 32 \
	    '"<table>" + "<tr><td colspan=999>1<td rowspan=9999>" * N' ;;
esac

# A reader that is quadratic would need minutes of processor time for each of these.
hostile() { # WHY PYTHON [JQ]
	python3 -c "import json
print(json.dumps({'id': 'h', 'html': $2}))" >"$tmp/page"
	ok "hostile: $1" "(ulimit -t 20; html-strip --all <'$tmp/page' >'$tmp/out') &&
	    jq -e '${3:-.text | length > 0}' <'$tmp/out'"
}
hostile 'depth' '"<div>" * 100000 + "x"'
hostile 'siblings' '"<p>x" * 200000'
hostile 'nothing is lost below depth 256' \
	'"".join(f"<div>{i}" for i in range(2000))' \
	'([.text | scan("[0-9]+")] | length) == 2000 and .cut == null'
hostile 'a large node, all of it' '"<p>" + "word " * 2400000' \
	'(.text | length) == 11999999 and .cut == null'
hostile 'attributes' '"<p " + " ".join(f"a{i}=1" for i in range(300000)) + ">x"'
hostile 'one attribute again and again' '"<p " + "class=a " * 300000 + ">x"'
hostile 'entities' '"<p>" + "&amp;" * 500000'
hostile 'bodies' '"<div>" * 50000 + "<body>" * 100000 + "x"'
hostile 'end tags of nothing' '"<x>" + "<div>" * 100000 + "</x>" * 100000 + "y"' \
	'.cut | test("max-work")'
hostile 'lists in lists' '"<ul><li>x" * 50000'
hostile 'drawings' '"x" + "<svg>" * 300000'
hostile 'formulas' '"x" + "<math>" * 300000'
hostile 'a deep formula' '"x<math>" + "<msup><mi>a</mi>" * 100000 + "</msup>" * 100000 + "</math>"'
hostile 'drawn formulas' '"x" + "<math></math><b class=katex-html>" * 100000'
hostile 'code' '"x" + "<div class=hljs>a\n" * 100000'
hostile 'lines of code' '"<pre>" + "<div>1</div>" * 300000 + "x"'
hostile 'powers in powers' '"x" + "<sup>2" * 100000'
hostile 'spans' '"<table>" + "<tr><td colspan=1000 rowspan=1000>x" * 20000' \
	'(.text | length) < 3000000'
hostile 'tables' '"<table><tr><td>a<td>b<tr><td colspan=900>c</table>" * 30000'
hostile 'tables in tables' '"<table><tr><td>x" * 30000'
hostile 'deep cells' '"<table><tr>" + "<div>" * 20000 + "<td>x" * 20000'
hostile 'boxes in boxes' '"<div class=newsletter>" * 100000 + "<p>x" * 1000'
hostile 'authors' '"x<script type=application/ld+json>" + "{\"author\":[" * 100000 + "</script>"'
hostile 'references' '"x<script type=application/ld+json>{\"author\":{\"@id\":\"a\"}," + "{" * 200000 + "</script>"'
hostile 'shadow trees' '"x" + "<template shadowrootmode=open>" * 100000'

like '"cut":1' 'a page that was cut is counted' \
	'html-strip --max-work 1000 --stats - <article.in 2>&1 >/dev/null'
case $B in
*san*) skip 'memory is bounded' 'sanitizers map terabytes' ;;
*)
	python3 -c 'import json
for page in ("<p>x" * 100000, "<div>" * 100000, "<p " + "a=1 " * 500000,
    "<p>" + "&copy" * 500000, "<ul><li>" * 50000):
	print(json.dumps({"html": page + ">y"}))' >"$tmp/page"
	ok 'memory is bounded' "ulimit -v 300000; html-strip --all <'$tmp/page' |
	    jq -se 'length == 5'"
	;;
esac
like 'max-work"' 'a page is cut at --max-work' \
	'html-strip --max-work 1000 <article.in'
same 'a record does not depend on those before it' \
	'html-strip <article.in' 'cat forms.in bytes.in article.in |
	    html-strip | tail -n "$(wc -l <article.in)"'
same 'what has no page passes' 'echo "{\"text\":\"a  b\",\"x\":1}"' \
	'echo "{\"text\":\"a  b\",\"x\":1}" | html-strip'

edge() { # WHY FILES
	python3 -c 'import gzip, json, os, sys
for name in sys.argv[1:]:
	if os.path.isfile(name):
		page = open(name, "rb").read()
		if name.endswith(".gz") and page.startswith(b"\x1f\x8b"):
			page = gzip.decompress(page)
		print(json.dumps({"html": page.decode("utf-8", "replace")}))' $2 >"$tmp/edge"
	ok "$1: $(wc -l <"$tmp/edge") pages" \
	    "html-strip <'$tmp/edge' >'$tmp/edge.out' &&
	    test \$(wc -l <'$tmp/edge.out') -eq \$(wc -l <'$tmp/edge') &&
	    iconv -f utf-8 -t utf-8 '$tmp/edge.out' >/dev/null"
}
if [ -d "$shared/data/web" ]; then
	w=$shared/data/web
	edge 'html-edge' "$w/html-edge/jsoup/*/* $w/html-edge/libxml2/*"
	edge 'html5lib' "$w/html5lib-tests/tree-construction/*"
	edge 'readability' "$w/readability/*/source.html.gz"
else
	skip 'pages of other projects' 'no ../shared'
fi
done_testing
