# How drainit is tried; included by the Makefile, whose words it uses.
# The binaries of a kind lie in build/KIND/ and are the tests of that kind, each linked with all of
# the pure code: test (asserts and sanitizers), explore (asserts, fast), cover (counts branches), fuzz
# (asserts, sanitizers and libFuzzer, which clang has).

HOSTCC := $(if $(CROSS),$(CROSS)gcc,gcc)
check_cflags = $(shell pkg-config --cflags check)
check_libs   = $(shell pkg-config --libs check)

# Of the second program what makes no system call.
pure_rehearse := advise flows http judge rehearsal result show told
pure_sources  := $(sort $(wildcard $(patsubst %,init/%/*.c,$(pure))) \
	$(patsubst %,init/rehearse/%.c,$(pure_rehearse)))
unit_sources := $(sort $(wildcard tests/unit/*.c tests/unit/*/*.c tests/scenario/*.c))
explore_sources := $(sort $(wildcard tests/explore/*.c))
fuzz_sources := $(sort $(wildcard tests/fuzz/*.c))
programs = $(patsubst %.c,build/$(1)/%,$(2))

# Where gcc has no sanitizers (musl), the unit tests run without, and say so.
sanitizers = $(wildcard $(shell $(HOSTCC) -print-file-name=libasan.so))
flags_test    = -g -O1 $(if $(sanitizers),-fsanitize=address$(comma)undefined -fno-sanitize-recover=all)
flags_explore = -g -O2
flags_cover   = -g -O0 --coverage
flags_fuzz    = -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
compiler_fuzz = clang
build/cover/init/%: flags_cover += -DNDEBUG # an assert is a branch that no test takes
comma := ,

define rules
build/$(1)/%.o: %.c Makefile tests/tests.mk
	@mkdir -p $$(@D)
	@echo 'cc $$@'
	$$Q$$(or $$(compiler_$(1)),$$(HOSTCC)) $$(LANGUAGE) -Itests $$(check_cflags) $$(flags_$(1)) -MMD -MP -c -o $$@ $$<

build/$(1)/tests/%: build/$(1)/tests/%.o $$(patsubst %.c,build/$(1)/%.o,$$(pure_sources))
	@echo 'link $$@'
	$$Q$$(or $$(compiler_$(1)),$$(HOSTCC)) $$(flags_$(1)) -o $$@ $$^ $$(check_libs)
endef
$(foreach kind,test explore cover fuzz,$(eval $(call rules,$(kind))))

# All run, also after one has failed.
run_all = status=0; for program in $(1); do $$program || status=1; done; exit $$status

unit: $(call programs,test,$(unit_sources))
	@$(if $(sanitizers),,echo 'unit: no sanitizers here: run without';) $(call run_all,$^)

explore: $(call programs,explore,$(explore_sources))
	@$(call run_all,$^)

# The one parser at the kernel's edge: what it calls besides is in the target.
build/fuzz/tests/fuzz/answer: build/fuzz/init/kernel/answer.o

# Every target for SECONDS; FUZZ=NAME: that one. What they find lies in build/fuzz/; fuzz-keep puts the inputs
# that reach something new into the corpus.
SECONDS ?= 60
FUZZ    ?= $(basename $(notdir $(fuzz_sources)))
fuzz: $(FUZZ:%=build/fuzz/tests/fuzz/%)
	@tests/fuzz/run $(SECONDS) $^

fuzz-keep: $(FUZZ:%=build/fuzz/tests/fuzz/%)
	@tests/fuzz/run keep $^

build/pid1/%: tests/pid1/%.c Makefile
	@mkdir -p $(@D)
	@echo 'cc $@'
	$Q$(CC) $(LANGUAGE) -O1 $(LDFLAGS) -o $@ $<

pid1: build/drainit $(patsubst tests/%.c,build/%,$(sort $(wildcard tests/pid1/*.c)))
	@tests/pid1/run build/drainit

# The sequences of a kubelet, and the examples for Kubernetes.
kubelet: build/drainit build/pid1/actor build/pid1/container
	@tests/kubelet/run build/drainit

# Requests and the watching of connections, in network namespaces.
kernel:
	@tests/kernel/run

build/real/%: tests/real/%.c Makefile
	@mkdir -p $(@D)
	@echo 'cc $@'
	$Q$(CC) $(LANGUAGE) -O1 $(LDFLAGS) -o $@ $<

real: build/drainit build/real/app
	@tests/real/run build/drainit

build/faults/%: tests/faults/%.c Makefile
	@mkdir -p $(@D)
	@echo 'cc $@'
	$Q$(CC) $(LANGUAGE) -O1 $(LDFLAGS) -o $@ $<

# Each system call of a life fails, in one life after the other, with each errno that it can give; and whole
# surroundings that lack something. All of some 7,000 cases take minutes; FAULTS_CASES=N: so many of them.
faults: build/drainit build/pid1/actor build/pid1/container build/faults/inject build/faults/deny
	@tests/faults/run $(if $(FAULTS_CASES),--sample $(FAULTS_CASES)) build/drainit

# Other kernels, and memory limits: who killed the main child.
guest: build/drainit
	@tests/guest/run build/drainit

# Where Debian's packages for arm64 are not to be had, that is said. $(1): the part, $(2): what then is run.
with_dist = if tests/dist/cross build/cross/arm64 >/dev/null; then $(MAKE) --no-print-directory -s dist >/dev/null && $(2); \
	else echo '$(1): nothing is built for arm64 here: 1 skipped'; fi

handed-out:
	+@$(call with_dist,$@,tests/dist/run $(VERSION))

# On emulated arm64 machines, with a busybox of their packages.
arm64: build/drainit
	+@$(call with_dist,$@,tests/arm64/run build/dist/drainit-$(VERSION)-linux-arm64 \
		build/cross/arm64/sysroot/bin/busybox build/drainit)

# ROUNDS=N: so many times in a row.
traffic: build/drainit
	@tests/traffic/run build/drainit

build/pid1/payload: tests/soak/payload.c Makefile
	@mkdir -p $(@D)
	@echo 'cc $@'
	$Q$(CC) $(LANGUAGE) -O1 $(LDFLAGS) -o $@ $<

# So many containers' lives, orphans and signals; SEED=N repeats a run, LIFE=SEED/NUMBER one life of it.
LIVES   ?= 10000
ORPHANS ?= 1000000
SIGNALS ?= 1000000
export LIVES ORPHANS SIGNALS
soak: build/drainit build/pid1/actor build/pid1/container build/pid1/payload
	@tests/soak/run build/drainit

# What surrounds drainit goes wrong: registry, memory, processor, network, disk, clock, freezes.
chaos: build/drainit build/pid1/actor build/pid1/container
	@tests/chaos/run build/drainit

# Programs whose stop is known, good and bad: what does drainit-rehearse say of them?
rehearse: build/drainit build/drainit-rehearse
	@tests/rehearse/run build/drainit-rehearse

# The report, its schema, and what examples/observability makes of hundreds of them.
observability: build/drainit build/test/tests/observability/many
	@tests/observability/run $^

# 5,000 cases under other programs' names, or as many as COMPAT_CASES says; SEED=N repeats a run.
COMPAT_CASES ?= 5000
compat: build/drainit build/pid1/actor build/pid1/container
	@tests/compat/run --tests --cases $(COMPAT_CASES)

demo:
	@tests/setup demo
	@$(MAKE) --no-print-directory -s build/drainit
	@tests/demo/run build/drainit

# The README's pictures of stops, from runs of now. They are committed: another run has other figures.
pictures:
	@tests/setup pictures
	@$(MAKE) --no-print-directory -s build/drainit
	@tests/pictures/run build/drainit examples/pictures

# What an init costs, beside the floor: the programs that measure, and what is measured.
bench_cflags := $(LANGUAGE) -Itests -O2 -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables

build/bench/%: tests/bench/%.c $(patsubst %,tests/bench/%,entry.h page.h) init/kernel/raw.h Makefile
	@mkdir -p $(@D)
	@echo 'cc $@'
	$Q$(CC) $(bench_cflags) $(LDFLAGS) -nostdlib -o $@ $<

build/bench/load build/bench/lap: tests/bench/page.h tests/bench/clock.h Makefile
	@mkdir -p $(@D)
	@echo 'cc $@'
	$Q$(CC) $(bench_cflags) $(LDFLAGS) -o $@ $(filter %.c,$^)

build/bench/load: tests/bench/load.c
build/bench/lap: $(patsubst %,tests/bench/%,lap.c calls.c calls.h container.c container.h)

bench_programs := $(patsubst %,build/bench/%,floor first load lap)

# The table and the picture of the README, in build/bench; WRITE=1 puts them there. ROUNDS=N: more or fewer
# than it has by itself; QUICK=1: a look in seconds.
bench:
	@tests/setup bench
	@$(MAKE) --no-print-directory -s build/drainit $(bench_programs)
	@tests/kernel/run --build
	@tests/bench/run build/drainit build/bench $(if $(QUICK),--quick) $(if $(ROUNDS),--rounds $(ROUNDS)) \
		$(if $(WRITE),--write)

# What may not depend on the machine: the bounds that are no timing.
bounds: build/drainit $(bench_programs)
	@tests/bench/run build/drainit build/bench --bounds

check:
	@tests/setup check
	+@tests/check '$(MAKE)' $(if $(wildcard /etc/alpine-release),alpine)

# --- what is read, not run ---

c_files := $(sort $(wildcard init/*.[ch] init/*/*.[ch] tests/*/*.[ch] tests/*/*/*.[ch]))
scripts  = $(sort $(shell grep -rlI --exclude-dir=.git --exclude-dir=build '^#!.*sh$$' .))

lint: format-check analyse cppcheck manual shellcheck purity includes shown

format:
	clang-format -i $(c_files)

# Another version lays out other lines: only the one that the tree was laid out with may judge.
format-check:
	@if clang-format --version | grep -q 'version 14\.'; then \
		clang-format --dry-run -Werror $(c_files); \
	else \
		echo 'format: needs clang-format 14: 1 skipped'; \
	fi

analyse: $(patsubst %.c,build/lint/%.ok,$(filter %.c,$(c_files)))

build/lint/%.ok: %.c Makefile tests/tests.mk .clang-tidy
	@mkdir -p $(@D)
	@echo 'analyse: $<'
	@clang $(LANGUAGE) -Itests -fsyntax-only -MD -MP -MT $@ -MF $(@:.ok=.d) $<
	@$(HOSTCC) $(LANGUAGE) -Itests -O1 $(if $(filter init/%,$<),-fanalyzer) -c -o /dev/null $<
	@clang-tidy --quiet --warnings-as-errors='*' $< -- $(LANGUAGE) -Itests 2>$(@:.ok=.noise) || \
		{ grep -v 'warnings generated' $(@:.ok=.noise); exit 1; }
	@touch $@

# All in one run: it sees what no other file uses. A struct may be the kernel's, with members that we
# do not need.
cppcheck:
	@cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr \
		--suppress=unusedStructMember -Iinit -D_GNU_SOURCE= \
		-D__x86_64__ -DDRAINIT_VERSION='"$(VERSION)"' \
		--enable=warning,style,performance,portability,unusedFunction $(sort $(shipped) $(rehearse))

manual: all
	@mandoc -Tlint -Wwarning init/drainit.1 init/rehearse/drainit-rehearse.1
	@tests/lint/manual build/drainit init/drainit.1
	@tests/lint/manual build/drainit-rehearse init/rehearse/drainit-rehearse.1 Rehearsal

shellcheck:
	@shellcheck $(scripts)

# What rehearsal.c holds is a table that it lays out once, of rows that lie in two places.
purity: $(patsubst %.c,build/ship/%.o,$(filter-out init/rehearse/rehearsal.c,$(pure_sources)))
	@tests/lint/purity $^

includes:
	@tests/lint/includes init

shown:
	@tests/lint/pictures README.md $(sort $(wildcard examples/README.md examples/*/README.md))

# Two folders with names of different length, the same bytes.
repro: build/drainit
	@for copy in a another; do \
		rm -rf build/repro/$$copy && mkdir -p build/repro/$$copy/tests && \
		cp -R Makefile init build/repro/$$copy && cp tests/tests.mk build/repro/$$copy/tests && \
		$(MAKE) --no-print-directory -s -C build/repro/$$copy build/drainit || exit 1; \
	done
	@cmp build/repro/a/build/drainit build/repro/another/build/drainit
	@cmp build/repro/a/build/drainit build/drainit

# --- figures ---

# Idle memory is that of a drainit which has just started a child.
size: build/drainit
	@size $< $(wildcard /usr/bin/tini-static)
	@wc -c $< $(wildcard /usr/bin/tini-static) | grep -v total
	@for init in $< $(wildcard /usr/bin/tini-static); do \
		$$init -- sleep 2 & sleep 1; echo $$init; grep -E '^(Rss|Anonymous)' /proc/$$!/smaps_rollup; wait $$!; \
	done

# A branch of core, text or options that no test takes fails; tests/explore, which takes none that the
# scenarios do not, would need minutes.
cover: cover-pure cover-edge

cover-pure: $(call programs,cover,$(unit_sources))
	@find build/cover -name '*.gcda' -delete
	@$(call run_all,$^)
	@tests/lint/coverage build/cover $(pure_sources)

# What makes system calls is counted where it runs: in the program as PID 1, and in its pieces. The tests
# are judged elsewhere: here a failure is no more than branches that are not taken.
build/counted/%.o: %.c Makefile tests/tests.mk
	@mkdir -p $(@D)
	@echo 'cc $@'
	$Q$(CC) $(LANGUAGE) -g -O0 --coverage -fprofile-update=atomic -fdata-sections -DNDEBUG -MMD -MP -c -o $@ $<

counted := build/counted/drainit build/counted/try
$(counted): tests/cover/counts.c tests/cover/counts.ld
	@echo 'link $@'
	$Q$(CC) $(LANGUAGE) -O1 -static -DCOUNTS='"$(CURDIR)/$@.counts"' -T tests/cover/counts.ld \
		-Wl,--wrap=__gcov_exit $(WRAPPED) -o $@ \
		tests/cover/counts.c $(filter %.o,$^) -lgcov

build/counted/drainit: $(shipped:%.c=build/counted/%.o)
build/counted/try: WRAPPED = -Wl,--wrap=recv
build/counted/try: build/counted/tests/kernel/try.o \
	$(sort $(patsubst %.c,build/counted/%.o,$(pure_sources) $(wildcard init/kernel/*.c)))

cover-edge: $(counted) build/pid1/actor build/pid1/container build/faults/inject build/faults/deny
	@find build/counted -name '*.gcda' -delete
	@rm -f $(counted:%=%.counts)
	@truncate -s 1M $(counted:%=%.counts) && chmod 666 $(counted:%=%.counts)
	@export PID1_SLACK=3 KERNEL_TRY='$(CURDIR)/build/counted/try' KERNEL_VERSION=$(VERSION); \
	for suite in 'tests/pid1/run build/counted/drainit' tests/kernel/run \
		'tests/faults/run --sample 1500 build/counted/drainit' \
		'tests/compat/run --tests --cases 500 --seed 1 --drainit build/counted/drainit'; do \
		echo "$$suite"; $$suite | grep -A1 -e '^FAIL' -e '^[0-9]* passed'; \
	done
	@for program in $(counted); do COUNTS_DUMP=1 $$program; done
	@tests/lint/coverage build/counted $(filter-out $(pure_sources),$(shipped))

compile_commands.json: build/compile_commands.json
build/compile_commands.json: Makefile
	@mkdir -p $(@D)
	@comma='['; for file in $(filter %.c,$(c_files)); do \
		printf '%s{"directory": "%s", "file": "%s", "arguments": ["cc"' "$$comma" '$(CURDIR)' $$file; \
		printf ', "%s"' -Iinit -Itests -std=c11 -D_GNU_SOURCE= '-DDRAINIT_VERSION=0' $(WARNINGS) -c $$file; \
		printf ']}\n'; comma=,; \
	done >$@; echo ']' >>$@

.PHONY: unit explore fuzz fuzz-keep pid1 faults soak kubelet kernel chaos compat real guest handed-out arm64 \
	traffic rehearse observability demo pictures bench bounds check lint format format-check analyse \
	cppcheck manual shellcheck purity includes shown repro size cover cover-pure cover-edge \
	compile_commands.json
.SECONDARY:
