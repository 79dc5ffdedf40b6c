/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Segments of an arm64 Image: what arch/arm64/kernel/kexec_image.c and
 * machine_kexec_file.c make for kexec_file_load(), after
 * Documentation/arch/arm64/booting.rst.
 */
#include <elf.h>
#include <errno.h>
#include <stdlib.h>

#include "arch.h"
#include "arm64-boot.h"
#include "arm64-tree.h"
#include "elfcorehdr.h"

/* Of struct arm64_image_header. */
#define TEXT_OFFSET	0x08
#define IMAGE_SIZE	0x10
#define FLAGS		0x18
#define MAGIC		0x38
#define HEADER_BYTES	0x40
#define FLAG_BIG_ENDIAN	1u

#define KERNEL_ALIGN	(2 * KD_MIB)	/* MIN_KIMG_ALIGN, asm/boot.h */
#define TREE_ALIGN	(2 * KD_MIB)	/* so that no boundary of 2 MiB is inside */
#define ELFCOREHDR_ALIGN (64 * KD_KIB)	/* the largest page */

/* The kernel maps so much at once, from a whole GiB on: machine_kexec_file.c. */
#define WINDOW		(32 * KD_GIB)

static uint64_t kernel_size(const struct kd_boot_input *in)
{
	return kd_add(kd_le64(in->kernel + TEXT_OFFSET), kd_le64(in->kernel + IMAGE_SIZE));
}

static int check(const struct kd_boot_input *in, struct kd_text *why)
{
	uint64_t most = in->cmdline_max ? in->cmdline_max : kd_arch_arm64.cmdline_size;
	size_t len = strlen(in->cmdline) + 1;

	if (in->kernel_bytes < HEADER_BYTES || memcmp(in->kernel + MAGIC, "ARM\x64", 4))
		return kd_why(why, -EBADMSG, "the kernel is no Image of arm64");
	/* From 3.17 on there is a size; without one its memory is unknown. */
	if (!kd_le64(in->kernel + IMAGE_SIZE) || kernel_size(in) > 4 * KD_GIB)
		return kd_why(why, -EBADMSG, "the kernel's header does not say how large it is");
	if (kd_le64(in->kernel + TEXT_OFFSET) % in->handover->page_size)
		return kd_why(why, -ENOTSUP, "the kernel begins within a page of this one");
	if (in->kernel[FLAGS] & FLAG_BIG_ENDIAN)
		return kd_why(why, -ENOTSUP, "the kernel is a big-endian one");
	/* What is too long, the kernel would cut (drivers/of/fdt.c). */
	if (len > most)
		return kd_why(why, -E2BIG, "the command line has %zu bytes, the kernel takes %llu",
			      len, (unsigned long long)most);
	return 0;
}

/* Where the kernel lies at the lowest, and nothing else lies below its end. */
static uint64_t end_of_kernel(const struct kd_boot_input *in)
{
	return kd_add(kd_round_up(in->handover->main.start, KERNEL_ALIGN), kernel_size(in));
}

/* What a signature has appended to the image is not part of it. */
static int add_kernel(const struct kd_boot_input *in, struct kd_assembly *ret,
		      struct kd_text *why)
{
	const struct kd_segment place = {
		.name = "kernel", .size = kernel_size(in), .align = KERNEL_ALIGN,
	};

	return kd_assembly_lend(ret, &place, in->kernel,
				kd_min(in->kernel_bytes, kd_le64(in->kernel + IMAGE_SIZE)), why);
}

static int add_initramfs(const struct kd_boot_input *in, struct kd_assembly *ret,
			 struct kd_text *why)
{
	const struct kd_segment place = {
		.name = "initramfs", .size = in->initramfs_bytes,
		.align = in->handover->page_size, .min = end_of_kernel(in),
		.max = kd_add(kd_round_down(in->handover->main.start, KD_GIB), WINDOW) - 1,
	};

	if (!in->initramfs_bytes)
		return 0;
	return kd_assembly_lend(ret, &place, in->initramfs, in->initramfs_bytes, why);
}

/* With what is known before there are places, or with those that were found. */
static int make_tree(const struct kd_boot_input *in, struct kd_assembly *assembly,
		     unsigned char **ret, size_t *ret_bytes, struct kd_text *why)
{
	const struct kd_assembled *elfcorehdr = kd_assembly_find(assembly, "elfcorehdr");
	const struct kd_assembled *initramfs = kd_assembly_find(assembly, "initramfs");
	const struct kd_handover *h = in->handover;
	const struct kd_tree_told told = {
		.main = h->main, .low = h->low, .cma = &h->cma,
		/* Any address inside is as wide as the one that it will be. */
		.elfcorehdr = kd_max(elfcorehdr->place.at, h->main.start),
		.elfcorehdr_bytes = elfcorehdr->bytes,
		.initramfs = initramfs ? kd_max(initramfs->place.at, h->main.start) : 0,
		.initramfs_bytes = in->initramfs_bytes,
		.page_size = h->page_size,
		.cmdline = in->cmdline,
	};

	return kd_tree_make(h->tree, h->tree_bytes, &told, ret, ret_bytes, why);
}

static int add_tree(const struct kd_boot_input *in, struct kd_assembly *ret, struct kd_text *why)
{
	struct kd_segment place = {
		.name = "device tree", .align = TREE_ALIGN, .min = end_of_kernel(in),
		.top_down = true,
	};
	struct kd_assembled *segment;
	unsigned char *tree;
	size_t bytes;
	int err = make_tree(in, ret, &tree, &bytes, why);

	if (err)
		return err;
	place.size = bytes;
	segment = kd_assembly_add(ret, &place);
	if (!segment) {
		free(tree);
		return kd_why(why, -EFBIG, "too many segments");
	}
	segment->owned = tree;
	segment->data = tree;
	segment->bytes = bytes;
	return 0;
}

static int lay_out(const struct kd_boot_input *in, struct kd_assembly *ret, struct kd_text *why)
{
	static const struct kd_elfcorehdr_form form = {
		.machine = EM_AARCH64, .kernel_map = true, .align = ELFCOREHDR_ALIGN,
		.top_down = true,
	};
	int err = check(in, why);

	if (!err)
		err = add_kernel(in, ret, why);
	if (!err)
		err = kd_elfcorehdr_lay_out(in->handover, &form, ret, why);
	if (!err)
		err = add_initramfs(in, ret, why);
	return err ? err : add_tree(in, ret, why);
}

/* The first bytes of the kernel's piece of memory are not the image's. */
static void shift_kernel(const struct kd_boot_input *in, struct kd_segment *place)
{
	uint64_t offset = kd_le64(in->kernel + TEXT_OFFSET);

	place->at += offset;
	place->size -= offset;
}

static int fill(const struct kd_boot_input *in, struct kd_assembly *assembly,
		struct kd_purgatory *told, struct kd_text *why)
{
	struct kd_assembled *kernel = kd_assembly_find(assembly, "kernel");
	struct kd_assembled *tree = kd_assembly_find(assembly, "device tree");
	unsigned char *made;
	size_t bytes;
	int err = make_tree(in, assembly, &made, &bytes, why);

	if (err)
		return err;
	free(tree->owned);
	tree->owned = made;
	tree->data = made;
	if (bytes != tree->bytes)
		return kd_why(why, -EBADMSG, "the device tree has another size with addresses");
	shift_kernel(in, &kernel->place);
	told->entry = kernel->place.at;
	told->argument = tree->place.at;
	kd_tree_console(in->handover->tree, in->handover->tree_bytes, told);
	return 0;
}

const struct kd_arch_boot kd_arm64_boot = { lay_out, fill };
