/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The snapshot: what the kernel says of itself, its memory and its crash
 * kernel, read once and never changed.  "Not to be seen" is a value of its
 * own: -1, or a has_ flag that is false.
 */
#ifndef KD_FACTS_SNAPSHOT_H
#define KD_FACTS_SNAPSHOT_H

#include "../arch/arch.h"
#include "../core/ctx.h"
#include "../core/sha256.h"
#include "../parse/iomem.h"
#include "growth.h"

enum kd_lockdown {
	KD_LOCKDOWN_UNKNOWN = -1,
	KD_LOCKDOWN_NONE,
	KD_LOCKDOWN_INTEGRITY,
	KD_LOCKDOWN_CONFIDENTIALITY,
};

struct kd_kexec_facts {
	int built_in;			/* CONFIG_KEXEC_CORE with crash dumps; -1 unknown */
	int loaded;			/* a crash image is; -1 unknown */
	bool has_size;
	uint64_t size;			/* kexec_crash_size */
	uint64_t elfcorehdr_size;	/* 0 where the kernel has no such file */
	int hotplug;			/* the kernel updates the loaded image itself; -1 unknown */
	int load_disabled;		/* kernel.kexec_load_disabled; -1 unknown */
	bool has_limit;
	int64_t limit_panic;		/* kernel.kexec_load_limit_panic, -1 = no limit */
	bool has_cma_file;		/* crash_cma_ranges exists: 6.19 and later */
	struct kd_ranges cma;
};

/* Who else may hold the crash memory. */
struct kd_other_facts {
	bool xen_pv;
	bool fadump, fadump_registered;
	uint64_t fadump_bytes;
};

struct kdump_snapshot {
	unsigned refs;
	bool live;
	char *host;			/* NULL unknown */
	char *release;			/* NULL unknown */
	char *arch_name;		/* NULL unknown */
	const struct kd_arch *arch;	/* NULL unknown */
	bool has_version;
	struct kd_version version;
	char *cmdline;			/* NULL unknown */
	uint64_t page_size;
	bool has_iomem;
	struct kd_iomem iomem;
	uint64_t mem_total;		/* 0 unknown */
	uint64_t mem_available;		/* as the kernel estimates it; 0 unknown */
	uint64_t mem_unmovable;		/* in use now by the kernel itself; 0 unknown */
	uint64_t mem_huge;		/* set aside as huge pages */
	bool has_cma_total;		/* /proc/meminfo shows CmaTotal: CONFIG_CMA */
	uint64_t cpus_possible, cpus_present;	/* 0 unknown */
	/* Of the lists themselves, to compare; "" unknown. */
	char cpus_possible_sum[KD_SHA256_HEX], cpus_present_sum[KD_SHA256_HEX];
	int may_load;			/* CAP_SYS_BOOT is permitted; -1 not asked */
	enum kd_lockdown lockdown;
	struct kd_kexec_facts kexec;
	struct kd_other_facts other;
	struct kd_growth_facts growth;
};

/* Parts of kdump_snapshot_new(), by where they look; -errno with the error told. */
int kd_facts_kexec(struct kdump_ctx *ctx, struct kd_kexec_facts *ret);
/*
 * Waits until no load is in progress: kexec_crash_size can be read again, which, other
 * than another attempt, uses nothing up (kernel/kexec_core.c:kexec_load_permitted()
 * counts before it looks at the lock).  False at the deadline.
 */
bool kd_facts_kexec_idle(struct kdump_ctx *ctx, uint64_t deadline);
int kd_facts_memory(struct kdump_ctx *ctx, struct kdump_snapshot *snap);
void kd_facts_other(struct kdump_ctx *ctx, struct kd_other_facts *ret);

/* RAM as the kernel counts it for crashkernel= ranges, as near as can be seen; 0 unknown. */
uint64_t kd_snapshot_ram(const struct kdump_snapshot *snap);

/* What is reserved for a pool now; false where it cannot be seen. */
bool kd_snapshot_reserved(const struct kdump_snapshot *snap, enum kdump_pool pool,
			  uint64_t *ret);

/* Does kexec_crash_size count the low region too (kernels since 2023 do)? */
bool kd_snapshot_size_counts_low(const struct kdump_snapshot *snap);

/* What the kernel of this snapshot makes of crashkernel= words. */
struct kd_ck_kernel;
void kd_snapshot_ck_kernel(const struct kdump_snapshot *snap, struct kd_ck_kernel *ret);

/* The same of another kernel on this machine; @has_cma: CONFIG_CMA. */
void kd_ck_kernel_of(const struct kdump_snapshot *snap, struct kd_version version, bool has_cma,
		     struct kd_ck_kernel *ret);

#endif
