/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Names of records in pstore: see pstorename.h. */
#include "pstorename.h"

/* A variable of EFI takes its time to be written, and each part has the time of its own. */
#define BETWEEN_PARTS 10

/* Before 2001, and after the year 5000: no time. */
#define TIME_LEAST 1000000000
#define TIME_MOST 99999999999

static bool read_number(const char *text, uint64_t *ret)
{
	return !kd_read_uint(text, UINT64_MAX, ret);
}

static bool is_time(uint64_t n)
{
	return n >= TIME_LEAST && n <= TIME_MOST;
}

/* drivers/firmware/efi/efi-pstore.c:generic_id(): (time * 100 + part) * 1000 + count */
static void take_efi(struct kd_pstore_name *ret)
{
	uint64_t time = ret->id / 100000;
	unsigned part = (unsigned)(ret->id / 1000 % 100);

	/* Old kernels had the part alone. */
	if (!is_time(time) || !part)
		return;
	ret->kind = KD_PSTORE_EFI;
	ret->time = (int64_t)time;
	ret->part = part;
	ret->count = (unsigned)(ret->id % 1000);
}

void kd_pstore_parse_name(const char *name, struct kd_pstore_name *ret)
{
	static const char *const efi[] = {
		"dmesg-efi-", "dmesg-efi_pstore-",	/* of newer kernels: KBUILD_MODNAME */
	};

	*ret = (struct kd_pstore_name){ .kind = KD_PSTORE_NONE };
	if (kd_streq(name, "dmesg.txt")) {
		ret->kind = KD_PSTORE_JOINED;
		return;
	}
	if (!kd_starts(name, "dmesg-") && !kd_starts(name, "console-"))
		return;
	ret->kind = KD_PSTORE_WHOLE;
	for (size_t i = 0; i < KD_ARRAY_SIZE(efi); i++)
		if (kd_starts(name, efi[i]) && read_number(name + strlen(efi[i]), &ret->id))
			take_efi(ret);
	/* One after the other (drivers/firmware/efi/cper.c:cper_next_record_id()). */
	if (kd_starts(name, "dmesg-erst-") && read_number(name + strlen("dmesg-erst-"), &ret->id))
		ret->kind = KD_PSTORE_ERST;
}

/* cper_next_record_id() begins with the time, 32 bits higher. */
static uint64_t time_of_number(uint64_t n)
{
	return n > TIME_MOST ? n >> 32 : n;
}

uint64_t kd_pstore_rank(const char *name)
{
	struct kd_pstore_name record;
	uint64_t n;

	if (read_number(name, &n))
		return 1 + time_of_number(n);
	kd_pstore_parse_name(name, &record);
	if (record.kind == KD_PSTORE_ERST)
		return 1 + time_of_number(record.id);
	return 1 + (uint64_t)record.time;
}

int64_t kd_pstore_folder_time(const char *name)
{
	uint64_t n;

	return read_number(name, &n) && is_time(n) ? (int64_t)n : 0;
}

unsigned kd_pstore_part(const char *text, size_t len)
{
	static const char word[] = " Part";
	const char *stop = memchr(text, '\n', kd_min(len, 64)), *at;
	unsigned n = 0;

	if (!stop)
		return 0;
	at = memmem(text, (size_t)(stop - text), word, strlen(word));
	if (!at || !memchr(text, '#', (size_t)(at - text)))
		return 0;
	for (at += strlen(word); at < stop; at++) {
		if (*at < '0' || *at > '9' || n > 999)
			return 0;
		n = n * 10 + (unsigned)(*at - '0');
	}
	return n;
}

bool kd_pstore_goes_on(const struct kd_pstore_name *a, const struct kd_pstore_name *b)
{
	if (a->kind != b->kind || !a->part || b->part <= a->part)
		return false;
	if (a->kind == KD_PSTORE_EFI)
		return a->count == b->count && b->time - a->time <= BETWEEN_PARTS;
	return a->kind == KD_PSTORE_ERST && b->id - a->id == b->part - a->part;
}

static int compare(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

int kd_pstore_compare(const struct kd_pstore_name *a, const struct kd_pstore_name *b)
{
	if (a->kind != b->kind)
		return compare(a->kind, b->kind);
	/* Two logs of one second are told apart by their count. */
	if (a->kind == KD_PSTORE_EFI && a->count != b->count)
		return compare(a->count, b->count);
	return compare(a->id, b->id);
}
