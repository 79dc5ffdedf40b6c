/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "msg.h"
#include "text.h"

#define SECOND INT64_C(1000000000)

void error_set(struct error *error, int code, const char *id, const char *advice,
	       const char *fmt, ...)
{
	va_list args;

	error->code = code;
	snprintf(error->id, sizeof(error->id), "%s", id);
	snprintf(error->advice, sizeof(error->advice), "%s", advice);
	va_start(args, fmt);
	vsnprintf(error->message, sizeof(error->message), fmt, args);
	va_end(args);
}

void error_from_ctx(struct error *error, const struct kdump_ctx *ctx, int ret)
{
	const char *id = kdump_ctx_get_error_id(ctx);
	const char *message = kdump_ctx_get_error(ctx);

	error_set(error, -ret, *id ? id : "failed", kdump_ctx_get_advice(ctx), "%s",
		  *message ? message : strerror(-ret));
}

void error_memory(struct error *error)
{
	error_set(error, ENOMEM, "out-of-memory", "", "out of memory");
}

static const char *outcome_text(bool changed, enum kdump_outcome outcome)
{
	switch (outcome) {
	case KDUMP_OUTCOME_UNPROTECTED:
		return "nothing is loaded any more: a panic now would not be captured";
	case KDUMP_OUTCOME_RESTORED:
		return "the image that was loaded before is loaded again";
	case KDUMP_OUTCOME_REPLACED:
		return "an older good image is loaded, from its copy";
	case KDUMP_OUTCOME_LOADED:
		return "the image is loaded";
	default:
		return changed ? "what was done before it stays done" :
				 "nothing was changed";
	}
}

void error_add_outcome(struct error *error, bool changed, enum kdump_outcome outcome)
{
	size_t len = strlen(error->message);

	snprintf(error->message + len, sizeof(error->message) - len, "; %s",
		 outcome_text(changed, outcome));
}

/* Behind what was said before, where both go the same way. */
void msg_error(const struct error *error)
{
	fflush(stdout);
	fputs("crashctl: ", stderr);
	text_put(stderr, error->message);
	fprintf(stderr, " [%s]\n", error->id);
	text_put_advice(stderr, error->advice);
}

void msg_ignored(const char *text)
{
	fputs("crashctl: ignored: ", stderr);
	text_put(stderr, text);
	fputs(" [config-ignored]\n", stderr);
}

void msg_log(void *data, int priority, const char *text)
{
	(void)data;
	(void)priority;
	fputs("crashctl: ", stderr);
	text_put(stderr, text);
	fputc('\n', stderr);
}

static int64_t now(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_MONOTONIC, &ts))
		return 0;
	return ts.tv_sec * SECOND + ts.tv_nsec;
}

void progress_start(struct progress *p, const struct globals *g)
{
	*p = (struct progress) {
		.wanted = !g->json && !g->quiet && isatty(STDERR_FILENO),
		.start = now(),
		.percent = 101,
	};
}

void progress_show(struct progress *p, uint64_t done, uint64_t total)
{
	unsigned percent;

	if (!p->wanted || !total || now() - p->start < SECOND)
		return;
	percent = done >= total ? 100 : (unsigned)((double)done / (double)total * 100);
	if (percent == p->percent)
		return;
	fprintf(stderr, "\rcrashctl: reading the image, %u %%", percent);
	p->percent = percent;
	p->shown = true;
}

void progress_say(struct progress *p, const char *fmt, ...)
{
	unsigned seconds = (unsigned)((now() - p->start) / SECOND);
	va_list args;

	if (!p->wanted || !seconds || seconds == p->percent)
		return;
	fputs("\r\033[Kcrashctl: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, ", %u s", seconds);
	p->percent = seconds;
	p->shown = true;
}

void progress_end(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}
