/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Ports, and the end. */
#include "target.h"

unsigned char kd_target_in(uint64_t port)
{
	unsigned char value;

	__asm__ volatile("inb %w1, %0" : "=a"(value) : "Nd"((uint16_t)port));
	return value;
}

void kd_target_out(uint64_t port, unsigned char value)
{
	__asm__ volatile("outb %0, %w1" : : "a"(value), "Nd"((uint16_t)port));
}

void kd_target_halt(void)
{
	for (;;)
		__asm__ volatile("cli; hlt");
}
