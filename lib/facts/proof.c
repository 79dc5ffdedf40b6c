/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Tests and their proofs as text: see proof.h. */
#include "proof.h"

#include <errno.h>
#include <stdlib.h>

#include "../core/root.h"
#include "fields.h"

#define PROOFS_TEXT_MAX KD_MIB

#define U64(key, member) KD_UINT(key, struct kdump_proof, member, UINT64_MAX)
#define TEXT(key, member) KD_TEXT(key, struct kdump_proof, member)

static const struct kd_field fields[] = {
	TEXT("BOOT_ID", boot_id),
	KD_INT("TIME", struct kdump_proof, time),
	TEXT("KERNEL_SHA256", kernel_sha256),
	U64("KERNEL_SIZE", kernel_size),
	TEXT("INITRAMFS_SHA256", initramfs_sha256),
	U64("INITRAMFS_SIZE", initramfs_size),
	KD_STRING("CMDLINE", struct kdump_proof, cmdline),
	U64("RESERVED", reserved),
	U64("CMA", cma),
	TEXT("RELEASE", release),
	TEXT("FOLDER", folder),
	U64("COUNT", n_dumps),
	KD_STRING("DUMPS", struct kdump_proof, dumps),
	KD_INT("DEATH", struct kdump_proof, death),
	KD_UINT("OUTCOME", struct kdump_proof, outcome, KD_PROOF_UNSEEN),
	TEXT("DUMP", dump),
	U64("RAM", ram),
	U64("LOWEST", lowest),
	KD_UINT("WALL", struct kdump_proof, wall, KDUMP_WALLS),
	KD_UINT("DISK_FULL", struct kdump_proof, disk_full, 1),
	TEXT("WHY", why),
};

int kd_proof_write(const struct kdump_proof *proof, char **text, size_t *len)
{
	return kd_fields_write(fields, KD_ARRAY_SIZE(fields), proof, text, len);
}

int kd_proof_parse(const char *text, size_t len, struct kdump_proof *ret)
{
	struct kdump_proof proof = { .cmdline = NULL };
	struct kd_kv kv;
	int err;

	/* Cut in its last line, it could hold another number. */
	if (!len || text[len - 1] != '\n')
		return 0;
	err = kd_kv_parse(text, len, &kv, NULL);
	if (err)
		return err == -ENOMEM ? err : 0;
	err = kd_fields_read(fields, KD_ARRAY_SIZE(fields), &kv, &proof);
	kd_kv_free(&kv);
	if (!err && (!*proof.boot_id || proof.lowest > proof.ram || proof.time < 0))
		err = -EBADMSG;
	if (err) {
		kd_proof_free(&proof);
		return err == -ENOMEM ? err : 0;
	}
	*ret = proof;
	return 1;
}

int kd_proofs_parse(const char *text, struct kdump_proof *proofs, size_t *n)
{
	const char *stop;
	int r = 0;

	*n = 0;
	for (; *n < KD_PROOFS_MAX && r >= 0 && (stop = strstr(text, "\n\n")); text = stop + 2) {
		r = kd_proof_parse(text, (size_t)(stop + 1 - text), &proofs[*n]);
		/* The mark alone has none yet. */
		if (r > 0 && proofs[*n].outcome == KD_PROOF_PENDING) {
			kd_proof_free(&proofs[*n]);
			r = 0;
		}
		*n += r > 0;
	}
	return r < 0 ? r : 0;
}

int kd_proof_read_mark(struct kdump_ctx *ctx, struct kdump_proof *ret)
{
	struct kd_buf buf;
	int r = kd_root_read(ctx, KD_TEST_PATH, PROOFS_TEXT_MAX, &buf);

	if (r)
		return r == -ENOMEM ? r : r == -ENOENT || r == -EACCES ? 0 : -EBADMSG;
	r = kd_proof_parse(buf.data, buf.len, ret);
	kd_buf_free(&buf);
	return r ? r : -EBADMSG;
}

int kd_proofs_read(struct kdump_ctx *ctx, struct kdump_proof *proofs, size_t *n)
{
	struct kd_buf buf;
	int r = kd_root_read(ctx, KD_PROOFS_PATH, PROOFS_TEXT_MAX, &buf);

	*n = 0;
	if (r)
		return r == -ENOMEM ? r : 0;
	r = kd_proofs_parse(buf.data, proofs, n);
	kd_buf_free(&buf);
	return r;
}

void kd_proof_free(struct kdump_proof *proof)
{
	free(proof->cmdline);
	free(proof->dumps);
	*proof = (struct kdump_proof){ .cmdline = NULL };
}

/* 0 where it cannot be seen, too. */
static uint64_t cma_bytes(const struct kdump_snapshot *snap)
{
	uint64_t bytes;

	return kd_snapshot_reserved(snap, KDUMP_POOL_CMA, &bytes) ? bytes : 0;
}

int kd_proof_of(const struct kd_record *record, const struct kdump_snapshot *snap,
		struct kdump_proof *ret)
{
	struct kdump_proof proof = {
		.reserved = snap->kexec.has_size ? snap->kexec.size : 0,
		.cma = cma_bytes(snap),
		.cmdline = strdup(record && record->cmdline ? record->cmdline : ""),
	};

	if (!proof.cmdline)
		return -ENOMEM;
	if (record) {
		memcpy(proof.kernel_sha256, record->kernel.sha256, KD_SHA256_HEX);
		memcpy(proof.initramfs_sha256, record->initramfs.sha256, KD_SHA256_HEX);
		proof.kernel_size = record->kernel.id.size;
		proof.initramfs_size = record->initramfs.id.size;
	}
	*ret = proof;
	return 0;
}

bool kd_proof_is_of(const struct kdump_proof *proof, const struct kd_record *record,
		    const struct kdump_snapshot *snap)
{
	return record && *record->kernel.sha256 && *record->initramfs.sha256 && record->cmdline &&
	       snap->kexec.has_size && kd_streq(proof->kernel_sha256, record->kernel.sha256) &&
	       kd_streq(proof->initramfs_sha256, record->initramfs.sha256) &&
	       proof->kernel_size == record->kernel.id.size &&
	       proof->initramfs_size == record->initramfs.id.size &&
	       kd_streq(proof->cmdline, record->cmdline) &&
	       proof->reserved == snap->kexec.size && proof->cma == cma_bytes(snap);
}
