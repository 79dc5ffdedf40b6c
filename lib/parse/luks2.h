/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The header of a LUKS device (LUKS2 On-Disk Format Specification 1.1): how
 * much memory it takes to unlock it.  Argon2 needs as much as was chosen when
 * the key was set, all of it at once; PBKDF2, and so all of LUKS1, none.
 */
#ifndef KD_PARSE_LUKS2_H
#define KD_PARSE_LUKS2_H

#include "../core/text.h"

#define KD_LUKS_HEAD	4096
#define KD_LUKS_MAX	(8 * KD_MIB)	/* two copies of 4 MiB */

struct kd_luks {
	unsigned version;		/* 1 or 2 */
	unsigned slots;			/* of LUKS2, that are tried with a passphrase */
	uint64_t bytes;			/* that the most demanding of them takes */
};

/*
 * How many bytes from the beginning of the device kd_luks_parse() wants to
 * see; @head are the first KD_LUKS_HEAD of them, or fewer if there are no more.
 */
size_t kd_luks_need(const void *head, size_t len);

/*
 * The newer of the two copies whose checksum is right.  -EBADMSG, with the
 * reason in @why; -ENOMEM.
 */
int kd_luks_parse(const void *data, size_t len, struct kd_luks *ret, struct kd_text *why);

#endif
