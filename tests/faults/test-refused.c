/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Every answer of the kernel to a load, after it has given up the image that was
 * loaded: told with its cause, and the image from before is put back.
 */
#define _GNU_SOURCE
#include "faults.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_refused_by_the_kernel),
		ONE(test_told_by_the_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
