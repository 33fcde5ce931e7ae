/*
 * disentangled: distances have the rows that Hugging Face's deberta-v2 gives
 * them (make_log_bucket_position); what its config.json may say; JSON has ' for "
 */

#include "encode/disentangled.h"

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "record/json.h"

#include "tap.h"

#define USUAL                                                                  \
	"'relative_attention':true,'share_att_key':true,"                      \
	"'pos_att_type':'p2c|c2p'"

enum { NPOSITION = 60 };

/* "" if it is read, else what it says can't be run. */
static const char *
reads(struct disentangled *d, const char *text)
{
	struct buf json = {0};
	const char *why = "no JSON";
	struct str raw;

	*d = (struct disentangled){0};
	for (; *text != '\0'; text++)
		buf_putc(&json, (char)(*text == '\'' ? '"' : *text));
	if (json_valid(buf_str(&json), &raw, &why) &&
	    disentangled_read(d, raw, NPOSITION, &why))
		why = "";
	buf_release(&json);
	return why;
}

/*
 * The row of a key that stands later by later, by the definition: with buckets,
 * distances from half of them on share rows; then all are cut to the table.
 */
static long
row_of(long later, long nbucket, long most)
{
	long before = -later, far = labs(later), half = nbucket / 2, bucket,
	     span = nbucket > 0 ? nbucket : most;

	bucket = before;
	if (nbucket > 0 && far > half) {
		bucket =
		    half + (long)ceil(log((double)far / (double)half) /
				      log((double)(most - 1) / (double)half) *
				      (double)(half - 1));
		if (before < 0)
			bucket = -bucket;
	}
	bucket += span;
	return bucket < 0 ? 0 : bucket > 2 * span - 1 ? 2 * span - 1 : bucket;
}

static bool
has_rows(const struct disentangled *d, long nbucket, long most)
{
	long i;

	if (d->nposition != NPOSITION ||
	    d->nrow != (size_t)(2 * (nbucket > 0 ? nbucket : most)))
		return false;
	for (i = 1 - NPOSITION; i < NPOSITION; i++)
		if (d->row[NPOSITION - 1 + i] !=
		    (uint32_t)row_of(i, nbucket, most)) {
			printf("# %ld: %u, not %ld\n", i,
			    (unsigned)d->row[NPOSITION - 1 + i],
			    row_of(i, nbucket, most));
			return false;
		}
	return true;
}

static const struct {
	const char *json;
	long nbucket, most;
	bool norm;
} run[] = {
    {"{" USUAL "}", 0, NPOSITION, false},
    {"{" USUAL ",'norm_rel_ebd':'none','position_buckets':null,"
     "'conv_kernel_size':0,'max_relative_positions':-1}",
	0, NPOSITION, false},
    {"{" USUAL ",'norm_rel_ebd':'layer_norm','position_buckets':8,"
     "'max_relative_positions':40}",
	8, 40, true},
    {"{" USUAL ",'position_buckets':16}", 16, NPOSITION, false},
    {"{" USUAL ",'max_relative_positions':7}", 0, 7, false},
    {"{'relative_attention':true,'share_att_key':true,"
     "'pos_att_type':['c2p','p2c'],'position_buckets':4}",
	4, NPOSITION, false},
    {"{'relative_attention':true,'share_att_key':true,"
     "'pos_att_type':'c2p|p2c','position_buckets':-1}",
	0, NPOSITION, false},
};

#define TYPE(x) "{'relative_attention':true,'share_att_key':true" x "}"

static const struct {
	const char *json, *why;
} refused[] = {
    {"{}", "relative_attention"},
    {"{'relative_attention':false}", "relative_attention"},
    {"{'relative_attention':true}", "share_att_key"},
    {TYPE(""), "pos_att_type"},
    {TYPE(",'pos_att_type':null"), "pos_att_type"},
    {TYPE(",'pos_att_type':3"), "pos_att_type"},
    {TYPE(",'pos_att_type':'c2p'"), "pos_att_type"},
    {TYPE(",'pos_att_type':[]"), "pos_att_type"},
    {TYPE(",'pos_att_type':['c2p']"), "pos_att_type"},
    {TYPE(",'pos_att_type':['c2p','p2p']"), "pos_att_type"},
    {TYPE(",'pos_att_type':['c2p',3]"), "pos_att_type"},
    {TYPE(",'pos_att_type':['c2p','p2c','p2c']"), "pos_att_type"},
    {"{" USUAL ",'norm_rel_ebd':'batch_norm'}", "norm_rel_ebd"},
    {"{" USUAL ",'conv_kernel_size':3}", "conv_kernel_size"},
    {"{" USUAL ",'conv_kernel_size':'3'}", "conv_kernel_size"},
    {"{" USUAL ",'max_relative_positions':2.5}", "max_relative_positions"},
    {"{" USUAL ",'max_relative_positions':1e9}", "max_relative_positions"},
    {"{" USUAL ",'max_relative_positions':'8'}", "max_relative_positions"},
    {"{" USUAL ",'position_buckets':3}", "position_buckets"},
    {"{" USUAL ",'position_buckets':0.5}", "position_buckets"},
    {"{" USUAL ",'position_buckets':8,'max_relative_positions':5}",
	"position_buckets"},
};

int
main(void)
{
	struct disentangled d;
	size_t i;

	for (i = 0; i < sizeof(run) / sizeof(*run); i++) {
		ok(*reads(&d, run[i].json) == '\0' &&
			has_rows(&d, run[i].nbucket, run[i].most) &&
			d.norm == run[i].norm,
		    run[i].json);
		disentangled_release(&d);
	}
	for (i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		ok(strcmp(reads(&d, refused[i].json), refused[i].why) == 0,
		    refused[i].json);
		disentangled_release(&d);
	}
	return tap_done();
}
