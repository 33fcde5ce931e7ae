#include "llm/server.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/cli.h"
#include "base/mapfile.h"
#include "base/mem.h"

/* The name of a header; "" if the line is none. */
static struct str
header_name(struct str line)
{
	static const char marks[] = "!#$%&'*+-.^_`|~";
	size_t n = 0, i;

	while (n < line.len && (ascii_is_alnum(line.p[n]) ||
				   memchr(marks, line.p[n], sizeof(marks) - 1)))
		n++;
	if (n == line.len || line.p[n] != ':')
		return STR("");
	for (i = n; i < line.len; i++)
		if ((unsigned char)line.p[i] < 0x20 && line.p[i] != '\t')
			return STR("");
	return (struct str){line.p, n};
}

static bool
has_header(const struct server *s, struct str name)
{
	size_t i;

	for (i = 0; i < s->nheader; i++)
		if (str_ieq(header_name(str_of(s->header[i])), name))
			return true;
	return false;
}

static void
add(struct server *s, struct str line)
{
	if (s->nheader == SERVER_NHEADER)
		cli_errx(CLI_FATAL, "more than %d headers", SERVER_NHEADER);
	s->header[s->nheader++] = mem_string(line);
}

/* A line each; where says what lacks a header's form. */
static void
add_lines(struct server *s, struct str text, const char *where)
{
	const char *end;
	struct str line;

	while (text.len > 0) {
		end = memchr(text.p, '\n', text.len);
		line = text;
		if (end != NULL)
			line.len = (size_t)(end - text.p);
		text.p += line.len + (end != NULL);
		text.len -= line.len + (end != NULL);
		line = str_trim(line);
		if (line.len == 0)
			continue;
		if (header_name(line).len == 0)
			cli_errx(CLI_FATAL,
			    "%s: not of the form \"Name: value\"", where);
		add(s, line);
	}
}

void
server_header(struct server *s, const char *text)
{
	struct str bytes;

	if (*text != '@') {
		if (strchr(text, '\n') != NULL)
			cli_errx(
			    CLI_FATAL, "--header: the value holds a line end");
		add_lines(s, str_of(text), "--header");
		return;
	}
	if (!mapfile_open(&bytes, text + 1))
		cli_err(CLI_FATAL, "%s", text + 1);
	add_lines(s, bytes, text + 1);
	mapfile_close(&bytes);
}

/* A header of the API, whose value may come from the environment. */
static void
add_own(struct server *s, const char *start, const char *variable,
    const char *value)
{
	struct buf line = {0};

	if (variable != NULL)
		value = getenv(variable);
	if (value == NULL || *value == '\0')
		return;
	if (strpbrk(value, "\r\n") != NULL)
		cli_errx(CLI_FATAL, "%s: holds a line end", variable);
	buf_puts(&line, str_of(start));
	buf_puts(&line, str_of(value));
	if (!has_header(s, header_name(buf_str(&line))))
		add(s, buf_str(&line));
	buf_release(&line);
}

void
server_complete(struct server *s, enum chat_api api)
{
	const char *own = getenv("LLM_HEADERS");

	if (own != NULL)
		add_lines(s, str_of(own), "LLM_HEADERS");
	if (api == CHAT_ANTHROPIC) {
		add_own(s, "x-api-key: ", "ANTHROPIC_API_KEY", NULL);
		add_own(s, "anthropic-version: ", NULL, "2023-06-01");
	} else {
		/* a gateway's own key goes in the place of OpenAI's */
		if (!has_header(s, STR("api-key")) &&
		    !has_header(s, STR("x-api-key")))
			add_own(s, "Authorization: Bearer ", "OPENAI_API_KEY",
			    NULL);
		add_own(s, "OpenAI-Organization: ", "OPENAI_ORG_ID", NULL);
		add_own(s, "OpenAI-Project: ", "OPENAI_PROJECT_ID", NULL);
	}
	add_own(s, "Content-Type: ", NULL, "application/json");
	add(s, STR("Expect:")); /* libcurl's own header is left out */
}

void
server_release(struct server *s)
{
	while (s->nheader > 0)
		free(s->header[--s->nheader]);
	*s = (struct server){0};
}

static bool
ends_in(struct str s, const char *end)
{
	size_t len = strlen(end);

	return s.len >= len && memcmp(s.p + s.len - len, end, len) == 0;
}

char *
server_url(enum chat_api api, const char *base)
{
	static const struct {
		const char *variable, *base, *path;
	} usual[] = {{"OPENAI_BASE_URL", "https://api.openai.com/v1",
			 "/chat/completions"},
	    {"ANTHROPIC_BASE_URL", "https://api.anthropic.com", "/messages"},
	    {"OPENAI_BASE_URL", "https://api.openai.com/v1", "/embeddings"}};
	struct str path, query;
	struct buf b = {0};
	const char *own = usual[api].path;

	if (base == NULL)
		base = getenv(usual[api].variable);
	if (base == NULL || *base == '\0')
		base = usual[api].base;
	path = (struct str){base, strcspn(base, "?#")};
	query = str_of(base + path.len);
	query.len = strcspn(query.p, "#");
	while (path.len > 0 && path.p[path.len - 1] == '/')
		path.len--;
	buf_puts(&b, path);
	if (!ends_in(path, own)) {
		if (api == CHAT_ANTHROPIC && !ends_in(path, "/v1"))
			buf_puts(&b, STR("/v1"));
		buf_puts(&b, str_of(own));
	}
	buf_puts(&b, query);
	buf_putc(&b, '\0');
	return b.p;
}

/* Whether a name of a query's, up to "=", is one that secrets have. */
static bool
is_secret(const char *name, size_t len)
{
	static const char *const part[] = {
	    "key", "token", "secret", "sig", "pass", "auth", "code", "cred"};
	struct str word;
	size_t i, at;

	for (i = 0; i < sizeof(part) / sizeof(*part); i++)
		for (at = 0; at + strlen(part[i]) <= len; at++) {
			word = (struct str){name + at, strlen(part[i])};
			if (str_ieq(word, str_of(part[i])))
				return true;
		}
	return false;
}

/* A query, from its "?" on. */
static void
show_query(struct buf *b, const char *query)
{
	size_t name, len;

	for (; *query != '\0'; query += len) {
		len = 1 + strcspn(query + 1, "&#");
		name = strcspn(query, "=");
		if (*query == '#' || name >= len ||
		    !is_secret(query + 1, name - 1)) {
			buf_puts(b, (struct str){query, len});
		} else {
			buf_puts(b, (struct str){query, name + 1});
			buf_puts(b, STR("***"));
		}
	}
}

char *
server_shown_url(const char *url)
{
	const char *start = strstr(url, "://"), *at, *end;
	struct buf b = {0};

	start = start != NULL ? start + 3 : url;
	end = start + strcspn(start, "/?#");
	at = memrchr(start, '@', (size_t)(end - start));
	buf_puts(&b, (struct str){url, (size_t)(start - url)});
	if (at != NULL) {
		buf_puts(&b, STR("***"));
		start = at;
	}
	end = start + strcspn(start, "?");
	buf_puts(&b, (struct str){start, (size_t)(end - start)});
	show_query(&b, end);
	buf_putc(&b, '\0');
	return b.p;
}

char *
server_shown_header(const char *text)
{
	struct str name = header_name(str_of(text));
	struct buf b = {0};

	if (*text == '@')
		return mem_string(str_of(text));
	buf_puts(&b, name);
	buf_puts(&b, name.len > 0 ? STR(": ***") : STR("***"));
	buf_putc(&b, '\0');
	return b.p;
}

const char *
server_certificates(const char *file)
{
	static const char *const variable[] = {
	    "SSL_CERT_FILE", "CURL_CA_BUNDLE"};
	size_t i;

	for (i = 0; i < 2 && (file == NULL || *file == '\0'); i++)
		file = getenv(variable[i]);
	return file != NULL && *file != '\0' ? file : NULL;
}
