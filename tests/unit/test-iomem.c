/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* /proc/iomem as kernel/resource.c:r_show() prints it, and what it never prints. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../lib/parse/iomem.h"

/* Lists as text: "start-end start-end", hexadecimal. */
struct want {
	const char *text;
	bool hidden;
	size_t crash_count;
	const char *ram, *crash, *given_back, *kernel, *driver_ram;
};

static const struct want cases[] = {
	{	/* x86_64, 2 GiB, the middle of a large reservation given back twice */
		.text = "00000000-00000fff : Reserved\n"
			"00001000-0009fbff : System RAM\n"
			"0009fc00-0009ffff : Reserved\n"
			"000a0000-000bffff : PCI Bus 0000:00\n"
			"00100000-7ffdbfff : System RAM\n"
			"  2d000000-2e1fffff : Kernel code\n"
			"  2e200000-2ecb0fff : Kernel rodata\n"
			"  2ee00000-2f13abff : Kernel data\n"
			"  2f5f4000-2f9fffff : Kernel bss\n"
			"  67000000-6affffff : Crash kernel\n"
			"  6b000000-72ffffff : System RAM\n"
			"  73000000-76ffffff : System RAM\n"
			"7ffdc000-7fffffff : Reserved\n"
			"fe000000-febfffff : PCI Bus 0000:00\n"
			"  febc0000-febdffff : 0000:00:02.0\n"
			"    febc0000-febdffff : e1000\n"
			"fee00000-fee00fff : Local APIC\n",
		.crash_count = 1,
		.ram = "1000-9fbff 100000-7ffdbfff",
		.crash = "67000000-6affffff",
		.given_back = "6b000000-72ffffff 73000000-76ffffff",
		.kernel = "2d000000-2e1fffff 2e200000-2ecb0fff 2ee00000-2f13abff "
			  "2f5f4000-2f9fffff",
	},
	{	/* high and low; the low one stands first whatever the order */
		.text = "00100000-bfffffff : System RAM\n"
			"  a0000000-afffffff : Crash kernel\n"
			"100000000-23fffffff : System RAM\n"
			"  220000000-23effffff : Crash kernel\n",
		.crash_count = 2,
		.ram = "100000-bfffffff 100000000-23fffffff",
		.crash = "a0000000-afffffff 220000000-23effffff",
	},
	{	/* arm64: in Reserved, and the name of the early ,low */
		.text = "40000000-bfffffff : System RAM\n"
			"  40210000-418cffff : Kernel code\n"
			"  b0000000-bfffffff : reserved\n"
			"    b4000000-bbffffff : Crash kernel (low)\n"
			"100000000-13fffffff : System RAM\n"
			"  110000000-12fffffff : Crash kernel\n",
		.crash_count = 2,
		.ram = "40000000-bfffffff 100000000-13fffffff",
		.crash = "b4000000-bbffffff 110000000-12fffffff",
		.kernel = "40210000-418cffff",
	},
	{	/* s390: memory of its own, at top level */
		.text = "00000000-3fffffff : System RAM\n"
			"40000000-4fffffff : Crash kernel\n"
			"50000000-7fffffff : System RAM\n",
		.crash_count = 1,
		.ram = "0-3fffffff 50000000-7fffffff",
		.crash = "40000000-4fffffff",
	},
	{	/* memory below what describes the device is memory, once */
		.text = "00100000-7fffffff : System RAM\n"
			"100000000-1ffffffff : CXL Window 0\n"
			"  100000000-17fffffff : System RAM\n"
			"    140000000-14fffffff : System RAM\n"
			"  180000000-1ffffffff : region0\n"
			"    180000000-1ffffffff : dax0.0\n"
			"      180000000-1ffffffff : System RAM (kmem)\n",
		.ram = "100000-7fffffff 100000000-17fffffff",
		.given_back = "140000000-14fffffff",
		.driver_ram = "180000000-1ffffffff",
	},
	{	/* opened without CAP_SYS_ADMIN */
		.text = "00000000-00000000 : System RAM\n"
			"  00000000-00000000 : Kernel code\n"
			"  00000000-00000000 : Crash kernel\n"
			"  00000000-00000000 : Crash kernel\n"
			"00000000-00000000 : Reserved\n",
		.hidden = true,
		.crash_count = 2,
	},
	{ .text = "0-0 : System RAM\n", .hidden = true },
	{ .text = "0-fff : System RAM\n", .ram = "0-fff" },
	{ .text = "0-ffffffffffffffff : System RAM\n", .ram = "0-ffffffffffffffff" },
	{ .text = "1-1 : Crash kernel\n", .crash_count = 1, .crash = "1-1" },
	/* Names that only look alike. */
	{ .text = "1-2 : Crash kernels\n1-2 : crash kernel\n1-2 : System RAM \n"
		  "1-2 : System ROM\n1-2 : \n1-2 : Kernel code x\n" },
	/* An entry that is none of ours may be odd in itself. */
	{ .text = "1-2 : a : b - c\n2-1 : PCI\n1-2 : \xff\xfe\n" },
	{ .text = "1-2 : Kernel bss\n", .kernel = "1-2" },
	{ .text = "1-2 : System RAM\n0-0 : Reserved\n", .ram = "1-2" },
};

static void assert_list(const struct kd_ranges *list, const char *want)
{
	char got[1024] = "";
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += (size_t)snprintf(got + n, sizeof(got) - n, "%s%llx-%llx",
				      i ? " " : "", (unsigned long long)list->v[i].start,
				      (unsigned long long)list->v[i].end);
	assert_string_equal(got, want ? want : "");
}

static int parse(const char *text, struct kd_iomem *ret, struct kd_text *why)
{
	return kd_iomem_parse(text, strlen(text), ret, why);
}

static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		const struct want *want = &cases[i];
		struct kd_text why = { "" };
		struct kd_iomem iomem;

		assert_int_equal(parse(want->text, &iomem, &why), 0);
		assert_int_equal(iomem.hidden, want->hidden);
		assert_int_equal(iomem.crash_count, want->crash_count);
		assert_list(&iomem.ram, want->ram);
		assert_list(&iomem.crash, want->crash);
		assert_list(&iomem.given_back, want->given_back);
		assert_list(&iomem.kernel, want->kernel);
		assert_list(&iomem.driver_ram, want->driver_ram);
		kd_iomem_free(&iomem);
		assert_int_equal(iomem.ram.n + iomem.crash.n + iomem.crash_count, 0);
	}
}

static const struct {
	const char *text, *why;
} broken[] = {
	{ "", "empty" },
	{ "0-1 : System RAM", "line 1: cut" },
	{ "0-1 : System RAM\n2-3 : Crash ker", "line 2: cut" },
	{ "\n", "line 1: not \"start-end : name\"" },
	{ "0-1 : a\n\n", "line 2: not \"start-end : name\"" },
	{ "0-1: a\n", "line 1: not \"start-end : name\"" },
	{ "0-1 :a\n", "line 1: not \"start-end : name\"" },
	{ "0 - 1 : a\n", "line 1: not \"start-end : name\"" },
	{ "0 : a\n", "line 1: not \"start-end : name\"" },
	{ "-1 : a\n", "line 1: not \"start-end : name\"" },
	{ "0- : a\n", "line 1: not \"start-end : name\"" },
	{ "0x0-0x1 : a\n", "line 1: not \"start-end : name\"" },
	{ "0-1 : a\n 0-1 : b\n", "line 2: not \"start-end : name\"" },
	{ "0-1 : a\n   0-1 : b\n", "line 2: not \"start-end : name\"" },
	{ "\t0-1 : a\n", "line 1: not \"start-end : name\"" },
	{ "10000000000000000-1 : a\n", "line 1: not \"start-end : name\"" },
	{ "0-10000000000000000 : a\n", "line 1: not \"start-end : name\"" },
	{ "  0-1 : a\n", "line 1: indented below no other entry" },
	{ "0-1 : a\n    0-1 : b\n", "line 2: indented below no other entry" },
	{ "0-1 : a\n  0-1 : b\n    0-1 : c\n      0-1 : d\n        0-1 : e\n"
	  "          0-1 : f\n            0-1 : g\n",
	  "line 7: indented below no other entry" },
	{ "2-1 : System RAM\n", "line 1: range ends before it starts" },
	{ "0-9 : System RAM\n  2-1 : Crash kernel\n",
	  "line 2: range ends before it starts" },
};

static void test_broken(void **state)
{
	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(broken); i++) {
		const char *text = broken[i].text;
		struct kd_text why = { "" };
		struct kd_iomem iomem;

		memset(&iomem, 0x5a, sizeof(iomem));
		assert_int_equal(parse(text, &iomem, &why), -EBADMSG);
		assert_string_equal(why.s, broken[i].why);
		assert_int_equal(iomem.crash_count, 0x5a5a5a5a5a5a5a5a);
		assert_int_equal(parse(text, &iomem, NULL), -EBADMSG);
	}
}

/* Cut anywhere but behind a newline the text is refused, never half believed. */
static void test_cut(void **state)
{
	const char *text = cases[0].text;

	(void)state;
	for (size_t len = 0; len <= strlen(text); len++) {
		char *copy = malloc(len ? len : 1);
		struct kd_iomem iomem;
		int err;

		assert_non_null(copy);
		memcpy(copy, text, len);
		err = kd_iomem_parse(copy, len, &iomem, NULL);
		if (len && text[len - 1] == '\n') {
			assert_int_equal(err, 0);
			kd_iomem_free(&iomem);
		} else {
			assert_int_equal(err, -EBADMSG);
		}
		free(copy);
	}
}

/* Lists come out ascending, however the text is ordered. */
static void test_order(void **state)
{
	static const char text[] = "30-3f : System RAM\n  38-3f : Crash kernel\n"
				   "10-1f : System RAM\n  18-1f : Crash kernel\n"
				   "20-2f : System RAM\n";
	struct kd_iomem iomem;

	(void)state;
	assert_int_equal(parse(text, &iomem, NULL), 0);
	assert_list(&iomem.ram, "10-1f 20-2f 30-3f");
	assert_list(&iomem.crash, "18-1f 38-3f");
	kd_iomem_free(&iomem);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests_name("iomem", tests, NULL, NULL);
}
