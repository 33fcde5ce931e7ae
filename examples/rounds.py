"""What rounds does with scores: join those of two tools, pick the best.

usage: rounds.py join <RECORDS		one score of two, and what it decides
       rounds.py hits N RECORDS SCORES	the records to learn from, marked
       rounds.py new OLD-HITS HITS	the share of hits that OLD-HITS lacks
"""
import hashlib
import heapq
import json
import os
import sys


def odds(p, least):
    """Odds of a probability that is not quite sure."""
    p = min(max(p, least), 1 - least)
    return p / (1 - p)


def join(lines):
    prior = float(os.environ["PRIOR"])
    for line in lines:
        r = json.loads(line)
        score, said = r["scores"], r.get("round_scores")
        if said:
            for name, near in score.items():
                o = odds(said[name], 1e-6) * odds(near, 0.01) ** prior
                score[name] = round(o / (1 + o), 7)
        print(json.dumps({
            "id": r["id"], "scores": score,
            "domains": [n for n, p in score.items() if p >= 0.5]}))


def hits(n, records, scores):
    grow, most, grey = (float(os.environ[k]) for k in ("GROW", "SHARE", "GREY"))
    with open(scores) as lines:
        ndoc = sum(1 for _ in lines)
    nhit = max(1, round(min(n * grow, most) * ndoc))
    ngrey = round(nhit * grey)
    best = {}  # of each domain a heap of (score, -line), its worst on top
    with open(scores) as lines:
        for at, line in enumerate(lines):
            for name, score in json.loads(line)["scores"].items():
                heap = best.setdefault(name, [])
                if len(heap) < ngrey:
                    heapq.heappush(heap, (score, -at))
                elif score > heap[0][0]:
                    heapq.heapreplace(heap, (score, -at))
    given, maybe = {}, {}
    for name in sorted(best):
        for rank, (_, at) in enumerate(sorted(best[name], reverse=True)):
            (given if rank < nhit else maybe).setdefault(-at, []).append(name)
    # Negatives: those of the lowest hashes, so that they stay the same.
    others = []
    with open(scores) as lines:
        for at, line in enumerate(lines):
            if at in given:
                continue
            digest = hashlib.md5(json.loads(line)["id"].encode()).digest()
            others.append((digest, at))
    others = {at for _, at in
              heapq.nsmallest(int(os.environ["OTHERS"]), others)}
    with open(records) as lines:
        for at, line in enumerate(lines):
            if at in given or at in others:
                r = json.loads(line)
                print(json.dumps({
                    "id": r["id"], "domains": given.get(at, []),
                    "maybe": maybe.get(at, []), "text": r["text"]}))


def pairs(path):
    if not os.path.exists(path):  # before the first round
        return set()
    with open(path) as lines:
        return {(r["id"], d) for r in map(json.loads, lines)
                for d in r["domains"]}


def main():
    verb, args = sys.argv[1], sys.argv[2:]
    if verb == "join":
        join(sys.stdin)
    elif verb == "hits":
        hits(int(args[0]), args[1], args[2])
    else:
        now = pairs(args[1])
        print(f"{len(now - pairs(args[0])) / max(1, len(now)):.3f}")


main()
