#!/usr/bin/env python3
"""embed-map beside umap-learn: seconds, trustworthiness, label accuracy.

    tests/bench/embed-map.py DOCS [--by labels]

DOCS: records with "vec", and labels in the member --by.  Both get 15 neighbours,
exact ones, min_dist 0.1 and 200 epochs, on one thread.  umap-learn's time is
that of its second run, when its code is compiled.
pip install umap-learn
"""
import argparse, base64, json, os, resource, subprocess, sys, time

for threads in ('OMP', 'OPENBLAS', 'MKL', 'NUMBA'):
    os.environ[threads + '_NUM_THREADS'] = '1'

import numpy as np
import umap
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors


def read(path, by):
    x, labels = [], []
    for line in open(path):
        record = json.loads(line)
        x.append(np.frombuffer(base64.b64decode(record['vec']), np.float16))
        labels.append(tuple(record.get(by) or ()))
    return np.array(x, np.float32), labels


def accuracy(y, labels):
    """The share of labelled points whose 15 neighbours vote for their label."""
    first = np.array([hash(l[:1]) for l in labels])
    has = np.array([len(l) == 1 for l in labels])
    near = NearestNeighbors(n_neighbors=16).fit(y[has]).kneighbors(
        y[has], return_distance=False)[:, 1:]
    right = 0
    for own, votes in zip(first[has], first[has][near]):
        values, counts = np.unique(votes, return_counts=True)
        right += values[counts.argmax()] == own
    return right / has.sum()


def ours(path, by):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = subprocess.run(['embed-map', '--json', '--by', by, '--epochs', '200',
                          path], stdout=subprocess.PIPE, check=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    records = [json.loads(line) for line in out.splitlines()]
    seconds = (after.ru_utime + after.ru_stime - before.ru_utime
               - before.ru_stime)
    return np.array([[r['map_x'], r['map_y']] for r in records]), seconds


def theirs(x):
    """Exact neighbours by a product, then umap-learn on them."""
    start = time.process_time()
    similar = x @ x.T
    product = time.process_time() - start
    near = np.argpartition(-similar, 15, axis=1)[:, :15]
    distance = 1 - np.take_along_axis(similar, near, axis=1)
    order = distance.argsort(axis=1)
    near = np.take_along_axis(near, order, axis=1)
    distance = np.maximum(np.take_along_axis(distance, order, axis=1), 0)
    made = umap.UMAP(metric='cosine', n_epochs=200, random_state=1,
                     precomputed_knn=(near, distance, None))
    y = made.fit_transform(x)
    return y, time.process_time() - start, product


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('docs')
    parser.add_argument('--by', default='domains')
    o = parser.parse_args()
    x, labels = read(o.docs, o.by)
    theirs(x)
    print(f'{len(x)} records of {x.shape[1]} dimensions')
    print(f'{"":12} {"CPU s":>7} {"trust":>7} {"accuracy":>9}')
    for i in range(3):
        y, seconds = ours(o.docs, o.by)
        print(f'{"embed-map":12} {seconds:7.2f} '
              f'{trustworthiness(x, y, n_neighbors=15, metric="cosine"):7.4f} '
              f'{accuracy(y, labels):9.4f}')
        y, seconds, product = theirs(x)
        print(f'{"umap-learn":12} {seconds:7.2f} '
              f'{trustworthiness(x, y, n_neighbors=15, metric="cosine"):7.4f} '
              f'{accuracy(y, labels):9.4f}   the product alone {product:.2f}')


main()
