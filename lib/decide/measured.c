/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Measured minima in an estimate: see measured.h. */
#include "measured.h"

#include <stdio.h>

#include "estimate-machine.h"

/* Twice measured, and to a MiB: as tests/bench/estimate/minima repeats. */
#define SIGMA	(KD_MIB / 2)

static bool is_replaced(size_t i, size_t machine_first, size_t machine_end)
{
	return i < machine_first || i >= machine_end;
}

void kd_measured_apply(struct kdump_estimate *est, const struct kd_estimate_machine *m,
		       size_t machine_first, size_t machine_end, uint64_t sections)
{
	/* A guest has little memory to describe, unless there is room for all that may come. */
	uint64_t header = m->elfcorehdr_known ? 0 : kd_round_up(m->elfcorehdr, m->page_size);
	char size[KD_SIZE_TEXT], more[KD_SIZE_TEXT];
	struct kdump_part part = {
		.id = "measured", .title = "smallest main that booted",
		.source = "crashctl rehearse --bisect of this image",
		.bytes = kd_add(m->measured->bytes, kd_add(sections, header)),
		.sigma = SIGMA, .basis = KDUMP_BASIS_MEASURED,
		.factor = { [KDUMP_WALL_TMPFS] = 1, [KDUMP_WALL_RUN] = 1 },
	};

	for (size_t i = 0; i < est->n_parts; i++)
		if (is_replaced(i, machine_first, machine_end))
			est->parts[i].factor[KDUMP_WALL_TMPFS] =
				est->parts[i].factor[KDUMP_WALL_RUN] = 0;
	if (part.bytes > m->measured->bytes)
		snprintf(part.arithmetic, sizeof(part.arithmetic), "%s + %s of this machine's",
			 kd_size_text(m->measured->bytes, size),
			 kd_size_text(part.bytes - m->measured->bytes, more));
	kd_estimate_add(est, &part);
}

bool kd_measured_fits(const struct kd_measured_main *measured, const char *cmdline,
		      uint64_t cpus)
{
	struct kd_crash_cpus crash;

	if (!measured->bytes)
		return false;
	kd_crash_cpus(cmdline, cpus, &crash);
	return crash.possible <= measured->cpus;
}
