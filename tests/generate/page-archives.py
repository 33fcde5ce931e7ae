#!/usr/bin/env python3
"""Archives of the pages in web and web-train, each page once.

usage: page-archives.py DATA FOLDER [ARCHIVES [PAGES]]

Writes FOLDER/00.warc.gz and so on (20 of them) with a gzip member for each record.
The pages are dealt out in turn; the number of pages and bytes is printed.  With
PAGES every n-th is taken, so that there are about that many.  A page is a file of
DATA/web or DATA/web-train whose name ends in .html or .htm, perhaps with .gz
after it, except expected.html, which another program made from a page.
"""
import gzip
import hashlib
import sys
from pathlib import Path


def read(path):
    """The bytes of a page; some only look as if they were gzip."""
    raw = path.read_bytes()
    try:
        return gzip.decompress(raw) if raw[:2] == b'\x1f\x8b' else raw
    except (EOFError, OSError):
        return raw


def find(data):
    """Each page once: (digest, name, bytes), in the order of names."""
    seen = set()
    for path in sorted(p for top in ('web', 'web-train') for p in (data / top).rglob('*')):
        name = path.name.removesuffix('.gz')
        if name.endswith(('.html', '.htm')) and name != 'expected.html' and path.is_file():
            raw = read(path)
            digest = hashlib.sha256(raw).hexdigest()
            if digest not in seen:
                seen.add(digest)
                yield digest, path.relative_to(data), raw


def response(digest, name, raw):
    block = b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n' + raw
    head = ('WARC/1.0\r\nWARC-Type: response\r\n'
            f'WARC-Record-ID: <urn:sha256:{digest}>\r\n'
            'WARC-Date: 2024-12-01T00:00:00Z\r\n'
            'WARC-Identified-Payload-Type: text/html\r\n'
            f'WARC-Target-URI: https://{name.parts[0]}.example/{"/".join(name.parts[1:])}\r\n'
            'Content-Type: application/http; msgtype=response\r\n'
            f'Content-Length: {len(block)}\r\n\r\n')
    return head.encode() + block + b'\r\n\r\n'


def main():
    data, folder = map(Path, sys.argv[1:3])
    count, most = (list(map(int, sys.argv[3:])) + [20, sys.maxsize][len(sys.argv) - 3:])[:2]
    archives = [open(folder / f'{i:02}.warc.gz', 'wb') for i in range(count)]
    npage = nbytes = 0
    found = list(find(data))
    for digest, name, raw in found[::max(1, len(found) // most)]:
        archives[npage % count].write(gzip.compress(response(digest, name, raw), 6, mtime=0))
        npage, nbytes = npage + 1, nbytes + len(raw)
    for archive in archives:
        archive.close()
    print(f'{npage} pages, {nbytes} bytes, in {count} archives')


if __name__ == '__main__':
    main()
