/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <errno.h>

#include "reserve.h"
#include "run.h"

static int fail(struct reserve_run *run, int ret)
{
	error_from_ctx(&run->error, run->s.ctx, ret);
	return EXIT_FAILED;
}

static int add_force(void *wish, const char *id)
{
	return kdump_wish_add_force(wish, id);
}

/* Away from the running machine the only reservation there is is the next boot's. */
static enum kdump_scope scope(const struct reserve_run *run,
			      const struct reserve_options *opt)
{
	if (opt->live)
		return KDUMP_SCOPE_LIVE;
	if (opt->config || !kdump_ctx_is_live(run->s.ctx))
		return KDUMP_SCOPE_CONFIG;
	return KDUMP_SCOPE_BOTH;
}

static int set_place(struct reserve_run *run, const struct reserve_options *opt)
{
	if (opt->text)
		return kdump_wish_set_text(run->wish, opt->text);
	if (opt->at || opt->policy)
		return kdump_wish_set_place(run->wish, opt->address, opt->policy);
	return 0;
}

static int fill_wish(struct reserve_run *run, const struct reserve_options *opt)
{
	int ret = 0;

	for (unsigned pool = 0; pool < KDUMP_POOLS && !ret; pool++) {
		const struct size_option *size = &opt->size[pool];

		if (size->kind == SIZE_AUTO)
			kdump_wish_set_auto(run->wish, pool);
		else if (size->kind == SIZE_BYTES)
			ret = kdump_wish_set_size(run->wish, pool, size->bytes);
	}
	kdump_wish_set_high(run->wish, opt->high);
	kdump_wish_set_scope(run->wish, scope(run, opt));
	kdump_wish_set_load_module(run->wish, opt->load_module);
	if (!ret)
		ret = set_place(run, opt);
	if (!ret && opt->release)
		ret = kdump_wish_set_release(run->wish, opt->release);
	return ret ? ret : options_each_force(&opt->change, add_force, run->wish);
}

/* Sizes and identifiers that mean nothing are wrong arguments, found out late. */
static int make_wish(struct reserve_run *run, const struct reserve_options *opt)
{
	int ret = kdump_wish_new(run->s.ctx, &run->wish);

	if (!ret)
		ret = fill_wish(run, opt);
	if (!ret)
		return EXIT_DONE;
	fail(run, ret);
	return ret == -EINVAL || ret == -ERANGE ? EXIT_USAGE : EXIT_FAILED;
}

static int make_plan(struct reserve_run *run)
{
	struct session *s = &run->s;
	int ret = kdump_plan_new(s->ctx, s->report, run->wish, &run->plan);

	if (!ret)
		return EXIT_DONE;
	fail(run, ret);
	/* No estimate: why there is none says more. */
	if (ret == -ENODATA && s->image_error.id[0])
		run->error = s->image_error;
	return ret == -EINVAL ? EXIT_USAGE : EXIT_FAILED;
}

static void refusal_error(const struct kdump_refusal *refusal, struct error *ret)
{
	error_set(ret, EPERM, kdump_refusal_get_id(refusal),
		  kdump_refusal_get_advice(refusal), "refused: %s",
		  kdump_refusal_get_text(refusal));
}

/* The next unforced refusal from @i on; NULL beyond the last. */
static const struct kdump_refusal *next_refusal(const struct kdump_plan *plan, size_t *i)
{
	while (*i < kdump_plan_count_refusals(plan)) {
		const struct kdump_refusal *refusal = kdump_plan_get_refusal(plan, (*i)++);

		if (!kdump_refusal_is_forced(refusal))
			return refusal;
	}
	return NULL;
}

/* The first one is the error; the others are said behind it. */
static int check_refusals(struct reserve_run *run, struct reserve_view *view)
{
	size_t i = 0;
	const struct kdump_refusal *refusal = next_refusal(run->plan, &i);

	view->refused = refusal;
	if (refusal)
		refusal_error(refusal, &run->error);
	return view->refused ? EXIT_FAILED : EXIT_DONE;
}

void reserve_tell_refusals(const struct kdump_plan *plan)
{
	const struct kdump_refusal *refusal;
	struct error error;
	size_t i = 0;

	next_refusal(plan, &i);
	while ((refusal = next_refusal(plan, &i))) {
		refusal_error(refusal, &error);
		msg_error(&error);
	}
}

/* Only a plan that loads needs an image. */
static int make_request(struct reserve_run *run, const struct reserve_options *opt)
{
	if (!plan_has(run->plan, KDUMP_ACTION_LOAD))
		return EXIT_DONE;
	if (run->s.image_error.id[0]) {
		run->error = run->s.image_error;
		return EXIT_FAILED;
	}
	if (session_request(&run->s, &opt->change, &run->rq, &run->error))
		return EXIT_FAILED;
	return EXIT_DONE;
}

static int do_steps(struct reserve_run *run, struct reserve_view *view)
{
	int ret = kdump_apply_new(run->s.ctx, run->plan, run->rq, &run->apply);

	if (ret) {
		fail(run, ret);
		error_add_outcome(&run->error, false, KDUMP_OUTCOME_UNTOUCHED);
		return EXIT_FAILED;
	}
	view->attempted = true;
	view->apply = run->apply;
	do {
		ret = kdump_apply_next(run->apply);
		if (ret == KDUMP_APPLY_RUN)
			run_tool(run->apply);
	} while (ret > 0);
	if (ret)
		fail(run, ret);
	view->changed = kdump_apply_is_changed(run->apply);
	view->outcome = kdump_apply_get_outcome(run->apply);
	if (run->rq)
		view->note = kdump_request_get_note(run->rq);
	if (ret) {
		error_add_outcome(&run->error, view->changed, view->outcome);
		return view->changed ? EXIT_CHANGED : EXIT_FAILED;
	}
	view->done = true;
	return EXIT_DONE;
}

static int carry_out(struct reserve_run *run, const struct reserve_options *opt,
		     struct reserve_view *view)
{
	struct session_change change;
	int code = make_request(run, opt);

	if (code)
		return code;
	if (session_change_begin(&change, &run->error))
		return EXIT_FAILED;
	code = do_steps(run, view);
	session_change_end(&change);
	return code;
}

/* What a crash or a kill left half done is put back before anything is judged by it. */
static int recover(struct reserve_run *run, struct reserve_view *view)
{
	struct session_change change;
	int ret;

	if (session_change_begin(&change, &run->error))
		return EXIT_FAILED;
	ret = kdump_recover(run->s.ctx);
	session_change_end(&change);
	view->recovered = ret == 1;
	return ret < 0 ? fail(run, ret) : EXIT_DONE;
}

static int make_undo(struct reserve_run *run)
{
	int ret = kdump_plan_new_undo(run->s.ctx, run->s.report, &run->plan);

	return ret ? fail(run, ret) : EXIT_DONE;
}

/* What crashctl.conf wants needs neither boot loader nor, where that is nothing, image. */
static int plan_configured(struct reserve_run *run, const struct reserve_options *opt,
			   struct reserve_view *view)
{
	int ret;

	if (session_config(&run->s, NULL, &run->error))
		return EXIT_FAILED;
	ret = kdump_wish_new(run->s.ctx, &run->wish);
	if (!ret)
		ret = options_each_force(&opt->change, add_force, run->wish);
	if (ret) {
		fail(run, ret);
		return ret == -EINVAL ? EXIT_USAGE : EXIT_FAILED;
	}
	kdump_wish_set_load_module(run->wish, opt->load_module);
	if (kdump_wish_set_configured(run->wish, run->s.config)) {
		view->unconfigured = true;
		view->note = "crashctl.conf(5) names nothing to reserve at run time";
		return EXIT_DONE;
	}
	return session_image(&run->s, &run->error) ? EXIT_FAILED : make_plan(run);
}

static int plan(struct reserve_run *run, const struct reserve_options *opt)
{
	int code = opt->undo ? EXIT_DONE : make_wish(run, opt);

	if (code)
		return code;
	if (session_look(&run->s, NULL, &run->error))
		return EXIT_FAILED;
	return opt->undo ? make_undo(run) : make_plan(run);
}

int reserve_run(struct reserve_run *run, const struct reserve_options *opt,
		   struct reserve_view *view)
{
	int code;

	if (session_open(&run->s, opt->g, &run->error))
		return EXIT_FAILED;
	run->s.bootloader = opt->loader;
	run->s.wants_boot = !opt->configured;
	run->s.wants_saved = opt->undo;
	code = opt->change.dry_run || opt->configured ? EXIT_DONE : recover(run, view);
	if (code || opt->recover) {
		view->done = !code;
		return code;
	}
	code = opt->configured ? plan_configured(run, opt, view) : plan(run, opt);
	if (view->unconfigured) {
		view->done = true;
		return code;
	}
	if (!code)
		code = check_refusals(run, view);
	if (code || opt->change.dry_run)
		return code;
	if (kdump_plan_count_steps(run->plan))
		return carry_out(run, opt, view);
	view->done = true;
	return EXIT_DONE;
}

void reserve_close(struct reserve_run *run)
{
	kdump_apply_unref(run->apply);
	kdump_request_unref(run->rq);
	kdump_plan_unref(run->plan);
	kdump_wish_unref(run->wish);
	session_close(&run->s);
}
