/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* /proc/cpuinfo of x86 (arch/x86/kernel/cpu/proc.c:show_cpuinfo()): the flags of the first CPU. */
#ifndef KD_PARSE_CPUINFO_H
#define KD_PARSE_CPUINFO_H

#include "../core/base.h"

/* Is @flag, a whole word, among them? */
bool kd_cpuinfo_has(const char *text, const char *flag);

/* The "initial apicid" of the first CPU, which is the one that booted; false where none is told. */
bool kd_cpuinfo_boot_apicid(const char *text, uint32_t *ret);

/* The length of what is said of the first CPU, the empty line behind it left out. */
size_t kd_cpuinfo_first(const char *text);

#endif
