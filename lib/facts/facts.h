/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What stands in a facts file besides the texts of the machine's own files, by
 * name (core/replay.h): what the caller asked for there, and what is in the
 * kernel and the initramfs, which are too large to be sent along.
 */
#ifndef KD_FACTS_FACTS_H
#define KD_FACTS_FACTS_H

#include "../core/replay.h"

/* As given to kdump_config_set_*(); paths of the other machine. */
#define KD_VALUE_KERNEL		"kernel"
#define KD_VALUE_INITRAMFS	"initramfs"
#define KD_VALUE_APPEND		"append"
#define KD_VALUE_REUSE		"reuse_cmdline"

/* Sums of the image as KEY=value text, or why there are none. */
#define KD_VALUE_IMAGE		"image"
#define KD_VALUE_IMAGE_ERROR	"image_error"

struct kdump_facts {
	unsigned refs;
	char *text;
};

struct kdump_image;

/* Adds what was read of an image to the record.  -ENOMEM with the error told. */
int kd_image_record(struct kdump_image *image);

/* Fills in what the facts say of the files that are not open.  -ENODATA, -ENOMEM. */
int kd_image_replay(struct kdump_image *image);

#endif
