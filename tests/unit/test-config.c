/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Which kernel, initramfs and command line the distributions' rules choose, and
 * who else keeps the image.  The machines are folders.
 */
#include "machine.h"

#include "../../lib/facts/config.h"

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
	machine_put(&s->m, "proc/sys/kernel/osrelease", MACHINE_RELEASE "\n");
	machine_put(&s->m, "proc/sys/kernel/arch", "x86_64\n");
	machine_put(&s->m, "proc/cmdline", "root=/dev/vda1 ro crashkernel=256M\n");
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

static int look(struct scene *s)
{
	forget(s);
	assert_int_equal(kdump_snapshot_new(s->ctx, &s->snap), 0);
	return kdump_config_new(s->ctx, s->snap, &s->config);
}

static void assert_text(const char *text, const char *expected)
{
	if (expected)
		assert_non_null(text);
	else
		assert_null(text);
	if (expected)
		assert_line_begins(text, expected);
}

static void assert_files(struct scene *s, const char *kernel, const char *initramfs)
{
	assert_int_equal(look(s), 0);
	assert_text(kdump_config_get_kernel(s->config), kernel);
	assert_text(kdump_config_get_initramfs(s->config), initramfs);
	/* What was found says where it came from, and only that. */
	assert_int_equal(!kdump_config_get_kernel_source(s->config), !kernel);
	assert_int_equal(!kdump_config_get_initramfs_source(s->config), !initramfs);
}

static void assert_cmdline(struct scene *s, const char *expected)
{
	assert_int_equal(look(s), 0);
	assert_text(kdump_config_get_cmdline(s->config), expected);
}

#define DEBIAN_WORDS "reset_devices systemd.unit=kdump-tools-dump.service nr_cpus=1 " \
	"irqpoll usbcore.nousb acpi_no_memhotplug"
#define FEDORA_ALL " novmcoredd hugetlb_cma=0 kfence.sample_interval=0 " \
	"initramfs_options=size=90%"
#define FEDORA_WORDS "irqpoll nr_cpus=1 reset_devices cgroup_disable=memory mce=off numa=off " \
	"udev.children-max=2 panic=10 acpi_no_memhotplug transparent_hugepage=never nokaslr " \
	"hest_disable cma=0 pcie_ports=compat" FEDORA_ALL
#define SUSE_REST "sysrq=yes reset_devices acpi_no_memhotplug cgroup_disable=memory nokaslr " \
	"numa=off irqpoll nr_cpus=32 root=kdump rootflags=bind rd.udev.children-max=8"
#define SUSE_WORDS SUSE_REST " panic=1"

/* Each row adds a file; the one that is preferred by then is the answer. */
static void test_places(void **state)
{
	static const struct {
		const char *os;
		const char *files[4];	/* the least preferred first */
		const char *initramfses[5];
	} rows[] = {
		{ "ID=debian\n",
		  { "/var/lib/kdump/vmlinuz", "/boot/vmlinuz-" MACHINE_RELEASE },
		  { "/var/lib/kdump/initrd.img", "/var/lib/kdump/initrd.img-" MACHINE_RELEASE } },
		{ "ID=ubuntu\nID_LIKE=debian\n",
		  { "/var/lib/kdump/vmlinuz", "/boot/vmlinuz-" MACHINE_RELEASE },
		  { "/var/lib/kdump/initrd.img", "/var/lib/kdump/initrd.img-" MACHINE_RELEASE } },
		{ "ID=fedora\n",
		  { "/usr/lib/modules/" MACHINE_RELEASE "/vmlinuz",
		    "/boot/vmlinuz-" MACHINE_RELEASE },
		  { "/var/lib/kdump/initramfs-" MACHINE_RELEASE "kdump.img",
		    "/boot/initramfs-" MACHINE_RELEASE "kdump.img" } },
		{ "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n",
		  { "/usr/lib/modules/" MACHINE_RELEASE "/vmlinuz",
		    "/boot/vmlinuz-" MACHINE_RELEASE, "/var/lib/kdump/kernel" },
		  { "/var/lib/kdump/initrd" } },
		{ "ID=arch\n",
		  { "/boot/vmlinuz-linux", "/usr/lib/modules/" MACHINE_RELEASE "/vmlinuz",
		    "/boot/vmlinuz-" MACHINE_RELEASE },
		  { "/var/lib/kdump/initrd", "/boot/initramfs-" MACHINE_RELEASE "kdump.img",
		    "/var/lib/kdump/initrd.img" } },
	};
	struct scene *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		machine_put(&s->m, "etc/os-release", rows[i].os);
		assert_files(s, NULL, NULL);
		for (size_t f = 0; f < 4 && rows[i].files[f]; f++) {
			machine_put(&s->m, rows[i].files[f], "");
			assert_files(s, rows[i].files[f], NULL);
		}
		for (size_t f = 0; f < 4 && rows[i].files[f]; f++)
			machine_drop(&s->m, rows[i].files[f]);
		for (size_t f = 0; f < 5 && rows[i].initramfses[f]; f++) {
			machine_put(&s->m, rows[i].initramfses[f], "");
			assert_files(s, NULL, rows[i].initramfses[f]);
		}
		for (size_t f = 0; f < 5 && rows[i].initramfses[f]; f++)
			machine_drop(&s->m, rows[i].initramfses[f]);
	}
}

static void test_cmdline(void **state)
{
	static const struct {
		const char *os, *line, *expected;
	} rows[] = {
		{ "ID=debian\n", "root=/dev/vda1 ro quiet crashkernel=512M,cma crashkernel=256M\n",
		  "root=/dev/vda1 ro quiet " DEBIAN_WORDS },
		{ "ID=debian\n", "hugepages=100 abm=x hugepagesz=1G ro xhugepages=1\n",
		  "ro xhugepages=1 " DEBIAN_WORDS },
		{ "ID=fedora\n", "BOOT_IMAGE=/vmlinuz root=UUID=1 rd.lvm.lv=vg/root ro quiet "
		  "crashkernel=256M rd.luks.uuid=x\n", "BOOT_IMAGE=/vmlinuz ro " FEDORA_WORDS },
		{ "ID=\"rhel\"\nID_LIKE=\"fedora\"\n", "ro cma=64M log_buf_len=1M\n",
		  "ro " FEDORA_WORDS },
		{ "ID=fedora\n", "ro elfcorehdr=0x5f000000 swiotlb=1 cma=1G "
		  "ignition.firstboot console=hvc0\n", "ro console=hvc0 " FEDORA_WORDS },
		{ "ID=sles\nID_LIKE=suse\n", "notsc console=hvc0 console=tty0 ro panic=30\n",
		  "console=tty0 ro panic=30 " SUSE_REST },
		{ "ID=sles\nID_LIKE=suse\n", "BOOT_IMAGE=/x root=UUID=1 splash=silent mem=8G "
		  "resume=/dev/sda2 ro crashkernel=256M,high\n", "ro " SUSE_WORDS },
		{ "ID=arch\n", "root=/dev/vda1 crashkernel=256M hugepages=4\n",
		  "root=/dev/vda1 reset_devices nr_cpus=1 irqpoll acpi_no_memhotplug" },
	};
	struct scene *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		machine_put(&s->m, "etc/os-release", rows[i].os);
		machine_put(&s->m, "proc/cmdline", rows[i].line);
		assert_cmdline(s, rows[i].expected);
	}
	machine_drop(&s->m, "proc/cmdline");
	assert_cmdline(s, NULL);
	assert_null(kdump_config_get_cmdline_source(s->config));
}

/* What kdump-utils and SUSE's kdump have of each architecture. */
static void test_architectures(void **state)
{
	static const struct {
		const char *os, *arch, *line, *expected;
	} rows[] = {
		{ "ID=fedora\n", "aarch64", "ro swiotlb=1 cma=1G", "ro irqpoll nr_cpus=1 "
		  "reset_devices cgroup_disable=memory udev.children-max=2 panic=10 "
		  "swiotlb=noforce cma=0" FEDORA_ALL },
		{ "ID=fedora\n", "ppc64le", "ro cma=1G quiet", "ro cma=1G irqpoll nr_cpus=16 "
		  "noirqdistrib reset_devices cgroup_disable=memory numa=off udev.children-max=2 "
		  "ehea.use_mcs=0 panic=10 kvm_cma_resv_ratio=0 transparent_hugepage=never"
		  FEDORA_ALL },
		{ "ID=fedora\n", "s390x", "ro vmcp_cma=1 prot_virt=1 zfcp.allow_lun_scan=1",
		  "ro nr_cpus=1 cgroup_disable=memory numa=off udev.children-max=2 panic=10 "
		  "transparent_hugepage=never vmcp_cma=0 cma=0" FEDORA_ALL },
		{ "ID=fedora\n", "riscv64", "ro cma=1G", "ro irqpoll maxcpus=1 reset_devices "
		  "cma=0" FEDORA_ALL },
		{ "ID=suse\n", "s390x", "ro notsc zfcp.allow_lun_scan=1",
		  "ro notsc " SUSE_REST " zfcp.allow_lun_scan=0 panic=1" },
		{ "ID=suse\n", "aarch64", "ro console=hvc0", "ro console=hvc0 " SUSE_WORDS },
		{ "ID=debian\n", "aarch64", "ro", "ro " DEBIAN_WORDS },
	};
	struct scene *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		machine_put(&s->m, "etc/os-release", rows[i].os);
		machine_put(&s->m, "proc/sys/kernel/arch", rows[i].arch);
		machine_put(&s->m, "proc/cmdline", rows[i].line);
		assert_cmdline(s, rows[i].expected);
		/* Asked about from elsewhere it is the same. */
		machine_put(&s->m, "proc/sys/kernel/arch", "x86_64");
		assert_int_equal(look(s), 0);
		assert_int_equal(kdump_config_set_arch(s->config, rows[i].arch), 0);
		assert_text(kdump_config_get_cmdline(s->config), rows[i].expected);
	}
}

/* The CPU that booted, on whose number the crash kernel is not to rely. */
static void test_boot_cpu(void **state)
{
	struct scene *s = *state;

	machine_put(&s->m, "proc/cmdline", "ro");
	machine_put(&s->m, "proc/cpuinfo", "processor\t: 0\napicid\t\t: 9\n"
					   "initial apicid\t: 6\nflags\t\t: fpu\n\n");
	machine_put(&s->m, "etc/os-release", "ID=fedora\n");
	assert_cmdline(s, "ro " FEDORA_WORDS " disable_cpu_apicid=6");
	assert_int_equal(kdump_config_set_append(s->config, false, "mine"), 0);
	assert_line_begins(kdump_config_get_cmdline(s->config), "ro mine");
	assert_int_equal(kdump_config_set_append(s->config, false, NULL), 0);
	assert_int_equal(kdump_config_set_arch(s->config, "aarch64"), 0);
	assert_null(strstr(kdump_config_get_cmdline(s->config), "apicid"));
	machine_put(&s->m, "etc/os-release", "ID=suse\n");
	assert_cmdline(s, "ro " SUSE_REST " disable_cpu_apicid=6 panic=1");
	machine_put(&s->m, "etc/os-release", "ID=debian\n");
	assert_cmdline(s, "ro " DEBIAN_WORDS);
}

struct keys {
	const char *os, *path, *text;
	const char *kernel, *initramfs, *cmdline, *not_understood;
};

static void test_keys(void **state)
{
	static const char debian[] = "ID=debian\n", fedora[] = "ID=fedora\n", suse[] = "ID=suse\n";
	static const char tools[] = "etc/default/kdump-tools", sysconfig[] = "etc/sysconfig/kdump";
	static const struct keys rows[] = {
		{ debian, tools, "KDUMP_KERNEL=/k\nKDUMP_INITRD='/my initrd'\n", "/k", "/my initrd",
		  "root=/dev/vda1 ro " DEBIAN_WORDS, "" },
		{ debian, tools, "KDUMP_KERNEL=\nKDUMP_INITRD=\"\"\n", NULL, NULL,
		  "root=/dev/vda1 ro " DEBIAN_WORDS, "" },
		{ debian, tools, "#KDUMP_CMDLINE_APPEND=no\nKDUMP_CMDLINE_APPEND=\"a b=c\"\n", NULL,
		  NULL, "root=/dev/vda1 ro a b=c", "" },
		{ debian, tools, "KDUMP_CMDLINE=\"whole line crashkernel=1G\"\n", NULL, NULL,
		  "whole line " DEBIAN_WORDS, "" },
		{ debian, tools, "KDUMP_KERNEL=/one\nKDUMP_KERNEL=/two\n", "/two", NULL,
		  "root=/dev/vda1 ro " DEBIAN_WORDS, "" },
		{ debian, tools, "KDUMP_KERNEL=/boot/$(uname -r)\nKDUMP_CMDLINE_APPEND=\"$X y\"\n",
		  NULL, NULL, "root=/dev/vda1 ro " DEBIAN_WORDS,
		  "KDUMP_KERNEL (line 1), KDUMP_CMDLINE_APPEND (line 2)" },
		{ fedora, sysconfig, "KDUMP_COMMANDLINE=\"\"\n"
		  "KDUMP_COMMANDLINE_REMOVE=\"ro other\"\nKDUMP_COMMANDLINE_APPEND=\"z\"\n",
		  NULL, NULL, "z", "" },
		{ fedora, sysconfig, "KDUMP_COMMANDLINE_REMOVE=`cat`\n", NULL, NULL,
		  "ro " FEDORA_WORDS, "KDUMP_COMMANDLINE_REMOVE (line 1)" },
		/* Its own names take the place of the file's, not of those that always go. */
		{ fedora, sysconfig, "KDUMP_COMMANDLINE=\"root=x swiotlb=1 quiet=1 hugepages a\"\n"
		  "KDUMP_COMMANDLINE_REMOVE=\"hugepages quiet=7\"\nKDUMP_COMMANDLINE_APPEND=z\n",
		  NULL, NULL, "swiotlb=1 a z", "" },
		{ debian, tools, "KDUMP_CMDLINE=\"hugepages=1 elfcorehdr=1M ro\"\n"
		  "KDUMP_CMDLINE_APPEND=\"crashkernel=1M b elfcorehdr=0x1000\"\n",
		  NULL, NULL, "hugepages=1 ro b", "" },
		{ suse, sysconfig, "KDUMP_COMMANDLINE=\"a=1 root=x\"\n", NULL, NULL,
		  "a=1 root=x panic=1", "" },
		{ suse, sysconfig, "KDUMP_COMMANDLINE=\"a=1 panic=3\"\n"
		  "KDUMP_COMMANDLINE_APPEND=\"b=2\"\n", NULL, NULL, "a=1 panic=3 b=2", "" },
		{ suse, sysconfig, "KDUMP_COMMANDLINE_APPEND=\"b=2 panic=9\"\n", NULL, NULL,
		  "ro " SUSE_REST " b=2 panic=9", "" },
		{ suse, sysconfig, "KDUMP_CPUS=\"0\"\n", NULL, NULL,
		  "ro sysrq=yes reset_devices acpi_no_memhotplug cgroup_disable=memory nokaslr "
		  "numa=off irqpoll root=kdump rootflags=bind rd.udev.children-max=8 panic=1", "" },
		{ suse, sysconfig, "KDUMP_CPUS=4\nKDUMP_COMMANDLINE_APPEND=x\n", NULL, NULL,
		  "ro sysrq=yes reset_devices acpi_no_memhotplug cgroup_disable=memory nokaslr "
		  "numa=off irqpoll root=kdump rootflags=bind rd.udev.children-max=8 nr_cpus=4 x "
		  "panic=1", "" },
		{ suse, sysconfig, "KDUMP_CPUS=many\n", NULL, NULL, "ro " SUSE_WORDS, "" },
	};
	struct scene *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		machine_put(&s->m, "etc/os-release", rows[i].os);
		machine_put(&s->m, rows[i].path, rows[i].text);
		assert_files(s, rows[i].kernel, rows[i].initramfs);
		assert_text(kdump_config_get_cmdline(s->config), rows[i].cmdline);
		assert_string_equal(s->config->not_understood.s, rows[i].not_understood);
		/* Asked once more, it says it once. */
		assert_int_equal(kdump_config_set_append(s->config, false, NULL), 0);
		assert_text(kdump_config_get_cmdline(s->config), rows[i].cmdline);
		assert_string_equal(s->config->not_understood.s, rows[i].not_understood);
		machine_drop(&s->m, rows[i].path);
	}
}

/* A crash kernel must never reserve memory again, whatever a file says. */
static void test_no_crashkernel(void **state)
{
	static const char *const lines[] = {
		"crashkernel=256M", "a crashkernel=256M b",
		"crashkernel=1G,high crashkernel=72M,low",
		"\"crashkernel=256M\"", "crashkernel=256M\n",
	};
	static const char *const oses[] = { "ID=debian\n", "ID=fedora\n", "ID=suse\n", "ID=x\n" };
	struct scene *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(lines); i++) {
		for (size_t o = 0; o < KD_ARRAY_SIZE(oses); o++) {
			machine_put(&s->m, "etc/os-release", oses[o]);
			machine_put(&s->m, "proc/cmdline", lines[i]);
			assert_int_equal(look(s), 0);
			assert_null(strstr(kdump_config_get_cmdline(s->config), "crashkernel="));
			assert_int_equal(kdump_config_set_append(s->config, true, NULL), 0);
			assert_null(strstr(kdump_config_get_cmdline(s->config), "crashkernel="));
		}
	}
}

static void test_setters(void **state)
{
	struct scene *s = *state;

	machine_put(&s->m, "etc/os-release", "ID=debian\n");
	machine_put(&s->m, "etc/default/kdump-tools", "KDUMP_CMDLINE=whole\n");
	assert_int_equal(look(s), 0);
	assert_int_equal(kdump_config_set_kernel(s->config, "/a"), 0);
	assert_int_equal(kdump_config_set_kernel(s->config, "/k"), 0);
	assert_int_equal(kdump_config_set_initramfs(s->config, "/i"), 0);
	assert_string_equal(kdump_config_get_kernel(s->config), "/k");
	assert_string_equal(kdump_config_get_kernel_source(s->config), "given");
	assert_string_equal(kdump_config_get_initramfs(s->config), "/i");
	assert_int_equal(kdump_config_set_append(s->config, false, "mine"), 0);
	assert_line_begins(kdump_config_get_cmdline(s->config), "whole mine");
	assert_int_equal(kdump_config_set_append(s->config, true, "mine"), 0);
	assert_line_begins(kdump_config_get_cmdline(s->config), "root=/dev/vda1 ro mine");
	assert_int_equal(kdump_config_set_append(s->config, true, NULL), 0);
	assert_line_begins(kdump_config_get_cmdline(s->config), "root=/dev/vda1 ro");
}

static void test_bad_append(void **state)
{
	static const struct {
		const char *append, *id;
	} rows[] = {
		{ "crashkernel=64M", "append-crashkernel" },
		{ "a crashkernel=64M", "append-crashkernel" },
		{ "xcrashkernel=64M", "append-crashkernel" },
		{ "\"crashkernel=64M\"", "append-crashkernel" },
		{ "elfcorehdr=0x1000", "append-elfcorehdr" },
		{ "a\nb", "append-line-break" },
		{ "a\r", "append-line-break" },
	};
	struct scene *s = *state;
	char before[256];

	assert_int_equal(look(s), 0);
	snprintf(before, sizeof(before), "%s", kdump_config_get_cmdline(s->config));
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		assert_int_equal(kdump_config_set_append(s->config, i % 2, rows[i].append),
				 -EINVAL);
		assert_string_equal(kdump_ctx_get_error_id(s->ctx), rows[i].id);
		assert_line_begins(kdump_config_get_cmdline(s->config), before);
	}
}

/* Without the release only what does not depend on it can be found. */
static void test_no_release(void **state)
{
	static const char *const releases[] = { NULL, "../../etc\n" };
	struct scene *s = *state;

	machine_put(&s->m, "etc/os-release", "ID=debian\n");
	machine_put(&s->m, MACHINE_KERNEL, "");
	machine_put(&s->m, MACHINE_INITRD, "");
	machine_put(&s->m, "var/lib/kdump/initrd.img", "");
	for (size_t i = 0; i < KD_ARRAY_SIZE(releases); i++) {
		machine_drop(&s->m, "proc/sys/kernel/osrelease");
		if (releases[i])
			machine_put(&s->m, "proc/sys/kernel/osrelease", releases[i]);
		assert_files(s, NULL, "/var/lib/kdump/initrd.img");
	}
}

static void test_unreadable(void **state)
{
	struct scene *s = *state;
	struct kdump_config *untouched = (struct kdump_config *)1;
	static const char path[] = "etc/default/kdump-tools";

	machine_put(&s->m, "etc/os-release", "ID=debian\n");
	machine_put(&s->m, path, "");
	assert_int_equal(truncate(machine_path(&s->m, path), 2 << 20), 0);
	for (unsigned i = 0; i < 3; i++) {
		forget(s);
		assert_int_equal(kdump_snapshot_new(s->ctx, &s->snap), 0);
		s->config = untouched;
		assert_int_equal(kdump_config_new(s->ctx, s->snap, &s->config), -EBADMSG);
		assert_ptr_equal(s->config, untouched);
		s->config = NULL;
		assert_string_equal(kdump_ctx_get_error_id(s->ctx), "config-unreadable");
		assert_non_null(strstr(kdump_ctx_get_error(s->ctx), path));
		if (i == 0) {
			machine_drop(&s->m, path);
			machine_mkdirs(&s->m, path);
		} else if (i == 1) {
			assert_int_equal(rmdir(machine_path(&s->m, path)), 0);
			assert_int_equal(mkfifo(machine_path(&s->m, path), 0644), 0);
		}
	}
}

static void test_boot_not_mounted(void **state)
{
	static const char fstab[] = "/dev/vda2 /boot ext4 defaults 0 2\n";
	struct scene *s = *state;

	machine_put(&s->m, "etc/os-release", "ID=debian\n");
	assert_int_equal(look(s), 0);
	assert_false(s->config->boot_missing);
	machine_put(&s->m, "etc/fstab", fstab);
	machine_put(&s->m, "proc/self/mountinfo", "2 1 254:1 / / rw - ext4 /dev/vda1 rw\n");
	assert_int_equal(look(s), 0);
	assert_true(s->config->boot_missing);
	machine_put(&s->m, "proc/self/mountinfo", "2 1 254:1 / / rw - ext4 /dev/vda1 rw\n"
						  "3 2 254:2 / /boot rw - ext4 /dev/vda2 rw\n");
	assert_int_equal(look(s), 0);
	assert_false(s->config->boot_missing);
	/* Found all the same, it does not matter. */
	machine_put(&s->m, "proc/self/mountinfo", "2 1 254:1 / / rw - ext4 /dev/vda1 rw\n");
	machine_put(&s->m, MACHINE_KERNEL, "");
	assert_int_equal(look(s), 0);
	assert_false(s->config->boot_missing);
}

static void test_kernel_config(void **state)
{
	static const char boot[] = "boot/config-" MACHINE_RELEASE;
	static const char modules[] = "usr/lib/modules/" MACHINE_RELEASE "/config";
	struct scene *s = *state;

	assert_int_equal(look(s), 0);
	assert_int_equal(s->config->kexec_file, KD_CONFIG_UNKNOWN);
	machine_put(&s->m, modules, "CONFIG_KEXEC_FILE=y\n# CONFIG_CMA is not set\n");
	assert_int_equal(look(s), 0);
	assert_int_equal(s->config->kexec_file, KD_CONFIG_Y);
	assert_int_equal(s->config->cma, KD_CONFIG_N);
	machine_put(&s->m, boot, "# CONFIG_KEXEC_FILE is not set\nCONFIG_CMA=y\n");
	assert_int_equal(look(s), 0);
	assert_int_equal(s->config->kexec_file, KD_CONFIG_N);
	assert_int_equal(s->config->cma, KD_CONFIG_Y);
	/* An empty file, or another's, says nothing of the kernel. */
	machine_put(&s->m, boot, "default=0\n");
	assert_int_equal(look(s), 0);
	assert_int_equal(s->config->kexec_file, KD_CONFIG_UNKNOWN);
}

#define WANTS "etc/systemd/system/multi-user.target.wants/"

struct owner_case {
	const char *program, *link, *unit, *owner;
};

static void test_owners(void **state)
{
	static const struct owner_case rows[] = {
		{ "usr/sbin/kdump-config", WANTS "kdump-tools.service",
		  "usr/lib/systemd/system/kdump-tools.service", "kdump-tools" },
		{ "usr/bin/kdumpctl", WANTS "kdump.service",
		  "usr/lib/systemd/system/kdump.service", "kdump-utils" },
		{ "usr/sbin/kdumptool",
		  "etc/systemd/system/sysinit.target.wants/kdump-early.service",
		  "usr/lib/systemd/system/kdump-early.service", "SUSE kdump" },
		{ "usr/sbin/kdumptool", WANTS "kdump.service",
		  "usr/lib/systemd/system/kdump.service", "SUSE kdump" },
	};
	struct scene *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		char target[PATH_MAX];

		/* Installed, then enabled by a link that leads nowhere, then well. */
		machine_put(&s->m, rows[i].program, "");
		assert_int_equal(look(s), 0);
		assert_null(kdump_config_get_owner(s->config));
		snprintf(target, sizeof(target), "/%s", rows[i].unit);
		machine_link(&s->m, rows[i].link, target);
		assert_int_equal(look(s), 0);
		assert_null(kdump_config_get_owner(s->config));
		machine_put(&s->m, rows[i].unit, "");
		assert_int_equal(look(s), 0);
		assert_text(kdump_config_get_owner(s->config), rows[i].owner);
		assert_non_null(strstr(s->config->owner_off, "systemctl disable --now"));
		/* The program was removed, its unit left behind. */
		machine_drop(&s->m, rows[i].program);
		assert_int_equal(look(s), 0);
		assert_null(kdump_config_get_owner(s->config));
		machine_drop(&s->m, rows[i].link);
		machine_drop(&s->m, rows[i].unit);
	}
}

static void test_owner_switched_off(void **state)
{
	static const struct {
		const char *text;
		bool owns;
	} rows[] = {
		{ "", true }, { "USE_KDUMP=1\n", true }, { "USE_KDUMP=0\n", false },
		{ "USE_KDUMP=\"0\"\n", false }, { "#USE_KDUMP=0\n", true },
		{ "USE_KDUMP=0\nUSE_KDUMP=1\n", true }, { "USE_KDUMP=$X\n", true },
	};
	static const char unit[] = "usr/lib/systemd/system/kdump-tools.service";
	struct scene *s = *state;

	machine_put(&s->m, "usr/sbin/kdump-config", "");
	machine_put(&s->m, unit, "");
	machine_link(&s->m, WANTS "kdump-tools.service",
		     "/usr/lib/systemd/system/kdump-tools.service");
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		machine_put(&s->m, "etc/default/kdump-tools", rows[i].text);
		assert_int_equal(look(s), 0);
		assert_int_equal(kdump_config_get_owner(s->config) != NULL, rows[i].owns);
	}
	machine_drop(&s->m, "etc/default/kdump-tools");
	machine_link(&s->m, "etc/systemd/system/kdump-tools.service", "/dev/null");
	assert_int_equal(look(s), 0);
	assert_null(kdump_config_get_owner(s->config));
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* What is given of LUKS holds, whatever target comes before or after. */
static void test_target(void **state)
{
	static const struct {
		const char *luks;
		int err;
	} bad[] = {
		{ "/nowhere", -ENOENT }, { "12Q", -ENOENT }, { "", -EBADMSG },
		{ "/etc", -EBADMSG }, { "/etc/os-release", -EBADMSG },
	};
	static const char *const wrong[] = { "tape", "files:", "files:x", "raw", "raw:", "nfs:",
					     "ssh:", "" };
	struct scene *s = *state;
	struct kdump_config *config;

	machine_put(&s->m, "etc/os-release", "ID=debian\n");
	assert_int_equal(look(s), 0);
	config = s->config;
	assert_int_equal(config->target.kind, KD_TARGET_FILES);
	assert_int_equal(config->dump.level, 31);
	assert_int_equal(kdump_config_set_luks(config, "1G"), 0);
	assert_int_equal(config->target.devices.luks2, 1);
	assert_int_equal(config->target.devices.luks_bytes, KD_GIB);
	assert_int_equal(config->target.devices.layers, KD_LAYER_CRYPT);
	assert_int_equal(kdump_config_set_target(config, "nfs:server:/x"), 0);
	assert_int_equal(config->target.kind, KD_TARGET_NFS);
	assert_int_equal(config->target.devices.luks_bytes, KD_GIB);
	assert_int_equal(kdump_config_set_luks(config, "none"), 0);
	assert_int_equal(config->target.devices.luks2, 0);
	assert_int_equal(config->target.devices.layers, 0);
	for (size_t i = 0; i < KD_ARRAY_SIZE(bad); i++) {
		assert_int_equal(kdump_config_set_luks(config, bad[i].luks), bad[i].err);
		assert_string_equal(kdump_ctx_get_error_id(s->ctx), "luks-unreadable");
		assert_int_equal(config->target.devices.luks2, 0);
	}
	for (size_t i = 0; i < KD_ARRAY_SIZE(wrong); i++) {
		assert_int_equal(kdump_config_set_target(config, wrong[i]), -EINVAL);
		assert_string_equal(kdump_ctx_get_error_id(s->ctx), "bad-target");
		assert_non_null(kdump_ctx_get_advice(s->ctx));
		assert_int_equal(config->target.kind, KD_TARGET_NFS);
	}
	assert_int_equal(kdump_config_set_target(config, "files"), 0);
	assert_int_equal(config->target.kind, KD_TARGET_FILES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_places),
		ONE(test_cmdline),
		ONE(test_architectures),
		ONE(test_boot_cpu),
		ONE(test_keys),
		ONE(test_no_crashkernel),
		ONE(test_setters),
		ONE(test_bad_append),
		ONE(test_no_release),
		ONE(test_unreadable),
		ONE(test_boot_not_mounted),
		ONE(test_kernel_config),
		ONE(test_owners),
		ONE(test_owner_switched_off),
		ONE(test_target),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
