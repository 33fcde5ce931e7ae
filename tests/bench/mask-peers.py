#!/usr/bin/env python3
"""What text-mask and its peers take for personal data, and what they miss.

usage: mask-peers.py TEXT-MASK

The peers are datatrove's PIIFormatter, with which FineWeb was made, and Presidio's
recognisers of the six kinds, which NeMo Curator uses, at a score of .4 or more and
without the language model that it can add, if this Python has them; and the three
rules that Dolma's paper describes, for e-mail and IP addresses and for telephone
numbers of North America.  The first table counts masks in the lines of
tests/golden/text-mask/not.in, each of which is one kind of text that is no personal
data.  The second counts which of 200 planted values of each kind, in the forms of ten
countries, are missed or masked only in part (mask-plant.py).  A dash says that a
program does not look for the kind.
"""
import importlib.util
import json
import pathlib
import random
import re
import subprocess
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent
FAULTS = ['versions, sections', 'ISBN, EAN', 'dates, hours', 'prices, counts',
          'coordinates', 'orders, cases', 'other numbers', 'private addresses',
          'wrong check digits', 'in URLs', 'names with @', 'pages, hours, scores',
          'laws, patents', 'formulas, substances']


def ours(texts):
    lines = ''.join(json.dumps({'text': t}) + '\n' for t in texts)
    out = subprocess.run([sys.argv[1]], input=lines, text=True, check=True,
                         stdout=subprocess.PIPE).stdout.splitlines()
    return [json.loads(line)['text'] for line in out]


def datatrove():
    from datatrove.pipeline.formatters import PIIFormatter
    mask = PIIFormatter(email_replacement='<EMAIL>', ip_replacement='<IP>')
    return lambda texts: [mask.format(t) for t in texts]


def dolma():
    """Three rules as Dolma's paper tells them, in our own words."""
    rules = [('<EMAIL>', re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")),
             ('<PHONE>', re.compile(r'(?<=\s)\(?\d{3}\)?[-. ]*\d{3}[-. ]?\d{4}')),
             ('<IP>', re.compile(r'(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.|\b)){4}(?<!\.)'))]

    def mask(text):
        for token, rule in rules:
            text = rule.sub(token, text)
        return text
    return lambda texts: [mask(t) for t in texts]


def presidio():
    import logging
    from presidio_analyzer import predefined_recognizers as known
    logging.getLogger('tldextract').setLevel(logging.CRITICAL)  # its list is old
    rules = [(known.EmailRecognizer(), '<EMAIL>'), (known.PhoneRecognizer(), '<PHONE>'),
             (known.IpRecognizer(), '<IP>'), (known.CreditCardRecognizer(), '<CARD>'),
             (known.IbanRecognizer(), '<IBAN>'), (known.UsSsnRecognizer(), '<SSN>')]

    def mask(text):
        for rule, token in rules:
            found = rule.analyze(text, rule.supported_entities, None) or []
            for f in sorted(found, key=lambda f: f.start, reverse=True):
                if f.score >= 0.4:
                    text = text[:f.start] + token + text[f.end:]
        return text
    return lambda texts: [mask(t) for t in texts]


def planted():
    spec = importlib.util.spec_from_file_location(
        'plant', TESTS / 'bench' / 'mask-plant.py')
    plant = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plant)
    r = random.Random(25)
    return {'phone': list(plant.phones(r, plant.PHONES)),
            'email': list(plant.emails(r)), 'ip': list(plant.addresses(r)),
            'card': list(plant.cards(r)), 'iban': list(plant.ibans(r)),
            'ssn': list(plant.ssns(r))}


def main():
    peers = {'text-mask': ours}
    if importlib.util.find_spec('datatrove'):
        peers['FineWeb'] = datatrove()
    peers['Dolma'] = dolma()
    if importlib.util.find_spec('presidio_analyzer'):
        peers['NeMo'] = presidio()
    print('| masks in what is none |', ' | '.join(peers), '|')
    print('| --- |' + ' --- |' * len(peers))
    golden = TESTS / 'golden' / 'text-mask' / 'not.in'
    texts = [json.loads(line)['text'] for line in open(golden, encoding='utf-8')]
    masked = [mask(texts) for mask in peers.values()]
    for i, name in enumerate(FAULTS):
        print('|', name, '|', ' | '.join(
            str(len(re.findall('<[A-Z]+>', out[i]))) for out in masked), '|')
    print('\n| missed of 200 |', ' | '.join(peers), '|')
    print('| --- |' + ' --- |' * len(peers))
    for kind, items in planted().items():
        token = '<' + kind.upper() + '>'
        row = []
        for mask in peers.values():
            out = mask([frame.format(value) for _, value, frame in items])
            missed = sum(o != frame.format(token)
                         for o, (_, _, frame) in zip(out, items))
            row.append('–' if token not in ''.join(out) else str(missed))
        print('|', kind, '|', ' | '.join(row), '|')


main()
