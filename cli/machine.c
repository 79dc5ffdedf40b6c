/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include "machine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	OPT_RAM = 0x400, OPT_CPUS, OPT_PAGE_SIZE, OPT_ARCH, OPT_TARGET, OPT_LUKS,
	OPT_MARGIN, OPT_OBSERVED,
};

static const struct argp_option options[] = {
	{ "ram", OPT_RAM, "SIZE", 0, "its memory", 0 },
	{ "cpus", OPT_CPUS, "N", 0, "its CPUs", 0 },
	{ "page-size", OPT_PAGE_SIZE, "SIZE", 0, "its page size: 4K, 16K or 64K", 0 },
	{ "arch", OPT_ARCH, "NAME", 0, "its architecture, as uname -m names it", 0 },
	{ "target", OPT_TARGET, "TARGET", 0,
	  "where the dump goes: none, files:PATH, raw:DEVICE, nfs:SERVER:/PATH, "
	  "ssh:USER@HOST, network, or a path", 0 },
	{ "luks", OPT_LUKS, "FILE|SIZE", 0,
	  "the LUKS header that is unlocked for it, or the memory that this takes", 0 },
	{ "margin", OPT_MARGIN, "PCT%|SIZE", 0,
	  "more than the estimate's own margin", 1 },
	{ "use-observed", OPT_OBSERVED, NULL, 0,
	  "take what a crash kernel has recorded beside its dump", 1 },
	{ NULL, 0, NULL, 0, NULL, 0 }
};

static error_t parse_number(struct argp_state *state, struct globals *g, const char *arg,
			    uint64_t *ret)
{
	unsigned long long n;
	char *end;

	errno = 0;
	n = strtoull(arg, &end, 10);
	if (*arg < '0' || *arg > '9' || *end || errno)
		return options_wrong(state, g, "%.64s: not a number", arg);
	*ret = n;
	return 0;
}

/* 0 is "not said" below, and no machine has none of it. */
static error_t parse_some(struct argp_state *state, struct globals *g, const char *arg,
			  error_t (*parse_one)(struct argp_state *, struct globals *,
					       const char *, uint64_t *),
			  uint64_t *ret)
{
	error_t err = parse_one(state, g, arg, ret);

	return !err && !*ret ? options_wrong(state, g, "%.64s: no machine has none", arg) : err;
}

static error_t parse_margin(struct argp_state *state, struct machine_options *machine,
			    const char *arg)
{
	size_t len = strlen(arg);
	char number[16];
	uint64_t n;
	error_t err;

	machine->has_margin = true;
	machine->margin_percent = 0;
	machine->margin_bytes = 0;
	if (!len || arg[len - 1] != '%')
		return options_size(state, machine->g, arg, &machine->margin_bytes);
	if (len > sizeof(number))
		return options_wrong(state, machine->g, "%.64s: not a percentage", arg);
	memcpy(number, arg, len - 1);
	number[len - 1] = '\0';
	err = parse_number(state, machine->g, number, &n);
	if (err)
		return err;
	/* What is too much for the library is said by the library. */
	machine->margin_percent = n > 1000000 ? 1000000 : (unsigned)n;
	return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct machine_options *machine = state->input;

	switch (key) {
	case OPT_RAM:
		return parse_some(state, machine->g, arg, options_size, &machine->ram);
	case OPT_CPUS:
		return parse_some(state, machine->g, arg, parse_number, &machine->cpus);
	case OPT_PAGE_SIZE:
		return parse_some(state, machine->g, arg, options_size, &machine->page_size);
	case OPT_ARCH:
		machine->arch = arg;
		return 0;
	case OPT_TARGET:
		machine->target = arg;
		return 0;
	case OPT_LUKS:
		machine->luks = arg;
		return 0;
	case OPT_MARGIN:
		return parse_margin(state, machine, arg);
	case OPT_OBSERVED:
		machine->use_observed = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp machine_argp = { .options = options, .parser = parse };

int machine_apply(const struct machine_options *machine, struct kdump_config *config)
{
	int ret = 0;

	if (machine->arch)
		ret = kdump_config_set_arch(config, machine->arch);
	if (!ret && machine->ram)
		ret = kdump_config_set_ram(config, machine->ram);
	if (!ret && machine->cpus)
		ret = kdump_config_set_cpus(config, machine->cpus);
	if (!ret && machine->page_size)
		ret = kdump_config_set_page_size(config, machine->page_size);
	if (!ret && machine->target)
		ret = kdump_config_set_target(config, machine->target);
	if (!ret && machine->luks)
		ret = kdump_config_set_luks(config, machine->luks);
	if (!ret && machine->has_margin)
		ret = kdump_config_set_margin(config, machine->margin_percent,
					      machine->margin_bytes);
	if (!ret)
		ret = kdump_config_read_observed(config, machine->use_observed);
	return ret < 0 ? ret : 0;
}
