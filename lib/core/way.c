/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The way along a path: see way.h. */
#include "way.h"

#include <errno.h>

#include "root.h"

#define LINKS_MAX 40			/* include/linux/namei.h: MAXSYMLINKS */

bool kd_way_begin(struct kd_way *way, const char *path)
{
	size_t len = strlen(path);

	*way->at = '\0';
	way->links = 0;
	if (len >= KD_WAY_MAX)
		return false;
	memcpy(way->rest, path, len + 1);
	return true;
}

static bool cut_name(struct kd_way *way, char *name)
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

bool kd_way_next(struct kd_way *way, char *name)
{
	while (cut_name(way, name)) {
		if (kd_streq(name, ".."))
			kd_path_up(way->at);
		else if (!kd_streq(name, "."))
			return true;
	}
	return false;
}

/* The target comes in front of the rest; from the root, or from the link's own folder. */
static int follow_link(struct kd_way *way, const char *target)
{
	size_t len = strlen(target), rest = strlen(way->rest);

	if (++way->links > LINKS_MAX)
		return -ELOOP;
	if (len + rest + 2 > KD_WAY_MAX)
		return -ENAMETOOLONG;
	memmove(way->rest + len + 1, way->rest, rest + 1);
	memcpy(way->rest, target, len);
	way->rest[len] = '/';
	if (*target == '/')
		*way->at = '\0';
	else
		kd_path_up(way->at);
	return 0;
}

int kd_way_go(struct kd_way *way, struct kdump_ctx *ctx, const char *name)
{
	size_t at = strlen(way->at), len = strlen(name);
	char target[KD_WAY_MAX];
	int err;

	if (at + len + 2 > KD_WAY_MAX)
		return -ENAMETOOLONG;
	way->at[at] = '/';
	memcpy(way->at + at + 1, name, len + 1);
	err = kd_root_readlink(ctx, way->at, target, sizeof(target));
	if (!err)
		return follow_link(way, target);
	return err == -EINVAL ? 0 : err;
}

void kd_root_real(struct kdump_ctx *ctx, const char *path, struct kd_text *ret)
{
	char name[KD_WAY_MAX];
	struct kd_way way;
	int err = kd_way_begin(&way, path) ? 0 : -ENAMETOOLONG;

	while (!err && kd_way_next(&way, name))
		err = kd_way_go(&way, ctx, name);
	if (err && err != -ENOENT)
		kd_text_set(ret, "%s", path);
	else	/* What follows something that is not there is not there either. */
		kd_text_set(ret, "%s%s", *way.at ? way.at : "/", err ? way.rest : "");
}
