/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Signatures: see signature.h. */
#include "signature.h"

/* include/linux/module_signature.h: MODULE_SIG_STRING */
static const char mark[] = "~Module signature appended~\n";

/* The PE/COFF specification: offsets from the "PE\0\0". */
#define PE_OFFSET	0x3c	/* in the DOS header */
#define OPTIONAL	24	/* the optional header */
#define MAGIC_32	0x10b
#define MAGIC_64	0x20b
#define COUNT_32	92	/* in it: NumberOfRvaAndSizes */
#define COUNT_64	108
#define CERTIFICATES	4	/* index of the data directory, of 8 bytes each, behind the count */

static enum kd_signed find_table(const unsigned char *pe, size_t len)
{
	size_t count;

	if (len < OPTIONAL + 2 || memcmp(pe, "PE\0\0", 4))
		return KD_SIGNED_UNKNOWN;
	if (kd_le16(pe + OPTIONAL) == MAGIC_64)
		count = OPTIONAL + COUNT_64;
	else if (kd_le16(pe + OPTIONAL) == MAGIC_32)
		count = OPTIONAL + COUNT_32;
	else
		return KD_SIGNED_UNKNOWN;
	if (len < count + 4 + 8 * (CERTIFICATES + 1))
		return KD_SIGNED_UNKNOWN;
	if (kd_le32(pe + count) <= CERTIFICATES)
		return KD_SIGNED_NO;
	/* Offset and size: both are 0 where there is none. */
	pe += count + 4 + 8 * CERTIFICATES;
	return kd_le32(pe) && kd_le32(pe + 4) ? KD_SIGNED_YES : KD_SIGNED_NO;
}

enum kd_signed kd_signature_find(const unsigned char *head, size_t len,
				 const unsigned char *tail)
{
	uint32_t at;

	if (tail && !memcmp(tail, mark, KD_SIGNATURE_TAIL))
		return KD_SIGNED_YES;
	if (len < PE_OFFSET + 4 || memcmp(head, "MZ", 2))
		return KD_SIGNED_UNKNOWN;
	at = kd_le32(head + PE_OFFSET);
	if (at >= len)
		return KD_SIGNED_UNKNOWN;
	return find_table(head + at, len - at);
}
