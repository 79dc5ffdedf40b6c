/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Watchers: see watch.h. */
#define _GNU_SOURCE
#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "../core/root.h"
#include "../core/sys.h"

#define SETTLE_MS 1000
#define MOST_MS 10000

_Static_assert(KD_EVENT_KINDS == KDUMP_EVENT_KINDS, "one count a kind");

static int open_lock(struct kdump_ctx *ctx)
{
	const char *name;
	int dir, fd;

	fd = kd_root_mkdirs(ctx, KD_RECORD_FOLDER, 0755);
	if (fd)
		return fd;
	dir = kd_root_open_parent(ctx, KD_WATCH_LOCK, &name);
	if (dir < 0)
		return dir;
	/* Who can open it for writing can lock it; anyone may see whether it is. */
	fd = kd_sys_open(dir, name, O_RDWR | O_CREAT | O_NOFOLLOW, 0644, 0);
	kd_sys_close(dir);
	return fd;
}

static int lock_unusable(struct kdump_ctx *ctx, int err)
{
	if (err == -EACCES)
		kd_advise(ctx, "run it as root");
	return kd_fail_id(ctx, err == -EACCES ? err : -EIO, "lock-unusable", KD_WATCH_LOCK ": %s",
			  kd_errno_text(err));
}

/*
 * Anyone may read the file, to see whether it is locked, and so lock it for reading: that
 * keeps nobody out, who gets a file of their own.
 */
static int lock_or_replace(struct kdump_watch *watch)
{
	int err = kd_sys_lock(watch->lock);

	if (err != -EAGAIN || kd_sys_lock_is_held(watch->lock) != 0)
		return err;
	kd_sys_close(watch->lock);
	kd_root_unlink(watch->ctx, KD_WATCH_LOCK);
	watch->lock = open_lock(watch->ctx);
	return watch->lock < 0 ? watch->lock : kd_sys_lock(watch->lock);
}

/* Under the lock of all changes, so that nobody takes away what another has just made. */
static int take_lock(struct kdump_watch *watch)
{
	struct kdump_ctx *ctx = watch->ctx;
	int lock, err = kd_lock_take(ctx, &lock);

	if (err)
		return err;
	watch->lock = open_lock(ctx);
	err = watch->lock < 0 ? watch->lock : lock_or_replace(watch);
	kd_lock_drop(lock);
	if (err == -EAGAIN)
		return kd_fail_id(ctx, -EBUSY, "already-watched",
				  "another crashctl watches already");
	return err ? lock_unusable(ctx, err) : 0;
}

/* Counts go on where the last watcher of this boot left them. */
static int begin_record(struct kdump_watch *watch)
{
	int found = kd_watch_read(watch->ctx, &watch->record);

	if (found < 0)
		return kd_oom(watch->ctx);
	if (!found)
		watch->record = (struct kd_watch_record){ 0 };
	kd_boot_id(watch->ctx, watch->record.boot_id);
	watch->record.since = kd_sys_time();
	watch->record.retry_time = 0;
	return 0;
}

static int write_record(struct kdump_watch *watch)
{
	size_t len;
	char *text;
	int err = kd_watch_write(&watch->record, &text, &len);

	if (err)
		return err;
	err = kd_root_replace(watch->ctx, KD_WATCH_PATH, text, len, 0644);
	free(text);
	return err;
}

/* status goes without it; whoever watches does not. */
static void leave_record(struct kdump_watch *watch)
{
	int err;

	if (!memcmp(&watch->left, &watch->record, sizeof(watch->left)))
		return;
	err = write_record(watch);
	if (!err)
		watch->left = watch->record;
	if (err)
		kd_text_set(&watch->note, KD_WATCH_PATH " could not be written: %s",
			    kd_errno_text(err));
	else
		kd_text_clear(&watch->note);
}

KD_API int kdump_watch_new(struct kdump_ctx *ctx, struct kdump_watch **ret)
{
	struct kdump_watch *watch;
	int err;

	kd_begin(ctx);
	if (!ctx->live)
		return kd_fail_id(ctx, -EROFS, "sysroot",
				  "this is a copy of a machine: nothing happens there");
	watch = calloc(1, sizeof(*watch));
	if (!watch)
		return kd_oom(ctx);
	watch->refs = 1;
	watch->lock = -1;
	watch->ctx = kdump_ctx_ref(ctx);
	watch->choice.reason = "";
	watch->now = true;
	kd_policy_init(&watch->policy, SETTLE_MS, MOST_MS);
	err = take_lock(watch);
	if (!err)
		err = begin_record(watch);
	if (err) {
		kdump_watch_unref(watch);
		return err;
	}
	leave_record(watch);
	*ret = watch;
	return 0;
}

KD_API struct kdump_watch *kdump_watch_ref(struct kdump_watch *watch)
{
	watch->refs++;
	return watch;
}

KD_API struct kdump_watch *kdump_watch_unref(struct kdump_watch *watch)
{
	if (!watch || --watch->refs)
		return NULL;
	if (watch->lock >= 0)
		kd_sys_close(watch->lock);
	kdump_ctx_unref(watch->ctx);
	free(watch);
	return NULL;
}

KD_API int kdump_watch_set_times(struct kdump_watch *watch, unsigned settle, unsigned most)
{
	kd_begin(watch->ctx);
	settle = settle ? settle : SETTLE_MS;
	most = most ? most : MOST_MS;
	if (most < settle || most > 3600 * 1000)
		return kd_fail_id(watch->ctx, -EINVAL, "watch-times",
				  "a burst lasts an hour at most, and no less than it settles");
	kd_policy_init(&watch->policy, settle, most);
	return 0;
}

/* All zeros where there is no record, as after a load that failed. */
static bool identify_record(const struct kdump_watch *watch, struct kd_identity *ret)
{
	struct stat st;

	*ret = (struct kd_identity){ 0 };
	if (kd_root_stat(watch->ctx, KD_RECORD_PATH, &st))
		return false;
	kd_identify(&st, ret);
	return true;
}

/* A load takes the note of an earlier unload away; an unload takes the record away. */
static bool is_own(const struct kdump_watch *watch, const struct kdump_event *event)
{
	struct kd_identity now;
	bool there = identify_record(watch, &now);
	bool own = kd_identity_equal(&now, &watch->written);

	if (kd_streq(kdump_event_get_subject(event), KD_UNLOADED_PATH))
		return own && there;
	return own;
}

KD_API void kdump_watch_note(struct kdump_watch *watch, const struct kdump_event *event)
{
	enum kdump_event_kind kind = kdump_event_get_kind(event);

	if (kind == KDUMP_EVENT_IMAGE && is_own(watch, event))
		return;
	kd_policy_note(&watch->policy, kind, kdump_event_is_writing(event),
		       kd_sys_monotonic_ms());
}

KD_API void kdump_watch_note_unknown(struct kdump_watch *watch, bool at_once)
{
	kd_policy_note(&watch->policy, KDUMP_EVENT_UNKNOWN, false, kd_sys_monotonic_ms());
	watch->now = at_once;
}

KD_API bool kdump_watch_is_pending(const struct kdump_watch *watch)
{
	return watch->now || watch->policy.pending;
}

KD_API int kdump_watch_get_timeout(const struct kdump_watch *watch)
{
	uint64_t due = kd_policy_due(&watch->policy), now = kd_sys_monotonic_ms();

	if (watch->now)
		return 0;
	return due == KD_NEVER ? -1 : (int)kd_min(kd_sub_floor(due, now), INT32_MAX);
}

static void unseen(struct kd_choice *ret)
{
	ret->what = KDUMP_CHOICE_KEEP;
	ret->reason = "unseen";
	kd_text_set(&ret->text, "the machine could not be looked at");
}

KD_API enum kdump_choice kdump_watch_judge(struct kdump_watch *watch,
					   const struct kdump_report *report)
{
	const enum kdump_choice last = watch->choice.what;

	memcpy(watch->counts, watch->policy.counts, sizeof(watch->counts));
	watch->now = false;
	watch->begun = kd_sys_monotonic_ms();
	kd_policy_looked(&watch->policy);
	if (report)
		kd_policy_choose(report, &watch->choice);
	else
		unseen(&watch->choice);
	/* The kernel has refused the files, and then the copy: that may do by now. */
	if (watch->choice.what == KDUMP_CHOICE_LOAD && watch->unprotected &&
	    last == KDUMP_CHOICE_LOAD)
		watch->choice.what = KDUMP_CHOICE_LOAD_COPY;
	return watch->choice.what;
}

static void succeed(struct kdump_watch *watch)
{
	struct kd_watch_record *record = &watch->record;

	record->reloads++;
	record->last_time = kd_sys_time();
	record->last_ms = kd_sys_monotonic_ms() - watch->begun;
	snprintf(record->last_reason, sizeof(record->last_reason), "%s", watch->choice.reason);
}

static void forget_failure(struct kd_watch_record *record)
{
	record->failed_time = 0;
	*record->failed_id = *record->failed_text = '\0';
}

static void fail(struct kdump_watch *watch, const char *id, const char *text)
{
	struct kd_watch_record *record = &watch->record;

	record->failures++;
	record->failed_time = kd_sys_time();
	snprintf(record->failed_id, sizeof(record->failed_id), "%s", id);
	snprintf(record->failed_text, sizeof(record->failed_text), "%s", text);
}

static uint64_t retry_time(const struct kdump_watch *watch, uint64_t now)
{
	uint64_t retry = watch->policy.retry;

	return retry == KD_NEVER ? 0 : (uint64_t)kd_sys_time() + kd_sub_floor(retry, now) / 1000;
}

static enum kd_touched touched_by(enum kdump_outcome outcome)
{
	switch (outcome) {
	case KDUMP_OUTCOME_LOADED:
	case KDUMP_OUTCOME_RESTORED:
	case KDUMP_OUTCOME_REPLACED:
		return KD_TOUCHED_REPLACED;
	default:
		return KD_TOUCHED_NOTHING;
	}
}

KD_API void kdump_watch_done(struct kdump_watch *watch, int result, enum kdump_outcome outcome,
			     const char *id, const char *text)
{
	bool loaded = outcome == KDUMP_OUTCOME_LOADED && !result;
	uint64_t now = kd_sys_monotonic_ms();

	if (kd_policy_done(&watch->policy, result, touched_by(outcome), now))
		fail(watch, id, text);
	else if (!result)
		forget_failure(&watch->record);
	if (loaded)
		succeed(watch);
	/* The files that were of no use are so still: that is to be told. */
	if (loaded && watch->choice.what == KDUMP_CHOICE_LOAD_COPY)
		kd_policy_note(&watch->policy, KDUMP_EVENT_UNKNOWN, false, now);
	watch->unprotected = outcome == KDUMP_OUTCOME_UNPROTECTED;
	watch->record.retry_time = retry_time(watch, now);
	identify_record(watch, &watch->written);
	leave_record(watch);
}

KD_API void kdump_watch_set_limited(struct kdump_watch *watch, bool limited)
{
	if (watch->record.limited == limited)
		return;
	watch->record.limited = limited;
	leave_record(watch);
}

KD_API const char *kdump_watch_get_reason(const struct kdump_watch *watch)
{
	return watch->choice.reason;
}

KD_API const char *kdump_watch_get_text(const struct kdump_watch *watch)
{
	return watch->choice.text.s;
}

KD_API unsigned kdump_watch_count_events(const struct kdump_watch *watch,
					 enum kdump_event_kind kind)
{
	return kind < KD_EVENT_KINDS ? watch->counts[kind] : 0;
}

KD_API uint64_t kdump_watch_get_reloads(const struct kdump_watch *watch)
{
	return watch->record.reloads;
}

KD_API uint64_t kdump_watch_get_failures(const struct kdump_watch *watch)
{
	return watch->record.failures;
}

KD_API uint64_t kdump_watch_get_duration(const struct kdump_watch *watch)
{
	return watch->record.last_ms;
}

KD_API int64_t kdump_watch_get_retry_time(const struct kdump_watch *watch)
{
	return (int64_t)watch->record.retry_time;
}

KD_API const char *kdump_watch_get_note(const struct kdump_watch *watch)
{
	return watch->note.s;
}
