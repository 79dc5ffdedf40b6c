/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The console of a rehearsal: see console.h. */
#include "console.h"

/* Longer ones cannot be true: no machine has a million TiB. */
#define DIGITS_MAX 15

void kd_console_init(struct kd_console *c)
{
	memset(c, 0, sizeof(*c));
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Moves *@at behind the number. */
static bool take_number(const char **at, uint64_t *ret)
{
	const char *s = *at;
	uint64_t n = 0;

	while (is_digit(*s) && s - *at < DIGITS_MAX)
		n = n * 10 + (uint64_t)(*s++ - '0');
	if (s == *at || is_digit(*s))
		return false;
	*at = s;
	*ret = n;
	return true;
}

/* "[   12.345678] ", or with who it is from "[   12.345678][    T1] " (PRINTK_CALLER). */
static const char *behind_stamp(const char *s)
{
	uint64_t n;

	if (*s++ != '[')
		return NULL;
	s += strspn(s, " ");
	if (!take_number(&s, &n) || *s++ != '.' || !take_number(&s, &n) || *s++ != ']')
		return NULL;
	if (*s == '[') {
		s = strchr(s, ']');
		if (!s)
			return NULL;
		s++;
	}
	return s + (*s == ' ');
}

/* The kernel begins to write where a program's line is not ended: the last stamp counts. */
static const char *message_of(const char *line)
{
	const char *message = line, *behind;

	for (const char *s = strchr(line, '['); s; s = strchr(s + 1, '[')) {
		behind = behind_stamp(s);
		if (behind)
			message = behind;
	}
	return message;
}

static const char *after(const char *text, const char *prefix)
{
	return kd_starts(text, prefix) ? text + strlen(prefix) : NULL;
}

static bool tells_of_memory(const char *text, size_t len)
{
	return memmem(text, len, "memory", 6) || memmem(text, len, "alloc", 5);
}

const char *kd_console_unpacking(const char *line, size_t len)
{
	static const char *const words[] = {
		"Initramfs unpacking failed: ", "rootfs image is not initramfs (",
	};

	for (size_t i = 0; i < KD_ARRAY_SIZE(words); i++) {
		const char *at = memmem(line, len, words[i], strlen(words[i]));

		if (at)
			return at + strlen(words[i]);
	}
	return NULL;
}

/*
 * init/initramfs.c: "write error" is what a full root gives; the decompressors of lib/
 * tell in their own words that they got no memory.
 */
enum kd_death kd_console_unpack_death(const char *reason, size_t len)
{
	static const char full[] = "write error";

	if (len >= strlen(full) && !memcmp(reason, full, strlen(full)))
		return KD_DEATH_ROOT_FULL;
	return tells_of_memory(reason, len) ? KD_DEATH_MEMORY : KD_DEATH_UNPACK;
}

static void die(struct kd_console *c, enum kd_death death, const char *message)
{
	if (c->death)
		return;
	c->death = death;
	memcpy(c->why, message, strlen(message) + 1);
}

/* ---- the first kernel ---- */

static void hear_init(struct kd_console *c, const char *what)
{
	const char *rest = after(what, "reserved ");
	uint64_t n;

	if (rest && take_number(&rest, &n) && !*rest) {
		c->reserved_known = true;
		c->reserved = n;
		return;
	}
	rest = after(what, "refused ");
	if (rest && take_number(&rest, &n) && !*rest && n && n < 4096)
		c->refused = (unsigned)n;
	else if (kd_streq(what, "loaded"))
		c->loaded = true;
}

static void hear_first(struct kd_console *c, const char *line, const char *message)
{
	const char *what = after(line, "crashctl-rehearsal: ");

	if (what && !c->refused)
		hear_init(c, what);
	else if (!c->refused && after(message, "Kernel panic - not syncing: "))
		c->broken = true;
	if (c->broken && !*c->why)
		memcpy(c->why, message, strlen(message) + 1);
}

/* ---- the crash kernel ---- */

/* mm/mm_init.c:mem_init_print_info(): "Memory: 32208K/98036K available (...)" */
static void hear_memory(struct kd_console *c, const char *rest)
{
	uint64_t available, total;

	if (c->memory_known || !take_number(&rest, &available) || !kd_starts(rest, "K/"))
		return;
	rest += 2;
	if (!take_number(&rest, &total) || !kd_starts(rest, "K available"))
		return;
	c->memory_known = true;
	c->available = kd_mul(available, KD_KIB);
	c->total = kd_mul(total, KD_KIB);
}

/* "crashctl-memory: lowest=N": cli/hooks/crashctl-memory-watch, where it rehearses. */
static void hear_lowest(struct kd_console *c, const char *rest)
{
	uint64_t n;

	if (!take_number(&rest, &n) || *rest || (c->lowest_known && n > c->lowest))
		return;
	c->lowest_known = true;
	c->lowest = n;
}

/* Process 1 is killed by an oops too, before it becomes init: then that is the reason. */
static void hear_panic(struct kd_console *c, const char *message, const char *reason)
{
	if (kd_starts(reason, "No working init found") || kd_starts(reason, "VFS: ") ||
	    kd_starts(reason, "Requested init ") ||
	    (c->init && kd_starts(reason, "Attempted to kill init")))
		die(c, KD_DEATH_NO_INIT, message);
	else
		die(c, tells_of_memory(reason, strlen(reason)) ? KD_DEATH_MEMORY : KD_DEATH_PANIC,
		    message);
}

/* init/main.c:run_init_process(), "Run /init as init process" */
static bool is_run(const char *message)
{
	const char *name = after(message, "Run ");

	return name && strstr(name, " as init process");
}

static void hear_crash(struct kd_console *c, const char *line, const char *message)
{
	const char *rest;

	if (is_run(message))
		c->init = c->unpacked = true;
	else if (kd_starts(message, "Freeing initrd memory: "))
		c->unpacked = true;
	else if (kd_starts(message, "Out of memory"))
		die(c, KD_DEATH_MEMORY, message);
	else if ((rest = after(message, "Memory: ")))
		hear_memory(c, rest);
	else if ((rest = after(line, "crashctl-memory: lowest=")))
		hear_lowest(c, rest);
	else if ((rest = kd_console_unpacking(message, strlen(message))))
		die(c, kd_console_unpack_death(rest, strlen(rest)), message);
	else if ((rest = after(message, "Kernel panic - not syncing: ")))
		hear_panic(c, message, rest);
}

/* The first word of any, and two more, for it may come before anybody listens. */
static bool is_start(const char *message)
{
	return kd_starts(message, "Linux version ") || kd_starts(message, "Memory: ") ||
	       kd_starts(message, "Kernel command line: ");
}

/* ---- lines ---- */

static void keep(struct kd_console *c)
{
	size_t at = (c->oldest + c->n_kept) % KD_CONSOLE_KEPT;

	if (c->n_kept < KD_CONSOLE_KEPT)
		c->n_kept++;
	else
		c->oldest = (c->oldest + 1) % KD_CONSOLE_KEPT;
	memcpy(c->kept[at], c->line, c->len + 1);
}

static void end_line(struct kd_console *c)
{
	const char *message;

	c->line[c->len] = '\0';
	message = message_of(c->line);
	if (!c->len)
		return;
	keep(c);
	c->len = 0;
	/* The first kernel's own panic stands between its last word and this. */
	if (c->loaded && is_start(message))
		c->booted = true;
	if (c->booted)
		hear_crash(c, c->line, message);
	/* arch/x86/boot/compressed/error.c, while it unpacks itself */
	else if (c->loaded && strstr(c->line, "-- System halted"))
		die(c, KD_DEATH_PANIC, c->line);
	else if (!c->loaded)
		hear_first(c, c->line, message);
}

static void feed_byte(struct kd_console *c, char byte)
{
	if (byte == '\n')
		end_line(c);
	else if (byte != '\r' && c->len < KD_CONSOLE_LINE - 1)
		c->line[c->len++] = byte ? byte : ' ';
}

void kd_console_feed(struct kd_console *c, const void *bytes, size_t len)
{
	const char *from = bytes;

	for (size_t i = 0; i < len; i++)
		feed_byte(c, from[i]);
}

void kd_console_finish(struct kd_console *c)
{
	end_line(c);
}

const char *kd_console_line(const struct kd_console *c, size_t i)
{
	return i < c->n_kept ? c->kept[(c->oldest + i) % KD_CONSOLE_KEPT] : NULL;
}
