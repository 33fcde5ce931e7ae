#include "record/progress.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cli.h"

enum {
	NSLOT = 16, /* bytes of the terminal that tools hold */
	LEAST = 18, /* columns that are worth writing to */
	USUAL = 80, /* columns of a terminal that does not say */
	LINE = 512  /* bytes of a status */
};

static struct {
	int slot; /* the byte that this tool holds, or -1 */
	size_t ntool, place;
} shared = {.slot = -1, .ntool = 1};

bool
progress_begin(void)
{
	return isatty(STDERR_FILENO);
}

static bool
lock_slot(int slot, short type)
{
	struct flock lock = {
	    .l_type = type, .l_whence = SEEK_SET, .l_start = slot, .l_len = 1};

	return fcntl(STDERR_FILENO, F_SETLK, &lock) == 0;
}

/* The process that holds a slot; 0 if none does but perhaps this one. */
static pid_t
holder(int slot)
{
	struct flock lock = {.l_type = F_WRLCK,
	    .l_whence = SEEK_SET,
	    .l_start = slot,
	    .l_len = 1};

	if (fcntl(STDERR_FILENO, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK)
		return 0;
	return lock.l_pid;
}

/*
 * Hold a slot, and find how many tools share the terminal and how many of them
 * come before this one.  A lock is asked for each time, since closing another
 * descriptor of the terminal gives it back.
 */
static void
find_place(void)
{
	pid_t other, self = getpid();
	int i;

	if (shared.slot < 0 || !lock_slot(shared.slot, F_WRLCK)) {
		for (i = 0; i < NSLOT && !lock_slot(i, F_WRLCK); i++)
			;
		shared.slot = i < NSLOT ? i : -1;
	}
	shared.ntool = 1;
	shared.place = 0;
	for (i = 0; i < NSLOT; i++) {
		other = i == shared.slot ? 0 : holder(i);
		shared.ntool += other != 0;
		shared.place += other != 0 && other < self;
	}
}

/* Columns of the terminal, or what is to be taken where it does not say. */
static size_t
terminal_width(size_t unknown)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return unknown;
	return size.ws_col;
}

/* All that is known, for a line that this tool has to itself. */
static void
format_whole(char text[LINE], const struct progress *p)
{
	char share[64] = "";

	if (p->share > 0)
		snprintf(share, sizeof(share), ", %.1f %%, %.0f s left",
		    100 * p->share, p->seconds * (1 - p->share) / p->share);
	snprintf(text, LINE,
	    "%s: %" PRIu64 " in, %" PRIu64 " out, %.0f records/s, "
	    "%.1f MB/s%s%s%s",
	    cli_name(), p->nin, p->nout,
	    p->seconds > 0 ? (double)p->nin / p->seconds : 0,
	    p->seconds > 0 ? (double)p->nbyte * 1e-6 / p->seconds : 0, share,
	    p->note[0] != '\0' ? ", " : "", p->note);
}

/* What matters most comes first, as the rest may be cut off. */
static void
format_part(char text[LINE], const struct progress *p)
{
	char share[64] = "";

	if (p->share > 0)
		snprintf(share, sizeof(share), " %.0f%% %.0fs left",
		    100 * p->share, p->seconds * (1 - p->share) / p->share);
	snprintf(text, LINE, "%s %" PRIu64 "%s %.0f/s", cli_name(), p->nin,
	    share, p->seconds > 0 ? (double)p->nin / p->seconds : 0);
}

/* The bytes are few, and a terminal that is gone is no error. */
static void
send(const char *bytes, int len)
{
	if (len > 0 && write(STDERR_FILENO, bytes, (size_t)len) < 0)
		return;
}

void
progress_show(const struct progress *p)
{
	char text[LINE], out[LINE + 64];
	size_t before = shared.ntool, width, part;

	find_place();
	width = terminal_width(shared.ntool == 1 ? LINE : USUAL);
	part = width / shared.ntool;
	if (shared.ntool == 1) {
		format_whole(text, p);
		send(out, snprintf(out, sizeof(out), "\r%.*s\033[K",
			      (int)width - 1, text));
		return;
	}
	if (part < LEAST) {
		part = LEAST;
		if ((shared.place + 1) * part > width)
			return;
	}
	format_part(text, p);
	send(out,
	    snprintf(out, sizeof(out), "%s\r\033[%zuG%-*.*s",
		before != shared.ntool ? "\r\033[K" : "",
		shared.place * part + 1, (int)part - 1, (int)part - 1, text));
}

void
progress_end(const struct progress *p)
{
	char text[LINE], out[LINE + 64];

	format_whole(text, p);
	send(out, snprintf(out, sizeof(out), "\r%s\033[K\n", text));
	if (shared.slot >= 0)
		lock_slot(shared.slot, F_UNLCK);
	shared.slot = -1;
}
