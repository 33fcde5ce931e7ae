#!/bin/sh
# llm-ask with 64 requests in flight against a local server that answers after
# 50 ms: how near it comes to 64 / 0.05 s = 1280 requests/s; and, for what the
# server can give, a client of 64 coroutines that does nothing else
set -eu
. "$(dirname "$0")/lib/bench.sh"

cat >"$tmp/server.py" <<'PY'
"""Answers every POST after 50 ms; one thread, so that it takes little CPU."""
import asyncio, sys

body = (b'{"model":"m","choices":[{"index":0,"message":{"role":"assistant",'
        b'"content":"yes"},"finish_reason":"stop"}]}')
answer = (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
          b"Content-Length: %d\r\n\r\n" % len(body)) + body


class Chat(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.data = transport, b""

    def data_received(self, data):
        self.data += data
        head, end, rest = self.data.partition(b"\r\n\r\n")
        if not end:
            return
        length = int(head.lower().split(b"content-length:")[1].split()[0])
        if len(rest) >= length:
            self.data = b""
            asyncio.get_running_loop().call_later(
                0.05, self.transport.write, answer)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Chat, "127.0.0.1", 0, backlog=256)
    with open(sys.argv[1], "w") as f:
        print(server.sockets[0].getsockname()[1], file=f)
    await server.serve_forever()

asyncio.run(main())
PY
unit=requests/s condition='wall time, median of 3'
python3 "$tmp/server.py" "$tmp/port" &
server=$!
trap 'kill $server; rm -rf "$tmp"' EXIT
while [ ! -s "$tmp/port" ]; do sleep 0.1; done
n=6400
seq $n | sed 's/.*/{"prompt":"&"}/' >"$tmp/in.jsonl"
echo "# $(uname -m), $(sed -n 's/^model name.*: //p' /proc/cpuinfo |
    head -n 1), median of 3"
cat >"$tmp/client.py" <<'PY'
import asyncio, sys, time

port, n = int(sys.argv[1]), int(sys.argv[2])
request = b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"


async def ask(n):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(n):
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(head.rpartition(b": ")[2]))


async def main():
    start = time.monotonic()
    await asyncio.gather(*[ask(n // 64) for _ in range(64)])
    print(time.monotonic() - start)

asyncio.run(main())
PY
share() { # NAME FILE, seconds from standard input: their rate to FILE
	sort -n | sed -n 2p | awk -v n=$n -v name="$1" -v rate="$tmp/$2" '{
		print n / $1 > rate
		printf "%-40s %9.0f requests/s, %.1f %% of the ideal\n",
		    name, n / $1, n / $1 / 12.8}'
}
for _ in 1 2 3; do
	llm-ask --url "http://127.0.0.1:$(cat "$tmp/port")/v1" --jobs 64 \
	    --stats "$tmp/stats" "$tmp/in.jsonl" >"$tmp/out.jsonl"
	[ "$(wc -l <"$tmp/out.jsonl")" -eq $n ]
	jq .seconds "$tmp/stats"
done | share 'llm-ask, 64 in flight, 50 ms' ours
for _ in 1 2 3; do
	python3 "$tmp/client.py" "$(cat "$tmp/port")" $n
done | share 'a bare client in asyncio' theirs
record '64 in flight, answers after 50 ms' "$(cat "$tmp/ours")" \
    'a bare client in asyncio' "$(cat "$tmp/theirs")"
