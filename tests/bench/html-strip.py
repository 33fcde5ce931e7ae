"""F1 and speed of html-strip and its peers, on the same pages in one run.

usage: html-strip.py WEB-DATA-DIR BUILD-DIR ROUNDS [set ...]
       html-strip.py pipe PEER <records

Run by html-strip.sh.  The texts are scored by eval/extract-bench beside the data, whose
function that runs the tools is replaced by one that hands it the texts of a peer.  All
read what warc-cat made of the pages; a peer of Python gets each page as a str, and the
processor time of its calls alone counts, where that of html-strip, and of a peer that
BUILD-DIR/native has, is the whole process, start and JSON in and out.  The standard error
is that of 1,000 draws of as many pages, with replacement; wins say in how many of such
draws html-strip is ahead of a peer on the same pages.

Then pages of all sets by size, ROUNDS rounds in turn, the median: each as a filter,
records in and out, and resiliparse's bare call.  Those of Python, which pipe runs, get
their start for nothing.
A peer that isn't there is named; one that is there but broken ends the run.
"""
import contextlib
import gc
import importlib.util
import io
import json
import os
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

sys.path.insert(0, str(Path(__file__).parent / "lib"))
import rows  # noqa: E402

SETS = {"article": "article-extraction-benchmark", "newspaper": "newspaper-2023",
        "wcxb": "wcxb", "trafilatura": "trafilatura"}
STOPLISTS = {"de": "German", "en": "English", "es": "Spanish", "fr": "French",
             "it": "Italian", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese"}
SIZES = {"under 60 kB": (0, 60e3), "150 to 300 kB": (150e3, 300e3), "over 600 kB": (600e3, 1e12)}
NATIVE = ("dom-smoothie", "rs-trafilatura")


def with_trafilatura():
    import trafilatura
    return lambda html, url, lang: trafilatura.extract(
        html, include_comments=False, include_tables=True)


def with_resiliparse():
    from resiliparse.extract.html2text import extract_plain_text
    return lambda html, url, lang: extract_plain_text(html, main_content=True)


def with_rs_trafilatura():
    import rs_trafilatura
    return lambda html, url, lang: rs_trafilatura.extract(html, url=url).main_content


def with_readability():
    import html_text
    from readability import Document
    return lambda html, url, lang: html_text.extract_text(
        Document(html).summary(html_partial=True))


def with_justext():
    import justext
    stop = {code: justext.get_stoplist(name) for code, name in STOPLISTS.items()}
    return lambda html, url, lang: "\n".join(
        p.text for p in justext.justext(html, stop.get(lang, stop["en"]))
        if not p.is_boilerplate)


def with_magic_html():
    import html_text
    from magic_html import GeneralExtractor
    magic = GeneralExtractor()
    return lambda html, url, lang: html_text.extract_text(
        magic.extract(html, base_url=url)["html"])


# Of the package of that name: what it imports as, and what gives a text of
# (html, url, lang).
PEERS = {"trafilatura": ("trafilatura", with_trafilatura),
         "resiliparse": ("resiliparse", with_resiliparse),
         "rs-trafilatura": ("rs_trafilatura", with_rs_trafilatura),
         "readability-lxml": ("readability", with_readability),
         "justext": ("justext", with_justext),
         "magic-html": ("magic_html", with_magic_html)}


def peers():
    """-> name: function, of those that are there"""
    found = {}
    for name, (module, load) in PEERS.items():
        if importlib.util.find_spec(module) is None:
            rows.missing(name)
        else:
            found[name] = load()
    return found


def natives(build):
    """-> name: command of a filter, of those that `make native` has built"""
    found = {}
    for name in NATIVE:
        path = f"{build}/native/release/{name}"
        if os.path.exists(path):
            found[name + " of crates.io"] = [path]
        else:
            rows.missing(name + " of crates.io")
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


def run_filter(command, path):
    """-> what it makes of the records of path, processor seconds"""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(path, "rb") as records:
        out = subprocess.run(command, stdin=records, stdout=subprocess.PIPE, check=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ([json.loads(line) for line in out.splitlines()],
            after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def run_pipe(peer, path):
    """-> processor seconds of a peer as a filter, its start not counted"""
    with open(path, "rb") as records:
        run = subprocess.run([sys.executable, "-W", "ignore", __file__, "pipe", peer],
                             stdin=records, stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, check=True)
    return float(run.stderr.split()[-1])


def texts_of(records):
    return {r["id"]: r["text"] for r in records}


def pipe(call):
    """A peer as a filter; a page that it fails on is empty.  Its seconds go to stderr."""
    start = time.process_time()
    for line in sys.stdin.buffer:
        record = json.loads(line)
        try:
            text = call(record["html"], record["url"], "en") or ""
        except Exception:  # whatever its parser throws
            text = ""
        print(json.dumps({"id": record["id"], "text": text}, ensure_ascii=False))
    print(time.process_time() - start, file=sys.stderr)


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


def by_type(types, score):
    """Pages of wcxb by their type: F1, standard error, wins of ours."""
    kinds = sorted(types["html-strip"])
    said = []
    for peer, t in types.items():
        cells = [f"{score(t[k]):.3f} ± {error(score, t[k]):.3f}" for k in kinds]
        if peer != "html-strip":
            cells = [f"{cell}, {wins(score, types['html-strip'][k], t[k])}"
                     for cell, k in zip(cells, kinds)]
        said.append([peer] + cells)
    table(["wcxb by type, wins"] + [f"{k} ({len(types['html-strip'][k])})" for k in kinds], said)


def one_set(bench, name, build, calls, filters):
    texts, seconds, types, ours, said = {}, {}, {}, None, []
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        pages = bench.pages(name, file.name)
        for peer, command in {"html-strip": ["html-strip"], **filters}.items():
            records, seconds[peer] = run_filter(command, file.name)
            texts[peer] = texts_of(records)
            if peer == "html-strip":
                lang = {r["id"]: r.get("lang", "") for r in records}
        floor = json.loads(subprocess.run(
            [f"{build}/bench/html-floor", file.name], stdout=subprocess.PIPE, check=True).stdout)
    for page in pages:
        page["lang"] = lang[page["id"]]
    for peer, call in calls.items():
        texts[peer], seconds[peer] = run_peer(call, pages)
    for peer, text in texts.items():
        f1 = bench.run(name, lambda _, text=text: text)
        score = {"wcxb": f1_mean, "trafilatura": f1_counts}.get(name, f1_pages)
        of_pages = bench.counts(text) if name == "trafilatura" else list(bench.rows)
        assert abs(score(of_pages) - f1) < 6e-5, (peer, score(of_pages), f1)
        won = ""
        if ours is None:
            ours, best = of_pages, f1
        else:
            won = str(wins(score, ours, of_pages))
            rows.row(f"F1, {name}", best, "F1", peer, f1, "one run")
        said.append((peer, f"{f1:.4f}", f"{error(score, of_pages):.4f}", won,
                     f"{len(pages) / seconds[peer]:.0f}"))
        if name == "wcxb":
            types[peer] = defaultdict(list)
            for page in of_pages:
                types[peer][page[3].split()[0]].append(page)
    table((f"{name}, {len(pages)} pages", "F1", "standard error", "wins of 1,000", "pages/s"), said)
    if types:
        by_type(types, f1_mean)
    floor = [floor["bare"], floor["parse"], floor["extract"]]
    return pages, [name] + [f"{f:.0f}" for f in floor] + [
        f"{floor[2] / floor[0]:.2f}", f"{(floor[1] + floor[2]) / floor[0]:.2f}"]


def by_size(pages, rounds, calls, filters):
    """Each as a filter in turn, and resiliparse's bare call."""
    filters = {"html-strip": ["html-strip"], **filters}
    pipes = [p for p in ("resiliparse", "trafilatura", "rs-trafilatura") if p in calls]
    said = []
    for size, (least, most) in SIZES.items():
        some = [p for p in pages if least <= len(p["html"].encode()) < most]
        if not some:
            continue
        seconds = defaultdict(list)
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
            file.writelines(json.dumps(page, ensure_ascii=False) + "\n" for page in some)
            file.flush()
            for _ in range(rounds):
                for name, command in filters.items():
                    seconds[name].append(run_filter(command, file.name)[1])
                for peer in pipes:
                    seconds[peer].append(run_pipe(peer, file.name))
                if "resiliparse" in calls:
                    seconds["resiliparse, bare call"].append(
                        run_peer(calls["resiliparse"], some)[1])
        nbyte = sum(len(p["html"].encode()) for p in some)
        rate = {name: nbyte / 1e6 / median(s) for name, s in seconds.items()}
        ours = rate["html-strip"]
        for name, theirs in rate.items():
            if name != "html-strip":
                rows.row(f"pages {size}", ours, "MB/s", name, theirs)
            said.append((f"{size}: {len(some)} of {nbyte / 1e3 / len(some):.0f} kB", name,
                         f"{theirs:.1f}", f"{ours / theirs:.2f}"))
    table(("pages", "", "MB/s", "html-strip is, x"), said)


def main():
    if sys.argv[1:2] == ["pipe"]:
        return pipe(PEERS[sys.argv[2]][1]())
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    root, build, rounds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    bench, calls, filters = Bench(root), peers(), natives(build)
    print("# " + ", ".join(f"{p} {version(p)}" for p in calls) + "\n")
    pages, floors = [], []
    for name in sys.argv[4:] or SETS:
        some, floor = one_set(bench, name, build, calls, filters)
        pages += some
        floors.append(floor)
    table(["microseconds a page", "bare SAX parse", "html_parse", "extract_page",
           "extract / bare", "both / bare"], floors)
    by_size(pages, rounds, calls, filters)
    return None


if __name__ == "__main__":
    main()
