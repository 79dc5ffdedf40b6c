/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Requests: load and unload by kexec_file_load(), and what is left in place. */
#include "request.h"

#include <errno.h>
#include <linux/kexec.h>
#include <stdlib.h>
#include <syslog.h>

#include "../core/root.h"
#include "../core/sys.h"
#include "../decide/plan.h"
#include "../decide/refusal.h"

#define BUSY_MS 2000
#define BUSY_POLL_MS 20

KD_API int kdump_request_new(struct kdump_ctx *ctx, struct kdump_config *config,
			     struct kdump_image *image, struct kdump_estimate *est,
			     struct kdump_request **ret)
{
	struct kdump_request *rq;

	kd_begin(ctx);
	if (image && !image->complete)
		return kd_fail_id(ctx, -ENODATA, "image-unread",
				  "kernel and initramfs are not wholly read");
	rq = calloc(1, sizeof(*rq));
	if (!rq)
		return kd_oom(ctx);
	rq->refs = 1;
	rq->ctx = kdump_ctx_ref(ctx);
	rq->config = kdump_config_ref(config);
	rq->image = image ? kdump_image_ref(image) : NULL;
	rq->est = est ? kdump_estimate_ref(est) : NULL;
	*ret = rq;
	return 0;
}

KD_API struct kdump_request *kdump_request_ref(struct kdump_request *rq)
{
	rq->refs++;
	return rq;
}

KD_API struct kdump_request *kdump_request_unref(struct kdump_request *rq)
{
	if (!rq || --rq->refs)
		return NULL;
	kdump_estimate_unref(rq->est);
	kdump_image_unref(rq->image);
	kdump_config_unref(rq->config);
	kdump_ctx_unref(rq->ctx);
	free(rq);
	return NULL;
}

KD_API int kdump_request_add_force(struct kdump_request *rq, const char *id)
{
	return kd_forces_take(rq->ctx, &rq->forces, id);
}

/* A busy kernel has not touched the image; another's load ends soon. */
static int load_files(int kernel, int initramfs, const char *cmdline)
{
	uint64_t deadline = kd_sys_monotonic_ms() + BUSY_MS;
	int err;

	for (;;) {
		err = kd_sys_kexec_file_load(kernel, initramfs, cmdline, strlen(cmdline) + 1,
					     KEXEC_FILE_ON_CRASH);
		if (err != -EBUSY || kd_sys_monotonic_ms() >= deadline)
			return err;
		kd_sys_sleep_ms(BUSY_POLL_MS);
	}
}

static bool is_loaded_now(struct kdump_request *rq)
{
	struct kd_kexec_facts now;

	if (kd_facts_kexec(rq->ctx, &now))
		return false;
	kd_ranges_free(&now.cma);
	return now.loaded == 1;
}

static int write_record(struct kdump_request *rq, const struct kd_record *record)
{
	char *text;
	size_t len;
	int err = kd_root_mkdirs(rq->ctx, KD_RECORD_FOLDER, 0755);

	if (!err)
		err = kd_record_write(record, &text, &len);
	if (err)
		return err;
	err = kd_root_replace(rq->ctx, KD_RECORD_PATH, text, len, 0644);
	free(text);
	return err;
}

static void drop_record(struct kdump_request *rq)
{
	int err = kd_root_unlink(rq->ctx, KD_RECORD_PATH);

	if (err && err != -ENOENT)
		kd_text_set(&rq->note, KD_RECORD_PATH " could not be removed: %s",
			    kd_errno_text(err));
}

/* Strings are the request's own: the record is only for writing. */
static int make_record(struct kdump_request *rq, char boot_id[KD_BOOT_ID],
		       struct kd_record *ret)
{
	const struct kdump_image *image = rq->image;
	int err;

	kd_boot_id(rq->ctx, boot_id);
	*ret = (struct kd_record){
		.kernel = { .path = image->kernel.path, .id = image->kernel.id },
		.initramfs = { .path = image->initramfs.path, .id = image->initramfs.id },
		.cmdline = rq->config->cmdline.text,
		.boot_id = boot_id,
		.time = kd_sys_time(),
		.sums = image->sums,
	};
	if (rq->est) {
		ret->need_main = rq->est->main_alone;
		ret->need_main_with_cma = rq->est->main_with_cma;
		ret->need_low = rq->est->low;
		ret->need_cma = rq->est->cma;
	}
	err = kd_hash_file(image->kernel.fd, ret->kernel.sha256);
	if (!err)
		err = kd_hash_file(image->initramfs.fd, ret->initramfs.sha256);
	if (err)
		return kd_fail_id(rq->ctx, err, "read-failed", "reading kernel and initramfs: %s",
				  kd_errno_text(err));
	return 0;
}

static void after_success(struct kdump_request *rq, const struct kd_record *record)
{
	int err = write_record(rq, record);

	if (err)
		kd_text_set(&rq->note, "the image is loaded, but not recorded (%s: %s); status "
			    "will call it foreign", KD_RECORD_PATH, kd_errno_text(err));
	err = kd_keep_save(rq->ctx, record, rq->image->kernel.fd, rq->image->initramfs.fd);
	if (err)
		kd_text_append(&rq->note, "%sno copy of the image was kept (/var/lib/crashctl: "
			       "%s): a reload will want --force no-fallback",
			       *rq->note.s ? "; " : "", kd_errno_text(err));
}

/* The image that was loaded is gone, and the new one was refused: the last good one again. */
static void restore(struct kdump_request *rq)
{
	struct kd_record record;
	int kernel, initramfs, err;

	rq->outcome = KDUMP_OUTCOME_UNPROTECTED;
	err = kd_keep_open(rq->ctx, &kernel, &initramfs, &record);
	if (!err) {
		err = load_files(kernel, initramfs, record.cmdline);
		kd_sys_close(kernel);
		kd_sys_close(initramfs);
		if (!err && !write_record(rq, &record))
			kd_log(rq->ctx, LOG_NOTICE, "the last good image is loaded again");
		if (!err)
			rq->outcome = KDUMP_OUTCOME_RESTORED;
		kd_record_free(&record);
	}
	if (err)
		drop_record(rq);
}

static int explain(struct kdump_request *rq, int err)
{
	struct kd_refusal_text words = kd_explain_load(err, rq->config->snap);

	kd_advise(rq->ctx, "%s", words.advice);
	return kd_fail_id(rq->ctx, err, words.id, "kexec_file_load: %s%s%s",
			  words.text, *words.text ? ": " : "", kd_errno_text(err));
}

int kd_request_load_locked(struct kdump_request *rq, bool was_loaded)
{
	char boot_id[KD_BOOT_ID];
	struct kd_record record;
	int err;

	err = make_record(rq, boot_id, &record);
	if (err)
		return err;
	kd_log(rq->ctx, LOG_INFO, "loading %s with %s", rq->image->kernel.path,
	       rq->image->initramfs.path);
	err = load_files(rq->image->kernel.fd, rq->image->initramfs.fd, record.cmdline);
	if (!err) {
		rq->outcome = KDUMP_OUTCOME_LOADED;
		after_success(rq, &record);
		return 0;
	}
	explain(rq, err);
	if (was_loaded && !is_loaded_now(rq))
		restore(rq);
	return err;
}

int kd_request_unload_locked(struct kdump_request *rq)
{
	int err = kd_sys_kexec_unload_crash();

	if (err)
		return explain(rq, err);
	rq->outcome = KDUMP_OUTCOME_UNPROTECTED;
	drop_record(rq);
	return 0;
}

KD_API int kdump_request_check(struct kdump_request *rq)
{
	kd_begin(rq->ctx);
	return kd_request_check(rq);
}

static void start(struct kdump_request *rq)
{
	kd_begin(rq->ctx);
	rq->outcome = KDUMP_OUTCOME_UNTOUCHED;
	kd_text_clear(&rq->note);
}

KD_API int kdump_request_load(struct kdump_request *rq)
{
	const struct kdump_snapshot *snap = rq->config->snap;
	int lock, err;

	start(rq);
	/* Before the lock too: an ordinary user should be told of CAP_SYS_BOOT, not of /run. */
	err = kd_request_check(rq);
	if (!err)
		err = kd_lock_take(rq->ctx, &lock);
	if (err)
		return err;
	err = kd_request_compare(rq, snap);
	if (!err)
		err = kd_request_load_locked(rq, snap->kexec.loaded == 1);
	kd_lock_drop(lock);
	return err;
}

static int check_unload(struct kdump_request *rq)
{
	const struct kdump_snapshot *snap = rq->config->snap;
	struct kd_refusal_text words;

	if (!rq->ctx->live) {
		kd_advise(rq->ctx, "leave out --sysroot");
		return kd_fail_id(rq->ctx, -EROFS, "sysroot",
				  "this is a copy of a machine: nothing can be unloaded there");
	}
	if (snap->kexec.built_in == 0)
		return kd_fail_id(rq->ctx, -ENOSYS, "kexec-not-built-in",
				  "this kernel was built without kexec or crash dumps");
	if (snap->may_load != 0 && snap->kexec.load_disabled != 1)
		return 0;
	words = kd_explain_load(-EPERM, snap);
	kd_advise(rq->ctx, "%s", words.advice);
	return kd_fail_id(rq->ctx, -EPERM, words.id, "%s", words.text);
}

KD_API int kdump_request_unload(struct kdump_request *rq)
{
	int lock, err;

	start(rq);
	err = check_unload(rq);
	if (!err)
		err = kd_lock_take(rq->ctx, &lock);
	if (err)
		return err;
	err = kd_request_unload_locked(rq);
	kd_lock_drop(lock);
	return err;
}

KD_API enum kdump_outcome kdump_request_get_outcome(const struct kdump_request *rq)
{
	return rq->outcome;
}

KD_API const char *kdump_request_get_note(const struct kdump_request *rq)
{
	return rq->note.s;
}
