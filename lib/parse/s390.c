/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Images of s390x: see s390.h. */
#include "s390.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

/* arch/s390/boot/head.S and arch/s390/include/asm/setup.h, from KD_S390_AREA on. */
enum area_offset {
	ENTRY_POINTS	= 0x008,	/* EP_OFFSET: "this is ABI" */
	KERNEL_VERSION	= 0x428,	/* where its text stands in the file */
	CMDLINE_SIZE	= 0x430,	/* since 5.17; before, 0 */
};

#define OLD_CMDLINE	896u		/* LEGACY_COMMAND_LINE_SIZE */
#define CMDLINE_MOST	(1024 * KD_KIB)
#define SIZE_MOST	KD_GIB

static uint64_t be64(const unsigned char *p)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < 8; i++)
		n = n << 8 | p[i];
	return n;
}

/* A PSW and the CCWs that read the next cards: what the machine itself boots. */
bool kd_s390_probe(const void *head, size_t len)
{
	static const unsigned char psw[] = { 0x00, 0x08, 0x00, 0x00, 0x80 };
	static const unsigned char ccws[] = {
		0x02, 0x00, 0x00, 0x18, 0x60, 0x00, 0x00, 0x50,
		0x02, 0x00, 0x00, 0x68, 0x60, 0x00, 0x00, 0x50, 0x40, 0x40,
	};
	const unsigned char *p = head;

	return len >= 8 + sizeof(ccws) && !memcmp(p, psw, sizeof(psw)) &&
	       !memcmp(p + 8, ccws, sizeof(ccws));
}

int kd_s390_parse(const void *area, size_t len, uint64_t size, struct kd_kernel *ret,
		  uint64_t *text, struct kd_text *why)
{
	const unsigned char *p = area;
	struct kd_kernel out = *ret;
	uint64_t cmdline, version;

	if (len < KD_S390_AREA_BYTES)
		return kd_why(why, -EBADMSG, "cut: %" PRIu64 " bytes, an s390 kernel has more",
			      size);
	if (memcmp(p + ENTRY_POINTS, "S390EP", 6))
		return kd_why(why, -EBADMSG, "an s390 boot record without a kernel's entry");
	if (size > SIZE_MOST)
		return kd_why(why, -EBADMSG, "%" PRIu64 " bytes are no kernel's", size);
	cmdline = be64(p + CMDLINE_SIZE);
	if (cmdline > CMDLINE_MOST)
		return kd_why(why, -EBADMSG, "a command line of %" PRIu64 " bytes is no kernel's",
			      cmdline);
	version = be64(p + KERNEL_VERSION);
	if (version >= size || (version && version < KD_S390_AREA + KD_S390_AREA_BYTES))
		return kd_why(why, -EBADMSG, "no version string where the header says");
	out.kind = KD_KERNEL_S390;
	snprintf(out.arch, sizeof(out.arch), "s390x");
	out.init_size = size;
	out.alignment = 4 * KD_KIB;
	out.page_size = 4 * KD_KIB;
	/* kexec_file_add_components() counts the NUL. */
	out.cmdline_size = (cmdline ? cmdline : OLD_CMDLINE) - 1;
	*ret = out;
	*text = version;
	return 0;
}
