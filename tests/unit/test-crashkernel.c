/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * crashkernel= words.  The first lines of the table were tried on booted
 * kernels (6.1, 6.12 and 7.3 on x86_64); the rest follows from
 * kernel/crash_reserve.c.  Behind the table come rules that hold for any line.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../lib/parse/crashkernel.h"

#define M KD_MIB
#define G KD_GIB

/* Kernels that read the words differently. */
enum kernel {
	X86_73,		/* everything there is */
	X86_73_NO_CMA,	/* without CONFIG_CMA */
	X86_612,	/* generic code, no ,cma */
	X86_61,		/* its own code */
	ARM64_61,	/* ,high without automatic low */
	S390,		/* 6.17 and later: neither ,high nor ,cma */
};

#define LOW (256 * M)

static const struct kd_ck_kernel kernels[] = {
	[X86_73] = { .knows_cma = true, .has_cma = true, .knows_high_low = true,
		     .high_has_auto_low = true, .default_low = LOW },
	[X86_73_NO_CMA] = { .knows_cma = true, .knows_high_low = true,
			    .high_has_auto_low = true, .default_low = LOW },
	[X86_612] = { .knows_high_low = true, .high_has_auto_low = true,
		      .default_low = LOW },
	[X86_61] = { .knows_high_low = true, .old_x86 = true,
		     .high_has_auto_low = true, .default_low = LOW },
	[ARM64_61] = { .knows_high_low = true, .default_low = 128 * M },
	[S390] = { .knows_cma = true },
};

/* Fates, one letter a word: Used, Overridden, Ignored, Refused. */
struct want {
	enum kernel kernel;
	uint64_t ram;
	const char *line, *fates;
	uint64_t main, base, low, cma;
	bool high, low_is_auto;
};

/* Rows with nothing but their fates: nothing is reserved. */
#define NOTHING .main = 0

static const struct want cases[] = {
	/* Tried on booted kernels. */
	{ X86_612, 2 * G, "crashkernel=256M crashkernel=512M,cma", "OR", NOTHING },
	{ X86_61, 2 * G, "crashkernel=256M crashkernel=512M,cma", "OR", NOTHING },
	{ X86_73, 2 * G, "crashkernel=512M,cma crashkernel=256M", "UU",
	  .main = 256 * M, .cma = 512 * M },
	{ X86_612, 2 * G, "crashkernel=512M,cma crashkernel=256M", "IU",
	  .main = 256 * M },
	{ X86_61, 2 * G, "crashkernel=512M,cma crashkernel=256M", "IU", .main = 256 * M },
	{ X86_73, 8 * G, "crashkernel=64M crashkernel=256M,high", "UI", .main = 64 * M },
	{ X86_73, 2 * G, "crashkernel=512M,cma", "I", NOTHING },
	{ X86_73, 2 * G, "crashkernel=128M,high,cma", "I", NOTHING },
	{ X86_73, 2 * G, "crashkernel=3G", "I", NOTHING },
	{ X86_73, 2 * G, "crashkernel=128M,", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel=100001K", "U", .main = 100001 * KD_KIB },

	/* Plain. */
	{ X86_73, 2 * G, "crashkernel=256M", "U", .main = 256 * M },
	{ X86_73, 2 * G, "crashkernel=auto", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel=0", "I", NOTHING },
	{ X86_73, 2 * G, "", "", NOTHING },
	{ X86_73, 2 * G, "quiet crashkernel nokaslr", "", NOTHING },
	{ X86_73, 2 * G, "crashkernel=64M crashkernel=96M", "OU", .main = 96 * M },
	{ X86_73, 2 * G, "crashkernel=96M crashkernel=junk", "OR", NOTHING },
	{ X86_73, 2 * G, "crashkernel=64M@16M", "U", .main = 64 * M, .base = 16 * M },
	{ X86_73, 2 * G, "crashkernel=64M@0", "U", .main = 64 * M },
	{ X86_73, 2 * G, "crashkernel=64M@", "U", .main = 64 * M },
	{ X86_73, 2 * G, "crashkernel=64M@16Mjunk", "U", .main = 64 * M, .base = 16 * M },
	{ X86_73, 2 * G, "crashkernel=64M@16M#BU", "U", .main = 64 * M, .base = 16 * M },
	{ X86_73, 2 * G, "crashkernel=64M>4G", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel=64M,hight", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel=64M\tquiet", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel=64M\n", "U", .main = 64 * M },
	{ X86_73, 2 * G, "crashkernel=64M\n\n", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel=", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel= 64M", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel=-64M", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel=0x4000000", "U", .main = 64 * M },
	{ X86_73, 2 * G, "crashkernel=0100M", "U", .main = 64 * M },
	{ X86_73, 2 * G, "crashkernel=08M", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel=67108864", "U", .main = 64 * M },
	{ X86_73, 2 * G, "crashkernel=64m", "U", .main = 64 * M },
	{ X86_73, 2 * G, "crashkernel=64MB", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel=2G", "I", NOTHING },
	{ X86_73, 2 * G, "crashkernel=2047M", "U", .main = 2047 * M },
	{ X86_73, 2 * G, "crashkernel=M", "I", NOTHING },	/* a lone suffix is 0 */
	{ X86_73, 2 * G, "crashkernel=16E", "I", NOTHING },		/* wraps to 0 */
	{ X86_73, 2 * G, "crashkernel=17592186044480M", "U", .main = 64 * M },
	{ X86_73, 2 * G, "crashkernel=18446744073776660480", "U", .main = 64 * M },

	/* Not where a word begins: the kernel's search does not care. */
	{ X86_73, 2 * G, "foo.crashkernel=64M", "U", .main = 64 * M },
	{ X86_73, 2 * G, "dyndbg=\"file x crashkernel=64M +p\"", "U", .main = 64 * M },
	{ X86_73, 2 * G, "\"crashkernel=64M\"", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel=\"64M\"", "R", NOTHING },
	{ X86_73, 2 * G, "init=/bin/sh -- crashkernel=64M", "U", .main = 64 * M },
	{ X86_73, 2 * G, "crashkernel=crashkernel=64M", "OU", .main = 64 * M },
	{ X86_73, 2 * G, "crashkernel=64Mcrashkernel=x", "OR", NOTHING },
	{ X86_73, 2 * G, "crashkernel=x,highcrashkernel=64M", "OU", .main = 64 * M },
	{ X86_73, 2 * G, "Crashkernel=64M crash_kernel=64M", "", NOTHING },

	/* Ranges: what the kernel has is rounded up to 128 MiB first. */
	{ X86_73, 2 * G, "crashkernel=1G-4G:192M,4G-:256M", "U", .main = 192 * M },
	{ X86_73, 4 * G, "crashkernel=1G-4G:192M,4G-:256M", "U", .main = 256 * M },
	{ X86_73, 4 * G - 1, "crashkernel=1G-4G:192M,4G-:256M", "U", .main = 256 * M },
	{ X86_73, 4 * G - 128 * M, "crashkernel=1G-4G:192M,4G-:256M", "U",
	  .main = 192 * M },
	{ X86_73, 4 * G - 128 * M + 1, "crashkernel=1G-4G:192M,4G-:256M", "U",
	  .main = 256 * M },
	{ X86_73, 512 * M, "crashkernel=1G-4G:192M,4G-:256M", "I", NOTHING },
	{ X86_73, 2 * G, "crashkernel=1G-:192M@512M", "U",
	  .main = 192 * M, .base = 512 * M },
	{ X86_73, 2 * G, "crashkernel=0-1G:64M,1G-:192M@512M", "U",
	  .main = 192 * M, .base = 512 * M },
	{ X86_73, 2 * G, "crashkernel=1G-4G:192M,junk@512M", "U",
	  .main = 192 * M, .base = 512 * M },
	{ X86_73, 2 * G, "crashkernel=1G-4G:192Mjunk", "U", .main = 192 * M },
	{ X86_73, 2 * G, "crashkernel=1G-4G:192M@", "R", NOTHING },
	{ X86_73, 8 * G, "crashkernel=1G-4G:192Mjunk,4G-:256M", "I", NOTHING },
	{ X86_73, 8 * G, "crashkernel=1G-4G:192M,junk", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel=1G-:0", "I", NOTHING },
	{ X86_73, 2 * G, "crashkernel=4G-1G:192M", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel=1G-1G:192M", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel=1G:192M", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel=1G-2G,192M:", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel=1G-:", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel=-:64M", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel=1G-:2G", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel=0-1G:2G,1G-:64M", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel=1G-:64M,4G-:9G", "U", .main = 64 * M },
	{ X86_73, 2 * G - M, "crashkernel=0-:2047M", "I", NOTHING },
	{ X86_73, 2 * G, "crashkernel=64M@1:2", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel=1G-2G:64M,high", "R", NOTHING },
	{ X86_73, 2 * G, "crashkernel=64M x:y", "U", .main = 64 * M },

	/* ,high and ,low. */
	{ X86_73, 8 * G, "crashkernel=512M,high", "U",
	  .main = 512 * M, .low = LOW, .high = true, .low_is_auto = true },
	{ X86_73, 8 * G, "crashkernel=512M,high crashkernel=0,low", "UU",
	  .main = 512 * M, .high = true },
	{ X86_73, 8 * G, "crashkernel=1G,high crashkernel=72M,low", "UU",
	  .main = G, .low = 72 * M, .high = true },
	{ X86_73, 8 * G, "crashkernel=72M,low crashkernel=1G,high", "UU",
	  .main = G, .low = 72 * M, .high = true },
	{ X86_73, 8 * G, "crashkernel=1G,high crashkernel=x,low", "IR", NOTHING },
	{ X86_73, 8 * G, "crashkernel=1G,high crashkernel=x,low crashkernel=x,cma", "IRI",
	  NOTHING },
	{ X86_73, 8 * G, "crashkernel=1G,high crashkernel=x,low crashkernel=1M,low",
	  "UOU", .main = G, .low = M, .high = true },
	{ X86_73, 8 * G, "crashkernel=72M,low", "I", NOTHING },
	{ X86_73, 8 * G, "crashkernel=1G,high,low", "I", NOTHING },
	{ X86_73, 8 * G, "crashkernel=0,high crashkernel=72M,low", "II", NOTHING },
	{ X86_73, 8 * G, "crashkernel=9G,high", "I", NOTHING },
	{ X86_73, 8 * G, "crashkernel=x,high", "R", NOTHING },
	{ X86_73, 8 * G, "crashkernel=1G@2G,high", "R", NOTHING },
	{ X86_73, 8 * G, "crashkernel=256M crashkernel=72M,low", "UI", .main = 256 * M },
	{ X86_73, 8 * G, "crashkernel=256M crashkernel=x,low crashkernel=x,high", "UII",
	  .main = 256 * M },
	{ X86_73, 8 * G, "crashkernel=x,high crashkernel=x,low", "RI", NOTHING },
	{ X86_73, 8 * G, "crashkernel=9G,high crashkernel=x,low", "IR", NOTHING },
	{ X86_73, 8 * G, "crashkernel=junk crashkernel=1G,high", "RI", NOTHING },
	{ X86_73, 8 * G, "crashkernel=0 crashkernel=1G,high", "II", NOTHING },
	{ X86_73, 8 * G, "crashkernel=1G,high crashkernel=2G,high", "OU",
	  .main = 2 * G, .low = LOW, .high = true, .low_is_auto = true },
	{ ARM64_61, 8 * G, "crashkernel=1G,high", "U", .main = G, .high = true },
	{ ARM64_61, 8 * G, "crashkernel=1G,high crashkernel=72M,low", "UU",
	  .main = G, .low = 72 * M, .high = true },
	{ ARM64_61, 8 * G, "crashkernel=1G,high crashkernel=x,low", "IR", NOTHING },
	{ ARM64_61, 8 * G, "crashkernel=junk crashkernel=1G,high", "RI", NOTHING },
	{ S390, 8 * G, "crashkernel=1G,high", "I", NOTHING },
	{ S390, 8 * G, "crashkernel=1G,high crashkernel=256M", "IU", .main = 256 * M },
	{ S390, 8 * G, "crashkernel=256M crashkernel=72M,low", "UI", .main = 256 * M },

	/* x86 before 6.7 tries ,high when the plain word fails, and reads ,low apart. */
	{ X86_61, 8 * G, "crashkernel=junk crashkernel=1G,high", "RU",
	  .main = G, .low = LOW, .high = true, .low_is_auto = true },
	{ X86_61, 8 * G, "crashkernel=0 crashkernel=1G,high", "IU",
	  .main = G, .low = LOW, .high = true, .low_is_auto = true },
	{ X86_61, 8 * G, "crashkernel=16G-:1G crashkernel=1G,high", "IU",
	  .main = G, .low = LOW, .high = true, .low_is_auto = true },
	{ X86_61, 8 * G, "crashkernel=9G crashkernel=1G,high", "II", NOTHING },
	{ X86_61, 8 * G, "crashkernel=512M,cma crashkernel=1G,high", "RU",
	  .main = G, .low = LOW, .high = true, .low_is_auto = true },
	{ X86_61, 8 * G, "crashkernel=1G,high crashkernel=x,low", "UR",
	  .main = G, .low = LOW, .high = true, .low_is_auto = true },
	{ X86_61, 8 * G, "crashkernel=256M crashkernel=72M,low", "UU",
	  .main = 256 * M, .low = 72 * M },
	{ X86_61, 8 * G, "crashkernel=256M crashkernel=x,low", "UR", .main = 256 * M },
	{ X86_61, 8 * G, "crashkernel=256M crashkernel=1G,high", "UI", .main = 256 * M },

	/* ,cma: what its parsing returns is not looked at. */
	{ X86_73, 2 * G, "crashkernel=256M crashkernel=512M,cma", "UU",
	  .main = 256 * M, .cma = 512 * M },
	{ X86_73, 8 * G, "crashkernel=1G,cma crashkernel=256M,high", "UU",
	  .main = 256 * M, .low = LOW, .cma = G, .high = true, .low_is_auto = true },
	{ X86_73, 2 * G, "crashkernel=1G,cma crashkernel=64M,cma crashkernel=256M", "OUU",
	  .main = 256 * M, .cma = 64 * M },
	{ X86_73, 2 * G, "crashkernel=64M,high,cma crashkernel=256M", "UU",
	  .main = 256 * M, .cma = 64 * M },
	{ X86_73, 2 * G, "crashkernel=x,cma crashkernel=256M", "RU", .main = 256 * M },
	{ X86_73, 2 * G, "crashkernel=0,cma crashkernel=256M", "IU", .main = 256 * M },
	{ X86_73, 2 * G, "crashkernel=64M,cma crashkernel=junk", "IR", NOTHING },
	{ X86_73, 2 * G, "crashkernel=x,cma crashkernel=junk", "RR", NOTHING },
	{ X86_73, 2 * G, "crashkernel=x,cma crashkernel=0,high", "II", NOTHING },
	{ X86_73_NO_CMA, 2 * G, "crashkernel=x,cma crashkernel=64M", "IU",
	  .main = 64 * M },
	{ X86_73, 2 * G, "crashkernel=64M,cma crashkernel=4G", "II", NOTHING },
	{ X86_73, 2 * G, "crashkernel=9G,cma crashkernel=256M", "UU",
	  .main = 256 * M, .cma = 9 * G },	/* the kernel sets no bound */
	{ X86_73_NO_CMA, 2 * G, "crashkernel=512M,cma crashkernel=256M", "IU",
	  .main = 256 * M },
	{ S390, 2 * G, "crashkernel=256M crashkernel=512M,cma", "UI", .main = 256 * M },
	{ X86_612, 2 * G, "crashkernel=512M@1G,cma", "U", .main = 512 * M, .base = G },
};

static char letter(enum kd_ck_fate fate)
{
	static const char letters[] = {
		[KD_CK_USED] = 'U', [KD_CK_OVERRIDDEN] = 'O',
		[KD_CK_IGNORED] = 'I', [KD_CK_REFUSED] = 'R',
	};

	return letters[fate];
}

static struct kd_ck parse(enum kernel which, uint64_t ram, const char *line)
{
	struct kd_ck_kernel kernel = kernels[which];
	struct kd_text why = { "" };
	struct kd_ck ck;

	kernel.ram = ram;
	assert_int_equal(kd_ck_parse(line, &kernel, &ck, &why), 0);
	return ck;
}

static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		const struct want *want = &cases[i];
		struct kd_ck ck = parse(want->kernel, want->ram, want->line);
		char fates[KD_CK_WORDS + 1] = "";

		for (size_t w = 0; w < ck.n; w++)
			fates[w] = letter(ck.words[w].fate);
		if (ck.main != want->main || strcmp(fates, want->fates))
			print_error("case %zu, kernel %d: %s: %s\n", i, want->kernel,
				    want->line, ck.n ? ck.words[ck.n - 1].note : "");
		assert_string_equal(fates, want->fates);
		assert_int_equal(ck.main, want->main);
		assert_int_equal(ck.base, want->base);
		assert_int_equal(ck.low, want->low);
		assert_int_equal(ck.cma, want->cma);
		assert_int_equal(ck.high, want->high);
		assert_int_equal(ck.low_is_auto, want->low_is_auto);
	}
}

/* What each word says of itself. */
static void test_words(void **state)
{
	static const char line[] =
		"ro crashkernel=1G-4G:192M,4G-:256M@1G foo=crashkernel=9M,cma";
	struct kd_ck ck = parse(X86_73, 2 * G, line);

	(void)state;
	assert_int_equal(ck.n, 2);
	assert_int_equal(ck.words[0].start, 3);
	assert_int_equal(ck.words[0].len, strlen("crashkernel=1G-4G:192M,4G-:256M@1G"));
	assert_int_equal(ck.words[0].kind, KD_CK_PLAIN);
	assert_true(ck.words[0].ranged);
	assert_true(ck.words[0].row_found);
	assert_int_equal(ck.words[0].row_start, G);
	assert_int_equal(ck.words[0].row_end, 4 * G);
	assert_int_equal(ck.words[0].size, 192 * M);
	assert_int_equal(ck.words[0].base, G);
	assert_string_equal(ck.words[0].note, "");
	assert_int_equal(ck.words[1].start, strstr(line, "=crash") + 1 - line);
	assert_int_equal(ck.words[1].len, strlen("crashkernel=9M,cma"));
	assert_int_equal(ck.words[1].kind, KD_CK_CMA);
	assert_false(ck.words[1].ranged);
	assert_int_equal(ck.words[1].size, 9 * M);

	ck = parse(X86_73, 8 * G, line);
	assert_int_equal(ck.words[0].row_start, 4 * G);
	assert_int_equal(ck.words[0].row_end, 0);
	ck = parse(X86_73, G - 128 * M, line);
	assert_true(ck.words[0].ranged);
	assert_false(ck.words[0].row_found);
	assert_int_equal(ck.words[0].size, 0);
}

/* The kernel's own words where it has some, else ours; and none where all is well. */
static const struct {
	enum kernel kernel;
	const char *line, *note;	/* of the first word */
} notes[] = {
	{ X86_73, "crashkernel=64M", "" },
	{ X86_73, "crashkernel=0-:64M,4G-:9M", "" },
	{ X86_73, "crashkernel=x", "memory value expected" },
	{ X86_73, "crashkernel=64M,", "unrecognized char: ," },
	{ X86_73, "crashkernel=64M\t", "unrecognized char: 0x09" },
	{ X86_73, "crashkernel=64M,high,high", "unrecognized char: ," },
	{ X86_73, "crashkernel=x:", "Memory value expected" },
	{ X86_73, "crashkernel=1:", "'-' expected" },
	{ X86_73, "crashkernel=0-:9M-", "what follows the size is passed over" },
	{ X86_73, "crashkernel=1-2,:", "':' expected" },
	{ X86_73, "crashkernel=2-1:1", "end <= start" },
	{ X86_73, "crashkernel=0-:9G", "invalid size" },
	{ X86_73, "crashkernel=0-:9M@x", "Memory value expected after '@'" },
	{ X86_73, "crashkernel=9G-:9M", "no range holds the memory of this machine" },
	{ X86_73, "crashkernel=64M@x", "no number behind '@': the kernel finds a place" },
	{ X86_73, "crashkernel=64M@1Gx", "what follows the address is passed over" },
	{ X86_73, "crashkernel=0", "asks for nothing" },
	{ X86_73, "crashkernel=16E", "asks for nothing, as the kernel reads it" },
	{ X86_73, "crashkernel=17592186044480M",
	  "a number in it is too large or missing: the kernel takes 67108864 bytes" },
	{ X86_73, "crashkernel=4G", "asks for as much memory as there is, or more" },
	{ X86_73, "crashkernel=1M crashkernel=2M",
	  "a later word of the same kind counts" },
	{ X86_612, "crashkernel=1M,xcma", "unrecognized char: ," },
	{ X86_612, "a crashkernel=1M,cma b",
	  "unrecognized char: , (this kernel knows no ,cma and takes the word for the "
	  "main part)" },
	{ X86_612, "crashkernel=x,cma", "memory value expected" },
	{ X86_73, "crashkernel=1M,x,cma crashkernel=64M",
	  "the kernel complains and takes the size anyway" },
};

static void test_notes(void **state)
{
	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(notes); i++) {
		struct kd_ck ck = parse(notes[i].kernel, 2 * G, notes[i].line);

		assert_string_equal(ck.words[0].note, notes[i].note);
	}
}

static void test_limits(void **state)
{
	struct kd_ck_kernel kernel = kernels[X86_73];
	struct kd_text why = { "" };
	struct kd_ck ck;
	char line[(KD_CK_WORDS + 1) * 15 + 1] = "";

	(void)state;
	memset(&ck, 0x5a, sizeof(ck));
	assert_int_equal(kd_ck_parse("crashkernel=64M", &kernel, &ck, &why), -EINVAL);
	assert_string_equal(why.s, "the size of memory is not known");
	assert_int_equal(ck.main, 0x5a5a5a5a5a5a5a5a);

	kernel.ram = 2 * G;
	for (int i = 0; i < KD_CK_WORDS; i++)
		strcat(line, "crashkernel=1M ");
	assert_int_equal(kd_ck_parse(line, &kernel, &ck, &why), 0);
	assert_int_equal(ck.n, KD_CK_WORDS);
	assert_int_equal(ck.main, M);
	strcat(line, "crashkernel=1M ");
	assert_int_equal(kd_ck_parse(line, &kernel, &ck, &why), -E2BIG);
	assert_non_null(strstr(why.s, "64"));
	assert_int_equal(kd_ck_parse(line, &kernel, &ck, NULL), -E2BIG);
}

/* Random lines out of these pieces, the same ones every time. */
static const char *const pieces[] = {
	"crashkernel=64M", "crashkernel=256M", "crashkernel=1G-4G:192M,4G-:256M@64M",
	"crashkernel=1G,high", "crashkernel=72M,low", "crashkernel=0,low",
	"crashkernel=512M,cma", "crashkernel=junk", "crashkernel=3G", "crashkernel=0",
	"crashkernel=x,low", "crashkernel=x,high", "crashkernel=9M,x,cma", "quiet",
	"crashkernel=crashkernel=7M", "crashkernel=1E,high", "crashkernel=64M@junk",
};

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

static void random_line(unsigned *seed, char *out, size_t size)
{
	unsigned n = next_random(seed) % 6;
	const char *piece;
	size_t len = 0;

	out[0] = '\0';
	while (n--) {
		piece = pieces[next_random(seed) % KD_ARRAY_SIZE(pieces)];
		len += (size_t)snprintf(out + len, size - len, "%s%s", len ? " " : "",
					piece);
	}
}

static void same_outcome(const struct kd_ck *a, const struct kd_ck *b)
{
	assert_int_equal(a->main, b->main);
	assert_int_equal(a->base, b->base);
	assert_int_equal(a->low, b->low);
	assert_int_equal(a->cma, b->cma);
	assert_int_equal(a->high, b->high);
	assert_int_equal(a->low_is_auto, b->low_is_auto);
}

static void check_sanity(const struct kd_ck *ck, uint64_t ram)
{
	assert_true(ck->main < ram);
	if (!ck->main)
		assert_true(!ck->base && !ck->low && !ck->cma && !ck->high);
	for (size_t i = 0; i < ck->n; i++) {
		const struct kd_ck_word *word = &ck->words[i];

		if (word->fate != KD_CK_USED)
			assert_true(word->note[0]);
		if (word->fate == KD_CK_REFUSED)
			assert_int_equal(word->size, 0);
		if (i)
			assert_true(word->start > ck->words[i - 1].start);
		for (size_t later = i + 1; later < ck->n; later++)
			assert_true(ck->words[later].kind != word->kind ||
				    word->fate == KD_CK_OVERRIDDEN ||
				    (word->fate == KD_CK_IGNORED &&
				     strstr(word->note, "does not know ,cma")));
	}
}

#define ROUNDS 20000

static void test_properties(void **state)
{
	unsigned seed = 1;
	char line[512], other[1100];

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		enum kernel which = next_random(&seed) % KD_ARRAY_SIZE(kernels);
		uint64_t ram = (uint64_t)(1 + next_random(&seed) % 64) * 128 * M;
		struct kd_ck ck, also;

		random_line(&seed, line, sizeof(line));
		ck = parse(which, ram, line);
		check_sanity(&ck, ram);
		assert_true(!!ck.n == !!strstr(line, "crashkernel="));

		/* A newline at the end is none of the kernel's. */
		snprintf(other, sizeof(other), "%s\n", line);
		also = parse(which, ram, other);
		same_outcome(&ck, &also);

		/* A line twice over says no more than once. */
		snprintf(other, sizeof(other), "%s %s", line, line);
		also = parse(which, ram, other);
		same_outcome(&ck, &also);

		/* One good plain word more, at the end, always decides. */
		snprintf(other, sizeof(other), "%s crashkernel=33M", line);
		also = parse(which, ram, other);
		assert_int_equal(also.main, 33 * M);
		assert_false(also.high);
		assert_int_equal(also.words[also.n - 1].fate, KD_CK_USED);
	}
}

/* On a kernel that knows ,cma its place in the line is all the same; before, not. */
static void test_order_of_cma(void **state)
{
	char first[640], last[640], line[512];
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct kd_ck a, b;

		random_line(&seed, line, sizeof(line));
		if (strstr(line, ",cma"))
			continue;
		snprintf(first, sizeof(first), "crashkernel=99M,cma %s", line);
		snprintf(last, sizeof(last), "%s crashkernel=99M,cma", line);
		a = parse(X86_73, 2 * G, first);
		b = parse(X86_73, 2 * G, last);
		same_outcome(&a, &b);
		assert_int_equal(a.cma, a.main ? 99 * M : 0);
		b = parse(X86_612, 2 * G, last);
		assert_int_equal(b.main, 0);
		assert_int_equal(b.words[b.n - 1].fate, KD_CK_REFUSED);
		snprintf(first, sizeof(first), "crashkernel=99M,cma %s crashkernel=50M",
			 line);
		a = parse(X86_612, 2 * G, first);
		assert_int_equal(a.main, 50 * M);
	}
}

static const struct {
	const char *s;
	int err;
	uint64_t n;
	const char *rest;
} sizes[] = {
	{ "0", 0, 0, "" }, { "1", 0, 1, "" }, { "64M", 0, 64 * M, "" },
	{ "64m,high", 0, 64 * M, ",high" }, { "1k", 0, 1024, "" }, { "1G", 0, G, "" },
	{ "1T", 0, 1024 * G, "" }, { "1P", 0, 1024 * 1024 * G, "" },
	{ "1E", 0, UINT64_C(1) << 60, "" }, { "15E", 0, UINT64_C(15) << 60, "" },
	{ "16E", -ERANGE, 0, NULL }, { "99999999999999999999G", -ERANGE, 0, NULL },
	{ "18446744073709551615", 0, UINT64_MAX, "" },
	{ "18446744073709551616", -ERANGE, 0, NULL },
	{ "0xffffffffffffffff", 0, UINT64_MAX, "" },
	{ "0xffffffffffffffffK", -ERANGE, 0, NULL },
	{ "0x10000000000000000", -ERANGE, 0, NULL },
	{ "0x1e", 0, 0x1e, "" }, { "0X1Ek", 0, 0x1e * KD_KIB, "" }, { "010", 0, 8, "" },
	{ "08", 0, 0, "8" }, { "0x", 0, 0, "x" }, { "0xg", 0, 0, "xg" },
	{ "1KK", 0, 1024, "K" },
	{ "1X", 0, 1, "X" }, { "1 M", 0, 1, " M" }, { "", -EINVAL, 0, NULL },
	{ "M", -EINVAL, 0, NULL }, { "-1", -EINVAL, 0, NULL }, { "+1", -EINVAL, 0, NULL },
	{ " 1", -EINVAL, 0, NULL }, { "x1", -EINVAL, 0, NULL }, { "a", -EINVAL, 0, NULL },
};

static void test_memparse(void **state)
{
	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(sizes); i++) {
		const char *end = NULL;
		uint64_t n = 77;

		assert_int_equal(kd_memparse(sizes[i].s, &n, &end), sizes[i].err);
		assert_int_equal(n, sizes[i].err ? 77 : sizes[i].n);
		if (sizes[i].err)
			assert_null(end);
		else
			assert_string_equal(end, sizes[i].rest);
	}
}

static void test_memparse_kernel(void **state)
{
	const char *end, *s;
	bool odd;

	(void)state;
	assert_int_equal(kd_memparse_kernel(s = "64M", &end, &odd), 64 * M);
	assert_false(odd);
	assert_ptr_equal(end, s + 3);
	assert_int_equal(kd_memparse_kernel(s = "k", &end, &odd), 0);
	assert_true(odd);
	assert_ptr_equal(end, s + 1);
	assert_int_equal(kd_memparse_kernel(s = "x", &end, &odd), 0);
	assert_false(odd);
	assert_ptr_equal(end, s);
	s = "18446744073709551617K";
	assert_int_equal(kd_memparse_kernel(s, &end, &odd), 1024);
	assert_true(odd);
	assert_int_equal(kd_memparse_kernel(s = "17E", &end, &odd), UINT64_C(1) << 60);
	assert_true(odd);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_properties),
		cmocka_unit_test(test_order_of_cma),
		cmocka_unit_test(test_memparse),
		cmocka_unit_test(test_memparse_kernel),
	};

	return cmocka_run_group_tests_name("crashkernel", tests, NULL, NULL);
}
