/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What a monitor hears and a watcher keeps, on a machine where hotplug comes when
 * it is asked for, inotify runs out, and each call fails once.
 */
#include <poll.h>

#include "faults.h"

#include "../../lib/facts/watch.h"

#define UNT KDUMP_OUTCOME_UNTOUCHED

struct watched {
	struct kdump_ctx *ctx;
	struct kdump_snapshot *snap;
	struct kdump_config *config;
	struct kdump_monitor *monitor;
	struct kdump_watch *watch;
};

static int set_up_machine(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));

	machine_new(m);
	machine_fill(m);
	*state = m;
	return 0;
}

static int tear_down_machine(void **state)
{
	machine_free(*state);
	free(*state);
	return 0;
}

static int begin(struct watched *w)
{
	int err = MAKE(w->snap, kdump_snapshot_new(w->ctx, &w->snap));

	if (!err)
		err = MAKE(w->config, kdump_config_new(w->ctx, w->snap, &w->config));
	if (!err)
		err = MAKE(w->watch, kdump_watch_new(w->ctx, &w->watch));
	if (!err)
		err = MAKE(w->monitor, kdump_monitor_new(w->ctx, w->config, &w->monitor));
	return err;
}

static void end(struct watched *w)
{
	kdump_monitor_unref(w->monitor);
	kdump_watch_unref(w->watch);
	kdump_config_unref(w->config);
	kdump_snapshot_unref(w->snap);
	kdump_ctx_unref(w->ctx);
	assert_int_equal(fake_open_files(), 0);
}

static void start(struct watched *w, const struct machine *m)
{
	*w = (struct watched){ 0 };
	fake_start(m->root);
	assert_int_equal(kdump_ctx_new(&w->ctx), 0);
	assert_int_equal(begin(w), 0);
}

/* "KIND SUBJECT", one event; "" where there is none.  Waits for as long as it takes. */
static const char *heard(struct watched *w, int ms)
{
	static char text[1200];
	struct pollfd fd = { .fd = kdump_monitor_get_fd(w->monitor), .events = POLLIN };
	const struct kdump_event *event;
	int r = kdump_monitor_next(w->monitor, &event);

	if (!r && poll(&fd, 1, ms) > 0)
		r = kdump_monitor_next(w->monitor, &event);
	assert_true(r == 0 || r == KDUMP_AGAIN);
	text[0] = '\0';
	if (r)
		snprintf(text, sizeof(text), "%u %s%s", kdump_event_get_kind(event),
			 kdump_event_get_subject(event),
			 kdump_event_is_writing(event) ? "*" : "");
	return text;
}

/* Until nothing more comes; the last that was told. */
static const char *last_heard(struct watched *w)
{
	static char last[1200];
	const char *text;

	last[0] = '\0';
	while (*(text = heard(w, 0)))
		snprintf(last, sizeof(last), "%s", text);
	return last;
}

static void test_hears(void **state)
{
	const struct machine *m = *state;
	struct watched w;

	start(&w, m);
	assert_string_equal(last_heard(&w), "");
	fake_uevent("memory", "online", "memory32");
	fake_uevent("cpu", "add", "cpu3");
	assert_string_equal(heard(&w, 0), "1 memory32 online");
	assert_string_equal(heard(&w, 0), "2 cpu3 add");
	assert_string_equal(heard(&w, 0), "");
	fake_uevent("lost", "lost", "lost");
	assert_string_equal(heard(&w, 0), "0 more hotplug events than could be kept");
	machine_put(m, MACHINE_KERNEL, "another");
	assert_string_equal(last_heard(&w), "4 " MACHINE_KERNEL);
	machine_put(m, MACHINE_INITRD, "another");
	assert_string_equal(last_heard(&w), "5 " MACHINE_INITRD);
	machine_put(m, "/etc/crashctl.conf.d/a.conf", "append = x\n");
	assert_string_equal(last_heard(&w), "6 /etc/crashctl.conf.d");
	machine_put(m, "/etc/default/kdump-tools", "USE_KDUMP=0\n");
	assert_string_equal(last_heard(&w), "6 /etc/default/kdump-tools");
	machine_put(m, KD_RECORD_PATH, "x");
	assert_string_equal(last_heard(&w), "7 " KD_RECORD_PATH);
	machine_put(m, KD_UNLOADED_PATH, "x");
	assert_string_equal(last_heard(&w), "7 " KD_UNLOADED_PATH);
	/* Its own record is no news. */
	machine_put(m, KD_WATCH_PATH, "x");
	machine_put(m, "/boot/something", "else");
	assert_string_equal(last_heard(&w), "");
	/* A file that would be taken in place of the one that is there. */
	machine_put(m, "/var/lib/kdump/initrd.img", "later in the list");
	assert_string_equal(last_heard(&w), "5 /var/lib/kdump/initrd.img");
	end(&w);
}

static void test_reservation(void **state)
{
	const struct machine *m = *state;
	struct watched w;
	FILE *f;

	start(&w, m);
	f = fopen(machine_path(m, "/sys/kernel/kexec/crash_size"), "r+e");
	assert_non_null(f);
	fputs("134217728\n", f);
	fclose(f);
	assert_string_equal(last_heard(&w), "3 /sys/kernel/kexec/crash_size");
	end(&w);
}

/* inotify has nothing left, in whole or in part: then by the clock. */
static void test_limits(void **state)
{
	static const char *const calls[] = { "inotify", "inotify_add" };
	const struct machine *m = *state;
	struct watched w;

	for (size_t i = 0; i < KD_ARRAY_SIZE(calls); i++) {
		w = (struct watched){ 0 };
		fake_start(m->root);
		assert_int_equal(kdump_ctx_new(&w.ctx), 0);
		fake_fail_call(calls[i], 1, i ? ENOSPC : EMFILE);
		assert_int_equal(begin(&w), 0);
		assert_string_equal(fake_failed(), calls[i]);
		fake_fail_no_more();
		assert_true(kdump_monitor_is_limited(w.monitor));
		assert_string_equal(heard(&w, 0), "");
		machine_put(m, MACHINE_INITRD, i ? "one" : "another");
		assert_string_equal(heard(&w, 1000), i ? "5 " MACHINE_INITRD "*"
						       : "5 " MACHINE_INITRD);
		/* Watches that were let go of are taken at the next look. */
		poll(NULL, 0, 100);
		last_heard(&w);
		assert_int_equal(kdump_monitor_is_limited(w.monitor), i == 0);
		end(&w);
	}
}

static void test_follows(void **state)
{
	const struct machine *m = *state;
	struct watched w;

	machine_put(m, "/srv/initrd", "elsewhere");
	start(&w, m);
	assert_int_equal(kdump_monitor_follow(w.monitor, w.config), 0);
	assert_int_equal(kdump_config_set_initramfs(w.config, "/srv/initrd"), 0);
	assert_int_equal(kdump_monitor_follow(w.monitor, w.config), 1);
	assert_int_equal(kdump_monitor_follow(w.monitor, w.config), 0);
	assert_string_equal(last_heard(&w), "");
	machine_put(m, "/srv/initrd", "another");
	assert_string_equal(last_heard(&w), "5 /srv/initrd");
	end(&w);
}

static void assert_record(struct watched *w, uint64_t reloads, uint64_t failures,
			  const char *failed)
{
	struct kd_watch_record record;

	assert_int_equal(kd_watch_read(w->ctx, &record), 1);
	assert_int_equal(record.reloads, reloads);
	assert_int_equal(record.failures, failures);
	assert_string_equal(record.failed_id, failed);
	assert_int_equal(record.failed_time != 0, *failed != '\0');
	assert_int_equal(record.retry_time != 0, kdump_watch_get_retry_time(w->watch) != 0);
}

static void make_report(struct watched *w, struct kdump_report **ret)
{
	struct kdump_image *image;

	kdump_config_unref(w->config);
	kdump_snapshot_unref(w->snap);
	assert_int_equal(kdump_snapshot_new(w->ctx, &w->snap), 0);
	assert_int_equal(kdump_config_new(w->ctx, w->snap, &w->config), 0);
	assert_int_equal(kdump_image_new(w->ctx, w->config, &image), 0);
	assert_int_equal(kdump_report_new(w->ctx, w->config, image, NULL, NULL, ret), 0);
	kdump_image_unref(image);
}

static enum kdump_choice judge(struct watched *w)
{
	struct kdump_report *report;
	enum kdump_choice what;

	make_report(w, &report);
	what = kdump_watch_judge(w->watch, report);
	kdump_report_unref(report);
	return what;
}

/* The record is true after each step, and goes on counting after the watcher. */
static void test_record(void **state)
{
	const struct machine *m = *state;
	struct kdump_watch *other = UNTOUCHED;
	struct watched w;

	start(&w, m);
	assert_int_equal(kdump_watch_get_timeout(w.watch), 0);
	assert_int_equal(kdump_watch_new(w.ctx, &other), -EBUSY);
	assert_ptr_equal(other, UNTOUCHED);
	assert_string_equal(kdump_ctx_get_error_id(w.ctx), "already-watched");
	assert_int_equal(judge(&w), KDUMP_CHOICE_LOAD);
	assert_string_equal(kdump_watch_get_reason(w.watch), "not-loaded");
	kdump_watch_done(w.watch, -EBADMSG, UNT, "file-cut", "it ends in the middle");
	assert_record(&w, 0, 1, "file-cut");
	assert_in_range(kdump_watch_get_timeout(w.watch), 4000, 5000);
	assert_int_not_equal(kdump_watch_get_retry_time(w.watch), 0);
	assert_false(kdump_watch_is_pending(w.watch));
	assert_int_equal(judge(&w), KDUMP_CHOICE_LOAD);
	kdump_watch_done(w.watch, -ESTALE, UNT, "changed-meanwhile", "another was faster");
	assert_record(&w, 0, 1, "file-cut");
	assert_in_range(kdump_watch_get_timeout(w.watch), 900, 1000);
	assert_true(kdump_watch_is_pending(w.watch));
	load_well(NULL);
	assert_int_equal(judge(&w), KDUMP_CHOICE_KEEP);
	kdump_watch_done(w.watch, 0, UNT, "", "");
	assert_record(&w, 0, 1, "");
	assert_int_equal(kdump_watch_get_timeout(w.watch), -1);
	replace_image(m);
	assert_int_equal(judge(&w), KDUMP_CHOICE_LOAD);
	assert_string_equal(kdump_watch_get_reason(w.watch), "kernel");
	kdump_watch_done(w.watch, 0, KDUMP_OUTCOME_LOADED, "", "");
	assert_record(&w, 1, 1, "");
	kdump_watch_unref(w.watch);
	assert_int_equal(kdump_watch_new(w.ctx, &w.watch), 0);
	assert_record(&w, 1, 1, "");
	assert_int_equal(kdump_watch_get_reloads(w.watch), 1);
	/* No report at all: tried again, as any failure. */
	assert_false(kdump_watch_judge(w.watch, NULL));
	kdump_watch_done(w.watch, -EIO, UNT, "read-failed", "the disk is broken");
	assert_record(&w, 1, 2, "read-failed");
	end(&w);
}

/* What a load of one's own leaves in the record is no event; another's is. */
static void test_own_load(void **state)
{
	const struct machine *m = *state;
	const struct kdump_event *event;
	struct watched w;

	start(&w, m);
	last_heard(&w);
	assert_int_equal(judge(&w), KDUMP_CHOICE_LOAD);
	load_well(NULL);
	kdump_watch_done(w.watch, 0, KDUMP_OUTCOME_LOADED, "", "");
	while (kdump_monitor_next(w.monitor, &event) == KDUMP_AGAIN)
		kdump_watch_note(w.watch, event);
	assert_false(kdump_watch_is_pending(w.watch));
	machine_put(m, KD_UNLOADED_PATH, "x");
	machine_put(m, KD_RECORD_PATH, "another's");
	while (kdump_monitor_next(w.monitor, &event) == KDUMP_AGAIN)
		kdump_watch_note(w.watch, event);
	assert_true(kdump_watch_is_pending(w.watch));
	end(&w);
}

static void test_times(void **state)
{
	const struct machine *m = *state;
	struct watched w;

	start(&w, m);
	assert_int_equal(kdump_watch_set_times(w.watch, 0, 999), -EINVAL);
	assert_int_equal(kdump_watch_set_times(w.watch, 2000, 1000), -EINVAL);
	assert_int_equal(kdump_watch_set_times(w.watch, 1000, 3600 * 1000 + 1), -EINVAL);
	assert_int_equal(kdump_watch_set_times(w.watch, 1, 1), 0);
	assert_int_equal(kdump_watch_set_times(w.watch, 3600 * 1000, 3600 * 1000), 0);
	end(&w);
}

static void test_elsewhere(void **state)
{
	const struct machine *m = *state;
	struct watched w = { 0 };

	fake_start(m->root);
	assert_int_equal(kdump_ctx_new(&w.ctx), 0);
	assert_int_equal(kdump_ctx_set_root(w.ctx, machine_path(m, "/etc")), 0);
	assert_int_equal(begin(&w), -EROFS);
	assert_string_equal(kdump_ctx_get_error_id(w.ctx), "sysroot");
	end(&w);
}

/* All of it once, with the @n-th call failing; false where it ended before that. */
static bool fault_once(const struct machine *m, const struct fault *fault, unsigned long n)
{
	struct watched w = { 0 };
	const struct kdump_event *event = UNTOUCHED;
	bool met;
	int err;

	fake_start(m->root);
	assert_int_equal(kdump_ctx_new(&w.ctx), 0);
	begin_fault(fault, n);
	err = begin(&w);
	if (!err) {
		fake_uevent("memory", "online", "memory32");
		machine_put(m, MACHINE_INITRD, "another");
		while ((err = kdump_monitor_next(w.monitor, &event)) == KDUMP_AGAIN)
			kdump_watch_note(w.watch, event);
	}
	if (!err)
		err = kdump_monitor_follow(w.monitor, w.config);
	if (w.watch)
		kdump_watch_done(w.watch, err, UNT, "id", "text");
	met = end_fault(fault);
	assert_true(err <= 0);
	if (err)
		assert_string_not_equal(kdump_ctx_get_error(w.ctx), "");
	end(&w);
	assert_int_equal(count_left_over(m), 0);
	return met;
}

static void test_faults(void **state)
{
	static const struct fault faults[] = {
		{ 0, false }, { EIO, false }, { EACCES, false }, { ENOSPC, false },
		{ EMFILE, false },
	};
	const struct machine *m = *state;
	unsigned long tried = 0;

	for (size_t f = 0; f < KD_ARRAY_SIZE(faults); f++)
		for (unsigned long n = 1; fault_once(m, &faults[f], n); n++)
			tried++;
	print_message("# %lu faults\n", tried);
	assert_true(tried > 500);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_machine, tear_down_machine)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_hears), TEST(test_reservation), TEST(test_limits), TEST(test_follows),
		TEST(test_record), TEST(test_own_load), TEST(test_times), TEST(test_elsewhere),
		TEST(test_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
