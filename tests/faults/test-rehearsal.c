/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * A rehearsal, from the image that was read to the minimum that is kept, with each call
 * failing: the caller is told, nothing leaks, and no entry is kept that is not whole.
 */
#define _GNU_SOURCE
#include "faults.h"

#include <glob.h>
#include <sys/mman.h>

#define MINIMUM	(90 * KD_MIB)
#define KEPT	"var/cache/crashctl"
#define LOADED	"crashctl-rehearsal: loaded\nLinux version 7.2\nMemory: 1K/90000K available\n"

static const char init[] = "\177ELF, nearly";

/* As a guest would tell it to a caller that has a QEMU. */
static void hear(struct kdump_rehearsal *r)
{
	const char *text = kdump_rehearsal_get_main(r) >= MINIMUM ?
		LOADED "Run /init as init process\n" :
		LOADED "Initramfs unpacking failed: write error\n";

	kdump_rehearsal_begin(r, 0);
	kdump_rehearsal_feed(r, 1, text, strlen(text));
	kdump_rehearsal_end(r, 2);
	assert_int_not_equal(kdump_rehearsal_get_result(r), KDUMP_REHEARSED_OPEN);
}

/* 0 and what is kept, or the first error. */
static int rehearse(struct objects *o, struct kdump_rehearsal **ret)
{
	int files[2] = { memfd_create("kernel", 0), memfd_create("archive", 0) };
	enum kdump_rehearsed below;
	int err = MAKE(*ret, kdump_rehearsal_new(o->ctx, o->image, o->est, ret));

	assert_true(files[0] >= 0 && files[1] >= 0);
	if (!err)
		err = kdump_rehearsal_set_main(*ret, MINIMUM + 3 * KD_MIB);
	if (!err)
		err = kdump_rehearsal_pack(*ret, init, sizeof(init), files[0], files[1]);
	while (!err && (err = kdump_rehearsal_next(*ret, true)) == KDUMP_AGAIN) {
		hear(*ret);
		err = 0;
	}
	if (!err)
		assert_int_equal(kdump_rehearsal_get_minimum(*ret, &below), MINIMUM);
	if (!err)
		err = kdump_rehearsal_save(*ret);
	close(files[0]);
	close(files[1]);
	return err;
}

/* The one entry that is kept, to be freed; NULL: none. */
static char *kept(const struct machine *m)
{
	size_t root = strlen(machine_path(m, ""));
	char *text = NULL;
	glob_t found;

	if (glob(machine_path(m, KEPT "/measured-*"), 0, NULL, &found))
		return NULL;
	assert_int_equal(found.gl_pathc, 1);
	text = machine_get(m, found.gl_pathv[0] + root);
	globfree(&found);
	assert_non_null(text);
	return text;
}

static void forget_kept(const struct machine *m)
{
	if (!access(machine_path(m, KEPT), F_OK))
		machine_remove(machine_path(m, KEPT));
}

/*
 * Not kept, without an error, is for users who may not.  That all went well is believed of
 * a kept entry that is whole: a look whether a folder is there may fail, and it is made.
 */
static bool may_end_so(const struct objects *o, const struct fault *fault, bool met, int err)
{
	if (err < 0)
		return met && *kdump_ctx_get_error(o->ctx) && *kdump_ctx_get_error_id(o->ctx) &&
		       (fault->err || err == -ENOMEM);
	return !err || (met && (fault->err == EACCES || fault->err == EROFS));
}

static void fail_each(const struct machine *m, struct objects *o, const struct fault *fault,
		      const char *whole)
{
	struct kdump_rehearsal *r = NULL;
	int open = fake_open_files(), err;
	unsigned long n = 0, told = 0;
	char *text;
	bool met;

	do {
		forget_kept(m);
		begin_fault(fault, ++n);
		err = rehearse(o, &r);
		met = end_fault(fault);
		snprintf(where, sizeof(where), "call %lu: %d, in %s: %d, %s", n, fault->err,
			 met && fault->err ? fake_failed() : "memory", err,
			 kdump_ctx_get_error(o->ctx));
		assert_true(may_end_so(o, fault, met, err));
		told += err < 0;
		r = kdump_rehearsal_unref(r);
		assert_int_equal(fake_open_files(), open);
		if (!fault->from)
			assert_int_equal(count_left_over(m), 0);
		text = kept(m);
		assert_true(text || err);
		if (text)
			assert_string_equal(text, whole);
		free(text);
	} while (met);
	where[0] = '\0';
	print_message("# %lu faults of %d, %lu told\n", n - 1, fault->err, told);
	assert_true(n > 20);
	/* What has no errno that is an error at all is one byte written at first. */
	assert_true(fault->err == FAKE_SHORT ? !told : told > n / 4);
}

static void test_faults(void **state)
{
	static const struct fault faults[] = {
		{ 0, false }, { EIO, false }, { ENOSPC, false }, { ENOENT, false },
		{ EACCES, false }, { EROFS, false }, { FAKE_SHORT, false }, { EIO, true },
	};
	struct scene *s = *state;
	struct kdump_rehearsal *r;
	char *whole;

	s->o.append = "nr_cpus=1";
	assert_int_equal(look(&s->o), 0);
	assert_int_equal(rehearse(&s->o, &r), 0);
	kdump_rehearsal_unref(r);
	whole = kept(&s->m);
	assert_non_null(whole);
	assert_non_null(strstr(whole, "MAIN=94371840\n"));
	for (size_t i = 0; i < KD_ARRAY_SIZE(faults); i++)
		fail_each(&s->m, &s->o, &faults[i], whole);
	free(whole);
}

/* What is not packed is not tried, and what cannot be is told. */
static void test_refused(void **state)
{
	struct scene *s = *state;
	struct kdump_rehearsal *r;

	assert_int_equal(look(&s->o), 0);
	assert_int_equal(kdump_rehearsal_new(s->o.ctx, s->o.image, s->o.est, &r), 0);
	assert_failed(s, kdump_rehearsal_set_main(r, 3 * KD_GIB), -EINVAL, "rehearsal-main");
	s->o.snap->mem_available = 128 * KD_MIB;
	assert_failed(s, kdump_rehearsal_next(r, false), -ENOSPC, "guest-too-large");
	s->o.snap->mem_available = 0;
	assert_int_equal(kdump_rehearsal_next(r, false), KDUMP_AGAIN);
	/* The same guest once more, as where KVM did not come up: the search forgets the first. */
	assert_int_equal(kdump_rehearsal_next(r, true), KDUMP_AGAIN);
	kdump_rehearsal_begin(r, 0);
	kdump_rehearsal_end(r, 1);
	assert_int_equal(kdump_rehearsal_get_result(r), KDUMP_REHEARSED_NOT_TRIED);
	assert_int_equal(kdump_rehearsal_count_trials(r), 1);
	kdump_rehearsal_begin(r, 2);
	assert_int_equal(kdump_rehearsal_count_trials(r), 0);
	assert_int_equal(kdump_rehearsal_get_result(r), KDUMP_REHEARSED_OPEN);
	assert_int_equal(kdump_rehearsal_next(r, true), KDUMP_AGAIN);
	kdump_rehearsal_unref(r);
}

static int tear_down_and_tell(void **state)
{
	tell_where(state);
	return tear_down(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_faults, set_up, tear_down_and_tell),
		ONE(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
