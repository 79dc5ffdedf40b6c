/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Any bytes as a command line with crashkernel= words, on any kind of kernel:
 * the first byte chooses the kernel, the second the size of memory.
 */
#include "../../lib/parse/crashkernel.h"

#include <errno.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static struct kd_ck_kernel choose_kernel(uint8_t flags, uint8_t ram)
{
	return (struct kd_ck_kernel){
		.ram = (UINT64_C(1) << (27 + ram % 20)) - (ram & 0x80 ? 4096 : 0),
		.knows_cma = flags & 1,
		.has_cma = flags & 2,
		.knows_high_low = flags & 4,
		.high_has_auto_low = flags & 8,
		.old_x86 = flags & 16,
		.default_low = 256 * KD_MIB,
	};
}

static void check_word(const char *line, const struct kd_ck *ck, size_t i)
{
	const struct kd_ck_word *word = &ck->words[i];
	bool later = false;

	require(!strncmp(line + word->start, "crashkernel=", 12) && word->len >= 12);
	require(word->start + word->len <= strlen(line));
	require(!memchr(line + word->start, ' ', word->len));
	require(!i || word->start > word[-1].start);
	require(word->fate == KD_CK_USED || word->note[0]);
	require(word->fate != KD_CK_REFUSED || !word->size);
	require(memchr(word->note, '\0', sizeof(word->note)));
	require(word->row_found ? word->ranged : !word->row_start && !word->row_end);
	for (size_t j = i + 1; j < ck->n; j++)
		later |= ck->words[j].kind == word->kind;
	/* A plain word that ends in ,cma on a kernel that does not know it is called ignored. */
	require(later ? word->fate == KD_CK_OVERRIDDEN || word->fate == KD_CK_IGNORED
		      : word->fate != KD_CK_OVERRIDDEN);
}

/* The one word used of each kind, or none. */
static const struct kd_ck_word *used(const struct kd_ck *ck, enum kd_ck_kind kind)
{
	for (size_t i = 0; i < ck->n; i++) {
		if (ck->words[i].kind == kind && ck->words[i].fate == KD_CK_USED)
			return &ck->words[i];
	}
	return NULL;
}

static void check(const char *line, const struct kd_ck_kernel *kernel,
		  const struct kd_ck *ck)
{
	const struct kd_ck_word *plain = used(ck, KD_CK_PLAIN);
	const struct kd_ck_word *high = used(ck, KD_CK_HIGH);
	const struct kd_ck_word *low = used(ck, KD_CK_LOW);
	const struct kd_ck_word *cma = used(ck, KD_CK_CMA);

	require(!ck->n == !strstr(line, "crashkernel="));
	for (size_t i = 0; i < ck->n; i++)
		check_word(line, ck, i);
	require(ck->main < kernel->ram);
	require(!(plain && high) && ck->high == !!high && !ck->main == !(plain || high));
	require(ck->main == (high ? high->size : plain ? plain->size : 0));
	require(ck->base == (plain ? plain->base : 0));
	require(ck->cma == (cma ? cma->size : 0) && !(cma && !ck->main));
	require(!ck->low_is_auto || (high && !low && ck->low == kernel->default_low));
	require(ck->low_is_auto || ck->low == (low ? low->size : 0));
	require(!low || high || (kernel->old_x86 && plain));
	require(kernel->knows_high_low || !(high || low));
	require((kernel->knows_cma && kernel->has_cma) || !cma);
}

/* A word in the line's last place decides; a newline there changes nothing. */
static void check_last(const char *line, const struct kd_ck_kernel *kernel,
		       const struct kd_ck *ck)
{
	size_t len = strlen(line);
	char *longer = malloc(len + 32);
	struct kd_ck more;

	require(longer);
	if (!len || line[len - 1] != '\n') {
		memcpy(longer, line, len);
		memcpy(longer + len, "\n", 2);
		require(!kd_ck_parse(longer, kernel, &more, NULL));
		require(more.n == ck->n && more.main == ck->main && more.low == ck->low &&
			more.cma == ck->cma && more.base == ck->base);
	}
	memcpy(longer, line, len);
	memcpy(longer + len, " crashkernel=33M@77M", 21);
	if (!kd_ck_parse(longer, kernel, &more, NULL))
		require(more.main == 33 * KD_MIB && more.base == 77 * KD_MIB &&
			!more.high);
	free(longer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kd_ck_kernel kernel;
	struct kd_text why = { "" };
	struct kd_ck ck;
	char *line;
	int err;

	if (size < 2)
		return 0;
	kernel = choose_kernel(data[0], data[1]);
	line = malloc(size - 1);
	require(line);
	memcpy(line, data + 2, size - 2);
	line[size - 2] = '\0';
	err = kd_ck_parse(line, &kernel, &ck, &why);
	require(!err || err == -E2BIG);
	require(!err == !why.s[0]);
	if (!err) {
		check(line, &kernel, &ck);
		check_last(line, &kernel, &ck);
	}
	free(line);
	return 0;
}
