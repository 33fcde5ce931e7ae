#include "spill/hashset.h"

#include <stdlib.h>

enum { FIRST = 1024 };

void
hashset_init(struct hashset *s, bool valued, struct budget *budget)
{
	*s = (struct hashset){.valued = valued, .budget = budget};
}

void
hashset_release(struct hashset *s)
{
	free(s->key);
	free(s->value);
	*s = (struct hashset){0};
}

/* Where key is or would be; of the hash 0, which marks a free slot, as 1. */
static size_t
place(const struct hashset *s, struct hash128 *key)
{
	size_t i;

	if (key->low == 0 && key->high == 0)
		key->low = 1;
	for (i = key->low & s->mask; s->key[i].low != 0 || s->key[i].high != 0;
	     i = (i + 1) & s->mask)
		if (s->key[i].low == key->low && s->key[i].high == key->high)
			break;
	return i;
}

bool
hashset_find(const struct hashset *s, struct hash128 key, uint32_t *value)
{
	size_t i;

	if (s->n == 0)
		return false;
	i = place(s, &key);
	if (s->key[i].low == 0 && s->key[i].high == 0)
		return false;
	if (s->valued)
		*value = s->value[i];
	return true;
}

static bool
grow(struct hashset *s)
{
	struct hashset old = *s;
	size_t i, j, nslot = s->key != NULL ? 2 * (s->mask + 1) : FIRST;
	size_t width = sizeof(*s->key) + (s->valued ? sizeof(*s->value) : 0);

	/* While the table grows, the old and the new one are both in memory. */
	if (!budget_take(s->budget, nslot * width))
		return false;
	s->key = mem_zeroed(nslot, sizeof(*s->key));
	if (s->valued)
		s->value = mem_grow(NULL, nslot, sizeof(*s->value));
	s->mask = nslot - 1;
	for (i = 0; old.key != NULL && i <= old.mask; i++) {
		if (old.key[i].low == 0 && old.key[i].high == 0)
			continue;
		j = place(s, &old.key[i]);
		s->key[j] = old.key[i];
		if (s->valued)
			s->value[j] = old.value[i];
	}
	if (old.key != NULL)
		budget_give(s->budget, (old.mask + 1) * width);
	free(old.key);
	free(old.value);
	return true;
}

bool
hashset_add(struct hashset *s, struct hash128 key, uint32_t value)
{
	size_t i;

	if ((s->key == NULL || s->n > (s->mask + 1) / 4 * 3) && !grow(s))
		return false;
	i = place(s, &key);
	s->key[i] = key;
	if (s->valued)
		s->value[i] = value;
	s->n++;
	return true;
}

void
hashset_set(struct hashset *s, struct hash128 key, uint32_t value)
{
	s->value[place(s, &key)] = value;
}

bool
hashset_state(struct hashset *s, struct checkpoint *state)
{
	struct item {
		struct hash128 key;
		uint64_t value;
	} item = {0};
	size_t n = s->n, i;

	checkpoint_count(state, &n, sizeof(item));
	for (i = 0; state->saving && n > 0 && i <= s->mask; i++) {
		if (s->key[i].low == 0 && s->key[i].high == 0)
			continue;
		item.key = s->key[i];
		item.value = s->valued ? s->value[i] : 0;
		checkpoint_bytes(state, &item, sizeof(item));
	}
	for (i = 0; !state->saving && i < n; i++) {
		checkpoint_bytes(state, &item, sizeof(item));
		if (!hashset_add(s, item.key, (uint32_t)item.value))
			return false;
	}
	return true;
}
