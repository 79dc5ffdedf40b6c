/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "names.h"
#include "out.h"
#include "text.h"

/* "16 memory, 1 initramfs", as often as it happened; nothing for none. */
static void put_events(const struct kdump_watch *watch)
{
	const char *before = " (";

	for (unsigned kind = 0; kind < KDUMP_EVENT_KINDS; kind++) {
		unsigned n = kdump_watch_count_events(watch, kind);

		if (!n)
			continue;
		printf("%s%u %s", before, n, name_event(kind));
		before = ", ";
	}
	if (*before == ',')
		fputs(")", stdout);
}

static void put_retry(const struct kdump_watch *watch)
{
	time_t when = (time_t)kdump_watch_get_retry_time(watch);
	char text[32];
	struct tm tm;

	if (when && localtime_r(&when, &tm) && strftime(text, sizeof(text), "%T", &tm))
		printf("Not loaded; it is tried again at %s.\n", text);
	else
		puts("Not loaded; it is tried again when something changes.");
}

/* What is left as it is says so only to who wants to know why. */
int out_watch_text(const struct watch_view *view, bool verbose)
{
	const struct kdump_watch *watch = view->watch;
	bool load = view->choice != KDUMP_CHOICE_KEEP;
	uint64_t ms = kdump_watch_get_duration(watch);

	if (load && !view->failed)
		printf("Loaded%s in %" PRIu64 ".%02" PRIu64 " s: ",
		       view->choice == KDUMP_CHOICE_LOAD_COPY ? " from its copy" : "",
		       ms / 1000, ms % 1000 / 10);
	else if (verbose)
		fputs(load ? "To be loaded: " : "Kept: ", stdout);
	else if (!view->failed)
		return 0;
	if (verbose || !view->failed) {
		text_put(stdout, kdump_watch_get_text(watch));
		put_events(watch);
		fputc('\n', stdout);
	}
	if (view->failed)
		put_retry(watch);
	if (*view->note) {
		fputs("note: ", stdout);
		text_put(stdout, view->note);
		fputc('\n', stdout);
	}
	return 0;
}
