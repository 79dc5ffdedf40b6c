/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What crashctl.conf and its drop-ins say, and what they go before. */
#include "machine.h"

#include "../../lib/facts/config.h"

#define MAIN "etc/crashctl.conf"
#define LIB_MAIN "usr/lib/crashctl/crashctl.conf"
#define DROP "etc/crashctl.conf.d/"
#define LIB_DROP "usr/lib/crashctl/crashctl.conf.d/"
#define DEBIAN "reset_devices systemd.unit=kdump-tools-dump.service nr_cpus=1 irqpoll " \
	"usbcore.nousb acpi_no_memhotplug"

struct scene {
	struct machine m;
	struct kdump_ctx *ctx;
	struct kdump_snapshot *snap;
	struct kdump_config *config;
};

static int set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	machine_begin(&s->m, &s->ctx);
	machine_put(&s->m, "etc/os-release", "ID=debian\n");
	machine_put(&s->m, "proc/sys/kernel/osrelease", MACHINE_RELEASE "\n");
	machine_put(&s->m, "proc/sys/kernel/arch", "x86_64\n");
	machine_put(&s->m, "proc/cmdline", "root=/dev/vda1 ro hugepages=4 crashkernel=256M\n");
	*state = s;
	return 0;
}

static void forget(struct scene *s)
{
	s->config = kdump_config_unref(s->config);
	s->snap = kdump_snapshot_unref(s->snap);
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	forget(s);
	machine_end(&s->m, s->ctx);
	free(s);
	return 0;
}

static void look(struct scene *s)
{
	forget(s);
	assert_int_equal(kdump_snapshot_new(s->ctx, &s->snap), 0);
	assert_int_equal(kdump_config_new(s->ctx, s->snap, &s->config), 0);
}

static void put_main(struct scene *s, const char *text)
{
	machine_put(&s->m, MAIN, text);
	look(s);
}

static void assert_text(const char *text, const char *expected)
{
	if (!text || !expected)
		assert_ptr_equal(text, expected);
	else
		assert_line_begins(text, expected);
}

static void assert_fine(const struct scene *s)
{
	if (kdump_config_count_ignored(s->config))
		fail_msg("%s", kdump_config_get_ignored(s->config, 0));
}

/* One thing was passed over, and this is said of it. */
static void assert_ignored(const struct scene *s, const char *expected)
{
	assert_int_equal(kdump_config_count_ignored(s->config), 1);
	assert_string_equal(kdump_config_get_ignored(s->config, 0), expected);
	assert_null(kdump_config_get_ignored(s->config, 1));
}

static void test_nothing(void **state)
{
	struct scene *s = *state;

	look(s);
	assert_fine(s);
	assert_null(kdump_config_get_ignored(s->config, 0));
	assert_int_equal(kdump_config_get_syscall(s->config), KDUMP_SYSCALL_AUTO);
	assert_null(kdump_config_get_syscall_source(s->config));
	assert_true(kdump_config_keeps_last_good(s->config));
	assert_null(kdump_config_get_keep_source(s->config));
	assert_text(kdump_config_get_cmdline(s->config), "root=/dev/vda1 ro " DEBIAN);
	assert_text(kdump_config_get_cmdline_source(s->config),
		    "/proc/cmdline, the distribution's rules");
}

static void test_image(void **state)
{
	struct scene *s = *state;

	machine_put(&s->m, "etc/default/kdump-tools", "KDUMP_KERNEL=/theirs\n");
	machine_put(&s->m, "boot/vmlinuz-" MACHINE_RELEASE, "");
	put_main(s, "kernel = /boot/vmlinuz-%v-100%%\ninitramfs = \"/my initrd\"\n");
	assert_fine(s);
	assert_text(kdump_config_get_kernel(s->config),
		    "/boot/vmlinuz-" MACHINE_RELEASE "-100%");
	assert_text(kdump_config_get_kernel_source(s->config), "/" MAIN);
	assert_text(kdump_config_get_initramfs(s->config), "/my initrd");
	assert_int_equal(kdump_config_set_kernel(s->config, "/given"), 0);
	assert_text(kdump_config_get_kernel(s->config), "/given");
	assert_text(kdump_config_get_kernel_source(s->config), "given");
	/* What is empty is left to the distribution. */
	put_main(s, "kernel = /k\nkernel =\n");
	assert_text(kdump_config_get_kernel(s->config), "/theirs");
	assert_fine(s);
	machine_drop(&s->m, "proc/sys/kernel/osrelease");
	put_main(s, "kernel = /boot/%v\n");
	assert_text(kdump_config_get_kernel(s->config), "/theirs");
	assert_ignored(s, "/" MAIN ":1: %v: the running kernel's release cannot be seen");
}

/* Which file's word counts, by the system call that it asks for. */
static void test_precedence(void **state)
{
	struct scene *s = *state;

	machine_put(&s->m, "etc/default/kdump-tools", "KDUMP_KEXEC_ARGS=\"-d -s\"\n");
	look(s);
	assert_int_equal(s->config->call, KDUMP_SYSCALL_FILE);
	assert_text(kdump_config_get_syscall_source(s->config), "/etc/default/kdump-tools");

	machine_put(&s->m, LIB_MAIN, "syscall = segments\nappend-more = a\n");
	look(s);
	assert_int_equal(s->config->call, KDUMP_SYSCALL_SEGMENTS);
	assert_text(kdump_config_get_syscall_source(s->config), "/" LIB_MAIN);

	/* Of the main files, one. */
	put_main(s, "append-more = b\n");
	assert_int_equal(s->config->call, KDUMP_SYSCALL_FILE);
	assert_text(kdump_config_get_cmdline(s->config), "root=/dev/vda1 ro " DEBIAN " b");

	/* Drop-ins after it, by their names and not their folders. */
	machine_put(&s->m, DROP "20-x.conf", "append-more = d\n");
	machine_put(&s->m, LIB_DROP "20-x.conf", "append-more = no\n");
	machine_put(&s->m, LIB_DROP "30-x.conf", "append-more = e\nsyscall = segments\n");
	machine_put(&s->m, LIB_DROP "10-x.conf", "append-more = c\n");
	machine_put(&s->m, DROP "x.conf.bak", "append-more = no\n");
	machine_put(&s->m, DROP ".x.conf", "append-more = no\n");
	machine_put(&s->m, DROP ".conf", "append-more = no\n");
	look(s);
	assert_text(kdump_config_get_cmdline(s->config), "root=/dev/vda1 ro " DEBIAN " b c d e");
	assert_int_equal(s->config->call, KDUMP_SYSCALL_SEGMENTS);
	assert_text(kdump_config_get_syscall_source(s->config), "/" LIB_DROP "30-x.conf");
	assert_text(kdump_config_get_cmdline_source(s->config),
		    "/proc/cmdline, the distribution's rules, /" LIB_DROP "30-x.conf");

	/* One name: that in /etc; /dev/null is an empty file. */
	machine_put(&s->m, DROP "10-x.conf", "append-more =\nappend-more = C\n");
	machine_link(&s->m, DROP "30-x.conf", "/dev/null");
	look(s);
	assert_text(kdump_config_get_cmdline(s->config), "root=/dev/vda1 ro " DEBIAN " C d");
	assert_int_equal(s->config->call, KDUMP_SYSCALL_FILE);
	assert_fine(s);
	machine_drop(&s->m, MAIN);
	machine_link(&s->m, MAIN, "/dev/null");
	machine_drop(&s->m, DROP "10-x.conf");
	machine_drop(&s->m, LIB_DROP "10-x.conf");
	look(s);
	assert_text(kdump_config_get_cmdline(s->config), "root=/dev/vda1 ro " DEBIAN " d");

	assert_int_equal(kdump_config_set_syscall(s->config, (enum kdump_syscall)3), -EINVAL);
	assert_string_equal(kdump_ctx_get_error_id(s->ctx), "bad-syscall");
	assert_int_equal(s->config->call, KDUMP_SYSCALL_FILE);
	assert_int_equal(kdump_config_set_syscall(s->config, KDUMP_SYSCALL_AUTO), 0);
	assert_int_equal(kdump_config_get_syscall(s->config), KDUMP_SYSCALL_AUTO);
	assert_text(kdump_config_get_syscall_source(s->config), "given");
}

static void test_kexec_args(void **state)
{
	static const struct {
		const char *args;
		enum kdump_syscall call;
		bool told;
	} rows[] = {
		{ "", KDUMP_SYSCALL_AUTO, false },
		{ "-d", KDUMP_SYSCALL_AUTO, false },
		{ "-s", KDUMP_SYSCALL_FILE, true },
		{ "-c", KDUMP_SYSCALL_SEGMENTS, true },
		{ "-a", KDUMP_SYSCALL_AUTO, true },
		{ "-s -c", KDUMP_SYSCALL_SEGMENTS, true },
		{ "-c -d  -s ", KDUMP_SYSCALL_FILE, true },
		{ "-s --kexec-syscall-auto", KDUMP_SYSCALL_AUTO, true },
		{ "--kexec-file-syscall", KDUMP_SYSCALL_FILE, true },
		{ "--kexec-syscall", KDUMP_SYSCALL_SEGMENTS, true },
		{ "--kexec-syscallx -sx s", KDUMP_SYSCALL_AUTO, false },
	};
	static const char *const files[][3] = {
		{ "ID=debian\n", "etc/default/kdump-tools", "KDUMP_KEXEC_ARGS" },
		{ "ID=fedora\n", "etc/sysconfig/kdump", "KEXEC_ARGS" },
		/* load.sh ends with -a. */
		{ "ID=suse\n", "etc/sysconfig/kdump", "KEXEC_OPTIONS" },
	};
	struct scene *s = *state;
	char text[128];

	for (size_t f = 0; f < KD_ARRAY_SIZE(files); f++) {
		machine_put(&s->m, "etc/os-release", files[f][0]);
		for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
			snprintf(text, sizeof(text), "%s='%s'\n", files[f][2], rows[i].args);
			machine_put(&s->m, files[f][1], text);
			look(s);
			assert_int_equal(s->config->call, f == 2 ? KDUMP_SYSCALL_AUTO
								 : rows[i].call);
			assert_int_equal(!!kdump_config_get_syscall_source(s->config),
					 f < 2 && rows[i].told);
		}
	}
}

static void test_cmdline(void **state)
{
	static const struct {
		const char *theirs, *text, *expected, *source;
	} rows[] = {
		{ "", "append = a b", "root=/dev/vda1 ro a b", "/proc/cmdline, /" MAIN },
		{ "", "append-more = c", "root=/dev/vda1 ro " DEBIAN " c",
		  "/proc/cmdline, the distribution's rules, /" MAIN },
		{ "", "append = a\nappend-more = b\nappend-more = c", "root=/dev/vda1 ro a b c",
		  "/proc/cmdline, /" MAIN },
		{ "", "append = a\nappend = b", "root=/dev/vda1 ro b", "/proc/cmdline, /" MAIN },
		/* Out of the line and of the distribution's words, not of our own. */
		{ "", "remove = ro nr-cpus irqpoll\nappend-more = nr_cpus=4 ro",
		  "root=/dev/vda1 reset_devices systemd.unit=kdump-tools-dump.service "
		  "usbcore.nousb acpi_no_memhotplug nr_cpus=4 ro",
		  "/proc/cmdline, the distribution's rules, /" MAIN },
		{ "", "remove = nr_cpus=2 root=/dev/vda1\nremove = usbcore.nousb",
		  "ro reset_devices systemd.unit=kdump-tools-dump.service nr_cpus=1 irqpoll "
		  "acpi_no_memhotplug",
		  "/proc/cmdline, the distribution's rules, /" MAIN },
		{ "", "cmdline = hugepages=9 crashkernel=1G elfcorehdr=4096 x",
		  "hugepages=9 x " DEBIAN, "/" MAIN ", the distribution's rules" },
		{ "", "cmdline = y x\nremove = x\nreuse-cmdline = yes", "y",
		  "/" MAIN ", reused whole" },
		{ "", "reuse-cmdline = yes", "root=/dev/vda1 ro hugepages=4",
		  "/proc/cmdline, reused whole" },
		{ "", "reuse-cmdline = yes\nappend-more = b\nremove = ro",
		  "root=/dev/vda1 hugepages=4 b", "/proc/cmdline, reused whole, /" MAIN },
		{ "", "reuse-cmdline = yes\nappend = a", "root=/dev/vda1 ro hugepages=4 a",
		  "/proc/cmdline, /" MAIN },
		{ "", "reuse-cmdline = no", "root=/dev/vda1 ro " DEBIAN,
		  "/proc/cmdline, the distribution's rules" },
		{ "KDUMP_CMDLINE=theirs\nKDUMP_CMDLINE_APPEND=words\n", "", "theirs words",
		  "/etc/default/kdump-tools" },
		{ "KDUMP_CMDLINE=theirs\nKDUMP_CMDLINE_APPEND='words w'\n", "remove = w",
		  "theirs words", "/etc/default/kdump-tools, /" MAIN },
		{ "KDUMP_CMDLINE=theirs\nKDUMP_CMDLINE_APPEND=words\n", "cmdline = ours",
		  "ours words", "/" MAIN ", /etc/default/kdump-tools" },
		{ "KDUMP_CMDLINE=theirs\nKDUMP_CMDLINE_APPEND=words\n", "append = ours",
		  "theirs ours", "/etc/default/kdump-tools, /" MAIN },
		{ "KDUMP_CMDLINE=theirs\nKDUMP_CMDLINE_APPEND=words\n", "reuse-cmdline = 1",
		  "root=/dev/vda1 ro hugepages=4", "/proc/cmdline, reused whole" },
	};
	struct scene *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		machine_put(&s->m, "etc/default/kdump-tools", rows[i].theirs);
		put_main(s, rows[i].text);
		assert_fine(s);
		assert_text(kdump_config_get_cmdline(s->config), rows[i].expected);
		assert_text(kdump_config_get_cmdline_source(s->config), rows[i].source);
	}
}

/* What the caller says goes before each of them. */
static void test_caller(void **state)
{
	struct scene *s = *state;

	put_main(s, "append = a\nappend-more = b\nremove = ro\nreuse-cmdline = yes\n");
	assert_text(kdump_config_get_cmdline(s->config), "root=/dev/vda1 hugepages=4 a b");
	assert_int_equal(kdump_config_set_append(s->config, false, "mine"), 0);
	assert_text(kdump_config_get_cmdline(s->config), "root=/dev/vda1 hugepages=4 mine");
	assert_text(kdump_config_get_cmdline_source(s->config), "/proc/cmdline, given, /" MAIN);
	assert_int_equal(kdump_config_set_append(s->config, true, "mine"), 0);
	assert_text(kdump_config_get_cmdline(s->config), "root=/dev/vda1 ro hugepages=4 mine");
	assert_text(kdump_config_get_cmdline_source(s->config), "/proc/cmdline, given");
	assert_int_equal(kdump_config_set_append(s->config, true, NULL), 0);
	assert_text(kdump_config_get_cmdline(s->config), "root=/dev/vda1 ro hugepages=4");
	put_main(s, "cmdline = whole\nappend-more = b\n");
	assert_int_equal(kdump_config_set_append(s->config, false, ""), 0);
	assert_text(kdump_config_get_cmdline(s->config), "whole");
	assert_int_equal(kdump_config_set_append(s->config, true, NULL), 0);
	assert_text(kdump_config_get_cmdline(s->config), "root=/dev/vda1 ro hugepages=4");
	assert_int_equal(kdump_config_set_append(s->config, false, NULL), 0);
	assert_text(kdump_config_get_cmdline(s->config), "whole " DEBIAN " b");
}

static void test_estimate(void **state)
{
	struct scene *s = *state;

	put_main(s, "margin = 20%\ntarget = nfs:server:/x\nluks = 1G\nkeep-last-good = no\n");
	assert_fine(s);
	assert_int_equal(s->config->asked.margin.percent, 20);
	assert_int_equal(s->config->target.kind, KD_TARGET_NFS);
	assert_int_equal(s->config->target.devices.luks_bytes, KD_GIB);
	assert_false(kdump_config_keeps_last_good(s->config));
	assert_text(kdump_config_get_keep_source(s->config), "/" MAIN);
	assert_false(kdump_config_is_elsewhere(s->config));
	assert_string_equal(kdump_ctx_get_error(s->ctx), "");
	put_main(s, "margin = 64M\nluks = none\nkeep-last-good = on\n");
	assert_fine(s);
	assert_int_equal(s->config->asked.margin.bytes, 64 * KD_MIB);
	assert_true(kdump_config_keeps_last_good(s->config));
}

/* Everything else counts all the same. */
static void test_bad_values(void **state)
{
	static const struct {
		const char *line, *why;
	} rows[] = {
		{ "kernel = vmlinuz", "kernel: not an absolute path" },
		{ "initramfs = \"/x", "a quote that is never closed" },
		{ "initramfs = /boot/%R", "initramfs: % stands in front of v (the running "
		  "kernel's release) or %" },
		{ "kernel = /100%", "kernel: % stands in front of v (the running kernel's "
		  "release) or %" },
		{ "kernel = /boot/vmlinuz-$(uname -r)",
		  "nothing is evaluated here: write what it stands for" },
		{ "append = `x`", "nothing is evaluated here: write what it stands for" },
		{ "append = a crashkernel=1M",
		  "append: crashkernel= would make the crash kernel reserve memory again" },
		{ "append-more = elfcorehdr=1M",
		  "append-more: elfcorehdr= is for who loads the crash kernel to say" },
		{ "syscall = both", "syscall: not one of auto, file, segments" },
		{ "reuse-cmdline = maybe", "reuse-cmdline: neither yes nor no" },
		{ "keep-last-good = 2", "keep-last-good: neither yes nor no" },
		{ "keep_last_good = no", "keep_last_good: not known here" },
		{ "Kernel = /x", "Kernel: not known here" },
		{ "[load]", "not of the form key = value" },
		{ "margin = much", "margin: neither a percentage nor a size" },
		{ "margin = 2000%", "margin: up to 1000 % or 4 PiB" },
		{ "margin = 99999999999%", "margin: neither a percentage nor a size" },
		{ "target = tape", "target: tape: not a target of a dump" },
		{ "luks = 12Q", "luks: 12Q: No such file or directory" },
	};
	struct scene *s = *state;
	char text[256], expected[256];

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		snprintf(text, sizeof(text), "append = a\n\n%s\nsyscall = file\n", rows[i].line);
		put_main(s, text);
		snprintf(expected, sizeof(expected), "/" MAIN ":3: %s", rows[i].why);
		assert_ignored(s, expected);
		assert_int_equal(s->config->call, KDUMP_SYSCALL_FILE);
		assert_text(kdump_config_get_cmdline(s->config), "root=/dev/vda1 ro a");
		assert_null(kdump_config_get_kernel(s->config));
		assert_true(kdump_config_keeps_last_good(s->config));
		assert_string_equal(kdump_ctx_get_error(s->ctx), "");
	}
}

/* Of many the first are told, and how many there are. */
static void test_many(void **state)
{
	struct scene *s = *state;
	char text[16 * 1024] = "append = a\n";
	size_t n = strlen(text);

	for (unsigned i = 0; i < 20; i++)
		n += (size_t)sprintf(text + n, "bad%u\n", i);
	put_main(s, text);
	assert_int_equal(kdump_config_count_ignored(s->config), 20);
	assert_text(kdump_config_get_ignored(s->config, KD_OWN_IGNORED - 1),
		    "/" MAIN ":9: not of the form key = value");
	assert_null(kdump_config_get_ignored(s->config, KD_OWN_IGNORED));
	assert_text(kdump_config_get_cmdline(s->config), "root=/dev/vda1 ro a");
	/* A line longer than any kernel takes, of one piece or of several. */
	n = (size_t)sprintf(text, "append-more = ");
	memset(text + n, 'x', 9000);
	text[n + 9000] = '\0';
	put_main(s, text);
	assert_ignored(s, "/" MAIN ":1: append-more: longer than any kernel would take");
	text[n + 5000] = '\n';
	text[n + 5001] = '\0';
	machine_put(&s->m, DROP "x.conf", text);
	put_main(s, text);
	assert_ignored(s, "/" DROP "x.conf:1: append-more: longer than any kernel would take");
}

static void test_unreadable(void **state)
{
	struct scene *s = *state;

	machine_put(&s->m, LIB_MAIN, "syscall = segments\n");
	machine_mkdirs(&s->m, MAIN);
	look(s);
	assert_ignored(s, "/" MAIN ": Is a directory");
	assert_int_equal(s->config->call, KDUMP_SYSCALL_AUTO);
	assert_int_equal(rmdir(machine_path(&s->m, MAIN)), 0);
	assert_int_equal(mkfifo(machine_path(&s->m, MAIN), 0644), 0);
	look(s);
	assert_ignored(s, "/" MAIN ": Invalid argument");
	machine_put(&s->m, DROP "a.conf", "syscall = file\n");
	machine_drop(&s->m, MAIN);
	machine_put(&s->m, MAIN, "");
	assert_int_equal(truncate(machine_path(&s->m, MAIN), 2 << 20), 0);
	look(s);
	assert_ignored(s, "/" MAIN ": File too large");
	assert_int_equal(s->config->call, KDUMP_SYSCALL_FILE);
	machine_drop(&s->m, MAIN);
	machine_link(&s->m, MAIN, "crashctl.conf");
	look(s);
	assert_ignored(s, "/" MAIN ": Too many levels of symbolic links");
	/* A file in place of the folder is no folder. */
	machine_drop(&s->m, MAIN);
	machine_drop(&s->m, DROP "a.conf");
	assert_int_equal(rmdir(machine_path(&s->m, "etc/crashctl.conf.d")), 0);
	machine_put(&s->m, "etc/crashctl.conf.d", "syscall = file\n");
	look(s);
	assert_fine(s);
	assert_int_equal(s->config->call, KDUMP_SYSCALL_SEGMENTS);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* What is asked for, and what the crash kernel is never without. */
static void test_kept_apart(void **state)
{
	static const char *const lines[][2] = {
		{ "ro", "ro mine acpi_no_memhotplug" },
		{ "ro acpi_no_memhotplug", "ro acpi_no_memhotplug mine" },
		{ "ro memmap=exactmap memmap=1G@4G", "ro mine acpi_no_memhotplug" },
		{ "ro memmap=64K$0x18690000", "ro memmap=64K$0x18690000 mine acpi_no_memhotplug" },
	};
	struct scene *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(lines); i++) {
		machine_put(&s->m, "proc/cmdline", lines[i][0]);
		look(s);
		assert_int_equal(kdump_config_set_append(s->config, true, "mine"), 0);
		assert_string_equal(kdump_config_get_cmdline(s->config), lines[i][1]);
	}
}

/* What is reserved without a boot parameter, and whether a module may be loaded for it. */
static void test_reserve(void **state)
{
	static const char *const wrong[] = {
		"0", "64", "64K", "1", "-1", "18446744073709551615", "0xffffffffffffffff",
		"65537G,", "128T", "much", "auto 1",
	};
	struct scene *s = *state;
	char text[128];

	look(s);
	assert_null(kdump_config_get_reserve(s->config));
	assert_null(kdump_config_get_reserve_source(s->config));
	assert_false(kdump_config_loads_module(s->config));
	assert_null(kdump_config_get_module_source(s->config));
	put_main(s, "reserve = auto\nload-module = yes\n");
	assert_fine(s);
	assert_text(kdump_config_get_reserve(s->config), "auto");
	assert_text(kdump_config_get_reserve_source(s->config), "/" MAIN);
	assert_true(kdump_config_loads_module(s->config));
	assert_text(kdump_config_get_module_source(s->config), "/" MAIN);
	machine_put(&s->m, DROP "50.conf", "reserve = 192M\nload-module = off\n");
	look(s);
	assert_text(kdump_config_get_reserve(s->config), "192M");
	assert_text(kdump_config_get_reserve_source(s->config), "/" DROP "50.conf");
	assert_false(kdump_config_loads_module(s->config));
	assert_fine(s);
	machine_drop(&s->m, DROP "50.conf");
	put_main(s, "reserve = auto\nreserve =\n");
	assert_null(kdump_config_get_reserve(s->config));
	for (size_t i = 0; i < KD_ARRAY_SIZE(wrong); i++) {
		snprintf(text, sizeof(text), "reserve = %s\n", wrong[i]);
		put_main(s, text);
		assert_null(kdump_config_get_reserve(s->config));
		assert_ignored(s, "/" MAIN ":1: reserve: neither auto nor a size of whole MiB, up "
			       "to 64 TiB");
	}
	put_main(s, "load-module = maybe\n");
	assert_ignored(s, "/" MAIN ":1: load-module: neither yes nor no");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_kept_apart),
		ONE(test_nothing), ONE(test_image), ONE(test_precedence), ONE(test_kexec_args),
		ONE(test_cmdline), ONE(test_caller), ONE(test_estimate), ONE(test_bad_values),
		ONE(test_many), ONE(test_unreadable), ONE(test_reserve),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
