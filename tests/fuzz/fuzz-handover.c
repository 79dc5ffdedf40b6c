/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Any bytes as the headers of /proc/kcore, and as each of the short texts in which
 * the kernel tells addresses.
 */
#include "../../lib/parse/handover.h"
#include "../../lib/parse/kcore.h"

#include <errno.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void try_kcore(const uint8_t *data, size_t size)
{
	struct kd_text why = { "" };
	struct kd_kcore kcore;
	size_t bytes;
	int err = kd_kcore_bytes(data, size, &bytes, &why);

	require(err ? err == -EBADMSG && *why.s : bytes <= KD_MIB + 65535 * 56);
	for (uint64_t kernel = 0; kernel <= 32 * KD_MIB; kernel += 16 * KD_MIB) {
		kd_text_clear(&why);
		err = kd_kcore_parse(data, size, kernel, &kcore, &why);
		require(!err == !*why.s);
		if (err)
			continue;
		require(size >= bytes);
		require(kcore.text.start <= kcore.text.end);
		if (!kcore.text.end)
			continue;
		require(kernel && kcore.has_direct_map);
		require(kcore.text.start <= kernel && kernel <= kcore.text.end);
		require(kcore.text_virtual - kcore.text.start != kcore.direct_map);
	}
}

static void try_texts(const char *text)
{
	uint64_t at, bytes = 0;
	uint32_t number;

	if (!kd_address_parse(text, &at))
		require(strlen(text) <= 18 || strspn(text, "0x") > 2);
	if (!kd_vmcoreinfo_parse(text, &at, &bytes))
		require(bytes && strchr(text, ' '));
	if (!kd_systab_get(text, "ACPI20", &at))
		require(strstr(text, "ACPI20="));
	require(kd_firmware_type(text) <= 4);
	if (!kd_numbered_name(text, "cpu", &number))
		require(kd_starts(text, "cpu") && number < 1000000000);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	try_kcore(data, size);
	try_texts(text);
	free(text);
	return 0;
}
