/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Is a dump whole, and of which kernel?  Told from its headers and its end: a few KiB,
 * however large the file is.  The caller reads what the parser wants next:
 *
 *	kd_vmcore_start(&v, size);
 *	while (kd_vmcore_wants(&v, &offset, &len))
 *		kd_vmcore_feed(&v, data, how much was there);
 *
 * which ends by itself.  A file that names no kernel and no end is not known to be whole.
 */
#ifndef KD_PARSE_VMCORE_H
#define KD_PARSE_VMCORE_H

#include "../core/base.h"

enum kd_vmcore_form {
	KD_VMCORE_UNKNOWN,
	KD_VMCORE_KDUMP,		/* makedumpfile's own */
	KD_VMCORE_FLATTENED,		/* the same as a stream (makedumpfile -F), or ELF as one */
	KD_VMCORE_ELF,			/* /proc/vmcore, or makedumpfile -E */
	KD_VMCORE_FILTERED,		/* through gzip and the like: not looked into */
};

enum kd_vmcore_stage {
	KD_VMCORE_HEAD, KD_VMCORE_TAIL, KD_VMCORE_FIRST_PAGE, KD_VMCORE_LAST_PAGE,
	KD_VMCORE_PROGRAM, KD_VMCORE_NOTES, KD_VMCORE_DONE,
};

#define KD_VMCORE_RELEASE 65		/* include/uapi/linux/utsname.h: __NEW_UTS_LEN + 1 */
#define KD_VMCORE_READ 8192u		/* no more is wanted at a time */

struct kd_vmcore {
	enum kd_vmcore_form form;
	int complete;			/* 1, 0, -1 not to be told */
	const char *why;		/* it is not, or is not known to be; "" */
	bool disk_full;			/* and that is why */
	char release[KD_VMCORE_RELEASE];	/* of the kernel that crashed; "" not known */
	int64_t time;			/* seconds since 1970, 0 not known */
	/* Inside. */
	enum kd_vmcore_stage stage;
	uint64_t size, offset, len, pages, block, notes, notes_len, end;
	bool big_endian;
};

void kd_vmcore_start(struct kd_vmcore *v, uint64_t size);
/* At most KD_VMCORE_READ bytes, all within the file; false: there is nothing more to know. */
bool kd_vmcore_wants(const struct kd_vmcore *v, uint64_t *offset, size_t *len);
/* What was wanted, or less where the file has become shorter or cannot be read. */
void kd_vmcore_feed(struct kd_vmcore *v, const unsigned char *data, size_t len);

#endif
