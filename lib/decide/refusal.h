/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Why the kernel refused a load: every errno of kexec_file_load() with the
 * facts that tell its causes apart, as one sentence, an advice and a stable
 * identifier.
 */
#ifndef KD_DECIDE_REFUSAL_H
#define KD_DECIDE_REFUSAL_H

#include "../facts/snapshot.h"

struct kd_refusal_text {
	int code;			/* of the closed list in libkdump.h */
	const char *id, *text, *advice;
};

/* @err as the system call gave it, negative. */
struct kd_refusal_text kd_explain_load(int err, const struct kdump_snapshot *snap);

/* The same for a write to kexec_crash_size. */
struct kd_refusal_text kd_explain_resize(int err);

#endif
