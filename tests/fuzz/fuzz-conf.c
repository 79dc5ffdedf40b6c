/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Any bytes as crashctl.conf.  What is understood holds nothing that a shell would
 * take or that breaks a line, and means the same when it is written plainly.
 */
#include "../../lib/parse/conf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static unsigned count_lines(const uint8_t *data, size_t size)
{
	unsigned n = 1;

	for (size_t i = 0; i < size; i++)
		n += data[i] == '\n';
	return n;
}

static void check_plain(const char *text)
{
	for (; *text; text++)
		require(((unsigned char)*text >= ' ' || *text == '\t') && *text != 0x7f &&
			*text != '$' && *text != '`');
}

/* Joined lines and all: "key = value", where the value takes its own quotes off. */
static void check_again(const struct kd_conf_entry *entry)
{
	size_t room = strlen(entry->key) + strlen(entry->value) + 8;
	char *text = malloc(room);
	struct kd_conf again;

	require(text);
	snprintf(text, room, "%s = '%s'", entry->key, entry->value);
	require(!kd_conf_parse(text, strlen(text), &again, NULL));
	require(again.n == 1 && again.v[0].line == 1 && !again.v[0].wrong);
	require(!strcmp(again.v[0].key, entry->key));
	if (!strchr(entry->value, '\''))
		require(!strcmp(again.v[0].value, entry->value));
	kd_conf_free(&again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned lines = count_lines(data, size), last = 0;
	struct kd_text why = { "" };
	struct kd_conf conf;
	int err = kd_conf_parse((const char *)data, size, &conf, &why);

	require(!err || err == -EFBIG);
	require(!err == !why.s[0]);
	if (err)
		return 0;
	for (size_t i = 0; i < conf.n; i++) {
		const struct kd_conf_entry *entry = &conf.v[i];

		require(entry->line > last && entry->line <= lines);
		last = entry->line;
		require(strlen(entry->key) + strlen(entry->value) <= size);
		check_plain(entry->key);
		check_plain(entry->value);
		require(!entry->wrong == (*entry->key != '\0'));
		if (!entry->wrong)
			check_again(entry);
	}
	kd_conf_free(&conf);
	return 0;
}
