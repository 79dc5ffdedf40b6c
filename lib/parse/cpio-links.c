/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Open addressing, at most half full, with a bound on how far one key may stray. */
#include "cpio-links.h"

#include <errno.h>
#include <stdlib.h>

#define FIRST_SLOTS	64
#define PROBES_MAX	256	/* many times what chance gives in a half full table */

static size_t hash(const struct kd_cpio_link *k)
{
	uint64_t h = k->ino ^ (uint64_t)k->type << 40;

	h = (h ^ h >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
	h ^= (uint64_t)k->major << 32 | k->minor;
	h = (h ^ h >> 32) * UINT64_C(0x94d049bb133111eb);
	return (size_t)(h ^ h >> 31);
}

static bool same(const struct kd_cpio_link *a, const struct kd_cpio_link *b)
{
	return a->ino == b->ino && a->major == b->major && a->minor == b->minor &&
	       a->type == b->type;
}

/* The key's slot, or the empty one where it belongs, or NULL. */
static struct kd_cpio_link *slot(const struct kd_cpio_links *l,
				 const struct kd_cpio_link *k)
{
	size_t i, at = hash(k);

	for (i = 0; i < PROBES_MAX; i++, at++) {
		struct kd_cpio_link *s = &l->slots[at & (l->n_slots - 1)];

		if (!s->type || same(s, k))
			return s;
	}
	return NULL;
}

static int grow(struct kd_cpio_links *l)
{
	struct kd_cpio_links bigger = {
		.n_slots = l->n_slots ? 2 * l->n_slots : FIRST_SLOTS, .used = l->used,
	};
	struct kd_cpio_link *s;
	size_t i;

	bigger.slots = calloc(bigger.n_slots, sizeof(*bigger.slots));
	if (!bigger.slots)
		return -ENOMEM;
	for (i = 0; i < l->n_slots; i++) {
		if (!l->slots[i].type)
			continue;
		s = slot(&bigger, &l->slots[i]);
		if (!s) {
			free(bigger.slots);
			return -EFBIG;
		}
		*s = l->slots[i];
	}
	free(l->slots);
	*l = bigger;
	return 0;
}

static int add(struct kd_cpio_links *l, const struct kd_cpio_link *key,
	       struct kd_cpio_link **ret)
{
	struct kd_cpio_link *s;
	int r;

	if (l->used >= KD_CPIO_LINKS_MAX)
		return -EFBIG;
	if (2 * (l->used + 1) > l->n_slots) {
		r = grow(l);
		if (r)
			return r;
	}
	s = slot(l, key);
	if (!s)
		return -EFBIG;
	*s = *key;
	s->size = 0;
	l->used++;
	*ret = s;
	return 0;
}

int kd_cpio_links_get(struct kd_cpio_links *l, const struct kd_cpio_link *key,
		      struct kd_cpio_link **ret)
{
	struct kd_cpio_link *s = l->used ? slot(l, key) : NULL;

	if (!s || !s->type)
		return add(l, key, ret);
	*ret = s;
	return 1;
}

/* Freed, not wiped: many trailers in a row must not wipe megabytes each. */
void kd_cpio_links_clear(struct kd_cpio_links *l)
{
	free(l->slots);
	*l = (struct kd_cpio_links){ NULL, 0, 0 };
}
