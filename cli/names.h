/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The identifiers of the library's enums in JSON, which are part of its schema
 * (man/crashctl.schema.json), and the exit code of a verdict.
 */
#ifndef CRASHCTL_NAMES_H
#define CRASHCTL_NAMES_H

#include <libkdump.h>

const char *name_verdict(enum kdump_verdict verdict);
const char *name_pool(enum kdump_pool pool);
const char *name_view(enum kdump_view view);
const char *name_severity(enum kdump_severity severity);
const char *name_basis(enum kdump_basis basis);
const char *name_wall(enum kdump_wall wall);
const char *name_freshness(enum kdump_freshness freshness);
const char *name_outcome(enum kdump_outcome outcome);
const char *name_action(enum kdump_action action);
const char *name_when(enum kdump_when when);
/* NULL where it is not known. */
const char *name_growth(enum kdump_growth growth);
const char *name_origin(enum kdump_origin origin);
/* NULL where it is not known. */
const char *name_tested(enum kdump_tested tested);
const char *name_layout(enum kdump_layout layout);
const char *name_fate(enum kdump_fate fate);
const char *name_placed(enum kdump_placed placed);
const char *name_choice(enum kdump_choice choice);
const char *name_event(enum kdump_event_kind kind);
const char *name_rehearsed(enum kdump_rehearsed result);
const char *name_syscall(enum kdump_syscall call);
/* The other way round.  Returns: 0, -1 for another word. */
int syscall_by_name(const char *name, enum kdump_syscall *ret);

int verdict_exit_code(enum kdump_verdict verdict);

#endif
