/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * How a call says that it failed: one statement that prepends a reason to the
 * context's error text and returns the code.  No I/O; pure layers may use it.
 */
#ifndef KD_CORE_ERROR_H
#define KD_CORE_ERROR_H

#include "../libkdump.h"
#include "text.h"

/* Every public call that can fail begins with this: forgets the last error. */
void kd_begin(struct kdump_ctx *ctx);

/* "fmt: what was there"; returns @code. */
int kd_fail(struct kdump_ctx *ctx, int code, const char *fmt, ...) KD_PRINTF(3, 4);

/* The same, and the stable identifier, a constant string; the innermost one stays. */
int kd_fail_id(struct kdump_ctx *ctx, int code, const char *id, const char *fmt, ...)
	KD_PRINTF(4, 5);

/* What to do about it; the innermost one stays. */
void kd_advise(struct kdump_ctx *ctx, const char *fmt, ...) KD_PRINTF(2, 3);

/* For -ENOMEM, which needs no words from the caller. */
int kd_oom(struct kdump_ctx *ctx);

/* A step worth knowing with -v; syslog priority. */
void kd_log(struct kdump_ctx *ctx, int priority, const char *fmt, ...) KD_PRINTF(3, 4);

/* Text of an errno, thread-safe and in English whatever the locale. */
const char *kd_errno_text(int code);

#endif
