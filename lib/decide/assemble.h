/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * A kexec_load() put together: segments laid out, placed inside the
 * reservation, filled, hashed, and a purgatory that checks those hashes before
 * the crash kernel starts.  Pure: bytes in, bytes out.
 */
#ifndef KD_DECIDE_ASSEMBLE_H
#define KD_DECIDE_ASSEMBLE_H

#include "../arch/arch.h"
#include "../arch/assembly.h"

/*
 * -ENOTSUP no segments can be built for this architecture or in this build;
 * -EADDRNOTAVAIL a segment has no place, @why names it; -E2BIG the command line
 * is too long; -ENODATA the running kernel hides what is needed; -EBADMSG what it
 * says contradicts itself; -ENOMEM.
 */
int kd_assemble(const struct kd_arch *arch, const struct kd_boot_input *in,
		struct kd_assembly *ret, struct kd_text *why);

#endif
