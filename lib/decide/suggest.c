/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What would make the crash kernel need less: each suggestion is an estimate of
 * what is not so, and its saving the difference.
 */
#include <stdarg.h>
#include <stdio.h>

#include "../parse/cmdline.h"
#include "estimate.h"

#define WORTH_SAYING	KD_MIB

static void suggest(struct kdump_estimate *est, const struct kdump_estimate *other,
		    const char *id, const char *fmt, ...) KD_PRINTF(4, 5);
static void suggest(struct kdump_estimate *est, const struct kdump_estimate *other,
		    const char *id, const char *fmt, ...)
{
	uint64_t saved = kd_sub_floor(est->main_alone, other->main_alone);
	struct kdump_suggestion *to = &est->suggestions[est->n_suggestions];
	va_list args;

	if (saved < WORTH_SAYING || est->n_suggestions == KD_SUGGESTIONS_MAX)
		return;
	to->id = id;
	to->bytes = saved;
	va_start(args, fmt);
	vsnprintf(to->text, sizeof(to->text), fmt, args);
	va_end(args);
	est->n_suggestions++;
}

static void suggest_one_cpu(const struct kd_estimate_machine *m, const struct kd_image_sums *sums,
			    struct kdump_estimate *est, struct kdump_estimate *other)
{
	struct kd_estimate_machine less = *m;
	struct kd_word word;

	if (kd_cmdline_last(m->cmdline, "nr_cpus", &word))
		return;
	less.cpus = 1;
	kd_estimate_fill(&less, sums, other);
	suggest(est, other, "nr-cpus", "nr_cpus=1 on the crash kernel's command line");
}

static void suggest_rootfs(const struct kd_estimate_machine *m, const struct kd_image_sums *sums,
			   struct kdump_estimate *est, struct kdump_estimate *other)
{
	struct kd_estimate_machine less = *m;

	if (!m->tmpfs_percent)
		return;
	less.tmpfs_percent = 0;
	kd_estimate_fill(&less, sums, other);
	suggest(est, other, "rootfs-limit",
		"a root file system without a limit (initramfs_options=size=100%% or "
		"rootfstype=ramfs)");
}

/* Of what is not used, stored and unpacked alike: modules hardly compress twice. */
static void suggest_host_only(const struct kd_estimate_machine *m,
			      const struct kd_image_sums *sums, struct kdump_estimate *est,
			      struct kdump_estimate *other)
{
	struct kd_image_sums less = *sums;
	uint64_t unused = 0, n = 0, share;

	for (size_t i = 0; m->contents && i < m->contents->n_modules; i++) {
		if (kd_module_is_used(&m->contents->modules[i], m->hardware))
			continue;
		unused = kd_add(unused, m->contents->modules[i].stored);
		n++;
	}
	if (!m->hardware || !m->hardware->has_modules || !sums->initramfs.content)
		return;
	share = kd_min(unused * 100 / sums->initramfs.content, 100);
	for (size_t i = 0; i < KD_PAGE_SIZES; i++)
		less.initramfs.pages[i] = kd_sub_floor(less.initramfs.pages[i], unused);
	less.initramfs.stored -= less.initramfs.stored / 100 * share;
	kd_estimate_fill(m, &less, other);
	suggest(est, other, "host-only",
		"an initramfs without the %llu of its %llu modules that are not loaded here",
		(unsigned long long)n, (unsigned long long)m->contents->n_modules);
}

void kd_suggest(const struct kd_estimate_machine *m, const struct kd_image_sums *sums,
		struct kdump_estimate *est)
{
	struct kdump_estimate other = { .refs = 0 };

	est->n_suggestions = 0;
	suggest_rootfs(m, sums, est, &other);
	suggest_one_cpu(m, sums, est, &other);
	suggest_host_only(m, sums, est, &other);
}
