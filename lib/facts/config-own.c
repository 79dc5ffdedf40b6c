/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Reading crashctl.conf and its drop-ins: see config-own.h. */
#include "config-own.h"

#include <errno.h>
#include <stdlib.h>

#include "../parse/conf.h"
#include "../parse/crashkernel.h"

#define FILES_MAX 512
#define VALUE_MAX 8192			/* COMMAND_LINE_SIZE is 4096 at most */

struct reader {
	struct kdump_ctx *ctx;
	const char *release;
	struct kd_own *own;
	const char *file;		/* in own->files */
};

/* What is wrong with a value, NULL: nothing. */
typedef const char *check_fn(const char *value);

static const char *check_path(const char *value)
{
	if (*value != '/')
		return "not an absolute path";
	for (const char *p = strchr(value, '%'); p; p = strchr(p + 2, '%'))
		if (p[1] != 'v' && p[1] != '%')
			return "% stands in front of v (the running kernel's release) or %";
	return NULL;
}

/* The kernel searches by text, inside other words too (kernel/crash_reserve.c). */
static const char *check_words(const char *value)
{
	if (strstr(value, "crashkernel="))
		return "crashkernel= would make the crash kernel reserve memory again";
	if (strstr(value, "elfcorehdr="))
		return "elfcorehdr= is for who loads the crash kernel to say";
	return NULL;
}

static const char *check_yes(const char *value)
{
	bool yes;

	return kd_conf_yes(value, &yes) ? NULL : "neither yes nor no";
}

static const char *check_call(const char *value)
{
	enum kdump_syscall call;

	return kd_call_parse(value, &call) ? NULL : "not one of auto, file, segments";
}

static const char *check_reserve(const char *value)
{
	struct kd_reserve reserve;

	return kd_reserve_parse(value, &reserve) ? NULL
		: "neither auto nor a size of whole MiB, up to 64 TiB";
}

static const struct key {
	const char *name;
	size_t at;			/* of its setting in struct kd_own */
	bool adds;			/* to what earlier files and lines say */
	check_fn *check;		/* NULL: any text will do, or is looked at later */
} keys[] = {
	{ "kernel", offsetof(struct kd_own, kernel), false, check_path },
	{ "initramfs", offsetof(struct kd_own, initramfs), false, check_path },
	{ "cmdline", offsetof(struct kd_own, cmdline), false, NULL },
	{ "append", offsetof(struct kd_own, append), false, check_words },
	{ "append-more", offsetof(struct kd_own, append_more), true, check_words },
	{ "remove", offsetof(struct kd_own, remove), true, NULL },
	{ "reuse-cmdline", offsetof(struct kd_own, reuse), false, check_yes },
	{ "syscall", offsetof(struct kd_own, call), false, check_call },
	{ "keep-last-good", offsetof(struct kd_own, keep), false, check_yes },
	{ "margin", offsetof(struct kd_own, margin), false, NULL },
	{ "target", offsetof(struct kd_own, target), false, NULL },
	{ "luks", offsetof(struct kd_own, luks), false, NULL },
	{ "reserve", offsetof(struct kd_own, reserve), false, check_reserve },
	{ "load-module", offsetof(struct kd_own, module), false, check_yes },
};

bool kd_reserve_parse(const char *text, struct kd_reserve *ret)
{
	struct kd_reserve reserve = { .automatic = kd_streq(text, "auto") };
	const char *end;

	if (!reserve.automatic &&
	    (kd_memparse(text, &reserve.bytes, &end) || *end || !reserve.bytes ||
	     reserve.bytes % KD_MIB || reserve.bytes > KD_SIZE_MAX_WISH))
		return false;
	*ret = reserve;
	return true;
}

bool kd_call_parse(const char *text, enum kdump_syscall *ret)
{
	static const char *const names[] = {
		[KDUMP_SYSCALL_AUTO] = "auto",
		[KDUMP_SYSCALL_FILE] = "file",
		[KDUMP_SYSCALL_SEGMENTS] = "segments",
	};

	for (unsigned i = 0; i < KD_ARRAY_SIZE(names); i++) {
		if (!kd_streq(text, names[i]))
			continue;
		*ret = i;
		return true;
	}
	return false;
}

static int ignore(struct kdump_ctx *ctx, struct kd_own *own, const struct kd_text *what)
{
	int err;

	own->n_ignored++;
	if (own->ignored.n == KD_OWN_IGNORED)
		return 0;
	err = kd_names_add(&own->ignored, what->s, strlen(what->s), KD_OWN_IGNORED);
	return err ? kd_oom(ctx) : 0;
}

static int ignore_line(struct reader *r, const struct kd_conf_entry *entry, const char *why)
{
	struct kd_text text;

	kd_text_set(&text, "%s:%u: ", r->file, entry->line);
	if (*entry->key)
		kd_text_append(&text, "%.64s: ", entry->key);
	kd_text_append(&text, "%s", why);
	return ignore(r->ctx, r->own, &text);
}

int kd_own_ignore(struct kdump_ctx *ctx, struct kd_own *own, struct kd_setting *setting,
		  const char *why)
{
	struct kd_text text;

	kd_text_set(&text, "%s:%u: %s", setting->file, setting->line, why);
	free(setting->text);
	*setting = (struct kd_setting){ 0 };
	return ignore(ctx, own, &text);
}

/* An empty value forgets what was said before, as it does for systemd. */
static int set(struct reader *r, struct kd_setting *setting, const struct kd_conf_entry *entry,
	       bool adds)
{
	size_t old = adds && setting->text ? strlen(setting->text) + 1 : 0;
	size_t len = strlen(entry->value);
	char *text;

	if (!len) {
		free(setting->text);
		*setting = (struct kd_setting){ 0 };
		return 0;
	}
	if (old + len > VALUE_MAX)
		return ignore_line(r, entry, "longer than any kernel would take");
	text = malloc(old + len + 1);
	if (!text)
		return kd_oom(r->ctx);
	if (old) {
		memcpy(text, setting->text, old - 1);
		text[old - 1] = ' ';
	}
	memcpy(text + old, entry->value, len + 1);
	free(setting->text);
	*setting = (struct kd_setting){ .text = text, .file = r->file, .line = entry->line };
	return 0;
}

static int take_entry(struct reader *r, const struct kd_conf_entry *entry)
{
	const char *why = entry->wrong;

	for (size_t i = 0; !why && i < KD_ARRAY_SIZE(keys); i++) {
		const struct key *key = &keys[i];

		if (!kd_streq(entry->key, key->name))
			continue;
		if (key->check && *entry->value)
			why = key->check(entry->value);
		if (!why)
			return set(r, (struct kd_setting *)((char *)r->own + key->at), entry,
				   key->adds);
	}
	return ignore_line(r, entry, why ? why : "not known here");
}

static int take_text(struct reader *r, const struct kd_buf *buf)
{
	struct kd_text why;
	struct kd_conf conf;
	int err = kd_conf_parse(buf->data, buf->len, &conf, &why);

	if (err == -ENOMEM)
		return kd_oom(r->ctx);
	if (err) {
		struct kd_text text;

		kd_text_set(&text, "%s: %s", r->file, why.s);
		return ignore(r->ctx, r->own, &text);
	}
	for (size_t i = 0; !err && i < conf.n; i++)
		err = take_entry(r, &conf.v[i]);
	kd_conf_free(&conf);
	return err;
}

/* 1 where it is not there; what cannot be read is told. */
static int read_file(struct reader *r, const char *path)
{
	struct kd_text text;
	struct kd_buf buf;
	char link[16];
	int err;

	if (!kd_root_readlink(r->ctx, path, link, sizeof(link)) && kd_streq(link, "/dev/null"))
		return 0;
	err = kd_root_read(r->ctx, path, KD_CONF_TEXT_MAX, &buf);
	if (err == -ENOENT || err == -ENOTDIR)
		return 1;
	if (err == -ENOMEM)
		return kd_oom(r->ctx);
	if (err) {
		kd_text_set(&text, "%s: %s", path, kd_errno_text(err));
		return ignore(r->ctx, r->own, &text);
	}
	err = kd_names_add(&r->own->files, path, strlen(path), FILES_MAX);
	if (!err) {
		r->file = r->own->files.v[r->own->files.n - 1];
		err = take_text(r, &buf);
	} else {
		err = kd_oom(r->ctx);
	}
	kd_buf_free(&buf);
	return err;
}

static int read_main(struct reader *r)
{
	static const char *const files[] = { KD_OWN_MAIN_FILES };
	int err = 1;

	for (size_t i = 0; err == 1 && i < KD_ARRAY_SIZE(files); i++)
		err = read_file(r, files[i]);
	return err == 1 ? 0 : err;
}

static const char *const folders[] = {
	KD_OWN_FOLDERS,
};

static int list_folder(struct reader *r, const char *path, struct kd_names *ret)
{
	struct kd_text text;
	int err = kd_root_list(r->ctx, path, FILES_MAX / 4, ret);

	if (!err)
		return 0;
	*ret = (struct kd_names){ 0 };
	if (err == -ENOENT || err == -ENOTDIR)
		return 0;
	if (err == -ENOMEM)
		return kd_oom(r->ctx);
	kd_text_set(&text, "%s: %s", path, kd_errno_text(err));
	return ignore(r->ctx, r->own, &text);
}

static bool is_drop_in(const char *name)
{
	size_t len = strlen(name);

	return *name != '.' && len > 5 && kd_streq(name + len - 5, ".conf");
}

static int read_drop_in(struct reader *r, const char *folder, const char *name)
{
	struct kd_text path;
	int err;

	if (!is_drop_in(name))
		return 0;
	kd_text_set(&path, "%s/%s", folder, name);
	err = read_file(r, path.s);
	return err == 1 ? 0 : err;
}

/* Two sorted lists side by side. */
static int merge_drop_ins(struct reader *r, const struct kd_names *etc,
			  const struct kd_names *lib)
{
	size_t i = 0, k = 0;
	int err = 0;

	while (!err && (i < etc->n || k < lib->n)) {
		int order = k == lib->n ? -1 : i == etc->n ? 1 : strcmp(etc->v[i], lib->v[k]);

		if (order <= 0)
			err = read_drop_in(r, folders[0], etc->v[i]);
		else
			err = read_drop_in(r, folders[1], lib->v[k]);
		i += order <= 0;
		k += order >= 0;
	}
	return err;
}

static int read_drop_ins(struct reader *r)
{
	struct kd_names etc, lib = { 0 };
	int err = list_folder(r, folders[0], &etc);

	if (!err)
		err = list_folder(r, folders[1], &lib);
	if (!err)
		err = merge_drop_ins(r, &etc, &lib);
	kd_names_free(&etc);
	kd_names_free(&lib);
	return err;
}

/* "%v" and "%%", in place of the text; @release may be longer than "%v". */
static int expand(struct reader *r, struct kd_setting *setting)
{
	size_t release_len = r->release ? strlen(r->release) : 0, n = 0, marks = 0;
	char *text;

	if (!setting->text || !strchr(setting->text, '%'))
		return 0;
	if (strstr(setting->text, "%v") && (!r->release || strchr(r->release, '/')))
		return kd_own_ignore(r->ctx, r->own, setting,
				     "%v: the running kernel's release cannot be seen");
	for (const char *p = setting->text; *p; p++)
		marks += *p == '%';
	text = malloc(strlen(setting->text) + marks * release_len + 1);
	if (!text)
		return kd_oom(r->ctx);
	for (const char *p = setting->text; *p; p++) {
		if (*p != '%') {
			text[n++] = *p;
		} else if (*++p == '%') {
			text[n++] = '%';
		} else {
			memcpy(text + n, r->release, release_len);
			n += release_len;
		}
	}
	text[n] = '\0';
	free(setting->text);
	setting->text = text;
	return 0;
}

int kd_own_read(struct kdump_ctx *ctx, const char *release, struct kd_own *ret)
{
	struct reader r = { .ctx = ctx, .release = release, .own = ret };
	int err = read_main(&r);

	if (!err)
		err = read_drop_ins(&r);
	if (!err)
		err = expand(&r, &ret->kernel);
	return err ? err : expand(&r, &ret->initramfs);
}

void kd_own_free(struct kd_own *own)
{
	for (size_t i = 0; i < KD_ARRAY_SIZE(keys); i++)
		free(((struct kd_setting *)((char *)own + keys[i].at))->text);
	kd_names_free(&own->files);
	kd_names_free(&own->ignored);
}
