/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Archives that are written: the parser of archives reads them as they were meant. */
#include "walk.h"

#include "../../lib/parse/newc.h"

static void add(struct bytes *b, const struct kd_newc_entry *entry)
{
	char header[KD_NEWC_HEADER];

	put(b, header, kd_newc_header(entry, header));
	assert_int_equal(b->len % 4, 0);
	put(b, NULL, entry->size);
	put(b, NULL, kd_newc_padding(entry->size));
	assert_int_equal(b->len % 4, 0);
}

static void test_read_back(void **state)
{
	static const struct kd_newc_entry entries[] = {
		{ .name = "dev", .mode = S_IFDIR | 0755 },
		{ .name = "dev/console", .mode = S_IFCHR | 0600, .rdev_major = 5, .rdev_minor = 1 },
		{ .name = "a", .mode = S_IFREG | 0755, .size = 1 },
		{ .name = "of-31-letters-the-longest-name-", .mode = S_IFREG | 0644, .size = 4099 },
	};
	struct bytes b = { NULL, 0 };
	struct kd_initramfs sum;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(entries); i++)
		add(&b, &entries[i]);
	add(&b, &kd_newc_trailer);
	assert_int_equal(walk_all_ways(b, &sum), 0);
	assert_int_equal(sum.files, 4);
	assert_int_equal(sum.regular, 2);
	assert_int_equal(sum.content, 4100);
	assert_false(sum.no_trailer);
	free(b.p);
}

static void test_fields(void **state)
{
	char header[KD_NEWC_HEADER];
	size_t len;

	(void)state;
	len = kd_newc_header(&(struct kd_newc_entry){
		.name = "dev/console", .mode = 0020600, .size = 0xfedcba98, .rdev_major = 5,
		.rdev_minor = 1 }, header);
	assert_int_equal(len, 124);
	assert_memory_equal(header, "070701" "00000000" "00002180" "00000000" "00000000"
			    "00000001" "00000000" "FEDCBA98" "00000000" "00000000"
			    "00000005" "00000001" "0000000C" "00000000" "dev/console", 122);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read_back), cmocka_unit_test(test_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
