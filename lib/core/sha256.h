/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * SHA-256 (FIPS 180-4), fed in pieces.  Our own, because libkdump is linked
 * into tools that must not draw in a cryptographic library, and the purgatory
 * that verifies segments can link nothing at all.
 */
#ifndef KD_CORE_SHA256_H
#define KD_CORE_SHA256_H

#include "base.h"

#define KD_SHA256_BYTES 32
#define KD_SHA256_HEX (2 * KD_SHA256_BYTES + 1)

struct kd_sha256 {
	uint32_t state[8];
	uint64_t bytes;
	unsigned char block[64];
};

void kd_sha256_init(struct kd_sha256 *sha);
void kd_sha256_feed(struct kd_sha256 *sha, const void *data, size_t len);
void kd_sha256_finish(struct kd_sha256 *sha, unsigned char ret[KD_SHA256_BYTES]);
/* The sum of one piece. */
void kd_sha256_of(const void *data, size_t len, char ret[KD_SHA256_HEX]);
void kd_sha256_hex(const unsigned char digest[KD_SHA256_BYTES], char ret[KD_SHA256_HEX]);

#endif
