/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * A load made ready: every byte of it is there and has its place, so that the
 * system call is all that is left, and all that can still fail.
 */
#ifndef KD_ACT_LOAD_H
#define KD_ACT_LOAD_H

#include "../arch/assembly.h"
#include "../facts/handover.h"
#include "../parse/kernel.h"

/* What main will be by the time of the load, where a step of a plan changes it before. */
struct kd_main_then {
	uint64_t bytes;			/* 0: as it is now */
	bool placed;			/* at @main, beside @low; else as far as it is there now */
	struct kdump_range main, low;	/* @low all 0: none */
};

/* What is loaded, as the call takes it: unpacked.  All of it is lent. */
struct kd_load_source {
	const struct kd_kernel *kernel;
	int kernel_fd, initramfs_fd;
	const char *cmdline;
	struct kd_main_then then;
};

struct kd_load_map {
	const unsigned char *bytes;	/* NULL: not mapped */
	size_t len;
};

struct kd_load {
	struct kd_load_source source;
	enum kdump_syscall call;	/* AUTO: nothing is ready */
	bool on_trial;			/* where main will lie is not known yet */
	/* SEGMENTS: */
	struct kd_load_map kernel, initramfs;
	struct kd_handover handover;
	struct kd_assembly assembly;
};

/*
 * Makes @ret ready for that call, FILE or SEGMENTS; told: -EADDRNOTAVAIL, -E2BIG,
 * -ENODATA, -ENOTSUP, -EACCES, -EBADMSG, -EIO, -ENOMEM.
 */
int kd_load_prepare(struct kdump_ctx *ctx, const struct kd_load_source *source,
		    enum kdump_syscall call, struct kd_load *ret);

/* Is memory, are main and the CPUs, what segments were made of?  True for FILE. */
bool kd_load_is_current(struct kdump_ctx *ctx, const struct kd_load *load);

/* The system call, -errno as it gave it; waits while another load is in progress. */
int kd_load_carry_out(struct kdump_ctx *ctx, const struct kd_load *load);

/* Of one that is all zeros, too. */
void kd_load_free(struct kd_load *load);

#endif
