/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* SHA-256 after FIPS 180-4, section 6.2: see sha256.h. */
#include "sha256.h"

static const uint32_t k[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
	0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
	0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
	0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
	0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
	0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2,
};

static uint32_t rotate(uint32_t x, unsigned n)
{
	return x >> n | x << (32 - n);
}

/* Whole words where they are aligned: memory that is not cached knows nothing smaller. */
static uint32_t be32(const unsigned char *p)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	typedef uint32_t __attribute__((may_alias)) word;

	if ((uintptr_t)p % sizeof(word) == 0)
		return __builtin_bswap32(*(const word *)(const void *)p);
#endif
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint32_t sum_a(uint32_t a, uint32_t b, uint32_t c)
{
	return (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
}

static uint32_t sum_e(uint32_t e, uint32_t f, uint32_t g)
{
	return (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g));
}

/*
 * The purgatory computes this too, of all that is loaded, and on arm64 with caches
 * off, where an access to memory takes a hundred times as long as a round.  So
 * there are no loops and no moves, and every index is a constant: all 24 words
 * stay in registers, and the table becomes part of the instructions.
 */
#define FIRST(t)	(w[t] = be32(block + 4 * (t)))
#define LATER(t)	(w[(t) % 16] += later(w[((t) + 1) % 16], w[((t) + 14) % 16]) + \
					w[((t) + 9) % 16])

#define ROUND(a, b, c, d, e, f, g, h, word, t) do { \
	h += sum_e(e, f, g) + k[t] + word(t); \
	d += h; \
	h += sum_a(a, b, c); \
} while (0)

#define EIGHT(word, t) do { \
	ROUND(a, b, c, d, e, f, g, h, word, (t)); \
	ROUND(h, a, b, c, d, e, f, g, word, (t) + 1); \
	ROUND(g, h, a, b, c, d, e, f, word, (t) + 2); \
	ROUND(f, g, h, a, b, c, d, e, word, (t) + 3); \
	ROUND(e, f, g, h, a, b, c, d, word, (t) + 4); \
	ROUND(d, e, f, g, h, a, b, c, word, (t) + 5); \
	ROUND(c, d, e, f, g, h, a, b, word, (t) + 6); \
	ROUND(b, c, d, e, f, g, h, a, word, (t) + 7); \
} while (0)

static uint32_t later(uint32_t w1, uint32_t w14)
{
	return (rotate(w14, 17) ^ rotate(w14, 19) ^ w14 >> 10) +
	       (rotate(w1, 7) ^ rotate(w1, 18) ^ w1 >> 3);
}

static void compress(uint32_t state[8], const unsigned char *block)
{
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
	uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
	uint32_t w[16];

	EIGHT(FIRST, 0);
	EIGHT(FIRST, 8);
	EIGHT(LATER, 16);
	EIGHT(LATER, 24);
	EIGHT(LATER, 32);
	EIGHT(LATER, 40);
	EIGHT(LATER, 48);
	EIGHT(LATER, 56);
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
	state[5] += f;
	state[6] += g;
	state[7] += h;
}

void kd_sha256_init(struct kd_sha256 *sha)
{
	static const uint32_t start[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	};

	memcpy(sha->state, start, sizeof(start));
	sha->bytes = 0;
}

void kd_sha256_feed(struct kd_sha256 *sha, const void *data, size_t len)
{
	const unsigned char *p = data;
	size_t used = sha->bytes % 64, n;

	sha->bytes += len;
	if (used) {
		n = len < 64 - used ? len : 64 - used;
		memcpy(sha->block + used, p, n);
		p += n;
		len -= n;
		if (used + n < 64)
			return;
		compress(sha->state, sha->block);
	}
	for (; len >= 64; p += 64, len -= 64)
		compress(sha->state, p);
	if (len)
		memcpy(sha->block, p, len);
}

void kd_sha256_finish(struct kd_sha256 *sha, unsigned char ret[KD_SHA256_BYTES])
{
	static const unsigned char padding[64] = { 0x80 };
	uint64_t bits = sha->bytes * 8;
	size_t used = sha->bytes % 64;
	unsigned char length[8];

	for (unsigned i = 0; i < 8; i++)
		length[i] = (unsigned char)(bits >> (56 - 8 * i));
	kd_sha256_feed(sha, padding, used < 56 ? 56 - used : 120 - used);
	kd_sha256_feed(sha, length, sizeof(length));
	for (unsigned i = 0; i < KD_SHA256_BYTES; i++)
		ret[i] = (unsigned char)(sha->state[i / 4] >> (24 - 8 * (i % 4)));
}

void kd_sha256_hex(const unsigned char digest[KD_SHA256_BYTES], char ret[KD_SHA256_HEX])
{
	static const char digits[] = "0123456789abcdef";

	for (unsigned i = 0; i < KD_SHA256_BYTES; i++) {
		ret[2 * i] = digits[digest[i] >> 4];
		ret[2 * i + 1] = digits[digest[i] & 15];
	}
	ret[KD_SHA256_HEX - 1] = '\0';
}

void kd_sha256_of(const void *data, size_t len, char ret[KD_SHA256_HEX])
{
	unsigned char digest[KD_SHA256_BYTES];
	struct kd_sha256 sha;

	kd_sha256_init(&sha);
	kd_sha256_feed(&sha, data, len);
	kd_sha256_finish(&sha, digest);
	kd_sha256_hex(digest, ret);
}
