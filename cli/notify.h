/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What a service manager is told, by the protocol of sd_notify(3): a datagram
 * of NAME=value lines.  Nothing, where nobody asked for it.
 */
#ifndef CRASHCTL_NOTIFY_H
#define CRASHCTL_NOTIFY_H

struct notify {
	int socket;		/* -1: nobody listens */
	int watchdog;		/* milliseconds from one sign of life to the next, -1: none */
};

/* By NOTIFY_SOCKET and WATCHDOG_USEC. */
void notify_start(struct notify *n);

/* "READY=1", "STATUS=..."; a manager that does not take it in time is not waited for. */
void notify_send(const struct notify *n, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

void notify_end(struct notify *n);

#endif
