/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Choosing the system call: see call.h. */
#include "call.h"

#include <errno.h>

/*
 * What each call takes.  kexec_file_load(): the kexec_file_ops of arch/<arch>/kernel/
 * (x86: kexec-bzimage64.c; arm64: kexec_image.c; riscv and loongarch: kexec_elf.c,
 * kexec_image.c, kexec_efi.c; powerpc: kexec/elf_64.c; s390: kexec_image.c,
 * kexec_elf.c).  kexec_load() takes anything that is laid out for it, which is
 * done here for two of them.
 */
struct form {
	const char *arch;
	enum kd_kernel_kind kind;
	bool segments;
};

static const struct form forms[] = {
	{ "x86_64", KD_KERNEL_BZIMAGE, true },
	{ "aarch64", KD_KERNEL_IMAGE, true },
	{ "riscv64", KD_KERNEL_IMAGE, false },
	{ "riscv64", KD_KERNEL_ELF, false },
	{ "loongarch64", KD_KERNEL_IMAGE, false },
	{ "loongarch64", KD_KERNEL_ELF, false },
	{ "ppc64le", KD_KERNEL_ELF, false },
	{ "s390x", KD_KERNEL_S390, false },
	{ "s390x", KD_KERNEL_ELF, false },
};

static const struct form *find_form(const char *arch, enum kd_kernel_kind kind)
{
	for (size_t i = 0; i < KD_ARRAY_SIZE(forms); i++)
		if (forms[i].kind == kind && kd_streq(forms[i].arch, arch))
			return &forms[i];
	return NULL;
}

static bool has_file_call(const struct kdump_config *config)
{
	return config->kexec_file != KD_CONFIG_N;
}

/* Both ends must have it: the kernel, and this library for this architecture. */
static bool has_segments_call(const struct kdump_snapshot *snap,
			      const struct kdump_config *config)
{
	return config->kexec_load != KD_CONFIG_N && snap->arch && snap->arch->boot;
}

bool kd_call_missing(const struct kdump_snapshot *snap, const struct kdump_config *config,
		     struct kd_obstacle *ret)
{
	static const struct kd_obstacle no_file = {
		"no-kexec-file-load", "this kernel was built without kexec_file_load",
		"boot a kernel with CONFIG_KEXEC_FILE, or use --syscall segments", -ENOSYS
	}, no_segments = {
		"no-kexec-load", "this kernel was built without kexec_load",
		"use --syscall file", -ENOSYS
	}, no_builder = {
		"no-segments", "crashctl does not place segments on this architecture",
		"use --syscall file", -ENOTSUP
	}, neither = {
		"no-kexec-file-load", "this kernel was built without kexec_file_load, and "
		"there is no other way to load here",
		"boot a kernel with CONFIG_KEXEC_FILE", -ENOSYS
	};
	bool file = has_file_call(config), segments = has_segments_call(snap, config);

	switch (config->call) {
	case KDUMP_SYSCALL_FILE:
		*ret = segments ? no_file : neither;
		return !file;
	case KDUMP_SYSCALL_SEGMENTS:
		*ret = config->kexec_load == KD_CONFIG_N ? no_segments : no_builder;
		return !segments;
	default:
		*ret = neither;
		return !file && !segments;
	}
}

int kd_call_choose(const struct kdump_snapshot *snap, const struct kdump_config *config,
		   const struct kd_kernel *kernel, enum kdump_syscall *ret,
		   struct kd_obstacle *why)
{
	static const struct kd_obstacle elsewhere = {
		"kernel-unsupported", "this machine is of another architecture",
		"name one for this machine with --kernel", -ENOTSUP
	}, unsupported = {
		"kernel-unsupported", "kexec takes no kernel of this form on this architecture",
		"name the kernel that the boot loader starts (vmlinuz) with --kernel", -ENOTSUP
	}, no_segments = {
		"no-segments", "crashctl does not place segments for such a kernel",
		"name the kernel that the boot loader starts (vmlinuz) with --kernel", -ENOTSUP
	};
	const char *arch = snap->arch_name ? snap->arch_name : kernel->arch;
	const struct form *form = find_form(arch, kernel->kind);
	bool segments;

	if (kd_call_missing(snap, config, why))
		return why->code;
	*why = kd_streq(arch, kernel->arch) ? unsupported : elsewhere;
	if (!form || !kd_streq(arch, kernel->arch))
		return why->code;
	*why = no_segments;
	segments = form->segments && has_segments_call(snap, config);
	if (config->call == KDUMP_SYSCALL_FILE ||
	    (config->call == KDUMP_SYSCALL_AUTO && has_file_call(config)))
		*ret = KDUMP_SYSCALL_FILE;
	else if (segments)
		*ret = KDUMP_SYSCALL_SEGMENTS;
	else
		return why->code;
	return 0;
}

bool kd_call_has_other(const struct kdump_snapshot *snap, const struct kdump_config *config,
		       const struct kd_kernel *kernel)
{
	const struct form *form = find_form(kernel->arch, kernel->kind);

	return config->call == KDUMP_SYSCALL_AUTO && form && form->segments &&
	       has_segments_call(snap, config);
}
