/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What grub-mkconfig sources: the drop-in, as the shells of this machine read it, and
 * a value of /etc/default/grub changed in its place.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../lib/parse/cmdline.h"
#include "../../lib/parse/grub.h"
#include "../../lib/parse/keyvalue.h"
#include "random.h"

#define C "crashkernel="
#define K "GRUB_CMDLINE_LINUX"

static const struct {
	const char *words;
	bool good;
} words[] = {
	{ "", true },			{ C "1M", true },
	{ C "1G,cma " C "256M", true },	{ C "1G-4G:64M,4G-:0x8000000@16M", true },
	{ C "1M ", false },		{ " " C "1M", false },
	{ C "1M  " C "2M", false },	{ "a", false },
	{ C "1M a", false },		{ C "1M'", false },
	{ C "$(x)", false },		{ C "1M;x", false },
	{ C "1M\n", false },		{ C "1M\\", false },
};

static void test_dropin(void **state)
{
	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(words); i++) {
		char *text, *got;
		size_t len;

		assert_int_equal(kd_grub_dropin_write(words[i].words, &text),
				 words[i].good ? 0 : -EINVAL);
		if (!words[i].good)
			continue;
		len = strlen(text);
		assert_int_equal(kd_grub_dropin_read(text, len, &got), 0);
		assert_string_equal(got, words[i].words);
		free(got);
		assert_int_equal(kd_grub_dropin_read(text, len - 1, &got), -EBADMSG);
		assert_int_equal(kd_grub_dropin_read(text + 1, len - 1, &got), -EBADMSG);
		for (size_t at = 0; at < len; at += 7) {
			text[at] ^= 1;
			if (!kd_grub_dropin_read(text, len, &got)) {
				assert_string_not_equal(got, words[i].words);
				free(got);
			}
			text[at] ^= 1;
		}
		free(text);
	}
	assert_int_equal(kd_grub_dropin_read("", 0, &(char *){ NULL }), -EBADMSG);
}

/* sed and printf are the machine's own. */
static const char *const shells[] = { "dash -eu", "bash -eu", "bash --posix -eu" };

static void write_file(char *path, const char *text)
{
	int fd = mkstemp(path);
	size_t len = strlen(text);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
}

static void read_all(FILE *file, char *out, size_t size)
{
	size_t n = fread(out, 1, size - 1, file);

	out[n] = '\0';
}

/* Both variables as the shell has them behind the drop-in, which sees them as they are. */
static void source(const char *shell, const char *path, const char *linux_value,
		   const char *default_value, char *out, size_t size)
{
	char command[512];
	FILE *file;

	assert_int_equal(setenv("TEST_LINUX", linux_value, 1), 0);
	assert_int_equal(setenv("TEST_DEFAULT", default_value, 1), 0);
	snprintf(command, sizeof(command), "cd / && exec env -i PATH=\"$PATH\" "
		 "LINUX=\"$TEST_LINUX\" DEFAULT=\"$TEST_DEFAULT\" LANG=C.UTF-8 %s -c 'IFS=ca; "
		 K "=$LINUX; " K "_DEFAULT=$DEFAULT; . %s; "
		 "printf \"%%s|%%s\" \"$" K "\" \"$" K "_DEFAULT\"; set | "
		 "grep ^crashctl || :'", shell, path);
	file = popen(command, "r");
	assert_non_null(file);
	read_all(file, out, size);
	assert_int_equal(pclose(file), 0);
}

static const struct {
	const char *is, *stripped;
} values[] = {
	{ "", "" },
	{ "quiet", "quiet" },
	{ " quiet  splash ", " quiet  splash " },
	{ C "1M", "" },
	{ "a " C "1M", "a" },
	{ C "1M b", "b" },
	{ "a " C "384M-:128M b", "a b" },
	{ " a  " C "1M,high " C "2M,low  b ", " a   b " },
	{ "a\t" C "1M\tb", "a\tb" },
	{ "x" C "1M y." C "1M", "x" C "1M y." C "1M" },
	{ "a \"b " C "1M c\" " C "2M d", "a \"b " C "1M c\" d" },
	{ "a 'b " C "1M c' d='\"' " C "2M e", "a 'b " C "1M c' d='\"' e" },
	{ "a \\\" " C "1M \\\" b \\\\", "a \\\" \\\" b \\\\" },
	{ "a \"b\\\"c " C "1M\" " C "2M", "a \"b\\\"c " C "1M\"" },
	{ "a " C "\"1M 2M\" b", "a b" },
	{ "a \"open " C "1M b", "a \"open " C "1M b" },
	{ "* ? [a-z] ~ $HOME `x` $(x) %s \\1 & / #", "* ? [a-z] ~ $HOME `x` $(x) %s \\1 & / #" },
	{ "a\n", "a\n" },
	{ "a " C "1M\n", "a \n" },
	{ "a\nb " C "1M c\n\n", "a\nb c\n\n" },
	{ "a\n" C "1M b", "a\nb" },
	{ "\xff\xc3 " C "1M \xa0" "b", "\xff\xc3 \xa0" "b" },
	{ "X " C "1M X", "X X" },
};

static void test_shells(void **state)
{
	char with[] = "/tmp/test-grub-XXXXXX", without[] = "/tmp/test-grub-XXXXXX";
	char *text, out[1024], want[1024];

	(void)state;
	assert_int_equal(kd_grub_dropin_write(C "1G,cma " C "256M", &text), 0);
	write_file(with, text);
	free(text);
	assert_int_equal(kd_grub_dropin_write("", &text), 0);
	write_file(without, text);
	free(text);
	for (size_t i = 0; i < KD_ARRAY_SIZE(values); i++) {
		const char *is = values[i].is, *stripped = values[i].stripped;

		for (size_t j = 0; j < KD_ARRAY_SIZE(shells); j++) {
			source(shells[j], with, is, is, out, sizeof(out));
			snprintf(want, sizeof(want), "%s%s" C "1G,cma " C "256M|%s", stripped,
				 *stripped ? " " : "", stripped);
			assert_string_equal(out, want);
			if (j)
				continue;
			source(shells[j], without, is, is, out, sizeof(out));
			snprintf(want, sizeof(want), "%s|%s", stripped, stripped);
			assert_string_equal(out, want);
		}
	}
	unlink(with);
	unlink(without);
}

static const struct {
	const char *text, *words, *want;	/* want NULL: not understood */
} files[] = {
	{ "", C "1M", K "=\"" C "1M\"\n" },
	{ "", "", "" },
	{ "A=1", C "1M", "A=1\n" K "=\"" C "1M\"\n" },
	{ "A=1 # x\n", "", "A=1 # x\n" },
	{ K "=\"\"\n", C "1M", K "=\"" C "1M\"\n" },
	{ K "=''", C "1M", K "='" C "1M'" },
	{ K "=\n", C "1M", K "=" C "1M\n" },
	{ K "=\n", C "8M,cma " C "1M", K "=\"" C "8M,cma " C "1M\"\n" },
	{ K "=quiet # x\n", C "1M", K "=\"quiet " C "1M\" # x\n" },
	{ K "=" C "2M;A=1\n", C "1M", K "=" C "1M;A=1\n" },
	{ K "=" C "2M\n", "", K "=\n" },
	{ "# head\n" K "_DEFAULT=\"quiet " C "3M\"\n" K "=\"a " C "2M b\"  # tail\nB='x'\n", C "1M",
	  "# head\n" K "_DEFAULT=\"quiet " C "3M\"\n" K "=\"a " C "1M b\"  # tail\nB='x'\n" },
	{ "export " K "='a " C "2M'\n", C "1M", "export " K "='a " C "1M'\n" },
	{ "\t" K "=\"a\"; " K "=\"b\" # c\n", C "1M", "\t" K "=\"a\"; " K "=\"b " C "1M\" # c\n" },
	{ K "=\"a \\\"b " C "3M\\\" \\$c \\\\ d\"\n", C "1M",
	  K "=\"a \\\"b " C "3M\\\" \\$c \\\\ d " C "1M\"\n" },
	{ K "=\"a \\\n b\"\n", C "1M", K "=\"a \\\n b " C "1M\"\n" },
	{ K "=\"a \\\n" C "2M\"\n", "", K "=\"a \"\n" },
	{ K "=\"a \\\n" C "2M \\\nb \\\n\"\n", C "1M", K "=\"a \\\n" C "1M \\\nb \\\n\"\n" },
	{ K "=\"\\\n" C "2M\\\n b\"\n", "", K "=\"\\\n b\"\n" },
	{ K "='a \\\n" C "2M'\n", "", K "='a \\'\n" },
	{ "if x; then\n" K "=\"a\"\nfi\n" K "=\"b\"\n", C "1M",
	  "if x; then\n" K "=\"a\"\nfi\n" K "=\"b " C "1M\"\n" },
	{ "A=\"it's\"\n" K "=\"b\"\n", C "1M", "A=\"it's\"\n" K "=\"b " C "1M\"\n" },

	{ K "=\"$" K " foo\"\n", C "1M", NULL },
	{ K "=\"a $(b)\"\n", C "1M", NULL },
	{ K "=\"a `b`\"\n", C "1M", NULL },
	{ K "=\"a\n", C "1M", NULL },
	{ K "='a\n", C "1M", NULL },
	{ K "=\"a\"'b'\n", C "1M", NULL },
	{ K "=\"a\"b\n", C "1M", NULL },
	{ K "=a\\ b\n", C "1M", NULL },
	{ K "=\"a\"\r\n", C "1M", NULL },
	{ K "=\"a\" b\n", C "1M", NULL },
	{ K "=\"a\"\n" K "+=\" b\"\n", C "1M", NULL },
	{ K "=\"a\"\nif x; then\n" K "=\"b\"\nfi\n", C "1M", NULL },
	{ "x && " K "=a\n", C "1M", NULL },
	{ K "=\"qui\\\net\"\n", C "1M", NULL },
	{ "A=\"open\n", C "1M", NULL },
	{ "A=a \\", C "1M", NULL },
	{ "A=a \\\n", C "1M", NULL },
	{ "if x; then\n", C "1M", NULL },
	{ "cat <<E\n" K "=a\nE\n", C "1M", NULL },
	{ "export \"" K "=a\"\n", C "1M", NULL },
};

static void test_in_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(files); i++) {
		const char *text = files[i].text;
		struct kd_text why = { "" };
		char *out = NULL, *again;
		size_t len, again_len;
		int r = kd_shell_set_crashkernel(text, strlen(text), K, files[i].words, &out, &len,
						 &why);

		if (!files[i].want) {
			assert_int_equal(r, -ENOTSUP);
			assert_true(kd_starts(why.s, K));
			continue;
		}
		assert_int_equal(r, 0);
		assert_string_equal(out, files[i].want);
		assert_int_equal(len, strlen(out));
		assert_int_equal(kd_shell_set_crashkernel(out, len, K, files[i].words, &again,
							  &again_len, NULL), 0);
		assert_string_equal(again, out);
		free(again);
		free(out);
	}
}

static void test_refused(void **state)
{
	char *out, *large = calloc(1, KD_KV_TEXT_MAX + 1);
	size_t len;

	(void)state;
	assert_non_null(large);
	assert_int_equal(kd_shell_set_crashkernel("", 0, K, "a", &out, &len, NULL), -EINVAL);
	assert_int_equal(kd_shell_set_crashkernel(large, KD_KV_TEXT_MAX + 1, K, "", &out, &len,
						  NULL), -EFBIG);
	free(large);
}

static void random_file(struct random *r, char *out, size_t size)
{
	static const char *const pieces[] = {
		"\n", "\n", " ", ";", "A=1\n", K "=", K "=\"", K "='", "\"", "'", "\"\n", "'\n",
		"a", " b ", C "1M", " " C "2M,cma ", "\\", "\\\n", " \\\n", "\\\"", "$", "#",
		"export ", "_DEFAULT", "if ", "fi\n", "&&", "--", "\t", "\r", "`", "x.",
	};
	size_t n = random_below(r, 18), len = 0;

	*out = '\0';
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(out + len, size - len, "%s",
					pieces[random_below(r, KD_ARRAY_SIZE(pieces))]);
}

/* In front of the value and behind it nothing changes, and other keys have their values. */
static void check_edit(const char *text, const char *out, size_t len)
{
	const struct kd_kv_entry *now;
	struct kd_kv was, is;
	char *got;
	size_t more;

	assert_int_equal(kd_kv_parse(text, strlen(text), &was, NULL), 0);
	assert_int_equal(kd_kv_parse(out, len, &is, NULL), 0);
	now = kd_kv_find(&is, K);
	assert_non_null(now);
	assert_int_equal(kd_cmdline_get_crashkernel(now->value, &got), 0);
	assert_string_equal(got, C "1G,cma " C "256M");
	free(got);
	more = is.n - was.n;
	assert_in_range(more, 0, 1);
	assert_int_equal(more, !kd_kv_find(&was, K));
	for (size_t i = 0; i < was.n; i++) {
		assert_string_equal(was.v[i].key, is.v[i].key);
		if (&is.v[i] == now)
			continue;
		assert_int_equal(!was.v[i].value, !is.v[i].value);
		if (was.v[i].value)
			assert_string_equal(was.v[i].value, is.v[i].value);
	}
	if (!more)
		assert_memory_equal(text, out, now->start);
	kd_kv_free(&was);
	kd_kv_free(&is);
}

static void test_properties(void **state)
{
	struct random random = { 6 };
	size_t n = 0, len;
	char text[512], *out;

	(void)state;
	for (size_t i = 0; i < 50000; i++) {
		random_file(&random, text, sizeof(text));
		if (kd_shell_set_crashkernel(text, strlen(text), K, C "1G,cma " C "256M", &out,
					     &len, NULL))
			continue;
		n++;
		check_edit(text, out, len);
		free(out);
	}
	assert_true(n > 10000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dropin),
		cmocka_unit_test(test_shells),
		cmocka_unit_test(test_in_place),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_properties),
	};

	return cmocka_run_group_tests_name("grub", tests, NULL, NULL);
}
