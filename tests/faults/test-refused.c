/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Every answer of the kernel to a load, after it has given up the image that was
 * loaded: told with its cause, and the image from before is put back; from which copy.
 */
#define _GNU_SOURCE
#include "faults.h"

#include "../../lib/core/sys.h"

/* An image is loaded and kept, and another one is on the disk. */
static struct scene *with_image(void **state)
{
	struct scene *s = *state;

	load_well(NULL);
	machine_drop(&s->m, MACHINE_INITRD);
	machine_put_initramfs(&s->m, MACHINE_INITRD, 2000, 'b');
	snprintf(s->before, sizeof(s->before), "%s", fake_loaded());
	return s;
}

static void assert_put_back(const struct scene *s, const struct objects *o)
{
	struct kd_record record;

	assert_int_equal(kdump_request_get_outcome(o->rq), KDUMP_OUTCOME_RESTORED);
	assert_string_equal(fake_loaded(), s->before);
	assert_int_equal(kd_record_read(o->ctx, KD_RECORD_PATH, &record), 1);
	assert_string_equal(record.boot_id, MACHINE_BOOT_ID);
	kd_record_free(&record);
	check_record();
}

static void test_refused_by_the_kernel(void **state)
{
	static const struct {
		int err, code;
		const char *id;
	} rows[] = {
		{ ENOEXEC, -ENOEXEC, "not-a-kernel" },
		{ EKEYREJECTED, -EKEYREJECTED, "signature-rejected" },
		{ EKEYREVOKED, -EKEYREJECTED, "signature-rejected" },
		{ EKEYEXPIRED, -EKEYREJECTED, "signature-rejected" },
		{ ENOKEY, -ENOKEY, "signature-unknown-key" },
		{ ENODATA, -ENODATA, "signature-missing" },
		{ EBADMSG, -EBADMSG, "signature-broken" },
		{ ELIBBAD, -EBADMSG, "signature-broken" },
		{ EMSGSIZE, -EBADMSG, "signature-broken" },
		{ ENOPKG, -EBADMSG, "signature-unsupported" },
		{ 524, -EBADMSG, "signature-unsupported" },
		{ EACCES, -EACCES, "policy" },
		{ ENOMEM, -ENOMEM, "out-of-memory" },
		{ ETXTBSY, -ETXTBSY, "file-being-written" },
		{ EADDRNOTAVAIL, -EADDRNOTAVAIL, "reservation-too-small" },
		{ EINVAL, -EINVAL, "load-invalid" },
		{ EFAULT, -EINVAL, "load-invalid" },
		{ EFBIG, -EFBIG, "file-too-big" },
		{ EIO, -EIO, "read-failed" },
		{ EBADF, -EIO, "read-failed" },
		{ ENOTUNIQ, -EIO, "kernel-refused" },
	};
	struct scene *s = with_image(state);

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		struct objects o = { .ctx = s->o.ctx };

		assert_int_equal(make_request(&o, NULL), 0);
		fake_refuse(1, rows[i].err);
		assert_failed(s, kdump_request_load(o.rq), rows[i].code, rows[i].id);
		assert_put_back(s, &o);
		o.ctx = NULL;
		release(&o);
	}
	assert_int_equal(fake_attempts(), 1 + 2 * KD_ARRAY_SIZE(rows));
}

/* What stands on the machine tells causes of the same errno apart. */
static void test_told_by_the_machine(void **state)
{
	static const struct {
		const char *path, *text;
		int err, code;
		const char *id, *part;
	} rows[] = {
		{ "sys/kernel/config/crash_dm_crypt_keys/count", "1\n", ENOKEY, -ENOKEY,
		  "crypt-key-missing", "encrypted" },
		{ "proc/sys/kernel/loadpin/enforce", "1\n", EPERM, -EPERM, "policy", "LoadPin" },
		{ "proc/self/status", "CapPrm:\t000001ffffffffff\n", EPERM, -EPERM, "policy",
		  "container" },
	};
	struct scene *s = with_image(state);

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		char *text = machine_get(&s->m, rows[i].path);
		struct objects o = { .ctx = s->o.ctx };

		machine_put(&s->m, rows[i].path, rows[i].text);
		assert_int_equal(make_request(&o, NULL), 0);
		fake_refuse(1, rows[i].err);
		assert_failed(s, kdump_request_load(o.rq), rows[i].code, rows[i].id);
		assert_non_null(strstr(kdump_ctx_get_error(s->o.ctx), rows[i].part));
		assert_put_back(s, &o);
		o.ctx = NULL;
		release(&o);
		machine_drop(&s->m, rows[i].path);
		if (text)
			machine_put(&s->m, rows[i].path, text);
		free(text);
	}
}

static int open_below(const struct scene *s, const char *path)
{
	int fd = open(machine_path(&s->m, path), O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static void assert_same_bytes(int fd, const char *text)
{
	char found[64] = "";

	assert_true(pread(fd, found, sizeof(found) - 1, 0) >= 0);
	assert_string_equal(found, text);
}

/* What was unpacked is kept, and found by the files that it was unpacked from. */
static void test_copy_of_what_was_unpacked(void **state)
{
	struct scene *s = *state;
	struct kd_record record, kept;
	int kernel, initramfs;

	load_well(NULL);
	assert_int_equal(kd_record_read(s->o.ctx, KD_RECORD_PATH, &record), 1);
	machine_drop(&s->m, COPY "/record");
	machine_put(&s->m, "/unpacked-kernel", "the kernel in it");
	machine_put(&s->m, "/unpacked-initramfs", "the initramfs in it");
	kernel = open_below(s, "/unpacked-kernel");
	initramfs = open_below(s, "/unpacked-initramfs");
	assert_int_equal(kd_keep_save(s->o.ctx, &record, kernel, initramfs, NULL), 0);
	close(kernel);
	close(initramfs);
	assert_int_equal(kd_keep_verify(s->o.ctx, &record), 0);
	assert_int_equal(kd_keep_open(s->o.ctx, &kernel, &initramfs, &kept), 0);
	assert_same_bytes(kernel, "the kernel in it");
	assert_same_bytes(initramfs, "the initramfs in it");
	assert_string_equal(kept.kernel.sha256, record.kernel.sha256);
	assert_string_not_equal(kept.kernel_copy, record.kernel.sha256);
	kd_sys_close(kernel);
	kd_sys_close(initramfs);
	kd_record_free(&kept);
	/* The same again: the files are kept already, and still known for what they are. */
	record.time = 77;
	assert_int_equal(kd_keep_save(s->o.ctx, &record, -1, -1, NULL), 0);
	assert_int_equal(kd_keep_verify(s->o.ctx, &record), 0);
	assert_int_equal(kd_record_read(s->o.ctx, COPY "/record", &kept), 1);
	assert_int_equal(kept.time, 77);
	kd_record_free(&kept);
	/* A copy that is damaged is none. */
	machine_put(&s->m, COPY "/kernel", "another kernel");
	assert_int_equal(kd_keep_verify(s->o.ctx, &record), -EBADMSG);
	assert_int_equal(kd_keep_open(s->o.ctx, &kernel, &initramfs, &kept), -EBADMSG);
	kd_record_free(&record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_refused_by_the_kernel),
		ONE(test_told_by_the_machine),
		ONE(test_copy_of_what_was_unpacked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
