/*
 * mask: what is a number of a telephone, of a card or of an account, what is an
 * address, and what is none, by the plans and standards of each
 */

#include "mask/mask.h"

#include "base/buf.h"
#include "tap.h"

struct row {
	const char *text, *masked; /* NULL: nothing in it is masked */
};

/* Country codes and lengths by E.164; what the countries dial within. */
static const struct row phone[] = {
    {"+999 1234 5678", NULL},
    {"+1 123 555 0123", NULL}, /* no area begins with 1 */
    {"+1 212 155 0123", NULL}, /* and no exchange */
    {"+39 (06) 1234 5678", "<PHONE>"},
    {"+49 (0)30 1234567", "<PHONE>"},
    {"(+49 30 1234567)", "(<PHONE>)"},
    {"(+49) 30 1234567", "<PHONE>"},
    {"+34 612 345 678 (2)", "<PHONE> (2)"},
    {"+49 30 1234567 (2 pages)", "<PHONE> (2 pages)"},
    {"(+49 30 1234567 (2))", "(<PHONE> (2))"},
    {"Tel. 030 1234567 (9-17 h)", "Tel. <PHONE> (9-17 h)"},
    {"a_+49 30 1234567", NULL},
    {"++49 30 1234567", NULL},
    {"011 49 30 1234567", "<PHONE>"},
    {"02.03. - 05.04.23", NULL}, /* days */
    {"0049301234567", NULL},	 /* no blank: any number looks so */
    {"Tel. 0049301234567", "Tel. <PHONE>"},
    {"44-1234-5678", "<PHONE>"},
    {"12-1234-1290", NULL}, /* volume and pages */
    {"(55) 1990 2005", NULL},
    {"(55) 2150 2160", "<PHONE>"},
    {"(55) 1990 1234", "<PHONE>"},
    {"(55) 1990 2345", "<PHONE>"},
    {"(55) 1234 1290", "<PHONE>"},
    {"(212 555 0129)", "(<PHONE>)"},
    {"(020 7946 0123)", "(<PHONE>)"},
    {"(020) 7946 0123", "<PHONE>"},
    {"912 34 56 78 12", NULL},
    {"01 12 23 34 45", NULL}, /* drawn in a lottery */
    {"Tel. 01 12 23 34 45", "Tel. <PHONE>"},
    {"05 8 14 22 33 44", NULL},
    {"012 345 678 901", NULL},
    {"0301.234567", NULL},
    {"0123456 78", NULL},
    {"012345", NULL},
    {"98765 43210", NULL},
    {"mobile 98765 43210", "mobile <PHONE>"},
    {"Tel. 212 555 0129 4", "Tel. <PHONE> 4"},
    {"(212)/555-0123", "<PHONE>"},
    {"(212)/./555-0123", NULL},
    {"212 555 0129/1/2/3/4/5/6/7/8/9/1/2/3/4/5/6/7/8/9/1/2/3/4/5/6/7/8", NULL},
    {"138-1234-5678", "<PHONE>"},
    {"128-1234-5678", NULL}, /* no mobile number of China */
    {"912 345 678", NULL},
    {"tel. 912 345 678", "tel. <PHONE>"},
    {"512 345 678 and phone 512 345 678", "512 345 678 and phone <PHONE>"},
};

/* What a word before a number says, or another number. */
static const struct row word[] = {
    {"Tel. 12.11.2024", NULL},
    {"Tel. 45.12.2024", "Tel. <PHONE>"},
    {"Tel. 12.45.2024", "Tel. <PHONE>"},
    {"Tel. 12.11.0024", "Tel. <PHONE>"},
    {"Tel. 12.11.2345", "Tel. <PHONE>"},
    {"Tel. 12 11 2024", "Tel. <PHONE>"},
    {"Tel. 2024-11-12", NULL},
    {"Tel. 2024-13-12", "Tel. <PHONE>"},
    {"Tel. 2024-11-45", "Tel. <PHONE>"},
    {"Tel. 2024-111-12", "Tel. <PHONE>"},
    {"Tel. 2024-11-123", "Tel. <PHONE>"},
    {"fax 5550-12-34", "fax <PHONE>"},
    {"fax 0612-11-12", "fax <PHONE>"},
    {"Tel. 21-43-65", "Tel. <PHONE>"},
    {"Tel. 08.00 - 12.00", NULL},
    {"Tel. 21.43 65.87", "Tel. <PHONE>"},
    {"Tel. 12345", NULL},
    {"Tel. +12", NULL},
    {"Tel 555-0123\n555-0124", "Tel <PHONE>\n555-0124"},
    {"Tel 555-0123 and not also 555-0124", "Tel <PHONE> and not also 555-0124"},
    {"Tel 555-0123, ref 555-0124", "Tel <PHONE>, ref 555-0124"},
    {"order 1-800-555-0123", "order <PHONE>"},
    {"order (212) 555-0123", "order <PHONE>"},
    {"order 1-212-555-0123", NULL},
    {"version 212-555-0123", NULL},
    {"server 212-555-0123", "server <PHONE>"},
    {"ssn 212-555-0123", NULL},
    {"\u8054\u7cfb\u7535\u8bdd\uff1a12345678",
	"\u8054\u7cfb\u7535\u8bdd\uff1a<PHONE>"},
    {"\u8054\u7cfb\u7535\u7535\uff1a12345678", NULL},
    {"Tel. 4111 1111 1111 1111", "Tel. <PHONE>"},
    {"Tel. 123-45-6789", "Tel. <PHONE>"},
    /* only the end of a word is near enough, and it is no order */
    {"reorder aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 212-555-0123",
	"reorder aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa <PHONE>"},
};

static const struct row extension[] = {
    {"212-555-0123, ext. 12", "<PHONE>"},
    {"212-555-0123 x12", "<PHONE>"},
    {"212-555-0123x12.", "<PHONE>."},
    {"212-555-0123x12.5", NULL},
    {"212-555-0123 extension 12 is mine", "<PHONE> is mine"},
    {"212-555-0123   ext. 12", "<PHONE>   ext. 12"},
    {"212-555-0123 x123456", "<PHONE> x123456"},
    {"212-555-0123 extension for us", "<PHONE> extension for us"},
    {"212-555-0123 ext", "<PHONE> ext"},
};

/* Blanks and dashes of Unicode; what touches a number. */
static const struct row around[] = {
    {"212\u202f555\u202f0129", "<PHONE>"},
    {"212\u2007555\u20070129", "<PHONE>"},
    {"212\u2009555\u20090129", "<PHONE>"},
    {"212\u2212555\u22120123", "<PHONE>"},
    {"212\u2014555\u20140123", "<PHONE>"},
    {"212\u2006555\u20060129", NULL},
    {"212\u200b555\u200b0129", NULL},
    {"212\u2026555\u20260123", NULL},
    {"\u00e9212-555-0123", NULL},
    {"\u7535212-555-0123", "\u7535<PHONE>"},
    {"\u00d7212-555-0123", "\u00d7<PHONE>"},
    {"_212-555-0123", NULL},
    {"No212-555-0123", NULL},
    {"\u00a3212-555-0123", NULL},
    {"\u20ac212-555-0123", NULL},
    {"\u20b9 212-555-0123", NULL},
    {"\u2190 212-555-0123", "\u2190 <PHONE>"},
    {"\u2100212-555-0123", "\u2100<PHONE>"},
    {" 212-555-0123", " <PHONE>"},
    {".212-555-0123", ".<PHONE>"},
    {"Tel,212-555-0123", "Tel,<PHONE>"},
    {"10,212-555-0123", NULL},
    {"/212-555-0123", "/<PHONE>"},
    {" /212-555-0123", " /<PHONE>"},
    {"\x80\x80\x80\x80\x80"
     "212-555-0123",
	"\x80\x80\x80\x80\x80<PHONE>"},
    {"a/212-555-0123", NULL},
    {"'212-555-0123'", "'<PHONE>'"},
    {"~212-555-0123", "~<PHONE>"},
    {"\u2212212-555-0123", NULL},
    {"212-555-0123 $", NULL},
    {"212-555-0123 \u20ac", NULL},
    {"212-555-0123 %", NULL},
    {"212-555-0123%", NULL},
    {"212-555-0123m", NULL},
    {"212-555-0123\u20ac", NULL},
    {"212-555-0123\u00b0", NULL},
    {"212-555-0123\u2032", NULL},
    {"212-555-0123=", NULL},
    {"212-555-0123*2", NULL},
    {"212-555-0123^2", NULL},
    {"212-555-0123@x", NULL},
    {"212-555-0123@x.example", "<EMAIL>"},
    {"212-555-0123.pdf", NULL},
    {"212-555-0123.Then", "<PHONE>.Then"},
    {"212-555-0123, 5", "<PHONE>, 5"},
    {"212-555-0123,5", NULL},
    {"212-555-0123:5", NULL},
    {"212-555-0123: mine", "<PHONE>: mine"},
    {"212-555-0123-A", NULL},
    {"212-555-0123/x", NULL},
    {"212-555-0123's", NULL},
    {"212-555-0123- none", "<PHONE>- none"},
    {"http://x.example/?212-555-0123", NULL},
    {"x.php?a;212-555-0123", NULL},
    {"?212-555-0123", "?<PHONE>"},
    {"www.x.example;212-555-0123", NULL},
    {"wow.x.example;212-555-0123", "wow.x.example;<PHONE>"},
    {"<http://x.example/>212-555-0123", "<http://x.example/><PHONE>"},
    {"\"http://x.example/\"212-555-0123", "\"http://x.example/\"<PHONE>"},
    {"<a href=\"//x.example\"<212-555-0123", "<a href=\"//x.example\"<<PHONE>"},
    {"11 22 33 44 55 66 77 88 99 11 22 33 44 55 66 77 88 99 11 22 33 44 55",
	NULL},
};

/* RFC 5321 and RFC 5322, with letters of other alphabets (RFC 6531). */
static const struct row email[] = {
    {"\u03b4\u03bf\u03ba\u03b9\u03bc\u03ae@\u03c0\u03b1\u03c1.example",
	"<EMAIL>"},
    {"a\u00d7jane@x.example", "a\u00d7<EMAIL>"},
    {"\x80@x.example", NULL},
    {"jane@x\u00d7.example", NULL},
    {"a..b@x.example", "a..<EMAIL>"},
    {"foo.@x.example", NULL},
    {"'jane@x.example'", "'<EMAIL>'"},
    {"-jane@x.example", "-<EMAIL>"},
    {"jane+news@x.example", "<EMAIL>"},
    {"jane@-x.example", NULL},
    {"jane@x-.example", NULL},
    {"jane@x.example-", "<EMAIL>-"},
    {"jane@x.xn--p1ai", "<EMAIL>"},
    {"jane@x.example-- or call", "<EMAIL>-- or call"},
    {"jane@x.xy--p1ai", NULL},
    {"jane@x.123", NULL},
    {"jane@x.e", NULL},
    {"jane@x.example: hello", "<EMAIL>: hello"},
    {"jane@x.example:", "<EMAIL>:"},
    {"git@x.example:y", NULL},
    {"git@x.example:/y", NULL},
    {"git@x.example:~/y", NULL},
    {"//jane@x.example", NULL},
    {"/jane@x.example", "/<EMAIL>"},
    {"@jane@x.example", NULL},
    {"1234567890123456789012345678901234567890123456789012345678901234"
     "@x.example",
	"<EMAIL>"},
    {"a1234567890123456789012345678901234567890123456789012345678901234"
     "@x.example",
	NULL},
    {"jane@a12345678901234567890123456789012345678901234567890123456789012"
     ".example",
	"<EMAIL>"},
    {"jane@ab12345678901234567890123456789012345678901234567890123456789012"
     ".example",
	NULL},
};

/* Addresses that all can reach, by the registries of IANA. */
static const struct row ip[] = {
    {"93.184.216.34", "<IP>"},
    {"0.184.216.34", NULL},
    {"172.15.99.77", "<IP>"},
    {"172.31.200.77", NULL},
    {"172.32.99.77", "<IP>"},
    {"198.17.99.77", "<IP>"},
    {"198.18.99.77", NULL},
    {"198.19.99.77", NULL},
    {"100.63.99.77", "<IP>"},
    {"100.127.99.77", NULL},
    {"100.128.99.77", "<IP>"},
    {"192.0.0.200", NULL},
    {"192.0.2.200", NULL},
    {"192.0.3.200", "<IP>"},
    {"198.51.100.200", NULL},
    {"203.0.113.200", NULL},
    {"93.184.0.77", "<IP>"},
    {"93.184.77.0", "<IP>"},
    {"93.184.0.0", NULL},
    {"ip 93.4.2.1", "ip <IP>"},
    {"93.4.2.1", NULL},
    {"_93.184.216.34", NULL},
    {"-93.184.216.34", NULL},
    {"v93.184.216.34", NULL},
    {"/93.184.216.34", "/<IP>"},
    {"(/93.184.216.34)", "(/<IP>)"},
    {"x/93.184.216.34", NULL},
    {"93.184.216.34a", NULL},
    {"93.184.216.34_", NULL},
    {"93.184.216.34-x", NULL},
    {"93.184.216.34-", "<IP>-"},
    {"93.184.216.34- x", "<IP>- x"},
    {"93.184.216.34.example", NULL},
    {"93.184.216.34.Then", "<IP>.Then"},
    {"93.184.216", NULL},
    {"93.184.216.", NULL},
    {"2606:2800:220:1:248:1893:25c8:1946", "<IP>"},
    {"2606:2800:220:1:248:1893:25c8:1946:1", NULL},
    {"2606:2800:220:1:248:1893:25c8:1946x", NULL},
    {"2606:2800:220:1:248:1893:25c8:1946_", NULL},
    {"2606:2800:220:1:248:1893:25c8", NULL},
    {"2606:2800:220:1:248:1893:25C8:1946", "<IP>"},
    {"2606:2800:220:1:g:1893:25c8:1946", NULL},
    {"2606:2800::", "<IP>"},
    {"2606:2800:: x", "<IP> x"},
    {"2606:2800::x", NULL},
    {"2606::", NULL},
    {"2606:2800::1::2", NULL},
    {"2606:1:2:3:4:5::7", "<IP>"},
    {"2606:1:2:3:4:5:6::7", NULL},
    {"2001:4860:4860::8888", "<IP>"},
    {"2001:db8:4860::8888", NULL},
    {"2001:0:4860::8888", NULL},
    {"2001:1ff:4860::8888", NULL},
    {"3fff:4860::8888", "<IP>"},
    {"2:2606:2800::1", NULL},
    {".2606:2800::1", NULL},
    {"_2606:2800::1", NULL},
    {"4606:2800::1", NULL},
};

/* ISO 7812, ISO 13616, and areas that the social security has never issued. */
static const struct row account[] = {
    {"3056 930902 5904", "<CARD>"},
    {"411111111111116", NULL}, /* right by its check, too short for a Visa */
    {"4111 1111 1111 1111", "<CARD>"},
    {"4111 1111 1111 1111 1234", NULL}, /* a table of numbers */
    {"1234 4111 1111 1111 1111", NULL},
    {"51234 4111 1111 1111 1111", "51234 <CARD>"},
    {"12 4111 1111 1111 1111", "12 <CARD>"},
    {"4111 1111 1111 1111 12x4", "<CARD> 12x4"},
    {"4111 1111 1111 1111 12345", "<CARD> 12345"},
    {"4111111111111111a", NULL},
    {"order 4111 1111 1111 1111", NULL},
    {"server 4111 1111 1111 1111", "server <CARD>"},
    {"123-45-6789", "<SSN>"},
    {"address 123-45-6789", "address <SSN>"},
    {"123 45 6789", NULL},
    {"ssn 123 45 6789", "ssn <SSN>"},
    {"order 123-45-6789", NULL},
    {"version 123-45-6789", NULL},
    {"x123-45-6789", NULL},
    {"DE89370400440532013000", "<IBAN>"},
    {"DE89-3704-0044-0532-0130-00", "<IBAN>"},
    {"DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000", "<IBAN>"},
    {"DE89  3704 0044 0532 0130 00", NULL},
    {"DE89\u00a93704 0044 0532 0130 00", NULL},
    {"DE89 3704 0044 0532 0130", NULL},
    {"DE89 3704 0044 0532 0130 0", NULL},
    {"DE89/3704/0044/0532/0130/00", NULL},
    {"DE89 3704 0044 0532 0130 /", NULL},
    {"DE89370400440532013000a", NULL},
    {"DE89370400440532013000_", NULL},
    {"DE89370400440532013000.", "<IBAN>."},
    {"aDE89370400440532013000", NULL},
    {"XX89370400440532013000", NULL},
    {"DE89", NULL},
};

static bool
is(const struct row *r)
{
	struct buf b = {0};
	struct mask_span span;
	struct mask m;
	const char *p = r->text;
	bool same;

	mask_begin(&m, str_of(r->text));
	while (mask_next(&m, &span)) {
		buf_put(&b, p, (size_t)(span.value.p - p));
		buf_puts(&b, str_of(mask_token[span.kind]));
		p = span.value.p + span.value.len;
	}
	buf_puts(&b, str_of(p));
	same = str_eq(
	    buf_str(&b), str_of(r->masked != NULL ? r->masked : r->text));
	if (!same)
		printf("# %s: %.*s\n", r->text, (int)b.len, b.p);
	buf_release(&b);
	return same;
}

static void
all(const struct row *row, size_t n, const char *what)
{
	bool good = true;
	size_t i;

	for (i = 0; i < n; i++)
		good &= is(&row[i]);
	ok(good, what);
}

#define ALL(rows, what) all(rows, sizeof(rows) / sizeof(rows[0]), what)

int
main(void)
{
	ALL(phone, "telephone numbers by their looks");
	ALL(word, "by the words before them");
	ALL(extension, "with extensions");
	ALL(around, "what stands around a number");
	ALL(email, "addresses of mail");
	ALL(ip, "addresses of the Internet");
	ALL(account, "cards, accounts, numbers of social security");
	return tap_done();
}
