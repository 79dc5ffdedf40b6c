/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Records of crash kernels: see observed.h. */
#include "observed.h"

#include <errno.h>

#include "keyvalue.h"

/* A crash kernel with more has no need to count. */
#define RAM_MAX (1024 * KD_GIB)

static int number(const struct kd_kv *kv, const char *key, uint64_t most, uint64_t *ret)
{
	const char *text = kd_kv_value(kv, key);

	return text ? kd_read_uint(text, most, ret) : -EBADMSG;
}

static int from_entries(const struct kd_kv *kv, struct kd_observed *ret)
{
	const char *release = kd_kv_value(kv, "RELEASE");
	struct kd_observed o;

	if (!release || !*release || strlen(release) >= sizeof(o.release))
		return -EBADMSG;
	memcpy(o.release, release, strlen(release) + 1);
	if (number(kv, "TIME", INT64_MAX, &o.time) || number(kv, "RAM", RAM_MAX, &o.ram) ||
	    number(kv, "MEM_AVAILABLE_LOWEST", o.ram, &o.lowest))
		return -EBADMSG;
	*ret = o;
	return 0;
}

int kd_observed_parse(const char *text, size_t len, struct kd_observed *ret)
{
	struct kd_kv kv;
	int err;

	/* Cut in its last line, it would hold another number. */
	if (!len || len > KD_OBSERVED_MAX || text[len - 1] != '\n')
		return -EBADMSG;
	err = kd_kv_parse(text, len, &kv, NULL);
	if (err)
		return err == -ENOMEM ? err : -EBADMSG;
	err = from_entries(&kv, ret);
	kd_kv_free(&kv);
	return err;
}
