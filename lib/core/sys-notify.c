/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Waiting for what others do: hotplug, files, mounts: see sys.h. */
#define _GNU_SOURCE
#include "sys.h"

#include <errno.h>
#include <libudev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>

static int or_errno(int r)
{
	return r < 0 ? -errno : r;
}

int kd_sys_poller(void)
{
	return or_errno(epoll_create1(EPOLL_CLOEXEC));
}

int kd_sys_poller_add(int poller, int fd, bool edge, unsigned id)
{
	struct epoll_event event = {
		.events = edge ? EPOLLIN | EPOLLET : EPOLLIN,
		.data.u32 = id,
	};

	return or_errno(epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event));
}

int kd_sys_poller_ready(int poller, unsigned *ids)
{
	struct epoll_event events[8];
	int n;

	do
		n = epoll_wait(poller, events, 8, 0);
	while (n < 0 && errno == EINTR);
	*ids = 0;
	for (int i = 0; i < n; i++)
		*ids |= 1u << events[i].data.u32;
	return n < 0 ? -errno : 0;
}

int kd_sys_timer(void)
{
	return or_errno(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
}

int kd_sys_timer_every(int fd, unsigned seconds)
{
	struct itimerspec every = { .it_interval.tv_sec = seconds, .it_value.tv_sec = seconds };

	return or_errno(timerfd_settime(fd, 0, &every, NULL));
}

int kd_sys_inotify(void)
{
	return or_errno(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
}

/* By descriptor, so that the path is resolved once, and below the context's root. */
int kd_sys_inotify_add(int inotify, int fd, uint32_t mask)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return or_errno(inotify_add_watch(inotify, path, mask));
}

int kd_sys_inotify_remove(int inotify, int watch)
{
	return or_errno(inotify_rm_watch(inotify, watch));
}

struct kd_uevents {
	struct udev *udev;
	struct udev_monitor *monitor;
};

/*
 * The kernel's own events, not udev's: they come whether or not a daemon runs, and
 * before any rule could bring memory online and so make another one.
 */
static int open_monitor(struct kd_uevents *u)
{
	static const char *const subsystems[] = { "memory", "cpu" };
	int err;

	errno = 0;
	u->udev = udev_new();
	if (!u->udev)
		return errno ? -errno : -ENOMEM;
	u->monitor = udev_monitor_new_from_netlink(u->udev, "kernel");
	if (!u->monitor)
		return errno ? -errno : -ENOMEM;
	for (size_t i = 0; i < sizeof(subsystems) / sizeof(*subsystems); i++) {
		err = udev_monitor_filter_add_match_subsystem_devtype(u->monitor, subsystems[i],
								      NULL);
		if (err < 0)
			return err;
	}
	err = udev_monitor_enable_receiving(u->monitor);
	return err < 0 ? err : 0;
}

int kd_sys_uevents_open(struct kd_uevents **ret)
{
	struct kd_uevents *u = calloc(1, sizeof(*u));
	int err;

	if (!u)
		return -ENOMEM;
	err = open_monitor(u);
	if (err) {
		kd_sys_uevents_close(u);
		return err;
	}
	*ret = u;
	return 0;
}

int kd_sys_uevents_fd(const struct kd_uevents *u)
{
	return udev_monitor_get_fd(u->monitor);
}

static void copy(char *ret, size_t size, const char *text)
{
	snprintf(ret, size, "%s", text ? text : "");
}

/*
 * NULL is "nothing there", "not for us" (another subsystem, another sender than the
 * kernel) and "lost": errno tells them apart.
 */
int kd_sys_uevents_next(struct kd_uevents *u, struct kd_uevent *ret)
{
	struct udev_device *device;

	errno = 0;
	device = udev_monitor_receive_device(u->monitor);
	if (!device)
		return errno == EAGAIN || !errno ? 0 : -errno;
	copy(ret->subsystem, sizeof(ret->subsystem), udev_device_get_subsystem(device));
	copy(ret->action, sizeof(ret->action), udev_device_get_action(device));
	copy(ret->device, sizeof(ret->device), udev_device_get_sysname(device));
	udev_device_unref(device);
	return 1;
}

void kd_sys_uevents_close(struct kd_uevents *u)
{
	if (!u)
		return;
	udev_monitor_unref(u->monitor);
	udev_unref(u->udev);
	free(u);
}
