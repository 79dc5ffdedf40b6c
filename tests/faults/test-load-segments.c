/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * A reload by segments of our own, over one that was loaded so: everything that
 * can fail does, once (faults.h).
 */
#define _GNU_SOURCE
#include "faults.h"

#include "../unit/handover-files.h"

/* What is there was placed by us too, so that it is put back the same way. */
static void prepare_segments(const struct machine *m)
{
	struct objects o = { .call = KDUMP_SYSCALL_SEGMENTS };

	handover_put(m);
	assert_int_equal(kdump_ctx_new(&o.ctx), 0);
	assert_int_equal(make_request(&o, NULL), 0);
	assert_int_equal(kdump_request_load(o.rq), 0);
	release(&o);
	replace_image(m);
}

static int run_segments(struct objects *o)
{
	int err;

	o->call = KDUMP_SYSCALL_SEGMENTS;
	err = make_request(o, NULL);
	return err ? err : kdump_request_load(o->rq);
}

static enum kdump_outcome outcome(const struct objects *o)
{
	return o->rq ? kdump_request_get_outcome(o->rq) : KDUMP_OUTCOME_UNTOUCHED;
}

static bool is_changed(const struct objects *o)
{
	return outcome(o) != KDUMP_OUTCOME_UNTOUCHED;
}

static void check_segments(const struct machine *m, const struct objects *o)
{
	(void)m;
	assert_true(kd_starts(fake_loaded(), "segments 5 "));
	assert_int_equal(outcome(o), KDUMP_OUTCOME_LOADED);
	assert_int_equal(kdump_request_get_syscall(o->rq), KDUMP_SYSCALL_SEGMENTS);
}

static const struct operation reload_segments = {
	"reload by segments", prepare_segments, run_segments, outcome, is_changed, check_segments,
	false, NULL,
};

static void test_reload_segments(void **state)
{
	(void)state;
	run_all_faults(&reload_segments);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_reload_segments, tell_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
