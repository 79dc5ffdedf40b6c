/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * For valgrind before 3.22, which does not know openat2() and answers ENOSYS:
 * preloaded, this makes an openat() of it.  Only where instructions are counted
 * on trees that hold no link out of themselves.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/syscall.h>

static long as_openat(int dir, const char *path, const struct open_how *how)
{
	/* With RESOLVE_IN_ROOT an absolute path begins at @dir. */
	while (*path == '/')
		path++;
	return openat(dir, *path ? path : ".", (int)how->flags, (mode_t)how->mode);
}

long syscall(long number, ...)
{
	long (*next)(long, ...) = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	va_list args;
	long a[6];
	int i;

	va_start(args, number);
	for (i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (number == SYS_openat2)
		return as_openat((int)a[0], (const char *)a[1], (const void *)a[2]);
	return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
