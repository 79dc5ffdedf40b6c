/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * /etc/kdump.conf (kdump.conf(5) of kdump-utils): lines "option value", where
 * '#' begins a comment.
 */
#ifndef KD_PARSE_KDUMPCONF_H
#define KD_PARSE_KDUMPCONF_H

#include "../core/text.h"

/* The value of the last line with that option and some value; false where there is none. */
bool kd_kdumpconf_get(const char *text, const char *option, struct kd_text *ret);

#endif
