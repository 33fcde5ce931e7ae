#!/usr/bin/env python3
"""Steps that see all parts of a crawl, with very many of them.

usage: many-parts.py [--parts N] FOLDER

Makes N (100,000) parts of one short record each in FOLDER, one in four the copy
of another, and runs each step that is given all of them, or a list of all of
them.  For each: processor seconds, resident memory of the largest process, and
where a list is read first, the processor seconds of the step over no input or
a single part, which is what it takes to start.  The memory is never told lower
than some 14 MiB, which this program itself has held.
"""
import argparse
import os
import subprocess
import sys
from pathlib import Path

BATCH = 10_000  # parts of a process, where they are operands


def run(command, out):
    """(processor seconds, MiB) of a command of the shell, one at a time."""
    code = ('import resource, subprocess, sys\n'
            'done = subprocess.run(["bash", "-o", "pipefail", "-c", '
            'sys.argv[1]])\n'
            'used = resource.getrusage(resource.RUSAGE_CHILDREN)\n'
            'print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024,'
            ' file=sys.stderr)\n'
            'sys.exit(done.returncode)')
    with open(out, 'wb') as file:
        done = subprocess.run([sys.executable, '-c', code, command],
                              stdout=file, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f'{command}: status {done.returncode}\n{done.stderr}')
    seconds, memory = done.stderr.splitlines()[-1].split()
    return float(seconds), float(memory)


def make(n):
    words = [a + b + c for a in 'bdfgklmnprst' for b in 'aeiou'
             for c in 'lmnrst']
    for i in range(n):
        if i % 1000 == 0:
            os.makedirs(f'p{i // 1000:03}', exist_ok=True)
        x = i - 1 if i % 4 == 3 else i
        text = ' '.join(words[(x * 7919 + k * k * (x % 97 + 1)) % len(words)]
                        for k in range(20))
        yield i, f'p{i // 1000:03}/{i % 1000:03}', text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--parts', type=int, default=100_000)
    parser.add_argument('folder', type=Path)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    os.chdir(args.folder)
    os.environ['TMPDIR'] = os.getcwd()
    names = []
    with open('scored', 'w') as scored:
        for i, name, text in make(args.parts):
            score = i * 2654435761 % 1000003 / 1000003
            Path(name).write_text(f'{{"id":"{i}","text":"{text}"}}\n')
            scored.write(f'{{"id":"{i}","text":"{text}","scores":'
                         f'{{"Law":{score:.6f}}},"hits":[{{"seed":"a","sim":'
                         f'{score:.6f},"domains":["Law"]}}]}}\n')
            names.append(name)
    Path('parts').write_text('\n'.join(names) + '\n')
    Path('empty').write_text('')

    print(f'{args.parts} parts\n\n| step | seconds | MiB held | to start |\n'
          '| --- | --- | --- | --- |')

    def step(name, command, out, start=None):
        seconds, memory = run(command, out)
        begin = f'{run(start, "rest")[0]:.2f}' if start else ''
        print(f'| {name} | {seconds:.2f} | {memory:.0f} | {begin} |',
              flush=True)

    batches = f'xargs -n {BATCH} <parts '
    listed = '--records-from parts'
    step(f'`text-dedup --keys`, {BATCH} parts a process',
         f'{batches} text-dedup --keys {listed}', 'keys',
         f'text-dedup --keys {listed} {names[0]}')
    step('`--meet`', f'text-dedup --meet {listed} keys', 'meet',
         f'text-dedup --meet {listed} empty')
    step('`--judge`', f'text-dedup --judge {listed} meet', 'list',
         f'grep ^# meet | text-dedup --judge {listed}')
    step('`--cluster`', f'text-dedup --cluster {listed} keys', 'list2')
    if Path('list').read_bytes() != Path('list2').read_bytes():
        sys.exit('the lists differ')
    step(f'`--drop`, {BATCH} parts a process',
         f'{batches} text-dedup --drop list', 'kept',
         f'text-dedup --drop list {names[0]}')
    run('head -n 1 scored | domain-pick --share 0.1 --histogram count',
        'rest')
    step('`domain-pick --merge` of as many counts',
         f'(yes count || :) | head -n {args.parts} | xargs cat | '
         'domain-pick --merge --share 0.1', 'thresholds')
    step('`embed-score --merge` of as many parts',
         'embed-score --merge --share 0.1 scored', 'best')
    step('`shard-pack`, a source of `@FILE`',
         'rm -rf shards; shard-pack -o shards --source a=@parts@1', 'rest')


if __name__ == '__main__':
    main()
