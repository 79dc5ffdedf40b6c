/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The watcher's lock and record on the live root, and the marker that an unload leaves:
 * what fails here never makes an unload or a look at the machine fail, but for memory.
 */
#define _GNU_SOURCE
#include "faults.h"

#include "../../lib/facts/watch.h"

static const struct kd_watch_record record = {
	.boot_id = MACHINE_BOOT_ID, .since = 1767225600, .reloads = 2, .last_reason = "memory",
};

static void put_record(const struct machine *m)
{
	char *text;
	size_t len;

	assert_int_equal(kd_watch_write(&record, &text, &len), 0);
	machine_put_bytes(m, KD_WATCH_PATH, text, len);
	free(text);
}

static void put_marker(const struct machine *m)
{
	char *text;
	size_t len;

	assert_int_equal(kd_unloaded_write(MACHINE_BOOT_ID, 1767225600, &text, &len), 0);
	machine_put_bytes(m, KD_UNLOADED_PATH, text, len);
	free(text);
}

static int take_lock(const struct machine *m)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd;

	machine_put(m, KD_WATCH_LOCK, "");
	fd = open(machine_path(m, KD_WATCH_LOCK), O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
	return fd;
}

static void test_running(void **state)
{
	struct scene *s = *state;
	int holder;

	assert_int_equal(kd_watch_running(s->o.ctx), 0);
	holder = take_lock(&s->m);
	assert_int_equal(kd_watch_running(s->o.ctx), 1);
	close(holder);
	assert_int_equal(kd_watch_running(s->o.ctx), 0);
	/* A folder there is none of ours. */
	machine_drop(&s->m, KD_WATCH_LOCK);
	machine_mkdirs(&s->m, KD_WATCH_LOCK);
	assert_int_equal(kd_watch_running(s->o.ctx), -1);
}

/* Each call of the look fails once; only what is not known is ever said otherwise. */
static void look_with(struct scene *s, int err)
{
	struct kd_watch_facts facts;

	for (unsigned long n = 1; ; n++) {
		bool met;
		int r;

		begin_fault(&(struct fault){ err, false }, n);
		r = kd_watch_facts_read(s->o.ctx, &facts);
		met = end_fault(&(struct fault){ err, false });
		if (r) {
			assert_int_equal(r, -ENOMEM);
			assert_true(met && (!err || err == ENOMEM));
			continue;
		}
		/* What is not there is nobody; else it cannot be seen. */
		assert_true(facts.running == 1 || (met && (err == ENOENT || facts.running < 0)));
		assert_true(facts.has_record || met);
		assert_true(facts.unloaded || met);
		if (facts.has_record)
			assert_int_equal(facts.record.reloads, 2);
		if (facts.unloaded)
			assert_int_equal(facts.unloaded_time, 1767225600);
		if (!met)
			break;
	}
	assert_int_equal(fake_open_files(), 1);
}

static void test_look(void **state)
{
	static const int errors[] = { 0, EIO, ENOENT, EACCES, ENOMEM, FAKE_SHORT };
	struct scene *s = *state;
	int holder = take_lock(&s->m);

	put_record(&s->m);
	put_marker(&s->m);
	for (size_t i = 0; i < KD_ARRAY_SIZE(errors); i++)
		look_with(s, errors[i]);
	close(holder);
}

/* ---- the marker ---- */

static void assert_unloaded(const struct scene *s, bool unloaded)
{
	int64_t time = 0;

	assert_int_equal(kd_unloaded_read(s->o.ctx, &time), unloaded);
	assert_int_equal(time, unloaded ? 1767225600 : 0);
}

static void test_unload_is_marked(void **state)
{
	struct scene *s = *state;
	struct stat st;

	load_well(NULL);
	assert_unloaded(s, false);
	assert_int_equal(make_request(&s->o, NULL), 0);
	assert_int_equal(kdump_request_unload(s->o.rq), 0);
	assert_string_equal(kdump_request_get_note(s->o.rq), "");
	assert_unloaded(s, true);
	/* Everybody may know. */
	assert_int_equal(stat(machine_path(&s->m, KD_UNLOADED_PATH), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	load_well(NULL);
	assert_unloaded(s, false);
}

/* Also where nothing was loaded: that it stays so is asked for. */
static void test_unload_of_nothing_is_marked(void **state)
{
	struct scene *s = *state;

	assert_int_equal(make_request(&s->o, NULL), 0);
	assert_int_equal(kdump_request_unload(s->o.rq), 0);
	assert_unloaded(s, true);
}

static void test_failed_unload_is_not(void **state)
{
	struct scene *s = *state;

	load_well(NULL);
	assert_int_equal(make_request(&s->o, NULL), 0);
	fake_fail_call("unload", 1, EIO);
	assert_failed(s, kdump_request_unload(s->o.rq), -EIO, "kernel-refused");
	assert_unloaded(s, false);
}

static void test_marker_cannot_be_written(void **state)
{
	struct scene *s = *state;

	load_well(NULL);
	assert_int_equal(make_request(&s->o, NULL), 0);
	fake_fail_call("rename", 1, ENOSPC);
	assert_int_equal(kdump_request_unload(s->o.rq), 0);
	assert_string_equal(fake_failed(), "rename");
	assert_non_null(strstr(kdump_request_get_note(s->o.rq), KD_UNLOADED_PATH));
	assert_string_equal(fake_loaded(), "");
	assert_unloaded(s, false);
}

/* The image is in place and recorded, and that it is told. */
static void test_marker_cannot_be_removed(void **state)
{
	struct scene *s = *state;

	put_marker(&s->m);
	assert_int_equal(make_request(&s->o, NULL), 0);
	/* The first is that of the old record. */
	fake_fail_call("unlink", 2, EIO);
	assert_int_equal(kdump_request_load(s->o.rq), 0);
	assert_string_equal(fake_failed(), "unlink");
	assert_non_null(strstr(kdump_request_get_note(s->o.rq), KD_UNLOADED_PATH));
	assert_string_not_equal(fake_loaded(), "");
	check_record();
}

/* A load that the kernel refuses leaves what was said before. */
static void test_refused_load_keeps_it(void **state)
{
	struct scene *s = *state;

	put_marker(&s->m);
	assert_int_equal(make_request(&s->o, NULL), 0);
	fake_refuse(1, ENOKEY);
	assert_failed(s, kdump_request_load(s->o.rq), -ENOKEY, "signature-unknown-key");
	assert_unloaded(s, true);
}

/* What is restored is loaded too: another tool may have loaded since the unload. */
static void test_restored_image_removes_it(void **state)
{
	struct scene *s = *state;

	load_well(NULL);
	put_marker(&s->m);
	replace_image(&s->m);
	assert_int_equal(make_request(&s->o, NULL), 0);
	fake_refuse(1, EKEYREJECTED);
	assert_failed(s, kdump_request_load(s->o.rq), -EKEYREJECTED, "signature-rejected");
	assert_int_equal(kdump_request_get_outcome(s->o.rq), KDUMP_OUTCOME_RESTORED);
	assert_unloaded(s, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_running),
		ONE(test_look),
		ONE(test_unload_is_marked),
		ONE(test_unload_of_nothing_is_marked),
		ONE(test_failed_unload_is_not),
		ONE(test_marker_cannot_be_written),
		ONE(test_marker_cannot_be_removed),
		ONE(test_refused_load_keeps_it),
		ONE(test_restored_image_removes_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
