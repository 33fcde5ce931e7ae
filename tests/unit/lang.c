/* lang - languages by script and common words */

#include "text/lang.h"
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
	    {"港口里的船随着潮水离开了", "zh"}, {"xyzzy plugh 42", ""},
	    {"", ""}};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ok(str_eq(lang_guess(l, str_of(cases[i].text)),
		       str_of(cases[i].code)),
		    cases[i].code[0] ? cases[i].code : "none");
	lang_free(l);
	return tap_done();
}
