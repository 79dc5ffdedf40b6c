/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <inttypes.h>
#include <stdio.h>

#include "out.h"
#include "table.h"
#include "text.h"

static void put_line(const char *title, const char *text)
{
	if (!text || !*text)
		return;
	fputs(title, stdout);
	text_put(stdout, text);
	fputc('\n', stdout);
}

static void put_unloaded(void)
{
	puts("Nothing is loaded now: a panic would not be captured.");
	text_put_advice(stdout, "crashctl load");
}

static const char *call_text(const struct load_view *view)
{
	switch (view->request ? kdump_request_get_syscall(view->request) : KDUMP_SYSCALL_AUTO) {
	case KDUMP_SYSCALL_FILE:
		return "kexec_file_load";
	case KDUMP_SYSCALL_SEGMENTS:
		return "kexec_load, segments placed by crashctl";
	default:
		return NULL;
	}
}

static void put_segment(struct table *t, const struct kdump_segment *segment)
{
	struct kdump_range range = kdump_segment_get_range(segment);
	char start[24], end[24], size[SIZE_TEXT], filled[SIZE_TEXT];
	const char *cells[] = {
		kdump_segment_get_name(segment), start, end, size, filled,
	};

	snprintf(start, sizeof(start), "%#" PRIx64, range.start);
	snprintf(end, sizeof(end), "%#" PRIx64, range.end);
	size_text(range.end - range.start + 1, size);
	size_text(kdump_segment_get_filled(segment), filled);
	table_row(t, cells);
}

/* What the kernel places itself is only foreseen. */
static int put_segments(const struct load_view *view)
{
	static const struct table_column columns[] = {
		{ "segment", false }, { "from", true }, { "to", true }, { "size", true },
		{ "filled", true },
	};
	size_t n = view->request ? kdump_request_count_segments(view->request) : 0;
	struct table t;

	if (!n)
		return 0;
	puts(kdump_request_get_syscall(view->request) == KDUMP_SYSCALL_FILE
	     ? "\nWhere the kernel is expected to place it:" : "");
	table_start(&t, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < n; i++)
		put_segment(&t, kdump_request_get_segment(view->request, i));
	return table_print(&t);
}

int out_load_text(const struct load_view *view)
{
	if (!view->config) {
		put_unloaded();
		return 0;
	}
	if (view->skipped)
		puts("The loaded image is fresh: nothing to do.");
	else
		puts(view->dry_run ? "Would load:" : "Loaded:");
	put_line("  kernel     ", kdump_config_get_kernel(view->config));
	put_line("  initramfs  ", kdump_config_get_initramfs(view->config));
	put_line("  words      ", view->image ? kdump_image_get_cmdline(view->image)
					      : kdump_config_get_cmdline(view->config));
	put_line("  by         ", call_text(view));
	put_line("note: ", view->note);
	return view->dry_run ? put_segments(view) : 0;
}
