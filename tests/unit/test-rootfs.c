/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* How large the root of an initramfs may grow, and the word that lifts the limit. */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/parse/rootfs.h"

/* init/do_mounts.c:init_rootfs(): a tmpfs unless a root is named, or another type of it. */
static void test_limit(void **state)
{
	static const struct {
		const char *line;
		bool options;
		unsigned percent;
		uint64_t bytes;
	} cases[] = {
		{ "", true, 50, 0 },
		{ "quiet ro", true, 50, 0 },
		{ "root=", true, 50, 0 },
		{ "root=/dev/vda1", true, 0, 0 },
		{ "quiet root=/dev/vda1 ro", true, 0, 0 },
		{ "root=kdump rootflags=bind", true, 0, 0 },
		{ "rootfstype=ramfs", true, 0, 0 },
		{ "rootfstype=ext4", true, 0, 0 },
		{ "rootflags=size=90%", true, 50, 0 },
		{ "rd.root=x xroot=y", true, 50, 0 },
		{ "rootfstype=tmpfs", true, 50, 0 },
		{ "root=/dev/vda1 rootfstype=tmpfs", true, 50, 0 },
		{ "-- root=/dev/vda1", true, 50, 0 },
		{ "initramfs_options=size=90%", true, 90, 0 },
		{ "initramfs_options=size=90%", false, 50, 0 },
		{ "initramfs_options=mode=700,size=100%,nr_inodes=5", true, 100, 0 },
		{ "initramfs_options=size=64M", true, 0, 64 * KD_MIB },
		{ "initramfs_options=size=0", true, 100, 0 },
		{ "initramfs_options=size=200%", true, 50, 0 },
		{ "initramfs_options=size=12X", true, 50, 0 },
		{ "initramfs_options=size=", true, 50, 0 },
		{ "initramfs_options=maxsize=9%", true, 50, 0 },
		{ "initramfs_options", true, 50, 0 },
		{ "initramfs_options=size=90% root=/dev/vda1", true, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		struct kd_rootfs rootfs;

		kd_rootfs_limit(cases[i].line, cases[i].options, &rootfs);
		if (rootfs.percent != cases[i].percent || rootfs.bytes != cases[i].bytes)
			fail_msg("\"%s\": %u %%, %llu bytes", cases[i].line, rootfs.percent,
				 (unsigned long long)rootfs.bytes);
	}
}

static void test_lift(void **state)
{
	static const char by_options[] = "initramfs_options=size=100%";
	static const char by_type[] = "rootfstype=ramfs";
	static const struct {
		const char *line;
		bool options, names_root;
		const char *word;
	} cases[] = {
		{ "quiet", true, false, by_options },
		{ "quiet", true, true, by_options },
		{ "quiet", false, false, by_type },
		/* A dracut would take it for the type of the real root. */
		{ "quiet", false, true, NULL },
		{ "root= quiet", false, false, NULL },
		{ "root= quiet", true, false, by_options },
		/* There is no limit to lift. */
		{ "root=/dev/vda1", true, false, NULL },
		{ "rootfstype=ramfs", true, false, NULL },
		/* Asked for by name. */
		{ "rootfstype=tmpfs", true, false, NULL },
		{ "initramfs_options=size=90%", true, false, NULL },
		/* But not to a kernel that has never heard of it. */
		{ "initramfs_options=size=90%", false, false, by_type },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		const char *word = kd_rootfs_lift(cases[i].line, cases[i].options,
						  cases[i].names_root);

		if (!word != !cases[i].word || (word && strcmp(word, cases[i].word)))
			fail_msg("\"%s\": %s", cases[i].line, word ? word : "nothing");
	}
}

/* What is added lifts the limit in fact. */
static void test_lifted(void **state)
{
	struct kd_rootfs rootfs;

	(void)state;
	for (unsigned options = 0; options < 2; options++) {
		kd_rootfs_limit(kd_rootfs_lift("", options, false), options, &rootfs);
		assert_true(!rootfs.tmpfs || rootfs.percent == 100);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_lift),
		cmocka_unit_test(test_lifted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
