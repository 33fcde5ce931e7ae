/* labels: labels by name, and marks by record, whatever the order */

#include "classify/labels.h"

#include "tap.h"

static const struct str bakery = {"Bakery", 6}, harbour = {"Harbour", 7},
			rumour = {"Rumour", 6}, all = {"*", 1};

static bool
marks_are(const struct labels *t, size_t record, uint8_t a, uint8_t b)
{
	uint8_t mark[2], second;

	labels_get(t, record, 0, 2, mark);
	labels_get(t, record, 1, 1, &second);
	return mark[0] == a && mark[1] == b && second == b;
}

int
main(void)
{
	struct labels t = {0};
	const struct str both[] = {harbour, bakery};

	labels_settle(&t);
	ok(t.nlabel == 0, "nothing has no labels");
	labels_release(&t);

	labels_add(&t, &harbour, 1, NULL, 0);
	labels_add(&t, NULL, 0, NULL, 0);
	labels_add(&t, &bakery, 1, &harbour, 1);
	labels_add(&t, NULL, 0, &rumour, 1);
	labels_add(&t, &harbour, 1, &all, 1);
	labels_add(&t, &bakery, 1, &bakery, 1);
	labels_add(&t, both, 2, NULL, 0);
	labels_settle(&t);
	ok(t.nlabel == 2 && str_eq(t.label[0], bakery) &&
		str_eq(t.label[1], harbour),
	    "labels are what is given, by name");
	ok(marks_are(&t, 0, LABELS_NEGATIVE, LABELS_POSITIVE) &&
		marks_are(&t, 1, LABELS_NEGATIVE, LABELS_NEGATIVE) &&
		marks_are(&t, 6, LABELS_POSITIVE, LABELS_POSITIVE),
	    "what is given, and what is not");
	ok(marks_are(&t, 2, LABELS_POSITIVE, LABELS_MASKED) &&
		marks_are(&t, 3, LABELS_NEGATIVE, LABELS_NEGATIVE),
	    "what may be, and what is no label");
	ok(marks_are(&t, 4, LABELS_MASKED, LABELS_POSITIVE), "all may be");
	ok(marks_are(&t, 5, LABELS_POSITIVE, LABELS_NEGATIVE),
	    "a domain that is given is no longer a maybe");
	ok(t.npositive[0] == 3 && t.nnegative[0] == 3 && t.npositive[1] == 3 &&
		t.nnegative[1] == 3,
	    "counts");
	labels_release(&t);
	return tap_done();
}
