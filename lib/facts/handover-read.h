/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What the readers of handover.c and handover-x86.c share. */
#ifndef KD_FACTS_HANDOVER_READ_H
#define KD_FACTS_HANDOVER_READ_H

#include "handover.h"

/* Tells that a file (relative to the root) could not be had; what kd_handover_read() returns. */
int kd_handover_hidden(struct kdump_ctx *ctx, int err, const char *path);

/* A file of one hexadecimal number; -errno, nothing told. */
int kd_handover_address(struct kdump_ctx *ctx, const char *path, uint64_t *ret);

/* The numbers of entries PREFIX<number> of a folder, ascending; -errno, nothing told. */
int kd_handover_list(struct kdump_ctx *ctx, const char *path, const char *prefix,
		     uint32_t **ret, size_t *ret_n);

/* Boot parameters, the firmware's memory map, ACPI, EFI; errors told. */
int kd_handover_read_x86(struct kdump_ctx *ctx, struct kd_handover *ret);

#endif
