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

/* Verified and open; @was is to be freed after 0. */
static int open_copy(struct kdump_request *rq, struct kd_record *was)
{
	int found = kd_record_read(rq->ctx, KD_RECORD_PATH, was);

	if (found < 0)
		return kd_oom(rq->ctx);
	if (!found)
		return no_copy(rq);
	if (!kd_fallback_open(rq) && kd_request_is_copy(&rq->fallback.record, was))
		return 0;
	kd_record_free(was);
	return no_copy(rq);
}

static int load(struct kdump_request *rq)
{
	struct kd_record was;
	int err = kd_request_check_limit(rq);

	if (!err)
		err = open_copy(rq, &was);
	if (err)
		return err;
	err = kd_request_load_kept(rq, &was);
	if (!err)
		rq->outcome = KDUMP_OUTCOME_LOADED;
	else
		err = kd_request_copy_failed(rq, err, &was);
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
