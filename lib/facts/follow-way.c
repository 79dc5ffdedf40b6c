/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The way to a file: each folder and each link on it, watched before it is
 * looked into, so that what changes meanwhile shows as an event.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/inotify.h>

#include "../core/root.h"
#include "../core/sys.h"
#include "../core/way.h"
#include "follow.h"

#define NAMES (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)
#define CONTENT (IN_MODIFY | IN_CLOSE_WRITE)

struct way {
	struct kd_follow *follow;
	size_t path;
	struct kd_way way;
};

static int add_step(struct way *way, int watch, const char *name)
{
	struct kd_follow *follow = way->follow;
	struct kd_follow_step *steps = follow->steps;
	size_t room = follow->room ? 2 * follow->room : 64;

	if (follow->n_steps == follow->room) {
		steps = reallocarray(steps, room, sizeof(*steps));
		if (!steps)
			return -ENOMEM;
		follow->steps = steps;
		follow->room = room;
	}
	steps[follow->n_steps] = (struct kd_follow_step){ watch, way->path, strdup(name) };
	if (!steps[follow->n_steps].name)
		return -ENOMEM;
	follow->n_steps++;
	return 0;
}

/* The number of a watch, or -1 where there is none; the reason is told by `limited`. */
static int watch(struct way *way, const char *what, int flags, uint32_t mask)
{
	struct kd_follow *follow = way->follow;
	int fd, number;

	if (follow->inotify < 0)
		return -1;
	fd = kd_root_open(follow->ctx, *what ? what : "/", O_PATH | O_NOFOLLOW | flags);
	if (fd < 0) {
		follow->limited |= fd != -ENOENT && fd != -ENOTDIR;
		return -1;
	}
	/* What is one inode by two names has the events of both. */
	number = kd_sys_inotify_add(follow->inotify, fd, mask | IN_MASK_ADD);
	kd_sys_close(fd);
	if (number < 0)
		follow->limited = true;
	return number;
}

static int watch_step(struct way *way, const char *what, int flags, uint32_t mask,
		      const char *name)
{
	int number = watch(way, what, flags, mask);

	return number < 0 ? 0 : add_step(way, number, name);
}

static int watch_end(struct way *way)
{
	bool folder = way->follow->paths[way->path].folder;

	if (folder)
		return watch_step(way, way->way.at, O_DIRECTORY, NAMES | IN_CLOSE_WRITE, "");
	return watch_step(way, way->way.at, 0, CONTENT, "");
}

/* 1: there is more to go. */
static int go(struct way *way)
{
	char name[KD_WAY_MAX];
	int err;

	if (!kd_way_next(&way->way, name))
		return watch_end(way);
	err = watch_step(way, way->way.at, O_DIRECTORY, NAMES, name);
	if (err)
		return err;
	err = kd_way_go(&way->way, way->follow->ctx, name);
	/* What is not there will be seen when it is. */
	return err == -ENOMEM ? err : !err;
}

static int find_one(struct kd_follow *follow, size_t path)
{
	struct way way = { .follow = follow, .path = path };
	int more;

	if (!kd_way_begin(&way.way, follow->paths[path].path))
		return 0;
	do
		more = go(&way);
	while (more > 0);
	return more;
}

static bool is_needed(const struct kd_follow *follow, int number)
{
	for (size_t i = 0; i < follow->n_steps; i++)
		if (follow->steps[i].watch == number)
			return true;
	return false;
}

static void free_steps(struct kd_follow_step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(steps[i].name);
	free(steps);
}

/* Watches that are of no more use.  One that is gone by itself has no number any more. */
static void drop_old(struct kd_follow *follow, const struct kd_follow_step *old, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!is_needed(follow, old[i].watch))
			kd_sys_inotify_remove(follow->inotify, old[i].watch);
}

int kd_follow_find(struct kd_follow *follow)
{
	struct kd_follow_step *old = follow->steps;
	size_t n_old = follow->n_steps;
	int err = 0;

	follow->steps = NULL;
	follow->n_steps = follow->room = 0;
	follow->limited = follow->inotify < 0;
	follow->astray = false;
	for (size_t i = 0; !err && i < follow->n_paths; i++)
		err = find_one(follow, i);
	drop_old(follow, old, n_old);
	free_steps(old, n_old);
	return err;
}

void kd_follow_clear(struct kd_follow *follow)
{
	for (size_t i = 0; i < follow->n_paths; i++)
		free(follow->paths[i].path);
	follow->n_paths = 0;
}

void kd_follow_end(struct kd_follow *follow)
{
	kd_follow_clear(follow);
	free_steps(follow->steps, follow->n_steps);
	if (follow->inotify >= 0)
		kd_sys_close(follow->inotify);
}
