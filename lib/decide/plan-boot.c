/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The next boot's half of a plan: the crashkernel= words, and whether the
 * kernel will make of them what is meant.
 */
#include <inttypes.h>
#include <stdio.h>

#include "plan.h"

struct wanted {
	uint64_t main, low, cma;
	uint64_t useful_cma;		/* what this kernel would make of it: 0 or cma */
	bool high, has_low;
	bool raised;			/* main, though nobody named it */
};

/* A pool that is not named keeps what this boot's words ask for. */
static uint64_t resolve(const struct kdump_wish *wish, enum kdump_pool pool, uint64_t booted,
			uint64_t automatic)
{
	switch (wish->pools[pool].ask) {
	case KD_ASK_SIZE:
		return wish->pools[pool].bytes;
	case KD_ASK_AUTO:
		return automatic;
	default:
		return kd_round_up(booted, KD_MIB);
	}
}

static bool asks_for_nothing(const struct kd_asked *asked)
{
	return asked->ask == KD_ASK_NOTHING || (asked->ask == KD_ASK_SIZE && !asked->bytes);
}

/* 0 for main takes everything, unless another pool is asked for: that is refused later. */
static bool gives_all_back(const struct kdump_wish *wish)
{
	return wish->pools[KDUMP_POOL_MAIN].ask == KD_ASK_SIZE &&
	       !wish->pools[KDUMP_POOL_MAIN].bytes && !wish->high &&
	       asks_for_nothing(&wish->pools[KDUMP_POOL_LOW]) &&
	       asks_for_nothing(&wish->pools[KDUMP_POOL_CMA]);
}

static struct wanted want(struct kdump_plan *plan, const struct kdump_wish *wish)
{
	const struct kdump_report *r = plan->report;
	const struct kdump_estimate *est = r->est;
	struct wanted w = { .high = wish->high || r->booted.high };
	struct kd_ck_kernel kernel;

	if (gives_all_back(wish))
		return (struct wanted){ 0 };
	kd_snapshot_ck_kernel(r->snap, &kernel);
	w.cma = resolve(wish, KDUMP_POOL_CMA, r->booted.cma, est ? est->cma : 0);
	w.useful_cma = kernel.has_cma ? w.cma : 0;
	w.main = resolve(wish, KDUMP_POOL_MAIN, r->booted.main,
			 est ? kd_plan_main_needed(est, w.useful_cma) : 0);
	w.has_low = wish->pools[KDUMP_POOL_LOW].ask != KD_ASK_NOTHING ||
		    (w.high && r->booted.low && !r->booted.low_is_auto);
	/* The 64 MiB of SWIOTLB and the 8 MiB that the kernel adds for itself. */
	w.low = w.has_low ? resolve(wish, KDUMP_POOL_LOW, r->booted.low, 72 * KD_MIB) : 0;
	/* CMA beside a main part that the image does not fit into would help nobody. */
	if (wish->pools[KDUMP_POOL_MAIN].ask == KD_ASK_NOTHING && est && w.cma &&
	    w.main < kd_plan_main_needed(est, w.useful_cma)) {
		w.main = kd_plan_main_needed(est, w.useful_cma);
		w.raised = true;
	}
	return w;
}

/* ,cma first: a kernel that does not know it takes the last word (crash_reserve.c). */
static void write_words(const struct wanted *w, char *words, size_t size)
{
	int n = 0;

	words[0] = '\0';
	if (w->cma && w->main)
		n = snprintf(words, size, "crashkernel=%" PRIu64 "M,cma ", w->cma / KD_MIB);
	if (w->main)
		n += snprintf(words + n, size - (size_t)n, "crashkernel=%" PRIu64 "M%s",
			      w->main / KD_MIB, w->high ? ",high" : "");
	if (w->main && w->has_low && w->high)
		snprintf(words + n, size - (size_t)n, " crashkernel=%" PRIu64 "M,low",
			 w->low / KD_MIB);
}

static void refuse_cma(struct kdump_plan *plan, const struct wanted *w)
{
	const struct kdump_snapshot *snap = plan->report->snap;
	const char *release = snap->release ? snap->release : "the running kernel";
	struct kd_ck_kernel kernel;

	kd_snapshot_ck_kernel(snap, &kernel);
	if (!w->cma || kernel.has_cma)
		return;
	/* A word without a known suffix hides ,high, in whatever order they stand. */
	if (!kernel.knows_cma && w->high)
		kd_plan_refuse(plan, "cma-hides-high", "leave out --cma",
			       "%s takes crashkernel=…,cma for the main part and then does not "
			       "look at ,high: it would reserve nothing at all", release);
	if (!kernel.knows_cma)
		kd_plan_refuse_forcible(plan, KD_FORCE_CMA_UNSUPPORTED,
					"boot Linux 6.17 or later, or leave out --cma",
					"%s does not know crashkernel=…,cma (new in Linux 6.17)",
					release);
	else if (!snap->has_cma_total)
		kd_plan_refuse_forcible(plan, KD_FORCE_CMA_UNSUPPORTED,
					"boot a kernel with CONFIG_CMA, or leave out --cma",
					"%s was built without CONFIG_CMA", release);
	else
		kd_plan_refuse_forcible(plan, KD_FORCE_CMA_UNSUPPORTED, "leave out --cma",
					"%s drops crashkernel=…,cma here without a message (%s)",
					release, snap->arch_name ? snap->arch_name : "?");
}

static void refuse_sizes(struct kdump_plan *plan, const struct wanted *w)
{
	const struct kdump_report *r = plan->report;
	uint64_t ram = kd_snapshot_ram(r->snap), need;
	char asked[KD_SIZE_TEXT], text[KD_SIZE_TEXT];

	if (w->cma && !w->main)
		kd_plan_refuse(plan, "cma-alone", "name a size for main too, or auto",
			       "the kernel ignores crashkernel=…,cma without a main part");
	if (ram && kd_add(kd_add(w->main, w->cma), w->low) >= ram)
		kd_plan_refuse(plan, "larger-than-memory", "ask for less",
			       "that is more than the machine's %s", kd_size_text(ram, text));
	if (!r->est && w->main && (w->main != r->booted.main || w->cma != r->booted.cma))
		kd_plan_refuse_forcible(plan, KD_FORCE_UNKNOWN_NEED,
					"see crashctl status for what is missing",
					"what the crash kernel needs cannot be estimated");
	if (!r->est || !w->main)
		return;
	need = kd_plan_main_needed(r->est, w->useful_cma);
	if (w->main < need)
		kd_plan_refuse_forcible(plan, KD_FORCE_TOO_SMALL, "ask for more, or for auto",
					"main would have %s at the next boot, the crash kernel "
					"needs %s", kd_size_text(w->main, asked),
					kd_size_text(need, text));
}

static void refuse_placement(struct kdump_plan *plan, const struct wanted *w,
			     bool main_is_named)
{
	const struct kd_arch *arch = plan->report->snap->arch;

	if (w->high && !w->main)
		kd_plan_refuse(plan, "high-alone", "name a size for main too, or auto",
			       "there is no main part to put above 4 GiB");
	/* KASLR does not keep clear of a fixed place, so none is ever written. */
	if (w->main && plan->report->booted.base && !main_is_named)
		kd_plan_refuse(plan, "fixed-address", "name a size for main too, or auto",
			       "this boot's words fix main at an address, which crashctl does "
			       "not write: the kernel would choose another place");
	if (w->has_low && !w->high)
		kd_plan_refuse(plan, "low-without-high", "add --high",
			       "the kernel looks at crashkernel=…,low only beside "
			       "crashkernel=…,high");
	if (w->high && arch && !arch->high_low)
		kd_plan_refuse(plan, "no-high", "leave out --high",
			       "kernels for %s do not know crashkernel=…,high", arch->name);
}

static bool differs(const struct wanted *w, const struct kd_ck *booted)
{
	bool low_differs = w->has_low ? w->low != booted->low || booted->low_is_auto
				      : w->high && !booted->low_is_auto;

	return w->main != booted->main || w->cma != booted->cma || w->high != booted->high ||
	       low_differs;
}

void kd_plan_boot(struct kdump_plan *plan, const struct kdump_wish *wish)
{
	struct wanted w = want(plan, wish);

	refuse_cma(plan, &w);
	refuse_sizes(plan, &w);
	refuse_placement(plan, &w, wish->pools[KDUMP_POOL_MAIN].ask != KD_ASK_NOTHING);
	write_words(&w, plan->words, sizeof(plan->words));
	if (!differs(&w, &plan->report->booted))
		return;
	kd_plan_step(plan, KDUMP_ACTION_WORDS, KDUMP_WHEN_BOOT,
		     "the words of this boot stand in /proc/cmdline",
		     "the next boot reserves what is asked for%s%s",
		     w.raised ? "; main is raised to what the image needs beside CMA" : "",
		     w.cma ? "; with CMA a panic waits 10 s for DMA to end, and pages of "
			     "processes are not in the dump" : "");
}
