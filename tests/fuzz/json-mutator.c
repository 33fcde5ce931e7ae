/*
 * json-mutator - changes that leave JSON what it was: JSON
 *
 * Half of the time the bytes are changed as libFuzzer does it, which keeps the
 * parser busy; else a value of the JSON text, which may begin after some bytes
 * that choose a file, is replaced, doubled, taken away, or has another value of
 * the text put in its place, so that what reads the parsed text is reached.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t len, size_t max);
size_t LLVMFuzzerCustomMutator(
    uint8_t *data, size_t len, size_t max, unsigned seed);

enum { MAX_VALUES = 4096 };

/* Bytes [begin, end) of the text. */
struct value {
	size_t begin, end;
	size_t item; /* where it begins with its name, if it has one */
};

static const char *const replacement[] = {"0", "-1", "1", "2", "1e999",
    "1e-400", "0.5", "4294967296", "18446744073709551616", "9007199254740993",
    "true", "false", "null", "\"\"", "\"a\"", "\"\\u0000\"", "\"\\ud800\"",
    "[]", "{}", "[null]", "{\"\":0}", "[[[[[[[[]]]]]]]]", "[1,\"a\",null]",
    "\"\xf0\x9f\x98\x80\""};

enum { NREPLACEMENT = sizeof(replacement) / sizeof(*replacement) };

/* The end of the string that begins at p[i]. */
static size_t
skip_string(const uint8_t *p, size_t i, size_t len)
{
	for (i++; i < len && p[i] != '"'; i++)
		if (p[i] == '\\')
			i++;
	return i < len ? i + 1 : len;
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/*
 * The values of p[0..len), in v (MAX_VALUES); how many.  Text that is no JSON
 * gives values, too: what is made of it is no worse than it was.
 */
static size_t
find_values(const uint8_t *p, size_t len, struct value *v)
{
	static size_t open[MAX_VALUES]; /* values whose bracket is open */
	size_t i = 0, depth = 0, n = 0, item = 0;
	bool named = false; /* item is the name of what comes */

	while (i < len && n < MAX_VALUES) {
		size_t begin = i;

		if (is_blank(p[i]) || p[i] == ',') {
			i++;
		} else if (p[i] == '{' || p[i] == '[') {
			open[depth++] = n;
			v[n++] = (struct value){i, len, named ? item : i};
			named = false;
			i++;
		} else if (p[i] == '}' || p[i] == ']') {
			i++;
			if (depth > 0)
				v[open[--depth]].end = i;
			named = false;
		} else {
			if (p[i] == '"')
				i = skip_string(p, i, len);
			else
				while (i < len && !is_blank(p[i]) &&
				       strchr(",:{}[]\"", p[i]) == NULL)
					i++;
			if (i == begin)
				i++;
			while (i < len && is_blank(p[i]))
				i++;
			if (i < len && p[i] == ':') {
				item = begin;
				named = true;
				i++;
				continue;
			}
			v[n++] = (struct value){begin, i, named ? item : begin};
			named = false;
		}
	}
	return n;
}

/* Put bytes in the place of data[begin..end); the new length, or len. */
static size_t
splice(uint8_t *data, size_t len, size_t max, size_t begin, size_t end,
    const void *bytes, size_t n)
{
	if (len - (end - begin) + n > max)
		return len;
	memmove(data + begin + n, data + end, len - end);
	memcpy(data + begin, bytes, n);
	return len - (end - begin) + n;
}

/* Take an item away with the comma beside it, if there is one. */
static size_t
take_away(uint8_t *data, size_t len, size_t max, struct value v)
{
	size_t begin = v.item, end = v.end;

	while (end < len && is_blank(data[end]))
		end++;
	if (end < len && data[end] == ',') {
		end++;
	} else {
		while (begin > 0 && is_blank(data[begin - 1]))
			begin--;
		if (begin > 0 && data[begin - 1] == ',')
			begin--;
		end = v.end;
	}
	return splice(data, len, max, begin, end, "", 0);
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t len, size_t max, unsigned seed)
{
	static struct value v[MAX_VALUES];
	static uint8_t other[1 << 16];
	uint64_t random = (seed + 1) * 0x9e3779b97f4a7c15;
	size_t first = 0, n, from, size;
	const char *word;
	struct value at;

	while (first < len && data[first] != '{' && data[first] != '[')
		first++;
	if (random >> 63 == 0 || first == len)
		return LLVMFuzzerMutate(data, len, max);
	n = find_values(data + first, len - first, v);
	at = v[(random >> 8) % n];
	at.begin += first;
	at.end += first;
	at.item += first;
	from = (random >> 24) % n;
	size = v[from].end - v[from].begin;
	if (size > sizeof(other) - 1)
		return LLVMFuzzerMutate(data, len, max);
	memcpy(other, data + first + v[from].begin, size);
	switch ((random >> 40) % 4) {
	case 0:
		word = replacement[(random >> 44) % NREPLACEMENT];
		return splice(
		    data, len, max, at.begin, at.end, word, strlen(word));
	case 1:
		return splice(data, len, max, at.begin, at.end, other, size);
	case 2:
		if (at.end - at.item >= sizeof(other) || at.begin == first)
			return len;
		memcpy(other, data + at.item, at.end - at.item);
		other[at.end - at.item] = ',';
		return splice(data, len, max, at.item, at.item, other,
		    at.end - at.item + 1);
	default:
		return at.begin == first ? len : take_away(data, len, max, at);
	}
}
