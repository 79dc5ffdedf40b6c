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

#define FILE_CALL	KDUMP_SYSCALL_FILE
#define SEGMENTS	KDUMP_SYSCALL_SEGMENTS
#define UNLOAD		KDUMP_SYSCALL_AUTO

/* A machine that nothing is known of but that the caller may load. */
static struct kdump_snapshot plain(void)
{
	return (struct kdump_snapshot){
		.may_load = 1, .lockdown = KD_LOCKDOWN_UNKNOWN, .arch_name = (char *)"x86_64",
		.kexec = { .load_disabled = -1, .built_in = 1 },
	};
}

static void assert_told(const struct kd_load_refusal *told, const char *id, int code)
{
	assert_string_equal(told->id, id);
	assert_int_equal(told->code, code);
	assert_string_not_equal(told->advice.s, "");
	/* One sentence, for it stands behind "kexec_file_load: ". */
	assert_null(strstr(told->text.s, ". "));
	if (*told->text.s)
		assert_int_not_equal(told->text.s[strlen(told->text.s) - 1], '.');
}

static void assert_row(int err, enum kdump_syscall call, const struct kd_refusal_facts *facts,
		       const char *id, int code)
{
	struct kd_load_refusal told;

	kd_explain_load(err, call, facts, &told);
	assert_told(&told, id, code);
	if (strcmp(id, "kernel-refused") != 0)
		assert_string_not_equal(told.text.s, "");
}

/* Where no fact says otherwise. */
static void test_load(void **state)
{
	static const struct {
		int err;
		const char *file, *segments;
		int code;
	} rows[] = {
		{ -EADDRNOTAVAIL, "reservation-too-small", "reservation-too-small",
		  -EADDRNOTAVAIL },
		{ -EBUSY, "load-in-progress", "load-in-progress", -EBUSY },
		{ -EINTR, "interrupted", "interrupted", -EIO },
		{ -ENOMEM, "out-of-memory", "out-of-memory", -ENOMEM },
		{ -EINVAL, "load-invalid", "load-invalid", -EINVAL },
		{ -EFAULT, "load-invalid", "load-invalid", -EINVAL },
		{ -EACCES, "policy", "policy", -EACCES },
		{ -EPERM, "policy", "policy", -EPERM },
		{ -ENOSYS, "no-kexec-file-load", "no-kexec-load", -ENOSYS },
		{ -ENOEXEC, "not-a-kernel", "not-a-kernel", -ENOEXEC },
		{ -ETXTBSY, "file-being-written", NULL, -ETXTBSY },
		{ -EKEYREJECTED, "signature-rejected", NULL, -EKEYREJECTED },
		{ -EKEYREVOKED, "signature-rejected", NULL, -EKEYREJECTED },
		{ -EKEYEXPIRED, "signature-rejected", NULL, -EKEYREJECTED },
		{ -ENOKEY, "signature-unknown-key", NULL, -ENOKEY },
		{ -ENODATA, "signature-missing", NULL, -ENODATA },
		{ -EBADMSG, "signature-broken", NULL, -EBADMSG },
		{ -ELIBBAD, "signature-broken", NULL, -EBADMSG },
		{ -EMSGSIZE, "signature-broken", NULL, -EBADMSG },
		{ -ENOPKG, "signature-unsupported", NULL, -EBADMSG },
		{ -524, "signature-unsupported", NULL, -EBADMSG },
		{ -EIO, "read-failed", NULL, -EIO },
		{ -EBADF, "read-failed", NULL, -EIO },
		{ -EFBIG, "file-too-big", NULL, -EFBIG },
		{ -ENOTUNIQ, "kernel-refused", "kernel-refused", -EIO },
		{ -9999, "kernel-refused", "kernel-refused", -EIO },
	};
	const struct kdump_snapshot snap = plain();
	const struct kd_refusal_facts facts = { .snap = &snap };

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		assert_row(rows[i].err, FILE_CALL, &facts, rows[i].file, rows[i].code);
		if (rows[i].segments)
			assert_row(rows[i].err, SEGMENTS, &facts, rows[i].segments,
				   rows[i].code);
	}
}

/* EPERM has many causes; what the machine shows tells them apart. */
static void test_permission(void **state)
{
	static const struct {
		int disabled;
		bool has_limit;
		int64_t limit;
		enum kd_lockdown lockdown;
		int may_load;
		enum kdump_syscall call;
		const char *id;
	} rows[] = {
		{ 1, false, 0, KD_LOCKDOWN_NONE, 1, FILE_CALL, "load-disabled" },
		{ 1, true, 0, KD_LOCKDOWN_INTEGRITY, 0, SEGMENTS, "load-disabled" },
		{ 1, true, 0, KD_LOCKDOWN_INTEGRITY, 0, UNLOAD, "load-disabled" },
		{ 0, true, 0, KD_LOCKDOWN_NONE, 1, FILE_CALL, "load-limit-used-up" },
		{ 0, true, 0, KD_LOCKDOWN_NONE, 1, UNLOAD, "load-limit-used-up" },
		{ 0, true, 1, KD_LOCKDOWN_INTEGRITY, 1, FILE_CALL, "lockdown" },
		{ 0, true, 1, KD_LOCKDOWN_INTEGRITY, 1, SEGMENTS, "lockdown" },
		{ 0, true, -1, KD_LOCKDOWN_CONFIDENTIALITY, 1, FILE_CALL, "lockdown" },
		{ 0, true, -1, KD_LOCKDOWN_CONFIDENTIALITY, -1, FILE_CALL, "lockdown" },
		{ 0, true, -1, KD_LOCKDOWN_INTEGRITY, 0, FILE_CALL, "no-privilege" },
		/* Lockdown keeps nobody from unloading. */
		{ 0, true, -1, KD_LOCKDOWN_INTEGRITY, 1, UNLOAD, "policy" },
		{ 0, false, 0, KD_LOCKDOWN_NONE, 0, FILE_CALL, "no-privilege" },
		{ 0, false, 0, KD_LOCKDOWN_NONE, 1, FILE_CALL, "policy" },
		{ -1, false, 0, KD_LOCKDOWN_UNKNOWN, -1, SEGMENTS, "no-privilege" },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		struct kdump_snapshot snap = plain();
		const struct kd_refusal_facts facts = { .snap = &snap };

		snap.kexec.load_disabled = rows[i].disabled;
		snap.kexec.has_limit = rows[i].has_limit;
		snap.kexec.limit_panic = rows[i].limit;
		snap.lockdown = rows[i].lockdown;
		snap.may_load = rows[i].may_load;
		assert_row(-EPERM, rows[i].call, &facts, rows[i].id, -EPERM);
	}
}

/* The same errno and identifier, and still not the same to be done. */
static void assert_says(int err, enum kdump_syscall call, const struct kd_refusal_facts *facts,
			const char *id, const char *part)
{
	struct kd_load_refusal told;

	kd_explain_load(err, call, facts, &told);
	assert_string_equal(told.id, id);
	if (!strstr(told.text.s, part) && !strstr(told.advice.s, part))
		fail_msg("'%s' (%s) says nothing of '%s'", told.text.s, told.advice.s, part);
}

static void test_policy(void **state)
{
	struct kdump_snapshot snap = plain();
	struct kd_policy policy = { .image_signed = KD_SIGNED_NO, .secure_boot = -1 };
	const struct kd_refusal_facts facts = { .snap = &snap, .policy = &policy };

	(void)state;
	snap.lockdown = KD_LOCKDOWN_INTEGRITY;
	assert_says(-EPERM, FILE_CALL, &facts, "lockdown", "is not signed");
	policy.image_signed = KD_SIGNED_YES;
	assert_says(-EPERM, FILE_CALL, &facts, "lockdown", "mokutil");
	policy.image_signed = KD_SIGNED_UNKNOWN;
	assert_says(-EPERM, FILE_CALL, &facts, "lockdown", "trusts");
	assert_says(-EPERM, SEGMENTS, &facts, "lockdown", "--syscall file");
	snap.lockdown = KD_LOCKDOWN_NONE;
	assert_says(-EPERM, FILE_CALL, &facts, "policy", "container");
	policy.loadpin = true;
	assert_says(-EPERM, SEGMENTS, &facts, "policy", "LoadPin");
	assert_says(-EACCES, SEGMENTS, &facts, "policy", "IMA, IPE");
	policy.ima = true;
	assert_says(-EACCES, SEGMENTS, &facts, "policy", "appraise");
	policy.sig_force = KD_CONFIG_Y;
	assert_says(-EACCES, SEGMENTS, &facts, "policy", "Secure Boot");
	assert_says(-EACCES, FILE_CALL, &facts, "policy", "audit");
	assert_says(-ENOKEY, FILE_CALL, &facts, "signature-unknown-key", "enrol");
	policy.crypt_keys = 1;
	assert_says(-ENOKEY, FILE_CALL, &facts, "crypt-key-missing", "encrypted");
	assert_says(-EKEYREVOKED, FILE_CALL, &facts, "crypt-key-missing", "revoked");
	assert_says(-EKEYEXPIRED, FILE_CALL, &facts, "crypt-key-missing", "expired");
}

static void test_machines(void **state)
{
	struct kdump_snapshot snap = plain();
	struct kd_refusal_facts facts = { .snap = &snap, .image_arch = "x86_64" };

	(void)state;
	assert_says(-ENOEXEC, FILE_CALL, &facts, "not-a-kernel", "bzImage");
	facts.image_arch = "aarch64";
	assert_says(-ENOEXEC, FILE_CALL, &facts, "kernel-unsupported", "another architecture");
	assert_says(-EINVAL, FILE_CALL, &facts, "kernel-unsupported", "another architecture");
	assert_says(-EINVAL, SEGMENTS, &facts, "load-invalid", "--syscall file");
	snap.arch_name = (char *)"aarch64";
	assert_says(-EINVAL, FILE_CALL, &facts, "load-invalid", "kind of kernel image");
	assert_says(-EKEYREJECTED, FILE_CALL, &facts, "signature-rejected", "trusts");
	snap.arch_name = (char *)"riscv64";
	assert_says(-EKEYREJECTED, FILE_CALL, &facts, "signature-unsupported", "architecture");
	snap.arch_name = NULL;
	assert_says(-EINVAL, FILE_CALL, &facts, "load-invalid", "dmesg");
	snap.kexec.built_in = 0;
	assert_says(-ENOSYS, FILE_CALL, &facts, "kexec-not-built-in", "CONFIG_");
	assert_says(-ENOSYS, SEGMENTS, &facts, "kexec-not-built-in", "CONFIG_");
}

/* ---- too little, or in the wrong place ---- */

static bool lacks(struct kd_segment *segments, size_t n, uint64_t start, uint64_t bytes,
		  struct kd_room *room)
{
	const struct kdump_range region = { start, start + bytes - 1 };

	return kd_room_lacks(segments, n, &region, 4096, room);
}

static void test_room(void **state)
{
	struct kd_segment segments[] = {
		{ .name = "elfcorehdr", .size = 900 * KD_KIB, .align = 4096 },
		{ .name = "kernel", .size = 60 * KD_MIB, .align = 2 * KD_MIB, .top_down = true },
		{ .name = "initramfs", .size = 20 * KD_MIB, .align = 4096, .top_down = true },
	};
	struct kd_room room;

	(void)state;
	assert_false(lacks(segments, 3, KD_GIB, 96 * KD_MIB, &room));
	assert_true(lacks(segments, 3, KD_GIB, 72 * KD_MIB, &room));
	assert_string_equal(room.lacking->name, "initramfs");
	assert_int_equal(room.have, 72 * KD_MIB);
	/* Between elfcorehdr and the kernel, which lies at 10 MiB: 11 - 1 - the kernel's rest. */
	assert_true(room.hole > 9 * KD_MIB && room.hole < 12 * KD_MIB);
	assert_true(room.need > 80 * KD_MIB && room.need <= 84 * KD_MIB);
	assert_false(room.above);
	/* So small that nothing was placed: the hole is all of it. */
	assert_true(lacks(segments + 1, 2, KD_GIB, 32 * KD_MIB, &room));
	assert_int_equal(room.hole, 32 * KD_MIB);
	assert_string_equal(room.lacking->name, "kernel");
	/* Each hole counts, not the sum of them. */
	segments[0].top_down = true;
	segments[0].size = 8 * KD_MIB;
	segments[0].max = KD_GIB + 40 * KD_MIB - 1;
	segments[1].size = 34 * KD_MIB;
	assert_true(lacks(segments, 2, KD_GIB, 64 * KD_MIB, &room));
	assert_int_equal(room.hole, 32 * KD_MIB);
}

static void test_too_high(void **state)
{
	struct kd_segment segments[] = {
		{ .name = "initramfs", .size = 20 * KD_MIB, .align = 4096, .max = 4 * KD_GIB - 1 },
	};
	const struct kdump_snapshot snap = plain();
	struct kd_room room;
	const struct kd_refusal_facts facts = { .snap = &snap, .room = &room };

	(void)state;
	assert_true(lacks(segments, 1, 5 * KD_GIB, 64 * KD_MIB, &room));
	assert_true(room.above);
	assert_says(-EADDRNOTAVAIL, FILE_CALL, &facts, "reservation-too-high", "initramfs");
	/* Where it would not fit anyway, its limit is not to blame. */
	assert_true(lacks(segments, 1, 5 * KD_GIB, 16 * KD_MIB, &room));
	assert_false(room.above);
	assert_says(-EADDRNOTAVAIL, FILE_CALL, &facts, "reservation-too-small", "16 MiB");
}

static void test_reservation(void **state)
{
	struct kdump_snapshot snap = plain();
	struct kd_segment kernel = { .name = "kernel", .size = 60 * KD_MIB,
				     .align = 2 * KD_MIB };
	struct kd_room room = { .lacking = &kernel, .have = 64 * KD_MIB, .hole = 63 * KD_MIB,
				.need = 66 * KD_MIB };
	const struct kd_refusal_facts facts = { .snap = &snap, .room = &room };

	(void)state;
	snap.kexec.has_size = true;
	snap.kexec.size = 64 * KD_MIB;
	/* Both numbers, and the one to reserve. */
	assert_says(-EADDRNOTAVAIL, FILE_CALL, &facts, "reservation-too-small", "64 MiB");
	assert_says(-EADDRNOTAVAIL, FILE_CALL, &facts, "reservation-too-small", "has 63 MiB");
	assert_says(-EADDRNOTAVAIL, FILE_CALL, &facts, "reservation-too-small", "alignment");
	assert_says(-EADDRNOTAVAIL, SEGMENTS, &facts, "reservation-too-small", "least 66 MiB");
	snap.kexec.size = 0;
	assert_says(-EADDRNOTAVAIL, FILE_CALL, &facts, "not-reserved", "no memory is reserved");
	assert_says(-EADDRNOTAVAIL, FILE_CALL, &facts, "not-reserved", "reserves it at the next");
}

/* kernel/crash_core.c:crash_shrink_memory() */
static void test_resize(void **state)
{
	static const struct {
		int err;
		const char *id;
		int code;
	} rows[] = {
		{ -ENOENT, "resize-while-loaded", -ENOENT },
		{ -EBUSY, "load-in-progress", -EBUSY },
		{ -EINVAL, "cannot-grow", -EINVAL },
		{ -ENOMEM, "out-of-memory", -ENOMEM },
		{ -EACCES, "no-privilege", -EACCES },
		{ -EPERM, "no-privilege", -EPERM },
		{ -EXDEV, "kernel-refused", -EIO },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		struct kd_refusal_text told = kd_explain_resize(rows[i].err);

		assert_string_equal(told.id, rows[i].id);
		assert_int_equal(told.code, rows[i].code);
		assert_int_equal(*told.text != '\0', rows[i].err != -EXDEV);
	}
}

/* Each table has all that its writer answers, and words for it; tests/faults/test-grow.c. */
static void test_grow(void **state)
{
	static const int known[][16] = {
		[KD_GROW_TAKE] = { EINVAL, E2BIG, EALREADY, ENOMEM, ENOSPC, EAGAIN, EBUSY, EINTR,
				   ENOENT, ENODEV, EACCES, EPERM },
		[KD_GROW_COMMIT] = { ENODATA, EBUSY, ESTALE, EAGAIN, EINTR, EIO, ENOENT, ENODEV,
				     EACCES, EPERM },
		[KD_GROW_WRITE] = { ENOENT, EBUSY, EINVAL, ENOMEM, EINTR, EACCES, EPERM },
	};
	struct kd_refusal_text told;

	(void)state;
	for (unsigned call = 0; call < KD_ARRAY_SIZE(known); call++) {
		for (size_t i = 0; known[call][i]; i++) {
			told = kd_explain_grow(-known[call][i], (enum kd_grow_call)call);
			assert_string_not_equal(told.id, "kernel-refused");
			assert_string_not_equal(told.text, "");
			assert_string_not_equal(told.advice, "");
			assert_true(told.code < 0);
		}
		told = kd_explain_grow(-EXDEV, (enum kd_grow_call)call);
		assert_string_equal(told.id, "kernel-refused");
		assert_int_equal(told.code, -EIO);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_permission),
		cmocka_unit_test(test_policy),
		cmocka_unit_test(test_machines),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_too_high),
		cmocka_unit_test(test_reservation),
		cmocka_unit_test(test_resize),
		cmocka_unit_test(test_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
