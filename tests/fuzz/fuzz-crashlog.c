/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Any bytes as the log of a kernel that died, and as names: of dumps and their folders, and
 * of what pstore keeps.
 */
#include "../../lib/parse/crashlog.h"

#include <stdlib.h>

#include "../../lib/parse/dumpname.h"
#include "../../lib/parse/pstorename.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void require_printable(const char *s)
{
	for (; *s; s++)
		require(*s >= ' ' && *s < 0x7f);
}

static void check_name(const char *name)
{
	enum kdump_layout layout = KDUMP_LAYOUT_UNKNOWN;
	uint64_t date = kd_dump_folder_date(name, &layout);
	int rank = kd_dump_file_rank(name);

	require(!date == (layout == KDUMP_LAYOUT_UNKNOWN));
	require(!date || (date > UINT64_C(19700000000000) && date < UINT64_C(99991231235961)));
	require(rank >= 0 && rank <= KD_DUMP_FINISHED);
}

static void check_record(const char *name)
{
	struct kd_pstore_name record;

	kd_pstore_parse_name(name, &record);
	require(kd_pstore_rank(name) > 0 && kd_pstore_folder_time(name) >= 0);
	require(record.time >= 0 && record.part <= 99 && record.count <= 999);
	require(record.kind != KD_PSTORE_EFI || (record.part && record.time));
	require(!kd_pstore_compare(&record, &record) && !kd_pstore_goes_on(&record, &record));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *name = strndup((const char *)data, size);
	struct kd_crashlog log;

	require(name);
	kd_crashlog_parse((const char *)data, size, &log);
	require(strlen(log.why) < sizeof(log.why) && strlen(log.release) < sizeof(log.release));
	require(!log.has_wall || *log.why);
	require_printable(log.why);
	require_printable(log.release);
	check_name(name);
	check_record(name);
	require(kd_pstore_part((const char *)data, size) <= 9999);
	free(name);
	return 0;
}
