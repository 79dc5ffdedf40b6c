/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The LUKS header of a device, or of a copy of it in a file. */
#ifndef KD_FACTS_LUKS_H
#define KD_FACTS_LUKS_H

#include "../core/ctx.h"
#include "../parse/luks2.h"

/* -errno of opening or reading, or of kd_luks_parse(); @why says it in words. */
int kd_luks_read(struct kdump_ctx *ctx, const char *path, struct kd_luks *ret,
		 struct kd_text *why);

#endif
