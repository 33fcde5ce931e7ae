#include "llm/http-client.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/mem.h"

enum { CONNECT_MS = 5000 };

struct slot {
	CURL *easy;
	void *token; /* NULL: free */
	struct buf body;
	size_t max_len;
	bool too_long;
	char error[CURL_ERROR_SIZE];
};

struct http_client {
	CURLM *multi;
	struct curl_slist *headers;
	struct slot *slot; /* (nslot) */
	size_t nslot;
	struct slot *borrowed; /* whose reply the caller reads */
};

static size_t
receive(char *p, size_t size, size_t n, void *data)
{
	struct slot *slot = data;

	if (n > slot->max_len - slot->body.len) {
		slot->too_long = true;
		return 0;
	}
	buf_put(&slot->body, p, size * n);
	return n;
}

static void
ready_slot(struct slot *slot, const struct http_client *c, const char *url,
    long timeout_ms)
{
	CURL *e = slot->easy = curl_easy_init();

	if (e == NULL)
		cli_errx(CLI_FATAL, "out of memory (libcurl)");
	curl_easy_setopt(e, CURLOPT_URL, url);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, c->headers);
	curl_easy_setopt(e, CURLOPT_USERAGENT, "dopamine-tools/" VERSION);
	curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, timeout_ms);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS,
	    timeout_ms < CONNECT_MS ? timeout_ms : (long)CONNECT_MS);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, slot->error);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, receive);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, slot);
	curl_easy_setopt(e, CURLOPT_PRIVATE, slot);
}

struct http_client *
http_client_new(const char *url, char *const headers[], const char *cacert,
    size_t njob, double timeout_s, size_t max_len)
{
	struct http_client *c = mem_zeroed(1, sizeof(*c));
	struct curl_slist *list;
	size_t i;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (c->multi = curl_multi_init()) == NULL)
		cli_errx(CLI_FATAL, "libcurl can't be started");
	curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, (long)njob);
	for (i = 0; headers[i] != NULL; i++) {
		list = curl_slist_append(c->headers, headers[i]);
		if (list == NULL)
			cli_errx(CLI_FATAL, "out of memory (libcurl)");
		c->headers = list;
	}
	c->nslot = njob;
	c->slot = mem_zeroed(njob, sizeof(*c->slot));
	for (i = 0; i < njob; i++) {
		c->slot[i].max_len = max_len;
		ready_slot(&c->slot[i], c, url, (long)(timeout_s * 1000));
		if (cacert != NULL)
			curl_easy_setopt(
			    c->slot[i].easy, CURLOPT_CAINFO, cacert);
	}
	return c;
}

void
http_client_free(struct http_client *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < c->nslot; i++) {
		if (c->slot[i].token != NULL)
			curl_multi_remove_handle(c->multi, c->slot[i].easy);
		curl_easy_cleanup(c->slot[i].easy);
		buf_release(&c->slot[i].body);
	}
	curl_multi_cleanup(c->multi);
	curl_slist_free_all(c->headers);
	curl_global_cleanup();
	free(c->slot);
	free(c);
}

static void
check(CURLMcode code)
{
	if (code != CURLM_OK)
		cli_errx(CLI_FATAL, "libcurl: %s", curl_multi_strerror(code));
}

/* Give back the slot whose reply was borrowed. */
static void
take_back(struct http_client *c)
{
	if (c->borrowed != NULL)
		c->borrowed->token = NULL;
	c->borrowed = NULL;
}

void
http_client_send(struct http_client *c, void *token, struct str body)
{
	struct slot *slot;
	size_t i;

	take_back(c);
	for (i = 0; i < c->nslot && c->slot[i].token != NULL; i++)
		;
	if (i == c->nslot)
		cli_errx(CLI_FATAL, "more requests in flight than asked for");
	slot = &c->slot[i];
	slot->token = token;
	slot->body.len = 0;
	slot->too_long = false;
	slot->error[0] = '\0';
	curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDS, body.p);
	curl_easy_setopt(
	    slot->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
	check(curl_multi_add_handle(c->multi, slot->easy));
}

void
http_client_wait(struct http_client *c, double wait_s, int fd)
{
	struct curl_waitfd extra = {.fd = fd, .events = CURL_WAIT_POLLIN};
	int running;

	check(curl_multi_perform(c->multi, &running));
	check(curl_multi_poll(c->multi, &extra, fd >= 0 ? 1 : 0,
	    wait_s < 0 ? 0 : (int)(wait_s * 1000 + 0.999), NULL));
	check(curl_multi_perform(c->multi, &running));
}

static void
fill_reply(struct http_client_reply *reply, struct slot *slot, CURLcode code)
{
	const char *type = NULL;
	long status = 0;

	*reply = (struct http_client_reply){
	    .token = slot->token, .body = buf_str(&slot->body)};
	curl_easy_getinfo(slot->easy, CURLINFO_CONTENT_TYPE, &type);
	reply->type = type != NULL ? str_of(type) : STR("");
	if (code == CURLE_OK) {
		curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
		reply->status = (int)status;
		return;
	}
	reply->error = slot->too_long		? "the answer is too long"
		       : slot->error[0] != '\0' ? slot->error
						: curl_easy_strerror(code);
	reply->unreachable = code == CURLE_COULDNT_CONNECT ||
			     code == CURLE_COULDNT_RESOLVE_HOST ||
			     code == CURLE_COULDNT_RESOLVE_PROXY;
	reply->hopeless = slot->too_long || code == CURLE_URL_MALFORMAT ||
			  code == CURLE_UNSUPPORTED_PROTOCOL ||
			  code == CURLE_PEER_FAILED_VERIFICATION ||
			  code == CURLE_SSL_CACERT_BADFILE;
}

bool
http_client_next(struct http_client *c, struct http_client_reply *reply)
{
	struct slot *slot;
	CURLMsg *msg;
	CURLcode code;
	int left;

	take_back(c);
	do {
		msg = curl_multi_info_read(c->multi, &left);
		if (msg == NULL)
			return false;
	} while (msg->msg != CURLMSG_DONE);
	code = msg->data.result;
	curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &slot);
	check(curl_multi_remove_handle(c->multi, slot->easy));
	fill_reply(reply, slot, code);
	c->borrowed = slot;
	return true;
}

bool
http_client_header(struct http_client *c, const char *name, struct str *value)
{
	struct curl_header *h;

	if (c->borrowed == NULL || curl_easy_header(c->borrowed->easy, name, 0,
				       CURLH_HEADER, -1, &h) != CURLHE_OK)
		return false;
	*value = str_of(h->value);
	return true;
}
