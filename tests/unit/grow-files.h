/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The files of the module crash_grow, as they are when it has just been loaded. */
#ifndef TESTS_UNIT_GROW_FILES_H
#define TESTS_UNIT_GROW_FILES_H

#include "machine.h"

#define GROW	"sys/kernel/crash_grow/"

static inline void grow_put(const struct machine *m)
{
	static const char *const files[][2] = {
		{ GROW "take", "" }, { GROW "commit", "" },
		{ GROW "main", "\n" }, { GROW "low", "\n" }, { GROW "grown", "\n" },
		{ GROW "low_size", "268435456\n" }, { GROW "high", "0\n" },
		{ GROW "node", "-1\n" }, { GROW "margin", "67108864\n" },
	};

	for (size_t i = 0; i < KD_ARRAY_SIZE(files); i++)
		machine_put(m, files[i][0], files[i][1]);
}

/* A kernel that grows by itself, in place of the module. */
static inline void grow_put_kernel(const struct machine *m)
{
	machine_put(m, "sys/kernel/kexec/crash_growable", "1\n");
}

#endif
