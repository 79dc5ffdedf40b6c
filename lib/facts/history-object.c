/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What a history shows: see history.h. */
#include <stdlib.h>

#include "config.h"
#include "history.h"

struct kdump_history *kd_history_ref(struct kdump_history *history)
{
	if (history)
		history->refs++;
	return history;
}

void kd_history_unref(struct kdump_history *history)
{
	if (!history || --history->refs)
		return;
	kd_proof_free(&history->mark);
	for (size_t i = 0; i < history->n_proofs; i++)
		kd_proof_free(&history->proofs[i]);
	free(history);
}

KD_API const struct kdump_history *kdump_config_get_history(const struct kdump_config *config)
{
	return config->history;
}

KD_API const char *kdump_history_get_folder(const struct kdump_history *history)
{
	return *history->folder.s ? history->folder.s : NULL;
}

KD_API bool kdump_history_is_seen(const struct kdump_history *history)
{
	return history->seen;
}

KD_API const struct kdump_dump *
kdump_history_get_last_dump(const struct kdump_history *history)
{
	for (size_t i = 0; i < history->n_dumps; i++)
		if (!history->dumps[i].empty)
			return &history->dumps[i];
	return NULL;
}

KD_API uint64_t kdump_history_get_older(const struct kdump_history *history)
{
	return history->older;
}

KD_API size_t kdump_history_count_notes(const struct kdump_history *history)
{
	return history->n_notes;
}

KD_API const char *kdump_history_get_note(const struct kdump_history *history, size_t i)
{
	return i < history->n_notes ? history->notes[i].s : NULL;
}

KD_API size_t kdump_history_count_dumps(const struct kdump_history *history)
{
	return history->n_dumps;
}

KD_API const struct kdump_dump *kdump_history_get_dump(const struct kdump_history *history,
						       size_t i)
{
	return i < history->n_dumps ? &history->dumps[i] : NULL;
}

KD_API const char *kdump_dump_get_path(const struct kdump_dump *dump)
{
	return dump->path.s;
}

KD_API int64_t kdump_dump_get_time(const struct kdump_dump *dump)
{
	return dump->time;
}

KD_API uint64_t kdump_dump_get_size(const struct kdump_dump *dump)
{
	return dump->size;
}

KD_API int kdump_dump_is_complete(const struct kdump_dump *dump)
{
	return dump->complete;
}

KD_API const char *kdump_dump_get_why(const struct kdump_dump *dump)
{
	return dump->why;
}

KD_API const char *kdump_dump_get_release(const struct kdump_dump *dump)
{
	return *dump->release ? dump->release : NULL;
}

KD_API enum kdump_layout kdump_dump_get_layout(const struct kdump_dump *dump)
{
	return dump->layout;
}

KD_API bool kdump_dump_get_memory(const struct kdump_dump *dump, uint64_t *ram, uint64_t *lowest)
{
	if (!dump->has_record)
		return false;
	*ram = dump->record.ram;
	*lowest = dump->record.lowest;
	return true;
}

KD_API size_t kdump_history_count_deaths(const struct kdump_history *history)
{
	return history->n_deaths;
}

KD_API const struct kdump_death *kdump_history_get_death(const struct kdump_history *history,
							 size_t i)
{
	return i < history->n_deaths ? &history->deaths[i] : NULL;
}

KD_API const char *kdump_death_get_path(const struct kdump_death *death)
{
	return death->path.s;
}

KD_API int64_t kdump_death_get_time(const struct kdump_death *death)
{
	return death->time;
}

KD_API const char *kdump_death_get_release(const struct kdump_death *death)
{
	return *death->log.release ? death->log.release : NULL;
}

KD_API const char *kdump_death_get_why(const struct kdump_death *death)
{
	return death->log.why;
}

KD_API bool kdump_death_get_wall(const struct kdump_death *death, enum kdump_wall *ret)
{
	if (death->log.has_wall)
		*ret = death->log.wall;
	return death->log.has_wall;
}
