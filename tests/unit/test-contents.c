/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What an initramfs says of itself: modules, lists, command lines, tools, sizes. */
#include "walk.h"

#include <errno.h>

#include "../../lib/parse/contents-walk.h"

static void text(struct bytes *b, const char *name, const char *words)
{
	struct newc e = NEWC_FILE(name, strlen(words));

	e.data = words;
	newc_add(b, e);
}

/* Ends the archive, walks it in small pieces and whole, and frees it. */
static void look(struct bytes *b, struct kd_contents *ret)
{
	struct kd_contents one;

	newc_end(b);
	walk_contents(*b, b->len < 65536 ? 1 : 4099, &one);
	walk_contents(*b, b->len, ret);
	free(b->p);
	*b = (struct bytes){ NULL, 0 };
	assert_int_equal(one.n_modules, ret->n_modules);
	for (size_t i = 0; i < one.n_modules; i++) {
		assert_string_equal(one.modules[i].name, ret->modules[i].name);
		assert_int_equal(one.modules[i].memory, ret->modules[i].memory);
		assert_int_equal(one.modules[i].why, ret->modules[i].why);
	}
	assert_int_equal(one.names_root, ret->names_root);
	assert_int_equal(one.n_largest, ret->n_largest);
	kd_contents_free(&one);
}

static unsigned why_of(const struct kd_contents *c, const char *name)
{
	const struct kd_module_file *m = kd_contents_module(c, name);

	if (!m)
		fail_msg("no module %s", name);
	return m->why;
}

/* ---- modules ---- */

static void test_modules(void **state)
{
	struct bytes b = { NULL, 0 };
	struct kd_contents c;

	(void)state;
	newc_add(&b, NEWC_FILE("usr/lib/modules/7/kernel/fs/ext4/ext4.ko", 100));
	newc_add(&b, NEWC_FILE("usr/lib/modules/7/kernel/dm-crypt.ko.xz", 200));
	newc_add(&b, NEWC_FILE("./lib/modules/7/kernel/8021q.ko.zst", 300));
	newc_add(&b, NEWC_FILE("/lib/modules/7/kernel/a.ko.gz", 400));
	newc_add(&b, NEWC_FILE("lib/modules/7/kernel/.ko", 1));
	newc_add(&b, NEWC_FILE("lib/modules/7/kernel/b.ko.bz2", 1));
	newc_add(&b, NEWC_FILE("lib/modules/7/kernel/c.kox", 1));
	newc_add(&b, NEWC_DIR("lib/modules/7/kernel/d.ko"));
	newc_add(&b, NEWC_FILE("lib/e\nf.ko", 1));
	newc_add(&b, NEWC_FILE("lib/../../g.ko", 500));
	look(&b, &c);
	assert_int_equal(c.n_modules, 5);
	assert_int_equal(kd_contents_module(&c, "ext4")->stored, 100);
	assert_int_equal(kd_contents_module(&c, "ext4")->codec, KD_CODEC_NONE);
	assert_int_equal(kd_contents_module(&c, "dm_crypt")->codec, KD_CODEC_XZ);
	assert_int_equal(kd_contents_module(&c, "dm_crypt")->stored, 200);
	assert_int_equal(kd_contents_module(&c, "8021q")->codec, KD_CODEC_ZSTD);
	assert_int_equal(kd_contents_module(&c, "a")->codec, KD_CODEC_GZIP);
	assert_int_equal(kd_contents_module(&c, "g")->stored, 500);
	assert_null(kd_contents_module(&c, "d"));
	assert_int_equal(c.modules_lost, 1);
	assert_false(c.deps_known);
	kd_contents_free(&c);
}

/* Of two the later is there in the end; a hard link has the size of what it names. */
static void test_again(void **state)
{
	struct newc link = NEWC_FILE("lib/one.ko", 700), other = NEWC_FILE("lib/two.ko", 0);
	struct bytes b = { NULL, 0 };
	struct kd_contents c;

	(void)state;
	newc_add(&b, NEWC_FILE("lib/x.ko", 900));
	newc_add(&b, NEWC_FILE("lib/y.ko", 1));
	link.ino = other.ino = 5;
	link.nlink = other.nlink = 2;
	newc_add(&b, link);
	newc_add(&b, other);
	newc_end(&b);
	newc_add(&b, NEWC_FILE("./lib/x.ko", 30));
	look(&b, &c);
	assert_int_equal(c.n_modules, 4);
	assert_int_equal(kd_contents_module(&c, "x")->stored, 30);
	assert_int_equal(kd_contents_module(&c, "one")->stored, 700);
	assert_int_equal(kd_contents_module(&c, "two")->stored, 700);
	assert_int_equal(c.n_largest, 3);
	assert_string_equal(c.largest[0].path, "lib/one.ko");
	assert_string_equal(c.largest[1].path, "lib/x.ko");
	assert_int_equal(c.largest[1].bytes, 30);
	kd_contents_free(&c);
}

/* Counted as they come: even of one name no more are kept. */
static void test_too_many_modules(void **state)
{
	struct bytes b = { NULL, 0 };
	struct kd_contents c;

	(void)state;
	newc_add(&b, NEWC_FILE("m.ko", 0));
	for (unsigned n = 1; n < KD_CONTENTS_MODULES; n *= 2) {
		size_t len = b.len;

		put(&b, NULL, len);
		memcpy(b.p + len, b.p, len);
	}
	for (unsigned i = 0; i < 7; i++)
		newc_add(&b, NEWC_FILE("n.ko", 0));
	look(&b, &c);
	assert_int_equal(c.n_modules, 1);
	assert_int_equal(c.modules_lost, 7);
	kd_contents_free(&c);
}

/* ---- memory of a module ---- */

static void put_le(unsigned char *p, uint64_t n, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		p[i] = (unsigned char)(n >> 8 * i);
}

struct section {
	uint64_t flags, size, align;
};

enum { WRITE = 1, ALLOC = 2, EXEC = 4 };

/* An ELF file of 64 bits with these sections' headers at @at. */
static struct bytes elf(const struct section *sections, size_t n, size_t at)
{
	struct bytes b = { NULL, 0 };

	put(&b, NULL, at + n * 64);
	memcpy(b.p, "\177ELF\2\1\1", 7);
	put_le(b.p + 40, at, 8);
	put_le(b.p + 58, 64, 2);
	put_le(b.p + 60, n, 2);
	for (size_t i = 0; i < n; i++) {
		put_le(b.p + at + i * 64 + 8, sections[i].flags, 8);
		put_le(b.p + at + i * 64 + 32, sections[i].size, 8);
		put_le(b.p + at + i * 64 + 48, sections[i].align, 8);
	}
	return b;
}

/* Takes the bytes. */
static uint64_t memory_of(struct bytes module)
{
	struct newc e = NEWC_FILE("m.ko", module.len);
	struct bytes b = { NULL, 0 };
	struct kd_contents c;
	uint64_t memory;

	e.data = module.p;
	newc_add(&b, e);
	look(&b, &c);
	memory = kd_contents_module(&c, "m")->memory;
	kd_contents_free(&c);
	free(module.p);
	return memory;
}

static void test_memory(void **state)
{
	static const struct section sections[] = {
		{ 0, 0, 0 },
		{ ALLOC | EXEC, 5000, 16 }, { ALLOC | EXEC, 10, 4096 },	/* 8192 + 10 */
		{ ALLOC, 100, 1 },
		{ ALLOC | WRITE, 4096, 32 },
		{ 0, 1000000, 1 },			/* debug information */
	};
	struct bytes b;

	(void)state;
	assert_int_equal(memory_of(elf(sections, 6, 64)), 12288 + 4096 + 4096);
	assert_int_equal(memory_of(elf(sections, 6, 20000)), 12288 + 4096 + 4096);
	b = elf(sections, 6, 64);
	put_le(b.p + 60, 7, 2);				/* one more than there is */
	assert_int_equal(memory_of(b), 0);
	b = elf(sections, 6, 64);
	put_le(b.p + 40, UINT64_MAX, 8);
	assert_int_equal(memory_of(b), 0);
	b = elf(sections, 6, 64);
	put_le(b.p + 40, 63, 8);
	assert_int_equal(memory_of(b), 0);
	b = elf(sections, 6, 64);
	b.p[4] = 1;					/* 32 bits */
	assert_int_equal(memory_of(b), 0);
	b = elf(&(struct section){ ALLOC, UINT64_MAX, 1 }, 1, 64);
	assert_int_equal(memory_of(b), 0);
}

/* ---- lists ---- */

static void put_modules(struct bytes *b)
{
	static const char *const names[] = { "a", "b", "c", "d-e", "f", "g", "h", "i" };
	char path[64];

	for (size_t i = 0; i < KD_ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "usr/lib/modules/7/kernel/x/%s.ko.xz", names[i]);
		newc_add(b, NEWC_FILE(path, 10));
	}
}

#define WHY(names) assert_whys(&b, names)

/* One character a module in the order of put_modules(): why it would be loaded. */
static void assert_whys(struct bytes *b, const char *expected)
{
	static const char *const names[] = { "a", "b", "c", "d_e", "f", "g", "h", "i" };
	char actual[KD_ARRAY_SIZE(names) + 1] = "";
	struct kd_contents c;

	put_modules(b);
	look(b, &c);
	for (size_t i = 0; i < KD_ARRAY_SIZE(names); i++)
		actual[i] = (char)('0' + why_of(&c, names[i]));
	assert_string_equal(actual, expected);
	kd_contents_free(&c);
}

static void test_lists(void **state)
{
	static const char *const paths[] = {
		"etc/modules-load.d/x.conf", "usr/lib/modules-load.d/x.conf",
		"lib/modules-load.d/x.conf", "./etc/modules", "conf/modules",
	};
	static const char *const not[] = {
		"etc/modules-load.d/x.conf.bak", "etc/modules-load.d/x/y.conf", "modules",
		"a/etc/modules", "etc/modules.d/x.conf", "conf/modules.conf2",
	};
	static const char list[] = "# a\n; b\n\n  c\nd-e options=1\r\nnot-there\n\tf";
	struct bytes b = { NULL, 0 };

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(paths); i++) {
		text(&b, paths[i], list);
		WHY("00111000");
	}
	for (size_t i = 0; i < KD_ARRAY_SIZE(not); i++) {
		text(&b, not[i], list);
		WHY("00000000");
	}
	text(&b, "lib/dracut/hostonly-kernel-modules.txt", "a\ng\n");
	text(&b, "etc/modules", "g");
	WHY("20000300");
}

static void test_deps(void **state)
{
	static const char deps[] =
		"kernel/x/a.ko.xz: kernel/x/b.ko.xz kernel/x/d-e.ko.xz\n"
		"kernel/x/b.ko.xz:\n"
		"kernel/x/c.ko.xz: kernel/x/f.ko.xz\n"
		"nonsense\n:\n\n: kernel/x/g.ko\n"
		"kernel/x/h.ko.xz: kernel/x/i.ko.xz";
	struct bytes b = { NULL, 0 };
	struct kd_contents c;

	(void)state;
	text(&b, "etc/modules", "a\nh\n");
	text(&b, "usr/lib/modules/7/modules.dep", deps);
	WHY("14040014");
	/* It may come before the list. */
	text(&b, "lib/modules/7/modules.dep", deps);
	text(&b, "etc/modules", "a\nb\n");
	WHY("15040000");
	text(&b, "lib/modules/7/modules.dep", deps);
	look(&b, &c);
	assert_true(c.deps_known);
	kd_contents_free(&c);
	text(&b, "lib/modules/7/x/modules.dep", deps);
	newc_add(&b, NEWC_FILE("lib/modules/7/modules.dep", (4 << 20) + 1));
	look(&b, &c);
	assert_false(c.deps_known);
	kd_contents_free(&c);
}

static void test_cmdline_modules(void **state)
{
	struct bytes b = { NULL, 0 };

	(void)state;
	text(&b, "etc/cmdline.d/20-force_drivers.conf", "quiet rd.driver.pre=a,d-e\n");
	text(&b, "etc/cmdline", "rd.driver.post=b modules-load=c,,f rd.modules_load=g x=h\n"
				"-- rd.driver.pre=i");
	WHY("11111100");
}

/* ---- command lines ---- */

struct root_case {
	const char *path, *words;
	bool root, type;
};

static void test_root(void **state)
{
	static const struct root_case cases[] = {
		{ "etc/cmdline.d/95root-dev.conf", "root=UUID=1 rootfstype=xfs rw\n", true, true },
		{ "etc/cmdline", "root=/dev/vda1", true, false },
		{ "etc/cmdline", "quiet\n rootfstype=ext4\n", false, true },
		{ "etc/cmdline", "root= rootfstype=", false, false },
		{ "etc/cmdline", "root rd.root=x xroot=1 'root=x", false, false },
		{ "etc/cmdline", "quiet \"root=x y\"", true, false },
		{ "etc/cmdline.d/a", "root=/dev/vda1", false, false },
		{ "conf/conf.d/root", "ROOT=/dev/vda1\n", true, false },
		{ "conf/param.conf", "ROOT=\"$(x)\"\n", true, false },
		{ "conf/initramfs.conf", "MODULES=most\nROOT=\n", false, false },
		{ "conf/initramfs.conf", "ROOTFSTYPE=ext4\n", false, true },
		{ "conf/arch.conf", "root=/dev/vda1\n", false, false },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		struct bytes b = { NULL, 0 };
		struct kd_contents c;

		text(&b, cases[i].path, cases[i].words);
		look(&b, &c);
		if (c.names_root != cases[i].root || c.names_rootfstype != cases[i].type)
			fail_msg("%s: %s", cases[i].path, cases[i].words);
		assert_false(c.lists_cut);
		kd_contents_free(&c);
	}
}

static void test_cut_lists(void **state)
{
	struct bytes b = { NULL, 0 }, names = { NULL, 0 };
	struct newc e = NEWC_FILE("etc/modules", 20);
	struct kd_contents c;

	(void)state;
	newc_add(&b, e);			/* zero bytes */
	look(&b, &c);
	assert_true(c.lists_cut);
	kd_contents_free(&c);

	newc_add(&b, NEWC_FILE("etc/cmdline", 65537));
	look(&b, &c);
	assert_true(c.lists_cut);
	kd_contents_free(&c);

	for (unsigned i = 0; i < 20000; i++)
		put(&names, "a\n", 2);
	e.size = names.len;
	e.data = names.p;
	newc_add(&b, e);
	look(&b, &c);
	assert_true(c.lists_cut);
	kd_contents_free(&c);
	free(names.p);
}

/* ---- what it is ---- */

static void test_makers(void **state)
{
	static const struct {
		const char *path;
		enum kd_image_maker maker;
	} cases[] = {
		{ "usr/lib/dracut/modules.txt", KD_MAKER_DRACUT },
		{ "lib/dracut/need-initqueue", KD_MAKER_DRACUT },
		{ "conf/initramfs.conf", KD_MAKER_INITRAMFS_TOOLS },
		{ "init_functions", KD_MAKER_MKINITCPIO },
		{ "init", KD_MAKER_UNKNOWN },
		{ "etc/dracut/x", KD_MAKER_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		struct bytes b = { NULL, 0 };
		struct kd_contents c;

		newc_add(&b, NEWC_FILE(cases[i].path, 1));
		look(&b, &c);
		assert_int_equal(c.maker, cases[i].maker);
		kd_contents_free(&c);
	}
}

static void test_tools(void **state)
{
	static const struct {
		const char *path;
		unsigned tools;
	} cases[] = {
		{ "usr/bin/makedumpfile", KD_TOOL_MAKEDUMPFILE },
		{ "sbin/cryptsetup", KD_TOOL_CRYPTSETUP },
		{ "usr/lib/systemd/systemd-cryptsetup", KD_TOOL_CRYPTSETUP },
		{ "usr/sbin/mount.nfs", KD_TOOL_NFS }, { "bin/nfsmount", KD_TOOL_NFS },
		{ "bin/ssh", KD_TOOL_SSH }, { "usr/local/bin/ssh", KD_TOOL_SSH },
		{ "etc/ssh", 0 }, { "usr/share/bash-completion/completions/ssh", 0 },
		{ "makedumpfile", 0 }, { "bin/ssh-keygen", 0 },
	};
	struct newc link = { .name = "sbin/mount.nfs4", .mode = S_IFLNK | 0777,
			     .data = "mount.nfs", .size = 9 };
	struct bytes b = { NULL, 0 };
	struct kd_contents c;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		newc_add(&b, NEWC_FILE(cases[i].path, 1));
		look(&b, &c);
		assert_int_equal(c.tools, cases[i].tools);
		kd_contents_free(&c);
	}
	newc_add(&b, link);
	look(&b, &c);
	assert_int_equal(c.tools, KD_TOOL_NFS);
	kd_contents_free(&c);
}

/* Which kernels the modules are for: each once, and no more than fit. */
static void test_releases(void **state)
{
	static const char *const paths[] = {
		"usr/lib/modules/7.2.12/kernel/fs/ext4/ext4.ko.xz",
		"lib/modules/7.2.12/updates/dkms/crash_grow.ko",
		"lib/modules/7.2.1/kernel/fs/ext4/ext4.ko",
		"./lib/modules/6.1.0-50-amd64/extra/a.ko",
		"lib/modules/extra/b.ko", "lib/modules/c.ko", "lib/modules/7.3\n/d.ko",
		"lib/modules/8.0/modules.dep", "etc/9.0/e.ko",
	};
	struct bytes b = { NULL, 0 };
	struct kd_contents c;
	char path[320];

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(paths); i++)
		newc_add(&b, NEWC_FILE(paths[i], 1));
	look(&b, &c);
	assert_string_equal(c.releases, "7.2.12 7.2.1 6.1.0-50-amd64");
	/* The name with a line end in it is no release, and was not kept. */
	assert_true(c.releases_lost);
	kd_contents_free(&c);
	snprintf(path, sizeof(path), "lib/modules/1%0254d/a.ko", 0);
	newc_add(&b, NEWC_FILE(path, 1));
	newc_add(&b, NEWC_FILE("lib/modules/7.2/a.ko", 1));
	look(&b, &c);
	assert_string_equal(c.releases, "7.2");
	assert_true(c.releases_lost);
	kd_contents_free(&c);
}

/* A name is as long as it is, and nobody reads on behind one that is no release. */
static void test_release_at_the_end(void **state)
{
	static const char path[] = "lib/modules/6.1\x80/a.ko";
	struct kd_contents_walk *walk = calloc(1, sizeof(*walk));
	struct kd_contents c;
	char *name = strdup(path);

	(void)state;
	assert_true(walk && name);
	assert_int_equal(kd_contents_begin(walk, name, 0, false), 0);
	free(name);
	assert_int_equal(kd_contents_end(walk), 0);
	kd_contents_finish(walk, &c);
	kd_contents_walk_free(walk);
	free(walk);
	assert_string_equal(c.releases, "");
	assert_true(c.releases_lost);
	kd_contents_free(&c);
}

/* dracut's squash modules: the rest is in an image in the image. */
static void test_nested(void **state)
{
	static const char *const paths[] = {
		"squash-root.img", "squash/squashfs-root.img", "squash/erofs-root.img",
		"etc/squash-root.img.conf",
	};

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(paths); i++) {
		struct bytes b = { NULL, 0 };
		struct kd_contents c;

		newc_add(&b, NEWC_FILE("usr/lib/dracut/dracut-010", 1));
		newc_add(&b, NEWC_FILE(paths[i], 1));
		look(&b, &c);
		assert_int_equal(c.maker, KD_MAKER_DRACUT);
		assert_int_equal(c.opaque, i < 3);
		kd_contents_free(&c);
	}
}

static void test_microcode(void **state)
{
	struct bytes b = { NULL, 0 };
	struct kd_contents c;

	(void)state;
	newc_add(&b, NEWC_FILE("kernel/x86/microcode/GenuineIntel.bin", 5000));
	newc_add(&b, NEWC_FILE("kernel/x86/microcode/AuthenticAMD.bin", 300));
	newc_end(&b);
	newc_add(&b, NEWC_FILE("lib/firmware/amd-ucode/x.bin", 7));
	look(&b, &c);
	assert_int_equal(c.microcode, 5300);
	kd_contents_free(&c);
}

static void test_largest(void **state)
{
	struct bytes b = { NULL, 0 };
	struct kd_contents c;
	char name[32];

	(void)state;
	/* 7 and 20 have no common divisor: each size once, in no order. */
	for (unsigned i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "./f%u", i * 7 % 20);
		newc_add(&b, NEWC_FILE(name, 100 + i * 7 % 20));
	}
	newc_add(&b, NEWC_FILE("empty", 0));
	newc_end(&b);
	newc_add(&b, NEWC_FILE("f19", 0));		/* gone again */
	newc_add(&b, NEWC_FILE("f18", 1000));
	look(&b, &c);
	assert_int_equal(c.n_largest, KD_CONTENTS_LARGEST - 1);
	assert_string_equal(c.largest[0].path, "f18");
	assert_int_equal(c.largest[0].bytes, 1000);
	for (unsigned i = 1; i < KD_CONTENTS_LARGEST - 1; i++) {
		snprintf(name, sizeof(name), "f%u", 18 - i);
		assert_string_equal(c.largest[i].path, name);
		assert_int_equal(c.largest[i].bytes, 118 - i);
	}
	kd_contents_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modules),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_too_many_modules),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_deps),
		cmocka_unit_test(test_cmdline_modules),
		cmocka_unit_test(test_root),
		cmocka_unit_test(test_cut_lists),
		cmocka_unit_test(test_makers),
		cmocka_unit_test(test_tools),
		cmocka_unit_test(test_releases),
		cmocka_unit_test(test_release_at_the_end),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_microcode),
		cmocka_unit_test(test_largest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
