/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Archives for the kernel: see newc.h. */
#include "newc.h"

#include <stdio.h>

const struct kd_newc_entry kd_newc_trailer = { .name = "TRAILER!!!" };

size_t kd_newc_padding(uint64_t size)
{
	return (size_t)(-size & 3);
}

/* Inode numbers are for links alone, and of these there are none. */
size_t kd_newc_header(const struct kd_newc_entry *entry, char ret[KD_NEWC_HEADER])
{
	size_t name = strnlen(entry->name, KD_NEWC_NAME - 1) + 1, len;

	memset(ret, 0, KD_NEWC_HEADER);
	len = (size_t)snprintf(ret, KD_NEWC_HEADER,
			       "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%.*s",
			       0U, entry->mode, 0U, 0U, 1U, 0U, entry->size, 0U, 0U,
			       entry->rdev_major, entry->rdev_minor, (unsigned)name, 0U,
			       (int)name - 1, entry->name) + 1;
	return len + kd_newc_padding(len);
}
