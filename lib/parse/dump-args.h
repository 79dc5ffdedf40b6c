/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The command that copies /proc/vmcore, as kdump.conf (core_collector) and
 * /etc/default/kdump-tools (MAKEDUMP_ARGS) have it: makedumpfile(8) with its
 * options, or another program.
 */
#ifndef KD_PARSE_DUMP_ARGS_H
#define KD_PARSE_DUMP_ARGS_H

#include "../core/base.h"

#define KD_DUMP_LEVEL_MAX	31

struct kd_dump_settings {
	bool other;			/* not makedumpfile: cp, scp, cat ... */
	/*
	 * Kinds of pages that are left out whatever happens: of several levels
	 * ("-d 11,31") each is tried in turn, so what all of them have.
	 */
	unsigned level;
	unsigned threads;		/* --num-threads; 0 none */
	bool thread_per_cpu;		/* as many as the crash kernel has CPUs, if several */
	uint64_t buffer;		/* --cyclic-buffer, bytes; 0 automatic */
	char compression;		/* the letter of its option: c, l, p or z; 0 none */
	char filter[8];			/* a program that compresses behind it: "xz"; "" none */
	/* Of whatever calls it, on a disk: */
	uint64_t keep_free;		/* bytes; where less would stay free the dump is deleted */
	bool deletes_old;		/* dumps, to make room */
};

/* Options alone, without the program's name.  What is not understood changes nothing. */
void kd_dump_options_parse(const char *options, struct kd_dump_settings *ret);

/* A whole command. */
void kd_dump_command_parse(const char *command, struct kd_dump_settings *ret);

#endif
