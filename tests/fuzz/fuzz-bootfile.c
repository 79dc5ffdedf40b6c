/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Any bytes as the file of each boot loader.  Edited and read again, a file has as
 * many lines as before, with the words where they were asked for; a second edit changes
 * nothing, and an edit of no line either.
 */
#include <errno.h>
#include <stdlib.h>

#include "../../lib/parse/bootfile.h"
#include "../../lib/parse/cmdline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char words[] = "crashkernel=1G,cma crashkernel=256M";

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_lines(const struct kd_bootfile *file, enum kd_bootfile_kind kind)
{
	size_t found;

	require(file->n <= KD_BOOTFILE_LINES && file->n_menus <= KD_BOOTFILE_LINES);
	for (size_t i = 0; i < file->n; i++) {
		const struct kd_boot_line *line = &file->v[i];

		require(line->cmdline || line->why);
		require(!line->foreign || line->why);
		require(!line->cmdline || strlen(line->cmdline) <= KD_BOOTFILE_LINE_MAX + 1);
		require(line->menu <= file->n_menus);
	}
	for (size_t i = 0; i < file->n_menus; i++)
		require(file->menus[i].menu <= i);
	if (kind == KD_BOOTFILE_GRUB_CFG && file->preferred &&
	    kd_bootfile_find(file, file->preferred, &found))
		require(found < file->n);
}

static void check_words(const struct kd_bootfile *file, const char *const *own)
{
	char *got;

	for (size_t i = 0; i < file->n; i++) {
		if (!own[i])
			continue;
		require(file->v[i].cmdline);
		require(!kd_cmdline_get_crashkernel(file->v[i].cmdline, &got));
		require(!strcmp(got, own[i]));
		free(got);
	}
}

static void check_again(enum kd_bootfile_kind kind, const char *text, size_t len,
			const struct kd_bootfile *was, const char *const *own)
{
	struct kd_bootfile file;
	size_t again_len;
	char *again;
	int r = kd_bootfile_parse(kind, text, len, &file, NULL);

	/* The words have made it longer. */
	if (r == -EFBIG)
		return;
	require(!r && file.n == was->n);
	check_words(&file, own);
	kd_bootfile_free(&file);
	r = kd_bootfile_edit(kind, text, len, own, &again, &again_len, NULL);
	require(!r && again_len == len && !memcmp(again, text, len));
	free(again);
}

static void check_edit(enum kd_bootfile_kind kind, const char *text, size_t len,
		       const struct kd_bootfile *file)
{
	const char **own = calloc(file->n + 1, sizeof(*own));
	size_t out_len;
	char *out;
	int r;

	require(own);
	r = kd_bootfile_edit(kind, text, len, own, &out, &out_len, NULL);
	require(!r && out_len == len && (!len || !memcmp(out, text, len)));
	free(out);
	for (size_t round = 0; round < 2; round++) {
		for (size_t i = 0; i < file->n; i++)
			own[i] = file->v[i].why ? NULL : round ? "" : words;
		r = kd_bootfile_edit(kind, text, len, own, &out, &out_len, NULL);
		require(!r || r == -ENOTSUP || r == -EFBIG);
		if (r)
			continue;
		require(!out[out_len]);
		check_again(kind, out, out_len, file, own);
		free(out);
	}
	free(own);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;

	for (int kind = KD_BOOTFILE_CMDLINE; kind <= KD_BOOTFILE_GRUB_CFG; kind++) {
		struct kd_bootfile file;
		struct kd_text why = { "" };
		int r = kd_bootfile_parse(kind, text, size, &file, &why);

		require(!r || r == -EFBIG || r == -EBADMSG);
		require(!r == !*why.s);
		if (r)
			continue;
		check_lines(&file, kind);
		if (kind != KD_BOOTFILE_GRUB_CFG)
			check_edit(kind, text, size, &file);
		kd_bootfile_free(&file);
	}
	return 0;
}
