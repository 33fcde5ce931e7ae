#include "record/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/sandbox.h"
#include "record/frames.h"
#include "record/json-writer.h"
#include "record/outfile.h"
#include "record/progress.h"

enum {
	/*
	 * kinds of trouble that are counted one by one; all others are counted
	 * together
	 */
	NKIND = 64,
	NAMED = 10,	   /* bad records of a kind that are named */
	PIPE = 1 << 20,	   /* bytes */
	BLOCK = 256 << 10, /* bytes a write */
	TICK_MS = 100
};

struct count {
	const char *name;
	uint64_t n;
};

/*
 * The account of the run.  A process has one, as it has one standard output;
 * nothing else is kept in static memory here.
 */
static struct {
	const struct tool_help *help;
	struct option_set options;
	char **argv;
	int argc;
	const char *stats, *text, *id;
	size_t max_record;
	uint64_t max_bad;
	bool bad_is_percent, bad_is_limited, progress, lost, no_input, zstd;
	bool no_sandbox;
	unsigned sandbox;      /* the parts that are in force */
	struct frames *frames; /* of --zstd, in place of standard output */
	uint64_t records_in, records_out, bytes_in, bytes_out, nbad, nunread;
	struct count bad[NKIND], dropped[NKIND], own[NKIND];
	uint64_t done, total;
	char note[96];
	struct timespec start, shown;
} run = {.max_record = 64 << 20, .text = "text", .id = "id"};

static void
add(struct count counts[NKIND], const char *name, uint64_t n)
{
	size_t i;

	for (i = 0; i < NKIND - 1 && counts[i].name != NULL; i++)
		if (strcmp(counts[i].name, name) == 0)
			break;
	if (counts[i].name == NULL)
		counts[i].name =
		    mem_string(str_of(i < NKIND - 1 ? name : "other"));
	counts[i].n += n;
}

static uint64_t
get(const struct count counts[NKIND], const char *name)
{
	size_t i;

	for (i = 0; i < NKIND && counts[i].name != NULL; i++)
		if (strcmp(counts[i].name, name) == 0)
			return counts[i].n;
	return 0;
}

void
tool_usage(const char *why)
{
	if (why != NULL)
		cli_warnx("%s", why);
	fputs(run.help->usage, stderr);
	exit(CLI_FATAL);
}

static void
set_max_bad(void *unused, char *arg)
{
	char number[32];
	size_t len = strlen(arg);

	(void)unused;
	run.bad_is_limited = true;
	run.bad_is_percent = len > 0 && arg[len - 1] == '%';
	if (!run.bad_is_percent) {
		run.max_bad = cli_u64("--max-bad", arg);
		return;
	}
	snprintf(number, sizeof(number), "%.*s",
	    (int)(len < sizeof(number) ? len - 1 : sizeof(number) - 1), arg);
	run.max_bad = cli_size("--max-bad", number, 0, 100);
}

static void
print_help(void *unused, char *none)
{
	(void)unused;
	(void)none;
	printf("%s\n%s\n", run.help->usage, run.help->about);
	option_help(&run.options, stdout);
	if (run.help->example != NULL)
		printf("\n%s", run.help->example);
	exit(tool_end(stdout));
}

static void
print_version(void *unused, char *none)
{
	(void)unused;
	(void)none;
	printf("%s (dopamine-tools) %s\n", cli_name(), VERSION);
	exit(tool_end(stdout));
}

/* The options that all tools have. */
static const struct option_row shared[] = {
    {"max-bad", "N[%]", "status 1 when more records than this are bad",
	OPTION_CALL(set_max_bad, NULL)},
    {"max-record", "SIZE", "longest record (64Mi)",
	OPTION_BYTES(&run.max_record, 1, SIZE_MAX / 64)},
    {"stats", "FILE", "write one JSON object about the run (- is stderr)",
	OPTION_STRING(&run.stats), .writes = OPTION_ALWAYS},
    {"no-sandbox", NULL, "do not have the kernel refuse what no tool does",
	OPTION_FLAG(&run.no_sandbox)},
    {"p,progress", NULL, "status line on a terminal",
	OPTION_FLAG(&run.progress)},
    {"V,version", NULL, "print the version", OPTION_CALL(print_version, NULL)},
    {"h,help", NULL, "print this", OPTION_CALL(print_help, NULL)},
    {.name = NULL}};

/* The options that most tools have: --text, --id, --zstd. */
static void
add_extra(const struct tool_help *help)
{
	const struct option_row text[] = {
	    {"text", "NAME", "the member that holds the text (text)",
		OPTION_STRING(&run.text)},
	    {.name = NULL}};
	const struct option_row id[] = {
	    {"id", "NAME", "the member that holds the id (id)",
		OPTION_STRING(&run.id)},
	    {.name = NULL}};
	const struct option_row zstd[] = {
	    {"zstd", NULL,
		"write zstd, in frames of whole records of at most 1 MiB",
		OPTION_FLAG(&run.zstd),
		.forms = help->forms != NULL ? help->writes : 0},
	    {.name = NULL}};

	if ((help->members & TOOL_TEXT) != 0)
		option_add(&run.options, text);
	if ((help->members & TOOL_ID) != 0)
		option_add(&run.options, id);
	if (help->writes != 0)
		option_add(&run.options, zstd);
}

/* At an early exit, records that fill no frame are not written. */
static void
drop_frames(void)
{
	if (run.frames != NULL)
		frames_drop(run.frames);
}

static void
begin_frames(void)
{
	run.frames = frames_open(STDOUT_FILENO, &stdout);
	atexit(drop_frames);
}

/*
 * Standard streams that are closed are filled: an output file would take the
 * number, and records or messages go into it.  Neither read(2) nor write(2)
 * works on what fills them, nor can it be opened anew as /dev/stdout.
 */
static void
fill_streams(void)
{
	int fd;

	do
		fd = open("/", O_PATH);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		_exit(CLI_FATAL); /* perhaps nobody can be told why */
	close(fd);
}

char **
tool_init(int argc, char *argv[], const struct tool_help *help,
    const struct option_row *rows, unsigned *form)
{
	char **operands;

	fill_streams();
	run.argc = argc;
	run.argv = argv;
	run.help = help;
	clock_gettime(CLOCK_MONOTONIC, &run.start);
	outfile_guard();
	/* only pipes have such a size */
	fcntl(STDIN_FILENO, F_SETPIPE_SZ, PIPE);
	fcntl(STDOUT_FILENO, F_SETPIPE_SZ, PIPE);
	setvbuf(stdout, NULL, _IOFBF, BLOCK);
	setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
	run.options.forms = help->forms;
	option_add(&run.options, rows);
	add_extra(help);
	option_add(&run.options, shared);
	operands = option_parse(&run.options, argc, argv);
	if (operands == NULL)
		tool_usage(NULL);
	run.progress = run.progress && progress_begin();
	if (!run.no_sandbox)
		run.sandbox = sandbox_enter(run.options.outputs.item,
		    run.options.outputs.n, help->network);
	if (run.zstd)
		begin_frames();
	if (form != NULL)
		*form = run.options.form;
	return operands;
}

bool
tool_given(const char *name)
{
	return option_given(&run.options, name);
}

size_t
tool_max_record(void)
{
	return run.max_record;
}

const char *
tool_text(void)
{
	return run.text;
}

const char *
tool_id(void)
{
	return run.id;
}

static double
seconds_since(const struct timespec *then)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - then->tv_sec) +
	       (double)(now.tv_nsec - then->tv_nsec) * 1e-9;
}

static struct progress
progress_of(void)
{
	return (struct progress){.nin = run.records_in,
	    .nout = run.records_out,
	    .nbyte = run.bytes_in,
	    .share = run.total > 0 ? (double)run.done / (double)run.total : 0,
	    .seconds = seconds_since(&run.start),
	    .note = run.note};
}

/* At most ten times a second. */
static void
tick(void)
{
	struct progress p;

	if (!run.progress || seconds_since(&run.shown) * 1000 < TICK_MS)
		return;
	clock_gettime(CLOCK_MONOTONIC, &run.shown);
	p = progress_of();
	progress_show(&p);
}

void
tool_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(run.note, sizeof(run.note), fmt, ap);
	va_end(ap);
	tick();
}

void
tool_in(size_t nrecord, size_t len)
{
	run.records_in += nrecord;
	run.bytes_in += len;
	tick();
}

void
tool_out(size_t nrecord, size_t len)
{
	run.records_out += nrecord;
	run.bytes_out += len;
}

void
tool_progress(uint64_t done, uint64_t total)
{
	run.done = done;
	run.total = total;
}

/* Count a bad record; whether it is one of the first of its kind. */
static bool
is_named(const char *kind)
{
	run.nbad++;
	add(run.bad, kind, 1);
	return get(run.bad, kind) <= NAMED;
}

static void
name_bad(const char *where, struct str id, const char *kind, const char *why)
{
	uint64_t n = get(run.bad, kind);

	if (id.len > 0)
		cli_warnx("%s: %s (%.*s)%s", where, why,
		    (int)(id.len < 200 ? id.len : 200), id.p,
		    n == NAMED ? "; more of this kind are only counted" : "");
	else
		cli_warnx("%s: %s%s", where, why,
		    n == NAMED ? "; more of this kind are only counted" : "");
}

/* Reasons are kept as their kinds: what was formatted in is cut out. */
void
tool_vbad(const char *where, struct str id, const char *fmt, va_list ap)
{
	char why[1024];

	if (strcmp(fmt, "%s") == 0) { /* the text is the kind */
		tool_bad_str(where, id, str_of(va_arg(ap, const char *)));
		return;
	}
	if (!is_named(fmt))
		return;
	vsnprintf(why, sizeof(why), fmt, ap);
	name_bad(where, id, fmt, why);
}

/* A kind is a format, so a percent sign is written twice in it. */
void
tool_bad_str(const char *where, struct str id, struct str why)
{
	struct buf kind = {0};
	char text[1024];
	size_t i;

	for (i = 0; i < why.len; i++) {
		if (why.p[i] == '%')
			buf_putc(&kind, '%');
		buf_putc(&kind, why.p[i]);
	}
	buf_putc(&kind, '\0');
	if (is_named(kind.p)) {
		snprintf(text, sizeof(text), "%.*s", (int)why.len, why.p);
		name_bad(where, id, kind.p, text);
	}
	buf_release(&kind);
}

void
tool_bad(const char *where, struct str id, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tool_vbad(where, id, fmt, ap);
	va_end(ap);
}

void
tool_unread(const char *where, const char *fmt, ...)
{
	va_list ap;

	run.nunread++;
	va_start(ap, fmt);
	tool_vbad(where, STR(""), fmt, ap);
	va_end(ap);
}

void
tool_lost(const char *where, const char *fmt, ...)
{
	char why[1024];
	va_list ap;

	run.lost = true;
	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	cli_warnx("%s: %s", where, why);
}

/*
 * The command that writes the object of a URL to standard output; NULL if it
 * is no URL.
 */
static const char *
fetcher(const char *file)
{
	static const char *const known[][2] = {{"http://", "curl -fsSL"},
	    {"https://", "curl -fsSL"}, {"ftp://", "curl -fsS"},
	    {"s3://", "s5cmd cat"}, {"gs://", "gcloud storage cat"}};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (str_starts(str_of(file), str_of(known[i][0])))
			return known[i][1];
	return NULL;
}

void
tool_no_input(const char *file)
{
	const char *fetch = errno == ENOENT ? fetcher(file) : NULL;

	run.no_input = true;
	if (fetch != NULL)
		cli_warnx("%s: a URL, which is not fetched; its bytes come "
			  "from: %s '%s'",
		    file, fetch, file);
	else
		cli_warn("%s", file);
}

void
tool_drop(const char *reason)
{
	add(run.dropped, reason, 1);
}

void
tool_count(const char *name, uint64_t n)
{
	add(run.own, name, n);
}

/* A kind is a message's format; its conversions are no part of a reason. */
static struct str
plain_kind(struct buf *plain, const char *fmt)
{
	for (; *fmt != '\0'; fmt++) {
		if (*fmt != '%' || fmt[1] == '%') {
			fmt += *fmt == '%';
			buf_putc(plain, *fmt);
			continue;
		}
		fmt += strcspn(fmt, "diouxXeEfgGcsp");
		if (*fmt == '\0')
			break;
	}
	return str_trim(buf_str(plain));
}

static void
put_counts(
    struct json_writer *w, const char *name, const struct count counts[NKIND])
{
	struct buf plain = {0};
	size_t i;

	jw_begin_object(w, name);
	for (i = 0; i < NKIND && counts[i].name != NULL; i++) {
		plain.len = 0;
		jw_key(w, plain_kind(&plain, counts[i].name));
		jw_u64(w, NULL, counts[i].n);
	}
	jw_end_object(w);
	buf_release(&plain);
}

/* Words of the command line, without what is secret. */
static void
put_list(struct json_writer *w, const char *name, char **p, int n)
{
	struct buf word = {0};
	int i;

	jw_begin_array(w, name);
	for (i = 0; i < n; i++) {
		word.len = 0;
		option_show(&run.options, p[i], &word);
		jw_str(w, NULL, buf_str(&word));
	}
	jw_end_array(w);
	buf_release(&word);
}

static double
seconds_of(const struct timeval *t)
{
	return (double)t->tv_sec + (double)t->tv_usec * 1e-6;
}

/* getopt_long(3) has sorted argv by now: options first, operands after. */
static void
write_stats(void)
{
	struct buf b = {0};
	struct json_writer w = {.out = &b};
	struct outfile file;
	struct rusage usage;
	size_t i;

	jw_begin_object(&w, NULL);
	jw_str(&w, "tool", str_of(cli_name()));
	jw_str(&w, "version", STR(VERSION));
	put_list(&w, "options", run.argv + 1, optind - 1);
	put_list(&w, "inputs", run.argv + optind, run.argc - optind);
	jw_u64(&w, "records_in", run.records_in);
	jw_u64(&w, "records_out", run.records_out);
	jw_u64(&w, "bytes_in", run.bytes_in);
	jw_u64(&w, "bytes_out", run.bytes_out);
	put_counts(&w, "bad", run.bad);
	put_counts(&w, "dropped", run.dropped);
	for (i = 0; i < NKIND && run.own[i].name != NULL; i++)
		jw_u64(&w, run.own[i].name, run.own[i].n);
	jw_begin_array(&w, "sandbox");
	if ((run.sandbox & SANDBOX_FILES) != 0)
		jw_str(&w, NULL, STR("files"));
	if ((run.sandbox & SANDBOX_CALLS) != 0)
		jw_str(&w, NULL, STR("calls"));
	jw_end_array(&w);
	jw_bool(&w, "lost", run.lost || run.no_input);
	jw_double(&w, "seconds", "%.3f", seconds_since(&run.start));
	getrusage(RUSAGE_SELF, &usage);
	jw_double(&w, "cpu_seconds", "%.3f",
	    seconds_of(&usage.ru_utime) + seconds_of(&usage.ru_stime));
	jw_u64(&w, "peak_memory", (uint64_t)usage.ru_maxrss * 1024);
	jw_end_object(&w);
	buf_putc(&b, '\n');
	if (strcmp(run.stats, "-") == 0) {
		if (fwrite(b.p, 1, b.len, stderr) != b.len ||
		    fflush(stderr) != 0)
			cli_err(CLI_FATAL, "standard error");
	} else {
		outfile_open(&file, run.stats);
		fwrite(b.p, 1, b.len, file.fp); /* a failure is noticed below */
		outfile_commit(&file);
	}
	buf_release(&b);
}

void
tool_write_failed(const char *what)
{
	run.frames = NULL; /* so that nothing more is written at exit */
	if (errno == EPIPE)
		exit(CLI_FATAL); /* the reader left; nobody to tell */
	cli_err(CLI_FATAL, "%s", what);
}

/* How many there were of each kind of which not all were named. */
static void
count_bad(void)
{
	struct buf plain = {0};
	struct str kind;
	size_t i;

	for (i = 0; i < NKIND && run.bad[i].name != NULL; i++) {
		if (run.bad[i].n <= NAMED)
			continue;
		plain.len = 0;
		kind = plain_kind(&plain, run.bad[i].name);
		if (kind.len > 0 && kind.p[kind.len - 1] == ':')
			kind.len--;
		cli_warnx("%" PRIu64 " records were bad in this way: %.*s",
		    run.bad[i].n, (int)kind.len, kind.p);
	}
	buf_release(&plain);
}

int
tool_end(FILE *out)
{
	struct frames *frames;
	struct progress p;
	uint64_t limit;

	if (run.progress) {
		p = progress_of();
		progress_end(&p);
	}
	if (fflush(out) != 0 || ferror(out))
		tool_write_failed(out == stdout ? "standard output" : "output");
	if (out == stdout && run.frames != NULL) {
		frames = run.frames;
		run.frames = NULL;
		if (!frames_end(frames))
			tool_write_failed("standard output");
	}
	count_bad();
	if (run.bad_is_limited) {
		limit = run.max_bad;
		if (run.bad_is_percent)
			limit = limit * (run.records_in + run.nunread) / 100;
		if (run.nbad > limit) {
			cli_warnx("%" PRIu64 " bad records, more than "
				  "--max-bad allows",
			    run.nbad);
			run.lost = true;
		}
	}
	if (run.stats != NULL)
		write_stats();
	return run.no_input ? CLI_NOINPUT : run.lost ? CLI_LOST : CLI_OK;
}
