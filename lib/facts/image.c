/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Images: see image.h. */
#include "image.h"

#include <errno.h>
#include <stdlib.h>

#include "../core/root.h"
#include "../core/sys.h"
#include "cache.h"
#include "facts.h"
#include "kernel-file.h"
#include "record.h"

#define UNPACKED_MAX (64 * KD_GIB)
#define FILES_MAX (16 * KD_MIB)

bool kd_identity_equal(const struct kd_identity *a, const struct kd_identity *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
	       a->mtime == b->mtime && a->mtime_ns == b->mtime_ns &&
	       a->ctime == b->ctime && a->ctime_ns == b->ctime_ns;
}

void kd_identify(const struct stat *st, struct kd_identity *ret)
{
	*ret = (struct kd_identity){
		.dev = st->st_dev,
		.ino = st->st_ino,
		.size = (uint64_t)st->st_size,
		.mtime = st->st_mtim.tv_sec,
		.mtime_ns = st->st_mtim.tv_nsec,
		.ctime = st->st_ctim.tv_sec,
		.ctime_ns = st->st_ctim.tv_nsec,
	};
}

int kd_image_spoil(struct kdump_image *image, struct kd_file *file, int code, const char *id,
		   const char *what)
{
	if (file)
		file->error = code;
	if (!image->error) {
		image->error = code;
		image->error_id = id;
		if (file && file->path)
			kd_text_set(&image->why, "%s: %s", file->path, what);
		else
			kd_text_set(&image->why, "%s", what);
	}
	return code;
}

/*
 * The command, of the distribution's table, for the kernel that is asked about.  kdumpctl
 * and mkdumprd are told of none, and build for the one that runs.
 */
static void build_command(const struct kdump_config *config, struct kd_text *ret)
{
	static const char running[] = "$(uname -r)";
	const char *build = config->distro->build, *mark = strstr(build, running);

	if (!mark && config->release && *config->distro->id &&
	    !(config->snap->release && kd_streq(config->release, config->snap->release)))
		kd_text_set(ret, "once %.64s runs: %s", config->release, build);
	else if (mark && config->release)
		kd_text_set(ret, "%.*s%s%s", (int)(mark - build), build, config->release,
			    mark + sizeof(running) - 1);
	else
		kd_text_set(ret, "%s", build);
}

static void spoil_missing(struct kdump_image *image, struct kd_file *file, bool initramfs)
{
	const struct kdump_config *config = image->config;
	struct kd_text places, what, build;

	if (image->error)
		return;
	kd_config_looked_at(config, initramfs, &places);
	kd_text_set(&what, "no %s found; looked for %s",
		    initramfs ? "crash initramfs" : "kernel image",
		    *places.s ? places.s : "nothing, the running kernel's release is not known");
	kd_image_spoil(image, file, -ENOENT, initramfs ? "no-initramfs" : "no-kernel", what.s);
	build_command(config, &build);
	if (initramfs)
		kd_text_set(&image->advice, "build it (%.512s), or name one with --initramfs",
			    build.s);
	else if (config->boot_missing)
		kd_text_set(&image->advice, "/boot is not mounted: mount /boot");
	else
		kd_text_set(&image->advice, "name one with --kernel");
}

/* To one of the few that the header promises; the text has the system's own word. */
static void spoil_unopened(struct kdump_image *image, struct kd_file *file, int err)
{
	switch (err) {
	case -EISDIR:
	case -EINVAL:
	case -ENXIO:
		kd_image_spoil(image, file, -EINVAL, "file-unusable", "is no regular file");
		break;
	case -ELOOP:
		kd_image_spoil(image, file, -EINVAL, "file-unusable", kd_errno_text(err));
		break;
	case -ENOENT:
	case -ENOTDIR:
		kd_image_spoil(image, file, -ENOENT, "file-missing", kd_errno_text(err));
		break;
	case -EACCES:
		kd_image_spoil(image, file, err, "file-unreadable", kd_errno_text(err));
		if (!*image->advice.s)
			kd_text_set(&image->advice, "ask again as root");
		break;
	case -ENOMEM:
		kd_image_spoil(image, file, err, "out-of-memory", kd_errno_text(err));
		break;
	default:
		kd_image_spoil(image, file, -EIO, "file-unusable", kd_errno_text(err));
	}
}

static void open_one(struct kdump_image *image, struct kd_file *file,
		     const struct kd_value *value, bool initramfs)
{
	struct stat st;
	int fd;

	file->fd = -1;
	if (!value->text) {
		/* Of another machine's kernel it is not known yet what is in it. */
		if (!initramfs || !image->ctx->replayed || image->kernel.fd >= 0)
			spoil_missing(image, file, initramfs);
		return;
	}
	file->path = strdup(value->text);
	if (!file->path) {
		kd_image_spoil(image, file, -ENOMEM, "out-of-memory", "out of memory");
		return;
	}
	/* What is no file of this machine stands in the facts. */
	if (image->ctx->replayed && !value->given)
		return;
	fd = kd_root_open_given(image->ctx, file->path, &st);
	if (fd < 0) {
		spoil_unopened(image, file, fd);
		return;
	}
	file->fd = fd;
	kd_identify(&st, &file->id);
	if (!st.st_size)
		kd_image_spoil(image, file, -EBADMSG, "file-empty", "is empty");
}

static void open_both(struct kdump_image *image)
{
	open_one(image, &image->kernel, &image->config->kernel, false);
	if (!image->error && image->kernel.fd >= 0)
		kd_image_look_inside(image);
	open_one(image, &image->initramfs, &image->config->initramfs, true);
	/* Whether it still is that is seen before a load. */
	if (image->initramfs_inside)
		image->initramfs.id = image->kernel.id;
	else
		image->initramfs_bytes = image->initramfs.id.size;
}

/* A new mode or name changes the inode's times and nothing of the content. */
static enum kd_kept compare_content(struct kdump_ctx *ctx, const struct kd_record_file *file)
{
	char sha256[KD_SHA256_HEX];
	struct stat st;
	int fd, err;

	fd = kd_root_open_regular(ctx, file->path, &st);
	if (fd < 0)
		return fd == -EACCES ? KD_KEPT_UNKNOWN : KD_KEPT_CHANGED;
	err = kd_hash_file(fd, sha256);
	kd_sys_close(fd);
	if (err)
		return KD_KEPT_UNKNOWN;
	return kd_streq(sha256, file->sha256) ? KD_KEPT : KD_KEPT_CHANGED;
}

/* stat needs no right to read the file, so anyone can ask; it is read only where that differs. */
static enum kd_kept find_kept(struct kdump_ctx *ctx, const struct kd_record_file *file)
{
	struct kd_identity now;
	struct stat st;
	int err = kd_root_stat(ctx, file->path, &st);

	if (err == -ENOENT || err == -ENOTDIR)
		return KD_KEPT_GONE;
	if (err)
		return KD_KEPT_UNKNOWN;
	kd_identify(&st, &now);
	if (kd_identity_equal(&now, &file->id))
		return KD_KEPT;
	return now.size == file->id.size ? compare_content(ctx, file) : KD_KEPT_CHANGED;
}

/* What we loaded ourselves was read then; the same files need no second look. */
static int take_record(struct kdump_image *image)
{
	struct kd_record *record = calloc(1, sizeof(*record));
	int found = record ? kd_record_read(image->ctx, KD_RECORD_PATH, record) : -ENOMEM;

	if (found > 0 && kd_record_is_overtaken(record, image->config->snap)) {
		image->overtaken = true;
		kd_record_free(record);
		found = 0;
	}
	if (found <= 0) {
		free(record);
		return found;
	}
	image->record = record;
	image->kernel_kept = find_kept(image->ctx, &record->kernel);
	image->initramfs_kept = find_kept(image->ctx, &record->initramfs);
	if (!image->error && record->has_sums &&
	    kd_identity_equal(&record->kernel.id, &image->kernel.id) &&
	    kd_identity_equal(&record->initramfs.id, &image->initramfs.id)) {
		image->sums = record->sums;
		image->contents = record->contents;
		record->contents = (struct kd_contents){ .maker = KD_MAKER_UNKNOWN };
		image->complete = image->kernel_known = image->initramfs_known = true;
		return kd_image_compose(image);
	}
	return 0;
}

/* No initramfs was found there: then one can only be in the kernel. */
static int take_inside(struct kdump_image *image, int err)
{
	int found = err ? 0 : kd_image_replay_inside(image);

	if (!found)
		spoil_missing(image, &image->initramfs, true);
	return found < 0 ? found : 0;
}

/* Of the files that are not open. */
static int take_facts(struct kdump_image *image)
{
	const char *why = kd_replay_value(image->ctx, KD_VALUE_IMAGE_ERROR);
	int err;

	image->kernel_known = image->kernel.fd < 0;
	image->initramfs_known = image->initramfs.fd < 0;
	if (image->error || (!image->kernel_known && !image->initramfs_known))
		return 0;
	err = kd_image_replay(image);
	if (!image->initramfs.path && err != -ENOMEM)
		return take_inside(image, err);
	if (!err)
		image->initramfs_bytes = image->initramfs.id.size;
	if (!err || err == -ENOMEM)
		return err;
	kd_image_spoil(image, NULL, -ENODATA, "image-not-recorded",
		       why ? why : "the facts do not hold what is in kernel and initramfs");
	kd_text_set(&image->advice, "write the facts again there, as root, or name a kernel and "
		    "an initramfs of this machine");
	return 0;
}

KD_API int kdump_image_new(struct kdump_ctx *ctx, struct kdump_config *config,
			   struct kdump_image **ret)
{
	struct kdump_image *image = calloc(1, sizeof(*image));
	int err;

	kd_begin(ctx);
	if (!image)
		return kd_oom(ctx);
	image->refs = 1;
	image->ctx = kdump_ctx_ref(ctx);
	image->config = kdump_config_ref(config);
	image->error_id = "";
	open_both(image);
	if (!ctx->replayed)
		kd_build_read(ctx, config->snap, &image->build);
	err = ctx->replayed ? take_facts(image) : take_record(image);
	if (image->error == -ENOMEM || err == -ENOMEM) {
		kdump_image_unref(image);
		return kd_oom(ctx);
	}
	*ret = image;
	return 0;
}

KD_API struct kdump_image *kdump_image_ref(struct kdump_image *image)
{
	image->refs++;
	return image;
}

static void end_reading(struct kdump_image *image)
{
	kd_kernel_walker_free(image->kernel_walker);
	image->kernel_walker = NULL;
	kd_initramfs_walker_free(image->walker);
	image->walker = NULL;
	free(image->chunk);
	image->chunk = NULL;
}

KD_API struct kdump_image *kdump_image_unref(struct kdump_image *image)
{
	if (!image || --image->refs)
		return NULL;
	end_reading(image);
	if (image->kernel.fd >= 0)
		kd_sys_close(image->kernel.fd);
	if (image->initramfs.fd >= 0)
		kd_sys_close(image->initramfs.fd);
	if (image->record)
		kd_record_free(image->record);
	free(image->record);
	free(image->cmdline);
	kd_contents_free(&image->contents);
	free(image->kernel.path);
	free(image->initramfs.path);
	kdump_config_unref(image->config);
	kdump_ctx_unref(image->ctx);
	free(image);
	return NULL;
}

ssize_t kd_image_read_chunk(struct kdump_image *image, const struct kd_file *file,
			    uint64_t offset)
{
	size_t done = 0;
	ssize_t n;

	while (done < KD_IMAGE_CHUNK) {
		n = kd_sys_pread(file->fd, image->chunk + done, KD_IMAGE_CHUNK - done,
				 offset + done);
		if (n < 0)
			return n;
		if (!n)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

/*
 * What the whole machine could not hold need not be unpacked to its end, nor
 * what has grown a thousandfold: that is no initramfs but an attack on whoever
 * looks into it.
 */
#define GROWTH_MAX 1000

static uint64_t most_unpacked(const struct kdump_image *image)
{
	uint64_t ram = kd_snapshot_ram(image->config->snap);
	uint64_t grown = kd_add(KD_GIB, kd_mul(image->initramfs.id.size, GROWTH_MAX));

	return kd_min(kd_min(grown, UNPACKED_MAX), ram ? ram : UNPACKED_MAX);
}

/* The same files as another time need no second look. */
static int take_cache(struct kdump_image *image)
{
	int r = kd_cache_read_kernel(image->ctx, &image->kernel.id, &image->sums.kernel);

	if (r < 0)
		return r;
	if (r) {
		image->kernel_known = true;
		image->kernel_offset = image->kernel.id.size;
		kd_kernel_file_check(image);
	}
	r = kd_cache_read_initramfs(image->ctx, &image->initramfs.id, &image->sums.initramfs,
				    &image->contents);
	if (r < 0)
		return r;
	if (r) {
		image->initramfs_known = true;
		image->offset = image->initramfs_bytes;
	}
	return 0;
}

static int new_walkers(struct kdump_image *image)
{
	const struct kd_initramfs_limits limits = {
		.unpacked = most_unpacked(image),
		.files = FILES_MAX,
	};
	int err = 0;

	if (!image->kernel_known) {
		err = kd_kernel_walker_new(image->kernel.id.size, &image->kernel_walker);
		kd_sys_read_ahead(image->kernel.fd);
	}
	if (!err && !image->initramfs_known) {
		err = kd_initramfs_walker_new(&limits, &image->walker);
		kd_sys_read_ahead(image->initramfs.fd);
	}
	return err;
}

static void begin_reading(struct kdump_image *image)
{
	image->chunk = malloc(KD_IMAGE_CHUNK);
	if (!image->chunk || take_cache(image) || new_walkers(image))
		kd_image_spoil(image, NULL, -ENOMEM, "out-of-memory", "out of memory");
}

static int walker_failed(struct kdump_image *image, int err, const char *why)
{
	if (!image->error && err != -ENOMEM)
		kd_text_set(&image->advice, "build it again (%s)", image->config->distro->build);
	end_reading(image);
	return kd_image_spoil(image, &image->initramfs, err,
		     err == -EFBIG ? "initramfs-too-big" : "initramfs-broken", why);
}

static ssize_t next_chunk(struct kdump_image *image)
{
	uint64_t at = kd_add(image->initramfs_offset, image->offset);
	ssize_t n = kd_image_read_chunk(image, &image->initramfs, at);

	if (n < 0 || !image->initramfs_inside)
		return n;
	return (ssize_t)kd_min((uint64_t)n, image->initramfs_bytes - image->offset);
}

/* Of the initramfs. */
static int read_some(struct kdump_image *image)
{
	struct kd_text why;
	ssize_t n = 0;
	int err;

	for (unsigned i = 0; i < KD_IMAGE_CHUNKS; i++) {
		n = next_chunk(image);
		if (n < 0)
			return walker_failed(image, (int)n, kd_errno_text((int)n));
		image->offset += (uint64_t)n;
		err = kd_initramfs_walker_feed(image->walker, image->chunk, (size_t)n, &why);
		if (err)
			return walker_failed(image, err, why.s);
		if (n < (ssize_t)KD_IMAGE_CHUNK)
			break;
	}
	if (n == (ssize_t)KD_IMAGE_CHUNK)
		return 0;
	if (image->initramfs_inside && image->offset < image->initramfs_bytes)
		return walker_failed(image, -EBADMSG, "cut: the file ends in its .initrd");
	err = kd_initramfs_walker_finish(image->walker, &image->sums.initramfs, &why);
	if (err)
		return walker_failed(image, err, why.s);
	kd_initramfs_walker_take_contents(image->walker, &image->contents);
	kd_initramfs_walker_free(image->walker);
	image->walker = NULL;
	return 0;
}

static void complete(struct kdump_image *image)
{
	end_reading(image);
	if (kd_image_compose(image))
		kd_image_spoil(image, NULL, -ENOMEM, "out-of-memory", "out of memory");
	else
		image->complete = true;
}

/* Told again at each call, for the context's error may have been cleared since. */
static int tell(struct kdump_image *image)
{
	if (*image->advice.s)
		kd_advise(image->ctx, "%s", image->advice.s);
	return kd_fail_id(image->ctx, image->error, image->error_id, "%s", image->why.s);
}

KD_API int kdump_image_read(struct kdump_image *image)
{
	kd_begin(image->ctx);
	if (image->complete)
		return 0;
	if (!image->error && !image->chunk)
		begin_reading(image);
	if (!image->error && image->kernel_walker) {
		if (!kd_kernel_file_read(image))
			kd_image_check_inside(image);
	} else if (!image->error && image->walker)
		read_some(image);
	if (!image->error && !image->kernel_walker && !image->walker)
		complete(image);
	if (image->error)
		return tell(image);
	return image->complete ? 0 : KDUMP_AGAIN;
}

KD_API void kdump_image_get_progress(const struct kdump_image *image, uint64_t *done,
				     uint64_t *total)
{
	*total = kd_add(image->kernel.id.size, image->initramfs_bytes);
	*done = image->complete ? *total : kd_add(image->kernel_offset, image->offset);
}

KD_API const char *kdump_image_get_release(const struct kdump_image *image)
{
	return image->sums.kernel.release;
}

KD_API uint64_t kdump_image_get_kernel_size(const struct kdump_image *image)
{
	return image->kernel.id.size;
}

KD_API uint64_t kdump_image_get_initramfs_size(const struct kdump_image *image)
{
	return image->initramfs_bytes;
}

KD_API uint64_t kdump_image_get_initramfs_unpacked(const struct kdump_image *image)
{
	return kd_initramfs_in_tmpfs(&image->sums.initramfs,
				     kd_config_page_size(image->config));
}

KD_API uint64_t kdump_image_get_initramfs_files(const struct kdump_image *image)
{
	return image->sums.initramfs.files;
}
