/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What a watcher and an unload leave below /run/crashctl for others to see: who keeps
 * the image current, how that went, and whether nothing is loaded because somebody
 * asked for just that.
 */
#ifndef KD_FACTS_WATCH_H
#define KD_FACTS_WATCH_H

#include "record.h"

/* The record, replaced as a whole. */
#define KD_WATCH_PATH KD_RECORD_FOLDER "/watch"
/* Locked (open-file-description, for writing) by who watches. */
#define KD_WATCH_LOCK KD_RECORD_FOLDER "/watch.lock"
/* Until something is loaded again. */
#define KD_UNLOADED_PATH KD_RECORD_FOLDER "/unloaded"

/* Times are seconds since 1970. */
struct kd_watch_record {
	char boot_id[KD_BOOT_ID];
	int64_t since;			/* the watcher began */
	uint64_t reloads, failures;	/* that were carried out, and that failed, in this boot */
	int64_t last_time;		/* of the last reload that was carried out; 0 none */
	char last_reason[32];		/* a stable identifier ("memory", "initramfs") */
	uint64_t last_ms;		/* how long it took */
	int64_t failed_time;		/* the last failure ended; 0 a success came after it */
	char failed_id[64];		/* its identifier */
	char failed_text[512];
	uint64_t retry_time;		/* it is tried again; 0 not before something happens */
	uint64_t limited;		/* 1: some files are only looked at once a minute */
};

/* 1 there is one of this boot, 0 none (a broken one or another boot's is none); -ENOMEM. */
int kd_watch_read(struct kdump_ctx *ctx, struct kd_watch_record *ret);
/* The text of a record; the caller frees *@text.  -ENOMEM. */
int kd_watch_write(const struct kd_watch_record *record, char **text, size_t *len);

/*
 * 1 somebody watches, 0 nobody, -1 not to be seen.  By the lock alone: a record
 * outlives a watcher that was killed.
 */
int kd_watch_running(struct kdump_ctx *ctx);

/*
 * Did somebody ask for nothing to be loaded, in this boot, and when?  1, 0, -ENOMEM.
 * Whether nothing is loaded still is for the kernel to say: other tools load too.
 */
int kd_unloaded_read(struct kdump_ctx *ctx, int64_t *time);
int kd_unloaded_write(const char *boot_id, int64_t time, char **text, size_t *len);

/* All of it, as a config has it. */
struct kd_watch_facts {
	int running;
	bool has_record;
	struct kd_watch_record record;
	bool unloaded;
	int64_t unloaded_time;
};
int kd_watch_facts_read(struct kdump_ctx *ctx, struct kd_watch_facts *ret);	/* -ENOMEM */

#endif
