/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Any bytes as a facts file.  Whatever was understood must survive being
 * written and read again, byte for byte.
 */
#include "../../lib/parse/facts-file.h"

#include <errno.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool is_file(const struct kd_answered *file)
{
	for (unsigned q = 0; q < KD_QUESTIONS; q++)
		if (file->to[q].asked)
			return true;
	return false;
}

static void compare(const struct kd_answered *file, const struct kd_answers *again)
{
	for (unsigned q = 0; q < KD_QUESTIONS; q++) {
		const struct kd_answer *a = &file->to[q];
		const struct kd_answer *b = kd_answers_find(again, q, file->path);

		require(!a->asked == !b);
		if (!b)
			continue;
		require(a->error == b->error && a->len == b->len);
		require(a->error || !memcmp(a->data, b->data, a->len));
		require(a->error ? !a->data : a->data && !a->data[a->len]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kd_answers *answers, *again;
	struct kd_text why = { "" };
	size_t len;
	char *text;
	int err = kd_facts_parse((const char *)data, size, &answers, &why);

	require(!err || err == -EBADMSG || err == -EFBIG);
	require(!err == !why.s[0]);
	if (err)
		return 0;
	require(!kd_facts_write(answers, "0.1.0", 0, &text, &len));
	require(!kd_facts_parse(text, len, &again, NULL));
	for (size_t i = 0; i < answers->n; i++) {
		require(is_file(&answers->v[i]));
		compare(&answers->v[i], again);
	}
	require(again->n == answers->n);
	free(text);
	kd_answers_free(again);
	kd_answers_free(answers);
	return 0;
}
