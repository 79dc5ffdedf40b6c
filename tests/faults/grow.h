/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Growth of main from 256 MiB to 384: plan, steps, and what must be there afterwards. */
#ifndef TESTS_FAULTS_GROW_H
#define TESTS_FAULTS_GROW_H

#include "faults.h"

#include "../unit/grow-files.h"

#define WANT (384 * KD_MIB)

static inline int make_plan(struct objects *o, uint64_t want)
{
	int err = look(o);

	if (!err)
		err = MAKE(o->report, kdump_report_new(o->ctx, o->config, o->image, o->est,
						       NULL, &o->report));
	if (!err)
		err = MAKE(o->wish, kdump_wish_new(o->ctx, &o->wish));
	if (err)
		return err;
	kdump_wish_set_scope(o->wish, KDUMP_SCOPE_LIVE);
	kdump_wish_set_load_module(o->wish, true);
	err = kdump_wish_set_size(o->wish, KDUMP_POOL_MAIN, want);
	if (!err)
		err = MAKE(o->plan, kdump_plan_new(o->ctx, o->report, o->wish, &o->plan));
	return err;
}

static inline int begin_apply(struct objects *o, uint64_t want)
{
	int err = make_plan(o, want);

	if (!err)
		err = MAKE(o->rq, kdump_request_new(o->ctx, o->config, o->image, o->est,
						    &o->rq));
	if (!err)
		err = MAKE(o->apply, kdump_apply_new(o->ctx, o->plan, o->rq, &o->apply));
	return err;
}

static inline int carry_out(struct objects *o)
{
	int r;

	do
		r = kdump_apply_next(o->apply);
	while (r == KDUMP_AGAIN);
	return r;
}

static inline int run_grow(struct objects *o)
{
	int err = begin_apply(o, WANT);

	return err ? err : carry_out(o);
}

static inline enum kdump_outcome outcome(const struct objects *o)
{
	return o->apply ? kdump_apply_get_outcome(o->apply) : KDUMP_OUTCOME_UNTOUCHED;
}

static inline bool is_changed(const struct objects *o)
{
	return o->apply && kdump_apply_is_changed(o->apply);
}

static inline void assert_size(const struct machine *m, const char *text)
{
	machine_assert_text(m, "sys/kernel/kexec/crash_size", text);
}

/* The settings of the module are the administrator's. */
static inline void assert_nothing_taken(const struct machine *m)
{
	machine_assert_text(m, GROW "main", "\n");
	machine_assert_text(m, GROW "low", "\n");
	machine_assert_text(m, GROW "low_size", "268435456\n");
	machine_assert_text(m, GROW "high", "0\n");
}

static inline void check_grown(const struct machine *m, const struct objects *o)
{
	assert_size(m, "402653184\n");
	machine_assert_text(m, "proc/iomem", "00001000-0009fbff : System RAM\n"
					     "00100000-7ffdcfff : System RAM\n"
					     "  46000000-47131f2f : Kernel code\n"
					     "  56000000-6dffffff : Crash kernel\n"
					     "7ffdd000-7fffffff : Reserved\n");
	assert_string_not_equal(fake_loaded(), "");
	assert_int_equal(outcome(o), KDUMP_OUTCOME_LOADED);
	assert_true(is_changed(o));
}

static inline void check_by_module(const struct machine *m, const struct objects *o)
{
	check_grown(m, o);
	assert_nothing_taken(m);
	machine_assert_text(m, GROW "grown", "0000000056000000-000000006dffffff\n");
}

static inline void prepare_module(const struct machine *m)
{
	grow_put(m);
	load_well(NULL);
}

static inline void prepare_kernel(const struct machine *m)
{
	grow_put_kernel(m);
	load_well(NULL);
}

static inline void assert_as_before(struct scene *s, enum kdump_outcome expected)
{
	assert_string_equal(fake_loaded(), s->before);
	assert_size(&s->m, "268435456\n");
	assert_int_equal(outcome(&s->o), expected);
	assert_false(is_changed(&s->o));
	check_record();
	check_copy();
}

static inline void again(void **state)
{
	struct scene *s = *state;

	release(&s->o);
	assert_int_equal(tear_down(state), 0);
	assert_int_equal(set_up(state), 0);
}

#endif
