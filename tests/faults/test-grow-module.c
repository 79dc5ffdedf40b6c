/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Growth where crash_grow is loaded first, and where segments are placed by us. */
#define _GNU_SOURCE
#include "grow.h"

#include "../unit/handover-files.h"

/* ---- segments ---- */

static void prepare_segments(const struct machine *m)
{
	struct objects o = { .call = KDUMP_SYSCALL_SEGMENTS };

	grow_put(m);
	handover_put(m);
	assert_int_equal(kdump_ctx_new(&o.ctx), 0);
	assert_int_equal(make_request(&o, NULL), 0);
	assert_int_equal(kdump_request_load(o.rq), 0);
	release(&o);
}

static int run_grow_segments(struct objects *o)
{
	o->call = KDUMP_SYSCALL_SEGMENTS;
	return run_grow(o);
}

static void check_by_segments(const struct machine *m, const struct objects *o)
{
	check_by_module(m, o);
	assert_true(kd_starts(fake_loaded(), "segments 5 "));
	for (size_t i = 0; i < kdump_request_count_segments(o->rq); i++) {
		const struct kdump_segment *segment = kdump_request_get_segment(o->rq, i);

		assert_in_range(kdump_segment_get_range(segment).start, 0x56000000, 0x6dffffff);
	}
}

static struct scene *with_segments(void **state)
{
	struct scene *s = *state;

	prepare_segments(&s->m);
	snprintf(s->before, sizeof(s->before), "%s", fake_loaded());
	return s;
}

static void test_segments(void **state)
{
	struct scene *s = with_segments(state);

	assert_int_equal(run_grow_segments(&s->o), 0);
	check_by_segments(&s->m, &s->o);
}

/* What was placed in memory that did not become main is placed again, in what is main. */
static void test_segments_commit_is_refused(void **state)
{
	struct scene *s = with_segments(state);

	s->o.call = KDUMP_SYSCALL_SEGMENTS;
	assert_int_equal(begin_apply(&s->o, WANT), 0);
	fake_fail_call("write_commit", 1, EIO);
	assert_failed(s, carry_out(&s->o), -EIO, "grow-failed");
	assert_string_equal(fake_loaded(), s->before);
	assert_size(&s->m, "268435456\n");
	assert_int_equal(outcome(&s->o), KDUMP_OUTCOME_RESTORED);
	assert_nothing_taken(&s->m);
}

/* Of a kernel that grows by itself the place is known behind it. */
static void test_segments_by_kernel(void **state)
{
	struct scene *s = *state;

	prepare_segments(&s->m);
	machine_remove(machine_path(&s->m, "sys/kernel/crash_grow"));
	grow_put_kernel(&s->m);
	assert_int_equal(run_grow_segments(&s->o), 0);
	check_grown(&s->m, &s->o);
	assert_true(kd_starts(fake_loaded(), "segments 5 "));
	for (size_t i = 0; i < kdump_request_count_segments(s->o.rq); i++) {
		const struct kdump_segment *segment = kdump_request_get_segment(s->o.rq, i);

		assert_in_range(kdump_segment_get_range(segment).start, 0x56000000, 0x6dffffff);
	}
}

/* ---- the module ---- */

#define MODULE "lib/modules/" MACHINE_RELEASE "/updates/dkms/crash_grow.ko.xz"

static int begin_with_module(struct scene *s)
{
	load_well(NULL);
	snprintf(s->before, sizeof(s->before), "%s", fake_loaded());
	machine_put(&s->m, MODULE, "");
	machine_put(&s->m, "usr/sbin/modprobe", "");
	return begin_apply(&s->o, WANT);
}

static void test_module(void **state)
{
	struct scene *s = *state;
	const char *const *argv;

	assert_int_equal(begin_with_module(s), 0);
	assert_null(kdump_apply_get_argv(s->o.apply));
	assert_int_equal(kdump_apply_next(s->o.apply), KDUMP_APPLY_RUN);
	/* Until somebody has run it. */
	assert_int_equal(kdump_apply_next(s->o.apply), KDUMP_APPLY_RUN);
	argv = kdump_apply_get_argv(s->o.apply);
	assert_string_equal(argv[0], "/usr/sbin/modprobe");
	assert_string_equal(argv[1], "crash_grow");
	assert_null(argv[2]);
	grow_put(&s->m);
	kdump_apply_ran(s->o.apply, 0, "");
	assert_null(kdump_apply_get_argv(s->o.apply));
	assert_int_equal(carry_out(&s->o), 0);
	check_by_module(&s->m, &s->o);
	assert_string_equal(fake_loaded(), s->before);
}

/* What was done by then is said: the module stays. */
static void test_module_and_no_room(void **state)
{
	struct scene *s = *state;

	assert_int_equal(begin_with_module(s), 0);
	assert_int_equal(kdump_apply_next(s->o.apply), KDUMP_APPLY_RUN);
	grow_put(&s->m);
	kdump_apply_ran(s->o.apply, 0, NULL);
	fake_fail_call("write_take", 2, ENOSPC);
	assert_failed(s, carry_out(&s->o), -ENOSPC, "no-room");
	assert_non_null(strstr(kdump_ctx_get_error(s->o.ctx), "crash_grow stays loaded"));
	assert_true(is_changed(&s->o));
	assert_string_equal(fake_loaded(), s->before);
}

static void test_module_is_refused(void **state)
{
	static const struct {
		int status;
		const char *output;
		int code;
		const char *id;
	} rows[] = {
		{ 1 << 8, "modprobe: ERROR: could not insert 'crash_grow': Key was rejected by "
			  "service\n", -EKEYREJECTED, "module-not-signed" },
		{ 1 << 8, "modprobe: ERROR: could not insert 'crash_grow': Required key not "
			  "available\n", -EKEYREJECTED, "module-not-signed" },
		{ 1 << 8, "modprobe: ERROR: could not insert 'crash_grow': Exec format error\n",
		  -ENOEXEC, "module-of-other-kernel" },
		{ 1 << 8, "modprobe: FATAL: Module crash_grow not found in directory "
			  "/lib/modules/7.2.12-test\n", -ENOENT, "module-not-found" },
		{ 1 << 8, "modprobe: ERROR: could not insert 'crash_grow': Operation not "
			  "permitted\n", -EPERM, "module-refused" },
		{ 1 << 8, "modprobe: ERROR: could not insert 'crash_grow': No such device\n",
		  -ENOTSUP, "module-refused" },
		{ 1 << 8, "modprobe: ERROR: could not insert 'crash_grow': Unknown symbol in "
			  "module, or unknown parameter (see dmesg)\n", -ENOTSUP,
		  "module-refused" },
		{ 1 << 8, "modprobe: ERROR: could not insert 'crash_grow': Module has wrong symbol "
			  "version\n", -ENOEXEC, "module-of-other-kernel" },
		/* busybox */
		{ 1 << 8, "modprobe: can't load module crash_grow (updates/crash_grow.ko): invalid "
			  "module format\n", -ENOEXEC, "module-of-other-kernel" },
		{ 1 << 8, "modprobe: can't load module crash_grow (updates/crash_grow.ko): unknown "
			  "symbol in module, or unknown parameter\n", -ENOTSUP, "module-refused" },
		{ 1 << 8, "modprobe: can't load module crash_grow (updates/crash_grow.ko): kernel "
			  "does not support requested operation\n", -ENOTSUP, "module-refused" },
		{ 1 << 8, "modprobe: module crash_grow not found in modules.dep\n", -ENOENT,
		  "module-not-found" },
		{ 1 << 8, "", -EIO, "module-failed" },
		{ 9, "", -EIO, "module-failed" },
		{ 0, "", -EIO, "module-failed" },
		{ -ENOENT, NULL, -ENOENT, "no-modprobe" },
	};

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		struct scene *s = *state;

		assert_int_equal(begin_with_module(s), 0);
		assert_int_equal(kdump_apply_next(s->o.apply), KDUMP_APPLY_RUN);
		kdump_apply_ran(s->o.apply, rows[i].status, rows[i].output);
		assert_failed(s, kdump_apply_next(s->o.apply), rows[i].code, rows[i].id);
		assert_string_not_equal(kdump_ctx_get_advice(s->o.ctx), "");
		assert_as_before(s, KDUMP_OUTCOME_UNTOUCHED);
		again(state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_segments),
		ONE(test_segments_commit_is_refused),
		ONE(test_segments_by_kernel),
		ONE(test_module),
		ONE(test_module_and_no_room),
		ONE(test_module_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
