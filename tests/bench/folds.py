"""folds.py - the parts of folds.sh that are no filter

usage: folds.py split POOL DIR	fold.N and gold.N, by a hash of the id
       folds.py words RECORDS		with their words lower-cased, between spaces
       folds.py lines RECORDS		as fastText's program trains on them
       folds.py said RECORDS LINES P	what that program printed, decided at P
       folds.py sklearn TRAIN TEST N	logistic regression on runs of 1 to N words
       folds.py mean RECORDS OTHER	the mean of the log-odds of two taggers
"""
import gzip
import json
import math
import re
import sys
import zlib

NFOLD = 5


def rows(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def split(pool, to):
    out = [[open(f"{to}/{kind}.{k}", "w", encoding="utf-8")
            for k in range(NFOLD)] for kind in ("gold", "fold")]
    for line in gzip.open(pool, "rt", encoding="utf-8"):
        r = json.loads(line)
        k = zlib.crc32(r["id"].encode()) // 7 % NFOLD
        out[0][k].write(line)
        out[1][k].write(json.dumps({
            "id": r["id"], "text": r["text"], "domains": r["labels"],
            "maybe": r["maybe"]}) + "\n")


def plain(text):
    """The same words that domain-train takes, for those who cut at spaces."""
    return " ".join(re.findall(r"\w\w+", text.lower()))


def words(path):
    for r in rows(path):
        print(json.dumps({**r, "text": plain(r["text"])}))


def name(label):
    return "__label__" + label.replace(" ", "_")


def lines(path):
    for r in rows(path):
        # a label of its own keeps the negatives, which it would pass over
        labels = r["domains"] or ["none"]
        print(" ".join(map(name, labels)), plain(r["text"]))


def said(path, printed, least):
    records = rows(path)
    known = {name(d): d for r in records for d in r["domains"]}
    with open(printed, encoding="utf-8") as probabilities:
        for r, line in zip(records, probabilities):
            words = line.split()
            scores = {known[w]: float(p) - 1e-5
                      for w, p in zip(words[::2], words[1::2]) if w in known}
            put(r, scores, float(least))


def put(r, scores, least=0.5):
    print(json.dumps({"id": r["id"], "scores": scores, "domains":
                      [d for d, p in scores.items() if p >= least]}))


def sklearn(train, test, order):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    taught, asked = rows(train), rows(test)
    terms = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, int(order)))
    x = terms.fit_transform(r["text"] for r in taught)
    y = terms.transform(r["text"] for r in asked)
    scores = [{} for _ in asked]
    for domain in sorted({d for r in taught for d in r["domains"]}):
        at = [i for i, r in enumerate(taught) if domain in r["domains"]
              or not {domain, "*"} & set(r["maybe"])]
        model = LogisticRegression(C=10, class_weight="balanced",
                                   solver="liblinear")
        model.fit(x[at], [domain in taught[i]["domains"] for i in at])
        for score, p in zip(scores, model.predict_proba(y)[:, 1]):
            score[domain] = float(p)
    for r, score in zip(asked, scores):
        put(r, score)


def mean(one, other):
    def odds(p):
        p = min(max(p, 1e-6), 1 - 1e-6)
        return math.log(p / (1 - p))
    for a, b in zip(rows(one), rows(other)):
        assert a["id"] == b["id"]
        put(a, {d: 1 / (1 + math.exp(-(odds(p) + odds(b["scores"][d])) / 2))
                for d, p in a["scores"].items()})


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
