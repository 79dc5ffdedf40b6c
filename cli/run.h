/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The tools that the library asks for while it changes the boot configuration:
 * started, waited for, and told about; and what every child of ours does first.
 */
#ifndef CRASHCTL_RUN_H
#define CRASHCTL_RUN_H

#include <stdbool.h>
#include <sys/types.h>

#include <libkdump.h>

/*
 * After KDUMP_APPLY_RUN, and between session_change_begin() and _end(): the tool
 * has all privileges, the folder /, no terminal and a small environment; what it
 * writes is kept for the error message.  It dies with us, so that it does not
 * change files behind the back of whoever puts them back then.
 */
void run_tool(struct kdump_apply *apply);

/* exec.c: in the child, as its last act: capabilities, folder, environment.  Returns -errno. */
int run_exec(const char *const *argv);

/*
 * exec.c: can this user use /dev/kvm?  That a guest comes up under it is not said.  And
 * the group that it takes; 0: none.
 */
bool run_has_kvm(gid_t *group);

/* A file in memory, closed in children, not to be executed.  Returns: descriptor, -errno. */
int run_memfd(const char *name);

/*
 * In any child: signals as a program expects them; standard input from /dev/null, output
 * and errors to there (0, -errno); every other file closed once it becomes a program.
 */
void run_reset_signals(void);
int run_take_places(int output, int errors);
void run_close_others(void);
/* In the parent: 0 once it is that program, else what the child wrote of why it is not. */
int run_hear(int told);

#endif
