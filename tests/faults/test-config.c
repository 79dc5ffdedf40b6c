/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Reading crashctl.conf with memory running out and files that fail: what it says
 * counts, or it is told that it does not.
 */
#define _GNU_SOURCE
#include "faults.h"

static void put_files(const struct machine *m)
{
	machine_put(m, "etc/os-release", "ID=suse\n");
	machine_put(m, "proc/cmdline", "ro root=/dev/vda1 quiet\n");
	machine_put(m, "etc/sysconfig/kdump", "KDUMP_CPUS=4\nKDUMP_COMMANDLINE_APPEND=theirs\n");
	machine_put(m, "etc/crashctl.conf", "remove = quiet irqpoll\nappend-more = one\n"
					    "kernel = /boot/%v-%%\nluks = 1G\nmargin = 9%\n");
	machine_put(m, "etc/crashctl.conf.d/2.conf", "append-more = two\nsyscall = segments\n");
	machine_put(m, "usr/lib/crashctl/crashctl.conf.d/1.conf", "append-more = three\n");
	machine_put(m, "usr/lib/crashctl/crashctl.conf.d/3.conf", "keep-last-good = no\n");
}

static void check_config(const struct kdump_config *config)
{
	const char *line = kdump_config_get_cmdline(config);

	if (kdump_config_count_ignored(config))
		return;
	if (line) {
		assert_true(ends_with(line, " one three two"));
		assert_null(strstr(line, "irqpoll"));
		assert_null(strstr(line, "quiet"));
	}
	assert_int_equal(kdump_config_get_syscall(config), KDUMP_SYSCALL_SEGMENTS);
	assert_false(kdump_config_keeps_last_good(config));
	assert_int_equal(config->asked.margin.percent, 9);
	assert_int_equal(config->luks_bytes, KD_GIB);
}

/* False where it was read before the @n-th call. */
static bool read_once(const struct machine *m, const struct fault *fault, unsigned long n)
{
	struct objects o = { 0 };
	bool met;
	int err;

	fake_start(m->root);
	assert_int_equal(kdump_ctx_new(&o.ctx), 0);
	assert_int_equal(kdump_snapshot_new(o.ctx, &o.snap), 0);
	begin_fault(fault, n);
	err = MAKE(o.config, kdump_config_new(o.ctx, o.snap, &o.config));
	met = end_fault(fault);
	if (err) {
		assert_true(met);
		assert_string_not_equal(kdump_ctx_get_error(o.ctx), "");
		if (!fault->err)
			assert_int_equal(err, -ENOMEM);
	} else {
		check_config(o.config);
		assert_true(met || !kdump_config_count_ignored(o.config));
	}
	release(&o);
	assert_int_equal(fake_open_files(), 0);
	return met;
}

static void test_config(void **state)
{
	static const struct fault faults[] = {
		{ 0, false }, { EIO, false }, { EACCES, false }, { EIO, true },
	};
	struct machine m;

	(void)state;
	machine_new(&m);
	machine_fill(&m);
	put_files(&m);
	for (size_t i = 0; i < KD_ARRAY_SIZE(faults); i++) {
		unsigned long n = 1;

		while (read_once(&m, &faults[i], n))
			n++;
		print_message("# %lu faults\n", n - 1);
		assert_true(n > 20);
	}
	machine_free(&m);
}

/* The same words again, however often they are set. */
static void test_append(void **state)
{
	static const struct fault no_memory = { 0, false };
	struct objects o = { 0 };
	struct machine m;
	char before[512];
	int err = -ENOMEM;

	(void)state;
	machine_new(&m);
	machine_fill(&m);
	put_files(&m);
	fake_start(m.root);
	assert_int_equal(kdump_ctx_new(&o.ctx), 0);
	assert_int_equal(kdump_snapshot_new(o.ctx, &o.snap), 0);
	assert_int_equal(kdump_config_new(o.ctx, o.snap, &o.config), 0);
	snprintf(before, sizeof(before), "%s", kdump_config_get_cmdline(o.config));
	for (unsigned long n = 1; err; n++) {
		begin_fault(&no_memory, n);
		err = kdump_config_set_append(o.config, false, "mine");
		end_fault(&no_memory);
		assert_true(!err || err == -ENOMEM);
		if (err)
			assert_string_equal(kdump_config_get_cmdline(o.config), before);
	}
	assert_true(ends_with(kdump_config_get_cmdline(o.config), " mine acpi_no_memhotplug"));
	release(&o);
	machine_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_config),
		cmocka_unit_test(test_append),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
