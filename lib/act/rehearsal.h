/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* A crash rehearsed: the image, the guest it is packed for, and what was heard of it. */
#ifndef KD_ACT_REHEARSAL_H
#define KD_ACT_REHEARSAL_H

#include "../decide/rehearsal.h"
#include "../facts/image.h"

#define KD_GUEST_CMDLINE 256

struct kdump_rehearsal {
	unsigned refs;
	struct kdump_ctx *ctx;
	struct kdump_image *image;
	const struct kd_arch *arch;
	uint64_t main;			/* bytes, to be tried first */
	struct kd_beside beside;	/* what the machine has beside it */
	uint64_t asked_ram;		/* 0: what it takes */
	int64_t limit;			/* milliseconds */
	bool placed;
	uint64_t start;			/* of main, on the machine */
	char *cmdline;
	uint64_t archive;		/* bytes that were packed */
	struct kd_guest guest;
	uint64_t cpus;
	char guest_cmdline[KD_GUEST_CMDLINE];
	struct kd_trial trial;
	bool tried;			/* @trial has been judged and told */
	bool alone;			/* it is one of a search, and of main alone */
	struct kd_search search, before;	/* and as it was before @trial */
	struct kd_text why;
};

/* Are the files still what was read?  Told: -ESTALE, -EIO. */
int kd_rehearsal_check_same(struct kdump_rehearsal *r);

#endif
