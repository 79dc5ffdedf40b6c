/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Layouts: see layout.h. */
#include "layout.h"

#include <inttypes.h>
#include <stdio.h>

static void feed(struct kd_sha256 *sha, const char *name, const struct kd_ranges *ranges)
{
	char line[80];
	int len;

	for (size_t i = 0; i < ranges->n; i++) {
		len = snprintf(line, sizeof(line), "%s %" PRIx64 "-%" PRIx64 "\n", name,
			       ranges->v[i].start, ranges->v[i].end);
		kd_sha256_feed(sha, line, (size_t)len);
	}
}

/* What elfcorehdr is made of: kernel/crash_core.c:crash_prepare_elf64_headers(). */
static void sum_memory(const struct kdump_snapshot *snap, char ret[KD_SHA256_HEX])
{
	unsigned char digest[KD_SHA256_BYTES];
	struct kd_sha256 sha;

	if (!snap->has_iomem || snap->iomem.hidden)
		return;
	kd_sha256_init(&sha);
	feed(&sha, "ram", &snap->iomem.ram);
	feed(&sha, "driver", &snap->iomem.driver_ram);
	feed(&sha, "crash", &snap->iomem.crash);
	feed(&sha, "cma", &snap->kexec.cma);
	kd_sha256_finish(&sha, digest);
	kd_sha256_hex(digest, ret);
}

/*
 * Since 6.6 the kernel describes all CPUs that may ever be, and those do not change
 * (kernel/crash_core.c:crash_prepare_elf64_headers()); before, and in segments of
 * our own, it is those that are present.
 */
static const char *cpus_of(const struct kdump_snapshot *snap, enum kdump_syscall call)
{
	bool possible = call == KDUMP_SYSCALL_FILE && snap->has_version &&
			kd_version_at_least(snap->version, 6, 6);

	return possible ? snap->cpus_possible_sum : snap->cpus_present_sum;
}

void kd_layout_of(const struct kdump_snapshot *snap, enum kdump_syscall call,
		  struct kd_layout *ret)
{
	*ret = (struct kd_layout){ .memory = "" };
	/* There the crash kernel asks the machine: arch/s390/kernel/crash_dump.c. */
	if (snap->arch_name && kd_streq(snap->arch_name, "s390x"))
		return;
	sum_memory(snap, ret->memory);
	memcpy(ret->cpus, cpus_of(snap, call), KD_SHA256_HEX);
}

enum kd_layout_change kd_layout_compare(const struct kd_layout *then,
					const struct kd_layout *now)
{
	if (*then->memory && *now->memory && !kd_streq(then->memory, now->memory))
		return KD_LAYOUT_MEMORY;
	if (*then->cpus && *now->cpus && !kd_streq(then->cpus, now->cpus))
		return KD_LAYOUT_CPUS;
	return *then->memory && !*now->memory ? KD_LAYOUT_HIDDEN : KD_LAYOUT_SAME;
}
