/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Dumps that are there: see history.h. */
#include "history.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "../core/root.h"
#include "../core/sys.h"
#include "../parse/dumpname.h"
#include "../parse/vmcore.h"
#include "config.h"
#include "mounts.h"

/* One dump's folder with more has another use as well. */
#define FILES_MAX 256

void kd_history_note(struct kdump_history *history, const char *fmt, ...)
{
	va_list args;

	/* The last place says that there are more. */
	if (history->n_notes >= KD_HISTORY_NOTES - 1) {
		history->n_notes = KD_HISTORY_NOTES;
		kd_text_set(&history->notes[KD_HISTORY_NOTES - 1], "and %u more",
			    ++history->notes_lost);
		return;
	}
	va_start(args, fmt);
	kd_text_vset(&history->notes[history->n_notes++], fmt, args);
	va_end(args);
}

static uint64_t rank_folder(const char *name)
{
	enum kdump_layout layout;

	return kd_dump_folder_date(name, &layout);
}

static size_t read_at(int fd, unsigned char *data, size_t len, uint64_t offset)
{
	size_t done = 0;
	ssize_t n;

	while (done < len && (n = kd_sys_pread(fd, data + done, len - done, offset + done)) > 0)
		done += (size_t)n;
	return done;
}

/* A few KiB of it, whatever its size. */
static void look_into(int fd, uint64_t size, struct kd_vmcore *ret)
{
	unsigned char data[KD_VMCORE_READ];
	uint64_t offset;
	size_t len;

	kd_vmcore_start(ret, size);
	while (kd_vmcore_wants(ret, &offset, &len))
		kd_vmcore_feed(ret, data, read_at(fd, data, len, offset));
}

static void take_file(int fd, const struct stat *st, int rank, struct kdump_dump *dump)
{
	struct kd_vmcore vmcore;

	look_into(fd, (uint64_t)st->st_size, &vmcore);
	dump->size = (uint64_t)st->st_size;
	dump->complete = vmcore.complete;
	dump->why = vmcore.why;
	dump->disk_full = vmcore.disk_full;
	dump->finished = st->st_mtime;
	dump->time = vmcore.time ? vmcore.time : st->st_mtime;
	memcpy(dump->release, vmcore.release, sizeof(dump->release));
	/* Renamed once it is whole: a crash kernel that came to that had time to. */
	if (rank == KD_DUMP_UNFINISHED && dump->complete) {
		dump->complete = 0;
		dump->why = "it has the name of one that was not finished";
	}
}

/* The best of the names of a folder; NULL there is no dump. */
static const char *choose(const struct kd_names *names, int *rank)
{
	const char *best = NULL;

	*rank = 0;
	for (size_t i = 0; i < names->n; i++) {
		int r = kd_dump_file_rank(names->v[i]);

		if (r > *rank) {
			*rank = r;
			best = names->v[i];
		}
	}
	return best;
}

/* No file of it can be read: that is all that is known. */
static void fail(struct kdump_dump *dump, int err)
{
	dump->complete = -1;
	dump->why = err == -EACCES || err == -EPERM ? "it may not be read by this user"
						    : "it cannot be read";
}

static void take_times(const struct stat *st, struct kdump_dump *dump)
{
	dump->size = (uint64_t)st->st_size;
	dump->time = dump->finished = st->st_mtime;
}

/* Another user's file in a folder of root's was put there by root, or is root's mistake. */
static void read_file(struct kdump_ctx *ctx, const char *folder, const char *name, int rank,
		      uid_t owner, struct kdump_dump *dump)
{
	struct stat st;
	int fd;

	kd_text_set(&dump->path, "%s/%s", folder, name);
	fd = kd_root_open_regular(ctx, dump->path.s, &st);
	if (fd < 0) {
		if (!kd_root_stat(ctx, dump->path.s, &st))
			take_times(&st, dump);
		fail(dump, fd);
		return;
	}
	if (st.st_uid == owner) {
		take_file(fd, &st, rank, dump);
	} else {
		take_times(&st, dump);
		dump->complete = -1;
		dump->why = "it is of another owner than the folder of the dumps, and not trusted";
	}
	kd_sys_close(fd);
}

static int read_record(struct kdump_ctx *ctx, const char *folder, struct kdump_dump *dump)
{
	struct kd_text path;
	int r;

	kd_text_set(&path, "%s/" KD_OBSERVED_NAME, folder);
	r = kd_observed_read(ctx, path.s, &dump->record);
	dump->has_record = r > 0;
	return r < 0 ? r : 0;
}

static int read_folder(struct kdump_ctx *ctx, const char *folder, uid_t owner,
		       struct kdump_dump *dump)
{
	struct kd_names names;
	const char *name;
	struct stat st;
	int rank, err;

	kd_text_set(&dump->path, "%s", folder);
	dump->complete = 0;
	dump->why = "there is no dump in it";
	dump->time = kd_root_stat(ctx, folder, &st) ? 0 : st.st_mtime;
	err = kd_root_list(ctx, folder, FILES_MAX, &names);
	if (err == -ENOMEM)
		return err;
	if (err) {
		fail(dump, err);
		return 0;
	}
	name = choose(&names, &rank);
	dump->empty = !name;
	if (name)
		read_file(ctx, folder, name, rank, owner, dump);
	kd_names_free(&names);
	return read_record(ctx, folder, dump);
}

/* 1 it is one, 0 it is none, -ENOMEM. */
static int read_dump(struct kdump_ctx *ctx, const char *folder, const char *name, uid_t owner,
		     struct kdump_dump *dump)
{
	struct kd_text path;
	int err;

	*dump = (struct kdump_dump){ .why = "" };
	if (strlen(name) >= sizeof(dump->name))
		return 0;
	memcpy(dump->name, name, strlen(name) + 1);
	kd_dump_folder_date(name, &dump->layout);
	kd_text_set(&path, "%s/%s", folder, name);
	err = read_folder(ctx, path.s, owner, dump);
	return err ? err : 1;
}

static int read_ranked(struct kdump_ctx *ctx, const char *folder, uid_t owner,
		       const struct kd_ranking *ranking, struct kdump_history *history)
{
	size_t i;
	int r = 0;

	for (i = 0; i < ranking->n && history->n_dumps < KD_DUMPS_KEPT && r >= 0; i++) {
		r = read_dump(ctx, folder, ranking->v[i].name, owner,
			      &history->dumps[history->n_dumps]);
		history->n_dumps += r > 0;
	}
	history->older = ranking->below + ranking->n - i;
	if (ranking->untrusted)
		kd_history_note(history, "%s: %" PRIu64 " of another owner than the folder's, "
				"or no folders: passed over", folder, ranking->untrusted);
	return r < 0 ? r : 0;
}

/* kdump-config's own files, which are no dumps and no surprise either. */
static uint64_t count_own(struct kdump_ctx *ctx, const char *folder)
{
	static const char *const own[] = { "kexec_cmd", "kdump_lock" };
	struct kd_text path;
	uint64_t n = 0;

	for (size_t i = 0; i < KD_ARRAY_SIZE(own); i++) {
		kd_text_set(&path, "%s/%s", folder, own[i]);
		n += kd_root_exists(ctx, path.s);
	}
	return n;
}

/* Where what is to be mounted there is not, it has another's folder, and mostly none. */
static int look_at_mount(struct kdump_ctx *ctx, const char *folder, struct kdump_history *history)
{
	int err = kd_mount_is_awaited(ctx, folder, &history->awaited);

	history->unseen |= history->awaited;
	if (history->awaited)
		kd_history_note(history, "%s: what is to be mounted there is not", folder);
	return err;
}

static int read_dumps(struct kdump_ctx *ctx, const char *folder, struct kdump_history *history)
{
	struct kd_ranking ranking;
	uint64_t foreign;
	uid_t owner;
	int err;

	kd_text_set(&history->folder, "%s", folder);
	err = look_at_mount(ctx, folder, history);
	if (err)
		return err;
	err = kd_dumps_list(ctx, folder, rank_folder, &owner, &ranking);
	history->seen = !history->awaited && (!err || err == -ENOENT);
	if (err == -ENOENT)
		return 0;
	if (err) {
		history->unseen = true;
		kd_history_note(history, "%s: %s", folder, kd_errno_text(err));
		return err == -ENOMEM ? err : 0;
	}
	foreign = kd_sub_floor(ranking.unranked, count_own(ctx, folder));
	if (foreign)
		kd_history_note(history, "%s: %" PRIu64 " with a name that no dump has: passed "
				"over", folder, foreign);
	err = read_ranked(ctx, folder, owner, &ranking, history);
	kd_ranking_free(&ranking);
	return err;
}

static int read_tests(struct kdump_ctx *ctx, struct kdump_history *history)
{
	char boot_id[KD_BOOT_ID];
	int r = kd_proof_read_mark(ctx, &history->mark);

	if (r == -ENOMEM)
		return r;
	if (r == -EBADMSG) {
		history->mark_is_bad = true;
		kd_history_note(history, KD_TEST_PATH ": not a whole mark of a test: passed over");
	} else if (r > 0) {
		history->has_mark = true;
	}
	kd_boot_id(ctx, boot_id);
	history->mark_is_past = history->has_mark && *boot_id &&
				!kd_streq(boot_id, history->mark.boot_id);
	return kd_proofs_read(ctx, history->proofs, &history->n_proofs);
}

static const char *text_elsewhere(const struct kd_dump_facts *target, struct kd_text *ret)
{
	if (target->kind == KD_TARGET_NONE)
		return "no dumps are saved: that is what is configured";
	kd_text_set(ret, "dumps go to %s, where they are not looked for",
		    *target->where.s ? target->where.s : "somewhere else than a folder");
	return ret->s;
}

static int read_all(struct kdump_config *config, struct kdump_history *history)
{
	struct kd_text text;
	const char *folder = kd_dump_folder(&config->target);
	int err;

	if (kdump_config_is_elsewhere(config))
		return 0;
	/* What waits tells which last words are of a crash kernel. */
	err = read_tests(config->ctx, history);
	if (err)
		return err;
	/* Where the target is not known its folder is a guess: no dump there says nothing. */
	history->unseen = config->target.kind == KD_TARGET_UNKNOWN || !folder;
	if (folder)
		err = read_dumps(config->ctx, folder, history);
	else
		kd_history_note(history, "%s", text_elsewhere(&config->target, &text));
	return err ? err : kd_pstore_read(config->ctx, history);
}

KD_API int kdump_config_read_history(struct kdump_config *config)
{
	struct kdump_history *history = calloc(1, sizeof(*history));
	int err;

	kd_begin(config->ctx);
	if (!history)
		return kd_oom(config->ctx);
	history->refs = 1;
	err = read_all(config, history);
	if (err) {
		kd_history_unref(history);
		return kd_oom(config->ctx);
	}
	kd_history_unref(config->history);
	config->history = history;
	return 0;
}
