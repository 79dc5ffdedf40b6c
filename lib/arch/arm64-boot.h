/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* How an arm64 kernel is started by kexec_load(). */
#ifndef KD_ARCH_ARM64_BOOT_H
#define KD_ARCH_ARM64_BOOT_H

#include "assembly.h"

extern const struct kd_arch_boot kd_arm64_boot;

#endif
