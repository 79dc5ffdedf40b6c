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
#include "history.h"

#define KERNELS "/sys/fs/pstore"
#define SYSTEMDS "/var/lib/systemd/pstore"
#define NAMES_MAX 256
#define LOG_MAX (1024 * KD_KIB)
#define DEPTH 2			/* below systemd's folder: one a time, one a record of it */

struct walk {
	struct kdump_ctx *ctx;
	struct kdump_history *history;
	uid_t owner;			/* of the folder that it begins at */
	uint64_t left_out;
};

static bool is_record(const char *name)
{
	return kd_starts(name, "dmesg-") || kd_starts(name, "console-") ||
	       kd_streq(name, "dmesg.txt");
}

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

static int take_file(struct walk *w, const char *path, const struct stat *st)
{
	struct kdump_death death = { .time = st->st_mtime };
	struct kd_buf buf;
	int err;

	if (!S_ISREG(st->st_mode) || st->st_uid != w->owner)
		return 0;
	err = kd_root_read(w->ctx, path, LOG_MAX, &buf);
	if (err) {
		kd_history_note(w->history, "%s: %s", path, kd_errno_text(err));
		return err == -ENOMEM ? err : 0;
	}
	kd_crashlog_parse(buf.data, buf.len, &death.log);
	kd_buf_free(&buf);
	if (!death.log.crash_kernel)
		return 0;
	kd_text_set(&death.path, "%s", path);
	keep(w, &death);
	return 0;
}

static int walk(struct walk *w, const char *folder, unsigned depth)
{
	struct kd_names names;
	struct kd_text path;
	struct stat st;
	int err = kd_root_list(w->ctx, folder, NAMES_MAX, &names);

	if (err) {
		if (err != -ENOENT)
			kd_history_note(w->history, "%s: %s", folder, kd_errno_text(err));
		return err == -ENOMEM ? err : 0;
	}
	for (size_t i = 0; i < names.n && !err; i++) {
		kd_text_set(&path, "%s/%s", folder, names.v[i]);
		if (kd_root_stat(w->ctx, path.s, &st))
			continue;
		if (S_ISDIR(st.st_mode) && depth)
			err = walk(w, path.s, depth - 1);
		else if (is_record(names.v[i]))
			err = take_file(w, path.s, &st);
	}
	kd_names_free(&names);
	return err;
}

int kd_pstore_read(struct kdump_ctx *ctx, struct kdump_history *history)
{
	static const struct {
		const char *folder;
		unsigned depth;
	} places[] = { { KERNELS, 0 }, { SYSTEMDS, DEPTH } };
	struct walk w = { .ctx = ctx, .history = history };
	struct stat st;
	int err = 0;

	for (size_t i = 0; i < KD_ARRAY_SIZE(places) && !err; i++) {
		if (kd_root_stat(ctx, places[i].folder, &st))
			continue;
		w.owner = st.st_uid;
		err = walk(&w, places[i].folder, places[i].depth);
	}
	if (w.left_out)
		kd_history_note(history, "pstore: %" PRIu64 " older ones of crash kernels: passed "
				"over", w.left_out);
	return err;
}
