/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Files that are followed, and what inotify tells of them: see follow.h. */
#define _GNU_SOURCE
#include "follow.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/inotify.h>

#include "../core/root.h"
#include "../core/sys.h"

int kd_follow_start(struct kdump_ctx *ctx, struct kd_follow *ret)
{
	*ret = (struct kd_follow){ .ctx = ctx, .inotify = kd_sys_inotify() };
	ret->limited = ret->inotify < 0;
	return ret->inotify == -ENOMEM ? -ENOMEM : 0;
}

int kd_follow_add(struct kd_follow *follow, const char *path, enum kdump_event_kind kind,
		  bool folder)
{
	struct kd_follow_path *to = &follow->paths[follow->n_paths];
	char *copy;

	for (size_t i = 0; i < follow->n_paths; i++)
		if (kd_streq(follow->paths[i].path, path) && follow->paths[i].kind == kind)
			return 0;
	if (follow->n_paths == KD_FOLLOW_PATHS)
		return -E2BIG;
	copy = strdup(path);
	if (!copy)
		return -ENOMEM;
	*to = (struct kd_follow_path){ .path = copy, .kind = kind, .folder = folder };
	follow->n_paths++;
	return 0;
}

/* One event is for every path that goes by there. */
static bool concerns(const struct kd_follow_step *step, const struct inotify_event *event)
{
	if (step->watch != event->wd)
		return false;
	return !*step->name || (event->len && kd_streq(step->name, event->name)) ||
	       event->mask & (IN_IGNORED | IN_UNMOUNT);
}

static const struct inotify_event *present(const struct kd_follow *follow)
{
	return (const void *)(follow->data + follow->at);
}

static void pass(struct kd_follow *follow)
{
	follow->at += sizeof(struct inotify_event) + present(follow)->len;
	follow->step = 0;
}

static bool tell_path(struct kd_follow *follow, struct kd_follow_event *ret)
{
	const struct inotify_event *event = present(follow);

	for (; follow->step < follow->n_steps; follow->step++) {
		const struct kd_follow_step *step = &follow->steps[follow->step];

		if (!concerns(step, event))
			continue;
		follow->step++;
		if (!(event->mask & (IN_MODIFY | IN_CLOSE_WRITE)))
			follow->astray = true;
		*ret = (struct kd_follow_event){
			.path = &follow->paths[step->path],
			.writing = event->mask & IN_MODIFY,
		};
		return true;
	}
	return false;
}

/* What is there is told first, by the steps that it was watched for. */
static bool tell_next(struct kd_follow *follow, struct kd_follow_event *ret)
{
	while (follow->at < follow->len) {
		if (present(follow)->mask & IN_Q_OVERFLOW) {
			pass(follow);
			follow->astray = true;
			*ret = (struct kd_follow_event){ .path = NULL };
			return true;
		}
		if (tell_path(follow, ret))
			return true;
		pass(follow);
	}
	return false;
}

int kd_follow_next(struct kd_follow *follow, struct kd_follow_event *ret)
{
	ssize_t n;

	if (follow->inotify < 0)
		return 0;
	for (;;) {
		if (tell_next(follow, ret))
			return 1;
		n = kd_sys_read(follow->inotify, follow->data, sizeof(follow->data));
		follow->at = follow->len = 0;
		if (n == -EAGAIN)
			return follow->astray ? kd_follow_find(follow) : 0;
		if (n <= 0)
			return -EIO;
		follow->len = (size_t)n;
	}
}

static bool has_changed(struct kd_follow *follow, struct kd_follow_path *path)
{
	struct kd_identity now = { 0 };
	struct stat st;
	bool changed;

	if (!kd_root_stat(follow->ctx, path->path, &st))
		kd_identify(&st, &now);
	changed = path->seen && !kd_identity_equal(&now, &path->id);
	path->seen = true;
	path->id = now;
	return changed;
}

bool kd_follow_look(struct kd_follow *follow, size_t *i, struct kd_follow_event *ret)
{
	while (*i < follow->n_paths) {
		struct kd_follow_path *path = &follow->paths[(*i)++];

		if (!has_changed(follow, path))
			continue;
		*ret = (struct kd_follow_event){ .path = path };
		return true;
	}
	return false;
}
