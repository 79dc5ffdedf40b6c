/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Purgatory's console on x86: see x86-boot.h. */
#include <stdlib.h>

#include "x86-boot.h"

/* struct screen_info (include/uapi/linux/screen_info.h), first in boot_params. */
#define ORIG_VIDEO_MODE		0x06
#define ORIG_VIDEO_COLS		0x07
#define ORIG_VIDEO_ISVGA	0x0f
#define VIDEO_TYPE_VGA_TEXT	1	/* arch/x86/boot/video-vga.c */
#define MODE_MONO		7

/* arch/x86/include/asm/serial.h: ttyS0 to ttyS3. */
static const uint16_t ports[] = { 0x3f8, 0x2f8, 0x3e8, 0x2e8 };

static bool take(const char **word, const char *prefix)
{
	size_t n = strlen(prefix);

	if (strncmp(*word, prefix, n))
		return false;
	*word += n;
	return true;
}

/*
 * "ttyS0,115200", "uart8250,io,0x3f8,115200n8" (drivers/tty/serial/earlycon.c).  A port
 * in memory is not in the page tables that purgatory runs on, which map RAM alone
 * (arch/x86/kernel/machine_kexec_64.c:init_pgtable()): touching it would end in a reset.
 */
static void take_console(const char *value, struct kd_purgatory *told)
{
	unsigned long number;
	char *end;

	if (take(&value, "ttyS")) {
		number = strtoul(value, &end, 10);
		if (end == value || number >= KD_ARRAY_SIZE(ports))
			return;
		told->console = KD_CONSOLE_8250_PORT;
		told->console_at = ports[number];
		return;
	}
	if ((!take(&value, "uart8250,") && !take(&value, "uart,")) || !take(&value, "io,"))
		return;
	told->console = KD_CONSOLE_8250_PORT;
	told->console_at = strtoull(value, NULL, 0);
}

void kd_x86_console(const char *cmdline, const unsigned char *boot_params,
		    struct kd_purgatory *told)
{
	const unsigned char *screen = boot_params;

	for (const char *p = cmdline; *p; p += strcspn(p, " \t\n")) {
		const char *word = p += strspn(p, " \t\n");

		if (take(&word, "console=") || take(&word, "earlycon="))
			take_console(word, told);
	}
	if (screen[ORIG_VIDEO_ISVGA] != VIDEO_TYPE_VGA_TEXT || !screen[ORIG_VIDEO_COLS])
		return;
	told->screen = screen[ORIG_VIDEO_MODE] == MODE_MONO ? 0xb0000 : 0xb8000;
	told->screen_columns = screen[ORIG_VIDEO_COLS];
}
