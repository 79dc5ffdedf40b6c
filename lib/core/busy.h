/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * While a load is in progress the kernel answers EBUSY to another, to reads of
 * the size and to writes (kernel/kexec_internal.h:kexec_trylock()).  It ends
 * soon, and until then nothing was done:
 *
 *	uint64_t deadline = kd_busy_deadline();
 *
 *	do
 *		err = ...;
 *	while (kd_busy_wait(err, deadline));
 */
#ifndef KD_CORE_BUSY_H
#define KD_CORE_BUSY_H

#include "base.h"

/* Two seconds from now. */
uint64_t kd_busy_deadline(void);

/* Waits a little, and says whether to try again. */
bool kd_busy_wait(int err, uint64_t deadline);

#endif
