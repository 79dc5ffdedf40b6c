/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Each errno of the kernel as an identifier, a sentence and an advice. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/decide/refusal.h"

struct row {
	int err;
	const char *id;
	bool has_text, has_advice;
	int code;
};

static void assert_row(struct kd_refusal_text words, const struct row *row)
{
	assert_string_equal(words.id, row->id);
	assert_int_equal(*words.text != '\0', row->has_text);
	assert_int_equal(*words.advice != '\0', row->has_advice);
	assert_int_equal(words.code, row->code);
}

/* kernel/kexec_file.c and, for signatures, crypto/asymmetric_keys/verify_pefile.c */
static void test_load(void **state)
{
	static const struct row rows[] = {
		{ -EADDRNOTAVAIL, "reservation-too-small", true, true, -EADDRNOTAVAIL },
		{ -EBUSY, "load-in-progress", true, true, -EBUSY },
		{ -ETXTBSY, "file-being-written", true, true, -ETXTBSY },
		{ -ENOEXEC, "not-a-kernel", true, true, -ENOEXEC },
		{ -EKEYREJECTED, "signature-rejected", true, true, -EKEYREJECTED },
		{ -ENOKEY, "signature-unknown-key", true, true, -ENOKEY },
		{ -ENODATA, "signature-missing", true, true, -ENODATA },
		{ -EBADMSG, "signature-broken", true, true, -EBADMSG },
		{ -ELIBBAD, "signature-broken", true, true, -EBADMSG },
		{ -EACCES, "policy", true, true, -EACCES },
		{ -ENOMEM, "out-of-memory", true, true, -ENOMEM },
		{ -ENOSYS, "no-kexec-file-load", true, true, -ENOSYS },
		{ -EINVAL, "load-invalid", true, true, -EINVAL },
		{ -EIO, "read-failed", true, true, -EIO },
		{ -ENOTUNIQ, "kernel-refused", false, true, -EIO },
		{ -EMSGSIZE, "signature-broken", true, true, -EBADMSG },
		{ -ENOPKG, "signature-unsupported", true, true, -EBADMSG },
		{ -524, "signature-unsupported", true, true, -EBADMSG },
		{ -EFBIG, "file-too-big", true, false, -EFBIG },
	};
	const struct kdump_snapshot snap = { .may_load = 1 };

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++)
		assert_row(kd_explain_load(rows[i].err, &snap), &rows[i]);
}

/* EPERM has four causes; what the machine shows tells them apart. */
static void test_permission(void **state)
{
	static const struct {
		int disabled;
		bool has_limit;
		int64_t limit;
		enum kd_lockdown lockdown;
		int may_load;
		const char *id;
	} rows[] = {
		{ 1, false, 0, KD_LOCKDOWN_NONE, 1, "load-disabled" },
		{ 1, true, 0, KD_LOCKDOWN_INTEGRITY, 0, "load-disabled" },
		{ 0, true, 0, KD_LOCKDOWN_NONE, 1, "load-limit-used-up" },
		{ 0, true, 1, KD_LOCKDOWN_INTEGRITY, 1, "lockdown" },
		{ 0, true, -1, KD_LOCKDOWN_CONFIDENTIALITY, 1, "lockdown" },
		{ 0, true, -1, KD_LOCKDOWN_INTEGRITY, 0, "no-privilege" },
		{ 0, false, 0, KD_LOCKDOWN_NONE, 0, "no-privilege" },
		{ -1, false, 0, KD_LOCKDOWN_UNKNOWN, -1, "no-privilege" },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		const struct kdump_snapshot snap = {
			.kexec = { .load_disabled = rows[i].disabled,
				   .has_limit = rows[i].has_limit,
				   .limit_panic = rows[i].limit },
			.lockdown = rows[i].lockdown,
			.may_load = rows[i].may_load,
		};

		assert_row(kd_explain_load(-EPERM, &snap),
			   &(struct row){ -EPERM, rows[i].id, true, true, -EPERM });
	}
}

/* kernel/crash_core.c:crash_shrink_memory() */
static void test_resize(void **state)
{
	static const struct row rows[] = {
		{ -ENOENT, "resize-while-loaded", true, true, -ENOENT },
		{ -EBUSY, "load-in-progress", true, true, -EBUSY },
		{ -EINVAL, "cannot-grow", true, true, -EINVAL },
		{ -ENOMEM, "out-of-memory", true, false, -ENOMEM },
		{ -EACCES, "no-privilege", true, true, -EACCES },
		{ -EPERM, "no-privilege", true, true, -EPERM },
		{ -EXDEV, "kernel-refused", false, true, -EIO },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++)
		assert_row(kd_explain_resize(rows[i].err), &rows[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_permission),
		cmocka_unit_test(test_resize),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
