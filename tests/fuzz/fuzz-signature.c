/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Any bytes as both ends of a kernel image. */
#include "../../lib/parse/signature.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t head = kd_min(size, KD_SIGNATURE_HEAD);
	const uint8_t *tail = size < KD_SIGNATURE_TAIL ? NULL : data + size - KD_SIGNATURE_TAIL;
	enum kd_signed found = kd_signature_find(data, head, NULL);

	/* With its end in view an image can only turn out to be signed. */
	if (kd_signature_find(data, head, tail) != found &&
	    kd_signature_find(data, head, tail) != KD_SIGNED_YES)
		abort();
	if (found != KD_SIGNED_UNKNOWN && (size < 2 || data[0] != 'M' || data[1] != 'Z'))
		abort();
	return 0;
}
