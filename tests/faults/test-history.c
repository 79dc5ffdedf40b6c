/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Whose dumps are believed, how many are kept, and that a failed call makes none up. */
#define _GNU_SOURCE
#include "faults.h"

#include <sys/resource.h>
#include <sys/statvfs.h>

#include "../../lib/facts/config.h"
#include "../../lib/facts/history.h"

#define FOLDER "/var/crash"
#define PSTORE "/sys/fs/pstore"
#define DIED "Command line: elfcorehdr=1\nOut of memory: Killed process 1 (x)\n"

struct dumps {
	struct machine m;
	struct kdump_ctx *ctx;
	struct kdump_config config;	/* as much of one as is looked at */
	struct kdump_snapshot snap;
};

static int set_up_dumps(void **state)
{
	struct dumps *d = calloc(1, sizeof(*d));

	machine_new(&d->m);
	machine_mkdirs(&d->m, FOLDER);
	machine_mkdirs(&d->m, PSTORE);
	fake_start(d->m.root);
	assert_int_equal(kdump_ctx_new(&d->ctx), 0);
	d->config.ctx = d->ctx;
	d->config.snap = &d->snap;
	*state = d;
	return 0;
}

static int tear_down_dumps(void **state)
{
	struct dumps *d = *state;

	kd_history_unref(d->config.history);
	kdump_ctx_unref(d->ctx);
	assert_int_equal(fake_open_files(), 0);
	machine_free(&d->m);
	free(d);
	return 0;
}

static void put_dump(const struct dumps *d, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), FOLDER "/%s/vmcore", name);
	machine_put(&d->m, path, "none that is known");
}

static const struct kdump_history *found_now(struct dumps *d)
{
	assert_int_equal(kdump_config_read_history(&d->config), 0);
	return kdump_config_get_history(&d->config);
}

static void test_of_another_owner(void **state)
{
	struct dumps *d = *state;

	put_dump(d, "202611202012");
	put_dump(d, "202611202013");
	fake_give_away("202611202013");
	assert_int_equal(found_now(d)->n_dumps, 1);
	assert_string_equal(d->config.history->dumps[0].name, "202611202012");
	assert_int_equal(d->config.history->n_notes, 1);
	/* What is in it is not believed; that it is there, and how large, is. */
	fake_give_away("vmcore");
	assert_int_equal(found_now(d)->n_dumps, 2);
	assert_int_equal(d->config.history->dumps[0].complete, -1);
	assert_true(d->config.history->dumps[0].size > 0);
	assert_non_null(strstr(d->config.history->dumps[0].why, "another owner"));
}

/* Whoever may make names there: neither believed, nor do they take the place of a dump. */
static void test_crowded_out_by_links(void **state)
{
	struct dumps *d = *state;
	char path[64];

	put_dump(d, "202611202012");
	for (unsigned i = 0; i < 1100; i++) {
		snprintf(path, sizeof(path), FOLDER "/2099%02u%02u%02u%02u", 1 + i % 12,
			 1 + i / 12 % 28, i / 336, i % 60);
		machine_link(&d->m, path, "202611202012");
	}
	assert_int_equal(found_now(d)->n_dumps, 1);
	assert_string_equal(d->config.history->dumps[0].name, "202611202012");
	assert_int_equal(d->config.history->older, 0);
	assert_non_null(strstr(d->config.history->notes[0].s, ": 1100 of another owner"));
}

#define FOLDERS	40000
#define LINKS	160000			/* cheaper to make: all are one file */
#define BOUND	(6 * KD_MIB)		/* of 9 MiB of folders' names, and 35 MiB of the others */

static bool has_room(const struct dumps *d)
{
	struct statvfs st;

	if (statvfs(d->m.root, &st))
		return false;
	return st.f_favail > FOLDERS + LINKS &&
	       st.f_bavail * st.f_frsize > (FOLDERS + LINKS) * KD_KIB;
}

/* Nearly as long as names can be; the one dump is made amid them, and is no end of the folder. */
static void put_many(const struct dumps *d)
{
	char host[224], path[384];

	memset(host, 'h', sizeof(host) - 1);
	host[sizeof(host) - 1] = '\0';
	machine_put(&d->m, FOLDER "/file", "");
	for (unsigned i = 0; i < LINKS; i++) {
		snprintf(path, sizeof(path), "%s" FOLDER "/%s-%u", d->m.root, host, i);
		assert_int_equal(link(machine_path(&d->m, FOLDER "/file"), path), 0);
		if (i == LINKS / 8)
			put_dump(d, "202611202012");
		if (i >= FOLDERS)
			continue;
		snprintf(path, sizeof(path), "%s" FOLDER "/%s-2001-%02u-%02u-%02u:%02u:%02u",
			 d->m.root, host, 1 + i / 3600 / 24 / 28 % 12, 1 + i / 3600 / 24 % 28,
			 i / 3600 % 24, i / 60 % 60, i % 60);
		assert_int_equal(mkdir(path, 0755), 0);
	}
}

static long most_memory(void)
{
	struct rusage usage;

	assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
	return usage.ru_maxrss;
}

static void test_very_many_names(void **state)
{
	const struct kdump_history *h;
	struct dumps *d = *state;
	char text[64];
	long before;

	if (!has_room(d)) {
		print_message("# no room or inodes for %u names in %s\n", FOLDERS + LINKS,
			      d->m.root);
		skip();
	}
	put_many(d);
	before = most_memory();
	h = found_now(d);
	assert_in_range(most_memory() - before, 0, BOUND / KD_KIB);
	assert_string_equal(h->dumps[0].name, "202611202012");
	assert_false(h->dumps[0].empty);
	assert_int_equal(h->n_dumps, KD_DUMPS_KEPT);
	for (size_t i = 1; i < h->n_dumps; i++)
		assert_true(h->dumps[i].empty);
	assert_int_equal(h->older, FOLDERS + 1 - KD_DUMPS_KEPT);
	assert_int_equal(h->n_notes, 1);
	snprintf(text, sizeof(text), FOLDER ": %u with a name that no dump has: passed over",
		 LINKS + 1);
	assert_string_equal(h->notes[0].s, text);
}

/* Of one that was cut the file says when it ended, and so of one that is whole. */
static void test_when_it_was_finished(void **state)
{
	static const struct timespec times[2] = { { .tv_sec = 77 }, { .tv_sec = 77 } };
	struct dumps *d = *state;

	put_dump(d, "202611202012");
	machine_mkdirs(&d->m, FOLDER "/202611202013");
	assert_int_equal(utimensat(AT_FDCWD, machine_path(&d->m, FOLDER "/202611202012/vmcore"),
				   times, 0), 0);
	assert_int_equal(found_now(d)->n_dumps, 2);
	assert_true(d->config.history->dumps[0].empty);
	assert_false(d->config.history->dumps[1].empty);
	assert_int_equal(d->config.history->dumps[1].finished, 77);
}

static void test_deaths_of_another_owner(void **state)
{
	struct dumps *d = *state;

	machine_put(&d->m, PSTORE "/dmesg-efi-1", DIED);
	assert_int_equal(found_now(d)->n_deaths, 1);
	fake_give_away("dmesg-efi-1");
	assert_int_equal(found_now(d)->n_deaths, 0);
}

/* The newest stay, whatever the order in the folder is. */
static void test_deaths_are_bounded(void **state)
{
	struct dumps *d = *state;
	char path[64];

	for (unsigned i = 0; i < 40; i++) {
		struct timespec times[2] = { { .tv_sec = 1000 + (i * 7) % 40 } };

		times[1] = times[0];
		snprintf(path, sizeof(path), PSTORE "/dmesg-efi-%u", i);
		machine_put(&d->m, path, DIED);
		assert_int_equal(utimensat(AT_FDCWD, machine_path(&d->m, path), times, 0), 0);
	}
	assert_int_equal(found_now(d)->n_deaths, KD_DEATHS_KEPT);
	for (unsigned i = 0; i < KD_DEATHS_KEPT; i++)
		assert_int_equal(d->config.history->deaths[i].time, 1039 - i);
	assert_non_null(strstr(d->config.history->notes[0].s, "24 older"));
}

/* Each call fails in turn: no dump that is not there, none called whole. */
static void test_faults(void **state)
{
	static const struct fault faults[] = { { 0, false }, { EIO, false }, { EACCES, true } };
	struct dumps *d = *state;
	unsigned long tried = 0;
	bool met = true;

	put_dump(d, "202611202012");
	put_dump(d, "202611202013");
	machine_put(&d->m, PSTORE "/dmesg-efi-1", DIED);
	for (size_t i = 0; i < KD_ARRAY_SIZE(faults); i++, met = true) {
		for (unsigned long n = 1; met; n++, tried += met) {
			int r;

			snprintf(where, sizeof(where), "call %lu, errno %d", n, faults[i].err);
			begin_fault(&faults[i], n);
			r = kdump_config_read_history(&d->config);
			met = end_fault(&faults[i]);
			assert_true(r == 0 || (r == -ENOMEM && met && !faults[i].err));
			if (!faults[i].err)
				assert_true(!met || r == -ENOMEM);
			assert_int_equal(fake_open_files(), 1);
			if (r)
				continue;
			assert_true(d->config.history->n_dumps <= 2);
			assert_true(met || d->config.history->n_dumps == 2);
			assert_true(met || d->config.history->n_deaths == 1);
			for (size_t k = 0; k < d->config.history->n_dumps; k++)
				assert_true(d->config.history->dumps[k].complete < 1);
		}
	}
	where[0] = '\0';
	assert_true(tried > 60);
}

#define DUMPS(test) cmocka_unit_test_setup_teardown(test, set_up_dumps, tear_down_dumps)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DUMPS(test_of_another_owner),
		DUMPS(test_crowded_out_by_links),
		DUMPS(test_very_many_names),
		DUMPS(test_when_it_was_finished),
		DUMPS(test_deaths_of_another_owner),
		DUMPS(test_deaths_are_bounded),
		DUMPS(test_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
