/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The record of what was loaded, and what is to be done where it could not be
 * written: without it nobody knows the image for ours, nor sees it grow stale.
 */
#include <errno.h>
#include <stdlib.h>

#include "../core/root.h"
#include "../facts/watch.h"
#include "request.h"

static int write_text(struct kdump_request *rq, const char *text, size_t len)
{
	int err = kd_root_mkdirs(rq->ctx, KD_RECORD_FOLDER, 0755);

	return err ? err : kd_root_replace(rq->ctx, KD_RECORD_PATH, text, len, 0644);
}

void kd_request_forget_record(struct kdump_request *rq)
{
	free(rq->unwritten);
	rq->unwritten = NULL;
}

int kd_request_write_record(struct kdump_request *rq, const struct kd_record *record)
{
	char *text;
	size_t len;
	int err = kd_record_write(record, &text, &len);

	if (err)
		return err;
	kd_request_forget_record(rq);
	err = write_text(rq, text, len);
	if (!err) {
		free(text);
		return 0;
	}
	rq->unwritten = text;
	rq->unwritten_len = len;
	return err;
}

/* Somebody else has loaded or unloaded since: it would be no longer true. */
static bool is_overtaken(struct kdump_request *rq)
{
	return kd_root_exists(rq->ctx, KD_RECORD_PATH) ||
	       kd_root_exists(rq->ctx, KD_UNLOADED_PATH) || !kd_request_is_loaded_now(rq);
}

KD_API bool kdump_request_is_recorded(const struct kdump_request *rq)
{
	return !rq->unwritten;
}

KD_API int kdump_request_record(struct kdump_request *rq)
{
	int lock, err;

	kd_begin(rq->ctx);
	if (!rq->unwritten)
		return 0;
	err = kd_lock_take(rq->ctx, &lock);
	if (err)
		return err;
	if (!is_overtaken(rq))
		err = write_text(rq, rq->unwritten, rq->unwritten_len);
	kd_lock_drop(lock);
	if (!err) {
		kd_request_forget_record(rq);
		return 0;
	}
	kd_advise(rq->ctx, "make room in /run: until then the image cannot be kept right");
	return kd_fail_id(rq->ctx, -EIO, "record-not-written",
			  "the image is loaded, but not recorded (" KD_RECORD_PATH ": %s)",
			  kd_errno_text(err));
}
