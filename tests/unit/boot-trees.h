/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Machines with a boot loader each, in a scratch folder. */
#ifndef TESTS_UNIT_BOOT_TREES_H
#define TESTS_UNIT_BOOT_TREES_H

#include "machine.h"

#include "../../lib/decide/change.h"

#define OLD_RELEASE "6.1.0-9-test"
#define ID_A "0123456789abcdef0123456789abcdef-" MACHINE_RELEASE ".conf"
#define ID_B "0123456789abcdef0123456789abcdef-" OLD_RELEASE ".conf"
#define ENTRY(title, release, kernel, options)					\
	"title " title "\nversion " release "\nlinux " kernel "\n"		\
	"initrd /initrd\noptions " options "\n"

struct boot_scene {
	struct machine m;
	struct kdump_ctx *ctx;
	struct kdump_snapshot *snap;
	struct kdump_config *config;
	struct kdump_boot *boot;
	struct kd_change change;
	struct kd_text why;
};

static inline int scene_set_up(void **state)
{
	struct boot_scene *s = calloc(1, sizeof(*s));

	machine_new(&s->m);
	machine_fill(&s->m);
	machine_put(&s->m, "boot/config-" OLD_RELEASE, "CONFIG_KEXEC_FILE=y\n");
	*state = s;
	return 0;
}

static inline void scene_close(struct boot_scene *s)
{
	kd_change_free(&s->change);
	s->boot = kdump_boot_unref(s->boot);
	s->config = kdump_config_unref(s->config);
	s->snap = kdump_snapshot_unref(s->snap);
	s->ctx = kdump_ctx_unref(s->ctx);
}

static inline int scene_tear_down(void **state)
{
	struct boot_scene *s = *state;

	scene_close(s);
	machine_free(&s->m);
	free(s);
	return 0;
}

static inline int scene_try(struct boot_scene *s, const char *loader)
{
	scene_close(s);
	assert_int_equal(kdump_ctx_new(&s->ctx), 0);
	assert_int_equal(kdump_ctx_set_root(s->ctx, s->m.root), 0);
	assert_int_equal(kdump_snapshot_new(s->ctx, &s->snap), 0);
	assert_int_equal(kdump_config_new(s->ctx, s->snap, &s->config), 0);
	return kdump_boot_new(s->ctx, s->config, loader, &s->boot);
}

static inline void scene_open(struct boot_scene *s)
{
	assert_int_equal(scene_try(s, NULL), 0);
}

/* The same words for all entries that can have any, and for kernels to come. */
static inline int scene_change(struct boot_scene *s, const char *words)
{
	const char *of_entry[64] = { NULL };
	struct kd_entry_words all = { of_entry, words };

	kd_change_free(&s->change);
	for (size_t i = 0; i < s->boot->n_entries; i++)
		if (s->boot->entries[i].ours && !s->boot->entries[i].why)
			of_entry[i] = words;
	return kd_change_make(s->boot, &all, &s->change, &s->why);
}

/* What a machine would: files written, made ones installed; tools are not run. */
static inline void scene_carry_out(struct boot_scene *s)
{
	for (size_t i = 0; i < s->change.n_ops; i++) {
		const struct kd_op *op = &s->change.ops[i];

		if (op->kind != KD_OP_WRITE)
			continue;
		if (op->has)
			machine_put_bytes(&s->m, op->path, op->text.data, op->text.len);
		else
			machine_drop(&s->m, op->path);
	}
}

/* Every command of the change, one a line. */
static inline const char *scene_commands(struct boot_scene *s)
{
	static char text[4096];
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < s->change.n_ops; i++)
		if (s->change.ops[i].kind == KD_OP_RUN)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s\n",
					      s->change.ops[i].command);
	return text;
}

static inline const struct kdump_entry *scene_entry(struct boot_scene *s, const char *id)
{
	for (size_t i = 0; i < s->boot->n_entries; i++)
		if (kd_streq(s->boot->entries[i].id, id))
			return &s->boot->entries[i];
	fail_msg("no entry %s", id);
	return NULL;
}

static inline void scene_assert(struct boot_scene *s, const char *loader, size_t entries,
				const char *problem)
{
	const char *found = kdump_boot_get_loader(s->boot);
	const char *id = kdump_boot_get_problem_id(s->boot);

	assert_string_equal(found ? found : "", loader);
	if (id && !problem)
		fail_msg("%s: %s", id, kdump_boot_get_problem(s->boot));
	assert_string_equal(id ? id : "", problem ? problem : "");
	assert_int_equal(kdump_boot_count_entries(s->boot), entries);
}

/* Two entries in a folder of the Boot Loader Specification. */
static inline void tree_entries(const struct machine *m, const char *folder)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/" ID_A, folder);
	machine_put(m, path, ENTRY("New", MACHINE_RELEASE, "/vmlinuz-" MACHINE_RELEASE,
				   "root=/dev/vda1 ro crashkernel=256M quiet"));
	snprintf(path, sizeof(path), "%s/" ID_B, folder);
	machine_put(m, path, ENTRY("Old", OLD_RELEASE, "/vmlinuz-" OLD_RELEASE,
				   "root=/dev/vda1 ro nokaslr"));
}

static inline void tree_program(const struct machine *m, const char *path)
{
	machine_put(m, path, "#!/bin/sh\nexit 0\n");
}

static inline void tree_grubby(const struct machine *m)
{
	tree_program(m, "usr/sbin/grubby");
	tree_entries(m, "boot/loader/entries");
	machine_put(m, "etc/default/grub", "GRUB_CMDLINE_LINUX=\"ro crashkernel=256M\"\n"
					   "GRUB_ENABLE_BLSCFG=true\n");
	machine_put(m, "boot/grub2/grub.cfg", "insmod blscfg\nblscfg\n");
	machine_put(m, "boot/grub2/grubenv",
		    "# GRUB Environment Block\nsaved_entry=" ID_B "\nboot_success=0\n######");
}

#define GRUB_ENTRY(title, id, release, options)					\
	"menuentry '" title "' --class os $menuentry_id_option '" id "' {\n"	\
	"\tlinux\t/boot/vmlinuz-" release " root=/dev/vda1 ro " options "\n"	\
	"\tinitrd\t/boot/initrd.img\n}\n"
#define RECOVERY "gnulinux-" OLD_RELEASE "-recovery-x"

/* As grub-mkconfig makes it, with the same words everywhere. */
static inline void tree_cfg(const struct machine *m, const char *words)
{
	char text[4096];

	snprintf(text, sizeof(text), "if [ -s $prefix/grubenv ]; then\n  load_env\nfi\n"
		 "if [ \"${next_entry}\" ] ; then\n  set default=\"${next_entry}\"\nelse\n"
		 "  set default=\"${saved_entry}\"\nfi\n### BEGIN /etc/grub.d/10_linux ###\n"
		 GRUB_ENTRY("Debian", "gnulinux-simple-x", MACHINE_RELEASE, "%s quiet")
		 "submenu 'More' $menuentry_id_option 'gnulinux-advanced-x' {\n"
		 GRUB_ENTRY("Debian, old", "gnulinux-" OLD_RELEASE "-advanced-x", OLD_RELEASE,
			    "%s quiet")
		 GRUB_ENTRY("Debian, old (recovery mode)", RECOVERY, OLD_RELEASE, "single %s")
		 "}\n### END /etc/grub.d/10_linux ###\n", words, words, words);
	machine_put(m, "boot/grub/grub.cfg", text);
}

static inline void tree_grub(const struct machine *m)
{
	tree_cfg(m, "");
	machine_put(m, "usr/sbin/grub-mkconfig", "for x in ${sysconfdir}/default/grub.d/*.cfg\n");
	tree_program(m, "usr/bin/grub-script-check");
	machine_put(m, "etc/default/grub", "GRUB_DEFAULT=saved\nGRUB_CMDLINE_LINUX=\"\"\n");
}

static inline void tree_systemd(const struct machine *m)
{
	machine_mkdirs(m, "efi/EFI/systemd");
	tree_entries(m, "efi/loader/entries");
	machine_put(m, "etc/kernel/cmdline", "root=/dev/vda1 ro\n");
}

/* Type 2: as much of a PE file as its sections take. */
static inline void tree_pe(const struct machine *m, const char *path, const char *cmdline,
			   const char *uname)
{
	const char *const texts[] = { cmdline, uname };
	const char *const names[] = { ".cmdline", ".uname\0" };
	static unsigned char b[4096];

	memset(b, 0, sizeof(b));
	memcpy(b, "MZ", 2);
	machine_le(b + 0x3c, 4, 0x80);
	memcpy(b + 0x80, "PE\0", 4);
	machine_le(b + 0x80 + 6, 2, 2);
	machine_le(b + 0x80 + 20, 2, 0);
	for (unsigned i = 0; i < 2; i++) {
		unsigned char *section = b + 0x80 + 24 + 40 * i;
		size_t len = texts[i] ? strlen(texts[i]) : 0;

		memcpy(section, names[i], 8);
		machine_le(section + 8, 4, len);
		machine_le(section + 16, 4, len);
		machine_le(section + 20, 4, 1024 * (i + 1));
		if (len)
			memcpy(b + 1024 * (i + 1), texts[i], len);
	}
	machine_put_bytes(m, path, b, sizeof(b));
}

static inline void tree_uki(const struct machine *m)
{
	tree_pe(m, "efi/EFI/Linux/a.efi", "root=/dev/vda1 ro", MACHINE_RELEASE);
	tree_pe(m, "efi/EFI/Linux/b.efi", "root=/dev/vda1 ro", OLD_RELEASE);
	tree_program(m, "usr/bin/ukify");
	machine_put(m, "usr/lib/systemd/boot/efi/addonx64.efi.stub", "MZ");
}

#define ADDON "efi/loader/addons/crashctl.addon.efi"

static inline void tree_extlinux(const struct machine *m)
{
	machine_put(m, "boot/extlinux/extlinux.conf",
		    "default l1\nmenu title U-Boot\n\n"
		    "label l0\n\tmenu label Old\n\tlinux /boot/vmlinuz-" OLD_RELEASE "\n"
		    "\tappend root=/dev/vda1 ro crashkernel=64M\n\n"
		    "label l1\n\tmenu label New\n\tlinux /boot/vmlinuz-" MACHINE_RELEASE "\n"
		    "\tappend root=/dev/vda1 ro\n");
}

#endif
