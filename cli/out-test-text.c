/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <stdio.h>

#include "out.h"
#include "text.h"

/* Where no folder is looked into nothing can be recorded. */
static void put_outcome(const struct kdump_history *history)
{
	if (history && kdump_history_get_folder(history))
		puts("  4. After that boot crashctl.service looks for the dump; crashctl status "
		     "tells.");
	else
		puts("  4. Where that dump goes nobody looks for it: what came of the test has to "
		     "be seen there,\n"
		     "     and is not recorded. crashctl history says where.");
}

int out_test_text(const struct test_view *view)
{
	const char *kernel = kdump_report_get_loaded_kernel(view->report);

	text_put(stdout, kdump_report_get_summary(view->report));
	puts("\n\nThis is what a test does:\n"
	     "  1. What is loaded is written to /var/lib/crashctl/test, and all files are synced.\n"
	     "  2. The kernel is made to panic (sysrq-c). Whatever is not saved is lost.");
	fputs("  3. The crash kernel", stdout);
	if (kernel) {
		fputs(", ", stdout);
		text_put(stdout, kernel);
		fputc(',', stdout);
	}
	puts(" saves a dump, and boots the machine again.");
	put_outcome(view->history);
	return 0;
}
