/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What a rehearsal has measured, in an estimate: in place of all that is modelled of the
 * time until init runs.  What comes then, the dump, was not rehearsed.
 */
#ifndef KD_DECIDE_MEASURED_H
#define KD_DECIDE_MEASURED_H

#include "estimate.h"

/*
 * Puts it in the place of every part that counts at the walls of root and start, but for
 * those from @machine_first to @machine_end: what this machine has, and no guest.
 * @sections: that main would touch here beyond those that it touched in the guest, bytes.
 */
void kd_measured_apply(struct kdump_estimate *est, const struct kd_estimate_machine *m,
		       size_t machine_first, size_t machine_end, uint64_t sections);

/* Was it measured on a machine like that, as far as it counts? */
bool kd_measured_fits(const struct kd_measured_main *measured, const char *cmdline,
		      uint64_t cpus);

#endif
