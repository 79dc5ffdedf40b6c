/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Recording what the files of a machine say, and asking the record in place of
 * the machine.  The functions of root.h do both: whoever reads through them
 * need not know.  A replay opens no file and changes nothing.
 */
#ifndef KD_CORE_REPLAY_H
#define KD_CORE_REPLAY_H

#include <sys/types.h>

#include "root.h"

/*
 * Keeps an answer where the context records.  What cannot be kept is remembered
 * by the table: the read itself did not fail.
 */
void kd_record(struct kdump_ctx *ctx, enum kd_question question, const char *path, int err,
	       const char *data, size_t len);

/* In place of what was recorded of a file, where less of it serves as well. */
void kd_record_amend(struct kdump_ctx *ctx, const char *path, const char *data, size_t len);

/* @st and @names are looked at only where @err is 0. */
void kd_record_stat(struct kdump_ctx *ctx, const char *path, int err, const struct stat *st);
void kd_record_names(struct kdump_ctx *ctx, const char *path, int err,
		     const struct kd_names *names);

/* A value that stands in no file; a replay gives it back, else NULL. */
void kd_record_value(struct kdump_ctx *ctx, const char *name, const char *value);
const char *kd_replay_value(struct kdump_ctx *ctx, const char *name);

/* The same as those of root.h; replays only. */
int kd_replay_text(struct kdump_ctx *ctx, const char *path, size_t max, struct kd_buf *ret);
ssize_t kd_replay_head(struct kdump_ctx *ctx, const char *path, char *ret, size_t max);
int kd_replay_link(struct kdump_ctx *ctx, const char *path, char *ret, size_t size);
/* The mode and the owner; all else is 0. */
int kd_replay_stat(struct kdump_ctx *ctx, const char *path, struct stat *ret);
int kd_replay_names(struct kdump_ctx *ctx, const char *path, size_t max, struct kd_names *ret);

/* What uname -m says; "" where only the machine itself could tell. */
void kd_machine_name(struct kdump_ctx *ctx, char *ret, size_t size);

/* Of the kernel that runs on the machine; 0 where only the machine itself could tell. */
uint64_t kd_machine_page_size(struct kdump_ctx *ctx);

#endif
