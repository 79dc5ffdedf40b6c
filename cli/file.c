/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

static int write_all(int fd, const char *text, size_t len)
{
	ssize_t n;

	for (; len; text += n, len -= (size_t)n) {
		n = write(fd, text, len);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n < 0)
			n = 0;
	}
	return 0;
}

static int write_into(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY), ret;

	if (fd < 0)
		return -errno;
	ret = write_all(fd, text, len);
	if (close(fd) && !ret)
		ret = -errno;
	return ret;
}

/* mkostemp() makes it for its owner alone. */
static int write_anew(char *temporary, const char *path, const char *text, size_t len)
{
	int fd = mkostemp(temporary, O_CLOEXEC), ret;

	if (fd < 0)
		return -errno;
	ret = write_all(fd, text, len);
	if (!ret && fsync(fd))
		ret = -errno;
	if (close(fd) && !ret)
		ret = -errno;
	if (!ret && rename(temporary, path))
		ret = -errno;
	if (ret)
		unlink(temporary);
	return ret;
}

int file_replace(const char *path, const char *text, size_t len)
{
	/* Behind a link it is the file that is replaced, and the link stays. */
	char *real = realpath(path, NULL), *temporary;
	struct stat st;
	int ret;

	if (!stat(path, &st) && !S_ISREG(st.st_mode)) {
		free(real);
		return write_into(path, text, len);
	}
	ret = asprintf(&temporary, "%s.XXXXXX", real ? real : path);
	if (ret >= 0) {
		ret = write_anew(temporary, real ? real : path, text, len);
		free(temporary);
	} else {
		ret = -ENOMEM;
	}
	free(real);
	return ret;
}
