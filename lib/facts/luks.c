/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* LUKS headers from devices: see luks.h. */
#include "luks.h"

#include "../core/root.h"

int kd_luks_read(struct kdump_ctx *ctx, const char *path, struct kd_luks *ret,
		 struct kd_text *why)
{
	struct kd_buf buf;
	size_t need;
	int err;

	err = kd_root_read_head(ctx, path, KD_LUKS_HEAD, &buf);
	if (!err) {
		need = kd_luks_need(buf.data, buf.len);
		kd_buf_free(&buf);
		err = kd_root_read_head(ctx, path, need, &buf);
	}
	if (err)
		return kd_why(why, err, "%s", kd_errno_text(err));
	err = kd_luks_parse(buf.data, buf.len, ret, why);
	kd_buf_free(&buf);
	return err;
}
