/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * A machine and an image of any numbers: what is built of them lies inside main,
 * does not overlap, and is as long as it says.  The input: a head of fixed form,
 * ranges of memory, then a kernel, whose first bytes are boot parameters too.
 */
#include "../../lib/decide/assemble.h"

#include <errno.h>
#include <stdlib.h>

#define PAGE 4096u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct head {
	uint64_t main_start, main_bytes, low_start, low_bytes;
	uint64_t init_size, pref_address, elfcorehdr, direct_map;
	uint8_t alignment, ram, cma, firmware, cpus, cmdline, initramfs, flags;
};

struct input {
	const uint8_t *data;
	size_t size;
};

static void require(bool holds)
{
	if (!holds)
		abort();
}

static uint64_t take(struct input *in)
{
	uint64_t n;

	if (in->size < sizeof(n))
		return 0;
	memcpy(&n, in->data, sizeof(n));
	in->data += sizeof(n);
	in->size -= sizeof(n);
	return n;
}

static struct kdump_range take_range(struct input *in)
{
	uint64_t start = take(in), bytes = take(in);

	return (struct kdump_range){ start, kd_add(start, bytes) };
}

static void take_ranges(struct input *in, size_t n, struct kd_ranges *ret)
{
	for (size_t i = 0; i < n; i++) {
		struct kdump_range range = take_range(in);

		require(!kd_ranges_add(ret, range.start, range.end));
	}
}

static struct kdump_range region(uint64_t start, uint64_t bytes)
{
	return bytes ? (struct kdump_range){ start, kd_add(start, bytes - 1) }
		     : (struct kdump_range){ 0, 0 };
}

static void check(const struct kd_assembly *a, const struct kdump_range *main_region)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct kd_segment *x = &a->v[i].place;

		require(x->size && x->at % PAGE == 0 && x->size % PAGE == 0);
		require(x->at >= main_region->start && x->at <= main_region->end);
		require(x->size - 1 <= main_region->end - x->at);
		require(a->v[i].bytes <= x->size);
		for (size_t j = 0; j < i; j++)
			require(x->at >= a->v[j].place.at + a->v[j].place.size ||
				a->v[j].place.at >= x->at + x->size);
	}
}

static void try(const struct kd_boot_input *in)
{
	struct kd_text why = { "" };
	struct kd_assembly a;
	int err = kd_assemble(&kd_arch_x86_64, in, &a, &why);

	require(!err == !*why.s);
	if (err)
		return;
	check(&a, &in->handover->main);
	kd_assembly_free(&a);
}

static void fill(const struct head *head, struct input *in, struct kd_handover *h)
{
	size_t firmware = head->firmware;

	*h = (struct kd_handover){
		.page_size = PAGE, .elfcorehdr_bytes = head->elfcorehdr,
		.main = region(head->main_start, head->main_bytes),
		.low = region(head->low_start, head->low_bytes),
		.has_direct_map = head->flags & 1, .direct_map = head->direct_map,
		.text = { head->pref_address, head->flags & 2 ? UINT64_MAX : 0 },
		.vmcoreinfo = { 0x1000, 4096 }, .n_cpus = head->cpus,
		.cpus = calloc(head->cpus + 1u, sizeof(*h->cpus)),
		.firmware = calloc(firmware + 1, sizeof(*h->firmware)),
		.boot_params = calloc(1, PAGE),
	};
	take_ranges(in, head->ram, &h->ram);
	take_ranges(in, head->cma, &h->cma);
	for (; h->n_firmware < firmware; h->n_firmware++)
		h->firmware[h->n_firmware] = (struct kd_firmware_range){
			take_range(in), (uint32_t)h->n_firmware % 5
		};
	memcpy(h->boot_params, in->data, in->size < PAGE ? in->size : PAGE);
	if (!(head->flags & 4))
		return;
	memcpy(h->boot_params + 0x1c0, "EL64", 4);
	h->efi_map_bytes = 40u * head->cpus;
	h->efi_map = calloc(1, h->efi_map_bytes + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	char cmdline[256] = "";
	struct kd_handover h;
	struct head head;

	if (size < sizeof(head))
		return 0;
	memcpy(&head, data, sizeof(head));
	in.data += sizeof(head);
	in.size -= sizeof(head);
	fill(&head, &in, &h);
	memset(cmdline, 'x', head.cmdline);
	try(&(struct kd_boot_input){
		.handover = &h, .kernel = in.data, .kernel_bytes = in.size,
		.init_size = head.init_size, .pref_address = head.pref_address,
		.alignment = UINT64_C(1) << head.alignment % 64,
		.initramfs = in.data, .initramfs_bytes = head.initramfs ? in.size : 0,
		.cmdline = cmdline, .cmdline_max = 200,
	});
	kd_ranges_free(&h.ram);
	kd_ranges_free(&h.cma);
	free(h.cpus);
	free(h.firmware);
	free(h.boot_params);
	free(h.efi_map);
	return 0;
}
