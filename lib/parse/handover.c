/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* See handover.h. */
#include "handover.h"

#include <errno.h>
#include <stdlib.h>

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int take_hex(const char **text, uint64_t *ret)
{
	const char *p = *text;
	uint64_t n = 0;

	if (kd_starts(p, "0x"))
		p += 2;
	if (digit(*p) < 0)
		return -EBADMSG;
	for (; digit(*p) >= 0; p++) {
		if (n >> 60)
			return -EBADMSG;
		n = n << 4 | (uint64_t)digit(*p);
	}
	*text = p;
	*ret = n;
	return 0;
}

int kd_address_parse(const char *text, uint64_t *ret)
{
	uint64_t n;

	if (take_hex(&text, &n) || *text)
		return -EBADMSG;
	*ret = n;
	return 0;
}

int kd_vmcoreinfo_parse(const char *text, uint64_t *at, uint64_t *bytes)
{
	uint64_t where, size;

	if (take_hex(&text, &where) || *text++ != ' ' || kd_address_parse(text, &size) || !size)
		return -EBADMSG;
	*at = where;
	*bytes = size;
	return 0;
}

int kd_systab_get(const char *text, const char *name, uint64_t *ret)
{
	size_t len = strlen(name);
	uint64_t n;

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		const char *value = text + len + 1;

		if (strncmp(text, name, len) || text[len] != '=')
			continue;
		if (take_hex(&value, &n) || (*value && *value != '\n'))
			return -EBADMSG;
		*ret = n;
		return 0;
	}
	return -ENOENT;
}

uint32_t kd_firmware_type(const char *text)
{
	static const struct {
		const char *text;
		uint32_t type;
	} types[] = {
		{ "System RAM", 1 },
		{ "Reserved", 2 },
		{ "reserved", 2 },
		{ "device reserved", 2 },
		{ "ACPI Tables", 3 },
		{ "ACPI Non-volatile Storage", 4 },
	};

	for (size_t i = 0; i < KD_ARRAY_SIZE(types); i++)
		if (kd_streq(text, types[i].text))
			return types[i].type;
	return 0;
}

int kd_numbered_name(const char *name, const char *prefix, uint32_t *ret)
{
	size_t len = strlen(prefix), digits;

	if (strncmp(name, prefix, len))
		return -EINVAL;
	digits = strspn(name + len, "0123456789");
	if (!digits || digits > 9 || name[len + digits])
		return -EINVAL;
	*ret = (uint32_t)strtoul(name + len, NULL, 10);
	return 0;
}
