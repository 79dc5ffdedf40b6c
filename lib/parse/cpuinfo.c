/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Flags of /proc/cpuinfo: see cpuinfo.h. */
#include "cpuinfo.h"

/* "flags\t\t: fpu vme ..."; the text behind the colon, NULL where there is no such line. */
static const char *flags_of(const char *text)
{
	const char *p;

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		if (!kd_starts(text, "flags"))
			continue;
		p = text + 5 + strspn(text + 5, " \t");
		if (*p == ':')
			return p + 1;
	}
	return NULL;
}

bool kd_cpuinfo_has(const char *text, const char *flag)
{
	const char *p = flags_of(text);
	size_t len = strlen(flag), n;

	for (; p && *p && *p != '\n'; p += n) {
		p += strspn(p, " \t");
		n = strcspn(p, " \t\n");
		if (n && n == len && !memcmp(p, flag, n))
			return true;
	}
	return false;
}

size_t kd_cpuinfo_first(const char *text)
{
	const char *end = strstr(text, "\n\n");

	return end ? (size_t)(end - text) + 1 : strlen(text);
}
