/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Parsers meet bytes that anyone may have written, so they run with no
 * capability in effect.  Permitted ones are kept, to be raised again for the
 * system calls that change something.  The only user of libcap-ng.
 */
#ifndef CRASHCTL_PRIVS_H
#define CRASHCTL_PRIVS_H

#include <sys/types.h>

/* Both are no-ops for a user without capabilities.  Returns: 0, -EPERM. */
int privs_lower(void);
int privs_raise(void);

/*
 * For as long as a child may be nobody: to end it, also by our own end, for which the
 * kernel asks the same (kernel/exit.c).  Returns: 0, -EPERM.
 */
int privs_keep_kill(void);

/*
 * In a child before it becomes a tool.  Root's programs have all capabilities anyway;
 * those of another user that was given some would have none.  Returns: 0, -EPERM.
 */
int privs_pass_on(void);

/*
 * In a child before it becomes a program that needs none: for good, as far as this
 * process may.  Root becomes nobody, of @group alone, unless that is 0, which is none; in a
 * user namespace that knows no such user it stays what it is.  Returns: 0, -EPERM.
 */
int privs_drop(gid_t group);

/*
 * For good, all but what it takes to see the machine and to load: a process that stays
 * gives up what it will never need.  Returns: 0, -EPERM.
 */
int privs_keep_loading(void);

#endif
