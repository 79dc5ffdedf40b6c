/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The distributions' rules for their crash kernel, as their tools have them:
 * kdump-config (kdump-tools), kdumpctl and gen-kdump-sysconfig.sh
 * (kdump-utils), load.sh (SUSE's kdump).
 */
#include "distro.h"

#include <errno.h>

#include "../core/root.h"
#include "../parse/keyvalue.h"

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define WORDS(...) ((const struct kd_distro_words[]){ __VA_ARGS__ })

/*
 * Not in Debian's own list: memory that was plugged in later is found by ACPI once more in
 * the crash kernel, which would take it for free and write over what is to be saved
 * (drivers/acpi/acpi_memhotplug.c).
 */
#define NO_MEMHOTPLUG " acpi_no_memhotplug"

static const struct kd_distro debian = {
	.id = "debian",
	.config_file = "/etc/default/kdump-tools",
	.kernel_key = "KDUMP_KERNEL",
	.initramfs_key = "KDUMP_INITRD",
	.cmdline_key = "KDUMP_CMDLINE",
	.append_key = "KDUMP_CMDLINE_APPEND",
	.args_key = "KDUMP_KEXEC_ARGS",
	.kernel_link = "/var/lib/kdump/vmlinuz",
	.initramfs_link = "/var/lib/kdump/initrd.img",
	.kernels = LIST("/boot/vmlinuz-%R", "/var/lib/kdump/vmlinuz"),
	.initramfses = LIST("/var/lib/kdump/initrd.img-%R", "/var/lib/kdump/initrd.img"),
	.remove = LIST("crashkernel", "hugepages", "hugepagesz", "abm"),
	.words = WORDS({ .append = "reset_devices systemd.unit=kdump-tools-dump.service "
				   "nr_cpus=1 irqpoll usbcore.nousb" NO_MEMHOTPLUG }),
	/* Not kdump-config symlinks: it fails while an image is loaded, and never rebuilds. */
	.build = "apt install kdump-tools, then /etc/kernel/postinst.d/kdump-tools $(uname -r)",
};

/*
 * The file that is installed names these; where it is gone kdumpctl would append
 * nothing, which no crash kernel of a large machine survives.
 */
#define FEDORA_REMOVE "hugepages", "hugepagesz", "slub_debug", "quiet", "log_buf_len", \
	"swiotlb", "hugetlb_cma", "ignition.firstboot"
#define FEDORA_APPEND " novmcoredd hugetlb_cma=0 kfence.sample_interval=0 " \
	"initramfs_options=size=90%"

static const struct kd_distro_words fedora_words[] = {
	{ "x86_64", LIST(FEDORA_REMOVE, "cma"),
	  "irqpoll nr_cpus=1 reset_devices cgroup_disable=memory mce=off numa=off "
	  "udev.children-max=2 panic=10 acpi_no_memhotplug transparent_hugepage=never nokaslr "
	  "hest_disable cma=0 pcie_ports=compat" FEDORA_APPEND },
	{ "aarch64", LIST(FEDORA_REMOVE, "cma"),
	  "irqpoll nr_cpus=1 reset_devices cgroup_disable=memory udev.children-max=2 panic=10 "
	  "swiotlb=noforce cma=0" FEDORA_APPEND },
	{ "ppc64le", LIST(FEDORA_REMOVE),
	  "irqpoll nr_cpus=16 noirqdistrib reset_devices cgroup_disable=memory numa=off "
	  "udev.children-max=2 ehea.use_mcs=0 panic=10 kvm_cma_resv_ratio=0 "
	  "transparent_hugepage=never" FEDORA_APPEND },
	{ "s390x", LIST(FEDORA_REMOVE, "vmcp_cma", "cma", "prot_virt", "zfcp.allow_lun_scan"),
	  "nr_cpus=1 cgroup_disable=memory numa=off udev.children-max=2 panic=10 "
	  "transparent_hugepage=never vmcp_cma=0 cma=0" FEDORA_APPEND },
	{ NULL, LIST(FEDORA_REMOVE, "cma"),
	  "irqpoll maxcpus=1 reset_devices cma=0" FEDORA_APPEND },
};

static const struct kd_distro fedora = {
	.id = "fedora",
	.config_file = "/etc/sysconfig/kdump",
	.cmdline_key = "KDUMP_COMMANDLINE",
	.remove_key = "KDUMP_COMMANDLINE_REMOVE",
	.append_key = "KDUMP_COMMANDLINE_APPEND",
	.args_key = "KEXEC_ARGS",
	.kernels = LIST("/boot/vmlinuz-%R", "/usr/lib/modules/%R/vmlinuz"),
	.initramfses = LIST("/boot/initramfs-%Rkdump.img", "/var/lib/kdump/initramfs-%Rkdump.img"),
	.remove = LIST("crashkernel", "panic_on_warn", "root", "rd.lvm.lv", "rd.luks.uuid",
		       "rd.dm.uuid", "rd.md.uuid", "fcoe", "netroot", "rd.iscsi.initiator",
		       "iscsi_initiator"),
	.words = fedora_words,
	.strips_whole = true,
	.boot_cpu = true,
	.build = "dnf install kdump-utils, then kdumpctl rebuild",
};

#define SUSE_APPEND "sysrq=yes reset_devices acpi_no_memhotplug cgroup_disable=memory nokaslr " \
	"numa=off irqpoll nr_cpus=32 root=kdump rootflags=bind rd.udev.children-max=8"

/* Whatever KEXEC_OPTIONS says, load.sh ends with -a: no args_key. */
static const struct kd_distro suse = {
	.id = "suse",
	.config_file = "/etc/sysconfig/kdump",
	.cmdline_key = "KDUMP_COMMANDLINE",
	.append_key = "KDUMP_COMMANDLINE_APPEND",
	.cpus_key = "KDUMP_CPUS",
	.kernels = LIST("/var/lib/kdump/kernel", "/boot/vmlinuz-%R",
			"/usr/lib/modules/%R/vmlinuz"),
	.initramfses = LIST("/var/lib/kdump/initrd"),
	.remove = LIST("root", "resume", "crashkernel", "splash", "mem", "BOOT_IMAGE",
		       "showopts", "zfcp.allow_lun_scan", "hugepages", "acpi_no_memhotplug",
		       "cgroup_disable", "unknown_nmi_panic", "rd.udev.children-max"),
	.words = WORDS({ "x86_64", LIST("notsc", "console=hvc0"), SUSE_APPEND },
		       { "s390x", NULL, SUSE_APPEND " zfcp.allow_lun_scan=0" },
		       { NULL, NULL, SUSE_APPEND }),
	.append_adds = true,
	.whole_is_all = true,
	.boot_cpu = true,
	.last = "panic=1",
	.build = "zypper install kdump, then mkdumprd -f",
};

static const struct kd_distro other = {
	.id = "",
	.kernels = LIST("/boot/vmlinuz-%R", "/usr/lib/modules/%R/vmlinuz", "/boot/vmlinuz-linux"),
	.initramfses = LIST("/var/lib/kdump/initrd.img-%R", "/var/lib/kdump/initrd.img",
			    "/boot/initramfs-%Rkdump.img", "/var/lib/kdump/initramfs-%Rkdump.img",
			    "/var/lib/kdump/initrd"),
	.remove = LIST("crashkernel", "hugepages", "hugepagesz"),
	.words = WORDS({ .append = "reset_devices nr_cpus=1 irqpoll" NO_MEMHOTPLUG }),
	.build = "an initramfs that saves /proc/vmcore must be built, for instance with dracut",
};

static const struct kd_distro *const distros[] = { &debian, &fedora, &suse };

/* Is @word among the words of @list ("rhel centos fedora")? */
static bool lists(const char *list, const char *word)
{
	size_t len = strlen(word), n;

	for (; *list; list += n) {
		list += strspn(list, " ");
		n = strcspn(list, " ");
		if (n == len && !memcmp(list, word, n))
			return true;
	}
	return false;
}

static const struct kd_distro *by_release(const struct kd_kv *release)
{
	static const char *const keys[] = { "ID", "ID_LIKE" };
	const struct kd_kv_entry *entry;

	for (size_t k = 0; k < KD_ARRAY_SIZE(keys); k++) {
		entry = kd_kv_find(release, keys[k]);
		for (size_t i = 0; entry && entry->value && i < KD_ARRAY_SIZE(distros); i++)
			if (lists(entry->value, distros[i]->id))
				return distros[i];
	}
	return &other;
}

/* The wrong rules would compose the wrong command line: no memory is no unknown system. */
int kd_distro_find(struct kdump_ctx *ctx, const struct kd_distro **ret)
{
	struct kd_buf buf;
	struct kd_kv kv;
	int err;

	*ret = &other;
	err = kd_root_read(ctx, "etc/os-release", 64 * KD_KIB, &buf);
	if (err && err != -ENOMEM)
		err = kd_root_read(ctx, "usr/lib/os-release", 64 * KD_KIB, &buf);
	if (err)
		return err == -ENOMEM ? kd_oom(ctx) : 0;
	err = kd_kv_parse(buf.data, buf.len, &kv, NULL);
	kd_buf_free(&buf);
	if (err)
		return err == -ENOMEM ? kd_oom(ctx) : 0;
	*ret = by_release(&kv);
	kd_kv_free(&kv);
	return 0;
}

const struct kd_distro_words *kd_distro_words(const struct kd_distro *distro, const char *arch)
{
	const struct kd_distro_words *words = distro->words;

	while (words->arch && (!arch || !kd_streq(words->arch, arch)))
		words++;
	return words;
}

struct owner {
	const char *name;
	const char *const *units;
	const char *program;		/* tells two tools with one unit name apart */
	const char *off;
};

static const struct owner owners[] = {
	{ "kdump-tools", LIST("kdump-tools.service"), "usr/sbin/kdump-config",
	  "systemctl disable --now kdump-tools" },
	{ "kdump-utils", LIST("kdump.service"), "usr/bin/kdumpctl",
	  "systemctl disable --now kdump" },
	{ "SUSE kdump", LIST("kdump.service", "kdump-early.service"), "usr/sbin/kdumptool",
	  "systemctl disable --now kdump kdump-early" },
};

/* A masked unit is a link to /dev/null in place of its file. */
static bool is_masked(struct kdump_ctx *ctx, const char *unit)
{
	char target[64];
	struct kd_text path;

	kd_text_set(&path, "etc/systemd/system/%s", unit);
	return !kd_root_readlink(ctx, path.s, target, sizeof(target)) &&
	       kd_streq(target, "/dev/null");
}

/* An enabled unit is a link in a .wants folder; one that leads nowhere is left over. */
static bool is_enabled(struct kdump_ctx *ctx, const char *unit)
{
	static const char *const targets[] = {
		"multi-user", "sysinit", "basic", "default", "graphical",
	};
	struct kd_text path;

	if (is_masked(ctx, unit))
		return false;
	for (size_t i = 0; i < KD_ARRAY_SIZE(targets); i++) {
		kd_text_set(&path, "etc/systemd/system/%s.target.wants/%s", targets[i], unit);
		if (kd_root_exists(ctx, path.s))
			return true;
	}
	return false;
}

/* cli/systemd/crashctl-reserve.service.in: it comes along with crashctl.service. */
bool kd_reserves_at_boot(struct kdump_ctx *ctx)
{
	static const char unit[] = "crashctl-reserve.service";

	return !is_masked(ctx, unit) && is_enabled(ctx, "crashctl.service") &&
	       kd_root_exists(ctx, "etc/systemd/system/crashctl.service.wants/"
				   "crashctl-reserve.service");
}

/* kdump-config does nothing where USE_KDUMP is 0 in its configuration. */
static bool is_switched_off(struct kdump_ctx *ctx)
{
	const struct kd_kv_entry *entry;
	struct kd_buf buf;
	struct kd_kv kv;
	bool off = false;

	if (kd_root_read(ctx, debian.config_file, KD_MIB, &buf))
		return false;
	if (!kd_kv_parse(buf.data, buf.len, &kv, NULL)) {
		entry = kd_kv_find(&kv, "USE_KDUMP");
		off = entry && entry->value && kd_streq(entry->value, "0");
		kd_kv_free(&kv);
	}
	kd_buf_free(&buf);
	return off;
}

const char *kd_owner_find(struct kdump_ctx *ctx, const char **off)
{
	for (size_t i = 0; i < KD_ARRAY_SIZE(owners); i++) {
		if (!kd_root_exists(ctx, owners[i].program))
			continue;
		for (size_t u = 0; owners[i].units[u]; u++) {
			if (!is_enabled(ctx, owners[i].units[u]))
				continue;
			if (i == 0 && is_switched_off(ctx))
				continue;
			*off = owners[i].off;
			return owners[i].name;
		}
	}
	return NULL;
}

/* 50-kdump-tools.rules calls `kdump-config try-reload`, which asks only whether one is loaded. */
bool kd_owner_has_rule(struct kdump_ctx *ctx)
{
	static const char name[] = "udev/rules.d/50-kdump-tools.rules";
	static const char *const folders[] = { "usr/lib", "lib" };
	struct kd_text path;
	char target[16];

	/* Whoever has put something in its place has had a look. */
	kd_text_set(&path, "etc/%s", name);
	if (!kd_root_readlink(ctx, path.s, target, sizeof(target)) || kd_root_exists(ctx, path.s))
		return false;
	for (size_t i = 0; i < KD_ARRAY_SIZE(folders); i++) {
		kd_text_set(&path, "%s/%s", folders[i], name);
		if (kd_root_exists(ctx, path.s))
			return true;
	}
	return false;
}
