/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Tables of answers: see answers.h. */
#include "answers.h"

#include <errno.h>
#include <stdlib.h>

static struct kd_answered *find_path(const struct kd_answers *answers, const char *path)
{
	path += strspn(path, "/");
	for (size_t i = 0; i < answers->n; i++)
		if (kd_streq(answers->v[i].path, path))
			return &answers->v[i];
	return NULL;
}

static int add_path(struct kd_answers *answers, const char *path, struct kd_answered **ret)
{
	size_t room = answers->room ? 2 * answers->room : 64;
	struct kd_answered *grown;
	char *copy;

	if (answers->n == KD_ANSWERS_MAX)
		return -EFBIG;
	if (answers->n == answers->room) {
		grown = reallocarray(answers->v, room, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		answers->v = grown;
		answers->room = room;
	}
	copy = strdup(path + strspn(path, "/"));
	if (!copy)
		return -ENOMEM;
	answers->v[answers->n] = (struct kd_answered){ .path = copy };
	*ret = &answers->v[answers->n++];
	return 0;
}

static int put(struct kd_answers *answers, enum kd_question question, const char *path,
	       struct kd_answer *answer, const char *data)
{
	struct kd_answered *file = find_path(answers, path);
	int err = 0;

	if (answer->len > KD_ANSWERS_BYTES - answers->bytes)
		return -EFBIG;
	if (!file)
		err = add_path(answers, path, &file);
	if (err)
		return err;
	if (!answer->error) {
		answer->data = malloc(answer->len + 1);
		if (!answer->data)
			return -ENOMEM;
		if (answer->len)
			memcpy(answer->data, data, answer->len);
		answer->data[answer->len] = '\0';
	}
	answers->bytes += answer->len;
	answers->bytes -= file->to[question].len;
	free(file->to[question].data);
	file->to[question] = *answer;
	return 0;
}

int kd_answers_put(struct kd_answers *answers, enum kd_question question, const char *path,
		   int error, const char *data, size_t len)
{
	struct kd_answer answer = { .asked = true, .error = error, .len = error ? 0 : len };
	int err = put(answers, question, path, &answer, data);

	if (err && !answers->error)
		answers->error = err;
	return err;
}

const struct kd_answer *kd_answers_find(const struct kd_answers *answers,
					enum kd_question question, const char *path)
{
	const struct kd_answered *file = find_path(answers, path);

	return file && file->to[question].asked ? &file->to[question] : NULL;
}

void kd_answers_free(struct kd_answers *answers)
{
	if (!answers)
		return;
	for (size_t i = 0; i < answers->n; i++) {
		for (unsigned q = 0; q < KD_QUESTIONS; q++)
			free(answers->v[i].to[q].data);
		free(answers->v[i].path);
	}
	free(answers->v);
	free(answers);
}
