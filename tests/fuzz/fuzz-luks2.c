/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Any bytes as the beginning of a LUKS device; checksums are made right first,
 * or nothing behind them would ever be reached.
 */
#include "../../lib/core/sha256.h"
#include "../../lib/parse/luks2.h"

#include <errno.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

#define COPY	(16 * KD_KIB)
#define CSUM	448

static void seal(uint8_t *copy)
{
	struct kd_sha256 sha;

	memset(copy + CSUM, 0, 64);
	kd_sha256_init(&sha);
	kd_sha256_feed(&sha, copy, COPY);
	kd_sha256_finish(&sha, copy + CSUM);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kd_luks luks = { 0 }, again = { 0 };
	struct kd_text why = { "" };
	uint8_t *own = malloc(size + 1);
	size_t need;
	int err;

	require(own);
	memcpy(own, data, size);
	for (size_t at = 0; at + COPY <= size && at <= COPY; at += COPY)
		seal(own + at);
	need = kd_luks_need(own, size);
	require(need >= KD_LUKS_HEAD && need <= KD_LUKS_MAX);
	err = kd_luks_parse(own, size, &luks, &why);
	require(!err || err == -EBADMSG);
	require(!err || (why.s[0] && !luks.version));
	require(err || (luks.version == 1 || luks.version == 2));
	require(luks.slots || !luks.bytes);
	require(kd_luks_parse(own, size, &again, NULL) == err);
	require(again.slots == luks.slots && again.bytes == luks.bytes);
	free(own);
	return 0;
}
