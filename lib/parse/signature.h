/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Does a kernel image bring a signature along?  Not whether it is a good one: that is
 * for the kernel to say.
 */
#ifndef KD_PARSE_SIGNATURE_H
#define KD_PARSE_SIGNATURE_H

#include "../core/base.h"

#define KD_SIGNATURE_HEAD 4096		/* bytes of the beginning that are enough */
#define KD_SIGNATURE_TAIL 28		/* bytes of the end */

enum kd_signed {
	KD_SIGNED_UNKNOWN = -1,		/* cut, or of no form that is looked into */
	KD_SIGNED_NO,
	KD_SIGNED_YES,
};

/*
 * @head: the first bytes of the file, @tail its last KD_SIGNATURE_TAIL, NULL where it is
 * shorter.  A certificate table of a PE (x86, arm64, riscv: crypto/asymmetric_keys/
 * verify_pefile.c), or the mark at the end that modules have, and kernels of s390 and
 * powerpc (arch/s390/kernel/machine_kexec_file.c:s390_verify_sig()).
 */
enum kd_signed kd_signature_find(const unsigned char *head, size_t len,
				 const unsigned char *tail);

#endif
