/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Replacing files that belong to others: the same file afterwards but for its
 * text.  Links are followed below the root, and what they lead to is replaced.
 */
#ifndef KD_CORE_REPLACE_H
#define KD_CORE_REPLACE_H

#include "attrs.h"
#include "root.h"

/* A file as it can be made again. */
struct kd_found {
	bool there;		/* nothing else is set where it is not */
	struct kd_buf text;
	struct kd_attrs attrs;
	uint64_t names;		/* hard links: more than one, and the others keep the old text */
};

/*
 * The path without links in its last component: of a file, or of one that can be
 * made.  *@ret is from malloc().  -ENOLINK where a link leads nowhere, -ELOOP,
 * -ENOMEM, -errno.
 */
int kd_root_resolve(struct kdump_ctx *ctx, const char *path, char **ret);

/* As kd_root_resolve() and kd_root_open_regular(); what is not there is no error.  -EFBIG. */
int kd_root_find(struct kdump_ctx *ctx, const char *path, size_t max, struct kd_found *ret);
void kd_found_free(struct kd_found *kept);

/* As kd_root_replace(), with what the file had besides its text; NULL: 0644 and ours. */
int kd_root_rewrite(struct kdump_ctx *ctx, const char *path, const struct kd_buf *text,
		    const struct kd_attrs *attrs);

/* Takes a file away for good, the folder synced; -ELOOP where it is a link. */
int kd_root_remove(struct kdump_ctx *ctx, const char *path);

/* Another name in the same folder; 1 where it has it, and the folder cannot be synced. */
int kd_root_rename(struct kdump_ctx *ctx, const char *path, const char *name);

/* Takes away what a kd_root_rewrite() of @path that was killed has left beside it. */
int kd_root_clean(struct kdump_ctx *ctx, const char *path);

#endif
