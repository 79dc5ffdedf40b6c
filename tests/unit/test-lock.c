/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The lock that every change takes: one at a time, and who has it is told. */
#include "machine.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "../../lib/core/root.h"

#define TIMEOUT 200

struct scene {
	struct machine m;
	struct kdump_ctx *ctx, *other;
};

static struct kdump_ctx *make_ctx(const struct machine *m)
{
	struct kdump_ctx *ctx;

	assert_int_equal(kdump_ctx_new(&ctx), 0);
	assert_int_equal(kdump_ctx_set_root(ctx, m->root), 0);
	kdump_ctx_set_lock_timeout(ctx, TIMEOUT);
	return ctx;
}

static int set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	machine_new(&s->m);
	machine_mkdirs(&s->m, "run");
	s->ctx = make_ctx(&s->m);
	s->other = make_ctx(&s->m);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	kdump_ctx_unref(s->ctx);
	kdump_ctx_unref(s->other);
	machine_free(&s->m);
	free(s);
	return 0;
}

static void assert_locked(struct scene *s, pid_t holder)
{
	int lock = 77;
	char pid[32];

	kd_begin(s->other);
	assert_int_equal(kd_lock_take(s->other, &lock), -ETIMEDOUT);
	assert_int_equal(lock, 77);
	assert_string_equal(kdump_ctx_get_error_id(s->other), "locked");
	snprintf(pid, sizeof(pid), "(pid %d)", (int)holder);
	assert_non_null(strstr(kdump_ctx_get_error(s->other), pid));
	assert_string_not_equal(kdump_ctx_get_advice(s->other), "");
}

static void test_one_at_a_time(void **state)
{
	struct scene *s = *state;
	struct stat st;
	int lock;

	assert_int_equal(kd_lock_take(s->ctx, &lock), 0);
	assert_locked(s, getpid());
	kd_lock_drop(lock);
	assert_int_equal(kd_lock_take(s->other, &lock), 0);
	kd_lock_drop(lock);
	/* An ordinary user who could open it could keep everyone out. */
	assert_int_equal(kd_root_stat(s->ctx, "/run/crashctl.lock", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

/* A pid with fewer digits than the one before it. */
static void test_holder_is_overwritten(void **state)
{
	struct scene *s = *state;
	int lock;

	machine_put(&s->m, "run/crashctl.lock", "99999999999\n");
	assert_int_equal(kd_lock_take(s->ctx, &lock), 0);
	assert_locked(s, getpid());
	kd_lock_drop(lock);
}

static void test_waits(void **state)
{
	struct scene *s = *state;
	struct timespec begin, end;
	int lock, ready[2];
	char byte = 0;
	long ms;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		struct timespec wait = { 0, 300 * 1000000 };

		if (kd_lock_take(s->ctx, &lock) || write(ready[1], "x", 1) != 1)
			_exit(1);
		nanosleep(&wait, NULL);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	kdump_ctx_set_lock_timeout(s->other, 20000);
	assert_int_equal(kd_lock_take(s->other, &lock), 0);
	clock_gettime(CLOCK_MONOTONIC, &end);
	ms = (end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000;
	assert_true(ms >= 100 && ms < 15000);
	kd_lock_drop(lock);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	close(ready[0]);
	close(ready[1]);
}

/* A holder that was killed holds nothing. */
static void test_holder_dies(void **state)
{
	struct scene *s = *state;
	int lock, ready[2], status;
	char byte = 0;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		if (kd_lock_take(s->ctx, &lock) || write(ready[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(1);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_locked(s, pid);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(kd_lock_take(s->other, &lock), 0);
	kd_lock_drop(lock);
	close(ready[0]);
	close(ready[1]);
}

static void test_unusable(void **state)
{
	struct scene *s = *state;
	int lock = 77;

	machine_link(&s->m, "run/crashctl.lock", "/elsewhere");
	assert_int_equal(kd_lock_take(s->ctx, &lock), -EIO);
	assert_string_equal(kdump_ctx_get_error_id(s->ctx), "lock-unusable");
	assert_false(kd_root_exists(s->ctx, "/elsewhere"));
	machine_drop(&s->m, "run/crashctl.lock");
	machine_mkdirs(&s->m, "run/crashctl.lock");
	kd_begin(s->ctx);
	assert_int_equal(kd_lock_take(s->ctx, &lock), -EIO);
	machine_remove(machine_path(&s->m, "run"));
	kd_begin(s->ctx);
	assert_int_equal(kd_lock_take(s->ctx, &lock), -EIO);
	assert_string_equal(kdump_ctx_get_error_id(s->ctx), "lock-unusable");
	assert_int_equal(lock, 77);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_one_at_a_time),
		ONE(test_holder_is_overwritten),
		ONE(test_waits),
		ONE(test_holder_dies),
		ONE(test_unusable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
