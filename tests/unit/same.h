/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Field by field: is what came out of a parser the same as what another time did? */
#ifndef TESTS_UNIT_SAME_H
#define TESTS_UNIT_SAME_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/parse/initramfs.h"
#include "../../lib/parse/kernel.h"

static inline void assert_same_kernel(const struct kd_kernel *a, const struct kd_kernel *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->container, b->container);
	assert_string_equal(a->arch, b->arch);
	assert_string_equal(a->release, b->release);
	assert_int_equal(a->init_size, b->init_size);
	assert_int_equal(a->alignment, b->alignment);
	assert_int_equal(a->pref_address, b->pref_address);
	assert_int_equal(a->cmdline_size, b->cmdline_size);
	assert_int_equal(a->page_size, b->page_size);
	assert_int_equal(a->codec, b->codec);
	assert_int_equal(a->payload_offset, b->payload_offset);
	assert_int_equal(a->payload_size, b->payload_size);
	assert_int_equal(a->unpacked_size, b->unpacked_size);
	assert_int_equal(a->resident, b->resident);
	assert_int_equal(a->text, b->text);
	assert_int_equal(a->data, b->data);
	assert_int_equal(a->bss, b->bss);
	assert_int_equal(a->init, b->init);
	assert_int_equal(a->percpu, b->percpu);
	assert_int_equal(a->initramfs_options, b->initramfs_options);
	assert_int_equal(a->initrd_offset, b->initrd_offset);
	assert_int_equal(a->initrd_size, b->initrd_size);
	assert_int_equal(a->text_offset, b->text_offset);
	assert_int_equal(a->image_offset, b->image_offset);
	assert_int_equal(a->image_size, b->image_size);
	assert_int_equal(a->cmdline_offset, b->cmdline_offset);
	assert_int_equal(a->cmdline_bytes, b->cmdline_bytes);
	assert_int_equal(a->uname_offset, b->uname_offset);
	assert_int_equal(a->uname_bytes, b->uname_bytes);
}

static inline void assert_same_initramfs(const struct kd_initramfs *a, const struct kd_initramfs *b)
{
	assert_int_equal(a->stored, b->stored);
	assert_int_equal(a->unpacked, b->unpacked);
	assert_int_equal(a->content, b->content);
	assert_memory_equal(a->pages, b->pages, sizeof(a->pages));
	assert_int_equal(a->files, b->files);
	assert_int_equal(a->regular, b->regular);
	assert_int_equal(a->links, b->links);
	assert_int_equal(a->symlinks, b->symlinks);
	assert_int_equal(a->long_symlinks, b->long_symlinks);
	assert_int_equal(a->skipped, b->skipped);
	assert_int_equal(a->window, b->window);
	assert_int_equal(a->no_trailer, b->no_trailer);
	assert_int_equal(a->partial, b->partial);
	assert_int_equal(a->partial_stored, b->partial_stored);
	assert_int_equal(a->n_segments, b->n_segments);
	for (size_t i = 0; i < kd_min(a->n_segments, KD_INITRAMFS_SEGMENTS); i++) {
		assert_int_equal(a->segments[i].codec, b->segments[i].codec);
		assert_int_equal(a->segments[i].offset, b->segments[i].offset);
		assert_int_equal(a->segments[i].stored, b->segments[i].stored);
		assert_int_equal(a->segments[i].unpacked, b->segments[i].unpacked);
		assert_int_equal(a->segments[i].window, b->segments[i].window);
	}
}

#endif
