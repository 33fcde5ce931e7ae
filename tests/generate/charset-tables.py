#!/usr/bin/env python3
"""Write common/web/charset-*.h: the code points of the legacy charsets.

usage: charset-tables.py INDEXES FOLDER

INDEXES is the WHATWG Encoding Standard's file of that name,
https://encoding.spec.whatwg.org/indexes.json.  What it lacks comes from
Python's codecs, and VISCII, which they lack, from RFC 1456.  A file of FOLDER is
written for each charset of two bytes, one for all of those of one.
"""
import json
import os
import sys

SINGLE = """ibm866 iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6
    iso-8859-7 iso-8859-8 iso-8859-10 iso-8859-13 iso-8859-14 iso-8859-15
    iso-8859-16 koi8-r koi8-u macintosh windows-874 windows-1250 windows-1251
    windows-1252 windows-1253 windows-1254 windows-1255 windows-1256
    windows-1257 windows-1258 x-mac-cyrillic ibm855 viscii""".split()
DOUBLE = {
    'big5': 'a lead byte from 0x81 is a row of 157',
    'euc-kr': 'a lead byte from 0x81 is a row of 190',
    'gb18030': 'a lead byte from 0x81 is a row of 190',
    'jis0208': 'rows of 94',
    'jis0212': 'rows of 94'}
# Pointers that the standard reads as GB 18030-2022 since 2023; older copies of
# its indexes have code points for private use there.
GB2022 = {7182: 0xfe10, 7183: 0xfe12, 7184: 0xfe11, 7185: 0xfe13, 7186: 0xfe14,
          7187: 0xfe15, 7188: 0xfe16, 7201: 0xfe17, 7202: 0xfe18, 7208: 0xfe19,
          23775: 0x9fb4, 23783: 0x9fb5, 23788: 0x9fb6, 23789: 0x9fb7,
          23795: 0x9fb8, 23812: 0x9fb9, 23829: 0x9fba, 23845: 0x9fbb}
VISCII = """
ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐ ỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ Õắằặấầẩậẽẹếềểễệố
ồổỗỠƠộờởịỰỨỪỬơớƯ ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳ ĐứÒÓÔạỷừửÙÚỹỵÝỡư
àáâãảăữẫèéêẻìíĩỉ đựòóôõỏọụùúũủýợỮ"""


def numbers(values):
    """Lines of numbers, the shortest that C reads."""
    line = ''
    for value in values:
        item = '%d,' % value if value < 1000 else '%#x,' % value
        if len(line) + len(item) > 79:
            yield line
            line = ''
        line += item
    yield line


def put(out, name, values):
    print('static const uint16_t %s[%d] = {' % (name, len(values)), file=out)
    for line in numbers(values):
        print(line, file=out)
    print('};', file=out)


def head(folder, name, about):
    out = open(os.path.join(folder, 'charset-%s.h' % name), 'w',
               encoding='ascii')
    print('/*\n * %s\n * Written by tests/generate/charset-tables.py.\n */'
          '\n/* clang-format off */' % about, file=out)
    return out


def single(indexes, name):
    """The 128 code points of the bytes from 0x80 on; 0 where there is none."""
    if name == 'viscii':
        return [ord(c) for c in VISCII if not c.isspace()]
    if name in indexes:
        return [point or 0 for point in indexes[name]]
    return [ord(c) if c != '\ufffd' else 0 for c in bytes(range(128, 256))
            .decode(name.replace('ibm', 'cp'), 'replace')]


def main():
    with open(sys.argv[1], encoding='utf-8') as f:
        indexes = json.load(f)
    for pointer, point in GB2022.items():
        indexes['gb18030'][pointer] = point
    folder = sys.argv[2]
    with head(folder, 'single', 'The code points of the bytes 0x80 to 0xFF of '
              'each charset of single bytes.') as out:
        for name in SINGLE:
            put(out, 'single_' + name.replace('-', '_'),
                single(indexes, name))
    for name, shape in DOUBLE.items():
        index = [point or 0 for point in indexes[name]]
        with head(folder, name, 'The index %s of the Encoding Standard: %s.' %
                  (name, shape)) as out:
            name = name.replace('-', '_')
            put(out, 'index_' + name, [point & 0xffff for point in index])
            if max(index) > 0xffff:
                assert all(point >> 16 in (0, 2) for point in index)
                print('/* A bit each, the lowest first: U+20000 is to be '
                      'added. */', file=out)
                put(out, 'plane_' + name, [
                    sum(1 << j for j, point in enumerate(index[i:i + 16])
                        if point > 0xffff) for i in range(0, len(index), 16)])
            if name == 'gb18030':
                print('/* Pointers of four bytes, and the code points from '
                      'there on. */', file=out)
                ranges = [pair for pair in indexes['gb18030-ranges']
                          if pair[1] < 0x10000]
                put(out, 'range_pointer', [pair[0] for pair in ranges])
                put(out, 'range_point', [pair[1] for pair in ranges])


main()
