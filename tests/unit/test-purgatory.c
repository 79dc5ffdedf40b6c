/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Purgatory, as far as it can be tried without dying: its check of the segments and
 * its last words are compiled here for this processor, with ports that remember.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../lib/purgatory/target/console.c"
#include "../../lib/purgatory/target/verify.c"

struct port {
	uint64_t base;
	unsigned char status;
	unsigned asked;
	char text[256];
	size_t len;
};

/* The code under test has no place for an argument of ours. */
static struct port port;

unsigned char kd_target_in(uint64_t at)
{
	assert_int_equal(at, port.base + 5);
	port.asked++;
	return port.status;
}

void kd_target_out(uint64_t at, unsigned char value)
{
	assert_int_equal(at, port.base);
	assert_true(port.len < sizeof(port.text) - 1);
	port.text[port.len++] = (char)value;
}

static void add(struct kd_purgatory *told, const char *name, const unsigned char *data,
		size_t bytes)
{
	kd_purgatory_add(told, name, (uintptr_t)data, data, bytes);
}

/* Sizes around those that SHA-256 treats apart. */
static void test_each_byte(void **state)
{
	static const size_t sizes[] = { 1, 55, 56, 63, 64, 65, 119, 128, 4096, 4099 };

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(sizes); i++) {
		unsigned char *data = malloc(sizes[i]), other[8] = "other";
		struct kd_purgatory told = { 0 };

		for (size_t j = 0; j < sizes[i]; j++)
			data[j] = (unsigned char)(j * 7);
		add(&told, "other", other, sizeof(other));
		add(&told, "kernel", data, sizes[i]);
		assert_null(kd_target_damaged(&told));
		for (size_t j = 0; j < sizes[i]; j++) {
			data[j] ^= (unsigned char)(1 << j % 8);
			assert_ptr_equal(kd_target_damaged(&told), &told.region[1]);
			data[j] ^= (unsigned char)(1 << j % 8);
		}
		assert_null(kd_target_damaged(&told));
		free(data);
	}
}

static void test_each_region(void **state)
{
	unsigned char data[KD_PURGATORY_REGIONS + 1][16] = { { 0 } };
	struct kd_purgatory told = { 0 };

	(void)state;
	assert_null(kd_target_damaged(&told));
	for (size_t i = 0; i < KD_ARRAY_SIZE(data); i++)
		add(&told, "a name that is too long for it", data[i], sizeof(data[i]));
	assert_int_equal(told.n, KD_PURGATORY_REGIONS);
	assert_string_equal(told.region[0].name, "a name that is ");
	for (size_t i = 0; i < KD_PURGATORY_REGIONS; i++) {
		data[i][15] = 1;
		assert_ptr_equal(kd_target_damaged(&told), &told.region[i]);
		data[i][15] = 0;
	}
	/* A digest that was damaged is no excuse. */
	told.region[3].digest[31] ^= 0x80;
	assert_ptr_equal(kd_target_damaged(&told), &told.region[3]);
	told.n = UINT64_MAX;
	assert_ptr_equal(kd_target_damaged(&told), &told.region[3]);
	told.region[3].digest[31] ^= 0x80;
	assert_null(kd_target_damaged(&told));
}

static void test_port(void **state)
{
	struct kd_purgatory told = { .console = KD_CONSOLE_8250_PORT, .console_at = 0x2f8 };

	(void)state;
	port = (struct port){ .base = 0x2f8, .status = 0x60 };
	kd_target_say(&told, 0, "segment kernel\r\n");
	assert_string_equal(port.text, "segment kernel\r\n");
	assert_int_equal(port.asked, port.len);
	/* One that never gets ready ends all the same. */
	port = (struct port){ .base = 0x2f8, .status = 0x40 };
	kd_target_say(&told, 0, "ab");
	assert_string_equal(port.text, "ab");
	assert_in_range(port.asked, 2, 10000000);
}

static void test_memory(void **state)
{
	uint32_t registers[16] = { 0 };
	struct kd_purgatory told = {
		.console = KD_CONSOLE_PL011, .console_at = (uintptr_t)registers,
	};
	unsigned char *bytes = (unsigned char *)registers;

	(void)state;
	kd_target_say(&told, 0, "xy");
	assert_int_equal(registers[0], 'y');
	told.console = KD_CONSOLE_8250_MEMORY32;
	registers[5] = 0x20;
	kd_target_say(&told, 0, "z");
	assert_int_equal(registers[0], 'z');
	told.console = KD_CONSOLE_8250_MEMORY;
	bytes[5] = 0x20;
	kd_target_say(&told, 0, "w");
	assert_int_equal(bytes[0], 'w');
	memset(registers, 0, sizeof(registers));
	told.console = KD_CONSOLE_NONE;
	kd_target_say(&told, 0, "v");
	assert_int_equal(registers[0], 0);
}

static void test_screen(void **state)
{
	unsigned char cells[2 * 8 + 2] = { 0 };
	struct kd_purgatory told = { .screen = (uintptr_t)cells, .screen_columns = 8 };
	unsigned column;

	(void)state;
	column = kd_target_say(&told, 0, "\r\nabc");
	assert_int_equal(column, 3);
	column = kd_target_say(&told, column, "defghijk");
	assert_int_equal(column, 8);
	for (unsigned i = 0; i < 8; i++) {
		assert_int_equal(cells[2 * i], 'a' + i);
		assert_int_not_equal(cells[2 * i + 1], 0);
	}
	assert_int_equal(cells[16] | cells[17], 0);
}

/* What is told stands where flat.ld leaves room for it: behind all else. */
static void test_image(void **state)
{
	size_t size = kd_purgatory_bytes();
	unsigned char *image, *other;
	struct kd_purgatory told = { .entry = 0x1234, .n = 1 };

	(void)state;
	assert_int_equal(!size, !*kd_purgatory_arch());
	if (!size)
		return;
	assert_in_range(size, sizeof(told) + 64, 16 * KD_KIB);
	assert_true(kd_purgatory_size() >= size + KD_PURGATORY_STACK);
	image = calloc(1, size);
	other = calloc(1, size);
	kd_purgatory_make(&told, image);
	assert_memory_equal(image + size - sizeof(told), &told, sizeof(told));
	/* Nothing of the code depends on what is told. */
	kd_purgatory_make(&(struct kd_purgatory){ 0 }, other);
	assert_memory_equal(image, other, size - sizeof(told));
	free(image);
	free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_byte),
		cmocka_unit_test(test_each_region),
		cmocka_unit_test(test_port),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_screen),
		cmocka_unit_test(test_image),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
