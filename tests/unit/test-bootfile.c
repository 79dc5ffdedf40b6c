/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Files of boot loaders: which command lines they hold, and other words in them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../lib/parse/bootfile.h"
#include "../../lib/parse/cmdline.h"
#include "random.h"

#define C "crashkernel="

/*
 * Each line as id|title|release|kernel|cmdline with "-" for NULL, '!' in front where it is
 * foreign and '#' where it cannot be changed; then what is booted by default.
 */
static void describe(const struct kd_bootfile *file, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < file->n; i++) {
		const struct kd_boot_line *line = &file->v[i];
		const char *v[] = { line->id, line->title, line->release, line->kernel,
				    line->cmdline };

		n += (size_t)snprintf(out + n, size - n, "%s%s", line->foreign ? "!" : "",
				      line->why ? "#" : "");
		for (size_t j = 0; j < KD_ARRAY_SIZE(v); j++)
			n += (size_t)snprintf(out + n, size - n, "%s%s", j ? "|" : "",
					      v[j] ? v[j] : "-");
		n += (size_t)snprintf(out + n, size - n, "\n");
	}
	if (file->preferred)
		snprintf(out + n, size - n, "=%s\n", file->preferred);
}

/* @words goes into every line that is not foreign; NULL: it is not tried. */
static const struct {
	enum kd_bootfile_kind kind;
	const char *text, *lines, *words, *edited;
} files[] = {
	{ KD_BOOTFILE_CMDLINE, "root=/dev/sda1 ro\n", "-|-|-|-|root=/dev/sda1 ro\n",
	  C "1M", "root=/dev/sda1 ro " C "1M\n" },
	{ KD_BOOTFILE_CMDLINE, "a", "-|-|-|-|a\n", C "1M", "a " C "1M" },
	{ KD_BOOTFILE_CMDLINE, "", "-|-|-|-|\n", C "1M", C "1M\n" },
	{ KD_BOOTFILE_CMDLINE, "# a\n a \r\n\n# b\nb", "-|-|-|-|a b\n",
	  C "1M", "# a\n a \r\n\n# b\nb " C "1M" },
	{ KD_BOOTFILE_CMDLINE, "# " C "3M", "-|-|-|-|\n", C "1M", "# " C "3M\n" C "1M" },
	{ KD_BOOTFILE_CMDLINE, "a " C "2M\nb -- c " C "3M\n",
	  "-|-|-|-|a " C "2M b -- c " C "3M\n", C "1M", "a " C "1M\nb -- c\n" },
	{ KD_BOOTFILE_CMDLINE, "a -- b\nc " C "2M\n", "-|-|-|-|a -- b c " C "2M\n",
	  C "1M", "a " C "1M -- b\nc\n" },
	{ KD_BOOTFILE_CMDLINE, "a=\"b\nc\" d\n", "#-|-|-|-|a=\"b c\" d\n", NULL, NULL },

	{ KD_BOOTFILE_CMDLINE, "a -- b=\"c\nd\" " C "1M\n",
	  "#-|-|-|-|a -- b=\"c d\" " C "1M\n", NULL, NULL },

	/* The Boot Loader Specification. */
	{ KD_BOOTFILE_BLS,
	  "# made\ntitle\tDebian 13\nversion    6.12.1\nlinux /x/6.12.1/linux\n"
	  "initrd /i\noptions    root=/dev/sda1 ro " C "2M quiet\narchitecture x64\n",
	  "-|Debian 13|6.12.1|/x/6.12.1/linux|root=/dev/sda1 ro " C "2M quiet\n",
	  C "8M,cma " C "1M",
	  "# made\ntitle\tDebian 13\nversion    6.12.1\nlinux /x/6.12.1/linux\n"
	  "initrd /i\noptions    root=/dev/sda1 ro " C "8M,cma " C "1M quiet\n"
	  "architecture x64\n" },
	{ KD_BOOTFILE_BLS, "linux /vmlinuz-6.1\r\noptions a  \r\noptions b\r\n",
	  "-|-|6.1|/vmlinuz-6.1|a b\n", C "1M",
	  "linux /vmlinuz-6.1\r\noptions a  \r\noptions b " C "1M\r\n" },
	{ KD_BOOTFILE_BLS, "options " C "1M\nlinux /l\noptions a " C "2M\noptions " C "3M b",
	  "-|-|-|/l|" C "1M a " C "2M " C "3M b\n", "",
	  "options \nlinux /l\noptions a\noptions b" },
	{ KD_BOOTFILE_BLS, "linux /l", "-|-|-|/l|\n", C "1M", "linux /l\noptions " C "1M" },
	{ KD_BOOTFILE_BLS, "linux /l", "-|-|-|/l|\n", "", "linux /l" },
	{ KD_BOOTFILE_BLS, "linux /l\r\n", "-|-|-|/l|\n", C "1M",
	  "linux /l\r\noptions " C "1M\r\n" },
	{ KD_BOOTFILE_BLS, "linux /l\noptions\n", "-|-|-|/l|\n", C "1M",
	  "linux /l\noptions " C "1M\n" },
	{ KD_BOOTFILE_BLS, "  linux /l\n\toptions  a\n#options b\noptionsx c\n", "-|-|-|/l|a\n",
	  C "1M", "  linux /l\n\toptions  a " C "1M\n#options b\noptionsx c\n" },
	{ KD_BOOTFILE_BLS, "title Shell\nefi /shell.efi\noptions a\n", "!#-|Shell|-|-|a\n",
	  NULL, NULL },
	{ KD_BOOTFILE_BLS, "", "!#-|-|-|-|\n", NULL, NULL },
	{ KD_BOOTFILE_BLS, "linux /l\noptions $kernelopts $tuned_params\n", "#-|-|-|/l|-\n",
	  NULL, NULL },
	{ KD_BOOTFILE_BLS, "linux /l\noptions ${kernelopts}\n", "#-|-|-|/l|-\n", NULL, NULL },
	{ KD_BOOTFILE_BLS, "linux /l\noptions a $tuned_params\n", "-|-|-|/l|a $tuned_params\n",
	  C "1M", "linux /l\noptions a $tuned_params " C "1M\n" },
	{ KD_BOOTFILE_BLS, "linux /l\noptions \"a b\"\n", "#-|-|-|/l|-\n", NULL, NULL },
	{ KD_BOOTFILE_BLS, "linux /l\noptions a=\"b\noptions c\" d\n", "#-|-|-|/l|-\n",
	  NULL, NULL },

	/* extlinux.conf */
	{ KD_BOOTFILE_EXTLINUX,
	  "## /boot/extlinux/extlinux.conf\ndefault l0\nmenu title U-Boot menu\n"
	  "prompt 0\ntimeout 50\n\n\nlabel l0\n\tmenu label Debian GNU/Linux 6.12\n"
	  "\tlinux /boot/vmlinuz-6.12\n\tinitrd /i\n\tfdtdir /f/\n\tappend root=/dev/sda1 ro\n\n"
	  "LABEL l0r\n\tMENU LABEL rescue\n\tKERNEL /boot/Image-6.1\n\tAPPEND ro single "
	  C "2M\n",
	  "l0|Debian GNU/Linux 6.12|6.12|/boot/vmlinuz-6.12|root=/dev/sda1 ro\n"
	  "l0r|rescue|6.1|/boot/Image-6.1|ro single " C "2M\n=l0\n",
	  C "1M",
	  "## /boot/extlinux/extlinux.conf\ndefault l0\nmenu title U-Boot menu\n"
	  "prompt 0\ntimeout 50\n\n\nlabel l0\n\tmenu label Debian GNU/Linux 6.12\n"
	  "\tlinux /boot/vmlinuz-6.12\n\tinitrd /i\n\tfdtdir /f/\n\tappend root=/dev/sda1 ro "
	  C "1M\n\n"
	  "LABEL l0r\n\tMENU LABEL rescue\n\tKERNEL /boot/Image-6.1\n\tAPPEND ro single "
	  C "1M\n" },
	{ KD_BOOTFILE_EXTLINUX,
	  "DEFAULT menu.c32\nlabel a\nlinux /l\nlabel b\nkernel /k\nmenu default\nappend\n"
	  "label c\nlocalboot 0\nlabel d\ncom32 x.c32\nappend " C "1M\nlabel e\nkernel y.C32\n"
	  "text help\nlabel f\nlinux /g\nendtext\nappend z\n",
	  "a|-|-|/l|\nb|-|-|/k|\n!#c|-|-|-|\n!#d|-|-|-|" C "1M\n!#e|-|-|y.C32|z\n=b\n",
	  C "9M",
	  "DEFAULT menu.c32\nlabel a\nlinux /l\n\tAPPEND " C "9M\nlabel b\nkernel /k\n"
	  "menu default\nappend " C "9M\n"
	  "label c\nlocalboot 0\nlabel d\ncom32 x.c32\nappend " C "1M\nlabel e\nkernel y.C32\n"
	  "text help\nlabel f\nlinux /g\nendtext\nappend z\n" },
	{ KD_BOOTFILE_EXTLINUX, "label a\r\nappend x\r\nappend y " C "2M z\r\nlinux /l",
	  "a|-|-|/l|y " C "2M z\n", C "1M",
	  "label a\r\nappend x\r\nappend y " C "1M z\r\nlinux /l" },
	{ KD_BOOTFILE_EXTLINUX, "label a\r\nlinux /l", "a|-|-|/l|\n", C "1M",
	  "label a\r\nlinux /l\r\n\tAPPEND " C "1M" },
	{ KD_BOOTFILE_EXTLINUX, "append g\nlabel a\nlinux /l\nlabel b\nlinux /m\nappend -\n",
	  "#a|-|-|/l|-\n#b|-|-|/m|\n", NULL, NULL },
	{ KD_BOOTFILE_EXTLINUX, "default a b c\nlabel a\nlinux /l\nlabel a b\nlinux /m\n",
	  "a|-|-|/l|\na b|-|-|/m|\n=a b\n", NULL, NULL },

	/* zipl.conf */
	{ KD_BOOTFILE_ZIPL,
	  "# An example\n[defaultboot]\ndefault = new\n\n[old]\ntarget=/boot\n"
	  "image=/boot/image-6.1\n"
	  "ramdisk=/boot/initrd\nparameters=\"root=/dev/dasda1 dyndbg='a b' " C "2M\"\n\n"
	  "[new]\n  target = /boot\n  image  = /boot/image-6.12\n  parameters = 'ro'  \n",
	  "old|-|6.1|/boot/image-6.1|root=/dev/dasda1 dyndbg='a b' " C "2M\n"
	  "new|-|6.12|/boot/image-6.12|ro\n=new\n",
	  C "1M",
	  "# An example\n[defaultboot]\ndefault = new\n\n[old]\ntarget=/boot\n"
	  "image=/boot/image-6.1\n"
	  "ramdisk=/boot/initrd\nparameters=\"root=/dev/dasda1 dyndbg='a b' " C "1M\"\n\n"
	  "[new]\n  target = /boot\n  image  = /boot/image-6.12\n  parameters = 'ro " C "1M'  \n" },
	{ KD_BOOTFILE_ZIPL,
	  ":m\n1=a\n2=b\ndefault=2\n:other\ndefault=1\n1=c\n[defaultboot]\ndefaultmenu = m\n"
	  "[a]\nimage=/i\nparameters=x y\n[b]\nimage=/j\n\n[c]\nimage=/k\nparameters=\n"
	  "[d]\ndumpto=/dev/dasdb\n[e]\nimage=/l\nparameters=\"\"\n",
	  "a|-|-|/i|x y\nb|-|-|/j|\nc|-|-|/k|\n!#d|-|-|-|\ne|-|-|/l|\n=b\n", C "1M",
	  ":m\n1=a\n2=b\ndefault=2\n:other\ndefault=1\n1=c\n[defaultboot]\ndefaultmenu = m\n"
	  "[a]\nimage=/i\nparameters=x y " C "1M\n[b]\nimage=/j\nparameters=\"" C "1M\"\n\n"
	  "[c]\nimage=/k\nparameters=\"" C "1M\"\n"
	  "[d]\ndumpto=/dev/dasdb\n[e]\nimage=/l\nparameters=\"" C "1M\"\n" },
	{ KD_BOOTFILE_ZIPL, "[defaultboot]\r\ndefaultauto\r\n[a]\r\nimage=/i", "a|-|-|/i|\n=a\n",
	  C "1M", "[defaultboot]\r\ndefaultauto\r\n[a]\r\nimage=/i\r\nparameters=\"" C "1M\"" },
	{ KD_BOOTFILE_ZIPL, "[defaultboot]\ndefaultmenu=m\n:m\n3=b\n1=a\n[a]\n[b]\nimage=/i\n"
	  "parmfile=/p\n", "!#a|-|-|-|\n#b|-|-|/i|-\n=b\n", NULL, NULL },
	{ KD_BOOTFILE_ZIPL, "[a]\nimage=/i\nparameters x\nparameters y = z\nparameters",
	  "a|-|-|/i|\n", C "1M", "[a]\nimage=/i\nparameters x\nparameters y = z\nparameters\n"
	  "parameters=\"" C "1M\"" },
	{ KD_BOOTFILE_ZIPL, "[a]\nimage=/i\nparameters=\"a ${b}\"\n", "#a|-|-|/i|a ${b}\n",
	  NULL, NULL },
};

static void edit_all(enum kd_bootfile_kind kind, const char *text, size_t len,
		     const struct kd_bootfile *file, const char *words, char **ret, size_t *ret_len)
{
	const char *own[16] = { NULL };

	assert_in_range(file->n, 0, KD_ARRAY_SIZE(own));
	for (size_t i = 0; i < file->n; i++)
		own[i] = file->v[i].foreign ? NULL : words;
	assert_int_equal(kd_bootfile_edit(kind, text, len, own, ret, ret_len, NULL), 0);
	assert_int_equal((*ret)[*ret_len], '\0');
}

static void check_edit(size_t i, const struct kd_bootfile *file)
{
	enum kd_bootfile_kind kind = files[i].kind;
	char *out, *again;
	size_t len, again_len;

	edit_all(kind, files[i].text, strlen(files[i].text), file, files[i].words, &out, &len);
	assert_string_equal(out, files[i].edited);
	assert_int_equal(len, strlen(out));
	edit_all(kind, out, len, file, files[i].words, &again, &again_len);
	assert_string_equal(again, out);
	free(again);
	free(out);
}

static void test_files(void **state)
{
	char out[2048];

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(files); i++) {
		struct kd_text why = { "" };
		struct kd_bootfile file;

		assert_int_equal(kd_bootfile_parse(files[i].kind, files[i].text,
						   strlen(files[i].text), &file, &why), 0);
		describe(&file, out, sizeof(out));
		assert_string_equal(out, files[i].lines);
		if (files[i].words)
			check_edit(i, &file);
		kd_bootfile_free(&file);
	}
}

/* Lines that nobody asks about stay, whatever they hold. */
static void test_some(void **state)
{
	static const char text[] = "label a\nlinux /l\nappend " C "1M x\nlabel b\nlinux /l\n"
		"append y\nlabel c\nlinux /l\nappend z " C "3M\n";
	const char *words[] = { NULL, C "2M", "" };
	const char *const none[] = { NULL, NULL, NULL };
	char *out;
	size_t len;

	(void)state;
	assert_int_equal(kd_bootfile_edit(KD_BOOTFILE_EXTLINUX, text, strlen(text), words, &out,
					  &len, NULL), 0);
	assert_string_equal(out, "label a\nlinux /l\nappend " C "1M x\nlabel b\nlinux /l\n"
		"append y " C "2M\nlabel c\nlinux /l\nappend z\n");
	free(out);
	assert_int_equal(kd_bootfile_edit(KD_BOOTFILE_EXTLINUX, text, strlen(text), none, &out,
					  &len, NULL), 0);
	assert_string_equal(out, text);
	free(out);
}

static const struct {
	enum kd_bootfile_kind kind;
	const char *text;
	int err;
} bad[] = {
	{ KD_BOOTFILE_EXTLINUX, "label a\ntext help\nx\n", -EBADMSG },
	{ KD_BOOTFILE_ZIPL, "[a\nimage=/i\n", -EBADMSG },
	{ KD_BOOTFILE_ZIPL, "[a]\nparameters=\"x\n", -EBADMSG },
	{ KD_BOOTFILE_ZIPL, "[a]\nparameters=\"x\" y\n", -EBADMSG },
};

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(bad); i++) {
		struct kd_text why = { "" };
		struct kd_bootfile file;

		assert_int_equal(kd_bootfile_parse(bad[i].kind, bad[i].text,
						   strlen(bad[i].text), &file, &why), bad[i].err);
		assert_true(*why.s);
	}
}

static char *repeat(const char *head, const char *s, size_t n, size_t *ret_len)
{
	size_t head_len = strlen(head), len = strlen(s);
	char *out = malloc(head_len + n * len + 1);

	assert_non_null(out);
	memcpy(out, head, head_len);
	for (size_t i = 0; i < n; i++)
		memcpy(out + head_len + i * len, s, len);
	*ret_len = head_len + n * len;
	return out;
}

static const struct {
	enum kd_bootfile_kind kind;
	const char *head, *piece;
	size_t n;
	int err;
} large[] = {
	{ KD_BOOTFILE_CMDLINE, "", "a", KD_BOOTFILE_LINE_MAX, 0 },
	{ KD_BOOTFILE_CMDLINE, "", "a", KD_BOOTFILE_LINE_MAX + 1, -EFBIG },
	{ KD_BOOTFILE_CMDLINE, "", "a\n", KD_BOOTFILE_LINE_MAX / 2, 0 },
	{ KD_BOOTFILE_CMDLINE, "", "a\n", KD_BOOTFILE_LINE_MAX / 2 + 2, -EFBIG },
	{ KD_BOOTFILE_CMDLINE, "", "#", KD_BOOTFILE_MAX, 0 },
	{ KD_BOOTFILE_CMDLINE, "", "#", KD_BOOTFILE_MAX + 1, -EFBIG },
	{ KD_BOOTFILE_BLS, "linux /l\noptions ", "a ", 1024 * 1024, -EFBIG },
	{ KD_BOOTFILE_BLS, "linux ", "l", 1024 * 1024, 0 },
	{ KD_BOOTFILE_EXTLINUX, "", "label a\n", KD_BOOTFILE_LINES, 0 },
	{ KD_BOOTFILE_EXTLINUX, "", "label a\n", 100000, -EFBIG },
	{ KD_BOOTFILE_ZIPL, "", "[a]\n", 100000, -EFBIG },
	{ KD_BOOTFILE_ZIPL, "[defaultboot]\ndefaultmenu=m\n:m\n", "1=a\n", 100000, -EFBIG },
};

static void test_limits(void **state)
{
	struct kd_bootfile file;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(large); i++) {
		size_t len;
		char *text = repeat(large[i].head, large[i].piece, large[i].n, &len);
		struct kd_text why = { "" };
		int r = kd_bootfile_parse(large[i].kind, text, len, &file, &why);

		assert_int_equal(r, large[i].err);
		assert_int_equal(!*why.s, !r);
		if (!r)
			kd_bootfile_free(&file);
		free(text);
	}
	assert_int_equal(kd_bootfile_parse(KD_BOOTFILE_BLS, "linux\0a\n", 8, &file, NULL),
			 -EBADMSG);
}

static void test_refused(void **state)
{
	static const char *const words[] = { C "1M", "" };
	static const char *const comments[] = { C "2M #a\nb\n", C "2M \t # a" };
	static const char *const texts[] = {
		"linux /l\noptions $kernelopts\n", "efi /x\n", "linux /l\noptions \"a b\"\n",
	};
	struct kd_text why;
	char *out;
	size_t len;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(comments); i++)
		assert_int_equal(kd_bootfile_edit(KD_BOOTFILE_CMDLINE, comments[i],
						  strlen(comments[i]), words + 1, &out, &len,
						  &why), -ENOTSUP);
	for (size_t i = 0; i < KD_ARRAY_SIZE(texts); i++) {
		kd_text_clear(&why);
		assert_int_equal(kd_bootfile_edit(KD_BOOTFILE_BLS, texts[i], strlen(texts[i]),
						  words, &out, &len, &why), -ENOTSUP);
		assert_true(*why.s);
	}
	assert_int_equal(kd_bootfile_edit(KD_BOOTFILE_GRUB_CFG, "", 0, words, &out, &len, &why),
			 -ENOTSUP);
}

static void random_text(struct random *r, char *out, size_t size)
{
	static const char *const pieces[] = {
		"\n", "\n", "\n", "\r\n", " ", "\t", "a", "linux /l", "options", "options x ",
		" " C "1M", " " C "2M,cma ", "\noptions a b\n", "# ", "\nlabel l\n", "append ",
		"\nAPPEND x ", "\nkernel /vmlinuz-6.1\n", "--", " -- ", "\"", "=\"", "'", "]",
		"\n[s]\n", "\nimage=/i\n", "\nparameters=", "\nparameters=\"a b\"\n", "\n:m\n1=s\n",
		"\n[defaultboot]\ndefault=s\n", "$kernelopts", "menu default", "\n  linux  /x\n",
	};
	size_t n = random_below(r, 16), len = 0;

	*out = '\0';
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(out + len, size - len, "%s",
					pieces[random_below(r, KD_ARRAY_SIZE(pieces))]);
}

/* Where a line of several loses all its words, the space around it goes too. */
static void squeeze(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (!strchr(" \t", *s))
			*to++ = *s;
		else if (s[1] && !strchr(" \t", s[1]))
			*to++ = ' ';
	}
	*to = '\0';
}

/* Edited and read again, every line has the words and what else it had. */
static size_t check_again(enum kd_bootfile_kind kind, const char *text,
			  const struct kd_bootfile *file)
{
	static const char words[] = C "1G,cma " C "256M";
	const char *own[64] = { NULL };
	struct kd_bootfile now;
	char *out, *got, *want;
	size_t len, n = 0;
	int r;

	assert_in_range(file->n, 0, KD_ARRAY_SIZE(own));
	for (size_t i = 0; i < file->n; i++)
		own[i] = file->v[i].why ? NULL : words;
	r = kd_bootfile_edit(kind, text, strlen(text), own, &out, &len, NULL);
	if (r == -ENOTSUP && strstr(text, "#"))
		return 0;
	assert_int_equal(r, 0);
	assert_int_equal(kd_bootfile_parse(kind, out, len, &now, NULL), 0);
	assert_int_equal(now.n, file->n);
	for (size_t i = 0; i < file->n; i++) {
		if (!own[i])
			continue;
		n++;
		assert_int_equal(kd_cmdline_get_crashkernel(now.v[i].cmdline, &got), 0);
		assert_string_equal(got, words);
		free(got);
		assert_int_equal(kd_cmdline_set_crashkernel(file->v[i].cmdline, words, &want), 0);
		squeeze(want);
		squeeze(now.v[i].cmdline);
		assert_string_equal(want, now.v[i].cmdline);
		free(want);
	}
	kd_bootfile_free(&now);
	free(out);
	return n;
}

static void test_properties(void **state)
{
	static const enum kd_bootfile_kind kinds[] = {
		KD_BOOTFILE_CMDLINE, KD_BOOTFILE_BLS, KD_BOOTFILE_EXTLINUX, KD_BOOTFILE_ZIPL,
	};
	struct random random = { 4 };
	size_t edited = 0;
	char text[512];

	(void)state;
	for (size_t i = 0; i < 20000; i++) {
		random_text(&random, text, sizeof(text));
		for (size_t j = 0; j < KD_ARRAY_SIZE(kinds); j++) {
			struct kd_bootfile file;

			if (kd_bootfile_parse(kinds[j], text, strlen(text), &file, NULL))
				continue;
			edited += check_again(kinds[j], text, &file);
			kd_bootfile_free(&file);
		}
	}
	assert_true(edited > 10000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_some),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_properties),
	};

	return cmocka_run_group_tests_name("bootfile", tests, NULL, NULL);
}
