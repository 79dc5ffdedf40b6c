/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Snapshots: what they are made of, and what they show of themselves. */
#include "snapshot.h"

#include <errno.h>
#include <stdlib.h>

#include "../core/replay.h"
#include "../parse/sysfs.h"

#define CAP_SYS_BOOT_BIT 22	/* include/uapi/linux/capability.h */
#define CMDLINE_MAX (64 * KD_KIB)

/* A copy of a file's first line; NULL where there is none. */
static int read_string(struct kdump_ctx *ctx, const char *path, char **ret)
{
	struct kd_buf buf;
	int err = kd_root_read(ctx, path, CMDLINE_MAX, &buf);

	if (err)
		return err == -ENOMEM ? kd_oom(ctx) : 0;
	buf.data[strcspn(buf.data, "\n")] = '\0';
	*ret = buf.data;
	return 0;
}

/* kernel.arch is new in 6.2 (kernel/utsname_sysctl.c); before it only uname tells. */
static int read_arch(struct kdump_ctx *ctx, struct kdump_snapshot *snap)
{
	char machine[65];
	int err;

	err = read_string(ctx, "proc/sys/kernel/arch", &snap->arch_name);
	if (err || snap->arch_name)
		return err;
	kd_machine_name(ctx, machine, sizeof(machine));
	if (!*machine)
		return 0;
	snap->arch_name = strdup(machine);
	return snap->arch_name ? 0 : kd_oom(ctx);
}

static int read_identity(struct kdump_ctx *ctx, struct kdump_snapshot *snap)
{
	int err;

	err = read_string(ctx, "proc/sys/kernel/hostname", &snap->host);
	if (!err)
		err = read_string(ctx, "proc/sys/kernel/osrelease", &snap->release);
	if (!err)
		err = read_arch(ctx, snap);
	if (!err)
		err = read_string(ctx, "proc/cmdline", &snap->cmdline);
	if (err)
		return err;
	if (snap->release)
		snap->has_version = !kd_version_parse(snap->release, &snap->version);
	if (snap->arch_name)
		snap->arch = kd_arch_find(snap->arch_name);
	return 0;
}

static void read_lockdown(struct kdump_ctx *ctx, struct kdump_snapshot *snap)
{
	char line[128], word[32];

	snap->lockdown = KD_LOCKDOWN_UNKNOWN;
	if (kd_root_read_line(ctx, "sys/kernel/security/lockdown", line, sizeof(line)) ||
	    kd_choice_parse(line, word, sizeof(word)))
		return;
	if (kd_streq(word, "none"))
		snap->lockdown = KD_LOCKDOWN_NONE;
	else if (kd_streq(word, "integrity"))
		snap->lockdown = KD_LOCKDOWN_INTEGRITY;
	else if (kd_streq(word, "confidentiality"))
		snap->lockdown = KD_LOCKDOWN_CONFIDENTIALITY;
}

/* The permitted set: what a command-line tool has lowered it can raise again. */
static void read_privilege(struct kdump_ctx *ctx, struct kdump_snapshot *snap)
{
	struct kd_buf buf;
	uint64_t permitted;

	snap->may_load = -1;
	if (!snap->live || kd_root_read(ctx, "proc/self/status", 64 * KD_KIB, &buf))
		return;
	if (!kd_table_get(buf.data, "CapPrm", 16, &permitted))
		snap->may_load = permitted >> CAP_SYS_BOOT_BIT & 1;
	kd_buf_free(&buf);
}

KD_API int kdump_snapshot_new(struct kdump_ctx *ctx, struct kdump_snapshot **ret)
{
	struct kdump_snapshot *snap = calloc(1, sizeof(*snap));
	int err;

	kd_begin(ctx);
	if (!snap)
		return kd_oom(ctx);
	snap->refs = 1;
	snap->live = ctx->live;
	err = read_identity(ctx, snap);
	if (!err)
		err = kd_facts_kexec(ctx, &snap->kexec);
	if (!err)
		err = kd_facts_memory(ctx, snap);
	if (err) {
		kdump_snapshot_unref(snap);
		return err;
	}
	kd_facts_other(ctx, &snap->other);
	kd_facts_growth(ctx, snap->kexec.built_in, snap->release, &snap->growth);
	read_lockdown(ctx, snap);
	read_privilege(ctx, snap);
	*ret = snap;
	return 0;
}

KD_API struct kdump_snapshot *kdump_snapshot_ref(struct kdump_snapshot *snap)
{
	snap->refs++;
	return snap;
}

KD_API struct kdump_snapshot *kdump_snapshot_unref(struct kdump_snapshot *snap)
{
	if (!snap || --snap->refs)
		return NULL;
	kd_iomem_free(&snap->iomem);
	kd_ranges_free(&snap->kexec.cma);
	free(snap->host);
	free(snap->release);
	free(snap->arch_name);
	free(snap->cmdline);
	free(snap);
	return NULL;
}

KD_API const char *kdump_snapshot_get_release(const struct kdump_snapshot *snap)
{
	return snap->release;
}

KD_API const char *kdump_snapshot_get_arch(const struct kdump_snapshot *snap)
{
	return snap->arch_name;
}

KD_API const char *kdump_snapshot_get_host(const struct kdump_snapshot *snap)
{
	return snap->host;
}

KD_API uint64_t kdump_snapshot_get_ram(const struct kdump_snapshot *snap)
{
	return kd_snapshot_ram(snap);
}

KD_API enum kdump_growth kdump_snapshot_get_growth(const struct kdump_snapshot *snap)
{
	return snap->growth.offer;
}
