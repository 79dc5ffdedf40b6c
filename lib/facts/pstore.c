/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Last words in the firmware's memory (Documentation/admin-guide/pstore-blk.rst, ramoops.rst),
 * and where systemd-pstore.service moves them: see history.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "../core/root.h"
#include "../core/sys.h"
#include "../parse/pstorename.h"
#include "history.h"

#define KERNELS "/sys/fs/pstore"
#define SYSTEMDS "/var/lib/systemd/pstore"
#define NAMES_MAX 256		/* in a folder; the newest */
#define RECORDS_MAX 1024
#define LOG_MAX (1024 * KD_KIB)	/* of all parts together */
#define END	(LOG_MAX - 1)		/* of what is longer, with a line end behind it */
#define STAT_MAX (4 * KD_MIB)	/* /proc/stat counts each interrupt */
#define DEPTH 2			/* below systemd's folder: one a time, one a record of it */

struct record {
	char *path;
	struct kd_pstore_name name;
	int64_t time;
	bool at_most;			/* then, or before */
};

struct walk {
	struct kdump_ctx *ctx;
	struct kdump_history *history;
	uid_t owner;			/* of the folder that it begins at */
	bool has_booted;		/* has been read */
	int64_t booted;			/* this kernel; 0 not known */
	size_t n;
	struct record records[RECORDS_MAX];
	unsigned unread;
	uint64_t left_out;
};

/* A log, of the parts so far: they come from its end to its begin. */
struct pieces {
	struct kd_buf text;
	const struct record *first;	/* NULL there is none yet */
	struct kd_pstore_name last;
};

/* ---- which files there are ---- */

/* Documentation/filesystems/proc.rst, "btime": seconds since 1970 when it booted. */
static int read_booted(struct walk *w)
{
	struct kd_buf buf;
	char *at, *stop;
	uint64_t n;
	int err;

	if (w->has_booted)
		return 0;
	w->has_booted = true;
	err = kd_root_read(w->ctx, "/proc/stat", STAT_MAX, &buf);
	if (err)
		return err == -ENOMEM ? err : 0;
	at = strstr(buf.data, "\nbtime ");
	if (at) {
		at += strlen("\nbtime ");
		stop = at + strcspn(at, "\n");
		*stop = '\0';
		if (!kd_read_uint(at, INT64_MAX, &n))
			w->booted = (int64_t)n;
	}
	kd_buf_free(&buf);
	return 0;
}

/*
 * What the kernel before this one has said: ramoops keeps no time with it
 * (fs/pstore/ram.c:ramoops_pstore_read()), so that it has that of this boot's mount.
 */
static int take_console(struct walk *w, struct record *record)
{
	int err = read_booted(w);

	record->at_most = true;
	if (w->booted && record->time > w->booted)
		record->time = w->booted;
	return err;
}

static int take_file(struct walk *w, const char *path, int64_t folder_time)
{
	struct record record = { .path = NULL };
	struct stat st;
	int err = 0;

	kd_pstore_parse_name(kd_last_of(path), &record.name);
	if (record.name.kind == KD_PSTORE_NONE || kd_root_stat(w->ctx, path, &st) ||
	    !S_ISREG(st.st_mode) || st.st_uid != w->owner)
		return 0;
	if (w->n == RECORDS_MAX) {
		w->left_out++;
		return 0;
	}
	/* What systemd joins it writes anew; what it moves has the time that it had. */
	record.time = record.name.time ? record.name.time : st.st_mtime;
	if (record.name.kind == KD_PSTORE_JOINED && folder_time)
		record.time = folder_time;
	if (kd_starts(kd_last_of(path), "console-"))
		err = take_console(w, &record);
	if (err)
		return err;
	record.path = strdup(path);
	if (!record.path)
		return -ENOMEM;
	w->records[w->n++] = record;
	return 0;
}

static bool has_parts(const struct kd_ranking *names)
{
	for (size_t i = 0; i < names->n; i++)
		if (kd_starts(names->v[i].name, "dmesg-"))
			return true;
	return false;
}

static int walk(struct walk *w, const char *folder, unsigned depth, int64_t time)
{
	struct kd_ranking names;
	struct kd_text path;
	struct stat st;
	bool parts;
	int err = kd_root_list_best(w->ctx, folder, NAMES_MAX, kd_pstore_rank, NULL, &names);

	if (err) {
		if (err != -ENOENT)
			kd_history_note(w->history, "%s: %s", folder, kd_errno_text(err));
		return err == -ENOMEM ? err : 0;
	}
	w->left_out += names.below;
	parts = has_parts(&names);
	for (size_t i = 0; i < names.n && !err; i++) {
		const char *name = names.v[i].name;
		int64_t named = kd_pstore_folder_time(name);

		/* The parts themselves are beside what systemd joined of them. */
		if (parts && kd_streq(name, "dmesg.txt"))
			continue;
		kd_text_set(&path, "%s/%s", folder, name);
		if (depth && !kd_root_stat(w->ctx, path.s, &st) && S_ISDIR(st.st_mode))
			err = walk(w, path.s, depth - 1, named ? named : time);
		else
			err = take_file(w, path.s, time);
	}
	kd_ranking_free(&names);
	return err;
}

/* ---- what they say ---- */

/* The newest first, the oldest lost where there are more. */
static void keep(struct walk *w, const struct kdump_death *death)
{
	struct kdump_history *h = w->history;
	size_t i = h->n_deaths;

	while (i && h->deaths[i - 1].time < death->time)
		i--;
	w->left_out += h->n_deaths == KD_DEATHS_KEPT;
	if (i == KD_DEATHS_KEPT)
		return;
	if (h->n_deaths < KD_DEATHS_KEPT)
		h->n_deaths++;
	memmove(&h->deaths[i + 1], &h->deaths[i], (h->n_deaths - i - 1) * sizeof(*death));
	h->deaths[i] = *death;
}

/*
 * Not each log has the words of a crash kernel in it, for only its end is kept.  Between a
 * test's panic and this boot no other kernel ran; but the one that was to panic may have told
 * of it too (crash_kexec_post_notifiers).
 */
static bool is_of_test(const struct walk *w, const struct kdump_death *death)
{
	const struct kdump_history *h = w->history;

	return h->mark_is_past && !death->log.on_purpose && death->time >= h->mark.time &&
	       death->time <= w->booted;
}

/* A console's log is there after each boot, whatever came of that: only what has a reason. */
static void end_log(struct walk *w, struct pieces *pieces)
{
	struct kdump_death death;

	if (!pieces->first)
		return;
	death = (struct kdump_death){
		.time = pieces->first->time, .at_most = pieces->first->at_most,
	};
	kd_crashlog_parse(pieces->text.data, pieces->text.len, &death.log);
	kd_text_set(&death.path, "%s", pieces->first->path);
	if (*death.log.why && (death.log.crash_kernel || is_of_test(w, &death)))
		keep(w, &death);
	kd_buf_free(&pieces->text);
	pieces->first = NULL;
}

/* In front of those that came before.  Takes @buf over. */
static int put_before(struct pieces *pieces, struct kd_buf *buf)
{
	char *grown;

	/* What came before is the end, where the reason is. */
	if (pieces->text.len + buf->len + 1 > LOG_MAX) {
		kd_buf_free(buf);
		return 0;
	}
	grown = realloc(buf->data, buf->len + pieces->text.len + 2);
	if (!grown) {
		kd_buf_free(buf);
		return -ENOMEM;
	}
	buf->data = grown;
	if (buf->len && grown[buf->len - 1] != '\n')
		grown[buf->len++] = '\n';
	if (pieces->text.len)
		memcpy(grown + buf->len, pieces->text.data, pieces->text.len);
	buf->len += pieces->text.len;
	grown[buf->len] = '\0';
	kd_buf_free(&pieces->text);
	pieces->text = *buf;
	return 0;
}

/* Of one that is longer than all of the parts of a log together, its end. */
static int read_end(struct kdump_ctx *ctx, const char *path, struct kd_buf *ret)
{
	struct stat st;
	ssize_t n;
	int fd = kd_root_open_regular(ctx, path, &st);

	if (fd < 0)
		return fd;
	ret->data = malloc(LOG_MAX);
	n = ret->data ? kd_sys_pread(fd, ret->data, END, kd_sub_floor((uint64_t)st.st_size, END))
		      : -ENOMEM;
	kd_sys_close(fd);
	if (n < 0) {
		free(ret->data);
		return (int)n;
	}
	ret->len = (size_t)n;
	ret->data[n] = '\0';
	return 0;
}

/* One of them is told of, the others are counted. */
static void note_unread(struct walk *w, const char *path, int err)
{
	if (!w->unread++)
		kd_history_note(w->history, "%s: %s", path, kd_errno_text(err));
}

static int take_record(struct walk *w, const struct record *record, struct pieces *pieces)
{
	struct kd_pstore_name name = record->name;
	struct kd_buf buf;
	int err = kd_root_read(w->ctx, record->path, LOG_MAX, &buf);

	if (err == -EFBIG)
		err = read_end(w->ctx, record->path, &buf);
	if (err) {
		note_unread(w, record->path, err);
		return err == -ENOMEM ? err : 0;
	}
	if (!name.part)
		name.part = kd_pstore_part(buf.data, buf.len);
	if (!pieces->first || !kd_pstore_goes_on(&pieces->last, &name)) {
		end_log(w, pieces);
		pieces->first = record;
	}
	pieces->last = name;
	return put_before(pieces, &buf);
}

static int by_log(const void *a, const void *b)
{
	const struct record *one = a, *other = b;

	return kd_pstore_compare(&one->name, &other->name);
}

static int take_records(struct walk *w)
{
	struct pieces pieces = { .first = NULL };
	int err = 0;

	qsort(w->records, w->n, sizeof(*w->records), by_log);
	for (size_t i = 0; i < w->n && !err; i++)
		err = take_record(w, &w->records[i], &pieces);
	if (!err)
		end_log(w, &pieces);
	kd_buf_free(&pieces.text);
	return err;
}

/* ---- all ---- */

static int walk_all(struct walk *w)
{
	static const struct {
		const char *folder;
		unsigned depth;
	} places[] = { { KERNELS, 0 }, { SYSTEMDS, DEPTH } };
	struct stat st;
	int err = 0;

	for (size_t i = 0; i < KD_ARRAY_SIZE(places) && !err; i++) {
		if (kd_root_stat(w->ctx, places[i].folder, &st))
			continue;
		w->owner = st.st_uid;
		err = walk(w, places[i].folder, places[i].depth, 0);
	}
	return err;
}

int kd_pstore_read(struct kdump_ctx *ctx, struct kdump_history *history)
{
	struct walk *w = calloc(1, sizeof(*w));
	int err = w ? 0 : -ENOMEM;

	if (err)
		return err;
	w->ctx = ctx;
	w->history = history;
	if (history->mark_is_past)
		err = read_booted(w);
	if (!err)
		err = walk_all(w);
	if (!err)
		err = take_records(w);
	if (w->unread > 1)
		kd_history_note(history, "pstore: %u more that cannot be read", w->unread - 1);
	if (w->left_out)
		kd_history_note(history, "pstore: %" PRIu64 " older ones: passed over",
				w->left_out);
	for (size_t i = 0; i < w->n; i++)
		free(w->records[i].path);
	free(w);
	return err;
}
