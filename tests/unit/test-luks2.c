/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * LUKS headers: those of cryptsetup 2.6.1 in the corpus, cut behind the second
 * copy, and what may happen to them.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/core/sha256.h"
#include "../../lib/parse/luks2.h"

#define SIZE	(16 * KD_KIB)		/* of one copy */
#define JSON	4096

static unsigned char data[2 * SIZE];
static size_t len;

static void take(const char *name)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "tests/fuzz/corpus/luks2/%s", name);
	file = fopen(path, "rb");
	assert_non_null(file);
	memset(data, 0, sizeof(data));
	len = fread(data, 1, sizeof(data), file);
	assert_int_equal(fclose(file), 0);
	assert_true(len);
}

static struct kd_luks parse(void)
{
	struct kd_luks luks = { 0 };
	unsigned char *exact = malloc(len);
	struct kd_text why = { "" };

	assert_non_null(exact);
	memcpy(exact, data, len);
	if (kd_luks_parse(exact, len, &luks, &why))
		fail_msg("%s", why.s);
	free(exact);
	return luks;
}

static void refuse(const char *reason)
{
	struct kd_luks luks = { 0 };
	struct kd_text why = { "" };

	assert_int_equal(kd_luks_parse(data, len, &luks, &why), -EBADMSG);
	if (!strstr(why.s, reason))
		fail_msg("\"%s\" is not \"%s\"", why.s, reason);
	assert_int_equal(luks.version, 0);
}

static void seal(size_t offset)
{
	struct kd_sha256 sha;

	memset(data + offset + 448, 0, 64);
	kd_sha256_init(&sha);
	kd_sha256_feed(&sha, data + offset, SIZE);
	kd_sha256_finish(&sha, data + offset + 448);
}

/* A first copy alone, with that text for its JSON. */
static void say(const char *json)
{
	take("argon2id");
	len = SIZE;
	memset(data + JSON, 0, SIZE - JSON);
	memcpy(data + JSON, json, strlen(json));
	seal(0);
}

static void test_real(void **state)
{
	static const struct {
		const char *name;
		unsigned version, slots;
		uint64_t mib;
	} rows[] = {
		{ "argon2id", 2, 1, 64 },
		{ "pbkdf2", 2, 1, 0 },
		{ "two", 2, 3, 256 },		/* 64, 128 and 256 MiB */
		{ "ignored", 2, 2, 128 },	/* the last has priority "ignore" */
		{ "second-alone", 2, 3, 256 },
		{ "cut", 2, 1, 64 },		/* the first copy alone */
		{ "luks1", 1, 0, 0 },
	};
	struct kd_luks luks;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		print_message("%s\n", rows[i].name);
		take(rows[i].name);
		luks = parse();
		assert_int_equal(luks.version, rows[i].version);
		assert_int_equal(luks.slots, rows[i].slots);
		assert_int_equal(luks.bytes, rows[i].mib * KD_MIB);
	}
}

static void test_need(void **state)
{
	(void)state;
	take("argon2id");
	assert_int_equal(kd_luks_need(data, KD_LUKS_HEAD), 2 * SIZE);
	/* Without a first copy the second may be anywhere. */
	assert_int_equal(kd_luks_need(data, KD_LUKS_HEAD - 1), KD_LUKS_MAX);
	data[0] = 'X';
	assert_int_equal(kd_luks_need(data, KD_LUKS_HEAD), KD_LUKS_MAX);
	take("luks1");
	assert_int_equal(kd_luks_need(data, len), KD_LUKS_HEAD);
}

/* An update that was cut off: each copy has a number, and the higher one counts. */
static void test_copies(void **state)
{
	(void)state;
	take("argon2id");
	memcpy(data + SIZE + JSON, "{\"keyslots\":{}}", 16);
	seal(SIZE);
	assert_int_equal(parse().slots, 1);
	data[SIZE + 23] += 1;
	memcpy(data + SIZE + JSON, "{\"keyslots\":{}}", 16);
	seal(SIZE);
	assert_int_equal(parse().slots, 0);
	data[23] += 2;
	seal(0);
	assert_int_equal(parse().slots, 1);
	/* The newer is damaged: the older one is as good. */
	data[JSON + 5] ^= 1;
	assert_int_equal(parse().slots, 0);
	data[SIZE + JSON + 5] ^= 1;
	refuse("checksum is wrong");
}

static void test_damage(void **state)
{
	(void)state;
	take("cut");
	for (size_t i = 0; i < SIZE; i += 97) {
		/* What is behind the digest in its field counts for nothing. */
		if (i >= 448 + KD_SHA256_BYTES && i < 512)
			continue;
		data[i] ^= 0x40;
		refuse("");
		data[i] ^= 0x40;
	}
	assert_int_equal(parse().slots, 1);
	for (len = 0; len < SIZE; len += 61)
		refuse(len < 4096 ? "no LUKS header" : "cut");
	take("cut");
	memset(data, 0, len);
	refuse("no LUKS header");
	take("cut");
	memcpy(data + 72, "sha512", 6);
	seal(0);
	refuse("not SHA-256");
	/* Sizes that no header has. */
	for (unsigned byte = 0; byte < 8; byte++) {
		take("cut");
		data[8 + byte] = 0xff;
		seal(0);
		refuse("");
	}
}

#define SLOT(kdf) "{\"keyslots\":{\"0\":{\"type\":\"luks2\",\"kdf\":" kdf "}}}"

static void test_json(void **state)
{
	static const char *const bad[] = {
		"", "[]", "null", "7", "{", "{\"keyslots\":[]}", "{\"keyslots\":7}", "{}",
		SLOT("null"), SLOT("{}"), SLOT("7"), SLOT("{\"type\":\"scrypt\",\"memory\":1}"),
		SLOT("{\"type\":\"argon2id\"}"), SLOT("{\"type\":\"argon2id\",\"memory\":\"64\"}"),
		SLOT("{\"type\":\"argon2id\",\"memory\":0}"),
		SLOT("{\"type\":\"argon2id\",\"memory\":-1}"),
		"{\"keyslots\":{\"0\":{\"type\":\"luks2\"}}}",
		"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(bad); i++) {
		print_message("%s\n", bad[i]);
		say(bad[i]);
		refuse("key slots");
	}
	say(SLOT("{\"type\":\"argon2i\",\"memory\":32}"));
	assert_int_equal(parse().bytes, 32 * KD_KIB);
	say(SLOT("{\"type\":\"argon2id\",\"memory\":99999999999999999999}"));
	assert_true(parse().bytes == UINT64_MAX);
	/* What is no slot for a passphrase is passed over, whatever it holds. */
	say("{\"keyslots\":{\"0\":{\"type\":\"reencrypt\"},\"1\":null,\"2\":7}}");
	assert_int_equal(parse().slots, 0);
	/* A text that fills its area has no end. */
	say("{}");
	memset(data + JSON, ' ', SIZE - JSON);
	seal(0);
	refuse("key slots");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_real),
		cmocka_unit_test(test_need),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
