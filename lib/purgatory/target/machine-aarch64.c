/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* There are no ports here; and the end. */
#include "target.h"

unsigned char kd_target_in(uint64_t port)
{
	(void)port;
	return 0xff;
}

void kd_target_out(uint64_t port, unsigned char value)
{
	(void)port, (void)value;
}

void kd_target_halt(void)
{
	for (;;)
		__asm__ volatile("wfe");
}
