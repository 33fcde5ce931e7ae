/*
 * option: what the rows make of a command line; errors that end the tool, in a
 * child
 */

#include "base/option.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

enum form { PLAIN, JOIN, SPLIT };

static const char *const forms[] = {"", "--join", "--split", NULL};
static const char *const colours[] = {"red", "green", NULL};

struct opts {
	bool flag;
	size_t size, bytes;
	double real;
	unsigned colour;
	const char *string;
	struct option_list list;
	char calls[32];
};

static void
note(void *context, char *arg)
{
	struct opts *o = context;

	strcat(o->calls, arg != NULL ? arg : "-");
}

/* A preset, which later options override. */
static void
preset(void *context, char *arg)
{
	struct opts *o = context;

	(void)arg;
	o->size = 7;
	o->real = 0.5;
}

/* Parse the words of line; the operands, or NULL. */
static char **
parse(struct option_set *set, struct opts *o, const char *const names[],
    const char *line)
{
	static char words[256], *argv[32];
	const struct option_row rows[] = {
	    {"f,flag", NULL, "a flag", OPTION_FLAG(&o->flag)},
	    {"size", "N", "a size", OPTION_SIZE(&o->size, 1, 9)},
	    {"bytes", "SIZE", "bytes", OPTION_BYTES(&o->bytes, 1, 1 << 20)},
	    {"r,real", "X", "a number", OPTION_REAL(&o->real, 0, 1)},
	    {"colour", "red|green", "a choice",
		OPTION_CHOICE(&o->colour, colours)},
	    {"string", "FILE", "a string", OPTION_STRING(&o->string)},
	    {"list", "FILE", "may be given again", OPTION_LIST(&o->list)},
	    {"call", "X", "calls", OPTION_CALL(note, o), .again = true},
	    {"once", NULL, "calls once", OPTION_CALL(note, o)},
	    {"preset", NULL, "size and real", OPTION_CALL(preset, o)},
	    {"join", NULL, "the form join", .selects = JOIN},
	    {"split", "N", "the form split", OPTION_SIZE(&o->size, 1, 9),
		.selects = SPLIT},
	    {"glue", "TEXT", "of join", OPTION_STRING(&o->string),
		.forms = 1 << JOIN},
	    {"plain", NULL, "of neither", OPTION_FLAG(&o->flag),
		.forms = 1 << PLAIN},
	    {.name = NULL}};
	int argc = 0;
	char *p;

	*set = (struct option_set){.forms = names};
	*o = (struct opts){.real = 0.25};
	snprintf(words, sizeof(words), "tool %s", line);
	for (p = strtok(words, " "); p != NULL; p = strtok(NULL, " "))
		argv[argc++] = p;
	argv[argc] = NULL;
	option_add(set, rows);
	return option_parse(set, argc, argv);
}

/* The message of a child that parses line and ends with status 2, or "". */
static const char *
fault(const char *const names[], const char *line)
{
	static char text[1024];
	struct option_set set;
	struct opts o;
	int pipes[2], status;
	ssize_t n, len = 0;
	pid_t pid;

	fflush(stdout); /* else the child writes it too */
	if (pipe(pipes) != 0 || (pid = fork()) < 0)
		return "";
	if (pid == 0) {
		dup2(pipes[1], STDERR_FILENO);
		close(pipes[0]);
		_exit(parse(&set, &o, names, line) == NULL ? 3 : 0);
	}
	close(pipes[1]);
	while ((n = read(
		    pipes[0], text + len, sizeof(text) - 1 - (size_t)len)) > 0)
		len += n;
	text[len] = '\0';
	close(pipes[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 2 ? text : "";
}

static bool
says(const char *const names[], const char *line, const char *what)
{
	return strstr(fault(names, line), what) != NULL;
}

static void
test_values(void)
{
	struct option_set set;
	struct opts o;
	char **operands;

	operands = parse(&set, &o, NULL,
	    "a -f --size 3 --bytes 4Ki b --real=1 --colour green --string s "
	    "--list x --list y -- --flag");
	ok(o.flag && o.size == 3 && o.bytes == 4096 && o.real == 1 &&
		o.colour == 1 && strcmp(o.string, "s") == 0,
	    "each kind goes to its variable");
	ok(o.list.n == 2 && strcmp(o.list.item[0], "x") == 0 &&
		strcmp(o.list.item[1], "y") == 0 && o.list.item[2] == NULL,
	    "a list holds every value and ends with NULL");
	ok(strcmp(operands[0], "a") == 0 && strcmp(operands[1], "b") == 0 &&
		strcmp(operands[2], "--flag") == 0 && operands[3] == NULL,
	    "operands stand between options, and after --");
	free(o.list.item);
	parse(&set, &o, NULL, "");
	ok(!o.flag && o.real == 0.25, "what is not given keeps its default");
	ok(!option_given(&set, "real") && !option_given(&set, "unknown"),
	    "nothing was given");
	parse(&set, &o, NULL, "-r0.75");
	ok(o.real == 0.75 && option_given(&set, "real"), "a letter's value");
	parse(&set, &o, NULL, "--call a --once --call b --flag --flag");
	ok(strcmp(o.calls, "a-b") == 0 && o.flag,
	    "calls come in order; a flag may be repeated");
	parse(&set, &o, NULL, "--preset --size 2");
	ok(o.size == 2 && o.real == 0.5, "a later option overrides a preset");
	parse(&set, &o, NULL, "--size 2 --preset");
	ok(o.size == 7, "and a preset what stands before it");
}

static void
test_faults(void)
{
	ok(says(NULL, "--size 1 --size 2", "--size is given twice"),
	    "an option is given twice");
	ok(says(NULL, "--once --once", "--once is given twice"),
	    "so is a call that may not be repeated");
	ok(says(NULL, "--size 10", "'10' is not in 1 to 9") &&
		says(NULL, "--real -1", "--real: '-1' is not in 0 to 1") &&
		says(NULL, "--colour blue", "not one of red, green") &&
		says(NULL, "--bytes 2Mi", "is not in 1 to 1048576"),
	    "ranges are checked");
	ok(says(forms, "--join --split 2",
	       "--split cannot be combined with --join"),
	    "two forms exclude each other");
	ok(says(forms, "--glue x", "--glue works only with --join"),
	    "an option of another form names the form");
	ok(says(forms, "--plain --join",
	       "--plain cannot be combined with --join") &&
		says(forms, "--join --plain",
		    "--plain cannot be combined with --join"),
	    "in either order");
}

static void
test_forms(void)
{
	static const char *const verbs[] = {"fit", "score", NULL};
	struct option_set set;
	struct opts o;
	char **operands;

	ok(parse(&set, &o, forms, "x") != NULL && set.form == PLAIN,
	    "no form is selected");
	ok(parse(&set, &o, forms, "--glue x --join y") != NULL &&
		set.form == JOIN && strcmp(o.string, "x") == 0,
	    "an option selects a form");
	operands = parse(&set, &o, verbs, "score -f a");
	ok(operands != NULL && set.form == 1 && o.flag &&
		strcmp(operands[0], "a") == 0 && operands[1] == NULL,
	    "the first word is a verb and no operand");
	if (freopen("/dev/null", "w", stderr) == NULL)
		_exit(1);
	ok(parse(&set, &o, verbs, "-f a") == NULL, "a verb is missing");
	ok(parse(&set, &o, NULL, "--unknown") == NULL,
	    "an option is not known");
}

static void
test_help(void)
{
	static const struct option_row rows[] = {
	    {"o,output", "FILE", "where to write", .kind = OPTION_IS_FLAG},
	    {"a-rather-long-name", "N",
		"a text that is so long that it has to go on in a second line "
		"of the list",
		.forms = 1 << SPLIT},
	    {.name = NULL}};
	struct option_set set = {.forms = forms};
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	option_add(&set, rows);
	option_help(&set, out);
	fclose(out);
	ok(strcmp(text,
	       "  -o, --output FILE     where to write\n"
	       "      --a-rather-long-name N\n"
	       "                        --split: a text that is so long that "
	       "it "
	       "has to go on in\n"
	       "                        a second line of the list\n") == 0,
	    "--help lists the rows");
	free(text);
}

int
main(void)
{
	test_values();
	test_faults();
	test_forms();
	test_help();
	return tap_done();
}
