/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <stdio.h>

#include "out.h"
#include "rehearse.h"
#include "text.h"

const char *out_rehearsed_text(enum kdump_rehearsed result)
{
	static const char *const texts[] = {
		[KDUMP_REHEARSED_OPEN] = "it was not tried",
		[KDUMP_REHEARSED_BOOTS] = "it boots",
		[KDUMP_REHEARSED_LOAD_REFUSED] = "main has no room for the image",
		[KDUMP_REHEARSED_KERNEL_MEMORY] = "out of memory while the kernel started",
		[KDUMP_REHEARSED_UNPACK_MEMORY] =
			"out of memory while the initramfs was unpacked",
		[KDUMP_REHEARSED_INIT_MEMORY] = "out of memory once init ran",
		[KDUMP_REHEARSED_ROOT_FULL] = "the root had no room for the initramfs",
		[KDUMP_REHEARSED_UNPACK_FAILED] = "the initramfs cannot be unpacked",
		[KDUMP_REHEARSED_NO_INIT] = "there is no init, or it ended",
		[KDUMP_REHEARSED_PANIC] = "the crash kernel panicked",
		[KDUMP_REHEARSED_SILENT] = "the crash kernel went down without a word",
		[KDUMP_REHEARSED_TIMEOUT] = "time was up (--timeout)",
		[KDUMP_REHEARSED_NOT_LOADED] = "the kernel refused the load",
		[KDUMP_REHEARSED_NOT_TRIED] = "the guest did not come so far",
	};

	return texts[result];
}

static void put_head(const struct rehearse_view *view)
{
	const struct kdump_rehearsal *r = view->run->rehearsal;
	uint64_t cma = kdump_rehearsal_get_cma(r);
	char main[SIZE_TEXT], ram[SIZE_TEXT], text[SIZE_TEXT];

	fputs("kernel       ", stdout);
	text_put(stdout, kdump_config_get_kernel(view->config));
	fputs("\ninitramfs    ", stdout);
	text_put(stdout, kdump_config_get_initramfs(view->config));
	printf("\nguest        %s for main%s%s%s, of %s; %llu CPU%s; %s\n",
	       size_text(kdump_rehearsal_get_main(r), main), cma ? ", " : "",
	       cma ? size_text(cma, text) : "", cma ? " of CMA" : "",
	       size_text(kdump_rehearsal_get_ram(r), ram),
	       (unsigned long long)kdump_rehearsal_get_cpus(r),
	       kdump_rehearsal_get_cpus(r) == 1 ? "" : "s",
	       view->run->kvm ? "KVM" : "software emulation");
	if (kdump_rehearsal_get_lacked(r))
		printf("not there    %s beside main that this machine has for it\n",
		       size_text(kdump_rehearsal_get_lacked(r), text));
	printf("added words  %s\n\n", kdump_rehearsal_get_added_words(r));
}

static void put_stages(const struct kdump_rehearsal *r)
{
	enum kdump_stage stage = kdump_rehearsal_get_stage(r);
	char ram[SIZE_TEXT], left[SIZE_TEXT];
	uint64_t total, available, lowest;

	printf("loaded       %s\n", stage >= KDUMP_STAGE_LOADED ? "yes" : "no");
	printf("booted       %s", stage >= KDUMP_STAGE_BOOTED ? "yes" : "no");
	if (kdump_rehearsal_get_memory(r, &total, &available))
		printf(", with %s of memory, %s of it free", size_text(total, ram),
		       size_text(available, left));
	printf("\nunpacked     %s\n", stage >= KDUMP_STAGE_UNPACKED ? "yes" : "no");
	printf("init         %s\n", stage >= KDUMP_STAGE_INIT ? "reached" : "not reached");
	if (kdump_rehearsal_get_lowest(r, &lowest))
		printf("lowest       %s of memory left\n\n", size_text(lowest, left));
	else
		printf("lowest       not known (crashctl-memory-watch(8) would tell)\n\n");
}

static void put_why(const struct kdump_rehearsal *r)
{
	const char *why = kdump_rehearsal_get_why(r), *line;

	if (*why) {
		fputs("  ", stdout);
		text_put(stdout, why);
		fputc('\n', stdout);
		return;
	}
	puts("The last lines of its console:");
	for (size_t i = 0; (line = kdump_rehearsal_get_line(r, i)); i++) {
		fputs("  ", stdout);
		text_put(stdout, line);
		fputc('\n', stdout);
	}
}

static void put_trials(const struct rehearse *run)
{
	char size[SIZE_TEXT];

	for (size_t i = 0; i < run->n_trials; i++)
		printf("%12s  %s\n", size_text(run->trials[i].main, size),
		       out_rehearsed_text(run->trials[i].result));
	fputc('\n', stdout);
}

static void put_minimum(const struct rehearse *run)
{
	enum kdump_rehearsed below;
	uint64_t minimum = kdump_rehearsal_get_minimum(run->rehearsal, &below);
	char size[SIZE_TEXT], text[160];

	put_trials(run);
	if (!minimum) {
		text_put_colour(stdout, COLOUR_BAD, "No size was found with which it boots.");
		fputc('\n', stdout);
		put_why(run->rehearsal);
		return;
	}
	snprintf(text, sizeof(text), "The smallest main that boots is %s.",
		 size_text(minimum, size));
	text_put_colour(stdout, COLOUR_GOOD, text);
	fputs(run->kept > 0 ? "\nIt is kept for estimate.\n" :
	      "\nIt is not kept for estimate: only root can.\n", stdout);
}

static void put_result(const struct rehearse *run)
{
	enum kdump_rehearsed result = kdump_rehearsal_get_result(run->rehearsal);
	char text[160];

	put_stages(run->rehearsal);
	if (result == KDUMP_REHEARSED_BOOTS) {
		text_put_colour(stdout, COLOUR_GOOD, "It would boot.");
		fputc('\n', stdout);
		return;
	}
	snprintf(text, sizeof(text), "It would not boot: %s.", out_rehearsed_text(result));
	text_put_colour(stdout, COLOUR_BAD, text);
	fputc('\n', stdout);
	put_why(run->rehearsal);
}

int out_rehearse_text(const struct rehearse_view *view)
{
	put_head(view);
	if (view->run->search)
		put_minimum(view->run);
	else
		put_result(view->run);
	return 0;
}
