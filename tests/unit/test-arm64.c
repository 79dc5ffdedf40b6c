/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Segments of arm64: the device tree that is made of one, read back by libfdt, and
 * what must hold for the places.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <cmocka.h>
#include <libfdt.h>

#include "../../lib/arch/arm64-boot.h"
#include "../../lib/arch/arm64-tree.h"
#include "../../lib/decide/placement.h"

#define ROOM 8192
#define PAGE (4 * KD_KIB)
#define OLD_INITRD UINT64_C(0x48000000)
#define OLD_BYTES UINT64_C(0x1234)

struct tree {
	unsigned char bytes[ROOM];
};

/* What a boot loader hands over: 64-bit addresses, an initramfs, a serial port. */
static void make_source(struct tree *t)
{
	void *p = t->bytes;
	int node;

	assert_int_equal(fdt_create_empty_tree(p, ROOM), 0);
	assert_int_equal(fdt_setprop_u32(p, 0, "#address-cells", 2), 0);
	assert_int_equal(fdt_setprop_u32(p, 0, "#size-cells", 2), 0);
	node = fdt_add_subnode(p, 0, "chosen");
	fdt_setprop_u32(p, node, "linux,initrd-start", OLD_INITRD);
	fdt_setprop_u32(p, node, "linux,initrd-end", OLD_INITRD + OLD_BYTES);
	fdt_setprop_u64(p, node, "kaslr-seed", 7);
	fdt_setprop_string(p, node, "rng-seed", "used");
	fdt_setprop_u64(p, node, "linux,uefi-system-table", 0x1234);
	fdt_setprop_u64(p, node, "linux,elfcorehdr", 1);
	fdt_setprop_string(p, node, "stdout-path", "/soc/serial@9000000:115200");
	assert_int_equal(fdt_add_mem_rsv(p, OLD_INITRD, kd_round_up(OLD_BYTES, PAGE)), 0);
	assert_int_equal(fdt_add_mem_rsv(p, 0x1000, 0x2000), 0);
	node = fdt_add_subnode(p, 0, "soc");
	fdt_setprop_u32(p, node, "#address-cells", 2);
	fdt_setprop_u32(p, node, "#size-cells", 1);
	fdt_setprop(p, node, "ranges", NULL, 0);
	node = fdt_add_subnode(p, node, "serial@9000000");
	fdt_setprop_string(p, node, "compatible", "arm,pl011");
	fdt_setprop_u64(p, node, "reg", 0x9000000);
	assert_int_equal(fdt_appendprop_u32(p, node, "reg", 0x1000), 0);
}

static struct kdump_range cma_ranges[] = {
	{ 0x50000000, 0x5fffffff }, { 0x60000000, 0x6fffffff }, { 0x70000000, 0x77ffffff },
	{ 0x78000000, 0x7fffffff }, { 0x30000000, 0x37ffffff },
};
static const struct kd_ranges cma = { cma_ranges, KD_ARRAY_SIZE(cma_ranges), 0 };

static const struct kd_tree_told told = {
	.main = { UINT64_C(0x100000000), UINT64_C(0x10fffffff) },
	.low = { 0x80000000, 0x87ffffff }, .cma = &cma,
	.elfcorehdr = UINT64_C(0x10fff0000), .elfcorehdr_bytes = 0x1000,
	.initramfs = UINT64_C(0x104000000), .initramfs_bytes = 0x12345,
	.page_size = PAGE, .cmdline = "console=ttyAMA0 nr_cpus=1",
};

static unsigned char *make(const struct tree *t, const struct kd_tree_told *with, size_t *bytes)
{
	struct kd_text why = { "" };
	unsigned char *ret;

	if (kd_tree_make(t->bytes, sizeof(t->bytes), with, &ret, bytes, &why))
		fail_msg("%s", why.s);
	assert_int_equal(fdt_check_full(ret, *bytes), 0);
	return ret;
}

static void assert_u64s(const void *tree, const char *name, const uint64_t *wanted, size_t n)
{
	int len, chosen = fdt_path_offset(tree, "/chosen");
	const unsigned char *p = fdt_getprop(tree, chosen, name, &len);

	assert_non_null(p);
	assert_int_equal(len, 8 * n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(fdt64_ld((const fdt64_t *)(const void *)(p + 8 * i)), wanted[i]);
}

static bool has_property(const void *tree, const char *name)
{
	return fdt_getprop(tree, fdt_path_offset(tree, "/chosen"), name, NULL);
}

static bool is_reserved(const void *tree, uint64_t at, uint64_t bytes)
{
	uint64_t have_at, have_bytes;

	for (int i = 0; i < fdt_num_mem_rsv(tree); i++)
		if (!fdt_get_mem_rsv(tree, i, &have_at, &have_bytes) && have_at == at &&
		    have_bytes == bytes)
			return true;
	return false;
}

/* main first, then low, then as much of CMA as the newest kernel reads: six in all. */
static void test_ranges(void **state)
{
	const uint64_t usable[] = {
		UINT64_C(0x100000000), 0x10000000, 0x80000000, 0x8000000, 0x50000000, 0x10000000,
		0x60000000, 0x10000000, 0x70000000, 0x8000000, 0x78000000, 0x8000000,
	};
	struct kd_tree_told plain = told;
	struct tree t;
	size_t bytes;
	unsigned char *made;

	(void)state;
	make_source(&t);
	made = make(&t, &told, &bytes);
	assert_u64s(made, "linux,usable-memory-range", usable, KD_ARRAY_SIZE(usable));
	free(made);
	plain.low.end = 0;
	plain.cma = NULL;
	made = make(&t, &plain, &bytes);
	assert_u64s(made, "linux,usable-memory-range", usable, 2);
	free(made);
}

static void test_chosen(void **state)
{
	const uint64_t elfcorehdr[] = { told.elfcorehdr, told.elfcorehdr_bytes };
	const uint64_t end = told.initramfs + told.initramfs_bytes, uefi = 0x1234;
	struct tree t;
	size_t bytes;
	unsigned char *made;

	(void)state;
	make_source(&t);
	made = make(&t, &told, &bytes);
	assert_u64s(made, "linux,elfcorehdr", elfcorehdr, 2);
	assert_u64s(made, "linux,initrd-start", &told.initramfs, 1);
	assert_u64s(made, "linux,initrd-end", &end, 1);
	assert_u64s(made, "linux,uefi-system-table", &uefi, 1);
	assert_string_equal(fdt_getprop(made, fdt_path_offset(made, "/chosen"), "bootargs", NULL),
			    told.cmdline);
	assert_false(has_property(made, "kaslr-seed"));
	assert_false(has_property(made, "rng-seed"));
	assert_true(fdt_path_offset(made, "/soc/serial@9000000") > 0);
	assert_int_equal(fdt_num_mem_rsv(made), 3);
	assert_true(is_reserved(made, 0x1000, 0x2000));
	assert_true(is_reserved(made, told.elfcorehdr, told.elfcorehdr_bytes));
	assert_true(is_reserved(made, told.initramfs, told.initramfs_bytes));
	free(made);
}

static void test_without(void **state)
{
	struct kd_tree_told none = told;
	struct tree t;
	size_t bytes;
	unsigned char *made;

	(void)state;
	make_source(&t);
	none.initramfs = none.initramfs_bytes = 0;
	made = make(&t, &none, &bytes);
	assert_false(has_property(made, "linux,initrd-start"));
	assert_false(has_property(made, "linux,initrd-end"));
	free(made);
	assert_int_equal(fdt_del_node(t.bytes, fdt_path_offset(t.bytes, "/chosen")), 0);
	made = make(&t, &told, &bytes);
	assert_true(has_property(made, "linux,elfcorehdr"));
	free(made);
}

/* It is made once to be placed, and once more with the places. */
static void test_size(void **state)
{
	struct kd_tree_told other = told;
	size_t bytes, other_bytes;
	struct tree t;

	(void)state;
	make_source(&t);
	free(make(&t, &told, &bytes));
	other.elfcorehdr = UINT64_C(0x100000000);
	other.initramfs = UINT64_C(0x10f000000);
	free(make(&t, &other, &other_bytes));
	assert_int_equal(bytes, other_bytes);
	assert_true(bytes < 2048);
}

static void refused(const unsigned char *tree, size_t bytes, int code)
{
	struct kd_text why = { "" };
	unsigned char *ret;
	size_t ret_bytes;

	assert_int_equal(kd_tree_make(tree, bytes, &told, &ret, &ret_bytes, &why), code);
	assert_string_not_equal(why.s, "");
}

static void test_broken(void **state)
{
	struct tree t;

	(void)state;
	make_source(&t);
	fdt_pack(t.bytes);
	for (size_t i = 0; i < fdt_totalsize(t.bytes); i++) {
		unsigned char *cut = malloc(i + 1);

		memcpy(cut, t.bytes, i);
		refused(cut, i, -EBADMSG);
		free(cut);
	}
	refused(NULL, 0, -EBADMSG);
	fdt_set_version(t.bytes, 16);
	refused(t.bytes, sizeof(t.bytes), -EBADMSG);
	make_source(&t);
	fdt_delprop(t.bytes, 0, "#size-cells");
	refused(t.bytes, sizeof(t.bytes), -EBADMSG);
	/* Main above 4 GiB is no address of one cell. */
	make_source(&t);
	fdt_setprop_u32(t.bytes, 0, "#address-cells", 1);
	refused(t.bytes, sizeof(t.bytes), -EBADMSG);
	make_source(&t);
	fdt_setprop(t.bytes, fdt_path_offset(t.bytes, "/chosen"), "linux,initrd-end", "x", 2);
	refused(t.bytes, sizeof(t.bytes), -EBADMSG);
}

static void console(const struct tree *t, uint64_t kind, uint64_t at)
{
	struct kd_purgatory found = { 0 };

	kd_tree_console(t->bytes, sizeof(t->bytes), &found);
	assert_int_equal(found.console, kind);
	assert_int_equal(found.console_at, at);
}

static void test_console(void **state)
{
	static const char path[] = "/soc/serial@9000000";
	struct tree t;

	(void)state;
	make_source(&t);
	console(&t, KD_CONSOLE_PL011, 0x9000000);
	fdt_setprop_string(t.bytes, fdt_path_offset(t.bytes, path), "compatible", "ns16550a");
	console(&t, KD_CONSOLE_8250_MEMORY, 0x9000000);
	fdt_setprop_u32(t.bytes, fdt_path_offset(t.bytes, path), "reg-shift", 2);
	console(&t, KD_CONSOLE_NONE, 0);
	fdt_setprop_u32(t.bytes, fdt_path_offset(t.bytes, path), "reg-io-width", 4);
	console(&t, KD_CONSOLE_8250_MEMORY32, 0x9000000);
	/* A bus that gives another address on is not followed. */
	fdt_setprop_u64(t.bytes, fdt_path_offset(t.bytes, "/soc"), "ranges", 1);
	console(&t, KD_CONSOLE_NONE, 0);
	make_source(&t);
	fdt_setprop(t.bytes, fdt_path_offset(t.bytes, "/chosen"), "stdout-path", "/soc", 4);
	console(&t, KD_CONSOLE_NONE, 0);
}

/* Segments ----------------------------------------------------------------- */

#define IMAGE_BYTES (3 * KD_MIB)

struct machine {
	struct tree tree;
	unsigned char kernel[256];
	struct kd_piece_of_memory cpu;
	struct kdump_range memory;
	struct kd_handover handover;
	struct kd_boot_input in;
};

static void make_machine(struct machine *m)
{
	static const unsigned char initramfs[5000] = { 1 };

	memset(m, 0, sizeof(*m));
	make_source(&m->tree);
	memcpy(m->kernel + 0x38, "ARM\x64", 4);
	m->kernel[0x12] = IMAGE_BYTES >> 16;
	m->cpu = (struct kd_piece_of_memory){ 0xbf000000, 424 };
	m->memory = (struct kdump_range){ 0x40000000, UINT64_C(0x13fffffff) };
	m->handover = (struct kd_handover){
		.page_size = PAGE, .ram = { &m->memory, 1, 1 },
		.main = { UINT64_C(0x100000000), UINT64_C(0x103ffffff) },
		.cpus = &m->cpu, .n_cpus = 1, .vmcoreinfo = { 0x43edc000, 1024 },
		.has_direct_map = true, .direct_map = UINT64_C(0xffff000000000000),
		.text = { 0x40200000, 0x4318ffff }, .text_virtual = UINT64_C(0xffffc45120600000),
		.tree = m->tree.bytes, .tree_bytes = sizeof(m->tree.bytes),
	};
	m->in = (struct kd_boot_input){
		.handover = &m->handover, .kernel = m->kernel, .kernel_bytes = sizeof(m->kernel),
		.initramfs = initramfs, .initramfs_bytes = sizeof(initramfs),
		.cmdline = "nr_cpus=1",
	};
}

/* As decide/assemble.c does. */
static void place(const struct machine *m, struct kd_assembly *assembly)
{
	struct kd_segment list[KD_SEGMENTS_MAX];

	for (size_t i = 0; i < assembly->n; i++) {
		list[i] = assembly->v[i].place;
		list[i].size = kd_round_up(list[i].size, PAGE);
	}
	assert_null(kd_place(list, assembly->n, &m->handover.main, PAGE));
	for (size_t i = 0; i < assembly->n; i++)
		assembly->v[i].place = list[i];
}

static void test_segments(void **state)
{
	struct kd_assembly assembly = { 0 };
	struct kd_purgatory purgatory = { 0 };
	struct kd_text why = { "" };
	const struct kd_assembled *kernel, *initramfs, *tree, *elfcorehdr;
	struct machine m;
	uint64_t start;

	(void)state;
	make_machine(&m);
	m.kernel[0x0a] = 8;		/* text_offset 0x80000 */
	assert_int_equal(kd_arm64_boot.lay_out(&m.in, &assembly, &why), 0);
	place(&m, &assembly);
	assert_int_equal(kd_arm64_boot.fill(&m.in, &assembly, &purgatory, &why), 0);
	kernel = kd_assembly_find(&assembly, "kernel");
	initramfs = kd_assembly_find(&assembly, "initramfs");
	tree = kd_assembly_find(&assembly, "device tree");
	elfcorehdr = kd_assembly_find(&assembly, "elfcorehdr");
	assert_int_equal(kernel->place.at, m.handover.main.start + 0x80000);
	assert_int_equal(kernel->place.size, IMAGE_BYTES);
	assert_int_equal(purgatory.entry, kernel->place.at);
	assert_int_equal(purgatory.argument, tree->place.at);
	assert_int_equal(purgatory.console, KD_CONSOLE_PL011);
	assert_int_equal(tree->place.at % (2 * KD_MIB), 0);
	assert_int_equal(elfcorehdr->place.at % (64 * KD_KIB), 0);
	assert_true(initramfs->place.at >= kernel->place.at + kernel->place.size);
	start = initramfs->place.at;
	assert_u64s(tree->data, "linux,initrd-start", &start, 1);
	start = elfcorehdr->place.at;
	assert_true(is_reserved(tree->data, start, elfcorehdr->bytes));
	kd_assembly_free(&assembly);
}

static void layout_refused(struct machine *m, int code)
{
	struct kd_assembly assembly = { 0 };
	struct kd_text why = { "" };

	assert_int_equal(kd_arm64_boot.lay_out(&m->in, &assembly, &why), code);
	assert_string_not_equal(why.s, "");
	kd_assembly_free(&assembly);
}

static void test_refused(void **state)
{
	char line[2049];
	struct machine m;

	(void)state;
	make_machine(&m);
	m.in.kernel_bytes = 0x3f;
	layout_refused(&m, -EBADMSG);
	make_machine(&m);
	m.kernel[0x3b] = 0;
	layout_refused(&m, -EBADMSG);
	make_machine(&m);
	m.kernel[0x12] = 0;
	layout_refused(&m, -EBADMSG);
	make_machine(&m);
	m.kernel[0x17] = 0xff;
	layout_refused(&m, -EBADMSG);
	make_machine(&m);
	m.kernel[0x08] = 8;
	layout_refused(&m, -ENOTSUP);
	make_machine(&m);
	m.kernel[0x18] = 1;
	layout_refused(&m, -ENOTSUP);
	make_machine(&m);
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	m.in.cmdline = line;
	layout_refused(&m, -E2BIG);
	make_machine(&m);
	m.handover.n_cpus = 0;
	layout_refused(&m, -ENODATA);
	make_machine(&m);
	m.handover.tree = NULL;
	layout_refused(&m, -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_chosen),
		cmocka_unit_test(test_without),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_console),
		cmocka_unit_test(test_segments),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
