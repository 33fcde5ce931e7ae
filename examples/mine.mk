# mine.mk - from a folder of web archives to training shards and a report
#
#	make -j4 -f examples/mine.mk CRAWL=crawl OUT=out \
#	    DOMAINS='Healthcare & Life sciences,Law'
#
# CRAWL	folder of archives, however deep: WARC, WET or ARC, and records
#	(*.jsonl, *.ndjson, plain, .gz or .zst); or
# LIST	a file that names them, one a line
# OPEN	a command that writes the archive {} to standard output, where the names
#	of LIST are no files: OPEN='s5cmd cat {}'
# OUT	folder for what comes of them; OUT/shards and OUT/report at the end
# SEEDS	seed documents of all industries there are, for the others are the
#	contrast (those of examples/seeds)
# DOMAINS	what to mine for, separated by commas
# WEIGHT	per cent of the shards that is mined text (25); the rest is the crawl
# MODEL	an encoder's folder, which is only read; without it, one is made of the
#	crawl's own words
# ROUNDS	mine the sample by turns, so many at most (0), as examples/rounds does
# SAMPLE	archives, drawn at random, whose text makes the encoder (20)
# RANGES	processes that meet the keys of near duplicates, a power of two (4)
# EVAL	evaluation sets, separated by commas: no text that shares 13 words with
#	one of them gets into the shards
# SCORE	what makes a hit of a record, as options of embed-score (--background 50)
# STRIP, CLEAN, CHUNK, DEDUP, FIT, TRAIN, TAG, PACK	options of the other tools
#
# The stages, in their order, each of which can be asked for by its name:
#
#	seeds	OUT/seeds.jsonl, checked
#	list	OUT/archives: a line an archive, by whose number all is named; it
#		only grows, so that an archive that was removed is not missed
#	front	OUT/clean/N.jsonl.zst: the chunks of archive N that pass the rules
#	keys	OUT/keys/N.R: the keys of their near duplicates
#	meet	OUT/meet/R: the keys of range R that two records share
#	settle	OUT/drop: the near duplicates; no stage after it copies the others
#	model	OUT/model: the encoder
#	hits	OUT/hits/N.jsonl.zst: what lies near a seed
#	train	OUT/domains.bin: the classifier that learns from these
#	tag	OUT/mined/N.jsonl.zst: the chunks that are of DOMAINS
#	pack	OUT/shards
#	report	OUT/report and OUT/report.json
#
# For many machines on one file system: SLICE=I/N (from 1) does a stage for every
# Nth archive or range only, and every slice of a stage must be done before the
# next stage begins: examples/cluster has this for GNU parallel, Slurm and Spark.
#
# A second run does nothing, and a killed one goes on: a file has its name only
# once it is whole and on the disk.  Where input was lost (status 1) the step
# counts as done, for a crawl always holds broken files; what the tools said of
# archive N lies in N.log, their statuses in N.status, and the report adds up
# both.  Any other failure stops the run.

SHELL := /bin/bash
TOP := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))..
STAGE := '$(TOP)/examples/mine-stage'
B ?= build
export PATH := $(abspath $(if $(filter /%,$(B)),$(B),$(TOP)/$(B)))/bin:$(PATH)
export LC_ALL := C

CRAWL ?= crawl
LIST ?=
OPEN ?=
OUT ?= out
SEEDS ?=
DOMAINS ?= Healthcare & Life sciences,Financial Services
WEIGHT ?= 25
MODEL ?=
ROUNDS ?= 0
SAMPLE ?= 20
RANGES ?= 4
EVAL ?=
SCORE ?= --background 50
SLICE ?=
export CRAWL LIST OPEN OUT SEEDS DOMAINS WEIGHT MODEL ROUNDS SAMPLE RANGES EVAL \
	SCORE SLICE STRIP CLEAN CHUNK DEDUP FIT TRAIN TAG PACK

# $(shell) is not given what is exported before make 4.4.
quote = '$(subst ','\'',$(1))'
given = $(foreach v,CRAWL LIST OUT DOMAINS SLICE,$(v)=$(call quote,$($(v))))

ifneq ($(shell printf %s $(call quote,$(OUT)) | grep '[^A-Za-z0-9._/@+,~-]'),)
$(error OUT=$(OUT): make cannot handle this name; use letters, digits and ._/@+,~-)
endif

# The list is made before make looks for targets; a slice finds it made.
ifeq ($(filter help,$(MAKECMDGOALS)),)
ifneq ($(shell $(given) $(STAGE) list >&2 && echo good),good)
$(error the list of archives cannot be made)
endif
endif
total := $(shell wc -l <'$(OUT)/archives')
slice := $(subst /, ,$(or $(SLICE),1/1))
numbers := $(shell seq $(word 1,$(slice)) $(word 2,$(slice)) $(total))
ranges := $(shell seq -w 0 $$(($(RANGES) - 1)) | \
	awk -v s=$(word 1,$(slice)) -v n=$(word 2,$(slice)) 'NR % n == s % n')

front = $(numbers:%=$(OUT)/clean/%.jsonl.zst)
keys = $(numbers:%=$(OUT)/keys/%.done)
meet = $(ranges:%=$(OUT)/meet/%)
hits = $(if $(filter-out 0,$(ROUNDS)),,$(numbers:%=$(OUT)/hits/%.jsonl.zst))
mined = $(numbers:%=$(OUT)/mined/%.jsonl.zst)

# Keys go once all near duplicates are known; until the list grows, none is
# wanted again.
settled := $(shell [ '$(OUT)/drop' -nt '$(OUT)/archives' ] && echo yes)
# A slice leaves it to its user that the stage before is done everywhere.
before = $(if $(SLICE),,$(1))

all: report
list: ;
seeds: $(OUT)/seeds.jsonl
front: $(front)
keys: $(keys)
meet: $(meet)
settle: $(OUT)/drop
model: $(OUT)/model.done
hits: $(hits)
train: $(OUT)/domains.bin
tag: $(mined)
pack: $(OUT)/shards.done
report: $(OUT)/report

$(OUT)/seeds.jsonl: $(SEEDS)
	@$(STAGE) seeds '$@'
$(front): $(OUT)/clean/%.jsonl.zst: | $(OUT)/seeds.jsonl
	@$(STAGE) front '$@' $*
$(keys): $(OUT)/keys/%.done: $(OUT)/clean/%.jsonl.zst
	@$(STAGE) keys '$@' $*
$(meet): $(OUT)/meet/%: | $(call before,$(keys))
	@$(STAGE) meet '$@' $*
$(OUT)/drop: $(OUT)/archives $(if $(settled),,| $(call before,$(meet)))
	@$(STAGE) settle '$@'
$(OUT)/model.done: $(OUT)/drop $(OUT)/seeds.jsonl
	@$(STAGE) model '$@'
$(hits): $(OUT)/hits/%.jsonl.zst: $(OUT)/clean/%.jsonl.zst $(OUT)/model.done
	@$(STAGE) hits '$@' $*
$(OUT)/domains.bin: $(OUT)/model.done $(call before,$(hits))
	@$(STAGE) train '$@'
$(mined): $(OUT)/mined/%.jsonl.zst: $(OUT)/clean/%.jsonl.zst $(OUT)/domains.bin \
	$(OUT)/domains
	@$(STAGE) tag '$@' $*
$(OUT)/shards.done: $(call before,$(mined)) $(OUT)/drop
	@$(STAGE) pack '$@'
$(OUT)/report: $(OUT)/shards.done
	@$(STAGE) report '$@'

help: ## what this recipe takes
	@sed -n '2,/^$$/s/^# *//p' $(firstword $(MAKEFILE_LIST))

.PHONY: all help list seeds front keys meet settle model hits train tag pack report
.DELETE_ON_ERROR:
.SECONDARY:
