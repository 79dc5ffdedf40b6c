/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The kernel itself, unpacked: see vmlinux.h. */
#include "vmlinux.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

/* init/do_mounts.c:initramfs_options_setup(); its NUL tells it from a part of another. */
static const char options[] = "initramfs_options=";

/* init/version.c:linux_banner */
static const char banner[] = "Linux version ";

static struct kd_finder finder(const char *text, size_t len)
{
	return (struct kd_finder){ .text = text, .len = len };
}

void kd_vmlinux_init(struct kd_vmlinux *v)
{
	v->form = KD_VMLINUX_NEW;
	v->head_len = v->release_len = 0;
	v->options_found = v->in_release = false;
	v->options = finder(options, sizeof(options));
	v->banner = finder(banner, sizeof(banner) - 1);
	kd_elf_init(&v->elf);
}

/* The first byte behind the text, in @data; NULL = not yet. */
static const char *find(struct kd_finder *f, const char *data, size_t len)
{
	size_t n = kd_min(len, f->len - 1);
	const char *p = NULL;

	if (f->kept) {
		memcpy(f->last + f->kept, data, n);
		p = memmem(f->last, f->kept + n, f->text, f->len);
		if (p)
			p = data + (p + f->len - (f->last + f->kept));
	}
	if (!p) {
		p = memmem(data, len, f->text, f->len);
		p = p ? p + f->len : NULL;
	}
	if (len >= f->len - 1) {
		f->kept = f->len - 1;
		memcpy(f->last, data + len - f->kept, f->kept);
		return p;
	}
	n = kd_min(f->kept + len, f->len - 1);
	if (!f->kept)
		memcpy(f->last, data, len);
	else
		memmove(f->last, f->last + f->kept + len - n, n);
	f->kept = n;
	return p;
}

static bool is_complete(const struct kd_vmlinux *v)
{
	return v->release_len && !v->in_release;
}

/* Up to the blank; the format string of a banner has "%s" there, and is passed over. */
static void copy_release(struct kd_vmlinux *v, const char *p, const char *end)
{
	for (; p < end && v->in_release; p++) {
		if (v->release_len + 1 < sizeof(v->release) && *p > ' ' && *p < 0x7f) {
			v->release[v->release_len++] = *p;
			continue;
		}
		v->in_release = false;
		v->release[v->release_len] = '\0';
		if (*p != ' ' || v->release[0] < '0' || v->release[0] > '9')
			v->release_len = 0;
	}
}

static void find_release(struct kd_vmlinux *v, const char *data, size_t len)
{
	const char *end = data + len, *p;

	copy_release(v, data, end);
	while (!v->in_release && !is_complete(v) && data < end) {
		p = find(&v->banner, data, (size_t)(end - data));
		if (!p)
			return;
		v->banner.kept = 0;
		v->in_release = true;
		copy_release(v, p, end);
		data = p;
	}
}

static int take_head(struct kd_vmlinux *v, struct kd_text *why)
{
	if (kd_elf_probe(v->head, v->head_len))
		v->form = KD_VMLINUX_ELF;
	else if (kd_image_probe(v->head, v->head_len))
		v->form = KD_VMLINUX_IMAGE;
	else
		return kd_why(why, -ENOEXEC, "neither an ELF file nor an Image");
	return 0;
}

int kd_vmlinux_feed(struct kd_vmlinux *v, uint64_t offset, const void *data, size_t len,
		    struct kd_text *why)
{
	size_t n = offset == v->head_len ? kd_min(len, sizeof(v->head) - v->head_len) : 0;
	int err;

	memcpy(v->head + v->head_len, data, n);
	v->head_len += n;
	if (v->form == KD_VMLINUX_NEW && v->head_len == sizeof(v->head)) {
		err = take_head(v, why);
		if (err)
			return err;
	}
	if (v->form != KD_VMLINUX_IMAGE) {
		err = kd_elf_feed(&v->elf, offset, data, len, why);
		if (err)
			return err;
		len = (size_t)kd_min(len, kd_sub_floor(kd_elf_loaded(&v->elf), offset));
	}
	v->options_found = v->options_found || find(&v->options, data, len);
	find_release(v, data, len);
	return 0;
}

uint64_t kd_vmlinux_next(const struct kd_vmlinux *v, uint64_t offset)
{
	return v->form == KD_VMLINUX_ELF ? kd_elf_next(&v->elf, offset) : offset;
}

static int take_elf(struct kd_vmlinux *v, uint64_t size, struct kd_kernel *out,
		    struct kd_text *why)
{
	struct kd_elf_sums sums;
	int err = kd_elf_finish(&v->elf, size, &sums, why);

	if (err)
		return err;
	if (*out->arch && !kd_streq(out->arch, sums.arch))
		return kd_why(why, -EBADMSG, "the kernel inside is one for %s", sums.arch);
	if (out->kind == KD_KERNEL_UNKNOWN) {
		out->kind = KD_KERNEL_ELF;
		snprintf(out->arch, sizeof(out->arch), "%s", sums.arch);
		out->init_size = sums.span;
		out->alignment = sums.align;
	}
	if (sums.span > out->init_size)
		return kd_why(why, -EBADMSG, "the kernel inside needs %" PRIu64
			      " bytes, init_size is %" PRIu64, sums.span, out->init_size);
	out->resident = sums.resident;
	out->text = sums.text;
	out->data = sums.data;
	out->bss = sums.bss;
	out->init = sums.init;
	out->percpu = sums.percpu;
	return 0;
}

int kd_vmlinux_finish(struct kd_vmlinux *v, uint64_t size, struct kd_kernel *ret,
		      struct kd_text *why)
{
	struct kd_kernel out = *ret;
	int err = v->form == KD_VMLINUX_NEW ? take_head(v, why) : 0;

	if (err)
		return err;
	if (v->form == KD_VMLINUX_ELF)
		err = take_elf(v, size, &out, why);
	else if (out.kind == KD_KERNEL_UNKNOWN)
		err = kd_image_parse(v->head, v->head_len, size, &out, why);
	else
		err = kd_why(why, -EBADMSG, "the kernel inside is no ELF file");
	if (err)
		return err;
	if (!*out.release && is_complete(v))
		memcpy(out.release, v->release, v->release_len + 1);
	out.initramfs_options = v->options_found;
	out.unpacked_size = size;
	*ret = out;
	return 0;
}
