/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * One crashkernel= word as kernel/crash_reserve.c (before 6.9
 * kernel/crash_core.c) finds it in get_last_crashkernel() and reads it in
 * parse_crashkernel_simple(), _mem() and _suffix().  Knows nothing of the
 * other words.
 */
#include "crashkernel-word.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static const char ck_name[] = "crashkernel=";

#define NAME_LEN (sizeof(ck_name) - 1)

static const char *const suffixes[] = {
	[KD_CK_PLAIN] = "",
	[KD_CK_HIGH] = ",high",
	[KD_CK_LOW] = ",low",
	[KD_CK_CMA] = ",cma",
};

/* Where the reading is: the text ends at @end whatever stands there. */
struct cursor {
	const char *p, *end;
	bool odd;		/* some number is not what is written */
};

static char here(const struct cursor *c)
{
	return c->p < c->end ? *c->p : '\0';
}

/* What ends a word or the line is no part of a number, so this stays inside. */
static bool number(struct cursor *c, uint64_t *ret)
{
	const char *end;
	bool odd;

	*ret = kd_memparse_kernel(c->p, &end, &odd);
	if (end == c->p)
		return false;
	c->odd |= odd;
	c->p = end;
	return true;
}

void kd_ck_word_set(struct kd_ck_word *word, enum kd_ck_fate fate, const char *fmt, ...)
{
	va_list args;

	word->fate = fate;
	va_start(args, fmt);
	vsnprintf(word->note, sizeof(word->note), fmt, args);
	va_end(args);
}

static void refuse(struct kd_ck_word *word, const char *message)
{
	kd_ck_word_set(word, KD_CK_REFUSED, "%s", message);
}

static void refuse_char(struct kd_ck_word *word, char c)
{
	unsigned char u = (unsigned char)c;

	if (u > ' ' && u < 0x7f)
		kd_ck_word_set(word, KD_CK_REFUSED, "unrecognized char: %c", c);
	else
		kd_ck_word_set(word, KD_CK_REFUSED, "unrecognized char: 0x%02x", u);
}

static size_t line_length(const char *line)
{
	size_t len = strlen(line);

	return len && line[len - 1] == '\n' ? len - 1 : len;
}

static bool ends_with(const char *p, size_t len, const char *suffix)
{
	size_t n = strlen(suffix);

	return len >= n && !memcmp(p + len - n, suffix, n);
}

static enum kd_ck_kind kind_of(const char *p, size_t len, bool knows_cma)
{
	if (ends_with(p, len, suffixes[KD_CK_HIGH]))
		return KD_CK_HIGH;
	if (ends_with(p, len, suffixes[KD_CK_LOW]))
		return KD_CK_LOW;
	if (knows_cma && ends_with(p, len, suffixes[KD_CK_CMA]))
		return KD_CK_CMA;
	return KD_CK_PLAIN;
}

bool kd_ck_word_next(const char *line, size_t *pos, bool knows_cma,
		     struct kd_ck_word *ret)
{
	const char *p = strstr(line + *pos, ck_name), *end;

	if (!p)
		return false;
	end = strchr(p, ' ');
	if (!end)
		end = line + line_length(line);
	*ret = (struct kd_ck_word){
		.start = (size_t)(p - line),
		.len = (size_t)(end - p),
		.kind = kind_of(p, (size_t)(end - p), knows_cma),
	};
	*pos = ret->start + 1;
	return true;
}

/* parse_crashkernel_simple(): nothing behind the '@' is ever complained of. */
static uint64_t read_simple(struct cursor *c, struct kd_ck_word *word)
{
	uint64_t size;

	if (!number(c, &size)) {
		refuse(word, "memory value expected");
		return 0;
	}
	if (here(c) == '@') {
		c->p++;
		if (!number(c, &word->base))
			kd_ck_word_set(word, KD_CK_USED,
				       "no number behind '@': the kernel finds a place");
		else if (here(c))
			kd_ck_word_set(word, KD_CK_USED,
				       "what follows the address is passed over");
	} else if (here(c)) {
		refuse_char(word, here(c));
	}
	return size;
}

struct row {
	uint64_t start, end, size;
	bool open;
};

/* One "start-[end]:size" of parse_crashkernel_mem(); NULL or the kernel's message. */
static const char *read_row(struct cursor *c, uint64_t ram, struct row *row)
{
	*row = (struct row){ .end = UINT64_MAX };
	if (!number(c, &row->start))
		return "Memory value expected";
	if (here(c) != '-')
		return "'-' expected";
	c->p++;
	row->open = here(c) == ':';
	if (!row->open) {
		if (!number(c, &row->end))
			return "Memory value expected";
		if (row->end <= row->start)
			return "end <= start";
	}
	if (here(c) != ':')
		return "':' expected";
	c->p++;
	if (!number(c, &row->size))
		return "Memory value expected";
	return row->size >= ram ? "invalid size" : NULL;
}

/* The '@' of a range list, wherever it stands behind the row that matched. */
static void read_list_base(struct cursor *c, struct kd_ck_word *word)
{
	if (here(c) && here(c) != '@' && here(c) != ',')
		kd_ck_word_set(word, KD_CK_USED, "what follows the size is passed over");
	while (here(c) && here(c) != '@')
		c->p++;
	if (here(c) != '@')
		return;
	c->p++;
	if (!number(c, &word->base))
		refuse(word, "Memory value expected after '@'");
}

/*
 * parse_crashkernel_mem().  Firmware keeps some memory for itself, so the
 * kernel rounds up what it has before it looks for the row.  Rows behind the
 * one that matches are not even checked.
 */
static uint64_t read_ranges(struct cursor *c, uint64_t ram, struct kd_ck_word *word)
{
	const char *message;
	struct row row;

	word->ranged = true;
	ram = kd_round_up(ram, 128 * KD_MIB);
	do {
		message = read_row(c, ram, &row);
		if (message) {
			refuse(word, message);
			return 0;
		}
		word->row_found = ram >= row.start && ram < row.end;
	} while (!word->row_found && here(c) == ',' && c->p++);
	if (!word->row_found)
		return 0;
	word->row_start = row.start;
	word->row_end = row.open ? 0 : row.end;
	if (row.size)
		read_list_base(c, word);
	return row.size;
}

/* parse_crashkernel_suffix(): the size is stored before the rest is looked at. */
static uint64_t read_suffixed(struct cursor *c, struct kd_ck_word *word)
{
	const char *suffix = suffixes[word->kind];
	size_t left, n = strlen(suffix);
	uint64_t size;

	if (!number(c, &size)) {
		refuse(word, "memory value expected");
		return 0;
	}
	left = (size_t)(c->end - c->p);
	if (left < n || memcmp(c->p, suffix, n)) {
		refuse_char(word, here(c));
	} else if (left > n) {
		c->p += n;
		refuse_char(word, here(c));
	}
	return size;
}

/* __parse_crashkernel(): a ':' in the word makes it a list of ranges. */
uint64_t kd_ck_word_read(const char *line, uint64_t ram, struct kd_ck_word *word)
{
	struct cursor c = {
		.p = line + word->start + NAME_LEN,
		.end = line + word->start + word->len,
	};
	uint64_t size;

	if (word->kind != KD_CK_PLAIN)
		size = read_suffixed(&c, word);
	else if (memchr(c.p, ':', (size_t)(c.end - c.p)))
		size = read_ranges(&c, ram, word);
	else
		size = read_simple(&c, word);
	if (word->fate == KD_CK_REFUSED)
		return size;
	word->size = size;
	if (c.odd && !word->note[0])
		kd_ck_word_set(word, KD_CK_USED,
			       "a number in it is too large or missing: the kernel "
			       "takes %" PRIu64 " bytes", size);
	return size;
}
