/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The variables of a grub.cfg, and the entry that a name stands for: see grubvar.h, bootfile.h. */
#include "grubvar.h"

#include <errno.h>
#include <stdlib.h>

#include "bootfile.h"

/* "name=value", NULL where the command is no assignment. */
static const char *assignment(const struct kd_grub_script *s)
{
	size_t i = s->n > 1 && kd_streq(s->words[0].s, "set");

	return s->n > i && strchr(s->words[i].s, '=') ? s->words[i].s : NULL;
}

const char *kd_grub_assigned(const struct kd_grub_script *script, const char *name)
{
	const char *s = assignment(script);
	size_t len = strlen(name);

	return s && !strncmp(s, name, len) && s[len] == '=' ? s + len + 1 : NULL;
}

static struct kd_grub_var *find(const struct kd_grub_vars *vars, const char *name, size_t len)
{
	for (size_t i = 0; i < vars->n; i++) {
		if (!strncmp(vars->v[i].name, name, len) && !vars->v[i].name[len])
			return &vars->v[i];
	}
	return NULL;
}

static int take(struct kd_grub_vars *vars, const struct kd_grub_script *script)
{
	const char *s = assignment(script);
	size_t len = s ? (size_t)(strchr(s, '=') - s) : 0;
	struct kd_grub_var *var;

	if (!s)
		return 0;
	var = find(vars, s, len);
	if (!var && vars->n == KD_GRUB_VARS) {
		vars->full = true;
		return 0;
	}
	if (!var) {
		var = &vars->v[vars->n];
		*var = (struct kd_grub_var){ strndup(s, len), true };
		if (!var->name)
			return -ENOMEM;
		vars->n++;
	}
	var->harmless &= !script->n_variables && !strstr(s + len, "crashkernel");
	return 0;
}

int kd_grub_vars_read(struct kd_grub_vars *vars, const char *text, size_t len,
		      struct kd_text *why)
{
	struct kd_grub_script script;
	int r = kd_grub_script_init(&script, text, len), event = KD_GRUB_END;

	vars->v = calloc(KD_GRUB_VARS, sizeof(*vars->v));
	if (!vars->v)
		r = -ENOMEM;
	while (!r) {
		event = kd_grub_script_next(&script, why);
		if (event <= KD_GRUB_END)
			break;
		if (event == KD_GRUB_COMMAND)
			r = take(vars, &script);
	}
	kd_grub_script_free(&script);
	return r < 0 ? r : event;
}

void kd_grub_vars_free(struct kd_grub_vars *vars)
{
	for (size_t i = 0; i < vars->n; i++)
		free(vars->v[i].name);
	free(vars->v);
	*vars = (struct kd_grub_vars){ 0 };
}

/* openSUSE has it on every line: it chooses the snapshot of Btrfs that is booted. */
static bool is_snapshots(const char *name)
{
	return kd_starts(name, "extra_cmdline}");
}

bool kd_grub_vars_harmless(const struct kd_grub_vars *vars, const char *name)
{
	const struct kd_grub_var *var = find(vars, name, strcspn(name, "}"));

	if (!var)
		return !vars->full && is_snapshots(name);
	return var->harmless && !vars->full;
}

/* @name up to the end of this part of @spec, in which a '>' is written ">>". */
static bool same(const char *name, const char *spec, size_t *ret_len)
{
	size_t i = 0;

	for (; name && *name; name++) {
		if (spec[i] != *name || (*name == '>' && spec[++i] != '>'))
			return false;
		i++;
	}
	*ret_len = i;
	return name && (!spec[i] || (spec[i] == '>' && spec[i + 1] != '>'));
}

/* By its number, id or title; the length of that part of @spec. */
static bool is_meant(size_t place, const char *id, const char *title, const char *spec,
		     size_t *ret_len)
{
	size_t digits = strspn(spec, "0123456789");

	if (digits && (!spec[digits] || spec[digits] == '>')) {
		*ret_len = digits;
		return strtoull(spec, NULL, 10) == place;
	}
	return same(id, spec, ret_len) || same(title, spec, ret_len);
}

static bool find_in(const struct kd_bootfile *file, size_t menu, const char *spec,
		    size_t *ret_menu, size_t *ret_line, size_t *ret_len)
{
	size_t len;

	*ret_menu = 0;
	for (size_t i = 0; i < file->n; i++) {
		const struct kd_boot_line *line = &file->v[i];

		if (line->menu != menu ||
		    !is_meant(line->place, line->id, line->title, spec, &len))
			continue;
		*ret_line = i;
		*ret_len = len;
		return true;
	}
	for (size_t i = 0; i < file->n_menus; i++) {
		const struct kd_boot_menu *sub = &file->menus[i];

		if (sub->menu != menu || !is_meant(sub->place, sub->id, sub->title, spec, &len))
			continue;
		*ret_menu = i + 1;
		*ret_len = len;
		return true;
	}
	return false;
}

bool kd_bootfile_find(const struct kd_bootfile *file, const char *spec, size_t *ret)
{
	size_t menu = 0, line = 0, len;

	/* A menu without more is entered, and its first entry booted. */
	while (find_in(file, menu, *spec ? spec : "0", &menu, &line, &len)) {
		if (!menu) {
			*ret = line;
			return true;
		}
		if (*spec)
			spec += len + (spec[len] == '>');
	}
	return false;
}
