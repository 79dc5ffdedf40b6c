/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The small formats of procfs and sysfs: CPU lists, range lists, bracketed
 * choices, "Name:  number kB" tables.  Text in, numbers out.
 */
#ifndef KD_PARSE_SYSFS_H
#define KD_PARSE_SYSFS_H

#include "../core/ranges.h"
#include "../core/text.h"

/* "0-3,8,10-11" (lib/bitmap-str.c): how many CPUs.  -EBADMSG. */
int kd_cpulist_count(const char *text, uint64_t *ret);

/*
 * Lines "67000000-76ffffff", inclusive (kernel/kexec_core.c:crash_cma_ranges_show()).
 * -EBADMSG, -ENOMEM.
 */
int kd_cma_ranges_parse(const char *text, struct kd_ranges *ret, struct kd_text *why);

/* One such range, "0000000067000000-0000000076ffffff", with nothing behind it.  -EBADMSG. */
int kd_range_parse(const char *text, struct kdump_range *ret);

/* "none [integrity] confidentiality": the bracketed word into @ret.  -EBADMSG. */
int kd_choice_parse(const char *text, char *ret, size_t size);

/*
 * A line "Name:   123 kB" of /proc/meminfo, or "Name:\t<hex>" of a status file; @base 10
 * or 16.  -ENOENT, -EBADMSG.
 */
int kd_table_get(const char *text, const char *name, int base, uint64_t *ret);

/*
 * Does /proc/zoneinfo show pages in the zone that is kept free of what cannot be moved
 * (mm/vmstat.c:zoneinfo_show_print())?
 */
bool kd_zoneinfo_has_movable(const char *text);

/*
 * Is a memory block with that "valid_zones" in it?  Of an online block there is one
 * name, of an offline one all that it could be in (drivers/base/memory.c:valid_zones_show()).
 */
bool kd_zones_are_movable(const char *valid_zones);

#endif
