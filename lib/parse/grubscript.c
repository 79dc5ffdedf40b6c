/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* GRUB's script language: see grubscript.h. */
#include "grubscript.h"

#include <errno.h>
#include <stdlib.h>

int kd_grub_script_init(struct kd_grub_script *script, const char *text, size_t len)
{
	*script = (struct kd_grub_script){ .p = text, .end = text + len, .line = 1 };
	script->text = malloc(KD_GRUB_COMMAND_MAX + 2);
	return script->text ? 0 : -ENOMEM;
}

void kd_grub_script_free(struct kd_grub_script *script)
{
	free(script->text);
	free(script->words);
	free(script->variables);
}

static bool is_meta(char c)
{
	return c && strchr("{}|&$;<> \t\n", c);
}

static char ahead(const struct kd_grub_script *s, size_t n)
{
	return (size_t)(s->end - s->p) > n ? s->p[n] : '\0';
}

static void step(struct kd_grub_script *s)
{
	s->line += *s->p++ == '\n';
}

static int too_long(const struct kd_grub_script *s, struct kd_text *why)
{
	return kd_why(why, -EFBIG, "line %u: a command of more than %d bytes", s->line,
		      KD_GRUB_COMMAND_MAX);
}

/* GRUB reads its files without any carriage return (grub-core/normal/main.c). */
static int keep_byte(struct kd_grub_script *s, char c, struct kd_text *why)
{
	if (c == '\r')
		return 0;
	if (s->n_text >= KD_GRUB_COMMAND_MAX)
		return too_long(s, why);
	s->text[s->n_text++] = c;
	return 0;
}

static int keep(struct kd_grub_script *s, struct kd_text *why)
{
	char c = *s->p;

	step(s);
	return keep_byte(s, c, why);
}

static int keep_text(struct kd_grub_script *s, const char *text, size_t len,
		     struct kd_text *why)
{
	int r = 0;

	for (size_t i = 0; !r && i < len; i++)
		r = keep_byte(s, text[i], why);
	return r;
}

static bool is_name_char(char c, bool first)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
	       (!first && c >= '0' && c <= '9');
}

static size_t name_length(const struct kd_grub_script *s)
{
	size_t n = 0;

	while (is_name_char(ahead(s, n), !n))
		n++;
	/* $1 and other digits, $@ $* $# $? */
	if (!n && ahead(s, 0) >= '0' && ahead(s, 0) <= '9') {
		while (ahead(s, n) >= '0' && ahead(s, n) <= '9')
			n++;
	} else if (!n && ahead(s, 0) && strchr("@*#?", ahead(s, 0))) {
		n = 1;
	}
	return n;
}

static int add_variable(struct kd_grub_script *s, const char *name, size_t len,
			struct kd_text *why)
{
	size_t room = s->variables_room ? 2 * s->variables_room : 8;
	size_t at = s->n_text + 2;
	int r = keep_text(s, "${", 2, why);

	if (!r)
		r = keep_text(s, name, len, why);
	if (!r)
		r = keep_byte(s, '}', why);
	if (r < 0)
		return r;
	if (s->n_variables == s->variables_room) {
		const char **more = reallocarray(s->variables, room, sizeof(*more));

		if (!more)
			return -ENOMEM;
		s->variables = more;
		s->variables_room = room;
	}
	s->variables[s->n_variables++] = s->text + at;
	return 0;
}

/* At a '$'. */
static int take_variable(struct kd_grub_script *s, struct kd_text *why)
{
	const char *close;
	size_t len;
	int r;

	if (ahead(s, 1) == '{') {
		close = memchr(s->p, '}', (size_t)(s->end - s->p));
		if (!close || memchr(s->p, '\n', (size_t)(close - s->p)))
			return kd_why(why, -EBADMSG, "line %u: \"${\" is not closed", s->line);
		r = add_variable(s, s->p + 2, (size_t)(close - s->p) - 2, why);
		s->p = close + 1;
		return r;
	}
	s->p++;
	len = name_length(s);
	if (!len)
		return keep_byte(s, '$', why);
	r = add_variable(s, s->p, len, why);
	s->p += len;
	return r;
}

static int not_closed(unsigned line, struct kd_text *why)
{
	return kd_why(why, -EBADMSG, "line %u: a quote is not closed", line);
}

static int single_quoted(struct kd_grub_script *s, struct kd_text *why)
{
	unsigned line = s->line;
	int r = 0;

	for (s->p++; !r && s->p < s->end && *s->p != '\''; )
		r = keep(s, why);
	if (r < 0)
		return r;
	if (s->p == s->end)
		return not_closed(line, why);
	s->p++;
	return 0;
}

/* A backslash quotes these alone, and stays before others. */
static int backslash_in_quotes(struct kd_grub_script *s, struct kd_text *why)
{
	char next = ahead(s, 1);

	if (next == '\n') {
		step(s);
		step(s);
		return 0;
	}
	if (next && strchr("$\"\\", next))
		s->p++;
	return keep(s, why);
}

static int double_quoted(struct kd_grub_script *s, struct kd_text *why)
{
	unsigned line = s->line;
	int r = 0;

	for (s->p++; !r && s->p < s->end && *s->p != '"'; ) {
		if (*s->p == '\\')
			r = backslash_in_quotes(s, why);
		else if (*s->p == '$')
			r = take_variable(s, why);
		else
			r = keep(s, why);
	}
	if (r < 0)
		return r;
	if (s->p == s->end)
		return not_closed(line, why);
	s->p++;
	return 0;
}

static bool is_joint(const struct kd_grub_script *s)
{
	return ahead(s, 0) == '\\' &&
	       (ahead(s, 1) == '\n' || (ahead(s, 1) == '\r' && ahead(s, 2) == '\n'));
}

static void skip_joint(struct kd_grub_script *s)
{
	while (*s->p != '\n')
		s->p++;
	step(s);
}

static int take_piece(struct kd_grub_script *s, bool *quoted, struct kd_text *why)
{
	if (is_joint(s)) {
		skip_joint(s);
		return 0;
	}
	/* $"…" is a text to be translated. */
	if (*s->p == '$' && ahead(s, 1) == '"')
		s->p++;
	else if (*s->p == '$')
		return take_variable(s, why);
	*quoted |= strchr("'\"\\", *s->p) != NULL;
	if (*s->p == '\'')
		return single_quoted(s, why);
	if (*s->p == '"')
		return double_quoted(s, why);
	if (*s->p == '\\' && s->end - s->p > 1)
		s->p++;
	return keep(s, why);
}

static int add_word(struct kd_grub_script *s, size_t at, bool quoted)
{
	size_t room = s->room ? 2 * s->room : 16;
	struct kd_grub_word *more;

	if (s->n == s->room) {
		more = reallocarray(s->words, room, sizeof(*more));
		if (!more)
			return -ENOMEM;
		s->words = more;
		s->room = room;
	}
	s->text[s->n_text++] = '\0';
	s->words[s->n++] = (struct kd_grub_word){ s->text + at, quoted };
	return 0;
}

static int take_word(struct kd_grub_script *s, struct kd_text *why)
{
	size_t at = s->n_text;
	bool quoted = false;
	int r = 0;

	/* The NULs of empty words are not counted by keep_byte(). */
	if (at >= KD_GRUB_COMMAND_MAX)
		return too_long(s, why);
	while (!r && s->p < s->end && (*s->p == '$' || !is_meta(*s->p)))
		r = take_piece(s, &quoted, why);
	if (r < 0)
		return r;
	/* What was but a joint or a carriage return is no word. */
	return s->n_text > at || quoted ? add_word(s, at, quoted) : 0;
}

static void skip_blanks(struct kd_grub_script *s)
{
	while (s->p < s->end) {
		if (*s->p == ' ' || *s->p == '\t' || *s->p == '\r')
			s->p++;
		else if (is_joint(s))
			skip_joint(s);
		else
			break;
	}
}

static void drop_reserved(struct kd_grub_script *s)
{
	static const char *const reserved[] = {
		"if", "then", "elif", "else", "while", "until", "do", "!", "time",
	};

	if (s->n != 1 || s->words[0].quoted)
		return;
	for (size_t i = 0; i < KD_ARRAY_SIZE(reserved); i++) {
		if (!kd_streq(s->words[0].s, reserved[i]))
			continue;
		s->n = s->n_text = s->n_variables = 0;
		return;
	}
}

/* What does not fit is cut: a comment says nothing that is as long. */
static int take_comment(struct kd_grub_script *s)
{
	while (s->p < s->end && *s->p != '\n') {
		if (s->n_text < KD_GRUB_COMMAND_MAX && *s->p != '\r')
			s->text[s->n_text++] = *s->p;
		s->p++;
	}
	return add_word(s, 0, true) ? -ENOMEM : KD_GRUB_COMMENT;
}

int kd_grub_script_next(struct kd_grub_script *s, struct kd_text *why)
{
	int r = 0;

	s->n = s->n_text = s->n_variables = 0;
	for (skip_blanks(s); s->p < s->end; skip_blanks(s)) {
		if (*s->p == '#' && !s->n)
			return take_comment(s);
		if (*s->p == '#') {
			while (s->p < s->end && *s->p != '\n')
				s->p++;
			continue;
		}
		if (*s->p == '{' || (*s->p == '}' && !s->n))
			return *s->p++ == '{' ? KD_GRUB_OPEN : KD_GRUB_CLOSE;
		if (*s->p != '$' && is_meta(*s->p)) {
			if (s->n)
				return KD_GRUB_COMMAND;
			step(s);
			continue;
		}
		r = take_word(s, why);
		if (r < 0)
			return r;
		drop_reserved(s);
	}
	return s->n ? KD_GRUB_COMMAND : KD_GRUB_END;
}
