/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <stdio.h>

#include "out.h"
#include "text.h"

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
	puts(" saves a dump, and boots the machine again.\n"
	     "  4. After that boot crashctl.service looks for the dump; crashctl status tells.");
	return 0;
}
