/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Would a panic be captured?  cc status.c $(pkg-config --cflags --libs libkdump) */
#include <stdio.h>
#include <libkdump.h>

int main(int argc, char **argv)
{
	struct kdump_ctx *ctx;
	struct kdump_snapshot *snap = NULL;
	struct kdump_config *cfg = NULL;
	struct kdump_image *image = NULL;
	struct kdump_estimate *est = NULL;
	struct kdump_report *report = NULL;
	int status = 1;

	if (kdump_ctx_new(&ctx) < 0)
		return 1;
	if ((argc > 1 && kdump_ctx_set_root(ctx, argv[1]) < 0) ||
	    kdump_snapshot_new(ctx, &snap) < 0 || kdump_config_new(ctx, snap, &cfg) < 0 ||
	    kdump_image_new(ctx, cfg, &image) < 0)
		goto out;
	while (kdump_image_read(image) == KDUMP_AGAIN)
		continue;
	/* Where this fails, the report says less and is made all the same. */
	kdump_estimate_new(ctx, cfg, image, &est);
	if (kdump_report_new(ctx, cfg, image, est, NULL, &report) < 0)
		goto out;
	puts(kdump_report_get_summary(report));
	status = kdump_report_get_verdict(report) != KDUMP_VERDICT_CAPTURED;
out:	if (!report)
		fprintf(stderr, "%s\n", kdump_ctx_get_error(ctx));
	kdump_report_unref(report);
	kdump_estimate_unref(est);
	kdump_image_unref(image);
	kdump_config_unref(cfg);
	kdump_snapshot_unref(snap);
	kdump_ctx_unref(ctx);
	return status;
}
