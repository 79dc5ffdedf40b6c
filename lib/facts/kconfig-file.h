/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The configuration of a kernel that is installed: where it lies, and what is asked of it. */
#ifndef KD_FACTS_KCONFIG_FILE_H
#define KD_FACTS_KCONFIG_FILE_H

#include "../core/root.h"
#include "../parse/kconfig.h"

/*
 * @ret has the lines of those options that anybody here asks for, and a NUL behind them; no
 * others, so that a record of the machine holds no more.  1, 0 where no file is there that
 * can be read and is a configuration, -ENOMEM.  @release may be NULL: not known.
 */
int kd_kconfig_read(struct kdump_ctx *ctx, const char *release, struct kd_buf *ret);

#endif
