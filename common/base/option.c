#include "base/option.h"

#include <getopt.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/mem.h"

enum {
	FIRST_LONG = 256, /* getopt_long(3) gives this and the row's number */
	HELP_COLUMN = 24, /* where --help begins to explain */
	WIDTH = 80
};

static int
letter(const struct option_row *row)
{
	return row->name[1] == ',' ? row->name[0] : 0;
}

static const char *
long_name(const struct option_row *row)
{
	return letter(row) != 0 ? row->name + 2 : row->name;
}

void
option_add(struct option_set *set, const struct option_row *rows)
{
	for (; rows->name != NULL; rows++) {
		if (set->nrow == OPTION_MAX)
			cli_errx(CLI_FATAL, "more than %d options", OPTION_MAX);
		set->row[set->nrow++] = *rows;
	}
}

bool
option_given(const struct option_set *set, const char *name)
{
	size_t i;

	for (i = 0; i < set->nrow; i++)
		if (strcmp(long_name(&set->row[i]), name) == 0)
			return set->given[i];
	return false;
}

static void
add_item(struct option_list *list, char *arg)
{
	list->item = mem_grow(list->item, list->n + 2, sizeof(*list->item));
	list->item[list->n++] = arg;
	list->item[list->n] = NULL;
}

static void
store(const struct option_row *row, char *arg)
{
	char name[64];

	snprintf(name, sizeof(name), "--%s", long_name(row));
	switch (row->kind) {
	case OPTION_IS_FLAG:
		if (row->to.flag != NULL)
			*row->to.flag = true;
		break;
	case OPTION_IS_SIZE:
		*row->to.size = cli_size(name, arg, row->min, row->max);
		break;
	case OPTION_IS_BYTES:
		*row->to.size = cli_bytes(name, arg, row->min, row->max);
		break;
	case OPTION_IS_REAL:
		*row->to.real = cli_real(name, arg, row->low, row->high);
		break;
	case OPTION_IS_CHOICE:
		*row->to.choice = (unsigned)cli_choice(name, arg, row->choices);
		break;
	case OPTION_IS_STRING:
		*row->to.string = arg;
		break;
	case OPTION_IS_LIST:
		add_item(row->to.list, arg);
		break;
	case OPTION_IS_CALL:
		row->call(row->to.context, arg);
	}
}

/* Store one option, unless it was there before or selects a second form. */
static void
take(struct option_set *set, size_t i, char *arg)
{
	const struct option_row *row = &set->row[i];
	bool again = row->kind == OPTION_IS_FLAG ||
		     row->kind == OPTION_IS_LIST || row->again;

	if (set->given[i] && !again)
		cli_errx(CLI_FATAL, "--%s is given twice", long_name(row));
	set->given[i] = true;
	if (row->selects != 0) {
		if (set->form != 0 && set->form != row->selects)
			cli_errx(CLI_FATAL, "--%s cannot be combined with %s",
			    long_name(row), set->forms[set->form]);
		set->form = row->selects;
	}
	store(row, arg);
	if (row->shown != NULL) {
		set->hidden = mem_grow(
		    set->hidden, set->nhidden + 1, sizeof(*set->hidden));
		set->hidden[set->nhidden++] =
		    (struct option_hidden){arg, row->shown(arg)};
	}
}

void
option_show(const struct option_set *set, const char *word, struct buf *to)
{
	size_t len = strlen(word), i;
	uintptr_t at;

	/* a value is a word of its own, or the end of one as in --url=VALUE */
	for (i = 0; i < set->nhidden; i++) {
		at = (uintptr_t)set->hidden[i].value - (uintptr_t)word;
		if (at <= len) {
			buf_puts(to, (struct str){word, at});
			buf_puts(to, str_of(set->hidden[i].shown));
			return;
		}
	}
	buf_puts(to, str_of(word));
}

static bool
belongs(const struct option_row *row, unsigned form)
{
	return row->forms == 0 || (row->forms & 1U << form) != 0;
}

/* The names of the forms that mask has, with commas, in list. */
static void
put_forms(const struct option_set *set, unsigned mask, char *list, size_t size)
{
	size_t len = 0;
	unsigned i;
	int n;

	*list = '\0';
	for (i = 0; set->forms[i] != NULL && len < size; i++) {
		if ((mask & 1U << i) == 0 || *set->forms[i] == '\0')
			continue;
		n = snprintf(list + len, size - len, "%s%s",
		    len > 0 ? ", " : "", set->forms[i]);
		len += n < 0 ? 0 : (size_t)n;
	}
}

/* Reject what was given and does not belong to the form. */
static void
check_form(const struct option_set *set)
{
	const struct option_row *row;
	const char *form = set->forms[set->form];
	char list[256];
	size_t i;

	for (i = 0; i < set->nrow; i++) {
		row = &set->row[i];
		if (!set->given[i] || belongs(row, set->form))
			continue;
		if (*form != '\0')
			cli_errx(CLI_FATAL, "--%s cannot be combined with %s",
			    long_name(row), form);
		put_forms(set, row->forms, list, sizeof(list));
		cli_errx(
		    CLI_FATAL, "--%s works only with %s", long_name(row), list);
	}
}

/* If word is a verb, make its form the one that is called. */
static bool
find_verb(struct option_set *set, const char *word)
{
	unsigned i;

	for (i = 0; word != NULL && set->forms[i] != NULL; i++)
		if (strcmp(word, set->forms[i]) == 0) {
			set->form = i;
			return true;
		}
	return false;
}

/* Gather what the options name to be written. */
static void
find_outputs(struct option_set *set)
{
	const struct option_row *row;
	size_t i, j;

	for (i = 0; i < set->nrow; i++) {
		row = &set->row[i];
		if (!set->given[i] || (row->writes & 1U << set->form) == 0)
			continue;
		if (row->kind == OPTION_IS_STRING)
			add_item(&set->outputs, (char *)*row->to.string);
		for (j = 0; row->kind == OPTION_IS_LIST && j < row->to.list->n;
		     j++)
			add_item(&set->outputs, row->to.list->item[j]);
	}
}

/*
 * Say why getopt_long(3) did not take a word.  Its own messages are not used,
 * as they are not cleaned of control characters.
 */
static void
explain(const struct option_set *set, int ch, const char *word)
{
	size_t i, len, nfound = 0;

	for (i = 0; optopt != 0 && i < set->nrow; i++)
		if (optopt == FIRST_LONG + (int)i ||
		    optopt == letter(&set->row[i])) {
			if (ch == ':')
				cli_warnx("--%s needs an argument: %s",
				    long_name(&set->row[i]),
				    set->row[i].metavar);
			else
				cli_warnx("--%s takes no argument",
				    long_name(&set->row[i]));
			return;
		}
	if (optopt != 0) {
		cli_warnx("unknown option '-%c'", optopt);
		return;
	}
	len = strcspn(word + 2, "=");
	for (i = 0; i < set->nrow; i++)
		nfound += strncmp(long_name(&set->row[i]), word + 2, len) == 0;
	cli_warnx(nfound > 1 ? "'%.*s' is short for several options"
			     : "unknown option '%.*s'",
	    (int)len + 2, word);
}

char **
option_parse(struct option_set *set, int argc, char *argv[])
{
	struct option longopts[OPTION_MAX + 1] = {{0}};
	char letters[2 * OPTION_MAX + 2] = ":", *end = letters + 1, list[256];
	bool verbs = set->forms != NULL && *set->forms[0] != '\0', known;
	size_t i;
	int ch;

	for (i = 0; i < set->nrow; i++) {
		longopts[i].name = long_name(&set->row[i]);
		longopts[i].has_arg = set->row[i].metavar != NULL;
		longopts[i].val = FIRST_LONG + (int)i;
		if (letter(&set->row[i]) != 0)
			*end++ = (char)letter(&set->row[i]);
		if (letter(&set->row[i]) != 0 && set->row[i].metavar != NULL)
			*end++ = ':';
	}
	known = verbs && find_verb(set, argc > 1 ? argv[1] : NULL);
	unsetenv("POSIXLY_CORRECT"); /* options may stand after operands */
	optind = known ? 2 : 1;
	opterr = 0;
	while ((ch = getopt_long(argc, argv, letters, longopts, NULL)) != -1) {
		for (i = 0; i < set->nrow; i++)
			if (ch == FIRST_LONG + (int)i ||
			    ch == letter(&set->row[i]))
				break;
		if (i == set->nrow) {
			explain(set, ch, argv[optind - 1]);
			return NULL;
		}
		take(set, i, optarg);
	}
	if (verbs && !known) {
		put_forms(set, ~0U, list, sizeof(list));
		cli_warnx("the first word must be one of %s", list);
		return NULL;
	}
	if (set->forms != NULL)
		check_form(set);
	find_outputs(set);
	return argv + optind;
}

/* Print text from column HELP_COLUMN on, in lines of at most WIDTH. */
static void
print_wrapped(const char *text, FILE *out)
{
	size_t len, column = HELP_COLUMN;

	for (; *text != '\0'; text += len, text += *text == ' ') {
		len = strcspn(text, " ");
		if (column > HELP_COLUMN && column + 1 + len > WIDTH) {
			fprintf(out, "\n%*s", HELP_COLUMN, "");
			column = HELP_COLUMN;
		}
		column += (size_t)fprintf(out, "%s%.*s",
		    column > HELP_COLUMN ? " " : "", (int)len, text);
	}
	putc('\n', out);
}

void
option_help(const struct option_set *set, FILE *out)
{
	const struct option_row *row;
	char text[1024], list[256] = "";
	size_t i;
	int n;

	for (i = 0; i < set->nrow; i++) {
		row = &set->row[i];
		n = letter(row) != 0 ? fprintf(out, "  -%c, ", letter(row))
				     : fprintf(out, "      ");
		n += fprintf(out, "--%s%s%s", long_name(row),
		    row->metavar != NULL ? " " : "",
		    row->metavar != NULL ? row->metavar : "");
		if (n < HELP_COLUMN)
			fprintf(out, "%*s", HELP_COLUMN - n, "");
		else
			fprintf(out, "\n%*s", HELP_COLUMN, "");
		list[0] = '\0';
		/*
		 * bit 0 without a name is the form that holds when nothing is
		 * selected
		 */
		if (row->forms != 0 &&
		    (*set->forms[0] != '\0' || (row->forms & 1) == 0))
			put_forms(set, row->forms, list, sizeof(list));
		snprintf(text, sizeof(text), "%s%s%s", list,
		    list[0] != '\0' ? ": " : "", row->help);
		print_wrapped(text, out);
	}
}
