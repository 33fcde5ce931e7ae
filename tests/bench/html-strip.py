"""F1 and pages a second of html-strip and its peers, on the same pages in one run.

usage: html-strip.py WEB-DATA-DIR BUILD-DIR ROUNDS [set ...]

Run by html-strip.sh.  The texts are scored by eval/extract-bench beside the data, whose
function that runs the tools is replaced by one that hands it the texts of a peer.  All
read what warc-cat made of the pages; a peer gets each page as a str, and the processor
time of its calls alone counts, where that of html-strip is the whole process, start and
JSON in and out.  ROUNDS rounds in turn, the median counts.  The standard error is that
of 1,000 draws of as many pages, with replacement; a column says in how many of such
draws html-strip is ahead of a peer on the same pages.  A peer that isn't there is left out.
"""
import contextlib
import gc
import importlib.util
import io
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from importlib.machinery import SourceFileLoader
from importlib.metadata import version
from pathlib import Path
from statistics import mean, median, pstdev

SETS = {"article": "article-extraction-benchmark", "newspaper": "newspaper-2023",
        "wcxb": "wcxb", "trafilatura": "trafilatura"}
STOPLISTS = {"de": "German", "en": "English", "es": "Spanish", "fr": "French",
             "it": "Italian", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese"}


def peers():
    """-> name: function of (html, url, lang) that gives the text."""
    found = {}
    with contextlib.suppress(ImportError):
        import trafilatura
        found["trafilatura"] = lambda html, url, lang: trafilatura.extract(
            html, include_comments=False, include_tables=True)
    with contextlib.suppress(ImportError):
        from resiliparse.extract.html2text import extract_plain_text
        found["resiliparse"] = lambda html, url, lang: extract_plain_text(
            html, main_content=True)
    with contextlib.suppress(ImportError):
        import rs_trafilatura
        found["rs-trafilatura"] = lambda html, url, lang: rs_trafilatura.extract(
            html, url=url).main_content
    with contextlib.suppress(ImportError):
        import html_text
        from readability import Document
        found["readability-lxml"] = lambda html, url, lang: html_text.extract_text(
            Document(html).summary(html_partial=True))
    with contextlib.suppress(ImportError):
        import justext
        stop = {code: justext.get_stoplist(name) for code, name in STOPLISTS.items()}
        found["justext"] = lambda html, url, lang: "\n".join(
            p.text for p in justext.justext(html, stop.get(lang, stop["en"]))
            if not p.is_boilerplate)
    with contextlib.suppress(ImportError):
        import html_text
        from magic_html import GeneralExtractor
        magic = GeneralExtractor()
        found["magic-html"] = lambda html, url, lang: html_text.extract_text(
            magic.extract(html, base_url=url)["html"])
    return found


def run_peer(call, pages):
    """-> {id: text}, processor seconds; a page that a peer fails on is empty."""
    texts = {}
    gc.collect()
    start = time.process_time()
    for page in pages:
        try:
            texts[page["id"]] = call(page["html"], page["url"], page["lang"]) or ""
        except Exception:  # whatever its parser throws
            texts[page["id"]] = ""
    return texts, time.process_time() - start


def run_ours(path):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = subprocess.run(["html-strip", path], stdout=subprocess.PIPE, check=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    records = [json.loads(line) for line in out.splitlines()]
    return ({r["id"]: r["text"] for r in records},
            after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
            {r["id"]: r.get("lang", "") for r in records})


class Bench:
    """eval/extract-bench as a module, fed with texts."""

    def __init__(self, root):
        self.root = root
        loader = SourceFileLoader("extract_bench", str(root / "../../eval/extract-bench"))
        spec = importlib.util.spec_from_loader(loader.name, loader)
        self.module = importlib.util.module_from_spec(spec)
        loader.exec_module(self.module)
        self.module.list_worst = self.take_rows

    def take_rows(self, rows, _worst):
        self.rows = rows

    def run(self, name, extract):
        """-> F1 as printed; what extract-bench knows of each page is in self.rows."""
        m = self.module
        m.extract = lambda pages: (extract(pages), 1)
        score = {"wcxb": m.wcxb_set, "trafilatura": m.trafilatura_set}.get(name, m.shingle_set)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            score(name, self.root / SETS[name], False)
        return float(re.search(r"F1 ([\d.]+)", out.getvalue())[1])

    def pages(self, name, path):
        """What warc-cat makes of a set's pages, in a file of records too."""
        def write(pages):
            with tempfile.NamedTemporaryFile(suffix=".warc") as warc:
                for page in pages:
                    warc.write(self.module.warc_record(*page))
                warc.flush()
                with open(path, "wb") as out:
                    subprocess.run(["warc-cat", warc.name], stdout=out, check=True)
            return {}
        self.run(name, write)
        return [json.loads(line) for line in open(path, "rb")]

    def counts(self, texts):
        """Of the pages of the trafilatura set: segments rightly found, missed, wrong."""
        rows = []
        for t in self.module.jsonl(self.root / SETS["trafilatura"] / "gold.jsonl"):
            text = " ".join(texts.get(f"page-{t['n']}", "").split())
            good = sum(" ".join(s.split()) in text for s in t["with"])
            bad = sum(" ".join(s.split()) in text for s in t["without"])
            rows.append((good, len(t["with"]) - good, bad))
        return rows


def f1_pages(rows):
    p = mean([r[1] for r in rows if r[1] is not None] or [0])
    r = mean([r[2] for r in rows if r[2] is not None] or [0])
    return 2 * p * r / (p + r) if p and r else 0


def f1_mean(rows):
    return sum(r[0] for r in rows) / len(rows)


def f1_counts(rows):
    tp, fn, fp = (sum(column) for column in zip(*rows))
    return 2 * tp / (2 * tp + fn + fp) if tp else 0


def error(f1, rows):
    rng = random.Random(1)
    return pstdev(f1(rng.choices(rows, k=len(rows))) for _ in range(1000))


def wins(f1, ours, theirs):
    """Of 1,000 draws of pages, each the same for both: how often ours is ahead."""
    rng = random.Random(1)
    places = range(len(ours))
    won = 0
    for _ in range(1000):
        drawn = rng.choices(places, k=len(ours))
        won += f1([ours[i] for i in drawn]) > f1([theirs[i] for i in drawn])
    return won


def table(head, rows):
    print("| " + " | ".join(head) + " |\n|" + " --- |" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print(flush=True)


def one_set(bench, name, build, rounds, calls):
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        pages = bench.pages(name, file.name)
        _, _, lang = run_ours(file.name)
        for page in pages:
            page["lang"] = lang[page["id"]]
        texts, seconds, floors = {}, defaultdict(list), []
        for _ in range(rounds):
            texts["html-strip"], s, _ = run_ours(file.name)
            seconds["html-strip"].append(s)
            floors.append(json.loads(subprocess.run(
                [f"{build}/bench/html-floor", file.name], stdout=subprocess.PIPE,
                check=True).stdout))
            for peer, call in calls.items():
                texts[peer], s = run_peer(call, pages)
                seconds[peer].append(s)
    rows, types, ours = [], {}, None
    for peer, text in texts.items():
        f1 = bench.run(name, lambda _, text=text: text)
        score = {"wcxb": f1_mean, "trafilatura": f1_counts}.get(name, f1_pages)
        of_pages = bench.counts(text) if name == "trafilatura" else bench.rows
        assert abs(score(of_pages) - f1) < 6e-5, (peer, score(of_pages), f1)
        won = "" if ours is None else str(wins(score, ours, of_pages))
        ours = ours or list(of_pages)
        rows.append((peer, f"{f1:.4f}", f"{error(score, of_pages):.4f}", won,
                     f"{len(pages) / median(seconds[peer]):.0f}"))
        if name == "wcxb":
            types[peer] = defaultdict(list)
            for row in bench.rows:
                types[peer][row[3].split()[0]].append(row)
    table((f"{name}, {len(pages)} pages", "F1", "standard error", "wins of 1,000", "pages/s"), rows)
    if types:
        kinds = sorted(types["html-strip"])
        table(["wcxb by type"] + [f"{k} ({len(types['html-strip'][k])})" for k in kinds],
              [[peer] + [f"{f1_mean(t[k]):.3f} ± {error(f1_mean, t[k]):.3f}" for k in kinds]
               for peer, t in types.items()])
    return [name] + [f"{median(f[k] for f in floors):.0f}" for k in ("bare", "parse", "extract")] + [
        f"{median(f['extract'] / f['bare'] for f in floors):.2f}",
        f"{median((f['parse'] + f['extract']) / f['bare'] for f in floors):.2f}"]


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    root, build, rounds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    bench, calls = Bench(root), peers()
    print("# " + ", ".join(f"{p} {version(p)}" for p in calls) + f"; {rounds} rounds\n")
    table(["microseconds a page", "bare SAX parse", "html_parse", "extract_page",
           "extract / bare", "both / bare"],
          [one_set(bench, name, build, rounds, calls) for name in sys.argv[4:] or SETS])


if __name__ == "__main__":
    main()
