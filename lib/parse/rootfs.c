/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The root file system of an initramfs: see rootfs.h. */
#include "rootfs.h"

#include <stdlib.h>

#include "cmdline.h"
#include "crashkernel.h"

#define HALF 50			/* mm/shmem.c:shmem_default_max_blocks() */

/* init/do_mounts.c:init_rootfs() */
static bool is_tmpfs(const char *cmdline)
{
	struct kd_word word;

	if (kd_cmdline_last(cmdline, "rootfstype", &word) && word.value)
		return memmem(word.value, word.value_len, "tmpfs", 5);
	return !kd_cmdline_last(cmdline, "root", &word) || !word.value_len;
}

/* One of the comma-separated options of a mount: what stands behind @name, or NULL. */
static const char *mount_option(const char *value, size_t len, const char *name, char *out,
				size_t size)
{
	size_t name_len = strlen(name);

	while (len) {
		const char *comma = memchr(value, ',', len);
		size_t n = comma ? (size_t)(comma - value) : len;

		if (n > name_len && !memcmp(value, name, name_len) && n - name_len < size) {
			memcpy(out, value + name_len, n - name_len);
			out[n - name_len] = '\0';
			return out;
		}
		len -= comma ? n + 1 : n;
		value += comma ? n + 1 : n;
	}
	return NULL;
}

/* mm/shmem.c:shmem_parse_one(), Opt_size: bytes, or a percentage of memory; 0 is no limit. */
static void take_size(const char *text, struct kd_rootfs *rootfs)
{
	const char *end;
	uint64_t n;

	if (kd_memparse(text, &n, &end))
		return;
	if (kd_streq(end, "%") && n <= 100) {
		rootfs->percent = n ? (unsigned)n : 100;
		return;
	}
	if (*end)
		return;
	rootfs->percent = n ? 0 : 100;
	rootfs->bytes = n;
}

void kd_rootfs_limit(const char *cmdline, bool options, struct kd_rootfs *ret)
{
	struct kd_word word;
	char size[32];

	*ret = (struct kd_rootfs){ .tmpfs = is_tmpfs(cmdline), .percent = HALF };
	if (!ret->tmpfs) {
		ret->percent = 0;
		return;
	}
	if (options && kd_cmdline_last(cmdline, "initramfs_options", &word) && word.value &&
	    mount_option(word.value, word.value_len, "size=", size, sizeof(size)))
		take_size(size, ret);
}

const char *kd_rootfs_lift(const char *cmdline, bool options, bool names_root)
{
	struct kd_word word;

	if (!is_tmpfs(cmdline))
		return NULL;
	/* To a kernel that does not know it the word says nothing. */
	if (options && kd_cmdline_last(cmdline, "initramfs_options", &word))
		return NULL;
	if (kd_cmdline_last(cmdline, "rootfstype", &word))
		return NULL;
	if (options)
		return "initramfs_options=size=100%";
	if (names_root || kd_cmdline_last(cmdline, "root", &word))
		return NULL;
	return "rootfstype=ramfs";
}
