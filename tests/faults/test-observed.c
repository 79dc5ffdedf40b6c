/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Which record of a crash kernel is found, and that none is made up when calls fail. */
#define _GNU_SOURCE
#include "faults.h"

#include "../../lib/facts/observed.h"

#define FOLDER "/var/crash"

struct dumps {
	struct machine m;
	struct kdump_ctx *ctx;
};

static int set_up_dumps(void **state)
{
	struct dumps *d = calloc(1, sizeof(*d));

	machine_new(&d->m);
	machine_mkdirs(&d->m, FOLDER);
	fake_start(d->m.root);
	assert_int_equal(kdump_ctx_new(&d->ctx), 0);
	*state = d;
	return 0;
}

static int tear_down_dumps(void **state)
{
	struct dumps *d = *state;

	kdump_ctx_unref(d->ctx);
	assert_int_equal(fake_open_files(), 0);
	machine_free(&d->m);
	free(d);
	return 0;
}

static void put(const struct machine *m, const char *dump, unsigned time)
{
	char path[128], text[128];

	snprintf(path, sizeof(path), FOLDER "/%s/" KD_OBSERVED_NAME, dump);
	snprintf(text, sizeof(text), "RELEASE=7.2\nTIME=%u\nRAM=1000\nMEM_AVAILABLE_LOWEST=%u\n",
		 time, time);
	machine_put(m, path, text);
}

/* @dump NULL: none. */
static void assert_found(const struct dumps *d, const char *dump, unsigned time)
{
	struct kdump_observed found = { .path = { "as it was" } };
	char path[128];

	assert_int_equal(kd_observed_find(d->ctx, FOLDER, &found), dump ? 1 : 0);
	snprintf(path, sizeof(path), FOLDER "/%s/" KD_OBSERVED_NAME, dump);
	assert_string_equal(found.path.s, dump ? path : "as it was");
	if (!dump)
		return;
	assert_int_equal(found.record.time, time);
	assert_int_equal(found.record.lowest, time);
	assert_int_equal(found.record.ram, 1000);
}

static void test_none(void **state)
{
	struct dumps *d = *state;

	assert_found(d, NULL, 0);
	machine_mkdirs(&d->m, FOLDER "/202611202012");
	machine_put(&d->m, FOLDER "/" KD_OBSERVED_NAME, "RELEASE=7.2\nTIME=1\nRAM=2\n"
		    "MEM_AVAILABLE_LOWEST=1\n");
	machine_put(&d->m, FOLDER "/kexec_cmd", "");
	machine_mkdirs(&d->m, FOLDER "/202611202013/" KD_OBSERVED_NAME);
	machine_link(&d->m, FOLDER "/loop", "loop");
	assert_found(d, NULL, 0);
	machine_remove(machine_path(&d->m, FOLDER));
	assert_found(d, NULL, 0);
	machine_put(&d->m, FOLDER, "no folder");
	assert_found(d, NULL, 0);
}

/* By the time in the record: names and the disk's order say nothing. */
static void test_newest(void **state)
{
	struct dumps *d = *state;

	put(&d->m, "202611202012", 7);
	assert_found(d, "202611202012", 7);
	put(&d->m, "127.0.0.1-2026-11-20-20:12:44", 9);
	put(&d->m, "zzz", 8);
	assert_found(d, "127.0.0.1-2026-11-20-20:12:44", 9);
	/* Of two of one second, always the same. */
	put(&d->m, "a", 9);
	assert_found(d, "a", 9);
}

static void test_broken_ones_are_passed_over(void **state)
{
	struct dumps *d = *state;

	put(&d->m, "1", 5);
	put(&d->m, "2", 1001);
	machine_put(&d->m, FOLDER "/3/" KD_OBSERVED_NAME, "RELEASE=7.2\nTIME=900\nRAM=1000\nMEM_");
	machine_put(&d->m, FOLDER "/4/" KD_OBSERVED_NAME, "");
	assert_found(d, "1", 5);
}

/* A user who may make folders beside the dumps says nothing about the machine. */
static void test_of_another_owner(void **state)
{
	struct dumps *d = *state;

	put(&d->m, "202611202012", 7);
	put(&d->m, "202611202099", 99);
	fake_give_away("202611202099");
	assert_found(d, "202611202012", 7);
	fake_give_away("crash");
	assert_found(d, NULL, 0);
}

/* However many there are: what is no folder takes no place, the newest dates come first. */
static void test_more_than_are_looked_at(void **state)
{
	struct dumps *d = *state;
	char path[64];

	put(&d->m, "zero", 7);
	for (unsigned i = 1; i < 5000; i++) {
		snprintf(path, sizeof(path), FOLDER "/%u", i);
		machine_put(&d->m, path, "");
	}
	assert_found(d, "zero", 7);
	put(&d->m, "202611202012", 5);
	for (unsigned i = 0; i < 1024; i++) {
		snprintf(path, sizeof(path), FOLDER "/more-%u", i);
		machine_mkdirs(&d->m, path);
	}
	assert_found(d, "202611202012", 5);
}

/* A link to a folder of the owner's is anybody's. */
static void test_links_are_passed_over(void **state)
{
	struct dumps *d = *state;

	put(&d->m, "202611202012", 7);
	machine_mkdirs(&d->m, "/root/saved");
	machine_put(&d->m, "/root/saved/" KD_OBSERVED_NAME, "RELEASE=7.2\nTIME=900\nRAM=1000\n"
		    "MEM_AVAILABLE_LOWEST=900\n");
	machine_link(&d->m, FOLDER "/202611202099", "../../root/saved");
	assert_found(d, "202611202012", 7);
}

/* Each call fails in turn: another record or none, never one that is not there. */
static void test_faults(void **state)
{
	static const struct fault faults[] = { { 0, false }, { EIO, false }, { EACCES, true } };
	struct dumps *d = *state;
	unsigned long tried = 0;
	bool met = true;

	put(&d->m, "1", 7);
	put(&d->m, "2", 9);
	for (size_t i = 0; i < KD_ARRAY_SIZE(faults); i++, met = true) {
		for (unsigned long n = 1; met; n++, tried += met) {
			struct kdump_observed found = { .record.time = 77 };
			int r;

			snprintf(where, sizeof(where), "call %lu, errno %d", n, faults[i].err);
			begin_fault(&faults[i], n);
			r = kd_observed_find(d->ctx, FOLDER, &found);
			met = end_fault(&faults[i]);
			assert_true(met || r == 1);
			if (!faults[i].err && met)
				assert_int_equal(r, -ENOMEM);
			else
				assert_in_range(r, 0, 1);
			assert_true(found.record.time == (r == 1 ? found.record.lowest : 77));
			assert_true(r != 1 || met || found.record.time == 9);
			assert_int_equal(fake_open_files(), 1);
		}
	}
	where[0] = '\0';
	assert_true(tried > 40);
}

#define DUMPS(test) cmocka_unit_test_setup_teardown(test, set_up_dumps, tear_down_dumps)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DUMPS(test_none),
		DUMPS(test_newest),
		DUMPS(test_broken_ones_are_passed_over),
		DUMPS(test_of_another_owner),
		DUMPS(test_more_than_are_looked_at),
		DUMPS(test_links_are_passed_over),
		DUMPS(test_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
