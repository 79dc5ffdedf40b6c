/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Is a kernel image signed, and what does the machine show of its policy? */
#include "machine.h"

#include "../../lib/facts/policy.h"

#define PE 0x80

/* A PE of either width with a certificate table at @at of @bytes. */
static size_t make(unsigned char b[512], bool wide, uint32_t directories, uint32_t at,
		   uint32_t bytes)
{
	size_t count = PE + 24 + (wide ? 108 : 92);

	memset(b, 0, 512);
	memcpy(b, "MZ", 2);
	machine_le(b + 0x3c, 4, PE);
	memcpy(b + PE, "PE\0\0", 4);
	machine_le(b + PE + 24, 2, wide ? 0x20b : 0x10b);
	machine_le(b + count, 4, directories);
	machine_le(b + count + 4 + 32, 4, at);
	machine_le(b + count + 4 + 36, 4, bytes);
	return count + 4 + 40;
}

static void test_certificates(void **state)
{
	unsigned char b[512];

	(void)state;
	for (unsigned wide = 0; wide < 2; wide++) {
		size_t len = make(b, wide, 16, 4096, 1500);

		assert_int_equal(kd_signature_find(b, sizeof(b), NULL), KD_SIGNED_YES);
		/* Cut anywhere it is not said to be unsigned. */
		for (size_t cut = 0; cut < len; cut++)
			assert_int_equal(kd_signature_find(b, cut, NULL), KD_SIGNED_UNKNOWN);
		assert_int_equal(kd_signature_find(b, len, NULL), KD_SIGNED_YES);
		make(b, wide, 16, 0, 0);
		assert_int_equal(kd_signature_find(b, sizeof(b), NULL), KD_SIGNED_NO);
		make(b, wide, 16, 4096, 0);
		assert_int_equal(kd_signature_find(b, sizeof(b), NULL), KD_SIGNED_NO);
		make(b, wide, 4, 4096, 1500);
		assert_int_equal(kd_signature_find(b, sizeof(b), NULL), KD_SIGNED_NO);
	}
	machine_le(b + 0x3c, 4, 0xfffffff0);
	assert_int_equal(kd_signature_find(b, sizeof(b), NULL), KD_SIGNED_UNKNOWN);
	make(b, true, 16, 4096, 1500);
	machine_le(b + PE + 24, 2, 0x107);
	assert_int_equal(kd_signature_find(b, sizeof(b), NULL), KD_SIGNED_UNKNOWN);
	b[0] = 'X';
	assert_int_equal(kd_signature_find(b, sizeof(b), NULL), KD_SIGNED_UNKNOWN);
}

/* As modules, and kernels of s390 and powerpc. */
static void test_mark(void **state)
{
	static const char mark[] = "~Module signature appended~\n";
	unsigned char tail[KD_SIGNATURE_TAIL], none[1] = { 0 };

	(void)state;
	assert_int_equal(sizeof(mark) - 1, KD_SIGNATURE_TAIL);
	memcpy(tail, mark, KD_SIGNATURE_TAIL);
	assert_int_equal(kd_signature_find(none, 0, tail), KD_SIGNED_YES);
	tail[0]++;
	assert_int_equal(kd_signature_find(none, 0, tail), KD_SIGNED_UNKNOWN);
}

static void read_policy(struct machine *m, struct kd_policy *ret)
{
	const struct kdump_snapshot snap = { .release = (char *)MACHINE_RELEASE };
	struct kdump_ctx *ctx;
	int fd = open(machine_path(m, "/boot/k"), O_RDONLY | O_CLOEXEC);

	assert_int_equal(kdump_ctx_new(&ctx), 0);
	assert_int_equal(kdump_ctx_set_root(ctx, m->root), 0);
	kd_policy_read(ctx, &snap, fd, ret);
	kdump_ctx_unref(ctx);
	close(fd);
}

static void test_policy(void **state)
{
	static const char secure_boot[] = "/sys/firmware/efi/efivars/"
		"SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
	struct kd_policy policy;
	unsigned char b[512];
	struct machine m;

	(void)state;
	machine_new(&m);
	make(b, true, 16, 4096, 1500);
	machine_put_bytes(&m, "/boot/k", b, sizeof(b));
	read_policy(&m, &policy);
	assert_int_equal(policy.image_signed, KD_SIGNED_YES);
	assert_int_equal(policy.sig, KD_CONFIG_UNKNOWN);
	assert_int_equal(policy.sig_force, KD_CONFIG_UNKNOWN);
	assert_int_equal(policy.secure_boot, -1);
	assert_false(policy.ima || policy.loadpin || policy.crypt_keys);

	machine_put(&m, "/boot/k", "short");
	machine_put(&m, "/boot/config-" MACHINE_RELEASE,
		    "CONFIG_KEXEC_SIG=y\n# CONFIG_KEXEC_SIG_FORCE is not set\n");
	machine_put_bytes(&m, secure_boot, "\6\0\0\0\1", 5);
	machine_mkdirs(&m, "/sys/kernel/security/ima");
	machine_put(&m, "/proc/sys/kernel/loadpin/enforce", "1\n");
	machine_put(&m, "/sys/kernel/config/crash_dm_crypt_keys/count", "2\n");
	read_policy(&m, &policy);
	assert_int_equal(policy.image_signed, KD_SIGNED_UNKNOWN);
	assert_int_equal(policy.sig, KD_CONFIG_Y);
	assert_int_equal(policy.sig_force, KD_CONFIG_N);
	assert_int_equal(policy.secure_boot, 1);
	assert_true(policy.ima && policy.loadpin);
	assert_int_equal(policy.crypt_keys, 2);

	machine_put_bytes(&m, secure_boot, "\6\0\0\0\0", 5);
	machine_put(&m, "/proc/sys/kernel/loadpin/enforce", "0\n");
	read_policy(&m, &policy);
	assert_int_equal(policy.secure_boot, 0);
	assert_false(policy.loadpin);
	machine_put_bytes(&m, secure_boot, "\1", 1);
	read_policy(&m, &policy);
	assert_int_equal(policy.secure_boot, -1);
	machine_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_certificates),
		cmocka_unit_test(test_mark),
		cmocka_unit_test(test_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
