/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The cache of what was read: found again, forgotten when a file changes, never half. */
#define _GNU_SOURCE
#include "faults.h"

#include "../../lib/facts/cache.h"
#include "../unit/newc.h"
#include "../unit/vmlinux.h"

static void open_image(struct objects *o)
{
	assert_int_equal(kdump_ctx_new(&o->ctx), 0);
	assert_int_equal(kdump_snapshot_new(o->ctx, &o->snap), 0);
	assert_int_equal(kdump_config_new(o->ctx, o->snap, &o->config), 0);
	assert_int_equal(kdump_image_new(o->ctx, o->config, &o->image), 0);
}

/* Reads, says which of the two files the cache knew, and saves. */
static int read_once(bool *kernel, bool *initramfs, int *files)
{
	struct objects o = { 0 };
	int r;

	open_image(&o);
	assert_int_equal(read_image(o.image), 0);
	*kernel = o.image->kernel_known;
	*initramfs = o.image->initramfs_known;
	if (files)
		*files = (int)kdump_image_get_initramfs_files(o.image);
	r = kdump_image_save(o.image);
	release(&o);
	return r;
}

static void assert_known(int saved, bool kernel, bool initramfs)
{
	bool k, i;

	assert_int_equal(read_once(&k, &i, NULL), saved);
	assert_int_equal(k, kernel);
	assert_int_equal(i, initramfs);
}

static void entry_path(const char *file, enum kd_cache_kind kind, char ret[KD_CACHE_PATH],
		       const struct machine *m)
{
	struct kd_identity id;
	struct stat st;

	assert_int_equal(stat(machine_path(m, file), &st), 0);
	kd_identify(&st, &id);
	kd_cache_path(kind, &id, ret);
}

/* With a kernel that can be unpacked: what is not read whole is not kept. */
static int fill(void **state)
{
	struct bytes kernel = bzimage_new(pack_with_size(vmlinux_new(&(struct vmlinux){ 0 }),
							 pack_gzip));
	struct machine *m = calloc(1, sizeof(*m));

	machine_new(m);
	machine_fill(m);
	machine_put_bytes(m, MACHINE_KERNEL, (char *)kernel.p, kernel.len);
	free(kernel.p);
	fake_start(m->root);
	*state = m;
	return 0;
}

static int empty(void **state)
{
	struct machine *m = *state;

	machine_free(m);
	free(m);
	return 0;
}

static void test_again(void **state)
{
	const struct machine *m = *state;
	int files = 0, again = 0;
	bool k, i;

	assert_int_equal(read_once(&k, &i, &files), 0);
	assert_false(k || i);
	assert_int_equal(read_once(&k, &i, &again), 1);		/* nothing new */
	assert_true(k && i);
	assert_int_equal(again, files);
	assert_true(files > 0);
	assert_int_equal(count_left_over(m), 0);
}

/* A new initramfs beside the same kernel costs only one. */
static void test_changed(void **state)
{
	const struct machine *m = *state;

	assert_known(0, false, false);
	assert_int_equal(chmod(machine_path(m, MACHINE_INITRD), 0640), 0);
	assert_known(0, true, false);
	assert_known(1, true, true);
}

static void test_off(void **state)
{
	struct objects o = { 0 };

	(void)state;
	assert_known(0, false, false);
	open_image(&o);
	kdump_ctx_set_cache(o.ctx, false);
	assert_int_equal(read_image(o.image), 0);
	assert_false(o.image->kernel_known || o.image->initramfs_known);
	assert_int_equal(kdump_image_save(o.image), 1);
	release(&o);
}

/* Cut at any byte, writable by others, or a folder: there is none, and it is written anew. */
static void test_broken(void **state)
{
	const struct machine *m = *state;
	char path[KD_CACHE_PATH], *text;
	size_t len;

	assert_known(0, false, false);
	entry_path(MACHINE_INITRD, KD_CACHE_INITRAMFS, path, m);
	text = machine_get(m, path);
	assert_non_null(text);
	len = strlen(text);
	for (size_t cut = 0; cut < len; cut += 7) {
		machine_put_bytes(m, path, text, cut);
		assert_known(0, true, false);
		assert_known(1, true, true);
	}
	free(text);
	assert_int_equal(chmod(machine_path(m, path), 0666), 0);
	assert_known(0, true, false);
	assert_known(1, true, true);
	assert_int_equal(chmod(machine_path(m, KD_CACHE_FOLDER), 0777), 0);
	assert_known(0, false, false);
	assert_int_equal(chmod(machine_path(m, KD_CACHE_FOLDER), 0755), 0);
	/* One file's entry is not another's. */
	entry_path(MACHINE_KERNEL, KD_CACHE_KERNEL, path, m);
	text = machine_get(m, path);
	entry_path(MACHINE_INITRD, KD_CACHE_INITRAMFS, path, m);
	machine_put(m, path, text);
	free(text);
	assert_known(0, true, false);
}

static int n_entries;

static int count_entry(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)path, (void)st, (void)ftw;
	n_entries += kind == FTW_F;
	return 0;
}

/* The oldest go; what is not ours stays. */
static void test_pruned(void **state)
{
	const struct machine *m = *state;
	char name[KD_CACHE_PATH];

	for (unsigned i = 0; i < 40; i++) {
		const struct timespec times[] = { { .tv_sec = 1000 + i }, { .tv_sec = 1000 + i } };

		snprintf(name, sizeof(name), KD_CACHE_FOLDER "/%064u", i);
		machine_put(m, name, "x");
		assert_int_equal(utimensat(AT_FDCWD, machine_path(m, name), times, 0), 0);
	}
	machine_put(m, KD_CACHE_FOLDER "/README", "x");
	assert_int_equal(chmod(machine_path(m, KD_CACHE_FOLDER), 0755), 0);
	assert_known(0, false, false);
	n_entries = 0;
	assert_int_equal(nftw(machine_path(m, KD_CACHE_FOLDER), count_entry, 4, FTW_PHYS), 0);
	assert_int_equal(n_entries, 16 + 1);
	assert_int_equal(access(machine_path(m, KD_CACHE_FOLDER "/README"), F_OK), 0);
	snprintf(name, sizeof(name), KD_CACHE_FOLDER "/%064u", 25);
	assert_int_not_equal(access(machine_path(m, name), F_OK), 0);
	snprintf(name, sizeof(name), KD_CACHE_FOLDER "/%064u", 26);
	assert_int_equal(access(machine_path(m, name), F_OK), 0);
	assert_known(1, true, true);
}

/* ---- everything failing ---- */

/* Reading with what the cache holds; false where it ended before the @n-th call. */
static bool fault_once(const struct machine *m, const struct fault *fault, unsigned long n,
		       bool saving)
{
	struct objects o = { 0 };
	bool met;
	int r;

	fake_start(m->root);
	open_image(&o);
	if (saving)
		assert_int_equal(read_image(o.image), 0);
	begin_fault(fault, n);
	r = saving ? kdump_image_save(o.image) : read_image(o.image);
	met = end_fault(fault);
	if (r < 0)
		assert_string_not_equal(kdump_ctx_get_error(o.ctx), "");
	if (saving)
		assert_true(r == 0 || r == 1 || r == -EIO || r == -ENOMEM);
	release(&o);
	assert_int_equal(fake_open_files(), 0);
	if (saving && !fault->from)
		assert_int_equal(count_left_over(m), 0);
	return met;
}

static void drop_entry(const struct machine *m, const char *file, enum kd_cache_kind kind)
{
	char path[KD_CACHE_PATH];

	entry_path(file, kind, path, m);
	machine_drop(m, path);
}

/* Whatever fails, the next that reads is right, and saves. */
static void fault_always(const struct machine *m, bool saving)
{
	static const struct fault faults[] = {
		{ 0, false }, { EIO, false }, { EACCES, false }, { ENOSPC, false },
		{ EIO, true },
	};
	unsigned long tried = 0, n;
	int files, again;
	bool k, i;

	assert_int_equal(read_once(&k, &i, &files), 0);
	for (size_t f = 0; f < KD_ARRAY_SIZE(faults); f++) {
		for (n = 1; ; n++, tried++) {
			snprintf(where, sizeof(where), "call %lu, errno %d", n, faults[f].err);
			if (saving)
				drop_entry(m, MACHINE_INITRD, KD_CACHE_INITRAMFS);
			if (!fault_once(m, &faults[f], n, saving))
				break;
			assert_true(n < 400);
			fake_start(m->root);
			read_once(&k, &i, &again);
			assert_int_equal(again, files);
		}
	}
	where[0] = '\0';
	print_message("# %s: %lu faults in all\n", saving ? "saving" : "reading", tried);
	assert_true(tried > 30);
}

static void test_reading_fails(void **state)
{
	fault_always(*state, false);
}

static void test_saving_fails(void **state)
{
	fault_always(*state, true);
}

#define CACHE(test) cmocka_unit_test_setup_teardown(test, fill, empty)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CACHE(test_again),
		CACHE(test_changed),
		CACHE(test_off),
		CACHE(test_broken),
		CACHE(test_pruned),
		CACHE(test_reading_fails),
		CACHE(test_saving_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
