"""words - the words of text/word beside those of ICU, language by language

words.py TEXT-FILTER LANG=FILE ...

FILE is UTF-8 text, or HTML, of which the text is taken.  Needs icu4py of PyPI;
words of ICU are the segments of its word breaker that have a letter or a digit.
Prints a row of a table for each language: characters, words of ICU, ours, ours
for one of ICU's.
"""
import html
import json
import re
import subprocess
import sys
import unicodedata

from icu4py.breakers import WordBreaker


def solid(segment):
    return any(unicodedata.category(c)[0] in "LN" for c in segment)


tool = sys.argv[1]
print("| language | characters | ICU | ours | ours / ICU |")
print("| --- | --- | --- | --- | --- |")
for operand in sys.argv[2:]:
    lang, path = operand.split("=", 1)
    text = open(path, encoding="utf-8").read()
    if path.endswith(".html"):
        text = html.unescape(re.sub("<[^>]*>", " ", text))
    text = re.sub(r"\s+", " ", text).strip()
    icu = sum(solid(segment) for segment in WordBreaker(text, lang))
    run = subprocess.run([tool, "--annotate", "--rejects", "/dev/stdout"],
                         input=json.dumps({"text": text}), text=True,
                         stdout=subprocess.PIPE, check=True)
    ours = json.loads(run.stdout)["rules"]["min_words"]
    print(f"| {lang} | {len(text)} | {icu} | {ours} | {ours / icu:.2f} |")
