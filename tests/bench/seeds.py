#!/usr/bin/env python3
"""How many seeds does a domain need, and how many other domains as contrast?

usage: seeds.py GOLD.jsonl.gz [DRAWS]

GOLD are labelled records, which only judge.  An lsa encoder is fitted on them and on
all bundled seeds; so many seeds of each domain, of no other domain, are then drawn
DRAWS times (5), with up to twice as many of none.  It prints two tables, as
tests/bench/rounds.md has them: for all domains the mean average precision, the micro
F1 and the wrong domains per record of none; for one domain that is wanted, with others
as contrast, its average precision and F1.  After each figure comes its standard
deviation over the draws.  It needs a build (B, build).
"""

import gzip
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
JUDGE = TOP.parent / "shared/eval/mine-eval"
FIRST, SECOND = 1 / 3, 1 / 4  # as embed-score decides
WANTED = ("Healthcare & Life sciences", "Financial Services", "Law", "Energy", "Sports")


def write(path, records):
    path.write_text("".join(json.dumps(r) + "\n" for r in records))


def read(path):
    return [json.loads(line) for line in path.open(encoding="utf-8")]


def run(*command, **more):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, **more).stdout


class Bench:
    def __init__(self, folder, gold):
        self.at = folder
        gold = [json.loads(line) for line in gzip.open(gold, "rt", encoding="utf-8")]
        write(folder / "docs", [{"id": r["id"], "text": r["text"]} for r in gold])
        write(folder / "gold", [{k: v for k, v in r.items() if k != "text"} for r in gold])
        (folder / "all").write_bytes(run(TOP / "examples/seeds/replay"))
        run("embed-fit", "lsa", "-o", folder / "lsa", folder / "docs", folder / "all")
        for name in "docs", "all":
            lines = run("embed-score", "--model", folder / "lsa", "--vec", folder / name)
            records = [json.loads(line) for line in lines.splitlines()]
            write(folder / name, [{k: v for k, v in r.items() if k != "text"} for r in records])
        self.seeds = {}
        for seed in read(folder / "all"):
            if len(seed["domains"]) < 2:
                self.seeds.setdefault("".join(seed["domains"]), []).append(seed)
        self.domains = sorted(d for d in self.seeds if d)

    def judge(self, rng, count, none, domains, *only):
        """The figures of mine-eval for count seeds of each of these domains."""
        drawn = [s for d in domains for s in rng.sample(self.seeds[d], count)]
        drawn += rng.sample(self.seeds[""], min(none, len(self.seeds[""])))
        write(self.at / "seeds", drawn)
        lines = run("embed-score", "--model", self.at / "lsa", "--seeds", self.at / "seeds",
                    "--min-score", "0", self.at / "docs")
        found = []
        for line in lines.splitlines():
            scores = json.loads(line)["scores"]
            least = SECOND if max(scores.values()) >= FIRST else 1
            found.append({"id": json.loads(line)["id"], "scores": scores,
                          "domains": [d for d, s in scores.items() if s >= least]})
        write(self.at / "found", found)
        said = run("python3", JUDGE, self.at / "gold", self.at / "found", *only).decode()
        rows = {line.split()[0]: line.split() for line in said.splitlines() if line}
        return (float(rows["mean"][-5]), float(rows["micro"][2]), float(rows["micro"][4]))


def cell(values):
    return f"{statistics.mean(values):.3f}, {statistics.stdev(values):.3f}"


def main():
    draws = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    build = pathlib.Path(os.environ.get("B", TOP / "build")).resolve()
    os.environ["PATH"] = f"{build}/bin:{os.environ['PATH']}"
    with tempfile.TemporaryDirectory() as tmp:
        bench = Bench(pathlib.Path(tmp), sys.argv[1])
        most = min(len(bench.seeds[d]) for d in bench.domains)
        print("| seeds | mean AP | micro F1 | FP/none |\n| --- | --- | --- | --- |", flush=True)
        for count in [n for n in (5, 10, 20) if n < most] + [most]:
            got = [bench.judge(random.Random(100 * count + k), count, 2 * count, bench.domains)
                   for k in range(draws)]
            print(f"| {count} |", " | ".join(map(cell, zip(*got))), "|", flush=True)
        print("\n| other domains | seeds each | AP | F1 |\n| --- | --- | --- | --- |", flush=True)
        for others in 1, 5, 20:
            for count in 12, most:
                # the spread is that of a domain's draws, not that between domains
                means, spreads = [], []
                for wanted in WANTED:
                    got = []
                    for k in range(draws):
                        rng = random.Random(f"{wanted} {others} {count} {k}")
                        beside = rng.sample([d for d in bench.domains if d != wanted], others)
                        got.append(bench.judge(rng, count, 40, [wanted, *beside], wanted)[:2])
                    means.append([statistics.mean(x) for x in zip(*got)])
                    spreads.append([statistics.stdev(x) for x in zip(*got)])
                print(f"| {others} | {count} |", " | ".join(
                    f"{statistics.mean(m):.3f}, {statistics.mean(s):.3f}"
                    for m, s in zip(zip(*means), zip(*spreads))), "|", flush=True)


if __name__ == "__main__":
    main()
