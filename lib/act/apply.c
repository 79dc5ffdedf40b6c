/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Carrying out the live steps of a plan under one lock: unload, shrink, load.
 * Decides nothing; what fails is put back as far as the kernel lets it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>

#include "../core/busy.h"
#include "../core/root.h"
#include "../decide/plan.h"
#include "../decide/refusal.h"
#include "request.h"

struct kdump_apply {
	unsigned refs;
	struct kdump_ctx *ctx;
	struct kdump_plan *plan;
	struct kdump_request *rq;
	int lock;
	size_t next;
	bool changed, resized;
	bool unloaded;			/* by us, and not loaded again */
	bool over;
	enum kdump_outcome outcome;
};

static bool needs_load(const struct kdump_plan *plan)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		if (plan->steps[i].action == KDUMP_ACTION_LOAD)
			return true;
	return false;
}

static int check_refusals(struct kdump_apply *apply)
{
	const struct kdump_plan *plan = apply->plan;

	for (size_t i = 0; i < plan->n_refusals; i++) {
		if (plan->refusals[i].forced)
			continue;
		kd_advise(apply->ctx, "%s", plan->refusals[i].advice);
		return kd_fail_id(apply->ctx, -EPERM, plan->refusals[i].id, "%s",
				  plan->refusals[i].text);
	}
	return 0;
}

static int check(struct kdump_apply *apply)
{
	struct kdump_snapshot *snap = apply->plan->report->snap;
	int err = check_refusals(apply);

	if (err)
		return err;
	if (!apply->ctx->live) {
		kd_advise(apply->ctx, "leave out --sysroot, or use --dry-run");
		return kd_fail_id(apply->ctx, -EROFS, "sysroot",
				  "this is a copy of a machine: nothing can be changed there");
	}
	if (snap->may_load == 0) {
		kd_advise(apply->ctx, "run it as root");
		return kd_fail_id(apply->ctx, -EPERM, "no-privilege",
				  "resizing the reservation needs root");
	}
	if (!needs_load(apply->plan))
		return 0;
	/* What was forced for the plan is forced for its load. */
	for (unsigned i = 0; i < KD_FORCES; i++)
		apply->rq->forces.given[i] |= apply->plan->forces.given[i];
	return kd_request_check(apply->rq, true);
}

static int take_lock_and_look(struct kdump_apply *apply)
{
	struct kdump_snapshot *snap = apply->plan->report->snap;
	int err = kd_lock_take(apply->ctx, &apply->lock);

	if (err)
		return err;
	err = kd_request_compare(apply->rq, snap);
	if (!err && needs_load(apply->plan))
		err = kd_request_prepare(apply->rq);
	if (err) {
		kd_lock_drop(apply->lock);
		apply->lock = -1;
	}
	return err;
}

KD_API int kdump_apply_new(struct kdump_ctx *ctx, struct kdump_plan *plan,
			   struct kdump_request *rq, struct kdump_apply **ret)
{
	struct kdump_apply *apply;
	int err = 0;

	kd_begin(ctx);
	apply = calloc(1, sizeof(*apply));
	if (!apply)
		return kd_oom(ctx);
	apply->refs = 1;
	apply->lock = -1;
	apply->ctx = kdump_ctx_ref(ctx);
	apply->plan = kdump_plan_ref(plan);
	/* One that can only unload, where the plan loads nothing. */
	if (rq)
		apply->rq = kdump_request_ref(rq);
	else
		err = kdump_request_new(ctx, plan->report->config, NULL, NULL, &apply->rq);
	if (!err)
		err = check(apply);
	if (!err)
		err = take_lock_and_look(apply);
	if (err) {
		kdump_apply_unref(apply);
		return err;
	}
	*ret = apply;
	return 0;
}

KD_API struct kdump_apply *kdump_apply_ref(struct kdump_apply *apply)
{
	apply->refs++;
	return apply;
}

KD_API struct kdump_apply *kdump_apply_unref(struct kdump_apply *apply)
{
	if (!apply || --apply->refs)
		return NULL;
	if (apply->lock >= 0)
		kd_lock_drop(apply->lock);
	kdump_request_unref(apply->rq);
	kdump_plan_unref(apply->plan);
	kdump_ctx_unref(apply->ctx);
	free(apply);
	return NULL;
}

static const char *size_path(struct kdump_ctx *ctx)
{
	static const char *const now = "/sys/kernel/kexec/crash_size";

	return kd_root_exists(ctx, now) ? now : "/sys/kernel/kexec_crash_size";
}

/*
 * Only a number below the one just read goes in: a value near ULONG_MAX wraps
 * in the kernel's rounding and frees everything
 * (kernel/crash_core.c:crash_shrink_memory()).
 */
static int try_resize(struct kdump_apply *apply, const char *path, uint64_t to, uint64_t *size)
{
	char text[32];
	int err = kd_root_read_u64(apply->ctx, path, size);

	if (err || to >= *size)
		return err;
	snprintf(text, sizeof(text), "%" PRIu64, to);
	return kd_root_poke(apply->ctx, path, text);
}

static int resize_when_settled(struct kdump_apply *apply, const char *path, uint64_t to,
			       uint64_t *size)
{
	uint64_t deadline = kd_busy_deadline();
	int err;

	do
		err = try_resize(apply, path, to, size);
	while (kd_busy_wait(err, deadline));
	return err;
}

static int resize(struct kdump_apply *apply, const struct kdump_step *step)
{
	const char *path = size_path(apply->ctx);
	struct kd_refusal_text words;
	uint64_t size = 0;
	int err;

	err = resize_when_settled(apply, path, step->write, &size);
	if (!err && step->write >= size)
		return kd_fail_id(apply->ctx, -ESTALE, "changed-meanwhile",
				  "%s is %" PRIu64 " by now, not above %" PRIu64, path, size,
				  step->write);
	if (!err) {
		kd_log(apply->ctx, LOG_INFO, "%s: %" PRIu64 " -> %" PRIu64, path, size,
		       step->write);
		apply->changed = apply->resized = true;
		return 0;
	}
	words = kd_explain_resize(err);
	kd_advise(apply->ctx, "%s", words.advice);
	return kd_fail_id(apply->ctx, words.code, words.id, "%s: %s%s%s", path, words.text,
			  *words.text ? ": " : "", kd_errno_text(err));
}

static int carry_out(struct kdump_apply *apply, const struct kdump_step *step)
{
	int err;

	switch (step->action) {
	case KDUMP_ACTION_UNLOAD:
		err = kd_request_unload_locked(apply->rq);
		if (!err) {
			apply->changed = true;
			apply->unloaded = true;
			apply->outcome = KDUMP_OUTCOME_UNPROTECTED;
		}
		return err;
	case KDUMP_ACTION_RESIZE:
		return resize(apply, step);
	case KDUMP_ACTION_LOAD:
		err = kd_request_load_locked(apply->rq, true);
		apply->unloaded = false;
		apply->outcome = apply->rq->outcome;
		return err;
	default:
		return 0;
	}
}

/* What we unloaded is loaded again, so that a failure leaves no machine unprotected. */
static void put_back(struct kdump_apply *apply)
{
	struct kd_text error = apply->ctx->error, advice = apply->ctx->advice;
	const char *id = apply->ctx->error_id;

	if (!apply->unloaded)
		return;
	apply->unloaded = false;
	/* Only for a load that the plan has were the files looked at and hashed. */
	if (needs_load(apply->plan))
		kd_request_load_locked(apply->rq, true);
	else
		kd_request_restore(apply->rq, kd_report_record(apply->plan->report));
	apply->outcome = apply->rq->outcome;
	if (apply->outcome == KDUMP_OUTCOME_LOADED)
		apply->outcome = KDUMP_OUTCOME_RESTORED;
	if (apply->outcome == KDUMP_OUTCOME_RESTORED && !apply->resized)
		apply->changed = false;
	apply->ctx->error = error;
	apply->ctx->advice = advice;
	apply->ctx->error_id = id;
}

KD_API int kdump_apply_next(struct kdump_apply *apply)
{
	const struct kdump_plan *plan = apply->plan;
	int err;

	kd_begin(apply->ctx);
	while (apply->next < plan->n_steps && plan->steps[apply->next].when != KDUMP_WHEN_NOW)
		apply->next++;
	if (apply->over || apply->next == plan->n_steps)
		return 0;
	err = carry_out(apply, &plan->steps[apply->next++]);
	if (!err)
		return KDUMP_AGAIN;
	apply->over = true;
	put_back(apply);
	return err;
}

KD_API const char *const *kdump_apply_get_argv(const struct kdump_apply *apply)
{
	(void)apply;
	return NULL;
}

KD_API void kdump_apply_ran(struct kdump_apply *apply, int status, const char *output)
{
	(void)apply, (void)status, (void)output;
}

KD_API size_t kdump_apply_count_commands(const struct kdump_apply *apply)
{
	(void)apply;
	return 0;
}

KD_API const char *kdump_apply_get_command(const struct kdump_apply *apply, size_t i)
{
	(void)apply, (void)i;
	return NULL;
}

KD_API bool kdump_apply_is_changed(const struct kdump_apply *apply)
{
	return apply->changed;
}

KD_API enum kdump_outcome kdump_apply_get_outcome(const struct kdump_apply *apply)
{
	return apply->outcome;
}
