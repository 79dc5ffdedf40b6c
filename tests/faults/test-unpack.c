/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What a system call takes out of each form, byte by byte; and every call failing. */
#define _GNU_SOURCE
#include "faults.h"

#include <sys/mman.h>

#include "../../lib/facts/unpack.h"
#include "../unit/newc.h"
#include "../unit/vmlinux.h"

static const struct uki_section end_of_uki = { NULL, { NULL, 0 } };

static struct bytes arm64_image(void)
{
	return image_new("ARM\x64", 2);
}

static struct bytes good_bzimage(void)
{
	return bzimage_new(pack_with_size(vmlinux_with_relocs(), pack_zstd));
}

static struct bytes zboot_of(struct bytes (*pack)(struct bytes))
{
	return zboot_new(pack_with_size(arm64_image(), pack), pack != pack_gzip);
}

/* Reads it; o->image is whole afterwards. */
static void open_kernel(const struct machine *m, struct objects *o, struct bytes kernel,
			const char *arch)
{
	machine_put_bytes(m, MACHINE_KERNEL, (char *)kernel.p, kernel.len);
	free(kernel.p);
	assert_int_equal(kdump_ctx_new(&o->ctx), 0);
	assert_int_equal(kdump_snapshot_new(o->ctx, &o->snap), 0);
	assert_int_equal(kdump_config_new(o->ctx, o->snap, &o->config), 0);
	assert_int_equal(kdump_config_set_arch(o->config, arch), 0);
	assert_int_equal(kdump_image_new(o->ctx, o->config, &o->image), 0);
	assert_int_equal(read_image(o->image), 0);
}

static int unpack(struct objects *o, struct kd_unpacked *ret)
{
	kd_begin(o->ctx);
	return kd_unpack(o->image, ret);
}

static void assert_content(int fd, struct bytes expected)
{
	struct stat st;
	unsigned char *p;

	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, expected.len);
	p = malloc(expected.len);
	assert_non_null(p);
	assert_int_equal(pread(fd, p, expected.len, 0), expected.len);
	assert_memory_equal(p, expected.p, expected.len);
	free(p);
	free(expected.p);
}

/* Takes both. */
static void assert_unpacks(const struct machine *m, struct bytes file, const char *arch,
			   struct bytes expected, bool owned)
{
	struct objects o = { 0 };
	struct kd_unpacked got;

	open_kernel(m, &o, file, arch);
	assert_int_equal(unpack(&o, &got), 0);
	assert_int_equal(got.owns_kernel, owned);
	assert_int_equal(got.kernel == o.image->kernel.fd, !owned);
	assert_int_equal(got.initramfs, o.image->initramfs.fd);
	assert_false(got.owns_initramfs);
	assert_content(got.kernel, expected);
	kd_unpacked_close(&got);
	kd_unpacked_close(&got);
	release(&o);
	assert_int_equal(fake_open_files(), 0);
}

static void test_forms(void **state)
{
	static struct bytes (*const packers[])(struct bytes) = {
		pack_gzip, pack_bzip2, pack_lzma, pack_xz, pack_lz4, pack_zstd,
	};
	const struct machine *m = *state;
	struct bytes b;

	assert_unpacks(m, good_bzimage(), "x86_64", good_bzimage(), false);
	assert_unpacks(m, arm64_image(), "aarch64", arm64_image(), false);
	for (size_t i = 0; i < KD_ARRAY_SIZE(packers); i++) {
		assert_unpacks(m, packers[i](arm64_image()), "aarch64", arm64_image(), true);
		assert_unpacks(m, zboot_of(packers[i]), "aarch64", arm64_image(), true);
		b = uki_new((struct uki_section[]){ { ".linux", zboot_of(packers[i]) },
						    end_of_uki });
		assert_unpacks(m, b, "aarch64", arm64_image(), true);
	}
	b = uki_new((struct uki_section[]){ { ".osrel", room(9) },
					    { ".linux", good_bzimage() }, end_of_uki });
	assert_unpacks(m, b, "x86_64", good_bzimage(), true);
	b = uki_new((struct uki_section[]){ { ".linux", arm64_image() }, end_of_uki });
	assert_unpacks(m, b, "aarch64", arm64_image(), true);
}

static void test_inside(void **state)
{
	const struct machine *m = *state;
	struct objects o = { 0 };
	struct kd_unpacked got;

	machine_drop(m, MACHINE_INITRD);
	open_kernel(m, &o, uki_with(cpio_new(700000)), "x86_64");
	assert_int_equal(unpack(&o, &got), 0);
	assert_true(got.owns_kernel && got.owns_initramfs);
	assert_content(got.initramfs, cpio_new(700000));
	kd_unpacked_close(&got);
	/* Where it is was not recorded: by a version that could not unpack. */
	o.image->sums.kernel.image_size = 0;
	assert_int_equal(unpack(&o, &got), -ESTALE);
	release(&o);
	assert_int_equal(fake_open_files(), 0);
}

/* More than one chunk each way: what is unpacked is large, what it is in too. */
static void test_large(void **state)
{
	struct bytes image = arm64_image(), b;

	poke(image.p + 0x10, 8, false, 8 << 20);
	put(&image, NULL, 3 << 20);
	for (size_t i = 0x1000; i < image.len; i++)
		image.p[i] = (unsigned char)(i * i >> 8 ^ i >> 3);
	b = (struct bytes){ malloc(image.len), image.len };
	assert_non_null(b.p);
	memcpy(b.p, image.p, image.len);
	assert_unpacks(*state, pack_gzip(b), "aarch64", image, true);
}


/* Written to after it was read: whatever is found then is not loaded. */
static void test_changed(void **state)
{
	const struct machine *m = *state;
	struct objects o = { 0 };
	struct kd_unpacked got;
	struct bytes b = zboot_of(pack_zstd);

	open_kernel(m, &o, zboot_of(pack_zstd), "aarch64");
	machine_put_bytes(m, MACHINE_KERNEL, (char *)b.p, b.len);
	assert_int_equal(utimensat(AT_FDCWD, machine_path(m, MACHINE_KERNEL), NULL, 0), 0);
	assert_int_equal(unpack(&o, &got), -ESTALE);
	assert_string_equal(kdump_ctx_get_error_id(o.ctx), "file-changed");
	/* Cut; and something else at the same place. */
	assert_int_equal(truncate(machine_path(m, MACHINE_KERNEL), ZBOOT_PAYLOAD + 5), 0);
	assert_int_equal(unpack(&o, &got), -ESTALE);
	memset(b.p + ZBOOT_PAYLOAD, 0xff, b.len - ZBOOT_PAYLOAD);
	machine_put_bytes(m, MACHINE_KERNEL, (char *)b.p, b.len);
	assert_int_equal(unpack(&o, &got), -EBADMSG);
	assert_string_equal(kdump_ctx_get_error_id(o.ctx), "kernel-broken");
	free(b.p);
	/* One that unpacks to more, or less. */
	b = image_new("ARM\x64", 2);
	put(&b, NULL, 100);
	b = zboot_new(pack_with_size(b, pack_zstd), true);
	machine_put_bytes(m, MACHINE_KERNEL, (char *)b.p, b.len);
	o.image->sums.kernel.payload_size = b.len - ZBOOT_PAYLOAD - 104;
	free(b.p);
	assert_int_equal(unpack(&o, &got), -ESTALE);
	o.image->sums.kernel.unpacked_size += 200;
	assert_int_equal(unpack(&o, &got), -ESTALE);
	release(&o);
	assert_int_equal(fake_open_files(), 0);
}

static bool fails_so(const struct objects *o, int err, const char *call, int got)
{
	const char *id = kdump_ctx_get_error_id(o->ctx);

	if (err == ENOSPC && call && (kd_streq(call, "write") || kd_streq(call, "memfd")))
		return got == -ENOSPC && kd_streq(id, "unpack-failed");
	return *kdump_ctx_get_error(o->ctx) && *id &&
	       (got == -EIO || got == -ENOMEM || got == -ENOSPC);
}

/* One call short or failing, the next, and so on until none is met. */
static void fail_each(struct objects *o, const struct fault *fault)
{
	struct kd_unpacked got;
	unsigned long n = 0;
	bool met;
	int err;

	do {
		begin_fault(fault, ++n);
		err = unpack(o, &got);
		met = end_fault(fault);
		if (err)
			assert_true(met && fails_so(o, fault->err, fake_failed(), err));
		else
			assert_true(!met || fault->err == FAKE_SHORT);
		if (!err)
			kd_unpacked_close(&got);
	} while (met);
	assert_true(n > 2);
}

static void test_faults(void **state)
{
	static const struct fault faults[] = {
		{ 0, false }, { EIO, false }, { ENOSPC, false }, { EMFILE, false },
		{ FAKE_SHORT, false },
	};
	const struct machine *m = *state;
	struct objects o = { 0 };
	struct bytes b;
	int open;

	machine_drop(m, MACHINE_INITRD);
	b = uki_new((struct uki_section[]){ { ".linux", zboot_of(pack_zstd) },
					    { ".initrd", cpio_new(100) }, end_of_uki });
	open_kernel(m, &o, b, "aarch64");
	open = fake_open_files();
	for (size_t i = 0; i < KD_ARRAY_SIZE(faults); i++) {
		fail_each(&o, &faults[i]);
		assert_int_equal(fake_open_files(), open);
	}
	release(&o);
}

static int fill(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));

	machine_new(m);
	machine_fill(m);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_forms, fill, empty),
		cmocka_unit_test_setup_teardown(test_inside, fill, empty),
		cmocka_unit_test_setup_teardown(test_large, fill, empty),
		cmocka_unit_test_setup_teardown(test_changed, fill, empty),
		cmocka_unit_test_setup_teardown(test_faults, fill, empty),
	};

	return cmocka_run_group_tests_name("unpack", tests, NULL, NULL);
}
