/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Configurations: see config.h. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "../core/root.h"
#include "facts.h"
#include "history.h"
#include "kconfig-file.h"
#include "mounts.h"
#include "watch.h"

#define CONFIG_MAX KD_MIB
#define RELEASE_MAX 255			/* names of files are no longer */

const char *kd_config_release(const struct kdump_config *config)
{
	return config->release ? config->release : config->snap->release;
}

int kd_config_expand(const struct kdump_config *config, const char *path, struct kd_text *ret)
{
	const char *mark = strstr(path, "%R"), *release = kd_config_release(config);

	if (!mark) {
		kd_text_set(ret, "%s", path);
		return 0;
	}
	if (!release || strchr(release, '/'))
		return -ENODATA;
	kd_text_set(ret, "%.*s%s%s", (int)(mark - path), path, release, mark + 2);
	return 0;
}

int kd_config_set_value(struct kdump_config *config, struct kd_value *value, const char *text,
			const char *source)
{
	char *copy = strdup(text);

	if (!copy)
		return kd_oom(config->ctx);
	free(value->text);
	value->text = copy;
	kd_text_set(&value->source, "%s", source);
	return 0;
}

const char *kd_config_configured(struct kdump_config *config, const char *key)
{
	const struct kd_kv_entry *entry = key ? kd_kv_find(&config->file, key) : NULL;

	if (!entry)
		return NULL;
	if (!entry->value && strstr(config->not_understood.s, key))
		return NULL;
	if (!entry->value) {
		kd_text_append(&config->not_understood, "%s%s (line %u)",
			       *config->not_understood.s ? ", " : "", key, entry->line);
		return NULL;
	}
	return *entry->value ? entry->value : NULL;
}

static int find_file(struct kdump_config *config, struct kd_value *value,
		     const struct kd_setting *own, const char *key, const char *link,
		     const char *const *places)
{
	const char *text;
	struct kd_text path;

	if (own->text)
		return kd_config_set_value(config, value, own->text, own->file);
	text = kd_config_configured(config, key);
	if (text && !(link && kd_streq(text, link)))
		return kd_config_set_value(config, value, text, config->distro->config_file);
	for (; *places; places++) {
		if (kd_config_expand(config, *places, &path) ||
		    !kd_root_exists(config->ctx, path.s))
			continue;
		return kd_config_set_value(config, value, path.s, "found there");
	}
	return 0;
}

void kd_config_looked_at(const struct kdump_config *config, bool initramfs,
			 struct kd_text *ret)
{
	const char *const *place = initramfs ? config->distro->initramfses
					     : config->distro->kernels;
	struct kd_text path;

	kd_text_clear(ret);
	for (; *place; place++)
		if (!kd_config_expand(config, *place, &path))
			kd_text_append(ret, "%s%s", *ret->s ? ", " : "", path.s);
}

static int read_file(struct kdump_config *config)
{
	const char *path = config->distro->config_file;
	struct kd_text why;
	struct kd_buf buf;
	int err;

	if (!path)
		return 0;
	err = kd_root_read(config->ctx, path, CONFIG_MAX, &buf);
	if (err == -ENOENT || err == -ENOTDIR)
		return 0;
	if (err == -ENOMEM)
		return kd_oom(config->ctx);
	if (err)
		return kd_fail_id(config->ctx, err == -EACCES ? err : -EBADMSG,
				  "config-unreadable", "%s: %s", path, kd_errno_text(err));
	err = kd_kv_parse(buf.data, buf.len, &config->file, &why);
	kd_buf_free(&buf);
	if (err == -ENOMEM)
		return kd_oom(config->ctx);
	if (err)
		return kd_fail_id(config->ctx, -EBADMSG, "config-unreadable", "%s: %s", path,
				  why.s);
	return 0;
}

static int read_kconfig(struct kdump_config *config)
{
	struct kd_buf buf;
	int r;

	config->kexec_file = config->kexec_load = config->cma = KD_CONFIG_UNKNOWN;
	config->panic_waits = KD_CONFIG_UNKNOWN;
	r = kd_kconfig_read(config->ctx, kd_config_release(config), &buf);
	if (r <= 0)
		return r ? kd_oom(config->ctx) : 0;
	config->kexec_file = kd_kconfig_get(buf.data, buf.len, "KEXEC_FILE");
	config->kexec_load = kd_kconfig_get(buf.data, buf.len, "KEXEC");
	config->cma = kd_kconfig_get(buf.data, buf.len, "CMA");
	/* lib/Kconfig.debug: a number, for which kd_kconfig_get() has no word. */
	if (strstr(buf.data, "CONFIG_PANIC_TIMEOUT="))
		config->panic_waits = strstr(buf.data, "CONFIG_PANIC_TIMEOUT=0\n")
				      ? KD_CONFIG_Y : KD_CONFIG_N;
	kd_buf_free(&buf);
	return 0;
}

/* What the caller has named stays. */
static int find_files(struct kdump_config *config, const struct kd_own *own)
{
	const struct kd_distro *distro = config->distro;
	int err = 0;

	if (!config->kernel.given)
		err = find_file(config, &config->kernel, &own->kernel, distro->kernel_key,
				distro->kernel_link, distro->kernels);
	if (!err && !config->initramfs.given)
		err = find_file(config, &config->initramfs, &own->initramfs,
				distro->initramfs_key, distro->initramfs_link,
				distro->initramfses);
	return err;
}

/* Is it for want of a file system that there is no kernel?  And the kernel's options. */
static int look_around(struct kdump_config *config)
{
	struct kd_mount_look boot;
	int err;

	if (!config->kernel.text) {
		err = kd_mount_look(config->ctx, "/boot", &boot);
		if (err)
			return err;
		config->boot_missing = boot.state == KD_MOUNT_MISSING;
	}
	return read_kconfig(config);
}

static int fill(struct kdump_config *config)
{
	int err;

	err = kd_own_read(config->ctx, config->snap->release, &config->own);
	if (!err)
		err = read_file(config);
	if (!err)
		err = kd_hardware_read(config->ctx, &config->hardware);
	if (!err)
		err = find_files(config, &config->own);
	if (!err)
		err = kd_config_compose(config);
	if (!err)
		err = kd_config_find_target(config);
	if (!err)
		err = kd_config_take_own(config);
	return err ? err : look_around(config);
}

/* What the caller asked for on the machine that the facts are of. */
static int replay_given(struct kdump_config *config)
{
	const char *kernel = kd_replay_value(config->ctx, KD_VALUE_KERNEL);
	const char *initramfs = kd_replay_value(config->ctx, KD_VALUE_INITRAMFS);
	const char *append = kd_replay_value(config->ctx, KD_VALUE_APPEND);
	bool reuse = kd_replay_value(config->ctx, KD_VALUE_REUSE);
	int err = 0;

	if (kernel)
		err = kd_config_set_value(config, &config->kernel, kernel, "given there");
	if (!err && initramfs)
		err = kd_config_set_value(config, &config->initramfs, initramfs, "given there");
	if (!err && (append || reuse))
		err = kd_config_set_append(config, reuse, append);
	return err;
}

static int read_watch(struct kdump_config *config)
{
	config->watch = calloc(1, sizeof(*config->watch));
	if (!config->watch || kd_watch_facts_read(config->ctx, config->watch))
		return kd_oom(config->ctx);
	return 0;
}

bool kd_config_takes_again(const struct kdump_config *config)
{
	return config->own.reserve.text && config->reserves_at_boot;
}

KD_API int kdump_config_new(struct kdump_ctx *ctx, struct kdump_snapshot *snap,
			    struct kdump_config **ret)
{
	struct kdump_config *config = calloc(1, sizeof(*config));
	int err;

	kd_begin(ctx);
	if (!config)
		return kd_oom(ctx);
	config->refs = 1;
	config->ctx = kdump_ctx_ref(ctx);
	config->snap = kdump_snapshot_ref(snap);
	err = read_watch(config);
	if (!err)
		err = kd_distro_find(ctx, &config->distro);
	if (!err) {
		config->owner = kd_owner_find(ctx, &config->owner_off);
		config->owner_rule = !config->owner && kd_owner_has_rule(ctx);
		config->reserves_at_boot = kd_reserves_at_boot(ctx);
		err = fill(config);
	}
	if (!err)
		err = replay_given(config);
	if (err) {
		kdump_config_unref(config);
		return err;
	}
	*ret = config;
	return 0;
}

KD_API struct kdump_config *kdump_config_ref(struct kdump_config *config)
{
	config->refs++;
	return config;
}

KD_API struct kdump_config *kdump_config_unref(struct kdump_config *config)
{
	if (!config || --config->refs)
		return NULL;
	free(config->kernel.text);
	free(config->initramfs.text);
	free(config->cmdline.text);
	free(config->append);
	free(config->release);
	kd_own_free(&config->own);
	kd_hardware_free(&config->hardware);
	free(config->observed);
	free(config->capture);
	kd_history_unref(config->history);
	free(config->watch);
	kd_kv_free(&config->file);
	kdump_snapshot_unref(config->snap);
	kdump_ctx_unref(config->ctx);
	free(config);
	return NULL;
}

KD_API int kdump_config_set_kernel(struct kdump_config *config, const char *path)
{
	kd_begin(config->ctx);
	config->kernel.given = true;
	kd_record_value(config->ctx, KD_VALUE_KERNEL, path);
	return kd_config_set_value(config, &config->kernel, path, "given");
}

KD_API int kdump_config_set_initramfs(struct kdump_config *config, const char *path)
{
	kd_begin(config->ctx);
	config->initramfs.given = true;
	kd_record_value(config->ctx, KD_VALUE_INITRAMFS, path);
	return kd_config_set_value(config, &config->initramfs, path, "given");
}

static void forget_unless_given(struct kd_value *value)
{
	if (value->given)
		return;
	free(value->text);
	*value = (struct kd_value){ 0 };
}

/* %v of crashctl.conf is expanded as it is read: these paths of it are read once more. */
static int find_again(struct kdump_config *config)
{
	struct kd_own own = { 0 };
	int err = kd_own_read(config->ctx, config->release, &own);

	forget_unless_given(&config->kernel);
	forget_unless_given(&config->initramfs);
	if (!err)
		err = find_files(config, &own);
	kd_own_free(&own);
	return err;
}

KD_API int kdump_config_set_release(struct kdump_config *config, const char *release)
{
	char *copy;
	int err;

	kd_begin(config->ctx);
	if (!*release || strchr(release, '/') || strlen(release) > RELEASE_MAX)
		return kd_fail_id(config->ctx, -EINVAL, "bad-release",
				  "%.64s: no release of a kernel, as uname -r gives it", release);
	copy = strdup(release);
	if (!copy)
		return kd_oom(config->ctx);
	free(config->release);
	config->release = copy;
	err = find_again(config);
	return err ? err : look_around(config);
}

int kd_config_use_inside(struct kdump_config *config)
{
	config->initramfs.given = config->kernel.given;
	return kd_config_set_value(config, &config->initramfs, config->kernel.text,
			 "the .initrd in the kernel's image");
}

KD_API const char *kdump_config_get_kernel(const struct kdump_config *config)
{
	return config->kernel.text;
}

KD_API const char *kdump_config_get_initramfs(const struct kdump_config *config)
{
	return config->initramfs.text;
}

KD_API const char *kdump_config_get_cmdline(const struct kdump_config *config)
{
	return config->cmdline.text;
}

static const char *source_of(const struct kd_value *value)
{
	return value->text ? value->source.s : NULL;
}

KD_API const char *kdump_config_get_kernel_source(const struct kdump_config *config)
{
	return source_of(&config->kernel);
}

KD_API const char *kdump_config_get_initramfs_source(const struct kdump_config *config)
{
	return source_of(&config->initramfs);
}

KD_API const char *kdump_config_get_cmdline_source(const struct kdump_config *config)
{
	return source_of(&config->cmdline);
}

KD_API const char *kdump_config_get_owner(const struct kdump_config *config)
{
	return config->owner;
}
