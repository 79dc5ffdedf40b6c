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
#include "follow.h"

#define LINKS_MAX 40			/* fs/namei.c: MAXSYMLINKS */
#define WAY_MAX 4096

#define NAMES (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)
#define CONTENT (IN_MODIFY | IN_CLOSE_WRITE)

struct way {
	struct kd_follow *follow;
	size_t path;
	char at[WAY_MAX];		/* without links; "" is the root */
	char rest[WAY_MAX];		/* what is still to go */
	unsigned links;
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

/* Cuts the next name off the rest; false at the end. */
static bool next_name(struct way *way, char name[WAY_MAX])
{
	const char *begin = way->rest + strspn(way->rest, "/");
	size_t len = strcspn(begin, "/");

	if (!len)
		return false;
	memcpy(name, begin, len);
	name[len] = '\0';
	begin += len;
	memmove(way->rest, begin, strlen(begin) + 1);
	return true;
}

static bool go_down(struct way *way, const char *name)
{
	size_t at = strlen(way->at), len = strlen(name);

	if (at + len + 2 > WAY_MAX)
		return false;
	way->at[at] = '/';
	memcpy(way->at + at + 1, name, len + 1);
	return true;
}

/* The target comes in front of the rest; from the root, or from the link's own folder. */
static bool follow_link(struct way *way, const char *target)
{
	size_t len = strlen(target), rest = strlen(way->rest);

	if (++way->links > LINKS_MAX || len + rest + 2 > WAY_MAX)
		return false;
	memmove(way->rest + len + 1, way->rest, rest + 1);
	memcpy(way->rest, target, len);
	way->rest[len] = '/';
	if (*target == '/')
		*way->at = '\0';
	else
		kd_path_up(way->at);
	return true;
}

static int watch_end(struct way *way)
{
	bool folder = way->follow->paths[way->path].folder;

	if (folder)
		return watch_step(way, way->at, O_DIRECTORY, NAMES | IN_CLOSE_WRITE, "");
	return watch_step(way, way->at, 0, CONTENT, "");
}

/* 1: there is more to go. */
static int go(struct way *way)
{
	char name[WAY_MAX], target[WAY_MAX];
	int err;

	if (!next_name(way, name))
		return watch_end(way);
	if (kd_streq(name, "."))
		return 1;
	if (kd_streq(name, "..")) {
		kd_path_up(way->at);
		return 1;
	}
	err = watch_step(way, way->at, O_DIRECTORY, NAMES, name);
	if (err || !go_down(way, name))
		return err;
	err = kd_root_readlink(way->follow->ctx, way->at, target, sizeof(target));
	if (!err)
		return follow_link(way, target);
	/* No link; anything else is not there, and will be seen when it is. */
	return err == -EINVAL;
}

static int find_one(struct kd_follow *follow, size_t path)
{
	struct way way = { .follow = follow, .path = path };
	size_t len = strlen(follow->paths[path].path);
	int more;

	if (len >= WAY_MAX)
		return 0;
	memcpy(way.rest, follow->paths[path].path, len + 1);
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
