#!/usr/bin/env python3
"""spark.py - run mine.mk on a Spark cluster: a stage of tasks a step

usage: spark-submit examples/cluster/spark.py SLICES VARIABLE=VALUE ...

Every worker must see this folder, CRAWL and OUT under the same absolute names,
as on HDFS mounted by FUSE, NFS or Lustre, and have the tools' libraries.  A task
runs make over one slice; where it fails, Spark tries it again elsewhere, for
what is done is not done twice.  It costs a JVM and a Python on each worker;
the records themselves never pass through Spark.
"""
import os
import shlex
import subprocess
import sys

from pyspark import SparkContext

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STAGE = os.path.join(TOP, 'examples', 'mine-stage')
MAKE = os.path.join(TOP, 'examples', 'mine.mk')


def main():
    slices, words = int(sys.argv[1]), sys.argv[2:]
    steps = subprocess.run([STAGE, 'steps'], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    context = SparkContext(appName='mine')
    # pipe() starts with an empty environment.
    env = {name: os.environ[name] for name in ('PATH', 'TMPDIR') if name in os.environ}
    for step in steps:
        how, *stages = step.split()
        n = slices if how == 'many' else 1
        # pipe() gives the task its slice as a line of standard input.
        command = 'read -r slice && exec make -s -f {} {} SLICE=$slice/{} {}'.format(
            shlex.quote(MAKE), ' '.join(stages), n,
            ' '.join(shlex.quote(w) for w in words))
        done = context.parallelize(range(1, n + 1), n).pipe(
            shlex.join(['sh', '-c', command]), env, checkCode=True)
        for line in done.collect():
            print(line)
    context.stop()


if __name__ == '__main__':
    main()
