/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Names of records in pstore (fs/pstore/inode.c:pstore_mkfile()), and of the folders that
 * systemd-pstore.service moves them to.  Where a variable of EFI or a record of ERST is too
 * small for a log, it is cut into parts, each a file: the first is the end of the log
 * (fs/pstore/platform.c:pstore_dump()).
 */
#ifndef KD_PARSE_PSTORENAME_H
#define KD_PARSE_PSTORENAME_H

#include "../core/text.h"

enum kd_pstore_kind {
	KD_PSTORE_NONE,			/* no log */
	KD_PSTORE_WHOLE,		/* one file, one log */
	KD_PSTORE_EFI,
	KD_PSTORE_ERST,
	KD_PSTORE_JOINED,		/* systemd's, of the parts beside it */
};

struct kd_pstore_name {
	enum kd_pstore_kind kind;
	uint64_t id;
	int64_t time;			/* seconds since 1970; 0 the name does not tell */
	unsigned part;			/* from 1; 0 the name does not tell */
	unsigned count;			/* which log of its boot */
};

void kd_pstore_parse_name(const char *name, struct kd_pstore_name *ret);

/* The newest highest, of names of files and folders; never 0. */
uint64_t kd_pstore_rank(const char *name);

/* A folder that is called by a time: seconds since 1970, else 0. */
int64_t kd_pstore_folder_time(const char *name);

/* "Panic#1 Part3", the first line of each (pstore_dump()): 3; 0 there is none. */
unsigned kd_pstore_part(const char *text, size_t len);

/* Is @b the next part of the log that @a is one of?  Where it is sorted as below. */
bool kd_pstore_goes_on(const struct kd_pstore_name *a, const struct kd_pstore_name *b);

/* So that the parts of a log stand together, the first of them first: as strcmp(). */
int kd_pstore_compare(const struct kd_pstore_name *a, const struct kd_pstore_name *b);

#endif
