/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The crash kernel's command line.  What it begins with: the line that a file
 * gives, else the running one.  What goes: the distribution's names and those of
 * "remove".  What comes: the caller's words, else those of "append", else the
 * distribution's; then those of "append-more".
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../parse/cmdline.h"
#include "../parse/conf.h"
#include "config.h"
#include "facts.h"

#define BLANKS " \t\n"

/*
 * Whatever is configured: a crash kernel must not reserve crash memory again, and
 * where its elfcorehdr is only who loads it knows.
 */
static const char *const never[] = { "crashkernel", "elfcorehdr", NULL };

/* Names of words that go; those that were cut out of a text are in it. */
struct names {
	const char **v;			/* NULL-terminated */
	size_t n;
	char *texts[2];
	size_t n_texts;
};

static void names_free(struct names *names)
{
	for (size_t i = 0; i < names->n_texts; i++)
		free(names->texts[i]);
	free(names->v);
}

static int names_add(struct names *names, const char *const *list)
{
	size_t n = 0;
	const char **v;

	while (list && list[n])
		n++;
	v = reallocarray(names->v, names->n + n + 1, sizeof(*v));
	if (!v)
		return -ENOMEM;
	names->v = v;
	for (size_t i = 0; i < n; i++)
		v[names->n++] = list[i];
	v[names->n] = NULL;
	return 0;
}

/* kdumpctl takes "name=value" for the name (kdump-lib.sh:_cmdline_parse()); we do not. */
static int names_add_text(struct names *names, const char *text, bool values_too)
{
	char *copy, *rest = NULL;
	int err = 0;

	if (!text)
		return 0;
	copy = strdup(text);
	if (!copy)
		return -ENOMEM;
	names->texts[names->n_texts++] = copy;
	for (char *word = strtok_r(copy, BLANKS, &rest); word && !err;
	     word = strtok_r(NULL, BLANKS, &rest)) {
		char *equals = values_too ? NULL : strchr(word, '=');
		const char *one[] = { word, NULL };

		if (equals)
			*equals = '\0';
		err = names_add(names, one);
	}
	return err;
}

/* One text and another behind a space; *@text is from malloc(), or NULL. */
static int join(char **text, const char *more)
{
	size_t old = *text ? strlen(*text) : 0, len = more ? strlen(more) : 0;
	char *grown;

	if (!len)
		return 0;
	grown = realloc(*text, old + len + 2);
	if (!grown)
		return -ENOMEM;
	if (old)
		grown[old++] = ' ';
	memcpy(grown + old, more, len + 1);
	*text = grown;
	return 0;
}

/* The same text without these, with that behind it. */
static int recompose(char **text, const char *const *names, const char *append)
{
	char *line;
	int err;

	err = kd_cmdline_compose(*text ? *text : "", names, append, &line);
	if (err)
		return err;
	free(*text);
	*text = line;
	return 0;
}

struct line {
	const char *base, *base_source;
	bool is_theirs;			/* by the distribution's configuration */
	bool strip;			/* of the distribution's names */
	const char *words_source;
	char *words;
};

static bool is_reused(const struct kdump_config *config)
{
	const char *text = config->own.reuse.text;
	bool reuse = false;

	return config->reuse || (text && kd_conf_yes(text, &reuse) && reuse);
}

static void choose_base(struct kdump_config *config, struct line *line)
{
	const struct kd_distro *distro = config->distro;
	const struct kd_setting *own = &config->own.cmdline;
	const char *theirs = NULL;

	line->base = config->snap->cmdline;
	line->base_source = "/proc/cmdline";
	line->strip = !is_reused(config);
	if (config->reuse)
		return;
	if (own->text) {
		line->base = own->text;
		line->base_source = own->file;
		line->strip = false;
		return;
	}
	if (line->strip)
		theirs = kd_config_configured(config, distro->cmdline_key);
	if (!theirs)
		return;
	line->base = theirs;
	line->base_source = distro->config_file;
	line->is_theirs = true;
	line->strip = distro->strips_whole;
}

static const struct kd_distro_words *words_of(const struct kdump_config *config)
{
	return kd_distro_words(config->distro, config->asked.arch ? config->asked.arch->name
								  : config->snap->arch_name);
}

static int collect_names(struct kdump_config *config, const struct line *line,
			 struct names *names)
{
	const struct kd_distro *distro = config->distro;
	const char *theirs;
	int err;

	err = names_add(names, never);
	if (!err && line->strip) {
		theirs = kd_config_configured(config, distro->remove_key);
		err = names_add(names, distro->remove);
		if (!err && theirs)
			err = names_add_text(names, theirs, false);
		else if (!err)
			err = names_add(names, words_of(config)->remove);
	}
	if (!err && !config->reuse)
		err = names_add_text(names, config->own.remove.text, true);
	return err;
}

/* What the distribution appends by itself, the number of CPUs by its configuration. */
static int built_in_words(struct kdump_config *config, char **text)
{
	static const char *const nr_cpus[] = { "nr_cpus", NULL };
	const char *cpus = kd_config_configured(config, config->distro->cpus_key);
	char word[32];
	int err;

	err = join(text, words_of(config)->append);
	if (err || !cpus || strlen(cpus) > 8 || strspn(cpus, "0123456789") != strlen(cpus))
		return err;
	snprintf(word, sizeof(word), "nr_cpus=%s", cpus);
	return recompose(text, nr_cpus, strtoul(cpus, NULL, 10) ? word : NULL);
}

/*
 * A crash kernel that starts on another CPU must not wake this one by INIT, which
 * resets the machine (kernels before 6.9 have to be told).
 */
static int add_boot_cpu(struct kdump_config *config, char **text)
{
	char word[48];

	if (!config->distro->boot_cpu || !config->hardware.has_boot_apicid ||
	    config->asked.arch)
		return 0;
	snprintf(word, sizeof(word), "disable_cpu_apicid=%u", config->hardware.boot_apicid);
	return join(text, word);
}

static bool has_name_of(const char *text, const char *word)
{
	char name[32];
	struct kd_word found;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
	return text && kd_cmdline_last(text, name, &found);
}

static int distribution_words(struct kdump_config *config, const struct line *line, char **text)
{
	const struct kd_distro *distro = config->distro;
	const char *theirs = kd_config_configured(config, distro->append_key);
	bool adds = !line->is_theirs || !distro->whole_is_all;
	int err = 0;

	if (adds && (!theirs || distro->append_adds))
		err = built_in_words(config, text);
	if (!err && adds)
		err = add_boot_cpu(config, text);
	if (!err)
		err = join(text, theirs);
	if (!err && distro->last && !has_name_of(line->base, distro->last) &&
	    !has_name_of(*text, distro->last))
		err = join(text, distro->last);
	return err;
}

/* Those that "remove" names go, but not where the same files ask for them. */
static int choose_words(struct kdump_config *config, struct line *line,
			const struct names *names)
{
	const struct kd_own *own = &config->own;
	bool built_in = false;
	int err = 0;

	if (config->append) {
		line->words_source = "given";
		return join(&line->words, config->append);
	}
	line->words_source = "reused whole";
	if (config->reuse)
		return 0;
	if (own->append.text) {
		line->words_source = own->append.file;
		err = join(&line->words, own->append.text);
	} else if (!is_reused(config)) {
		line->words_source = kd_config_configured(config, config->distro->append_key)
				   ? config->distro->config_file : "the distribution's rules";
		err = distribution_words(config, line, &line->words);
		built_in = true;
	}
	if (!err && built_in)
		err = recompose(&line->words, names->v, NULL);
	return err ? err : join(&line->words, own->append_more.text);
}

/* "A, B", and the files of what else has a part in it. */
static void name_sources(const struct kdump_config *config, const struct line *line,
			 struct kd_text *ret)
{
	const struct kd_setting *more[] = { &config->own.remove, &config->own.append_more };

	kd_text_set(ret, "%s", line->base_source);
	if (!kd_streq(line->words_source, line->base_source))
		kd_text_append(ret, ", %s", line->words_source);
	for (size_t i = 0; i < KD_ARRAY_SIZE(more) && !config->reuse; i++)
		if (more[i]->text && !strstr(ret->s, more[i]->file) &&
		    !(i && config->append))
			kd_text_append(ret, ", %s", more[i]->file);
}

/* "memmap=exactmap" or one that adds memory, "memmap=1G@4G" (arch/x86/kernel/e820.c). */
static bool adds_memory(const char *line)
{
	struct kd_word word;
	size_t pos = 0;

	while (kd_cmdline_next(line, &pos, &word))
		if (kd_word_is(&word, "memmap") && word.value &&
		    (memchr(word.value, '@', word.value_len) ||
		     (word.value_len == 8 && !memcmp(word.value, "exactmap", 8))))
			return true;
	return false;
}

/*
 * The crash kernel must not find the memory of the one that crashed, whatever words are
 * configured: it would write over what is to be dumped.  ACPI tells it of memory that
 * can be plugged as of new one (drivers/acpi/acpi_memhotplug.c).
 */
static int keep_apart(const struct kdump_config *config, char **text)
{
	static const char *const memmap[] = { "memmap", NULL };
	static const char word[] = "acpi_no_memhotplug";
	const struct kd_arch *arch = kd_config_arch(config);
	struct kd_word found;
	int err = 0;

	if (arch != &kd_arch_x86_64 && arch != &kd_arch_arm64)
		return 0;
	if (adds_memory(*text))
		err = recompose(text, memmap, NULL);
	if (!err && !kd_cmdline_last(*text, word, &found))
		err = recompose(text, NULL, word);
	return err;
}

int kd_config_compose(struct kdump_config *config)
{
	struct names names = { 0 };
	struct names own = { 0 };
	struct line line = { 0 };
	char *text = NULL;
	int err;

	choose_base(config, &line);
	if (!line.base)
		return 0;
	err = collect_names(config, &line, &names);
	if (!err)
		err = names_add(&own, never);
	if (!err)
		err = names_add_text(&own, config->own.remove.text, true);
	if (!err)
		err = kd_cmdline_compose(line.base, names.v, NULL, &text);
	line.base = text;
	if (!err)
		err = choose_words(config, &line, &own);
	if (!err)
		err = recompose(&text, NULL, line.words);
	if (!err)
		err = keep_apart(config, &text);
	if (!err) {
		free(config->cmdline.text);
		config->cmdline.text = text;
		name_sources(config, &line, &config->cmdline.source);
	} else {
		free(text);
	}
	free(line.words);
	names_free(&names);
	names_free(&own);
	return err ? kd_oom(config->ctx) : 0;
}

int kd_config_set_append(struct kdump_config *config, bool reuse, const char *append)
{
	char *copy = NULL, *old = config->append;
	bool old_reuse = config->reuse;
	int err;

	/* The kernel searches by text, inside other words too (kernel/crash_reserve.c). */
	if (append && strstr(append, "crashkernel=")) {
		kd_advise(config->ctx, "leave crashkernel= to the running kernel's command line");
		return kd_fail_id(config->ctx, -EINVAL, "append-crashkernel",
				  "words to append: crashkernel= would make the crash kernel "
				  "reserve memory again");
	}
	if (append && strstr(append, "elfcorehdr=")) {
		kd_advise(config->ctx, "leave it out");
		return kd_fail_id(config->ctx, -EINVAL, "append-elfcorehdr",
				  "words to append: elfcorehdr= is set by the load itself");
	}
	if (append && strpbrk(append, "\n\r"))
		return kd_fail_id(config->ctx, -EINVAL, "append-line-break",
				  "words to append: a command line has no line breaks");
	if (append) {
		copy = strdup(append);
		if (!copy)
			return kd_oom(config->ctx);
	}
	config->append = copy;
	config->reuse = reuse;
	err = kd_config_compose(config);
	if (err) {
		config->append = old;
		config->reuse = old_reuse;
		free(copy);
		return err;
	}
	free(old);
	config->cmdline.given = true;
	return 0;
}

KD_API int kdump_config_set_append(struct kdump_config *config, bool reuse,
				   const char *append)
{
	int err;

	kd_begin(config->ctx);
	err = kd_config_set_append(config, reuse, append);
	if (err)
		return err;
	if (append)
		kd_record_value(config->ctx, KD_VALUE_APPEND, append);
	if (reuse)
		kd_record_value(config->ctx, KD_VALUE_REUSE, "1");
	return 0;
}
