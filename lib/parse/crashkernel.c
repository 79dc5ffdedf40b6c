/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What becomes of a line's crashkernel= words together:
 * kernel/crash_reserve.c:parse_crashkernel(), and for x86 before 6.7
 * arch/x86/kernel/setup.c:reserve_crashkernel().  How a single word reads is
 * crashkernel-word.c's; where the memory will lie is not known here.
 */
#include "crashkernel-word.h"

#include <errno.h>

#define KINDS (KD_CK_CMA + 1)

static const char beside_high[] = "counts only beside a ,high word that is used";
static const char hidden[] = "not looked at: there is a word without a suffix";

struct resolver {
	const struct kd_ck_kernel *kernel;
	struct kd_ck *ck;
	struct kd_ck_word *last[KINDS];	/* get_last_crashkernel() */
	uint64_t stored[KINDS];		/* what the kernel has read, refused or not */
	bool gave_up;			/* before it looked for ,cma */
};

/* The kernel does not read this word, so it cannot complain of it either. */
static void overlook(struct kd_ck_word *word, const char *why)
{
	if (word)
		kd_ck_word_set(word, KD_CK_IGNORED, "%s", why);
}

static void ignore(struct kd_ck_word *word, const char *why)
{
	if (word && word->fate != KD_CK_REFUSED)
		overlook(word, why);
}

/* Did __parse_crashkernel() succeed with something to reserve? */
static bool is_parsed(const struct kd_ck_word *word)
{
	return word && word->fate != KD_CK_REFUSED && word->size;
}

/* The tests at the end of parse_crashkernel(). */
static bool is_taken(const struct resolver *r, struct kd_ck_word *word)
{
	if (!word || word->fate == KD_CK_REFUSED)
		return false;
	if (word->ranged && !word->row_found)
		ignore(word, "no range holds the memory of this machine");
	else if (!word->size)
		ignore(word, word->note[0] ? "asks for nothing, as the kernel reads it"
					   : "asks for nothing");
	else if (word->size >= r->kernel->ram)
		ignore(word, "asks for as much memory as there is, or more");
	else
		return true;
	return false;
}

/*
 * A ,low word beside a ,high one.  One that cannot be read makes
 * parse_crashkernel() fail as a whole; x86 before 6.7 goes on with the default.
 */
static bool settle_low(struct resolver *r)
{
	struct kd_ck_word *low = r->last[KD_CK_LOW];

	if (low && low->fate != KD_CK_REFUSED) {
		r->ck->low = low->size;
		return true;
	}
	if (low && !r->kernel->old_x86)
		return false;
	if (r->kernel->high_has_auto_low) {
		r->ck->low = r->kernel->default_low;
		r->ck->low_is_auto = true;
	}
	return true;
}

static void settle_high(struct resolver *r)
{
	struct kd_ck_word *high = r->last[KD_CK_HIGH], *low = r->last[KD_CK_LOW];
	bool taken = is_taken(r, high);

	if (!is_parsed(high)) {
		overlook(low, beside_high);
		r->gave_up = true;
	} else if (!taken) {
		ignore(low, beside_high);
	} else if (!settle_low(r)) {
		ignore(high, "lost with the ,low word, which cannot be read");
		r->gave_up = true;
	} else {
		r->ck->main = high->size;
		r->ck->high = true;
	}
}

static void settle_plain(struct resolver *r)
{
	struct kd_ck_word *plain = r->last[KD_CK_PLAIN], *low = r->last[KD_CK_LOW];

	overlook(r->last[KD_CK_HIGH], hidden);
	if (is_taken(r, plain)) {
		r->ck->main = plain->size;
		r->ck->base = plain->base;
	}
	if (!r->kernel->old_x86 || !r->ck->main) {
		overlook(low, hidden);
	} else if (low && low->fate != KD_CK_REFUSED) {
		r->ck->low = low->size;
		kd_ck_word_set(low, KD_CK_USED,
			       "counts only if the main part lies above 4 GiB");
	}
}

static void settle_main(struct resolver *r)
{
	struct kd_ck_word *plain = r->last[KD_CK_PLAIN];

	if (!r->kernel->knows_high_low) {
		settle_plain(r);
		overlook(r->last[KD_CK_HIGH], "this kernel knows no ,high here");
		overlook(r->last[KD_CK_LOW], "this kernel knows no ,low here");
	} else if (!plain) {
		settle_high(r);
	} else if (r->kernel->old_x86 && r->last[KD_CK_HIGH] && !is_parsed(plain)) {
		is_taken(r, plain);
		settle_high(r);
	} else {
		settle_plain(r);
	}
}

/*
 * parse_crashkernel() does not look at what the parsing of ,cma returns, so a
 * size before something unreadable counts all the same.
 */
static void settle_cma(struct resolver *r)
{
	struct kd_ck_word *cma = r->last[KD_CK_CMA];
	uint64_t size = r->stored[KD_CK_CMA];

	if (!cma)
		return;
	if (!r->kernel->has_cma) {
		overlook(cma, "this kernel sets aside no CMA memory for a crash kernel");
	} else if (r->gave_up) {
		overlook(cma, "not looked at: there is no main part");
	} else if (!r->ck->main) {
		ignore(cma, "counts only beside a main part that is used");
	} else if (!size) {
		ignore(cma, "asks for nothing");
	} else {
		r->ck->cma = size;
		cma->size = size;
		if (cma->fate == KD_CK_REFUSED)
			kd_ck_word_set(cma, KD_CK_USED,
				       "the kernel complains and takes the size anyway");
	}
}

static bool ends_in_cma(const char *line, const struct kd_ck_word *word)
{
	static const char suffix[] = ",cma";
	size_t n = sizeof(suffix) - 1;

	return word->len > n && !memcmp(line + word->start + word->len - n, suffix, n);
}

/* Kernels before 6.17: the word that was meant as an extra takes main with it. */
static void explain_old_cma(const char *line, struct kd_ck_word *word)
{
	if (word && kd_streq(word->note, "unrecognized char: ,") && ends_in_cma(line, word))
		kd_ck_word_set(word, KD_CK_REFUSED,
			       "unrecognized char: , (this kernel knows no ,cma and "
			       "takes the word for the main part)");
}

/* On such kernels it is plain, and harmless only because a later one counts. */
static void override(struct kd_ck_word *word, const char *line, bool knows_cma)
{
	if (!knows_cma && ends_in_cma(line, word))
		kd_ck_word_set(word, KD_CK_IGNORED,
			       "this kernel does not know ,cma (new in 6.17)");
	else
		kd_ck_word_set(word, KD_CK_OVERRIDDEN, "a later word of the same kind counts");
}

static int find_words(const char *line, struct resolver *r, struct kd_text *why)
{
	struct kd_ck_word word, *kept;
	size_t pos = 0;

	while (kd_ck_word_next(line, &pos, r->kernel->knows_cma, &word)) {
		if (r->ck->n == KD_CK_WORDS)
			return kd_why(why, -E2BIG, "more than %d crashkernel= words",
				      KD_CK_WORDS);
		kept = &r->ck->words[r->ck->n++];
		*kept = word;
		r->stored[word.kind] = kd_ck_word_read(line, r->kernel->ram, kept);
		if (r->last[word.kind])
			override(r->last[word.kind], line, r->kernel->knows_cma);
		r->last[word.kind] = kept;
	}
	return 0;
}

int kd_ck_parse(const char *line, const struct kd_ck_kernel *kernel, struct kd_ck *ret,
		struct kd_text *why)
{
	struct kd_ck ck = { 0 };
	struct resolver r = { .kernel = kernel, .ck = &ck };
	int err;

	if (!kernel->ram)
		return kd_why(why, -EINVAL, "the size of memory is not known");
	err = find_words(line, &r, why);
	if (err)
		return err;
	settle_main(&r);
	settle_cma(&r);
	if (!kernel->knows_cma)
		explain_old_cma(line, r.last[KD_CK_PLAIN]);
	*ret = ck;
	return 0;
}
