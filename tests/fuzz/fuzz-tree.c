/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Any bytes as the device tree of this boot; what is made of it is one that holds. */
#include <errno.h>
#include <libfdt.h>
#include <stdlib.h>

#include "../../lib/arch/arm64-tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check(const unsigned char *tree, size_t bytes, const struct kd_tree_told *told)
{
	int chosen = fdt_path_offset(tree, "/chosen"), len;
	const char *line = fdt_getprop(tree, chosen, "bootargs", &len);

	require(bytes <= KD_TREE_MAX && !fdt_check_full(tree, bytes));
	require(line && (size_t)len == strlen(told->cmdline) + 1 && !strcmp(line, told->cmdline));
	require(!fdt_getprop(tree, chosen, "kaslr-seed", NULL));
	require(fdt_getprop(tree, chosen, "linux,usable-memory-range", NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kd_tree_told told = {
		.main = { 0x80000000, 0x8fffffff }, .elfcorehdr = 0x8ff00000,
		.elfcorehdr_bytes = 4096, .initramfs = 0x84000000, .initramfs_bytes = 100,
		.page_size = 4096, .cmdline = "nr_cpus=1",
	};
	struct kd_purgatory console = { 0 };
	struct kd_text why = { "" };
	unsigned char *tree, *copy = malloc(size + 1);
	size_t bytes, bytes_again;
	int err;

	require(copy);
	memcpy(copy, data, size);
	err = kd_tree_make(copy, size, &told, &tree, &bytes, &why);
	require(!err == !why.s[0]);
	if (!err) {
		check(tree, bytes, &told);
		free(tree);
		told.elfcorehdr += 0x10000;
		require(!kd_tree_make(copy, size, &told, &tree, &bytes_again, &why));
		require(bytes == bytes_again);
		free(tree);
	} else {
		require(err == -EBADMSG || err == -E2BIG);
	}
	kd_tree_console(copy, size, &console);
	require(console.console || !console.console_at);
	free(copy);
	return 0;
}
