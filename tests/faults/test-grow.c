/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Growth under a loaded image, by the module crash_grow and by a kernel that can itself:
 * with everything failing that can fail (faults.h), and with each answer by itself.
 */
#define _GNU_SOURCE
#include "grow.h"

/* What the machine has less must be said to be different; what one fault breaks is mended. */
static void after_grow(const struct machine *m, bool from)
{
	if (!from)
		assert_nothing_taken(m);
}

static const struct operation by_module = {
	"grow by crash_grow", prepare_module, run_grow, outcome, is_changed, check_by_module,
	false, after_grow,
};
static const struct operation by_kernel = {
	"grow by the kernel", prepare_kernel, run_grow, outcome, is_changed, check_grown, false,
	NULL,
};

static void test_by_module(void **state)
{
	(void)state;
	run_all_faults(&by_module);
}

static void test_by_kernel(void **state)
{
	(void)state;
	run_all_faults(&by_kernel);
}

/* ---- one thing at a time ---- */

static struct scene *with_image(void **state)
{
	struct scene *s = *state;

	prepare_module(&s->m);
	snprintf(s->before, sizeof(s->before), "%s", fake_loaded());
	return s;
}

static struct scene *with_kernel(void **state)
{
	struct scene *s = *state;

	prepare_kernel(&s->m);
	snprintf(s->before, sizeof(s->before), "%s", fake_loaded());
	return s;
}

/* Another time there is nothing to do, and status says how it came about. */
static void test_twice(void **state)
{
	struct scene *s = with_image(state);

	assert_int_equal(run_grow(&s->o), 0);
	check_by_module(&s->m, &s->o);
	assert_string_equal(fake_loaded(), s->before);
	release(&s->o);
	assert_int_equal(kdump_ctx_new(&s->o.ctx), 0);
	assert_int_equal(make_plan(&s->o, WANT), 0);
	assert_int_equal(kdump_plan_count_steps(s->o.plan), 0);
	assert_int_equal(kdump_plan_count_refusals(s->o.plan), 0);
	assert_true(kdump_plan_is_met_now(s->o.plan));
	assert_int_equal(kdump_report_get_origin(s->o.report), KDUMP_ORIGIN_GROWN);
	assert_int_equal(kdump_report_get_verdict(s->o.report), KDUMP_VERDICT_CAPTURED);
	assert_int_equal(kdump_report_get_freshness(s->o.report), KDUMP_FRESHNESS_FRESH);
}

/* The module takes whole pieces of 2 MiB: that is no reason to give a MiB back. */
static void test_odd_size(void **state)
{
	struct scene *s = with_image(state);

	assert_int_equal(begin_apply(&s->o, 383 * KD_MIB), 0);
	assert_int_equal(carry_out(&s->o), 0);
	check_by_module(&s->m, &s->o);
	release(&s->o);
	assert_int_equal(kdump_ctx_new(&s->o.ctx), 0);
	assert_int_equal(make_plan(&s->o, 383 * KD_MIB), 0);
	assert_int_equal(kdump_plan_count_steps(s->o.plan), 0);
	release(&s->o);
	assert_int_equal(kdump_ctx_new(&s->o.ctx), 0);
	assert_int_equal(make_plan(&s->o, 382 * KD_MIB), 0);
	assert_int_equal(kdump_plan_count_steps(s->o.plan), 3);
}

/* From nothing: no crashkernel= at all, and nothing loaded. */
static void test_from_nothing(void **state)
{
	struct scene *s = *state;

	grow_put(&s->m);
	machine_put(&s->m, "proc/cmdline", "root=/dev/vda1 ro quiet\n");
	machine_put(&s->m, "proc/iomem", "00001000-0009fbff : System RAM\n"
					 "00100000-7ffdcfff : System RAM\n"
					 "  46000000-47131f2f : Kernel code\n"
					 "  6e000000-6e0fffff : ACPI Tables\n"
					 "7ffdd000-7fffffff : Reserved\n");
	machine_put(&s->m, "sys/kernel/kexec/crash_size", "0\n");
	machine_put(&s->m, "sys/kernel/kexec/crash_cma_ranges", "");
	assert_int_equal(run_grow(&s->o), 0);
	assert_size(&s->m, "402653184\n");
	assert_string_equal(fake_loaded(), "");
	assert_int_equal(outcome(&s->o), KDUMP_OUTCOME_UNTOUCHED);
	assert_true(is_changed(&s->o));
	machine_assert_text(&s->m, "proc/iomem", "00001000-0009fbff : System RAM\n"
						 "00100000-7ffdcfff : System RAM\n"
						 "  46000000-47131f2f : Kernel code\n"
						 "  56000000-6dffffff : Crash kernel\n"
						 "  6e000000-6e0fffff : ACPI Tables\n"
						 "7ffdd000-7fffffff : Reserved\n");
	release(&s->o);
	load_well(NULL);
}

/* Above 4 GiB: low beside it, of the size that the estimate has, for this time alone. */
static void test_above(void **state)
{
	struct scene *s = with_image(state);

	machine_put(&s->m, "proc/iomem", "00100000-1ffdcfff : System RAM\n"
					 "  0e000000-1dffffff : Crash kernel\n"
					 "100000000-17fffffff : System RAM\n");
	assert_int_equal(run_grow(&s->o), 0);
	machine_assert_text(&s->m, "proc/iomem", "00100000-1ffdcfff : System RAM\n"
						 "  09800000-0dffffff : Crash kernel\n"
						 "100000000-17fffffff : System RAM\n"
						 "  168000000-17fffffff : Crash kernel\n");
	assert_nothing_taken(&s->m);
	assert_string_equal(fake_loaded(), s->before);
}

/* Without the file that says how much goes below nothing is taken on the off-chance. */
static void test_setting_is_not_there(void **state)
{
	struct scene *s = with_image(state);

	machine_remove(machine_path(&s->m, GROW "low_size"));
	assert_failed(s, run_grow(&s->o), -ENOENT, "module-gone");
	assert_as_before(s, KDUMP_OUTCOME_UNTOUCHED);
	assert_string_equal(fake_loaded(), s->before);
}

/* What an earlier run has left, killed in the middle, is given back first. */
static void test_leftover(void **state)
{
	struct scene *s = with_image(state);

	machine_put(&s->m, GROW "main", "0000000048000000-000000005fffffff\n");
	machine_put(&s->m, GROW "low", "0000000060000000-0000000060ffffff\n");
	assert_int_equal(run_grow(&s->o), 0);
	check_by_module(&s->m, &s->o);
}

static void test_take_is_refused(void **state)
{
	static const struct {
		int err, code;
		const char *id;
	} rows[] = {
		{ EINVAL, -EINVAL, "grow-invalid" },
		{ E2BIG, -E2BIG, "larger-than-memory" },
		{ EALREADY, -EBUSY, "grow-in-progress" },
		{ ENOMEM, -ENOMEM, "no-memory" },
		{ ENOSPC, -ENOSPC, "no-room" },
		{ EINTR, -EIO, "interrupted" },
		{ ENOENT, -ENOENT, "module-gone" },
		{ EACCES, -EACCES, "no-privilege" },
		{ EPERM, -EPERM, "no-privilege" },
		{ EXDEV, -EIO, "kernel-refused" },
	};

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		struct scene *s = with_image(state);

		assert_int_equal(begin_apply(&s->o, WANT), 0);
		/* The first gives back what may be left. */
		fake_fail_call("write_take", 2, rows[i].err);
		assert_failed(s, carry_out(&s->o), rows[i].code, rows[i].id);
		assert_string_not_equal(kdump_ctx_get_advice(s->o.ctx), "");
		assert_as_before(s, KDUMP_OUTCOME_UNTOUCHED);
		assert_nothing_taken(&s->m);
		assert_int_not_equal(kdump_apply_next(s->o.apply), KDUMP_AGAIN);
		again(state);
	}
}

/* The image is out by then, and comes back into what is reserved still. */
static void test_commit_is_refused(void **state)
{
	static const struct {
		int err, code;
		const char *id;
	} rows[] = {
		{ ENODATA, -ESTALE, "changed-meanwhile" },
		{ EBUSY, -EBUSY, "resize-while-loaded" },
		{ ESTALE, -ESTALE, "changed-meanwhile" },
		{ EIO, -EIO, "grow-failed" },
		{ EINTR, -EIO, "interrupted" },
		{ ENOENT, -ENOENT, "module-gone" },
		{ EACCES, -EACCES, "no-privilege" },
		{ EPERM, -EPERM, "no-privilege" },
		{ EXDEV, -EIO, "kernel-refused" },
	};

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		struct scene *s = with_image(state);

		assert_int_equal(begin_apply(&s->o, WANT), 0);
		fake_fail_call("write_commit", 1, rows[i].err);
		assert_failed(s, carry_out(&s->o), rows[i].code, rows[i].id);
		assert_as_before(s, KDUMP_OUTCOME_RESTORED);
		assert_nothing_taken(&s->m);
		again(state);
	}
}

static void test_kernel_refuses(void **state)
{
	static const struct {
		int err, code;
		const char *id;
	} rows[] = {
		{ ENOENT, -ENOENT, "resize-while-loaded" },
		{ EINVAL, -EINVAL, "cannot-grow" },
		{ ENOMEM, -ENOMEM, "no-memory" },
		{ EINTR, -EIO, "interrupted" },
		{ EACCES, -EACCES, "no-privilege" },
		{ EPERM, -EPERM, "no-privilege" },
		{ EXDEV, -EIO, "kernel-refused" },
	};

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		struct scene *s = with_kernel(state);

		assert_int_equal(begin_apply(&s->o, WANT), 0);
		fake_fail_call("write_size", 1, rows[i].err);
		assert_failed(s, carry_out(&s->o), rows[i].code, rows[i].id);
		assert_as_before(s, KDUMP_OUTCOME_RESTORED);
		again(state);
	}
}

/* Somebody else loads for a while, at each of the steps. */
static void test_busy_for_a_while(void **state)
{
	struct scene *s = with_image(state);
	unsigned steps = 0;
	int r;

	assert_int_equal(begin_apply(&s->o, WANT), 0);
	do {
		fake_busy(1000);
		r = kdump_apply_next(s->o.apply);
		steps++;
	} while (r == KDUMP_AGAIN);
	assert_int_equal(r, 0);
	assert_int_equal(steps, 5);
	fake_busy(0);
	check_by_module(&s->m, &s->o);
	assert_string_equal(fake_loaded(), s->before);
}

/* And for ever: told, and nothing is left behind. */
static void test_busy_for_ever(void **state)
{
	struct scene *s = with_image(state);

	assert_int_equal(begin_apply(&s->o, WANT), 0);
	assert_int_equal(kdump_apply_next(s->o.apply), KDUMP_AGAIN);
	assert_int_equal(kdump_apply_next(s->o.apply), KDUMP_AGAIN);
	fake_busy(2500);
	assert_failed(s, kdump_apply_next(s->o.apply), -EBUSY, "load-in-progress");
	assert_nothing_taken(&s->m);
	assert_as_before(s, KDUMP_OUTCOME_RESTORED);
}

/* Who drops a plan in the middle is left with what was there. */
static void test_dropped_in_the_middle(void **state)
{
	struct scene *s = with_image(state);

	for (int steps = 1; steps <= 2; steps++) {
		assert_int_equal(begin_apply(&s->o, WANT), 0);
		for (int i = 0; i < steps; i++)
			assert_int_equal(kdump_apply_next(s->o.apply), KDUMP_AGAIN);
		machine_assert_text(&s->m, GROW "main", "0000000056000000-000000006dffffff\n");
		assert_true(is_changed(&s->o));
		assert_int_equal(!*fake_loaded(), steps == 2);
		release(&s->o);
		assert_string_equal(fake_loaded(), s->before);
		assert_nothing_taken(&s->m);
		assert_size(&s->m, "268435456\n");
		check_record();
		assert_int_equal(kdump_ctx_new(&s->o.ctx), 0);
	}
}

/* The load fails for good: the last good image comes into the new main. */
static void test_load_is_refused(void **state)
{
	struct scene *s = with_image(state);

	assert_int_equal(begin_apply(&s->o, WANT), 0);
	fake_refuse(1, EKEYREJECTED);
	assert_failed(s, carry_out(&s->o), -EKEYREJECTED, "signature-rejected");
	assert_string_equal(fake_loaded(), s->before);
	assert_size(&s->m, "402653184\n");
	assert_int_equal(outcome(&s->o), KDUMP_OUTCOME_RESTORED);
	assert_true(is_changed(&s->o));
	assert_nothing_taken(&s->m);
	check_record();
}

/* What cannot be given back is said, and that the machine is different by it. */
static void test_not_given_back(void **state)
{
	struct scene *s = with_image(state);

	assert_int_equal(begin_apply(&s->o, WANT), 0);
	assert_int_equal(kdump_apply_next(s->o.apply), KDUMP_AGAIN);
	fake_fail_call("unload", 1, EPERM);
	machine_drop(&s->m, GROW "take");
	assert_true(carry_out(&s->o) < 0);
	assert_non_null(strstr(kdump_ctx_get_error(s->o.ctx), "could not be given back"));
	assert_true(is_changed(&s->o));
	assert_string_equal(fake_loaded(), s->before);
	/* For who comes after it: the test's own end looks for nothing. */
	machine_put(&s->m, GROW "take", "");
}

/* ---- refused before the first step ---- */

static void test_changed_since_the_plan(void **state)
{
	struct scene *s = with_kernel(state);

	assert_int_equal(begin_apply(&s->o, WANT), 0);
	machine_put(&s->m, "sys/kernel/kexec/crash_size", "536870912\n");
	assert_failed(s, carry_out(&s->o), -ESTALE, "changed-meanwhile");
	assert_size(&s->m, "536870912\n");
	assert_string_equal(fake_loaded(), s->before);
}

static void test_too_little_memory(void **state)
{
	struct scene *s = with_image(state);

	machine_put(&s->m, "proc/meminfo", "MemTotal: 1753200 kB\nMemAvailable: 507903 kB\n");
	assert_failed(s, run_grow(&s->o), -EPERM, "no-memory");
	assert_string_equal(fake_loaded(), s->before);
	release(&s->o);
	assert_int_equal(kdump_ctx_new(&s->o.ctx), 0);
	machine_put(&s->m, "proc/meminfo", "MemTotal: 1753200 kB\nMemAvailable: 507904 kB\n");
	assert_int_equal(run_grow(&s->o), 0);
	check_by_module(&s->m, &s->o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_twice),
		ONE(test_odd_size),
		ONE(test_from_nothing),
		ONE(test_above),
		ONE(test_setting_is_not_there),
		ONE(test_leftover),
		ONE(test_take_is_refused),
		ONE(test_commit_is_refused),
		ONE(test_kernel_refuses),
		ONE(test_busy_for_a_while),
		ONE(test_busy_for_ever),
		ONE(test_dropped_in_the_middle),
		ONE(test_load_is_refused),
		ONE(test_not_given_back),
		ONE(test_changed_since_the_plan),
		ONE(test_too_little_memory),
		cmocka_unit_test_teardown(test_by_module, tell_where),
		cmocka_unit_test_teardown(test_by_kernel, tell_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
