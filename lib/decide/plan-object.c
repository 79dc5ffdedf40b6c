/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Plans as objects: see plan.h. */
#include "plan-boot.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct kdump_step *kd_plan_step(struct kdump_plan *plan, enum kdump_action action,
				enum kdump_when when, const char *undo, const char *fmt, ...)
{
	struct kdump_step *step = &plan->steps[plan->n_steps++];
	va_list args;

	step->action = action;
	step->when = when;
	step->undo = undo;
	va_start(args, fmt);
	vsnprintf(step->why, sizeof(step->why), fmt, args);
	va_end(args);
	return step;
}

static struct kdump_refusal *new_refusal(struct kdump_plan *plan, const char *id,
					 const char *advice)
{
	struct kdump_refusal *refusal = &plan->refusals[plan->n_refusals];

	if (plan->n_refusals < KD_REFUSALS_MAX - 1)
		plan->n_refusals++;
	*refusal = (struct kdump_refusal){ .id = id, .advice = advice };
	return refusal;
}

void kd_plan_refuse(struct kdump_plan *plan, const char *id, const char *advice,
		    const char *fmt, ...)
{
	struct kdump_refusal *refusal = new_refusal(plan, id, advice);
	va_list args;

	va_start(args, fmt);
	vsnprintf(refusal->text, sizeof(refusal->text), fmt, args);
	va_end(args);
}

void kd_plan_refuse_forcible(struct kdump_plan *plan, enum kd_force force,
			     const char *advice, const char *fmt, ...)
{
	struct kdump_refusal *refusal = new_refusal(plan, kd_force_id(force), advice);
	va_list args;

	refusal->forcible = true;
	refusal->forced = plan->forces.given[force];
	va_start(args, fmt);
	vsnprintf(refusal->text, sizeof(refusal->text), fmt, args);
	va_end(args);
}

bool kd_plan_is_refused(const struct kdump_plan *plan)
{
	for (size_t i = 0; i < plan->n_refusals; i++)
		if (!plan->refusals[i].forced)
			return true;
	return false;
}

uint64_t kd_plan_main_needed(const struct kdump_estimate *est, uint64_t cma)
{
	uint64_t rest;

	if (!cma)
		return est->main_alone;
	rest = kd_round_up(kd_sub_floor(kd_add(est->main_with_cma, est->cma), cma), KD_MIB);
	return kd_min(kd_max(est->main_with_cma, rest), est->main_alone);
}

static int check_wish(struct kdump_ctx *ctx, const struct kdump_estimate *est,
		      const struct kdump_wish *wish)
{
	bool named = wish->high || wish->has_place, automatic = false;

	for (unsigned p = 0; p < KDUMP_POOLS; p++) {
		named = named || wish->pools[p].ask != KD_ASK_NOTHING;
		automatic = automatic || wish->pools[p].ask == KD_ASK_AUTO;
	}
	if (!named)
		return kd_fail_id(ctx, -EINVAL, "empty-wish", "no pool and no size is named");
	if (automatic && !est)
		return kd_fail_id(ctx, -ENODATA, "no-estimate",
				  "\"auto\" needs an estimate, and there is none");
	return 0;
}

/* Both halves are judged by what the next boot is to ask for. */
static int fill(struct kdump_plan *plan, struct kdump_wish *wish)
{
	struct kd_next next = { .plan = plan, .wish = wish };
	int err = kd_next_reach(&next);

	if (err)
		return err;
	kd_next_want(&next);
	/* First what can be put back: steps are carried out in their order. */
	if (plan->scope != KDUMP_SCOPE_LIVE)
		err = kd_plan_boot(&next);
	if (!err && plan->scope != KDUMP_SCOPE_CONFIG)
		kd_plan_live(plan, wish, next.w.base);
	kd_next_free(&next);
	return err;
}

/* What is reserved now is the running kernel's: a wish for another leaves it alone. */
static enum kdump_scope scope_of(const struct kdump_wish *wish, const struct kdump_snapshot *snap)
{
	bool running = !wish->release || (snap->release && kd_streq(wish->release, snap->release));

	return wish->scope == KDUMP_SCOPE_BOTH && !running ? KDUMP_SCOPE_CONFIG : wish->scope;
}

KD_API int kdump_plan_new(struct kdump_ctx *ctx, struct kdump_report *report,
			  struct kdump_wish *wish, struct kdump_plan **ret)
{
	struct kdump_plan *plan;
	int err;

	kd_begin(ctx);
	err = check_wish(ctx, report->est, wish);
	if (err)
		return err;
	plan = calloc(1, sizeof(*plan));
	if (!plan)
		return kd_oom(ctx);
	plan->refs = 1;
	plan->report = kdump_report_ref(report);
	plan->forces = wish->forces;
	plan->scope = scope_of(wish, report->snap);
	err = fill(plan, wish);
	if (err) {
		kdump_plan_unref(plan);
		return kd_oom(ctx);
	}
	*ret = plan;
	return 0;
}

KD_API struct kdump_plan *kdump_plan_ref(struct kdump_plan *plan)
{
	plan->refs++;
	return plan;
}

KD_API struct kdump_plan *kdump_plan_unref(struct kdump_plan *plan)
{
	if (!plan || --plan->refs)
		return NULL;
	kdump_report_unref(plan->report);
	kd_change_free(&plan->change);
	free(plan);
	return NULL;
}

KD_API size_t kdump_plan_count_steps(const struct kdump_plan *plan)
{
	return plan->n_steps;
}

KD_API const struct kdump_step *kdump_plan_get_step(const struct kdump_plan *plan, size_t i)
{
	return i < plan->n_steps ? &plan->steps[i] : NULL;
}

KD_API enum kdump_action kdump_step_get_action(const struct kdump_step *step)
{
	return step->action;
}

KD_API enum kdump_when kdump_step_get_when(const struct kdump_step *step)
{
	return step->when;
}

KD_API enum kdump_pool kdump_step_get_pool(const struct kdump_step *step)
{
	return step->pool;
}

KD_API uint64_t kdump_step_get_from(const struct kdump_step *step)
{
	return step->from;
}

KD_API uint64_t kdump_step_get_to(const struct kdump_step *step)
{
	return step->to;
}

KD_API const char *kdump_step_get_why(const struct kdump_step *step)
{
	return step->why;
}

KD_API const char *kdump_step_get_undo(const struct kdump_step *step)
{
	return step->undo;
}

KD_API const char *kdump_plan_get_words(const struct kdump_plan *plan)
{
	return plan->words;
}

KD_API bool kdump_plan_get_place(const struct kdump_plan *plan, enum kdump_pool pool,
				 struct kdump_range *ret)
{
	return kd_reservation_get(&plan->place, pool, ret);
}

/* Of words and of a growth that gives the same now nothing is left for the next boot. */
KD_API bool kdump_plan_needs_reboot(const struct kdump_plan *plan)
{
	if (plan->met_now && kd_plan_grows(plan))
		return false;
	for (size_t i = 0; i < plan->n_steps; i++)
		if (plan->steps[i].when == KDUMP_WHEN_BOOT)
			return true;
	/* This boot's words ask for it already, and what they made was given back. */
	return plan->scope == KDUMP_SCOPE_BOTH && !plan->met_now;
}

KD_API bool kdump_plan_is_met_now(const struct kdump_plan *plan)
{
	return plan->met_now;
}

KD_API size_t kdump_plan_count_refusals(const struct kdump_plan *plan)
{
	return plan->n_refusals;
}

KD_API const struct kdump_refusal *kdump_plan_get_refusal(const struct kdump_plan *plan,
							   size_t i)
{
	return i < plan->n_refusals ? &plan->refusals[i] : NULL;
}

KD_API const char *kdump_refusal_get_id(const struct kdump_refusal *refusal)
{
	return refusal->id;
}

KD_API const char *kdump_refusal_get_text(const struct kdump_refusal *refusal)
{
	return refusal->text;
}

KD_API const char *kdump_refusal_get_advice(const struct kdump_refusal *refusal)
{
	return refusal->advice;
}

KD_API bool kdump_refusal_is_forced(const struct kdump_refusal *refusal)
{
	return refusal->forced;
}

KD_API bool kdump_refusal_can_be_forced(const struct kdump_refusal *refusal)
{
	return refusal->forcible;
}
