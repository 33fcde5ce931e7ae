#!/usr/bin/env python3
"""Run every tool on a small input while an allocation or a system call fails.

usage: torture.py [--sample N] [--case PATTERN] [--jobs N] BUILD EXAMPLES

Each case is run once undisturbed; its standard output and the files that it
writes then are the right ones.  Then it is run once for each allocation and each
system call that it made, with that one failing, cut short, or killing the
program.  A run deviates

  wrong  if it ends with status 0 and other output;
  half   if a file that it was to write is there, and neither as it was nor
         as it should be;
  left   if it leaves a file that was not asked for (a killed one may, and one
         that can't take it away);
  crash  if it ends by a signal, or with a status that no tool has;
  hang   if it goes on for longer than TIMEOUT seconds.

Deviations are printed, one a line, and the status is 1 if there were any.
--sample N takes N of the runs, drawn in the same way each time.
"""
import argparse
import fnmatch
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TIMEOUT = 10
TESTS = Path(__file__).resolve().parent.parent
STATUSES = {0, 1, 2, 66, 75}
EIO, EMFILE, ENOSPC, ENOMEM = 5, 24, 28, 12

# What each group of system calls does when it goes wrong.
ACTIONS = {
    'read': [EIO, 'short'], 'write': [ENOSPC, 'short', 'kill'],
    'open': [EMFILE], 'close': [EIO], 'sync': [EIO, 'kill'],
    'rename': [EIO, 'kill'], 'unlink': [EIO], 'mkdir': [ENOSPC],
    'stat': [EIO], 'seek': [EIO], 'truncate': [ENOSPC], 'mmap': [ENOMEM],
    'lock': [EIO], 'list': [EIO],
}

# name: (command, files that it writes[, files that are there before]).  {i} is
# the folder of inputs, which are only read; what is there before is copied from
# it, and may be changed.
CASES = {
    'warc-cat': ('warc-cat {i}/crawl.warc.gz', []),
    'warc-cat-index': ('warc-cat --index {i}/crawl.warc.gz', []),
    'warc-cat-hosts': ('warc-cat --skip-hosts {i}/hosts {i}/crawl.warc.gz',
                       []),
    'html-strip': ('html-strip {i}/pages.jsonl', []),
    'text-filter': ('text-filter --rejects rejects {i}/docs.jsonl',
                    ['rejects']),
    'text-mask': ('text-mask --with value {i}/masked.jsonl', []),
    'text-mask-annotate': ('text-mask --annotate {i}/masked.jsonl', []),
    'text-chunk': ('text-chunk --max-words 60 {i}/docs.jsonl', []),
    'text-chunk-join': ('text-chunk --join {i}/chunks.jsonl', []),
    'text-chunk-zstd': ('text-chunk --zstd {i}/docs.jsonl', []),
    'dedup-exact': ('text-dedup --mode exact --dups dups {i}/docs.jsonl',
                    ['dups']),
    'dedup-near': ('text-dedup --mode near {i}/docs.jsonl', []),
    'dedup-longest': ('text-dedup --keep longest {i}/docs.jsonl', []),
    'dedup-index': ('text-dedup --index idx {i}/docs.jsonl', ['idx']),
    'dedup-index-again': ('text-dedup --index idx {i}/docs.jsonl', ['idx'],
                          ['idx']),
    'dedup-para': ('text-dedup --mode para {i}/docs.jsonl', []),
    'dedup-substr': ('text-dedup --mode substr {i}/docs.jsonl', []),
    'dedup-keys': ('text-dedup --mode near --keys {i}/docs.jsonl', []),
    'dedup-cluster': ('text-dedup --mode near --cluster --records '
                      '{i}/docs.jsonl {i}/keys', []),
    'dedup-ranges': ('text-dedup --keys --records-from {i}/parts --ranges 2 '
                     '-o keys {i}/docs.jsonl', ['keys.0', 'keys.1']),
    'dedup-meet': ('text-dedup --meet --records-from {i}/parts {i}/keys.0',
                   []),
    'dedup-judge': ('text-dedup --judge --records-from {i}/parts {i}/meet.0 '
                    '{i}/meet.1', []),
    'dedup-spill': ('text-dedup --judge --bands 700 --rows 1 --memory 1M '
                    '--records {i}/twins {i}/meet.twins', []),
    'dedup-earlier': ('text-dedup --cluster --records-from {i}/parts '
                      '--earlier {i}/drop {i}/keys', []),
    'dedup-drop': ('text-dedup --drop {i}/drop {i}/docs.jsonl', []),
    'dedup-against': ('text-dedup --against {i}/seeds.jsonl {i}/docs.jsonl',
                      []),
    'seed-prompt': ('seed-gen prompt --domain Law --count 3', []),
    'seed-parse': ('seed-gen parse {i}/answered.jsonl', []),
    'seed-dedup': ('seed-gen parse --dedup --rejects rejects '
                   '{i}/answered.jsonl', ['rejects']),
    'llm-ask': ('llm-ask --offline --cache {i}/answers.jsonl '
                '{i}/prompts.jsonl', []),
    'llm-ask-batch': ('llm-ask --url http://127.0.0.1:9/v1 --batch-out batch '
                      '{i}/prompts.jsonl', ['batch']),
    'llm-ask-caches': ('llm-ask --offline --cache {i}/none.jsonl --cache '
                       '{i}/answers.jsonl {i}/prompts.jsonl', []),
    'lsa': ('embed-fit lsa --dim 4 -o model {i}/docs.jsonl', ['model']),
    'lsa-again': ('embed-fit lsa --dim 4 -o model {i}/seeds.jsonl', ['model'],
                  ['model']),
    'distil': ('embed-fit distil --teacher {i}/bert --dim 4 -o model '
               '{i}/docs.jsonl', ['model']),
    'calibrate': ('embed-fit calibrate --model model {i}/docs.jsonl',
                  ['model'], ['model']),
    'calibrate-bert': ('embed-fit calibrate --model {i}/bert -o calibrated '
                       '{i}/docs.jsonl', ['calibrated']),
    'score': ('embed-score --model {i}/model --seeds {i}/seeds.jsonl '
              '--min-score 0 {i}/docs.jsonl', []),
    'score-two': ('embed-score --model {i}/model --model {i}/model --seeds '
                  '{i}/seeds.jsonl --expect expect {i}/docs.jsonl',
                  ['expect']),
    'score-per-seed': ('embed-score --model {i}/model --seeds {i}/seeds.jsonl '
                       '--per-seed 2 --background 3 {i}/docs.jsonl', []),
    'score-merge': ('embed-score --merge --share 0.2 {i}/near.jsonl', []),
    'score-histogram': ('embed-score --model {i}/model --seeds '
                        '{i}/seeds.jsonl --histogram bins {i}/docs.jsonl',
                        ['bins']),
    'score-bert': ('embed-score --model {i}/bert --vec {i}/docs.jsonl', []),
    'score-vec': ('embed-score --model {i}/model --vec {i}/docs.jsonl', []),
    'map': ('embed-map --epochs 20 {i}/vec.jsonl', []),
    'map-json': ('embed-map --json --sample 9 -o map.svg {i}/vec.jsonl',
                 ['map.svg']),
    'train-linear': ('domain-train -o m.bin {i}/seeds.jsonl', ['m.bin']),
    'train-both': ('domain-train --on text,vec --fold 1/2 -o m.bin '
                   '{i}/vectors.jsonl', ['m.bin']),
    'train-fasttext': ('domain-train --model fasttext --dim 4 --epochs 1 '
                       '--buckets 64 -o m.bin {i}/seeds.jsonl', ['m.bin']),
    'train-valid': ('domain-train --buckets 64 -o m.bin --report report '
                    '--valid {i}/seeds.jsonl {i}/seeds.jsonl',
                    ['m.bin', 'report']),
    'tag-folder': ('domain-tag --model {i}/head {i}/docs.jsonl', []),
    'tag-encoder': ('domain-tag --model {i}/folder --model {i}/folder '
                    '{i}/docs.jsonl', []),
    'tag': ('domain-tag --model {i}/domains.bin {i}/docs.jsonl', []),
    'pick': ('domain-pick --share 0.2 --grey 2 --background 3 '
             '{i}/scored.jsonl', []),
    'pick-from': ('domain-pick --min-score 0.5 --all --prior scores '
                  '--from {i}/scored.jsonl {i}/scored.jsonl', []),
    'pick-histogram': ('domain-pick --share 0.2 --histogram bins '
                       '{i}/scored.jsonl', ['bins']),
    'pick-hosts': ('domain-pick --hosts {i}/tagged.jsonl', []),
    'pick-merge': ('domain-pick --share 0.2 --merge --thresholds '
                   '{i}/thresholds {i}/bins', []),
    'pick-thresholds': ('domain-pick --share 0.2 --thresholds {i}/exact '
                        '{i}/scored.jsonl', []),
    'judge-prompt': ('domain-judge prompt {i}/tagged.jsonl', []),
    'judge-parse': ('domain-judge parse --json {i}/judged.jsonl', []),
    'lex-stat': ('lex-stat {i}/docs.jsonl', []),
    'pack-gz': ('shard-pack -o out --source a={i}/docs.jsonl@1 '
                '--source b={i}/seeds.jsonl@1', ['out']),
    'pack-zst': ('shard-pack --format jsonl.zst --members default -o out '
                 '--source a={i}/docs.jsonl@1', ['out']),
    'pack-megatron': ('shard-pack --format megatron --tokenizer {i}/bert '
                      '--eod [SEP] -o out --source a={i}/docs.jsonl@1',
                      ['out']),
    'pack-mds': ('shard-pack --format mds --shard-size 9000 --split valid=.3 '
                 '-o out --source a={i}/docs.jsonl@1', ['out']),
    'pack-mds-packed': ('shard-pack --format mds --pack 64 --tokenizer '
                        '{i}/bert --eod [SEP] -o out '
                        '--source a={i}/docs.jsonl@1', ['out']),
    'pack-packed': ('shard-pack --pack 64 --tokenizer {i}/bert -o out '
                    '--source a={i}/docs.jsonl@1', ['out']),
    'pack-list': ('shard-pack -o out --source a=@{i}/parts@1 '
                  '--drop a={i}/drop', ['out']),
    'pack-resume': ('shard-pack --resume --shard-size 4000 -o out '
                    '--source a={i}/docs.jsonl@1', ['out'], ['out']),
    'pack-without': ('shard-pack -o less --without {i}/list', ['less'],
                     ['less']),
    'pack-mds-without': ('shard-pack -o samples --without {i}/sample-list',
                         ['samples'], ['samples']),
    'pack-packed-without': ('shard-pack -o sequences --without {i}/line-list',
                            ['sequences'], ['sequences']),
    'pack-ids-without': ('shard-pack -o ids --tokenizer {i}/bert --without '
                         '{i}/id-list', ['ids'], ['ids']),
    'pack-check': ('shard-pack --check {i}/shards', []),
}

# Inputs, from the bundled sample; {e} is the folder of examples, {t} of tests.
SETUP = '''
warc-cat {e}/sample/crawl.warc.gz >all.jsonl
python3 -c '
import gzip, sys
data = gzip.open(sys.argv[1]).read()
end = data.find(b"WARC/1", len(data) // 12)
open("crawl.warc.gz", "wb").write(gzip.compress(data[:end]))
' {e}/sample/crawl.warc.gz
head -n 4 all.jsonl >pages.jsonl
html-strip all.jsonl >all-docs.jsonl
head -n 12 all-docs.jsonl >docs.jsonl
head -n 3 all-docs.jsonl >>docs.jsonl
jq -c '.text += " jane@example.com, 212-555-0123 or 93.184.216.34"' docs.jsonl >masked.jsonl
text-chunk --max-words 60 docs.jsonl >chunks.jsonl
cat {e}/seeds/answers-*.jsonl >all-answers.jsonl
seed-gen prompt --params {e}/seeds/params.jsonl >all-prompts.jsonl
llm-ask --cache all-answers.jsonl all-prompts.jsonl >all-answered.jsonl
seed-gen parse all-answered.jsonl | awk 'NR % 90 == 1' >seeds.jsonl
head -n 4 all-prompts.jsonl >prompts.jsonl
head -n 4 all-answered.jsonl >answered.jsonl
head -n 40 all-answers.jsonl >answers.jsonl
tail -n 9 all-answers.jsonl >none.jsonl
text-dedup --mode near --keys $PWD/docs.jsonl | LC_ALL=C sort >keys
text-dedup --mode near --cluster --records $PWD/docs.jsonl keys >drop
echo $PWD/docs.jsonl >parts
text-dedup --keys --records-from parts --ranges 2 -o keys $PWD/docs.jsonl
text-dedup --meet --records-from parts keys.0 >meet.0
text-dedup --meet --records-from parts keys.1 >meet.1
text-dedup --index idx chunks.jsonl >/dev/null
printf 'www.example\\n# none\\nexample.org/private\\n' >hosts
{t}/tiny-bert make bert mean
{t}/tiny-family make head roberta softmax
# Lists of 16 x 700 keys wait at once: more than half a megabyte holds.
for n in 1 2; do
	jq -n -c '("abcdefghijklmnop" / "")[] | {{text: .}}'
done >twins
text-dedup --keys --bands 700 --rows 1 $PWD/twins |
    text-dedup --meet --bands 700 --rows 1 --records $PWD/twins >meet.twins
text-dedup --judge --bands 700 --rows 1 --memory 1M --records $PWD/twins \
    --stats spilled meet.twins >/dev/null
jq -e '.spooled_bytes > 0' spilled >/dev/null
embed-fit lsa --dim 4 -o model docs.jsonl seeds.jsonl
embed-score --model model --seeds seeds.jsonl --min-score 0 docs.jsonl >near.jsonl
embed-score --model model --vec docs.jsonl >vec.jsonl
domain-train --buckets 64 -o domains.bin seeds.jsonl
embed-score --model model --vec seeds.jsonl >vectors.jsonl
cp -R model folder
domain-train --buckets 64 --on text,vec -o folder/domains.bin vectors.jsonl
domain-tag --model domains.bin --threshold 0.1 docs.jsonl >tagged.jsonl
domain-tag --model domains.bin --all docs.jsonl >scored.jsonl
domain-pick --share 0.2 --histogram bins scored.jsonl
domain-pick --share 0.2 --merge bins >thresholds
cp thresholds exact
until grep -q '"exact":true' exact; do
	domain-pick --share 0.2 --thresholds exact --histogram bins scored.jsonl
	domain-pick --share 0.2 --merge --thresholds exact bins >next
	mv next exact
done
domain-pick --share 0.2 --thresholds thresholds --histogram bins scored.jsonl
domain-judge prompt tagged.jsonl |
    jq -c '.response = ((.domains[0] // "Law") + ": agree")' >judged.jsonl
shard-pack -o shards --source a=docs.jsonl@1
shard-pack --shard-size 4000 -o out --source a=$PWD/docs.jsonl@1
jq -r .plan out/manifest.json >out/plan
rm out/manifest.json out/*-00001.*
shard-pack --shard-size 4000 -o less --source a=docs.jsonl@1
shard-pack --format mds --shard-size 4000 -o samples --source a=docs.jsonl@1
printf 'train/shard.%s.mds:0\n' 00000 00001 >sample-list
shard-pack --pack 64 --tokenizer bert -o sequences --source a=docs.jsonl@1
printf 'train-00000.jsonl.gz:%s\\n' 1 2.0 >line-list
shard-pack --format megatron --pack 64 --tokenizer bert --eod '[SEP]' -o ids --source a=docs.jsonl@1
printf 'train-00000.bin:%s\\n' 0 1.0 >id-list
printf '%s:1\n' train-00000.jsonl.gz train-00001.jsonl.gz >list
rm all*
'''


def digest(path):
    """What is at path: None, or a hash of a file, or of a folder's files.

    Shards without their manifest are not finished, and say so: None.  The plan
    of a folder of shards only serves to go on after a kill.  What is called
    .next counts once there is a manifest of that name: a folder from which
    records are taken is as it was until then, and as it will be from then on.
    """
    if path.is_dir():
        if path.name == 'out' and not (path / 'manifest.json').exists():
            return None
        files = {str(p.relative_to(path)): p for p in path.rglob('*')
                 if p.is_file() and p.name != 'plan' and p.suffix != '.tmp'}
        coming = [n for n in files if n.endswith('.next')]
        begun = 'manifest.json.next' in coming
        for name in coming:
            new = files.pop(name)
            if begun:
                files[name.removesuffix('.next')] = new
        return tuple((n, digest(files[n])) for n in sorted(files))
    if not path.exists():
        return None
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Torture:
    def __init__(self, build, examples, work):
        self.env = dict(os.environ, LC_ALL='C.UTF-8',
                        PATH=f'{build / "bin"}:{os.environ["PATH"]}')
        for name in [n for n in self.env if n.startswith('FAULT_')]:
            del self.env[name]
        self.before = {}
        self.inject = build / 'torture' / 'inject'
        self.allocate = build / 'torture' / 'allocate.so'
        self.inputs = work / 'inputs'
        self.work = work
        self.inputs.mkdir()
        subprocess.run(['bash', '-e', '-o', 'pipefail', '-c',
                        SETUP.format(e=examples, t=TESTS)], cwd=self.inputs,
                       env=self.env, check=True)
        self.right = {}

    def run(self, case, before=(), env=None, look=None):
        """(status, standard output, outputs, files left) of one run."""
        command, outputs, *there = CASES[case]
        folder = Path(tempfile.mkdtemp(dir=self.work))
        spool = folder / 'spool'
        spool.mkdir()
        for name in there[0] if there else []:
            copy = (shutil.copytree if (self.inputs / name).is_dir()
                    else shutil.copy)
            copy(self.inputs / name, folder / name)
        self.before[case] = [digest(folder / name) for name in outputs]
        try:
            done = subprocess.run(
                [*map(str, before), *command.format(i=self.inputs).split()],
                cwd=folder, env={**self.env, 'TMPDIR': str(spool),
                                 **(env or {})},
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, timeout=TIMEOUT)
            status, out = done.returncode, done.stdout
        except subprocess.TimeoutExpired:
            status, out = 'hang', b''
        if look is not None:
            look(folder)
        expected = {'spool', *outputs}
        left = [p.name for p in folder.iterdir() if p.name not in expected]
        left += [p.name for p in spool.iterdir() if p.name != 'counts']
        left += [p.name for name in outputs
                 for p in (folder / name).rglob('*.tmp')]
        files = [digest(folder / name) for name in outputs]
        shutil.rmtree(folder)
        return status, out, files, left

    def faults(self, case):
        """Runs once as it is; all the faults that there can be."""
        counts = {}

        def look(folder):
            text = (folder / 'spool' / 'counts').read_text()
            counts.update((name, int(n)) for name, n in
                          (line.split() for line in text.splitlines())
                          ) if ' ' in text else counts.update(alloc=int(text))

        self.right[case] = self.run(case)
        if self.right[case][0] != 0 or self.right[case][3]:
            sys.exit(f'{case}: fails as it is: {self.right[case][0]} '
                     f'{self.right[case][3]}')
        self.run(case, [self.inject, 'count', 'spool/counts', '--'],
                 {'INJECT_PRELOAD': str(self.allocate)}, look)
        self.run(case, env={'LD_PRELOAD': str(self.allocate),
                            'FAULT_COUNT': 'spool/counts'}, look=look)
        for n in range(1, counts.pop('alloc') + 1):
            yield case, 'alloc', n, 'once'
            yield case, 'alloc', n, 'all'
        for name, most in counts.items():
            for n in range(1, most + 1):
                for action in ACTIONS[name]:
                    yield case, name, n, action

    def judge(self, fault):
        """The deviation of a run with a fault, or None."""
        case, name, n, action = fault
        if name == 'alloc':
            env = {'LD_PRELOAD': str(self.allocate), 'FAULT_N': str(n)}
            if action == 'all':
                env['FAULT_ALL'] = '1'
            got = self.run(case, env=env)
        else:
            got = self.run(case, [self.inject, name, n, action, '--'],
                           {'INJECT_PRELOAD': str(self.allocate)})
        status, out, files, left = got
        right = self.right[case]
        killed = action == 'kill' and status == 128 + signal.SIGKILL
        if status == 'hang':
            return 'hang'
        if status not in STATUSES and not killed:
            return f'crash (status {status})'
        if status == 0 and (out, files) != (right[1], right[2]):
            return 'wrong'
        if status not in (1, 66) and any(
                f not in (b, r) for f, b, r in
                zip(files, self.before[case], right[2])):
            return 'half'
        if left and not killed and name != 'unlink':
            return f'left {" ".join(left)}'
        return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--sample', type=int)
    parser.add_argument('--case', default='*')
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    parser.add_argument('build', type=Path)
    parser.add_argument('examples', type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        t = Torture(args.build.resolve(), args.examples.resolve(), Path(work))
        faults = [f for case in fnmatch.filter(CASES, args.case)
                  for f in t.faults(case)]
        if args.sample is not None and args.sample < len(faults):
            faults = random.Random(1).sample(faults, args.sample)
        ndeviation = 0
        with ThreadPoolExecutor(args.jobs) as pool:
            for fault, why in zip(faults, pool.map(t.judge, faults)):
                if why is None:
                    continue
                ndeviation += 1
                print(f'{" ".join(map(str, fault))}: {why}', flush=True)
    print(f'{len(faults)} runs, {ndeviation} deviations')
    return ndeviation > 0


if __name__ == '__main__':
    sys.exit(main())
