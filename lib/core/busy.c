/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Waiting for another's load to end: see busy.h. */
#include "busy.h"

#include <errno.h>

#include "sys.h"

#define BUSY_MS 2000
#define BUSY_POLL_MS 20

uint64_t kd_busy_deadline(void)
{
	return kd_sys_monotonic_ms() + BUSY_MS;
}

bool kd_busy_wait(int err, uint64_t deadline)
{
	if (err != -EBUSY || kd_sys_monotonic_ms() >= deadline)
		return false;
	kd_sys_sleep_ms(BUSY_POLL_MS);
	return true;
}
