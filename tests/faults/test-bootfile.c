/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Reading and editing the files of boot loaders with all memory failing, piece by piece. */
#include "faults.h"

#include "../../lib/parse/bootfile.h"
#include "../../lib/parse/cmdline.h"
#include "../../lib/parse/diff.h"
#include "../../lib/parse/grub.h"

#define WORDS "crashkernel=1G,cma crashkernel=256M"

static const char *const texts[] = {
	[KD_BOOTFILE_CMDLINE] = "root=/dev/sda1\nquiet crashkernel=1M\n",
	[KD_BOOTFILE_BLS] = "title T\nversion 6.1\nlinux /vmlinuz-6.1\noptions a\noptions b\n",
	[KD_BOOTFILE_EXTLINUX] = "default a\nlabel a\nmenu label A\nmenu default\n"
		"linux /vmlinuz-6.1\nappend x\nlabel b\nlinux /l\n",
	[KD_BOOTFILE_ZIPL] = "[defaultboot]\ndefaultmenu=m\n:m\ndefault=1\n1=a\n[a]\n"
		"image=/image-6.1\nparameters=\"x\"\n[b]\nimage=/i\n",
	[KD_BOOTFILE_GRUB_CFG] = "set default='s>a'\nset x=y\nsubmenu S --id s {\n"
		"menuentry A --id a {\nlinux /vmlinuz-6.1 b $x 'c d'\n}\n}\n",
};

static int read_file(int kind)
{
	struct kd_bootfile file;
	int r = kd_bootfile_parse((enum kd_bootfile_kind)kind, texts[kind], strlen(texts[kind]),
				  &file, NULL);

	if (!r)
		kd_bootfile_free(&file);
	return r;
}

static int edit_file(int kind)
{
	static const char *const words[] = { WORDS, WORDS };
	char *out;
	size_t len;
	int r = kd_bootfile_edit((enum kd_bootfile_kind)kind, texts[kind], strlen(texts[kind]),
				 words, &out, &len, NULL);

	if (!r)
		free(out);
	return r;
}

static int edit_shell(int added)
{
	static const char text[] = "A=1\nGRUB=\"a \\\n b\"\n";
	char *out;
	size_t len;
	int r = kd_shell_set_crashkernel(text, strlen(text), added ? "NONE" : "GRUB", WORDS,
					 &out, &len, NULL);

	if (!r)
		free(out);
	return r;
}

static int write_dropin(int unused)
{
	char *text, *words;
	int r = kd_grub_dropin_write(WORDS, &text);

	(void)unused;
	if (r)
		return r;
	r = kd_grub_dropin_read(text, strlen(text), &words);
	if (!r)
		free(words);
	free(text);
	return r;
}

/* What was in the text before stays. */
static int compare(int unused)
{
	char *text = NULL;
	size_t len = 0;
	int r = kd_diff(&text, &len, "f", NULL, 0, "a\n", 2);

	(void)unused;
	if (!r) {
		size_t was = len;

		r = kd_diff(&text, &len, "f", "a\nb\nc\n", 6, "a\nx\nc\n", 6);
		assert_int_equal(!r, len > was);
	}
	assert_int_equal(text ? strlen(text) : 0, len);
	free(text);
	return r;
}

static const struct {
	int (*run)(int argument);
	int argument;
} operations[] = {
	{ read_file, KD_BOOTFILE_CMDLINE },	{ read_file, KD_BOOTFILE_BLS },
	{ read_file, KD_BOOTFILE_EXTLINUX },	{ read_file, KD_BOOTFILE_ZIPL },
	{ read_file, KD_BOOTFILE_GRUB_CFG },	{ edit_file, KD_BOOTFILE_CMDLINE },
	{ edit_file, KD_BOOTFILE_BLS },		{ edit_file, KD_BOOTFILE_EXTLINUX },
	{ edit_file, KD_BOOTFILE_ZIPL },	{ edit_shell, false },
	{ edit_shell, true },			{ write_dropin, 0 },
	{ compare, 0 },
};

static void test_memory(void **state)
{
	unsigned long faults = 0;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(operations); i++) {
		for (unsigned long n = 1; ; n++) {
			int r;

			memory_calls = 0;
			memory_failed = false;
			memory_fail_at = n;
			r = operations[i].run(operations[i].argument);
			memory_fail_at = 0;
			assert_int_equal(r, memory_failed ? -ENOMEM : 0);
			if (!memory_failed)
				break;
			faults++;
		}
	}
	print_message("bootfile: %lu faults\n", faults);
	assert_true(faults > 60);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests_name("bootfile faults", tests, NULL, NULL);
}
