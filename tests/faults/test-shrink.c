/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Shrinking under a loaded image: unload, resize, load.  With everything failing
 * that can fail (faults.h), and with each answer of the kernel by itself.
 */
#define _GNU_SOURCE
#include "faults.h"

#define WANT (128 * KD_MIB)

static void prepare_loaded(const struct machine *m)
{
	(void)m;
	load_well(NULL);
}

static void prepare_unloaded(const struct machine *m)
{
	(void)m;
}

static int make_plan(struct objects *o, uint64_t want, const char *force)
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
	err = kdump_wish_set_size(o->wish, KDUMP_POOL_MAIN, want);
	if (!err && force)
		err = kdump_wish_add_force(o->wish, force);
	if (!err)
		err = MAKE(o->plan, kdump_plan_new(o->ctx, o->report, o->wish, &o->plan));
	return err;
}

static int begin_apply(struct objects *o, uint64_t want, const char *force)
{
	int err = make_plan(o, want, force);

	if (!err)
		err = MAKE(o->rq, kdump_request_new(o->ctx, o->config, o->image, o->est,
						    &o->rq));
	if (!err)
		err = MAKE(o->apply, kdump_apply_new(o->ctx, o->plan, o->rq, &o->apply));
	return err;
}

static int carry_out(struct objects *o)
{
	int r;

	do
		r = kdump_apply_next(o->apply);
	while (r == KDUMP_AGAIN);
	return r;
}

static int run_shrink(struct objects *o)
{
	int err = begin_apply(o, WANT, NULL);

	return err ? err : carry_out(o);
}

static int run_give_back(struct objects *o)
{
	int err = begin_apply(o, 0, NULL);

	return err ? err : carry_out(o);
}

static enum kdump_outcome outcome(const struct objects *o)
{
	return o->apply ? kdump_apply_get_outcome(o->apply) : KDUMP_OUTCOME_UNTOUCHED;
}

static bool is_changed(const struct objects *o)
{
	return o->apply && kdump_apply_is_changed(o->apply);
}

static void assert_size(const struct machine *m, const char *text)
{
	machine_assert_text(m, "sys/kernel/kexec/crash_size", text);
}

static void check_shrunk(const struct machine *m, const struct objects *o)
{
	assert_size(m, "134217728\n");
	assert_string_not_equal(fake_loaded(), "");
	assert_int_equal(outcome(o), KDUMP_OUTCOME_LOADED);
	assert_true(is_changed(o));
}

static void check_resized(const struct machine *m, const struct objects *o)
{
	assert_size(m, "134217728\n");
	assert_string_equal(fake_loaded(), "");
	assert_true(is_changed(o));
}

static void check_given_back(const struct machine *m, const struct objects *o)
{
	assert_size(m, "0\n");
	assert_string_equal(fake_loaded(), "");
	assert_int_equal(outcome(o), KDUMP_OUTCOME_UNPROTECTED);
	assert_true(is_changed(o));
}

static const struct operation shrink = {
	"shrink", prepare_loaded, run_shrink, outcome, is_changed, check_shrunk, false, NULL,
};
static const struct operation resize = {
	"resize with nothing loaded", prepare_unloaded, run_shrink, outcome, is_changed,
	check_resized, false, NULL,
};
static const struct operation give_back = {
	"give back", prepare_loaded, run_give_back, outcome, is_changed, check_given_back, true,
	NULL,
};

static void test_shrink(void **state)
{
	(void)state;
	run_all_faults(&shrink);
}

static void test_resize(void **state)
{
	(void)state;
	run_all_faults(&resize);
}

static void test_give_back(void **state)
{
	(void)state;
	run_all_faults(&give_back);
}

/* ---- one thing at a time ---- */

static struct scene *with_image(void **state)
{
	struct scene *s = *state;

	load_well(NULL);
	snprintf(s->before, sizeof(s->before), "%s", fake_loaded());
	return s;
}

/* The kernel frees from the top, and what was freed is shown behind the region. */
static void test_what_the_kernel_shows(void **state)
{
	struct scene *s = with_image(state);
	uint64_t bytes;

	assert_int_equal(run_shrink(&s->o), 0);
	check_shrunk(&s->m, &s->o);
	assert_string_equal(fake_loaded(), s->before);
	machine_assert_text(&s->m, "proc/iomem",
			    "00001000-0009fbff : System RAM\n"
			    "00100000-7ffdcfff : System RAM\n"
			    "  46000000-47131f2f : Kernel code\n"
			    "  6e000000-75ffffff : Crash kernel\n"
			    "  76000000-7dffffff : System RAM\n"
			    "7ffdd000-7fffffff : Reserved\n");
	release(&s->o);
	assert_int_equal(kdump_ctx_new(&s->o.ctx), 0);
	assert_int_equal(make_plan(&s->o, WANT, NULL), 0);
	assert_int_equal(kdump_plan_count_steps(s->o.plan), 0);
	assert_int_equal(kdump_plan_count_refusals(s->o.plan), 0);
	assert_true(kdump_report_get_size(s->o.report, KDUMP_POOL_MAIN, KDUMP_VIEW_RESERVED,
					  &bytes));
	assert_int_equal(bytes, WANT);
	assert_int_equal(kdump_report_get_verdict(s->o.report), KDUMP_VERDICT_CAPTURED);
	assert_int_equal(kdump_report_get_freshness(s->o.report), KDUMP_FRESHNESS_FRESH);
	assert_int_equal(kdump_report_count_findings(s->o.report), 0);
}

/* High and low: low is kept whole while main is left, and counted in what is written. */
static void test_two_regions(void **state)
{
	struct scene *s = *state;

	machine_put(&s->m, "proc/iomem", "00100000-bffdcfff : System RAM\n"
					 "  a6000000-b5ffffff : Crash kernel\n"
					 "100000000-1bfffffff : System RAM\n"
					 "  1a0000000-1afffffff : Crash kernel\n");
	machine_put(&s->m, "sys/kernel/kexec/crash_size", "536870912\n");
	machine_put(&s->m, "sys/kernel/kexec/crash_cma_ranges", "");
	machine_put(&s->m, "proc/cmdline", "root=/dev/vda1 crashkernel=256M,high\n");
	load_well(NULL);
	assert_int_equal(run_shrink(&s->o), 0);
	assert_size(&s->m, "402653184\n");
	machine_assert_text(&s->m, "proc/iomem", "00100000-bffdcfff : System RAM\n"
						 "  a6000000-b5ffffff : Crash kernel\n"
						 "100000000-1bfffffff : System RAM\n"
						 "  1a0000000-1a7ffffff : Crash kernel\n"
						 "  1a8000000-1afffffff : System RAM\n");
}

/* 6.1 counts main alone, whatever low region there is. */
static void test_two_regions_of_an_old_kernel(void **state)
{
	struct scene *s = *state;

	machine_put(&s->m, "proc/sys/kernel/osrelease", "6.1.0-50-amd64\n");
	machine_put_kernel(&s->m, "boot/vmlinuz-6.1.0-50-amd64",
			   &(struct machine_kernel){ .release = "6.1.0-50-amd64" });
	machine_put_initramfs(&s->m, "var/lib/kdump/initrd.img-6.1.0-50-amd64", 2000, 'a');
	machine_put(&s->m, "proc/iomem", "00100000-bffdcfff : System RAM\n"
					 "  a6000000-b5ffffff : Crash kernel\n"
					 "100000000-1bfffffff : System RAM\n"
					 "  1a0000000-1afffffff : Crash kernel\n");
	machine_remove(machine_path(&s->m, "sys/kernel/kexec"));
	machine_put(&s->m, "sys/kernel/kexec_crash_size", "268435456\n");
	machine_put(&s->m, "sys/kernel/kexec_crash_loaded", "0\n");
	machine_put(&s->m, "proc/cmdline", "root=/dev/vda1 crashkernel=256M,high\n");
	load_well(NULL);
	assert_int_equal(run_shrink(&s->o), 0);
	machine_assert_text(&s->m, "sys/kernel/kexec_crash_size", "134217728\n");
	machine_assert_text(&s->m, "sys/kernel/kexec_crash_loaded", "1\n");
}

static void assert_as_before(struct scene *s)
{
	assert_string_equal(fake_loaded(), s->before);
	assert_size(&s->m, "268435456\n");
	assert_int_equal(outcome(&s->o), KDUMP_OUTCOME_RESTORED);
	assert_false(is_changed(&s->o));
	check_record();
	check_copy();
}

static void test_resize_is_refused(void **state)
{
	static const struct {
		int err, code;
		const char *id;
	} rows[] = {
		{ ENOENT, -ENOENT, "resize-while-loaded" },
		{ EINVAL, -EINVAL, "cannot-grow" },
		{ ENOMEM, -ENOMEM, "out-of-memory" },
		{ EACCES, -EACCES, "no-privilege" },
		{ EPERM, -EPERM, "no-privilege" },
		{ EXDEV, -EIO, "kernel-refused" },
	};

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		struct scene *s = with_image(state);

		assert_int_equal(begin_apply(&s->o, WANT, NULL), 0);
		fake_fail_call("write_size", 1, rows[i].err);
		assert_failed(s, carry_out(&s->o), rows[i].code, rows[i].id);
		assert_as_before(s);
		/* What has failed stays so. */
		assert_int_not_equal(kdump_apply_next(s->o.apply), KDUMP_AGAIN);
		release(&s->o);
		assert_int_equal(tear_down(state), 0);
		assert_int_equal(set_up(state), 0);
	}
}

/* The image that was unloaded does not come back; the last good one does. */
static void test_load_is_refused(void **state)
{
	struct scene *s = with_image(state);

	assert_int_equal(begin_apply(&s->o, WANT, NULL), 0);
	fake_refuse(1, EKEYREJECTED);
	assert_failed(s, carry_out(&s->o), -EKEYREJECTED, "signature-rejected");
	assert_string_equal(fake_loaded(), s->before);
	assert_size(&s->m, "134217728\n");
	assert_int_equal(outcome(&s->o), KDUMP_OUTCOME_RESTORED);
	assert_true(is_changed(&s->o));
	check_record();
}

static void test_load_is_refused_twice(void **state)
{
	struct scene *s = with_image(state);

	assert_int_equal(begin_apply(&s->o, WANT, NULL), 0);
	fake_refuse(2, EKEYREJECTED);
	assert_failed(s, carry_out(&s->o), -EKEYREJECTED, "signature-rejected");
	assert_string_equal(fake_loaded(), "");
	assert_int_equal(outcome(&s->o), KDUMP_OUTCOME_UNPROTECTED);
	assert_true(is_changed(&s->o));
	assert_null(machine_get(&s->m, KD_RECORD_PATH));
}

/* The new files were spoilt between unload and load: the copy does not mind. */
static void test_files_are_spoilt_meanwhile(void **state)
{
	struct scene *s = with_image(state);

	assert_int_equal(begin_apply(&s->o, WANT, NULL), 0);
	machine_put(&s->m, MACHINE_INITRD, "x");
	assert_failed(s, carry_out(&s->o), -ESTALE, "file-changed");
	assert_string_equal(fake_loaded(), s->before);
	assert_int_equal(outcome(&s->o), KDUMP_OUTCOME_RESTORED);
	check_record();
}

static void test_unload_is_refused(void **state)
{
	struct scene *s = with_image(state);

	assert_int_equal(begin_apply(&s->o, WANT, NULL), 0);
	fake_fail_call("unload", 1, EPERM);
	assert_true(carry_out(&s->o) < 0);
	assert_string_equal(fake_loaded(), s->before);
	assert_size(&s->m, "268435456\n");
	assert_int_equal(outcome(&s->o), KDUMP_OUTCOME_UNTOUCHED);
	assert_false(is_changed(&s->o));
}

/* Someone else loads for a while, at each of the steps. */
/* Who drops a plan in the middle, whose image is out already, gets it back. */
static void test_dropped_in_the_middle(void **state)
{
	struct scene *s = with_image(state);

	for (int steps = 1; steps <= 2; steps++) {
		assert_int_equal(begin_apply(&s->o, WANT, NULL), 0);
		for (int i = 0; i < steps; i++)
			assert_int_equal(kdump_apply_next(s->o.apply), KDUMP_AGAIN);
		assert_string_equal(fake_loaded(), "");
		release(&s->o);
		assert_string_equal(fake_loaded(), s->before);
		check_record();
		assert_int_equal(kdump_ctx_new(&s->o.ctx), 0);
	}
}

static void test_busy_for_a_while(void **state)
{
	struct scene *s = with_image(state);
	unsigned steps = 0;
	int r;

	assert_int_equal(begin_apply(&s->o, WANT, NULL), 0);
	do {
		fake_busy(1000);
		r = kdump_apply_next(s->o.apply);
		steps++;
	} while (r == KDUMP_AGAIN);
	assert_int_equal(r, 0);
	assert_int_equal(steps, 4);
	fake_busy(0);
	check_shrunk(&s->m, &s->o);
	assert_string_equal(fake_loaded(), s->before);
}

static void test_attempts_are_counted(void **state)
{
	static const char limit[] = "proc/sys/kernel/kexec_load_limit_panic";
	struct scene *s = with_image(state);

	machine_put(&s->m, limit, "2\n");
	assert_failed(s, run_shrink(&s->o), -EPERM, "load-limit");
	assert_string_equal(fake_loaded(), s->before);
	machine_assert_text(&s->m, limit, "2\n");
	release(&s->o);
	assert_int_equal(kdump_ctx_new(&s->o.ctx), 0);
	machine_put(&s->m, limit, "3\n");
	assert_int_equal(begin_apply(&s->o, WANT, NULL), 0);
	fake_refuse(1, ENOKEY);
	assert_failed(s, carry_out(&s->o), -ENOKEY, "signature-unknown-key");
	assert_string_equal(fake_loaded(), s->before);
	machine_assert_text(&s->m, limit, "0\n");
}

static void test_no_good_copy(void **state)
{
	struct scene *s = with_image(state);

	machine_put(&s->m, COPY "/kernel", "not what it was");
	assert_failed(s, run_shrink(&s->o), -EPERM, "no-fallback");
	assert_null(s->o.apply);
	assert_string_equal(fake_loaded(), s->before);
	assert_size(&s->m, "268435456\n");
	release(&s->o);
	assert_int_equal(kdump_ctx_new(&s->o.ctx), 0);
	assert_int_equal(begin_apply(&s->o, WANT, "no-fallback"), 0);
	assert_int_equal(carry_out(&s->o), 0);
	check_shrunk(&s->m, &s->o);
}

static void test_changed_since_the_plan(void **state)
{
	struct scene *s = with_image(state);

	assert_int_equal(make_plan(&s->o, WANT, NULL), 0);
	assert_int_equal(kdump_request_new(s->o.ctx, s->o.config, s->o.image, s->o.est,
					   &s->o.rq), 0);
	machine_put(&s->m, "sys/kernel/kexec/crash_size", "201326592\n");
	s->o.apply = UNTOUCHED;
	assert_failed(s, kdump_apply_new(s->o.ctx, s->o.plan, s->o.rq, &s->o.apply), -ESTALE,
		      "changed-meanwhile");
	assert_ptr_equal(s->o.apply, UNTOUCHED);
	s->o.apply = NULL;
	assert_string_equal(fake_loaded(), s->before);
}

/* A value that is not below the one just read is never written. */
static void test_smaller_by_then(void **state)
{
	struct scene *s = *state;

	assert_int_equal(begin_apply(&s->o, WANT, NULL), 0);
	machine_put(&s->m, "sys/kernel/kexec/crash_size", "67108864\n");
	assert_failed(s, carry_out(&s->o), -ESTALE, "changed-meanwhile");
	assert_size(&s->m, "67108864\n");
	assert_false(is_changed(&s->o));
}

static void test_without_a_request(void **state)
{
	struct scene *s = with_image(state);

	assert_int_equal(make_plan(&s->o, 0, NULL), 0);
	assert_int_equal(kdump_apply_new(s->o.ctx, s->o.plan, NULL, &s->o.apply), 0);
	assert_int_equal(carry_out(&s->o), 0);
	check_given_back(&s->m, &s->o);
}

/* It gives back nothing: what it had unloaded is put back from the copy. */
static void test_giving_back_is_refused(void **state)
{
	struct scene *s = with_image(state);

	assert_int_equal(make_plan(&s->o, 0, NULL), 0);
	assert_int_equal(kdump_apply_new(s->o.ctx, s->o.plan, NULL, &s->o.apply), 0);
	fake_fail_call("write_size", 1, EINVAL);
	assert_failed(s, carry_out(&s->o), -EINVAL, "cannot-grow");
	assert_as_before(s);
}

static void test_locked(void **state)
{
	struct scene *s = with_image(state);
	struct kdump_ctx *other;
	int lock;

	assert_int_equal(kdump_ctx_new(&other), 0);
	assert_int_equal(kd_lock_take(other, &lock), 0);
	kdump_ctx_set_lock_timeout(s->o.ctx, 200);
	assert_failed(s, run_shrink(&s->o), -ETIMEDOUT, "locked");
	kd_lock_drop(lock);
	kdump_ctx_unref(other);
	assert_string_equal(fake_loaded(), s->before);
	assert_size(&s->m, "268435456\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_what_the_kernel_shows),
		ONE(test_two_regions),
		ONE(test_two_regions_of_an_old_kernel),
		ONE(test_resize_is_refused),
		ONE(test_load_is_refused),
		ONE(test_load_is_refused_twice),
		ONE(test_files_are_spoilt_meanwhile),
		ONE(test_unload_is_refused),
		ONE(test_dropped_in_the_middle),
		ONE(test_busy_for_a_while),
		ONE(test_attempts_are_counted),
		ONE(test_no_good_copy),
		ONE(test_changed_since_the_plan),
		ONE(test_smaller_by_then),
		ONE(test_without_a_request),
		ONE(test_giving_back_is_refused),
		ONE(test_locked),
		cmocka_unit_test_teardown(test_shrink, tell_where),
		cmocka_unit_test_teardown(test_resize, tell_where),
		cmocka_unit_test_teardown(test_give_back, tell_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
