/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* How an x86_64 kernel is started by kexec_load(). */
#ifndef KD_ARCH_X86_BOOT_H
#define KD_ARCH_X86_BOOT_H

#include "assembly.h"

extern const struct kd_arch_boot kd_x86_boot;

/*
 * Where purgatory can say something: the serial port of the last console= or earlycon=
 * word that names one; the screen, where the machine booted in text mode.
 */
void kd_x86_console(const char *cmdline, const unsigned char *boot_params,
		    struct kd_purgatory *told);

#endif
