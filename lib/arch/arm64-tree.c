/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * See arm64-tree.h.  What is changed is what drivers/of/kexec.c:
 * of_kexec_alloc_and_setup_fdt() changes for kexec_file_load(), but for the seeds:
 * those of this boot are used up, and are left out.
 */
#include "arm64-tree.h"

#include <errno.h>

#if KD_HAVE_LIBFDT
#include <libfdt.h>
#include <stdlib.h>

/* For the properties that are added, and their names. */
#define EXTRA_BYTES	(4 * KD_KIB)

/*
 * What drivers/of/fdt.c reads: two ranges before 7.3, six since.  Those that are
 * too many for a kernel it leaves out, from the end.
 */
#define USABLE_MAX	6

/* How many cells of 32 bits an address and a size have. */
struct widths {
	int address, size;
};

struct editor {
	void *tree;
	int chosen;
	const struct kd_tree_told *told;
	struct kd_text *why;
};

static int broken(struct kd_text *why, int err)
{
	return kd_why(why, -EBADMSG, "the device tree of this boot is broken (%s)",
		      fdt_strerror(err));
}

static uint64_t number(const void *property, int cells)
{
	const unsigned char *p = property;
	uint64_t n = 0;

	for (int i = 0; i < 4 * cells; i++)
		n = n << 8 | p[i];
	return n;
}

/* Without these properties the kernel's idea of their value is not libfdt's. */
static int root_widths(const void *tree, struct widths *ret)
{
	if (!fdt_getprop(tree, 0, "#address-cells", NULL) ||
	    !fdt_getprop(tree, 0, "#size-cells", NULL))
		return -1;
	ret->address = fdt_address_cells(tree, 0);
	ret->size = fdt_size_cells(tree, 0);
	return ret->address < 1 || ret->address > 2 || ret->size < 1 || ret->size > 2 ? -1 : 0;
}

static int drop(struct editor *e, const char *name)
{
	int err = fdt_delprop(e->tree, e->chosen, name);

	return err == -FDT_ERR_NOTFOUND ? 0 : err;
}

/* A reservation of the last boot; 1 if there was none. */
static int drop_reservation(struct editor *e, uint64_t at, uint64_t bytes)
{
	int n = fdt_num_mem_rsv(e->tree);
	uint64_t have_at, have_bytes;

	for (int i = 0; i < n; i++) {
		int err = fdt_get_mem_rsv(e->tree, i, &have_at, &have_bytes);

		if (err)
			return err;
		if (have_at == at && have_bytes == bytes)
			return fdt_del_mem_rsv(e->tree, i);
	}
	return 1;
}

/* Exactly as large as it is, or in whole pages: firmware and kexec differ. */
static int drop_old_initramfs(struct editor *e)
{
	int start_len, end_len, err;
	const void *start = fdt_getprop(e->tree, e->chosen, "linux,initrd-start", &start_len);
	const void *end = fdt_getprop(e->tree, e->chosen, "linux,initrd-end", &end_len);
	uint64_t at, bytes;

	if (!start || !end)
		return 0;
	if ((start_len != 4 && start_len != 8) || (end_len != 4 && end_len != 8))
		return -FDT_ERR_BADVALUE;
	at = number(start, start_len / 4);
	bytes = kd_sub_floor(number(end, end_len / 4), at);
	err = drop_reservation(e, at, bytes);
	if (err == 1)
		err = drop_reservation(e, at, kd_round_up(bytes, e->told->page_size));
	return err > 0 ? 0 : err;
}

/* Measurements of the last kernel are of no use to the next. */
static int drop_measurements(struct editor *e, const struct widths *widths)
{
	static const char name[] = "linux,ima-kexec-buffer";
	int len, err;
	const unsigned char *buffer = fdt_getprop(e->tree, e->chosen, name, &len);

	if (!buffer)
		return 0;
	if (len >= 4 * (widths->address + widths->size)) {
		err = drop_reservation(e, number(buffer, widths->address),
				       number(buffer + 4 * widths->address, widths->size));
		if (err < 0)
			return err;
	}
	return drop(e, name);
}

/* What another boot was told, or was told once. */
static int drop_old(struct editor *e, const struct widths *widths)
{
	static const char *const names[] = {
		"linux,elfcorehdr", "linux,usable-memory-range", "linux,initrd-start",
		"linux,initrd-end", "kaslr-seed", "rng-seed", "linux,kho-fdt",
		"linux,kho-scratch",
	};
	int err = drop_old_initramfs(e);

	if (!err)
		err = drop_measurements(e, widths);
	for (size_t i = 0; !err && i < KD_ARRAY_SIZE(names); i++)
		err = drop(e, names[i]);
	return err;
}

static int add_range(struct editor *e, const char *name, uint64_t at, uint64_t bytes)
{
	return fdt_appendprop_addrrange(e->tree, 0, e->chosen, name, at, bytes);
}

/* The kernel reserves main and low in this order; older ones read no more than two. */
static int add_usable(struct editor *e)
{
	static const char name[] = "linux,usable-memory-range";
	const struct kd_tree_told *told = e->told;
	size_t room = USABLE_MAX - 1 - !!told->low.end;
	int err = add_range(e, name, told->main.start, kd_range_bytes(&told->main));

	if (!err && told->low.end)
		err = add_range(e, name, told->low.start, kd_range_bytes(&told->low));
	for (size_t i = 0; !err && told->cma && i < told->cma->n && i < room; i++)
		err = add_range(e, name, told->cma->v[i].start,
				kd_range_bytes(&told->cma->v[i]));
	return err;
}

static int add_initramfs(struct editor *e)
{
	uint64_t at = e->told->initramfs, bytes = e->told->initramfs_bytes;
	int err;

	if (!bytes)
		return 0;
	err = fdt_setprop_u64(e->tree, e->chosen, "linux,initrd-start", at);
	if (!err)
		err = fdt_setprop_u64(e->tree, e->chosen, "linux,initrd-end", at + bytes);
	return err ? err : fdt_add_mem_rsv(e->tree, at, bytes);
}

static int add_new(struct editor *e)
{
	const struct kd_tree_told *told = e->told;
	int err = add_initramfs(e);

	if (!err)
		err = add_range(e, "linux,elfcorehdr", told->elfcorehdr,
				told->elfcorehdr_bytes);
	if (!err)
		err = fdt_add_mem_rsv(e->tree, told->elfcorehdr, told->elfcorehdr_bytes);
	if (!err)
		err = add_usable(e);
	if (!err)
		err = fdt_setprop_string(e->tree, e->chosen, "bootargs", told->cmdline);
	return err ? err : fdt_setprop(e->tree, e->chosen, "linux,booted-from-kexec", NULL, 0);
}

static int edit(struct editor *e)
{
	struct widths widths;
	int err;

	if (root_widths(e->tree, &widths))
		return kd_why(e->why, -EBADMSG, "the device tree of this boot does not say how "
			      "wide its addresses are");
	e->chosen = fdt_path_offset(e->tree, "/chosen");
	if (e->chosen == -FDT_ERR_NOTFOUND)
		e->chosen = fdt_add_subnode(e->tree, 0, "chosen");
	if (e->chosen < 0)
		return broken(e->why, e->chosen);
	err = drop_old(e, &widths);
	if (!err)
		err = add_new(e);
	if (!err)
		err = fdt_pack(e->tree);
	return err ? broken(e->why, err) : 0;
}

/* Of 2005: what makes trees makes this one, and libfdt stumbles over older ones. */
#define VERSION	17u

/* All that libfdt takes for granted of a tree is looked at once. */
static int check(const unsigned char *tree, size_t bytes, struct kd_text *why)
{
	int err;

	if (!tree || bytes > KD_TREE_MAX)
		return kd_why(why, -EBADMSG, "the device tree of this boot is not to be seen");
	err = bytes < sizeof(struct fdt_header) ? -FDT_ERR_TRUNCATED : fdt_check_header(tree);
	if (!err && fdt_version(tree) < VERSION)
		err = -FDT_ERR_BADVERSION;
	if (!err)
		err = fdt_check_full(tree, bytes);
	return err ? broken(why, err) : 0;
}

int kd_tree_make(const unsigned char *tree, size_t bytes, const struct kd_tree_told *told,
		 unsigned char **ret, size_t *ret_bytes, struct kd_text *why)
{
	struct editor e = { .told = told, .why = why };
	size_t room;
	int err = check(tree, bytes, why);

	if (err)
		return err;
	room = fdt_totalsize(tree) + strlen(told->cmdline) + EXTRA_BYTES;
	e.tree = malloc(room);
	if (!e.tree)
		return kd_why(why, -ENOMEM, "out of memory");
	err = fdt_open_into(tree, e.tree, (int)room);
	err = err ? broken(why, err) : edit(&e);
	if (!err && fdt_totalsize(e.tree) > KD_TREE_MAX)
		err = kd_why(why, -E2BIG, "the device tree would be larger than 2 MiB");
	if (err) {
		free(e.tree);
		return err;
	}
	*ret = e.tree;
	*ret_bytes = fdt_totalsize(e.tree);
	return 0;
}

/* Console --------------------------------------------------------------- */

static uint32_t cell(const void *tree, int node, const char *name, uint32_t otherwise)
{
	int len;
	const void *property = fdt_getprop(tree, node, name, &len);

	return property && len == 4 ? (uint32_t)number(property, 1) : otherwise;
}

static bool is(const void *tree, int node, const char *compatible)
{
	return !fdt_node_check_compatible(tree, node, compatible);
}

static enum kd_purgatory_console kind_of(const void *tree, int node)
{
	uint32_t shift = cell(tree, node, "reg-shift", 0);

	if (is(tree, node, "arm,pl011") || is(tree, node, "arm,sbsa-uart"))
		return KD_CONSOLE_PL011;
	if (!is(tree, node, "ns16550a") && !is(tree, node, "ns16550") &&
	    !is(tree, node, "snps,dw-apb-uart"))
		return KD_CONSOLE_NONE;
	if (shift == 2 && cell(tree, node, "reg-io-width", 1) == 4)
		return KD_CONSOLE_8250_MEMORY32;
	return shift ? KD_CONSOLE_NONE : KD_CONSOLE_8250_MEMORY;
}

/* Only where every bus up to the root gives addresses on as they are. */
static bool find_address(const void *tree, int node, uint64_t *ret)
{
	int parent = fdt_parent_offset(tree, node), len, ranges, cells;
	const void *reg = fdt_getprop(tree, node, "reg", &len);

	if (parent < 0 || !reg)
		return false;
	cells = fdt_address_cells(tree, parent);
	if (cells < 1 || cells > 2 || len < 4 * cells)
		return false;
	for (; parent > 0; parent = fdt_parent_offset(tree, parent))
		if (!fdt_getprop(tree, parent, "ranges", &ranges) || ranges)
			return false;
	*ret = number(reg, cells);
	return !parent;
}

/* "serial0:115200n8": an alias or a path, and how the port is set. */
static int find_stdout(const void *tree)
{
	int chosen = fdt_path_offset(tree, "/chosen"), len;
	const char *path;

	if (chosen < 0)
		return chosen;
	path = fdt_getprop(tree, chosen, "stdout-path", &len);
	if (!path || len < 1 || path[len - 1])
		return -FDT_ERR_NOTFOUND;
	return fdt_path_offset_namelen(tree, path, (int)strcspn(path, ":"));
}

void kd_tree_console(const unsigned char *tree, size_t bytes, struct kd_purgatory *told)
{
	enum kd_purgatory_console kind;
	struct kd_text why;
	uint64_t at;
	int node;

	if (check(tree, bytes, &why))
		return;
	node = find_stdout(tree);
	if (node < 0)
		return;
	kind = kind_of(tree, node);
	if (kind == KD_CONSOLE_NONE || !find_address(tree, node, &at))
		return;
	told->console = kind;
	told->console_at = at;
}

#else

int kd_tree_make(const unsigned char *tree, size_t bytes, const struct kd_tree_told *told,
		 unsigned char **ret, size_t *ret_bytes, struct kd_text *why)
{
	(void)tree, (void)bytes, (void)told, (void)ret, (void)ret_bytes;
	return kd_why(why, -ENOTSUP, "this build of crashctl has no libfdt, which makes the "
		      "device tree");
}

void kd_tree_console(const unsigned char *tree, size_t bytes, struct kd_purgatory *told)
{
	(void)tree, (void)bytes, (void)told;
}

#endif
