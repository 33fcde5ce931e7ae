#include "mask/clue.h"

#include "base/ascii.h"

enum { REACH = 40, NWORD = 4 }; /* bytes and words that are looked at */

/*
 * Words in small letters, of ASCII; those of other scripts as they are written,
 * of which ideographs may stand at the end of a longer word.
 */
static const struct {
	enum clue clue;
	const char *words; /* with a blank before and after each */
} table[] = {
    {CLUE_PHONE,
	" tel tele telephone telephones phone phones ph mobile mob cell "
	"cellphone cellular call calling dial text texting sms fax faxes "
	"facsimile telefax whatsapp viber hotline helpline freephone tollfree "
	"toll voicemail pager beeper landline telefon telefonnummer tlf tfn "
	"handy mobil mobiltelefon mobilnummer fon rufnummer telefono telefonos "
	"cel celular whats fone telefone movil tfno telf telefoon gsm "
	"mobiel bel kom komorka komorkowy telefonu puhelin puh telefonszam "
	"cellulare chiama appelez portable anruf rufen ligue llame llama "
	"t\xc3\xa9l t\xc3\xa9l\xc3\xa9phone T\xc3\xa9l T\xc3\xa9l\xc3\xa9phone "
	"t\xc3\xa9l\xc3\xa9"
	"copie T\xc3\xa9l\xc3\xa9"
	"copie tel\xc3\xa9"
	"fono Tel\xc3\xa9"
	"fono tel\xc3\xa9"
	"fonos Tel\xc3\xa9"
	"fonos m\xc3\xb3vil M\xc3\xb3vil kom\xc3\xb3rka "
	"\xd1\x82\xd0\xb5\xd0\xbb \xd0\xa2\xd0\xb5\xd0\xbb " /* tel */
	"\xd1\x82\xd0\xb5\xd0\xbb\xd0\xb5\xd1\x84\xd0\xbe\xd0\xbd "
	"\xd0\xa2\xd0\xb5\xd0\xbb\xd0\xb5\xd1\x84\xd0\xbe\xd0\xbd "
	"\xe7\x94\xb5\xe8\xaf\x9d \xe9\x9b\xbb\xe8\xa9\xb1 " /* phone */
	"\xe6\x89\x8b\xe6\x9c\xba \xe6\x89\x8b\xe6\xa9\x9f " /* mobile */
	"\xe4\xbc\xa0\xe7\x9c\x9f \xe5\x82\xb3\xe7\x9c\x9f " /* fax */
	"\xe7\x83\xad\xe7\xba\xbf \xe7\x86\xb1\xe7\xb7\x9a " /* hotline */
	"\xed\x9c\xb4\xeb\x8c\x80\xed\x8f\xb0 \xec\xa0\x84\xed\x99\x94 "
	"\xe6\x90\xba\xe5\xb8\xaf "},
    {CLUE_SSN, " ssn ssns security "},
    {CLUE_ADDRESS, " ip ips ipv4 ipv6 address addresses host hosts server "
		   "servers ping pinged dns gateway router proxy resolver "
		   "nameserver adresse "},
    {CLUE_VERSION,
	" version versions ver v vers firmware release releases build builds "
	"chrome firefox safari opera chromium edge kernel driver drivers "
	"cl cll cls clauses paras update patch sdk api section sections "
	"chapter clause paragraph para "
	"article rule rules oid sec table figure fig appendix step upgrade "
	"upgraded "},
    {CLUE_OTHER,
	" isbn isbns issn ean upc asin sku gtin order orders invoice tracking "
	"track ref refs reference serial patent patents doi pmid pmcid pmc nct "
	"cas id ids item items model part parts case cases docket account acct "
	"code codes zip vol volume pp page pages lat lon lng latitude "
	"longitude "
	"gps coordinates isin ein vat license licence lotto lottery "
	"transaction receipt registration reg "
	"catalog catalogue cat barcode imei hash bug issue issues ticker "
	"accession grant award permit lot batch checksum date dates "
	"year years time times score scores population bestellnummer "
	"eur euro euros usd dollars gbp chf jpy cny inr brl pln rub aud cad "
	"sek nok dkk czk huf "
	"acn abn apartado postfach "
	"bestellung rechnung commande facture pedido factura ordine fattura "},
};

static bool
is_letter(char c)
{
	return ascii_is_alpha((uint32_t)c) || (unsigned char)c >= 0x80;
}

/* Whether word stands in a list, alone or, of ideographs, at its end. */
static bool
is_listed(const char *list, const char *word, size_t len)
{
	const char *p, *end;
	size_t n;

	for (p = list + 1; *p != 0; p = end + 1) {
		end = strchr(p, ' ');
		n = (size_t)(end - p);
		if (n == len && memcmp(p, word, len) == 0)
			return true;
		if ((unsigned char)*p >= 0xe3 && n < len &&
		    memcmp(p, word + len - n, n) == 0)
			return true;
	}
	return false;
}

enum clue
clue_before(const char *begin, const char *p)
{
	static const char colon[] = "\xef\xbc\x9a"; /* the wide one */
	const char *stop = p - begin > REACH ? p - REACH : begin, *end;
	char word[REACH];
	size_t i, k, len, n;

	for (n = 0; n < NWORD; n++) {
		while (p > stop && p[-1] != '\n') {
			if (p - stop >= 3 && memcmp(p - 3, colon, 3) == 0)
				p -= 3;
			else if (!is_letter(p[-1]))
				p--;
			else
				break;
		}
		end = p;
		while (p > stop && is_letter(p[-1]))
			p--;
		len = (size_t)(end - p);
		if (len == 0 || (p == stop && p > begin && is_letter(p[-1])))
			break;
		for (i = 0; i < len; i++)
			word[i] = ascii_lower(p[i]);
		for (k = 0; k < sizeof(table) / sizeof(table[0]); k++)
			if (is_listed(table[k].words, word, len))
				return table[k].clue;
	}
	return CLUE_NONE;
}
