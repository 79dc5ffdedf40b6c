/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * init/initramfs.c's state machine, one function a state.  File data is
 * stepped over, never touched, but for the sum of the crc format and the few
 * parts that contents.c wants.
 */
#include "cpio.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

#define INLINE_SYMLINK	128	/* mm/shmem.c: SHORT_SYMLINK_LEN, with the final NUL */

enum field {
	INO, MODE, UID, GID, NLINK, MTIME, SIZE, MAJOR, MINOR, RMAJOR, RMINOR, NAME_LEN,
	CHECK, N_FIELDS,
};

struct span {
	const unsigned char *p;
	size_t len;
};

void kd_cpio_init(struct kd_cpio *c, uint64_t max_files)
{
	memset(c, 0, offsetof(struct kd_cpio, buf));
	c->max_files = max_files;
	kd_cpio_begin(c, 0);
}

void kd_cpio_free(struct kd_cpio *c)
{
	kd_cpio_links_clear(&c->links);
	kd_contents_walk_free(&c->contents);
}

void kd_cpio_begin(struct kd_cpio *c, uint64_t pos)
{
	c->state = KD_CPIO_HEAD;
	c->pos = pos;
	c->have = 0;
	c->trailer = false;
}

static void eat(struct kd_cpio *c, struct span *in, size_t n)
{
	in->p += n;
	in->len -= n;
	c->pos += n;
}

/* read_into(): @want bytes in one piece, in place if possible; NULL: more must come. */
static const unsigned char *collect(struct kd_cpio *c, struct span *in, size_t want)
{
	const unsigned char *p = in->p;
	size_t n;

	if (!c->have && in->len >= want) {
		eat(c, in, want);
		return p;
	}
	n = kd_min(want - c->have, in->len);
	memcpy(c->buf + c->have, p, n);
	c->have += n;
	eat(c, in, n);
	if (c->have < want)
		return NULL;
	c->have = 0;
	return c->buf;
}

static int hex_digit(unsigned char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	ch |= 0x20;
	return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

/* parse_header(): eight digits a field.  Kernels before hex2bin() came read on. */
static int parse_fields(const unsigned char *h, uint32_t ret[N_FIELDS])
{
	const unsigned char *p = h + 6;
	int i, k, digit;

	for (i = 0; i < N_FIELDS; i++) {
		ret[i] = 0;
		for (k = 0; k < 8; k++) {
			digit = hex_digit(*p++);
			if (digit < 0)
				return -EBADMSG;
			ret[i] = ret[i] << 4 | (uint32_t)digit;
		}
	}
	return 0;
}

static int check_magic(struct kd_cpio *c, const unsigned char *h, struct kd_text *why)
{
	uint64_t at = c->pos - KD_CPIO_HEADER;

	if (!memcmp(h, "070707", 6))
		return kd_why(why, -EBADMSG, "incorrect cpio method used at byte %" PRIu64
			      ": use -H newc option", at);
	if (memcmp(h, "070701", 6) && memcmp(h, "070702", 6))
		return kd_why(why, -EBADMSG, "no cpio magic at byte %" PRIu64, at);
	c->summed = h[5] == '2';
	return 0;
}

static void set_entry(struct kd_cpio *c, const uint32_t f[N_FIELDS])
{
	c->ino = f[INO];
	c->mode = f[MODE] & 0xffff;	/* umode_t */
	c->nlink = f[NLINK];
	c->major = f[MAJOR];
	c->minor = f[MINOR];
	c->body = f[SIZE];
	c->name_len = f[NAME_LEN];
	c->check = f[CHECK];
	c->next = c->pos + KD_CPIO_NAME_SPACE(c->name_len) + c->body;
	c->next = (c->next + 3) & ~UINT64_C(3);
}

/* do_header(): what it does not understand is stepped over without a word. */
static enum kd_cpio_state after_header(const struct kd_cpio *c)
{
	if (!c->name_len || c->name_len > KD_CPIO_PATH_MAX)
		return KD_CPIO_SKIP;
	if (S_ISLNK(c->mode))
		return c->body > KD_CPIO_PATH_MAX ? KD_CPIO_SKIP : KD_CPIO_SYMLINK;
	return S_ISREG(c->mode) || !c->body ? KD_CPIO_NAME : KD_CPIO_SKIP;
}

static int take_header(struct kd_cpio *c, struct span *in, struct kd_text *why)
{
	const unsigned char *h = collect(c, in, KD_CPIO_HEADER);
	uint32_t f[N_FIELDS];
	int r;

	if (!h)
		return 0;
	r = check_magic(c, h, why);
	if (r)
		return r;
	if (parse_fields(h, f))
		return kd_why(why, -EBADMSG, "damaged header at byte %" PRIu64,
			      c->pos - KD_CPIO_HEADER);
	set_entry(c, f);
	c->state = after_header(c);
	if (c->state == KD_CPIO_SKIP)
		c->sums.skipped++;
	return 1;
}

static int new_inode(struct kd_cpio *c, struct kd_text *why)
{
	if (c->sums.files >= c->max_files)
		return kd_why(why, -EFBIG, "more than %" PRIu64 " files", c->max_files);
	c->sums.files++;
	return 0;
}

static void resize(struct kd_cpio *c, uint64_t from, uint64_t to)
{
	c->sums.content += to - from;
	for (size_t i = 0; i < KD_PAGE_SIZES; i++)
		c->sums.pages[i] += kd_round_up(to, KD_PAGE_SIZE(i)) -
				    kd_round_up(from, KD_PAGE_SIZE(i));
}

/* maybe_link(): 1 = another name of an inode that is there. */
static int find_link(struct kd_cpio *c, struct kd_cpio_link **ret, struct kd_text *why)
{
	struct kd_cpio_link key = {
		.ino = c->ino, .major = c->major, .minor = c->minor,
		.type = c->mode & S_IFMT,
	};
	int r;

	*ret = NULL;
	if (c->nlink < 2)
		return 0;
	r = kd_cpio_links_get(&c->links, &key, ret);
	if (r == -EFBIG)
		return kd_why(why, r, "too many hard links, at byte %" PRIu64, c->pos);
	if (r < 0)
		return kd_why(why, r, "no memory for hard links");
	c->sums.links += (uint64_t)r;
	return r;
}

static int begin_contents(struct kd_cpio *c, const char *name, uint64_t size,
			  struct kd_text *why)
{
	int r = kd_contents_begin(&c->contents, name, size, c->body && S_ISREG(c->mode));

	return r ? kd_why(why, r, "no memory for the contents") : 0;
}

/*
 * The data may come with any of the links: each one that brings some sets the
 * file's size anew (do_name(): vfs_truncate() unless body_len is 0).
 */
static int make_regular(struct kd_cpio *c, const char *name, struct kd_text *why)
{
	struct kd_cpio_link *link;
	int r = find_link(c, &link, why);

	if (!r) {
		r = new_inode(c, why);
		c->sums.regular++;
	}
	if (r < 0)
		return r;
	if (c->body) {
		resize(c, link ? link->size : 0, c->body);
		if (link)
			link->size = c->body;
	}
	c->body_left = c->body;
	c->sum = 0;
	c->state = KD_CPIO_BODY;
	return begin_contents(c, name, c->body || !link ? c->body : link->size, why);
}

static int make_node(struct kd_cpio *c, struct kd_text *why)
{
	struct kd_cpio_link *link;
	int r = find_link(c, &link, why);

	return r ? (r < 0 ? r : 0) : new_inode(c, why);
}

static int make_inode(struct kd_cpio *c, const char *name, struct kd_text *why)
{
	switch (c->mode & S_IFMT) {
	case S_IFREG:
		return make_regular(c, name, why);
	case S_IFDIR:
		return new_inode(c, why);
	case S_IFBLK:
	case S_IFCHR:
	case S_IFIFO:
	case S_IFSOCK:
		return make_node(c, why);
	default:
		c->sums.skipped++;
		return 0;
	}
}

static int check_name(const struct kd_cpio *c, const unsigned char *name,
		      struct kd_text *why)
{
	if (!name[c->name_len - 1])
		return 0;
	return kd_why(why, -EBADMSG, "malformed archive: name without end before byte %"
		      PRIu64, c->pos);
}

/* do_name() */
static int take_name(struct kd_cpio *c, struct span *in, struct kd_text *why)
{
	const unsigned char *name = collect(c, in, KD_CPIO_NAME_SPACE(c->name_len));
	int r;

	if (!name)
		return 0;
	r = check_name(c, name, why);
	if (r)
		return r;
	c->state = KD_CPIO_SKIP;
	if (kd_streq((const char *)name, "TRAILER!!!")) {
		c->trailer = true;
		kd_cpio_links_clear(&c->links);
		return 1;
	}
	if (!name[0]) {
		c->sums.skipped++;
		return 1;
	}
	r = make_inode(c, (const char *)name, why);
	return r ? r : 1;
}

/* do_symlink() */
static int take_symlink(struct kd_cpio *c, struct span *in, struct kd_text *why)
{
	uint64_t space = KD_CPIO_NAME_SPACE(c->name_len);
	const unsigned char *name = collect(c, in, space + c->body);
	int r;

	if (!name)
		return 0;
	r = check_name(c, name, why);
	if (r)
		return r;
	c->state = KD_CPIO_SKIP;
	r = new_inode(c, why);
	if (r)
		return r;
	c->sums.symlinks++;
	if (strnlen((const char *)name + space, c->body) + 1 > INLINE_SYMLINK)
		c->sums.long_symlinks++;
	r = begin_contents(c, (const char *)name, 0, why);
	return r ? r : 1;
}

static uint32_t sum_bytes(const unsigned char *p, size_t len)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < len; i++)
		sum += p[i];
	return sum;
}

/* do_copy() */
static int take_body(struct kd_cpio *c, struct span *in, struct kd_text *why)
{
	size_t n = kd_min(c->body_left, in->len);

	if (kd_contents_feed(&c->contents, c->body - c->body_left, in->p, n))
		return kd_why(why, -ENOMEM, "no memory for the contents");
	if (c->summed)
		c->sum += sum_bytes(in->p, n);
	c->body_left -= (uint32_t)n;
	eat(c, in, n);
	if (c->body_left)
		return 0;
	if (c->summed && c->sum != c->check)
		return kd_why(why, -EBADMSG, "bad data checksum before byte %" PRIu64,
			      c->pos);
	if (kd_contents_end(&c->contents))
		return kd_why(why, -ENOMEM, "no memory for the contents");
	c->state = KD_CPIO_SKIP;
	return 1;
}

/* do_skip() */
static int take_rest(struct kd_cpio *c, struct span *in, struct kd_text *why)
{
	(void)why;
	eat(c, in, kd_min(c->next - c->pos, in->len));
	if (c->pos < c->next)
		return 0;
	c->state = KD_CPIO_RESET;
	return 1;
}

/* do_reset() */
static int take_padding(struct kd_cpio *c, struct span *in, struct kd_text *why)
{
	eat(c, in, kd_zero_bytes(in->p, in->len));
	if (in->len && c->pos & 3)
		return kd_why(why, -EBADMSG, "broken padding before byte %" PRIu64,
			      c->pos);
	return 0;
}

int kd_cpio_write(struct kd_cpio *c, const unsigned char *p, size_t len, size_t *ret,
		  struct kd_text *why)
{
	static int (*const actions[])(struct kd_cpio *, struct span *,
				      struct kd_text *) = {
		[KD_CPIO_HEAD] = take_header, [KD_CPIO_NAME] = take_name,
		[KD_CPIO_SYMLINK] = take_symlink, [KD_CPIO_BODY] = take_body,
		[KD_CPIO_SKIP] = take_rest, [KD_CPIO_RESET] = take_padding,
	};
	struct span in = { p, len };
	int r;

	do
		r = actions[c->state](c, &in, why);
	while (r > 0);
	if (r < 0)
		return r;
	*ret = len - in.len;
	return 0;
}

bool kd_cpio_is_cut(const struct kd_cpio *c)
{
	if (c->state == KD_CPIO_SKIP)
		return c->next - c->pos > 3;
	return c->state != KD_CPIO_RESET;
}

size_t kd_zero_bytes(const unsigned char *p, size_t len)
{
	size_t n = 0;
	uint64_t word;

	while (len - n >= sizeof(word)) {
		memcpy(&word, p + n, sizeof(word));
		if (word)
			break;
		n += sizeof(word);
	}
	while (n < len && !p[n])
		n++;
	return n;
}
