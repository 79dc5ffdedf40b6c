/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* grub.cfg: see bootfile.h. */
#include "bootfile-lines.h"

#include <errno.h>

int kd_boot_scan_grub_cfg(struct kd_boot_scan *scan)
{
	return kd_why(scan->why, -ENOTSUP, "not read yet");
}

bool kd_bootfile_find(const struct kd_bootfile *file, const char *spec, size_t *ret)
{
	(void)file;
	(void)spec;
	(void)ret;
	return false;
}
