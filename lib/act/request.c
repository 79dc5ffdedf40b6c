/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Requests: load and unload, and what is left in place. */
#include "request.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>

#include "../core/busy.h"
#include "../core/root.h"
#include "../core/sys.h"
#include "../decide/call.h"
#include "../decide/plan.h"
#include "../decide/refusal.h"
#include "../facts/watch.h"

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
	kd_request_unprepare(rq);
	kd_fallback_close(rq);
	kd_request_forget_record(rq);
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

static int unload(struct kdump_ctx *ctx)
{
	uint64_t deadline = kd_busy_deadline();
	int err;

	do
		err = kd_sys_kexec_unload_crash();
	while (err == -EBUSY && kd_facts_kexec_idle(ctx, deadline));
	return err;
}

bool kd_request_is_loaded_now(struct kdump_request *rq)
{
	struct kd_kexec_facts now;

	if (kd_facts_kexec(rq->ctx, &now))
		return false;
	kd_ranges_free(&now.cma);
	return now.loaded == 1;
}

/* Between what stands in the note and what comes behind it. */
static const char *joint(const struct kdump_request *rq)
{
	return *rq->note.s ? "; " : "";
}

static void drop(struct kdump_request *rq, const char *path)
{
	int err = kd_root_unlink(rq->ctx, path);

	if (err && err != -ENOENT)
		kd_text_append(&rq->note, "%s%s could not be removed: %s", joint(rq), path,
			       kd_errno_text(err));
}

/* A watcher must not load again what was unloaded on purpose, nor status call it a fault. */
static void leave_marker(struct kdump_request *rq)
{
	char boot_id[KD_BOOT_ID];
	char *text = NULL;
	size_t len;
	int err;

	kd_boot_id(rq->ctx, boot_id);
	err = kd_root_mkdirs(rq->ctx, KD_RECORD_FOLDER, 0755);
	if (!err)
		err = kd_unloaded_write(boot_id, kd_sys_time(), &text, &len);
	if (!err)
		err = kd_root_replace(rq->ctx, KD_UNLOADED_PATH, text, len, 0644);
	free(text);
	if (err)
		kd_text_append(&rq->note, "%sa watcher will load again, for it could not be "
			       "noted that this was asked for (" KD_UNLOADED_PATH ": %s)",
			       joint(rq), kd_errno_text(err));
}

static uint64_t given_bits(const struct kdump_config *config)
{
	return (config->kernel.given ? KD_GIVEN_KERNEL : 0) |
	       (config->initramfs.given ? KD_GIVEN_INITRAMFS : 0) |
	       (config->cmdline.given ? KD_GIVEN_CMDLINE : 0);
}

/* Strings and contents are the request's own: the record is only for writing. */
static void make_record(struct kdump_request *rq, char boot_id[KD_BOOT_ID],
			struct kd_record *ret)
{
	const struct kdump_image *image = rq->image;

	kd_boot_id(rq->ctx, boot_id);
	*ret = (struct kd_record){
		.kernel = { .path = image->kernel.path, .id = image->kernel.id },
		.initramfs = { .path = image->initramfs.path, .id = image->initramfs.id },
		.cmdline = rq->image->cmdline,
		.configured = rq->config->cmdline.text,
		.boot_id = boot_id,
		.time = kd_sys_time(),
		.call = rq->load.call,
		.has_sums = true,
		.sums = image->sums,
		.contents = image->contents,
		.given = given_bits(rq->config),
	};
	memcpy(ret->kernel.sha256, rq->kernel_sha256, KD_SHA256_HEX);
	memcpy(ret->initramfs.sha256, rq->initramfs_sha256, KD_SHA256_HEX);
	if (rq->est) {
		ret->need_main = rq->est->main_alone;
		ret->need_main_with_cma = rq->est->main_with_cma;
		ret->need_total_with_cma = rq->est->total_with_cma;
		ret->need_low = rq->est->low;
		ret->need_cma = rq->est->cma;
	}
}

/* Beside an error that is being told already. */
static struct kdump_snapshot *look_again(struct kdump_ctx *ctx)
{
	const struct kd_text error = ctx->error, advice = ctx->advice;
	const char *id = ctx->error_id;
	struct kdump_snapshot *now;

	if (kdump_snapshot_new(ctx, &now))
		now = NULL;
	ctx->error = error;
	ctx->advice = advice;
	ctx->error_id = id;
	return now;
}

/*
 * What the image was made of, and what shows that it is still the one: looked at
 * now, for a resize may have come before the load.
 */
static void note_machine(struct kdump_request *rq, struct kd_record *record)
{
	struct kdump_snapshot *now = look_again(rq->ctx);

	snprintf(record->version, sizeof(record->version), "%s", kdump_library_get_version());
	record->layout = (struct kd_layout){ .memory = "" };
	record->hotplug = -1;
	record->reserved = 0;
	if (now && now->kexec.loaded == 1) {
		kd_layout_of(now, record->call, &record->layout);
		record->hotplug = now->kexec.hotplug;
		record->reserved = now->kexec.has_size ? now->kexec.size : 0;
	}
	kdump_snapshot_unref(now);
}

static void after_success(struct kdump_request *rq, struct kd_record *record)
{
	int err;

	drop(rq, KD_UNLOADED_PATH);
	note_machine(rq, record);
	err = kd_request_write_record(rq, record);
	if (err)
		kd_text_append(&rq->note, "%sthe image is loaded, but not recorded (%s: %s); "
			       "status will call it foreign", joint(rq), KD_RECORD_PATH,
			       kd_errno_text(err));
	if (!rq->config->keep_last_good)
		return;
	err = kd_keep_save(rq->ctx, record, rq->files.kernel, rq->files.initramfs,
			   rq->fallback.open ? &rq->fallback.record : NULL);
	if (err)
		kd_text_append(&rq->note, "%sno copy of the image was kept (/var/lib/crashctl: "
			       "%s): a reload will want --force no-fallback",
			       joint(rq), kd_errno_text(err));
}

/* The copy may stem from an earlier boot; what is loaded now is of this one. */
static int record_restored(struct kdump_request *rq, const struct kd_record *kept)
{
	struct kd_record record = *kept;
	char boot_id[KD_BOOT_ID];

	kd_boot_id(rq->ctx, boot_id);
	record.boot_id = boot_id;
	record.time = kd_sys_time();
	drop(rq, KD_UNLOADED_PATH);
	note_machine(rq, &record);
	return kd_request_write_record(rq, &record);
}

bool kd_request_is_copy(const struct kd_record *kept, const struct kd_record *was)
{
	return was && kd_streq(kept->kernel.sha256, was->kernel.sha256) &&
	       kd_streq(kept->initramfs.sha256, was->initramfs.sha256) &&
	       kd_streq(kept->cmdline, was->cmdline);
}

/* By the call that loaded it then, and on the machine as it is now. */
static int load_copy(struct kdump_request *rq, const struct kd_load_source *source,
		     enum kdump_syscall call)
{
	struct kd_load load;
	int err = kd_load_prepare(rq->ctx, source, call, &load);

	if (err)
		return err;
	err = kd_load_carry_out(rq->ctx, &load);
	kd_load_free(&load);
	return err;
}

/* An older image is better than none, but it is not called the one before. */
int kd_request_load_kept(struct kdump_request *rq, const struct kd_record *was)
{
	const struct kd_fallback *from = &rq->fallback;
	const struct kd_record *kept = &from->record;
	const struct kd_load_source source = {
		.kernel = &kept->sums.kernel,
		.kernel_fd = from->kernel,
		.initramfs_fd = from->initramfs,
		.cmdline = kept->cmdline,
	};
	/* Segments are placed by what was read from the image, if that is known still. */
	int err = load_copy(rq, &source, kept->has_sums ? kept->call : KDUMP_SYSCALL_FILE);

	if (err)
		return err;
	rq->outcome = kd_request_is_copy(kept, was) ? KDUMP_OUTCOME_RESTORED
						    : KDUMP_OUTCOME_REPLACED;
	kd_log(rq->ctx, LOG_NOTICE, "the last good image is loaded again: %s with %s",
	       kept->kernel.path, kept->initramfs.path);
	err = record_restored(rq, kept);
	if (err)
		kd_text_set(&rq->note, "the image is loaded, but not recorded (%s: %s); status "
			    "will call it foreign", KD_RECORD_PATH, kd_errno_text(err));
	return 0;
}

/* What goes wrong here is not what the caller is to be told of. */
void kd_request_restore(struct kdump_request *rq, const struct kd_record *was)
{
	struct kdump_ctx *ctx = rq->ctx;
	struct kd_text error = ctx->error, advice = ctx->advice;
	const char *id = ctx->error_id;
	int err;

	rq->outcome = KDUMP_OUTCOME_UNPROTECTED;
	err = rq->fallback.open ? 0 : kd_fallback_open(rq);
	if (!err)
		err = kd_request_load_kept(rq, was);
	kd_fallback_close(rq);
	if (err)
		drop(rq, KD_RECORD_PATH);
	ctx->error = error;
	ctx->advice = advice;
	ctx->error_id = id;
}

static void look_up_refusal(struct kdump_request *rq, int err, enum kdump_syscall call,
			    struct kd_load_refusal *ret)
{
	struct kd_refusal_facts facts = { .snap = rq->config->snap };
	struct kd_policy policy;

	if (call != KDUMP_SYSCALL_AUTO && rq->image) {
		kd_policy_read(rq->ctx, rq->config->snap, rq->files.kernel, &policy);
		facts.policy = &policy;
		facts.image_arch = rq->image->sums.kernel.arch;
	}
	kd_explain_load(err, call, &facts, ret);
}

/* The kernel's word where the header promises it; all else is EIO, named in the text. */
static int explain(struct kdump_request *rq, int err, enum kdump_syscall call)
{
	static const char *const names[] = {
		[KDUMP_SYSCALL_AUTO] = "unload", [KDUMP_SYSCALL_FILE] = "kexec_file_load",
		[KDUMP_SYSCALL_SEGMENTS] = "kexec_load",
	};
	struct kd_load_refusal words;

	look_up_refusal(rq, err, call, &words);
	kd_advise(rq->ctx, "%s", words.advice.s);
	return kd_fail_id(rq->ctx, words.code, words.id, "%s: %s%s%s (%d)", names[call],
			  words.text.s, *words.text.s ? ": " : "", kd_errno_text(err), -err);
}

/*
 * A busy kernel has not touched the old image, and some errors are answered
 * before it is freed: then its record is true still.
 */
static void restore_if_gone(struct kdump_request *rq, int err, bool was_loaded)
{
	if (!was_loaded)
		return;
	if (err != -EBUSY && !kd_request_is_loaded_now(rq))
		kd_request_restore(rq, rq->image->record);
	else if (rq->outcome == KDUMP_OUTCOME_UNTOUCHED && rq->image->record)
		kd_request_write_record(rq, rq->image->record);
}

/* The same of a copy; what is to be told may have been told where it was made ready. */
int kd_request_copy_failed(struct kdump_request *rq, int err, const struct kd_record *was)
{
	const struct kd_record *kept = &rq->fallback.record;
	enum kdump_syscall call = kept->has_sums ? kept->call : KDUMP_SYSCALL_FILE;

	if (err != -EBUSY && !kd_request_is_loaded_now(rq))
		kd_request_restore(rq, was);
	else if (was)
		kd_request_write_record(rq, was);
	return *rq->ctx->error.s ? err : explain(rq, err, call);
}

/*
 * Tools may have run since segments were made, memory may have come: what they do not
 * know of would not be in the dump, and nothing would show it.
 */
static int refresh(struct kdump_request *rq)
{
	/* By now main is what it is, whatever step was to come before. */
	rq->then = (struct kd_main_then){ .bytes = 0 };
	if (kd_load_is_current(rq->ctx, &rq->load))
		return 0;
	kd_log(rq->ctx, LOG_INFO, "memory, main or CPUs are others: placing segments again");
	return kd_request_prepare_call(rq, KDUMP_SYSCALL_SEGMENTS);
}

/* A kernel that does not have the call has not touched anything. */
static int carry_out(struct kdump_request *rq)
{
	int err = kd_load_carry_out(rq->ctx, &rq->load);

	if (err == -ENOSYS && rq->load.call == KDUMP_SYSCALL_FILE &&
	    kd_call_has_other(rq->config->snap, rq->config, &rq->image->sums.kernel)) {
		kd_log(rq->ctx, LOG_INFO, "this kernel has no kexec_file_load: placing segments");
		err = kd_request_prepare_call(rq, KDUMP_SYSCALL_SEGMENTS);
		if (err)
			return err;
		err = kd_load_carry_out(rq->ctx, &rq->load);
	}
	return err ? explain(rq, err, rq->load.call) : 0;
}

/*
 * Segments are copied out of mapped files: where one was written to meanwhile, what
 * is loaded is not what was hashed, and purgatory would not start it.
 */
static int check_copied(struct kdump_request *rq)
{
	int err = rq->load.call == KDUMP_SYSCALL_SEGMENTS ? kd_request_check_same(rq) : 0;

	if (err)
		unload(rq->ctx);
	return err;
}

int kd_request_load_locked(struct kdump_request *rq, bool was_loaded)
{
	char boot_id[KD_BOOT_ID];
	struct kd_record record;
	int err;

	kd_log(rq->ctx, LOG_INFO, "loading %s with %s", rq->image->kernel.path,
	       rq->image->initramfs.path);
	err = kd_request_check_files(rq);
	if (!err)
		err = refresh(rq);
	if (err) {
		restore_if_gone(rq, err, was_loaded);
		return err;
	}
	/* Until the new one is written there is none: it would tell of an image that is gone. */
	kd_root_unlink(rq->ctx, KD_RECORD_PATH);
	err = carry_out(rq);
	if (err) {
		restore_if_gone(rq, err, was_loaded);
		return err;
	}
	err = check_copied(rq);
	if (err) {
		rq->outcome = KDUMP_OUTCOME_UNPROTECTED;
		restore_if_gone(rq, err, was_loaded);
		return err;
	}
	rq->outcome = KDUMP_OUTCOME_LOADED;
	make_record(rq, boot_id, &record);
	after_success(rq, &record);
	return 0;
}

int kd_request_unload_locked(struct kdump_request *rq)
{
	int err = unload(rq->ctx);

	if (err)
		return explain(rq, err, KDUMP_SYSCALL_AUTO);
	rq->outcome = KDUMP_OUTCOME_UNPROTECTED;
	drop(rq, KD_RECORD_PATH);
	return 0;
}

KD_API int kdump_request_check(struct kdump_request *rq)
{
	int err;

	kd_begin(rq->ctx);
	err = kd_request_make_ready(rq);
	kd_request_unprepare(rq);
	return err;
}

void kd_request_start(struct kdump_request *rq)
{
	kd_begin(rq->ctx);
	rq->outcome = KDUMP_OUTCOME_UNTOUCHED;
	kd_text_clear(&rq->note);
}

KD_API int kdump_request_load(struct kdump_request *rq)
{
	const struct kdump_snapshot *snap = rq->config->snap;
	int lock, err;

	kd_request_start(rq);
	/* Before the lock too: an ordinary user should be told of CAP_SYS_BOOT, not of /run. */
	err = kd_request_check(rq, true);
	if (!err)
		err = kd_lock_take(rq->ctx, &lock);
	if (err)
		return err;
	err = kd_request_compare(rq, snap);
	if (!err)
		err = kd_request_prepare(rq);
	if (!err)
		err = kd_request_load_locked(rq, snap->kexec.loaded == 1);
	kd_request_unprepare(rq);
	kd_fallback_close(rq);
	kd_lock_drop(lock);
	return err;
}

static int check_unload(struct kdump_request *rq)
{
	const struct kdump_snapshot *snap = rq->config->snap;
	struct kd_load_refusal words;

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
	look_up_refusal(rq, -EPERM, KDUMP_SYSCALL_AUTO, &words);
	kd_advise(rq->ctx, "%s", words.advice.s);
	return kd_fail_id(rq->ctx, -EPERM, words.id, "%s", words.text.s);
}

KD_API int kdump_request_unload(struct kdump_request *rq)
{
	int lock, err;

	kd_request_start(rq);
	err = check_unload(rq);
	if (!err)
		err = kd_lock_take(rq->ctx, &lock);
	if (err)
		return err;
	err = kd_request_unload_locked(rq);
	if (!err)
		leave_marker(rq);
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

KD_API enum kdump_syscall kdump_request_get_syscall(const struct kdump_request *rq)
{
	return rq->call;
}

KD_API size_t kdump_request_count_segments(const struct kdump_request *rq)
{
	return rq->n_segments;
}

KD_API const struct kdump_segment *kdump_request_get_segment(const struct kdump_request *rq,
							     size_t i)
{
	return i < rq->n_segments ? &rq->segments[i] : NULL;
}

KD_API const char *kdump_segment_get_name(const struct kdump_segment *segment)
{
	return segment->name;
}

KD_API struct kdump_range kdump_segment_get_range(const struct kdump_segment *segment)
{
	return segment->range;
}

KD_API uint64_t kdump_segment_get_filled(const struct kdump_segment *segment)
{
	return segment->filled;
}
