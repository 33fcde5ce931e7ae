# mine.mk - from a folder of web archives to training shards and a report
#
#	make -j4 -f examples/mine.mk CRAWL=crawl OUT=out \
#	    DOMAINS='Healthcare & Life sciences,Law'
#
# CRAWL	the folder of archives, also in folders below it: WARC, WET or ARC; records
#	(*.jsonl, *.ndjson, plain, .gz or .zst); or *.parquet, by DuckDB
# COLUMNS	which columns of Parquet become members, in SQL (*); for FineWeb
#	COLUMNS='id, url, text, language AS lang'
# LIST	a file that names the archives, one a line, instead of CRAWL
# OPEN	a command that writes the archive {} to standard output, if the names
#	of LIST are not files: OPEN='s5cmd cat {}'
# FETCH	or a command that writes it to the file "$file", and goes on where it was if
#	that exists already; see commoncrawl.mk
# PUT	a command for each file {} of the shards: PUT='s5cmd cp {} s3://mine/'
# OUT	the folder for the results; OUT/shards and OUT/report at the end
# SEEDS	seed documents of as many industries as possible, since the others are the
#	contrast to those that are mined (those of examples/seeds)
# DOMAINS	the domains to mine for, separated by commas
# WEIGHT	how many per cent of the shards are mined text (25); the rest is the crawl
# GENERAL	how many archives, drawn at random, give that rest (all); for a large
#	crawl a part is enough, and pack reads no more than that
# BLOCK	a file of domains and prefixes of URLs, whose pages are dropped from
#	archives; see --skip-hosts of warc-cat(1)
# RULES, LANGS	the sets of rules of text-filter (gopher), the languages kept (all)
# LID	a fastText model that tells languages (none: html-strip tells them)
# QUALITY, GOOD	a classifier, and the least probability of one of its labels with
#	which a page passes: QUALITY=model.bin GOOD=hq=0.5
# PII	1 masks personal data by text-mask (by default nothing is masked)
# OPTOUT	files, separated by commas, of what owners keep out: domains and URLs, one
#	a line; or, in a file called *.jsonl (.gz, .zst), robots.txt files as records,
#	fetched at any time.  Pages and records of these are not read.  What opts out
#	later is taken out of the shards by trace and shard-pack --without
# AGENTS	the agents that these robots.txt files must allow (CCBot, GPTBot and others)
# EVAL	evaluation sets, separated by commas: no page that shares 13 words with
#	one of them gets into the shards
# MODEL	the folder of an encoder, which is only read; without it, one is made from
#	the crawl's own words
# KEEP	if MODEL is a BERT, the share of an archive's chunks that it reads, which are
#	the best of each domain by the encoder that is made (0.1); 1 for all
# SAMPLE	how many archives, drawn at random, make the encoder by their text and
#	teach the classifier by their hits (20)
# ROUNDS	how many rounds at most mine the sample (0), as examples/rounds does
# SCORE	which records are hits, as options of embed-score (--background 50)
# RANGES	how many processes meet the keys of near duplicates, a power of two (4)
# JUDGE	about how many mined chunks a language model is asked (0); the model is
#	found as llm-ask(1) says, and by ASK
# STRIP, CLEAN, MASK, CHUNK, DEDUP, FIT, TRAIN, TAG, PACK, ASK	options of the other tools
#
# These are the stages, in their order; each can be asked for by its name:
#
#	seeds	OUT/seeds.jsonl, checked
#	list	OUT/archives: a line for each archive, whose number names all its files;
#		the list only grows, so that an archive that was removed is not missed
#	front	OUT/clean/N.jsonl.zst: the chunks of archive N that pass the rules
#	keys	OUT/keys/N.R: the keys of their near duplicates
#	meet	OUT/meet/R: the keys of range R that two records share
#	settle	OUT/drop: the near duplicates
#	model	OUT/model: the encoder
#	hits	OUT/hits/N: which chunks of archive N, one of the sample, are near to
#		seeds of which domains
#	train	OUT/domains.bin: the classifier that learns from these
#	tag	OUT/mined/N.jsonl.zst: the chunks of DOMAINS
#	pack	OUT/shards
#	judge	OUT/judged: the agreement of a language model
#	report	OUT/report and OUT/report.json
#
# Text is in OUT at most twice: in clean, and if it was mined also in mined.
#
# For many machines on one file system, SLICE=I/N (from 1) does a stage only for
# every Nth archive or range; every slice of a stage must be done before the
# next stage begins.  examples/cluster does this by GNU parallel, Slurm and Spark.
# Without SLICE all stages up to the one asked for are done, by make itself in
# slices of 1000 archives, so that a long list costs little.
#
# A second run does nothing, and a killed run goes on when it is started again: a
# file gets its name only when it is whole and on the disk.  If input was lost
# (status 1) the step counts as done, since a crawl always has broken files; the
# messages about archive N are in N.log, the statuses of the tools in N.status, and
# the report adds up both.  Any other failure stops the run.

SHELL := /bin/bash
TOP := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))..
STAGE := '$(TOP)/examples/mine-stage'
B ?= build
export PATH := $(abspath $(if $(filter /%,$(B)),$(B),$(TOP)/$(B)))/bin:$(PATH)
export LC_ALL := C

CRAWL ?= crawl
OUT ?= out
DOMAINS ?= Healthcare & Life sciences,Financial Services
WEIGHT ?= 25
KEEP ?= 0.1
SAMPLE ?= 20
ROUNDS ?= 0
SCORE ?= --background 50
RANGES ?= 4
JUDGE ?= 0
GOOD ?= hq=0.5
export CRAWL LIST OPEN FETCH PUT COLUMNS OUT SEEDS DOMAINS WEIGHT GENERAL BLOCK RULES LANGS LID \
	QUALITY GOOD PII OPTOUT AGENTS EVAL MODEL KEEP SAMPLE ROUNDS SCORE RANGES JUDGE SLICE STRIP \
	CLEAN MASK CHUNK DEDUP FIT TRAIN TAG PACK ASK

# Before make 4.4, $(shell) does not get exported variables.
quote = '$(subst ','\'',$(1))'
given = $(foreach v,CRAWL LIST OUT DOMAINS SAMPLE SLICE,$(v)=$(call quote,$($(v))))

# No command may take the name for an option.
override OUT := $(patsubst -%,./-%,$(OUT))
ifneq ($(shell printf %s $(call quote,$(OUT)) | grep '[^A-Za-z0-9._/@+,~-]'),)
$(error OUT=$(OUT): make cannot handle this name; use letters, digits and ._/@+,~-)
endif

# The list is made before make looks for targets; a slice finds it ready.
ifeq ($(filter help,$(MAKECMDGOALS)),)
ifneq ($(shell $(given) $(STAGE) list >&2 && echo good),good)
$(error the list of archives cannot be made)
endif
endif
total := $(shell wc -l 2>/dev/null <'$(OUT)/archives')

all: report

ifeq ($(SLICE),)

# A stage begins when all slices of the one before are done.
nslice := $(shell echo $$((($(total) + 999) / 1000)))
slices := $(shell seq $(nslice))

define stage # NAME BEFORE SLICES
$(1): $(3:%=$(1).%)
$(3:%=$(1).%): $(1).%: $(2)
	+@$$(MAKE) -s --no-print-directory -f '$(firstword $(MAKEFILE_LIST))' $(1) \
	    SLICE=$$*/$(words $(3))
.PHONY: $(1) $(3:%=$(1).%)
endef

list: ;
$(eval $(call stage,seeds,list,1))
$(eval $(call stage,front,seeds,$(slices)))
$(eval $(call stage,keys,front,$(slices)))
$(eval $(call stage,meet,keys,$(shell seq $(RANGES))))
$(eval $(call stage,settle,meet,1))
$(eval $(call stage,model,settle,1))
$(eval $(call stage,hits,model,$(slices)))
$(eval $(call stage,train,hits,1))
$(eval $(call stage,tag,train,$(slices)))
$(eval $(call stage,pack,tag,1))
$(eval $(call stage,judge,pack,1))
$(eval $(call stage,report,judge,1))

else

# The numbers of this slice, out of a list of numbers.
place := $(word 1,$(subst /, ,$(SLICE)))
of := $(word 2,$(subst /, ,$(SLICE)))
mine = $(shell $(1) | awk 'NR % $(of) == $(place) % $(of)')

# Targets are made only if a stage needs them: a hundred thousand take two seconds.
asked = $(filter $(1),$(MAKECMDGOALS))
numbers := $(if $(call asked,front keys tag),$(call mine,seq $(total)))
sampled := $(if $(call asked,hits),$(call mine,cat '$(OUT)/sampled'))
ranges := $(call mine,seq -w 0 $$(($(RANGES) - 1)))

# Keys are removed when all near duplicates are known, and are not needed again
# until the list grows.
settled := $(shell [ '$(OUT)/drop' -nt '$(OUT)/archives' ] && echo yes)

front = $(numbers:%=$(OUT)/clean/%.jsonl.zst)
keys = $(numbers:%=$(OUT)/keys/%.done)
meet = $(ranges:%=$(OUT)/meet/%)
hits = $(sampled:%=$(OUT)/hits/%)
mined = $(numbers:%=$(OUT)/mined/%.jsonl.zst)

list: ;
seeds: $(OUT)/seeds.jsonl
front: $(front)
keys: $(if $(settled),,$(keys))
meet: $(if $(settled),,$(meet))
settle: $(OUT)/drop
model: $(OUT)/model.done
hits: $(if $(filter 0,$(ROUNDS)),$(hits))
train: $(OUT)/domains.bin
tag: $(mined)
pack: $(OUT)/shards.done
judge: $(OUT)/judged
report: $(OUT)/report

$(OUT)/seeds.jsonl: $(SEEDS)
	@$(STAGE) seeds '$@'
$(front): $(OUT)/clean/%.jsonl.zst:
	@$(STAGE) front '$@' $*
$(keys): $(OUT)/keys/%.done: $(OUT)/clean/%.jsonl.zst
	@$(STAGE) keys '$@' $*
$(meet): $(OUT)/meet/%:
	@$(STAGE) meet '$@' $*
$(OUT)/drop: $(OUT)/archives
	@$(STAGE) settle '$@'
$(OUT)/model.done: $(OUT)/drop $(OUT)/seeds.jsonl
	@$(STAGE) model '$@'
$(hits): $(OUT)/hits/%: $(OUT)/model.done
	@$(STAGE) hits '$@' $*
$(OUT)/domains.bin: $(OUT)/model.done
	@$(STAGE) train '$@'
$(mined): $(OUT)/mined/%.jsonl.zst: $(OUT)/domains.bin $(OUT)/domains
	@$(STAGE) tag '$@' $*
$(OUT)/shards.done: $(OUT)/domains.bin $(OUT)/domains
	@$(STAGE) pack '$@'
$(OUT)/judged: $(OUT)/shards.done
	@$(STAGE) judge '$@'
$(OUT)/report: $(OUT)/shards.done $(OUT)/judged
	@$(STAGE) report '$@'

endif

help: ## explain stages and variables
	@sed -n '2,/^$$/s/^# *//p' $(firstword $(MAKEFILE_LIST))

.PHONY: all help list seeds front keys meet settle model hits train tag pack judge report
.DELETE_ON_ERROR:
.SECONDARY:
