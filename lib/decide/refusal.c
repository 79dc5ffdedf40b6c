/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The kernel's refusals in words: see refusal.h.  Sources: kernel/kexec_file.c,
 * kernel/kexec_core.c:kexec_load_permitted(), security/, and
 * crypto/asymmetric_keys/verify_pefile.c for the verifier's answers.
 */
#include "refusal.h"

#include <errno.h>

struct row {
	int err;
	struct kd_refusal_text words;
};

static const struct row load_rows[] = {
	{ -EADDRNOTAVAIL, { -EADDRNOTAVAIL, "reservation-too-small",
		"the segments do not fit into the reserved memory",
		"crashctl estimate shows what is needed; reserve more at the next boot" } },
	{ -EBUSY, { -EBUSY, "load-in-progress",
		"another load or unload is in progress",
		"try again when it has ended" } },
	{ -ETXTBSY, { -ETXTBSY, "file-being-written",
		"kernel or initramfs is open for writing",
		"wait until it is written, then try again" } },
	{ -ENOEXEC, { -ENOEXEC, "not-a-kernel",
		"the kernel does not know this kind of kernel image",
		"name a bzImage with --kernel" } },
	{ -EKEYREJECTED, { -EKEYREJECTED, "signature-rejected",
		"the signature of the kernel image was rejected",
		"load a kernel signed by a key that this kernel trusts" } },
	{ -ENOKEY, { -ENOKEY, "signature-unknown-key",
		"the kernel image is signed with a key that this kernel does not know",
		"enrol the key (mokutil --import), or load the distribution's own kernel" } },
	{ -ENODATA, { -ENODATA, "signature-missing",
		"the kernel image is not signed and this kernel takes only signed ones",
		"load a signed kernel image" } },
	{ -EBADMSG, { -EBADMSG, "signature-broken",
		"the signature of the kernel image is broken",
		"install the kernel package again" } },
	{ -ELIBBAD, { -EBADMSG, "signature-broken",
		"the PE headers of the kernel image are broken",
		"install the kernel package again" } },
	{ -EMSGSIZE, { -EBADMSG, "signature-broken",
		"the signature of the kernel image is broken",
		"install the kernel package again" } },
	{ -ENOPKG, { -EBADMSG, "signature-unsupported",
		"the signature of the kernel image is of a kind that this kernel cannot check",
		"load a kernel signed by the distribution" } },
	{ -524, { -EBADMSG, "signature-unsupported",	/* ENOTSUPP, the kernel's own */
		"the signature of the kernel image is of a kind that this kernel cannot check",
		"load a kernel signed by the distribution" } },
	{ -EACCES, { -EACCES, "policy",
		"a security policy (IMA, IPE or SELinux) forbids these files",
		"look into the kernel's log and the audit log" } },
	{ -ENOMEM, { -ENOMEM, "out-of-memory",
		"the kernel has too little free memory for the load",
		"free memory, then try again" } },
	{ -ENOSYS, { -ENOSYS, "no-kexec-file-load",
		"this kernel has no kexec_file_load",
		"boot a kernel with CONFIG_KEXEC_FILE" } },
	{ -EFBIG, { -EFBIG, "file-too-big", "a file is larger than the kernel takes", "" } },
	{ -EIO, { -EIO, "read-failed",
		"the kernel could not read a file",
		"check the file system and the disk" } },
	{ -EINVAL, { -EINVAL, "load-invalid",
		"the kernel calls the request invalid",
		"the kernel's log says why: dmesg | grep kexec" } },
};

static const struct row resize_rows[] = {
	{ -ENOENT, { -ENOENT, "resize-while-loaded",
		"an image is loaded again meanwhile",
		"see which other tool loads it" } },
	{ -EBUSY, { -EBUSY, "load-in-progress",
		"another load or unload is in progress",
		"try again when it has ended" } },
	{ -EINVAL, { -EINVAL, "cannot-grow",
		"the kernel only ever shrinks a reservation",
		"reserve more at the next boot" } },
	{ -ENOMEM, { -ENOMEM, "out-of-memory", "the kernel has too little free memory", "" } },
	{ -EACCES, { -EACCES, "no-privilege",
		"only root may resize the reservation", "run it as root" } },
	{ -EPERM, { -EPERM, "no-privilege",
		"only root may resize the reservation", "run it as root" } },
};

static const struct kd_refusal_text unexplained = {
	-EIO, "kernel-refused", "", "the kernel's log may say why: dmesg | tail"
};

static struct kd_refusal_text look_up(const struct row *rows, size_t n, int err)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].err == err)
			return rows[i].words;
	return unexplained;
}

static struct kd_refusal_text explain_permission(const struct kdump_snapshot *snap)
{
	static const struct kd_refusal_text disabled = {
		-EPERM, "load-disabled", "the sysctl kernel.kexec_load_disabled is 1",
		"it can only be cleared by a reboot"
	}, limit = {
		-EPERM, "load-limit-used-up", "the sysctl kernel.kexec_load_limit_panic is used up",
		"it can only be raised by a reboot"
	}, lockdown = {
		-EPERM, "lockdown",
		"the kernel is locked down and the image is not signed by a key it trusts",
		"load the distribution's signed kernel"
	}, privilege = {
		-EPERM, "no-privilege", "loading needs CAP_SYS_BOOT", "run it as root"
	};

	if (snap->kexec.load_disabled == 1)
		return disabled;
	if (snap->kexec.has_limit && snap->kexec.limit_panic == 0)
		return limit;
	if (snap->may_load != 0 && snap->lockdown > KD_LOCKDOWN_NONE)
		return lockdown;
	return privilege;
}

struct kd_refusal_text kd_explain_load(int err, const struct kdump_snapshot *snap)
{
	if (err == -EPERM)
		return explain_permission(snap);
	return look_up(load_rows, KD_ARRAY_SIZE(load_rows), err);
}

struct kd_refusal_text kd_explain_resize(int err)
{
	return look_up(resize_rows, KD_ARRAY_SIZE(resize_rows), err);
}
