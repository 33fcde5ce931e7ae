#!/usr/bin/env python3
"""table.py - the results of a folder as a table and a plot

usage: table.py [--choices] FOLDER ARM ...

FOLDER/ARM-RUN.json (or FOLDER/ARM.json, of which there is one) are what ngram.py
and train.py --score wrote.  FOLDER/table.md and FOLDER/plot.svg come of them.

Bits per byte are means of the runs.  Run n of each arm draws its shards by the
same number, so what is compared is the difference to the arm "crawl" of the same
run, with a 95 % interval by Student's t; it tells of chance in the draw of the
shards, not of another base or another held-out set.

With --choices FOLDER/choices.md comes of what choices.py wrote, the files .choices;
a line a run, since its interval is one over the questions.
"""
import json
import pathlib
import statistics
import sys

T95 = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365}
NAMES = {'base': 'base, no more text', 'crawl': 'crawl only',
         'paper': "the paper's method, 25 %", 'ours': 'ours, 25 %',
         'truth': 'true labels, 25 %', 'ours10': 'ours, 10 %',
         'ours50': 'ours, 50 %', 'seeds': 'ours, 20 %, and seeds, 5 %',
         'dsir': 'DSIR, 25 %', 'betr': 'nearest to a benchmark, 25 %'}


def read(folder, arm, kind='json'):
    """The runs of an arm, by the name of the run."""
    name = arm if arm == 'base' else f'{arm}-*'
    paths = folder.glob(f'{name}.{kind}')
    return {p.stem: json.loads(p.read_text()) for p in sorted(paths)}


def interval(values):
    """Mean and half width; of a single value there is no width."""
    mean = statistics.mean(values)
    if len(values) < 2:
        return f'{mean:+.4f}'
    half = T95[len(values)] * statistics.stdev(values) / len(values) ** 0.5
    return f'{mean:+.4f} ± {half:.4f}'


def apart(runs, others, text):
    """What an arm has more than another, over the runs of the same number."""
    bits = {run.split('-')[-1]: r['bits_per_byte'][text] for run, r in others.items()}
    more = [r['bits_per_byte'][text] - bits[run.split('-')[-1]]
            for run, r in runs.items() if run.split('-')[-1] in bits]
    return interval(more) if more else ''


def table(arms):
    lines = ['| arm | domain | against crawl only | general | against crawl only '
             '| CPU minutes a run |', '| --- | --- | --- | --- | --- | --- |']
    crawl = arms.get('crawl', {})
    for arm, runs in arms.items():
        cells = [NAMES[arm]]
        for text in 'domain', 'general':
            bits = [r['bits_per_byte'][text] for r in runs.values()]
            cells.append(f'{statistics.mean(bits):.4f}')
            cells.append(apart(runs, crawl, text) if arm != 'crawl' else '')
        minutes = statistics.mean(r['cpu_seconds'] for r in runs.values()) / 60
        lines.append('| {} | {:.2f} |'.format(' | '.join(cells), minutes))
    if 'ours' in arms and 'paper' in arms:
        lines.append("\nOurs against the paper's method: domain {}, general {}.".format(
            *(apart(arms['ours'], arms['paper'], text)
              for text in ('domain', 'general'))))
    return '\n'.join(lines) + '\n'


def plot(arms):
    """A dot a run: bits per byte, domain on the left, general on the right."""
    high = 34 + 22 * len(arms)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {high}" '
           'font-family="sans-serif" font-size="12" role="img" '
           'aria-label="Bits per byte of each arm">',
           f'<rect width="720" height="{high}" fill="#fff"/>']
    for text, left, colour in ('domain', 200, '#0072b2'), ('general', 470, '#d55e00'):
        bits = [[r['bits_per_byte'][text] for r in runs.values()]
                for runs in arms.values()]
        low, most = min(map(min, bits)), max(map(max, bits))
        out.append(f'<text x="{left}" y="14">{text}: {low:.3f} to {most:.3f}</text>')
        for i, values in enumerate(bits):
            y = 34 + 22 * i
            out.append(f'<path d="M{left} {y}h230" stroke="#ddd"/>')
            for value in values:
                x = left + 5 + 220 * (value - low) / (most - low or 1)
                out.append(f'<circle cx="{x:.1f}" cy="{y}" r="4" fill="{colour}" '
                           'fill-opacity=".6"/>')
    for i, arm in enumerate(arms):
        out.append(f'<text x="190" y="{38 + 22 * i}" text-anchor="end">'
                   f'{NAMES[arm]}</text>')
    return '\n'.join(out) + '\n</svg>\n'


def choices(arms):
    lines = ['| run | questions | accuracy | macro F1 | the most frequent answer |',
             '| --- | --- | --- | --- | --- |']
    for runs in arms.values():
        for run, sets in runs.items():
            for name, r in sets.items():
                figures = [f'{r[f]["value"]:.3f} ({r[f]["low"]:.3f} to '
                           f'{r[f]["high"]:.3f})' for f in ('accuracy', 'macro_f1')]
                lines.append('| {} | {} {} | {} | {:.3f} |'.format(
                    run, r['questions'], name, ' | '.join(figures),
                    r['most_frequent']))
    return '\n'.join(lines) + '\n'


def main():
    if sys.argv[1] == '--choices':
        folder = pathlib.Path(sys.argv[2])
        arms = {arm: read(folder, arm, 'choices') for arm in sys.argv[3:]}
        (folder / 'choices.md').write_text(choices(arms), encoding='utf-8')
        return
    folder = pathlib.Path(sys.argv[1])
    arms = {arm: read(folder, arm) for arm in sys.argv[2:]}
    (folder / 'table.md').write_text(table(arms), encoding='utf-8')
    (folder / 'plot.svg').write_text(plot(arms), encoding='utf-8')


if __name__ == '__main__':
    main()
