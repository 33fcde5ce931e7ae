#!/usr/bin/env python3
"""Folders of shards, read by datasets, DuckDB and pyarrow; see .ci/slow/readers."""
import glob
import json
import subprocess

import datasets
import duckdb
import pyarrow.parquet

FORMATS = 'jsonl', 'jsonl.gz', 'jsonl.zst'


def lines(folder, split):
    """The objects of a split, in the order of its shards."""
    return [json.loads(line) for path in sorted(glob.glob(f'{folder}/{split}-*.jsonl*'))
            for line in subprocess.run(['zstd', '-dcf', path], stdout=subprocess.PIPE,
                                       check=True).stdout.splitlines()]


for fmt in FORMATS:
    for folder in fmt, 'packed-' + fmt:
        shards = len(json.load(open(folder + '/manifest.json'))['shards'])
        for split, name in ('train', 'train'), ('valid', 'validation'):
            want = lines(folder, split)
            whole = datasets.load_dataset(folder)[name]
            assert whole.to_list() == want, (folder, split)
            stream = datasets.load_dataset(folder, streaming=True)[name]
            assert list(stream) == want, (folder, split)
            print(f'datasets {datasets.__version__}: {folder}, {split}: {len(want)} rows of '
                  f'{shards} shards, whole and as a stream; members '
                  f'{", ".join(f"{n} {t}" for n, t in whole.features.items())}'[:300])
            # one line of DuckDB makes Parquet of it
            duckdb.sql(f"COPY (FROM read_json('{folder}/{split}-*.jsonl*', "
                       f"maximum_object_size = 67108864)) TO '{folder}.{split}.parquet'")
            rows = pyarrow.parquet.read_table(f'{folder}.{split}.parquet').to_pylist()
            assert len(rows) == len(want)
            for row, line in zip(sorted(rows, key=str), sorted(want, key=str)):
                assert list(row) == list(line)
            key = 'input_ids' if 'input_ids' in want[0] else 'text'
            assert sorted(map(str, (r[key] for r in rows))) == sorted(
                str(w[key]) for w in want)
            print(f'DuckDB {duckdb.__version__}, pyarrow {pyarrow.__version__}: '
                  f'{folder}.{split}.parquet: {len(rows)} rows')
