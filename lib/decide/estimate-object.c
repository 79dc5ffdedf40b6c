/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Estimates as objects: made from a snapshot and an image, and what they show. */
#include "estimate.h"

#include <errno.h>
#include <stdlib.h>

/* An ELF program header, and two besides the CPUs' and the ranges' (kernel/crash_core.c). */
#define PHDR_BYTES	56
#define EHDR_BYTES	64

static uint64_t elfcorehdr_bytes(const struct kdump_snapshot *snap)
{
	uint64_t entries = 2 + kd_max(snap->cpus_possible, 1) + 2 * kd_max(snap->iomem.ram.n, 16);

	if (snap->kexec.elfcorehdr_size)
		return snap->kexec.elfcorehdr_size;
	return EHDR_BYTES + entries * PHDR_BYTES;
}

void kd_estimate_machine(const struct kdump_snapshot *snap, const char *cmdline,
			 struct kd_estimate_machine *ret)
{
	const struct kd_ranges *crash = &snap->iomem.crash;

	*ret = (struct kd_estimate_machine){
		.arch = snap->arch ? snap->arch : &kd_arch_x86_64,
		.page_size = snap->page_size,
		.ram = kd_snapshot_ram(snap),
		.elfcorehdr = elfcorehdr_bytes(snap),
		.elfcorehdr_known = snap->kexec.elfcorehdr_size,
		.cma = &snap->kexec.cma,
		.tmpfs_limited = kd_cmdline_limits_tmpfs(cmdline ? cmdline : ""),
		.cmdline_len = cmdline ? strlen(cmdline) : 0,
	};
	if (crash->n) {
		ret->has_main = true;
		ret->main = crash->v[crash->n - 1];
		ret->above_4g = ret->arch->low_max && ret->main.start >= ret->arch->low_max;
	}
}

KD_API int kdump_estimate_new(struct kdump_ctx *ctx, struct kdump_config *config,
			      struct kdump_image *image, struct kdump_estimate **ret)
{
	const struct kdump_snapshot *snap = config->snap;
	struct kd_estimate_machine machine;
	struct kdump_estimate *est;

	kd_begin(ctx);
	if (!image->complete)
		return kd_fail_id(ctx, -ENODATA, "image-unread",
				  "kernel and initramfs are not wholly read");
	if (snap->arch_name && (!snap->arch || !snap->arch->modelled))
		return kd_fail_id(ctx, -ENOTSUP, "arch-not-modelled",
				  "there is no model of a crash kernel on %s yet",
				  snap->arch_name);
	est = calloc(1, sizeof(*est));
	if (!est)
		return kd_oom(ctx);
	est->refs = 1;
	kd_estimate_machine(snap, config->cmdline.text, &machine);
	kd_estimate_fill(&machine, &image->sums, est);
	*ret = est;
	return 0;
}

KD_API struct kdump_estimate *kdump_estimate_ref(struct kdump_estimate *est)
{
	est->refs++;
	return est;
}

KD_API struct kdump_estimate *kdump_estimate_unref(struct kdump_estimate *est)
{
	if (est && !--est->refs)
		free(est);
	return NULL;
}

KD_API size_t kdump_estimate_count_parts(const struct kdump_estimate *est)
{
	return est->n_parts;
}

KD_API const struct kdump_part *kdump_estimate_get_part(const struct kdump_estimate *est,
							size_t i)
{
	return i < est->n_parts ? &est->parts[i] : NULL;
}

KD_API const char *kdump_part_get_id(const struct kdump_part *part)
{
	return part->id;
}

KD_API const char *kdump_part_get_title(const struct kdump_part *part)
{
	return part->title;
}

KD_API const char *kdump_part_get_source(const struct kdump_part *part)
{
	return part->source;
}

KD_API uint64_t kdump_part_get_bytes(const struct kdump_part *part)
{
	return part->bytes;
}

KD_API uint64_t kdump_part_get_low(const struct kdump_part *part)
{
	return part->low;
}

KD_API uint64_t kdump_part_get_high(const struct kdump_part *part)
{
	return part->high;
}

KD_API enum kdump_basis kdump_part_get_basis(const struct kdump_part *part)
{
	return part->basis;
}

KD_API unsigned kdump_part_get_factor(const struct kdump_part *part, enum kdump_wall wall)
{
	return (unsigned)wall < KDUMP_WALLS ? part->factor[wall] : 0;
}

KD_API uint64_t kdump_estimate_get_wall(const struct kdump_estimate *est, enum kdump_wall wall)
{
	return (unsigned)wall < KDUMP_WALLS ? est->walls[wall] : 0;
}

KD_API enum kdump_wall kdump_estimate_get_binding_wall(const struct kdump_estimate *est)
{
	enum kdump_wall most = KDUMP_WALL_LOAD;

	for (unsigned w = 0; w < KDUMP_WALLS; w++)
		if (est->walls[w] > est->walls[most])
			most = (enum kdump_wall)w;
	return most;
}

KD_API uint64_t kdump_estimate_get_need(const struct kdump_estimate *est, enum kdump_pool pool,
					bool with_cma)
{
	switch (pool) {
	case KDUMP_POOL_MAIN:
		return with_cma ? est->main_with_cma : est->main_alone;
	case KDUMP_POOL_LOW:
		return est->low;
	default:
		return with_cma ? est->cma : 0;
	}
}
