/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Files below the context's root.  Every path of the library goes through
 * here, so that a link can never lead out of the root (openat2 with
 * RESOLVE_IN_ROOT), whether the root is "/" or a machine's copy.
 *
 * What they say can be recorded, and be replayed on another machine: see replay.h.
 */
#ifndef KD_CORE_ROOT_H
#define KD_CORE_ROOT_H

#include <sys/stat.h>

#include "ctx.h"
#include "sha256.h"

/* Bytes with a NUL behind them that @len does not count. */
struct kd_buf {
	char *data;
	size_t len;
};

void kd_buf_free(struct kd_buf *buf);

/*
 * A descriptor, or -errno.  No error text is set: absence is often an answer.
 * A replay has none to give: -EROFS for writing, -ENOENT for reading.
 */
int kd_root_open(struct kdump_ctx *ctx, const char *path, int flags);

/* Opens what must be a regular file; -EISDIR folders, -EINVAL anything else; never blocks. */
int kd_root_open_regular(struct kdump_ctx *ctx, const char *path, struct stat *ret);

/* The whole file; -EFBIG beyond @max bytes.  Or what is left of an open one. */
int kd_root_read_fd(int fd, size_t max, struct kd_buf *ret);
int kd_root_read(struct kdump_ctx *ctx, const char *path, size_t max, struct kd_buf *ret);

/*
 * The first @max bytes, or fewer, of a regular file or a block device of this
 * machine.  Never recorded: nobody else's business (see kd_record_value()).
 */
int kd_root_read_head(struct kdump_ctx *ctx, const char *path, size_t max, struct kd_buf *ret);

/*
 * A file of one line, as sysfs has them: without the line end, at most @size - 1 bytes and
 * less than KD_LINE_MAX, which is what sysfs gives at most.
 */
#define KD_LINE_MAX 4096
int kd_root_read_line(struct kdump_ctx *ctx, const char *path, char *ret, size_t size);

/* A file that holds one decimal number; -EBADMSG if it does not. */
int kd_root_read_u64(struct kdump_ctx *ctx, const char *path, uint64_t *ret);

/* The same as 0 or 1; -1 where there is no such file, or we may not read it. */
int kd_root_read_flag(struct kdump_ctx *ctx, const char *path);

/* Where a link points, as text; -EINVAL if it is none, -EFBIG if that is too long. */
int kd_root_readlink(struct kdump_ctx *ctx, const char *path, char *ret, size_t size);

bool kd_root_exists(struct kdump_ctx *ctx, const char *path);
int kd_root_stat(struct kdump_ctx *ctx, const char *path, struct stat *ret);

/*
 * What root may write into the folder, bytes.  Of this machine, or as the facts of another one
 * have it; a copy's disk says nothing of the machine: -EOPNOTSUPP.
 */
int kd_root_free_bytes(struct kdump_ctx *ctx, const char *path, uint64_t *ret);

/* The names in a folder but "." and "..", in the order of strcmp(), whatever the disk's is. */
struct kd_names {
	char **v;
	size_t n;
};

void kd_names_free(struct kd_names *names);

/* A copy of @len bytes at the end; -EFBIG where that would be more than @max names. */
int kd_names_add(struct kd_names *names, const char *name, size_t len, size_t max);

/* -EFBIG where the folder holds more than @max; @ret is to be freed after 0 alone. */
int kd_root_list(struct kdump_ctx *ctx, const char *path, size_t max, struct kd_names *ret);

/*
 * Of a folder that may hold any number of them: the @max names that @rank puts highest, in
 * that order, and how many more it does not put at 0.  @owner: folders of that user alone, and
 * no links, so that whoever may make names there crowds out none; NULL: whatever it is.  Never
 * recorded, and not in a replay (-ENOENT).
 */
struct kd_ranked {
	char *name;
	uint64_t rank;
};
struct kd_ranking {
	struct kd_ranked *v;
	size_t n;
	uint64_t below, unranked;	/* how many were left out; that are at 0 */
	uint64_t untrusted;		/* that are no folder of @owner's */
};
int kd_root_list_best(struct kdump_ctx *ctx, const char *path, size_t max,
		      uint64_t (*rank)(const char *name), const uid_t *owner,
		      struct kd_ranking *ret);
void kd_ranking_free(struct kd_ranking *ranking);

/*
 * A file of this machine, also where the facts of another one are replayed: the
 * user named it here.
 */
int kd_root_open_given(struct kdump_ctx *ctx, const char *path, struct stat *ret);

/* The same by the process's own root and folder, whole; may be a pipe. */
int kd_read_given(const char *path, size_t max, struct kd_buf *ret);

/* Makes a folder and those above it; one that is there is fine. */
int kd_root_mkdirs(struct kdump_ctx *ctx, const char *path, mode_t mode);

/*
 * The old text or the new one, never half: temporary file, fsync, rename,
 * fsync of the folder.  The folder must exist.
 */
int kd_root_replace(struct kdump_ctx *ctx, const char *path, const void *data, size_t len,
		    mode_t mode);
int kd_root_unlink(struct kdump_ctx *ctx, const char *path);

/* One write(2) into a file that takes a value as a whole, as sysfs does. */
int kd_root_poke(struct kdump_ctx *ctx, const char *path, const char *text);

/* Opens the folder of @path; *@name is the last component. */
int kd_root_open_parent(struct kdump_ctx *ctx, const char *path, const char **name);

/* SHA-256 of a whole file by descriptor; the file offset is not moved. */
int kd_hash_file(int fd, char ret[KD_SHA256_HEX]);

/*
 * The lock that every change takes (/run/crashctl.lock).  Waits up to the
 * context's timeout: -ETIMEDOUT names the holder in the error text; -EIO where
 * the file cannot be used.
 */
int kd_lock_take(struct kdump_ctx *ctx, int *ret);
void kd_lock_drop(int lock);

#endif
