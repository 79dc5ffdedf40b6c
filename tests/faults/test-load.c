/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Load, reload and unload: with everything failing that can fail (faults.h),
 * and with each trap of the kernel by itself.
 */
#define _GNU_SOURCE
#include "faults.h"

static void prepare_nothing(const struct machine *m)
{
	(void)m;
}

static void prepare_loaded(const struct machine *m)
{
	load_well(NULL);
	replace_image(m);
}

static int run_load(struct objects *o)
{
	int err = make_request(o, NULL);

	return err ? err : kdump_request_load(o->rq);
}

static int run_unload(struct objects *o)
{
	int err = make_request(o, NULL);

	return err ? err : kdump_request_unload(o->rq);
}

static enum kdump_outcome outcome(const struct objects *o)
{
	return o->rq ? kdump_request_get_outcome(o->rq) : KDUMP_OUTCOME_UNTOUCHED;
}

static bool is_changed(const struct objects *o)
{
	return outcome(o) != KDUMP_OUTCOME_UNTOUCHED;
}

static void check_loaded(const struct machine *m, const struct objects *o)
{
	char id[FAKE_ID];

	(void)m;
	fake_image_id(MACHINE_KERNEL, MACHINE_INITRD,
		      kdump_config_get_cmdline(o->config), id);
	assert_string_equal(fake_loaded(), id);
	assert_int_equal(outcome(o), KDUMP_OUTCOME_LOADED);
}

static void check_unloaded(const struct machine *m, const struct objects *o)
{
	(void)m;
	assert_string_equal(fake_loaded(), "");
	assert_int_equal(outcome(o), KDUMP_OUTCOME_UNPROTECTED);
}

static const struct operation first_load = {
	"first load", prepare_nothing, run_load, outcome, is_changed, check_loaded, false,
	NULL,
};
static const struct operation reload = {
	"reload", prepare_loaded, run_load, outcome, is_changed, check_loaded, false, NULL,
};
static const struct operation unload = {
	"unload", prepare_loaded, run_unload, outcome, is_changed, check_unloaded, true, NULL,
};

static void test_first_load(void **state)
{
	(void)state;
	run_all_faults(&first_load);
}

static void test_reload(void **state)
{
	(void)state;
	run_all_faults(&reload);
}

static void test_unload(void **state)
{
	(void)state;
	run_all_faults(&unload);
}

/* ---- one thing at a time ---- */

/* An image is loaded and kept, and another one is on the disk. */
static struct scene *with_image(void **state)
{
	struct scene *s = *state;

	prepare_loaded(&s->m);
	snprintf(s->before, sizeof(s->before), "%s", fake_loaded());
	return s;
}

static void assert_untouched(const struct scene *s, unsigned attempts)
{
	assert_string_equal(fake_loaded(), s->before);
	assert_int_equal(kdump_request_get_outcome(s->o.rq), KDUMP_OUTCOME_UNTOUCHED);
	assert_int_equal(fake_attempts(), attempts);
	check_record();
}

/* What the next look would make of the record: is the image known? */
static void assert_known(const struct scene *s, bool known)
{
	struct kd_record record;
	int found = kd_record_read(s->o.ctx, KD_RECORD_PATH, &record);

	assert_int_equal(found, known);
	if (!found)
		return;
	assert_string_equal(record.boot_id, MACHINE_BOOT_ID);
	kd_record_free(&record);
}

static void test_refused_twice(void **state)
{
	struct scene *s = with_image(state);

	assert_int_equal(make_request(&s->o, NULL), 0);
	fake_refuse(2, EKEYREJECTED);
	assert_failed(s, kdump_request_load(s->o.rq), -EKEYREJECTED, "signature-rejected");
	assert_int_equal(kdump_request_get_outcome(s->o.rq), KDUMP_OUTCOME_UNPROTECTED);
	assert_string_equal(fake_loaded(), "");
	assert_known(s, false);
}

static void test_refused_with_nothing_loaded(void **state)
{
	struct scene *s = *state;

	assert_int_equal(make_request(&s->o, NULL), 0);
	fake_refuse(1, ENOKEY);
	assert_failed(s, kdump_request_load(s->o.rq), -ENOKEY, "signature-unknown-key");
	assert_int_equal(kdump_request_get_outcome(s->o.rq), KDUMP_OUTCOME_UNTOUCHED);
	assert_int_equal(fake_attempts(), 1);
}

static void test_lockdown(void **state)
{
	struct scene *s = with_image(state);

	machine_put(&s->m, "sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	assert_int_equal(make_request(&s->o, NULL), 0);
	assert_failed(s, kdump_request_load(s->o.rq), -EPERM, "lockdown");
	assert_int_equal(kdump_request_get_outcome(s->o.rq), KDUMP_OUTCOME_UNPROTECTED);
	assert_string_equal(fake_loaded(), "");
}

static void test_copy_is_corrupt(void **state)
{
	struct scene *s = with_image(state);

	machine_put(&s->m, COPY "/initramfs", "not what it was");
	assert_int_equal(make_request(&s->o, NULL), 0);
	assert_failed(s, kdump_request_check(s->o.rq), -EPERM, "no-fallback");
	assert_failed(s, kdump_request_load(s->o.rq), -EPERM, "no-fallback");
	assert_untouched(s, 1);
}

/* Forced, it is tried; but what is broken is not put in place of what was good. */
static void test_corrupt_copy_is_not_loaded(void **state)
{
	struct scene *s = with_image(state);

	machine_put(&s->m, COPY "/initramfs", "not what it was");
	assert_int_equal(make_request(&s->o, "no-fallback"), 0);
	fake_refuse(1, EKEYREJECTED);
	assert_failed(s, kdump_request_load(s->o.rq), -EKEYREJECTED, "signature-rejected");
	assert_int_equal(kdump_request_get_outcome(s->o.rq), KDUMP_OUTCOME_UNPROTECTED);
	assert_string_equal(fake_loaded(), "");
	assert_int_equal(fake_attempts(), 2);
}

static void test_copy_is_missing(void **state)
{
	struct scene *s = with_image(state);

	machine_drop(&s->m, COPY "/kernel");
	assert_int_equal(make_request(&s->o, NULL), 0);
	assert_failed(s, kdump_request_load(s->o.rq), -EPERM, "no-fallback");
	assert_untouched(s, 1);
	assert_int_equal(kdump_request_add_force(s->o.rq, "no-fallback"), 0);
	assert_int_equal(kdump_request_load(s->o.rq), 0);
	check_loaded(&s->m, &s->o);
}

static void test_foreign_image(void **state)
{
	struct scene *s = with_image(state);

	machine_drop(&s->m, KD_RECORD_PATH);
	assert_int_equal(make_request(&s->o, NULL), 0);
	assert_failed(s, kdump_request_load(s->o.rq), -EPERM, "no-fallback");
	assert_untouched(s, 1);
}

/* The copy was made in an earlier boot, by a load of the same files with other words. */
static void test_copy_follows_the_load(void **state)
{
	struct scene *s = *state;
	char before[FAKE_ID];

	machine_put(&s->m, "proc/sys/kernel/random/boot_id", "an-earlier-boot\n");
	machine_put(&s->m, "proc/cmdline", "other=words crashkernel=256M\n");
	load_well(NULL);
	machine_fill(&s->m);
	machine_drop(&s->m, ".fake-loaded");
	load_well(NULL);
	snprintf(before, sizeof(before), "%s", fake_loaded());
	assert_null(strstr(before, "other=words"));
	replace_image(&s->m);
	assert_int_equal(make_request(&s->o, NULL), 0);
	fake_refuse(1, EKEYREJECTED);
	assert_failed(s, kdump_request_load(s->o.rq), -EKEYREJECTED, "signature-rejected");
	assert_int_equal(kdump_request_get_outcome(s->o.rq), KDUMP_OUTCOME_RESTORED);
	assert_string_equal(fake_loaded(), before);
	assert_known(s, true);
	check_record();
}

/* A copy of an earlier boot is all there is: what is loaded of it is known in this one. */
static void test_copy_of_an_earlier_boot(void **state)
{
	struct scene *s = *state;

	machine_put(&s->m, "proc/sys/kernel/random/boot_id", "an-earlier-boot\n");
	load_well(NULL);
	machine_put(&s->m, "proc/sys/kernel/random/boot_id", MACHINE_BOOT_ID "\n");
	replace_image(&s->m);
	assert_int_equal(make_request(&s->o, "no-fallback"), 0);
	fake_refuse(1, EKEYREJECTED);
	assert_failed(s, kdump_request_load(s->o.rq), -EKEYREJECTED, "signature-rejected");
	/* What was loaded in this boot was not known: it is not said to be that. */
	assert_int_equal(kdump_request_get_outcome(s->o.rq), KDUMP_OUTCOME_REPLACED);
	assert_known(s, true);
	check_record();
}

/* The new record cannot be written: then there is none, never the old one. */
static void test_record_cannot_be_written(void **state)
{
	struct scene *s = with_image(state);

	assert_int_equal(make_request(&s->o, NULL), 0);
	fake_fail_call("rename", 1, EIO);
	assert_int_equal(kdump_request_load(s->o.rq), 0);
	assert_non_null(strstr(kdump_request_get_note(s->o.rq), "not recorded"));
	check_loaded(&s->m, &s->o);
	assert_known(s, false);
}

static void test_busy_for_a_while(void **state)
{
	struct scene *s = with_image(state);

	assert_int_equal(make_request(&s->o, NULL), 0);
	fake_busy(1000);
	assert_int_equal(kdump_request_load(s->o.rq), 0);
	check_loaded(&s->m, &s->o);
	fake_busy(1000);
	assert_int_equal(kdump_request_unload(s->o.rq), 0);
	assert_string_equal(fake_loaded(), "");
	assert_known(s, false);
}

/* The look waits, and takes no 0 of crash_hotplug for an answer. */
static void test_look_while_busy(void **state)
{
	struct scene *s = with_image(state);

	fake_busy(1000);
	assert_int_equal(kdump_snapshot_new(s->o.ctx, &s->o.snap), 0);
	assert_int_equal(s->o.snap->kexec.hotplug, 1);
	assert_int_equal(s->o.snap->kexec.loaded, 1);
	assert_int_equal(s->o.snap->kexec.size, 256 * KD_MIB);
	s->o.snap = kdump_snapshot_unref(s->o.snap);
	fake_busy(10000);
	s->o.snap = UNTOUCHED;
	assert_failed(s, kdump_snapshot_new(s->o.ctx, &s->o.snap), -EBUSY, "load-in-progress");
	assert_ptr_equal(s->o.snap, UNTOUCHED);
	s->o.snap = NULL;
}

/* Busy only at the call itself: the old image is not touched, and known still. */
static void test_busy_for_too_long(void **state)
{
	struct scene *s = with_image(state);

	assert_int_equal(make_request(&s->o, NULL), 0);
	for (unsigned i = 0; i < 2; i++) {
		fake_busy(60000);
		assert_failed(s, i ? kdump_request_unload(s->o.rq) : kdump_request_load(s->o.rq),
			      -EBUSY, "load-in-progress");
		fake_busy(0);
		assert_untouched(s, 1);
		assert_known(s, true);
	}
}

static void test_file_is_being_written(void **state)
{
	static const char *const files[] = { MACHINE_KERNEL, MACHINE_INITRD };
	struct scene *s = with_image(state);

	assert_int_equal(make_request(&s->o, NULL), 0);
	for (size_t i = 0; i < KD_ARRAY_SIZE(files); i++) {
		int fd = open(machine_path(&s->m, files[i]), O_WRONLY | O_CLOEXEC);

		assert_true(fd >= 0);
		assert_failed(s, kdump_request_load(s->o.rq), -ETXTBSY, "file-being-written");
		assert_non_null(strstr(kdump_ctx_get_error(s->o.ctx), files[i]));
		assert_untouched(s, 1);
		close(fd);
	}
	assert_int_equal(kdump_request_load(s->o.rq), 0);
}

static void test_file_changed_since(void **state)
{
	struct scene *s = with_image(state);

	assert_int_equal(make_request(&s->o, NULL), 0);
	machine_put_initramfs(&s->m, MACHINE_INITRD, 3000, 'c');
	assert_failed(s, kdump_request_load(s->o.rq), -ESTALE, "file-changed");
	assert_untouched(s, 1);
}

static void test_changed_meanwhile(void **state)
{
	struct scene *s = *state;

	assert_int_equal(make_request(&s->o, NULL), 0);
	load_well(NULL);
	snprintf(s->before, sizeof(s->before), "%s", fake_loaded());
	assert_failed(s, kdump_request_load(s->o.rq), -ESTALE, "changed-meanwhile");
	assert_untouched(s, 1);
}

struct refusal {
	const char *path, *text;	/* what is different on the machine */
	int err;
	const char *id;
};

/* All of these are known before anything is touched. */
static void test_refused_beforehand(void **state)
{
	static const struct refusal rows[] = {
		{ "proc/sys/kernel/kexec_load_disabled", "1\n", -EPERM, "load-disabled" },
		{ "proc/sys/kernel/kexec_load_limit_panic", "0\n", -EPERM, "load-limit-used-up" },
		{ "proc/sys/kernel/kexec_load_limit_panic", "1\n", -EPERM, "load-limit" },
		{ "proc/self/status", "CapPrm:\t0000000000000000\n", -EPERM, "no-privilege" },
		{ "boot/config-" MACHINE_RELEASE, "# CONFIG_KEXEC_FILE is not set\nCONFIG_CMA=y\n",
		  -ENOSYS, "no-kexec-file-load" },
		{ "proc/cmdline", "a=xcrashkernel=256M crashkernel=256M\n", -EINVAL,
		  "append-crashkernel" },
		{ "proc/iomem", "00100000-7ffdcfff : System RAM\n"
		  "  6e000000-70ffffff : Crash kernel\n", -EADDRNOTAVAIL,
		  "reservation-too-small" },
	};
	struct scene *s = with_image(state);

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		char *text = machine_get(&s->m, rows[i].path);
		struct objects o = { .ctx = s->o.ctx };

		machine_put(&s->m, rows[i].path, rows[i].text);
		assert_int_equal(make_request(&o, NULL), 0);
		assert_failed(s, kdump_request_check(o.rq), rows[i].err, rows[i].id);
		assert_failed(s, kdump_request_load(o.rq), rows[i].err, rows[i].id);
		s->o.rq = o.rq;
		assert_untouched(s, 1);
		s->o.rq = NULL;
		o.ctx = NULL;
		release(&o);
		machine_put(&s->m, rows[i].path, text);
		free(text);
	}
}

static void test_other_owner(void **state)
{
	struct scene *s = with_image(state);

	machine_put(&s->m, "usr/sbin/kdump-config", "");
	machine_put(&s->m, "lib/systemd/system/kdump-tools.service", "");
	machine_link(&s->m, "etc/systemd/system/multi-user.target.wants/kdump-tools.service",
		     "/lib/systemd/system/kdump-tools.service");
	assert_int_equal(make_request(&s->o, NULL), 0);
	assert_failed(s, kdump_request_load(s->o.rq), -EBUSY, "other-owner");
	assert_non_null(strstr(kdump_ctx_get_advice(s->o.ctx), "systemctl disable --now"));
	assert_untouched(s, 1);
	assert_int_equal(kdump_request_add_force(s->o.rq, "other-owner"), 0);
	assert_int_equal(kdump_request_load(s->o.rq), 0);
}

static void test_command_line_too_long(void **state)
{
	struct scene *s = with_image(state);
	static const char guard[] = " acpi_no_memhotplug";	/* facts/config-cmdline.c */
	const size_t most = 2017 - sizeof(guard);
	char line[2048] = "";

	/* 2047 is what the kernel image takes: 30 for elfcorehdr=, and the NUL. */
	memset(line, 'x', most);
	machine_put(&s->m, "proc/cmdline", "");
	s->o.append = line;
	assert_int_equal(make_request(&s->o, NULL), 0);
	assert_int_equal(strlen(kdump_image_get_cmdline(s->o.image)), 2016);
	assert_null(kdump_image_get_added_word(s->o.image));
	assert_int_equal(kdump_request_check(s->o.rq), 0);
	release(&s->o);
	line[most] = 'x';
	s->o.append = line;
	assert_int_equal(kdump_ctx_new(&s->o.ctx), 0);
	assert_int_equal(make_request(&s->o, NULL), 0);
	assert_failed(s, kdump_request_load(s->o.rq), -E2BIG, "cmdline-too-long");
	assert_untouched(s, 1);
}

static void test_locked(void **state)
{
	struct scene *s = with_image(state);
	struct kdump_ctx *other;
	char pid[32];
	int lock;

	assert_int_equal(make_request(&s->o, NULL), 0);
	assert_int_equal(kdump_ctx_new(&other), 0);
	assert_int_equal(kd_lock_take(other, &lock), 0);
	kdump_ctx_set_lock_timeout(s->o.ctx, 500);
	assert_failed(s, kdump_request_load(s->o.rq), -ETIMEDOUT, "locked");
	snprintf(pid, sizeof(pid), "pid %d)", (int)getpid());
	assert_non_null(strstr(kdump_ctx_get_error(s->o.ctx), pid));
	assert_failed(s, kdump_request_unload(s->o.rq), -ETIMEDOUT, "locked");
	assert_untouched(s, 1);
	kd_lock_drop(lock);
	kdump_ctx_unref(other);
	assert_int_equal(kdump_request_load(s->o.rq), 0);
}

/* A copy of a machine is looked at; whatever is asked, nothing is done. */
static void test_another_root(void **state)
{
	struct scene *s = *state;
	struct machine other;

	machine_new(&other);
	machine_fill(&other);
	assert_int_equal(kdump_ctx_set_root(s->o.ctx, other.root), 0);
	assert_false(kdump_ctx_is_live(s->o.ctx));
	assert_int_equal(make_request(&s->o, NULL), 0);
	assert_failed(s, kdump_request_load(s->o.rq), -EROFS, "sysroot");
	assert_failed(s, kdump_request_unload(s->o.rq), -EROFS, "sysroot");
	assert_int_equal(fake_attempts(), 0);
	assert_null(machine_get(&other, KD_RECORD_PATH));
	machine_free(&other);
}

static void test_attempts_are_counted(void **state)
{
	struct scene *s = with_image(state);

	machine_put(&s->m, "proc/sys/kernel/kexec_load_limit_panic", "2\n");
	assert_int_equal(make_request(&s->o, NULL), 0);
	fake_refuse(1, ENOKEY);
	assert_failed(s, kdump_request_load(s->o.rq), -ENOKEY, "signature-unknown-key");
	assert_int_equal(kdump_request_get_outcome(s->o.rq), KDUMP_OUTCOME_RESTORED);
	machine_assert_text(&s->m, "proc/sys/kernel/kexec_load_limit_panic", "0\n");
	assert_string_equal(fake_loaded(), s->before);
}

static void test_unload_twice(void **state)
{
	struct scene *s = with_image(state);

	assert_int_equal(make_request(&s->o, NULL), 0);
	assert_int_equal(kdump_request_unload(s->o.rq), 0);
	assert_int_equal(kdump_request_unload(s->o.rq), 0);
	assert_string_equal(fake_loaded(), "");
	assert_known(s, false);
}

/* Without an image a request can only unload. */
static void test_request_without_image(void **state)
{
	struct scene *s = with_image(state);

	assert_int_equal(look(&s->o), 0);
	assert_int_equal(kdump_request_new(s->o.ctx, s->o.config, NULL, NULL, &s->o.rq), 0);
	assert_failed(s, kdump_request_load(s->o.rq), -EINVAL, "no-image");
	assert_failed(s, kdump_request_check(s->o.rq), -EINVAL, "no-image");
	assert_untouched(s, 1);
	assert_int_equal(kdump_request_unload(s->o.rq), 0);
	assert_string_equal(fake_loaded(), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_refused_twice),
		ONE(test_refused_with_nothing_loaded),
		ONE(test_lockdown),
		ONE(test_copy_is_corrupt),
		ONE(test_corrupt_copy_is_not_loaded),
		ONE(test_copy_is_missing),
		ONE(test_foreign_image),
		ONE(test_copy_follows_the_load),
		ONE(test_copy_of_an_earlier_boot),
		ONE(test_record_cannot_be_written),
		ONE(test_busy_for_a_while),
		ONE(test_look_while_busy),
		ONE(test_busy_for_too_long),
		ONE(test_file_is_being_written),
		ONE(test_file_changed_since),
		ONE(test_changed_meanwhile),
		ONE(test_refused_beforehand),
		ONE(test_other_owner),
		ONE(test_command_line_too_long),
		ONE(test_locked),
		ONE(test_another_root),
		ONE(test_attempts_are_counted),
		ONE(test_unload_twice),
		ONE(test_request_without_image),
		cmocka_unit_test_teardown(test_first_load, tell_where),
		cmocka_unit_test_teardown(test_reload, tell_where),
		cmocka_unit_test_teardown(test_unload, tell_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
