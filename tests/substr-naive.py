"""substr-naive - text-dedup --mode substr by a search of all earlier places

substr-naive.py <records prints id and words of each record, as a line of JSON.
substr-naive.py N <records prints the same of what is left of them.
substr-naive.py N records cuts <left says whether the cuts are runs of words that the
record named has, and whether the words that they leave are those in left.
"""
import json
import re
import sys


def words_of(text):
    return [w for run in re.split("[ \n\t\u3000]+", text)
            for w in re.findall("[\u4e00-\u9fff]|[^\u4e00-\u9fff]+", run)]


def show(record, words):
    print(json.dumps([record["id"], words]))


if len(sys.argv) == 1:
    for line in sys.stdin:
        record = json.loads(line)
        show(record, words_of(record["text"]))
    sys.exit()
n = int(sys.argv[1])
if len(sys.argv) == 2:
    first = {}  # where a run begins first, in words of all records
    at = 0
    for line in sys.stdin:
        record = json.loads(line)
        words = words_of(record["text"])
        cut = [False] * len(words)
        for i in range(len(words) - n + 1):
            run = tuple(words[i:i + n])
            if first.setdefault(run, at + i) + n <= at + i:
                cut[i:i + n] = [True] * n
        at += len(words)
        left = [w for w, c in zip(words, cut) if not c]
        if left or not words:
            show(record, left)
    sys.exit()

text = {}
for line in open(sys.argv[2], encoding="utf-8"):
    record = json.loads(line)
    text[record["id"]] = record["text"].encode()
left = dict(text)
cuts = [json.loads(line) for line in open(sys.argv[3], encoding="utf-8")]
for cut in reversed(cuts):  # of a record, the last first
    at, start, end = cut["id"], cut["start"], cut["end"]
    words = words_of(text[at].decode())
    begin = len(words_of(text[at][:start].decode()))
    after = len(words_of(text[at][:end].decode()))
    there = words_of(text[cut["kept"]].decode())
    runs = {tuple(there[i:i + n]) for i in range(len(there) - n + 1)}
    assert begin < after
    assert all(any(k >= 0 and tuple(words[k:k + n]) in runs
                   for k in range(i - n + 1, i + 1))
               for i in range(begin, after)), cut
    left[at] = left[at][:start] + b" " + left[at][end:]
for line in sys.stdin:
    record = json.loads(line)
    assert words_of(left.pop(record["id"]).decode()) == words_of(
        record["text"]), record["id"]
assert all(not words_of(rest.decode()) for rest in left.values())
