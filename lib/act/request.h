/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The request: a load or unload about to be done, all that it needs, and what
 * came of it.  Internal to act/.
 */
#ifndef KD_ACT_REQUEST_H
#define KD_ACT_REQUEST_H

#include "../decide/estimate.h"
#include "../decide/force.h"
#include "../facts/record.h"
#include "../facts/unpack.h"
#include "keep.h"
#include "load.h"

struct kdump_segment {
	const char *name;
	struct kdump_range range;
	uint64_t filled;
};

/* The copy of what is loaded, verified and open: the way back needs no more. */
struct kd_fallback {
	bool open;
	int kernel, initramfs;
	struct kd_record record;
};

struct kdump_request {
	unsigned refs;
	struct kdump_ctx *ctx;
	struct kdump_config *config;
	struct kdump_image *image;	/* NULL: can only unload */
	struct kdump_estimate *est;	/* may be NULL */
	struct kd_forces forces;
	enum kdump_outcome outcome;
	struct kd_text note;
	char *unwritten;		/* the record of what was loaded; NULL: it is there */
	size_t unwritten_len;
	struct kd_main_then then;
	/* By kd_request_check(): */
	enum kdump_syscall call;
	size_t n_segments;
	struct kdump_segment segments[KD_SEGMENTS_MAX];
	struct kd_fallback fallback;
	/* By kd_request_prepare(): */
	bool unpacked, held;		/* held: by leases, see kd_sys_hold() */
	struct kd_unpacked files;
	struct kd_load load;
	char kernel_sha256[KD_SHA256_HEX], initramfs_sha256[KD_SHA256_HEX];
};

/*
 * All that can be known before the running image is touched.  Quick: without
 * hashing the copy of what is loaded, to say no before waiting for the lock.
 */
int kd_request_check(struct kdump_request *rq, bool quick);

/*
 * prepare.c: the whole check; what has to be unpacked, unpacked; for SEGMENTS every
 * byte in its place.
 */
int kd_request_make_ready(struct kdump_request *rq);

/*
 * Under the lock, and still before anything is touched: that, and the hashes of all
 * files, which also brings them into memory.
 */
int kd_request_prepare(struct kdump_request *rq);

/* Tells an advice and a reason; @code. */
int kd_request_refuse(struct kdump_request *rq, int code, const char *id, const char *advice,
		      const char *text);

/* foresee.c: policy and limits of the kernel, once the files are unpacked. */
int kd_request_foresee(struct kdump_request *rq);

/*
 * Where main will lie is known by now: does all fit there?  And for SEGMENTS every byte
 * in its place again.
 */
int kd_request_place(struct kdump_request *rq, const struct kd_main_then *then);

/* The same for the other call, where the kernel has turned out not to have the first. */
int kd_request_prepare_call(struct kdump_request *rq, enum kdump_syscall call);

/* Gives back what that took. */
void kd_request_unprepare(struct kdump_request *rq);

/* check.c: does the image fit into what main will be?  Fills the table of segments. */
int kd_request_check_room(struct kdump_request *rq);

/* Are the files still those that were read, and is nobody writing to them? */
int kd_request_check_files(struct kdump_request *rq);
/* The first half of it. */
int kd_request_check_same(struct kdump_request *rq);

/*
 * The load itself, under a lock that the caller holds and after
 * kd_request_prepare(): loads, records, keeps the copy; on any failure loads
 * the last good image where one was loaded before.
 */
int kd_request_load_locked(struct kdump_request *rq, bool was_loaded);

/*
 * The last good image again, where nothing is loaded.  @was is what was loaded
 * before, NULL if not known: the outcome tells whether it is that.
 */
void kd_request_restore(struct kdump_request *rq, const struct kd_record *was);
int kd_request_unload_locked(struct kdump_request *rq);

/* recorded.c: where it cannot be written, it is kept for kdump_request_record(). */
int kd_request_write_record(struct kdump_request *rq, const struct kd_record *record);
void kd_request_forget_record(struct kdump_request *rq);
bool kd_request_is_loaded_now(struct kdump_request *rq);

/* copy.c has these of request.c and check.c; where it is refused, that is told. */
void kd_request_start(struct kdump_request *rq);
int kd_request_check_permission(struct kdump_request *rq);
int kd_request_check_limit(struct kdump_request *rq);
bool kd_request_is_copy(const struct kd_record *kept, const struct kd_record *was);
/* rq->fallback, which is open; -errno, the kernel's own not told. */
int kd_request_load_kept(struct kdump_request *rq, const struct kd_record *was);
int kd_request_copy_failed(struct kdump_request *rq, int err, const struct kd_record *was);

/* Has anything changed since the snapshot?  -ESTALE says what. */
int kd_request_compare(struct kdump_request *rq, const struct kdump_snapshot *snap);

/* keep.c: the copy into the request, in place of what is there; and back. */
int kd_fallback_open(struct kdump_request *rq);
void kd_fallback_close(struct kdump_request *rq);

#endif
