/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What a kernel image says of itself, whatever its form: what a load needs,
 * from its header, and what stays in memory, from the kernel inside.
 */
#ifndef KD_PARSE_KERNEL_H
#define KD_PARSE_KERNEL_H

#include "../core/text.h"
#include "codec.h"

enum kd_kernel_kind {
	KD_KERNEL_UNKNOWN,
	KD_KERNEL_BZIMAGE,		/* x86 */
	KD_KERNEL_IMAGE,		/* arm64, riscv, loongarch: arch says which */
	KD_KERNEL_ELF,			/* vmlinux */
	KD_KERNEL_S390,
};

/*
 * What had to be opened to find it; kexec_file_load() takes none of these but
 * the first: facts/unpack.h.
 */
enum kd_kernel_container {
	KD_KERNEL_BARE,
	KD_KERNEL_COMPRESSED,		/* Image.gz and the like */
	KD_KERNEL_ZBOOT,		/* EFI zboot: vmlinuz.efi */
	KD_KERNEL_UKI,			/* unified kernel image, whatever form is in its .linux */
};

struct kd_kernel {
	enum kd_kernel_kind kind;
	enum kd_kernel_container container;
	char arch[16];			/* as uname -m and kd_arch have it */
	char release[128];		/* as uname -r; "" where the image does not say */
	uint64_t init_size;		/* bytes in one piece that the load needs */
	uint64_t alignment;		/* of that piece, a power of two */
	uint64_t pref_address;		/* x86: it is not loaded below; 0 any */
	uint64_t cmdline_size;		/* longest command line, without the NUL; 0 unknown */
	uint64_t text_offset;		/* arm64: where the image begins in that piece */
	uint64_t page_size;		/* that it is built for; 0 unknown */
	/* The image: the whole file, or .linux of a UKI.  Size 0 = was not recorded. */
	uint64_t image_offset, image_size;
	/* Where the kernel itself lies in the file, in the image. */
	enum kd_codec codec;
	uint64_t payload_offset, payload_size;
	uint64_t unpacked_size;		/* bytes it unpacks to; 0 unknown */
	/*
	 * From the kernel itself, bytes; all 0, and initramfs_options -1, where it
	 * could not be unpacked here.  resident is what the running kernel holds of
	 * its own image until it frees init: not what is only there while it unpacks.
	 */
	uint64_t resident;
	uint64_t text, data, bss;	/* as size(1) adds them up */
	uint64_t init;			/* of resident: free_initmem() gives it back */
	uint64_t percpu;		/* the template: as much for each CPU */
	int64_t initramfs_options;	/* does it know that word? 1, 0, -1 not known */
	/* UKI: what else it carries, in the file; size 0 = none. */
	uint64_t initrd_offset, initrd_size;
	uint64_t cmdline_offset, cmdline_bytes;
	uint64_t uname_offset, uname_bytes;
};

/* Is what is resident read from the kernel itself, not to be modelled? */
static inline bool kd_kernel_is_exact(const struct kd_kernel *kernel)
{
	return kernel->resident;
}

/* "a bzImage", "a UKI": what the file is. */
const char *kd_kernel_form(const struct kd_kernel *kernel);

/* By the first bytes of a file: a UKI, if it has a .linux. */
bool kd_uki_probe(const void *head, size_t len);

/* Reads an image of any form piece by piece, in constant memory. */
struct kd_kernel_walker;

int kd_kernel_walker_new(uint64_t file_size, struct kd_kernel_walker **ret);	/* -ENOMEM */

/* The byte of the file to go on with, for not all are looked at; file_size = no more. */
uint64_t kd_kernel_walker_next(const struct kd_kernel_walker *w);

/*
 * Takes bytes that stand there.  -ENOEXEC not a kernel; -ENOTSUP one that
 * kexec_file_load() would not take, or nothing here can look into; -EBADMSG
 * broken; -EFBIG unpacks to more than a kernel can have; -ENOMEM.  After an
 * error only free may be called.
 */
int kd_kernel_walker_feed(struct kd_kernel_walker *w, const void *data, size_t len,
			  struct kd_text *why);

/* There is no more.  Errors as feed. */
int kd_kernel_walker_finish(struct kd_kernel_walker *w, struct kd_kernel *ret,
			    struct kd_text *why);
void kd_kernel_walker_free(struct kd_kernel_walker *w);

#endif
