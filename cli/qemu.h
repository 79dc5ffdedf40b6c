/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * A guest in QEMU: found, started without network, disk or privileges (of root nothing is
 * left: it becomes nobody), its console read, ended.  It dies with us, whatever
 * we die of, and leaves nothing behind: kernel and archive are files in memory.  Knows
 * nothing of crash kernels.
 */
#ifndef CRASHCTL_QEMU_H
#define CRASHCTL_QEMU_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "msg.h"

struct qemu_guest {
	const char *program;
	bool kvm;			/* else software emulation */
	gid_t kvm_group;		/* that /dev/kvm takes; 0: none */
	bool sandbox;			/* QEMU's own filter of system calls */
	uint64_t ram, cpus;
	const char *cmdline;
	int kernel, archive;		/* descriptors */
	unsigned seconds;		/* that it is to take at most */
};

struct qemu {
	pid_t pid;
	int console, errors;
	int status;			/* of waitpid(), once it has ended */
	bool ended;
	bool hung;			/* it had closed its console, and was ended for that */
	sigset_t mask;			/* what is let in while it is waited for */
};

/* The emulator of this machine's architecture: a path from malloc(), or NULL. */
char *qemu_find(const char *machine);

/* @q->mask is to be set.  Returns: 0, -1 with @error. */
int qemu_start(struct qemu *q, const struct qemu_guest *guest, struct error *error);

/*
 * What it has written to its console, waiting so many milliseconds at most.
 * Returns: bytes; 0 nothing came, or a signal did; -1 it has ended.
 */
ssize_t qemu_read(struct qemu *q, void *to, size_t size, int64_t wait);

/* Ends it, if it has not. */
void qemu_stop(struct qemu *q);

/* Has it ended of itself, well?  Else @error says how. */
bool qemu_ended_well(struct qemu *q, const char *program, struct error *error);

/* Has it ended because it has no filter of system calls, or cannot have it here? */
bool qemu_lacks_sandbox(const struct qemu *q);

void qemu_close(struct qemu *q);

#endif
