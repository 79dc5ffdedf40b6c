/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <inttypes.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "text.h"

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)

/* Rounded up: what is shown as needed must never be less than what is. */
const char *size_text(uint64_t bytes, char out[SIZE_TEXT])
{
	uint64_t unit = bytes >= MIB ? MIB : KIB;
	const char *name = bytes >= MIB ? "MiB" : "KiB";
	uint64_t whole = bytes / unit;
	uint64_t tenths = (bytes % unit * 10 + unit - 1) / unit;

	if (!bytes)
		snprintf(out, SIZE_TEXT, "0");
	else if (bytes < KIB)
		snprintf(out, SIZE_TEXT, "%" PRIu64 " B", bytes);
	else if (tenths == 0 || tenths == 10)
		snprintf(out, SIZE_TEXT, "%" PRIu64 " %s", whole + tenths / 10, name);
	else
		snprintf(out, SIZE_TEXT, "%" PRIu64 ".%" PRIu64 " %s", whole, tenths,
			 name);
	return out;
}

const char *time_text(int64_t time, char out[TIME_TEXT])
{
	time_t when = (time_t)time;
	struct tm tm;

	if (time <= 0 || !localtime_r(&when, &tm) || !strftime(out, TIME_TEXT, "%F %T", &tm))
		snprintf(out, TIME_TEXT, "-");
	return out;
}

static bool continues(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF. */
size_t utf8_length(const char *s)
{
	const unsigned char *b = (const unsigned char *)s;

	if (b[0] < 0x80)
		return b[0] != 0;
	if (b[0] < 0xc2 || b[0] > 0xf4 || !continues(b[1]))
		return 0;
	if (b[0] < 0xe0)
		return 2;
	if ((b[0] == 0xe0 && b[1] < 0xa0) || (b[0] == 0xed && b[1] > 0x9f) ||
	    (b[0] == 0xf0 && b[1] < 0x90) || (b[0] == 0xf4 && b[1] > 0x8f) ||
	    !continues(b[2]))
		return 0;
	if (b[0] < 0xf0)
		return 3;
	return continues(b[3]) ? 4 : 0;
}

/* C0, DEL, and C1, which some terminals obey in its UTF-8 form too. */
static bool steers(const char *s, size_t len)
{
	const unsigned char *b = (const unsigned char *)s;

	return len == 1 ? b[0] < 0x20 || b[0] == 0x7f
			: len == 2 && b[0] == 0xc2 && b[1] < 0xa0;
}

void text_put(FILE *out, const char *s)
{
	while (*s) {
		size_t len = utf8_length(s);

		if (len && !steers(s, len)) {
			fwrite(s, 1, len, out);
			s += len;
		} else {
			fprintf(out, "\\x%02x", (unsigned char)*s++);
		}
	}
}

void text_put_advice(FILE *out, const char *advice)
{
	if (!*advice)
		return;
	fputs(strcmp(nl_langinfo(CODESET), "UTF-8") ? "  -> " : "  \u2192 ", out);
	text_put(out, advice);
	fputc('\n', out);
}

static bool has_colour(FILE *out)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return !(no_color && *no_color) && term && strcmp(term, "dumb") &&
	       isatty(fileno(out));
}

void text_put_colour(FILE *out, enum colour colour, const char *s)
{
	static const char *const start[] = {
		[COLOUR_NONE] = "",
		[COLOUR_GOOD] = "\033[32m",
		[COLOUR_WARN] = "\033[33m",
		[COLOUR_BAD] = "\033[31m",
	};
	bool coloured = colour != COLOUR_NONE && has_colour(out);

	if (coloured)
		fputs(start[colour], out);
	text_put(out, s);
	if (coloured)
		fputs("\033[0m", out);
}
