/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The parts of an estimate that come from the image and from the boot of its
 * kernel: what each is, where its number comes from, at which walls it counts.
 */
#include <stdio.h>

#include "calibration.h"
#include "estimate.h"

#define AT(load, tmpfs, run, dump) { load, tmpfs, run, dump }

void kd_estimate_add(struct kdump_estimate *est, const struct kdump_part *part)
{
	struct kdump_part *to;

	if (est->n_parts == KD_PARTS_MAX)
		return;
	to = &est->parts[est->n_parts++];
	*to = *part;
	if (!to->low && !to->high)
		to->low = to->high = to->bytes;
}

/*
 * Once init runs, the kernel has given back what only its start needed
 * (init/main.c:free_initmem()).
 */
static void add_init(struct kdump_estimate *est, const struct kd_kernel *kernel)
{
	struct kdump_part *part = &est->parts[est->n_parts - 1];

	if (!kernel->init || kernel->init > part->bytes)
		return;
	part->factor[KDUMP_WALL_DUMP] = 0;
	kd_estimate_add(est, &(struct kdump_part){
		.id = "kernel-started", .title = "kernel in memory, once it has started",
		.source = "the same without its init sections",
		.bytes = part->bytes - kernel->init, .basis = KDUMP_BASIS_EXACT,
		.factor = AT(0, 0, 0, 1) });
}

static void add_kernel(struct kdump_estimate *est, const struct kd_calibration *cal,
		       const struct kd_kernel *kernel)
{
	struct kdump_part part = {
		.id = "kernel", .title = "kernel in memory",
		.source = "program headers of the kernel inside",
		.bytes = kernel->resident, .basis = KDUMP_BASIS_EXACT, .factor = AT(0, 1, 1, 1),
	};

	kd_estimate_add(est, &(struct kdump_part){
		.id = "kernel-start", .title = "kernel, while it unpacks itself",
		.source = "init_size of the setup header",
		.bytes = kernel->init_size, .basis = KDUMP_BASIS_EXACT,
		.factor = AT(1, 0, 0, 0) });
	if (!kd_kernel_is_exact(kernel)) {
		part.source = "init_size less 10 to 12 MiB (measured)";
		part.bytes = kd_sub_floor(kernel->init_size, cal->started_less.mean);
		part.low = kd_sub_floor(kernel->init_size, cal->started_less.high);
		part.high = kd_sub_floor(kernel->init_size, cal->started_less.low);
		part.sigma = cal->started_less.sigma;
		part.basis = KDUMP_BASIS_MODELLED;
	}
	kd_estimate_add(est, &part);
	add_init(est, kernel);
}

/*
 * What a segment unpacks to whose codec this build lacks (or LZO, which none
 * has): real initramfs unpack to 2 to 4 times what is stored.
 */
#define UNREAD_FACTOR	5
#define UNREAD_FACTOR_MIN 2
#define UNREAD_WINDOW	(8 * KD_MIB)

static void add_unread(struct kdump_estimate *est, uint64_t stored)
{
	if (!stored)
		return;
	kd_estimate_add(est, &(struct kdump_part){
		.id = "initramfs-unread", .title = "initramfs that could not be unpacked here",
		.source = "5 times what is stored (2 to 5): its codec is not in this build",
		.bytes = kd_mul(stored, UNREAD_FACTOR), .low = kd_mul(stored, UNREAD_FACTOR_MIN),
		.high = kd_mul(stored, UNREAD_FACTOR),
		.basis = KDUMP_BASIS_MODELLED, .factor = AT(0, 1, 1, 1) });
	kd_estimate_add(est, &(struct kdump_part){
		.id = "decompressor-unread", .title = "decompressor of that part",
		.source = "the largest of the others' (measured)",
		.bytes = UNREAD_WINDOW, .low = 0, .high = UNREAD_WINDOW,
		.basis = KDUMP_BASIS_MODELLED, .factor = AT(0, 0, 1, 0) });
}

/*
 * A tmpfs takes no more than its share of the memory, and half as many inodes
 * as that has pages (mm/shmem.c:shmem_default_max_blocks(),
 * shmem_default_max_inodes()): as much again must stay free.
 */
static void add_tmpfs_room(struct kdump_estimate *est, const struct kd_estimate_machine *m,
			   uint64_t unpacked, uint64_t files)
{
	uint64_t share = m->tmpfs_percent, room, inodes;
	struct kdump_part part = {
		.id = "tmpfs-room", .title = "room that the root tmpfs must leave",
		.source = "a tmpfs may fill half of the memory (mm/shmem.c)",
		.basis = KDUMP_BASIS_COMPUTED, .factor = AT(0, 1, 0, 0),
	};

	if (!share)
		return;
	room = share < 100 ? unpacked / share * (100 - share) : 0;
	inodes = kd_sub_floor(kd_mul(files, 2 * m->page_size), unpacked);
	part.bytes = kd_max(room, inodes);
	if (!part.bytes)
		return;
	if (room >= inodes)
		snprintf(part.arithmetic, sizeof(part.arithmetic),
			 "initramfs unpacked x %u / %u", (unsigned)(100 - share),
			 (unsigned)share);
	else
		snprintf(part.arithmetic, sizeof(part.arithmetic),
			 "%llu files x 2 pages, less initramfs unpacked",
			 (unsigned long long)files);
	kd_estimate_add(est, &part);
}

static void add_initramfs(struct kdump_estimate *est, const struct kd_estimate_machine *m,
			  const struct kd_initramfs *initramfs)
{
	uint64_t unread = kd_mul(initramfs->partial_stored, UNREAD_FACTOR);
	uint64_t pages = m->tmpfs ? kd_initramfs_in_tmpfs(initramfs, m->page_size)
				  : kd_initramfs_in_ramfs(initramfs, m->page_size);

	kd_estimate_add(est, &(struct kdump_part){
		.id = "initramfs", .title = "initramfs as stored",
		.source = "size of the file",
		.bytes = kd_round_up(initramfs->stored, m->page_size),
		.basis = KDUMP_BASIS_EXACT, .factor = AT(1, 1, 1, 0) });
	kd_estimate_add(est, &(struct kdump_part){
		.id = "initramfs-unpacked", .title = "initramfs unpacked",
		.source = "its files, each rounded up to pages",
		.bytes = pages, .basis = KDUMP_BASIS_EXACT,
		.factor = AT(0, 1, 1, 1) });
	kd_estimate_add(est, &(struct kdump_part){
		.id = "initramfs-inodes", .title = "its inodes and names",
		.source = "slab objects of its files and folders",
		.bytes = kd_initramfs_slab(initramfs, m->page_size),
		.basis = KDUMP_BASIS_COMPUTED, .factor = AT(0, 1, 1, 1) });
	add_tmpfs_room(est, m, kd_add(pages, unread), kd_initramfs_inodes(initramfs));
	kd_estimate_add(est, &(struct kdump_part){
		.id = "decompressor", .title = "decompressor's window",
		.source = "header of the compressed stream",
		.bytes = initramfs->window, .basis = KDUMP_BASIS_COMPUTED,
		.factor = AT(0, 0, 1, 0) });
	add_unread(est, initramfs->partial_stored);
}

void kd_estimate_add_image(struct kdump_estimate *est, const struct kd_estimate_machine *m,
			   const struct kd_image_sums *sums)
{
	add_kernel(est, kd_calibration_find(m->arch, sums->kernel.release), &sums->kernel);
	add_initramfs(est, m, &sums->initramfs);
}

static void add_measured(struct kdump_estimate *est, const struct kd_measured *measured,
			 struct kdump_part part)
{
	part.bytes = measured->mean;
	part.low = measured->low;
	part.high = measured->high;
	part.sigma = measured->sigma;
	part.basis = KDUMP_BASIS_MODELLED;
	kd_estimate_add(est, &part);
}

/*
 * What is measured has pages of 4 KiB.  openSUSE's calibration of one arm64
 * kernel with both (kdump's calibrate.conf) has 25 MiB more for the kernel with
 * 64 KiB, and 44 MiB more for the programs that write the dump.
 */
static void add_page_size(struct kdump_estimate *est, uint64_t page_size)
{
	uint64_t kernel = 25 * KD_MIB / 64 * (page_size / KD_KIB);
	uint64_t programs = 44 * KD_MIB / 64 * (page_size / KD_KIB);

	if (page_size <= 4 * KD_KIB)
		return;
	kd_estimate_add(est, &(struct kdump_part){
		.id = "page-size", .title = "larger pages, in the kernel",
		.source = "25 MiB with 64 KiB (not measured here)",
		.bytes = kernel, .low = 0, .high = kernel,
		.basis = KDUMP_BASIS_MODELLED, .factor = AT(0, 1, 1, 1) });
	kd_estimate_add(est, &(struct kdump_part){
		.id = "page-size-programs", .title = "larger pages, in programs",
		.source = "44 MiB with 64 KiB (not measured here)",
		.bytes = programs, .low = 0, .high = programs,
		.basis = KDUMP_BASIS_MODELLED, .factor = AT(0, 0, 0, 1) });
}

void kd_estimate_add_boot(struct kdump_estimate *est, const struct kd_estimate_machine *m,
			  const struct kd_image_sums *sums)
{
	const struct kd_calibration *cal = kd_calibration_find(m->arch, sums->kernel.release);

	kd_estimate_add(est, &(struct kdump_part){
		.id = "elfcorehdr", .title = "description of this machine's memory",
		.source = m->elfcorehdr_known ? "crash_elfcorehdr_size"
					      : "56 bytes for each CPU and range of memory",
		.bytes = kd_round_up(m->elfcorehdr, m->page_size),
		.basis = KDUMP_BASIS_COMPUTED, .factor = AT(1, 1, 1, 1) });
	add_measured(est, &cal->boot, (struct kdump_part){
		.id = "boot", .title = "allocations of the boot", .source = cal->source,
		.factor = AT(0, 0, 1, 1) });
	if (m->tmpfs_percent)
		add_measured(est, &cal->early, (struct kdump_part){
			.id = "boot-early", .title = "allocations before unpacking",
			.source = "0.6 to 4.5 MiB (measured)", .factor = AT(0, 1, 0, 0) });
	add_page_size(est, m->page_size);
}
