/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The purgatory's image, and what is written into it: see purgatory.h. */
#include "purgatory.h"

#include <stdio.h>

/* Made by the Makefile of what target/ compiles to; empty where it has no such code. */
static const unsigned char image[] = {
#include "purgatory-image.h"
};

const char *kd_purgatory_arch(void)
{
	return KD_PURGATORY_ARCH;
}

size_t kd_purgatory_bytes(void)
{
	return *KD_PURGATORY_ARCH ? sizeof(image) : 0;
}

size_t kd_purgatory_size(void)
{
	return (size_t)kd_round_up(kd_purgatory_bytes(), 16) + KD_PURGATORY_STACK;
}

void kd_purgatory_make(const struct kd_purgatory *told, unsigned char *ret)
{
	size_t size = kd_purgatory_bytes();

	if (size < sizeof(*told))
		return;
	memcpy(ret, image, size);
	memcpy(ret + size - sizeof(*told), told, sizeof(*told));
}

void kd_purgatory_add(struct kd_purgatory *told, const char *name, uint64_t at,
		      const unsigned char *data, uint64_t bytes)
{
	struct kd_purgatory_region *region;
	struct kd_sha256 sha;

	if (told->n >= KD_PURGATORY_REGIONS)
		return;
	region = &told->region[told->n++];
	*region = (struct kd_purgatory_region){ .at = at, .bytes = bytes };
	snprintf(region->name, sizeof(region->name), "%s", name);
	kd_sha256_init(&sha);
	kd_sha256_feed(&sha, data, bytes);
	kd_sha256_finish(&sha, region->digest);
}
