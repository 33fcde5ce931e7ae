#include "mine/expect.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/mem.h"
#include "record/json-writer.h"

void
expect_init(struct expect *e, const struct str *domain, size_t ndomain)
{
	*e = (struct expect){.ndomain = ndomain, .domain = domain};
	e->sum = mem_zeroed(ndomain, sizeof(*e->sum));
	e->kept = mem_zeroed(ndomain, sizeof(*e->kept));
	e->right = mem_zeroed(ndomain, sizeof(*e->right));
}

void
expect_release(struct expect *e)
{
	free(e->sum);
	free(e->kept);
	free(e->right);
	*e = (struct expect){0};
}

void
expect_seen(struct expect *e, const float *score)
{
	size_t d;

	e->n++;
	for (d = 0; d < e->ndomain; d++)
		e->sum[d] += (double)score[d];
}

void
expect_kept(struct expect *e, const float *score, const unsigned char *keep)
{
	size_t d;

	for (d = 0; d < e->ndomain; d++)
		if (keep[d] != 0) {
			e->kept[d]++;
			e->right[d] += (double)score[d];
		}
}

void
expect_table(const struct expect *e, FILE *out)
{
	size_t d;

	fprintf(out, "of %" PRIu64 " records\n%10s %10s %10s %10s\n", e->n,
	    "expected", "kept", "right", "missed");
	for (d = 0; d < e->ndomain; d++) {
		fprintf(out, "%10.1f %10" PRIu64 " %10.1f %10.1f  ", e->sum[d],
		    e->kept[d], e->right[d], e->sum[d] - e->right[d]);
		cli_show(e->domain[d], out);
		fputc('\n', out);
	}
}

void
expect_json(const struct expect *e, FILE *out)
{
	struct buf b = {0};
	struct json_writer w = {.out = &b};
	size_t d;

	jw_begin_object(&w, NULL);
	jw_u64(&w, "records", e->n);
	jw_begin_object(&w, "domains");
	for (d = 0; d < e->ndomain; d++) {
		jw_key(&w, e->domain[d]);
		jw_begin_object(&w, NULL);
		jw_double(&w, "expected", "%.3f", e->sum[d]);
		jw_u64(&w, "kept", e->kept[d]);
		jw_double(&w, "right", "%.3f", e->right[d]);
		jw_double(&w, "missed", "%.3f", e->sum[d] - e->right[d]);
		jw_end_object(&w);
	}
	jw_end_object(&w);
	jw_end_object(&w);
	buf_putc(&b, '\n');
	fwrite(b.p, 1, b.len, out);
	buf_release(&b);
}
