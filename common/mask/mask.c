#include "mask/mask.h"

#include <stddef.h>
#include <stdint.h>

#include "base/ascii.h"
#include "mask/account.h"
#include "mask/address.h"
#include "mask/number.h"
#include "mask/phone.h"
#include "math/cpu.h"

const char *const mask_name[MASK_NKIND + 1] = {
    "email", "phone", "ip", "card", "iban", "ssn", NULL};
const char *const mask_token[MASK_NKIND] = {
    "<EMAIL>", "<PHONE>", "<IP>", "<CARD>", "<IBAN>", "<SSN>"};

void
mask_begin(struct mask *m, struct str text)
{
	*m = (struct mask){.text = text, .p = text.p, .last = text.p};
}

enum { NLANE = 32 };
typedef uint8_t lanes __attribute__((vector_size(NLANE)));

/* The first digit or "@" in [p, end); every kind has one. */
CPU_CLONES static const char *
find(const char *p, const char *end)
{
	uint64_t part[NLANE / 8];
	lanes v;

	for (; end - p >= NLANE; p += NLANE) {
		memcpy(&v, p, sizeof(v));
		v = (lanes)(v - '0' <= 9) | (lanes)(v == '@');
		memcpy(part, &v, sizeof(part));
		if ((part[0] | part[1] | part[2] | part[3]) != 0)
			break;
	}
	while (p < end && *p != '@' && !ascii_is_digit((uint32_t)*p))
		p++;
	return p;
}

/*
 * The kind of value that the run of a number holds, at the first place where
 * it holds one.
 */
static bool
in_number(struct mask *m, const struct number *n, struct mask_span *span)
{
	size_t i, end;

	for (i = 0; i < n->len; i++) {
		if (!number_may_begin(n, i))
			continue;
		if (ascii_is_digit((uint32_t)n->form[i]) &&
		    address_ip(m->text, n->at[i], &span->value)) {
			span->kind = MASK_IP;
			return true;
		}
		if ((end = account_card(n, m->text, i)) > 0)
			span->kind = MASK_CARD;
		else if ((end = account_ssn(n, m->text, i)) > 0)
			span->kind = MASK_SSN;
		else if ((end = phone_match(n, m->text, m->phone, i)) > 0)
			span->kind = MASK_PHONE;
		else
			continue;
		span->value.p = n->at[i];
		span->value.len = (size_t)(n->at[end] - n->at[i]);
		return true;
	}
	return false;
}

bool
mask_next(struct mask *m, struct mask_span *span)
{
	const char *end = m->text.p + m->text.len, *q;
	struct number n;

	for (;;) {
		m->p = find(m->p, end);
		if (m->p == end)
			return false;
		if (*m->p == '@') {
			if (address_email(
				m->text, m->last, m->p, &span->value)) {
				span->kind = MASK_EMAIL;
				break;
			}
			m->p++;
			continue;
		}
		if (account_iban(m->text, m->last, m->p, &span->value)) {
			span->kind = MASK_IBAN;
			break;
		}
		number_read(&n, m->text, m->last, m->p);
		if (in_number(m, &n, span))
			break;
		m->p = n.at[n.len];
	}
	q = span->value.p + span->value.len;
	if (span->kind == MASK_PHONE) {
		q = phone_end(m->text, q);
		span->value.len = (size_t)(q - span->value.p);
		m->phone = q;
	}
	m->p = m->last = q;
	return true;
}
