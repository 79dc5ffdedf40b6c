/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Reads what arch/handover.h holds, from /proc and /sys, with privilege. */
#ifndef KD_FACTS_HANDOVER_H
#define KD_FACTS_HANDOVER_H

#include "../arch/handover.h"
#include "snapshot.h"

/*
 * What of it must be there for this architecture, and is not: -ENODATA, the
 * error told with its file; -EACCES, -EBADMSG, -EIO.
 */
int kd_handover_read(struct kdump_ctx *ctx, const struct kdump_snapshot *snap,
		     struct kd_handover *ret);
void kd_handover_free(struct kd_handover *handover);

#endif
