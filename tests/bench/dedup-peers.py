"""dedup-peers - near-duplicates planted in prose, and which programs find them

make POOL N OUT  writes N records to stdout: six tenths are made of sentences drawn
                 anew, the others are edited copies of those; OUT gets the id,
                 the original and the kind of edit of each copy.
run NAME RECORDS FOUND  runs a library over the records: groups of ids go to FOUND,
                 one a line of JSON; prints user and system seconds, and MB.
score RECORDS PLANTED FOUND ...  prints a table; two records are alike by the Jaccard
                 similarity of the sets of their runs of five words made plain.
"""
import gzip
import json
import os
import random
import re
import resource
import sys
import tempfile
import time
import unicodedata

KINDS = ["copy", "case", "blanks", "numbers", "words", "typos", "cut out",
         "put in", "swapped", "framed"]


def edit(kind, text, strength, r, pool):
    sentences = text.split(". ")
    words = text.split(" ")
    some = [i for i in range(len(words)) if r.random() < strength / 5]
    at = r.randrange(len(sentences))
    if kind == "case":
        return text.upper() if r.random() < .5 else text.replace(",", ";")
    if kind == "blanks":
        return text.replace(". ", ".\n\n").replace(", ", ",\t ")
    if kind == "numbers":
        return re.sub(r"[0-9]+", lambda m: str(r.randrange(9999)), text)
    if kind == "words":
        for i in some:
            words[i] = r.choice(r.choice(pool).split())
        return " ".join(words)
    if kind == "typos":
        for i in some:
            if len(words[i]) > 3:
                words[i] = words[i][1] + words[i][0] + words[i][2:]
        return " ".join(words)
    if kind == "cut out":
        n = max(1, int(len(sentences) * strength))
        return ". ".join(sentences[:at] + sentences[at + n:])
    if kind == "put in":
        n = max(1, int(len(sentences) * strength))
        return ". ".join(sentences[:at] + r.sample(pool, n) + sentences[at:])
    if kind == "swapped":
        for _ in range(max(1, int(len(sentences) * strength))):
            i, j = r.randrange(len(sentences)), r.randrange(len(sentences))
            sentences[i], sentences[j] = sentences[j], sentences[i]
        return ". ".join(sentences)
    if kind == "framed":
        n = max(1, int(len(words) * strength / 2))
        return (" ".join(["Home", "About", "Login"] * n)[:n * 6] + "\n" + text
                + "\nAll rights reserved. Terms of use.")
    return text


def make(pool_file, n, planted):
    r = random.Random(4)
    if os.path.exists(pool_file):
        texts = [json.loads(line)["text"] for line in gzip.open(pool_file, "rt")]
        pool = [s for t in texts for s in " ".join(t.split()).split(". ")
                if 30 < len(s) < 400]
    else:  # words of no language
        parts = [a + b for a in "bdfgklmnprst" for b in "aeiou"]
        pool = [" ".join("".join(r.choices(parts, k=r.randrange(1, 5)))
                         for _ in range(r.randrange(8, 30)))
                for _ in range(60000)]
    bases = [". ".join(r.sample(pool, r.randrange(5, 25))) + "."
             for _ in range(n * 6 // 10)]
    rows = [(f"b{i}", t, "", "") for i, t in enumerate(bases)]
    for i, at in enumerate(r.sample(range(len(bases)), n - len(bases))):
        kind = KINDS[i % len(KINDS)]
        strength = r.random() * .3
        rows.append((f"c{i}", edit(kind, bases[at], strength, r, pool),
                     f"b{at}", kind))
    r.shuffle(rows)
    with open(planted, "w") as out:
        for name, text, original, kind in rows:
            print(json.dumps({"id": name, "text": text}, ensure_ascii=False))
            if kind:
                out.write(f"{name}\t{original}\t{kind}\n")


def plain(text):
    text = unicodedata.normalize("NFD", text.lower())
    text = re.sub(r"\d+([.,]\d+)?", "0", text)
    return re.findall(r"[^\W_]+", text)


def shingles(text):
    words = plain(text)
    return {" ".join(words[i:i + 5]) for i in range(max(1, len(words) - 4))}


def with_rensa(path, tokens):
    from rensa import RMinHash, RMinHashDeduplicator
    dedup = RMinHashDeduplicator(threshold=.8, num_perm=128, use_lsh=True)
    for line in open(path, encoding="utf-8"): # a record at a time, as ours
        record = json.loads(line)
        sketch = RMinHash(num_perm=128, seed=42)
        sketch.update(list(tokens(record["text"])))
        if not dedup.add(record["id"], sketch):
            yield [record["id"]] + list(dedup.get_duplicates(sketch))[:1]


def with_datatrove(path, _):
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import (MinhashDedupBuckets,
                                          MinhashDedupCluster,
                                          MinhashDedupFilter,
                                          MinhashDedupSignature)
    from datatrove.pipeline.dedup.minhash import MinhashConfig
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter
    config = MinhashConfig(n_grams=5, num_buckets=14, hashes_per_bucket=8)
    top = tempfile.mkdtemp()
    reader = JsonlReader(os.path.dirname(path), compression=None,
                         glob_pattern=os.path.basename(path))
    steps = [
        ([reader, MinhashDedupSignature(top + "/sig", config=config)], 1),
        ([MinhashDedupBuckets(top + "/sig", top + "/b", config=config)], 14),
        ([MinhashDedupCluster(top + "/b", top + "/rm", config=config,
                              save_cluster_id=True)], 1),
        ([reader, MinhashDedupFilter(
            top + "/rm", load_cluster_ids=True,
            exclusion_writer=JsonlWriter(top + "/gone", compression=None)),
          JsonlWriter(top + "/out", compression=None)], 1)]
    for i, (pipeline, tasks) in enumerate(steps):
        # a folder each: what is logged as done there is not done again
        LocalPipelineExecutor(pipeline, tasks=tasks, workers=1,
                              logging_dir=f"{top}/logs{i}").run()
    groups = {}
    for folder in ("/out", "/gone"):
        for name in os.listdir(top + folder):
            for line in open(f"{top}{folder}/{name}", encoding="utf-8"):
                record = json.loads(line)
                cluster = record["metadata"].get("minhash_cluster_id", -1)
                if cluster != -1:
                    groups.setdefault(cluster, []).append(record["id"])
    yield from groups.values()


def with_text_dedup(path, _):
    import pickle
    from text_dedup import minhash
    top = tempfile.mkdtemp()
    minhash.main(["--path", "json", "--data_files", path, "--split", "train",
                  "--column", "text", "--output", top + "/out",
                  "--cache_dir", top + "/cache", "--threshold", "0.8",
                  "--ngram", "5", "--num_proc", "1", "--debug"],
                 standalone_mode=False)
    names = [json.loads(line)["id"] for line in open(path, encoding="utf-8")]
    with open(top + "/out/uf.pkl", "rb") as f:
        uf = pickle.load(f)
    groups = {}
    for i, name in enumerate(names):
        groups.setdefault(uf.find(i), []).append(name)
    yield from (g for g in groups.values() if len(g) > 1)


RUNS = {"rensa": (with_rensa, shingles),
        "rensa-words": (with_rensa, str.split),
        "datatrove": (with_datatrove, None),
        "text-dedup": (with_text_dedup, None)}


def run(name, path, found):
    function, tokens = RUNS[name]
    start = time.process_time()
    groups = list(function(os.path.abspath(path), tokens))
    kids = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = time.process_time() - start + kids.ru_utime + kids.ru_stime
    with open(found, "w") as out:
        out.writelines(json.dumps(g) + "\n" for g in groups)
    top = max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, kids.ru_maxrss)
    print(used, top // 1024)


def score(path, planted, founds):
    texts = {}
    for line in open(path, encoding="utf-8"):
        record = json.loads(line)
        texts[record["id"]] = record["text"]

    def jaccard(a, b):
        a, b = shingles(texts[a]), shingles(texts[b])
        return len(a & b) / len(a | b)

    kind_of, want = {}, set()
    for line in open(planted):
        a, b, kind = line.rstrip("\n").split("\t")
        kind_of[frozenset((a, b))] = kind
        if jaccard(a, b) >= .8:
            want.add(frozenset((a, b)))
    print("| who | kind | planted, alike | found | P | R | F1 |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for found in founds:
        pairs = set()
        for line in open(found):
            group = json.loads(line)
            pairs.update(frozenset((a, b)) for i, a in enumerate(group)
                         for b in group[i + 1:] if a != b)
        good = {p for p in pairs if p in want or (
            p not in kind_of and jaccard(*p) >= .8)}
        for kind in ["all"] + KINDS:
            of = [p for p in pairs if kind == "all" or kind_of.get(p) == kind]
            wanted = [p for p in want if kind == "all" or kind_of[p] == kind]
            hit = sum(p in good for p in of)
            precision = hit / len(of) if of else 1
            recall = sum(p in pairs for p in wanted) / max(1, len(wanted))
            f1 = 2 * precision * recall / ((precision + recall) or 1)
            print(f"| {os.path.basename(found)} | {kind} | {len(wanted)} | "
                  f"{len(of)} | {precision:.4f} | {recall:.4f} | {f1:.4f} |")


if sys.argv[1] == "make":
    make(sys.argv[2], int(sys.argv[3]), sys.argv[4])
elif sys.argv[1] == "run":
    run(*sys.argv[2:])
else:
    score(sys.argv[2], sys.argv[3], sys.argv[4:])
