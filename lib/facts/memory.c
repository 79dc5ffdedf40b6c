/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What the kernel says of memory and CPUs: iomem, meminfo, CPU lists. */
#include "snapshot.h"

#include <errno.h>

#include "../core/replay.h"
#include "../parse/crashkernel.h"
#include "../parse/sysfs.h"

#define TEXT_MAX (16 * KD_MIB)

static int read_iomem(struct kdump_ctx *ctx, struct kdump_snapshot *snap)
{
	struct kd_text why;
	struct kd_buf buf;
	int err;

	err = kd_root_read(ctx, "proc/iomem", TEXT_MAX, &buf);
	if (err == -ENOENT || err == -EACCES || err == -EPERM)
		return 0;
	if (err == -ENOMEM)
		return kd_oom(ctx);
	if (err)
		return kd_fail_id(ctx, err == -EFBIG ? -EBADMSG : -EIO, "bad-kernel-file",
				  "/proc/iomem: %s", kd_errno_text(err));
	err = kd_iomem_parse(buf.data, buf.len, &snap->iomem, &why);
	kd_buf_free(&buf);
	if (err == -ENOMEM)
		return kd_oom(ctx);
	if (err)
		return kd_fail_id(ctx, err, "bad-kernel-file", "/proc/iomem: %s", why.s);
	snap->has_iomem = true;
	return 0;
}

/*
 * What is neither free nor on a list of pages that can be reclaimed or moved
 * (mm/vmscan.c) is the kernel's own; huge pages that were set aside are counted
 * by themselves, for they do not grow.
 */
static void read_unmovable(struct kdump_snapshot *snap, const char *meminfo)
{
	static const char *const movable[] = { "MemFree", "Active", "Inactive", "Unevictable" };
	uint64_t left = snap->mem_total, kib;

	for (size_t i = 0; i < KD_ARRAY_SIZE(movable); i++) {
		if (kd_table_get(meminfo, movable[i], 10, &kib))
			return;
		left = kd_sub_floor(left, kd_mul(kib, KD_KIB));
	}
	if (!kd_table_get(meminfo, "Hugetlb", 10, &kib))
		snap->mem_huge = kd_mul(kib, KD_KIB);
	snap->mem_unmovable = kd_sub_floor(left, snap->mem_huge);
}

/*
 * VMware's balloon (drivers/misc/vmw_balloon.c) takes nothing from MemTotal, and its pages are
 * on no list: the kernel's own are what is left without them, where the kernel counts them
 * ("Balloon", fs/proc/meminfo.c of 7.2), and not known where it does not.
 */
static void leave_out_balloon(struct kdump_ctx *ctx, struct kdump_snapshot *snap,
			      const char *meminfo)
{
	uint64_t kib;

	if (!kd_root_exists(ctx, "sys/module/vmw_balloon"))
		return;
	if (kd_table_get(meminfo, "Balloon", 10, &kib))
		snap->mem_unmovable = 0;
	else
		snap->mem_unmovable = kd_sub_floor(snap->mem_unmovable, kd_mul(kib, KD_KIB));
}

/* CmaTotal is printed only with CONFIG_CMA (fs/proc/meminfo.c). */
static int read_meminfo(struct kdump_ctx *ctx, struct kdump_snapshot *snap)
{
	struct kd_buf buf;
	uint64_t kib;
	int err;

	err = kd_root_read(ctx, "proc/meminfo", KD_MIB, &buf);
	if (err)
		return err == -ENOMEM ? kd_oom(ctx) : 0;
	if (!kd_table_get(buf.data, "MemTotal", 10, &kib))
		snap->mem_total = kd_mul(kib, KD_KIB);
	if (!kd_table_get(buf.data, "MemAvailable", 10, &kib))
		snap->mem_available = kd_mul(kib, KD_KIB);
	read_unmovable(snap, buf.data);
	leave_out_balloon(ctx, snap, buf.data);
	snap->has_cma_total = !kd_table_get(buf.data, "CmaTotal", 10, &kib);
	kd_buf_free(&buf);
	return 0;
}

static uint64_t read_cpus(struct kdump_ctx *ctx, const char *path, char sum[KD_SHA256_HEX])
{
	char line[4096];
	uint64_t n;

	if (kd_root_read_line(ctx, path, line, sizeof(line)) || kd_cpulist_count(line, &n))
		return 0;
	kd_sha256_of(line, strlen(line), sum);
	return n;
}

int kd_facts_memory(struct kdump_ctx *ctx, struct kdump_snapshot *snap)
{
	int err = read_iomem(ctx, snap);

	if (!err)
		err = read_meminfo(ctx, snap);
	if (err)
		return err;
	snap->cpus_possible = read_cpus(ctx, "sys/devices/system/cpu/possible",
					snap->cpus_possible_sum);
	snap->cpus_present = read_cpus(ctx, "sys/devices/system/cpu/present",
				       snap->cpus_present_sum);
	snap->page_size = kd_machine_page_size(ctx);
	if (!snap->page_size)
		snap->page_size = snap->arch ? snap->arch->page_size : 4 * KD_KIB;
	return 0;
}

uint64_t kd_snapshot_ram(const struct kdump_snapshot *snap)
{
	uint64_t sum = kd_ranges_bytes(&snap->iomem.ram);

	/* Hidden addresses: what is managed and what was set aside is close. */
	return sum ? sum : snap->mem_total ? kd_add(snap->mem_total, snap->kexec.size) : 0;
}

/*
 * Two regions: the lower one is "low" (kernel/crash_reserve.c registers both
 * under one name).  With hidden addresses kexec_crash_size tells one region's
 * size, but not how two share it.
 */
static bool reserved_regions(const struct kdump_snapshot *snap, uint64_t *main_bytes,
			     uint64_t *low_bytes)
{
	const struct kd_iomem *iomem = &snap->iomem;
	size_t n = iomem->crash.n;

	*low_bytes = 0;
	/* 6.1 counts main alone and keeps the low region when main is given back, for ever. */
	if (snap->has_iomem && !iomem->hidden && n == 1 && snap->kexec.has_size &&
	    !snap->kexec.size) {
		*main_bytes = 0;
		*low_bytes = kd_range_bytes(&iomem->crash.v[0]);
		return true;
	}
	if (snap->has_iomem && !iomem->hidden && n) {
		*main_bytes = kd_range_bytes(&iomem->crash.v[n - 1]);
		if (n > 1)
			*low_bytes = kd_range_bytes(&iomem->crash.v[0]);
		return true;
	}
	if (!snap->kexec.has_size) {
		*main_bytes = 0;
		return snap->kexec.built_in == 0 ||
		       (snap->has_iomem && !iomem->crash_count);
	}
	*main_bytes = snap->kexec.size;
	return !snap->kexec.size || !snap->has_iomem || iomem->crash_count <= 1;
}

bool kd_snapshot_reserved(const struct kdump_snapshot *snap, enum kdump_pool pool,
			  uint64_t *ret)
{
	uint64_t main_bytes, low_bytes;

	if (pool == KDUMP_POOL_CMA) {
		/*
		 * 6.17 and 6.18 reserve CMA without a file to show it; older
		 * kernels and such without CONFIG_CMA have none.
		 */
		if (!snap->kexec.has_cma_file && snap->kexec.built_in != 0 &&
		    snap->has_cma_total && snap->has_version &&
		    kd_version_at_least(snap->version, 6, 17))
			return false;
		if (snap->kexec.built_in < 0)
			return false;
		*ret = kd_ranges_bytes(&snap->kexec.cma);
		return true;
	}
	if (!reserved_regions(snap, &main_bytes, &low_bytes))
		return false;
	*ret = pool == KDUMP_POOL_MAIN ? main_bytes : low_bytes;
	return true;
}

bool kd_snapshot_size_counts_low(const struct kdump_snapshot *snap)
{
	const struct kd_ranges *crash = &snap->iomem.crash;

	return crash->n == 2 && snap->kexec.has_size &&
	       snap->kexec.size == kd_ranges_bytes(crash);
}

/* @version NULL: not known. */
static void fill_ck_kernel(const struct kdump_snapshot *snap, const struct kd_version *version,
			   bool has_cma, struct kd_ck_kernel *ret)
{
	const struct kd_arch *arch = snap->arch;
	bool wired = arch && arch->cma_since.major && version &&
		     kd_version_at_least(*version, arch->cma_since.major,
					 arch->cma_since.minor);

	*ret = (struct kd_ck_kernel){
		.ram = kd_snapshot_ram(snap),
		.knows_cma = version && kd_version_at_least(*version, 6, 17),
		.has_cma = wired && has_cma,
		.knows_high_low = arch && arch->high_low,
		.old_x86 = arch == &kd_arch_x86_64 && version &&
			   !kd_version_at_least(*version, 6, 7),
		.high_has_auto_low = arch && arch->default_low &&
				     (!version ||
				      kd_version_at_least(*version, arch->auto_low_since.major,
							  arch->auto_low_since.minor)),
		.default_low = arch ? arch->default_low : 0,
	};
}

void kd_snapshot_ck_kernel(const struct kdump_snapshot *snap, struct kd_ck_kernel *ret)
{
	fill_ck_kernel(snap, snap->has_version ? &snap->version : NULL, snap->has_cma_total, ret);
	ret->knows_cma |= snap->kexec.has_cma_file;
}

void kd_ck_kernel_of(const struct kdump_snapshot *snap, struct kd_version version, bool has_cma,
		     struct kd_ck_kernel *ret)
{
	fill_ck_kernel(snap, &version, has_cma, ret);
}
