#include "dedup/drops.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cli.h"
#include "base/hash.h"
#include "dedup/steps.h"

static struct hash128
place_key(struct place at)
{
	uint64_t key[2] = {at.part, at.offset};

	return hash_128(key, sizeof(key));
}

/*
 * Enter a place that is not in the set yet; false when the budget has no room.
 */
static bool
enter(struct drops *d, struct hash128 key)
{
	uint32_t none;

	if (hashset_find(&d->place, key, &none))
		return true;
	d->left++;
	return hashset_add(&d->place, key, 0);
}

/*
 * Read the lines that name the parts, note the number of each operand, and
 * return how many parts there are.
 */
static uint32_t
read_parts(struct drops *d, struct steps_file *f, const struct parts *operands)
{
	struct str line, head;
	uint64_t npart, n, i;
	uint32_t at;

	head = STR("#records ");
	if (!steps_line(f, &line) || !str_starts(line, head))
		steps_bad(f, "no list of --cluster or --judge");
	line = (struct str){line.p + head.len, line.len - head.len};
	if (!steps_take_u64(&line, &npart) || npart >= PARTS_NONE)
		steps_bad(f, "no line '#records N HASH'");
	head = STR("#part ");
	for (i = 1; i <= npart; i++) {
		if (!steps_line(f, &line) || !str_starts(line, head))
			steps_bad(f, "no line '#part N NAME'");
		line = (struct str){line.p + head.len, line.len - head.len};
		if (!steps_take_u64(&line, &n) || n != i || line.len < 2)
			steps_bad(f, "no line '#part N NAME'");
		at = parts_find(
		    operands, (struct str){line.p + 1, line.len - 1});
		if (at == PARTS_NONE)
			continue;
		if (d->part[at] != PARTS_NONE)
			steps_bad(f, "names a part twice");
		d->part[at] = (uint32_t)(i - 1);
	}
	for (i = 0; i < operands->n; i++)
		if (d->part[i] == PARTS_NONE)
			cli_errx(CLI_FATAL,
			    "%s is not among the parts of %s: name it as it "
			    "was named for --keys and --records",
			    operands->name[i], f->name);
	return (uint32_t)npart;
}

/*
 * The part of the first whole line at or after a byte; at the end of the list
 * there is none.
 */
static uint32_t
part_at(struct steps_file *f, off_t from, off_t at, uint32_t npart, off_t *next)
{
	struct place place;
	struct str line;

	if (fseeko(f->fp, at > from ? at - 1 : at, SEEK_SET) != 0)
		cli_err(CLI_FATAL, "%s", f->name);
	f->nline = 0;
	if (at > from)
		steps_line(f, &line); /* its end is at this byte or after it */
	if (!steps_line(f, &line))
		return PARTS_NONE;
	if (!steps_take_place(&line, npart, &place))
		steps_bad(f, "no line of --cluster or --judge");
	*next = ftello(f->fp);
	return place.part;
}

/*
 * Go on at the first line of that part or a later one, if the list can be
 * positioned.
 */
static void
seek_part(struct steps_file *f, uint32_t part, uint32_t npart)
{
	off_t low = ftello(f->fp), high, middle, next = 0;
	off_t from = low;
	struct stat st;

	if (fstat(fileno(f->fp), &st) != 0 || !S_ISREG(st.st_mode) || low < 0)
		return;
	for (high = st.st_size; low < high;) {
		middle = low + (high - low) / 2;
		if (part_at(f, from, middle, npart, &next) >= part)
			high = middle;
		else
			low = next;
	}
	if (fseeko(f->fp, low, SEEK_SET) != 0)
		cli_err(CLI_FATAL, "%s", f->name);
}

/*
 * Read the lines about records of the operands; false when the budget has no
 * room.
 */
static bool
read_places(
    struct drops *d, struct steps_file *f, size_t noperand, uint32_t npart)
{
	uint8_t *wanted = mem_zeroed(npart, 1);
	uint32_t first = PARTS_NONE, last = 0;
	struct place at = {0, 0}, before;
	struct str line;
	bool room = true;
	size_t i;

	for (i = 0; i < noperand; i++) {
		wanted[d->part[i]] = 1;
		first = d->part[i] < first ? d->part[i] : first;
		last = d->part[i] > last ? d->part[i] : last;
	}
	seek_part(f, first, npart);
	while (room && steps_line(f, &line)) {
		before = at;
		if (!steps_take_place(&line, npart, &at))
			steps_bad(f, "no line of --cluster or --judge");
		if (place_cmp(at, before) < 0)
			steps_bad(f, "not in the order of records");
		if (at.part > last)
			break;
		if (wanted[at.part])
			room = enter(d, place_key(at));
	}
	free(wanted);
	return room;
}

bool
drops_read(struct drops *d, const char *list, char *const operand[],
    struct budget *budget)
{
	struct steps_file f;
	struct parts operands;
	size_t i;
	bool room;

	*d = (struct drops){0};
	hashset_init(&d->place, false, budget);
	parts_init(&operands, "operands", operand);
	d->part = mem_grow(NULL, operands.n, sizeof(*d->part));
	for (i = 0; i < operands.n; i++)
		d->part[i] = PARTS_NONE;
	steps_open(&f, list);
	room = read_places(d, &f, operands.n, read_parts(d, &f, &operands));
	steps_close(&f);
	parts_release(&operands);
	return room;
}

bool
drops_take(struct drops *d, size_t operand, uint64_t offset)
{
	struct place at = {offset, d->part[operand]};
	uint32_t none;

	if (!hashset_find(&d->place, place_key(at), &none))
		return false;
	d->left--;
	return true;
}

void
drops_release(struct drops *d)
{
	hashset_release(&d->place);
	free(d->part);
}
