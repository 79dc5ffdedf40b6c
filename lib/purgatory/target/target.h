/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Code for the bare processor: no library, no data that is written, no address
 * that is known before it runs.  The page tables, or their absence, are the dying
 * kernel's; physical addresses are what they say.
 */
#ifndef KD_PURGATORY_TARGET_H
#define KD_PURGATORY_TARGET_H

#include "../purgatory.h"

/* verify.c: the first region that is not what it was; NULL: all are whole. */
const struct kd_purgatory_region *kd_target_damaged(const struct kd_purgatory *told);

/*
 * main.c, called by entry-ARCH.S with the block behind the image: returns where
 * the crash kernel may be started, and never where it may not.
 */
void kd_target_main(const struct kd_purgatory *told);

/* console.c: on the screen from a column on, and which is the next. */
unsigned kd_target_say(const struct kd_purgatory *told, unsigned column, const char *text);

/* machine-ARCH.c */
unsigned char kd_target_in(uint64_t port);
void kd_target_out(uint64_t port, unsigned char value);
_Noreturn void kd_target_halt(void);

#endif
