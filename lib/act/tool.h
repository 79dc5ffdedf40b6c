/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * A tool that the caller runs, for a library does not fork: from the moment that it is
 * asked for until what became of it has been told.
 */
#ifndef KD_ACT_TOOL_H
#define KD_ACT_TOOL_H

#include "../core/error.h"

struct kd_tool {
	bool waiting, answered;
	int status;			/* as of waitpid(), or -errno: it was not started */
	char output[512];		/* its last line */
};

/* KDUMP_APPLY_RUN */
int kd_tool_ask(struct kd_tool *tool);

/* Nothing happens where no tool was asked for. */
void kd_tool_answer(struct kd_tool *tool, int status, const char *output);

/* "it exited with 1", for a status that is not 0. */
void kd_tool_say_status(struct kd_text *text, int status);

#endif
