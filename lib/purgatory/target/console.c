/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The last words.  A serial port is as the dying kernel left it: speed and form
 * are set.  One that never gets ready costs a bounded time, and then its text.
 */
#include "target.h"

#define PATIENCE 1000000u

/* drivers/tty/serial/8250: the data register, and the line status with "empty". */
#define UART_TX		0
#define UART_LSR	5
#define UART_LSR_THRE	0x20
/* include/linux/amba/serial.h: the same of a PL011. */
#define PL011_DR	0x00
#define PL011_FR	0x18
#define PL011_FR_TXFF	0x20u

#define ATTRIBUTE	0x4f	/* white on red */

static volatile unsigned char *byte_at(uint64_t at)
{
	return (volatile unsigned char *)(uintptr_t)at;
}

static volatile uint32_t *word_at(uint64_t at)
{
	return (volatile uint32_t *)(uintptr_t)at;
}

static bool ready(const struct kd_purgatory *told)
{
	uint64_t at = told->console_at;

	switch (told->console) {
	case KD_CONSOLE_8250_PORT:
		return kd_target_in(at + UART_LSR) & UART_LSR_THRE;
	case KD_CONSOLE_8250_MEMORY:
		return *byte_at(at + UART_LSR) & UART_LSR_THRE;
	case KD_CONSOLE_8250_MEMORY32:
		return *word_at(at + 4 * UART_LSR) & UART_LSR_THRE;
	case KD_CONSOLE_PL011:
		return !(*word_at(at + PL011_FR) & PL011_FR_TXFF);
	default:
		return true;
	}
}

static void put(const struct kd_purgatory *told, char c)
{
	uint64_t at = told->console_at;

	for (unsigned i = 0; i < PATIENCE && !ready(told); i++)
		;
	switch (told->console) {
	case KD_CONSOLE_8250_PORT:
		kd_target_out(at + UART_TX, (unsigned char)c);
		break;
	case KD_CONSOLE_8250_MEMORY:
		*byte_at(at + UART_TX) = (unsigned char)c;
		break;
	case KD_CONSOLE_8250_MEMORY32:
		*word_at(at + 4 * UART_TX) = (unsigned char)c;
		break;
	case KD_CONSOLE_PL011:
		*word_at(at + PL011_DR) = (unsigned char)c;
		break;
	default:
		break;
	}
}

/* The screen of a PC in text mode: a character and its colours in two bytes, top line. */
static unsigned show(const struct kd_purgatory *told, unsigned column, char c)
{
	volatile unsigned char *cell;

	if (c < ' ' || column >= told->screen_columns)
		return column;
	cell = byte_at(told->screen + 2 * column);
	cell[0] = (unsigned char)c;
	cell[1] = ATTRIBUTE;
	return column + 1;
}

unsigned kd_target_say(const struct kd_purgatory *told, unsigned column, const char *text)
{
	for (; *text; text++) {
		put(told, *text);
		if (told->screen)
			column = show(told, column, *text);
	}
	return column;
}
