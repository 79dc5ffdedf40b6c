/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The small formats of procfs and sysfs: see sysfs.h. */
#include "sysfs.h"

#include <errno.h>
#include <stdlib.h>

/* strtoull() alone would take signs and leading blanks. */
static int number(const char **p, int base, uint64_t *ret)
{
	unsigned long long n;
	char *end;
	bool digit = (**p >= '0' && **p <= '9') ||
		     (base == 16 && ((**p | 32) >= 'a' && (**p | 32) <= 'f'));

	if (!digit)
		return -EBADMSG;
	errno = 0;
	n = strtoull(*p, &end, base);
	if (errno)
		return -EBADMSG;
	*p = end;
	*ret = n;
	return 0;
}

int kd_cpulist_count(const char *text, uint64_t *ret)
{
	uint64_t first, last, count = 0;

	for (;;) {
		if (number(&text, 10, &first))
			return -EBADMSG;
		last = first;
		if (*text == '-' && (text++, number(&text, 10, &last)))
			return -EBADMSG;
		if (last < first || last > 1000000)
			return -EBADMSG;
		count += last - first + 1;
		if (*text != ',')
			break;
		text++;
	}
	if (*text && *text != '\n')
		return -EBADMSG;
	*ret = count;
	return 0;
}

int kd_cma_ranges_parse(const char *text, struct kd_ranges *ret, struct kd_text *why)
{
	struct kd_ranges list = { 0 };
	uint64_t start, end;
	unsigned line = 1;
	int err;

	for (; *text; line++) {
		if (number(&text, 16, &start) || *text++ != '-' || number(&text, 16, &end) ||
		    *text != '\n') {
			kd_ranges_free(&list);
			return kd_why(why, -EBADMSG, "line %u is no address range", line);
		}
		text++;
		err = kd_ranges_add(&list, start, end);
		if (err) {
			kd_ranges_free(&list);
			if (err == -ENOMEM)
				return err;
			return kd_why(why, -EBADMSG, "line %u ends before it starts", line);
		}
	}
	*ret = list;
	return 0;
}

int kd_range_parse(const char *text, struct kdump_range *ret)
{
	struct kdump_range range;

	if (number(&text, 16, &range.start) || *text++ != '-' || number(&text, 16, &range.end) ||
	    *text || range.end < range.start)
		return -EBADMSG;
	*ret = range;
	return 0;
}

int kd_choice_parse(const char *text, char *ret, size_t size)
{
	const char *open = strchr(text, '['), *close;
	size_t len;

	close = open ? strchr(open, ']') : NULL;
	if (!close)
		return -EBADMSG;
	len = (size_t)(close - open - 1);
	if (!len || len >= size)
		return -EBADMSG;
	memcpy(ret, open + 1, len);
	ret[len] = '\0';
	return 0;
}

int kd_table_get(const char *text, const char *name, int base, uint64_t *ret)
{
	size_t len = strlen(name);
	const char *line = text, *p;

	while (line) {
		if (!strncmp(line, name, len) && line[len] == ':') {
			p = line + len + 1;
			p += strspn(p, " \t");
			return number(&p, base, ret);
		}
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return -ENOENT;
}

bool kd_zoneinfo_has_movable(const char *text)
{
	static const char zone[] = ", zone ", present[] = " present ";
	bool movable = false;
	const char *p;

	while (*text) {
		size_t len = strcspn(text, "\n");

		p = memmem(text, len, zone, sizeof(zone) - 1);
		if (p) {
			p += sizeof(zone) - 1;
			movable = kd_starts(p + strspn(p, " "), "Movable");
		}
		p = memmem(text, len, present, sizeof(present) - 1);
		if (p && movable && strtoull(p + sizeof(present) - 1, NULL, 10))
			return true;
		text += len + (text[len] == '\n');
	}
	return false;
}

bool kd_zones_are_movable(const char *valid_zones)
{
	return kd_streq(valid_zones, "Movable");
}
