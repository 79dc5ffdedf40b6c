/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Where the dump goes and how it is unlocked, in a configuration: found, or given. */
#include "config.h"

#include <errno.h>

#include "../parse/crashkernel.h"
#include "luks.h"

/* What is given of LUKS stays whatever target is found or given, before or after. */
static void apply_luks(struct kdump_config *config)
{
	struct kd_devices *devices = &config->target.devices;

	if (!config->luks_given)
		return;
	devices->luks2 = config->has_luks;
	devices->luks_bytes = config->luks_bytes;
	devices->luks_unread = 0;
	devices->luks_keys = false;
	if (config->has_luks)
		devices->layers |= KD_LAYER_CRYPT;
	else
		devices->layers &= ~(unsigned)KD_LAYER_CRYPT;
}

int kd_config_find_target(struct kdump_config *config)
{
	return kd_target_find(config->ctx, config->distro, &config->file, config->cmdline.text,
			      &config->target, &config->dump);
}

KD_API int kdump_config_set_target(struct kdump_config *config, const char *target)
{
	int err;

	kd_begin(config->ctx);
	err = kd_target_parse(config->ctx, target, config->cmdline.text, &config->target);
	if (err == -ENOMEM)
		return err;
	if (err) {
		kd_advise(config->ctx, "name one of none, files:PATH, raw:DEVICE, "
				       "nfs:SERVER:/PATH, ssh:USER@HOST, network, or a path");
		return kd_fail_id(config->ctx, -EINVAL, "bad-target",
				  "%.64s: not a target of a dump", target);
	}
	apply_luks(config);
	return 0;
}

static int read_luks(struct kdump_ctx *ctx, const char *path, struct kd_luks *ret)
{
	struct kd_text why = { "" };
	int err = kd_luks_read(ctx, path, ret, &why);

	if (err == -ENOMEM)
		return kd_oom(ctx);
	if (err)
		return kd_fail_id(ctx, err == -ENOENT || err == -EACCES ? err : -EBADMSG,
				  "luks-unreadable", "%s: %s", path, why.s);
	return 0;
}

KD_API int kdump_config_set_luks(struct kdump_config *config, const char *luks)
{
	struct kd_luks header = { .version = 2 };
	const char *end;
	int err;

	kd_begin(config->ctx);
	if (kd_memparse(luks, &header.bytes, &end) || *end) {
		header.bytes = 0;
		err = kd_streq(luks, "none") ? 0 : read_luks(config->ctx, luks, &header);
		if (err)
			return err;
	}
	config->luks_given = true;
	config->has_luks = !kd_streq(luks, "none");
	config->luks_bytes = header.bytes;
	apply_luks(config);
	return 0;
}
