# drainit. What to call: make, make demo, make check, make install; all that is built lies in build/.
# Here: how the shipped binary is made. How it is tried: tests/tests.mk.

VERSION := 0.1.0
PREFIX  := /usr/local
CROSS   :=

# musl: Debian's wrapper where there is one, else the system's own compiler (Alpine).
ifeq ($(origin CC),default)
CC := $(if $(CROSS),$(CROSS)gcc,$(if $(shell command -v musl-gcc),musl-gcc,cc))
endif

# make V=1 shows the commands.
Q := $(if $(V),,@)

# No sub-process and no setting of the caller's locale decides an order.
export LC_ALL := C

# What is pure makes no system call; tests/lint/purity proves it.
pure    := core text options output
shipped := $(sort $(wildcard init/*.c $(patsubst %,init/%/*.c,$(pure) kernel modes)))

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wswitch-enum -Wconversion -Wvla
LANGUAGE := -std=c11 -Iinit -D_GNU_SOURCE= -DDRAINIT_VERSION='"$(VERSION)"' $(WARNINGS)

# -Oz is a hundredth less than -Os, gcc before 12 does not know it; data aligned as the ABI asks for is half
# a kilobyte less than as a cache would like it, and only x86 has the choice. What stays the same in a loop is
# computed in it: a register for it would have to be saved. On arm64 all of drainit lies
# within the reach of one instruction, nothing is shared between threads, and a frame pointer is for
# debuggers: 6 KB.
known = $(if $(shell $(CC) $(1) -S -o /dev/null -x c /dev/null 2>/dev/null && echo known),$(1))
TINY     := $(call known,-mcmodel=tiny)
SMALLEST := $(or $(call known,-Oz),-Os) -fomit-frame-pointer -fno-move-loop-invariants \
	$(call known,-malign-data=abi) $(TINY) $(call known,-mno-outline-atomics)

# Each page that PID 1 dirties or maps is paid by every container, so: no PIE (its relocations would
# dirty pages, and what a static init has at fixed places is no secret to gain), one text segment
# (noseparate-code), no unwind tables. Stack canaries stand where the bytes of others are read: they cost
# no page and no measurable start, but everywhere they would be a twentieth of the file.
# Data follows text in the file without a gap: the linker would round it up to a page.
CFLAGS  := $(SMALLEST) -DNDEBUG -fno-pie -ffunction-sections -fdata-sections -fno-stack-protector \
	-fno-jump-tables -fno-tree-switch-conversion -fno-asynchronous-unwind-tables \
	-fno-unwind-tables -ffile-prefix-map=$(CURDIR)=.
LDFLAGS := -static -no-pie -s -Wl,--gc-sections -Wl,--build-id=none -Wl,-z,noseparate-code \
	-Wl,-z,norelro -Wl,-z,noexecstack -Wl,-z,common-page-size=64

all: build/drainit build/drainit-rehearse

# What the libc writes at the start then lies beside our data, in a page that is dirty anyway; it used to
# come after all our buffers, on a page of its own, or on two as their sum would have it.
LIBC_FIRST := -Wl,-u,__stack_chk_fail -lc

build/drainit: $(shipped:%.c=build/ship/%.o)
	@mkdir -p $(@D)
	@echo 'link $@'
	$Q$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(LIBC_FIRST) $^

# The second program: what plays the runtime and judges. It is never in an image, so its size is nobody's.
rehearse := $(sort $(wildcard init/rehearse/*.c $(patsubst %,init/%/*.c,$(pure) kernel)))

# What it has of its own is out of one instruction's reach, and comes last.
its_own := $(patsubst %.c,build/ship/%.o,$(wildcard init/rehearse/*.c))
$(its_own): CFLAGS += $(TINY:%tiny=%small)

build/drainit-rehearse: $(rehearse:%.c=build/ship/%.o)
	@mkdir -p $(@D)
	@echo 'link $@'
	$Q$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(LIBC_FIRST) $(filter-out $(its_own),$^) $(its_own)

foreign := answer connect diag ports processes request resolve survey tcp
$(foreign:%=build/ship/init/kernel/%.o) build/ship/init/text/dns.o build/ship/init/text/proc.o: \
	CFLAGS += -fstack-protector-strong

build/ship/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo 'cc $@'
	$Q$(CC) $(LANGUAGE) $(CFLAGS) -MMD -MP -c -o $@ $<

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 build/drainit build/drainit-rehearse $(DESTDIR)$(PREFIX)/bin
	install -m 644 init/drainit.1 init/rehearse/drainit-rehearse.1 $(DESTDIR)$(PREFIX)/share/man/man1

# What is handed out: for amd64 and arm64, in build/dist.
dist: build/dist/SHA256SUMS
	@cat $<

build/dist/SHA256SUMS: $(shipped) $(rehearse) $(wildcard init/*/*.h) Makefile tests/tests.mk $(wildcard dist/*)
	@tests/setup dist
	+@tests/dist/build '$(MAKE)' $(VERSION)

clean:
	rm -rf build

.PHONY: all install dist clean
.DELETE_ON_ERROR:

include tests/tests.mk
-include $(shell find build -path build/repro -prune -o -name '*.d' -type f -print 2>/dev/null)
