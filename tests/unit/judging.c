/* judging: verdicts in every form, and the interval of a share */

#include "llm/judging.h"

#include <math.h>

#include "tap.h"

static const struct str domain[] = {{"Law", 3}, {"Financial Services", 18},
    {"Services", 8}, {"Healthcare & Life sciences", 26}};

/* The votes as letters: a, d, or - for none. */
static bool
votes(const char *answer, const char *want)
{
	enum judging_vote vote[4];
	size_t i, n = 0;

	if (judging_parse(str_of(answer), domain, 4, vote) > 4)
		return false;
	for (i = 0; i < 4; i++)
		n += want[i] == "-ad"[vote[i]];
	return n == 4;
}

int
main(void)
{
	enum judging_vote vote;
	double low, high;

	ok(votes("<COMMENTS>I disagree on Law.</COMMENTS>\n<Judgement>\nLaw: "
		 "agree\nFinancial Services: disagree\nServices: agree\n"
		 "Healthcare & Life sciences: disagree\n</Judgement>",
	       "adad"),
	    "as asked for");
	ok(votes("<judgment>- **Law** (0.93) - Disagreed\n* financial "
		 "services: AGREE.\n2. Healthcare and Life Sciences: do not "
		 "agree",
	       "da-d"),
	    "markup, case, no end tag, not agree");
	ok(votes("agree: Law\nDISAGREE - Services", "a-d-"), "verdict first");
	ok(votes("{\"Law\": \"agree\", \"Services\": \"disagree\", "
		 "\"Financial Services\": \"agree\"}",
	       "aad-"),
	    "JSON on one line");
	ok(votes("Law\nagree\n\nFinancial Services\nDisagree", "ad--"),
	    "name and verdict on two lines");
	ok(votes("<COMMENTS>Law: agree</COMMENTS> Services: agree", "--a-"),
	    "comments are no verdict");
	ok(votes(
	       "agree: Law, Financial Services\ndisagree: Healthcare and Life "
	       "sciences, Services",
	       "aadd"),
	    "lists of names after a verdict");
	ok(votes(
	       "Agree: Law and Services; disagree: Financial Services", "ada-"),
	    "two lists on a line");
	ok(votes("<think>Law: disagree? <Judgement>Services: agree</Judgement>"
		 "</think>\nLaw: agree",
	       "a---"),
	    "thoughts are no verdict");
	ok(votes("LAW: AGREES\nServices: DISAGREED\nFinancial Services: I "
		 "don't agree",
	       "add-"),
	    "other forms of the verb");
	ok(votes("Law: foragree\nServices: agree\u00e9", "----"),
	    "words that hold the verb");
	ok(votes("There is no agreement about Law.", "----") &&
		votes("", "----") && votes("agree", "----"),
	    "nothing");
	ok(votes("Law: agree\nLaw: disagree", "d---"), "the last counts");
	ok(judging_parse(STR("I agree."), domain, 1, &vote) == 1 &&
		vote == JUDGING_AGREE,
	    "a bare verdict on a single domain");
	judging_interval(8, 10, &low, &high);
	ok(fabs(low - 0.4901625) < 1e-6 && fabs(high - 0.9433178) < 1e-6,
	    "8 of 10");
	judging_interval(0, 10, &low, &high);
	ok(low == 0 && fabs(high - 0.2775328) < 1e-6, "0 of 10");
	judging_interval(0, 0, &low, &high);
	ok(low == 0 && high == 1, "0 of 0");
	return tap_done();
}
