/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* LUKS headers: see luks2.h.  Names and offsets are those of cryptsetup's lib/luks2/luks2.h. */
#include "luks2.h"

#include <errno.h>
#include <json-c/json.h>

#include "../core/sha256.h"

#define MAGIC		"LUKS\xba\xbe"	/* of LUKS1 too */
#define MAGIC_2ND	"SKUL\xba\xbe"
#define MAGIC_LEN	6

/* struct luks2_hdr_disk; numbers are big-endian. */
#define AT_VERSION	6
#define AT_HDR_SIZE	8
#define AT_SEQID	16
#define AT_CSUM_ALG	72
#define CSUM_ALG_LEN	32
#define AT_HDR_OFFSET	256
#define AT_CSUM		448
#define CSUM_LEN	64
#define JSON_OFFSET	4096		/* LUKS2_HDR_BIN_LEN */

#define HDR_SIZE_MIN	(16 * KD_KIB)
#define HDR_SIZE_MAX	(4 * KD_MIB)

#define JSON_DEPTH	16		/* a real one has 4 */

static uint64_t be(const unsigned char *p, unsigned bytes)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < bytes; i++)
		n = n << 8 | p[i];
	return n;
}

static bool has_magic(const unsigned char *p, const char *magic, unsigned version)
{
	return !memcmp(p, magic, MAGIC_LEN) && be(p + AT_VERSION, 2) == version;
}

/* The size of a copy at @offset; 0 where there is none (hdr_disk_sanity_check_pre()). */
static uint64_t copy_size(const unsigned char *data, size_t len, uint64_t offset)
{
	const unsigned char *p;
	uint64_t size;

	if (len < JSON_OFFSET || offset > len - JSON_OFFSET)
		return 0;
	p = data + offset;
	if (!has_magic(p, offset ? MAGIC_2ND : MAGIC, 2))
		return 0;
	size = be(p + AT_HDR_SIZE, 8);
	if (size < HDR_SIZE_MIN || size > HDR_SIZE_MAX || be(p + AT_HDR_OFFSET, 8) != offset ||
	    (offset && offset != size))
		return 0;
	return size;
}

size_t kd_luks_need(const void *head, size_t len)
{
	uint64_t size = copy_size(head, len, 0);

	if (size)
		return 2 * size;
	/* The second copy may be anywhere up to there. */
	return len >= JSON_OFFSET && has_magic(head, MAGIC, 1) ? KD_LUKS_HEAD : KD_LUKS_MAX;
}

/* Over the whole copy, with the checksum's own bytes as zeros (hdr_checksum_calculate()). */
static bool checksum_holds(const unsigned char *p, uint64_t size)
{
	static const unsigned char zeros[CSUM_LEN];
	unsigned char digest[KD_SHA256_BYTES];
	struct kd_sha256 sha;

	kd_sha256_init(&sha);
	kd_sha256_feed(&sha, p, AT_CSUM);
	kd_sha256_feed(&sha, zeros, CSUM_LEN);
	kd_sha256_feed(&sha, p + AT_CSUM + CSUM_LEN, size - AT_CSUM - CSUM_LEN);
	kd_sha256_finish(&sha, digest);
	return !memcmp(digest, p + AT_CSUM, sizeof(digest));
}

struct copy {
	const unsigned char *p;		/* NULL: none that is whole */
	uint64_t size;
};

static void look_at(const unsigned char *data, size_t len, uint64_t offset, struct copy *best,
		    struct kd_text *why)
{
	uint64_t size = copy_size(data, len, offset);
	const unsigned char *p;

	if (!size)
		return;
	p = data + offset;
	if (size > len - offset)
		kd_why(why, 0, "the header is cut");
	else if (strncmp((const char *)p + AT_CSUM_ALG, "sha256", CSUM_ALG_LEN))
		kd_why(why, 0, "the header's checksum is not SHA-256");
	else if (!checksum_holds(p, size))
		kd_why(why, 0, "the header's checksum is wrong");
	else if (!best->p || be(p + AT_SEQID, 8) > be(best->p + AT_SEQID, 8))
		*best = (struct copy){ p, size };
}

/* Where the second copy can be: right behind the first, which has one of these sizes. */
static void look_for(const unsigned char *data, size_t len, struct copy *best,
		     struct kd_text *why)
{
	look_at(data, len, 0, best, why);
	for (uint64_t offset = HDR_SIZE_MIN; offset <= HDR_SIZE_MAX; offset *= 2)
		look_at(data, len, offset, best, why);
}

static bool is_string(struct json_object *object, const char *key, const char *text)
{
	struct json_object *value;

	return json_object_object_get_ex(object, key, &value) &&
	       json_object_is_type(value, json_type_string) &&
	       kd_streq(json_object_get_string(value), text);
}

/*
 * One with priority 0 is used only by those who name it; what re-encryption
 * keeps is no slot for a passphrase.
 */
static bool is_tried(struct json_object *slot)
{
	struct json_object *priority;

	return is_string(slot, "type", "luks2") &&
	       !(json_object_object_get_ex(slot, "priority", &priority) &&
		 json_object_get_int64(priority) == 0);
}

/* Argon2's memory is in KiB; -EBADMSG where it does not say how much. */
static int add_slot(struct json_object *slot, struct kd_luks *luks)
{
	struct json_object *kdf, *memory;

	if (!is_tried(slot))
		return 0;
	luks->slots++;
	if (!json_object_object_get_ex(slot, "kdf", &kdf))
		return -EBADMSG;
	if (is_string(kdf, "type", "pbkdf2"))
		return 0;
	if (!is_string(kdf, "type", "argon2i") && !is_string(kdf, "type", "argon2id"))
		return -EBADMSG;
	if (!json_object_object_get_ex(kdf, "memory", &memory) ||
	    !json_object_is_type(memory, json_type_int) || json_object_get_int64(memory) <= 0)
		return -EBADMSG;
	luks->bytes = kd_max(luks->bytes,
			     kd_mul((uint64_t)json_object_get_int64(memory), KD_KIB));
	return 0;
}

static int add_slots(struct json_object *root, struct kd_luks *luks)
{
	struct json_object *slots;

	if (!json_object_object_get_ex(root, "keyslots", &slots) ||
	    !json_object_is_type(slots, json_type_object))
		return -EBADMSG;
	json_object_object_foreach(slots, name, slot) {
		(void)name;
		if (add_slot(slot, luks))
			return -EBADMSG;
	}
	return 0;
}

/* The JSON ends with a NUL inside its area. */
static int parse_json(const struct copy *copy, struct kd_luks *luks)
{
	const char *text = (const char *)copy->p + JSON_OFFSET;
	size_t room = copy->size - JSON_OFFSET, len = strnlen(text, room);
	struct json_tokener *tokener;
	struct json_object *root;
	int err;

	if (len == room)
		return -EBADMSG;
	tokener = json_tokener_new_ex(JSON_DEPTH);
	if (!tokener)
		return -ENOMEM;
	root = json_tokener_parse_ex(tokener, text, (int)len + 1);
	err = json_object_is_type(root, json_type_object) ? add_slots(root, luks) : -EBADMSG;
	json_object_put(root);
	json_tokener_free(tokener);
	return err;
}

int kd_luks_parse(const void *data, size_t len, struct kd_luks *ret, struct kd_text *why)
{
	struct kd_luks luks = { .version = 2 };
	struct copy best = { 0 };
	int err;

	if (len >= JSON_OFFSET && has_magic(data, MAGIC, 1)) {
		*ret = (struct kd_luks){ .version = 1 };
		return 0;
	}
	kd_why(why, 0, "there is no LUKS header");
	look_for(data, len, &best, why);
	if (!best.p)
		return -EBADMSG;
	err = parse_json(&best, &luks);
	if (err)
		return err == -ENOMEM ? err : kd_why(why, err, "key slots of another form");
	*ret = luks;
	return 0;
}
