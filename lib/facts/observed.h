/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The newest record that a crash kernel has left beside its dump. */
#ifndef KD_FACTS_OBSERVED_H
#define KD_FACTS_OBSERVED_H

#include "../core/ctx.h"
#include "../parse/observed.h"

#define KD_OBSERVED_NAME "crashctl-memory"

struct kdump_observed {
	struct kd_observed record;
	struct kd_text path;
};

/*
 * Looks into each folder in @folder, where dumps are saved.  1 found, 0 there is
 * none, -ENOMEM.  What is no healthy record of the owner of @folder is passed over.
 */
int kd_observed_find(struct kdump_ctx *ctx, const char *folder, struct kdump_observed *ret);

#endif
