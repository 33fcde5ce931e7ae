#!/usr/bin/env python3
"""chat-server.py - a chat endpoint that misbehaves as it is told to

usage: chat-server.py PORT-FILE LOG-FILE [MODE-FILE]

Listens on a free port of 127.0.0.1, writes its number to PORT-FILE, and a line
of JSON for each request to LOG-FILE.  A prompt says what to answer: its first
word is a case below, all else is a plain answer that repeats the prompt.
"""

import http.server
import json
import os
import sys
import threading
import time

lock = threading.Lock()
tries = {}
log = open(sys.argv[2], "a", buffering=1)
flying = 0
most = 0


def openai(text, **more):
    return {"id": "c1", "object": "chat.completion", "model": "parrot-1",
            "choices": [{"index": 0, "message": {
                "role": "assistant", "content": text},
                "finish_reason": "stop"} | more],
            "usage": {"prompt_tokens": 7, "completion_tokens": 3,
                      "total_tokens": 10}}


def anthropic(text):
    return {"type": "message", "role": "assistant", "model": "parrot-2",
            "content": [{"type": "text", "text": text[:2]},
                        {"type": "text", "text": text[2:]}],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 5, "output_tokens": 2}}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args):
        pass

    def send(self, status, body, headers=(), type="application/json"):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", type)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def error(self, status, message, *headers, **more):
        self.send(status, {"error": {"message": message} | more}, headers)

    def do_POST(self):
        global flying, most
        length = int(self.headers["Content-Length"])
        body = json.loads(self.rfile.read(length))
        prompt = body["messages"][-1]["content"]
        with lock:
            n = tries[prompt] = tries.get(prompt, 0) + 1
            flying += 1
            most = max(most, flying)
            log.write(json.dumps({
                "path": self.path, "prompt": prompt, "try": n, "body": body,
                "headers": dict(self.headers), "port": self.client_address[1],
                "most": most, "time": time.time()}) + "\n")
        try:
            self.answer(body, prompt, n)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        with lock:
            flying -= 1

    def answer(self, body, prompt, n):
        case = prompt.split()[0]
        if self.path.endswith("/messages"):
            return self.send(200, anthropic("re: " + prompt))
        reply = openai("re: " + prompt)
        data = json.dumps(reply).encode()
        if case == "slow":  # slow SECONDS
            time.sleep(float(prompt.split()[1]))
        elif case == "429s" and n == 1:
            return self.error(429, "too fast", ("Retry-After", "0.3"))
        elif case == "429zero" and n < 4:
            return self.error(429, "too fast", ("Retry-After", "0"))
        elif case == "429date" and n == 1:
            when = time.gmtime(time.time() + 1)
            return self.error(429, "too fast", ("Retry-After", time.strftime(
                "%a, %d %b %Y %H:%M:%S GMT", when)))
        elif case == "429ms" and n == 1:
            return self.error(429, "too fast", ("retry-after-ms", "200"))
        elif case == "429long":
            return self.error(429, "come back tomorrow",
                              ("Retry-After", "86400"))
        elif case == "quota":
            return self.error(429, "you have used up your quota",
                              code="insufficient_quota")
        elif case == "limit" and n == 1:
            return self.send(200, reply, [
                ("x-ratelimit-remaining-requests", "0"),
                ("x-ratelimit-reset-requests", "400ms")])
        elif case in ("500", "503", "529") and n == 1:
            return self.error(int(case), "overloaded", ("Retry-After", "0"))
        elif case == "500always":
            return self.error(500, "broken for good", ("Retry-After", "0"))
        elif case == "noretry":
            return self.error(500, "do not ask again",
                              ("x-should-retry", "false"))
        elif case == "400":
            return self.error(400, "the prompt is too long")
        elif case == "key":
            return self.error(401, "incorrect API key provided")
        elif case == "closed" and n == 1:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[:40])
            self.close_connection = True
            return
        elif case == "dropped" and n == 1:
            self.close_connection = True
            return
        elif case == "truncated" and n == 1:
            return self.send(200, data[:60])
        elif case == "wrong" and n == 1:
            return self.send(200, b'{"choices":[}')
        elif case == "nochoice":
            return self.send(200, {"object": "something else"})
        elif case == "html":
            return self.send(200, b"<html>Log in</html>", type="text/html")
        elif case == "plain":
            return self.send(200, data, type="text/plain")
        elif case == "redirect":
            return self.send(302, b"", [("Location", "http://127.0.0.1:1/")])
        elif case == "length":
            return self.send(200, openai("cut", finish_reason="length"))
        elif case == "null":
            return self.send(200, openai(None))
        elif case == "parts":
            return self.send(200, openai([{"type": "text", "text": "in "},
                                          {"type": "text", "text": "parts"}]))
        elif case == "pretty":
            return self.send(200, json.dumps(reply, indent=2).encode())
        elif case in ("chunked", "drip"):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for i in range(0, len(data), 16):
                piece = data[i:i + 16]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                self.wfile.flush()
                if case == "drip":
                    time.sleep(0.05)
            self.wfile.write(b"0\r\n\r\n")
            return
        self.send(200, reply)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request, client_address):
        pass  # a client that was killed


server = Server(("127.0.0.1", 0), Handler)
with open(sys.argv[1] + ".tmp", "w") as f:
    f.write(str(server.server_address[1]))
os.rename(sys.argv[1] + ".tmp", sys.argv[1])
server.serve_forever()
