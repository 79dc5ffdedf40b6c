/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What a file has besides its text is kept when the text is replaced. */
#define _GNU_SOURCE
#include "faults.h"

#include <fcntl.h>
#include <sys/xattr.h>

#include "../../lib/core/attrs.h"
#include "../../lib/core/replace.h"

#define PATH "/etc/file"
/* "security.selinux=x", "user.a=bc", in hexadecimal digits. */
#define LABEL_X "73656375726974792e73656c696e7578=78"
#define USER_A "757365722e61=6263"

struct attrs_scene {
	struct scene s;
	int fd;
	unsigned logged;
};

static void count_log(void *data, int priority, const char *text)
{
	(void)priority, (void)text;
	(*(unsigned *)data)++;
}

static int set_up_attrs(void **state)
{
	struct attrs_scene *a = calloc(1, sizeof(*a));

	machine_new(&a->s.m);
	fake_start(a->s.m.root);
	assert_int_equal(kdump_ctx_new(&a->s.o.ctx), 0);
	kdump_ctx_set_log_fn(a->s.o.ctx, count_log, &a->logged);
	machine_put(&a->s.m, PATH, "old\n");
	a->fd = open(machine_path(&a->s.m, PATH), O_RDWR | O_CLOEXEC);
	assert_true(a->fd >= 0);
	assert_int_equal(fchmod(a->fd, 0644), 0);
	*state = a;
	return 0;
}

static int tear_down_attrs(void **state)
{
	struct attrs_scene *a = *state;

	close(a->fd);
	return tear_down(state);
}

static struct kd_attrs as_it_is(const struct attrs_scene *a)
{
	struct kd_attrs attrs;

	assert_int_equal(kd_attrs_read(a->fd, &attrs), 0);
	return attrs;
}

static void set_xattrs(struct kd_attrs *attrs, const char *text)
{
	free(attrs->xattrs);
	attrs->xattrs = strdup(text);
}

static void test_mode_and_owner(void **state)
{
	struct attrs_scene *a = *state;
	struct kd_attrs attrs = as_it_is(a), after;

	assert_int_equal(attrs.mode, 0644);
	assert_int_equal(attrs.uid, geteuid());
	attrs.mode = 0640;
	assert_int_equal(kd_attrs_apply(a->s.o.ctx, a->fd, &attrs), 0);
	after = as_it_is(a);
	assert_true(kd_attrs_equal(&attrs, &after));
	kd_attrs_free(&after);
	/* The owner is asked for only where it differs: FAT has but one. */
	fake_fail_call("fchown", 1, EPERM);
	assert_int_equal(kd_attrs_apply(a->s.o.ctx, a->fd, &attrs), 0);
	attrs.mode = 0600;
	assert_int_equal(kd_attrs_apply(a->s.o.ctx, a->fd, &attrs), 0);
	attrs.gid++;
	assert_int_equal(kd_attrs_apply(a->s.o.ctx, a->fd, &attrs), -EPERM);
	kd_attrs_free(&attrs);
}

/* A label that cannot be kept is an error, unless the mount gives it; others are told of. */
static void test_what_cannot_be_set(void **state)
{
	static const struct { const char *xattrs; int err, result; } rows[] = {
		{ LABEL_X, EACCES, -EACCES },
		{ LABEL_X, EPERM, -EPERM },
		{ LABEL_X, EOPNOTSUPP, 0 },
		{ USER_A, EACCES, 0 },
		{ USER_A, ENOSPC, 0 },
	};
	struct attrs_scene *a = *state;
	struct kd_attrs attrs = as_it_is(a);

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		set_xattrs(&attrs, rows[i].xattrs);
		a->logged = 0;
		fake_fail_call("fsetxattr", 1, rows[i].err);
		assert_int_equal(kd_attrs_apply(a->s.o.ctx, a->fd, &attrs), rows[i].result);
		assert_non_null(fake_failed());
		assert_int_equal(a->logged, 1);
		fake_fail_no_more();
	}
	kd_attrs_free(&attrs);
}

static void test_text_is_damaged(void **state)
{
	static const char *const texts[] = { "7", "7573657", "=62", "zz=00", "7573=6g", "7500=00" };
	struct attrs_scene *a = *state;
	struct kd_attrs attrs = as_it_is(a);

	for (size_t i = 0; i < KD_ARRAY_SIZE(texts); i++) {
		set_xattrs(&attrs, texts[i]);
		assert_int_equal(kd_attrs_apply(a->s.o.ctx, a->fd, &attrs), -EBADMSG);
	}
	kd_attrs_free(&attrs);
}

static void test_no_xattrs_here(void **state)
{
	struct attrs_scene *a = *state;
	struct kd_attrs attrs;

	fake_fail_call("flistxattr", 1, EOPNOTSUPP);
	attrs = as_it_is(a);
	assert_string_equal(attrs.xattrs, "");
	kd_attrs_free(&attrs);
	fake_fail_call("flistxattr", 1, EIO);
	assert_int_equal(kd_attrs_read(a->fd, &attrs), -EIO);
	fake_fail_no_more();
}

static void test_xattrs_are_kept(void **state)
{
	struct attrs_scene *a = *state;
	struct kd_buf text = { (char *)(uintptr_t)"new\n", 4 };
	struct kd_found kept, after;
	char value[8];

	if (fsetxattr(a->fd, "user.a", "bc", 2, 0) || fsetxattr(a->fd, "user.b", "", 0, 0)) {
		print_message("# no user attributes on the file system of TMPDIR\n");
		skip();
	}
	assert_int_equal(fchmod(a->fd, 0600), 0);
	assert_int_equal(kd_root_find(a->s.o.ctx, PATH, 100, &kept), 0);
	assert_non_null(strstr(kept.attrs.xattrs, USER_A ",757365722e62="));
	assert_int_equal(kd_root_rewrite(a->s.o.ctx, PATH, &text, &kept.attrs), 0);
	assert_int_equal(kd_root_find(a->s.o.ctx, PATH, 100, &after), 0);
	assert_string_equal(after.text.data, "new\n");
	assert_true(kd_attrs_equal(&kept.attrs, &after.attrs));
	assert_int_equal(getxattr(machine_path(&a->s.m, PATH), "user.a", value, sizeof(value)), 2);
	kd_found_free(&after);
	/* One that the old file had not does not stay. */
	set_xattrs(&kept.attrs, "757365722e62=");
	assert_int_equal(kd_attrs_apply(a->s.o.ctx, a->fd, &kept.attrs), 0);
	assert_int_equal(fgetxattr(a->fd, "user.a", value, sizeof(value)), -1);
	assert_int_equal(fgetxattr(a->fd, "user.b", value, sizeof(value)), 0);
	kd_found_free(&kept);
}

static void test_more_than_is_kept(void **state)
{
	struct attrs_scene *a = *state;
	struct kd_attrs attrs;

	if (fsetxattr(a->fd, "user.a", "bc", 2, 0))
		skip();
	fake_fail_call("fgetxattr", 1, ERANGE);
	assert_int_equal(kd_attrs_read(a->fd, &attrs), -E2BIG);
	/* Gone meanwhile, or nothing that we may see. */
	fake_fail_call("fgetxattr", 1, ENODATA);
	assert_int_equal(kd_attrs_read(a->fd, &attrs), 0);
	assert_string_equal(attrs.xattrs, "");
	kd_attrs_free(&attrs);
	fake_fail_no_more();
}

#define ATTRS(test) cmocka_unit_test_setup_teardown(test, set_up_attrs, tear_down_attrs)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ATTRS(test_mode_and_owner),
		ATTRS(test_what_cannot_be_set),
		ATTRS(test_text_is_damaged),
		ATTRS(test_no_xattrs_here),
		ATTRS(test_xattrs_are_kept),
		ATTRS(test_more_than_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
