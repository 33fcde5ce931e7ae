/* lang: languages by script and common words */

#include "text/lang.h"

#include <stdio.h>

#include "tap.h"

int
main(void)
{
	struct lang *l = lang_new();
	static const struct {
		const char *text, *code;
	} cases[] = {
	    {"The boats that were in the harbour have left with the tide",
		"en"},
	    {"Die Boote, die im Hafen lagen, sind mit der Flut ausgelaufen",
		"de"},
	    {"Les bateaux qui étaient dans le port sont partis avec la marée",
		"fr"},
	    {"Los barcos que estaban en el puerto se han ido con la marea",
		"es"},
	    {"De boten die in de haven lagen zijn met het tij vertrokken",
		"nl"},
	    {"Лодки, которые были в гавани, ушли с приливом, и она не пуста",
		"ru"},
	    {"港にあった船は潮とともに出て行った", "ja"},
	    {"港口里的船随着潮水离开了", "zh"},
	    {"항구에 있던 배들이 떠났다", "ko"},
	    {"הסירות שהיו בנמל הפליגו עם הגאות", "he"},
	    {"القوارب التي كانت في الميناء غادرت", "ar"},
	    {"बंदरगाह की नावें ज्वार के साथ चली गईं", "hi"},
	    {"বন্দরের নৌকাগুলো জোয়ারের সঙ্গে চলে গেছে", "bn"},
	    {"துறைமுகத்தில் இருந்த படகுகள் புறப்பட்டன", "ta"},
	    {"Նավակները նավահանգստից մեկնեցին", "hy"},
	    {"ნავები ნავსადგურიდან გავიდნენ", "ka"}, {"ནམ་མཁའ་སྔོན་པོ", ""},
	    {"xyzzy plugh 42", ""}, {"", ""}};
	static const char german[] =
	    "Die Boote, die im Hafen lagen, sind mit der Flut ausgelaufen, und "
	    "das Wasser ist nicht mehr so hoch, wie es am Morgen noch war, als "
	    "man von der Mole aus auf sie hinab sah";
	static const char danish[] =
	    "Det er en lille by ved havet, og der er mange både i havnen, som "
	    "ikke er store, men det er de for dem, der har dem, og så er det "
	    "jo "
	    "også med vinden, som den er";
	static const struct {
		const char *text, *declared, *code;
	} labels[] = {{german, "en", "de"}, {german, "de", "de"},
	    {german, "gsw", "gsw"}, {german, "ja", "de"}, {german, "", "de"},
	    {german, "sq", "de"}, {danish, "nb", "nb"}, {danish, "en", "da"},
	    {danish, "no", "no"}, {"The boats have left", "de", "de"},
	    {"أعلنت هيئة الميناء يوم الثلاثاء", "en", "ar"},
	    {"أعلنت هيئة الميناء يوم الثلاثاء", "fa", "fa"},
	    {"港にあった船は潮とともに出て行った", "zh", "zh"},
	    {"港にあった船は潮とともに出て行った", "en", "ja"},
	    {"ข่าวจากท่าเรือในวันนี้", "en", "th"}};
	char name[64];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ok(str_eq(lang_guess(l, str_of(cases[i].text)),
		       str_of(cases[i].code)),
		    cases[i].code[0] ? cases[i].code : "none");
	for (i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		snprintf(name, sizeof(name), "%s, declared %s", labels[i].code,
		    labels[i].declared);
		ok(str_eq(lang_decide(l, str_of(labels[i].text),
			      str_of(labels[i].declared)),
		       str_of(labels[i].code)),
		    name);
	}
	ok(str_eq(lang_two(STR("eng")), STR("en")) &&
		str_eq(lang_two(STR("ger")), STR("de")) &&
		str_eq(lang_two(STR("gsw")), STR("gsw")) &&
		str_eq(lang_two(STR("pt")), STR("pt")),
	    "codes of three letters");
	lang_free(l);
	return tap_done();
}
