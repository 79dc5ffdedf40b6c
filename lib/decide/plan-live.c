/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The live half of a plan: unload, shrink, load again; judged by what is reserved now.
 * More than that is plan-grow.c's.
 */
#include "plan.h"

/* unload, load, and the last good image if that fails (KEXEC load limits count each). */
#define ATTEMPTS 3

uint64_t kd_plan_reserved(const struct kdump_plan *plan, enum kdump_pool pool)
{
	const struct kd_size *size = &plan->report->sizes[pool][KDUMP_VIEW_RESERVED];

	return size->known ? size->bytes : 0;
}

static void refuse_small(struct kdump_plan *plan, uint64_t want)
{
	const struct kdump_report *r = plan->report;
	uint64_t cma = kd_plan_reserved(plan, KDUMP_POOL_CMA), least;
	char asked[KD_SIZE_TEXT], need[KD_SIZE_TEXT];

	if (!want)
		return;
	if (!r->est) {
		kd_plan_refuse_forcible(plan, KD_FORCE_UNKNOWN_NEED,
					"name kernel and initramfs, or see crashctl status",
					"what the crash kernel needs cannot be estimated");
		return;
	}
	kd_size_text(want, asked);
	if (r->loaded == 1 && want < r->est->main_with_cma)
		kd_plan_refuse(plan, "too-small-to-load", "ask for more, or for auto",
			       "the image that is loaded would not fit again: main would have "
			       "%s, the load alone needs %s", asked,
			       kd_size_text(r->est->main_with_cma, need));
	else if (want < (least = kd_plan_main_needed(r->est, cma)))
		kd_plan_refuse_forcible(plan, KD_FORCE_TOO_SMALL, "ask for more, or for auto",
					"main would have %s, the crash kernel needs %s", asked,
					kd_size_text(least, need));
}

static void refuse_unload(struct kdump_plan *plan, uint64_t want)
{
	const struct kdump_report *r = plan->report;
	const struct kd_kexec_facts *kexec = &r->snap->kexec;
	int attempts = want ? ATTEMPTS : 1;

	if (r->frozen)
		kd_plan_refuse(plan, "frozen", "change the size at the next boot (--config)",
			       "the loaded image can no longer be unloaded");
	else if (kexec->has_limit && kexec->limit_panic >= 0 &&
		 kexec->limit_panic < attempts)
		kd_plan_refuse(plan, "load-limit", "change the size at the next boot (--config)",
			       "up to %d loads and unloads are needed and "
			       "kernel.kexec_load_limit_panic allows %d", attempts,
			       (int)kexec->limit_panic);
	if (want && (!r->image || !r->image->complete))
		kd_plan_refuse(plan, "no-image", "see crashctl status",
			       "the image would have to be loaded again, and its files are of "
			       "no use%s%s", r->image ? ": " : "",
			       r->image ? r->image->why.s : "");
	else if (want && kd_report_record(r) && !kd_report_loads_the_same(r))
		kd_plan_refuse(plan, "other-image", "crashctl load first what is to stay",
			       "another kernel, initramfs or command line would be loaded "
			       "again than is loaded now");
	if (want && !kd_report_record(r))
		kd_plan_refuse_forcible(plan, KD_FORCE_NO_FALLBACK,
					"crashctl reload --force no-fallback, which keeps a copy",
					"the loaded image is not known to crashctl and could not "
					"be put back if the new load failed");
}

void kd_plan_refuse_resize(struct kdump_plan *plan, uint64_t want)
{
	const struct kdump_report *r = plan->report;

	if (r->config->owner)
		kd_plan_refuse_forcible(plan, KD_FORCE_OTHER_OWNER, r->config->owner_off,
					"%s is enabled and keeps the crash image here",
					r->config->owner);
	if (!want && r->snap->arch && !r->snap->arch->may_shrink_to_zero)
		kd_plan_refuse(plan, "zero-unsafe", "take the words out instead (--config)",
			       "kernels for %s crash when the whole reservation is freed",
			       r->snap->arch->name);
	refuse_small(plan, want);
	if (r->loaded == 1)
		refuse_unload(plan, want);
}

static void plan_shrink(struct kdump_plan *plan, uint64_t have, uint64_t want)
{
	bool counts_low = kd_snapshot_size_counts_low(plan->report->snap);
	bool loaded = plan->report->loaded == 1;
	struct kdump_step *step;
	char back[KD_SIZE_TEXT];

	kd_plan_refuse_resize(plan, want);
	if (loaded)
		kd_plan_step(plan, KDUMP_ACTION_UNLOAD, KDUMP_WHEN_NOW,
			     want ? "load again" : "none until the next boot",
			     "the kernel resizes only while nothing is loaded");
	step = kd_plan_step(plan, KDUMP_ACTION_RESIZE, KDUMP_WHEN_NOW,
			    kd_plan_can_grow(plan)
				    ? "crashctl reserve with the size of before"
				    : "not until the next boot: the kernel only shrinks",
			    "%s more for the running system",
			    kd_size_text(have - want, back));
	step->pool = KDUMP_POOL_MAIN;
	step->from = have;
	step->to = want;
	/* With 0 the low region goes too, where the kernel counts it. */
	step->write = want;
	if (want && counts_low)
		step->write = kd_add(want, kd_plan_reserved(plan, KDUMP_POOL_LOW));
	if (loaded && want)
		kd_plan_step(plan, KDUMP_ACTION_LOAD, KDUMP_WHEN_NOW, "unload",
			     "the image goes into what is left");
}

static bool lies_at(const struct kdump_plan *plan, uint64_t base)
{
	const struct kd_ranges *crash = &plan->report->snap->iomem.crash;

	return base && crash->n && crash->v[crash->n - 1].start == base;
}

/*
 * What is made at boot only: is it there already?  A low part comes along where main
 * grows, if it takes one.
 */
static bool others_met(const struct kdump_plan *plan, const struct kdump_wish *wish,
		       uint64_t base, bool grows)
{
	const struct kdump_estimate *est = plan->report->est;
	const struct kd_asked *main = &wish->pools[KDUMP_POOL_MAIN];
	const struct kd_asked *low = &wish->pools[KDUMP_POOL_LOW];
	const struct kd_asked *cma = &wish->pools[KDUMP_POOL_CMA];
	uint64_t have = kd_plan_reserved(plan, KDUMP_POOL_CMA);

	if (main->ask == KD_ASK_SIZE && !main->bytes)
		return !have && !kd_plan_reserved(plan, KDUMP_POOL_LOW);
	if (wish->has_place && !lies_at(plan, base))
		return false;
	if ((low->ask != KD_ASK_NOTHING || wish->high) &&
	    !(grows && wish->scope == KDUMP_SCOPE_LIVE))
		return false;
	if (cma->ask == KD_ASK_AUTO)
		return have && have >= est->cma;
	return cma->ask == KD_ASK_NOTHING || have == cma->bytes;
}

void kd_plan_live(struct kdump_plan *plan, const struct kdump_wish *wish, uint64_t base)
{
	const struct kdump_report *r = plan->report;
	const struct kd_asked *asked = &wish->pools[KDUMP_POOL_MAIN];
	uint64_t have = kd_plan_reserved(plan, KDUMP_POOL_MAIN), want;
	bool grows = false;

	plan->met_now = others_met(plan, wish, base, false);
	if (wish->scope == KDUMP_SCOPE_LIVE && (asked->ask == KD_ASK_NOTHING || wish->has_place))
		kd_plan_refuse(plan, "not-live", "leave out --live",
			       "CMA, low regions and the place of main are made at boot; only "
			       "the size of main can change now");
	if (wish->release && !(r->snap->release && kd_streq(wish->release, r->snap->release)))
		kd_plan_refuse(plan, "not-live", "leave out --live",
			       "%s does not run: nothing of it can change now", wish->release);
	if (asked->ask == KD_ASK_NOTHING)
		return;
	if (!r->sizes[KDUMP_POOL_MAIN][KDUMP_VIEW_RESERVED].known) {
		kd_plan_refuse(plan, "size-unknown", "run it as root",
			       "how much main has cannot be seen by this user");
		return;
	}
	want = asked->bytes;
	if (asked->ask == KD_ASK_AUTO)
		want = kd_plan_main_needed(r->est, kd_plan_reserved(plan, KDUMP_POOL_CMA));
	if (want > have)
		grows = kd_plan_grow(plan, wish, have, want);
	else if (want < have && !wish->at_least && !kd_plan_is_grown_to(plan, have, want))
		plan_shrink(plan, have, want);
	plan->met_now = others_met(plan, wish, base, grows) && (want <= have || grows);
}
