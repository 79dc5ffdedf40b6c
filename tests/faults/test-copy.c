/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What is loaded, again from its copy: with everything failing, and where there is none. */
#define _GNU_SOURCE
#include "faults.h"

static void prepare(const struct machine *m)
{
	load_well(NULL);
	machine_put(m, MACHINE_INITRD, "of no use any more");
}

static int run(struct objects *o)
{
	int err = MAKE(o->snap, kdump_snapshot_new(o->ctx, &o->snap));

	if (!err)
		err = MAKE(o->config, kdump_config_new(o->ctx, o->snap, &o->config));
	if (!err)
		err = MAKE(o->rq, kdump_request_new(o->ctx, o->config, NULL, NULL, &o->rq));
	return err ? err : kdump_request_load_copy(o->rq);
}

static enum kdump_outcome outcome(const struct objects *o)
{
	return o->rq ? kdump_request_get_outcome(o->rq) : KDUMP_OUTCOME_UNTOUCHED;
}

static bool is_changed(const struct objects *o)
{
	return outcome(o) != KDUMP_OUTCOME_UNTOUCHED;
}

static void check(const struct machine *m, const struct objects *o)
{
	(void)m;
	assert_string_not_equal(fake_loaded(), "");
	assert_int_equal(outcome(o), KDUMP_OUTCOME_LOADED);
}

static const struct operation load_copy = {
	"load from the copy", prepare, run, outcome, is_changed, check, false, NULL,
};

static void test_faults(void **state)
{
	(void)state;
	run_all_faults(&load_copy);
}

/* The very image, and it was loaded once more. */
static void test_same(void **state)
{
	struct scene *s = *state;
	char before[FAKE_ID];
	unsigned attempts;

	prepare(&s->m);
	snprintf(before, sizeof(before), "%s", fake_loaded());
	attempts = fake_attempts();
	assert_int_equal(run(&s->o), 0);
	assert_string_equal(fake_loaded(), before);
	assert_int_equal(fake_attempts(), attempts + 1);
	assert_string_equal(kdump_request_get_note(s->o.rq), "");
}

/* The kernel refuses it once: it is there again after the second try, and that is told. */
static void test_refused_once(void **state)
{
	struct scene *s = *state;
	char before[FAKE_ID];

	prepare(&s->m);
	snprintf(before, sizeof(before), "%s", fake_loaded());
	fake_refuse(1, ENOEXEC);
	assert_int_not_equal(run(&s->o), 0);
	assert_string_not_equal(kdump_ctx_get_error(s->o.ctx), "");
	assert_string_equal(fake_loaded(), before);
	assert_int_equal(outcome(&s->o), KDUMP_OUTCOME_RESTORED);
}

static void test_refused_twice(void **state)
{
	struct scene *s = *state;

	prepare(&s->m);
	fake_refuse(2, ENOEXEC);
	assert_int_not_equal(run(&s->o), 0);
	assert_string_equal(fake_loaded(), "");
	assert_int_equal(outcome(&s->o), KDUMP_OUTCOME_UNPROTECTED);
}

/* No copy, a damaged one, one of another image, nothing loaded by us: untouched. */
static void test_no_copy(void **state)
{
	struct scene *s = *state;
	char before[FAKE_ID];

	prepare(&s->m);
	snprintf(before, sizeof(before), "%s", fake_loaded());
	machine_put(&s->m, "/var/lib/crashctl/last-good/initramfs", "damaged");
	assert_failed(s, run(&s->o), -EPERM, "no-fallback");
	assert_string_equal(fake_loaded(), before);
	release(&s->o);
	assert_int_equal(kdump_ctx_new(&s->o.ctx), 0);
	machine_remove(machine_path(&s->m, "/var/lib/crashctl"));
	assert_failed(s, run(&s->o), -EPERM, "no-fallback");
	assert_string_equal(fake_loaded(), before);
	release(&s->o);
	assert_int_equal(kdump_ctx_new(&s->o.ctx), 0);
	machine_drop(&s->m, KD_RECORD_PATH);
	assert_failed(s, run(&s->o), -EPERM, "no-fallback");
	assert_string_equal(fake_loaded(), before);
}

static void test_last_attempt(void **state)
{
	struct scene *s = *state;
	char before[FAKE_ID];

	prepare(&s->m);
	snprintf(before, sizeof(before), "%s", fake_loaded());
	machine_put(&s->m, "/proc/sys/kernel/kexec_load_limit_panic", "1\n");
	assert_failed(s, run(&s->o), -EPERM, "load-limit");
	assert_string_equal(fake_loaded(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_faults, tell_where),
		ONE(test_same), ONE(test_refused_once), ONE(test_refused_twice),
		ONE(test_no_copy), ONE(test_last_attempt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
