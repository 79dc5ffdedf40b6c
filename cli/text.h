/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Text for people: sizes, the characters that a terminal may be shown, colour.
 * Paths and words come from files that anyone may have written, so nothing is
 * printed that could steer a terminal.
 */
#ifndef CRASHCTL_TEXT_H
#define CRASHCTL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* "256 MiB", "90.4 MiB", "917616 B"; never less than @bytes. */
#define SIZE_TEXT 32
const char *size_text(uint64_t bytes, char out[SIZE_TEXT]);

/* "2026-11-27 23:41:11" by the user's zone; "-" for a time that is none. */
#define TIME_TEXT 64
const char *time_text(int64_t time, char out[TIME_TEXT]);

/* Bytes of the well-formed UTF-8 character at @s, 0 if there is none. */
size_t utf8_length(const char *s);

/* Writes @s, with control characters and bytes that are no UTF-8 as \xNN. */
void text_put(FILE *out, const char *s);

/* "  → ADVICE" and a line end, "->" where the locale is not UTF-8; nothing for "". */
void text_put_advice(FILE *out, const char *advice);

enum colour { COLOUR_NONE, COLOUR_GOOD, COLOUR_WARN, COLOUR_BAD };

/* Writes @s as text_put() does, in colour where @out is a terminal that has it. */
void text_put_colour(FILE *out, enum colour colour, const char *s);

#endif
