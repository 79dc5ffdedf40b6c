/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <stdio.h>

#include "out.h"
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
	put_line("  words      ", kdump_config_get_cmdline(view->config));
	put_line("note: ", view->note);
	return 0;
}
