# SPDX-License-Identifier: MIT
## make            the program: build/dev/sluice (V=asan, clang, rel: variants)
## make run        installs what is missing, builds, starts on LISTEN
## make test       installs what is missing, runs every test; N passed, N failed
## make unit       C tests alone; oracle, cases, wire, sdk, matrix, sim: alone
## make engine     against a real inference engine (60 MB more to install)
## make lint       format, clang-tidy, analyzers, cppcheck, our own checks
## make wasm       the core as wasm32: symbols, data, a module without imports
## make fuzz       corpus replay, then FUZZ_SECONDS of fuzzing over all targets
## make cov        coverage of the core by the unit tests
## make bench      against nginx, side by side
## make test-engine  against a real inference engine (slow to install)
## make docs       docs/configuration.md from the tables in the source
## make format     clang-format over everything; also: install clean
V ?= dev
LISTEN ?= 127.0.0.1:8787
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 90
JOBS ?= $(shell nproc)
B := build/$V
Q := $(if $(VERBOSE),,@)# make VERBOSE=1 shows the commands
VERSION := $(shell cat VERSION)

WARN := -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion \
  -Wsign-conversion -Wundef -Wvla -Walloca -Wstrict-prototypes \
  -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wcast-qual \
  -Wwrite-strings -Wformat=2 -Wswitch-enum -Wimplicit-fallthrough \
  -Wnull-dereference -Wdouble-promotion
WARN_gcc := -Wduplicated-cond -Wduplicated-branches -Wlogical-op \
  -Wstringop-overflow=4 -Warray-bounds=2 -Warith-conversion -Wtrampolines \
  -Wbidi-chars=any
WARN_clang-14 := -Wshorten-64-to-32 -Wcomma -Wunreachable-code-aggressive \
  -Wthread-safety

# A variant is a compiler, its flags, and flags for the link alone.
CC := gcc
FLAGS_dev := -O1 -g
FLAGS_rel := -O2 -g -flto=auto -D_FORTIFY_SOURCE=3 -fstack-protector-strong \
  -fstack-clash-protection -fcf-protection=full -ftrivial-auto-var-init=zero \
  -fno-strict-overflow -fno-delete-null-pointer-checks -fno-common \
  -fvisibility=hidden -fPIE
LINK_rel := -flto=auto -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code,--as-needed
ifneq ($(filter asan clang fuzz cov,$V),)
CC := clang-14
endif
FLAGS_clang := -O1 -g
FLAGS_asan := -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all \
  -fsanitize=address,undefined,integer
FLAGS_fuzz := -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all \
  -fsanitize=address,undefined,fuzzer-no-link -DARENA_ALONE=1
FLAGS_cov := -O0 -g -fprofile-instr-generate -fcoverage-mapping
$(if $(FLAGS_$V),,$(error no variant V=$V: dev, rel, asan, clang, fuzz or cov))

CFLAGS = -std=c17 $(DEFS) -Isrc $(WARN) $(WARN_$(CC)) $(FLAGS_$V) $(EXTRA)
# Asked for once, and only when something is linked: pkg-config may not be
# there before `make run` has installed it.
LIBS = $(eval LIBS := $(shell pkg-config --libs libuv openssl sqlite3 yaml-0.1) -pthread)$(LIBS)

src = $(sort $(wildcard src/$1/*.c src/$1/*/*.c))
objs = $(patsubst %.c,$B/%.o,$1)
progs = $(patsubst %.c,$B/%,$(sort $(wildcard $1)))
CORE := $(call objs,$(call src,core))
HOST := $(call objs,$(filter-out src/server/main.c,$(call src,server) $(call src,store)))
# Tests of the core alone, and those that need the host too; what else stands
# beside them they share.
UNIT := $(call progs,tests/unit/test_*.c)
HOSTED := $(call progs,$(addsuffix /test_*.c,tests/server tests/store))
SHARED := $(filter-out $(UNIT:=.o) $(HOSTED:=.o),$(call objs,\
  $(sort $(wildcard $(addsuffix /*.c,tests/unit tests/server tests/store)))))
# Conversations, and what lets a core elsewhere play them too.
CASES := $B/tests/cases/test_cases
CASES_WITH := $(filter-out $(CASES).o,$(call objs,$(sort \
  $(wildcard tests/cases/*.c)) src/worker/codec.c))
ORACLE := $(call progs,tests/json/json_dump.c tests/http/check_heads.c \
  tests/sdk/translate.c)
FUZZERS := $(call progs,fuzz/fuzz_*.c)
BENCH := $(call progs,bench/*.c)
TESTS := $(UNIT) $(HOSTED) $(CASES) $(ORACLE)

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all tests run test unit oracle cases wire sdk matrix sim engine lint format wasm fuzz \
  replay fuzzers benches engine test-engine docs gen-check cov bench install clean help
all: $B/sluice
tests: $(TESTS)
fuzzers: $(FUZZERS)
benches: $(BENCH)

$B/%.o: %.c Makefile VERSION
	@mkdir -p $(@D); echo '  $(CC) $@'
	$Q$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<
# The core is plain C; all else may use the system.
$B/src/server/%.o $B/src/store/%.o: DEFS = -D_GNU_SOURCE -DSLUICE_VERSION='"$(VERSION)"'
$B/tests/%.o $B/fuzz/%.o $B/bench/%.o $B/tools/%.o: DEFS = -D_GNU_SOURCE -I. -Itests/unit -Ifuzz
$B/libcore.a: $(CORE)
$B/libhost.a: $(HOST)
$B/libtest.a: $(SHARED)
%.a:
	@rm -f $@
	$Qgcc-ar rcs $@ $^

LINK = @echo '  link $@'; $(if $Q,,set -x;) $(CC) $(FLAGS_$V) $(LINK_$V) -o $@ $^
$B/sluice: $B/src/server/main.o $B/libhost.a $B/libcore.a
	$(LINK) $(LIBS)
$(UNIT): %: %.o $B/libtest.a $B/libcore.a
	$(LINK) -lcmocka
$(HOSTED): %: %.o $B/libtest.a $B/libhost.a $B/libcore.a
	$(LINK) -lcmocka $(LIBS)
$(CASES): %: %.o $(CASES_WITH) $B/libtest.a $B/libcore.a
	$(LINK) -lcmocka
$(ORACLE): %: %.o $B/libcore.a
	$(LINK) $(if $(findstring heads,$@),-lhttp_parser)
$(FUZZERS): %: %.o $B/libcore.a
	$(LINK) -fsanitize=fuzzer
$(BENCH): %: %.o $B/libcore.a
	$(LINK) -lpthread
$B/tools/gen_config_doc: $B/tools/gen_config_doc.o $B/libcore.a
	$(LINK)

# A make of its own, with its own jobs, for whatever was asked of this one.
SUB = MAKEFLAGS= $(MAKE) --no-print-directory -j$(JOBS)
SUITE = tools/run_tests.sh
export SLUICE := $(CURDIR)/$B/sluice
export SLUICE_BUILD := $(CURDIR)/$B
oracles = $(if $(wildcard tests/json/check_json.py),-s 'python3 tests/json/check_json.py $B/tests/json/json_dump') \
  $(patsubst %,-s %,$(filter %/check_heads,$(ORACLE)))
scripts = $(patsubst %,-s %,$(filter-out $2,$(sort $(wildcard $1))))

run:
	@tools/packages.sh build
	@$(SUB) V=rel all
	build/rel/sluice --listen $(LISTEN)
test:
	@tools/packages.sh build test && $(SUITE) -c '$(SUB) V=$V all tests' \
	  -c '$(SUB) V=fuzz fuzzers' $(patsubst %,-s %,$(UNIT) $(HOSTED)) \
	  $(oracles) -c tools/check_core.sh -s '$(SUB) replay' $(call scripts,tests/*/run.sh,%/engine/run.sh)
unit: $(UNIT) $(HOSTED)
	@$(SUITE) $(patsubst %,-s %,$^)
oracle: $(ORACLE)
	@$(SUITE) $(oracles)
cases: $(CASES)
wire sdk matrix sim engine: all
cases wire sdk matrix sim engine:
	@$(SUITE) $(call scripts,tests/$@/run.sh,)
lint:
	@tools/packages.sh build lint && tools/lint.sh
format:
	clang-format-14 -i $$(tools/files.sh c)
wasm:
	@tools/check_core.sh
test-engine: engine
gen-check: $B/tools/gen_config_doc
	@tools/check_gen.sh $<
docs: $B/tools/gen_config_doc
	$< > docs/configuration.md
replay:
	@$(SUB) V=fuzz fuzzers && tools/fuzz.sh 0
fuzz:
	@$(SUB) V=fuzz fuzzers && tools/fuzz.sh $(FUZZ_SECONDS)
cov:
	@$(SUB) V=cov tests && tools/cov.sh
bench:
	@tools/packages.sh build bench && $(SUB) V=rel all benches && python3 bench/run.py $(BENCH_ARGS)
install:
	@$(SUB) V=rel all
	install -D -s -m 755 build/rel/sluice $(DESTDIR)$(PREFIX)/bin/sluice
	install -D -m 644 LICENSE $(DESTDIR)$(PREFIX)/share/doc/sluice/copyright
clean:
	rm -rf build
help:
	@sed -n 's/^## //p' Makefile

-include $(shell find $B -name '*.d' 2>/dev/null)
