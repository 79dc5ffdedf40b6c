/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Tests: the machine is made to panic, by the same way as any panic goes.  What was loaded
 * is written down before, and what came of it after the next boot; in the crash kernel
 * itself nothing is, for it has to save a dump and has no memory for more.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../core/root.h"
#include "../core/replace.h"
#include "../core/sys.h"
#include "../decide/plan.h"
#include "../decide/proof.h"
#include "../facts/config.h"

#define SYSRQ "/proc/sysrq-trigger"

/* So long what came of a test waits for the disk that the dump may be on, seconds. */
#define WAIT (7 * 24 * 3600)

struct kdump_test {
	unsigned refs;
	struct kdump_ctx *ctx;
	struct kdump_report *report;
	struct kd_forces forces;
};

KD_API int kdump_test_new(struct kdump_ctx *ctx, struct kdump_report *report,
			  struct kdump_test **ret)
{
	struct kdump_test *test = calloc(1, sizeof(*test));

	kd_begin(ctx);
	if (!test)
		return kd_oom(ctx);
	test->refs = 1;
	test->ctx = kdump_ctx_ref(ctx);
	test->report = kdump_report_ref(report);
	*ret = test;
	return 0;
}

KD_API struct kdump_test *kdump_test_ref(struct kdump_test *test)
{
	test->refs++;
	return test;
}

KD_API struct kdump_test *kdump_test_unref(struct kdump_test *test)
{
	if (!test || --test->refs)
		return NULL;
	kdump_report_unref(test->report);
	kdump_ctx_unref(test->ctx);
	free(test);
	return NULL;
}

KD_API int kdump_test_add_force(struct kdump_test *test, const char *id)
{
	return kd_forces_take(test->ctx, &test->forces, id);
}

static int check_machine(struct kdump_test *test)
{
	struct kdump_ctx *ctx = test->ctx;

	if (!ctx->live)
		return kd_fail_id(ctx, -EROFS, "not-live",
				  "a copy of a machine cannot be made to panic");
	if (kd_root_exists(ctx, "/proc/vmcore"))
		return kd_fail_id(ctx, -EPERM, "in-crash-kernel",
				  "this is the crash kernel: it has a dump to save");
	if (!kd_root_exists(ctx, SYSRQ)) {
		kd_advise(ctx, "boot a kernel with CONFIG_MAGIC_SYSRQ");
		return kd_fail_id(ctx, -EPERM, "no-sysrq", SYSRQ " is not there: this kernel "
				  "cannot be made to panic by it");
	}
	return 0;
}

static int check_last(struct kdump_test *test)
{
	const struct kdump_history *history = test->report->config->history;
	char advice[KD_PROOF_ADVICE];

	if (!history || !history->mark_is_past)
		return 0;
	kd_advise(test->ctx, "%s", kd_proof_advice(history, advice));
	return kd_fail_id(test->ctx, -EPERM, "test-not-recorded",
			  "what came of the last test is not recorded yet");
}

/* Which dump is new is known only where it was seen which were there. */
static int check_folder(struct kdump_test *test)
{
	const struct kdump_history *history = test->report->config->history;

	if (!history || !*history->folder.s || history->seen ||
	    test->forces.given[KD_FORCE_FOLDER_NOT_SEEN])
		return 0;
	kd_advise(test->ctx, "%s; --force folder-not-seen tests it all the same",
		  history->awaited ? "mount it" : "see why (crashctl history)");
	return kd_fail_id(test->ctx, -EPERM, "folder-not-seen",
			  "%s: %s: which dump comes of a test could not be told",
			  history->folder.s, history->awaited
			  ? "what is to be mounted there is not" : "it cannot be looked into");
}

static int check_capture(struct kdump_test *test)
{
	const struct kdump_report *r = test->report;
	struct kdump_ctx *ctx = test->ctx;

	if (r->verdict != KDUMP_VERDICT_CAPTURED && !test->forces.given[KD_FORCE_NOT_CAPTURED]) {
		kd_advise(ctx, "crashctl status says what to do; --force not-captured tests all "
			  "the same");
		return kd_fail_id(ctx, -EPERM, "not-captured", "%s", r->summary);
	}
	if (!kd_report_record(r) && !test->forces.given[KD_FORCE_UNKNOWN_IMAGE]) {
		kd_advise(ctx, "--force unknown-image tests it all the same");
		return kd_fail_id(ctx, -EPERM, "unknown-image", "which image is loaded cannot be "
				  "seen, so that a dump would prove nothing of it");
	}
	return 0;
}

KD_API int kdump_test_check(struct kdump_test *test)
{
	int err;

	kd_begin(test->ctx);
	err = check_machine(test);
	if (!err)
		err = check_last(test);
	if (!err)
		err = check_capture(test);
	return err ? err : check_folder(test);
}

static int make_mark(struct kdump_test *test, struct kdump_proof *ret)
{
	struct kdump_report *r = test->report;
	int err = kd_proof_of(kd_report_record(r), r->snap, ret);

	if (err)
		return err;
	err = kd_proof_note_dumps(r->config->history, ret);
	if (err) {
		kd_proof_free(ret);
		return err;
	}
	kd_proof_note_death(r->config->history, ret);
	snprintf(ret->release, sizeof(ret->release), "%s", r->snap->release);
	kd_boot_id(test->ctx, ret->boot_id);
	ret->time = kd_sys_time();
	return 0;
}

/*
 * The file and its folder are synced by kd_root_replace(); then all the rest of the machine
 * is, for whatever is not would be lost with the panic.
 */
static int arm(struct kdump_test *test)
{
	struct kdump_proof mark;
	char *text = NULL;
	size_t len = 0;
	int err = make_mark(test, &mark);

	if (err)
		return err;
	err = kd_proof_write(&mark, &text, &len);
	kd_proof_free(&mark);
	if (!err)
		err = kd_root_mkdirs(test->ctx, KD_PROOF_FOLDER, 0755);
	if (!err)
		err = kd_root_replace(test->ctx, KD_TEST_PATH, text, len, 0644);
	free(text);
	if (!err)
		kd_sys_sync();
	return err;
}

/* Root's write is not asked for what kernel.sysrq allows (drivers/tty/sysrq.c). */
static int trigger(struct kdump_test *test)
{
	int err = kd_root_poke(test->ctx, SYSRQ, "c");

	kd_root_remove(test->ctx, KD_TEST_PATH);
	if (!err)
		return kd_fail_id(test->ctx, -EIO, "no-panic",
				  SYSRQ " was written to, and the kernel did not panic");
	kd_advise(test->ctx, "run it as root, outside of a container and of a service that may "
		  "not write there");
	return kd_fail_id(test->ctx, err == -EACCES ? err : -EPERM, "sysrq-refused", SYSRQ ": %s",
			  kd_errno_text(err));
}

static int arm_and_trigger(struct kdump_test *test)
{
	int err = arm(test);

	if (!err)
		return trigger(test);
	if (err == -ENOMEM)
		return kd_oom(test->ctx);
	kd_root_unlink(test->ctx, KD_TEST_PATH);
	return kd_fail_id(test->ctx, err == -EACCES || err == -ENOSPC ? err : -EIO,
			  "test-not-marked", KD_TEST_PATH ": %s: the next boot would not know what "
			  "to look for", kd_errno_text(err));
}

/* @was may be NULL: not known, so that nothing is proven of it. */
static int find_other_record(struct kdump_ctx *ctx, const struct kd_record *was, bool *ret)
{
	struct kd_record now;
	int r;

	*ret = false;
	if (!was)
		return 0;
	r = kd_record_read(ctx, KD_RECORD_PATH, &now);
	if (r < 0)
		return r;
	*ret = !r || now.time != was->time ||
	       !kd_streq(now.kernel.sha256, was->kernel.sha256) ||
	       !kd_streq(now.initramfs.sha256, was->initramfs.sha256) ||
	       !kd_streq(now.cmdline ? now.cmdline : "", was->cmdline ? was->cmdline : "");
	if (r)
		kd_record_free(&now);
	return 0;
}

/* Is what was judged still what is loaded?  The reservation may be another since, too. */
static int check_unchanged(struct kdump_test *test)
{
	const struct kd_kexec_facts *was = &test->report->snap->kexec;
	struct kd_kexec_facts now;
	bool other;
	int err = kd_facts_kexec(test->ctx, &now);

	if (err)
		return err;
	err = find_other_record(test->ctx, kd_report_record(test->report), &other);
	other |= now.loaded != was->loaded || now.has_size != was->has_size ||
		 (now.has_size && now.size != was->size);
	kd_ranges_free(&now.cma);
	if (err)
		return kd_oom(test->ctx);
	if (!other)
		return 0;
	kd_advise(test->ctx, "crashctl status, then try again");
	return kd_fail_id(test->ctx, -ESTALE, "changed-meanwhile",
			  "what is loaded or reserved is not any more what was looked at");
}

/*
 * With the lock: nobody is to load or unload between this, the mark and the panic.  What was
 * read of the history before counts for nothing.
 */
static int panic_locked(struct kdump_test *test)
{
	int err = kdump_config_read_history(test->report->config);

	if (!err)
		err = check_last(test);
	if (!err)
		err = check_folder(test);
	if (!err)
		err = check_unchanged(test);
	return err ? err : arm_and_trigger(test);
}

KD_API int kdump_test_panic(struct kdump_test *test)
{
	int lock, err;

	kd_begin(test->ctx);
	err = check_machine(test);
	if (!err)
		err = check_capture(test);
	if (err)
		return err;
	err = kd_lock_take(test->ctx, &lock);
	if (err)
		return err;
	err = panic_locked(test);
	kd_lock_drop(lock);
	return err;
}

/* ---- after the next boot ---- */

static int write_proofs(struct kdump_ctx *ctx, const struct kdump_proof *newest,
			const struct kdump_history *history)
{
	size_t len = 0, n = 0;
	char *text = NULL;
	int err = kd_proof_write(newest, &text, &len);

	for (; !err; n++) {
		char *grown = realloc(text, len + 2);

		if (!grown) {
			err = -ENOMEM;
			break;
		}
		text = grown;
		memcpy(text + len++, "\n", 2);
		if (n == history->n_proofs || n == KD_PROOFS_MAX - 1)
			break;
		err = kd_proof_write(&history->proofs[n], &text, &len);
	}
	if (!err)
		err = kd_root_replace(ctx, KD_PROOFS_PATH, text, len, 0644);
	free(text);
	return err;
}

/*
 * What is not mounted yet may hold the dump; but no mark waits for ever for a disk that is
 * gone.  A clock that was set back counts as one that went on.
 */
static bool is_too_early(const struct kdump_history *history)
{
	int64_t since = kd_sys_time() - history->mark.time;

	return history->awaited && since < WAIT && since > -WAIT;
}

/* The mark goes last: whoever is stopped before records it once more. */
static int record(struct kdump_config *config)
{
	struct kdump_history *history = config->history;
	struct kdump_ctx *ctx = config->ctx;
	int err;

	kd_proof_judge(history, &history->mark);
	free(history->mark.dumps);
	history->mark.dumps = strdup("");
	if (!history->mark.dumps)
		return kd_oom(ctx);
	err = write_proofs(ctx, &history->mark, history);
	if (!err)
		err = kd_root_remove(ctx, KD_TEST_PATH);
	if (err == -ENOMEM)
		return kd_oom(ctx);
	if (err)
		return kd_fail_id(ctx, err == -EACCES || err == -ENOSPC ? err : -EIO,
				  "proof-not-written", KD_PROOF_FOLDER ": %s", kd_errno_text(err));
	history->mark_is_past = false;
	return 1;
}

/* Nobody can tell any more which test that was, and the next boot could neither. */
static int drop_mark(struct kdump_ctx *ctx)
{
	int err = kd_root_remove(ctx, KD_TEST_PATH);

	if (err)
		return kd_fail_id(ctx, err == -EACCES ? err : -EIO, "proof-not-written",
				  KD_TEST_PATH ": %s", kd_errno_text(err));
	return kd_fail_id(ctx, -EBADMSG, "test-not-recorded",
			  KD_TEST_PATH ": not a whole mark of a test, and removed: what came of it "
			  "is not known");
}

KD_API int kdump_test_record(struct kdump_config *config)
{
	struct kdump_ctx *ctx = config->ctx;
	int lock, r;

	kd_begin(ctx);
	if (!ctx->live)
		return kd_fail_id(ctx, -EROFS, "not-live", "a copy of a machine has not panicked");
	if (kd_root_exists(ctx, "/proc/vmcore") || !kd_root_exists(ctx, KD_TEST_PATH))
		return 0;
	r = kd_lock_take(ctx, &lock);
	if (r)
		return r;
	/* Now: somebody else may have recorded it before. */
	r = kdump_config_read_history(config);
	if (!r && config->history->mark_is_bad)
		r = drop_mark(config->ctx);
	else if (!r && config->history->mark_is_past && !is_too_early(config->history))
		r = record(config);
	kd_lock_drop(lock);
	return r;
}
