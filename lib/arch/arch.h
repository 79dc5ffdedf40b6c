/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What differs between architectures, as constant tables chosen from the
 * snapshot: never #ifdef, so that every architecture can be examined on any
 * machine.
 */
#ifndef KD_ARCH_ARCH_H
#define KD_ARCH_ARCH_H

#include "../core/base.h"

/* A kernel version as far as features go: 6.17 is { 6, 17 }. */
struct kd_version {
	unsigned major, minor;
};

struct kd_arch_boot;			/* assembly.h */

/* What is known of a crash kernel's memory here. */
enum kd_model {
	KD_MODEL_NONE,
	KD_MODEL_DERIVED,		/* its source was read, nothing was measured */
	KD_MODEL_MEASURED,
};

struct kd_arch {
	const char *name;		/* as uname -m gives it */
	/* crashkernel=: arch/<arch>/include/asm/crash_reserve.h */
	bool high_low;			/* takes ,high and ,low */
	uint64_t align;			/* CRASH_ALIGN */
	uint64_t low_max;		/* where "low" ends; 0 = not by a constant */
	uint64_t high_max;		/* above it nothing is looked for; 0 = end of memory */
	uint64_t default_low;		/* of ,high without ,low */
	struct kd_version generic_since;	/* kernel/crash_reserve.c; { 0, 0 } = own code */
	/* Where a kernel lies without KASLR; 0 = where its loader puts it. */
	uint64_t load_address;
	struct kd_version auto_low_since;	/* ,high alone brings it; { 0, 0 } = always */
	struct kd_version cma_since;	/* ,cma wired up; { 0, 0 } = never */
	bool may_shrink_to_zero;	/* see powerpc.c */
	/* Memory model, for struct pages of the crash kernel. */
	uint64_t section_bytes;		/* vmemmap is populated by this unit with 4 KiB pages */
	uint64_t page_size;		/* the usual one, where the machine cannot be asked */
	/* COMMAND_LINE_SIZE: arch/<arch>/include/(uapi/)asm/setup.h, with the NUL */
	size_t cmdline_size;
	/* Is load known to work here, on real kernels?  Is there a crash_grow? */
	bool loads, grows;
	/* How segments for kexec_load() are built here; NULL: they are not. */
	const struct kd_arch_boot *boot;
	enum kd_model model;
};

/* NULL for a machine name we know nothing of. */
const struct kd_arch *kd_arch_find(const char *name);

/* "6.17.13+deb14-amd64" -> { 6, 17 }; -EINVAL for another form. */
int kd_version_parse(const char *release, struct kd_version *ret);
bool kd_version_at_least(struct kd_version v, unsigned major, unsigned minor);

extern const struct kd_arch kd_arch_x86_64, kd_arch_arm64, kd_arch_riscv, kd_arch_loongarch,
	kd_arch_powerpc, kd_arch_s390;

#endif
