/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Tests: what was loaded when the machine was made to panic on purpose, and what came of
 * it.  The mark of one that is under way and the proofs of those that are over have the
 * same fields, KEY=value; a proof ends with an empty line, which no value has.
 */
#ifndef KD_FACTS_PROOF_H
#define KD_FACTS_PROOF_H

#include "../parse/crashlog.h"
#include "record.h"

#define KD_PROOF_FOLDER "/var/lib/crashctl"
#define KD_TEST_PATH KD_PROOF_FOLDER "/test"
#define KD_PROOFS_PATH KD_PROOF_FOLDER "/proofs"
#define KD_PROOFS_MAX 16
#define KD_PROOF_PATH 512

enum kd_proof_outcome {
	KD_PROOF_PENDING,
	KD_PROOF_CAPTURED,
	KD_PROOF_FAILED,
	KD_PROOF_UNSEEN,		/* where, or into what, is not looked */
};

struct kdump_proof {
	char *cmdline;			/* of the crash kernel; "" not known */
	/*
	 * What was there before: the folder that dumps are looked for in, "" it could not be
	 * looked into; how many; and the names of the newest, a '/' behind each.
	 */
	char folder[KD_PROOF_PATH];
	uint64_t n_dumps;
	char *dumps;
	int64_t death;			/* when the last crash kernel had died by then; 0 none */
	char kernel_sha256[KD_SHA256_HEX], initramfs_sha256[KD_SHA256_HEX];	/* "" not known */
	uint64_t kernel_size, initramfs_size;
	uint64_t reserved, cma;		/* kexec_crash_size, and all of CMA */
	char boot_id[KD_BOOT_ID];	/* of the boot that was to panic */
	char release[KD_CRASHLOG_RELEASE];	/* of its kernel; "" not known */
	int64_t time;			/* of the panic, seconds since 1970 */
	/* What came of it. */
	uint64_t outcome;		/* enum kd_proof_outcome */
	char dump[KD_PROOF_PATH];	/* "" none */
	uint64_t ram, lowest;		/* of the crash kernel's memory; ram 0 not known */
	uint64_t wall;			/* 1 + enum kdump_wall: it ran out there; 0 it did not */
	uint64_t disk_full;
	char why[256];			/* it is no capture; "" */
};

/* 1, 0 it is no healthy one, or is cut; -ENOMEM. */
int kd_proof_parse(const char *text, size_t len, struct kdump_proof *ret);
/* Those of a text that ends with a NUL, as kd_proofs_read() has them. */
int kd_proofs_parse(const char *text, struct kdump_proof *proofs, size_t *n);

/* 1 there is one, 0 none, or none for this user; -EBADMSG no healthy one; -ENOMEM. */
int kd_proof_read_mark(struct kdump_ctx *ctx, struct kdump_proof *ret);
/* The newest first, up to KD_PROOFS_MAX; what is not healthy is left out.  -ENOMEM. */
int kd_proofs_read(struct kdump_ctx *ctx, struct kdump_proof *proofs, size_t *n);

/* Appends to *@text, which is NULL or from malloc().  -ENOMEM. */
int kd_proof_write(const struct kdump_proof *proof, char **text, size_t *len);

void kd_proof_free(struct kdump_proof *proof);

/* What is loaded now, as far as @record (NULL: not known) and @snap say.  -ENOMEM. */
int kd_proof_of(const struct kd_record *record, const struct kdump_snapshot *snap,
		struct kdump_proof *ret);
/* Is it of that very image and reservation?  Never where either is not known. */
bool kd_proof_is_of(const struct kdump_proof *proof, const struct kd_record *record,
		    const struct kdump_snapshot *snap);

#endif
