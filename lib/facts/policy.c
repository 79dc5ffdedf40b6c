/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Policies: see policy.h. */
#include "policy.h"

#include "../core/root.h"
#include "../core/sys.h"
#include "kconfig-file.h"

static enum kd_signed is_signed(int kernel)
{
	unsigned char head[KD_SIGNATURE_HEAD], tail[KD_SIGNATURE_TAIL];
	bool has_tail = false;
	struct stat st;
	ssize_t n;

	n = kd_sys_pread(kernel, head, sizeof(head), 0);
	if (n < 0 || kd_sys_fstat(kernel, &st))
		return KD_SIGNED_UNKNOWN;
	if (st.st_size >= (off_t)sizeof(tail))
		has_tail = kd_sys_pread(kernel, tail, sizeof(tail),
					(uint64_t)st.st_size - sizeof(tail)) ==
			   (ssize_t)sizeof(tail);
	return kd_signature_find(head, (size_t)n, has_tail ? tail : NULL);
}

static void read_kconfig(struct kdump_ctx *ctx, const char *release, struct kd_policy *ret)
{
	struct kd_buf buf;

	ret->sig = ret->sig_force = KD_CONFIG_UNKNOWN;
	if (kd_kconfig_read(ctx, release, &buf) <= 0)
		return;
	ret->sig = kd_kconfig_get(buf.data, buf.len, "KEXEC_SIG");
	ret->sig_force = kd_kconfig_get(buf.data, buf.len, "KEXEC_SIG_FORCE");
	kd_buf_free(&buf);
}

/* Four bytes of attributes, then 1 or 0 (fs/efivarfs/file.c; the UEFI specification). */
static int read_secure_boot(struct kdump_ctx *ctx)
{
	static const char path[] = "sys/firmware/efi/efivars/"
				   "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
	struct kd_buf buf;
	int ret = -1;

	if (kd_root_read(ctx, path, KD_KIB, &buf))
		return -1;
	if (buf.len == 5)
		ret = buf.data[4] == 1;
	kd_buf_free(&buf);
	return ret;
}

void kd_policy_read(struct kdump_ctx *ctx, const struct kdump_snapshot *snap, int kernel,
		    struct kd_policy *ret)
{
	uint64_t n;

	*ret = (struct kd_policy){
		.image_signed = is_signed(kernel),
		.secure_boot = read_secure_boot(ctx),
		.ima = kd_root_exists(ctx, "sys/kernel/security/ima"),
	};
	read_kconfig(ctx, snap->release, ret);
	/* security/loadpin/loadpin.c; before 6.3 the file was called enabled. */
	ret->loadpin = !kd_root_read_u64(ctx, "proc/sys/kernel/loadpin/enforce", &n) && n;
	/* kernel/crash_dump_dm_crypt.c */
	if (!kd_root_read_u64(ctx, "sys/kernel/config/crash_dm_crypt_keys/count", &n))
		ret->crypt_keys = n;
}
