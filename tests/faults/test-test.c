/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * A machine that panics is one where no call succeeds any more: the mark of the test is
 * there then, whole, whenever the panic was told to come.
 */
#define _GNU_SOURCE
#include "faults.h"

#include "../../lib/decide/proof.h"
#include "../../lib/decide/report.h"
#include "../../lib/facts/config.h"

struct run {
	struct machine m;
	struct kdump_ctx *ctx;
	struct kdump_config config;
	struct kdump_snapshot snap;
	struct kdump_report report;
	struct kdump_test *test;
};

static int set_up_run(void **state)
{
	struct run *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	machine_new(&r->m);
	machine_mkdirs(&r->m, "/run");
	machine_mkdirs(&r->m, "/var/crash/202611202012");
	machine_put(&r->m, "/proc/sys/kernel/random/boot_id", MACHINE_BOOT_ID "\n");
	machine_put(&r->m, "/proc/sysrq-trigger", "");
	fake_start(r->m.root);
	assert_int_equal(kdump_ctx_new(&r->ctx), 0);
	r->snap.refs = r->config.refs = 2;
	r->config.ctx = r->ctx;
	r->config.snap = &r->snap;
	r->report = (struct kdump_report){ .refs = 2, .snap = &r->snap, .config = &r->config,
					   .verdict = KDUMP_VERDICT_CAPTURED };
	assert_int_equal(kdump_config_read_history(&r->config), 0);
	assert_int_equal(kdump_test_new(r->ctx, &r->report, &r->test), 0);
	assert_int_equal(kdump_test_add_force(r->test, "unknown-image"), 0);
	*state = r;
	return 0;
}

static int tear_down_run(void **state)
{
	struct run *r = *state;

	kdump_test_unref(r->test);
	kd_history_free(r->config.history);
	kdump_ctx_unref(r->ctx);
	assert_int_equal(fake_open_files(), 0);
	machine_free(&r->m);
	free(r);
	return 0;
}

static bool is_there(const struct run *r, const char *path)
{
	return !access(machine_path(&r->m, path), F_OK);
}

/* A mark or none, never half of one. */
static bool is_marked(const struct run *r)
{
	struct kdump_proof mark;

	if (!is_there(r, KD_TEST_PATH))
		return false;
	assert_int_equal(kd_proof_read_mark(r->ctx, &mark), 1);
	assert_string_equal(mark.boot_id, MACHINE_BOOT_ID);
	assert_string_equal(mark.dumps, "202611202012/");
	assert_int_equal(mark.outcome, KD_PROOF_PENDING);
	kd_proof_free(&mark);
	return true;
}

static bool was_triggered(const struct run *r)
{
	struct stat st;

	assert_int_equal(stat(machine_path(&r->m, "/proc/sysrq-trigger"), &st), 0);
	return st.st_size > 0;
}

static void test_the_panic_finds_the_mark(void **state)
{
	struct run *r = *state;
	bool synced = false, died = false, met = true;

	for (unsigned long n = 1; met; n++) {
		machine_put(&r->m, "/proc/sysrq-trigger", "");
		fake_fail(n, EIO, true);
		assert_true(kdump_test_panic(r->test) < 0);
		met = fake_failed() != NULL;
		synced |= met && kd_streq(fake_failed(), "sync");
		fake_fail_no_more();
		/* Of those that it was told to, the first is the panic; then the mark goes. */
		if (was_triggered(r) && !died) {
			assert_true(met && is_marked(r));
			died = true;
		}
		if (is_there(r, KD_TEST_PATH))
			assert_int_equal(unlink(machine_path(&r->m, KD_TEST_PATH)), 0);
	}
	assert_true(synced && died);
	/* And where it did not come, nobody is told of one. */
	assert_false(is_marked(r));
}

/* One call fails: the panic comes with a mark, or neither does. */
static void test_faults(void **state)
{
	static const struct fault faults[] = { { 0, false }, { EIO, false }, { ENOSPC, false } };
	struct run *r = *state;
	bool met = true;

	for (size_t i = 0; i < KD_ARRAY_SIZE(faults); i++, met = true) {
		for (unsigned long n = 1; met; n++) {
			snprintf(where, sizeof(where), "call %lu, errno %d", n, faults[i].err);
			begin_fault(&faults[i], n);
			assert_true(kdump_test_panic(r->test) < 0);
			met = end_fault(&faults[i]);
			is_marked(r);
			assert_int_equal(fake_open_files(), 1);
		}
	}
	where[0] = '\0';
}

/* What waits is recorded, or waits on; what was recorded before is not lost. */
static void test_record_faults(void **state)
{
	static const struct fault faults[] = { { 0, false }, { EIO, false }, { ENOSPC, true } };
	static const char mark[] = "BOOT_ID=other\nTIME=1795208400\nKERNEL_SHA256=\n"
		"KERNEL_SIZE=0\nINITRAMFS_SHA256=\nINITRAMFS_SIZE=0\nCMDLINE=x\n"
		"RESERVED=0\nCMA=0\n"
		"DUMPS=202611202012/\nOUTCOME=0\nDUMP=\nRAM=0\nLOWEST=0\nWALL=0\n"
		"DISK_FULL=0\nWHY=\n";
	struct run *r = *state;
	struct kdump_proof proofs[KD_PROOFS_MAX];
	size_t before = 0, n_proofs;
	bool met = true;
	int ret;

	for (size_t i = 0; i < KD_ARRAY_SIZE(faults); i++, met = true) {
		for (unsigned long n = 1; met; n++) {
			snprintf(where, sizeof(where), "call %lu, errno %d", n, faults[i].err);
			machine_put(&r->m, KD_TEST_PATH, mark);
			kd_history_free(r->config.history);
			r->config.history = NULL;
			begin_fault(&faults[i], n);
			ret = kdump_test_record(&r->config);
			met = end_fault(&faults[i]);
			assert_int_equal(kd_proofs_read(r->ctx, proofs, &n_proofs), 0);
			for (size_t k = 0; k < n_proofs; k++)
				kd_proof_free(&proofs[k]);
			assert_true(ret == 1 || is_there(r, KD_TEST_PATH) || n_proofs);
			assert_true(ret != 1 || n_proofs);
			assert_true(n_proofs >= before || before == KD_PROOFS_MAX || met);
			before = n_proofs;
			assert_int_equal(fake_open_files(), 1);
		}
		assert_int_equal(ret, 1);
	}
	where[0] = '\0';
}

#define RUN(test) cmocka_unit_test_setup_teardown(test, set_up_run, tear_down_run)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(test_the_panic_finds_the_mark),
		RUN(test_faults),
		RUN(test_record_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
