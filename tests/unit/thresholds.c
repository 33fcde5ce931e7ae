/* thresholds: what is no file of them is refused, with its reason */

#include "mine/thresholds.h"

#include <string.h>

#include "base/mem.h"
#include "tap.h"

#define FIRST "{\"rule\":{\"a\":1},\"pass\":2,\"records\":4}\n"
#define CUTOFF "{\"key\":\"40bf\",\"left\":3}"
#define BACKGROUND "{\"background\":" CUTOFF "}\n"
#define INCOMPLETE "incomplete file"
#define NO_FIRST "it does not begin with rule, pass and records"
#define NO_THRESHOLDS "these are no thresholds"
#define NO_COUNTS "these are no counts"
#define NO_PAIRS "its \"bins\" are no pairs of a digit and a count"

static const struct pick_rule rule = {.share = 0.5};
static const struct str rule_text = {"{\"a\":1}", 7};

/* Whether thresholds are refused for that reason; NULL: they are accepted. */
static void
thresholds(const char *text, const char *reason, const char *what)
{
	struct pick p;
	uint64_t pass;
	const char *why;

	pick_init(&p, &rule);
	why = thresholds_get(&p, str_of(text), rule_text, &pass);
	ok(reason == NULL ? why == NULL
			  : why != NULL && strcmp(why, reason) == 0,
	    what);
	pick_release(&p);
}

static void
domain(const char *line, const char *reason, const char *what)
{
	char text[512];

	snprintf(text, sizeof(text), FIRST "%s\n" BACKGROUND, line);
	thresholds(text, reason, what);
}

/* The same for counts, each line of them a record; the last one decides. */
static void
counts(uint64_t pass, const char *const *line, const char *reason,
    const char *what)
{
	struct thresholds_sum s = {.rule = rule_text, .pass = pass};
	const char *why = NULL, *invalid;
	struct arena mem = {0};
	struct pick p;
	struct rec rec;

	pick_init(&p, &rule);
	s.pick = &p;
	for (; *line != NULL && why == NULL; line++)
		why = rec_parse(&rec, &mem, str_of(*line), &invalid)
			  ? thresholds_add(&s, &rec)
			  : invalid;
	ok(*line == NULL &&
		(reason == NULL ? why == NULL
				: why != NULL && strcmp(why, reason) == 0),
	    what);
	thresholds_close(&s);
	pick_release(&p);
	arena_release(&mem);
}

static void
test_thresholds(void)
{
	thresholds("", NULL, "nothing is known yet");
	thresholds(FIRST BACKGROUND, NULL, "no domain");
	thresholds(FIRST, INCOMPLETE, "the last line is missing");
	thresholds(FIRST "{\"background\":" CUTOFF "}", INCOMPLETE,
	    "the last line has no end");
	thresholds("{\"rule\":{\"a\":1},\"pass\":0,\"records\":4}\n", NO_FIRST,
	    "passes are counted from 1");
	thresholds("{\"rule\":{\"a\":1},\"records\":4}\n", NO_FIRST, "no pass");
	thresholds("{\"rule\":{\"a\":1},\"pass\":1}\n", NO_FIRST, "no records");
	thresholds("{\"pass\":1,\"records\":4}\n", NO_FIRST, "no rule");
	thresholds("{\"rule\":{\"a\":2},\"pass\":1,\"records\":4}\n",
	    "it was made with other options", "another rule");
	domain("{\"domain\":\"Law\",\"kept\":1,\"share\":" CUTOFF
	       ",\"grey\":" CUTOFF "}",
	    NULL, "a domain");
	domain("{\"kept\":1,\"share\":" CUTOFF ",\"grey\":" CUTOFF "}",
	    NO_THRESHOLDS, "a domain without a name");
	domain("{\"domain\":\"Law\",\"share\":" CUTOFF ",\"grey\":" CUTOFF "}",
	    NO_THRESHOLDS, "a domain without what is kept");
	domain("{\"domain\":\"Law\",\"kept\":1,\"grey\":" CUTOFF "}",
	    NO_THRESHOLDS, "a domain without its share");
	domain("{\"domain\":\"Law\",\"kept\":1,\"share\":" CUTOFF "}",
	    NO_THRESHOLDS, "a domain without its grey zone");
	domain("{\"background\":{\"key\":\"40b\",\"left\":3}}", NO_THRESHOLDS,
	    "half a digit");
	domain("{\"background\":{\"key\":\"40BF\",\"left\":3}}", NO_THRESHOLDS,
	    "no hexadecimal digit");
	domain("{\"background\":{\"key\":\"40b/\",\"left\":3}}", NO_THRESHOLDS,
	    "nor is this one");
	domain("{\"background\":{\"key\":\"0000000000000000000000000000\","
	       "\"left\":3}}",
	    NO_THRESHOLDS, "more digits than a key has");
	domain("{\"background\":{\"key\":7,\"left\":3}}", NO_THRESHOLDS,
	    "a key that is a number");
	domain("{\"background\":{\"left\":3}}", NO_THRESHOLDS, "no key");
	domain("{\"background\":{\"key\":\"40bf\"}}", NO_THRESHOLDS,
	    "nothing left");
	domain("{\"background\":{\"key\":\"40bf\",\"left\":-1}}", NO_THRESHOLDS,
	    "less than nothing left");
}

static void
test_counts(void)
{
	static const char *const first =
	    "{\"rule\":{\"a\":1},\"pass\":1,\"records\":4}";
	static const char *const second =
	    "{\"rule\":{\"a\":1},\"pass\":2,\"records\":4}";
	static const struct {
		const char *line, *reason, *what;
	} lines[] = {
	    {"{\"domain\":\"Law\",\"kept\":1}", NULL, "what a domain keeps"},
	    {"{\"domain\":\"Law\",\"key\":\"\",\"bins\":[]}", NO_COUNTS,
		"counts of a domain that has not said what it keeps"},
	    {"{\"key\":\"\",\"bins\":[]}", NULL, "the background's"},
	    {"{\"bins\":[]}", NO_COUNTS, "no key"},
	    {"{\"key\":\"x\",\"bins\":[]}", NO_COUNTS, "a bad key"},
	    {"{\"key\":\"\"}", NO_COUNTS, "no bins"},
	    {"{\"key\":\"\",\"bins\":5}", "its \"bins\" are no array",
		"bins that are a number"},
	    {"{\"key\":\"\",\"bins\":[5]}", NO_PAIRS,
		"a digit without a count"},
	    {"{\"key\":\"\",\"bins\":[65536,1]}", NO_PAIRS,
		"a digit that is too large"},
	    {"{\"key\":\"\",\"bins\":[-1,1]}", NO_PAIRS, "a negative digit"},
	    {"{\"key\":\"\",\"bins\":[1,\"x\"]}", NO_PAIRS,
		"a count that is text"},
	};
	const char *of[] = {first, NULL, NULL, NULL};
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		of[1] = lines[i].line;
		counts(1, of, lines[i].reason, lines[i].what);
	}
	of[1] = lines[0].line;
	of[2] = "{\"domain\":\"Law\",\"key\":\"\",\"bins\":[5,2,7,1]}";
	counts(1, of, NULL, "its counts");
	of[1] = of[2] = NULL;
	counts(
	    2, of, "it is of another pass", "the counts of pass 1 in pass 2");
	of[0] = "{\"domain\":\"Law\",\"kept\":1}";
	counts(1, of, NO_FIRST, "counts without a first line");
	of[0] = second;
	of[1] = "{\"domain\":\"Law\",\"key\":\"\",\"bins\":[]}";
	counts(2, of, "the thresholds do not know its domain",
	    "a domain that pass 1 did not have");
}

int
main(void)
{
	test_thresholds();
	test_counts();
	return tap_done();
}
