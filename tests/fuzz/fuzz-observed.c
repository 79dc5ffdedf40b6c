/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Any bytes as the record of a crash kernel.  What is accepted can be, and is
 * what its own four lines say.
 */
#include "../../lib/parse/observed.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../lib/parse/keyvalue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_same(const struct kd_observed *o)
{
	struct kd_observed again;
	char *text = NULL;
	char lines[160];
	size_t len = 0;

	require(!kd_kv_write(&text, &len, "RELEASE", o->release));
	snprintf(lines, sizeof(lines), "TIME=%" PRIu64 "\nRAM=%" PRIu64
		 "\nMEM_AVAILABLE_LOWEST=%" PRIu64 "\n", o->time, o->ram, o->lowest);
	text = realloc(text, len + strlen(lines) + 1);
	require(text);
	strcpy(text + len, lines);
	require(!kd_observed_parse(text, strlen(text), &again));
	require(!strcmp(again.release, o->release) && again.time == o->time &&
		again.ram == o->ram && again.lowest == o->lowest);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kd_observed o;
	int err = kd_observed_parse((const char *)data, size, &o);

	require(!err || err == -EBADMSG);
	if (err)
		return 0;
	require(size <= KD_OBSERVED_MAX && data[size - 1] == '\n');
	require(*o.release && strlen(o.release) < sizeof(o.release));
	require(o.lowest <= o.ram && o.time <= INT64_MAX);
	check_same(&o);
	return 0;
}
