/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* /etc/kdump.conf, as kdump-lib-initramfs.sh:kdump_read_conf() reads it: see kdumpconf.h. */
#include "kdumpconf.h"

#define BLANKS " \t\r\v\f"

static bool take_line(const char *line, size_t len, const char *option, struct kd_text *ret)
{
	size_t n = strlen(option);

	if (len < n || memcmp(line, option, n) || (len > n && !strchr(BLANKS, line[n])))
		return false;
	line += n;
	len -= n;
	while (len && strchr(BLANKS, *line))
		line++, len--;
	while (len && strchr(BLANKS, line[len - 1]))
		len--;
	if (len)
		kd_text_set(ret, "%.*s", (int)kd_min(len, KD_TEXT_MAX), line);
	return len;
}

bool kd_kdumpconf_get(const char *text, const char *option, struct kd_text *ret)
{
	bool found = false;

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		text += strspn(text, BLANKS);
		found |= take_line(text, strcspn(text, "#\n"), option, ret);
	}
	return found;
}
