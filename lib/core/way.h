/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The way along a path: a name at a time, links followed, as fs/namei.c goes. */
#ifndef KD_CORE_WAY_H
#define KD_CORE_WAY_H

#include "ctx.h"

#define KD_WAY_MAX 4096

struct kd_way {
	char at[KD_WAY_MAX];		/* without links; "" is the root */
	char rest[KD_WAY_MAX];		/* what is still to go */
	unsigned links;
};

/* False where the path is too long. */
bool kd_way_begin(struct kd_way *way, const char *path);

/*
 * Cuts the next name off the rest, "." left out and ".." gone up; false at the end.  @name has
 * room for KD_WAY_MAX.
 */
bool kd_way_next(struct kd_way *way, char *name);

/*
 * Goes to @name below where it is, or on along the link that this is.  0; -ENOENT, and is
 * there all the same, though nothing is; -ELOOP, -ENAMETOOLONG; what else keeps it from
 * looking.
 */
int kd_way_go(struct kd_way *way, struct kdump_ctx *ctx, const char *name);

/*
 * @path, an absolute one, without links: as far as there is something, the rest as it is.
 * As it is throughout where it leads nowhere.
 */
void kd_root_real(struct kdump_ctx *ctx, const char *path, struct kd_text *ret);

#endif
