# llm-ask against a server that plays every trick: tests/chat-server.py
. "${0%/*}/tap.sh"

cd "$tmp" || exit
unset OPENAI_API_KEY OPENAI_BASE_URL OPENAI_ORG_ID OPENAI_PROJECT_ID
unset ANTHROPIC_API_KEY ANTHROPIC_BASE_URL http_proxy HTTP_PROXY
unset ALL_PROXY all_proxy

python3 "$top/tests/chat-server.py" port log &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$tmp"' EXIT
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	[ -s port ] && break
	sleep 0.1
done
url=http://127.0.0.1:$(cat port)/v1
export url

# The cases of the server as prompts, one record each.
prompts() {
	for word in "$@"; do
		printf '{"id":"%s","prompt":"%s","x":[1, 2.50]}\n' "$word" \
		    "$word"
	done
}
# How often the server was asked this.
asked() {
	grep -c "\"prompt\": \"$1\"" log
}
ask() {
	llm-ask --url "$url" "$@"
}

# What comes back.
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
prompts length >in
like '"finish":"length"' 'an answer that was cut says so' 'llm-ask --url $url in'
prompts chunked drip plain >in
ok 'chunked, slow, of another type' \
    'llm-ask --url $url in >out && [ $(grep -c re: out) -eq 3 ]'

# Order.
prompts 'slow 0.6' 'slow 0.3' 'slow 0.01' >in
ok 'answers out of order, records in order' \
    'llm-ask --url $url in | jq -r .id >ids; jq -r .id in | cmp - ids'
ok 'as completed' 'llm-ask --url $url --as-completed in | jq -r .id >ids
    jq -r .id in | sort >want; cmp ids want'

# What is asked again.
prompts 429s 429ms 500 503 529 closed dropped truncated wrong >in
ok 'asked again until it is answered' \
    'llm-ask --url $url in >out 2>err && [ $(grep -c re: out) -eq 9 ] &&
    [ ! -s err ]'
for p in 429s 429ms 500 529 closed dropped truncated wrong; do
	[ "$(asked "$p")" -eq 2 ]
	report $? "$p: asked twice"
done
prompts 429zero >in
ok 'Retry-After: 0 is at once' 'timeout 2 llm-ask --url $url in'
prompts 429date >in
ok 'Retry-After with a date' 'llm-ask --url $url in && python3 -c "
import json
t = [json.loads(l)[\"time\"] for l in open(\"log\")
     if json.loads(l)[\"prompt\"] == \"429date\"]
assert len(t) == 2 and 0.01 < t[1] - t[0] < 3, t"'
prompts 429long >in
status 75 'too long a wait is no wait' 'timeout 5 llm-ask --url $url in'
prompts limit 'after limit' >in
ok 'a used-up limit holds what follows' 'llm-ask --url $url --jobs 1 in &&
    python3 -c "
import json
t = {json.loads(l)[\"prompt\"]: json.loads(l)[\"time\"] for l in open(\"log\")}
assert 0.35 < t[\"after limit\"] - t[\"limit\"] < 2, t"'

# What isn't.
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
prompts quota 'after quota' >in
status 75 'quota: later' 'llm-ask --url $url --jobs 1 in'
[ "$(asked 'after quota')" -eq 0 ]
report $? 'quota: nothing more is asked'
like 'Location|HTTP 302' 'redirect: said' \
    'jq -n "{id:\"r\",prompt:\"redirect\"}" -c | llm-ask --url $url'
prompts a b c d e f >in
status 75 'no server' \
    'timeout 9 llm-ask --url http://127.0.0.1:1/v1 --retries 1 in'
like 'onnect' 'no server: said' \
    'llm-ask --url http://127.0.0.1:1/v1 --retries 0 in'
like 'not in the cache, and http.*onnect' 'no server, and no answer kept' \
    'llm-ask --url http://127.0.0.1:1/v1 --retries 0 --cache none in'
status 2 'no such protocol' 'llm-ask --url gopher://127.0.0.1/v1 in'
prompts 'slow 0.9' >in
status 75 'a timeout' 'llm-ask --url $url --timeout 0.2 --retries 1 in'

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
    llm-ask --url $url --cache both in >a & p=$!
    tac in | llm-ask --url $url --cache both >b; wait $p &&
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
while [ "$(wc -l <killed)" -lt 300 ]; do sleep 0.02; done
kill -9 $victim
wait $victim 2>/dev/null
before=$(wc -l <killed)
ok "killed after $before answers: every prompt is answered once" \
    'llm-ask --url $url --jobs 16 --cache killed in >out &&
    jq -r .id out >ids && jq -r .id in | cmp - ids &&
    [ $(jq -r .key killed | sort -u | wc -l) -eq 1000 ]'
paid=$(grep -c '"prompt": "kill ' log)
[ "$paid" -ge 1000 ] && [ "$paid" -le 1016 ] && [ "$before" -lt 1000 ]
report $? "none is paid twice but those in flight: $paid requests"

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
ok 'anthropic batches' 'llm-ask --api anthropic -m x --batch-out batch in &&
    jq -c "{custom_id, result: {type: \"succeeded\", message: {content:
    [{type: \"text\", text: .params.messages[0].content}]}}}" batch >result &&
    llm-ask --api anthropic -m x --batch-in result in |
    jq -r .response >got && printf "b1\nb2\nb1\n" | cmp - got'

# In flight.
i=0
while [ $i -lt 1280 ]; do
	echo "{\"prompt\":\"slow 0.05 $i\"}"
	i=$((i + 1))
done >in
ok 'connections are kept alive, --jobs in flight' '
    llm-ask --url $url --jobs 64 --stats st in >out && [ $(wc -l <out) -eq 1280 ] &&
    python3 -c "
import json
rows = [json.loads(l) for l in open(\"log\")]
mine = [r for r in rows if r[\"prompt\"].startswith(\"slow 0.05\")]
ports = {r[\"port\"] for r in mine}
assert len(ports) <= 64, len(ports)
assert 32 <= max(r[\"most\"] for r in mine) <= 64
assert json.load(open(\"st\"))[\"seconds\"] < 4"'
prompts r1 r2 r3 r4 >in
ok '--rpm' 'llm-ask --url $url --rpm 300 in >out && python3 -c "
import json
t = [json.loads(l)[\"time\"] for l in open(\"log\")][-4:]
assert 0.4 < t[3] - t[0] < 2, t"'
ok '--set, and what the dry run shows' 'llm-ask --dry-run -o top_p=0.9 \
    -o "stop=[\"x\"]" -n 9 -t 0.1 -m m in | head -n 1 |
    jq -e ".body | .top_p == 0.9 and .stop == [\"x\"] and .max_tokens == 9 and
    .temperature == 0.1 and .model == \"m\""'
status 2 '--set with no JSON' 'llm-ask --dry-run -o top_p=x in'
prompts 'slow 0.2' 'slow 0.4' >in
like '2 in, .* in flight, [0-9]+ tokens' 'progress on a terminal' \
    'script -qec "llm-ask -p --url $url in" /dev/null </dev/null'
ok 'a slow pipe keeps nobody waiting' '(prompts() { echo "{\"prompt\":\"$1\"}"; }
    prompts first; sleep 0.8; prompts second) | llm-ask --url $url | (
    read -r line; date +%s%N >t1; cat >/dev/null; date +%s%N >t2)
    [ $(($(cat t2) - $(cat t1))) -gt 400000000 ]'
done_testing
