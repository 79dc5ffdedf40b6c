/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Which files of an initramfs are worth a second look, by their names, and
 * what is kept of them.  What their texts say stands in contents-text.c.
 */
#include "contents-walk.h"

#include <errno.h>
#include <stdlib.h>

#define TEXT_MAX	((size_t)(64 * KD_KIB))
#define DEPS_MAX	((size_t)(4 * KD_MIB))

#define ELF_HEADER	64
#define SECTION_HEADER	64
#define SECTIONS_MAX	1024		/* modules have some 60 */
#define MODULE_PAGE	4096

/* ---- names ---- */

/* "./a", "/a" and "a" are the same: the kernel unpacks at the root, in "/". */
static const char *relative(const char *name)
{
	while (*name == '/' || (*name == '.' && name[1] == '/'))
		name++;
	return name;
}

/* /lib is a link to /usr/lib, or the other way round, or both are there. */
static const char *without_usr(const char *name)
{
	return kd_starts(name, "usr/lib/") ? name + 4 : name;
}

static bool ends(const char *s, size_t len, const char *suffix)
{
	size_t n = strlen(suffix);

	return len >= n && !memcmp(s + len - n, suffix, n);
}

size_t kd_module_stem(const char *name, size_t len, enum kd_codec *ret)
{
	static const struct {
		const char *suffix;
		enum kd_codec codec;
	} kinds[] = {
		{ ".ko", KD_CODEC_NONE }, { ".ko.xz", KD_CODEC_XZ },
		{ ".ko.zst", KD_CODEC_ZSTD }, { ".ko.gz", KD_CODEC_GZIP },
	};

	for (size_t i = 0; i < KD_ARRAY_SIZE(kinds); i++) {
		if (!ends(name, len, kinds[i].suffix))
			continue;
		*ret = kinds[i].codec;
		return len - strlen(kinds[i].suffix);
	}
	return 0;
}

/* scripts/Makefile.lib: name-fix: what is no part of a C name becomes '_'. */
bool kd_module_name(const char *text, size_t len, char ret[KD_MODULE_FILE_NAME])
{
	if (!len || len >= KD_MODULE_FILE_NAME)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c == '-')
			c = '_';
		if (c != '_' && !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
		    !(c >= 'A' && c <= 'Z'))
			return false;
		ret[i] = c;
	}
	ret[len] = '\0';
	return true;
}

/* @dir "lib/modules/" stands for one folder below it; @name "*X" for any that ends in X. */
static const struct rule {
	const char *dir, *name;
	enum kd_contents_text text;
} rules[] = {
	/* modules-load.d(5) */
	{ "etc/modules-load.d", "*.conf", KD_TEXT_MODULES },
	{ "run/modules-load.d", "*.conf", KD_TEXT_MODULES },
	{ "lib/modules-load.d", "*.conf", KD_TEXT_MODULES },
	{ "etc", "modules", KD_TEXT_MODULES },
	/* initramfs-tools: scripts/functions: load_modules(); init sources the rest */
	{ "conf", "modules", KD_TEXT_MODULES },
	{ "conf", "*.conf", KD_TEXT_SHELL },
	{ "conf/conf.d", "*", KD_TEXT_SHELL },
	/* dracut: modules.d/99base/dracut-lib.sh: getcmdline() */
	{ "etc", "cmdline", KD_TEXT_CMDLINE },
	{ "etc/cmdline.d", "*.conf", KD_TEXT_CMDLINE },
	{ "lib/dracut", "hostonly-kernel-modules.txt", KD_TEXT_HOST },
	{ "lib/modules/", "modules.dep", KD_TEXT_DEPS },
};

static bool is_in(const char *path, size_t len, const char *dir)
{
	size_t n = strlen(dir);

	if (dir[n - 1] != '/')
		return len == n && !memcmp(path, dir, n);
	return len > n && !memcmp(path, dir, n) && !memchr(path + n, '/', len - n);
}

static enum kd_contents_text text_of(const char *path, const char *name, size_t name_len)
{
	size_t len = name > path ? (size_t)(name - path) - 1 : 0;

	for (size_t i = 0; i < KD_ARRAY_SIZE(rules); i++) {
		const struct rule *rule = &rules[i];

		if (!is_in(path, len, rule->dir))
			continue;
		if (*rule->name == '*' ? ends(name, name_len, rule->name + 1)
				       : kd_streq(name, rule->name))
			return rule->text;
	}
	return KD_TEXT_NONE;
}

/* Files that each of them puts into every image. */
static enum kd_image_maker maker_of(const char *path)
{
	if (kd_starts(path, "lib/dracut/"))
		return KD_MAKER_DRACUT;
	if (kd_streq(path, "conf/initramfs.conf"))
		return KD_MAKER_INITRAMFS_TOOLS;
	return kd_streq(path, "init_functions") ? KD_MAKER_MKINITCPIO : KD_MAKER_UNKNOWN;
}

/* dracut's modules squash, squash-squashfs and squash-erofs, by version and kind. */
static bool is_nested(const char *name)
{
	static const char *const names[] = {
		"squash-root.img", "squashfs-root.img", "erofs-root.img",
	};

	for (size_t i = 0; i < KD_ARRAY_SIZE(names); i++)
		if (kd_streq(name, names[i]))
			return true;
	return false;
}

static unsigned tool_of(const char *path, const char *name)
{
	static const struct {
		const char *name;
		unsigned tool;
	} tools[] = {
		{ "makedumpfile", KD_TOOL_MAKEDUMPFILE }, { "cryptsetup", KD_TOOL_CRYPTSETUP },
		{ "systemd-cryptsetup", KD_TOOL_CRYPTSETUP }, { "mount.nfs", KD_TOOL_NFS },
		{ "mount.nfs4", KD_TOOL_NFS }, { "nfsmount", KD_TOOL_NFS }, { "ssh", KD_TOOL_SSH },
	};
	size_t len = (size_t)(name - path);

	/* Not the completion nor the configuration of the same name. */
	if (!ends(path, len, "bin/") && !ends(path, len, "systemd/"))
		return 0;
	for (size_t i = 0; i < KD_ARRAY_SIZE(tools); i++) {
		if (kd_streq(name, tools[i].name))
			return tools[i].tool;
	}
	return 0;
}

/* ---- the largest files ---- */

static void drop_largest(struct kd_contents *c, const char *path)
{
	for (size_t i = 0; i < c->n_largest; i++) {
		if (!kd_streq(c->largest[i].path, path))
			continue;
		free(c->largest[i].path);
		c->n_largest--;
		memmove(&c->largest[i], &c->largest[i + 1],
			(c->n_largest - i) * sizeof(c->largest[0]));
		return;
	}
}

static int add_largest(struct kd_contents *c, const char *path, uint64_t size)
{
	struct kd_contents_file file = { NULL, size };
	size_t at = c->n_largest;

	if (at == KD_CONTENTS_LARGEST && size <= c->largest[at - 1].bytes)
		return 0;
	file.path = strdup(path);
	if (!file.path)
		return -ENOMEM;
	if (at == KD_CONTENTS_LARGEST)
		free(c->largest[--at].path);
	c->n_largest = at + 1;
	for (; at && c->largest[at - 1].bytes < size; at--)
		c->largest[at] = c->largest[at - 1];
	c->largest[at] = file;
	return 0;
}

/* ---- modules ---- */

/* @why holds the order of the archive until all is sorted. */
static int add_module(struct kd_contents_walk *w, const struct kd_module_file *module)
{
	struct kd_contents *c = &w->found;
	struct kd_module_file *grown;

	if (c->n_modules == KD_CONTENTS_MODULES) {
		c->modules_lost++;
		return 0;
	}
	if (c->n_modules == w->room) {
		w->room = w->room ? 2 * w->room : 64;
		grown = realloc(c->modules, w->room * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		c->modules = grown;
	}
	w->module = &c->modules[c->n_modules];
	*w->module = *module;
	w->module->why = (unsigned)c->n_modules++;
	return 0;
}

bool kd_contents_has_release(const struct kd_contents *c, const char *release, size_t len)
{
	size_t n;

	for (const char *at = c->releases; *at; at += n + (at[n] == ' ')) {
		n = strcspn(at, " ");
		if (n == len && !memcmp(at, release, n))
			return true;
	}
	return false;
}

static bool is_printed(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	return true;
}

/* Each once.  A release begins with a digit; other folders there are nobody's but a tester's. */
static void add_release(struct kd_contents *c, const char *path)
{
	size_t have = strlen(c->releases), len;
	const char *name;

	if (!kd_starts(path, "lib/modules/"))
		return;
	name = path + strlen("lib/modules/");
	len = strcspn(name, "/");
	if (name[len] != '/' || *name < '0' || *name > '9')
		return;
	if (kd_contents_has_release(c, name, len))
		return;
	if (have + len + 2 > sizeof(c->releases) || !is_printed(name, len)) {
		c->releases_lost = true;
		return;
	}
	if (have)
		c->releases[have++] = ' ';
	memcpy(c->releases + have, name, len);
	c->releases[have + len] = '\0';
}

static int begin_module(struct kd_contents_walk *w, const char *name, size_t len,
			uint64_t size)
{
	struct kd_module_file module = { .stored = size };

	len = kd_module_stem(name, len, &module.codec);
	if (!len)
		return 0;
	if (kd_module_name(name, len, module.name))
		return add_module(w, &module);
	w->found.modules_lost++;
	return 0;
}

/* ---- parts of files ---- */

static void drop_part(struct kd_contents_walk *w)
{
	free(w->part.p);
	w->part = (struct kd_contents_part){ .p = NULL };
}

static int want(struct kd_contents_walk *w, uint64_t from, size_t len)
{
	drop_part(w);
	/* One more for the NUL behind a text. */
	w->part.p = malloc(len + 1);
	if (!w->part.p)
		return -ENOMEM;
	w->part.from = from;
	w->part.len = len;
	return 0;
}

static int begin_part(struct kd_contents_walk *w, uint64_t size)
{
	size_t most = w->text == KD_TEXT_DEPS ? DEPS_MAX : TEXT_MAX;

	if (w->text == KD_TEXT_PROGRAM)
		most = KD_PROGRAM_MAX;
	if (w->text && size > most) {
		w->found.lists_cut |= w->text != KD_TEXT_DEPS && w->text != KD_TEXT_PROGRAM;
		w->text = KD_TEXT_NONE;
	}
	if (w->text)
		return want(w, 0, (size_t)size);
	if (w->module && w->module->codec == KD_CODEC_NONE && size > ELF_HEADER)
		return want(w, 0, ELF_HEADER);
	return 0;
}

/* The tool; of the others any one tells for which machine they are. */
static bool is_program(struct kd_contents_walk *w, const char *path, const char *name)
{
	size_t len = (size_t)(name - path);

	if (!ends(path, len, "bin/"))
		return false;
	w->is_tool = kd_streq(name, "makedumpfile");
	return w->is_tool || !*w->found.arch;
}

int kd_contents_begin(struct kd_contents_walk *w, const char *name, uint64_t size, bool data)
{
	const char *path = relative(name), *base = kd_last_of(path);
	struct kd_contents *c = &w->found;
	int err;

	w->module = NULL;
	w->text = KD_TEXT_NONE;
	drop_largest(c, path);
	path = without_usr(path);
	if (!c->maker)
		c->maker = maker_of(path);
	c->tools |= tool_of(path, base);
	c->opaque |= data && is_nested(base);
	if (kd_starts(path, "kernel/x86/microcode/"))
		c->microcode += data ? size : 0;
	err = begin_module(w, base, strlen(base), size);
	if (w->module)
		add_release(c, path);
	if (!err)
		err = kd_contents_add_library(w, base);
	if (err || !data)
		return err;
	err = add_largest(c, relative(name), size);
	if (err)
		return err;
	w->text = is_program(w, path, base) ? KD_TEXT_PROGRAM
					    : text_of(path, base, strlen(base));
	return begin_part(w, size);
}

/* The headers of the sections, from the ELF header (include/uapi/linux/elf.h). */
static int want_sections(struct kd_contents_walk *w)
{
	const unsigned char *h = w->part.p;
	uint64_t from = kd_le64(h + 40);
	size_t n = kd_le16(h + 60);

	/* 64 bits, little-endian: all that crash kernels of today are but s390. */
	if (memcmp(h, "\177ELF\2\1", 6) || from < ELF_HEADER || from > w->module->stored ||
	    kd_le16(h + 58) != SECTION_HEADER || !n || n > SECTIONS_MAX) {
		drop_part(w);
		return 0;
	}
	return want(w, from, n * SECTION_HEADER);
}

/*
 * Pages of the sections that are loaded, code, constants and data apart
 * (kernel/module/main.c:layout_sections()).  Those that only init needs count
 * too: they are there while it runs.
 */
static uint64_t sum_sections(const unsigned char *headers, size_t len)
{
	uint64_t sums[3] = { 0 }, flags, align, sum = 0;

	for (size_t at = 0; at < len; at += SECTION_HEADER) {
		const unsigned char *h = headers + at;
		uint64_t *of;

		flags = kd_le64(h + 8);
		if (!(flags & 2))		/* SHF_ALLOC */
			continue;
		of = &sums[flags & 4 ? 0 : flags & 1 ? 1 : 2];	/* EXECINSTR, WRITE */
		align = kd_le64(h + 48);
		if (align > 1 && align <= MODULE_PAGE)
			*of = kd_round_up(*of, align);
		*of = kd_add(*of, kd_le64(h + 32));
	}
	for (size_t i = 0; i < KD_ARRAY_SIZE(sums); i++)
		sum = kd_add(sum, kd_round_up(sums[i], MODULE_PAGE));
	return sum;
}

/* The part is complete. */
static int take_part(struct kd_contents_walk *w)
{
	uint64_t memory;

	if (w->text)
		return 0;		/* until the end of the file */
	if (!w->part.from)
		return want_sections(w);
	memory = sum_sections(w->part.p, w->part.len);
	/* Some 30 times larger than any module there is: it lies. */
	w->module->memory = memory < KD_GIB ? memory : 0;
	drop_part(w);
	return 0;
}

int kd_contents_feed(struct kd_contents_walk *w, uint64_t offset, const unsigned char *p,
		     size_t len)
{
	struct kd_contents_part *part = &w->part;
	uint64_t at;
	size_t n;
	int err = 0;

	while (part->p && part->have < part->len && !err) {
		at = part->from + part->have;
		if (at < offset || at - offset >= len)
			break;
		n = kd_min(len - (at - offset), part->len - part->have);
		memcpy(part->p + part->have, p + (at - offset), n);
		part->have += n;
		if (part->have == part->len)
			err = take_part(w);
	}
	return err;
}

int kd_contents_end(struct kd_contents_walk *w)
{
	struct kd_contents_part *part = &w->part;
	int err = 0;

	if (part->p && w->text && part->have == part->len) {
		part->p[part->len] = '\0';
		if (w->text == KD_TEXT_DEPS) {
			free(w->deps);
			w->deps = part->p;
			w->deps_len = part->len;
			part->p = NULL;
		} else if (w->text == KD_TEXT_PROGRAM) {
			err = kd_contents_read_program(w, part->p, part->len);
		} else {
			err = kd_contents_read_text(w, (char *)part->p, part->len);
		}
	}
	w->text = KD_TEXT_NONE;
	drop_part(w);
	return err;
}

/* ---- all ---- */

static int by_name(const void *a, const void *b)
{
	const struct kd_module_file *m = a, *n = b;
	int r = strcmp(m->name, n->name);

	return r ? r : (m->why > n->why) - (m->why < n->why);
}

/* Of those of one name the last is the one that is there in the end. */
static void sort_modules(struct kd_contents *c)
{
	size_t n = 0;

	if (!c->n_modules)
		return;
	qsort(c->modules, c->n_modules, sizeof(*c->modules), by_name);
	for (size_t i = 0; i < c->n_modules; i++) {
		if (n && kd_streq(c->modules[n - 1].name, c->modules[i].name))
			n--;
		c->modules[n] = c->modules[i];
		c->modules[n++].why = 0;
	}
	c->n_modules = n;
}

static int to_name(const void *key, const void *module)
{
	return strcmp(key, ((const struct kd_module_file *)module)->name);
}

const struct kd_module_file *kd_contents_module(const struct kd_contents *c, const char *name)
{
	if (!c->n_modules)
		return NULL;
	return bsearch(name, c->modules, c->n_modules, sizeof(*c->modules), to_name);
}

void kd_contents_finish(struct kd_contents_walk *w, struct kd_contents *ret)
{
	sort_modules(&w->found);
	kd_contents_resolve(w);
	kd_contents_find_missing(w);
	*ret = w->found;
	w->found = (struct kd_contents){ .maker = KD_MAKER_UNKNOWN };
}

void kd_contents_walk_free(struct kd_contents_walk *w)
{
	kd_contents_free(&w->found);
	drop_part(w);
	free(w->listed);
	free(w->deps);
	free(w->libraries.names);
	free(w->tool);
	*w = (struct kd_contents_walk){ .room = 0 };
}

void kd_contents_free(struct kd_contents *c)
{
	for (size_t i = 0; i < c->n_largest; i++)
		free(c->largest[i].path);
	free(c->modules);
	*c = (struct kd_contents){ .maker = KD_MAKER_UNKNOWN };
}
