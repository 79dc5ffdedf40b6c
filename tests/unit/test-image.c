/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Kernel and initramfs as files: good ones, and each way of being of no use. */
#include "machine.h"

#include "../../lib/core/root.h"
#include "../../lib/facts/image.h"
#include "../../lib/facts/record.h"
#include "vmlinux.h"

struct scene {
	struct machine m;
	struct kdump_ctx *ctx;
	struct kdump_snapshot *snap;
	struct kdump_config *config;
	struct kdump_image *image;
	char error[KD_TEXT_MAX], advice[KD_TEXT_MAX];	/* of the last that was useless */
};

static void forget(struct scene *s)
{
	s->image = kdump_image_unref(s->image);
	s->config = kdump_config_unref(s->config);
	s->snap = kdump_snapshot_unref(s->snap);
}

static int set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	machine_begin(&s->m, &s->ctx);
	machine_fill(&s->m);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	forget(s);
	machine_end(&s->m, s->ctx);
	free(s);
	return 0;
}

static void open_image(struct scene *s)
{
	forget(s);
	assert_int_equal(kdump_snapshot_new(s->ctx, &s->snap), 0);
	assert_int_equal(kdump_config_new(s->ctx, s->snap, &s->config), 0);
	assert_int_equal(kdump_image_new(s->ctx, s->config, &s->image), 0);
}

static int read_image(struct scene *s)
{
	uint64_t done, total, before = 0;
	int r;

	open_image(s);
	do {
		r = kdump_image_read(s->image);
		kdump_image_get_progress(s->image, &done, &total);
		assert_true(r < 0 || (done >= before && done <= total));
		before = done;
	} while (r == KDUMP_AGAIN);
	return r;
}

/* It fails, says why, and says so again; nothing can be estimated or loaded of it. */
static void assert_useless(struct scene *s, int err, const char *id)
{
	struct kdump_estimate *est = (struct kdump_estimate *)1;
	struct kdump_request *rq = (struct kdump_request *)1;

	assert_int_equal(read_image(s), err);
	assert_string_equal(kdump_ctx_get_error_id(s->ctx), id);
	assert_string_not_equal(kdump_ctx_get_error(s->ctx), "");
	assert_int_equal(kdump_image_read(s->image), err);
	assert_string_equal(kdump_ctx_get_error_id(s->ctx), id);
	snprintf(s->error, sizeof(s->error), "%s", kdump_ctx_get_error(s->ctx));
	snprintf(s->advice, sizeof(s->advice), "%s", kdump_ctx_get_advice(s->ctx));
	assert_int_equal(kdump_estimate_new(s->ctx, s->config, s->image, &est), -ENODATA);
	assert_ptr_equal(est, (struct kdump_estimate *)1);
	assert_int_equal(kdump_request_new(s->ctx, s->config, s->image, NULL, &rq), -ENODATA);
	assert_ptr_equal(rq, (struct kdump_request *)1);
}

static void test_good(void **state)
{
	struct scene *s = *state;
	struct stat st;

	assert_int_equal(read_image(s), 0);
	assert_string_equal(kdump_image_get_release(s->image), MACHINE_RELEASE);
	assert_int_equal(kdump_image_get_kernel_size(s->image), MACHINE_SETUP + MACHINE_PAYLOAD);
	assert_int_equal(stat(machine_path(&s->m, MACHINE_INITRD), &st), 0);
	assert_int_equal(kdump_image_get_initramfs_size(s->image), st.st_size);
	assert_int_equal(kdump_image_get_initramfs_unpacked(s->image), 4096);
	assert_int_equal(kdump_image_get_initramfs_files(s->image), 1);
	assert_int_equal(s->image->sums.kernel.init_size, 60 * KD_MIB);
	assert_int_equal(s->image->sums.kernel.unpacked_size, 40 * KD_MIB);
}

/* More than one call reads at once. */
static void test_large(void **state)
{
	struct scene *s = *state;
	unsigned calls = 0;
	int r;

	machine_put_initramfs(&s->m, MACHINE_INITRD, 20 << 20, 'x');
	open_image(s);
	do {
		r = kdump_image_read(s->image);
		calls++;
	} while (r == KDUMP_AGAIN);
	assert_int_equal(r, 0);
	assert_true(calls >= 3);
	assert_int_equal(kdump_image_get_initramfs_unpacked(s->image), 20 << 20);
}

/* A file that ends just where a piece does is read to its end all the same. */
static void test_whole_pieces(void **state)
{
	struct scene *s = *state;
	struct stat st;

	machine_put_initramfs(&s->m, MACHINE_INITRD, 1 << 20, 'x');
	for (off_t size = 2 << 20; size <= 16 << 20; size += 6 << 20) {
		assert_int_equal(truncate(machine_path(&s->m, MACHINE_INITRD), size), 0);
		assert_int_equal(read_image(s), 0);
		assert_int_equal(stat(machine_path(&s->m, MACHINE_INITRD), &st), 0);
		assert_int_equal(s->image->sums.initramfs.stored, st.st_size);
	}
}

static void test_missing(void **state)
{
	struct scene *s = *state;

	machine_drop(&s->m, MACHINE_INITRD);
	assert_useless(s, -ENOENT, "no-initramfs");
	assert_non_null(strstr(s->error, MACHINE_INITRD));
	assert_non_null(strstr(s->advice, "kdump-tools"));
	machine_drop(&s->m, MACHINE_KERNEL);
	assert_useless(s, -ENOENT, "no-kernel");
	assert_non_null(strstr(s->error, MACHINE_KERNEL));
	machine_put(&s->m, "etc/fstab", "/dev/vda2 /boot ext4 defaults 0 2\n");
	assert_useless(s, -ENOENT, "no-kernel");
	assert_non_null(strstr(s->advice, "mount /boot"));
}

static void test_named_and_missing(void **state)
{
	struct scene *s = *state;

	machine_put(&s->m, "etc/default/kdump-tools", "KDUMP_KERNEL=/nowhere/k\n");
	assert_useless(s, -ENOENT, "file-missing");
	assert_non_null(strstr(s->error, "/nowhere/k"));
	machine_put(&s->m, "etc/default/kdump-tools", "KDUMP_INITRD=/etc/os-release/i\n");
	assert_useless(s, -ENOENT, "file-missing");
}

/* What is no file: never waited for, never read. */
static void test_no_file(void **state)
{
	static const char *const files[] = { MACHINE_KERNEL, MACHINE_INITRD };
	struct scene *s = *state;

	for (size_t i = 0; i < KD_ARRAY_SIZE(files); i++) {
		machine_drop(&s->m, files[i]);
		machine_mkdirs(&s->m, files[i]);
		assert_useless(s, -EINVAL, "file-unusable");
		assert_int_equal(rmdir(machine_path(&s->m, files[i])), 0);
		assert_int_equal(mkfifo(machine_path(&s->m, files[i]), 0644), 0);
		assert_useless(s, -EINVAL, "file-unusable");
		machine_drop(&s->m, files[i]);
		machine_put(&s->m, files[i], "");
		assert_useless(s, -EBADMSG, "file-empty");
		machine_fill(&s->m);
	}
}

static void test_link_loop(void **state)
{
	struct scene *s = *state;

	machine_link(&s->m, "loop", "loop");
	machine_put(&s->m, "etc/default/kdump-tools", "KDUMP_KERNEL=/loop\n");
	assert_useless(s, -EINVAL, "file-unusable");
	assert_non_null(strstr(s->error, "/loop"));
}

static void test_bad_kernel(void **state)
{
	struct scene *s = *state;
	char junk[70000];

	memset(junk, 'j', sizeof(junk));
	machine_put(&s->m, MACHINE_KERNEL, "short");
	assert_useless(s, -ENOEXEC, "not-a-kernel");
	machine_put_bytes(&s->m, MACHINE_KERNEL, junk, sizeof(junk));
	assert_useless(s, -ENOEXEC, "not-a-kernel");
	machine_put_kernel(&s->m, MACHINE_KERNEL, &(struct machine_kernel){ .fill = 'a' });
	assert_int_equal(truncate(machine_path(&s->m, MACHINE_KERNEL), MACHINE_SETUP + 100), 0);
	assert_useless(s, -EBADMSG, "kernel-broken");
	assert_non_null(strstr(s->error, MACHINE_KERNEL));
	/* A good one for another machine. */
	machine_fill(&s->m);
	machine_put(&s->m, "proc/sys/kernel/arch", "aarch64\n");
	assert_useless(s, -ENOTSUP, "kernel-unsupported");
	assert_non_null(strstr(s->error, "aarch64"));
}

static void test_bad_initramfs(void **state)
{
	struct scene *s = *state;
	struct stat st;

	machine_put(&s->m, MACHINE_INITRD, "no archive at all");
	assert_useless(s, -EBADMSG, "initramfs-broken");
	machine_put_initramfs(&s->m, MACHINE_INITRD, 50000, 'x');
	assert_int_equal(stat(machine_path(&s->m, MACHINE_INITRD), &st), 0);
	assert_int_equal(truncate(machine_path(&s->m, MACHINE_INITRD), st.st_size / 2), 0);
	assert_useless(s, -EBADMSG, "initramfs-broken");
	assert_non_null(strstr(s->error, MACHINE_INITRD));
}

/* More than the machine has in memory cannot be its crash initramfs. */
static void test_too_big(void **state)
{
	struct scene *s = *state;

	machine_put(&s->m, "proc/iomem", "00100000-004fffff : System RAM\n"
					 "  00200000-002fffff : Crash kernel\n");
	machine_put_initramfs(&s->m, MACHINE_INITRD, 5 << 20, 'x');
	assert_useless(s, -EFBIG, "initramfs-too-big");
}

static void put_record(struct scene *s)
{
	struct kd_record record = {
		.kernel = { s->image->kernel.path, s->image->kernel.id, "" },
		.initramfs = { s->image->initramfs.path, s->image->initramfs.id, "" },
		.cmdline = (char *)"words", .configured = (char *)"words",
		.boot_id = (char *)MACHINE_BOOT_ID,
		.sums = s->image->sums,
	};
	char *text;
	size_t len;

	/* A mark by which what comes from the record is known from what was read. */
	record.sums.initramfs.files = 4711;
	assert_int_equal(kd_hash_file(s->image->kernel.fd, record.kernel.sha256), 0);
	assert_int_equal(kd_hash_file(s->image->initramfs.fd, record.initramfs.sha256), 0);
	assert_int_equal(kd_record_write(&record, &text, &len), 0);
	machine_put_bytes(&s->m, KD_RECORD_PATH, text, len);
	free(text);
}

/* What was read for the last load is not read again while nothing is different. */
static void test_record_spares_reading(void **state)
{
	struct scene *s = *state;

	assert_int_equal(read_image(s), 0);
	put_record(s);
	open_image(s);
	assert_int_equal(kdump_image_read(s->image), 0);
	assert_int_equal(kdump_image_get_initramfs_files(s->image), 4711);
	assert_int_equal(s->image->kernel_kept, KD_KEPT);
	assert_int_equal(s->image->initramfs_kept, KD_KEPT);
	/* Written to since: another content of the same size. */
	machine_put_initramfs(&s->m, MACHINE_INITRD, 2000, 'b');
	assert_int_equal(read_image(s), 0);
	assert_int_equal(kdump_image_get_initramfs_files(s->image), 1);
	assert_int_equal(s->image->kernel_kept, KD_KEPT);
	assert_int_equal(s->image->initramfs_kept, KD_KEPT_CHANGED);
	machine_drop(&s->m, MACHINE_KERNEL);
	open_image(s);
	assert_int_equal(s->image->kernel_kept, KD_KEPT_GONE);
}

/* Another mode or time, the same content: it is what is loaded still. */
static void test_touched(void **state)
{
	struct scene *s = *state;

	assert_int_equal(read_image(s), 0);
	put_record(s);
	assert_int_equal(chmod(machine_path(&s->m, MACHINE_INITRD), 0600), 0);
	assert_int_equal(read_image(s), 0);
	assert_int_equal(s->image->initramfs_kept, KD_KEPT);
	machine_drop(&s->m, MACHINE_INITRD);
	machine_put_initramfs(&s->m, MACHINE_INITRD, 2000, 'a');
	assert_int_equal(read_image(s), 0);
	assert_int_equal(s->image->initramfs_kept, KD_KEPT);
}

static void put_uki(struct scene *s, struct bytes initrd)
{
	struct bytes b = uki_with(initrd);

	machine_put_bytes(&s->m, "efi/uki.efi", (char *)b.p, b.len);
	machine_put(&s->m, "etc/default/kdump-tools", "KDUMP_KERNEL=/efi/uki.efi\n");
	free(b.p);
}

/* The initramfs that a UKI carries is taken where there is no other. */
static void test_inside(void **state)
{
	struct scene *s = *state;
	struct bytes cpio = cpio_new(5000);
	size_t len = cpio.len;

	put_uki(s, cpio);
	assert_int_equal(read_image(s), 0);
	assert_false(s->image->initramfs_inside);
	assert_string_equal(kdump_config_get_initramfs(s->config), MACHINE_INITRD);
	machine_drop(&s->m, MACHINE_INITRD);
	assert_int_equal(read_image(s), 0);
	assert_true(s->image->initramfs_inside);
	assert_string_equal(kdump_config_get_initramfs(s->config), "/efi/uki.efi");
	assert_non_null(strstr(kdump_config_get_initramfs_source(s->config), ".initrd"));
	assert_int_equal(kdump_image_get_initramfs_size(s->image), len);
	assert_int_equal(s->image->sums.initramfs.stored, len);
	assert_int_equal(kdump_image_get_initramfs_unpacked(s->image), 8192);
	assert_int_equal(kdump_image_get_initramfs_files(s->image), 1);
	assert_true(kd_identity_equal(&s->image->initramfs.id, &s->image->kernel.id));
	/* The same by name. */
	machine_put(&s->m, "etc/default/kdump-tools",
		    "KDUMP_KERNEL=/efi/uki.efi\nKDUMP_INITRD=/efi/uki.efi\n");
	assert_int_equal(read_image(s), 0);
	assert_true(s->image->initramfs_inside);
	assert_int_equal(kdump_image_get_initramfs_size(s->image), len);
}

static void test_useless_inside(void **state)
{
	struct scene *s = *state;
	struct bytes b = { NULL, 0 };

	machine_drop(&s->m, MACHINE_INITRD);
	put_uki(s, b);
	assert_useless(s, -ENOENT, "no-initramfs");
	b = cpio_new(5000);
	b.len -= 200;
	put_uki(s, b);
	assert_useless(s, -EBADMSG, "initramfs-broken");
	put_uki(s, cpio_new(5000));
	assert_int_equal(truncate(machine_path(&s->m, "efi/uki.efi"), 3000), 0);
	assert_useless(s, -EBADMSG, "kernel-broken");
	assert_non_null(strstr(s->error, "/efi/uki.efi: one of its sections ends at"));
}

/* It shrinks, or is another, while it is read. */
static void test_inside_changes(void **state)
{
	struct scene *s = *state;
	struct bytes b;

	machine_drop(&s->m, MACHINE_INITRD);
	put_uki(s, cpio_new(100000));
	open_image(s);
	assert_int_equal(truncate(machine_path(&s->m, "efi/uki.efi"), 90000), 0);
	while (kdump_image_read(s->image) == KDUMP_AGAIN)
		;
	assert_int_equal(kdump_image_read(s->image), -EBADMSG);
	put_uki(s, cpio_new(100000));
	open_image(s);
	b = uki_with(cpio_new(99000));
	machine_put_bytes(&s->m, "efi/uki.efi", (char *)b.p, b.len);
	free(b.p);
	while (kdump_image_read(s->image) == KDUMP_AGAIN)
		;
	assert_int_equal(kdump_image_read(s->image), -EBADMSG);
	assert_non_null(strstr(kdump_ctx_get_error(s->ctx), "changed while"));
}

/* Told of in a facts file, and found there again without any file. */
static void test_inside_there(void **state)
{
	struct scene *s = *state;
	struct kdump_facts *facts;
	uint64_t bytes;

	machine_drop(&s->m, MACHINE_INITRD);
	put_uki(s, cpio_new(700000));
	assert_int_equal(kdump_ctx_record(s->ctx), 0);
	assert_int_equal(read_image(s), 0);
	bytes = kdump_image_get_initramfs_size(s->image);
	assert_int_equal(kdump_facts_new(s->ctx, s->image, &facts), 0);
	machine_put(&s->m, "facts.json", kdump_facts_get_text(facts));
	kdump_facts_unref(facts);
	forget(s);
	kdump_ctx_unref(s->ctx);
	assert_int_equal(kdump_ctx_new(&s->ctx), 0);
	assert_int_equal(kdump_ctx_set_facts(s->ctx, machine_path(&s->m, "facts.json")), 0);
	machine_drop(&s->m, "efi/uki.efi");
	assert_int_equal(read_image(s), 0);
	assert_true(s->image->initramfs_inside);
	assert_int_equal(kdump_image_get_initramfs_size(s->image), bytes);
	assert_int_equal(kdump_image_get_initramfs_unpacked(s->image), 171 * 4096);
	assert_string_equal(kdump_config_get_initramfs(s->config), "/efi/uki.efi");
}

/* Each of the numbers alone makes it another file. */
static void test_identity(void **state)
{
	const struct kd_identity a = { 1, 2, 3, 4, 5, 6, 7 };
	const struct kd_identity others[] = {
		{ 0, 2, 3, 4, 5, 6, 7 }, { 1, 0, 3, 4, 5, 6, 7 }, { 1, 2, 0, 4, 5, 6, 7 },
		{ 1, 2, 3, 0, 5, 6, 7 }, { 1, 2, 3, 4, 0, 6, 7 }, { 1, 2, 3, 4, 5, 0, 7 },
		{ 1, 2, 3, 4, 5, 6, 0 },
	};
	const struct kd_identity same = { 1, 2, 3, 4, 5, 6, 7 };

	(void)state;
	assert_true(kd_identity_equal(&a, &same));
	for (size_t i = 0; i < KD_ARRAY_SIZE(others); i++)
		assert_false(kd_identity_equal(&a, &others[i]));
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_good),
		ONE(test_large),
		ONE(test_whole_pieces),
		ONE(test_missing),
		ONE(test_named_and_missing),
		ONE(test_no_file),
		ONE(test_link_loop),
		ONE(test_bad_kernel),
		ONE(test_bad_initramfs),
		ONE(test_too_big),
		ONE(test_record_spares_reading),
		ONE(test_touched),
		ONE(test_inside),
		ONE(test_useless_inside),
		ONE(test_inside_changes),
		ONE(test_inside_there),
		cmocka_unit_test(test_identity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
