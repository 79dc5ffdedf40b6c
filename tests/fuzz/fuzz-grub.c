/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Any bytes as /etc/default/grub, and as a drop-in.  What can be edited reads back
 * with the words, and everything else as it was; a second edit changes nothing.
 */
#include <errno.h>
#include <stdlib.h>

#include "../../lib/parse/cmdline.h"
#include "../../lib/parse/grub.h"
#include "../../lib/parse/keyvalue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char key[] = "GRUB_CMDLINE_LINUX";

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_values(const struct kd_kv *was, const struct kd_kv *is, const char *words)
{
	const struct kd_kv_entry *now = kd_kv_find(is, key);
	char *got = NULL;

	require(now ? is->n - was->n == !kd_kv_find(was, key) : is->n == was->n && !*words);
	if (now) {
		require(now->value && !kd_cmdline_get_crashkernel(now->value, &got));
		require(!strcmp(got, words));
		free(got);
	}
	for (size_t i = 0; i < was->n; i++) {
		const struct kd_kv_entry *a = &was->v[i], *b = &is->v[i];

		require(!strcmp(a->key, b->key));
		if (b != now)
			require(!a->value ? !b->value :
				b->value && !strcmp(a->value, b->value));
	}
}

static void check_edit(const char *text, size_t len, const char *words)
{
	struct kd_text why = { "" };
	struct kd_kv was, is;
	size_t out_len, again_len;
	char *out, *again;
	int r = kd_shell_set_crashkernel(text, len, key, words, &out, &out_len, &why);

	require(!r || r == -EFBIG || r == -ENOTSUP);
	require(!r == !*why.s);
	if (r)
		return;
	require(!out[out_len]);
	require(!kd_kv_parse(text, len, &was, NULL) && !kd_kv_parse(out, out_len, &is, NULL));
	check_values(&was, &is, words);
	kd_kv_free(&was);
	kd_kv_free(&is);
	require(!kd_shell_set_crashkernel(out, out_len, key, words, &again, &again_len, NULL));
	require(again_len == out_len && !memcmp(again, out, out_len));
	free(again);
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	char *words, *dropin;

	check_edit(text, size, "crashkernel=1G,cma crashkernel=256M");
	check_edit(text, size, "");
	if (!kd_grub_dropin_read(text, size, &words)) {
		require(!kd_grub_dropin_write(words, &dropin));
		require(strlen(dropin) == size && !memcmp(dropin, text, size));
		free(dropin);
		free(words);
	}
	return 0;
}
