/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Any bytes as /etc/kdump.conf, and as the command in it. */
#include "../../lib/parse/dump-args.h"
#include "../../lib/parse/kdumpconf.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check(const struct kd_dump_settings *settings)
{
	require(settings->level <= KD_DUMP_LEVEL_MAX);
	require(settings->threads <= 65536);
	require(!settings->compression || memchr("clpz", settings->compression, 4));
	require(!settings->thread_per_cpu && !settings->filter[0]);
	require(!settings->other || (!settings->level && !settings->buffer));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kd_dump_settings settings;
	struct kd_text value = { "" };
	char *text = malloc(size + 1);

	require(text);
	memcpy(text, data, size);
	text[size] = '\0';
	kd_dump_command_parse(text, &settings);
	check(&settings);
	kd_dump_options_parse(text, &settings);
	require(!settings.other);
	check(&settings);
	if (kd_kdumpconf_get(text, "core_collector", &value)) {
		require(value.s[0] && !strpbrk(value.s, "#\n"));
		kd_dump_command_parse(value.s, &settings);
		check(&settings);
	} else {
		require(!value.s[0]);
	}
	free(text);
	return 0;
}
