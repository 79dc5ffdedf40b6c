# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
#
# GNU make.  Variables to set stand in config.mk; everything built goes into
# build/ (with DEV=1: -Werror and sanitizers, into build/dev/).  What is built
# is listed here by name; make lint compares the lists with the folders.
# Only `make deps`, and the check targets that need it, install packages.

include config.mk

# ---- sources ---------------------------------------------------------------

# All system calls are in these: build/test/crashctl has tests/fake instead.
LIB_SYS = core/sys-file core/sys-kexec core/sys-lock core/sys-notify
LIB_SRC = \
	core/answers core/attrs core/busy core/ctx core/lock core/ranges core/replace \
	core/replay core/root core/sha256 core/text core/way \
	parse/bootfile parse/bootfile-bls parse/bootfile-extlinux parse/bootfile-lines \
	parse/bootfile-zipl parse/bzimage parse/cmdline parse/conf parse/console \
	parse/contents parse/contents-program parse/contents-text parse/cpio \
	parse/cpio-links parse/cpuinfo parse/crashkernel parse/crashkernel-word \
	parse/crashlog parse/diff parse/dump-args parse/dumpname parse/elf parse/facts-file \
	parse/grub parse/grubcfg parse/grubscript parse/grubvar parse/handover \
	parse/inflate parse/inflate-bzip2 parse/inflate-gzip parse/inflate-lz4 \
	parse/inflate-xz parse/inflate-zstd parse/initramfs parse/iomem parse/kconfig \
	parse/kcore parse/kdumpconf parse/kernel parse/keyvalue parse/keyvalue-write \
	parse/luks2 parse/memparse parse/modules parse/newc parse/observed parse/pe \
	parse/program parse/pstorename parse/rootfs parse/s390 parse/signature parse/sysfs \
	parse/vmcore parse/vmlinux \
	arch/arch arch/arm64 arch/arm64-boot arch/arm64-tree arch/assembly arch/elfcorehdr \
	arch/loongarch arch/powerpc arch/riscv arch/s390 arch/x86-boot arch/x86-console \
	arch/x86-e820 arch/x86_64 \
	purgatory/image \
	facts/asked facts/blocks facts/boot facts/boot-entries facts/boot-files \
	facts/boot-grub facts/boot-object facts/boot-others facts/boot-systemd \
	facts/boot-uki facts/build facts/cache facts/capture facts/config facts/config-call \
	facts/config-cmdline facts/config-loaded facts/config-own facts/config-target \
	facts/devices facts/distro facts/facts facts/fields facts/follow facts/follow-way \
	facts/growth facts/handover facts/handover-x86 facts/hardware facts/history \
	facts/history-object facts/image facts/image-cmdline facts/image-facts \
	facts/image-inside facts/journal facts/kconfig-file facts/kernel-file facts/kexec \
	facts/layout facts/luks facts/measured facts/memory facts/monitor facts/mounts \
	facts/observed facts/policy facts/proof facts/pstore facts/record facts/snapshot \
	facts/sums facts/target facts/unpack facts/watch \
	decide/assemble decide/calibration decide/call decide/change decide/change-files \
	decide/change-tools decide/change-undo decide/estimate decide/estimate-dump \
	decide/estimate-machine decide/estimate-object decide/estimate-parts \
	decide/estimate-work decide/findings decide/force decide/measured decide/observed \
	decide/placement decide/plan-boot decide/plan-change decide/plan-grow \
	decide/plan-live decide/plan-object decide/plan-reach decide/plan-refuse \
	decide/plan-want decide/policy decide/proof decide/refusal decide/rehearsal \
	decide/report decide/report-boot decide/report-capture decide/report-object \
	decide/report-watch decide/reservation decide/room decide/segments decide/suggest \
	decide/wish decide/words \
	act/apply act/cache act/change act/check act/copy act/foresee act/grow act/journal \
	act/keep act/load act/measured act/prepare act/recorded act/recover act/rehearsal \
	act/rehearsal-pack act/request act/test act/tool act/verify act/watch

# For the bare processor, below lib/purgatory/target: see "what is built".
PURGATORY_SRC = main verify console
PURGATORY_MACHINES = machine-aarch64 machine-x86_64

CLI_SRC = \
	cmd-estimate cmd-explain cmd-facts cmd-history cmd-load cmd-rehearse cmd-reserve \
	cmd-status cmd-test cmd-watch exec file guest hosts json machine main msg names \
	notify options out-estimate-json out-estimate-text out-explain-json \
	out-explain-text out-history-json out-history-text out-hosts-json out-hosts-text \
	out-load-json out-load-text out-rehearse-json out-rehearse-text out-reserve-json \
	out-reserve-text out-status-json out-status-metrics out-status-text out-test-json \
	out-test-text out-watch-json out-watch-text privs qemu rehearse reserve run session \
	table text watch

# Installed beside them.
MAN3 = man/kdump.3
MAN5 = man/crashctl.conf.5
MAN7 = man/crashctl-json.7
MAN8 = man/crashctl.8 man/crashctl-memory-watch.8
SCHEMA = man/crashctl.schema.json
BASHCOMP = completions/crashctl.bash
ZSHCOMP = completions/_crashctl
FISHCOMP = completions/crashctl.fish
# For crash kernels; those that are *.in name the folder of the first.
WATCH = cli/hooks/crashctl-memory-watch
HOOKS = $(patsubst %,$(B)/hooks/%,dracut-module-setup.sh initramfs-tools-hook \
	crashctl-memory.service)

# For the machine itself: nothing of it is enabled by make install.
UNITS = $(patsubst %,$(B)/systemd/%.service,crashctl crashctl-once crashctl-reserve crashctl-watch)
UDEVRULES = $(B)/udev/98-crashctl.rules
KERNELHOOK = $(B)/kernel-install/95-crashctl.install
DEBIANKERNELHOOK = $(B)/kernel-install/zz-crashctl
SYSTEM = $(UNITS) $(UDEVRULES) $(KERNELHOOK) $(DEBIANKERNELHOOK)

# Tests are found, not listed: one that is forgotten here would never run.
FAKE_SRC := $(wildcard tests/fake/*.c)
UNIT_SRC := $(wildcard tests/unit/test-*.c)
FAULT_SRC := $(wildcard tests/faults/test-*.c)
FUZZ_SRC := $(wildcard tests/fuzz/fuzz-*.c)

# ---- flags -----------------------------------------------------------------

CC ?= cc
AR ?= ar
INSTALL ?= install

WARNINGS = -Wall -Wextra
CFLAGS_DEV = -O1 -g -Wall -Wextra -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wformat=2 -Wvla -Wundef -Werror
# Without -fno-sanitize-recover a finding of UBSan is only a line of text, and
# the test that met it passes.
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer

# Another place to build in: make BUILD=/tmp/b
BUILD = build
ifeq ($(FUZZ),1)
# By tests/fuzz/run, with CC=clang: libFuzzer brings its own main().
B = $(BUILD)/fuzz
MODE_CFLAGS = $(SANITIZE) -fsanitize=fuzzer-no-link
MODE_LDFLAGS = $(SANITIZE) -fsanitize=fuzzer
else ifeq ($(DEV),1)
B = $(BUILD)/dev
WARNINGS =
CFLAGS = $(CFLAGS_DEV)
MODE_CFLAGS = $(SANITIZE)
MODE_LDFLAGS = $(SANITIZE)
else
B = $(BUILD)
# clang leaves the sanitizers' symbols open in a shared library.
NO_UNDEFINED = -Wl,-z,defs
endif

# Evaluated when first used, so that `make clean` and `make deps` need no
# pkg-config, and once.
once = $(eval $(1) := $(2))$($(1))
pkg = $(shell $(PKG_CONFIG) $(1) $(2))$(if $(filter-out 0,$(.SHELLSTATUS)),$(error \
	$(PKG_CONFIG) $(1) $(2) failed; `make deps` installs what the build needs))

# What libkdump.pc asks for in a static link: LIB_REQUIRES, and OTHER_LIBS,
# because bzip2 1.0.8 comes without a .pc file, and Debian's libfdt.
LIB_REQUIRES = mount libudev json-c $(if $(filter 1,$(ZLIB)),zlib) $(if $(filter 1,$(LZMA)),liblzma) \
	$(if $(filter 1,$(ZSTD)),libzstd) $(if $(filter 1,$(LZ4)),liblz4)
OTHER_LIBS = $(if $(filter 1,$(BZIP2)),-lbz2) $(if $(filter 1,$(LIBFDT)),-lfdt)
CLI_REQUIRES = json-c smartcols libcap-ng

PKG_CFLAGS = $(call once,PKG_CFLAGS,$(call pkg,--cflags,$(LIB_REQUIRES) $(CLI_REQUIRES)))
LIB_LIBS = $(call once,LIB_LIBS,$(call pkg,--libs,$(LIB_REQUIRES)) $(OTHER_LIBS))
CLI_LIBS = $(call once,CLI_LIBS,$(call pkg,--libs,$(CLI_REQUIRES)))
TEST_LIBS = $(call once,TEST_LIBS,$(call pkg,--libs,cmocka))

HAVE = $(foreach x,ZLIB LZMA ZSTD LZ4 BZIP2 LIBFDT,$(if $(filter 1,$($(x))),-DKD_HAVE_$(x)=1))

ALL_CPPFLAGS = -Ilib -D_GNU_SOURCE= -D_FILE_OFFSET_BITS=64 $(HAVE) $(PKG_CFLAGS) $(CPPFLAGS)
ALL_CFLAGS = -std=gnu11 $(WARNINGS) -fPIC -fvisibility=hidden $(MODE_CFLAGS) $(CFLAGS)
ALL_LDFLAGS = $(MODE_LDFLAGS) $(LDFLAGS)

# `make V=1` shows the commands, as the kernel's does; -s not even their names.
ifneq ($(filter 1,$(V))$(findstring s,$(firstword -$(MAKEFLAGS))),)
say = $(if $(filter 1,$(V)),,@)
else
say = @printf '  %-8s%s\n' '$(1)' '$(2)';
endif

COMPILE = $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS)
LINK = $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS)

# ---- purgatory -------------------------------------------------------------
#
# Linked to address 0 and run anywhere: what needs a relocation that depends on
# the address stops the build.  With flags of its own: those that a packager
# hardens or tunes a library with assume a kernel and a libc below.

PURGATORY_PROBE = '\#if defined __x86_64__ && !defined __ILP32__\nx86_64\n\#endif\n\
\#if defined __AARCH64EL__ && !defined __ILP32__\naarch64\n\#endif\n'
PURGATORY_ARCH := $(shell printf $(PURGATORY_PROBE) | $(CC) $(CPPFLAGS) $(CFLAGS) -E -P -x c - \
	2>/dev/null | tr -d '\n')

PURGATORY_CFLAGS_x86_64 = -m64 -mno-red-zone -mgeneral-regs-only -fcf-protection=none
PURGATORY_PIC_x86_64 = R_X86_64_(PC32|PLT32)
# With the MMU off all memory is a device: what is not aligned faults.
PURGATORY_CFLAGS_aarch64 = -mstrict-align -mgeneral-regs-only -mcmodel=tiny -mbranch-protection=none
PURGATORY_PIC_aarch64 = R_AARCH64_(CALL26|JUMP26|ADR_PREL_LO21|LD_PREL_LO19|PREL32)

PURGATORY_CFLAGS = -std=gnu11 -O2 -Wall -Wextra -D_GNU_SOURCE= -U_FORTIFY_SOURCE \
	-ffreestanding -fno-builtin -fpie -fvisibility=hidden \
	-fno-stack-protector -fno-stack-clash-protection -fno-asynchronous-unwind-tables \
	-fno-exceptions -fno-strict-aliasing -fno-lto -fno-sanitize=all \
	$(PURGATORY_CFLAGS_$(PURGATORY_ARCH))
PURGATORY_LDFLAGS = -nostdlib -static -fno-lto -Wl,-T,lib/purgatory/target/flat.ld \
	-Wl,--build-id=none

# The linker's own flat output is not to be had everywhere.
OBJCOPY = $(call once,OBJCOPY,$(shell $(CC) -print-prog-name=objcopy))

P = $(B)/purgatory
PURGATORY_OBJ = $(P)/entry-$(PURGATORY_ARCH).o $(PURGATORY_SRC:%=$(P)/%.o) \
	$(P)/machine-$(PURGATORY_ARCH).o $(P)/sha256.o

# ---- the init of a rehearsal's guest ---------------------------------------
#
# A program of its own without a libc, packed with what it loads: the command holds it,
# so that nothing has to be found when a crash is rehearsed.  The library knows a guest
# of x86_64 alone (act/rehearsal.c); elsewhere there is none.

GUEST_CFLAGS = $(filter-out -fpie,$(PURGATORY_CFLAGS)) -fno-pie
GUEST_LDFLAGS = -nostdlib -static -fno-lto -Wl,--build-id=none -Wl,-z,noexecstack -s

G = $(B)/guest
GUEST_ARCH = $(filter x86_64,$(PURGATORY_ARCH))
GUEST_OBJ = $(G)/entry-$(GUEST_ARCH).o $(G)/init.o

# ---- what is built ---------------------------------------------------------

SONAME = libkdump.so.$(ABI)
REALNAME = libkdump.so.$(VERSION)

LIB_OBJ = $(LIB_SRC:%=$(B)/lib/%.o)
SYS_OBJ = $(LIB_SYS:%=$(B)/lib/%.o)
CLI_OBJ = $(CLI_SRC:%=$(B)/cli/%.o)
FAKE_OBJ = $(FAKE_SRC:%.c=$(B)/%.o)
UNIT = $(UNIT_SRC:%.c=$(B)/%)
FAULT = $(FAULT_SRC:%.c=$(B)/%)
REPLAY = $(FUZZ_SRC:%.c=$(B)/%)

LIBS = $(B)/libkdump.a $(B)/$(SONAME) $(B)/libkdump.so $(B)/libkdump.pc
PROGRAMS = $(B)/crashctl $(B)/install/crashctl

all: $(LIBS) $(PROGRAMS) $(HOOKS) $(SYSTEM)

# A changed flag rebuilds what it concerns: the stamps hold the last ones.
$(B)/compile.flags: NOW = $(COMPILE)
$(B)/link.flags: NOW = $(LINK) $(LIB_LIBS) $(CLI_LIBS) $(NO_UNDEFINED) $(SONAME)
$(B)/path.flags: NOW = $(VERSION) $(PREFIX) $(BINDIR) $(LIBDIR) $(INCLUDEDIR) $(DATADIR) \
	$(KERNELINSTALLDIR) $(LIB_REQUIRES) $(OTHER_LIBS)
$(B)/compile.flags $(B)/link.flags $(B)/path.flags: FORCE
	@mkdir -p $(@D)
	@echo '$(NOW)' | cmp -s - $@ || echo '$(NOW)' >$@

$(P)/purgatory.flags: NOW = $(CC) $(PURGATORY_CFLAGS) $(PURGATORY_LDFLAGS)
$(P)/purgatory.flags: FORCE
	@mkdir -p $(@D)
	@echo '$(NOW)' | cmp -s - $@ || echo '$(NOW)' >$@

$(P)/%.o: lib/purgatory/target/%.c $(P)/purgatory.flags
	$(call say,CC,$@)$(CC) $(PURGATORY_CFLAGS) -MMD -MP -c -o $@ $<
$(P)/%.o: lib/purgatory/target/%.S $(P)/purgatory.flags
	$(call say,AS,$@)$(CC) $(PURGATORY_CFLAGS) -MMD -MP -c -o $@ $<
$(P)/sha256.o: lib/core/sha256.c $(P)/purgatory.flags
	$(call say,CC,$@)$(CC) $(PURGATORY_CFLAGS) -MMD -MP -c -o $@ $<

$(P)/purgatory.bin: $(PURGATORY_OBJ) lib/purgatory/target/flat.ld
	@! LC_ALL=C readelf -rW $(PURGATORY_OBJ) | grep -E '^[0-9a-f]+ .* R_' | \
		grep -vE ' $(PURGATORY_PIC_$(PURGATORY_ARCH)) ' || \
		{ echo '$@: would depend on its address' >&2; exit 1; }
	$(call say,LD,$@)$(CC) $(PURGATORY_LDFLAGS) -o $(@:.bin=.elf) $(PURGATORY_OBJ) && \
		$(OBJCOPY) -O binary $(@:.bin=.elf) $@

# Of an architecture without one: what a compiler takes for an array, never used.
ifeq ($(PURGATORY_ARCH),)
$(P)/purgatory-image.h: $(P)/purgatory.flags
	@echo 0 >$@
else
$(P)/purgatory-image.h: $(P)/purgatory.bin
	$(call say,GEN,$@)LC_ALL=C od -An -v -tx1 $< | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g' >$@
endif

$(G)/guest.flags: NOW = $(CC) $(GUEST_CFLAGS) $(GUEST_LDFLAGS)
$(G)/guest.flags: FORCE
	@mkdir -p $(@D)
	@echo '$(NOW)' | cmp -s - $@ || echo '$(NOW)' >$@

$(G)/%.o: cli/guest/%.c $(G)/guest.flags
	$(call say,CC,$@)$(CC) $(GUEST_CFLAGS) -MMD -MP -c -o $@ $<
$(G)/%.o: cli/guest/%.S $(G)/guest.flags
	$(call say,AS,$@)$(CC) $(GUEST_CFLAGS) -MMD -MP -c -o $@ $<
$(G)/init: $(GUEST_OBJ)
	$(call say,LD,$@)$(CC) $(GUEST_LDFLAGS) -o $@ $(GUEST_OBJ)

ifeq ($(GUEST_ARCH),)
$(G)/guest-image.h: $(G)/guest.flags
	@echo 0 >$@
else
$(G)/guest-image.h: $(G)/init
	$(call say,GEN,$@)LC_ALL=C od -An -v -tx1 $< | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g' >$@
endif

$(B)/cli/guest.o: $(G)/guest-image.h
$(B)/cli/guest.o: private COMPILE += -I$(G)

$(B)/lib/purgatory/image.o: $(P)/purgatory-image.h
$(B)/lib/purgatory/image.o: private COMPILE += -I$(P) -DKD_PURGATORY_ARCH='"$(PURGATORY_ARCH)"'

$(B)/%.o: %.c $(B)/compile.flags
	@mkdir -p $(@D)
	$(call say,CC,$@)$(COMPILE) -MMD -MP -c -o $@ $<

# Made anew each time: ar would keep members whose source is gone.
$(B)/libkdump.a: $(LIB_OBJ) $(SYS_OBJ)
	$(call say,AR,$@)rm -f $@ && $(AR) rcs $@ $^

$(B)/$(REALNAME): $(LIB_OBJ) $(SYS_OBJ) lib/libkdump.map $(B)/link.flags
	$(call say,LD,$@)$(LINK) -shared -Wl,-soname,$(SONAME) -Wl,--version-script=lib/libkdump.map \
		-Wl,--no-undefined-version $(NO_UNDEFINED) -o $@ \
		$(LIB_OBJ) $(SYS_OBJ) $(LIB_LIBS)

$(B)/$(SONAME) $(B)/libkdump.so: $(B)/$(REALNAME)
	@ln -sf $(REALNAME) $@

# $(LIBDIR) is written as the .pc file's own ${prefix} where it lies below.
$(B)/libkdump.pc: lib/libkdump.pc.in $(B)/path.flags
	$(call say,GEN,$@)sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' \
		-e 's|@LIBDIR@|$(patsubst $(PREFIX)/%,$${prefix}/%,$(LIBDIR))|' \
		-e 's|@INCLUDEDIR@|$(patsubst $(PREFIX)/%,$${prefix}/%,$(INCLUDEDIR))|' \
		-e 's|@REQUIRES@|$(strip $(LIB_REQUIRES))|' \
		-e 's|@LIBS@|$(strip $(OTHER_LIBS))|' lib/libkdump.pc.in >$@

$(B)/hooks/%: cli/hooks/%.in $(B)/path.flags
	@mkdir -p $(@D)
	$(call say,GEN,$@)sed 's|@BINDIR@|$(BINDIR)|' $< >$@

PATHS = sed -e 's|@BINDIR@|$(BINDIR)|' -e 's|@DATADIR@|$(DATADIR)|' \
	-e 's|@KERNELINSTALLDIR@|$(KERNELINSTALLDIR)|'
# What confines the services stands once; a section may come twice in a unit.
$(B)/systemd/%.service: cli/systemd/%.service.in cli/systemd/confined.in $(B)/path.flags
	@mkdir -p $(@D)
	$(call say,GEN,$@)cat $(filter %.in,$^) | $(PATHS) >$@
$(UDEVRULES) $(KERNELHOOK) $(DEBIANKERNELHOOK): $(B)/%: cli/%.in $(B)/path.flags
	@mkdir -p $(@D)
	$(call say,GEN,$@)$(PATHS) $< >$@

# Both link the shared library, so that the program cannot come to need what
# the library does not export.  The one in the tree finds the library beside
# itself; the one that is installed has no search path of its own.
$(B)/crashctl: RUNPATH = -Wl,-rpath,'$$ORIGIN'
$(B)/crashctl $(B)/install/crashctl: $(CLI_OBJ) $(B)/$(SONAME) $(B)/libkdump.so $(B)/link.flags
	@mkdir -p $(@D)
	$(call say,LD,$@)$(LINK) $(RUNPATH) -o $@ $(CLI_OBJ) -L$(B) -lkdump $(CLI_LIBS)

# The same objects on a faked kernel: the only difference is at the link.
FAKE_WRAP = -Wl,--wrap=fork
FAKED_CLI_OBJ = $(filter-out %/cli/exec.o,$(CLI_OBJ))
$(B)/test/crashctl: $(FAKED_CLI_OBJ) $(LIB_OBJ) $(FAKE_OBJ) $(B)/link.flags
	@mkdir -p $(@D)
	$(call say,LD,$@)$(LINK) $(FAKE_WRAP) -o $@ $(FAKED_CLI_OBJ) $(LIB_OBJ) $(FAKE_OBJ) \
		$(LIB_LIBS) $(CLI_LIBS)

$(UNIT): $(B)/tests/unit/%: $(B)/tests/unit/%.o $(B)/libkdump.a $(B)/link.flags
	$(call say,LD,$@)$(LINK) -o $@ $< $(B)/libkdump.a $(LIB_LIBS) $(TEST_LIBS)

# Memory runs out on demand too: tests/faults/faults.h.
ALLOCATORS = malloc calloc realloc reallocarray strdup strndup
$(FAULT): $(B)/tests/faults/%: $(B)/tests/faults/%.o $(LIB_OBJ) $(FAKE_OBJ) $(B)/link.flags
	$(call say,LD,$@)$(LINK) $(FAKE_WRAP) $(ALLOCATORS:%=-Wl,--wrap=%) -o $@ $< $(LIB_OBJ) $(FAKE_OBJ) \
		$(LIB_LIBS) $(TEST_LIBS)

FUZZ_MAIN = $(if $(filter 1,$(FUZZ)),,$(B)/tests/fuzz/replay.o)
$(REPLAY): $(B)/tests/fuzz/%: $(B)/tests/fuzz/%.o $(FUZZ_MAIN) $(B)/libkdump.a $(B)/link.flags
	$(call say,LD,$@)$(LINK) -o $@ $< $(FUZZ_MAIN) $(B)/libkdump.a $(LIB_LIBS)

TEST_PROGRAMS = $(UNIT) $(FAULT) $(REPLAY) $(B)/test/crashctl
test-programs: $(TEST_PROGRAMS)

# ---- kernel module ---------------------------------------------------------
#
# For the kernel that runs, or KDIR's; never a part of the rest.  Built on a copy,
# because the kernel's make leaves what it makes beside the sources.

KDIR ?= /lib/modules/$(shell uname -r)/build
MODULE_SRC = $(wildcard kernel/Kbuild kernel/*.[ch])

# Headers come without pahole, which adds types that only debuggers read.
module:
	@[ -e $(KDIR)/Makefile ] || { echo 'module: no kernel headers in $(KDIR): install' \
		'linux-headers-'$$(uname -r)' (Debian, Ubuntu) or kernel-devel (Fedora, SUSE), or say' \
		'where they are: make module KDIR=...' >&2; exit 1; }
	@rm -rf $(B)/module && mkdir -p $(B)/module && cp $(MODULE_SRC) $(B)/module
	+$(MAKE) --no-print-directory -C $(KDIR) M=$(abspath $(B)/module) \
		$(if $(shell command -v pahole),,CONFIG_DEBUG_INFO_BTF_MODULES=) modules

# ---- tests -----------------------------------------------------------------

deps:
	tools/deps

# The programs under test are always the ones with sanitizers.
dev-tests:
	+$(MAKE) --no-print-directory DEV=1 test-programs

check: deps
	+$(MAKE) --no-print-directory all dev-tests
	BUILD=$(BUILD) tests/run unit cli replay samples abi lint boot package vm-one
check-unit: dev-tests
	BUILD=$(BUILD) tests/run unit
check-cli: dev-tests
	BUILD=$(BUILD) tests/run cli
check-replay: dev-tests
	BUILD=$(BUILD) tests/run replay
check-boot: all
	BUILD=$(BUILD) tests/run boot
check-package:
	BUILD=$(BUILD) tests/run package
check-vm: all
	BUILD=$(BUILD) tests/run vm
check-long: all dev-tests
	FAULTS=all BUILD=$(BUILD) tests/run unit faults vm-long
check-faults: all
	BUILD=$(BUILD) tests/run faults
# What it is run on is made first: that takes its time, once, and says how far it is.
check-kernel: all
	tools/deps build vm
	BUILD=$(BUILD) tests/vm/mkkernel 7.3-debug-stock
	BUILD=$(BUILD) tests/vm/mkkernel 7.3-debug
	BUILD=$(BUILD) tests/vm/mkmodule 6.1 6.12 7.2 7.3 7.3-debug 7.3-debug-stock
	BUILD=$(BUILD) tests/run kernel
lint: all
	BUILD=$(BUILD) tests/run samples abi lint

# Slow, and not always right: to be read, not to be obeyed.
lint-deep:
	@mkdir -p $(BUILD)
	cppcheck --quiet --enable=warning,portability --inline-suppr -Ilib \
		--suppress=missingIncludeSystem lib cli
	+$(MAKE) --no-print-directory BUILD=$(BUILD)/analyzer CC=gcc CFLAGS='-O2 -fanalyzer' \
		$(BUILD)/analyzer/libkdump.a

# gcovr is not among the deps.
coverage:
	+$(MAKE) --no-print-directory DEV=1 BUILD=$(BUILD)/coverage \
		CFLAGS='$(CFLAGS_DEV) -O0 --coverage' test-programs
	BUILD=$(BUILD)/coverage tests/run unit cli replay
	gcovr --root . --filter lib/ --object-directory $(BUILD)/coverage --print-summary

demo:
	tools/deps build vm
	+$(MAKE) --no-print-directory all
	tests/vm/demo

bench: all
	BUILD=$(BUILD) tests/bench/run

# The estimate against minima that bench-measure has found, which takes hours.
bench-estimate: all
	BUILD=$(BUILD) tests/bench/estimate/report
bench-measure: all
	tools/deps vm measure
	BUILD=$(BUILD) tests/bench/estimate/measure

fuzz:
	BUILD=$(BUILD) tests/fuzz/run

# ---- install ---------------------------------------------------------------

TO_LIB = $(DESTDIR)$(LIBDIR)
TO_MAN = $(DESTDIR)$(MANPREFIX)
DRACUT = $(DRACUTDIR)/99crashctl-memory

# install -D would do in one line, but is not everybody's install.
put = $(INSTALL) -d $(DESTDIR)$(2) && $(INSTALL) -m $(1) $(3) $(DESTDIR)$(2)

# The installed program finds its library only where the linker's cache knows it.
ldconfig = $(if $(DESTDIR),,[ "$$(id -u)" -ne 0 ] || ldconfig)

install: all
	$(call put,755,$(LIBDIR),$(B)/$(REALNAME))
	ln -sf $(REALNAME) $(TO_LIB)/$(SONAME)
	ln -sf $(SONAME) $(TO_LIB)/libkdump.so
	$(call put,644,$(LIBDIR),$(B)/libkdump.a)
	$(call put,644,$(PKGCONFIGDIR),$(B)/libkdump.pc)
	$(call put,644,$(INCLUDEDIR),lib/libkdump.h)
	$(call put,755,$(BINDIR),$(B)/install/crashctl)
	$(call put,755,$(BINDIR),$(WATCH))
	$(call put,755,$(DRACUT),$(B)/hooks/dracut-module-setup.sh)/module-setup.sh
	$(call put,755,$(DRACUT),cli/hooks/dracut-hook.sh)/crashctl-memory.sh
	$(call put,755,$(INITRAMFSTOOLSDIR)/hooks,$(B)/hooks/initramfs-tools-hook)/crashctl-memory
	$(call put,755,$(INITRAMFSTOOLSDIR)/scripts/init-top,cli/hooks/initramfs-tools-script)/crashctl-memory
	$(call put,644,$(UNITDIR),$(B)/hooks/crashctl-memory.service $(UNITS))
	$(call put,644,$(DATADIR)/crashctl,$(UDEVRULES))
	$(call put,755,$(KERNELINSTALLDIR),$(KERNELHOOK))
	$(call put,755,$(SYSCONFDIR)/kernel/postinst.d,$(DEBIANKERNELHOOK))
	$(call put,644,$(MANPREFIX)/man3,$(MAN3))
	$(call put,644,$(MANPREFIX)/man5,$(MAN5))
	$(call put,644,$(MANPREFIX)/man7,$(MAN7))
	$(call put,644,$(MANPREFIX)/man8,$(MAN8))
	$(call put,644,$(DATADIR)/crashctl,$(SCHEMA))
	$(call put,644,$(BASHCOMPDIR),$(BASHCOMP))/crashctl
	$(call put,644,$(ZSHCOMPDIR),$(ZSHCOMP))
	$(call put,644,$(FISHCOMPDIR),$(FISHCOMP))
	$(ldconfig)

# Files, not folders, which may be shared with others; but for our own.
uninstall:
	rm -f $(TO_LIB)/$(REALNAME) $(TO_LIB)/$(SONAME) $(TO_LIB)/libkdump.so
	rm -f $(TO_LIB)/libkdump.a $(DESTDIR)$(PKGCONFIGDIR)/libkdump.pc
	rm -f $(DESTDIR)$(INCLUDEDIR)/libkdump.h $(DESTDIR)$(BINDIR)/crashctl
	rm -f $(DESTDIR)$(BINDIR)/crashctl-memory-watch $(DESTDIR)$(UNITDIR)/crashctl-memory.service
	rm -f $(DESTDIR)$(INITRAMFSTOOLSDIR)/hooks/crashctl-memory
	rm -f $(DESTDIR)$(INITRAMFSTOOLSDIR)/scripts/init-top/crashctl-memory
	rm -f $(DESTDIR)$(DRACUT)/module-setup.sh $(DESTDIR)$(DRACUT)/crashctl-memory.sh
	[ ! -d $(DESTDIR)$(DRACUT) ] || rmdir $(DESTDIR)$(DRACUT)
	rm -f $(MAN3:man/%=$(TO_MAN)/man3/%) $(MAN5:man/%=$(TO_MAN)/man5/%)
	rm -f $(MAN7:man/%=$(TO_MAN)/man7/%) $(MAN8:man/%=$(TO_MAN)/man8/%)
	rm -f $(DESTDIR)$(BASHCOMPDIR)/crashctl $(DESTDIR)$(ZSHCOMPDIR)/_crashctl
	rm -f $(DESTDIR)$(FISHCOMPDIR)/crashctl.fish
	rm -f $(UNITS:$(B)/systemd/%=$(DESTDIR)$(UNITDIR)/%)
	rm -f $(DESTDIR)$(KERNELINSTALLDIR)/$(notdir $(KERNELHOOK))
	rm -f $(DESTDIR)$(SYSCONFDIR)/kernel/postinst.d/$(notdir $(DEBIANKERNELHOOK))
	rm -f $(DESTDIR)$(DATADIR)/crashctl/$(notdir $(UDEVRULES))
	rm -f $(DESTDIR)$(DATADIR)/crashctl/crashctl.schema.json
	[ ! -d $(DESTDIR)$(DATADIR)/crashctl ] || rmdir $(DESTDIR)$(DATADIR)/crashctl
	$(ldconfig)

# Packages of this tree, unsigned.
deb:
	tools/deb $(BUILD)/deb

dist:
	tools/dist crashctl-$(VERSION)

distcheck:
	BUILD=$(BUILD) tools/distcheck crashctl-$(VERSION)

# When a version is released: what tests/abi/run of later ones compares with.
abi-baseline: all
	tests/abi/baseline tests/abi/libkdump-$(VERSION).abi $(B)/$(SONAME)

# For tests/lint: every listed source and page.
list-sources:
	@printf '%s\n' $(patsubst %,lib/%.c,$(LIB_SYS) $(LIB_SRC)) \
		$(patsubst %,lib/purgatory/target/%.c,$(PURGATORY_SRC) $(PURGATORY_MACHINES)) $(CLI_SRC:%=cli/%.c) cli/guest/init.c \
		$(MAN3) $(MAN5) $(MAN7) $(MAN8)

clean:
	rm -rf $(BUILD)

FORCE:
.PHONY: FORCE all test-programs deps dev-tests check check-unit check-cli check-replay \
	check-boot check-package check-vm check-long check-faults check-kernel module lint lint-deep coverage list-sources demo bench bench-estimate \
	bench-measure fuzz install uninstall deb dist distcheck abi-baseline clean
.DELETE_ON_ERROR:
.SUFFIXES:

-include $(patsubst %.o,%.d,$(PURGATORY_OBJ) $(GUEST_OBJ) $(LIB_OBJ) $(SYS_OBJ) $(CLI_OBJ) $(FAKE_OBJ)) \
	$(TEST_PROGRAMS:%=%.d) $(B)/tests/fuzz/replay.d
