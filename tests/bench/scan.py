"""Beside what others take for the neighbours of scan.sh's seeds.

usage: scan.py DIR      with DIR/vec, a vector a line, and DIR/docs.jsonl
"""
import base64
import os
import resource
import subprocess
import sys
import time

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import rows  # noqa: E402

os.environ["OMP_NUM_THREADS"] = "1"
tmp, bench = sys.argv[1], os.environ["B"]
K, NSEED = 200, 4200
vectors = np.stack([np.frombuffer(base64.b64decode(line), "<f2")
                    for line in open(f"{tmp}/vec")]).astype(np.float32)
is_seed = np.zeros(len(vectors), bool)
is_seed[np.arange(NSEED) * (len(vectors) // NSEED)] = True
seeds, records = vectors[is_seed], vectors[~is_seed]
dim = vectors.shape[1]


def row(peer, spent):
    """Pairs of a seed and a record that are compared, or need not be."""
    pairs = NSEED * len(records) / 1e6
    rows.row("exact scan, nearest 200 of each seed", pairs / took, "Mpairs/s",
             peer, pairs / spent, "one run")


def line(name, took, hits=None, note=""):
    share = ""
    if hits is not None:
        # a neighbour as near as the last of the exact ones is as good
        near = np.einsum("skd,sd->sk", records[hits], seeds)
        share = f"{(near >= last[:, None] - 1e-6).mean():7.4f}"
    print(f"{name:44} {took:9.2f} s {share} {note}", flush=True)


def timed(run):
    start = time.process_time()
    value = run()
    return time.process_time() - start, value


seeds.tofile(f"{tmp}/seeds")
records.tofile(f"{tmp}/records")
out = subprocess.run([f"{bench}/bench/scan", f"{tmp}/seeds", f"{tmp}/records",
                      str(dim), str(K)], capture_output=True, check=True)
ours = np.frombuffer(out.stdout, np.int32).reshape(NSEED, K)
took = float(out.stderr)
last = np.einsum("sd,sd->s", records[ours[:, -1]], seeds)
print(f"# {NSEED} seeds, {len(records)} records of {dim} dimensions, {K} "
      "neighbours; seconds of one thread, recall")
line("embed-score's scan", took, ours)

try:
    import faiss
    faiss.omp_set_num_threads(1)
    flat = faiss.IndexFlatIP(dim)
    flat.add(records)
    spent, (_, hits) = timed(lambda: flat.search(seeds, K))
    same = np.mean([len(np.intersect1d(a, b)) / K for a, b in zip(ours, hits)])
    row("faiss, flat", spent)
    line("faiss, flat", spent, hits, f"{100 * same:.3f} % the same as ours")
    index = faiss.IndexHNSWFlat(dim, 45, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = 256
    building, _ = timed(lambda: index.add(records))
    line("faiss, HNSW: building", building)
    for ef in (50, 200):
        index.hnsw.efSearch = ef
        spent, (_, hits) = timed(lambda: index.search(seeds, K))
        row(f"faiss, HNSW, ef {ef}", building + spent)
        line(f"faiss, HNSW: querying, ef {ef}", spent, np.maximum(hits, 0))
except ModuleNotFoundError:
    rows.missing("faiss")
try:
    import hnswlib
    index = hnswlib.Index(space="ip", dim=dim)
    index.init_index(max_elements=len(records), M=45, ef_construction=256)
    building, _ = timed(lambda: index.add_items(records, num_threads=1))
    line("hnswlib: building", building)
    for ef in (50, 200):
        index.set_ef(ef)
        spent, (hits, _) = timed(
            lambda: index.knn_query(seeds, k=K, num_threads=1))
        row(f"hnswlib, ef {ef}", building + spent)
        line(f"hnswlib: querying, ef {ef}", spent, hits,
             "(it takes 200 for less)" if ef < K else "")
except ModuleNotFoundError:
    rows.missing("hnswlib")

bert = os.environ.get("BERT")
if bert:
    texts = "".join(open(f"{tmp}/docs.jsonl").readlines()[:2000:10])
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([f"{bench}/bin/embed-score", "--model", bert, "--vec"],
                   input=texts.encode(), capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = (after.ru_utime - before.ru_utime) / 200
    print(f"a record: encoded in {1e3 * spent:.2f} ms, scanned in "
          f"{1e3 * took / len(records):.4f} ms, "
          f"{100 * took / len(records) / spent:.2f} % of it")
