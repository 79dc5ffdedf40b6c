/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* SHA-256: the examples of FIPS 180-4, lengths around a block, any pieces. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/core/sha256.h"

/* In pieces of @piece bytes, each in memory of its own, so that reading on is found. */
static void hash(const char *data, size_t len, size_t piece, char ret[KD_SHA256_HEX])
{
	unsigned char digest[KD_SHA256_BYTES];
	struct kd_sha256 sha;

	kd_sha256_init(&sha);
	for (size_t at = 0, n; at < len; at += n) {
		char *copy;

		n = len - at < piece ? len - at : piece;
		copy = malloc(n);
		assert_non_null(copy);
		memcpy(copy, data + at, n);
		kd_sha256_feed(&sha, copy, n);
		free(copy);
	}
	kd_sha256_finish(&sha, digest);
	kd_sha256_hex(digest, ret);
}

static void test_standard(void **state)
{
	static const struct {
		const char *text, *hex;
	} rows[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
		{ "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
		  "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
		  "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1" },
	};
	char hex[KD_SHA256_HEX];

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		hash(rows[i].text, strlen(rows[i].text), 1000, hex);
		assert_string_equal(hex, rows[i].hex);
	}
}

/* FIPS 180-2, B.3 */
static void test_million(void **state)
{
	char *data = malloc(1000000), hex[KD_SHA256_HEX];

	(void)state;
	assert_non_null(data);
	memset(data, 'a', 1000000);
	hash(data, 1000000, 1000000, hex);
	assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67"
				 "f1809a48a497200e046d39ccc7112cd0");
	hash(data, 1000000, 65537, hex);
	assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67"
				 "f1809a48a497200e046d39ccc7112cd0");
	free(data);
}

/* So many letters a, as sha256sum has them: the padding fits, just fits, does not. */
static void test_lengths(void **state)
{
	static const struct {
		size_t len;
		const char *hex;
	} rows[] = {
		{ 1, "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb" },
		{ 3, "9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0" },
		{ 55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318" },
		{ 56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a" },
		{ 57, "f13b2d724659eb3bf47f2dd6af1accc87b81f09f59f2b75e5c0bed6589dfe8c6" },
		{ 63, "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34" },
		{ 64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb" },
		{ 65, "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0" },
		{ 111, "6374f73208854473827f6f6a3f43b1f53eaa3b82c21c1a6d69a2110b2a79baad" },
		{ 112, "f54353008a2553262ecdc4a34749563ba0950e8b0fc8652780b0a614b99683c1" },
		{ 119, "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb" },
		{ 120, "2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c" },
		{ 127, "c57e9278af78fa3cab38667bef4ce29d783787a2f731d4e12200270f0c32320a" },
		{ 128, "6836cf13bac400e9105071cd6af47084dfacad4e5e302c94bfed24e013afb73e" },
		{ 129, "c12cb024a2e5551cca0e08fce8f1c5e314555cc3fef6329ee994a3db752166ae" },
		{ 1000, "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3" },
	};
	char data[1000], hex[KD_SHA256_HEX];

	(void)state;
	memset(data, 'a', sizeof(data));
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		hash(data, rows[i].len, sizeof(data), hex);
		assert_string_equal(hex, rows[i].hex);
	}
}

static void test_pieces(void **state)
{
	static const size_t pieces[] = { 1, 3, 7, 63, 64, 65, 128, 200 };
	char data[300], whole[KD_SHA256_HEX], hex[KD_SHA256_HEX];

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)(i * 131 + 7);
	for (size_t len = 0; len <= sizeof(data); len++) {
		hash(data, len, sizeof(data), whole);
		for (size_t i = 0; i < KD_ARRAY_SIZE(pieces); i++) {
			hash(data, len, pieces[i], hex);
			assert_string_equal(hex, whole);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_standard),
		cmocka_unit_test(test_million),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
