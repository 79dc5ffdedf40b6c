/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The running kernel's build and its file's: see build.h. */
#include "build.h"

#include <stdio.h>

#include "../core/root.h"
#include "../parse/bzimage.h"

/* Around the release. */
static const char *const places[][2] = {
	{ "/boot/vmlinuz-", "" }, { "/usr/lib/modules/", "/vmlinuz" },
};

/*
 * "7.2.12 (builder@host) #1 SMP … (date)", of which /proc/version has the end behind
 * other things (arch/x86/boot/version.c, init/version.c).
 */
static const char *build_of(const char *banner)
{
	const char *at = strstr(banner, ") #");

	return at ? at + 1 : NULL;
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && kd_streq(text + n - m, end);
}

static enum kd_build_state compare(const char *running, const char *release,
				   const char *banner)
{
	const char *build = build_of(banner);
	size_t n = strlen(release);

	if (!build)
		return KD_BUILD_UNKNOWN;
	return kd_starts(banner, release) && banner[n] == ' ' && ends_with(running, build)
		       ? KD_BUILD_SAME : KD_BUILD_REPLACED;
}

void kd_build_read(struct kdump_ctx *ctx, const struct kdump_snapshot *snap,
		   struct kd_build *ret)
{
	char running[1024], banner[512];
	struct kd_buf head;
	bool found;

	*ret = (struct kd_build){ .state = KD_BUILD_UNKNOWN };
	if (!snap->release ||
	    kd_root_read_line(ctx, "proc/version", running, sizeof(running)))
		return;
	for (size_t i = 0; i < KD_ARRAY_SIZE(places); i++) {
		snprintf(ret->path, sizeof(ret->path), "%s%s%s", places[i][0], snap->release,
			 places[i][1]);
		if (kd_root_read_head(ctx, ret->path, KD_BZIMAGE_HEAD, &head))
			continue;
		found = kd_bzimage_banner(head.data, head.len, banner, sizeof(banner));
		kd_buf_free(&head);
		if (found)
			ret->state = compare(running, snap->release, banner);
		return;
	}
}
