# mine.mk - from a folder of web archives to training shards
#
#	make -j4 -f examples/mine.mk CRAWL=crawl OUT=out \
#	    SEEDS=seeds.jsonl DOMAINS='Healthcare & Life sciences,Law'
#
# CRAWL	folder of WARC, WET or ARC files, of any suffix, however deep
# OUT	folder for what comes of them; OUT/shards at the end
# SEEDS	seed documents of all industries there are: the others are the contrast
# DOMAINS	what to mine for, separated by commas
# WEIGHT	per cent of the shards that is mined text (25); the rest is the crawl
# PARTS	how many ways the crawl is split once duplicates are gone (8)
# SCORE	what makes a hit of a record, as options of embed-score
# CLEAN, DEDUP, CHUNK, FIT, TRAIN, TAG, PACK	options of the other tools
#
# One target a file and step, so that -j fills the cores, a second run does
# nothing, and a killed one goes on: a file has its name only once it is whole.
# Where input was lost (status 1) the step counts as done, for a crawl always
# holds broken files; what a tool said of F lies in F.log, and OUT/report says
# how much of it there is and where.  Other failures stop the run.

TOP := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))..
B ?= build
export PATH := $(abspath $(if $(filter /%,$(B)),$(B),$(TOP)/$(B)))/bin:$(PATH)

CRAWL ?= crawl
OUT ?= out
SEEDS ?= seeds.jsonl
DOMAINS ?= Healthcare & Life sciences,Financial Services
WEIGHT ?= 25
PARTS ?= 8
SCORE ?= --min-score 0.2 --background 1000
export DOMAINS

files := $(shell cd '$(CRAWL)' && find -L . -type f ! -path '*/.*' | \
	sed 's,^\./,,' | LC_ALL=C sort)
odd := $(shell cd '$(CRAWL)' && find -L . -type f ! -path '*/.*' | \
	sed 's,^\./,,' | LC_ALL=C grep -m 1 '[^A-Za-z0-9._/@+,~-]')
$(shell mkdir -p '$(OUT)')
parts := $(shell seq $(PARTS))

ifeq ($(files),)
$(error no files in CRAWL=$(CRAWL))
endif
ifneq ($(odd),)
$(error CRAWL=$(CRAWL): make cannot handle the name $(odd))
endif

pages = $(files:%=$(OUT)/pages/%.jsonl)
text = $(files:%=$(OUT)/text/%.jsonl)
clean = $(parts:%=$(OUT)/clean/%.jsonl)
chunk = $(parts:%=$(OUT)/chunk/%.jsonl)
hits = $(parts:%=$(OUT)/hits/%.jsonl)
tagged = $(parts:%=$(OUT)/tagged/%.jsonl)

all: $(OUT)/report

# $(call step,tool,command): its output under a temporary name until it is whole,
# its messages beside it; status 1, lost input, is told there and passes.
define step
@t='$@'; mkdir -p "$${t%/*}"; echo "$(1) > $$t"; \
{ $(2); } >"$$t.tmp" 2>"$$t.log"; status=$$?; \
[ $$status -ne 1 ] || echo 'status 1: input was lost' >>"$$t.log"; \
if [ $$status -gt 1 ]; then \
	cat "$$t.log" >&2; rm -f "$$t.tmp"; exit $$status; \
fi; \
[ -s "$$t.log" ] || rm -f "$$t.log"; \
mv "$$t.tmp" "$$t"
endef

$(pages): $(OUT)/pages/%.jsonl: $(CRAWL)/%
	$(call step,warc-cat,warc-cat $<)

$(text): $(OUT)/text/%.jsonl: $(OUT)/pages/%.jsonl
	$(call step,html-strip,html-strip $<)

# Lists that change when a file comes or goes, or other domains are wanted; and
# only then.
define list
@if cmp -s '$@.tmp' '$@'; then rm '$@.tmp'; else mv '$@.tmp' '$@'; fi
endef

$(OUT)/files: always
	@mkdir -p '$(@D)'
	$(file >$@.tmp)$(foreach f,$(text),$(file >>$@.tmp,$(f)))
	$(list)

# A domain a line, as a pattern of its place in a record.  "domains" is written
# by domain-tag in one way, and no string can hold an unescaped quote.
$(OUT)/domains: always
	@mkdir -p '$(@D)'
	@printf '%s\n' "$$DOMAINS" | tr , '\n' | \
	    sed 's/[][\.*^$$+?(){}|]/\\&/g; s/.*/"domains":\\[("[^]]*",)?"&"[],]/' \
	    >'$@.tmp'
	$(list)

$(OUT)/unique.jsonl: $(OUT)/files $(text)
	$(call step,text-dedup,xargs cat <$(OUT)/files | text-dedup $(DEDUP))

$(clean): $(OUT)/clean/%.jsonl: $(OUT)/unique.jsonl
	$(call step,text-filter,split -n r/$*/$(PARTS) $< | text-filter $(CLEAN))

$(chunk): $(OUT)/chunk/%.jsonl: $(OUT)/clean/%.jsonl
	$(call step,text-chunk,text-chunk $(CHUNK) $<)

# The model folder appears whole, too.  A crawl without text has none.
$(OUT)/model/config.json: $(chunk) $(SEEDS)
	@rm -rf '$(OUT)/model' '$(OUT)'/model.tmp*
	@if cat $(chunk) | grep -q .; then \
		echo 'embed-fit > $(OUT)/model'; \
		embed-fit lsa -o '$(OUT)/model.tmp' $(FIT) $(chunk) \
		    $(SEEDS) || exit; \
	else \
		mkdir '$(OUT)/model.tmp' && : >'$(OUT)/model.tmp/config.json'; \
	fi
	@mv '$(OUT)/model.tmp' '$(OUT)/model'

$(hits): $(OUT)/hits/%.jsonl: $(OUT)/chunk/%.jsonl $(OUT)/model/config.json
	$(call step,embed-score,test ! -s $< || embed-score $(SCORE) \
	    --model $(OUT)/model $(SEEDS:%=--seeds %) $<)

# The seeds are examples too, so that no domain is without one.
$(OUT)/domains.bin: $(hits) $(SEEDS)
	@echo 'domain-train > $@'; rm -f '$@'.*.tmp
	@if [ -s '$(OUT)/model/config.json' ]; then \
		domain-train -o '$@' $(TRAIN) $(hits) $(SEEDS) \
		    2>'$@.log' || [ $$? -eq 1 ] || { cat '$@.log' >&2; exit 2; }; \
	else \
		: >'$@'; \
	fi
	@[ -s '$@.log' ] || rm -f '$@.log'

$(tagged): $(OUT)/tagged/%.jsonl: $(OUT)/chunk/%.jsonl $(OUT)/domains.bin
	$(call step,domain-tag,test ! -s $< || domain-tag $(TAG) \
	    --model $(OUT)/domains.bin $<)

$(OUT)/mined.jsonl: $(tagged) $(OUT)/domains
	$(call step,grep,grep -hEf $(OUT)/domains $(tagged) || test $$? -eq 1)

# Shards of a killed run are gone on with, unless their sources have changed.
$(OUT)/shards.done: $(OUT)/mined.jsonl $(chunk)
	@for f in $^; do \
		[ '$(OUT)/shards/plan' -nt "$$f" ] || rm -rf '$(OUT)/shards'; \
	done
	@if [ -s '$(OUT)/mined.jsonl' ]; then \
		echo 'shard-pack > $(OUT)/shards'; \
		shard-pack -o '$(OUT)/shards' --resume $(PACK) \
		    --source mined='$(OUT)/mined.jsonl@$(WEIGHT)' \
		    --source general="$$(echo $(chunk) | tr ' ' ,)@$$((100 - $(WEIGHT)))" \
		    2>'$@.log' || [ $$? -eq 1 ] || { cat '$@.log' >&2; exit 2; }; \
	else \
		echo 'nothing was found of these domains: no shards'; \
	fi
	@[ -s '$@.log' ] || rm -f '$@.log'
	@touch '$@'

$(OUT)/report: $(OUT)/shards.done
	@find '$(OUT)' -name '*.log' | LC_ALL=C sort | while read -r log; do \
		echo "$$(grep -vc '^status 1' "$$log") $$log: $$(head -n 1 "$$log")"; \
	done >'$@.tmp'
	@mv '$@.tmp' '$@'
	@cat '$@'
	@awk '{n += $$1} END {printf "%d defects in %d files\n", n, NR}' '$@'

always:
.PHONY: all always
.DELETE_ON_ERROR:
.SECONDARY:
