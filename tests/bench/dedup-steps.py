#!/usr/bin/env python3
"""Near duplicates in steps beside one process: bytes, seconds, memory, disk.

usage: dedup-steps.py [--short N] [--long N] [--ranges N] FOLDER

Makes N short records (20,000,000 of 8 to 16 words) and N long ones (100,000 of
300 to 900) in parts of FOLDER.  One record in five is made from another, by
changing its last word: from one shortly before it, which may be such a copy itself,
or from any (tests/bench/crowd.c).  Then it runs --keys by ranges, --meet for each
range, and --judge; --cluster; --drop; and all in one process.  For each step it
prints the processor seconds of user and system, and the resident memory of its
largest process with what that held in files of TMPDIR.  The lists and the records
that stay must have the same bytes, or the status is 1.  No memory is told as less
than about 18 MiB, which this program itself holds.
"""
import argparse
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

PART = 1_000_000  # short records of a part


def make(path, first, start, end, least, most):
    """Records start to end of a kind that begins at first."""
    crowd = os.path.join(os.environ.get('B', 'build'), 'bench', 'crowd')
    with path.open('wb') as out:
        subprocess.run([crowd, *map(str, (first, start, end, least, most))],
                       stdout=out, check=True)


def spooled(pid):
    """Bytes on disk of the unnamed files that a process has open."""
    total = 0
    try:
        for fd in os.listdir(f'/proc/{pid}/fd'):
            name = f'/proc/{pid}/fd/{fd}'
            if os.readlink(name).endswith('(deleted)'):
                total += os.stat(name).st_blocks * 512
    except OSError:
        pass  # it has ended
    return total


class Step:
    """The sums of the processes of a step, and the most that one held."""

    def __init__(self, name):
        self.name, self.user, self.system = name, 0, 0
        self.memory = self.spool = 0

    def run(self, args, out):
        with open(out, 'wb') as file:
            process = subprocess.Popen(['text-dedup', *map(str, args)],
                                       stdout=file)
            while True:
                pid, status, used = os.wait4(process.pid, os.WNOHANG)
                if pid:
                    break
                self.spool = max(self.spool, spooled(process.pid))
                time.sleep(0.1)
        process.returncode = status
        if status != 0:
            sys.exit(f'{self.name}: status {status}')
        self.user += used.ru_utime
        self.system += used.ru_stime
        self.memory = max(self.memory, used.ru_maxrss)

    def cpu(self):
        return self.user + self.system

    def tell(self):
        print(f'| {self.name} | {self.user:.0f} + {self.system:.0f} | '
              f'{self.memory / 1024:.0f} | {self.spool / 1e6:.0f} |',
              flush=True)


def digest(path):
    with open(path, 'rb') as file:
        return hashlib.file_digest(file, 'sha256').hexdigest()


def size(paths):
    return sum(os.stat(p).st_size for p in paths)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--short', type=int, default=20_000_000)
    parser.add_argument('--long', type=int, default=100_000)
    parser.add_argument('--ranges', type=int, default=16)
    parser.add_argument('folder', type=Path)
    args = parser.parse_args()
    work = args.folder
    work.mkdir(parents=True, exist_ok=True)
    os.environ['TMPDIR'] = str(work)

    parts = []
    for start in range(0, args.short, PART):
        parts.append(work / f'short.{start // PART:03}')
        make(parts[-1], 0, start, min(start + PART, args.short), 8, 16)
    parts.append(work / 'long')
    make(parts[-1], args.short, args.short, args.short + args.long, 300, 900)
    (work / 'parts').write_text(''.join(f'{p}\n' for p in parts))
    n = args.short + args.long
    print(f'{n} records, {len(parts)} parts, {size(parts) / 1e9:.2f} GB')
    print('| step | seconds | MiB held | MB of TMPDIR |\n'
          '| --- | --- | --- | --- |')

    listed = ['--records-from', work / 'parts']
    keys = Step(f'`--keys --ranges {args.ranges}`, each part a process')
    files = [[] for _ in range(args.ranges)]
    digits = len(str(args.ranges - 1))
    for i, part in enumerate(parts):
        keys.run(['--keys', *listed, '--ranges', args.ranges, '-o',
                  work / f'keys.{i}', part], os.devnull)
        for r in range(args.ranges):
            files[r].append(work / f'keys.{i}.{r:0{digits}}')
    keys.tell()
    nkeys = size(p for r in files for p in r)
    meet = Step('`--meet`, each range a process')
    met = [work / f'meet.{r}' for r in range(args.ranges)]
    for r in range(args.ranges):
        meet.run(['--meet', *listed, *files[r]], met[r])
    meet.tell()
    judge = Step('`--judge`')
    judge.run(['--judge', *listed, *met], work / 'list')
    judge.tell()
    nmet = size(met)
    for p in met:
        p.unlink()
    cluster = Step('`--cluster`, of all these keys')
    cluster.run(['--cluster', *listed, *(p for r in files for p in r)],
                work / 'list2')
    cluster.tell()
    for r in files:
        for p in r:
            p.unlink()
    drop = Step('`--drop`')
    drop.run(['--drop', work / 'list', *parts], work / 'kept')
    drop.tell()
    kept = digest(work / 'kept')
    whole = Step('near duplicates in one process, all in memory')
    whole.run(parts, work / 'kept')
    whole.tell()

    gone = sum(1 for line in open(work / 'list', 'rb')
               if not line.startswith(b'#'))
    same = (digest(work / 'list') == digest(work / 'list2'),
            digest(work / 'kept') == kept)
    steps = meet.cpu() + judge.cpu()
    print(f'{gone} records go; lists equal: {same[0]}; records equal: '
          f'{same[1]}')
    print(f'meet and judge beside cluster: {steps / cluster.cpu():.2f} x; '
          f'keys, meet and judge beside keys and cluster: '
          f'{(keys.cpu() + steps) / (keys.cpu() + cluster.cpu()):.2f} x; '
          f'with drop beside one process: '
          f'{(keys.cpu() + steps + drop.cpu()) / whole.cpu():.2f} x')
    print(f'bytes a record: {nkeys / n:.0f} of keys, {nmet / n:.0f} of '
          f'meetings')
    return 0 if all(same) else 1


if __name__ == '__main__':
    sys.exit(main())
