/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What was named at the load, not found by the configuration: whoever loads the
 * same again, because the machine has changed, has to name it again.
 */
#include "config.h"
#include "record.h"

static int name_again(struct kdump_config *config, struct kd_value *value, bool given,
		      const char *text)
{
	int err;

	if (!given || value->given)
		return 0;
	err = kd_config_set_value(config, value, text, "given at the load");
	value->given = !err;
	return err;
}

KD_API int kdump_config_set_as_loaded(struct kdump_config *config)
{
	struct kd_record record;
	int found, err;

	kd_begin(config->ctx);
	if (config->snap->kexec.loaded != 1)
		return 0;
	found = kd_record_read(config->ctx, KD_RECORD_PATH, &record);
	if (found <= 0)
		return found ? kd_oom(config->ctx) : 0;
	err = name_again(config, &config->kernel, record.given & KD_GIVEN_KERNEL,
			 record.kernel.path);
	if (!err)
		err = name_again(config, &config->initramfs, record.given & KD_GIVEN_INITRAMFS,
				 record.initramfs.path);
	if (!err)
		err = name_again(config, &config->cmdline, record.given & KD_GIVEN_CMDLINE,
				 record.configured);
	/* Whoever did not ask for segments had no other choice: nor has who comes after. */
	if (!err && config->call == KDUMP_SYSCALL_AUTO && record.call == KDUMP_SYSCALL_SEGMENTS)
		config->call = record.call;
	kd_record_free(&record);
	return err;
}
