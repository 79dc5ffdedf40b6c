/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What speaks against the words for the next boot, before any is written. */
#include <inttypes.h>
#include <stdio.h>

#include "plan-boot.h"

/* makedumpfile(8): pages of processes are left out. */
#define DUMP_LEVEL_USER 8

/* Neither gets anything of CMA nor can do without. */
static bool lacks_cma(const struct kd_next *next, const struct kd_reached *reached)
{
	(void)next;
	return !reached->kernel.has_cma && !reached->alone;
}

static bool hides_high(const struct kd_next *next, const struct kd_reached *reached)
{
	(void)next;
	return !reached->kernel.knows_cma && !reached->alone;
}

static bool is_moved(const struct kd_next *next, const struct kd_reached *reached)
{
	(void)next;
	return !reached->nokaslr;
}

static const struct kd_reached *first_that(const struct kd_next *next,
					   bool (*matches)(const struct kd_next *next,
							   const struct kd_reached *reached))
{
	for (size_t i = 0; i < next->n; i++)
		if (matches(next, &next->v[i]))
			return &next->v[i];
	return NULL;
}

static bool is_running(const struct kd_next *next, const struct kd_reached *reached)
{
	const char *release = next->plan->report->snap->release;

	return !reached->entry || (release && reached->entry->release &&
				   kd_streq(release, reached->entry->release));
}

/* The same for all that are named, as far as the first tells. */
static void refuse_lacking(struct kd_next *next, const struct kd_reached *reached)
{
	const struct kdump_snapshot *snap = next->plan->report->snap;
	const char *alone = "ask for a main part that holds alone, or for --cma 0";
	bool running = is_running(next, reached), others = next->any_cma;
	struct kd_text names;

	kd_next_names(next, lacks_cma, &names);
	if (reached->entry && !reached->entry->has_version)
		kd_plan_refuse_forcible(next->plan, KD_FORCE_CMA_UNSUPPORTED,
					alone,
					"%s: which kernel that is cannot be told, so that it "
					"counts as one without crashkernel=…,cma", names.s);
	else if (!reached->kernel.knows_cma)
		kd_plan_refuse_forcible(next->plan, KD_FORCE_CMA_UNSUPPORTED,
					others ? alone : "boot Linux 6.17 or later, or leave "
							 "out --cma",
					"%s: crashkernel=…,cma is not known there (it is new in "
					"Linux 6.17)", names.s);
	else if (!running && reached->entry->cma == KD_CONFIG_UNKNOWN)
		kd_plan_refuse_forcible(next->plan, KD_FORCE_CMA_UNSUPPORTED,
					alone,
					"%s: its configuration cannot be read, so that it counts "
					"as a kernel without CONFIG_CMA", names.s);
	else if (running ? !snap->has_cma_total : reached->entry->cma != KD_CONFIG_Y)
		kd_plan_refuse_forcible(next->plan, KD_FORCE_CMA_UNSUPPORTED,
					others ? alone : "boot a kernel with CONFIG_CMA, or "
							 "leave out --cma",
					"%s: built without CONFIG_CMA", names.s);
	else
		kd_plan_refuse_forcible(next->plan, KD_FORCE_CMA_UNSUPPORTED, "leave out --cma",
					"%s: crashkernel=…,cma is dropped there without a "
					"message (%s)",
					names.s, snap->arch_name ? snap->arch_name : "?");
}

/* Memory of the kernel cannot lie in CMA; twice what it has now, for it grows after boot. */
static void refuse_too_much_cma(struct kd_next *next)
{
	const struct kdump_snapshot *snap = next->plan->report->snap;
	const struct kd_wanted *w = &next->w;
	uint64_t least = kd_add(kd_mul(2, snap->mem_unmovable), snap->mem_huge), rest;
	char left[KD_SIZE_TEXT], text[KD_SIZE_TEXT];

	rest = kd_sub_floor(kd_snapshot_ram(snap), kd_add(kd_add(w->main, w->low), w->cma));
	if (rest && rest < least)
		kd_plan_refuse_forcible(next->plan, KD_FORCE_CMA_TOO_LARGE, "ask for less CMA",
					"%s would be left outside of CMA, and kernel and huge "
					"pages use %s now, which cannot lie there",
					kd_size_text(rest, left),
					kd_size_text(kd_add(snap->mem_unmovable, snap->mem_huge),
						     text));
}

static void refuse_cma(struct kd_next *next)
{
	const struct kd_dump_settings *dump = &next->plan->report->config->dump;
	const struct kd_reached *lacking = first_that(next, lacks_cma);
	const struct kd_wanted *w = &next->w;
	uint64_t alone = kd_next_alone(next);
	struct kd_text names;

	if (!w->cma)
		return;
	/* A word without a known suffix hides ,high, in whatever order they stand. */
	if (w->high && first_that(next, hides_high)) {
		kd_next_names(next, hides_high, &names);
		kd_plan_refuse(next->plan, "cma-hides-high", "leave out --cma",
			       "%s: crashkernel=…,cma is taken for the main part there, and "
			       ",high is then not looked at: nothing at all would be "
			       "reserved", names.s);
	}
	/* Without an estimate that is refused by itself, where anything changes. */
	if (lacking && (!next->any_cma || w->main < alone))
		refuse_lacking(next, lacking);
	if (next->wish->pools[KDUMP_POOL_CMA].ask == KD_ASK_NOTHING)
		return;
	if (dump->other || !(dump->level & DUMP_LEVEL_USER))
		kd_plan_refuse_forcible(next->plan, KD_FORCE_USER_PAGES,
					"configure a dump level that leaves them out (31)",
					"the dump is configured to hold pages of processes, and "
					"those that lie in CMA would be missing from it");
	refuse_too_much_cma(next);
}

static void refuse_sizes(struct kd_next *next)
{
	const struct kdump_report *r = next->plan->report;
	uint64_t ram = kd_snapshot_ram(r->snap), need;
	char asked[KD_SIZE_TEXT], text[KD_SIZE_TEXT];
	const struct kd_wanted *w = &next->w;

	if (w->cma && !w->main)
		kd_plan_refuse(next->plan, "cma-alone", "name a size for main too, or auto",
			       "the kernel ignores crashkernel=…,cma without a main part");
	if (ram && kd_add(kd_add(w->main, w->cma), w->low) >= ram)
		kd_plan_refuse(next->plan, "larger-than-memory", "ask for less",
			       "that is more than the machine's %s", kd_size_text(ram, text));
	if (!r->est && w->main &&
	    (w->main != next->before.main || w->cma != next->before.cma))
		kd_plan_refuse_forcible(next->plan, KD_FORCE_UNKNOWN_NEED,
					"see crashctl status for what is missing",
					"what the crash kernel needs cannot be estimated");
	if (!r->est || !w->main)
		return;
	need = kd_plan_main_needed(r->est, next->any_cma ? w->cma : 0);
	if (w->main < need)
		kd_plan_refuse_forcible(next->plan, KD_FORCE_TOO_SMALL,
					"ask for more, or for auto",
					"main would have %s at the next boot, the crash kernel "
					"needs %s", kd_size_text(w->main, asked),
					kd_size_text(need, text));
}

static void refuse_regions(struct kd_next *next)
{
	const struct kd_arch *arch = next->plan->report->snap->arch;
	const struct kd_wanted *w = &next->w;

	if (w->high && !w->main)
		kd_plan_refuse(next->plan, "high-alone", "name a size for main too, or auto",
			       "there is no main part to put above 4 GiB");
	if (w->has_low && !w->high)
		kd_plan_refuse(next->plan, "low-without-high", "add --high",
			       "the kernel looks at crashkernel=…,low only beside "
			       "crashkernel=…,high");
	if (w->high && arch && !arch->high_low)
		kd_plan_refuse(next->plan, "no-high", "leave out --high",
			       "kernels for %s do not know crashkernel=…,high", arch->name);
}

/* KASLR does not keep clear of a place that is fixed (boot/compressed/kaslr.c). */
static void refuse_moved(struct kd_next *next)
{
	struct kd_text names;

	if (!first_that(next, is_moved))
		return;
	kd_next_names(next, is_moved, &names);
	if (next->wish->has_place)
		kd_plan_refuse(next->plan, "needs-nokaslr",
			       "add nokaslr to the entries' command line, or let the kernel choose",
			       "%s: without nokaslr the kernel may itself come to lie in a place "
			       "that is fixed, and then reserves nothing", names.s);
	else
		kd_plan_refuse(next->plan, "fixed-address", "name a size for main too, or auto",
			       "main is fixed at an address, which is written only beside "
			       "nokaslr: %s", names.s);
}

static const char *side_of(const struct kdump_wish *wish)
{
	switch (wish->policy) {
	case KDUMP_POLICY_BOTTOM_UP:
		return "from there on upwards";
	case KDUMP_POLICY_TOP_DOWN:
		return "from there on downwards";
	default:
		return "just there";
	}
}

static void refuse_place(struct kd_next *next)
{
	const struct kdump_wish *wish = next->wish;
	const struct kd_wanted *w = &next->w;
	const struct kd_asked *low = &wish->pools[KDUMP_POOL_LOW];
	char size[KD_SIZE_TEXT], unit[KD_SIZE_TEXT];
	const struct kd_arch *arch = next->plan->report->snap->arch;
	const struct kd_iomem *iomem = &next->plan->report->snap->iomem;

	if (w->base)
		refuse_moved(next);
	if (!wish->has_place)
		return;
	if (wish->high || low->ask == KD_ASK_AUTO || low->bytes)
		kd_plan_refuse(next->plan, "place-with-high",
			       "name an address, or --high with --low",
			       "beside an address the kernel looks at neither ,high nor ,low");
	if (!w->main)
		kd_plan_refuse(next->plan, "place-alone", "name a size for main too, or auto",
			       "there is no main part to put at an address");
	else if (!next->has_place && iomem->hidden)
		kd_plan_refuse(next->plan, "no-place", "run it as root",
			       "the addresses of memory cannot be seen by this user");
	else if (!next->has_place)
		kd_plan_refuse(next->plan, "no-place",
			       "name another address, or let the kernel choose",
			       "0x%" PRIx64 ": no %s that suit the image are free %s (the kernel "
			       "wants multiples of %s)", wish->address,
			       kd_size_text(w->main, size), side_of(wish),
			       kd_size_text(arch ? arch->align : KD_MIB, unit));
}

/* By the configuration, not by what is wished. */
static void refuse_entries(struct kd_next *next)
{
	if (!next->n)
		kd_plan_refuse(next->plan, "no-such-entry",
			       "crashctl status --json names the boot entries",
			       "there is no boot entry of a kernel %s", next->wish->release);
}

void kd_next_refuse(struct kd_next *next)
{
	refuse_entries(next);
	refuse_cma(next);
	refuse_sizes(next);
	refuse_regions(next);
	refuse_place(next);
}
