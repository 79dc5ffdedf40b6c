/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * One option of a .config: see kconfig.h.  The lines are those that
 * scripts/kconfig/confdata.c:conf_write() makes: "CONFIG_X=value" and
 * "# CONFIG_X is not set".  The last line that names an option counts, as it
 * does when kconfig reads the file.
 */
#include "kconfig.h"

struct option {
	const char *name;		/* without CONFIG_ */
	size_t name_len;
	const char *value;		/* NULL: is not set */
	size_t value_len;
};

static bool is_option_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

static bool take(const char **p, const char *end, const char *what)
{
	size_t n = strlen(what);

	if ((size_t)(end - *p) < n || memcmp(*p, what, n))
		return false;
	*p += n;
	return true;
}

static bool split(const char *p, const char *end, struct option *ret)
{
	bool unset = take(&p, end, "# ");

	if (!take(&p, end, "CONFIG_"))
		return false;
	*ret = (struct option){ .name = p };
	while (p < end && is_option_char(*p))
		p++;
	ret->name_len = (size_t)(p - ret->name);
	if (!ret->name_len)
		return false;
	if (unset)
		return take(&p, end, " is not set") && p == end;
	if (!take(&p, end, "="))
		return false;
	ret->value = p;
	ret->value_len = (size_t)(end - p);
	return true;
}

/* The next option at or after *@pos. */
static bool next_option(const char *text, size_t len, size_t *pos, struct option *ret)
{
	const char *line, *end;

	while (*pos < len) {
		line = text + *pos;
		end = memchr(line, '\n', len - *pos);
		if (!end)
			end = text + len;
		*pos = (size_t)(end - text) + 1;
		if (split(line, end, ret))
			return true;
	}
	return false;
}

/* Is @name set anywhere? @ret is its last value; @any says that options were met. */
static bool find(const char *text, size_t len, const char *name, struct option *ret,
		 bool *any)
{
	size_t pos = 0, n = strlen(name);
	struct option option;
	bool found = false;

	*any = false;
	while (next_option(text, len, &pos, &option)) {
		*any = true;
		if (option.name_len != n || memcmp(option.name, name, n))
			continue;
		*ret = option;
		found = option.value;
	}
	return found;
}

bool kd_kconfig_probe(const char *text, size_t len)
{
	struct option option;
	size_t pos = 0;

	return next_option(text, len, &pos, &option);
}

enum kd_tristate kd_kconfig_get(const char *text, size_t len, const char *name)
{
	struct option option;
	bool any;

	if (!find(text, len, name, &option, &any))
		return any ? KD_CONFIG_N : KD_CONFIG_UNKNOWN;
	if (option.value_len != 1)
		return KD_CONFIG_UNKNOWN;
	switch (option.value[0]) {
	case 'y':
		return KD_CONFIG_Y;
	case 'm':
		return KD_CONFIG_M;
	case 'n':
		return KD_CONFIG_N;
	default:
		return KD_CONFIG_UNKNOWN;
	}
}

static bool is_among(const struct option *option, const char *const *names)
{
	for (; *names; names++)
		if (strlen(*names) == option->name_len &&
		    !memcmp(*names, option->name, option->name_len))
			return true;
	return false;
}

size_t kd_kconfig_pick(char *text, size_t len, const char *const *names)
{
	size_t pos = 0, left = 0, n;
	struct option option;
	const char *line;

	while (next_option(text, len, &pos, &option)) {
		if (left && !is_among(&option, names))
			continue;
		line = option.name - strlen(option.value ? "CONFIG_" : "# CONFIG_");
		n = kd_min(pos, len) - (size_t)(line - text);
		memmove(text + left, line, n);
		left += n;
	}
	text[left] = '\0';
	return left;
}
