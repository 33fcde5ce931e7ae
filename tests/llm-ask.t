# llm-ask against a server that plays every trick: tests/chat-server.py
. "${0%/*}/tap.sh"

cd "$tmp" || exit
unset OPENAI_API_KEY OPENAI_BASE_URL OPENAI_ORG_ID OPENAI_PROJECT_ID
unset ANTHROPIC_API_KEY ANTHROPIC_BASE_URL http_proxy HTTP_PROXY
unset LLM_HEADERS SSL_CERT_FILE CURL_CA_BUNDLE
unset ALL_PROXY all_proxy LLM_MODEL

chat_server

# The cases of the server as prompts, one record each.
prompts() {
	for word in "$@"; do
		printf '{"id":"%s","prompt":"%s","x":[1, 2.50]}\n' "$word" \
		    "$word"
	done
}
# The times at which the server was asked this, in seconds since 1970.
asked_at() {
	jq -r --arg p "$1" 'select(.prompt == $p) | .time' log
}
# How often the server was asked this.
asked() {
	grep -c "\"prompt\": \"$1\"" log
}
ask() {
	llm-ask --url "$url" "$@"
}

# What the server answers.
prompts one two >in
ask in >out 2>err
want='{"id":"one","prompt":"one","x":[1, 2.50],"response":"re: one","model":"parrot-1","usage":{"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}}'
[ "$(head -n 1 out)" = "$want" ] && [ ! -s err ]
report $? 'the response, model and usage of each record' out
like '"path": "/v1/chat/completions"' 'the path is appended to the base' \
    'tail -n 1 log'
prompts parts >in
like '"response":"in parts"' 'content in parts' 'llm-ask --url $url in'
prompts pretty >in
ok 'JSON on many lines' 'llm-ask --url $url --cache pretty.cache in >a &&
    llm-ask --offline --cache pretty.cache in >b && cmp a b &&
    [ $(wc -l <b) -eq 1 ] && jq -e .usage.total_tokens b'
echo '{"messages":[{"role":"user","content":"a"},{"role":"user","content":"mine"}]}' >in
like 're: mine' 'messages instead of a prompt' 'llm-ask --url $url in'
like '\[\{"role":"system","content":"Be brief"\},\{"role":"user"' \
    'a system message goes first' 'llm-ask --dry-run -s "Be brief" in'
prompts 'huge 5000' huge >in
ok 'an answer longer than --max-record is refused, and not asked for again' '
    ! llm-ask --url $url --max-record 4k --rejects rejects in >out 2>err &&
    jq -r .id out | grep -qx huge && grep -q "the answer is too long" err &&
    jq -r .id rejects | grep -qx "huge 5000"'
[ "$(asked 'huge 5000')" -eq 1 ]
report $? 'huge: asked once'
prompts length >in
like '"finish":"length"' 'an answer that was cut says so' 'llm-ask --url $url in'
prompts chunked drip plain >in
ok 'chunked, a slow drip, of another type' 'llm-ask --url $url in |
    jq -r .response >got && printf "re: chunked\nre: drip\nre: plain\n" |
    cmp - got'

# Order.
prompts 'after after third' 'after third' third >in
ok 'answers out of order, records in order' \
    'llm-ask --url $url in >out && jq -r .id out >ids && jq -r .id in | cmp - ids &&
    jq -e -s "all(.[]; .response == \"re: \" + .prompt)" out'
prompts 'until later' sooner >in
ok 'as completed' 'llm-ask --url $url --as-completed in | {
    read -r one; : >later; cat >two
    echo "$one" | grep "re: sooner" && grep "re: until" two; }'

# What is asked again.
again='429ms 500 503 529 closed dropped torn truncated wrong empty retry'
export again
# shellcheck disable=SC2086 # a list of words
prompts $again >in
ok 'asked again until it is answered' \
    'llm-ask --url $url --stats st in >out 2>err && jq -r .response out >got &&
    printf "re: %s\n" $again | cmp - got && [ ! -s err ] &&
    jq -e ".requests == 22 and .retries == 11" st'
for p in $again; do
	[ "$(asked "$p")" -eq 2 ]
	report $? "$p: asked twice"
done
# Without the header, the six waits would be 17 seconds at least.
prompts 429zero 429past >in
ok 'Retry-After: 0, or a date that is past, is at once' \
    'timeout 15 llm-ask --url $url in >out && [ $(grep -c re: out) -eq 2 ]'
[ "$(asked 429zero)" -eq 7 ] && [ "$(asked 429past)" -eq 7 ]
report $? 'six times again'
prompts 429s >in
ok 'Retry-After with seconds' 'llm-ask --url $url in | grep -q "response"'
asked_at 429s | { read -r one && read -r two && [ "$(jq -n "$two - $one >= 1")" = true ]; }
report $? 'that is not asked before' log
prompts 429date >in
ok 'Retry-After with a date' 'llm-ask --url $url in | grep -q "response"'
two=$(asked_at 429date | tail -n 1)
[ "$(jq -n "$two >= $(asked_at 'not before')")" = true ]
report $? 'that is not asked before' log
prompts 429long >in
status 75 'too long a wait is no wait' 'timeout 60 llm-ask --url $url in'
prompts limit 'after limit' >in
ok 'a limit that is used up' 'llm-ask --url $url --jobs 1 in | grep -c "response" | grep -x 2'
one=$(asked_at limit)
two=$(asked_at 'after limit')
[ "$(jq -n "$two - $one >= 0.4")" = true ]
report $? 'holds what follows' log

# What is not asked again.
prompts ok1 400 ok2 500always noretry nochoice null >in
status 75 'status 75: some may be answered later' \
    'llm-ask --url $url --retries 2 --rejects rejects in >out 2>err'
[ "$(jq -r .id out | tr '\n' ' ')" = 'ok1 ok2 ' ]
report $? 'the others are answered' out
ok 'rejects and their reasons' 'jq -e -s "map(.id) ==
    [\"400\",\"500always\",\"noretry\",\"nochoice\",\"null\"] and
    .[0].reasons == [\"HTTP 400: the prompt is too long\"] and
    .[1].reasons == [\"HTTP 500: broken for good\"] and
    .[2].reasons == [\"HTTP 500: do not ask again\"] and
    .[0].x == [1,2.5]" rejects'
[ "$(asked 500always)" -eq 3 ] && [ "$(asked noretry)" -eq 1 ] &&
    [ "$(asked 400)" -eq 1 ] && [ "$(asked null)" -eq 1 ]
report $? '--retries, x-should-retry: false, 400'
prompts 400 >in
status 0 'a refused prompt is a bad record' 'llm-ask --url $url in'
status 1 'too many of them' 'llm-ask --url $url --max-bad 0 in'

# What stops everything.
for p in key html redirect; do
	prompts "$p" "after $p 1" "after $p 2" >in
	status 2 "$p: fatal" "llm-ask --url $url --jobs 1 in >out"
	[ "$(asked "$p")" -eq 1 ] && [ "$(asked "after $p 1")" -eq 0 ]
	report $? "$p: nothing more is asked"
done
prompts key >in
like 'no answer: HTTP 401: incorrect API key provided \(key\)' \
    'a wrong key: said, and not shown' \
    'OPENAI_API_KEY=bad-key llm-ask --url $url in 2>&1 | grep -v bad-key'
ok 'the right one' 'OPENAI_API_KEY=good llm-ask --url $url in | grep -q "response"'
prompts html >in
like 'no answer: the answer is text/html, not JSON' 'a page: said' \
    'llm-ask --url $url in'
prompts quota 'after quota' >in
status 2 'quota: fatal' 'llm-ask --url $url --jobs 1 in'
[ "$(asked 'after quota')" -eq 0 ]
report $? 'quota: nothing more is asked'
! grep -q '"path": "/elsewhere"' log
report $? 'redirect: never followed'
like 'HTTP 302' 'redirect: said' \
    'jq -n "{id:\"r\",prompt:\"redirect\"}" -c | llm-ask --url $url'
prompts a b c d e f >in
status 75 'no server' \
    'timeout 60 llm-ask --url http://127.0.0.1:1/v1 --retries 1 in'
like 'onnect' 'no server: said' \
    'llm-ask --url http://127.0.0.1:1/v1 --retries 0 in'
like 'not in the cache, and http.*onnect' 'no server, and no answer kept' \
    'llm-ask --url http://127.0.0.1:1/v1 --retries 0 --cache none in'
status 2 'no such protocol' 'llm-ask --url gopher://127.0.0.1/v1 in'
for p in credit parameter; do
	prompts "$p" "after $p" >in
	status 2 "$p: fatal" "llm-ask --url $url --jobs 1 in"
	[ "$(asked "$p")" -eq 1 ] && [ "$(asked "after $p")" -eq 0 ]
	report $? "$p: nothing more is asked"
done
for p in balance credits value topk fastapi nomodel badmodel country quota2; do
	prompts "$p" "$p later 1" "$p later 2" >in
	status 2 "$p: of the run" "llm-ask --url $url --jobs 1 --cache $p.cache in >out"
	[ "$(asked "$p")" -eq 1 ] && [ "$(asked "$p later 1")" -eq 0 ] &&
	    [ ! -s "$p.cache" ]
	report $? "$p: nothing more is asked, nothing kept"
done
for p in flagged azure window vllm llamacpp schema large refusal filter cut \
    thoughts tool; do
	prompts "$p" "$p later" >in
	status 0 "$p: of the prompt" "llm-ask --url $url --jobs 1 --rejects $p.rej \
	    --cache $p.cache in >out"
	[ "$(asked "$p")" -eq 1 ] && [ "$(wc -l <"$p.rej")" -eq 2 ] &&
	    [ ! -s "$p.cache" ]
	report $? "$p: the next is asked, too"
done
ok 'what was said in place of an answer is in the rejects' '
    jq -e -s ".[0] | .refusal == \"No, not that.\" and
	.usage.prompt_tokens == 7 and
	.reasons == [\"the model refused: No, not that.\"]" refusal.rej &&
    jq -e -s ".[0] | .reasoning == \"let me think\" and .finish == \"length\" and
	(.reasons[0] | test(\"cut at the limit.*reasoning\"))" cut.rej &&
    jq -e -s ".[0] | .reasoning == \"hm hm\" and
	(.reasons[0] | test(\"reasoning alone\"))" thoughts.rej &&
    jq -e -s ".[0] | .tool_calls[0].id == \"c\" and
	(.reasons[0] | test(\"a call of a tool\"))" tool.rej &&
    jq -e -s ".[0].finish == \"content_filter\"" filter.rej &&
    jq -e -s ".[0] | has(\"reasoning\") or has(\"usage\") | not" window.rej'
prompts broke upstream loading >in
ok 'what broke off is asked again' 'llm-ask --url $url --cache broken in |
    jq -e -s "map(.response) == [\"re: broke\", \"re: upstream\", \"re: loading\"]" &&
    ! grep error broken && [ $(wc -l <broken) -eq 3 ]'
for p in broke upstream loading; do
	[ "$(asked "$p")" -eq 2 ]
	report $? "$p: twice"
done
prompts broken-once >in
key=$(llm-ask --dry-run in | jq -r .key)
echo "{\"key\":\"$key\",\"response\":\"half\",\"finish\":\"error\"}" >old
ok 'an answer that broke off in an older cache is none' '
    llm-ask --url $url --cache old in | grep "re: broken-once" &&
    [ $(wc -l <old) -eq 2 ] && llm-ask --offline --cache old in | grep "re: broken-once"'
prompts reasons >in
ok 'reasoning on demand, kept anyway' '
    llm-ask --url $url --cache why in | jq -e "has(\"reasoning\") | not" &&
    llm-ask --offline --reasoning --cache why in |
    jq -e ".reasoning == \"well now\" and .response == \"the answer\""'
for member in n=2 best_of=3 stream=true; do
	status 2 "one answer a record: -o $member" "llm-ask --dry-run -o $member in"
done
prompts 'slow 0.9' >in
status 75 'a timeout' 'llm-ask --url $url --timeout 0.2 --retries 1 in'
prompts drip >in
status 75 'a drip that takes too long' \
    'llm-ask --url $url --timeout 0.2 --retries 0 --rejects rejects in'
ok 'is rejected with the reason' \
    'jq -e ".reasons[0] | test(\"timed out\")" rejects'

# Keys.
prompts secret >in
OPENAI_API_KEY=sk-hidden ask in >out 2>err
ok 'the key is sent' 'tail -n 1 log | grep -q "Bearer sk-hidden"'
ok 'and shown to nobody' '! grep -q hidden out err &&
    ! OPENAI_API_KEY=sk-hidden llm-ask --dry-run in | grep hidden'
export ANTHROPIC_API_KEY=sk-ant
ok 'anthropic' 'llm-ask --api anthropic --url ${url%/v1} -m m -s S in >out &&
    grep -q "\"response\":\"re: secret\",\"model\":\"parrot-2\"" out &&
    tail -n 1 log | jq -e "(.headers | with_entries(.key |= ascii_downcase)) as
	\$h | .path == \"/v1/messages\" and \$h[\"x-api-key\"] == \"sk-ant\" and
	\$h[\"anthropic-version\"] == \"2023-06-01\" and .body.system == \"S\" and
	.body.max_tokens == 4096"'
ok 'its base may end in /v1' 'llm-ask --api anthropic --url $url -m m in'
status 2 'anthropic without a model' 'llm-ask --api anthropic in'

unset ANTHROPIC_API_KEY
echo '{"messages":[{"role":"system","content":"d"},{"role":"user","content":"hi"}]}' >in
ok 'anthropic: the system has its place' 'llm-ask --api anthropic -m m --dry-run in |
    jq -e ".body.system == \"d\" and (.body.messages | length == 1)"'

# Headers and URLs of gateways.
prompts header >in
last() { tail -n 1 log | jq -r "(.headers | with_entries(.key |= ascii_downcase)) as \$h | $1"; }
ask --header 'api-key: sk-gate' --header 'X-Team:  a b' in >out 2>err
[ "$(last '"\($h["api-key"]) \($h["x-team"])"')" = 'sk-gate a b' ]
report $? 'a header of ours' log
OPENAI_API_KEY=sk-open ask --header 'API-Key: sk-gate' in >>out 2>>err
[ "$(last '$h.authorization')" = null ]
report $? 'a gateway that has its own key is not told another' log
OPENAI_API_KEY=sk-open ask --header 'authorization: Basic sk-b' in >>out 2>>err
[ "$(last '$h.authorization')" = 'Basic sk-b' ]
report $? 'ours goes before the usual one' log
printf 'X-A: sk-file\n\nX-B: 2\r\n' >headers
LLM_HEADERS='X-C: sk-env
X-D: 4' ask --header @headers in >>out 2>>err
[ "$(last '"\($h["x-a"]) \($h["x-b"]) \($h["x-c"]) \($h["x-d"])"')" = 'sk-file 2 sk-env 4' ]
report $? 'headers of a file, and of the environment' log
! grep -q sk- out err && ! ask --dry-run --header 'api-key: sk-x' in | grep sk-
report $? 'and shown to nobody' err
for h in none 'a b: c' ': x' 'é: x'; do
	status 2 "no header: $h" "llm-ask --url $url --header \"$h\" in"
done
! llm-ask --header 'Bearer sk-wrong' in 2>&1 | grep sk-
report $? 'a bad one is not shown, either'
shown() { # API BASE
	echo '{"prompt":"p","text":"t"}' |
		llm-ask --api "$1" -m m --url "$2" --dry-run | jq -r .url
}
while read -r api base want; do
	[ "$(shown "$api" "$base")" = "$want" ]
	report $? "$api: $base"
done <<-END
	openai http://h/v1 http://h/v1/chat/completions
	openai http://h/v1/ http://h/v1/chat/completions
	openai http://h/v1/chat/completions http://h/v1/chat/completions
	openai http://h/v1/chat/completions/ http://h/v1/chat/completions
	openai http://h/o/d/gpt/?api-version=2024-10-21 http://h/o/d/gpt/chat/completions?api-version=2024-10-21
	openai http://h/o/d/gpt/chat/completions?a=1&b=/x/ http://h/o/d/gpt/chat/completions?a=1&b=/x/
	openai http://h/v1#part http://h/v1/chat/completions
	anthropic http://h http://h/v1/messages
	anthropic http://h/v1 http://h/v1/messages
	anthropic http://h/v1/messages http://h/v1/messages
	anthropic http://h/v1/messages?beta=true http://h/v1/messages?beta=true
	embeddings http://h/v1 http://h/v1/embeddings
	embeddings http://h/embeddings?x=1 http://h/embeddings?x=1
END
ok 'a query reaches the server' 'llm-ask --url "$url/?api-version=1" in >out &&
    tail -n 1 log | jq -e ".path == \"/v1/chat/completions?api-version=1\""'

# A server with a certificate of its own.
if command -v openssl >/dev/null; then
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
	    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout tls.key \
	    -out tls.pem 2>err
	python3 - <<-'PY' &
	import http.server, json, os, ssl
	class Handler(http.server.BaseHTTPRequestHandler):
	    def log_message(self, *args):
	        pass
	    def do_POST(self):
	        self.rfile.read(int(self.headers["Content-Length"]))
	        body = json.dumps({"choices": [{"message": {"content": "safe"}}]}).encode()
	        self.send_response(200)
	        self.send_header("Content-Type", "application/json")
	        self.send_header("Content-Length", str(len(body)))
	        self.end_headers()
	        self.wfile.write(body)
	server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
	context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
	context.load_cert_chain("tls.pem", "tls.key")
	server.socket = context.wrap_socket(server.socket, server_side=True)
	with open("tls.tmp", "w") as f:
	    f.write(str(server.server_address[1]))
	os.rename("tls.tmp", "tls.port")
	server.serve_forever()
	PY
	secure=$!
	trap 'kill $server $secure 2>/dev/null; rm -rf "$tmp"' EXIT
	while [ ! -s tls.port ] && kill -0 $secure; do sleep 0.1; done
	safe=https://127.0.0.1:$(cat tls.port)/v1
	export safe
	status 2 'a certificate that nobody vouches for' 'llm-ask --url $safe in'
	like '"response":"safe"' '--cacert' 'llm-ask --url $safe --cacert tls.pem in'
	for v in SSL_CERT_FILE CURL_CA_BUNDLE; do
		like '"response":"safe"' "$v" "$v=tls.pem llm-ask --url $safe in"
	done
	status 2 'one of others' 'llm-ask --url $safe --cacert /etc/ssl/certs/ca-certificates.crt in'
	status 2 'a file that is not there' 'llm-ask --url $safe --cacert none in'
else
	skip 'a server with a certificate of its own' 'no openssl'
fi

# Vectors.
for t in one three busy; do
	echo "{\"id\":\"$t\",\"text\":\"$t\"}"
done >texts
ok '--api embeddings: the vector of each text' '
    llm-ask --api embeddings -m e --url $url --cache vecs texts >out &&
    jq -e -s "map(.id) == [\"one\",\"three\",\"busy\"] and
	.[0].model == \"vec-1\" and all(has(\"response\") | not)" out &&
    tail -n 1 log | jq -e ".path == \"/v1/embeddings\" and .body.model == \"e\" and
	.body.encoding_format == \"float\""'
jq -r .vec out | python3 -c '
import base64, struct, sys
lines = sys.stdin.readlines()
assert len(lines) == 3
for line, n in zip(lines, (3, 5, 4)):
    got = struct.unpack("<3e", base64.b64decode(line))
    norm = (25 + n * n) ** .5
    assert all(abs(g - w / norm) < 1e-3 for g, w in zip(got, (3, n, -4)))' >err 2>&1
report $? 'unit, as float16' err
same 'from the cache again' 'llm-ask --offline --api embeddings -m e --cache vecs texts' \
    'cat out'
ok 'embed-score reads them' 'jq -c "{id, domains: [\"A\"], vec}" out >seeds &&
    embed-score --seeds seeds --score cosine --min-sim 0.5 out | wc -l | grep -x 3'
printf '{"text":"long one"}\n{"text":" "}\n{"text":"short"}\n' >texts
ok 'a text that is too long, or none, is rejected' '
    llm-ask --api embeddings -m e --url $url --rejects rej texts | wc -l | grep -x 1 &&
    jq -e ".reasons[0] | test(\"HTTP 413\")" rej'
ok 'a batch of them' 'llm-ask --api embeddings -m e --batch-out batch texts &&
    jq -e -s "length == 2 and .[0].url == \"/v1/embeddings\"" batch'
status 2 'vectors have no temperature' 'llm-ask --api embeddings -t 1 texts'

# The cache.
prompts c1 c2 c3 >in
ok 'a first run fills the cache' 'llm-ask --url $url --cache cache in >first &&
    [ $(wc -l <cache) -eq 3 ]'
ok 'a second one asks nothing' 'llm-ask --url http://127.0.0.1:1/v1 \
    --cache cache --stats st in >second && cmp first second &&
    jq -e ".cached == 3 and .requests == null" st'
[ "$(asked c1)" -eq 1 ]
report $? 'the server was asked once'
ok 'other parameters are another request' \
    'llm-ask --url $url --cache cache -t 0.5 in >out && [ $(wc -l <cache) -eq 6 ]'
head -c $(($(wc -c <cache) - 9)) cache >torn
ok 'a torn last line is ignored, the next is whole' \
    'llm-ask --url $url --cache torn -t 0.5 in >again && cmp out again &&
    [ $(wc -l <torn) -eq 7 ] &&
    llm-ask --offline --cache torn -t 0.5 in | cmp - out'
prompts c4 c1 >in
status 75 'offline: what is missing' 'llm-ask --offline --cache cache in >out'
ok 'and what is there' '[ $(jq -r .id out) = c1 ]'
like '1: no answer: not in the cache \(c4\)' 'offline: said' \
    'llm-ask --offline --cache cache in'
prompts same same same other same >in
ok 'equal requests get one answer' 'llm-ask --url $url --cache eq in >out &&
    [ $(grep -c "re: same" out) -eq 4 ] && [ $(wc -l <eq) -eq 2 ]'
[ "$(asked same)" -eq 1 ]
report $? 'and are paid for once'
prompts 400 400 400 >in
ok 'or are refused one by one' \
    'llm-ask --url $url --cache eq in >out; [ ! -s out ]'
prompts c1 c2 c3 >in
ok 'two caches: the first answers, the last is added to' '
    head -n 2 cache >old && : >new && cp old before &&
    llm-ask --url $url --cache old --cache new in >out && cmp first out &&
    cmp old before && [ $(wc -l <new) -eq 1 ] &&
    llm-ask --offline --cache old --cache new in | cmp - first'
status 2 'an older cache that is not there' \
    'llm-ask --offline --cache nowhere --cache new in'
chmod 400 cache
prompts c1 >in
ok 'a cache that is only read' 'llm-ask --cache cache in'

# Two processes, one cache.
i=0
while [ $i -lt 200 ]; do
	echo "{\"id\":\"$i\",\"prompt\":\"shared $i\"}"
	i=$((i + 1))
done >in
ok 'two processes share a cache' '
    llm-ask --url $url --cache both --cache-shared in >a & p=$!
    tac in | llm-ask --url $url --cache both --cache-shared >b; wait $p &&
    [ $(wc -l <a) -eq 200 ] && tac b | jq -c .id >b1 && jq -c .id a | cmp - b1 &&
    jq -e .key both >/dev/null && [ $(jq -r .key both | sort -u | wc -l) -eq 200 ]'

# kill -9 in the middle, then again.
i=0
while [ $i -lt 1000 ]; do
	echo "{\"id\":\"$i\",\"prompt\":\"kill $i\"}"
	i=$((i + 1))
done >in
: >killed
llm-ask --url "$url" --jobs 16 --cache killed in >out 2>err &
victim=$!
# The server holds the 301st answer and the following back.
while [ "$(grep -c '"prompt": "kill ' log)" -lt 316 ] && kill -0 $victim; do
	sleep 0.05
done
kill -9 $victim
wait $victim 2>/dev/null
: >dead
[ "$(wc -l <killed)" -eq 300 ]
report $? 'killed after 300 answers, all in the cache' err
ok 'then every prompt is answered once' \
    'llm-ask --url $url --jobs 16 --cache killed --stats st in >out &&
    jq -r .id out >ids && jq -r .id in | cmp - ids &&
    jq -e -s "all(.[]; .response == \"re: \" + .prompt)" out &&
    jq -e ".cached == 300 and .requests == 700" st &&
    [ $(wc -l <killed) -eq 1000 ] &&
    [ $(jq -r .key killed | sort -u | wc -l) -eq 1000 ]'
[ "$(grep -c '"prompt": "kill ' log)" -eq 1016 ]
report $? 'and none is paid twice but the 16 in flight' log

# One process holds a cache, unless all of them share it.
mkfifo holding
llm-ask --url "$url" --cache held <holding >held.out 2>held.err &
holder=$!
exec 8>holding
echo '{"prompt":"held"}' >&8
while [ ! -s held ] && kill -0 $holder; do sleep 0.05; done
prompts held2 >in
status 75 'a second run on one cache waits for its turn' \
    'llm-ask --url $url --cache held in >out'
like "held: in use by process $holder; " 'and is told whose it is' \
    'llm-ask --url $url --cache held in'
[ "$(asked held2)" -eq 0 ]
report $? 'and asks nothing'
prompts held >in
ok 'who only reads it may' 'llm-ask --offline --cache held in &&
    llm-ask --dry-run --cache held in'
ok 'and so may who shares it' 'llm-ask --url $url --cache-shared --cache held in'
ok 'another cache is another matter' 'llm-ask --url $url --cache held --cache other in'
exec 8>&-
wait $holder
ok 'the next run has it' 'llm-ask --url $url --cache held in'

# Batches.
prompts b1 b2 b1 >in
ok 'a batch file, each request once' 'llm-ask -m x --batch-out batch in >out &&
    [ ! -s out ] && jq -e -s "length == 2 and .[0].method == \"POST\" and
    .[0].url == \"/v1/chat/completions\" and .[0].body.model == \"x\"" batch'
jq -c '{id: "r", custom_id, error: null, response: {status_code: 200, body:
    {model: "p", choices: [{finish_reason: "stop", message: {content:
    ("re: " + .body.messages[0].content)}}]}}}' batch | tac >result
ok 'its results, in whatever order' 'llm-ask -m x --batch-in result --cache bc \
    in | jq -r .response >got && printf "re: b1\nre: b2\nre: b1\n" | cmp - got'
ok 'are in the cache now' 'llm-ask -m x --cache bc --offline in'
head -n 1 result >half
status 75 'a result that is missing' 'llm-ask -m x --batch-in half in'
ok 'results that are errors, and what is none' '
    head -n 1 batch | jq -r .custom_id >key &&
    { echo "{\"custom_id\":\"x\"}"; echo "{}"; echo "[]"
    jq -nc --rawfile k key "{custom_id: \$k[:-1], response: {status_code: 400,
	body: {error: {message: \"too long\"}}}}"
    jq -nc --rawfile k key "{custom_id: \$k[:-1], error: {message: \"expired\"}}"
    } >bad && ! llm-ask -m x --batch-in bad in >out 2>err && test ! -s out &&
    grep -c "^llm-ask: bad:[12]: no result of a batch" err | grep -qx 2 &&
    grep -q "^llm-ask: bad:4: no answer: .*too long" err &&
    grep -q "^llm-ask: bad:5: no answer: .*expired" err'
ok 'anthropic batches' 'llm-ask --api anthropic -m x --batch-out batch in &&
    jq -c "{custom_id, result: {type: \"succeeded\", message: {content:
    [{type: \"text\", text: .params.messages[0].content}]}}}" batch >result &&
    llm-ask --api anthropic -m x --batch-in result in |
    jq -r .response >got && printf "b1\nb2\nb1\n" | cmp - got'

# Requests at the same time.
i=0
while [ $i -lt 640 ]; do
	echo "{\"prompt\":\"together 64 $i\"}"
	i=$((i + 1))
done >in
ok '--jobs requests are in flight together' \
    'llm-ask --url $url --jobs 64 in >out && [ $(grep -c "re: tog" out) -eq 640 ]'
ok 'and no more, over connections that are kept alive' '
    echo "{\"prompt\":\"most\"}" | llm-ask --url $url |
    jq -e ".response == \"64\"" &&
    [ $(jq -r "select(.prompt | startswith(\"together\")) | .port" log |
    sort -u | wc -l) -le 64 ]'
prompts r1 r2 r3 r4 >in
ok '--rpm: four requests at 300 a minute take 0.6 s' \
    'llm-ask --url $url --rpm 300 --stats st in >out &&
    [ $(wc -l <out) -eq 4 ] && jq -e ".seconds >= 0.6" st'
ok '--set, and what the dry run shows' 'llm-ask --dry-run -o top_p=0.9 \
    -o "stop=[\"x\"]" -n 9 -t 0.1 -m m in | head -n 1 |
    jq -e ".body | .top_p == 0.9 and .stop == [\"x\"] and .max_tokens == 9 and
    .temperature == 0.1 and .model == \"m\""'
ok 'a model from LLM_MODEL, unless -m names one' \
    'LLM_MODEL=a llm-ask --dry-run in | jq -e ".body.model == \"a\"" &&
    LLM_MODEL=a llm-ask --dry-run -m b in | jq -e ".body.model == \"b\""'
status 2 '--set with no JSON' 'llm-ask --dry-run -o top_p=x in'
if script -qec true /dev/null >out 2>&1 </dev/null; then
	prompts now-7 'until seen 1' 'until seen 2' 'until seen 3' >in
	want=' 4 in, 1 out, .*, 2[0-9]\.[0-9] %, [0-9]+ s left, 3 in flight, 10 tokens'
	script -qfec "llm-ask -p --url $url in" typescript </dev/null >out 2>&1 &
	victim=$!
	while ! grep -qE "$want" typescript 2>err && kill -0 $victim 2>err; do
		sleep 0.05
	done
	: >seen
	wait $victim
	like "$want" 'progress on a terminal: done, time left, in flight, tokens' \
	    'cat typescript'
else
	skip 'progress on a terminal: done, time left, in flight, tokens' 'no pseudo-terminals'
fi
mkfifo gate
ok 'a slow pipe keeps nobody waiting' 'one() { echo "{\"prompt\":\"$1\"}"; }
    { one first; read -r _ <gate; one second; } |
    timeout 60 llm-ask --url $url | { read -r _; echo >gate; cat; } | grep second'
# Secrets are not shown.
prompts one >in
: >empty
ok 'no password, key or header in --stats, messages, --dry-run or the cache' "
    llm-ask --retries 0 --url http://us:pass1@127.0.0.1:1/v1?key=pass2 \
    --header 'X-Key: pass3' --header=X-Other:pass4 --cache told --stats st \
    in >out 2>err; llm-ask --url http://us:pass1@h/ --dry-run in >>out &&
    grep -q '\"http://\*\*\*@127.0.0.1:1/v1?key=\*\*\*\"' st &&
    grep -q 'X-Key: \*\*\*.*=X-Other: \*\*\*' st &&
    grep -qF 'http://***@127.0.0.1:1/v1/chat/completions?key=***' err &&
    ! grep -n 'pass[1-4]' st err out told"
ok 'no core is written, and no process of this user looks in' "
    mkfifo late; llm-ask --offline --cache empty late & pid=\$!
    exec 3>late && sleep 0.2 &&
    grep -qE '^Max core file size +0 +0 ' /proc/\$pid/limits &&
    test \$(stat -c %u /proc/\$pid/environ) = 0; got=\$?
    exec 3>&-; wait \$pid; exit \$got"
done_testing
