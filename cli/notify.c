/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "notify.h"

/* Half of what is asked for, so that one late sign is not missed. */
static int watchdog_period(void)
{
	const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	unsigned long long ms;
	char *end;

	if (!usec || (pid && strtol(pid, NULL, 10) != getpid()))
		return -1;
	ms = strtoull(usec, &end, 10) / 1000 / 2;
	return end == usec || *end || !ms || ms > INT_MAX ? -1 : (int)ms;
}

/* "@" stands for the first byte of a name that is in no file system. */
static int connect_to(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t len = strlen(path);
	int fd;

	if ((*path != '/' && *path != '@') || len >= sizeof(to.sun_path))
		return -1;
	memcpy(to.sun_path, path, len);
	if (*path == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&to,
			       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len))) {
		close(fd);
		return -1;
	}
	return fd;
}

void notify_start(struct notify *n)
{
	const char *path = getenv("NOTIFY_SOCKET");

	n->socket = path ? connect_to(path) : -1;
	n->watchdog = n->socket < 0 ? -1 : watchdog_period();
}

void notify_send(const struct notify *n, const char *fmt, ...)
{
	char text[2048];
	va_list args;

	if (n->socket < 0)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	/* It is asked for nothing that depends on it. */
	(void)send(n->socket, text, strlen(text), MSG_NOSIGNAL);
}

void notify_end(struct notify *n)
{
	if (n->socket >= 0)
		close(n->socket);
}
