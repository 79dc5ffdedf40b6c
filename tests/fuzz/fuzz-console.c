/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Any bytes as the console of a rehearsal, whole and in pieces, which must come to the
 * same; what is said of it does not contradict itself.
 */
#include "../../lib/parse/console.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check(const struct kd_console *c)
{
	const char *line;
	size_t n = 0;

	require(c->len < KD_CONSOLE_LINE && strnlen(c->why, KD_CONSOLE_LINE) < KD_CONSOLE_LINE);
	require(!c->booted || c->loaded);
	require(!c->unpacked || c->booted);
	require(!c->init || c->unpacked);
	require(!c->memory_known || c->booted);
	require(!c->lowest_known || c->booted);
	require(!c->death || (c->loaded && *c->why));
	require(c->refused < 4096);
	for (; (line = kd_console_line(c, n)); n++)
		require(*line && strnlen(line, KD_CONSOLE_LINE) < KD_CONSOLE_LINE &&
			!strpbrk(line, "\r\n"));
	require(n == c->n_kept && n <= KD_CONSOLE_KEPT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kd_console whole, parts;
	size_t piece = size ? data[0] % 7 + 1 : 1;

	kd_console_init(&whole);
	kd_console_init(&parts);
	kd_console_feed(&whole, data, size);
	check(&whole);
	for (size_t at = 0; at < size; at += piece)
		kd_console_feed(&parts, data + at, size - at < piece ? size - at : piece);
	require(!memcmp(&whole, &parts, sizeof(whole)));
	kd_console_finish(&whole);
	check(&whole);
	return 0;
}
