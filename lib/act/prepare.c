/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Making a request ready: all that takes time or can fail is done here, while what
 * was loaded before is still in place.
 */
#include <errno.h>

#include "../core/root.h"
#include "../core/sys.h"
#include "request.h"

/*
 * A file that shrinks while it is mapped kills whoever reads the mapping.  Where the
 * file system has no leases, that remains.
 */
static void hold(struct kdump_request *rq)
{
	kd_sys_hold(rq->image->kernel.fd);
	kd_sys_hold(rq->image->initramfs.fd);
	rq->held = true;
}

static void let_go(struct kdump_request *rq)
{
	if (!rq->held)
		return;
	kd_sys_let_go(rq->image->kernel.fd);
	kd_sys_let_go(rq->image->initramfs.fd);
	rq->held = false;
}

void kd_request_unprepare(struct kdump_request *rq)
{
	kd_load_free(&rq->load);
	let_go(rq);
	if (rq->unpacked)
		kd_unpacked_close(&rq->files);
	rq->unpacked = false;
}

/* What the other call would be said to do is a guess; this is what is handed over. */
static void list_segments(struct kdump_request *rq)
{
	const struct kd_assembly *assembly = &rq->load.assembly;

	rq->n_segments = assembly->n;
	for (size_t i = 0; i < assembly->n; i++) {
		const struct kd_segment *place = &assembly->v[i].place;
		uint64_t size = kd_round_up(place->size, rq->load.handover.page_size);

		rq->segments[i] = (struct kdump_segment){
			place->name, { place->at, place->at + size - 1 }, assembly->v[i].bytes
		};
	}
}

int kd_request_prepare_call(struct kdump_request *rq, enum kdump_syscall call)
{
	const struct kd_load_source source = {
		.kernel = &rq->image->sums.kernel,
		.kernel_fd = rq->files.kernel,
		.initramfs_fd = rq->files.initramfs,
		.cmdline = rq->image->cmdline,
		.then = rq->then,
	};
	int err;

	kd_load_free(&rq->load);
	if (call == KDUMP_SYSCALL_SEGMENTS)
		hold(rq);
	err = kd_load_prepare(rq->ctx, &source, call, &rq->load);
	if (err)
		return err;
	rq->call = call;
	if (call == KDUMP_SYSCALL_SEGMENTS)
		list_segments(rq);
	return 0;
}

int kd_request_place(struct kdump_request *rq, const struct kd_main_then *then)
{
	int err;

	rq->then = *then;
	err = kd_request_check_room(rq);
	return err ? err : kd_request_prepare_call(rq, rq->call);
}

int kd_request_make_ready(struct kdump_request *rq)
{
	int err = kd_request_check(rq, false);

	if (err)
		return err;
	kd_request_unprepare(rq);
	err = kd_unpack(rq->image, &rq->files);
	if (err)
		return err;
	rq->unpacked = true;
	err = kd_request_foresee(rq);
	return err ? err : kd_request_prepare_call(rq, rq->call);
}

static int hash(struct kdump_request *rq, const struct kd_file *file, char ret[KD_SHA256_HEX])
{
	int err = kd_hash_file(file->fd, ret);

	if (err == -ENOMEM)
		return kd_oom(rq->ctx);
	return err ? kd_fail_id(rq->ctx, -EIO, "read-failed", "%s: %s", file->path,
				kd_errno_text(err)) : 0;
}

int kd_request_prepare(struct kdump_request *rq)
{
	int err = kd_request_make_ready(rq);

	if (!err)
		err = hash(rq, &rq->image->kernel, rq->kernel_sha256);
	if (!err)
		err = hash(rq, &rq->image->initramfs, rq->initramfs_sha256);
	return err;
}
