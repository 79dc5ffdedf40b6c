/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The list of segments that are put together: see assembly.h. */
#include "assembly.h"

#include <errno.h>
#include <stdlib.h>

struct kd_assembled *kd_assembly_find(struct kd_assembly *assembly, const char *name)
{
	for (size_t i = 0; i < assembly->n; i++)
		if (kd_streq(assembly->v[i].place.name, name))
			return &assembly->v[i];
	return NULL;
}

struct kd_assembled *kd_assembly_add(struct kd_assembly *assembly, const struct kd_segment *place)
{
	struct kd_assembled *segment;

	if (assembly->n == KD_SEGMENTS_MAX)
		return NULL;
	segment = &assembly->v[assembly->n++];
	*segment = (struct kd_assembled){ .place = *place };
	return segment;
}

int kd_assembly_lend(struct kd_assembly *assembly, const struct kd_segment *place,
		     const unsigned char *data, uint64_t bytes, struct kd_text *why)
{
	struct kd_assembled *segment = kd_assembly_add(assembly, place);

	if (!segment)
		return kd_why(why, -EFBIG, "too many segments");
	segment->data = data;
	segment->bytes = bytes;
	return 0;
}

void kd_assembly_free(struct kd_assembly *assembly)
{
	for (size_t i = 0; i < assembly->n; i++)
		free(assembly->v[i].owned);
	*assembly = (struct kd_assembly){ 0 };
}
