/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Files that the user names to be written.  What is below the root of a machine
 * is the library's to write, never this one's.
 */
#ifndef CRASHCTL_FILE_H
#define CRASHCTL_FILE_H

#include <stddef.h>

/*
 * The old text or the new one, never half, and for its owner alone; what is no
 * regular file (a pipe, a terminal) is written into as it is.
 * Returns: 0, -errno.
 */
int file_replace(const char *path, const char *text, size_t len);

#endif
