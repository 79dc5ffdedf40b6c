/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Names of what those who save dumps leave: a folder a dump, named by the date, with the
 * dump in it.
 */
#ifndef KD_PARSE_DUMPNAME_H
#define KD_PARSE_DUMPNAME_H

#include "../core/base.h"
#include "../libkdump.h"

/*
 * The date in the name of a dump's folder as a number that sorts, YYYYMMDDhhmmss, and
 * whose way of naming it is; 0 where it has none.
 */
uint64_t kd_dump_folder_date(const char *name, enum kdump_layout *layout);

/* Which file of such a folder is the dump?  The larger the better, 0 none of them. */
#define KD_DUMP_UNFINISHED 1	/* by its name */
#define KD_DUMP_FINISHED 2
int kd_dump_file_rank(const char *name);

#endif
