/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Hardware that costs memory: see hardware.h. */
#include "hardware.h"

#include <errno.h>
#include <stdlib.h>

#include "../core/replay.h"
#include "../parse/cpuinfo.h"

#define TEXT_MAX	(16 * KD_MIB)	/* cpuinfo: some KiB for each of thousands of CPUs */
#define NAMES_MAX	256		/* framebuffers are 32 at most: include/uapi/linux/fb.h */

/*
 * What is active has no file of its own.  The kernel shows "sme" only while
 * it encrypts (arch/x86/kernel/cpu/amd.c:early_detect_mem_encrypt(), since
 * 5.18) and "sev" both where it runs guests and, if at all, in such a guest,
 * which the hypervisor's flag tells apart; SNP guests have devices too.
 */
static enum kd_encryption encryption_of(struct kdump_ctx *ctx, const char *cpuinfo)
{
	bool guest = kd_cpuinfo_has(cpuinfo, "hypervisor");

	if (kd_cpuinfo_has(cpuinfo, "tdx_guest") ||
	    kd_root_exists(ctx, "sys/devices/system/cpu/sev/vmpl") ||
	    kd_root_exists(ctx, "sys/devices/platform/sev-guest"))
		return KD_ENCRYPTION_GUEST;
	if (guest && (kd_cpuinfo_has(cpuinfo, "sev") || kd_cpuinfo_has(cpuinfo, "sev_es") ||
		      kd_cpuinfo_has(cpuinfo, "sev_snp")))
		return KD_ENCRYPTION_GUEST;
	return kd_cpuinfo_has(cpuinfo, "sme") ? KD_ENCRYPTION_HOST : KD_ENCRYPTION_NONE;
}

static int read_cpuinfo(struct kdump_ctx *ctx, struct kd_hardware *ret)
{
	struct kd_buf buf;
	int err = kd_root_read(ctx, "proc/cpuinfo", TEXT_MAX, &buf);

	if (err)
		return err == -ENOMEM ? kd_oom(ctx) : 0;
	kd_record_amend(ctx, "proc/cpuinfo", buf.data, kd_cpuinfo_first(buf.data));
	ret->encryption = encryption_of(ctx, buf.data);
	ret->has_boot_apicid = kd_cpuinfo_boot_apicid(buf.data, &ret->boot_apicid);
	kd_buf_free(&buf);
	return 0;
}

/* "1024,768" (drivers/video/fbdev/core/fbsysfs.c:show_virtual()): its second number. */
static uint64_t lines_of(const char *virtual_size)
{
	const char *comma = strchr(virtual_size, ',');

	return comma ? strtoull(comma + 1, NULL, 10) : 0;
}

/* efifb and vesafb draw straight into the card's memory (drivers/video/fbdev). */
static bool draws_in_place(const char *name)
{
	return kd_streq(name, "EFI VGA") || kd_streq(name, "VESA VGA");
}

static uint64_t framebuffer_bytes(struct kdump_ctx *ctx, const char *fb)
{
	char name[64] = "", size[64];
	struct kd_text path;
	uint64_t stride;

	kd_text_set(&path, "sys/class/graphics/%s/name", fb);
	if (kd_root_read_line(ctx, path.s, name, sizeof(name)) || draws_in_place(name))
		return 0;
	kd_text_set(&path, "sys/class/graphics/%s/virtual_size", fb);
	if (kd_root_read_line(ctx, path.s, size, sizeof(size)))
		return 0;
	kd_text_set(&path, "sys/class/graphics/%s/stride", fb);
	return kd_root_read_u64(ctx, path.s, &stride) ? 0 : kd_mul(stride, lines_of(size));
}

static int read_framebuffers(struct kdump_ctx *ctx, struct kd_hardware *ret)
{
	struct kd_names names;
	int err = kd_root_list(ctx, "sys/class/graphics", NAMES_MAX, &names);

	if (err)
		return err == -ENOMEM ? kd_oom(ctx) : 0;
	for (size_t i = 0; i < names.n; i++)
		if (kd_starts(names.v[i], "fb"))
			ret->framebuffers = kd_add(ret->framebuffers,
						   framebuffer_bytes(ctx, names.v[i]));
	kd_names_free(&names);
	return 0;
}

static int read_modules(struct kdump_ctx *ctx, struct kd_hardware *ret)
{
	struct kd_buf buf;
	int err = kd_root_read(ctx, "proc/modules", TEXT_MAX, &buf);

	if (err)
		return err == -ENOMEM ? kd_oom(ctx) : 0;
	err = kd_modules_parse(buf.data, &ret->modules, NULL);
	kd_buf_free(&buf);
	ret->has_modules = !err;
	return err == -ENOMEM ? kd_oom(ctx) : 0;
}

int kd_hardware_read(struct kdump_ctx *ctx, struct kd_hardware *ret)
{
	struct kd_hardware hardware = { 0 };
	int err;

	err = read_cpuinfo(ctx, &hardware);
	if (!err)
		err = read_framebuffers(ctx, &hardware);
	if (!err)
		err = read_modules(ctx, &hardware);
	if (err)
		return err;
	*ret = hardware;
	return 0;
}

void kd_hardware_free(struct kd_hardware *hardware)
{
	kd_modules_free(&hardware->modules);
}
