#!/usr/bin/env python3
"""From archives to text without near duplicates: three lines on the same pages.

usage: line.py [--jobs N] [--only NAME,...] [--datatrove PYTHON] [--native PYTHON]
           ARCHIVES FOLDER

ARCHIVES holds *.warc.gz.  Each step of each line is run by itself, over all
archives, N processes at a time (2), and leaves its files in FOLDER/NAME/STEP;
the lines take turns, step by step, so that all meet the same machine.

    ours       warc-cat | html-strip; text-filter; text-dedup --keys, --meet,
               --judge and --drop
    datatrove  WarcReader and Trafilatura; GopherRepetitionFilter and
               GopherQualityFilter; the four steps of its MinHash, by a
               LocalPipelineExecutor each (PYTHON has datatrove[processing])
    native     FastWARC and Resiliparse's extract_plain_text(main_content=True);
               no filter, since these have none; rensa's RMinHash of 128 and its
               LSH of 16 bands, over the runs of five words of all pages in one
               process (PYTHON has fastwarc, resiliparse and rensa)

It prints a table: pages or records in and out, pages of the archives a second
of a core, the resident memory of the largest process and that of all processes at
once, and the bytes that the step left on disk.
"""
import argparse
import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve()


# The lines, a function a step: commands of the shell that run at once.

def ours(step, archives, out, jobs):
    def at(name):
        return out / 'ours' / name
    if step == 'extract':
        return [f"warc-cat '{a}' | html-strip --zstd >'{at(step)}/{a.name}.zst'" for a in archives]
    if step == 'filter':
        return [f"text-filter --zstd '{at('extract')}/{a.name}.zst' >'{at(step)}/{a.name}.zst'"
                for a in archives]
    parts = [at('filter') / f'{a.name}.zst' for a in archives]
    keys, names = at(step), at(step) / 'parts'
    names.write_text(''.join(f'{p}\n' for p in parts))
    ranges = ' '.join(f"'{keys}/meet.{r}'" for r in range(2))
    return [
        [f"text-dedup --keys --records-from '{names}' --ranges 2 -o '{keys}/{p.name}.keys' '{p}'"
         for p in parts],
        [f"cat '{keys}'/*.keys.{r} | text-dedup --meet --records-from '{names}' >'{keys}/meet.{r}'"
         for r in range(2)],
        [f"text-dedup --judge --records-from '{names}' {ranges} >'{keys}/drop'"],
        [f"text-dedup --drop '{keys}/drop' --zstd '{p}' >'{keys}/{p.name}'" for p in parts],
    ]


def python(name, interpreter):
    def commands(step, archives, out, jobs):
        part = f"'{interpreter}' '{HERE}' --step {name}-{step}"
        if name == 'native' and step == 'extract':
            return [f"{part} '{a}' '{out / name / step}'" for a in archives]
        return [f"{part} --jobs {jobs} '{archives[0].parent}' '{out / name}'"]
    return commands


# What runs in the interpreter that has the peer.

def native_extract(archive, folder):
    from fastwarc.warc import ArchiveIterator, WarcRecordType
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding
    import gzip
    import json
    with open(archive, 'rb') as stream, \
            gzip.open(folder / f'{archive.name}.jsonl.gz', 'wt', 3, encoding='utf-8') as out:
        for record in ArchiveIterator(stream, record_types=WarcRecordType.response):
            raw = record.reader.read()
            text = extract_plain_text(bytes_to_str(raw, detect_encoding(raw)), main_content=True)
            out.write(json.dumps({'id': record.record_id, 'text': text}, ensure_ascii=False) + '\n')


def native_dedup(archives, folder):
    import gzip
    import json
    from rensa import RMinHash, RMinHashLSH
    index, kept = RMinHashLSH(threshold=0.8, num_perm=128, num_bands=16), {}
    n = 0
    for path in sorted((folder / 'extract').glob('*.jsonl.gz')):
        with gzip.open(path, 'rt', encoding='utf-8') as lines, \
                gzip.open(folder / 'dedup' / path.name, 'wt', 3, encoding='utf-8') as out:
            for line in lines:
                words = json.loads(line)['text'].lower().split()
                sketch = RMinHash(num_perm=128, seed=42)
                sketch.update([' '.join(words[i:i + 5]) for i in range(max(1, len(words) - 4))])
                if any(sketch.jaccard(kept[k]) >= 0.8 for k in index.query(sketch)):
                    continue
                n += 1
                kept[n] = sketch
                index.insert(n, sketch)
                out.write(line)


def execute(pipeline, tasks, jobs, logs):
    from datatrove.executor import LocalPipelineExecutor
    LocalPipelineExecutor(pipeline, tasks=tasks, workers=min(jobs, tasks),
                          logging_dir=str(logs)).run()


def datatrove_extract(archives, out, jobs):
    from datatrove.pipeline.extractors import Trafilatura
    from datatrove.pipeline.readers import WarcReader
    from datatrove.pipeline.writers import JsonlWriter
    # Its usual second a page is of the clock, and a busy machine loses pages by it.
    execute([WarcReader(str(archives), glob_pattern='*.warc.gz'), Trafilatura(timeout=60),
             JsonlWriter(str(out / 'extract'))],
            len(list(archives.glob('*.warc.gz'))), jobs, out / 'logs' / 'extract')


def datatrove_filter(archives, out, jobs):
    from datatrove.pipeline.filters import GopherQualityFilter, GopherRepetitionFilter
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter
    execute([JsonlReader(str(out / 'extract')), GopherRepetitionFilter(), GopherQualityFilter(),
             JsonlWriter(str(out / 'filter'))],
            len(list(archives.glob('*.warc.gz'))), jobs, out / 'logs' / 'filter')


def datatrove_dedup(archives, out, jobs):
    from datatrove.pipeline.dedup import minhash as m
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter
    config = m.MinhashConfig()  # 14 buckets of 8, runs of five words
    tasks, logs, to = len(list(archives.glob('*.warc.gz'))), out / 'logs', out / 'dedup'
    reader = JsonlReader(str(out / 'filter'))
    execute([reader, m.MinhashDedupSignature(str(to / 'signatures'), config)],
            tasks, jobs, logs / 'signatures')
    execute([m.MinhashDedupBuckets(str(to / 'signatures'), str(to / 'buckets'), config=config)],
            config.num_buckets, jobs, logs / 'buckets')
    execute([m.MinhashDedupCluster(str(to / 'buckets'), str(to / 'remove'), config=config)],
            1, 1, logs / 'cluster')
    execute([reader, m.MinhashDedupFilter(str(to / 'remove')), JsonlWriter(str(to / 'kept'))],
            tasks, jobs, logs / 'kept')


# Measuring.

def resident(group):
    """Bytes that the processes of a group hold: their own, and shared ones in parts."""
    total = 0
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            if os.getpgid(int(pid)) == group:
                text = Path(f'/proc/{pid}/smaps_rollup').read_text()
                total += sum(int(line.split()[1]) for line in text.splitlines()
                             if line.startswith('Pss:'))
        except (OSError, ValueError):
            pass  # it has ended
    return total * 1024


def run(commands, jobs):
    """Seconds, seconds of a core, bytes of the largest process and of all at once."""
    # It becomes the parent of orphaned grandchildren, so that each is counted.
    code = ('import ctypes, os, resource, subprocess, sys\n'
            'ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER\n'
            'status = subprocess.run(["xargs", "-0", "-P", sys.argv[1], "-n", "1", "bash", '
            '"-o", "pipefail", "-c"], stdin=sys.stdin).returncode\n'
            'try:\n'
            '    while True: os.wait()\n'
            'except ChildProcessError: pass\n'
            'u = resource.getrusage(resource.RUSAGE_CHILDREN)\n'
            'print(u.ru_utime + u.ru_stime, u.ru_maxrss * 1024, file=sys.stderr)\n'
            'sys.exit(status)')
    begin, most = time.monotonic(), 0
    child = subprocess.Popen([sys.executable, '-c', code, str(jobs)], stdin=subprocess.PIPE,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                             start_new_session=True)
    said = []
    reader = threading.Thread(target=lambda: said.extend(child.stderr))
    reader.start()
    child.stdin.write('\0'.join(commands))
    child.stdin.close()
    while child.poll() is None:
        most = max(most, resident(child.pid))
        time.sleep(0.2)
    reader.join()
    if child.returncode != 0:
        sys.exit(''.join(said[-20:]))
    seconds, largest = said[-1].split()
    return time.monotonic() - begin, float(seconds), float(largest), most


def disk(folder):
    return sum(p.stat().st_size for p in folder.rglob('*') if p.is_file())


def count(folder):
    """Records of a folder's text files."""
    total = 0
    for path in sorted(folder.rglob('*')):
        if path.name.endswith(('.jsonl.gz', '.warc.gz.zst')):
            tool = 'zstd' if path.suffix == '.zst' else 'gzip'
            total += int(subprocess.run(f"{tool} -dcq '{path}' | wc -l", shell=True, check=True,
                                        stdout=subprocess.PIPE, text=True).stdout)
    return total


def measure(args):
    archives = sorted(args.archives.glob('*.warc.gz'))
    lines = {'ours': ours, 'datatrove': python('datatrove', args.datatrove),
             'native': python('native', args.native)}
    lines = {n: lines[n] for n in args.only.split(',')}
    pages = int(subprocess.run(['bash', '-c', 'cat "$@" | gzip -dc | grep -ac "^WARC-Type: response"',
                                'count', *archives], check=True, text=True,
                               stdout=subprocess.PIPE).stdout)
    print(f'{pages} pages in {len(archives)} archives of {sum(a.stat().st_size for a in archives)} '
          f'bytes, {args.jobs} processes at a time\n')
    print('| step | line | records in | out | s | s of a core | pages/s a core | largest, MB | '
          'at once, MB | disk, MB |\n| --- |' + ' --- |' * 9, flush=True)
    last, sums = dict.fromkeys(lines, pages), {n: [0, 0, 0, 0, 0] for n in lines}
    for step in 'extract', 'filter', 'dedup':
        for name, line in lines.items():
            if name == 'native' and step == 'filter':
                continue
            folder = args.folder / name / step
            shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(args.folder / name / 'logs', ignore_errors=True)
            folder.mkdir(parents=True)
            commands = line(step, archives, args.folder, args.jobs)
            turns = commands if isinstance(commands[0], list) else [commands]
            done = [run(turn, args.jobs) for turn in turns]
            seconds, core = (sum(d[i] for d in done) for i in (0, 1))
            largest, once = (max(d[i] for d in done) for i in (2, 3))
            out, size = count(folder), disk(folder)
            print(f'| {step} | {name} | {last[name]} | {out} | {seconds:.1f} | {core:.1f} | '
                  f'{pages / core:.1f} | {largest / 1e6:.0f} | {once / 1e6:.0f} | {size / 1e6:.1f} |',
                  flush=True)
            last[name], s = out, sums[name]
            sums[name] = [s[0] + seconds, s[1] + core, max(s[2], largest), max(s[3], once),
                          s[4] + size]
    for name, (seconds, core, largest, once, size) in sums.items():
        print(f'| all | {name} | {pages} | {last[name]} | {seconds:.1f} | {core:.1f} | '
              f'{pages / core:.1f} | {largest / 1e6:.0f} | {once / 1e6:.0f} | {size / 1e6:.1f} |')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--jobs', type=int, default=2)
    parser.add_argument('--only', default='ours,datatrove,native')
    parser.add_argument('--datatrove', default=sys.executable)
    parser.add_argument('--native', default=sys.executable)
    parser.add_argument('--step', help=argparse.SUPPRESS)
    parser.add_argument('archives', type=Path)
    parser.add_argument('folder', type=Path)
    args = parser.parse_args()
    if not args.step:
        measure(args)
    elif args.step.startswith('native'):
        globals()[args.step.replace('-', '_')](args.archives, args.folder)
    else:
        globals()[args.step.replace('-', '_')](args.archives, args.folder, args.jobs)


if __name__ == '__main__':
    main()
