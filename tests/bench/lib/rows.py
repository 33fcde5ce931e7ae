"""rows - what a bench in Python tells tests/bench/table.py, as bench.sh does

With RESULTS, a file, each row and each missing peer is added to it as a line of
JSON; without it nothing happens.  The bench is named as its program is.
"""
import json
import os
import pathlib
import sys

BENCH = pathlib.Path(sys.argv[0]).stem


def _add(**found):
    if os.environ.get("RESULTS"):
        with open(os.environ["RESULTS"], "a", encoding="utf-8") as out:
            out.write(json.dumps({"bench": BENCH, **found}) + "\n")


def row(name, ours, unit, peer=None, theirs=None, condition=None):
    """More of unit is better.  condition: where not the one that holds for all."""
    found = {"row": name, "ours": ours, "unit": unit}
    if peer:
        found |= {"peer": peer, "theirs": theirs}
    if condition:
        found["condition"] = condition
    _add(**found)


def missing(peer):
    print("# no", peer, flush=True)
    _add(missing=peer)
