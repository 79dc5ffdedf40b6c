/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The tools that the library asks for while it changes the boot configuration:
 * started, waited for, and told about.  The only place where a process is made.
 */
#ifndef CRASHCTL_RUN_H
#define CRASHCTL_RUN_H

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

#endif
