/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Carrying out a plan under one lock: the boot configuration, then unload, resize,
 * load, or before them what makes main grow.  Decides nothing; what fails is put back as
 * far as the kernel lets it.
 *
 * The boot configuration goes first and is committed last.  First, because it can be
 * put back byte for byte and a shrunk reservation cannot.  Last, because new words and
 * the steps that fail are one wish: where a live step has failed the old words are put
 * back whether or not the machine is different by then.  They are what this machine is
 * known to have booted with, they ask for at least what was reserved before the shrink,
 * and the wish that they are put back from can be made again; new words beside a
 * machine that is half changed would be a third state that nobody asked for.
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
#include "change.h"
#include "grow.h"
#include "request.h"

struct kdump_apply {
	unsigned refs;
	struct kdump_ctx *ctx;
	struct kdump_plan *plan;
	struct kdump_request *rq;
	int lock;
	struct kd_carry boot;		/* the boot configuration's half */
	bool configured;		/* all of it stands, and is not yet committed */
	struct kd_grow grow;
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

static bool is_live(const struct kdump_plan *plan)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		if (plan->steps[i].when == KDUMP_WHEN_NOW)
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

static int check_root(struct kdump_apply *apply, bool live)
{
	if (apply->ctx->replayed)
		return kd_fail_id(apply->ctx, -EROFS, "sysroot",
				  "this is a facts file: nothing can be changed there");
	if (!live || apply->ctx->live)
		return 0;
	kd_advise(apply->ctx, "leave out --sysroot, or use --dry-run");
	return kd_fail_id(apply->ctx, -EROFS, "sysroot",
			  "this is a copy of a machine: nothing can be changed there now");
}

static int check(struct kdump_apply *apply)
{
	struct kdump_snapshot *snap = apply->plan->report->snap;
	bool live = is_live(apply->plan);
	int err = check_refusals(apply);

	if (!err)
		err = check_root(apply, live);
	if (err)
		return err;
	/* Files say themselves who may write them. */
	if (live && snap->may_load == 0) {
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

/*
 * Segments are placed before the shrink, in what it will leave; 0 where there is none.
 * Where main grows they are placed once more, when it is known where it will lie.
 */
static uint64_t main_after(const struct kdump_plan *plan)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < plan->n_steps; i++)
		if (plan->steps[i].action == KDUMP_ACTION_RESIZE &&
		    plan->steps[i].pool == KDUMP_POOL_MAIN)
			bytes = plan->steps[i].to;
	return bytes;
}

static int look(struct kdump_apply *apply)
{
	const struct kdump_plan *plan = apply->plan;
	int err = 0;

	if (is_live(plan))
		err = kd_request_compare(apply->rq, plan->report->snap);
	if (!err && plan->change.n_ops)
		err = kd_carry_look(apply->ctx, &plan->change);
	if (err || !needs_load(plan))
		return err;
	apply->rq->then = (struct kd_main_then){ .bytes = main_after(plan) };
	return kd_request_prepare(apply->rq);
}

static int take_lock_and_look(struct kdump_apply *apply)
{
	int err;

	/* A system that is being built may have no /run yet; where that fails the lock will. */
	if (!apply->ctx->live)
		kd_root_mkdirs(apply->ctx, "/run", 0755);
	err = kd_lock_take(apply->ctx, &apply->lock);
	if (err)
		return err;
	err = look(apply);
	if (err) {
		kd_lock_drop(apply->lock);
		apply->lock = -1;
	}
	return err;
}

/* What we unloaded is loaded again, so that a failure leaves no machine unprotected. */
static void load_again(struct kdump_apply *apply)
{
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
	apply->boot = (struct kd_carry){
		.ctx = ctx,
		.config = plan->report->config,
		.change = &plan->change,
		.loader = plan->report->boot ? kd_loader_name(plan->report->boot->loader) : NULL,
	};
	apply->grow = (struct kd_grow){ .ctx = ctx, .plan = plan };
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
	/* A caller who stops in the middle is left with what was there. */
	load_again(apply);
	kd_grow_give_back(&apply->grow);
	kd_carry_put_back(&apply->boot);
	kd_carry_free(&apply->boot);
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

static bool grows(const struct kdump_step *step)
{
	return step->to > step->from;
}

/* Of the size just read: is what would be written on the side that was planned? */
static bool is_as_planned(const struct kdump_step *step, uint64_t size)
{
	return grows(step) ? step->write > size : step->write < size;
}

/*
 * Only a number below the one just read goes in, or one that the plan has compared with
 * the machine's memory: a value near ULONG_MAX wraps in the kernel's rounding and frees
 * everything (kernel/crash_core.c:crash_shrink_memory()).
 */
static int try_resize(struct kdump_apply *apply, const char *path,
		      const struct kdump_step *step, uint64_t *size)
{
	char text[32];
	int err = kd_root_read_u64(apply->ctx, path, size);

	if (err || !is_as_planned(step, *size))
		return err;
	snprintf(text, sizeof(text), "%" PRIu64, step->write);
	return kd_root_poke(apply->ctx, path, text);
}

static int resize_when_settled(struct kdump_apply *apply, const char *path,
			       const struct kdump_step *step, uint64_t *size)
{
	uint64_t deadline = kd_busy_deadline();
	int err;

	do
		err = try_resize(apply, path, step, size);
	while (kd_busy_wait(err, deadline));
	return err;
}

static int resize(struct kdump_apply *apply, const struct kdump_step *step)
{
	const char *path = size_path(apply->ctx);
	struct kd_refusal_text words;
	uint64_t size = 0;
	int err;

	err = resize_when_settled(apply, path, step, &size);
	if (!err && !is_as_planned(step, size))
		return kd_fail_id(apply->ctx, -ESTALE, "changed-meanwhile",
				  "%s is %" PRIu64 " by now, not %s %" PRIu64, path, size,
				  grows(step) ? "below" : "above", step->write);
	if (!err) {
		kd_log(apply->ctx, LOG_INFO, "%s: %" PRIu64 " -> %" PRIu64, path, size,
		       step->write);
		apply->changed = apply->resized = true;
		return 0;
	}
	if (grows(step))
		return kd_grow_explain_write(&apply->grow, path, err);
	words = kd_explain_resize(err);
	kd_advise(apply->ctx, "%s", words.advice);
	return kd_fail_id(apply->ctx, words.code, words.id, "%s: %s%s%s", path, words.text,
			  *words.text ? ": " : "", kd_errno_text(err));
}

/* What was taken is where the image will lie: looked at before the old one goes. */
static int take(struct kdump_apply *apply, const struct kdump_step *step)
{
	struct kd_main_then then;
	int err = kd_grow_take(&apply->grow, step, &then);

	return err || !needs_load(apply->plan) ? err : kd_request_place(apply->rq, &then);
}

static int commit(struct kdump_apply *apply)
{
	int err = kd_grow_commit(&apply->grow);

	if (!err)
		apply->changed = apply->resized = true;
	return err;
}

static int do_step(struct kdump_apply *apply, const struct kdump_step *step)
{
	int err;

	switch (step->action) {
	case KDUMP_ACTION_MODULE:
		return kd_grow_load_module(&apply->grow);
	case KDUMP_ACTION_TAKE:
		return take(apply, step);
	case KDUMP_ACTION_UNLOAD:
		err = kd_request_unload_locked(apply->rq);
		if (!err) {
			apply->changed = true;
			apply->unloaded = true;
			apply->outcome = KDUMP_OUTCOME_UNPROTECTED;
		}
		return err;
	case KDUMP_ACTION_RESIZE:
		return step->commit ? commit(apply) : resize(apply, step);
	case KDUMP_ACTION_LOAD:
		err = kd_request_load_locked(apply->rq, true);
		apply->unloaded = false;
		apply->outcome = apply->rq->outcome;
		return err;
	default:
		return 0;
	}
}

/* The error stays that of the step; what could not be put back either is said behind it. */
static void put_back(struct kdump_apply *apply)
{
	struct kdump_ctx *ctx = apply->ctx;
	struct kd_text error = ctx->error, advice = ctx->advice;
	const char *id = ctx->error_id;

	load_again(apply);
	kd_begin(ctx);
	if (kd_grow_give_back(&apply->grow)) {
		kd_text_append(&error, "; %s", ctx->error.s);
		advice = ctx->advice;
	}
	kd_begin(ctx);
	if (kd_carry_put_back(&apply->boot)) {
		kd_text_append(&error, "; %s", ctx->error.s);
		advice = ctx->advice;
	}
	if (apply->grow.loaded)
		kd_text_append(&error, "; the module " KD_GROW_MODULE " stays loaded");
	ctx->error = error;
	ctx->advice = advice;
	ctx->error_id = id;
}

/* 0 where all of it stands, or there is nothing to do. */
static int configure(struct kdump_apply *apply)
{
	int r = 0;

	if (apply->configured || !apply->plan->change.n_ops)
		return 0;
	if (!apply->boot.open)
		r = kd_carry_begin(&apply->boot);
	if (!r)
		r = kd_carry_next(&apply->boot);
	apply->configured = !r;
	return r;
}

static int live_step(struct kdump_apply *apply)
{
	const struct kdump_plan *plan = apply->plan;
	int err;

	while (apply->next < plan->n_steps && plan->steps[apply->next].when != KDUMP_WHEN_NOW)
		apply->next++;
	if (apply->next == plan->n_steps)
		return 0;
	err = do_step(apply, &plan->steps[apply->next]);
	if (err > 0)
		return err;
	apply->next++;
	return err ? err : KDUMP_AGAIN;
}

KD_API int kdump_apply_next(struct kdump_apply *apply)
{
	int r;

	kd_begin(apply->ctx);
	if (apply->over)
		return 0;
	r = configure(apply);
	if (!r)
		r = live_step(apply);
	if (!r)
		r = kd_carry_commit(&apply->boot);
	apply->over = r <= 0;
	if (r < 0)
		put_back(apply);
	return r;
}

KD_API const char *const *kdump_apply_get_argv(const struct kdump_apply *apply)
{
	const struct kd_carry *boot = &apply->boot;
	const struct kd_tool *modprobe = &apply->grow.modprobe;

	if (modprobe->waiting && !modprobe->answered)
		return apply->plan->module_argv;
	if (!boot->tool.waiting || boot->tool.answered)
		return NULL;
	return (const char *const *)boot->change->ops[boot->next].argv;
}

KD_API void kdump_apply_ran(struct kdump_apply *apply, int status, const char *output)
{
	kd_carry_ran(&apply->boot, status, output);
	kd_tool_answer(&apply->grow.modprobe, status, output);
}

KD_API size_t kdump_apply_count_commands(const struct kdump_apply *apply)
{
	return apply->boot.n_commands;
}

KD_API const char *kdump_apply_get_command(const struct kdump_apply *apply, size_t i)
{
	return i < apply->boot.n_commands ? apply->boot.commands[i] : NULL;
}

KD_API bool kdump_apply_is_changed(const struct kdump_apply *apply)
{
	return apply->changed || apply->boot.written || apply->grow.taken || apply->grow.loaded;
}

KD_API enum kdump_outcome kdump_apply_get_outcome(const struct kdump_apply *apply)
{
	return apply->outcome;
}
