/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * /proc/iomem: see iomem.h.  Each line is what kernel/resource.c:r_show()
 * prints: two spaces a level, "start-end : name", both ends inclusive.
 */
#include "iomem.h"

#include <errno.h>

#define LEVELS 6	/* r_show() counts 0 to MAX_IORES_LEVEL, what is deeper too */

enum kind { OTHER, RAM, DRIVER_RAM, CRASH, KERNEL };

struct line {
	size_t level;
	uint64_t start, end;
	const char *name;
	size_t name_len;
};

struct parser {
	const char *p, *end;
	unsigned number;		/* of the line, for the reason */
	enum kind above[LEVELS];	/* what the last entry of each level was */
	size_t levels;			/* of them are set */
	bool any_address;
	struct kd_iomem iomem;
};

static bool is_name(const struct line *line, const char *name)
{
	size_t n = strlen(name);

	return line->name_len == n && !memcmp(line->name, name, n);
}

static bool name_starts(const struct line *line, const char *prefix)
{
	size_t n = strlen(prefix);

	return line->name_len >= n && !memcmp(line->name, prefix, n);
}

/* "(low)": arm64 kernels with an early form of ,low call their low region so. */
static enum kind kind_of(const struct line *line)
{
	if (is_name(line, "System RAM"))
		return RAM;
	if (name_starts(line, "System RAM ("))
		return DRIVER_RAM;
	if (is_name(line, "Crash kernel") || is_name(line, "Crash kernel (low)"))
		return CRASH;
	if (is_name(line, "Kernel code") || is_name(line, "Kernel rodata") ||
	    is_name(line, "Kernel data") || is_name(line, "Kernel bss"))
		return KERNEL;
	return OTHER;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static bool take_hex(const char **p, const char *end, uint64_t *ret)
{
	const char *s = *p;
	uint64_t n = 0;

	for (; s < end && hex_digit(*s) >= 0; s++) {
		if (n >> 60)
			return false;
		n = n << 4 | (uint64_t)hex_digit(*s);
	}
	if (s == *p)
		return false;
	*p = s;
	*ret = n;
	return true;
}

static bool take(const char **p, const char *end, const char *what)
{
	size_t n = strlen(what);

	if ((size_t)(end - *p) < n || memcmp(*p, what, n))
		return false;
	*p += n;
	return true;
}

static bool split(const char *p, const char *end, struct line *ret)
{
	*ret = (struct line){ 0 };
	while (take(&p, end, "  "))
		ret->level++;
	if (!take_hex(&p, end, &ret->start) || !take(&p, end, "-") ||
	    !take_hex(&p, end, &ret->end) || !take(&p, end, " : "))
		return false;
	ret->name = p;
	ret->name_len = (size_t)(end - p);
	return true;
}

static bool inside_ram(const struct parser *parser, size_t level)
{
	for (size_t i = 0; i < level; i++) {
		if (parser->above[i] == RAM)
			return true;
	}
	return false;
}

static struct kd_ranges *list_for(struct parser *parser, enum kind kind, size_t level)
{
	struct kd_iomem *iomem = &parser->iomem;

	switch (kind) {
	case RAM:
		return inside_ram(parser, level) ? &iomem->given_back : &iomem->ram;
	case DRIVER_RAM:
		return &iomem->driver_ram;
	case CRASH:
		iomem->crash_count++;
		return &iomem->crash;
	case KERNEL:
		return &iomem->kernel;
	case OTHER:
		break;
	}
	return NULL;
}

/* An entry's parent stands before it, so a level is never skipped. */
static int take_line(struct parser *parser, const char *end, struct kd_text *why)
{
	struct kd_ranges *list;
	struct line line;
	enum kind kind;

	if (!split(parser->p, end, &line))
		return kd_why(why, -EBADMSG, "line %u: not \"start-end : name\"",
			      parser->number);
	if (line.level > parser->levels || line.level >= LEVELS)
		return kd_why(why, -EBADMSG, "line %u: indented below no other entry",
			      parser->number);
	kind = kind_of(&line);
	list = list_for(parser, kind, line.level);
	parser->above[line.level] = kind;
	parser->levels = line.level + 1;
	parser->any_address |= line.start || line.end;
	if (!list)
		return 0;
	if (line.end < line.start)
		return kd_why(why, -EBADMSG, "line %u: range ends before it starts",
			      parser->number);
	return kd_ranges_add(list, line.start, line.end);
}

static int take_lines(struct parser *parser, struct kd_text *why)
{
	const char *newline;
	int err;

	if (parser->p == parser->end)
		return kd_why(why, -EBADMSG, "empty");
	for (; parser->p < parser->end; parser->p = newline + 1) {
		parser->number++;
		newline = memchr(parser->p, '\n', (size_t)(parser->end - parser->p));
		if (!newline)
			return kd_why(why, -EBADMSG, "line %u: cut", parser->number);
		err = take_line(parser, newline, why);
		if (err)
			return err;
	}
	return 0;
}

static void forget_ranges(struct kd_iomem *iomem)
{
	kd_ranges_free(&iomem->ram);
	kd_ranges_free(&iomem->driver_ram);
	kd_ranges_free(&iomem->crash);
	kd_ranges_free(&iomem->given_back);
	kd_ranges_free(&iomem->kernel);
}

int kd_iomem_parse(const char *text, size_t len, struct kd_iomem *ret,
		   struct kd_text *why)
{
	struct parser parser = { .p = text, .end = text + len };
	struct kd_iomem *iomem = &parser.iomem;
	int err = take_lines(&parser, why);

	if (err) {
		kd_iomem_free(iomem);
		return err;
	}
	iomem->hidden = !parser.any_address;
	if (iomem->hidden)
		forget_ranges(iomem);
	kd_ranges_sort(&iomem->ram);
	kd_ranges_sort(&iomem->driver_ram);
	kd_ranges_sort(&iomem->crash);
	kd_ranges_sort(&iomem->given_back);
	kd_ranges_sort(&iomem->kernel);
	*ret = *iomem;
	return 0;
}

void kd_iomem_free(struct kd_iomem *iomem)
{
	forget_ranges(iomem);
	*iomem = (struct kd_iomem){ 0 };
}
