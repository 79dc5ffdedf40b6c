/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Logs of kernels that died: see crashlog.h. */
#include "crashlog.h"

#include "console.h"

struct line {
	const char *text;
	size_t len;
};

/* Where @word stands in the line; NULL nowhere. */
static const char *find(const struct line *line, const char *word)
{
	return memmem(line->text, line->len, word, strlen(word));
}

/* "<0>[   12.345678] " in front is the log's, not the message's. */
static struct line message_of(struct line line)
{
	const char *close;

	if (line.len && *line.text == '<' && (close = memchr(line.text, '>', kd_min(line.len, 5))))
		line = (struct line){ close + 1, line.len - (size_t)(close + 1 - line.text) };
	if (line.len && *line.text == '[' && (close = memchr(line.text, ']', kd_min(line.len, 24))))
		line = (struct line){ close + 1, line.len - (size_t)(close + 1 - line.text) };
	while (line.len && *line.text == ' ')
		line = (struct line){ line.text + 1, line.len - 1 };
	return line;
}

static void quote(const struct line *line, char ret[KD_CRASHLOG_LINE])
{
	struct line message = message_of(*line);
	size_t n = kd_min(message.len, KD_CRASHLOG_LINE - 1);

	for (size_t i = 0; i < n; i++)
		ret[i] = message.text[i] >= ' ' && message.text[i] < 0x7f ? message.text[i] : '?';
	ret[n] = '\0';
}

/* The words of a crash kernel: its command line, and the programs that save dumps. */
static bool is_sign(const struct line *line)
{
	static const char *const signs[] = {
		"elfcorehdr=", "(makedumpfile)", "Comm: makedumpfile", "comm=makedumpfile",
		"kdump-tools-dump.service", "kdump-capture.service", "kdump: saving",
	};

	for (size_t i = 0; i < KD_ARRAY_SIZE(signs); i++)
		if (find(line, signs[i]))
			return true;
	return false;
}

static void take_release(const struct line *line, struct kd_crashlog *ret)
{
	const char *at = find(line, "Linux version "), *stop = line->text + line->len;
	size_t n = 0;

	if (!at)
		return;
	for (at += strlen("Linux version "); at < stop && *at > ' ' && *at < 0x7f &&
	     n < sizeof(ret->release) - 1; at++)
		ret->release[n++] = *at;
	ret->release[n] = '\0';
}

/* Which line says why: the earlier kind where there are several, and the first of a kind. */
enum reason { TMPFS_FULL, NO_MEMORY, NO_PROCESS, DAMAGED, PANIC, NONE };

static enum reason reason_of(const struct line *line)
{
	static const struct {
		const char *words;
		enum reason reason;
	} rows[] = {
		/* mm/oom_kill.c: oom_kill_process(), out_of_memory() */
		{ "Out of memory", NO_MEMORY },
		{ "System is deadlocked on memory", NO_PROCESS },
		{ "Kernel panic - not syncing", PANIC },
	};

	const char *why = kd_console_unpacking(line->text, line->len);

	if (why)
		return kd_console_unpack_death(why, line->len - (size_t)(why - line->text)) ==
		       KD_DEATH_UNPACK ? DAMAGED : TMPFS_FULL;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++)
		if (find(line, rows[i].words))
			return rows[i].reason;
	return NONE;
}

/* Somebody else may be killed while the dump is written; but it is, once it is named. */
static void take_line(const struct line *line, bool *saving, enum reason *best,
		      struct kd_crashlog *ret)
{
	enum reason reason = reason_of(line);

	ret->crash_kernel |= is_sign(line);
	/* drivers/tty/sysrq.c:sysrq_handle_crash() */
	ret->on_purpose |= find(line, "sysrq triggered crash") != NULL;
	*saving |= find(line, "makedumpfile") != NULL || find(line, "kdump: saving") != NULL;
	take_release(line, ret);
	if (reason >= *best)
		return;
	*best = reason;
	quote(line, ret->why);
}

void kd_crashlog_parse(const char *text, size_t len, struct kd_crashlog *ret)
{
	enum reason best = NONE;
	bool saving = false;

	*ret = (struct kd_crashlog){ .crash_kernel = false };
	while (len) {
		const char *stop = memchr(text, '\n', len);
		struct line line = { text, stop ? (size_t)(stop - text) : len };

		take_line(&line, &saving, &best, ret);
		text += line.len + (stop ? 1 : 0);
		len -= line.len + (stop ? 1 : 0);
	}
	ret->has_wall = best < DAMAGED;
	if (best == TMPFS_FULL)
		ret->wall = KDUMP_WALL_TMPFS;
	else
		ret->wall = saving ? KDUMP_WALL_DUMP : KDUMP_WALL_RUN;
}
