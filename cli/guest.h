/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The first process of a rehearsal's guest (cli/guest), as a program in memory. */
#ifndef CRASHCTL_GUEST_H
#define CRASHCTL_GUEST_H

#include <stddef.h>

extern const unsigned char guest_init[];
extern const size_t guest_init_len;

#endif
