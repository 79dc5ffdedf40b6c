/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Any bytes as a dump, with the file taken for as long as it is, and for one that its
 * headers would like better.  It asks for nothing outside of the file, and comes to an end.
 */
#include "../../lib/parse/vmcore.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* Behind what is there, bytes of that file come again from its beginning. */
static void give(struct kd_vmcore *v, const uint8_t *data, size_t size, uint64_t offset,
		 size_t len)
{
	unsigned char *copy = malloc(len);

	require(copy);
	for (size_t i = 0; i < len; i++)
		copy[i] = data[(offset + i) % size];
	kd_vmcore_feed(v, copy, len);
	free(copy);
}

static void run(const uint8_t *data, size_t size, uint64_t claimed)
{
	unsigned rounds = 0;
	struct kd_vmcore v;
	uint64_t offset;
	size_t len;

	kd_vmcore_start(&v, claimed);
	while (kd_vmcore_wants(&v, &offset, &len)) {
		require(rounds++ < 4);
		require(len && len <= KD_VMCORE_READ);
		require(offset <= claimed && len <= claimed - offset);
		give(&v, data, size, offset, len);
	}
	require(v.complete >= -1 && v.complete <= 1);
	require(v.complete == 1 ? !*v.why : *v.why);
	require(strlen(v.release) < sizeof(v.release) && v.time >= 0);
	for (const char *c = v.release; *c; c++)
		require(*c > ' ' && *c < 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kd_vmcore v;

	if (!size) {
		kd_vmcore_start(&v, 0);
		require(!v.complete);
		return 0;
	}
	run(data, size, size);
	run(data, size, UINT64_C(1) << 40);
	run(data, size, UINT64_MAX);
	return 0;
}
