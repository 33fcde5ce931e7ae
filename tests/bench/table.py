#!/usr/bin/env python3
"""table - the benches as one table, and what a commit changed

run [BENCH ...]   runs tests/bench/BENCH.sh (all that LIMITS names), whose own output
                  goes to stderr, then prints their rows and the peers that are
                  missing.  A bench that fails, as one does whose peer is there but
                  broken, is a failure.  tests/bench/results.json gets the rows,
                  instead of those that it had of the same benches, and of each
                  bench the date, the commit and the load; rows of another machine
                  are dropped from it.
compare OLD NEW   compares the rows of two such files: what became slower or faster,
                  by our rate and by the ratio to the peer in turn with it.  Rows
                  that differ by less than the noise of a quiet machine are counted.
"""
import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import tempfile
import time

here = pathlib.Path(__file__).resolve().parent
results = here / "results.json"

# The condition that holds for all rows without one of their own.
CONDITION = "one thread, processor time of the process, median of 5 in turn"

# What bounds the rows of each bench, or those that begin so.
LIMITS = {
    "rec": "scanning strings, and the kernel's copies",
    "warc-cat": "libdeflate's inflate: two thirds of it",
    "html-strip": "libxml2's parse below 60 kB of page; then trees",
    "html-strip: F1": "what the marks of the training pages teach",
    "text": "one pass over letters",
    "text: text-dedup, near": "cache misses of its table",
    "text-dedup": "cache misses of its table",
    "text-dedup: substr": "sorting of suffixes",
    "lex-stat": "hashing of words",
    "shard-pack": "the compressor; plain: SHA-256 and the kernel's copies",
    "shard-pack: tokens": "hashing of words, then merges",
    "encoder": "the products of BLIS; int8: our own products",
    "static": "the tokenizer's lookups, then memory reads of the table",
    "scan": "one product, then conversion from float16",
    "domain": "memory reads of the weights",
    "domain: load": "start of the process, then pages of the model",
    "llm-ask": "64 answers in 50 ms: 1280 a second",
}

# By how much a row may differ for no reason; F1 is the same each time.
NOISE = 0.05


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


def limit(row):
    """Of the longest name in LIMITS with which the row's begins."""
    name = f"{row['bench']}: {row['row']}"
    known = [k for k in LIMITS if name.startswith(k if ":" in k else k + ":")]
    return LIMITS[max(known, key=len)] if known else ""


def number(value):
    return f"{value:.4g}" if value < 1000 else f"{value:.0f}"


def show(rows):
    print(f"{'bench: row':50} {'ours':>7} {'':10} {'peer':26} {'theirs':>7} {'x':>6}"
          "  bounded by")
    for r in rows:
        peer = "", "", ""
        if "peer" in r:
            peer = (r["peer"][:26], number(r["theirs"]),
                    f"{r['ours'] / r['theirs']:.2f}")
        said = f"{r['bench']}: {r['row']}"
        print(f"{said:50.50} {number(r['ours']):>7} {r['unit']:10} {peer[0]:26} "
              f"{peer[1]:>7} {peer[2]:>6}  {limit(r)}"
              + (f" ({r['condition']})" if "condition" in r else ""))


def run_one(name):
    """-> what it told, and whether it did not fail"""
    print(f"## {name}", file=sys.stderr, flush=True)
    with tempfile.NamedTemporaryFile("r") as told:
        status = subprocess.run([here / f"{name}.sh"], stdout=sys.stderr,
                                env={**os.environ, "RESULTS": told.name})
        return [json.loads(line) for line in told], status.returncode == 0


def keep(name, told, good):
    """Into the file, which is read anew: another run may have written to it."""
    found = {"machine": machine(), "condition": CONDITION, "runs": {}, "rows": [],
             "missing": []}
    if results.exists():
        old = json.loads(results.read_text())
        if old["machine"] == found["machine"] and "runs" in old:
            found = old
    for part in "rows", "missing":
        found[part] = [r for r in found[part] if r["bench"] != name]
    found["rows"] += [r for r in told if "row" in r]
    found["missing"] += [r for r in told if "missing" in r]
    found["runs"][name] = {
        "date": time.strftime("%Y-%m-%d", time.gmtime()), "commit": commit(),
        "load": round(os.getloadavg()[1], 1), "failed": not good}
    results.write_text(json.dumps(found, indent=1) + "\n")
    return found


def run(names):
    names = names or [k for k in LIMITS if ":" not in k]
    for name in names:
        found = keep(name, *run_one(name))
    print(f"# {found['machine']}; {CONDITION}, unless in brackets")
    for name in names:
        print("# {}: {date}, {commit}, load {load}".format(name, **found["runs"][name]))
    show([r for r in found["rows"] if r["bench"] in names])
    for r in found["missing"]:
        if r["bench"] in names:
            print(f"missing: {r['missing']} ({r['bench']})")
    failed = [name for name in names if found["runs"][name]["failed"]]
    for name in failed:
        print(f"FAILED: {name}")
    return 1 if failed else 0


def key(row):
    """What stays of a row's name when its peer has another version."""
    return row["bench"], row["row"], re.sub(r" [\d.]+$", "", row.get("peer", ""))


def compare(old_file, new_file):
    old, new = (json.load(open(f, encoding="utf-8")) for f in (old_file, new_file))
    before = {key(r): r for r in old["rows"]}
    print(f"# {old['machine']} -> {new['machine']}")
    for name, at in new["runs"].items():
        if name in old["runs"]:
            print("# {}: {date}, {commit}, load {load} -> ".format(name, **old["runs"][name])
                  + "{date}, {commit}, load {load}".format(**at))
    same = 0
    for r in new["rows"]:
        said = f"{r['bench']}: {r['row']}"
        b = before.pop(key(r), None)
        if b is None:
            print(f"new       {said}")
            continue
        change = [r["ours"] / b["ours"]]
        if "theirs" in r and "theirs" in b:
            change.append(change[0] * b["theirs"] / r["theirs"])
            said += f"; {change[1]:.2f} x beside {r['peer']}"
        noise = 0 if r["unit"] == "F1" else NOISE
        if all(abs(c - 1) <= noise for c in change):
            same += 1
        else:
            print(f"{change[0]:6.2f} x  {said}")
    for r in before.values():
        print(f"gone      {r['bench']}: {r['row']}")
    print(f"{same} rows the same, within {NOISE:.0%}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "run":
        sys.exit(run(sys.argv[2:]))
    if len(sys.argv) == 4 and sys.argv[1] == "compare":
        sys.exit(compare(sys.argv[2], sys.argv[3]))
    sys.exit("usage: table.py run [BENCH ...] | table.py compare OLD NEW")
