"""Write datatrove.want: which records of the .in files datatrove keeps.

Needs datatrove 0.10, spacy and nltk from PyPI; the check doesn't.
"""
import json

from datatrove.data import Document
from datatrove.pipeline.filters import (C4QualityFilter, FineWebQualityFilter,
                                        GopherQualityFilter,
                                        GopherRepetitionFilter)

SETS = {
    "gopher": [GopherQualityFilter(), GopherRepetitionFilter()],
    "c4": [C4QualityFilter()],
    "fineweb": [FineWebQualityFilter()],
}


def kept(filters, text):
    try:
        return all(f.filter(Document(text=text, id="")) is True
                   for f in filters)
    except ZeroDivisionError:  # no words or no lines
        return False


with open("datatrove.want", "w") as out:
    for name in ("gopher", "c4", "fineweb"):
        for line in open(name + ".in"):
            record = json.loads(line)
            if not isinstance(record.get("text"), str):
                continue
            for rules, filters in SETS.items():
                if kept(filters, record["text"]):
                    print(name, rules, record["id"], file=out)
