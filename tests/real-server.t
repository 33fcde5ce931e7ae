# llm-ask against a server that others wrote: LiteLLM's proxy, which speaks both
# APIs and makes up its answers, so that no model is needed
#
#	pip install 'litellm[proxy]'	puts litellm in the PATH
. "${0%/*}/tap.sh"

if ! command -v litellm >/dev/null; then
	skip 'both APIs of a real server' 'no litellm in the PATH'
	done_testing
fi
cd "$tmp" || exit
unset OPENAI_ORG_ID OPENAI_PROJECT_ID LLM_MODEL http_proxy ALL_PROXY all_proxy
export OPENAI_API_KEY=sk-good ANTHROPIC_API_KEY=sk-good
export LITELLM_LOCAL_MODEL_COST_MAP=True
cat >config.yaml <<'END'
model_list:
  - model_name: seed
    litellm_params:
      model: openai/none
      api_key: none
      mock_response: "- TOPIC: t\n- PREMISE: p\n- AUTHOR: a\n- AUDIENCE: u\n- MOTIVE: m\n- DOCUMENT:\nd"
  - model_name: limit
    litellm_params:
      {model: openai/none, api_key: none, mock_response: litellm.RateLimitError}
  - model_name: broken
    litellm_params:
      {model: openai/none, api_key: none, mock_response: litellm.InternalServerError}
  - model_name: narrow
    litellm_params:
      {model: openai/none, api_key: none, mock_response: litellm.ContextWindowExceededError}
general_settings: {master_key: sk-good}
router_settings: {num_retries: 0, disable_cooldowns: true}
litellm_settings: {telemetry: false}
END
port=$(python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
timeout 300 litellm --config config.yaml --host 127.0.0.1 --port "$port" \
    >server.log 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$tmp"' EXIT
url=http://127.0.0.1:$port/v1
export url
while kill -0 $server 2>/dev/null; do
	grep -q 'Uvicorn running' server.log && break
	sleep 0.5
done

seed-gen prompt Law -c 30 >in
head -n 1 in >one
for api in openai anthropic; do
	export api
	ok "$api: prompts to seeds" '
	    llm-ask --api $api --url $url -m seed --cache $api --stats st in |
	    seed-gen parse --max-bad 0 >seeds && [ $(wc -l <seeds) -eq 30 ] &&
	    jq -e -s "all(.[]; .topic == \"t\" and .text == \"d\" and
	    .model == \"seed\")" seeds &&
	    jq -e ".requests == 30 and .completion_tokens > 0" st'
	ok "$api: again, from the cache" '
	    llm-ask --api $api --url $url -m seed --cache $api --stats st in |
	    wc -l | grep -x 30 && jq -e ".cached == 30 and .requests == null" st'
	for model in limit broken; do
		export model
		status 75 "$api: $model" 'llm-ask --api $api --url $url \
		    -m $model --retries 1 --stats st one'
		ok 'was asked again' 'jq -e ".requests == 2" st'
	done
	ok "$api: a prompt that is too long is rejected" '
	    llm-ask --api $api --url $url -m narrow --rejects rejects one &&
	    jq -e ".reasons[0] | test(\"HTTP 400: .*ContextWindow\")" rejects'
	ok "$api: so is a wrong key" 'OPENAI_API_KEY=no ANTHROPIC_API_KEY=no \
	    llm-ask --api $api --url $url -m seed --rejects rejects one
	    jq -e ".reasons[0] | test(\"HTTP 40[01]\")" rejects'
	status 2 "$api: a wrong path" \
	    'llm-ask --api $api --url $url/nowhere -m seed one'
done
done_testing
