/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Owner, mode and extended attributes of a file: see attrs.h. */
#include "attrs.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <syslog.h>

#include "sys.h"

/* The kernel's own limits (include/uapi/linux/limits.h: XATTR_*_MAX) are as high for each. */
#define XATTRS_MAX (64 * 1024)
#define LABEL "security.selinux"

void kd_attrs_free(struct kd_attrs *attrs)
{
	free(attrs->xattrs);
	*attrs = (struct kd_attrs){ 0 };
}

bool kd_attrs_equal(const struct kd_attrs *a, const struct kd_attrs *b)
{
	return a->mode == b->mode && a->uid == b->uid && a->gid == b->gid &&
	       kd_streq(a->xattrs, b->xattrs);
}

/*
 * Hashes and signatures of a text, which the kernel keeps itself
 * (security/integrity/): on another text an old one would only be wrong.
 */
static bool is_of_the_text(const char *name)
{
	return kd_streq(name, "security.ima") || kd_streq(name, "security.evm");
}

/* ---- reading ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names that flistxattr() gives, sorted; the members point into @names. */
static int sort_names(char *names, size_t len, const char ***ret, size_t *ret_n)
{
	size_t n = 0, i = 0;
	const char **v;

	for (size_t at = 0; at < len; at += strlen(names + at) + 1)
		n++;
	v = calloc(n + 1, sizeof(*v));
	if (!v)
		return -ENOMEM;
	for (size_t at = 0; at < len; at += strlen(names + at) + 1)
		if (!is_of_the_text(names + at))
			v[i++] = names + at;
	if (i)
		qsort(v, i, sizeof(*v), by_name);
	*ret = v;
	*ret_n = i;
	return 0;
}

static char *put_hex(char *p, const char *data, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		*p++ = digits[(unsigned char)data[i] >> 4];
		*p++ = digits[data[i] & 15];
	}
	return p;
}

/* Appends one; an attribute that is gone by now, or none of ours to see, is none. */
static int add_one(int fd, const char *name, char **text, size_t *len, char *value)
{
	ssize_t n = kd_sys_fgetxattr(fd, name, value, XATTRS_MAX);
	char *grown, *p;

	if (n == -ENODATA || n == -EACCES || n == -EPERM || n == -EOPNOTSUPP)
		return 0;
	if (n < 0)
		return n == -ERANGE ? -E2BIG : (int)n;
	if (*len + strlen(name) + (size_t)n > XATTRS_MAX)
		return -E2BIG;
	grown = realloc(*text, *len + 2 * (strlen(name) + (size_t)n) + 3);
	if (!grown)
		return -ENOMEM;
	*text = grown;
	p = grown + *len;
	if (*len)
		*p++ = ',';
	p = put_hex(p, name, strlen(name));
	*p++ = '=';
	p = put_hex(p, value, (size_t)n);
	*p = '\0';
	*len = (size_t)(p - grown);
	return 0;
}

static int read_values(int fd, const char *const *names, size_t n, char **ret)
{
	char *value = malloc(XATTRS_MAX), *text = strdup("");
	size_t len = 0;
	int err = value && text ? 0 : -ENOMEM;

	for (size_t i = 0; i < n && !err; i++)
		err = add_one(fd, names[i], &text, &len, value);
	free(value);
	if (err)
		free(text);
	else
		*ret = text;
	return err;
}

static int list_names(int fd, char **ret, size_t *ret_len)
{
	char *names = malloc(XATTRS_MAX);
	ssize_t n;

	if (!names)
		return -ENOMEM;
	n = kd_sys_flistxattr(fd, names, XATTRS_MAX);
	if (n == -EOPNOTSUPP || n == -ENOSYS)
		n = 0;
	if (n < 0) {
		free(names);
		return n == -ERANGE ? -E2BIG : (int)n;
	}
	*ret = names;
	*ret_len = (size_t)n;
	return 0;
}

static int read_xattrs(int fd, char **ret)
{
	const char **sorted;
	char *names = NULL;
	size_t len = 0, n = 0;
	int err = list_names(fd, &names, &len);

	if (err)
		return err;
	err = sort_names(names, len, &sorted, &n);
	if (!err) {
		err = read_values(fd, sorted, n, ret);
		free(sorted);
	}
	free(names);
	return err;
}

int kd_attrs_read(int fd, struct kd_attrs *ret)
{
	struct stat st;
	char *xattrs = NULL;
	int err = kd_sys_fstat(fd, &st);

	if (!err)
		err = read_xattrs(fd, &xattrs);
	if (err)
		return err;
	*ret = (struct kd_attrs){ st.st_mode & 07777, st.st_uid, st.st_gid, xattrs };
	return 0;
}

/* ---- giving ---- */

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Digits up to @stop or the end, as bytes with a NUL behind them. */
static int take_hex(const char **p, char stop, char *out, size_t *ret_len)
{
	size_t n = 0;

	for (; **p && **p != stop; *p += 2) {
		int high = digit((*p)[0]), low = high < 0 ? -1 : digit((*p)[1]);

		if (low < 0)
			return -EBADMSG;
		out[n++] = (char)(high << 4 | low);
	}
	if (**p)
		(*p)++;
	out[n] = '\0';
	*ret_len = n;
	return 0;
}

struct pair {
	char *name, *value;		/* buffers as long as the whole text */
	size_t name_len, len;
};

/* 1 and the next one, 0 at the end, -EBADMSG. */
static int next_pair(const char **p, struct pair *pair)
{
	int err;

	if (!**p)
		return 0;
	err = take_hex(p, '=', pair->name, &pair->name_len);
	if (!err)
		err = take_hex(p, ',', pair->value, &pair->len);
	if (!err && (!pair->name_len || strlen(pair->name) != pair->name_len))
		err = -EBADMSG;
	return err ? err : 1;
}

/*
 * A label is set where it differs.  The new file lies in the folder of the old one,
 * so that its file system has labels if the old one had one of its own; where a mount
 * option gives them (context=), none can be set, and none needs to be: EOPNOTSUPP.
 * Any other failure would leave a file that its readers may no longer read.
 */
static int set_one(struct kdump_ctx *ctx, int fd, const struct pair *pair)
{
	int err = kd_sys_fsetxattr(fd, pair->name, pair->value, pair->len);

	if (!err)
		return 0;
	kd_log(ctx, LOG_NOTICE, "attribute %s cannot be kept: %s", pair->name,
	       kd_errno_text(err));
	return kd_streq(pair->name, LABEL) && err != -EOPNOTSUPP ? err : 0;
}

static bool has_pair(const char *xattrs, const char *pair, size_t len)
{
	for (const char *p = strstr(xattrs, pair); p; p = strstr(p + 1, pair))
		if ((p == xattrs || p[-1] == ',') && (p[len] == ',' || !p[len] ||
						      pair[len - 1] == '='))
			return true;
	return false;
}

/* Those of @wanted that @there has not, or has another value for. */
static int set_missing(struct kdump_ctx *ctx, int fd, const char *wanted, const char *there,
		       struct pair *pair)
{
	int r;

	for (const char *p = wanted, *from = p; (r = next_pair(&p, pair)) > 0; from = p) {
		char *text = strndup(from, strcspn(from, ","));
		bool same;

		if (!text)
			return -ENOMEM;
		same = has_pair(there, text, strlen(text));
		free(text);
		r = same ? 0 : set_one(ctx, fd, pair);
		if (r)
			return r;
	}
	return r;
}

/* What the folder gave (a default ACL), and the old file had not. */
static int remove_others(struct kdump_ctx *ctx, int fd, const char *wanted, const char *there,
			 struct pair *pair)
{
	int r;

	for (const char *p = there, *from = p; (r = next_pair(&p, pair)) > 0; from = p) {
		char *text = strndup(from, strcspn(from, "=") + 1);
		bool named;

		if (!text)
			return -ENOMEM;
		named = has_pair(wanted, text, strlen(text));
		free(text);
		if (named || kd_starts(pair->name, "security."))
			continue;
		r = kd_sys_fremovexattr(fd, pair->name);
		if (r)
			kd_log(ctx, LOG_NOTICE, "attribute %s cannot be taken away: %s",
			       pair->name, kd_errno_text(r));
	}
	return r;
}

static int apply_xattrs(struct kdump_ctx *ctx, int fd, const char *wanted, const char *there)
{
	size_t room = strlen(wanted) + strlen(there) + 1;
	struct pair pair = { malloc(room), malloc(room), 0, 0 };
	int err = pair.name && pair.value ? 0 : -ENOMEM;

	if (!err)
		err = remove_others(ctx, fd, wanted, there, &pair);
	if (!err)
		err = set_missing(ctx, fd, wanted, there, &pair);
	free(pair.name);
	free(pair.value);
	return err;
}

/* Only what differs: FAT has one owner and one mode for all, and refuses any other. */
static int apply_owner(int fd, const struct kd_attrs *attrs, struct kd_attrs *there)
{
	int err = 0;

	if (there->uid != attrs->uid || there->gid != attrs->gid) {
		err = kd_sys_fchown(fd, attrs->uid, attrs->gid);
		/* It takes set-user-ID bits away. */
		there->mode &= 01777;
	}
	if (!err && there->mode != attrs->mode)
		err = kd_sys_fchmod(fd, attrs->mode);
	return err;
}

int kd_attrs_apply(struct kdump_ctx *ctx, int fd, const struct kd_attrs *attrs)
{
	struct kd_attrs there;
	int err = kd_attrs_read(fd, &there);

	if (err)
		return err;
	if (kd_attrs_equal(&there, attrs)) {
		kd_attrs_free(&there);
		return 0;
	}
	err = apply_owner(fd, attrs, &there);
	if (!err)
		err = apply_xattrs(ctx, fd, attrs->xattrs, there.xattrs);
	kd_attrs_free(&there);
	return err;
}
