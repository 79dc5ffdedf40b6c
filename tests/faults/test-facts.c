/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Recording a machine and replaying it with everything failing: what goes wrong
 * is told, never left out of a facts file, and nothing is left open.
 */
#define _GNU_SOURCE
#include "faults.h"

#define TEXT "a\tb\xff\n"

/* Whether a file that was read was closed well changes nothing of what was read. */
static bool is_told(const struct fault *fault, const char *call, int err)
{
	if (call && kd_streq(call, "close"))
		return !err;
	return err == (fault->err ? -fault->err : -ENOMEM);
}

/* Reads one file of each kind and makes facts of it; false where the fault was not met. */
static bool record_once(const struct machine *m, const struct fault *fault, unsigned long n,
			char **ret)
{
	struct kdump_facts *facts = NULL;
	struct kd_names names = { NULL, 0 };
	struct kd_buf buf = { NULL, 0 };
	struct kdump_ctx *ctx;
	const char *call;
	bool met;
	int err;

	fake_start(m->root);
	assert_int_equal(kdump_ctx_new(&ctx), 0);
	begin_fault(fault, n);
	err = kdump_ctx_record(ctx);
	if (!err)
		err = kd_root_read(ctx, "etc/text", 100, &buf);
	if (!err)
		err = kd_root_list(ctx, "etc", 100, &names);
	if (!err)
		err = kd_root_exists(ctx, "etc/text") ? 0 : -EIO;
	if (!err)
		err = MAKE(facts, kdump_facts_new(ctx, NULL, &facts));
	call = fake_failed();
	met = end_fault(fault);
	assert_true(!err || met);
	/* Memory that was missing for the record is missing, not an answer. */
	assert_true(!met || is_told(fault, call, err));
	if (!met) {
		*ret = strdup(kdump_facts_get_text(facts));
		assert_non_null(*ret);
	}
	kd_buf_free(&buf);
	kd_names_free(&names);
	kdump_facts_unref(facts);
	kdump_ctx_unref(ctx);
	assert_int_equal(fake_open_files(), 0);
	return met;
}

static bool replay_once(const struct machine *m, const struct fault *fault, unsigned long n)
{
	struct kd_names names = { NULL, 0 };
	struct kd_buf buf = { NULL, 0 };
	struct kdump_ctx *ctx;
	const char *call;
	bool met;
	int err;

	fake_start(m->root);
	assert_int_equal(kdump_ctx_new(&ctx), 0);
	begin_fault(fault, n);
	err = kdump_ctx_set_facts(ctx, machine_path(m, "facts.json"));
	assert_int_equal(kdump_ctx_is_live(ctx), err != 0);
	if (!err)
		err = kd_root_read(ctx, "etc/text", 100, &buf);
	if (!err)
		err = kd_root_list(ctx, "etc", 100, &names);
	call = fake_failed();
	met = end_fault(fault);
	assert_true(!err || met);
	assert_true(!met || is_told(fault, call, err));
	if (!err) {
		assert_string_equal(buf.data, TEXT);
		assert_int_equal(names.n, 2);
	}
	kd_buf_free(&buf);
	kd_names_free(&names);
	kdump_ctx_unref(ctx);
	assert_int_equal(fake_open_files(), 0);
	return met;
}

static void test_facts(void **state)
{
	static const struct fault faults[] = { { 0, false }, { EIO, false } };
	char *text = NULL;
	struct machine m;
	unsigned long n;

	(void)state;
	machine_new(&m);
	machine_put(&m, "etc/text", TEXT);
	machine_put(&m, "etc/other", "");
	for (size_t i = 0; i < KD_ARRAY_SIZE(faults); i++) {
		free(text);
		for (n = 1; record_once(&m, &faults[i], n, &text); n++) {
			snprintf(where, sizeof(where), "record, call %lu", n);
			assert_true(n < 100);
		}
		/* Two lists, two paths, three answers and the text; open, read, stat and list. */
		assert_true(n > 8);
	}
	machine_put(&m, "facts.json", text);
	free(text);
	for (size_t i = 0; i < KD_ARRAY_SIZE(faults); i++)
		for (n = 1; replay_once(&m, &faults[i], n); n++) {
			snprintf(where, sizeof(where), "replay, call %lu", n);
			assert_true(n < 100);
		}
	where[0] = '\0';
	machine_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_facts, tell_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
