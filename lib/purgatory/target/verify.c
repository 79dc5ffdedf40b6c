/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Are the segments what they were when they were loaded? */
#include "target.h"

static bool is_whole(const struct kd_purgatory_region *region)
{
	unsigned char digest[KD_SHA256_BYTES];
	struct kd_sha256 sha;
	unsigned differ = 0;

	kd_sha256_init(&sha);
	kd_sha256_feed(&sha, (const void *)(uintptr_t)region->at, (size_t)region->bytes);
	kd_sha256_finish(&sha, digest);
	for (unsigned i = 0; i < KD_SHA256_BYTES; i++)
		differ |= digest[i] ^ region->digest[i];
	return !differ;
}

const struct kd_purgatory_region *kd_target_damaged(const struct kd_purgatory *told)
{
	for (uint64_t i = 0; i < told->n && i < KD_PURGATORY_REGIONS; i++)
		if (!is_whole(&told->region[i]))
			return &told->region[i];
	return NULL;
}
