/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Memory that can be taken out: which blocks, and what it costs where there are many. */
#include "machine.h"

#include "../../lib/facts/boot.h"

#define DIR_PATH "sys/devices/system/memory"
#define MOVABLE "Node 0, zone  Movable\n        present  65536\n"

struct scene {
	struct machine m;
	struct kdump_ctx *ctx;
	struct kd_ranges ranges;
};

static int set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	machine_begin(&s->m, &s->ctx);
	machine_put(&s->m, DIR_PATH "/block_size_bytes", "8000000\n");
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	kd_ranges_free(&s->ranges);
	machine_end(&s->m, s->ctx);
	free(s);
	return 0;
}

static void put_block(struct scene *s, const char *name, const char *zones)
{
	char path[128];

	snprintf(path, sizeof(path), DIR_PATH "/%s/valid_zones", name);
	machine_put(&s->m, path, zones);
}

static void look(struct scene *s, const char *zoneinfo)
{
	if (zoneinfo)
		machine_put(&s->m, "proc/zoneinfo", zoneinfo);
	kd_ranges_free(&s->ranges);
	assert_int_equal(kd_facts_movable(s->ctx, &s->ranges), 0);
}

static void test_blocks(void **state)
{
	struct scene *s = *state;

	put_block(s, "memory0", "DMA32\n");
	put_block(s, "memory32", "Movable\n");
	put_block(s, "memory33", "Movable\n");
	put_block(s, "memory34", "Normal\n");
	put_block(s, "memory100", "Movable\n");
	/* Offline, and not to be taken for in it; no blocks at all. */
	put_block(s, "memory101", "Normal Movable\n");
	put_block(s, "memory", "Movable\n");
	put_block(s, "memory+7", "Movable\n");
	put_block(s, "memory99999999999999999999", "Movable\n");
	put_block(s, "memory18446744073709551615", "Movable\n");
	look(s, MOVABLE);
	assert_int_equal(s->ranges.n, 2);
	assert_int_equal(s->ranges.v[0].start, 32 * 128 * KD_MIB);
	assert_int_equal(s->ranges.v[0].end, 34 * 128 * KD_MIB - 1);
	assert_int_equal(s->ranges.v[1].start, 100 * 128 * KD_MIB);
	assert_int_equal(s->ranges.v[1].end, 101 * 128 * KD_MIB - 1);
}

static void test_none(void **state)
{
	struct scene *s = *state;

	put_block(s, "memory32", "Movable\n");
	look(s, NULL);
	assert_int_equal(s->ranges.n, 0);
	look(s, "Node 0, zone  Movable\n        present  0\n");
	assert_int_equal(s->ranges.n, 0);
	look(s, MOVABLE);
	assert_int_equal(s->ranges.n, 1);
	machine_put(&s->m, DIR_PATH "/block_size_bytes", "many\n");
	look(s, MOVABLE);
	assert_int_equal(s->ranges.n, 0);
	machine_put(&s->m, DIR_PATH "/block_size_bytes", "0\n");
	look(s, MOVABLE);
	assert_int_equal(s->ranges.n, 0);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_blocks),
		ONE(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
