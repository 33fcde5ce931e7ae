#!/usr/bin/env python3
"""warc-peak - the most memory that warc-cat takes for records near its limit

usage: warc-peak make FILE | run FILE COMMAND ...

make writes an archive of large records, each of another kind; run writes into
FILE how many KiB COMMAND had in memory at most.
"""

import gzip
import resource
import subprocess
import sys
import zlib

LEN = 30000000  # bytes, near a limit of 32 MiB


def record(body, *fields, length=True):
    http = '\r\n'.join(('HTTP/1.1 200 OK',) + fields).encode() + b'\r\n\r\n'
    head = ('WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <big>\r\n'
            'WARC-Target-URI: http://a.example/\r\n')
    if length:
        head += 'Content-Length: %d\r\n' % (len(http) + len(body))
    return head.encode() + b'\r\n' + http + body + b'\r\n\r\n'


def stored(body, bits):  # not a byte shorter than what is in it
    z = zlib.compressobj(0, zlib.DEFLATED, bits)
    return z.compress(body) + z.flush()


def chunked(body):
    return b'%x\r\n%s\r\n0\r\n\r\n' % (len(body), body)


def records():
    html = 'Content-Type: text/html; charset='
    chunks = 'Transfer-Encoding: chunked'
    text = b'<p>text</p>\n' * (LEN // 12)
    latin = b'a\xe9' * (LEN // 3)  # as long in UTF-8 as text is
    yield record(text, html + 'utf-8')
    yield record(b'\x1b' * LEN, html + 'utf-8')  # six bytes in JSON
    yield record(b'\xff' * (LEN // 3), html + 'utf-8')
    yield record(b'\xff' * LEN, html + 'utf-8')
    yield record(latin, html + 'latin1')
    yield record(b'\x81' * LEN, html + 'windows-1251')
    yield record(chunked(latin), html + 'latin1', chunks)
    yield record(stored(latin, 31), html + 'latin1', 'Content-Encoding: gzip')
    yield record(chunked(stored(latin, 31)), html + 'latin1', chunks,
                 'Content-Encoding: gzip')
    yield record(chunked(stored(stored(text, 31), 15)), html + 'utf-8',
                 chunks, 'Content-Encoding: gzip, deflate')
    yield record(gzip.compress(text, 1, mtime=0), html + 'utf-8',
                 'Content-Encoding: gzip')
    yield record(b'%x\r\n%s' % (LEN, text[:-4]), html + 'utf-8')
    yield record(b'page', html + 'utf-8', 'X-Long: ' + LEN * 'x')
    yield record(b'page', html + 'utf-8', 'X: 1' + LEN // 9 * '\r\n folded')
    yield record(b'page', html + 'utf-8', *(LEN // 9 * ['X-Y: zz']))
    yield record(text, html + 'utf-8', length=False)
    yield record(text, html + 'utf-8')


def main():
    if sys.argv[1] == 'make':
        with open(sys.argv[2], 'wb') as out:
            for one in records():
                out.write(one)
        return
    status = subprocess.run(sys.argv[3:], check=False).returncode
    with open(sys.argv[2], 'w') as out:
        print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=out)
    sys.exit(status)


main()
