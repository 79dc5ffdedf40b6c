/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Which of the two system calls loads an image on this machine: what the
 * configuration asks for, what the kernel has, and what each takes.
 */
#ifndef KD_DECIDE_CALL_H
#define KD_DECIDE_CALL_H

#include "report.h"

/* Has this kernel neither call, or not the one that is asked for?  Else false. */
bool kd_call_missing(const struct kdump_snapshot *snap, const struct kdump_config *config,
		     struct kd_obstacle *ret);

/*
 * FILE or SEGMENTS for this kernel image; -ENOTSUP or -ENOSYS with @why where
 * neither takes it.  FILE is chosen where it is not known to be missing: a kernel
 * without it says so before it touches anything.
 */
int kd_call_choose(const struct kdump_snapshot *snap, const struct kdump_config *config,
		   const struct kd_kernel *kernel, enum kdump_syscall *ret,
		   struct kd_obstacle *why);

/* Could the other call be tried where the kernel turns out not to have this one? */
bool kd_call_has_other(const struct kdump_snapshot *snap, const struct kdump_config *config,
		       const struct kd_kernel *kernel);

#endif
