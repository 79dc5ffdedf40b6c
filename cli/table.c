/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <errno.h>
#include <stdio.h>

#include <libsmartcols.h>

#include "table.h"

static struct libscols_column *new_column(struct libscols_table *scols,
					  const struct table_column *column)
{
	return scols_table_new_column(scols, column->name, 0,
				      column->right ? SCOLS_FL_RIGHT : 0);
}

void table_start(struct table *t, const struct table_column *columns, size_t n)
{
	*t = (struct table) { .scols = scols_new_table(), .columns = n };
	t->failed = !t->scols;
	if (t->failed)
		return;
	/* Rows are lines also where the terminal is narrow: they can be searched. */
	scols_table_set_termforce(t->scols, SCOLS_TERMFORCE_NEVER);
	scols_table_enable_minout(t->scols, 1);
	for (size_t i = 0; i < n; i++)
		t->failed |= !new_column(t->scols, &columns[i]);
}

void table_row(struct table *t, const char *const *cells)
{
	struct libscols_line *line;

	if (t->failed)
		return;
	line = scols_table_new_line(t->scols, NULL);
	t->failed = !line;
	for (size_t i = 0; i < t->columns && !t->failed; i++)
		t->failed = scols_line_set_data(line, i, cells[i]) != 0;
}

int table_print(struct table *t)
{
	int ret = t->failed ? -ENOMEM : 0;

	/* What fails to be written is seen when main() flushes standard output. */
	if (!ret && scols_print_table(t->scols))
		ret = -ENOMEM;
	table_drop(t);
	return ret;
}

void table_drop(struct table *t)
{
	scols_unref_table(t->scols);
	t->scols = NULL;
}
