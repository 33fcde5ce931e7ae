#include "text/lang.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/mem.h"
#include "base/utf8.h"

enum {
	LANG_SLOTS = 4096,
	LANG_LOOK = 20000 /* bytes that lang_guess() reads */
};

struct lang {
	struct {
		uint32_t hash, bits;
	} slot[LANG_SLOTS];
};

static const struct {
	char code[3];
	const char *words;
} langs[] = {
    {"en",
	"the of and to in is that for it with as was on be by at this are "
	"from have not but which or an had they you were their been has will "
	"would there can more if who when what about his her he she we"},
    {"de",
	"der die das und ist nicht ein eine zu den von mit sich des auf dem "
	"im für als auch es an werden aus er hat dass sie nach wird bei einer "
	"um am sind noch wie einem über einen so zum war haben nur oder aber "
	"vor zur bis mehr durch man sein wurde"},
    {"fr", "le la les de des et est une un du en que qui dans pour pas sur au "
	   "par plus ce avec il sont ne aux cette ou mais nous vous leur été "
	   "son ses elle se comme tout être fait"},
    {"es", "el la los las de que y en un una por con no para es del se lo al "
	   "como más su pero sus este ha también fue sin sobre son entre está "
	   "cuando muy ya todo desde"},
    {"it",
	"il di che la è e un una per non in con del della si da le dei i "
	"sono al come alla nel più gli anche ma ha delle lo dal questo nella "
	"essere su o"},
    {"pt", "o a os as de que e do da em um uma para com não por no na dos das "
	   "se mais como mas foi ao ele sua ou quando muito nos já também só "
	   "pelo pela até isso entre são"},
    {"nl", "de het een van en in is dat op te zijn met voor niet die aan er om "
	   "ook als dan maar bij nog naar wordt uit door over hij worden heeft "
	   "deze tot kan meer"},
    {"pl", "i w na z się nie do to że jest o jak po co za od tak ale przez dla "
	   "są był oraz przy czy być może tym jego które który już tylko"},
    {"sv", "och att det som en på är av för med den till inte om ett har de "
	   "från men var jag vi kan så när eller sig efter hade ska"},
    {"da", "og at det som en på er af for med den til ikke om et har de fra "
	   "men var jeg vi kan så når eller sig efter havde skal blev"},
    {"no", "og at det som en på er av for med den til ikke om et har de fra "
	   "men var jeg vi kan så når eller seg etter hadde skal ble"},
    {"fi", "ja on ei se että hän oli ovat mutta joka kun niin myös ole tai jos "
	   "mukaan sekä nyt vain sen tämä mitä voi"},
    {"cs", "a se v na je že to s z do o i jako za by ale pro tak si po jsou "
	   "jsem který která které byl bylo nebo také při jeho až"},
    {"sk", "a sa v na je že to s z do o aj ako za by ale pre tak si po sú som "
	   "ktorý ktorá ktoré bol bolo alebo tiež pri jeho až"},
    {"hu", "a az és hogy nem is egy ez volt meg de csak már mint még ki el van "
	   "azt vagy ha lehet kell után"},
    {"ro", "și în de la cu pe nu este o un că din pentru mai care sau ce fi au "
	   "sunt prin acest fost dar după"},
    {"tr", "ve bir bu da de için ile çok daha gibi olarak olan ne kadar en var "
	   "ama sonra o olduğu değil her ya"},
    {"vi", "và của là có không được một cho trong với những các này người khi "
	   "đã để từ về"},
    {"id", "yang dan di dengan untuk dari ini pada tidak itu dalam adalah akan "
	   "juga ke oleh sebagai telah bisa atau karena"},
    {"hr", "je i u se na da za su od s što kao ne koji iz to koja nije će ili "
	   "sve bi samo nakon"},
    {"ru", "и в не на что с он как это по но из за от так для же бы к его все "
	   "она о который года было был были также только"},
    {"uk", "і в не на що з він як це по але із за від так для та у його всі "
	   "вона про який року було був були також або"},
    {"bg", "и в не на че с той като това по но от за да се са е си му ще го "
	   "към или след много също"},
    {"el", "και το του η της ο να με που για την από σε είναι τα στο οι τον "
	   "δεν θα στην των"},
};
enum { NLANG = sizeof(langs) / sizeof(langs[0]) };
_Static_assert(NLANG <= 32, "languages are bits of a uint32_t");

struct lang *
lang_new(void)
{
	struct lang *l = mem_zeroed(1, sizeof(*l));
	const char *s;
	uint32_t hash, at;
	unsigned i;

	for (i = 0; i < NLANG; i++)
		for (s = langs[i].words; *s != '\0'; s += *s == ' ') {
			hash = LANG_HASH_START;
			for (; *s != '\0' && *s != ' '; s++)
				hash = lang_hash(hash, (unsigned char)*s);
			at = hash;
			while (l->slot[at % LANG_SLOTS].hash != 0 &&
			       l->slot[at % LANG_SLOTS].hash != hash)
				at++;
			l->slot[at % LANG_SLOTS].hash = hash;
			l->slot[at % LANG_SLOTS].bits |= UINT32_C(1) << i;
		}
	return l;
}

void
lang_free(struct lang *l)
{
	free(l);
}

uint32_t
lang_word(const struct lang *l, uint32_t hash)
{
	uint32_t at = hash;

	while (l->slot[at % LANG_SLOTS].hash != 0) {
		if (l->slot[at % LANG_SLOTS].hash == hash)
			return l->slot[at % LANG_SLOTS].bits;
		at++;
	}
	return 0;
}

/* A language that has a script for itself, by a letter of it. */
static const char *
by_script(uint32_t cp)
{
	if (cp >= 0x3040 && cp < 0x3100)
		return "ja";
	if ((cp >= 0x1100 && cp < 0x1200) || (cp >= 0xac00 && cp < 0xd7b0))
		return "ko";
	if (cp >= 0x3400 && cp < 0xa000)
		return "zh";
	if (cp >= 0x590 && cp < 0x600)
		return "he";
	if (cp >= 0x600 && cp < 0x700)
		return "ar";
	if (cp >= 0xe00 && cp < 0xe80)
		return "th";
	if (cp >= 0x900 && cp < 0x980)
		return "hi";
	if (cp >= 0x980 && cp < 0xa00)
		return "bn";
	if (cp >= 0xb80 && cp < 0xc00)
		return "ta";
	if (cp >= 0x530 && cp < 0x590)
		return "hy";
	if (cp >= 0x10a0 && cp < 0x1100)
		return "ka";
	return NULL;
}

/* What a text shows of its language. */
struct tally {
	size_t count[NLANG]; /* common words */
	size_t nword, best;  /* all of them; the language of most */
	const char *script;  /* the language of a script of its own, or NULL */
};

static void
tally_text(struct tally *t, const struct lang *l, struct str text)
{
	static const char *const scripts[] = {
	    "ja", "ko", "zh", "he", "ar", "th", "hi", "bn", "ta", "hy", "ka"};
	enum { NSCRIPT = sizeof(scripts) / sizeof(scripts[0]) };
	size_t script[NSCRIPT] = {0};
	size_t nletter = 0, i;
	uint32_t hash = LANG_HASH_START, bits, cp;
	bool in_word = false;
	const char *code;

	memset(t, 0, sizeof(*t));
	if (text.len > LANG_LOOK)
		text.len = utf8_valid((struct str){text.p, LANG_LOOK});
	while (text.len > 0) {
		if (ascii_is_alpha((unsigned char)*text.p)) {
			nletter++;
			in_word = true;
			hash = lang_hash(
			    hash, (unsigned char)ascii_lower(*text.p++));
			text.len--;
			continue;
		}
		if ((unsigned char)*text.p < 0x80) {
			cp = (unsigned char)*text.p++;
			text.len--;
		} else {
			cp = utf8_lower(utf8_take(&text));
		}
		if (cp >= 0x80 && utf8_is_alpha(cp)) {
			char out[4];
			size_t n = utf8_encode(out, cp);

			nletter++;
			in_word = true;
			for (i = 0; i < n; i++)
				hash = lang_hash(hash, (unsigned char)out[i]);
			if (cp < 0x530 || (code = by_script(cp)) == NULL)
				continue;
			for (i = 0; i < NSCRIPT; i++)
				script[i] += code == scripts[i] ||
					     strcmp(code, scripts[i]) == 0;
			continue;
		}
		if (in_word) {
			t->nword++;
			for (bits = lang_word(l, hash); bits; bits &= bits - 1)
				t->count[__builtin_ctz(bits)]++;
		}
		in_word = false;
		hash = LANG_HASH_START;
	}
	for (i = 0; i < NSCRIPT && t->script == NULL; i++)
		/* kana outweighs the Han beside it */
		if (script[i] * (i == 0 ? 10 : 3) > nletter)
			t->script = scripts[i];
	for (i = 1; i < NLANG; i++)
		if (t->count[i] > t->count[t->best])
			t->best = i;
}

struct str
lang_guess(const struct lang *l, struct str text)
{
	struct tally t;

	tally_text(&t, l, text);
	if (t.script != NULL)
		return str_of(t.script);
	if (t.nword < 8 || t.count[t.best] < 3 ||
	    t.count[t.best] * 12 < t.nword)
		return STR("");
	return str_of(langs[t.best].code);
}

/* Whether a list of codes with blanks holds both. */
static bool
both_in(const char *list, struct str a, struct str b)
{
	bool has_a = false, has_b = false;
	size_t len;

	for (; *list != '\0'; list += len + (list[len] == ' ')) {
		len = strcspn(list, " ");
		has_a = has_a || str_eq(a, (struct str){list, len});
		has_b = has_b || str_eq(b, (struct str){list, len});
	}
	return has_a && has_b;
}

/*
 * Whether two languages may look alike here: they share a script of their own,
 * or many of their common words.
 */
static bool
akin(struct str a, struct str b)
{
	static const char *const families[] = {
	    "ar fa ur ps sd ug ckb ku dv arz ary", "he yi",
	    "hi mr ne sa kok mai bho doi", "bn as mni", "zh yue wuu cmn ja lzh",
	    "ka xmf", "es pt gl ca ast oc an it co sc fr lad mwl ext eo la vec",
	    "da no nb nn sv fo is", "cs sk pl hsb dsb szl",
	    "hr sr bs sl sh mk bg me", "ru uk be bg mk sr rue kk ky tg tt ba",
	    "nl af fy li de lb nds gsw zea vls en sco", "id ms jv su min tl",
	    "fi et vro se kv", "ro mo rup", "tr az tk uz crh gag", "vi", "hu",
	    "el grc", "ga gd cy br en"};
	size_t i;

	if (str_eq(a, b))
		return true;
	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (both_in(families[i], a, b))
			return true;
	return false;
}

struct str
lang_decide(const struct lang *l, struct str text, struct str declared)
{
	/* so many words are needed to contradict what is declared */
	enum { ENOUGH = 20 };
	struct tally t;
	struct str best;
	size_t i;

	if (declared.len == 0)
		return lang_guess(l, text);
	tally_text(&t, l, text);
	if (t.script != NULL)
		return akin(str_of(t.script), declared) ? declared
							: str_of(t.script);
	best = str_of(langs[t.best].code);
	if (t.nword < ENOUGH || t.count[t.best] * 6 < t.nword ||
	    str_eq(best, declared))
		return declared;
	for (i = 0; i < NLANG && !str_eq(declared, str_of(langs[i].code));)
		i++;
	if (i < NLANG)
		return t.count[i] * 2 < t.count[t.best] ? best : declared;
	return akin(best, declared) ? declared : best;
}

struct str
lang_two(struct str code)
{
	static const char pairs[] =
	    "eng en deu de ger de fra fr fre fr spa es ita it por pt nld nl "
	    "dut nl pol pl swe sv dan da nor no nob nb nno nn fin fi ces cs "
	    "cze cs slk sk slo sk hun hu ron ro rum ro tur tr vie vi ind id "
	    "hrv hr srp sr slv sl rus ru ukr uk bul bg ell el gre el ara ar "
	    "fas fa per fa heb he hin hi ben bn tam ta tha th jpn ja kor ko "
	    "zho zh chi zh kat ka geo ka hye hy arm hy cat ca eus eu baq eu "
	    "glg gl est et lav lv lit lt isl is ice is gle ga cym cy wel cy "
	    "msa ms may ms urd ur mar mr tel te mal ml kan kn guj gu pan pa "
	    "sqi sq alb sq mkd mk mac mk bel be afr af swa sw ";
	const char *p;

	for (p = pairs; code.len == 3 && *p != '\0'; p += 7)
		if (memcmp(p, code.p, 3) == 0)
			return (struct str){p + 4, 2};
	return code;
}
