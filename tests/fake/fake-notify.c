/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The real epoll, timers and inotify, on what is below the scratch folder; memory
 * and CPUs come and go when the test says so.
 */
#define _GNU_SOURCE
#include "../../lib/core/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "fake.h"

#define FAIL_IF_HIT(call)				\
	do {						\
		int fault;				\
							\
		if (fake_hit(call, &fault) == FAKE_FAILS)	\
			return fault;			\
	} while (0)

/* The test's end of the pipe that stands for the kernel's socket. */
static int told = -1;

int kd_sys_poller(void)
{
	FAIL_IF_HIT("poller");
	return fake_opened(epoll_create1(EPOLL_CLOEXEC), "poller");
}

/* A plain file in place of /proc/self/mountinfo never wakes anybody. */
int kd_sys_poller_add(int poller, int fd, bool edge, unsigned id)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u32 = id };

	FAIL_IF_HIT("poller_add");
	if (!epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) || (edge && errno == EPERM))
		return 0;
	return -errno;
}

int kd_sys_poller_ready(int poller, unsigned *ids)
{
	struct epoll_event events[8];
	int n;

	FAIL_IF_HIT("poller_ready");
	n = epoll_wait(poller, events, 8, 0);
	*ids = 0;
	for (int i = 0; i < n; i++)
		*ids |= 1u << events[i].data.u32;
	return n < 0 ? -errno : 0;
}

int kd_sys_timer(void)
{
	FAIL_IF_HIT("timer");
	return fake_opened(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK), "timer");
}

/* Nobody waits a minute: a second of the fake's is as long as a millisecond. */
int kd_sys_timer_every(int fd, unsigned seconds)
{
	struct timespec each = { .tv_nsec = seconds * 1000000l };
	struct itimerspec every = { each, each };

	FAIL_IF_HIT("timer_every");
	return timerfd_settime(fd, 0, &every, NULL) ? -errno : 0;
}

int kd_sys_inotify(void)
{
	FAIL_IF_HIT("inotify");
	return fake_opened(inotify_init1(IN_CLOEXEC | IN_NONBLOCK), "inotify");
}

int kd_sys_inotify_add(int inotify, int fd, uint32_t mask)
{
	char path[32];
	int watch;

	FAIL_IF_HIT("inotify_add");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	watch = inotify_add_watch(inotify, path, mask);
	return watch < 0 ? -errno : watch;
}

int kd_sys_inotify_remove(int inotify, int watch)
{
	return inotify_rm_watch(inotify, watch) ? -errno : 0;
}

struct kd_uevents {
	int fd;
};

/* KD_FAKE_UEVENTS names a FIFO; without it, fake_uevent() is the kernel. */
static int open_pipe(void)
{
	const char *path = getenv("KD_FAKE_UEVENTS");
	int ends[2];

	if (path)
		return open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (pipe2(ends, O_NONBLOCK | O_CLOEXEC))
		return -1;
	told = ends[1];
	return ends[0];
}

int kd_sys_uevents_open(struct kd_uevents **ret)
{
	struct kd_uevents *u;

	FAIL_IF_HIT("uevents_open");
	u = calloc(1, sizeof(*u));
	if (!u)
		return -ENOMEM;
	u->fd = fake_opened(open_pipe(), "uevents");
	if (u->fd < 0) {
		int err = u->fd;

		free(u);
		return err;
	}
	*ret = u;
	return 0;
}

int kd_sys_uevents_fd(const struct kd_uevents *u)
{
	return u->fd;
}

void fake_uevent(const char *subsystem, const char *action, const char *device)
{
	if (dprintf(told, "%s %s %s\n", subsystem, action, device) < 0)
		abort();
}

static bool read_line(int fd, char *line, size_t size)
{
	size_t n = 0;

	while (n + 1 < size && read(fd, line + n, 1) == 1 && line[n] != '\n')
		n++;
	line[n] = '\0';
	return n;
}

/* "SUBSYSTEM ACTION DEVICE", or "lost": more came than could be kept. */
int kd_sys_uevents_next(struct kd_uevents *u, struct kd_uevent *ret)
{
	char line[128];

	FAIL_IF_HIT("uevents_next");
	if (!read_line(u->fd, line, sizeof(line)))
		return 0;
	if (!strncmp(line, "lost", 4))
		return -ENOBUFS;
	if (sscanf(line, "%15s %15s %63s", ret->subsystem, ret->action, ret->device) != 3)
		abort();
	return 1;
}

void kd_sys_uevents_close(struct kd_uevents *u)
{
	if (!u)
		return;
	kd_sys_close(u->fd);
	if (told >= 0)
		close(told);
	told = -1;
	free(u);
}
