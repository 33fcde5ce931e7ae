#!/usr/bin/env python3
"""range-server.py - files over HTTP, each first cut off half way

usage: range-server.py DIR PORT-FILE LOG-FILE

Listens on a free port of 127.0.0.1 and writes its number to PORT-FILE, and a
line for each request to LOG-FILE: the path, and the byte that it begins at.  The
first answer for a path ends after half of the bytes; a later request may go on
with "Range: bytes=N-".  What "Range: bytes=N-M" asks for comes whole.
"""

import http.server
import os
import re
import sys

folder, port_file, log = sys.argv[1], sys.argv[2], open(sys.argv[3], "a", buffering=1)
seen = set()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        try:
            data = open(folder + self.path, "rb").read()
        except OSError:
            self.send_error(404)
            return
        m = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        first = int(m.group(1)) if m else 0
        part = bool(m and m.group(2))
        end = min(len(data), int(m.group(2)) + 1) if part else len(data)
        print(self.path, first, file=log)
        if m and first >= len(data):
            self.send_response(416)
            self.send_header("Content-Range", "bytes */%d" % len(data))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(206 if m else 200)
        if m:
            self.send_header("Content-Range", "bytes %d-%d/%d" % (first, end - 1, len(data)))
        self.send_header("Content-Length", str(end - first))
        self.end_headers()
        rest = data[first:end]
        if not part and self.path not in seen and ".paths" not in self.path:
            seen.add(self.path)
            rest = rest[:len(rest) // 2]
        self.wfile.write(rest)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(port_file + ".tmp", "w") as f:
    f.write(str(server.server_port))
os.rename(port_file + ".tmp", port_file)
server.serve_forever()
