/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The compressors that the kernel knows (lib/decompress.c), for its own image and an initramfs. */
#ifndef KD_PARSE_CODEC_H
#define KD_PARSE_CODEC_H

enum kd_codec {
	KD_CODEC_NONE, KD_CODEC_GZIP, KD_CODEC_BZIP2, KD_CODEC_LZMA, KD_CODEC_XZ,
	KD_CODEC_LZO, KD_CODEC_LZ4, KD_CODEC_ZSTD,
};

const char *kd_codec_name(enum kd_codec codec);

#endif
