#!/usr/bin/env python3
"""chat-server.py - a chat endpoint that misbehaves as it is told to

usage: chat-server.py PORT-FILE LOG-FILE

Listens on a free port of 127.0.0.1, writes its number to PORT-FILE, and a line
of JSON for each request to LOG-FILE.  A prompt says what to answer: its first
word is a case below, all else is a plain answer that repeats the prompt.

No test depends on how fast the machine is: if requests have to meet, or to come in
an order, an answer waits for the event itself.
"""

import http.server
import json
import os
import sys
import threading
import time

lock = threading.Lock()
event = threading.Condition(lock)
tries = {}
answered = set()
PATIENCE = 60  # seconds until a wait for an event has failed
log = open(sys.argv[2], "a", buffering=1)
meeting = 0  # requests "together" that wait for their answer
most = 0  # ... at any time


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


def date(seconds):
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT",
                         time.gmtime(time.time() + seconds))


# Answers and errors as servers give them: a status, and a body.
def says(finish="stop", **message):
    choice = {"index": 0, "message": {"role": "assistant"} | message,
              "finish_reason": finish}
    return 200, {"model": "parrot-1", "choices": [choice],
                 "usage": {"prompt_tokens": 7, "completion_tokens": 3}}


def fails(status, message, **more):
    return status, {"error": {"message": message} | more}


STORIES = {
    # of the run
    "balance": fails(402, "Insufficient Balance"),
    "credits": fails(400, "Your credit balance is too low to access the API",
                     type="invalid_request_error"),
    "value": fails(400, "Unsupported value: 'temperature' does not support 0.7",
                   param="temperature", code="unsupported_value"),
    "topk": fails(400, "Unrecognized request argument supplied: top_k"),
    "fastapi": (422, {"detail": [{"loc": ["body", "temperature"],
                                  "msg": "value is not a number"}]}),
    "nomodel": fails(404, "The model `x` does not exist"),
    "badmodel": fails(400, "x is not a valid model ID", code=400),
    "country": fails(403, "Country not supported"),
    "quota2": fails(429, "You exceeded your quota", type="insufficient_quota"),
    # of the prompt
    "flagged": fails(403, "Your input was flagged", code=403,
                     metadata={"reasons": ["violence"]}),
    "azure": fails(400, "The response was filtered due to Azure OpenAI's "
                   "content management policy", code="content_filter"),
    "window": fails(400, "This model's maximum context length is 4096 tokens",
                    param="messages", code="context_length_exceeded"),
    "vllm": (400, {"object": "error", "code": 400, "param": None, "message":
                   "This model's maximum context length is 4096 tokens"}),
    "llamacpp": fails(400, "the request exceeds the available context size",
                      type="exceed_context_size_error"),
    "schema": (422, {"detail": [{"loc": ["body", "messages", 0, "content"],
                                 "msg": "not a string"}]}),
    "large": fails(413, "Request too large"),
    "refusal": says(content=None, refusal="No, not that."),
    "filter": says("content_filter", content=None),
    "cut": says("length", content="", reasoning_content="let me think"),
    "thoughts": says(content=None, reasoning="hm hm"),
    "tool": says("tool_calls", content=None, tool_calls=[
        {"id": "c", "type": "function", "function": {"name": "f"}}]),
    # of the moment, the first time
    "broke": says("error", content="half an"),
    "upstream": fails(200, "Provider returned error", code=502),
    "loading": fails(503, "Loading model"),
    # and an answer
    "reasons": says(content="the answer", reasoning_content="well now"),
}
ONCE = ("broke", "upstream", "loading")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args):
        pass

    def wait(self, happened):
        end = time.monotonic() + PATIENCE
        with event:
            while not happened():
                if time.monotonic() > end:
                    break
                event.wait(0.05)
            else:
                return True
        self.error(500, "waited in vain", ("x-should-retry", "false"))
        return False

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
        length = int(self.headers["Content-Length"])
        body = json.loads(self.rfile.read(length))
        if "input" in body:
            prompt = body["input"]
        else:
            prompt = body["messages"][-1]["content"]
        with lock:
            n = tries[prompt] = tries.get(prompt, 0) + 1
            log.write(json.dumps({
                "path": self.path, "prompt": prompt, "try": n, "body": body,
                "headers": dict(self.headers), "port": self.client_address[1],
                "time": time.time()}) + "\n")
        try:
            self.answer(body, prompt, n)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        with lock:
            answered.add(prompt)
            event.notify_all()

    def do_GET(self):  # nobody asks for this
        with lock:
            log.write(json.dumps({"path": self.path, "prompt": "GET"}) + "\n")
        self.send(200, openai("followed"))

    def meet(self, n):
        global meeting, most
        with lock:
            meeting += 1
            most = max(most, meeting)
            event.notify_all()
        met = self.wait(lambda: most >= n)
        with lock:
            meeting -= 1
        return met

    def tell(self, case, prompt, n):
        if case in ONCE and n > 1:
            return self.send(200, openai("re: " + prompt))
        status, body = STORIES[case]
        return self.send(status, body, [("Retry-After", "0")])

    def answer(self, body, prompt, n):
        case = prompt.split()[0]
        if self.path.partition("?")[0].endswith("/embeddings"):
            if case == "busy" and n == 1:
                return self.error(429, "overloaded", ("Retry-After", "0"))
            if case == "long":
                return self.error(413, "inputs must have less than 9 tokens")
            return self.send(200, {"object": "list", "model": "vec-1", "data": [
                {"object": "embedding", "index": 0,
                 "embedding": [3, float(len(prompt)), -4]}],
                "usage": {"prompt_tokens": 2, "total_tokens": 2}})
        if case in STORIES:
            return self.tell(case, prompt, n)
        if self.path.endswith("/messages"):
            return self.send(200, anthropic("re: " + prompt))
        reply = openai("re: " + prompt)
        data = json.dumps(reply).encode()
        if case == "slow":  # slow SECONDS
            time.sleep(float(prompt.split()[1]))
        elif case == "after":  # after PROMPT: when that has been answered
            prior = prompt.partition(" ")[2]
            if not self.wait(lambda: prior in answered):
                return
        elif case == "together":  # together N ...: when N are in flight
            if not self.meet(int(prompt.split()[1])):
                return
        elif case == "kill" and int(prompt.split()[1]) >= 300:
            if not self.wait(lambda: os.path.exists("dead")):
                return
        elif case == "until":  # until FILE ...: when that is there
            if not self.wait(lambda: os.path.exists(prompt.split()[1])):
                return
        elif case == "most":
            return self.send(200, openai(str(most)))
        elif case == "429s" and n == 1:
            return self.error(429, "too fast", ("Retry-After", "1"))
        elif case == "429zero" and n < 7:
            return self.error(429, "too fast", ("Retry-After", "0"))
        elif case == "429date" and n == 1:
            while time.time() % 1 > 0.3:  # so that a backoff would be early
                time.sleep(0.05)
            with lock:
                log.write(json.dumps({"prompt": "not before",
                                      "time": int(time.time()) + 1}) + "\n")
            return self.error(429, "too fast", ("Retry-After", date(1)))
        elif case == "429past" and n < 7:
            return self.error(429, "too fast", ("Retry-After", date(-60)))
        elif case == "429ms" and n == 1:
            return self.error(429, "too fast", ("retry-after-ms", "200"))
        elif case == "429long":
            return self.error(429, "come back tomorrow",
                              ("Retry-After", "86400"))
        elif case == "credit":
            return self.error(402, "insufficient credits", code=402)
        elif case == "parameter":
            return self.error(400, "'max_tokens' is not supported",
                              code="unsupported_parameter")
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
        elif case == "retry" and n == 1:
            return self.error(422, "ask again", ("x-should-retry", "true"),
                              ("Retry-After", "0"))
        elif case == "400":
            return self.error(400, "the prompt is too long")
        elif case == "key" and self.headers["Authorization"] != "Bearer good":
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
        elif case == "empty" and n == 1:
            return self.send(200, b"")
        elif case == "nochoice":
            return self.send(200, {"object": "something else"})
        elif case == "html":
            return self.send(200, b"<html>Log in</html>", type="text/html")
        elif case == "plain":
            return self.send(200, data, type="text/plain")
        elif case == "redirect":
            return self.send(302, b"", [("Location", "/elsewhere")])
        elif case == "huge" and prompt.split()[1:]:
            return self.send(200, openai("x" * int(prompt.split()[1])))
        elif case == "length":
            return self.send(200, openai("cut", finish_reason="length"))
        elif case == "null":
            return self.send(200, openai(None))
        elif case == "parts":
            return self.send(200, openai([{"type": "text", "text": "in "},
                                          {"type": "text", "text": "parts"}]))
        elif case == "pretty":
            return self.send(200, json.dumps(reply, indent=2).encode())
        elif case == "torn" and n == 1:  # chunks without their end
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            self.close_connection = True
            return
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
