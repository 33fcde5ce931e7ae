#!/usr/bin/env python3
"""table - the benches as one table, and what a commit changed

run [BENCH ...]   runs tests/bench/BENCH.sh (all of them), whose own output goes to
                  stderr, then prints their rows and the peers that are missing,
                  and writes tests/bench/results.json with the machine and the
                  date.  A bench that fails, as one does whose peer is there but
                  broken, is a failure.
compare OLD NEW   compares the rows of two such files: what became slower or faster,
                  by our rate and by the ratio to the peer in turn with it.
"""
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time

here = pathlib.Path(__file__).resolve().parent
results = here / "results.json"

# The condition that holds for all rows, and what bounds a row of each bench.
CONDITION = "one thread, processor time of the process, median of 5 in turn"
LIMITS = {
    "rec": "scanning strings, and the kernel's copies",
    "warc-cat": "libdeflate's inflate: two thirds of it",
    "html-strip": "libxml2's parse below 60 kB of page; then trees",
    "text": "one pass over letters; near: cache misses of its table",
    "text-dedup": "cache misses of its table",
    "lex-stat": "hashing of words",
    "shard-pack": "the compressor; plain: SHA-256 and the kernel's copies",
    "encoder": "the products of BLIS",
    "scan": "one product, then conversion from float16",
    "domain": "memory reads of the weights",
}


def machine():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def commit():
    try:
        return subprocess.run(["git", "describe", "--always", "--dirty"],
                              cwd=here, capture_output=True, text=True,
                              check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def show(rows):
    print(f"{'bench: row':52} {'MB/s':>8}  {'peer':28} {'MB/s':>8} {'x':>6}"
          "  bounded by")
    for r in rows:
        peer = "", "", ""
        if "peer" in r:
            peer = (r["peer"][:28], f"{r['theirs']:.1f}",
                    f"{r['ours'] / r['theirs']:.2f}")
        print(f"{r['bench'] + ': ' + r['row']:52.52} {r['ours']:8.1f}  "
              f"{peer[0]:28} {peer[1]:>8} {peer[2]:>6}  "
              f"{LIMITS.get(r['bench'], '')}")


def run(names):
    benches = sorted(here.glob("*.sh"))
    if names:
        benches = [here / (n + ".sh") for n in names]
    failed, out = [], []
    with tempfile.NamedTemporaryFile("r") as rows:
        for bench in benches:
            print(f"## {bench.stem}", file=sys.stderr, flush=True)
            status = subprocess.run([bench], stdout=sys.stderr,
                                    env={**os.environ, "RESULTS": rows.name})
            if status.returncode:
                failed.append(bench.stem)
        out = [json.loads(line) for line in rows]
    found = {
        "machine": machine(), "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "commit": commit(), "condition": CONDITION,
        "rows": [r for r in out if "row" in r],
        "missing": [r for r in out if "missing" in r], "failed": failed}
    results.write_text(json.dumps(found, indent=1) + "\n")
    print(f"# {found['machine']}, load {found['load']}, {found['date']}, "
          f"{found['commit']}; {CONDITION}")
    show(found["rows"])
    for r in found["missing"]:
        print(f"missing: {r['missing']} ({r['bench']})")
    for name in failed:
        print(f"FAILED: {name}")
    return 1 if failed else 0


def compare(old_file, new_file):
    def key(r):
        return r["bench"], r["row"], r.get("peer", "").split(" ")[0]
    old, new = (json.load(open(f)) for f in (old_file, new_file))
    before = {key(r): r for r in old["rows"]}
    print(f"# {old['commit']} ({old['machine']}, {old['date']}) -> "
          f"{new['commit']} ({new['machine']}, {new['date']})")
    for r in new["rows"]:
        b = before.pop(key(r), None)
        if b is None:
            print(f"new       {r['bench']}: {r['row']}")
            continue
        rate = r["ours"] / b["ours"]
        line = f"{rate:6.2f} x  {r['bench']}: {r['row']}"
        if "theirs" in r and "theirs" in b:
            ratio = rate * b["theirs"] / r["theirs"]
            line += f"; {ratio:.2f} x beside {r['peer']}"
        print(line)
    for r in before.values():
        print(f"gone      {r['bench']}: {r['row']}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "run":
        sys.exit(run(sys.argv[2:]))
    if len(sys.argv) == 4 and sys.argv[1] == "compare":
        sys.exit(compare(sys.argv[2], sys.argv[3]))
    sys.exit("usage: table.py run [BENCH ...] | table.py compare OLD NEW")
