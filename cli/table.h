/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * A table of text on standard output: columns once, then row by row.  The only
 * user of libsmartcols, which also escapes what could steer a terminal.
 */
#ifndef CRASHCTL_TABLE_H
#define CRASHCTL_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct table_column {
	const char *name;
	bool right;		/* numbers */
};

struct table {
	struct libscols_table *scols;
	size_t columns;
	bool failed;
};

/* Failures are remembered; table_print() returns them. */
void table_start(struct table *t, const struct table_column *columns, size_t n);
void table_row(struct table *t, const char *const *cells);
/* Writes and frees it.  Returns: 0, -ENOMEM. */
int table_print(struct table *t);
/* Frees it. */
void table_drop(struct table *t);

#endif
