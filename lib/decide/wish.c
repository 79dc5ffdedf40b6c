/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Wishes: what is asked for, as it was said.  Whether it can be is the plan's. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "plan.h"

KD_API int kdump_wish_new(struct kdump_ctx *ctx, struct kdump_wish **ret)
{
	struct kdump_wish *wish = calloc(1, sizeof(*wish));

	kd_begin(ctx);
	if (!wish)
		return kd_oom(ctx);
	wish->refs = 1;
	wish->ctx = kdump_ctx_ref(ctx);
	*ret = wish;
	return 0;
}

KD_API struct kdump_wish *kdump_wish_ref(struct kdump_wish *wish)
{
	wish->refs++;
	return wish;
}

KD_API struct kdump_wish *kdump_wish_unref(struct kdump_wish *wish)
{
	if (!wish || --wish->refs)
		return NULL;
	kdump_ctx_unref(wish->ctx);
	free(wish->release);
	free(wish);
	return NULL;
}

KD_API int kdump_wish_set_size(struct kdump_wish *wish, enum kdump_pool pool, uint64_t bytes)
{
	char text[KD_SIZE_TEXT];

	kd_begin(wish->ctx);
	if ((unsigned)pool >= KDUMP_POOLS)
		return kd_fail_id(wish->ctx, -EINVAL, "bad-pool", "there is no such pool");
	if (bytes > KD_SIZE_MAX_WISH)
		return kd_fail_id(wish->ctx, -ERANGE, "bad-size", "%s: more than 64 TiB",
				  kd_size_text(bytes, text));
	if (bytes % KD_MIB)
		return kd_fail_id(wish->ctx, -EINVAL, "bad-size",
				  "%" PRIu64 " bytes: a reservation is made of whole MiB",
				  bytes);
	wish->pools[pool] = (struct kd_asked){ KD_ASK_SIZE, bytes };
	return 0;
}

KD_API void kdump_wish_set_auto(struct kdump_wish *wish, enum kdump_pool pool)
{
	if ((unsigned)pool < KDUMP_POOLS)
		wish->pools[pool] = (struct kd_asked){ KD_ASK_AUTO, 0 };
}

KD_API void kdump_wish_set_high(struct kdump_wish *wish, bool high)
{
	wish->high = high;
}

KD_API int kdump_wish_set_place(struct kdump_wish *wish, uint64_t address,
				enum kdump_policy policy)
{
	kd_begin(wish->ctx);
	if ((unsigned)policy > KDUMP_POLICY_TOP_DOWN)
		return kd_fail_id(wish->ctx, -EINVAL, "bad-place", "there is no such policy");
	wish->has_place = address || policy != KDUMP_POLICY_NONE;
	wish->address = address;
	wish->policy = policy;
	return 0;
}

/* "@Y", "@Y#BU", "@Y#TD" behind a size. */
static int take_place(struct kdump_wish *wish, const char *text)
{
	enum kdump_policy policy = KDUMP_POLICY_NONE;
	uint64_t address;
	const char *end;

	if (kd_memparse(text + 1, &address, &end))
		return kd_fail_id(wish->ctx, -EINVAL, "bad-place", "%.64s: no address behind it",
				  text);
	if (kd_streq(end, "#BU"))
		policy = KDUMP_POLICY_BOTTOM_UP;
	else if (kd_streq(end, "#TD"))
		policy = KDUMP_POLICY_TOP_DOWN;
	else if (*end)
		return kd_fail_id(wish->ctx, -EINVAL, "bad-place",
				  "%.64s: behind an address only #BU (bottom-up) and #TD "
				  "(top-down) are known", text);
	return kdump_wish_set_place(wish, address, policy);
}

KD_API int kdump_wish_set_text(struct kdump_wish *wish, const char *text)
{
	static const char automatic[] = "auto";
	size_t n = sizeof(automatic) - 1;
	struct kdump_wish before = *wish;
	const char *end = text + n;
	uint64_t bytes;
	int err = 0;

	kd_begin(wish->ctx);
	if (kd_starts(text, automatic))
		kdump_wish_set_auto(wish, KDUMP_POOL_MAIN);
	else
		err = kd_memparse(text, &bytes, &end);
	if (err)
		return kd_fail_id(wish->ctx, err, "bad-size", "%.64s: no size", text);
	if (!kd_starts(text, automatic))
		err = kdump_wish_set_size(wish, KDUMP_POOL_MAIN, bytes);
	if (!err && *end == '@')
		err = take_place(wish, end);
	else if (!err && *end)
		err = kd_fail_id(wish->ctx, -EINVAL, "bad-size", "%.64s: no size", text);
	if (err)
		*wish = before;
	return err;
}

KD_API int kdump_wish_set_release(struct kdump_wish *wish, const char *release)
{
	char *copy = release ? strdup(release) : NULL;

	kd_begin(wish->ctx);
	if (release && !copy)
		return kd_oom(wish->ctx);
	free(wish->release);
	wish->release = copy;
	return 0;
}

KD_API void kdump_wish_set_scope(struct kdump_wish *wish, enum kdump_scope scope)
{
	wish->scope = scope;
}

KD_API void kdump_wish_set_load_module(struct kdump_wish *wish, bool load)
{
	wish->load_module = load;
}

KD_API int kdump_wish_set_configured(struct kdump_wish *wish, const struct kdump_config *config)
{
	struct kd_reserve reserve;

	kd_begin(wish->ctx);
	if (!config->own.reserve.text || !kd_reserve_parse(config->own.reserve.text, &reserve))
		return 1;
	wish->pools[KDUMP_POOL_MAIN] = (struct kd_asked){
		reserve.automatic ? KD_ASK_AUTO : KD_ASK_SIZE, reserve.bytes
	};
	wish->scope = KDUMP_SCOPE_LIVE;
	wish->at_least = true;
	wish->forces.given[KD_FORCE_TOO_SMALL] = true;
	wish->forces.given[KD_FORCE_UNKNOWN_NEED] = true;
	return 0;
}

int kd_forces_take(struct kdump_ctx *ctx, struct kd_forces *forces, const char *id)
{
	kd_begin(ctx);
	if (!kd_forces_add(forces, id))
		return 0;
	return kd_fail_id(ctx, -EINVAL, "bad-force",
			  "%s: no refusal of that name can be overridden (there are: %s)", id,
			  kd_forces_list());
}

KD_API int kdump_wish_add_force(struct kdump_wish *wish, const char *id)
{
	return kd_forces_take(wish->ctx, &wish->forces, id);
}
