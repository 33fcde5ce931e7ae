/* domain-judge - have a language model judge the domains of records */

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/rng.h"
#include "llm/judging.h"
#include "record/json-writer.h"
#include "record/json.h"
#include "record/reader.h"
#include "record/rec.h"
#include "record/spool.h"
#include "record/tool.h"
#include "spill/hashset.h"
#include "text/word.h"

enum verb { PROMPT, PARSE };

static const struct tool_help help = {
    .usage = "usage: domain-judge prompt [-hpV] [--max-words N] [--rng N]\n"
	     "           [--max-bad N[%]] [--max-record SIZE] [--stats FILE] "
	     "[file ...]\n"
	     "       domain-judge parse [-hpV] [--json] [--max-bad N[%]]\n"
	     "           [--max-record SIZE] [--stats FILE] [file ...]\n",
    .about = "Ask a language model whether tagged records are of their "
	     "domains, and count\n"
	     "how often it agrees.\n\n"
	     "prompt: write a prompt for each record with text and domains\n"
	     "parse: answers to agreement, a table\n",
    .example =
	"Example: how good are the labels of a sample\n"
	"  domain-tag --model domains.bin docs.jsonl | shuf -n 100 |\n"
	"      domain-judge prompt | llm-ask --url http://localhost:8080/v1 |\n"
	"      domain-judge parse\n",
    .forms =
	(const char *const[]){[PROMPT] = "prompt", [PARSE] = "parse", NULL},
    .members = TOOL_TEXT | TOOL_ID,
    .writes = 1 << PROMPT};

struct opts {
	size_t max_words; /* of the text that are shown */
	size_t rng;
	bool json;
};

/* "- Law (0.93)" for each domain, in an order that --rng and id draw */
static void
put_domains(struct buf *b, const struct rec *rec, struct str *domain, size_t n,
    struct rng *rng)
{
	struct str scores = {0}, raw, swap;
	struct json_walk w;
	bool scored =
	    rec_get(rec, "scores", &scores) && json_open(&w, scores, '{');
	double score;
	size_t i, k;

	for (i = n; i > 1; i--) {
		k = rng_below(rng, i);
		swap = domain[i - 1];
		domain[i - 1] = domain[k];
		domain[k] = swap;
	}
	for (i = 0; i < n; i++) {
		buf_puts(b, STR("- "));
		buf_puts(b, domain[i]);
		if (scored && json_member(scores, rec->mem, domain[i], &raw) &&
		    json_get_num(raw, &score))
			buf_printf(b, " (%.2f)", score);
		buf_putc(b, '\n');
	}
}

/* The first max words of text, and a sign if there are more. */
static void
put_text(struct buf *b, struct str text, size_t max)
{
	struct str rest = text, word, shown = text;
	size_t n = 0;

	while (word_next(&rest, &word)) {
		if (n++ == max) {
			shown.len = (size_t)(word.p - text.p);
			break;
		}
	}
	buf_puts(b, str_trim(shown));
	if (shown.len < text.len)
		buf_puts(b, STR(" [...]"));
}

static void
put_prompt(struct buf *b, const struct rec *rec, struct str text,
    struct str *domain, size_t n, size_t max_words, struct rng *rng)
{
	buf_puts(b,
	    STR("Below are a document and the domains that a program found for "
		"it, each with its score from 0 to 1. Judge each domain by "
		"itself: agree if the document is about this domain, or is "
		"written for those who work in it; disagree if it is not. A "
		"document may belong to several domains, or to none.\n\n"
		"<DOCUMENT>\n"));
	put_text(b, text, max_words);
	buf_puts(b, STR("\n</DOCUMENT>\n\nDomains, in no particular order:\n"));
	put_domains(b, rec, domain, n, rng);
	buf_puts(b,
	    STR("\nFirst weigh each domain in a sentence, then give your "
		"verdicts, one line a domain: its name as above, a colon, and "
		"agree or disagree. Answer in this form:\n\n"
		"<COMMENTS>\nyour sentences\n</COMMENTS>\n"
		"<Judgement>\nNAME: agree or disagree\n</Judgement>\n"));
}

static void
prompt(const struct opts *o, char *operands[])
{
	struct str text, id, *domain;
	struct rec_reader in;
	struct buf b = {0};
	struct rec rec;
	struct rng rng;
	size_t n;

	rec_open(&in, operands);
	while (rec_read(&in, &rec)) {
		if (!rec_need_str(&in, &rec, tool_text(), &text))
			continue;
		if (!rec_get_strs(&rec, "domains", &domain, &n)) {
			rec_bad(&in, "no \"domains\"");
			continue;
		}
		if (n == 0) {
			tool_drop("no domain to judge");
			continue;
		}
		if (!rec_get_str(&rec, tool_id(), &id))
			id = text;
		rng_init_id(&rng, o->rng, id);
		b.len = 0;
		put_prompt(&b, &rec, text, domain, n, o->max_words, &rng);
		rec_set_str(&rec, "prompt", buf_str(&b));
		rec_write(&rec, stdout);
	}
	buf_release(&b);
	rec_close(&in);
}

struct tally {
	struct str domain;
	uint64_t agree, disagree, unjudged;
};

struct report {
	struct tally *tally; /* (ntally) */
	size_t ntally, cap;
	struct hashset index; /* of the domains' names */
	struct arena mem;     /* the names */
	uint64_t ndocument;
	struct spool spool; /* what is disagreed on: JSON lines */
};

static struct tally *
find_tally(struct report *r, struct str domain)
{
	struct hash128 key = hash_128(domain.p, domain.len);
	uint32_t i;

	if (hashset_find(&r->index, key, &i))
		return &r->tally[i];
	if (r->ntally == r->cap) {
		r->cap = 2 * r->cap + 32;
		r->tally = mem_grow(r->tally, r->cap, sizeof(*r->tally));
	}
	r->tally[r->ntally] =
	    (struct tally){.domain = arena_copy(&r->mem, domain)};
	hashset_add(&r->index, key, (uint32_t)r->ntally);
	return &r->tally[r->ntally++];
}

static void
note_disagreement(struct report *r, const struct rec *rec, struct str domain)
{
	struct buf b = {0};
	struct json_writer w = {.out = &b};
	struct str id;

	jw_begin_object(&w, NULL);
	if (rec_get_str(rec, tool_id(), &id))
		jw_str(&w, "id", id);
	else
		jw_null(&w, "id");
	jw_str(&w, "domain", domain);
	jw_end_object(&w);
	buf_putc(&b, '\n');
	spool_write(&r->spool, b.p, b.len);
	buf_release(&b);
}

static void
take_answer(struct report *r, struct rec_reader *in, const struct rec *rec)
{
	struct str response, *domain;
	enum judging_vote *vote;
	struct tally *t;
	size_t i, n;

	if (!rec_need_str(in, rec, "response", &response))
		return;
	if (!rec_get_strs(rec, "domains", &domain, &n) || n == 0) {
		rec_bad(in, "no \"domains\" that were judged");
		return;
	}
	vote = arena_alloc(rec->mem, n * sizeof(*vote));
	if (judging_parse(response, domain, n, vote) == 0)
		rec_bad(in, "no verdict in the answer");
	r->ndocument++;
	for (i = 0; i < n; i++) {
		t = find_tally(r, domain[i]);
		t->agree += vote[i] == JUDGING_AGREE;
		t->disagree += vote[i] == JUDGING_DISAGREE;
		t->unjudged += vote[i] == JUDGING_NONE;
		if (vote[i] == JUDGING_DISAGREE)
			note_disagreement(r, rec, domain[i]);
	}
}

static int
compare(const void *a, const void *b)
{
	const struct tally *s = a, *t = b;
	size_t len =
	    s->domain.len < t->domain.len ? s->domain.len : t->domain.len;
	int order = len > 0 ? memcmp(s->domain.p, t->domain.p, len) : 0;

	if (order != 0)
		return order;
	return s->domain.len < t->domain.len ? -1
					     : s->domain.len > t->domain.len;
}

/* "agree":4,...,"high":0.9 */
static void
put_json(struct json_writer *w, const struct tally *t)
{
	uint64_t n = t->agree + t->disagree;
	double low, high;

	judging_interval(t->agree, n, &low, &high);
	jw_u64(w, "agree", t->agree);
	jw_u64(w, "disagree", t->disagree);
	jw_u64(w, "unjudged", t->unjudged);
	if (n > 0)
		jw_real(w, "agreement", (float)((double)t->agree / (double)n));
	else
		jw_null(w, "agreement");
	jw_real(w, "low", (float)low);
	jw_real(w, "high", (float)high);
}

static void
print_row(const struct tally *t)
{
	uint64_t n = t->agree + t->disagree;
	double low, high;

	judging_interval(t->agree, n, &low, &high);
	printf("%7" PRIu64 " %7" PRIu64 " %8" PRIu64, n, t->agree, t->unjudged);
	if (n > 0)
		printf(" %6.1f %%  %5.1f .. %5.1f %%  ",
		    100 * (double)t->agree / (double)n, 100 * low, 100 * high);
	else
		printf("      -                    ");
	cli_show(t->domain, stdout);
	putchar('\n');
}

static void
print_table(struct report *r, const struct tally *all)
{
	struct arena mem = {0};
	size_t i;
	struct str raw, id, domain;

	printf("%7s %7s %8s %8s  %17s  %s\n", "judged", "agree", "unjudged",
	    "share", "95 % interval", "domain");
	for (i = 0; i < r->ntally; i++)
		print_row(&r->tally[i]);
	print_row(all);
	while (spool_line(&r->spool, &raw)) {
		id = STR("-");
		if (json_member(raw, &mem, STR("id"), &domain))
			json_get_str(domain, &mem, &id);
		json_member(raw, &mem, STR("domain"), &domain);
		json_get_str(domain, &mem, &domain);
		fputs("disagree\t", stdout);
		cli_show(id, stdout);
		putchar('\t');
		cli_show(domain, stdout);
		putchar('\n');
		arena_clear(&mem);
	}
	arena_release(&mem);
}

static void
print_json(struct report *r, const struct tally *all)
{
	struct buf b = {0};
	struct json_writer w = {.out = &b};
	struct str line;
	size_t i;

	jw_begin_object(&w, NULL);
	jw_u64(&w, "documents", r->ndocument);
	put_json(&w, all);
	jw_begin_array(&w, "domains");
	for (i = 0; i < r->ntally; i++) {
		jw_begin_object(&w, NULL);
		jw_str(&w, "domain", r->tally[i].domain);
		put_json(&w, &r->tally[i]);
		jw_end_object(&w);
	}
	jw_end_array(&w);
	jw_begin_array(&w, "disagreements");
	while (spool_line(&r->spool, &line)) {
		jw_raw(&w, NULL, line);
		fwrite(b.p, 1, b.len, stdout);
		b.len = 0;
	}
	jw_end_array(&w);
	jw_end_object(&w);
	buf_putc(&b, '\n');
	fwrite(b.p, 1, b.len, stdout);
	buf_release(&b);
}

static void
print_report(struct report *r, bool json)
{
	struct tally all = {.domain = STR("(all)")};
	size_t i;

	spool_rewind(&r->spool);
	for (i = 0; i < r->ntally; i++) {
		all.agree += r->tally[i].agree;
		all.disagree += r->tally[i].disagree;
		all.unjudged += r->tally[i].unjudged;
	}
	if (r->ntally > 0)
		qsort(r->tally, r->ntally, sizeof(*r->tally), compare);
	if (json)
		print_json(r, &all);
	else
		print_table(r, &all);
	spool_close(&r->spool);
}

static void
parse(const struct opts *o, char *operands[])
{
	struct report r = {0};
	struct rec_reader in;
	struct rec rec;

	hashset_init(&r.index, true, NULL);
	spool_open(&r.spool);
	rec_open(&in, operands);
	while (rec_read(&in, &rec))
		take_answer(&r, &in, &rec);
	print_report(&r, o->json);
	hashset_release(&r.index);
	arena_release(&r.mem);
	free(r.tally);
	rec_close(&in);
}

int
main(int argc, char *argv[])
{
	struct opts o = {.max_words = 2500, .rng = 1};
	const struct option_row rows[] = {
	    {"max-words", "N", "words of the text that are shown (2500)",
		OPTION_SIZE(&o.max_words, 1, SIZE_MAX), .forms = 1 << PROMPT},
	    {"rng", "N", "seed of the order of the domains (1)",
		OPTION_SIZE(&o.rng, 0, SIZE_MAX), .forms = 1 << PROMPT},
	    {"json", NULL, "one JSON object instead of the table",
		OPTION_FLAG(&o.json), .forms = 1 << PARSE},
	    {.name = NULL}};
	char **operands;
	unsigned verb;

	operands = tool_init(argc, argv, &help, rows, &verb);
	if (verb == PROMPT)
		prompt(&o, operands);
	else
		parse(&o, operands);
	return tool_end(stdout);
}
