/* tokens: estimates are compared with the counts of Llama 3's tokenizer */

#include "text/tokens.h"

#include "base/buf.h"
#include "tap.h"

static const struct {
	const char *language;
	size_t tokens; /* of Llama 3.1's tokenizer */
	const char *text;
} cases[] = {
    {"English", 54,
	"The town library opens at nine, and most of the people who come early "
	"are older readers who want the newspapers. Later in the day the "
	"children arrive "
	"from school and the quiet ends. The staff have learned to keep a room "
	"for them at the back of the building."},
    {"German", 57,
	"Die Bibliothek der kleinen Stadt öffnet um neun Uhr, und am frühen "
	"Morgen kommen vor allem ältere Leser, die ihre Zeitungen suchen. Am "
	"Nachmittag "
	"kommen die Kinder aus der Schule, und dann ist es mit der Ruhe "
	"vorbei."},
    {"French", 61,
	"La bibliothèque de la petite ville ouvre à neuf heures, et le matin "
	"ce sont surtout des lecteurs âgés qui viennent lire les journaux. "
	"L'après-midi, les enfants arrivent de l'école et le calme est "
	"terminé."},
    {"Spanish", 119,
	"La biblioteca de la pequeña ciudad abre a las nueve, y por la mañana "
	"vienen sobre todo lectores mayores que buscan los periódicos. Por la "
	"tarde "
	"llegan los niños de la escuela y se acaba el silencio. El "
	"ayuntamiento quiere ampliar el edificio, porque desde hace tres años "
	"faltan mesas y "
	"ordenadores. Según la directora, las obras costarán casi dos millones "
	"de euros y no empezarán antes de septiembre; mientras tanto, los "
	"préstamos "
	"continuarán en el antiguo mercado."},
    {"Portuguese", 126,
	"A biblioteca da pequena cidade abre às nove horas, e de manhã vêm "
	"sobretudo leitores mais velhos que procuram os jornais. À tarde "
	"chegam as "
	"crianças da escola e acaba o silêncio. A câmara municipal quer "
	"ampliar o edifício, porque há três anos que faltam mesas e "
	"computadores. Segundo "
	"a diretora, as obras custarão quase dois milhões de euros e não "
	"começarão antes de setembro; entretanto, os empréstimos continuarão "
	"no antigo "
	"mercado."},
    {"Turkish", 120,
	"Küçük kentin kütüphanesi saat dokuzda açılır ve erken gelenlerin çoğu "
	"gazeteleri okumak isteyen yaşlı okurlardır. "
	"Öğleden sonra çocuklar okuldan gelir ve sessizlik sona erer. Belediye "
	"binayı büyütmek istiyor, çünkü üç yıldır masa ve bilgisayar yetmiyor. "
	"Müdürün söylediğine göre yapım işleri yaklaşık iki milyon avroya mal "
	"olacak ve eylülden önce başlamayacak."
	" Bu arada ödünç verme eski pazar yerinde sürecek; okurlar kitaplarını "
	"orada her gün alabilir ve geri getirebilir."},
    {"Vietnamese", 62,
	"Thư viện của thành phố nhỏ mở cửa lúc chín giờ, và những người đến "
	"sớm phần lớn là độc giả lớn tuổi muốn đọc báo. "
	"Buổi chiều trẻ em từ trường đến và sự yên tĩnh kết thúc. Nhân viên đã "
	"quen dành cho các em một căn phòng ở phía sau tòa nhà."},
    {"Azerbaijani", 84,
	"Kiçik şəhərin kitabxanası saat doqquzda açılır və səhər tezdən "
	"gələnlərin çoxu qəzet oxumaq istəyən yaşlı oxuculardır. "
	"Günortadan sonra uşaqlar məktəbdən gəlir və sakitlik bitir."},
    {"Russian", 53,
	"Библиотека маленького города открывается в девять часов, и утром "
	"приходят в "
	"основном пожилые читатели, которым нужны газеты. Днём приходят дети "
	"из школы, и "
	"тишина заканчивается."},
    {"Chinese", 60,
	"小城的图书馆早上九点开门，清晨来的大多是想看报纸的老年读者。下午孩子们"
	"放学来到这里，安静就结束了。工作人员学会了在楼的后面给他们留一个房间"
	"。"},
    {"Japanese", 57,
	"小さな町の図書館は朝九時に開き、早い時間に来るのは新聞を読みたい年配の"
	"人がほとんどです。午後になると学校から子どもたちがやって来て、静かな時"
	"間は終わります。"},
    {"Korean", 60,
	"작은 도시의 도서관은 아침 아홉 시에 문을 열고, 이른 시간에는 주로 "
	"신문을 읽으려는 나이 든 독자들이 옵니다. "
	"오후에는 학교에서 아이들이 와서 조용한 시간이 끝납니다."},
    {"Arabic", 61,
	"تفتح مكتبة المدينة الصغيرة أبوابها في الساعة التاسعة، ويأتي في الصباح "
	"القراء "
	"الكبار في السن الذين يريدون قراءة الصحف. وبعد الظهر يصل الأطفال من "
	"المدرسة وينتهي "
	"الهدوء."},
    {"Hindi", 82,
	"छोटे शहर का पुस्तकालय सुबह नौ बजे खुलता है और सुबह के समय "
	"अधिकतर बुजुर्ग पाठक अखबार पढ़ने आते हैं। दोपहर के बाद "
	"बच्चे स्कूल से आते हैं और शांति समाप्त हो जाती है।"},
    {"Thai", 71,
	"ห้องสมุดของเมืองเล็กเปิดเวลาเก้าโมงเช้า "
	"ผู้ที่มาแต่เช้าส่วนใหญ่เป็นผู้อ่านสูงอายุที่ต้องการอ่านหนังสือพิมพ์ "
	"ในตอนบ่ายเด็ก ๆ "
	"มาจากโรงเรียนและความเงียบก็สิ้นสุดลง"},
};

int
main(void)
{
	struct buf text = {0};
	size_t i, n, whole, parts;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		n = tokens_estimate(str_of(cases[i].text));
		ok(n * 100 >= cases[i].tokens * 85 &&
			n * 100 <= cases[i].tokens * 115,
		    cases[i].language);
	}
	ok(tokens_estimate(STR("")) == 0 && tokens_estimate(STR(" \n")) == 0,
	    "nothing of nothing");
	ok(tokens_estimate(STR("a")) == 1 && tokens_estimate(STR("abc")) == 1,
	    "at least one of a word");
	for (i = 0; i < 1000; i++) /* blocks of all lengths */
		buf_puts(&text, STR("the cat "));
	whole = tokens_estimate(buf_str(&text));
	for (i = parts = 0; i + 80 <= text.len; i += 80)
		parts += tokens_estimate((struct str){text.p + i, 80});
	ok(whole + 100 >= parts && whole <= parts, "a whole is its parts");
	buf_release(&text);
	return tap_done();
}
