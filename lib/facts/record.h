/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The record of the last load: which files, what was in them, which command
 * line, when.  It lives below /run/crashctl and so no longer than the image.
 */
#ifndef KD_FACTS_RECORD_H
#define KD_FACTS_RECORD_H

#include "../core/sha256.h"
#include "image.h"
#include "layout.h"

/* Bits of kd_record.given. */
#define KD_GIVEN_KERNEL		1u
#define KD_GIVEN_INITRAMFS	2u
#define KD_GIVEN_CMDLINE	4u

#define KD_RECORD_FOLDER "/run/crashctl"
#define KD_RECORD_PATH KD_RECORD_FOLDER "/loaded"

struct kd_record_file {
	char *path;
	struct kd_identity id;
	char sha256[KD_SHA256_HEX];	/* "" not known */
};

struct kd_record {
	struct kd_record_file kernel, initramfs;
	char *cmdline;			/* what was loaded */
	char *configured;		/* the configuration's, without the word we add */
	char *boot_id;
	int64_t time;			/* seconds since 1970 */
	/* Sums of another version of this library are not understood; all else is. */
	bool has_sums;
	struct kd_image_sums sums;
	struct kd_contents contents;
	/* The estimate at load, bytes. */
	uint64_t need_main, need_main_with_cma, need_low, need_cma;
	uint64_t need_total_with_cma;	/* main and the CMA that was there */
	/* Named by the caller, so that other files in the configuration are no news. */
	uint64_t given;
	/* Not in records of the first versions: then "", FILE, -1 and 0. */
	enum kdump_syscall call;	/* that loaded it, never AUTO */
	char version[32];		/* of the library that did */
	struct kd_layout layout;	/* of the machine, as the image knows it */
	/* What the kernel said right after the load: -1 and 0 not known. */
	int64_t hotplug;		/* crash_hotplug */
	uint64_t reserved;		/* kexec_crash_size */
	/*
	 * Of the copies (act/keep.c), where they are not the files but what was unpacked
	 * of them for the load; "" they are the files.
	 */
	char kernel_copy[KD_SHA256_HEX], initramfs_copy[KD_SHA256_HEX];
};

/* 1 there is one of this boot, 0 there is none; -ENOMEM.  A broken one is none. */
int kd_record_read(struct kdump_ctx *ctx, const char *path, struct kd_record *ret);

/*
 * Was the image that this record is of replaced by another tool since, as far as the
 * kernel lets it be seen?  Of a loaded image only.
 */
bool kd_record_is_overtaken(const struct kd_record *record, const struct kdump_snapshot *snap);

/* The text of a record; the caller frees *@text.  -ENOMEM. */
int kd_record_write(const struct kd_record *record, char **text, size_t *len);
void kd_record_free(struct kd_record *record);

/* This boot's id; "" if not to be known. */
#define KD_BOOT_ID 64
void kd_boot_id(struct kdump_ctx *ctx, char ret[KD_BOOT_ID]);

#endif
