/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What is loaded, again, from the copy that was kept: memory or CPUs have come or
 * gone, and the files that it was loaded from are gone too, or of no use.
 */
#include <errno.h>

#include "../core/root.h"
#include "request.h"

static int no_copy(struct kdump_request *rq)
{
	return kd_request_refuse(rq, -EPERM, "no-fallback", "build the image again, then reload",
				 "there is no good copy of the loaded image to load again");
}

/*
 * Verified and open; @was is to be freed after 0.  Where nothing is loaded any copy will
 * do; else it has to be of what is, for nothing else could be put back.
 */
static int open_copy(struct kdump_request *rq, struct kd_record *was)
{
	bool loaded = rq->config->snap->kexec.loaded != 0;
	int found = kd_record_read(rq->ctx, KD_RECORD_PATH, was);
	bool good;

	if (found < 0)
		return kd_oom(rq->ctx);
	if (!found)
		*was = (struct kd_record){ .boot_id = NULL };
	good = !kd_fallback_open(rq) &&
	       (!loaded || (found && kd_request_is_copy(&rq->fallback.record, was)));
	if (good)
		return 0;
	kd_record_free(was);
	return no_copy(rq);
}

/* The record is true again when the load is over; until then there is none. */
static int load(struct kdump_request *rq)
{
	struct kd_record was;
	int err = kd_request_check_limit(rq);

	if (!err)
		err = open_copy(rq, &was);
	if (err)
		return err;
	kd_root_unlink(rq->ctx, KD_RECORD_PATH);
	err = kd_request_load_kept(rq, &was);
	if (!err)
		rq->outcome = KDUMP_OUTCOME_LOADED;
	else
		err = kd_request_copy_failed(rq, err, was.boot_id ? &was : NULL);
	kd_record_free(&was);
	return err;
}

KD_API int kdump_request_load_copy(struct kdump_request *rq)
{
	int lock, err;

	kd_request_start(rq);
	err = kd_request_check_permission(rq);
	if (!err)
		err = kd_lock_take(rq->ctx, &lock);
	if (err)
		return err;
	err = kd_request_compare(rq, rq->config->snap);
	if (!err)
		err = load(rq);
	kd_fallback_close(rq);
	kd_lock_drop(lock);
	return err;
}
