#!/usr/bin/env python3
"""What text-mask misses of values that are planted in sentences.

usage: mask-plant.py [--more] [--list] TEXT-MASK

Two hundred values of each kind, drawn with a fixed seed, stand in sentences of
ten languages; telephone numbers and IBANs have the forms of ten countries, and
about half of the telephone numbers have no word before them that says what they
are.  A table says how many of each kind and country were missed, or masked only
in part.  --more takes ten other countries for telephone numbers; --list prints
each one that was missed.
"""
import argparse
import json
import random
import string
import subprocess
from collections import Counter

# X is any digit, N one of 2 to 9, Z of 1 to 9, P of 6 to 9; all else is itself.
PHONES = {
    'US': ['(NXX) NXX-XXXX', 'NXX-NXX-XXXX', 'NXX.NXX.XXXX', '+1 NXX NXX XXXX',
           '+1 (NXX) NXX-XXXX', '1-800-NXX-XXXX', 'NXX NXX XXXX',
           '+1-NXX-NXX-XXXX', '(NXX)NXX-XXXX', '+1NXXNXXXXXX'],
    'GB': ['020 7NXX XXXX', '07NXX XXXXXX', '+44 20 7NXX XXXX', '01NXX XXXXXX',
           '(01NXX) XXXXXX', '+44 (0)20 7NXX XXXX', '+44 7NXX XXXXXX',
           '0161 NXX XXXX', '0800 NXX XXXX', '07NXX XXX XXX'],
    'DE': ['030 NXXXXXXX', '030/NXXXXXX', '+49 30 NXXXXXXX', '089-NXXXXXXX',
           '0151 NXXXXXXX', '+49 (0)221 NXXXXX-0', '(0221) NXX XX XX',
           '0049 69 NXXXXXX', '0NXX1 / NX XX XX', '+49 171 NXXXXXX'],
    'FR': ['01 NX XX XX XX', '06 XX XX XX XX', '+33 1 NX XX XX XX',
           '01.NX.XX.XX.XX', '+33 6 XX XX XX XX', '04-XX-XX-XX-XX',
           '+33 (0)1 NX XX XX XX', '0033 1 NX XX XX XX', '07 XX XX XX XX',
           '+336XXXXXXXX'],
    'ES': ['PXX XX XX XX', '9X XXX XX XX', '+34 9XX XXX XXX', '+34 6XX XX XX XX',
           '6XX XX XX XX', '+34 91 XXX XX XX', '91 XXX XX XX',
           '(+34) 9XX XX XX XX', '0034 6XX XXX XXX', '6XX-XXX-XXX'],
    'IT': ['06 NXXX XXXX', '02 NXXXXXXX', '347 NXXXXXX', '+39 06 NXXXXXXX',
           '+39 347 NXX XXXX', '011/NXXXXXX', '051-NXXXXXX', '333 NXX XX XX',
           '+39 02 NXXX XXXX', '0039 06 NXXXXXX'],
    'PL': ['22 NXX XX XX', '+48 22 NXX XX XX', '+48 501 XXX XXX', '501-XXX-XXX',
           '(22) NXX XX XX', '+48 601XXXXXX', '12 NXX XX XX', '0048 22 NXX XX XX',
           '22 NXX-XX-XX', '+48 22-NXX-XX-XX'],
    'BR': ['(11) 9NXXX-XXXX', '(21) NXXX-XXXX', '+55 11 9NXXX-XXXX',
           '11 9NXXX-XXXX', '+55 (11) NXXX-XXXX', '(31) NXXX XXXX',
           '+55 21 9NXXX XXXX', '(011) NXXX-XXXX', '0800 NXX XXXX',
           '(41)9NXXX-XXXX'],
    'JP': ['03-NXXX-XXXX', '090-NXXX-XXXX', '+81 3 NXXX XXXX', '06-NXXX-XXXX',
           '(03) NXXX-XXXX', '080-NXXX-XXXX', '+81-90-NXXX-XXXX',
           '0120-NXX-XXX', '045-NXX-XXXX', '+81 (0)3-NXXX-XXXX'],
    'IN': ['+91 PXXXX XXXXX', '+91-PXXXXXXXXX', '022-NXXXXXXX', '+91 22 NXXX XXXX',
           '011 NXXX XXXX', '+91PXXXXXXXXX', '0PXXXX-XXXXX', '080-NXXX XXXX',
           '(022) NXXX XXXX', '+91 (0)44 NXXX XXXX'],
}
MORE = {
    'NL': ['020-NXXXXXX', '06-NXXXXXXX', '06 NX XX XX XX', '+31 20 NXX XXXX',
           '+31 6 NXXXXXXX', '+31 (0)20 NXX XX XX', '010 NXX XX XX',
           '(020) NXX XX XX', '0NXX-NXXXXX', '0031 6 NXXXXXXX'],
    'AU': ['(02) 9NXX XXXX', '04XX XXX XXX', '+61 2 9NXX XXXX',
           '+61 4XX XXX XXX', '02 9NXX XXXX', '0412-XXX-XXX', '(08)9NXXXXXX',
           '+61 (0)3 9NXX XXXX', '07 3NXX XXXX', '+614XXXXXXXX'],
    'SE': ['08-NXX XX XX', '070-NXX XX XX', '+46 8 NXX XX XX',
           '+46 70 NXX XX XX', '031-NX XX XX', '+46 (0)8 NXX XXX XX',
           '0708-NX XX XX', '08-NXX XXX XX', '+4670NXXXXXX', '040-NXX XX XX'],
    'MX': ['55 NXXX XXXX', '(55) NXXX XXXX', '+52 55 NXXX XXXX', '33-NXXX-XXXX',
           '+52 1 55 NXXX XXXX', '(33) NXXX-XXXX', '01 800 NXX XXXX',
           '+52 (81) NXXX-XXXX', '81 NXXX XXXX', '800 NXX XXXX'],
    'CN': ['138 XXXX XXXX', '010-NXXXXXXX', '+86 10 NXXX XXXX', '139-XXXX-XXXX',
           '+86 138 XXXX XXXX', '021-NXXX XXXX', '+8613NXXXXXXXX',
           '(010) NXXXXXXX', '0755-NXXXXXXX', '+86-21-NXXXXXXX'],
    'KR': ['02-NXX-XXXX', '010-NXXX-XXXX', '+82 2 NXX XXXX', '02-NXXX-XXXX',
           '+82-10-NXXX-XXXX', '051-NXX-XXXX', '010 NXXX XXXX', '02) NXX-XXXX',
           '+82 10 NXXX XXXX', '031-NXX-XXXX'],
    'TR': ['0212 NXX XX XX', '0532 NXX XX XX', '+90 212 NXX XX XX',
           '(0212) NXX XX XX', '+90 532 NXX XX XX', '0 212 NXX XX XX',
           '+90 (312) NXX XX XX', '0312 NXX XXXX', '0216-NXX-XX-XX',
           '+90532NXXXXXX'],
    'RU': ['8 (495) NXX-XX-XX', '+7 495 NXX-XX-XX', '+7 (812) NXX-XX-XX',
           '8-916-NXX-XX-XX', '(495) NXX-XX-XX', '+7 916 NXX XX XX',
           '8 800 NXX-XX-XX', '+7916NXXXXXX', '8(499)NXX-XX-XX',
           '8 903 NXX XX XX'],
    'CH': ['044 NXX XX XX', '079 NXX XX XX', '+41 44 NXX XX XX',
           '+41 (0)44 NXX XX XX', '0041 79 NXX XX XX', '031/NXX XX XX',
           '(022) NXX XX XX', '+41 79 NXX XX XX', '044-NXX XX XX', '061 NXX XX XX'],
    'ZA': ['011 NXX XXXX', '082 NXX XXXX', '+27 11 NXX XXXX', '(021) NXX-XXXX',
           '+27 82 NXX XXXX', '021-NXX-XXXX', '+27 (0)21 NXX XXXX',
           '0860 NXX XXX', '083-NXX XXXX', '+2782NXXXXXX'],
}
# Two sentences with a word for telephone in them, two without.
SENTENCES = {
    'US': ['Call {} before noon.', 'Phone: {}', 'You will find us under {}, any day.',
           '{}\nOpen from nine to five.'],
    'GB': ['Please ring or text {} to book.', 'Tel: {}',
           'Ask for Margaret on {}.', 'The vicarage, Mill Lane\n{}\nSundays at ten.'],
    'DE': ['Rufen Sie uns an, Telefon {}.', 'Tel.: {}',
           'Unter {} sind wir immer da.', 'Frau Weber ({}) hilft gern.'],
    'FR': ['Appelez le {} avant midi.', 'T\u00e9l. : {}',
           'On nous joint au {} tous les jours.', 'La mairie, {}, ouvre le lundi.'],
    'ES': ['Llame al {} por la tarde.', 'Tel\u00e9fono: {}',
           'Estamos en el {} todo el d\u00eda.', 'Secretar\u00eda\n{}\nde nueve a dos.'],
    'IT': ['Per informazioni tel. {}.', 'Telefono: {}',
           'Siamo al {} ogni giorno.', 'Segreteria, {}, dalle nove.'],
    'PL': ['Telefon {} czynny do szesnastej.', 'tel. {}',
           'Prosimy pisa\u0107 lub dzwoni\u0107: {}', 'Biuro: {}, od poniedzia\u0142ku.'],
    'BR': ['Ligue {} de manh\u00e3.', 'Telefone: {}',
           'Atendemos em {} todos os dias.', 'Recep\u00e7\u00e3o: {}'],
    'JP': ['\u96fb\u8a71\uff1a{}', '\u643a\u5e2f {} \u307e\u3067\u3002',
           '\u304a\u554f\u3044\u5408\u308f\u305b\u306f{}\u3078\u3002', '\u53d7\u4ed8 {}'],
    'IN': ['Mobile: {}', 'Contact us by phone {} or visit.',
           'Reach Dr Rao at {}.', 'Front desk {}, all week.'],
}
WORDLESS = ['On {} somebody answers, always.', '{}\n', 'At the desk ({}) from nine.',
            'Reception: {}, all week.']
CARDS = [('4', 16), ('51', 16), ('55', 16), ('2221', 16), ('34', 15), ('37', 15),
         ('6011', 16), ('36', 14), ('3530', 16), ('62', 16)]
IBANS = {'DE': 'dddddddddddddddddd', 'GB': 'AAAAdddddddddddddd',
         'FR': 'ddddddddddcccccccccccdd', 'ES': 'dddddddddddddddddddd',
         'IT': 'Addddddddddcccccccccccc', 'PL': 'd' * 24,
         'NL': 'AAAAdddddddddd', 'CH': 'dddddcccccccccccc',
         'AT': 'd' * 16, 'BR': 'd' * 23 + 'Ac'}


def fill(r, pattern):
    kinds = {'X': '0123456789', 'N': '23456789', 'Z': '123456789', 'P': '6789'}
    return ''.join(r.choice(kinds[c]) if c in kinds else c for c in pattern)


def phones(r, forms):
    for country, patterns in forms.items():
        sentences = SENTENCES.get(country, ['Tel: {}', 'Phone {} first.'] +
                                  WORDLESS[:2])
        for i in range(20):
            yield country, fill(r, patterns[i % 10]), \
                sentences[(i + i // 10 * 2) % 4]


def emails(r):
    names = ['anna', 'p.novak', 'john.smith', 'm-lopez', "o'brien", 'kim_99',
             'x', 'team+news', 'jean.luc.martin', 'Info', 'j\u00fcrgen', '007bond']
    domains = ['gmail.com', 'web.de', 'mail.ru', 'yahoo.co.uk', 'uol.com.br',
               'docomo.ne.jp', 'b\u00fccher.example', 'cs.uni-bonn.de', 'wp.pl',
               'libero.it', 'orange.fr', 'a.museum', '163.com', 'x-y.io']
    frames = ['Write to {} today.', 'E-mail: {}', 'mailto:{}', '<{}>', '({})',
              'Contact {}, or visit.', '"{}"', '\u90ae\u7bb1\uff1a{}\u3002',
              '{}\n', 'Mail {}.']
    for i in range(200):
        yield r.choice(domains).split('.')[-1], \
            r.choice(names) + '@' + r.choice(domains), frames[i % 10]


def addresses(r):
    frames = ['From {} at noon.', 'The host {} answered.', '[{}]', '({})',
              'http://{}/', 'IP: {}', '{} - - "GET / HTTP/1.0"', '{}\n',
              'Blocked {}, again.', 'ping {}']
    for i in range(200):
        if i % 4 == 3:
            groups = ['%x' % r.randrange(0x2400, 0x2c10)] + \
                ['%x' % r.randrange(1, 65536) for _ in range(7)]
            value = ':'.join(groups) if i % 8 == 3 else \
                ':'.join(groups[:3]) + '::' + groups[7]
            yield 'v6', value, frames[i % 3 if i % 10 == 4 else i % 10]
            continue
        first = r.choice([n for n in range(1, 224) if n not in (
            10, 100, 127, 169, 172, 192, 198, 203)])
        yield 'v4', '%d.%d.%d.%d' % (first, r.randrange(256), r.randrange(256),
                                     r.randrange(1, 255)), frames[i % 10]


def luhn(digits):
    total = 0
    for i, d in enumerate(reversed(digits)):
        d = int(d) * (1 + i % 2)
        total += d - 9 if d > 9 else d
    return total % 10 == 0


def cards(r):
    frames = ['Card {} was charged.', 'Visa: {}', '({})', '{}\n', 'No. {}, 04/27',
              'My card number is {}.', 'Karte {}', 'carte {}', '"{}"', 'cc {}']
    for i in range(200):
        head, n = CARDS[i % 10]
        body = head + fill(r, 'X' * (n - 1 - len(head)))
        value = next(body + d for d in string.digits if luhn(body + d))
        groups = {16: (4, 4, 4, 4), 15: (4, 6, 5), 14: (4, 6, 4)}[n]
        if i // 10 % 3:
            parts, at = [], 0
            for g in groups:
                parts.append(value[at:at + g])
                at += g
            value = ' -'[i // 10 % 2].join(parts)
        yield head, value, frames[(i + i // 10) % 10]


def ibans(r):
    frames = ['IBAN: {}', 'Konto {} bitte.', 'Pay to {}.', '({})', '{}\n',
              'IBAN {}, BIC folgt', 'Virement : {}', 'bonifico {}', '"{}"',
              'rachunek {}']
    countries = list(IBANS)
    for i in range(200):
        country = countries[i % 10]
        body = ''.join(r.choice(string.digits if c == 'd' else
                                string.ascii_uppercase if c == 'A' else
                                string.digits + string.ascii_uppercase)
                       for c in IBANS[country])
        number = int(''.join(str(int(c, 36)) for c in body + country + '00'))
        value = '%s%02d%s' % (country, 98 - number % 97, body)
        if i // 10 % 2:
            value = ' '.join(value[k:k + 4] for k in range(0, len(value), 4))
        yield country, value, frames[(i + i // 10) % 10]


def ssns(r):
    frames = ['SSN: {}', 'His social security number is {}.', 'ssn {}', '({})',
              '{}\n', 'Employee Jane Roe, {}, hired.', 'Social Security No. {}',
              'SSN# {}', '"{}"', 'taxpayer {}']
    for i in range(200):
        area = r.choice([n for n in range(1, 900) if n != 666])
        value = '%03d-%02d-%04d' % (area, r.randrange(1, 100),
                                    r.randrange(1, 10000))
        frame = frames[i % 10]
        if i // 10 % 4 == 3 and 's' in frame.lower()[:12]:
            value = value.replace('-', ' ' if i // 40 % 2 else '')
        yield 'with dashes' if '-' in value else 'without', value, frame


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--more', action='store_true')
    parser.add_argument('--list', action='store_true')
    parser.add_argument('tool')
    args = parser.parse_args()
    r = random.Random(25)
    kinds = {'phone': phones(r, MORE if args.more else PHONES)}
    if not args.more:
        kinds.update(email=emails(r), ip=addresses(r), card=cards(r),
                     iban=ibans(r), ssn=ssns(r))
    planted = [(kind, *item) for kind, items in kinds.items() for item in items]
    lines = ''.join(json.dumps({'text': frame.format(value)}) + '\n'
                    for _, _, value, frame in planted)
    out = subprocess.run([args.tool], input=lines, text=True, check=True,
                         stdout=subprocess.PIPE).stdout.splitlines()
    missed, total = Counter(), Counter()
    for (kind, form, value, frame), line in zip(planted, out, strict=True):
        total[kind, form] += 1
        total[kind, 'all'] += 1
        if json.loads(line)['text'] == frame.format('<' + kind.upper() + '>'):
            continue
        missed[kind, form] += 1
        missed[kind, 'all'] += 1
        if args.list:
            print(kind, form, repr(frame.format(value)),
                  repr(json.loads(line)['text']))
    for kind, form in total:
        if form == 'all' or kind == 'phone':
            print('%-6s %-4s %3d of %3d missed' % (
                kind, form, missed[kind, form], total[kind, form]))


if __name__ == '__main__':
    main()
