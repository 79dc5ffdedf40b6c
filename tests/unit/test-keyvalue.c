/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* KEY=value files: read as sh would leave them, written so that they read back. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../lib/parse/keyvalue.h"

/* Entries in order: "KEY=value;" with what was not understood as "KEY?;". */
static const struct {
	const char *text, *entries;
} cases[] = {
	{ "", "" },
	{ "\n\n \t\n", "" },
	{ "A=1", "A=1;" },
	{ "A=1\nB=2\n", "A=1;B=2;" },
	{ "A=1\nA=2\n", "A=1;A=2;" },
	{ "A=", "A=;" },
	{ "  A=1  \n", "A=1;" },
	{ "_a9=x", "_a9=x;" },
	{ "9A=x\nA-B=x\n=x\nA =x\n", "" },
	{ "A=b=c", "A=b=c;" },
	{ "A=1; B=2;C=3", "A=1;B=2;C=3;" },
	{ "A=1 B=2\n", "A=1;B=2;" },

	/* Quotes. */
	{ "A='b c'", "A=b c;" },
	{ "A=\"b c\"", "A=b c;" },
	{ "A=a'b c'd\"e f\"g", "A=ab cde fg;" },
	{ "A='$x `y` \\n \"'", "A=$x `y` \\n \";" },
	{ "A=\"\\$x \\`y\\` \\\\ \\\" \\n '\"", "A=$x `y` \\ \" \\n ';" },
	{ "A=\\$x\\ y\\\\\\'", "A=$x y\\';" },
	{ "A='it'\\''s'", "A=it's;" },
	{ "A=''", "A=;" },
	{ "A='b\nc'\nB=1", "A=b\nc;B=1;" },
	{ "A=\"b\nB=2\n\"\nC=3", "A=b\nB=2\n;C=3;" },

	/* Joined lines. */
	{ "A=b\\\nc", "A=bc;" },
	{ "A=\"b\\\nc\"", "A=bc;" },
	{ "A='b\\\nc'", "A=b\\\nc;" },
	{ "A=1 \\\n B=2", "A=1;B=2;" },
	{ "A=1\\", "A=1\\;" },

	/* Comments begin where a word would. */
	{ "# A=1\nB=2", "B=2;" },
	{ "A=1 # B=2\n", "A=1;" },
	{ "A=1#2", "A=1#2;" },
	{ "A=#1", "A=#1;" },
	{ "#A=1\\\nB=2", "B=2;" },
	{ "# it's\nA=1", "A=1;" },

	/* Never evaluated. */
	{ "A=$B\nC=1", "A?;C=1;" },
	{ "A=\"x $B\"", "A?;" },
	{ "A=`b c`\nD=1", "A?;D=1;" },
	{ "A=$(b)\nC=1", "A?;C=1;" },
	{ "A=\"$(b \"c d\")\"\nE=1", "A?;E=1;" },
	{ "A=`lsb_release -i -s 2> /dev/null || echo Debian`\nB=1", "A?;B=1;" },
	{ "A=`b\nB=1\nc`\nD=2", "A?;D=2;" },
	{ "A=~/x\nB=a:~b\nC=a~", "A?;B?;C=a~;" },
	{ "A='b\nC=1", "A?;" },
	{ "A=\"b\nC=1", "A?;" },
	{ "A+=1\nB=2", "A?;B=2;" },
	{ "A=1 B+=2 C=3\nD=4", "A?;B?;C?;D=4;" },
	{ "A=(1 2)\nB=3", "A?;B=3;" },
	{ "A[0]=1\nB=3", "B=3;" },

	/* In front of a command an assignment does not last. */
	{ "A=1 true\nB=2", "A?;B=2;" },
	{ "A=1 >/dev/null", "A?;" },
	{ "export A=1 B C='2 3'\nD=4", "A=1;C=2 3;D=4;" },
	{ "export \"A=1 2\"", "A=1 2;" },
	{ "exported=1\nexport\n", "exported=1;" },
	{ "export", "" },
	{ "export A=1 # B=2\nC=3", "A=1;C=3;" },
	{ "export A=1 >x B=2 2<y; C=3", "A=1;B=2;C=3;" },
	{ "echo A=1\n. /etc/x B=2\n", "" },

	/* Not every time. */
	{ "if x; then\nA=1\nfi\nB=2", "A?;B=2;" },
	{ "if x; then A=1; else A=2; fi; B=2", "A?;A?;B=2;" },
	{ "x && A=1\nB=2", "A?;B=2;" },
	{ "x ||\nA=1\nB=2", "A?;B=2;" },
	{ "A=1 && B=2; C=3", "A=1;B?;C=3;" },
	{ "A=1 | x\nB=2", "A?;B=2;" },
	{ "A=1 && x &\nB=2", "A?;B=2;" },
	{ "(A=1)\nB=2", "A?;B=2;" },
	{ "f() {\nA=1\n}\nB=2", "A?;B=2;" },
	{ "f()\n{\nA=1\n}\nB=2", "A?;B=2;" },
	{ "for i in 1 2; do A=1; done\nB=2", "A?;B=2;" },
	{ "case x in\ny) A=1;;\nesac\nB=2", "A?;B=2;" },
	{ "while x; do A=1; done; { B=2; }; C=3", "A?;B?;C=3;" },
	{ "cat <<EOF\nA=1\nEOF\nB=2", "A?;B?;" },
	{ "\"if\" x\nA=1", "A=1;" },
	{ "'if' x\nA=1", "A=1;" },
	{ "''\"if\" x\nA=1", "A=1;" },
	{ "\\if x\nA=1", "A=1;" },

	/* Our own spelling of control bytes; elsewhere these are plain bytes. */
	{ "A=''\"b\\nc\"", "A=b\nc;" },
	{ "A=''\"\\x01\\x7f\\x0a\\\\n\\\"\"", "A=\x01\x7f\n\\n\";" },
	{ "A=''\"\\x00\"", "A?;" },
	{ "A=''\"\\x00\\x41\"", "A?;" },
	{ "A=''\"\\xg0\\x\"", "A=\\xg0\\x;" },
	{ "A=\"b\\nc\\x41\"", "A=b\\nc\\x41;" },
	{ "A=''b'\\n'", "A=b\\n;" },

	/* What distributions ship. */
	{ "# kdump-tools configuration\nUSE_KDUMP=1\n\n#KDUMP_SYSCTL=\"x\"\n"
	  "KDUMP_COREDIR=\"/var/crash\"\n"
	  "KDUMP_CMDLINE_APPEND=\"reset_devices nr_cpus=1\"  # default\n",
	  "USE_KDUMP=1;KDUMP_COREDIR=/var/crash;"
	  "KDUMP_CMDLINE_APPEND=reset_devices nr_cpus=1;" },
	{ "GRUB_DEFAULT=0\nGRUB_DISTRIBUTOR=`lsb_release -i -s`\n"
	  "GRUB_CMDLINE_LINUX_DEFAULT=\"$GRUB_CMDLINE_LINUX_DEFAULT "
	  "crashkernel=512M-:192M\"\n",
	  "GRUB_DEFAULT=0;GRUB_DISTRIBUTOR?;GRUB_CMDLINE_LINUX_DEFAULT?;" },
	{ "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n",
	  "PRETTY_NAME=Debian GNU/Linux 12 (bookworm);ID=debian;" },
};

static void describe(const struct kd_kv *kv, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < kv->n; i++) {
		const struct kd_kv_entry *entry = &kv->v[i];

		n += (size_t)snprintf(out + n, size - n, "%s%s%s;", entry->key,
				      entry->value ? "=" : "?",
				      entry->value ? entry->value : "");
	}
}

/* From a copy of just that length: a byte too far is seen by the sanitizer. */
static int parse(const char *text, struct kd_kv *ret, struct kd_text *why)
{
	size_t len = strlen(text);
	char *copy = malloc(len ? len : 1);
	int err;

	assert_non_null(copy);
	memcpy(copy, text, len);
	err = kd_kv_parse(copy, len, ret, why);
	free(copy);
	return err;
}

static void test_table(void **state)
{
	char out[512];

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		struct kd_text why = { "" };
		struct kd_kv kv;

		assert_int_equal(parse(cases[i].text, &kv, &why), 0);
		describe(&kv, out, sizeof(out));
		assert_string_equal(out, cases[i].entries);
		kd_kv_free(&kv);
		assert_int_equal(kv.n, 0);
	}
}

static void test_find(void **state)
{
	static const char text[] = "A=1\n\nB='x\ny'\nA=$2\nC=\\\n3\n  D=4";
	struct kd_kv kv;

	(void)state;
	assert_int_equal(parse(text, &kv, NULL), 0);
	assert_string_equal(kd_kv_find(&kv, "B")->value, "x\ny");
	assert_int_equal(kd_kv_find(&kv, "B")->line, 3);
	assert_null(kd_kv_find(&kv, "A")->value);
	assert_int_equal(kd_kv_find(&kv, "A")->line, 5);
	assert_int_equal(kd_kv_find(&kv, "C")->line, 6);
	assert_int_equal(kd_kv_find(&kv, "D")->line, 8);
	assert_null(kd_kv_find(&kv, "E"));
	assert_null(kd_kv_find(&kv, ""));
	kd_kv_free(&kv);
}

static void test_nul(void **state)
{
	static const char text[] = "A=b\0c\nB=1\nC='\0'\n";
	struct kd_kv kv;

	(void)state;
	assert_int_equal(kd_kv_parse(text, sizeof(text) - 1, &kv, NULL), 0);
	assert_null(kd_kv_find(&kv, "A")->value);
	assert_string_equal(kd_kv_find(&kv, "B")->value, "1");
	assert_null(kd_kv_find(&kv, "C")->value);
	kd_kv_free(&kv);
}

/* NUL is no end of anything. */
static void test_nul_anywhere(void **state)
{
	static const char text[] = "A=1;x y\nexport B=2 C #\nif { z\n<>&|()";
	char copy[sizeof(text)];
	struct kd_kv kv;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++) {
		memcpy(copy, text, sizeof(text));
		copy[i] = '\0';
		assert_int_equal(kd_kv_parse(copy, sizeof(copy), &kv, NULL), 0);
		assert_true(kv.n <= 2);
		kd_kv_free(&kv);
	}
}

static void test_limits(void **state)
{
	char *text = malloc(KD_KV_TEXT_MAX + 1);
	struct kd_text why = { "" };
	struct kd_kv kv;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', KD_KV_TEXT_MAX + 1);
	memset(&kv, 0x5a, sizeof(kv));
	assert_int_equal(kd_kv_parse(text, KD_KV_TEXT_MAX + 1, &kv, &why), -EFBIG);
	assert_string_equal(why.s, "larger than 1 MiB");
	assert_int_equal(kv.n, 0x5a5a5a5a5a5a5a5a);
	memcpy(text, "A=", 2);
	assert_int_equal(kd_kv_parse(text, KD_KV_TEXT_MAX, &kv, &why), 0);
	assert_int_equal(strlen(kd_kv_find(&kv, "A")->value), KD_KV_TEXT_MAX - 2);
	kd_kv_free(&kv);

	for (size_t i = 0; i <= KD_KV_MAX; i++)
		memcpy(text + 3 * i, "A=\n", 3);
	assert_int_equal(kd_kv_parse(text, 3 * KD_KV_MAX, &kv, &why), 0);
	assert_int_equal(kv.n, KD_KV_MAX);
	kd_kv_free(&kv);
	assert_int_equal(kd_kv_parse(text, 3 * (KD_KV_MAX + 1), &kv, &why), -EFBIG);
	assert_string_equal(why.s, "more than 4096 entries");
	free(text);
}

/* The plainest quoting that holds the value. */
static const struct {
	const char *value, *line;
} written[] = {
	{ "", "K=''\n" },
	{ "1", "K=1\n" },
	{ "AZaz09", "K=AZaz09\n" },
	{ "/boot/vmlinuz-6.1.0-18+x_y,z:@%=", "K=/boot/vmlinuz-6.1.0-18+x_y,z:@%=\n" },
	{ "a b", "K='a b'\n" },
	{ "~", "K='~'\n" },
	{ "#", "K='#'\n" },
	{ "$x `y` \"z\" \\", "K='$x `y` \"z\" \\'\n" },
	{ "it's", "K='it'\\''s'\n" },
	{ "'", "K=''\\'''\n" },
	{ "\xc3\xa9", "K='\xc3\xa9'\n" },
	{ "a\nb", "K=''\"a\\nb\"\n" },
	{ "\t\x01\x7f", "K=''\"\\x09\\x01\\x7f\"\n" },
	{ "\n\"\\$`'n", "K=''\"\\n\\\"\\\\\\$\\`'n\"\n" },
};

static void test_write(void **state)
{
	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(written); i++) {
		char *text = NULL;
		size_t len = 0;

		assert_int_equal(kd_kv_write(&text, &len, "K", written[i].value), 0);
		assert_string_equal(text, written[i].line);
		assert_int_equal(len, strlen(text));
		free(text);
	}
}

static void test_bad_keys(void **state)
{
	static const char *const keys[] = {
		"", "1A", "A B", "A=", "A-B", "\xc3\xa9", "A\n",
	};
	char *text = NULL;
	size_t len = 0;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(keys); i++)
		assert_int_equal(kd_kv_write(&text, &len, keys[i], "x"), -EINVAL);
	assert_null(text);
	assert_int_equal(len, 0);
	assert_int_equal(kd_kv_write(&text, &len, "_AZaz09", "x"), 0);
	assert_int_equal(kd_kv_write(&text, &len, "A", "y"), 0);
	assert_int_equal(kd_kv_write(&text, &len, "z", "z"), 0);
	assert_string_equal(text, "_AZaz09=x\nA=y\nz=z\n");
	free(text);
}

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

/* Half of the bytes are those that mean something. */
static void random_value(unsigned *seed, char *out, size_t room)
{
	static const char special[] = "'\"\\$`\n\r\t #;&|()<>~:=+nx0!*?[]{}";
	size_t len = next_random(seed) % room, i;

	for (i = 0; i < len; i++) {
		if (next_random(seed) % 2)
			out[i] = special[next_random(seed) % (sizeof(special) - 1)];
		else
			out[i] = (char)(1 + next_random(seed) % 255);
	}
	out[i] = '\0';
}

#define VALUES 8

/* Any bytes but NUL come back, each value on a line of its own. */
static void test_round_trip(void **state)
{
	unsigned seed = 5;

	(void)state;
	for (int round = 0; round < 5000; round++) {
		char values[VALUES][40], key[16], *text = NULL;
		const char *newline;
		struct kd_kv kv;
		size_t len = 0;

		for (int i = 0; i < VALUES; i++) {
			random_value(&seed, values[i], sizeof(values[i]));
			snprintf(key, sizeof(key), "K%d", i);
			assert_int_equal(kd_kv_write(&text, &len, key, values[i]), 0);
		}
		newline = text;
		for (int i = 0; i < VALUES; i++, newline++)
			assert_non_null(newline = strchr(newline, '\n'));
		assert_ptr_equal(newline, text + len);

		assert_int_equal(kd_kv_parse(text, len, &kv, NULL), 0);
		assert_int_equal(kv.n, VALUES);
		for (int i = 0; i < VALUES; i++) {
			snprintf(key, sizeof(key), "K%d", i);
			assert_string_equal(kv.v[i].key, key);
			assert_int_equal(kv.v[i].line, i + 1);
			assert_non_null(kv.v[i].value);
			assert_string_equal(kv.v[i].value, values[i]);
		}
		kd_kv_free(&kv);
		free(text);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_nul_anywhere),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_bad_keys),
		cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests_name("keyvalue", tests, NULL, NULL);
}
