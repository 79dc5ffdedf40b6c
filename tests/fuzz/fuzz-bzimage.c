/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Any bytes as the beginning of a kernel.  The first four bytes say how long
 * the file is beyond what is given, the next four are the payload's trailer.
 */
#include "../../lib/parse/bzimage.h"

#include <errno.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PREFIX 8

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_release(const char *release, size_t size)
{
	require(memchr(release, '\0', size));
	for (; *release; release++)
		require(*release > ' ' && *release < 0x7f);
}

/* Whatever is promised must be in the file. */
static void check(const struct kd_kernel *out, uint64_t file_size, const void *tail)
{
	check_release(out->release, sizeof(out->release));
	require(out->init_size && out->init_size <= UINT32_MAX);
	require(out->alignment && !(out->alignment & (out->alignment - 1)));
	require(out->payload_size > 4 && out->payload_offset >= 1024);
	require(out->payload_offset <= file_size);
	require(out->payload_size <= file_size - out->payload_offset);
	require(out->unpacked_size <= out->init_size);
	require(!tail || out->unpacked_size == kd_le32(tail));
}

/* The rest of the file has no say in what the header says. */
static void check_same(const uint8_t *head, size_t size, const struct kd_kernel *out)
{
	struct kd_kernel alone;

	if (kd_bzimage_parse(head, size, size, NULL, &alone, NULL))
		return;
	require(!strcmp(alone.release, out->release));
	require(alone.init_size == out->init_size);
	require(alone.payload_offset == out->payload_offset);
	require(alone.payload_size == out->payload_size);
}

static void check_banner(const uint8_t *head, size_t size)
{
	char banner[512];

	if (!kd_bzimage_banner(head, size, banner, sizeof(banner)))
		return;
	require(kd_bzimage_probe(head, size) && *banner);
	for (const char *p = banner; *p; p++)
		require(*p >= ' ' && *p < 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kd_kernel out, without;
	struct kd_text why = { "" };
	const uint8_t *head, *tail;
	uint64_t file_size;
	int err, other;

	if (size < PREFIX)
		return 0;
	head = data + PREFIX;
	tail = data + 4;
	size -= PREFIX;
	file_size = size + kd_le32(data);
	check_banner(head, size);
	err = kd_bzimage_parse(head, size, file_size, tail, &out, &why);
	require(!err || err == -ENOEXEC || err == -EBADMSG || err == -ENOTSUP);
	require(!err == !why.s[0]);
	require(kd_bzimage_probe(head, size) == (err != -ENOEXEC));
	other = kd_bzimage_parse(head, size, file_size, NULL, &without, NULL);
	if (other)
		require(err == other);
	else
		check(&without, file_size, NULL);
	if (!err)
		check(&out, file_size, tail);
	if (!err)
		check_same(head, size, &out);
	return 0;
}
