/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* crashkernel= words as objects: what this machine's kernel makes of them. */
#include <errno.h>
#include <stdlib.h>

#include "../core/error.h"
#include "../facts/snapshot.h"
#include "reservation.h"

struct kdump_words {
	unsigned refs;
	struct kd_ck ck;
	struct kd_reservation place;
	char *texts[KD_CK_WORDS];
};

static int copy_texts(struct kdump_words *words, const char *line)
{
	for (size_t i = 0; i < words->ck.n; i++) {
		words->texts[i] = strndup(line + words->ck.words[i].start,
					  words->ck.words[i].len);
		if (!words->texts[i])
			return -ENOMEM;
	}
	return 0;
}

KD_API int kdump_words_new(struct kdump_ctx *ctx, struct kdump_snapshot *snap,
			   const char *line, struct kdump_words **ret)
{
	struct kdump_words *words;
	struct kd_ck_kernel kernel;
	struct kd_text why;
	int err;

	kd_begin(ctx);
	if (!line)
		line = snap->cmdline;
	if (!line)
		return kd_fail_id(ctx, -ENODATA, "no-cmdline", "/proc/cmdline cannot be read");
	if (strlen(line) > 64 * KD_KIB)
		return kd_fail_id(ctx, -E2BIG, "too-many-words",
				  "more than 64 KiB of command line");
	words = calloc(1, sizeof(*words));
	if (!words)
		return kd_oom(ctx);
	words->refs = 1;
	kd_snapshot_ck_kernel(snap, &kernel);
	err = kd_ck_parse(line, &kernel, &words->ck, &why);
	if (err == -EINVAL)
		err = kd_fail_id(ctx, -ENODATA, "memory-unknown", "%s", why.s);
	else if (err)
		err = kd_fail_id(ctx, err, "too-many-words", "%s", why.s);
	else if (copy_texts(words, line))
		err = kd_oom(ctx);
	if (err) {
		kdump_words_unref(words);
		return err;
	}
	kd_reservation_predict(&snap->iomem, snap->arch,
			       snap->has_version ? &snap->version : NULL, &words->ck,
			       &words->place);
	*ret = words;
	return 0;
}

KD_API struct kdump_words *kdump_words_ref(struct kdump_words *words)
{
	words->refs++;
	return words;
}

KD_API struct kdump_words *kdump_words_unref(struct kdump_words *words)
{
	if (!words || --words->refs)
		return NULL;
	for (size_t i = 0; i < words->ck.n; i++)
		free(words->texts[i]);
	free(words);
	return NULL;
}

KD_API uint64_t kdump_words_get_size(const struct kdump_words *words, enum kdump_pool pool)
{
	switch (pool) {
	case KDUMP_POOL_MAIN:
		return words->ck.main;
	case KDUMP_POOL_LOW:
		return words->ck.low;
	default:
		return words->ck.cma;
	}
}

KD_API size_t kdump_words_count(const struct kdump_words *words)
{
	return words->ck.n;
}

KD_API const char *kdump_words_get_text(const struct kdump_words *words, size_t i)
{
	return i < words->ck.n ? words->texts[i] : NULL;
}

KD_API enum kdump_fate kdump_words_get_fate(const struct kdump_words *words, size_t i)
{
	static const enum kdump_fate fates[] = {
		[KD_CK_USED] = KDUMP_FATE_USED,
		[KD_CK_OVERRIDDEN] = KDUMP_FATE_OVERRIDDEN,
		[KD_CK_IGNORED] = KDUMP_FATE_IGNORED,
		[KD_CK_REFUSED] = KDUMP_FATE_REFUSED,
	};

	return i < words->ck.n ? fates[words->ck.words[i].fate] : KDUMP_FATE_IGNORED;
}

KD_API uint64_t kdump_words_get_bytes(const struct kdump_words *words, size_t i)
{
	return i < words->ck.n ? words->ck.words[i].size : 0;
}

KD_API const char *kdump_words_get_note(const struct kdump_words *words, size_t i)
{
	return i < words->ck.n ? words->ck.words[i].note : NULL;
}

KD_API enum kdump_placed kdump_words_get_placed(const struct kdump_words *words)
{
	switch (words->place.result) {
	case KD_RESERVATION_NOTHING:
		return KDUMP_PLACED_NOTHING;
	case KD_RESERVATION_FITS:
		return words->place.about ? KDUMP_PLACED_ABOUT : KDUMP_PLACED_FIXED;
	case KD_RESERVATION_FAILS:
		return KDUMP_PLACED_FAILS;
	default:
		return KDUMP_PLACED_UNKNOWN;
	}
}

KD_API const char *kdump_words_get_placed_why(const struct kdump_words *words)
{
	return words->place.text;
}

KD_API bool kdump_words_get_place(const struct kdump_words *words, enum kdump_pool pool,
				  struct kdump_range *ret)
{
	return kd_reservation_get(&words->place, pool, ret);
}

KD_API int kdump_size_parse(const char *text, uint64_t *ret)
{
	const char *end;
	uint64_t n;
	int err = kd_memparse(text, &n, &end);

	if (err)
		return err;
	if (*end)
		return -EINVAL;
	*ret = n;
	return 0;
}
