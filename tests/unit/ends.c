/* ends: the tokens around a text, by each kind of post_processor; JSON has ' */

#include "token/ends.h"

#include <stdlib.h>

#include "base/buf.h"
#include "record/json.h"

#include "tap.h"

#define TEMPLATE(parts) "{'type':'TemplateProcessing','single':[" parts "]}"
#define SPECIAL(id) "{'SpecialToken':{'id':'" id "','type_id':0}}"
#define TEXT(id) "{'Sequence':{'id':'" id "','type_id':0}}"

static const struct {
	const char *post, *want; /* the tokens with a blank between, or NULL */
} cases[] = {
    {TEMPLATE(SPECIAL("<s>") "," TEXT("A") "," SPECIAL("</s>")), "<s> </s>"},
    {"{'type':'BertProcessing','sep':['[SEP]',102],'cls':['[CLS]',101]}",
	"[CLS] [SEP]"},
    {"{'type':'RobertaProcessing','sep':['</s>',2],'cls':['<s>',0],"
     "'trim_offsets':true,'add_prefix_space':false}",
	"<s> </s>"},
    {"{'type':'ByteLevel'}", NULL},
    {"{'type':3}", NULL},
    {"{}", NULL},
    {"null", NULL},
    {"'BertProcessing'", NULL},
    {"{'type':'BertProcessing','sep':['[SEP]',102]}", NULL},
    {"{'type':'BertProcessing','cls':['[CLS]',101]}", NULL},
    {"{'type':'BertProcessing','sep':['[SEP]',102],'cls':'[CLS]'}", NULL},
    {"{'type':'BertProcessing','sep':['[SEP]',102],'cls':[]}", NULL},
    {"{'type':'BertProcessing','sep':[102,'[SEP]'],'cls':['[CLS]',101]}", NULL},
    {"{'type':'TemplateProcessing'}", NULL},
    {"{'type':'TemplateProcessing','single':'A'}", NULL},
    {TEMPLATE(""), NULL},
    {TEMPLATE(SPECIAL("<s>") "," TEXT("A")), NULL},
    {TEMPLATE(TEXT("A") "," SPECIAL("</s>")), NULL},
    {TEMPLATE(SPECIAL("<s>") "," TEXT("B") "," SPECIAL("</s>")), NULL},
    {TEMPLATE(SPECIAL("<s>") "," TEXT("A") "," TEXT("A")), NULL},
    {TEMPLATE(
	 SPECIAL("<s>") "," TEXT("A") "," SPECIAL("</s>") "," SPECIAL("<e>")),
	NULL},
    {TEMPLATE("'<s>'," TEXT("A") "," SPECIAL("</s>")), NULL},
    {TEMPLATE("{'SpecialToken':{'id':0}}," TEXT("A") "," SPECIAL("</s>")),
	NULL},
    {TEMPLATE("{'SpecialToken':'<s>'}," TEXT("A") "," SPECIAL("</s>")), NULL},
};

/* The tokens around the text of a tokenizer.json; false if there are none. */
static bool
tokens(struct buf *json, struct buf *out)
{
	struct arena mem = {0};
	struct str raw, first, last;
	const char *why;
	bool there;
	size_t i;

	for (i = 0; i < json->len; i++)
		if (json->p[i] == '\'')
			json->p[i] = '"';
	if (!json_valid(buf_str(json), &raw, &why)) {
		printf("# %s: %.*s\n", why, (int)json->len, json->p);
		exit(1);
	}
	there = ends_read(raw, &mem, &first, &last);
	if (there) {
		buf_puts(out, first);
		buf_putc(out, ' ');
		buf_puts(out, last);
	}
	arena_release(&mem);
	return there;
}

int
main(void)
{
	struct buf json = {0}, got = {0};
	size_t i;
	bool there;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		json.len = got.len = 0;
		buf_puts(&json, STR("{'post_processor':"));
		buf_puts(&json, str_of(cases[i].post));
		buf_putc(&json, '}');
		there = tokens(&json, &got);
		ok(cases[i].want != NULL
			? there && str_eq(buf_str(&got), str_of(cases[i].want))
			: !there,
		    cases[i].post);
	}
	json.len = 0;
	buf_puts(&json, STR("{'model':{}}"));
	ok(!tokens(&json, &got), "no post_processor");
	json.len = 0;
	buf_puts(&json, STR("['post_processor']"));
	ok(!tokens(&json, &got), "no object");
	buf_release(&json);
	buf_release(&got);
	return tap_done();
}
