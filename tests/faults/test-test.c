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

/* Of a test that was begun in another boot. */
#define MARK "BOOT_ID=other\nTIME=1795208400\nKERNEL_SHA256=\nKERNEL_SIZE=0\n"	\
	"INITRAMFS_SHA256=\nINITRAMFS_SIZE=0\nCMDLINE=x\nRESERVED=0\nCMA=0\n"		\
	"RELEASE=\nFOLDER=/var/crash\nCOUNT=1\nDUMPS=202611202012/\nDEATH=0\nOUTCOME=0\n"	\
	"DUMP=\nRAM=0\nLOWEST=0\nWALL=0\nDISK_FULL=0\nWHY=\n"

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
	machine_put(&r->m, "/sys/kernel/kexec_crash_size", "268435456\n");
	machine_put(&r->m, "/sys/kernel/kexec_crash_loaded", "0\n");
	machine_put(&r->m, "/proc/sysrq-trigger", "");
	fake_start(r->m.root);
	assert_int_equal(kdump_ctx_new(&r->ctx), 0);
	r->snap.refs = r->config.refs = 2;
	r->config.ctx = r->ctx;
	r->config.snap = &r->snap;
	r->report = (struct kdump_report){ .refs = 2, .snap = &r->snap, .config = &r->config,
					   .verdict = KDUMP_VERDICT_CAPTURED };
	assert_int_equal(kd_facts_kexec(r->ctx, &r->snap.kexec), 0);
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
	kd_history_unref(r->config.history);
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

/* What was judged is not what is loaded any more: no panic, and no mark of one. */
static void assert_changed(struct run *r)
{
	assert_int_equal(kdump_test_panic(r->test), -ESTALE);
	assert_string_equal(kdump_ctx_get_error_id(r->ctx), "changed-meanwhile");
	assert_false(is_marked(r));
	assert_false(was_triggered(r));
	assert_int_equal(fake_open_files(), 1);
}

static void put_record(const struct run *r, const struct kd_record *record)
{
	char *text = NULL;
	size_t len = 0;

	assert_int_equal(kd_record_write(record, &text, &len), 0);
	machine_put(&r->m, KD_RECORD_PATH, text);
	free(text);
}

static void test_changed_meanwhile(void **state)
{
	static char name[] = "/x", words[] = "a", other_words[] = "b", boot[] = MACHINE_BOOT_ID;
	struct kd_record judged = {
		.kernel = { .path = name, .sha256 = "aa" },
		.initramfs = { .path = name, .sha256 = "bb" },
		.cmdline = words, .configured = words, .boot_id = boot, .time = 7,
	}, now = judged;
	struct kdump_image image = { .record = &judged };
	struct run *r = *state;
	int loaded = r->snap.kexec.loaded;

	r->snap.kexec.loaded = !loaded;
	assert_changed(r);
	r->snap.kexec.loaded = loaded;
	r->snap.kexec.has_size = !r->snap.kexec.has_size;
	assert_changed(r);
	r->snap.kexec.has_size = !r->snap.kexec.has_size;
	r->snap.kexec.size++;
	assert_changed(r);
	r->snap.kexec.size--;
	/* By what was written down when it was loaded. */
	r->report.image = &image;
	r->report.loaded = 1;
	assert_changed(r);
	put_record(r, &now);
	assert_int_equal(kdump_test_panic(r->test), -EIO);
	assert_string_equal(kdump_ctx_get_error_id(r->ctx), "no-panic");
	machine_put(&r->m, "/proc/sysrq-trigger", "");
	now.time = 8;
	put_record(r, &now);
	assert_changed(r);
	now = judged;
	now.cmdline = other_words;
	put_record(r, &now);
	assert_changed(r);
	now = judged;
	now.initramfs.sha256[0] = 'c';
	put_record(r, &now);
	assert_changed(r);
	now = judged;
	now.kernel.sha256[0] = 'c';
	put_record(r, &now);
	assert_changed(r);
	r->report.image = NULL;
}

/* Another one was recorded since what is judged was looked at. */
static void test_pending_meanwhile(void **state)
{
	struct run *r = *state;

	machine_put(&r->m, KD_TEST_PATH, MARK);
	assert_int_equal(kdump_test_panic(r->test), -EPERM);
	assert_string_equal(kdump_ctx_get_error_id(r->ctx), "test-not-recorded");
	assert_false(was_triggered(r));
	assert_int_equal(fake_open_files(), 1);
}

static size_t count_proofs(const struct run *r)
{
	struct kdump_proof proofs[KD_PROOFS_MAX];
	size_t n;

	assert_int_equal(kd_proofs_read(r->ctx, proofs, &n), 0);
	for (size_t i = 0; i < n; i++)
		kd_proof_free(&proofs[i]);
	return n;
}

/* Both looked before either had the lock: the second finds nothing to do, and drops nothing. */
static void test_two_record(void **state)
{
	struct kdump_config second;
	struct run *r = *state;

	machine_put(&r->m, KD_TEST_PATH, MARK);
	assert_int_equal(kdump_config_read_history(&r->config), 0);
	second = r->config;
	second.history = NULL;
	assert_int_equal(kdump_config_read_history(&second), 0);
	assert_true(second.history->mark_is_past);
	assert_int_equal(kdump_test_record(&r->config), 1);
	assert_int_equal(count_proofs(r), 1);
	assert_int_equal(kdump_test_record(&second), 0);
	/* The next one too, by who has not seen the proof of the first. */
	machine_put(&r->m, KD_TEST_PATH, MARK);
	assert_int_equal(kdump_test_record(&second), 1);
	assert_int_equal(count_proofs(r), 2);
	kd_history_unref(second.history);
}

/* What a report quotes stays as long as the report does. */
static void test_report_keeps_its_history(void **state)
{
	struct run *r = *state;

	machine_put(&r->m, KD_TEST_PATH, MARK);
	assert_int_equal(kdump_test_record(&r->config), 1);
	assert_int_equal(kdump_config_read_history(&r->config), 0);
	kd_report_prove(&r->report);
	r->report.proof = &r->report.history->proofs[0];
	assert_int_equal(kdump_config_read_history(&r->config), 0);
	assert_ptr_not_equal(r->report.history, r->config.history);
	assert_int_equal(kdump_proof_get_time(r->report.proof), 1795208400);
	assert_string_equal(r->report.proof->cmdline, "x");
	kd_history_unref(r->report.history);
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
	struct run *r = *state;
	size_t before = 0, n_proofs;
	bool met = true;
	int ret;

	for (size_t i = 0; i < KD_ARRAY_SIZE(faults); i++, met = true) {
		for (unsigned long n = 1; met; n++) {
			snprintf(where, sizeof(where), "call %lu, errno %d", n, faults[i].err);
			machine_put(&r->m, KD_TEST_PATH, MARK);
			begin_fault(&faults[i], n);
			ret = kdump_test_record(&r->config);
			met = end_fault(&faults[i]);
			n_proofs = count_proofs(r);
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
		RUN(test_changed_meanwhile),
		RUN(test_pending_meanwhile),
		RUN(test_two_record),
		RUN(test_report_keeps_its_history),
		RUN(test_faults),
		RUN(test_record_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
