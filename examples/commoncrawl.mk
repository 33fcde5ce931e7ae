# commoncrawl.mk - mine.mk over a crawl of Common Crawl
#
#	make -j8 -f examples/commoncrawl.mk ID=CC-MAIN-2024-51 ARCHIVES=100 OUT=out \
#	    DOMAINS=Law
#
# ID	the crawl
# KIND	wet (the default), which is text and has a quarter of the bytes; or warc, of
#	whose pages html-strip keeps only the main text
# ARCHIVES	how many of its archives are mined, drawn at random (all); a larger
#	number later adds archives to those that are there
# SITE	the address of the crawls (https://data.commoncrawl.org)
# CURL	the command that fetches a file, and goes on where it was
#
# All else is as in mine.mk.  An archive is fetched when its turn comes, goes
# through the stage front, and is removed; only its chunks stay, and it is not
# fetched again.  -j8 fetches eight at a time; the site asks for few at a time.

ID ?=
KIND ?= wet
ARCHIVES ?=
SITE ?= https://data.commoncrawl.org
OUT ?= out
CURL ?= curl -fsSL --retry 8 --retry-delay 2

LIST = $(OUT)/$(ID).$(KIND)
FETCH = for wait in 1 2 4 8 16 32; do \
	$(CURL) -C - -o "$$file" '$(SITE)'/{} && exit; sleep $$wait; done; exit 1

ifeq ($(filter help,$(MAKECMDGOALS)),)
ifeq ($(ID),)
$(error ID: which crawl? as in ID=CC-MAIN-2024-51)
endif
ifeq ($(SLICE),)
ifneq ($(shell mkdir -p '$(OUT)' && cd '$(OUT)' && \
	if [ ! -e paths.$(KIND) ]; then \
		$(CURL) '$(SITE)/crawl-data/$(ID)/$(KIND).paths.gz' | gzip -dc >paths.tmp && \
		[ -s paths.tmp ] && mv paths.tmp paths.$(KIND); \
	fi && sort -R --random-source=/dev/zero paths.$(KIND) | \
	awk -v n='$(ARCHIVES)' 'n == "" || NR <= n' >'$(ID).$(KIND)' && echo good),good)
$(error the paths of $(ID) cannot be had from $(SITE))
endif
endif
endif

include $(dir $(lastword $(MAKEFILE_LIST)))mine.mk
