/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What a crash kernel has written beside its dump: how much memory it had and
 * how little of it was left.  cli/hooks/crashctl-memory-watch writes it, four
 * lines KEY=value.
 */
#ifndef KD_PARSE_OBSERVED_H
#define KD_PARSE_OBSERVED_H

#include "../core/text.h"

/* include/uapi/linux/utsname.h: __NEW_UTS_LEN, and the NUL. */
#define KD_OBSERVED_RELEASE 65

struct kd_observed {
	char release[KD_OBSERVED_RELEASE];	/* of the crash kernel */
	uint64_t time;				/* seconds since 1970 */
	uint64_t ram;				/* bytes of System RAM that it was given */
	uint64_t lowest;			/* bytes of MemAvailable, never above @ram */
};

#define KD_OBSERVED_MAX 4096

/* -EBADMSG: cut, not of this form, or numbers that cannot be; -ENOMEM. */
int kd_observed_parse(const char *text, size_t len, struct kd_observed *ret);

#endif
