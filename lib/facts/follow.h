/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Files by their names, followed with inotify: every folder and link on the way
 * to each, so that a rename anywhere, another target of a link, and a file that
 * is not there yet all show.  Where inotify has no room left, files are looked at
 * now and then.
 */
#ifndef KD_FACTS_FOLLOW_H
#define KD_FACTS_FOLLOW_H

#include "image.h"

#define KD_FOLLOW_PATHS 64

struct kd_follow_path {
	char *path;
	enum kdump_event_kind kind;
	bool folder;			/* what is in it counts too */
	bool seen;			/* by kd_follow_look() */
	struct kd_identity id;		/* all zeros: not there */
};

/* A name in a folder that is watched, or the watched thing itself (""). */
struct kd_follow_step {
	int watch;
	size_t path;			/* in kd_follow.paths */
	char *name;
};

struct kd_follow {
	struct kdump_ctx *ctx;
	int inotify;			/* -1: there is none to be had */
	struct kd_follow_path paths[KD_FOLLOW_PATHS];
	size_t n_paths;
	struct kd_follow_step *steps;
	size_t n_steps, room;
	bool limited;			/* not all is watched */
	bool astray;			/* the way to a file has changed: it is to be found again */
	/* What was read from inotify and not yet told. */
	_Alignas(8) char data[4096];
	size_t len, at;
	size_t step;			/* those before it have had the event at @at */
};

/* No inotify is no failure: see limited.  -ENOMEM. */
int kd_follow_start(struct kdump_ctx *ctx, struct kd_follow *ret);
void kd_follow_end(struct kd_follow *follow);

/* In place of what was followed; a path twice is once.  -ENOMEM, -E2BIG. */
void kd_follow_clear(struct kd_follow *follow);
int kd_follow_add(struct kd_follow *follow, const char *path, enum kdump_event_kind kind,
		  bool folder);

/*
 * Finds the way to each again.  To be called after the last kd_follow_add() and when
 * mounts have changed.  -ENOMEM.
 */
int kd_follow_find(struct kd_follow *follow);

struct kd_follow_event {
	const struct kd_follow_path *path;	/* NULL: events were lost */
	bool writing;			/* somebody writes and has not closed it */
};

/* 1, 0: there is none; -ENOMEM, -EIO. */
int kd_follow_next(struct kd_follow *follow, struct kd_follow_event *ret);

/*
 * The same without inotify: the next path that is not what it was at the last look.
 * From *@i on, which begins with 0.
 */
bool kd_follow_look(struct kd_follow *follow, size_t *i, struct kd_follow_event *ret);

#endif
