/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The end of a kernel's log, as pstore keeps it over a reboot: was it a crash kernel, and
 * what has it died of?
 */
#ifndef KD_PARSE_CRASHLOG_H
#define KD_PARSE_CRASHLOG_H

#include "../core/text.h"
#include "../libkdump.h"

#define KD_CRASHLOG_LINE 200
#define KD_CRASHLOG_RELEASE 65		/* include/uapi/linux/utsname.h: __NEW_UTS_LEN + 1 */

struct kd_crashlog {
	bool crash_kernel;		/* false: there is no sign of it */
	bool on_purpose;		/* of a kernel that was made to panic */
	char release[KD_CRASHLOG_RELEASE];	/* "" not known */
	char why[KD_CRASHLOG_LINE];	/* the line that says it, printable; "" none does */
	bool has_wall;			/* it died of too little memory */
	enum kdump_wall wall;		/* and when that was */
};

void kd_crashlog_parse(const char *text, size_t len, struct kd_crashlog *ret);

#endif
