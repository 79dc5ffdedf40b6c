/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The kernel's refusals in words: see refusal.h.  Sources: kernel/kexec_file.c,
 * kernel/kexec.c, kernel/kexec_core.c:kexec_load_permitted(), security/, and
 * crypto/asymmetric_keys/verify_pefile.c for the verifier's answers.
 */
#include "refusal.h"

#include <errno.h>

#define FILE_CALL	1u
#define SEGMENTS_CALL	2u
#define BOTH		3u

typedef bool condition(const struct kd_refusal_facts *facts);

struct row {
	int err;
	unsigned calls;
	condition *holds;		/* NULL: whatever else is known */
	int code;
	const char *id, *text, *advice;
};

/* ---- what tells causes apart ---- */

static bool is_disabled(const struct kd_refusal_facts *facts)
{
	return facts->snap->kexec.load_disabled == 1;
}

static bool is_used_up(const struct kd_refusal_facts *facts)
{
	return facts->snap->kexec.has_limit && facts->snap->kexec.limit_panic == 0;
}

static bool lacks_privilege(const struct kd_refusal_facts *facts)
{
	return facts->snap->may_load == 0;
}

static bool has_privilege(const struct kd_refusal_facts *facts)
{
	return facts->snap->may_load == 1;
}

static bool is_locked_down(const struct kd_refusal_facts *facts)
{
	return facts->snap->lockdown > KD_LOCKDOWN_NONE;
}

/* security/integrity/ima/ima_efi.c:arch_get_ima_policy() enforces beside Secure Boot. */
static bool checks_signatures(const struct kd_refusal_facts *facts)
{
	return facts->policy && (facts->policy->secure_boot == 1 ||
				 facts->policy->sig_force == KD_CONFIG_Y);
}

static bool locks_out_unsigned(const struct kd_refusal_facts *facts)
{
	return is_locked_down(facts) && facts->policy &&
	       facts->policy->image_signed == KD_SIGNED_NO;
}

static bool locks_out_signed(const struct kd_refusal_facts *facts)
{
	return is_locked_down(facts) && facts->policy &&
	       facts->policy->image_signed == KD_SIGNED_YES;
}

static bool has_loadpin(const struct kd_refusal_facts *facts)
{
	return facts->policy && facts->policy->loadpin;
}

static bool has_ima(const struct kd_refusal_facts *facts)
{
	return facts->policy && facts->policy->ima;
}

static bool has_crypt_keys(const struct kd_refusal_facts *facts)
{
	return facts->policy && facts->policy->crypt_keys;
}

static bool has_no_reservation(const struct kd_refusal_facts *facts)
{
	return !facts->grows && facts->snap->kexec.has_size && !facts->snap->kexec.size;
}

static bool lies_above(const struct kd_refusal_facts *facts)
{
	return facts->room && facts->room->above;
}

static bool has_no_kexec(const struct kd_refusal_facts *facts)
{
	return facts->snap->kexec.built_in == 0;
}

static bool is_other_arch(const struct kd_refusal_facts *facts)
{
	return facts->image_arch && facts->snap->arch_name &&
	       !kd_streq(facts->image_arch, facts->snap->arch_name);
}

/* Their loaders for an Image have no verify_sig (arch/riscv, arch/loongarch). */
static bool verifies_nothing(const struct kd_refusal_facts *facts)
{
	const char *arch = facts->snap->arch_name;

	return arch && (kd_starts(arch, "riscv") || kd_starts(arch, "loongarch"));
}

/* An Image is the last form that is tried, and its loader says EINVAL to all others. */
static bool takes_images(const struct kd_refusal_facts *facts)
{
	const char *arch = facts->snap->arch_name;

	return arch && (kd_streq(arch, "aarch64") || verifies_nothing(facts));
}

/* ---- the table: of each errno the first row that holds ---- */

static const struct row load_rows[] = {
	{ -EPERM, BOTH, is_disabled, -EPERM, "load-disabled",
	  "the sysctl kernel.kexec_load_disabled is 1",
	  "it can only be cleared by a reboot" },
	{ -EPERM, BOTH, is_used_up, -EPERM, "load-limit-used-up",
	  "the sysctl kernel.kexec_load_limit_panic is used up",
	  "it can only be raised by a reboot" },
	{ -EPERM, BOTH, lacks_privilege, -EPERM, "no-privilege",
	  "loading needs CAP_SYS_BOOT", "run it as root" },
	{ -EPERM, SEGMENTS_CALL, is_locked_down, -EPERM, "lockdown",
	  "the kernel is locked down and takes no segments, which have no signature",
	  "load a signed kernel with --syscall file" },
	{ -EPERM, FILE_CALL, locks_out_unsigned, -EPERM, "lockdown",
	  "the kernel is locked down and the image is not signed",
	  "load the distribution's signed kernel" },
	{ -EPERM, FILE_CALL, locks_out_signed, -EPERM, "lockdown",
	  "the kernel is locked down and cannot verify the image's signature",
	  "enrol the key that signed it (mokutil --import), or load the distribution's kernel" },
	{ -EPERM, FILE_CALL, is_locked_down, -EPERM, "lockdown",
	  "the kernel is locked down and the image is not signed by a key it trusts",
	  "load the distribution's signed kernel" },
	{ -EPERM, BOTH, has_loadpin, -EPERM, "policy",
	  "LoadPin lets kernels be loaded from the pinned file system only",
	  "put kernel and initramfs on the root file system that is read-only" },
	{ -EPERM, BOTH, has_privilege, -EPERM, "policy",
	  "a security module, or a container's filter of system calls, forbids the load",
	  "load outside of the container, or look into the kernel's log and the audit log" },
	{ -EPERM, BOTH, NULL, -EPERM, "no-privilege",
	  "loading needs CAP_SYS_BOOT", "run it as root" },

	{ -EACCES, SEGMENTS_CALL, checks_signatures, -EACCES, "policy",
	  "with Secure Boot the kernel takes no segments, which have no signature",
	  "load a signed kernel with --syscall file" },
	{ -EACCES, SEGMENTS_CALL, has_ima, -EACCES, "policy",
	  "IMA's policy takes no segments, whose origin it cannot appraise",
	  "load with --syscall file" },
	{ -EACCES, BOTH, NULL, -EACCES, "policy",
	  "a security policy (IMA, IPE or SELinux) forbids these files",
	  "look into the kernel's log and the audit log" },

	{ -EADDRNOTAVAIL, BOTH, has_no_reservation, -EADDRNOTAVAIL, "not-reserved",
	  "no memory is reserved for a crash kernel",
	  "crashctl reserve auto reserves it at the next boot (--dry-run shows how)" },
	/* Said with numbers where they are known: room.c. */
	{ -EADDRNOTAVAIL, BOTH, lies_above, -EADDRNOTAVAIL, "reservation-too-high",
	  "the reserved memory lies above what a segment takes",
	  "reserve memory below 4 GiB at the next boot" },
	{ -EADDRNOTAVAIL, BOTH, NULL, -EADDRNOTAVAIL, "reservation-too-small",
	  "the segments do not fit into the reserved memory",
	  "crashctl estimate shows what is needed; reserve more at the next boot" },

	{ -EBUSY, BOTH, NULL, -EBUSY, "load-in-progress",
	  "another load or unload is in progress", "try again when it has ended" },
	{ -EINTR, BOTH, NULL, -EIO, "interrupted",
	  "a signal interrupted the load", "try again" },
	{ -ENOMEM, BOTH, NULL, -ENOMEM, "out-of-memory",
	  "the kernel has too little free memory for the load",
	  "free memory, then try again" },

	{ -ENOSYS, BOTH, has_no_kexec, -ENOSYS, "kexec-not-built-in",
	  "this kernel was built without kexec or crash dumps",
	  "boot a kernel with CONFIG_KEXEC_FILE and CONFIG_CRASH_DUMP" },
	{ -ENOSYS, SEGMENTS_CALL, NULL, -ENOSYS, "no-kexec-load",
	  "this kernel has no kexec_load",
	  "use --syscall file, or boot a kernel with CONFIG_KEXEC" },
	{ -ENOSYS, BOTH, NULL, -ENOSYS, "no-kexec-file-load",
	  "this kernel has no kexec_file_load",
	  "use --syscall segments, or boot a kernel with CONFIG_KEXEC_FILE" },

	{ -EINVAL, SEGMENTS_CALL, NULL, -EINVAL, "load-invalid",
	  "the kernel calls the segments invalid",
	  "use --syscall file; the kernel's log may say why: dmesg | grep kexec" },
	{ -EINVAL, FILE_CALL, is_other_arch, -EINVAL, "kernel-unsupported",
	  "the kernel is one for another architecture", "name one for this machine" },
	{ -EINVAL, FILE_CALL, takes_images, -EINVAL, "load-invalid",
	  "the kernel does not know this kind of kernel image, or calls the request invalid",
	  "name an Image with --kernel; the kernel's log may say why: dmesg | grep kexec" },
	{ -EINVAL, BOTH, NULL, -EINVAL, "load-invalid",
	  "the kernel calls the request invalid",
	  "the kernel's log says why: dmesg | grep kexec" },
	{ -EFAULT, BOTH, NULL, -EINVAL, "load-invalid",
	  "the kernel cannot read what it was handed",
	  "use the other --syscall, and report this as an error of crashctl" },

	{ -ENOEXEC, FILE_CALL, is_other_arch, -ENOEXEC, "kernel-unsupported",
	  "the kernel is one for another architecture", "name one for this machine" },
	{ -ENOEXEC, BOTH, NULL, -ENOEXEC, "not-a-kernel",
	  "the kernel does not know this kind of kernel image",
	  "name a bzImage with --kernel" },
	{ -ETXTBSY, FILE_CALL, NULL, -ETXTBSY, "file-being-written",
	  "kernel or initramfs is open for writing",
	  "wait until it is written, then try again" },
	{ -EFBIG, FILE_CALL, NULL, -EFBIG, "file-too-big",
	  "a file is larger than the kernel takes", "use a smaller initramfs" },
	{ -EIO, FILE_CALL, NULL, -EIO, "read-failed",
	  "the kernel could not read a file", "check the file system and the disk" },
	{ -EBADF, FILE_CALL, NULL, -EIO, "read-failed",
	  "the kernel could not read a file", "check the file system and the disk" },

	{ -ENOKEY, FILE_CALL, has_crypt_keys, -ENOKEY, "crypt-key-missing",
	  "a key that the crash kernel is to get for an encrypted target is in no keyring",
	  "add it, or remove it from /sys/kernel/config/crash_dm_crypt_keys" },
	{ -EKEYREVOKED, FILE_CALL, has_crypt_keys, -ENOKEY, "crypt-key-missing",
	  "a key that the crash kernel is to get for an encrypted target was revoked",
	  "add it, or remove it from /sys/kernel/config/crash_dm_crypt_keys" },
	{ -EKEYEXPIRED, FILE_CALL, has_crypt_keys, -ENOKEY, "crypt-key-missing",
	  "a key that the crash kernel is to get for an encrypted target has expired",
	  "add it, or remove it from /sys/kernel/config/crash_dm_crypt_keys" },
	{ -ENOKEY, FILE_CALL, NULL, -ENOKEY, "signature-unknown-key",
	  "the kernel image is signed with a key that this kernel does not know",
	  "enrol the key (mokutil --import), or load the distribution's own kernel" },
	{ -EKEYREVOKED, FILE_CALL, NULL, -EKEYREJECTED, "signature-rejected",
	  "the key that signed the kernel image was revoked",
	  "install the distribution's newest kernel and load that" },
	{ -EKEYEXPIRED, FILE_CALL, NULL, -EKEYREJECTED, "signature-rejected",
	  "the key that signed the kernel image has expired",
	  "install the distribution's newest kernel and load that" },
	{ -EKEYREJECTED, FILE_CALL, verifies_nothing, -EBADMSG, "signature-unsupported",
	  "this kernel takes only images it can verify, and none on this architecture",
	  "boot without the enforcement of signatures" },
	{ -EKEYREJECTED, FILE_CALL, NULL, -EKEYREJECTED, "signature-rejected",
	  "the signature of the kernel image was rejected",
	  "load a kernel signed by a key that this kernel trusts" },
	{ -ENODATA, FILE_CALL, NULL, -ENODATA, "signature-missing",
	  "the kernel image is not signed and this kernel takes only signed ones",
	  "load a signed kernel image" },
	{ -EBADMSG, FILE_CALL, NULL, -EBADMSG, "signature-broken",
	  "the signature of the kernel image is broken",
	  "install the kernel package again" },
	{ -ELIBBAD, FILE_CALL, NULL, -EBADMSG, "signature-broken",
	  "the PE headers of the kernel image are broken",
	  "install the kernel package again" },
	{ -EMSGSIZE, FILE_CALL, NULL, -EBADMSG, "signature-broken",
	  "the signature of the kernel image is broken",
	  "install the kernel package again" },
	{ -ENOPKG, FILE_CALL, NULL, -EBADMSG, "signature-unsupported",
	  "the signature of the kernel image is of a kind that this kernel cannot check",
	  "load a kernel signed by the distribution" },
	{ -524, FILE_CALL, NULL, -EBADMSG, "signature-unsupported",	/* ENOTSUPP */
	  "the signature of the kernel image is of a kind that this kernel cannot check",
	  "load a kernel signed by the distribution" },
};

static const struct row unexplained = {
	0, BOTH, NULL, -EIO, "kernel-refused", "", "the kernel's log may say why: dmesg | tail"
};

static const struct row resize_rows[] = {
	{ -ENOENT, BOTH, NULL, -ENOENT, "resize-while-loaded",
	  "an image is loaded again meanwhile", "see which other tool loads it" },
	{ -EBUSY, BOTH, NULL, -EBUSY, "load-in-progress",
	  "another load or unload is in progress", "try again when it has ended" },
	{ -EINVAL, BOTH, NULL, -EINVAL, "cannot-grow",
	  "the kernel only ever shrinks a reservation", "reserve more at the next boot" },
	{ -ENOMEM, BOTH, NULL, -ENOMEM, "out-of-memory",
	  "the kernel has too little free memory", "" },
	{ -EACCES, BOTH, NULL, -EACCES, "no-privilege",
	  "only root may resize the reservation", "run it as root" },
	{ -EPERM, BOTH, NULL, -EPERM, "no-privilege",
	  "only root may resize the reservation", "run it as root" },
};

static const struct row *look_up(const struct row *rows, size_t n, int err, unsigned calls,
				 const struct kd_refusal_facts *facts)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].err == err && (rows[i].calls & calls) == calls &&
		    (!rows[i].holds || rows[i].holds(facts)))
			return &rows[i];
	return &unexplained;
}

/* An unload is refused only for what would refuse either load. */
static unsigned bit_of(enum kdump_syscall call)
{
	return call == KDUMP_SYSCALL_SEGMENTS ? SEGMENTS_CALL
	       : call == KDUMP_SYSCALL_FILE   ? FILE_CALL : BOTH;
}

void kd_explain_load(int err, enum kdump_syscall call, const struct kd_refusal_facts *facts,
		     struct kd_load_refusal *ret)
{
	const struct row *row = look_up(load_rows, KD_ARRAY_SIZE(load_rows), err, bit_of(call),
					facts);

	ret->code = row->code;
	ret->id = row->id;
	kd_text_set(&ret->text, "%s", row->text);
	kd_text_set(&ret->advice, "%s", row->advice);
	if (err == -EADDRNOTAVAIL && facts->room && !has_no_reservation(facts))
		kd_room_explain(facts->room, &ret->text, &ret->advice);
}

struct kd_refusal_text kd_explain_resize(int err)
{
	const struct row *row = look_up(resize_rows, KD_ARRAY_SIZE(resize_rows), err, BOTH,
					NULL);

	return (struct kd_refusal_text){ row->code, row->id, row->text, row->advice };
}

/* ---- growth ---- */

#define LATER "or leave it to the next boot (reserve --config)"

/* kernel/sysfs-kernel-crash_grow has them in its own words. */
static const struct row take_rows[] = {
	{ -EINVAL, BOTH, NULL, -EINVAL, "grow-invalid",
	  "main has as much or more by now", "crashctl status shows what is reserved" },
	{ -E2BIG, BOTH, NULL, -E2BIG, "larger-than-memory",
	  "that is more than the machine has", "ask for less" },
	{ -EALREADY, BOTH, NULL, -EBUSY, "grow-in-progress",
	  "another program has taken memory for main meanwhile", "try again" },
	{ -ENOMEM, BOTH, NULL, -ENOMEM, "no-memory",
	  "so much is not available, or too little would be left to the system",
	  "end what uses memory, " LATER },
	{ -ENOSPC, BOTH, NULL, -ENOSPC, "no-room",
	  "no piece of that size could be emptied of what is in it: memory is fragmented, or "
	  "pinned", "ask for less, end what pins memory (virtual machines, RDMA), " LATER },
	{ -EAGAIN, BOTH, NULL, -EBUSY, "load-in-progress",
	  "another load or unload is in progress", "try again when it has ended" },
	{ -EBUSY, BOTH, NULL, -EBUSY, "grow-in-progress",
	  "another program is taking memory for main", "try again" },
	{ -EINTR, BOTH, NULL, -EIO, "interrupted", "a signal came", "try again" },
	{ -ENOENT, BOTH, NULL, -ENOENT, "module-gone",
	  "the module crash_grow is no longer loaded", "try again" },
	{ -ENODEV, BOTH, NULL, -ENOENT, "module-gone",
	  "the module crash_grow is no longer loaded", "try again" },
	{ -EACCES, BOTH, NULL, -EACCES, "no-privilege",
	  "only root may grow the reservation", "run it as root" },
	{ -EPERM, BOTH, NULL, -EPERM, "no-privilege",
	  "growing the reservation takes CAP_SYS_BOOT and CAP_SYS_ADMIN", "run it as root" },
};

static const struct row commit_rows[] = {
	{ -ENODATA, BOTH, NULL, -ESTALE, "changed-meanwhile",
	  "another program has given back what was taken", "try again" },
	{ -EBUSY, BOTH, NULL, -EBUSY, "resize-while-loaded",
	  "an image is loaded again meanwhile", "see which other tool loads it" },
	{ -ESTALE, BOTH, NULL, -ESTALE, "changed-meanwhile",
	  "the low part that main was to have beside it has become smaller meanwhile",
	  "try again" },
	{ -EAGAIN, BOTH, NULL, -EBUSY, "load-in-progress",
	  "another load or unload is in progress", "try again when it has ended" },
	{ -EINTR, BOTH, NULL, -EIO, "interrupted", "a signal came", "try again" },
	{ -EIO, BOTH, NULL, -EIO, "grow-failed",
	  "the kernel's map of memory does not take the new region; all is as before",
	  "the kernel's log says why: dmesg | grep crash_grow" },
	{ -ENOENT, BOTH, NULL, -ENOENT, "module-gone",
	  "the module crash_grow is no longer loaded", "try again" },
	{ -ENODEV, BOTH, NULL, -ENOENT, "module-gone",
	  "the module crash_grow is no longer loaded", "try again" },
	{ -EACCES, BOTH, NULL, -EACCES, "no-privilege",
	  "only root may grow the reservation", "run it as root" },
	{ -EPERM, BOTH, NULL, -EPERM, "no-privilege",
	  "growing the reservation takes CAP_SYS_BOOT and CAP_SYS_ADMIN", "run it as root" },
};

static const struct row write_rows[] = {
	{ -ENOENT, BOTH, NULL, -ENOENT, "resize-while-loaded",
	  "an image is loaded again meanwhile", "see which other tool loads it" },
	{ -EBUSY, BOTH, NULL, -EBUSY, "load-in-progress",
	  "another load or unload is in progress", "try again when it has ended" },
	{ -EINVAL, BOTH, NULL, -EINVAL, "cannot-grow",
	  "the kernel does not grow a reservation to that size",
	  "ask for less, " LATER },
	{ -ENOMEM, BOTH, NULL, -ENOMEM, "no-memory",
	  "no piece of that size can be had, or too little would be left to the system",
	  "ask for less, end what uses memory, " LATER },
	{ -EINTR, BOTH, NULL, -EIO, "interrupted", "a signal came", "try again" },
	{ -EACCES, BOTH, NULL, -EACCES, "no-privilege",
	  "only root may resize the reservation", "run it as root" },
	{ -EPERM, BOTH, NULL, -EPERM, "no-privilege",
	  "only root may resize the reservation", "run it as root" },
};

struct kd_refusal_text kd_explain_grow(int err, enum kd_grow_call call)
{
	static const struct {
		const struct row *rows;
		size_t n;
	} tables[] = {
		[KD_GROW_TAKE] = { take_rows, KD_ARRAY_SIZE(take_rows) },
		[KD_GROW_COMMIT] = { commit_rows, KD_ARRAY_SIZE(commit_rows) },
		[KD_GROW_WRITE] = { write_rows, KD_ARRAY_SIZE(write_rows) },
	};
	const struct row *row = look_up(tables[call].rows, tables[call].n, err, BOTH, NULL);

	return (struct kd_refusal_text){ row->code, row->id, row->text, row->advice };
}

static const struct kd_refusal_text not_signed = {
	-EKEYREJECTED, "module-not-signed",
	"the kernel takes only modules that are signed by a key it trusts",
	"sign crash_grow and enrol the key (mokutil --import): GROWTH AT RUN TIME in crashctl(8)"
}, of_other_kernel = {
	-ENOEXEC, "module-of-other-kernel",
	"crash_grow was built for another kernel than the one that runs",
	"build it again: dkms autoinstall"
}, not_found = {
	-ENOENT, "module-not-found", "modprobe does not find crash_grow",
	"depmod -a makes it known; dkms status says for which kernels it is built"
}, not_permitted = {
	-EPERM, "module-refused",
	"modules can be loaded by nobody here (kernel.modules_disabled, lockdown, a container), or "
	"not by this user", "load it before that is set, or as root"
}, lacks_symbol = {
	-ENOTSUP, "module-refused", "this kernel lacks what crash_grow needs",
	"the kernel's log says what: dmesg | grep crash_grow"
}, does_not_work = {
	-ENOTSUP, "module-refused", "crash_grow does not work with this kernel",
	"the kernel's log says why: dmesg | grep crash_grow"
};

/*
 * The answers of init_module(2), in the words of the C library or of the tool's own: kmod's
 * mod_strerror() and busybox's moderror(), which differ in case.
 */
static const struct {
	const char *says;
	const struct kd_refusal_text *words;
} module_rows[] = {
	{ "Key was rejected by service", &not_signed },
	{ "Required key not available", &not_signed },
	{ "Exec format error", &of_other_kernel },
	{ "Invalid module format", &of_other_kernel },
	{ "Module has wrong symbol version", &of_other_kernel },
	{ "not found in", &not_found },
	{ "Operation not permitted", &not_permitted },
	{ "Unknown symbol", &lacks_symbol },
	{ "No such device", &does_not_work },
	{ "not supported", &does_not_work },
	{ "does not support requested operation", &does_not_work },
};

struct kd_refusal_text kd_explain_module(int status, const char *output)
{
	static const struct kd_refusal_text not_started = {
		-ENOENT, "no-modprobe", "crash_grow is not loaded",
		"install kmod, or load crash_grow by hand"
	}, not_there = {
		-EIO, "module-failed", "nothing is wrong by that, and crash_grow is not there",
		"see what modprobe.d(5) makes of it: modprobe -c | grep crash_grow"
	}, unexplained_module = {
		-EIO, "module-failed", "crash_grow is not loaded",
		"the kernel's log may say why: dmesg | tail"
	};

	if (status < 0)
		return not_started;
	if (!status)
		return not_there;
	for (size_t i = 0; i < KD_ARRAY_SIZE(module_rows); i++)
		if (strcasestr(output, module_rows[i].says))
			return *module_rows[i].words;
	return unexplained_module;
}
