#!/usr/bin/env python3
"""Learn common/extract/extract-cues.h, -names.h and -trees.h from pages with marked main text.

usage: extract-train.py [-o FOLDER] [--skip TSV] [--trees N,M] [--leaves N,M] DUMP DIR

DUMP is the program build/generate/extract-dump.  DIR holds folders in the
layouts of three public benchmarks, any of which may be missing: wcxb/ (html/ID.html.gz,
ground-truth.jsonl.gz with main_content), newspaper-2023/ (html/,
ground-truth.json with articleBody) and trafilatura/ (pages/N.html.gz, gold.jsonl
with segments wanted and unwanted).  TSV lists pages to leave out: set, id.

Blocks are marked by aligning their words with the marked text.  A logistic
regression weighs the words that blocks begin with (cues), another the words in
the names of the boxes around them.  The first trees judge a block by its
features, the sums of both among them; the second ones judge again what the first
did not find hopeless, and also see the first judgement of what is near or alike.
What a step sees of the one before it was made without the block's site (5 folds
of sites, drawn by --seed).  Without -o only the cross-validated figures are
printed.

Needs numpy, scikit-learn and LightGBM.  One thread, fixed seeds: the same
pages and versions give the same files, byte for byte; the files name the versions.
"""
import os

os.environ["OMP_NUM_THREADS"] = "1"  # sums of floats depend on their order

import argparse
import gzip
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import lightgbm
import numpy as np
import scipy
import sklearn
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

WORD = re.compile(r"\w+")
CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.I)
FOLDS = 5
PER_PAGE = 150
CUE = re.compile(rb"[0-9A-Za-z\x80-\xff]+")
CUE_WORDS = 16     # as in cue.h
CUE_SITES = 40     # a cue occurs on so many sites
CUE_LEAST = 0.05   # and weighs as much
NAME = re.compile("[A-Z]*[a-z]+|[A-Z]+")
NAME_WORDS = 16    # CUE_NAMES in cue.h
NAME_LETTERS = 32  # NAME_MAX in cue.c
NAME_NEAR = 4      # as in extract.c
NAME_SITES = 20
NAME_LEAST = 0.03
SECOND_LEAST = 0.05  # what the first trees find less probable is not judged again


def read_gz(path):
    with gzip.open(path, "rb") as f:
        return f.read()


def jsonl(path):
    data = read_gz(path) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in data.splitlines() if line.strip()]


def decoded(raw):
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        m = CHARSET.search(raw[:4096])
        try:
            return raw.decode(m.group(1).decode() if m else "cp1252", "replace")
        except LookupError:
            return raw.decode("cp1252", "replace")


def pages_of(root, skip):
    """-> (set, id, url, html, gold text or None, wanted, unwanted)"""
    folder = root / "wcxb"
    if folder.exists():
        for t in jsonl(folder / "ground-truth.jsonl.gz"):
            if ("wcxb", t["id"]) not in skip:
                yield ("wcxb", t["id"], t.get("url") or "",
                       decoded(read_gz(folder / "html" / f"{t['id']}.html.gz")),
                       t["main_content"] or "", [], [])
    folder = root / "newspaper-2023"
    if folder.exists():
        truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
        for i, t in truth.items():
            if ("newspaper-2023", i) not in skip:
                yield ("newspaper", i, t.get("url") or "",
                       decoded(read_gz(folder / "html" / f"{i}.html.gz")),
                       t["articleBody"] or "", [], [])
    folder = root / "trafilatura"
    if folder.exists():
        for t in jsonl(folder / "gold.jsonl"):
            if ("trafilatura", t["n"]) not in skip:
                yield ("trafilatura", t["n"], t["url"],
                       decoded(read_gz(folder / "pages" / f"{t['n']}.html.gz")),
                       None, t["with"], t["without"])


def site(url):
    host = urlsplit(url).netloc or url
    return ".".join(host.lower().split(".")[-2:])


class Gold:
    """Where the words of a block stand in the marked text."""

    def __init__(self, text):
        self.words = WORD.findall(text.lower())
        self.at = defaultdict(list)
        for n in (1, 2, 3, 4):
            for i in range(len(self.words) - n + 1):
                self.at[tuple(self.words[i:i + n])].append(i)

    def mark(self, blocks):
        """-> for each block whether it belongs to the marked text"""
        tokens = [WORD.findall(b.lower()) for b in blocks]
        label = np.zeros(len(blocks))
        place = [None] * len(blocks)
        seen = defaultdict(list)
        for i, t in enumerate(tokens):
            if len(t) < 4:
                continue
            grams = [tuple(t[j:j + 4]) for j in range(len(t) - 3)]
            found = [g in self.at for g in grams]
            label[i] = sum(found) / len(found)
            if label[i] > 0.5:
                place[i] = self.at[grams[found.index(True)]][0]
                seen[tuple(t)].append(i)
        self.drop_twins(seen, place, label)
        before, last = [], None
        for i in range(len(blocks)):
            before.append(last)
            if place[i] is not None:
                last = place[i] + len(tokens[i])
        after = None
        for i in reversed(range(len(blocks))):
            t = tokens[i]
            if 0 < len(t) < 4:
                where = self.at.get(tuple(t), [])
                low = before[i] if before[i] is not None else after
                high = after if after is not None else before[i]
                if low is None:
                    label[i] = bool(where)
                else:
                    low, high = min(low, high) - 12, max(low, high) + 12
                    label[i] = any(low <= w <= high for w in where)
            if place[i] is not None:
                after = place[i]
        return label

    def drop_twins(self, seen, place, label):
        """Of equal blocks only as many as there are in the text."""
        for t, twins in seen.items():
            spare = len(twins) - len(self.at[t[:4]])
            if spare <= 0:
                continue

            def distance(i):
                near = [abs(place[j] - place[i]) for j in
                        range(max(0, i - 3), min(len(place), i + 4))
                        if j not in twins and place[j] is not None]
                return min(near, default=10 ** 6)
            for i in sorted(twins, key=distance)[len(twins) - spare:]:
                label[i] = 0
                place[i] = None


def marks(page, blocks):
    """-> labels, weights (0: unknown)"""
    name, _, _, _, gold, wanted, unwanted = page
    n = np.array([len(WORD.findall(b)) for b in blocks], dtype=float)
    if gold is not None:
        g = Gold(gold)
        label = g.mark(blocks)
        weight = np.minimum((n + 1) / (len(g.words) + 50), 0.5)
        weight *= min(1, 3 / max(weight.sum(), 1e-9))
        return label, weight * (1.5 if name == "newspaper" else 1)
    label, weight = np.zeros(len(blocks)), np.zeros(len(blocks))
    squeezed = [" ".join(b.split()) for b in blocks]
    for segments, value in ((unwanted, 0), (wanted, 1)):
        for s in segments:
            s = " ".join(s.split())
            for i, b in enumerate(squeezed):
                if s in b:
                    label[i], weight[i] = value, 0.35
    return label, weight


def write_pages(path, pages):
    with open(path, "w", encoding="utf-8") as f:
        for i, page in enumerate(pages):
            record = {"id": str(i), "html": page[3].replace("\0", " ")}
            f.write(json.dumps(record) + "\n")


def dump(program, pages):
    """-> for each page its blocks, their elements, all elements"""
    with tempfile.NamedTemporaryFile() as f:
        write_pages(f.name, pages)
        out = subprocess.run([program], stdin=f, stdout=subprocess.PIPE, check=True).stdout
    records = [json.loads(line) for line in out.splitlines()]
    return [[r[k] for r in records] for k in ("blocks", "inner", "elems")]


def features(program, pages, *inputs):
    """-> (block, width), given cues of blocks, names' of elements, judgements"""
    with tempfile.TemporaryDirectory() as tmp:
        args = [program, f"{tmp}/features"]
        for i, values in enumerate(inputs):
            values.astype("<f4").tofile(f"{tmp}/{i}")
            args.append(f"{tmp}/{i}")
        write_pages(f"{tmp}/pages", pages)
        with open(f"{tmp}/pages", "rb") as f:
            subprocess.run(args, stdin=f, check=True)
        x = np.fromfile(f"{tmp}/features", dtype="<f4")
        return x.reshape(len(inputs[0]), -1)


def cues_of(block):
    """The words, and pairs of words, that cue_weight() looks up for a block."""
    words = [b"#" if w.isdigit() else w.lower()
             for w in CUE.findall(block.encode())[:CUE_WORDS]]
    return words + [a + b" " + b for a, b in zip([b"^"] + words, words)]


def counted(lists, sites, least):
    """-> words on so many sites at least, their counts (list, word)"""
    on = defaultdict(set)
    for words, s in zip(lists, sites):
        for c in words:
            on[c].add(s)
    names = sorted(c for c, s in on.items() if len(s) >= least)
    number = {c: i for i, c in enumerate(names)}
    index, start = [], [0]
    for words in lists:
        index += [number[c] for c in words if c in number]
        start.append(len(index))
    return names, csr_matrix((np.ones(len(index)), index, start), (len(lists), len(names)))


def weigh(m, y, w, c=0.02, least=CUE_LEAST):
    """-> weights of cues, rounded as they are written"""
    model = LogisticRegression(C=c, solver="liblinear", random_state=1)
    model.fit(m, y, np.minimum(w * (len(w) / w.sum()), 5))
    weight = np.round(model.coef_[0], 3)
    return np.where(abs(weight) >= least, weight, 0)


def words_of(elem):
    """What cue_names() and cue_tag() look up for an element."""
    _, tag, *names = elem
    if tag in ("html", "body"):
        return []
    found, n = {f"<{tag}>": 1}, 0
    for name in re.split("[\0-\x20]", " ".join(names)):
        last = None
        for word in NAME.findall(name):
            if len(word) < 2 or n == NAME_WORDS:
                continue
            n += 1
            word = word.lower()[:NAME_LETTERS]
            found[word] = 1
            if last:
                found[last + " " + word] = 1
            last = word
    return list(found)


class Names:
    """The words in the names of elements, and which are above which block."""

    def __init__(self, inner, elems, sites):
        lists = [words_of(e) if i else [] for page in elems for i, e in enumerate(page)]
        of_elem = [s for s, page in zip(sites, elems) for _ in page]
        self.words, self.matrix = counted(lists, of_elem, NAME_SITES)
        near, far, first = ([], []), ([], []), 0
        block = 0
        for page, at in zip(elems, inner):
            for e in at:
                up = 0
                while e:
                    rows, columns = near if up < NAME_NEAR else far
                    rows.append(block)
                    columns.append(first + e)
                    e, up = page[e][0], up + 1
                block += 1
            first += len(page)
        self.above = hstack([csr_matrix((np.ones(len(rows)), (rows, columns)), (block, first))
                             @ self.matrix for rows, columns in (near, far)], "csr")

    def weigh(self, at, y, w):
        """-> weights (2, word) of near and far words, learnt from the blocks at"""
        return weigh(self.above[at], y[at], w[at], 0.01, NAME_LEAST).reshape(2, -1)

    def sums(self, weight):
        """-> (element, 2)"""
        return self.matrix @ weight.T


def drawn(w, start):
    """Rows to learn from: of a page with many blocks, PER_PAGE drawn by weight."""
    rng = np.random.default_rng(1)
    keep = np.zeros(len(w), dtype=bool)
    for lo, hi in zip(start[:-1], start[1:]):
        known = lo + np.flatnonzero(w[lo:hi] > 0)
        if len(known) > PER_PAGE:
            p = 0.5 * w[known] / w[known].sum() + 0.5 / len(known)
            p = np.minimum(1, PER_PAGE * p)
            taken = rng.random(len(known)) < p
            w[known] /= p
            known = known[taken]
        keep[known] = True
    return keep


def fit(x, y, w, ntree, nleaf):
    known = w > 0
    data = lightgbm.Dataset(x[known], y[known], params={"max_bin": 127, "verbose": -1},
                            weight=w[known] * (known.sum() / w[known].sum()))
    return lightgbm.train({
        "objective": "binary", "num_leaves": nleaf, "learning_rate": 7 / ntree,
        "min_data_in_leaf": 100, "lambda_l2": 10, "feature_fraction_bynode": 0.5,
        "seed": 1, "num_threads": 1, "deterministic": True, "force_col_wise": True,
        "verbose": -1}, data, ntree)


def threshold(p, n):
    """The rule of extract.c: keep what is as probable as half the best F1."""
    cut = 0.5
    for _ in range(8):
        keep = p > cut
        f1 = 2 * (p * n)[keep].sum() / max(n[keep].sum() + (p * n).sum(), 1e-9)
        cut = min(max(f1, .02), .98) / 2
    return cut


def figures(what, pages, start, p, y, w, n):
    by = defaultdict(list)
    for i, page in enumerate(pages):
        s = slice(start[i], start[i + 1])
        if page[4] is None:
            known = w[s] > 0
            keep = p[s] > threshold(p[s], n[s])
            by[page[0]].append(((keep == (y[s] > .5)) & known).sum() / max(known.sum(), 1))
            continue
        keep = p[s] > threshold(p[s], n[s])
        tp = (n[s] * y[s])[keep].sum()
        by[page[0]].append(2 * tp / max((n[s] * y[s]).sum() + n[s][keep].sum(), 1))
    print(what, {k: round(float(np.mean(v)), 4) for k, v in by.items()}, flush=True)


def crossed(x, y, w, row, fold, ntree, nleaf):
    """Judgements by trees that were learnt from other sites."""
    p = np.zeros(len(y))
    for k in range(FOLDS):
        at = row & (fold != k)
        model = fit(x[at], y[at], w[at], ntree, nleaf)
        p[fold == k] = model.predict(x[fold == k])
    return p


def below(threshold):
    """The greatest float32 that is no greater."""
    value = np.float32(threshold)
    return float(np.nextafter(value, np.float32(-np.inf)) if value > threshold else value)


def flatten(model):
    """-> nodes (value, feature, right) of all trees, left child next; roots"""
    nodes, roots = [], []

    def add(node):
        at = len(nodes)
        if "leaf_value" in node:
            nodes.append((node["leaf_value"], None, 0))
            return
        nodes.append(None)
        add(node["left_child"])
        nodes[at] = below(node["threshold"]), node["split_feature"], len(nodes) - at
        add(node["right_child"])

    for tree in model.dump_model()["tree_info"]:
        roots.append(len(nodes))
        add(tree["tree_structure"])
    return nodes, roots


def head(args):
    return ("/*\n * Written by tests/generate/extract-train.py; not to be edited.\n"
            f" * Trees {args.trees}, leaves {args.leaves}; lightgbm"
            f" {lightgbm.__version__}, scikit-learn {sklearn.__version__},\n"
            f" * numpy {np.__version__}, scipy {scipy.__version__}.\n */\n\n")


def write_cues(path, names, weight, args):
    with open(path, "wb") as f:
        f.write(head(args).encode() + b"/* clang-format off */\n")
        for name, w in zip(names, weight):
            if w:
                f.write(b'CUE("%s", %.3ff)\n' % (name, w))
        f.write(b"/* clang-format on */\n")


def write_names(path, words, weight, args):
    with open(path, "w", encoding="utf-8") as f:
        f.write(head(args) + "/* clang-format off */\n")
        for word, near, far in zip(words, *weight):
            if near or far:
                f.write(f'NAME("{word}", {near:.3f}f, {far:.3f}f)\n')
        f.write("/* clang-format on */\n")


def write_trees(path, models, args):
    with open(path, "w", encoding="utf-8") as f:
        f.write(head(args) + "/* clang-format off */\n"
                f"static const float second_least = {SECOND_LEAST}f;\n\n")
        for name, model in models:
            nodes, roots = flatten(model)
            f.write(f"enum {{ {name.upper()}_NTREE = {len(roots)} }};\n"
                    f"static const uint16_t {name}_root[] = {{\n")
            for i in range(0, len(roots), 12):
                f.write("\t" + " ".join(f"{r}," for r in roots[i:i + 12]) + "\n")
            f.write(f"}};\nstatic const struct tree_node {name}_node[] = {{\n")
            cells = ["{%.9gf, %s, %d}," % (
                np.float32(v), "TREE_LEAF" if k is None else k, r)
                for v, k, r in nodes]
            cells = [re.sub(r"\{(-?\d+)f", r"{\1.0f", c) for c in cells]
            for i in range(0, len(cells), 3):
                f.write("\t" + " ".join(cells[i:i + 3]) + "\n")
            f.write("};\n")
        f.write("/* clang-format on */\n")


def main():
    ap = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1][7:])
    ap.add_argument("-o", type=Path)
    ap.add_argument("--skip")
    ap.add_argument("--trees", default="60,120")
    ap.add_argument("--leaves", default="16,16")
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("dump")
    ap.add_argument("dir", type=Path)
    args = ap.parse_args()
    skip = set()
    if args.skip:
        skip = {tuple(line.split("\t")) for line in
                Path(args.skip).read_text("utf-8").splitlines()[1:]}
    trees = [int(n) for n in args.trees.split(",")]
    leaves = [int(n) for n in args.leaves.split(",")]

    pages = list(pages_of(args.dir, skip))
    blocks, inner, elems = dump(args.dump, pages)
    start = np.cumsum([0] + [len(b) for b in blocks])
    parts = [marks(p, b) for p, b in zip(pages, blocks)]
    y = np.concatenate([p[0] for p in parts])
    w = np.concatenate([p[1] for p in parts])
    n = np.array([len(WORD.findall(t)) for b in blocks for t in b], dtype=float)
    site_of = [site(p[2]) for p in pages]
    order = np.random.default_rng(args.seed).permutation(len(set(site_of)))
    of = {s: order[i] % FOLDS for i, s in enumerate(sorted(set(site_of)))}
    fold = np.repeat([of[s] for s in site_of], [len(b) for b in blocks])
    hard = (y > 0.5).astype(int)
    share = w.copy()
    row = drawn(share, start)
    figures("labels", pages, start, y, y, w, n)

    cues, m = counted([cues_of(t) for b in blocks for t in b],
                      [s for s, b in zip(site_of, blocks) for _ in b], CUE_SITES)
    names = Names(inner, elems, site_of)
    cue, name = np.zeros(len(y)), np.zeros((names.matrix.shape[0], 2))
    elem_fold = np.repeat([of[s] for s in site_of], [len(e) for e in elems])
    for k in range(FOLDS):
        at = row & (fold != k)
        cue[fold == k] = m[fold == k] @ weigh(m[at], hard[at], share[at])
        name[elem_fold == k] = names.sums(names.weigh(at, hard, share))[elem_fold == k]
    x = features(args.dump, pages, cue, name)
    print(len(pages), "pages", x.shape, "features", flush=True)
    p1 = crossed(x, hard, share, row, fold, trees[0], leaves[0])
    figures("first ", pages, start, p1, y, w, n)
    x2 = features(args.dump, pages, cue, name, p1)
    again = row & (p1 > SECOND_LEAST)
    if args.o:
        write_cues(args.o / "extract-cues.h", cues, weigh(m[row], hard[row], share[row]), args)
        write_names(args.o / "extract-names.h", names.words,
                    names.weigh(row, hard, share), args)
        write_trees(args.o / "extract-trees.h", (
            ("first", fit(x[row], hard[row], share[row], trees[0], leaves[0])),
            ("second", fit(x2[again], hard[again], share[again], trees[1], leaves[1]))), args)
    else:
        p2 = crossed(x2, hard, share, again, fold, trees[1], leaves[1])
        figures("second", pages, start, np.where(p1 > SECOND_LEAST, p2, p1), y, w, n)


if __name__ == "__main__":
    main()
