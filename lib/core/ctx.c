/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Contexts and how failures are told: see ctx.h, error.h. */
#define _GNU_SOURCE
#include "ctx.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>

#include "root.h"
#include "sys.h"

#define STRING(x) #x
#define DOTTED(a, b, c) STRING(a) "." STRING(b) "." STRING(c)

KD_API const char *kdump_library_get_version(void)
{
	return DOTTED(KDUMP_VERSION_MAJOR, KDUMP_VERSION_MINOR, KDUMP_VERSION_PATCH);
}

KD_API int kdump_ctx_new(struct kdump_ctx **ret)
{
	struct kdump_ctx *ctx = calloc(1, sizeof(*ctx));

	if (!ctx)
		return -ENOMEM;
	ctx->refs = 1;
	ctx->live = true;
	ctx->error_id = "";
	ctx->lock_timeout = 10000;
	ctx->root_path = strdup("/");
	if (!ctx->root_path) {
		free(ctx);
		return -ENOMEM;
	}
	ctx->root = kd_sys_open(AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0, 0);
	if (ctx->root < 0) {
		int err = ctx->root;

		free(ctx->root_path);
		free(ctx);
		return err;
	}
	*ret = ctx;
	return 0;
}

KD_API struct kdump_ctx *kdump_ctx_ref(struct kdump_ctx *ctx)
{
	ctx->refs++;
	return ctx;
}

KD_API struct kdump_ctx *kdump_ctx_unref(struct kdump_ctx *ctx)
{
	if (!ctx || --ctx->refs)
		return NULL;
	kd_sys_close(ctx->root);
	kd_answers_free(ctx->recorded);
	kd_answers_free(ctx->replayed);
	free(ctx->root_path);
	free(ctx);
	return NULL;
}

static bool is_machine_root(int fd)
{
	int root = kd_sys_open(AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0, 0);
	struct stat x, y;
	bool same;

	if (root < 0)
		return false;
	same = !kd_sys_fstat(fd, &x) && !kd_sys_fstat(root, &y) && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
	kd_sys_close(root);
	return same;
}

KD_API int kdump_ctx_set_root(struct kdump_ctx *ctx, const char *path)
{
	char *copy;
	bool live;
	int fd, probe;

	kd_begin(ctx);
	if (ctx->replayed)
		return kd_fail_id(ctx, -EINVAL, "root-unusable",
				  "%s: the context has a facts file", path);
	fd = kd_sys_open(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0, 0);
	if (fd < 0)
		return kd_fail_id(ctx, fd, "root-unusable", "%s: %s", path, kd_errno_text(fd));
	live = is_machine_root(fd);
	if (!live) {
		probe = kd_sys_open(fd, ".", O_PATH | O_DIRECTORY, 0, RESOLVE_IN_ROOT);
		if (probe < 0) {
			kd_sys_close(fd);
			return kd_fail_id(ctx, probe, "root-unusable",
					  "%s: links cannot be kept below it (openat2: %s)", path,
					  kd_errno_text(probe));
		}
		kd_sys_close(probe);
	}
	copy = strdup(path);
	if (!copy) {
		kd_sys_close(fd);
		return kd_oom(ctx);
	}
	kd_sys_close(ctx->root);
	free(ctx->root_path);
	ctx->root = fd;
	ctx->root_path = copy;
	ctx->live = live;
	return 0;
}

KD_API const char *kdump_ctx_get_root(const struct kdump_ctx *ctx)
{
	return ctx->root_path;
}

KD_API bool kdump_ctx_is_live(const struct kdump_ctx *ctx)
{
	return ctx->live;
}

KD_API const char *kdump_ctx_get_error(const struct kdump_ctx *ctx)
{
	return ctx->error.s;
}

KD_API const char *kdump_ctx_get_error_id(const struct kdump_ctx *ctx)
{
	return ctx->error_id;
}

KD_API const char *kdump_ctx_get_advice(const struct kdump_ctx *ctx)
{
	return ctx->advice.s;
}

KD_API void kdump_ctx_set_log_fn(struct kdump_ctx *ctx, kdump_log_fn *fn, void *data)
{
	ctx->log = fn;
	ctx->log_data = data;
}

KD_API void kdump_ctx_set_lock_timeout(struct kdump_ctx *ctx, unsigned milliseconds)
{
	ctx->lock_timeout = milliseconds;
}

KD_API void kdump_ctx_set_cache(struct kdump_ctx *ctx, bool use)
{
	ctx->no_cache = !use;
}

void kd_begin(struct kdump_ctx *ctx)
{
	kd_text_clear(&ctx->error);
	kd_text_clear(&ctx->advice);
	ctx->error_id = "";
}

int kd_fail(struct kdump_ctx *ctx, int code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	kd_text_vprepend(&ctx->error, fmt, args);
	va_end(args);
	return code;
}

int kd_fail_id(struct kdump_ctx *ctx, int code, const char *id, const char *fmt, ...)
{
	va_list args;

	if (!*ctx->error_id)
		ctx->error_id = id;
	va_start(args, fmt);
	kd_text_vprepend(&ctx->error, fmt, args);
	va_end(args);
	return code;
}

void kd_advise(struct kdump_ctx *ctx, const char *fmt, ...)
{
	va_list args;

	if (*ctx->advice.s)
		return;
	va_start(args, fmt);
	kd_text_vset(&ctx->advice, fmt, args);
	va_end(args);
}

int kd_oom(struct kdump_ctx *ctx)
{
	kd_text_set(&ctx->error, "out of memory");
	ctx->error_id = "out-of-memory";
	return -ENOMEM;
}

void kd_log(struct kdump_ctx *ctx, int priority, const char *fmt, ...)
{
	struct kd_text text;
	va_list args;

	if (!ctx->log)
		return;
	va_start(args, fmt);
	kd_text_vset(&text, fmt, args);
	va_end(args);
	ctx->log(ctx->log_data, priority, text.s);
}

const char *kd_errno_text(int code)
{
	const char *text = strerrordesc_np(code < 0 ? -code : code);

	return text ? text : "unknown error";
}
