/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Any bytes as a kernel image.  Not only must the walker survive: however the
 * file is cut into pieces, it must find the same.
 */
#include "../../lib/parse/kernel.h"

#include <errno.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* Every byte it asks for is in the file, and it comes to an end. */
static int walk(const uint8_t *data, size_t size, size_t piece, struct kd_kernel *ret)
{
	struct kd_kernel_walker *w;
	struct kd_text why;
	size_t calls = 0;
	uint64_t at;
	int err = 0;

	kd_text_clear(&why);
	if (kd_kernel_walker_new(size, &w))
		abort();
	while (!err && (at = kd_kernel_walker_next(w)) < size) {
		err = kd_kernel_walker_feed(w, data + at, kd_min(piece, size - at), &why);
		require(++calls <= 4 * (size / piece + 4));
	}
	if (!err)
		err = kd_kernel_walker_finish(w, ret, &why);
	kd_kernel_walker_free(w);
	require(!err || err == -ENOEXEC || err == -EBADMSG || err == -ENOTSUP ||
		err == -EFBIG);
	require(!err == !why.s[0]);
	return err;
}

static void check_sums(const struct kd_kernel *k, size_t size)
{
	require(k->kind != KD_KERNEL_UNKNOWN && k->arch[0]);
	require(memchr(k->arch, '\0', sizeof(k->arch)));
	require(memchr(k->release, '\0', sizeof(k->release)));
	require(k->init_size && k->alignment && !(k->alignment & (k->alignment - 1)));
	require(k->resident <= k->init_size && k->init <= k->resident);
	require(k->payload_offset <= size && k->payload_size <= size - k->payload_offset);
	require(k->initrd_offset <= size && k->initrd_size <= size - k->initrd_offset);
	require(k->initramfs_options >= -1 && k->initramfs_options <= 1);
	require(kd_kernel_form(k)[0]);
}

static void check_same(const struct kd_kernel *a, const struct kd_kernel *b)
{
	require(a->kind == b->kind && a->container == b->container && a->codec == b->codec);
	require(!strcmp(a->arch, b->arch) && !strcmp(a->release, b->release));
	require(a->init_size == b->init_size && a->resident == b->resident);
	require(a->text == b->text && a->data == b->data && a->bss == b->bss);
	require(a->init == b->init && a->percpu == b->percpu);
	require(a->initramfs_options == b->initramfs_options);
	require(a->unpacked_size == b->unpacked_size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kd_kernel whole, pieces;
	int err = walk(data, size, 1 << 20, &whole);

	if (!err)
		check_sums(&whole, size);
	/* Which of two faults is met first depends on how much a decoder is given at once. */
	require(!walk(data, size, 61, &pieces) == !err);
	if (!err)
		check_same(&whole, &pieces);
	return 0;
}
