/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Puts the segments of a kexec_load() together: see assemble.h. */
#include "assemble.h"

#include <errno.h>
#include <stdlib.h>

#include "placement.h"

#define MIN_PURGATORY	0x3000		/* arch/x86/kernel/kexec-bzimage64.c */

static int check(const struct kd_arch *arch, const struct kd_boot_input *in,
		 struct kd_text *why)
{
	if (!arch->boot)
		return kd_why(why, -ENOTSUP, "crashctl builds no segments for %s", arch->name);
	if (!kd_streq(kd_purgatory_arch(), arch->name))
		return kd_why(why, -ENOTSUP, "this build of crashctl has no purgatory for %s",
			      arch->name);
	if (!in->handover->main.end)
		return kd_why(why, -EADDRNOTAVAIL, "no crash memory is reserved");
	return 0;
}

static int add_purgatory(struct kd_assembly *assembly, uint64_t page_size, struct kd_text *why)
{
	const struct kd_segment place = {
		.name = "purgatory", .size = kd_purgatory_size(), .align = page_size,
		.min = MIN_PURGATORY, .top_down = true,
	};
	struct kd_assembled *purgatory = kd_assembly_add(assembly, &place);

	if (!purgatory)
		return kd_why(why, -EFBIG, "too many segments");
	purgatory->owned = calloc(1, kd_purgatory_bytes());
	if (!purgatory->owned)
		return kd_why(why, -ENOMEM, "out of memory");
	purgatory->data = purgatory->owned;
	purgatory->bytes = kd_purgatory_bytes();
	purgatory->unverified = true;
	return 0;
}

static int no_place(const struct kd_segment *segment, const struct kdump_range *region,
		    struct kd_text *why)
{
	char size[KD_SIZE_TEXT], reserved[KD_SIZE_TEXT];

	return kd_why(why, -EADDRNOTAVAIL, "there is no place for the segment \"%s\" (%s) in the "
		      "%s that are reserved", segment->name, kd_size_text(segment->size, size),
		      kd_size_text(kd_range_bytes(region), reserved));
}

/*
 * All in the main region: the kernel takes no other (kernel/kexec_core.c:
 * sanity_check_segment_list()).  It finds its control pages in the gaps.
 */
static int place(const struct kd_handover *h, struct kd_assembly *assembly, struct kd_text *why)
{
	struct kd_segment list[KD_SEGMENTS_MAX + 1];
	const struct kd_segment *failed;
	size_t n = assembly->n;

	for (size_t i = 0; i < n; i++) {
		struct kd_segment *segment = &assembly->v[i].place;

		/* kexec_load() wants whole pages, kexec_file_load() would make them. */
		segment->size = kd_round_up(segment->size, h->page_size);
		segment->align = kd_max(segment->align, h->page_size);
		list[i] = *segment;
	}
	list[n] = (struct kd_segment){
		.name = "control pages", .size = kd_control_bytes(kd_ranges_bytes(&h->ram)),
		.align = h->page_size,
	};
	failed = kd_place(list, n + 1, &h->main, h->page_size);
	if (failed)
		return no_place(failed, &h->main, why);
	for (size_t i = 0; i < n; i++)
		assembly->v[i].place.at = list[i].at;
	return 0;
}

/* What follows the data of a segment is the kernel's to clear or to write: not verified. */
static void verify(const struct kd_assembly *assembly, struct kd_purgatory *told)
{
	for (size_t i = 0; i < assembly->n; i++) {
		const struct kd_assembled *segment = &assembly->v[i];

		if (!segment->unverified)
			kd_purgatory_add(told, segment->place.name, segment->place.at,
					 segment->data, segment->bytes);
	}
}

static int assemble(const struct kd_arch *arch, const struct kd_boot_input *in,
		    struct kd_assembly *assembly, struct kd_text *why)
{
	struct kd_purgatory told = { 0 };
	struct kd_assembled *purgatory;
	int err = arch->boot->lay_out(in, assembly, why);

	if (!err)
		err = add_purgatory(assembly, in->handover->page_size, why);
	if (!err)
		err = place(in->handover, assembly, why);
	if (!err)
		err = arch->boot->fill(in, assembly, &told, why);
	if (err)
		return err;
	verify(assembly, &told);
	purgatory = kd_assembly_find(assembly, "purgatory");
	kd_purgatory_make(&told, purgatory->owned);
	assembly->entry = purgatory->place.at;
	return 0;
}

int kd_assemble(const struct kd_arch *arch, const struct kd_boot_input *in,
		struct kd_assembly *ret, struct kd_text *why)
{
	struct kd_assembly assembly = { 0 };
	int err = check(arch, in, why);

	if (err)
		return err;
	err = assemble(arch, in, &assembly, why);
	if (err)
		kd_assembly_free(&assembly);
	else
		*ret = assembly;
	return err;
}
