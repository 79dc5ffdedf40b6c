/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What the kernel says of kexec, from both generations of its files:
 * /sys/kernel/kexec/ since 6.19, /sys/kernel/kexec_* before
 * (Documentation/ABI/testing/sysfs-kernel-kexec-kdump).
 */
#include "snapshot.h"

#include <errno.h>
#include <stdlib.h>

#include "../core/busy.h"
#include "../core/root.h"
#include "../parse/sysfs.h"

struct twin {
	const char *now, *before;
};

static const struct twin loaded_file = {
	"sys/kernel/kexec/crash_loaded", "sys/kernel/kexec_crash_loaded"
};
static const struct twin size_file = {
	"sys/kernel/kexec/crash_size", "sys/kernel/kexec_crash_size"
};
static const struct twin elfcorehdr_file = {
	"sys/kernel/kexec/crash_elfcorehdr_size", "sys/kernel/crash_elfcorehdr_size"
};

#define CMA_FILE "sys/kernel/kexec/crash_cma_ranges"

static int read_twin(struct kdump_ctx *ctx, const struct twin *twin, uint64_t *ret)
{
	int err = kd_root_read_u64(ctx, twin->now, ret);

	return err == -ENOENT ? kd_root_read_u64(ctx, twin->before, ret) : err;
}

/*
 * While a load is in progress crash_size answers EBUSY, crash_hotplug 0
 * (kernel/kexec_core.c:crash_size_show(), kernel/crash_core.c:
 * crash_check_hotplug_support()), and crash_loaded 0, for the old image is
 * freed first: wait, conclude nothing.  They count only between two reads of
 * the size that went through.
 */
static int read_settled(struct kdump_ctx *ctx, struct kd_kexec_facts *ret)
{
	uint64_t deadline = kd_busy_deadline(), size, loaded;
	int cpu, memory, err;

	do {
		err = read_twin(ctx, &size_file, &ret->size);
		ret->loaded = read_twin(ctx, &loaded_file, &loaded) ? -1 : loaded != 0;
		cpu = kd_root_read_flag(ctx, "sys/devices/system/cpu/crash_hotplug");
		memory = kd_root_read_flag(ctx, "sys/devices/system/memory/crash_hotplug");
		if (!err)
			err = read_twin(ctx, &size_file, &size);
	} while (kd_busy_wait(err, deadline));
	if (err == -EBUSY) {
		kd_advise(ctx, "try again when it has ended");
		return kd_fail_id(ctx, err, "load-in-progress",
				  "another load or unload has been in progress for two seconds");
	}
	ret->has_size = !err;
	if (cpu >= 0 || memory >= 0)
		ret->hotplug = cpu == 1 && memory == 1;
	return 0;
}

bool kd_facts_kexec_idle(struct kdump_ctx *ctx, uint64_t deadline)
{
	uint64_t size;
	int err;

	do
		err = read_twin(ctx, &size_file, &size);
	while (kd_busy_wait(err, deadline));
	return err != -EBUSY && kd_busy_wait(-EBUSY, deadline);
}

static int read_cma(struct kdump_ctx *ctx, struct kd_kexec_facts *ret)
{
	struct kd_text why;
	struct kd_buf buf;
	int err;

	err = kd_root_read(ctx, CMA_FILE, 64 * KD_KIB, &buf);
	if (err)
		return err == -ENOMEM ? kd_oom(ctx) : 0;
	err = kd_cma_ranges_parse(buf.data, &ret->cma, &why);
	kd_buf_free(&buf);
	if (err == -ENOMEM)
		return kd_oom(ctx);
	if (err)
		return kd_fail_id(ctx, err, "bad-kernel-file", "/" CMA_FILE ": %s", why.s);
	ret->has_cma_file = true;
	return 0;
}

/* "-1" is no limit; the file is there since 6.3 (kernel/kexec_core.c). */
static void read_limit(struct kdump_ctx *ctx, struct kd_kexec_facts *ret)
{
	char line[32], *end;
	long n;

	if (kd_root_read_line(ctx, "proc/sys/kernel/kexec_load_limit_panic", line, sizeof(line)))
		return;
	n = strtol(line, &end, 10);
	if (end == line || *end)
		return;
	ret->has_limit = true;
	ret->limit_panic = n;
}

static int find_built_in(struct kdump_ctx *ctx, const struct kd_kexec_facts *facts)
{
	if (facts->loaded >= 0)
		return 1;
	if (kd_root_exists(ctx, loaded_file.now) || kd_root_exists(ctx, loaded_file.before))
		return 1;
	return kd_root_exists(ctx, "sys/kernel") ? 0 : -1;
}

int kd_facts_kexec(struct kdump_ctx *ctx, struct kd_kexec_facts *ret)
{
	uint64_t n;
	int err;

	*ret = (struct kd_kexec_facts){ .loaded = -1, .hotplug = -1, .limit_panic = -1 };
	err = read_settled(ctx, ret);
	if (err)
		return err;
	ret->built_in = find_built_in(ctx, ret);
	if (!read_twin(ctx, &elfcorehdr_file, &n))
		ret->elfcorehdr_size = n;
	ret->load_disabled = kd_root_read_flag(ctx, "proc/sys/kernel/kexec_load_disabled");
	read_limit(ctx, ret);
	return read_cma(ctx, ret);
}

/*
 * Who holds crash memory in place of kdump: fadump on powerpc (its files moved
 * into a folder in 5.5: Documentation/ABI/testing/sysfs-kernel-fadump), the
 * hypervisor under a Xen paravirtual kernel, which ignores crashkernel=
 * (arch/x86/kernel/setup.c:arch_reserve_crashkernel()).
 */
void kd_facts_other(struct kdump_ctx *ctx, struct kd_other_facts *ret)
{
	char type[16] = "", guest[16] = "";

	*ret = (struct kd_other_facts){ 0 };
	ret->fadump = kd_root_read_flag(ctx, "sys/kernel/fadump/enabled") == 1 ||
		      kd_root_read_flag(ctx, "sys/kernel/fadump_enabled") == 1;
	ret->fadump_registered = kd_root_read_flag(ctx, "sys/kernel/fadump/registered") == 1 ||
				 kd_root_read_flag(ctx, "sys/kernel/fadump_registered") == 1;
	(void)kd_root_read_u64(ctx, "sys/kernel/fadump/mem_reserved", &ret->fadump_bytes);
	if (!kd_root_read_line(ctx, "sys/hypervisor/type", type, sizeof(type)) &&
	    !kd_root_read_line(ctx, "sys/hypervisor/guest_type", guest, sizeof(guest)))
		ret->xen_pv = kd_streq(type, "xen") && kd_streq(guest, "PV");
}
