/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Tools that the caller runs: see tool.h. */
#include "tool.h"

#include <sys/wait.h>

int kd_tool_ask(struct kd_tool *tool)
{
	tool->waiting = true;
	tool->answered = false;
	return KDUMP_APPLY_RUN;
}

/* Tools say last what stopped them. */
static void keep_last_line(struct kd_tool *tool, const char *output)
{
	size_t end = strlen(output), start, len;

	while (end && (output[end - 1] == '\n' || output[end - 1] == '\r'))
		end--;
	for (start = end; start && output[start - 1] != '\n'; )
		start--;
	len = kd_min(end - start, sizeof(tool->output) - 1);
	memcpy(tool->output, output + start, len);
	tool->output[len] = '\0';
	for (char *c = tool->output; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
}

void kd_tool_answer(struct kd_tool *tool, int status, const char *output)
{
	if (!tool->waiting)
		return;
	tool->answered = true;
	tool->status = status;
	keep_last_line(tool, output ? output : "");
}

void kd_tool_say_status(struct kd_text *text, int status)
{
	if (status < 0)
		kd_text_set(text, "it could not be started: %s", kd_errno_text(status));
	else if (WIFSIGNALED(status))
		kd_text_set(text, "it was killed by signal %d", WTERMSIG(status));
	else
		kd_text_set(text, "it exited with %d", WEXITSTATUS(status));
}
