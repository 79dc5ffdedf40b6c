/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Lines of /proc/cpuinfo: see cpuinfo.h. */
#include "cpuinfo.h"

/* "flags\t\t: fpu vme ..."; the text behind the colon, NULL where there is no such line. */
static const char *value_of(const char *text, const char *name)
{
	size_t len = strlen(name);
	const char *p;

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		if (!kd_starts(text, name))
			continue;
		p = text + len + strspn(text + len, " \t");
		if (*p == ':')
			return p + 1;
	}
	return NULL;
}

bool kd_cpuinfo_has(const char *text, const char *flag)
{
	const char *p = value_of(text, "flags");
	size_t len = strlen(flag), n;

	for (; p && *p && *p != '\n'; p += n) {
		p += strspn(p, " \t");
		n = strcspn(p, " \t\n");
		if (n && n == len && !memcmp(p, flag, n))
			return true;
	}
	return false;
}

bool kd_cpuinfo_boot_apicid(const char *text, uint32_t *ret)
{
	const char *p = value_of(text, "initial apicid");
	uint64_t n = 0;

	if (!p)
		return false;
	p += strspn(p, " \t");
	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9' && n <= UINT32_MAX; p++)
		n = 10 * n + (uint64_t)(*p - '0');
	if (n > UINT32_MAX || (*p && *p != '\n'))
		return false;
	*ret = (uint32_t)n;
	return true;
}

size_t kd_cpuinfo_first(const char *text)
{
	const char *end = strstr(text, "\n\n");

	return end ? (size_t)(end - text) + 1 : strlen(text);
}
