/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The command line that an image is loaded with: known only once it is read. */
#include <errno.h>
#include <stdlib.h>

#include "../parse/cmdline.h"
#include "../parse/rootfs.h"
#include "measured.h"

/* What could not be read may name a root. */
static bool names_root(const struct kdump_image *image)
{
	return image->sums.initramfs.partial || image->contents.lists_cut ||
	       image->contents.names_root;
}

/* A word that saves memory is not worth a line that the kernel refuses. */
static bool fits(const struct kdump_image *image, const char *line, const char *word)
{
	uint64_t most = image->sums.kernel.cmdline_size;

	return !most || strlen(line) + 1 + strlen(word) + 1 + KD_ELFCOREHDR_ARG <= most;
}

static int compose(struct kdump_image *image)
{
	const char *line = image->config->cmdline.text;
	int err;

	free(image->cmdline);
	image->cmdline = NULL;
	image->added = NULL;
	if (!line)
		return 0;
	image->added = kd_rootfs_lift(line, image->sums.kernel.initramfs_options == 1,
				      names_root(image));
	if (image->added && !fits(image, line, image->added))
		image->added = NULL;
	err = kd_cmdline_compose(line, NULL, image->added, &image->cmdline);
	return err ? -ENOMEM : 0;
}

/* What was measured is of that line. */
int kd_image_compose(struct kdump_image *image)
{
	int err = compose(image);

	return err ? err : kd_measured_find(image);
}

KD_API const char *kdump_image_get_cmdline(const struct kdump_image *image)
{
	return image->cmdline;
}

KD_API size_t kdump_image_count_largest(const struct kdump_image *image)
{
	return image->contents.n_largest;
}

KD_API const char *kdump_image_get_largest(const struct kdump_image *image, size_t i,
					   uint64_t *bytes)
{
	if (i >= image->contents.n_largest)
		return NULL;
	*bytes = image->contents.largest[i].bytes;
	return image->contents.largest[i].path;
}

KD_API const char *kdump_image_get_added_word(const struct kdump_image *image)
{
	return image->added;
}
