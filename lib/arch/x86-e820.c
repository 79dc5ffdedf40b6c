/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* See x86-e820.h. */
#include "x86-e820.h"

#include <errno.h>
#include <stdlib.h>

static int add(struct kd_e820 *e820, const struct kdump_range *range, uint32_t type)
{
	struct kd_e820_entry *v = e820->v;
	size_t room = e820->room;

	if (e820->n == room) {
		room = room ? 2 * room : 32;
		v = reallocarray(v, room, sizeof(*v));
		if (!v)
			return -ENOMEM;
		e820->v = v;
		e820->room = room;
	}
	v[e820->n++] = (struct kd_e820_entry){ range->start, kd_range_bytes(range), type };
	return 0;
}

/* Trampolines of further CPUs and BIOS calls need it; it is not part of the dump. */
static int add_first_mib(struct kd_e820 *e820, const struct kd_handover *h)
{
	int err = 0;

	for (size_t i = 0; !err && i < h->ram.n; i++) {
		struct kdump_range range = h->ram.v[i];

		range.end = kd_min(range.end, KD_MIB - 1);
		if (range.start <= range.end)
			err = add(e820, &range, KD_E820_RAM);
	}
	return err;
}

static int add_firmware(struct kd_e820 *e820, const struct kd_handover *h, uint32_t type)
{
	int err = 0;

	for (size_t i = 0; !err && i < h->n_firmware; i++)
		if (h->firmware[i].type == type)
			err = add(e820, &h->firmware[i].range, type);
	return err;
}

static int add_main(struct kd_e820 *e820, const struct kd_handover *h,
		    const struct kdump_range *kept)
{
	struct kd_ranges left = { 0 };
	int err = kd_ranges_add(&left, h->main.start, h->main.end);

	if (!err)
		err = kd_ranges_cut(&left, kept);
	for (size_t i = 0; !err && i < left.n; i++)
		if (kd_range_bytes(&left.v[i]) >= 4 * KD_KIB)
			err = add(e820, &left.v[i], KD_E820_RAM);
	kd_ranges_free(&left);
	return err;
}

int kd_e820_make(const struct kd_handover *handover, const struct kdump_range *kept,
		 struct kd_e820 *ret)
{
	static const uint32_t types[] = { KD_E820_ACPI, KD_E820_NVS, KD_E820_RESERVED };
	int err;

	*ret = (struct kd_e820){ 0 };
	err = add_first_mib(ret, handover);
	for (size_t i = 0; !err && i < KD_ARRAY_SIZE(types); i++)
		err = add_firmware(ret, handover, types[i]);
	if (!err && handover->low.end)
		err = add(ret, &handover->low, KD_E820_RAM);
	if (!err)
		err = add_main(ret, handover, kept);
	for (size_t i = 0; !err && i < handover->cma.n; i++)
		err = add(ret, &handover->cma.v[i], KD_E820_RAM);
	if (err)
		kd_e820_free(ret);
	return err;
}

void kd_e820_free(struct kd_e820 *e820)
{
	free(e820->v);
	*e820 = (struct kd_e820){ 0 };
}
