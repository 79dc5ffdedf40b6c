/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Estimates as objects: made from a snapshot and an image, and what they show. */
#include "estimate.h"

#include <errno.h>
#include <stdlib.h>

#include "../parse/rootfs.h"
#include "measured.h"
#include "observed.h"

/* An ELF program header, and two besides the CPUs' and the ranges' (kernel/crash_core.c). */
#define PHDR_BYTES	56
#define EHDR_BYTES	64

/* CONFIG_NR_CPUS and CONFIG_CRASH_MAX_MEMORY_RANGES of x86 with CRASH_HOTPLUG. */
#define HOTPLUG_CPUS 8192
#define HOTPLUG_RANGES 8192

/*
 * With CPU and memory hotplug the segment has room for all that may ever come
 * (arch/x86/kernel/crash.c:arch_crash_get_elfcorehdr_size(), 6.6 and later).
 */
static uint64_t elfcorehdr_bytes(const struct kdump_config *config, const struct kd_arch *arch)
{
	const struct kdump_snapshot *snap = config->snap;
	uint64_t cpus = config->asked.cpus ? config->asked.cpus : snap->cpus_possible, entries;

	if (snap->kexec.elfcorehdr_size && !config->asked.arch)
		return snap->kexec.elfcorehdr_size;
	if (kdump_config_is_elsewhere(config) && arch == &kd_arch_x86_64)
		return (2 + HOTPLUG_CPUS + HOTPLUG_RANGES) * PHDR_BYTES;
	entries = 2 + kd_max(cpus, 1) + 2 * kd_max(snap->iomem.ram.n, 16);
	return EHDR_BYTES + entries * PHDR_BYTES;
}

static void take_regions(const struct kdump_snapshot *snap, struct kd_estimate_machine *ret)
{
	const struct kd_ranges *crash = &snap->iomem.crash;

	ret->cma = &snap->kexec.cma;
	if (!crash->n)
		return;
	ret->has_main = true;
	ret->main = crash->v[crash->n - 1];
	ret->above_4g = ret->arch->low_max && ret->main.start >= ret->arch->low_max;
}

void kd_estimate_machine(const struct kdump_image *image, struct kd_estimate_machine *ret)
{
	const struct kdump_config *config = image->config;
	const struct kdump_snapshot *snap = config->snap;
	const struct kd_arch *arch = kd_config_arch(config);
	const char *cmdline = image->cmdline ? image->cmdline : "";
	struct kd_rootfs rootfs;

	kd_rootfs_limit(cmdline, image->sums.kernel.initramfs_options == 1, &rootfs);
	*ret = (struct kd_estimate_machine){
		.arch = arch ? arch : &kd_arch_x86_64,
		.page_size = kd_config_page_size(config),
		.ram = config->asked.ram ? config->asked.ram : kd_snapshot_ram(snap),
		.elfcorehdr = elfcorehdr_bytes(config, arch),
		.elfcorehdr_known = snap->kexec.elfcorehdr_size,
		.tmpfs = rootfs.tmpfs,
		.tmpfs_percent = rootfs.percent,
		.cmdline = cmdline,
		.cpus = config->asked.cpus ? config->asked.cpus : snap->cpus_possible,
		.hardware = &config->hardware,
		.contents = &image->contents,
		.target = &config->target,
		.dump = &config->dump,
		.margin = config->asked.margin,
	};
	if (config->observed && config->use_observed)
		ret->observed = &config->observed->record;
	if (!config->asked.arch && !config->asked.page_size &&
	    kd_measured_fits(&image->measured, cmdline, ret->cpus))
		ret->measured = &image->measured;
	if (!kdump_config_is_elsewhere(config))
		take_regions(snap, ret);
}

/* What no memory can mend: the words give the root less than the initramfs unpacks to. */
static int check_rootfs(struct kdump_ctx *ctx, const struct kdump_image *image)
{
	char need_text[KD_SIZE_TEXT], have[KD_SIZE_TEXT];
	struct kd_rootfs rootfs;
	uint64_t need;

	if (!image->cmdline)
		return 0;
	kd_rootfs_limit(image->cmdline, image->sums.kernel.initramfs_options == 1, &rootfs);
	need = kd_initramfs_in_tmpfs(&image->sums.initramfs, kd_config_page_size(image->config));
	if (!rootfs.bytes || rootfs.bytes >= need)
		return 0;
	kd_advise(ctx, "give initramfs_options=size=100%%, or a smaller initramfs");
	return kd_fail_id(ctx, -ENOSPC, "rootfs-too-small",
			  "the initramfs unpacks to %s, initramfs_options= gives it %s",
			  kd_size_text(need, need_text),
			  kd_size_text(rootfs.bytes, have));
}

static int check_observed(struct kdump_ctx *ctx, const struct kdump_image *image)
{
	const struct kdump_observed *observed = image->config->observed;

	if (!observed || !image->config->use_observed ||
	    kd_observed_fits(&observed->record, image))
		return 0;
	kd_advise(ctx, "leave --use-observed out until this image has saved a dump");
	return kd_fail_id(ctx, -ESTALE, "observed-other-image",
			  "%s: of another kernel than this, or older than the initramfs",
			  observed->path.s);
}

static void take_observed(struct kdump_estimate *est, const struct kd_estimate_machine *machine,
			  const struct kdump_image *image)
{
	const struct kdump_observed *observed = image->config->observed;

	if (!observed)
		return;
	est->observed_need = kd_observed_need(&observed->record, machine->elfcorehdr);
	est->observed_fits = kd_observed_fits(&observed->record, image);
}

KD_API int kdump_estimate_new(struct kdump_ctx *ctx, struct kdump_config *config,
			      struct kdump_image *image, struct kdump_estimate **ret)
{
	const struct kd_arch *arch = kd_config_arch(config);
	struct kd_estimate_machine machine;
	struct kdump_estimate *est;
	int err;

	kd_begin(ctx);
	if (!image->complete)
		return kd_fail_id(ctx, -ENODATA, "image-unread",
				  "kernel and initramfs are not wholly read");
	if (config->snap->arch_name && (!arch || arch->model == KD_MODEL_NONE))
		return kd_fail_id(ctx, -ENOTSUP, "arch-not-modelled",
				  "there is no model of a crash kernel on %s yet",
				  arch ? arch->name : config->snap->arch_name);
	err = check_rootfs(ctx, image);
	if (!err)
		err = check_observed(ctx, image);
	if (err)
		return err;
	est = calloc(1, sizeof(*est));
	if (!est)
		return kd_oom(ctx);
	est->refs = 1;
	kd_estimate_machine(image, &machine);
	kd_estimate_fill(&machine, &image->sums, est);
	kd_suggest(&machine, &image->sums, est);
	take_observed(est, &machine, image);
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

KD_API size_t kdump_estimate_count_suggestions(const struct kdump_estimate *est)
{
	return est->n_suggestions;
}

KD_API const struct kdump_suggestion *
kdump_estimate_get_suggestion(const struct kdump_estimate *est, size_t i)
{
	return i < est->n_suggestions ? &est->suggestions[i] : NULL;
}

KD_API const char *kdump_suggestion_get_id(const struct kdump_suggestion *suggestion)
{
	return suggestion->id;
}

KD_API const char *kdump_suggestion_get_text(const struct kdump_suggestion *suggestion)
{
	return suggestion->text;
}

KD_API uint64_t kdump_suggestion_get_bytes(const struct kdump_suggestion *suggestion)
{
	return suggestion->bytes;
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

KD_API const char *kdump_part_get_arithmetic(const struct kdump_part *part)
{
	return part->arithmetic;
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

KD_API uint64_t kdump_part_get_sigma(const struct kdump_part *part)
{
	return part->sigma;
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

KD_API uint64_t kdump_estimate_get_margin(const struct kdump_estimate *est, enum kdump_wall wall)
{
	return (unsigned)wall < KDUMP_WALLS ? est->margins[wall] : 0;
}

KD_API uint64_t kdump_estimate_get_observed(const struct kdump_estimate *est, bool *fits)
{
	*fits = est->observed_fits;
	return est->observed_need;
}

KD_API uint64_t kdump_estimate_get_asked_margin(const struct kdump_estimate *est)
{
	return est->asked_margin;
}

KD_API enum kdump_wall kdump_estimate_get_binding_wall(const struct kdump_estimate *est)
{
	enum kdump_wall most = KDUMP_WALL_LOAD;

	for (unsigned w = 0; w < KDUMP_WALLS; w++)
		if (est->walls[w] + est->margins[w] > est->walls[most] + est->margins[most])
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
