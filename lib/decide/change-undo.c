/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The way back of the last change: see change.h. */
#include <errno.h>

#include "plan.h"

KD_API int kdump_plan_new_undo(struct kdump_ctx *ctx, struct kdump_report *report,
			       struct kdump_plan **ret)
{
	(void)report, (void)ret;
	kd_begin(ctx);
	kd_advise(ctx, "reserve names what is to be reserved instead");
	return kd_fail_id(ctx, -ENOENT, "nothing-to-undo",
			  "crashctl has not changed the boot configuration here");
}
