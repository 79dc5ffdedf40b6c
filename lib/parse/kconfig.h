/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * A kernel configuration (.config text: /boot/config-*, /proc/config.gz
 * unpacked): the value of one option.
 */
#ifndef KD_PARSE_KCONFIG_H
#define KD_PARSE_KCONFIG_H

#include "../core/base.h"

enum kd_tristate { KD_CONFIG_UNKNOWN = -1, KD_CONFIG_N, KD_CONFIG_M, KD_CONFIG_Y };

/* Is @text a kernel configuration at all (it holds some CONFIG_ line)? */
bool kd_kconfig_probe(const char *text, size_t len);

/*
 * @name without CONFIG_.  An option not named in a valid configuration is N;
 * one with another value than y, m or n is UNKNOWN.
 */
enum kd_tristate kd_kconfig_get(const char *text, size_t len, const char *name);

/*
 * Leaves of @text, which has a NUL behind it, the lines of the options named, and
 * the first option's: a configuration without those named is one all the same.
 * Returns the length left, again with a NUL behind it.
 */
size_t kd_kconfig_pick(char *text, size_t len, const char *const *names);

#endif
