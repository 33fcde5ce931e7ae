/*
 * Words in the names of classes, ids, roles and test marks, by what they hint
 * at.  Words of four letters and more are found at the start of longer ones.
 */
HTML_HINT(NAV, "nav navi navbar navigation menu menuitem menubar submenu "
	       "megamenu topnav mainnav subnav hamburger dropdown")
HTML_HINT(HEADER, "header head masthead topbar hdr")
HTML_HINT(FOOTER, "footer foot bottom colophon ftr contentinfo")
HTML_HINT(SIDE, "side sidebar aside rail rightcol leftcol secondary "
		"complementary right left")
HTML_HINT(AD, "ad ads advert advertisement advertising adsense adslot adbox "
	      "adv dfp gpt sponsor sponsored taboola outbrain werbung anzeige "
	      "anzeigen publicidad reklama affiliate commercial")
HTML_HINT(SOCIAL, "share sharing sharedaddy social socials facebook twitter "
		  "addthis addtoany follow whatsapp pinterest linkedin "
		  "instagram tweet fb teilen jetpack")
HTML_HINT(COMMENT, "comment comments disqus respond reply replies kommentar "
		   "kommentare commentaire commentaires comentario comentarios")
HTML_HINT(COOKIE, "cookie cookies consent gdpr privacy ccpa onetrust cmp")
HTML_HINT(RELATED, "related recommend recommended recommendation similar more "
		   "readmore further also suggested weitere related suggest "
		   "crosslink verwandte")
HTML_HINT(CRUMB, "breadcrumb breadcrumbs crumb crumbs pathway bread")
HTML_HINT(META, "meta date datetime time timestamp published postmeta dateline "
		"posted info details datum pubdate publication updated")
HTML_HINT(AUTHOR, "author authors byline bio vcard avatar profile autor "
		  "writer contributor contributors reporter")
HTML_HINT(TAGS, "tag tags tagged keyword keywords topics categories category "
		"cat cats label labels taxonomy schlagwort")
HTML_HINT(IMAGE,
    "caption captions figcaption credit photo photos image images "
    "img picture media figure thumbnail thumb bild foto wp-caption")
HTML_HINT(CONTENT, "content contents inhalt contenu contenido")
HTML_HINT(MAIN, "main primary maincontent center centre middle")
HTML_HINT(ARTICLE, "article articles story artikel news articlebody "
		   "newsarticle")
HTML_HINT(ENTRY, "entry entrytext hentry post blog blogpost singlepost")
HTML_HINT(BODY, "body text bodytext copy richtext prose paragraph rte wysiwyg "
		"rich txt texte para formatted markdown storytext fulltext "
		"section")
HTML_HINT(PRODUCT, "product products price prices sku cart buy shop stock "
		   "basket checkout pdp shipping variant wishlist quantity")
HTML_HINT(SPEC, "description desc specs spec specification specifications "
		"attributes features feature overview")
HTML_HINT(FORUM, "thread threads message messages msg topic topics forum "
		 "forums posts postbody discussion answer answers question "
		 "questions bbp phpbb vb")
HTML_HINT(WIDGET, "widget widgets module box boxes card cards tile tiles "
		  "panel")
HTML_HINT(TEASER, "teaser teasers excerpt preview snippet stories headlines")
HTML_HINT(POPUP, "popup modal overlay dialog alertdialog lightbox tooltip "
		 "offcanvas drawer toast popover interstitial paywall alert "
		 "notice notification")
HTML_HINT(HIDE, "hidden hide invisible sr noprint none screen collapsed "
		"collapse visuallyhidden unprintable offscreen closed")
HTML_HINT(SEARCH, "search searchform searchbox searchbar filter filters sort "
		  "sorting facet facets suche")
HTML_HINT(LOGIN, "login signin signup register registration account password "
		 "user users member members auth logout")
HTML_HINT(LETTER, "newsletter subscribe subscription subscriber mailing email "
		  "optin mailchimp signup mail donate donation")
HTML_HINT(PAGER, "pagination pager paging prev next previous older newer "
		 "paginator page-numbers loadmore")
HTML_HINT(SLIDE, "gallery carousel slider slide slides slideshow swiper slick "
		 "owl galerie")
HTML_HINT(POPULAR, "popular trending latest recent top most hot newest "
		   "mostread meistgelesen ticker breaking editors picks "
		   "headlines")
HTML_HINT(REVIEW, "review reviews rating ratings stars testimonial "
		  "testimonials feedback vote votes voting score")
HTML_HINT(LIST, "list items item grid listing listings results result feed "
		"archive archives loop catalog directory")
HTML_HINT(LEGAL, "copyright legal disclaimer terms imprint impressum rights "
		 "license licence copy")
HTML_HINT(TOC, "toc outline tableofcontents ez-toc")
HTML_HINT(TITLE, "title headline heading hed titel titre titulo subject")
HTML_HINT(LEAD, "summary intro lead lede abstract standfirst dek subtitle deck "
		"subheading subheadline kicker chapeau vorspann introduction")
HTML_HINT(PROMO, "promo promos promotion promoted cta banner banners callout "
		 "offer offers deal deals upsell campaign marketing")
HTML_HINT(HERO, "hero jumbotron splash cover")
HTML_HINT(TOOL, "toolbar tools tool print printer action actions button "
		"buttons btn bar controls control icon icons toggle utility")
HTML_HINT(VIDEO, "video videos player audio embed youtube podcast iframe "
		 "listen jwplayer transcript")
HTML_HINT(QUOTE, "quote blockquote pullquote zitat cite citation")
HTML_HINT(CODE, "code highlight syntax codehilite source console prettyprint")
HTML_HINT(TABLE, "table infobox tables datatable row cell")
HTML_HINT(TAB, "faq accordion tab tabs tabpanel tablist toggle-content")
HTML_HINT(SKIP, "skip skiplink accessibility jump jumplink assistive")
HTML_HINT(LANG, "language lang languages locale translate translations")
HTML_HINT(FORM, "form forms contact field fieldset input survey poll quiz "
		"captcha wpcf7 gform hubspot")
HTML_HINT(LOGO, "logo brand branding sitename site")
HTML_HINT(NOTE, "note notes footnote footnotes reference references reflist "
		"endnote bibliography")
HTML_HINT(EDIT, "edit editsection editlink mw-editsection permalink "
		"headerlink anchor")
HTML_HINT(WRAP, "wrapper wrap container page layout col column columns inner "
		"outer")
HTML_HINT(DOC, "docs doc documentation docutils rst document guide tutorial "
	       "manual reference api")
HTML_HINT(SERIES, "series issue edition section-name channel ressort rubrik "
		  "eyebrow")
HTML_HINT(EVENT, "event events calendar schedule map location address "
		 "opening hours phone tel")
/* What a schema.org property says. */
HTML_HINT(ITEM_BODY, "")
HTML_HINT(ITEM_TEXT, "")
HTML_HINT(ITEM_META, "")
