/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Files that are followed through renames, links and folders, by the real inotify. */
#include "../../lib/core/ctx.h"
#include "../../lib/facts/follow.h"
#include "machine.h"

struct scene {
	struct machine m;
	struct kdump_ctx *ctx;
	struct kd_follow follow;
	char told[1024];
};

static int set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	machine_begin(&s->m, &s->ctx);
	assert_int_equal(kd_follow_start(s->ctx, &s->follow), 0);
	assert_false(s->follow.limited);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	kd_follow_end(&s->follow);
	machine_end(&s->m, s->ctx);
	free(s);
	return 0;
}

static void follow(struct scene *s, const char *path, bool folder)
{
	assert_int_equal(kd_follow_add(&s->follow, path, KDUMP_EVENT_INITRAMFS, folder), 0);
	assert_int_equal(kd_follow_find(&s->follow), 0);
}

/* All that is told, one after another: "/file", "/file*" while it is written, "?" lost. */
static const char *told(struct scene *s)
{
	struct kd_follow_event event;
	size_t len = 0;
	int found;

	s->told[0] = '\0';
	while ((found = kd_follow_next(&s->follow, &event)) == 1 && len < sizeof(s->told) - 100)
		len += (size_t)snprintf(s->told + len, sizeof(s->told) - len, "%s%s%s",
					len ? " " : "", event.path ? event.path->path : "?",
					event.writing ? "*" : "");
	assert_true(found >= 0);
	return s->told;
}

/* That something was told of the path, and of nothing else. */
static void assert_told(struct scene *s, const char *path)
{
	const char *at = told(s);
	size_t len = strlen(path);

	assert_string_not_equal(at, "");
	for (; *at; at += strspn(at, "* ")) {
		assert_memory_equal(at, path, len);
		at += len;
		assert_true(!*at || strchr("* ", *at));
	}
}

static int count_watches(struct scene *s)
{
	char path[64], line[512];
	int n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", s->follow.inotify);
	f = fopen(path, "re");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		n += !strncmp(line, "inotify ", 8);
	fclose(f);
	return n;
}

static void move(struct scene *s, const char *from, const char *to)
{
	assert_int_equal(rename(machine_path(&s->m, from), machine_path(&s->m, to)), 0);
}

static void link_to(struct scene *s, const char *target, const char *path)
{
	remove(machine_path(&s->m, path));
	machine_link(&s->m, path, target);
}

static void test_one_file(void **state)
{
	struct scene *s = *state;
	FILE *f;

	machine_put(&s->m, "/boot/kernel", "one");
	follow(s, "/boot/kernel", false);
	assert_string_equal(told(s), "");
	machine_put(&s->m, "/boot/other", "two");
	assert_string_equal(told(s), "");
	f = fopen(machine_path(&s->m, "/boot/kernel"), "we");
	fputs("three", f);
	fflush(f);
	assert_string_equal(told(s), "/boot/kernel*");
	fputs("four", f);
	fclose(f);
	assert_string_equal(told(s), "/boot/kernel* /boot/kernel");
	move(s, "/boot/other", "/boot/kernel");
	assert_told(s, "/boot/kernel");
	machine_put(&s->m, "/boot/kernel", "the new file is followed now");
	assert_told(s, "/boot/kernel");
	machine_drop(&s->m, "/boot/kernel");
	assert_told(s, "/boot/kernel");
	assert_string_equal(told(s), "");
	machine_put(&s->m, "/boot/kernel", "again");
	assert_told(s, "/boot/kernel");
	/* It is only read, or its times change: nothing to tell. */
	f = fopen(machine_path(&s->m, "/boot/kernel"), "re");
	fgetc(f);
	fclose(f);
	assert_int_equal(chmod(machine_path(&s->m, "/boot/kernel"), 0600), 0);
	assert_string_equal(told(s), "");
}

static void test_not_there_yet(void **state)
{
	struct scene *s = *state;

	follow(s, "/var/lib/kdump/initrd", false);
	machine_mkdirs(&s->m, "/var/log");
	assert_told(s, "/var/lib/kdump/initrd");
	machine_mkdirs(&s->m, "/var/lib/kdump");
	assert_told(s, "/var/lib/kdump/initrd");
	machine_put(&s->m, "/var/lib/kdump/initrd", "one");
	assert_told(s, "/var/lib/kdump/initrd");
	/* The whole folder makes way for another, and comes back. */
	move(s, "/var/lib/kdump", "/var/lib/old");
	assert_told(s, "/var/lib/kdump/initrd");
	machine_put(&s->m, "/var/lib/old/initrd", "nobody cares");
	assert_string_equal(told(s), "");
	move(s, "/var/lib/old", "/var/lib/kdump");
	assert_told(s, "/var/lib/kdump/initrd");
	machine_put(&s->m, "/var/lib/kdump/initrd", "two");
	assert_told(s, "/var/lib/kdump/initrd");
}

static void test_links(void **state)
{
	struct scene *s = *state;

	machine_put(&s->m, "/store/1/image", "one");
	machine_put(&s->m, "/store/2/image", "two");
	machine_mkdirs(&s->m, "/boot");
	link_to(s, "1", "/store/now");
	link_to(s, "../store/now/./image", "/boot/image");
	follow(s, "/boot/image", false);
	machine_put(&s->m, "/store/1/image", "more");
	assert_told(s, "/boot/image");
	machine_put(&s->m, "/store/2/image", "more");
	assert_string_equal(told(s), "");
	link_to(s, "2", "/store/now");
	assert_told(s, "/boot/image");
	machine_put(&s->m, "/store/2/image", "and more");
	assert_told(s, "/boot/image");
	machine_put(&s->m, "/store/1/image", "and more");
	assert_string_equal(told(s), "");
	/* From the root of the machine, not from that of this one. */
	link_to(s, "/store/1/image", "/boot/image");
	assert_told(s, "/boot/image");
	machine_put(&s->m, "/store/1/image", "yet more");
	assert_told(s, "/boot/image");
	/* Up, and up beyond the root. */
	link_to(s, "../../../../../store/2/image", "/boot/image");
	assert_told(s, "/boot/image");
	machine_put(&s->m, "/store/2/image", "yet more");
	assert_told(s, "/boot/image");
	/* In a circle; and out of it again. */
	link_to(s, "/boot/image", "/store/circle");
	link_to(s, "/store/circle", "/boot/image");
	assert_told(s, "/boot/image");
	link_to(s, "/store/2/image", "/store/circle");
	assert_told(s, "/boot/image");
	machine_put(&s->m, "/store/2/image", "the last");
	assert_told(s, "/boot/image");
}

/* What is followed twice is told twice; a folder tells of all that is in it. */
static void test_folders(void **state)
{
	struct scene *s = *state;

	machine_mkdirs(&s->m, "/etc");
	assert_int_equal(kd_follow_add(&s->follow, "/etc/d", KDUMP_EVENT_CONFIGURATION, true), 0);
	follow(s, "/etc/d/one", false);
	machine_put(&s->m, "/etc/d/one", "a");
	told(s);
	assert_non_null(strstr(s->told, "/etc/d/one"));
	machine_put(&s->m, "/etc/d/two", "b");
	assert_told(s, "/etc/d");
	machine_put(&s->m, "/etc/d/two", "c");
	assert_told(s, "/etc/d");
	machine_drop(&s->m, "/etc/d/two");
	assert_told(s, "/etc/d");
	machine_put(&s->m, "/etc/d/one", "d");
	told(s);
	assert_non_null(strstr(s->told, "/etc/d/one"));
	assert_non_null(strstr(s->told, "/etc/d "));
}

/* However often a file is replaced, no watch is left behind. */
static void test_no_watch_is_left(void **state)
{
	struct scene *s = *state;
	int before;

	machine_put(&s->m, "/boot/kernel", "one");
	follow(s, "/boot/kernel", false);
	before = count_watches(s);
	assert_int_equal(before, 3);
	for (unsigned i = 0; i < 200; i++) {
		machine_put(&s->m, "/boot/new", "two");
		move(s, "/boot/new", "/boot/kernel");
		assert_told(s, "/boot/kernel");
	}
	assert_int_equal(count_watches(s), before);
	kd_follow_clear(&s->follow);
	assert_int_equal(kd_follow_find(&s->follow), 0);
	assert_int_equal(count_watches(s), 0);
}

static void test_too_many(void **state)
{
	struct scene *s = *state;
	bool lost = false;
	struct kd_follow_event event;

	machine_put(&s->m, "/boot/kernel", "one");
	follow(s, "/boot/kernel", false);
	for (unsigned i = 0; i < 20000; i++) {
		move(s, "/boot/kernel", "/boot/other");
		move(s, "/boot/other", "/boot/kernel");
	}
	while (kd_follow_next(&s->follow, &event) == 1)
		lost |= !event.path;
	assert_true(lost);
	machine_put(&s->m, "/boot/kernel", "two");
	assert_told(s, "/boot/kernel");
}

static const char *looked(struct scene *s)
{
	struct kd_follow_event event;
	size_t i = 0, len = 0;

	s->told[0] = '\0';
	while (kd_follow_look(&s->follow, &i, &event))
		len += (size_t)snprintf(s->told + len, sizeof(s->told) - len, "%s%s",
					len ? " " : "", event.path->path);
	return s->told;
}

/* Without inotify: what is not as it was at the last look. */
static void test_looks(void **state)
{
	struct scene *s = *state;

	machine_put(&s->m, "/boot/kernel", "one");
	follow(s, "/boot/kernel", false);
	follow(s, "/boot/initrd", false);
	assert_string_equal(looked(s), "");
	assert_string_equal(looked(s), "");
	machine_put(&s->m, "/boot/kernel", "more");
	assert_string_equal(looked(s), "/boot/kernel");
	assert_string_equal(looked(s), "");
	machine_put(&s->m, "/boot/initrd", "one");
	machine_drop(&s->m, "/boot/kernel");
	assert_string_equal(looked(s), "/boot/kernel /boot/initrd");
	assert_string_equal(looked(s), "");
}

static void test_limits(void **state)
{
	struct scene *s = *state;
	char path[5000];

	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	follow(s, path, false);
	assert_string_equal(told(s), "");
	for (unsigned i = 1; i < KD_FOLLOW_PATHS; i++) {
		snprintf(path, sizeof(path), "/f%u", i);
		assert_int_equal(kd_follow_add(&s->follow, path, KDUMP_EVENT_KERNEL, false), 0);
		assert_int_equal(kd_follow_add(&s->follow, path, KDUMP_EVENT_KERNEL, false), 0);
	}
	assert_int_equal(kd_follow_add(&s->follow, "/x", KDUMP_EVENT_KERNEL, false), -E2BIG);
	assert_int_equal(kd_follow_find(&s->follow), 0);
	machine_put(&s->m, "/f63", "one");
	assert_told(s, "/f63");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_one_file), TEST(test_not_there_yet), TEST(test_links),
		TEST(test_folders), TEST(test_no_watch_is_left), TEST(test_too_many),
		TEST(test_looks), TEST(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
