/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Files below a root: links that want out, what is no file, what is too large. */
#include "machine.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "../../lib/core/root.h"

struct scene {
	struct machine m;
	struct kdump_ctx *ctx;
};

static int set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	machine_begin(&s->m, &s->ctx);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	machine_end(&s->m, s->ctx);
	free(s);
	return 0;
}

static void assert_reads(struct scene *s, const char *path, const char *expected)
{
	struct kd_buf buf = { 0 };

	assert_int_equal(kd_root_read(s->ctx, path, 100, &buf), 0);
	assert_int_equal(buf.len, strlen(expected));
	assert_string_equal(buf.data, expected);
	kd_buf_free(&buf);
	assert_null(buf.data);
}

static void assert_fails(struct scene *s, const char *path, int err)
{
	struct kd_buf buf = { (char *)1, 77 };
	struct stat st;

	assert_int_equal(kd_root_read(s->ctx, path, 100, &buf), err);
	assert_ptr_equal(buf.data, (char *)1);
	assert_int_equal(buf.len, 77);
	assert_int_equal(kd_root_open_regular(s->ctx, path, &st), err);
}

static void test_paths(void **state)
{
	struct scene *s = *state;

	machine_put(&s->m, "etc/file", "inside");
	assert_reads(s, "/etc/file", "inside");
	assert_reads(s, "etc/file", "inside");
	assert_reads(s, "//etc//file", "inside");
	assert_reads(s, "/etc/../etc/./file", "inside");
	assert_fails(s, "/etc/other", -ENOENT);
	assert_fails(s, "/etc/file/x", -ENOTDIR);
	assert_fails(s, "", -EISDIR);
	assert_true(kd_root_exists(s->ctx, "/etc/file"));
	assert_false(kd_root_exists(s->ctx, "/etc/other"));
}

/* Absolute links, links upwards, links in the middle: all end below the root. */
static void test_links_stay_inside(void **state)
{
	struct scene *s = *state;
	struct machine outside;
	char path[PATH_MAX];

	machine_new(&outside);
	machine_put(&outside, "secret", "outside");
	machine_put(&s->m, "etc/file", "inside");
	machine_link(&s->m, "absolute", "/etc/file");
	machine_link(&s->m, "upwards", "../../../../../../../../etc/file");
	machine_link(&s->m, "folder", "/etc");
	machine_link(&s->m, "chain", "absolute");
	snprintf(path, sizeof(path), "%s/secret", outside.root);
	machine_link(&s->m, "out", path);
	machine_link(&s->m, "root", "/");
	assert_reads(s, "/absolute", "inside");
	assert_reads(s, "/upwards", "inside");
	assert_reads(s, "/folder/file", "inside");
	assert_reads(s, "/chain", "inside");
	assert_reads(s, "/root/root/root/etc/file", "inside");
	assert_reads(s, "/../../../etc/file", "inside");
	assert_fails(s, "/out", -ENOENT);
	assert_fails(s, path, -ENOENT);
	machine_free(&outside);
}

static void test_writes_stay_inside(void **state)
{
	struct scene *s = *state;
	struct machine outside;
	char *text;

	machine_new(&outside);
	machine_put(&outside, "secret", "outside");
	machine_mkdirs(&s->m, "run");
	machine_link(&s->m, "out", outside.root);
	machine_link(&s->m, "run/link", machine_path(&outside, "secret"));
	assert_true(kd_root_replace(s->ctx, "/out/secret", "x", 1, 0644) < 0);
	assert_true(kd_root_poke(s->ctx, "/out/secret", "x") < 0);
	assert_true(kd_root_poke(s->ctx, "/run/link", "x") < 0);
	assert_true(kd_root_unlink(s->ctx, "/out/secret") < 0);
	assert_true(kd_root_mkdirs(s->ctx, "/out/folder", 0755) < 0);
	/* The link itself is replaced, not what it points to. */
	assert_int_equal(kd_root_replace(s->ctx, "/run/link", "new", 3, 0644), 0);
	machine_assert_text(&s->m, "run/link", "new");
	machine_assert_text(&outside, "secret", "outside");
	text = machine_get(&outside, "folder");
	assert_null(text);
	machine_free(&outside);
}

static void test_loops(void **state)
{
	struct scene *s = *state;

	machine_link(&s->m, "self", "self");
	machine_link(&s->m, "a", "/b");
	machine_link(&s->m, "b", "/a");
	machine_link(&s->m, "dangling", "/nowhere");
	assert_fails(s, "/self", -ELOOP);
	assert_fails(s, "/a", -ELOOP);
	assert_fails(s, "/a/x", -ELOOP);
	assert_fails(s, "/dangling", -ENOENT);
	assert_false(kd_root_exists(s->ctx, "/dangling"));
	assert_false(kd_root_exists(s->ctx, "/self"));
}

/* None of these may make us wait. */
static void test_no_regular_file(void **state)
{
	struct scene *s = *state;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	machine_mkdirs(&s->m, "folder");
	assert_int_equal(mkfifo(machine_path(&s->m, "fifo"), 0644), 0);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s",
		 machine_path(&s->m, "socket"));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_fails(s, "/folder", -EISDIR);
	assert_fails(s, "/fifo", -EINVAL);
	assert_fails(s, "/socket", -ENXIO);
	close(fd);
}

static void test_size_limit(void **state)
{
	struct scene *s = *state;
	struct kd_buf buf;
	char *text = malloc(20001);

	assert_non_null(text);
	memset(text, 'x', 20000);
	text[20000] = '\0';
	machine_put(&s->m, "file", text);
	assert_int_equal(kd_root_read(s->ctx, "/file", 20000, &buf), 0);
	assert_int_equal(buf.len, 20000);
	assert_string_equal(buf.data, text);
	kd_buf_free(&buf);
	assert_int_equal(kd_root_read(s->ctx, "/file", 19999, &buf), -EFBIG);
	assert_int_equal(truncate(machine_path(&s->m, "file"), (off_t)1 << 40), 0);
	assert_int_equal(kd_root_read(s->ctx, "/file", 1 << 20, &buf), -EFBIG);
	machine_put(&s->m, "file", "");
	assert_reads(s, "/file", "");
	free(text);
}

/* Of a file that may be as large as a disk. */
static void test_head(void **state)
{
	struct kd_buf buf = { (char *)1, 77 };
	struct scene *s = *state;

	machine_put(&s->m, "file", "0123456789");
	machine_link(&s->m, "out", "../../../../../../etc/passwd");
	machine_mkdirs(&s->m, "folder");
	assert_int_equal(kd_root_read_head(s->ctx, "out", 4, &buf), -ENOENT);
	assert_int_equal(kd_root_read_head(s->ctx, "folder", 4, &buf), -EINVAL);
	assert_int_equal(kd_root_read_head(s->ctx, "nowhere", 4, &buf), -ENOENT);
	assert_ptr_equal(buf.data, (char *)1);
	for (size_t max = 0; max < 20; max += 5) {
		assert_int_equal(kd_root_read_head(s->ctx, "file", max, &buf), 0);
		assert_int_equal(buf.len, max < 10 ? max : 10);
		assert_memory_equal(buf.data, "0123456789", buf.len);
		assert_int_equal(buf.data[buf.len], '\0');
		kd_buf_free(&buf);
	}
}

static void test_lines(void **state)
{
	static const struct {
		const char *text;
		int err;
		const char *line;
	} rows[] = {
		{ "1\n", 0, "1" },
		{ "1", 0, "1" },
		{ "", 0, "" },
		{ "\n", 0, "" },
		{ "one\ntwo\n", 0, "one" },
		{ "seven77\n", 0, "seven77" },
		{ "eight888\n", -EFBIG, NULL },
	};
	struct scene *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		char line[8] = "before";

		machine_put(&s->m, "file", rows[i].text);
		assert_int_equal(kd_root_read_line(s->ctx, "file", line, sizeof(line)),
				 rows[i].err);
		assert_string_equal(line, rows[i].err ? "before" : rows[i].line);
	}
}

static void test_numbers(void **state)
{
	static const struct {
		const char *text;
		int err;
		uint64_t n;
	} rows[] = {
		{ "0\n", 0, 0 },
		{ "268435456\n", 0, 268435456 },
		{ "18446744073709551615\n", 0, UINT64_MAX },
		{ "7", 0, 7 },
		{ "18446744073709551616\n", -EBADMSG, 0 },
		{ "", -EBADMSG, 0 },
		{ "\n", -EBADMSG, 0 },
		{ "-1\n", -EBADMSG, 0 },
		{ "+1\n", -EBADMSG, 0 },
		{ " 1\n", -EBADMSG, 0 },
		{ "1 \n", -EBADMSG, 0 },
		{ "0x10\n", -EBADMSG, 0 },
		{ "12k\n", -EBADMSG, 0 },
	};
	struct scene *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		uint64_t n = 77;

		machine_put(&s->m, "file", rows[i].text);
		assert_int_equal(kd_root_read_u64(s->ctx, "file", &n), rows[i].err);
		assert_int_equal(n, rows[i].err ? 77 : rows[i].n);
	}
}

static void test_readlink(void **state)
{
	struct scene *s = *state;
	char target[8] = "before";

	machine_put(&s->m, "file", "");
	machine_link(&s->m, "short", "seven77");
	machine_link(&s->m, "long", "eight888");
	machine_link(&s->m, "null", "/dev/nul");
	assert_int_equal(kd_root_readlink(s->ctx, "/nowhere", target, sizeof(target)), -ENOENT);
	assert_int_equal(kd_root_readlink(s->ctx, "/file", target, sizeof(target)), -EINVAL);
	assert_int_equal(kd_root_readlink(s->ctx, "/long", target, sizeof(target)), -EFBIG);
	assert_int_equal(kd_root_readlink(s->ctx, "/short", target, sizeof(target)), 0);
	assert_string_equal(target, "seven77");
}

static void test_mkdirs(void **state)
{
	struct scene *s = *state;
	struct stat st;

	assert_int_equal(kd_root_mkdirs(s->ctx, "/a/b/c", 0700), 0);
	assert_int_equal(kd_root_mkdirs(s->ctx, "/a/b/c", 0700), 0);
	assert_int_equal(kd_root_stat(s->ctx, "/a/b/c", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	machine_put(&s->m, "file", "");
	assert_int_equal(kd_root_mkdirs(s->ctx, "/file/x", 0755), -ENOTDIR);
}

static void assert_lists(struct scene *s, const char *path, const char *expected)
{
	struct kd_names names;
	char all[256] = "";

	assert_int_equal(kd_root_list(s->ctx, path, 4, &names), 0);
	for (size_t i = 0; i < names.n; i++) {
		strcat(all, names.v[i]);
		strcat(all, " ");
	}
	assert_string_equal(all, expected);
	kd_names_free(&names);
	assert_null(names.v);
	assert_int_equal(names.n, 0);
}

static void test_list(void **state)
{
	struct kd_names names = { (char **)1, 77 };
	struct scene *s = *state;

	machine_mkdirs(&s->m, "empty");
	assert_lists(s, "/empty", "");
	machine_put(&s->m, "var/crash/b", "");
	machine_put(&s->m, "var/crash/B/x", "");
	machine_put(&s->m, "var/crash/..a", "");
	machine_link(&s->m, "var/crash/link", "nowhere");
	machine_link(&s->m, "folder", "/var/../var/crash");
	assert_lists(s, "/var/crash", "..a B b link ");
	assert_lists(s, "folder", "..a B b link ");
	/* One more than is wanted, and what is no folder. */
	machine_put(&s->m, "var/crash/fifth", "");
	assert_int_equal(kd_root_list(s->ctx, "/var/crash", 4, &names), -EFBIG);
	assert_int_equal(kd_root_list(s->ctx, "/var/crash/b", 4, &names), -ENOTDIR);
	assert_int_equal(kd_root_list(s->ctx, "/nowhere", 4, &names), -ENOENT);
	assert_ptr_equal(names.v, (char **)1);
	assert_int_equal(names.n, 77);
}

static void test_replace(void **state)
{
	struct scene *s = *state;
	struct stat st;

	machine_mkdirs(&s->m, "run");
	assert_int_equal(kd_root_replace(s->ctx, "/run/file", "one", 3, 0640), 0);
	machine_assert_text(&s->m, "run/file", "one");
	assert_int_equal(kd_root_stat(s->ctx, "/run/file", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	/* What an earlier run left behind is in nobody's way. */
	machine_put(&s->m, "run/.file.new", "half of someth");
	assert_int_equal(kd_root_replace(s->ctx, "/run/file", "", 0, 0600), 0);
	machine_assert_text(&s->m, "run/file", "");
	assert_false(kd_root_exists(s->ctx, "/run/.file.new"));
	assert_int_equal(kd_root_replace(s->ctx, "/nowhere/file", "x", 1, 0600), -ENOENT);
	machine_mkdirs(&s->m, "run/folder/x");
	assert_int_equal(kd_root_replace(s->ctx, "/run/folder", "x", 1, 0600), -EISDIR);
	assert_false(kd_root_exists(s->ctx, "/run/.folder.new"));
}

static void test_poke(void **state)
{
	struct scene *s = *state;

	machine_put(&s->m, "file", "12345678");
	assert_int_equal(kd_root_poke(s->ctx, "/file", "abc"), 0);
	machine_assert_text(&s->m, "file", "abc45678");
	assert_int_equal(kd_root_poke(s->ctx, "/other", "abc"), -ENOENT);
	assert_false(kd_root_exists(s->ctx, "/other"));
}

static void test_set_root(void **state)
{
	struct scene *s = *state;
	struct kdump_ctx *ctx;

	machine_put(&s->m, "file", "");
	machine_link(&s->m, "slash", "/");
	assert_int_equal(kdump_ctx_new(&ctx), 0);
	assert_true(kdump_ctx_is_live(ctx));
	assert_string_equal(kdump_ctx_get_root(ctx), "/");
	assert_int_equal(kdump_ctx_set_root(ctx, machine_path(&s->m, "nowhere")), -ENOENT);
	assert_string_equal(kdump_ctx_get_error_id(ctx), "root-unusable");
	assert_int_equal(kdump_ctx_set_root(ctx, machine_path(&s->m, "file")), -ENOTDIR);
	/* After a failure it is what it was. */
	assert_true(kdump_ctx_is_live(ctx));
	assert_string_equal(kdump_ctx_get_root(ctx), "/");
	assert_int_equal(kdump_ctx_set_root(ctx, s->m.root), 0);
	assert_false(kdump_ctx_is_live(ctx));
	assert_string_equal(kdump_ctx_get_root(ctx), s->m.root);
	/* However it is spelt, the machine's own root is the machine. */
	assert_int_equal(kdump_ctx_set_root(ctx, "/../"), 0);
	assert_true(kdump_ctx_is_live(ctx));
	assert_int_equal(kdump_ctx_set_root(ctx, machine_path(&s->m, "slash")), 0);
	assert_true(kdump_ctx_is_live(ctx));
	kdump_ctx_unref(ctx);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_paths),
		ONE(test_links_stay_inside),
		ONE(test_writes_stay_inside),
		ONE(test_loops),
		ONE(test_no_regular_file),
		ONE(test_size_limit),
		ONE(test_head),
		ONE(test_lines),
		ONE(test_numbers),
		ONE(test_readlink),
		ONE(test_mkdirs),
		ONE(test_list),
		ONE(test_replace),
		ONE(test_poke),
		ONE(test_set_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
