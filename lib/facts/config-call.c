/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* How an image is loaded, and what else crashctl.conf says besides the image. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "../parse/conf.h"
#include "../parse/crashkernel.h"

/* kexec(8): the last of these holds, and -a falls back as we do. */
static const struct {
	const char *arg;
	enum kdump_syscall call;
} kexec_args[] = {
	{ "-s", KDUMP_SYSCALL_FILE },
	{ "--kexec-file-syscall", KDUMP_SYSCALL_FILE },
	{ "-c", KDUMP_SYSCALL_SEGMENTS },
	{ "--kexec-syscall", KDUMP_SYSCALL_SEGMENTS },
	{ "-a", KDUMP_SYSCALL_AUTO },
	{ "--kexec-syscall-auto", KDUMP_SYSCALL_AUTO },
};

static void take_kexec_args(struct kdump_config *config)
{
	const char *p = kd_config_configured(config, config->distro->args_key);

	while (p && *p) {
		size_t len;

		p += strspn(p, " \t\n");
		len = strcspn(p, " \t\n");
		for (size_t i = 0; i < KD_ARRAY_SIZE(kexec_args); i++) {
			const char *arg = kexec_args[i].arg;

			if (strlen(arg) != len || memcmp(arg, p, len))
				continue;
			config->call = kexec_args[i].call;
			kd_text_set(&config->call_source, "%s", config->distro->config_file);
		}
		p += len;
	}
}

static void take_call(struct kdump_config *config)
{
	const struct kd_own *own = &config->own;

	config->call = KDUMP_SYSCALL_AUTO;
	take_kexec_args(config);
	if (own->call.text && kd_call_parse(own->call.text, &config->call))
		kd_text_set(&config->call_source, "%s", own->call.file);
	config->keep_last_good = true;
	if (own->keep.text && kd_conf_yes(own->keep.text, &config->keep_last_good))
		kd_text_set(&config->keep_source, "%s", own->keep.file);
}

/* "20%" or a size. */
static int set_margin(struct kdump_config *config, const char *text)
{
	size_t digits = strspn(text, "0123456789");
	const char *end;
	uint64_t bytes;

	if (digits && digits < 8 && kd_streq(text + digits, "%"))
		return kdump_config_set_margin(config, (unsigned)strtoul(text, NULL, 10), 0);
	kd_begin(config->ctx);
	if (kd_memparse(text, &bytes, &end) || *end)
		return kd_fail(config->ctx, -EINVAL, "neither a percentage nor a size");
	return kdump_config_set_margin(config, 0, bytes);
}

static int take(struct kdump_config *config, struct kd_setting *setting, const char *key,
		int (*set)(struct kdump_config *config, const char *text))
{
	struct kd_text why;
	const char *text;
	int err;

	if (!setting->text)
		return 0;
	err = set(config, setting->text);
	if (!err || err == -ENOMEM)
		return err;
	text = kdump_ctx_get_error(config->ctx);
	kd_text_set(&why, "%s%s%s", kd_starts(text, key) ? "" : key,
		    kd_starts(text, key) ? "" : ": ", text);
	kd_begin(config->ctx);
	return kd_own_ignore(config->ctx, &config->own, setting, why.s);
}

int kd_config_take_own(struct kdump_config *config)
{
	struct kd_own *own = &config->own;
	int err;

	take_call(config);
	err = take(config, &own->margin, "margin", set_margin);
	if (!err)
		err = take(config, &own->target, "target", kdump_config_set_target);
	return err ? err : take(config, &own->luks, "luks", kdump_config_set_luks);
}

KD_API int kdump_config_set_syscall(struct kdump_config *config, enum kdump_syscall call)
{
	kd_begin(config->ctx);
	if ((unsigned)call > KDUMP_SYSCALL_SEGMENTS)
		return kd_fail_id(config->ctx, -EINVAL, "bad-syscall",
				  "system call %u: not one of auto, file, segments",
				  (unsigned)call);
	config->call = call;
	config->call_given = true;
	kd_text_set(&config->call_source, "given");
	return 0;
}

KD_API enum kdump_syscall kdump_config_get_syscall(const struct kdump_config *config)
{
	return config->call;
}

KD_API const char *kdump_config_get_syscall_source(const struct kdump_config *config)
{
	return *config->call_source.s ? config->call_source.s : NULL;
}

KD_API bool kdump_config_keeps_last_good(const struct kdump_config *config)
{
	return config->keep_last_good;
}

KD_API const char *kdump_config_get_keep_source(const struct kdump_config *config)
{
	return *config->keep_source.s ? config->keep_source.s : NULL;
}

KD_API const char *kdump_config_get_reserve(const struct kdump_config *config)
{
	return config->own.reserve.text;
}

KD_API const char *kdump_config_get_reserve_source(const struct kdump_config *config)
{
	return config->own.reserve.file;
}

KD_API bool kdump_config_loads_module(const struct kdump_config *config)
{
	bool yes = false;

	return config->own.module.text && kd_conf_yes(config->own.module.text, &yes) && yes;
}

KD_API const char *kdump_config_get_module_source(const struct kdump_config *config)
{
	return config->own.module.file;
}

KD_API size_t kdump_config_count_ignored(const struct kdump_config *config)
{
	return config->own.n_ignored;
}

KD_API const char *kdump_config_get_ignored(const struct kdump_config *config, size_t i)
{
	return i < config->own.ignored.n ? config->own.ignored.v[i] : NULL;
}
