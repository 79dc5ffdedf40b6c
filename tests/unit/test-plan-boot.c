/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The next boot's half of a plan where there are boot entries.  How a change is
 * written is tested elsewhere; here it is only caught.
 */
#include "plan-words.h"
#include "random.h"
#include "../../lib/parse/cmdline.h"

/*
 * Entries: "[*!-]RELEASE CMA COMMAND LINE", with " | " between.  * boots by default, !
 * cannot be changed, - is another system's.  CMA: y, n, or ? for a configuration
 * that cannot be read; the release ? is not known.
 */
struct entry_row {
	enum kd_loader loader;
	const char *entries, *machine, *wish;
	const char *refusals;
	/* "RELEASE: WORDS | …", and for later kernels; "" where there is no step. */
	const char *written;
};

static const struct entry_row entry_rows[] = {
	/* the same words for all, where all know them */
	{ KD_LOADER_GRUB, "*7.2.12 y quiet | 7.3.0 y quiet", "cma=0", "main=256 cma=512 config", "",
	  "7.2.12: " BOTH " | 7.3.0: " BOTH " | later: " BOTH },
	{ KD_LOADER_GRUB, "*7.2.12 y quiet | -7.3.0 y quiet", "cma=0", "main=256 config", "",
	  "7.2.12: crashkernel=256M | later: crashkernel=256M" },
	/* the second time there is nothing to do */
	{ KD_LOADER_GRUB, "*7.2.12 y quiet " BOTH " | 7.3.0 y " BOTH, "", "main=256 cma=512 config",
	  "", "" },
	{ KD_LOADER_GRUB, "*7.2.12 y quiet " BOTH " | 7.3.0 y quiet", "",
	  "main=256 cma=512 config", "", "7.2.12: " BOTH " | 7.3.0: " BOTH " | later: " BOTH },
	/* what is not named is kept as it is configured, not as it was booted */
	{ KD_LOADER_GRUB, "*7.2.12 y crashkernel=512M,cma crashkernel=300M", "", "cma=256 config",
	  "", "7.2.12: crashkernel=256M,cma crashkernel=300M | "
	  "later: crashkernel=256M,cma crashkernel=300M" },
	{ KD_LOADER_GRUB, "7.2.12 y crashkernel=300M | *7.3.0 y crashkernel=400M", "cma=0",
	  "cma=256 config", "", "7.2.12: crashkernel=256M,cma crashkernel=400M | "
	  "7.3.0: crashkernel=256M,cma crashkernel=400M | "
	  "later: crashkernel=256M,cma crashkernel=400M" },
	/* one kernel lacks ,cma: main that holds alone will do for it */
	{ KD_LOADER_GRUB, "*7.2.12 y quiet | 6.1.0 n quiet", "cma=0", "main=256 cma=512 config", "",
	  "7.2.12: " BOTH " | 6.1.0: " BOTH " | later: " BOTH },
	{ KD_LOADER_GRUB, "*7.2.12 y quiet | 6.1.0 n quiet", "cma=0", "main=96 cma=512 config", "",
	  "7.2.12: crashkernel=512M,cma crashkernel=96M | "
	  "6.1.0: crashkernel=512M,cma crashkernel=96M | "
	  "later: crashkernel=512M,cma crashkernel=96M" },
	{ KD_LOADER_GRUB, "*7.2.12 y quiet | 6.1.0 n quiet", "cma=0", "main=80 cma=512 config",
	  "cma-unsupported", "?" },
	{ KD_LOADER_GRUB, "*7.2.12 y quiet | 6.1.0 n quiet", "cma=0",
	  "main=80 cma=512 config force=cma-unsupported", "(cma-unsupported)",
	  "7.2.12: crashkernel=512M,cma crashkernel=80M | "
	  "6.1.0: crashkernel=512M,cma crashkernel=80M | "
	  "later: crashkernel=512M,cma crashkernel=80M" },
	{ KD_LOADER_GRUB, "*7.2.12 y " BOTH " | 6.1.0 n " BOTH, "no-estimate",
	  "main=256 cma=512 config", "", "" },
	{ KD_LOADER_GRUB, "*7.2.12 y quiet | 6.1.0 n quiet", "no-estimate",
	  "main=256 cma=512 config", "unknown-need", "?" },
	/* auto takes what holds in every one of them */
	{ KD_LOADER_GRUB, "*7.2.12 y quiet | 6.1.0 n quiet", "cma=0", "main=auto cma=512 config",
	  "", "7.2.12: crashkernel=512M,cma crashkernel=96M | "
	  "6.1.0: crashkernel=512M,cma crashkernel=96M | "
	  "later: crashkernel=512M,cma crashkernel=96M" },
	{ KD_LOADER_GRUB, "*7.2.12 y quiet | 7.3.0 y quiet", "cma=0", "main=auto cma=512 config",
	  "", "7.2.12: crashkernel=512M,cma crashkernel=65M | "
	  "7.3.0: crashkernel=512M,cma crashkernel=65M | "
	  "later: crashkernel=512M,cma crashkernel=65M" },
	/* words of its own, where entries are files of their own */
	{ KD_LOADER_GRUB_BLS, "*7.2.12 y quiet | 6.1.0 n quiet", "cma=0", "main=80 cma=512 config",
	  "", "7.2.12: crashkernel=512M,cma crashkernel=80M | 6.1.0: crashkernel=96M | "
	  "later: crashkernel=512M,cma crashkernel=80M" },
	{ KD_LOADER_SYSTEMD_BOOT, "*7.2.12 y quiet | 6.1.0 n quiet", "cma=0",
	  "main=auto cma=512 config", "",
	  "7.2.12: crashkernel=512M,cma crashkernel=65M | 6.1.0: crashkernel=96M | "
	  "later: crashkernel=512M,cma crashkernel=65M" },
	{ KD_LOADER_GRUB_BLS, "*7.2.12 y quiet | 6.1.0 n quiet", "cma=0", "main=256 cma=512 config",
	  "", "7.2.12: " BOTH " | 6.1.0: " BOTH " | later: " BOTH },
	/* a configuration that cannot be read counts as one without, and so does an unknown one */
	{ KD_LOADER_GRUB, "*7.2.12 y quiet | 7.3.0 ? quiet", "cma=0", "main=80 cma=512 config",
	  "cma-unsupported", "?" },
	{ KD_LOADER_GRUB, "*7.2.12 y quiet | ? y quiet", "cma=0", "main=80 cma=512 config",
	  "cma-unsupported", "?" },
	{ KD_LOADER_GRUB, "*7.3.0 n quiet", "cma=0", "main=256 cma=512 config", "cma-unsupported",
	  "?" },
	{ KD_LOADER_GRUB, "*6.12.0 y quiet", "cma=0", "main=256 cma=512 config", "cma-unsupported",
	  "?" },
	/* ,high is not seen beside ,cma by a kernel that does not know it */
	{ KD_LOADER_GRUB, "*7.2.12 y quiet | 6.1.0 n quiet", "cma=0 ram=6144",
	  "main=256 cma=512 high config", "cma-hides-high", "?" },
	{ KD_LOADER_GRUB_BLS, "*7.2.12 y quiet | 6.1.0 n quiet", "cma=0 ram=6144",
	  "main=256 cma=512 high config", "",
	  "7.2.12: crashkernel=512M,cma crashkernel=256M,high | 6.1.0: crashkernel=256M,high | "
	  "later: crashkernel=512M,cma crashkernel=256M,high" },
	/* one kernel alone */
	{ KD_LOADER_GRUB_BLS, "*7.2.12 y quiet | 6.1.0 n quiet", "cma=0",
	  "main=80 cma=512 release=7.2.12 config", "",
	  "7.2.12: crashkernel=512M,cma crashkernel=80M" },
	{ KD_LOADER_GRUB_BLS, "*7.2.12 y quiet | 6.1.0 n quiet", "cma=0",
	  "main=256 release=6.6.6 config", "no-such-entry", "?" },
	{ KD_LOADER_GRUB_BLS, "-7.2.12 y quiet", "cma=0", "main=256 release=7.2.12 config",
	  "no-such-entry", "?" },
	{ KD_LOADER_NONE, "-7.2.12 y quiet", "cma=0", "main=256 release=7.2.12 config", "", "" },
	/* which leaves alone what another has reserved now */
	{ KD_LOADER_GRUB_BLS, "*7.2.12 y " BOTH " | 6.1.0 n quiet", "", "main=128 release=6.1.0",
	  "", "6.1.0: crashkernel=128M" },
	/* everything back */
	{ KD_LOADER_GRUB, "*7.2.12 y quiet " BOTH " | 6.1.0 n crashkernel=96M", "", "main=0 config",
	  "", "7.2.12: - | 6.1.0: - | later: -" },
	{ KD_LOADER_GRUB, "*7.2.12 y quiet | 6.1.0 n quiet", "main=0 cma=0", "main=0 config", "",
	  "" },
	/* words in words */
	{ KD_LOADER_GRUB, "*7.2.12 y quiet | 7.3.0 y a.crashkernel=1G-:64M", "cma=0 ram=6144",
	  "main=256 high config", "words-hidden", "?" },
	{ KD_LOADER_GRUB, "*7.2.12 y quiet | 7.3.0 y a.crashkernel=512M,cma", "cma=0",
	  "main=256 config", "words-hidden", "?" },
	{ KD_LOADER_GRUB, "*7.2.12 y nokaslr crashkernel=1M a.crashkernel=256M", "cma=0",
	  "main=256 at=512 config", "words-hidden", "?" },
	/* an address */
	{ KD_LOADER_GRUB, "*7.2.12 y nokaslr | 7.3.0 y quiet", "cma=0", "main=256 at=512 config",
	  "needs-nokaslr", "?" },
	{ KD_LOADER_GRUB, "*7.2.12 y nokaslr | 7.3.0 y nokaslr", "cma=0", "main=256 at=512 config",
	  "", "7.2.12: crashkernel=256M@0x20000000 | 7.3.0: crashkernel=256M@0x20000000 | "
	  "later: crashkernel=256M@0x20000000" },
	{ KD_LOADER_GRUB, "*7.2.12 y nokaslr | 7.3.0 y quiet", "cma=0",
	  "main=256 at=512 release=7.2.12 config", "", "7.2.12: crashkernel=256M@0x20000000" },
	/* what cannot be written */
	{ KD_LOADER_GRUB_BLS, "*7.2.12 y quiet | !7.3.0 y quiet", "cma=0", "main=256 config",
	  "entry-fixed", "?" },
	{ KD_LOADER_GRUB_BLS, "*7.2.12 y quiet | !7.3.0 y crashkernel=256M", "cma=0",
	  "main=256 config", "", "7.2.12: crashkernel=256M | 7.3.0: crashkernel=256M | "
	  "later: crashkernel=256M" },
	/* but what is beside the tool's own entries, and does not boot, is left */
	{ KD_LOADER_GRUB, "*7.2.12 y quiet | !7.3.0 y quiet", "cma=0", "main=256 config", "",
	  "7.2.12: crashkernel=256M | later: crashkernel=256M" },
	{ KD_LOADER_OSTREE, "*7.2.12 y quiet | !7.3.0 y quiet", "cma=0", "main=256 config", "",
	  "7.2.12: crashkernel=256M | later: crashkernel=256M" },
	{ KD_LOADER_GRUB, "7.2.12 y quiet | *!7.3.0 y quiet", "cma=0", "main=256 config",
	  "entry-fixed", "?" },
	{ KD_LOADER_GRUB, "*7.2.12 y quiet", "cma=0 obstacle", "main=256 config", "boot-read-only",
	  "?" },
	{ KD_LOADER_GRUB, "*7.2.12 y crashkernel=256M", "cma=0 obstacle", "main=256 config", "",
	  "" },
	{ KD_LOADER_GRUB, "*7.2.12 y quiet", "cma=0 enotsup", "main=256 config", "not-writable",
	  "?" },
	/* A kernel that would find no memory, by name. */
	{ KD_LOADER_GRUB, "*7.2.12 y quiet | 7.3.0 y quiet", "cma=0", "main=2040 config",
	  "will-not-fit", "?" },
	{ KD_LOADER_GRUB, "*7.2.12 y quiet", "cma=0 ram=12288 arch=aarch64", "main=4095 config", "",
	  "7.2.12: crashkernel=4095M | later: crashkernel=4095M" },
	{ KD_LOADER_GRUB, "*7.2.12 y quiet | 6.1.0 n quiet", "cma=0 ram=12288 arch=aarch64",
	  "main=4095 config", "will-not-fit", "?" },
};

/* ---- entries out of words ---- */

#define ENTRIES_MAX 8

struct scene {
	struct synthetic s;
	struct kdump_boot boot;
	struct kdump_entry entries[ENTRIES_MAX];
	struct kdump_range movable[1];
	char text[4096];
};

static char *cut(char **text, const char *at)
{
	char *start = *text, *end = strstr(start, at);

	if (end) {
		*end = '\0';
		*text = end + strlen(at);
	} else {
		*text = NULL;
	}
	return start;
}

static void make_entry(struct kdump_entry *entry, char *text)
{
	char *release = cut(&text, " "), *cma = cut(&text, " ");

	*entry = (struct kdump_entry){ .ours = true };
	for (; strchr("*!-", *release); release++) {
		entry->is_default |= *release == '*';
		entry->ours &= *release != '-';
		if (*release == '!')
			entry->why = "it stands in a file of its own making";
	}
	entry->id = entry->title = release;
	entry->release = *release == '?' ? NULL : release;
	entry->has_version = !kd_version_parse(release, &entry->version);
	entry->cma = *cma == 'y' ? KD_CONFIG_Y : *cma == 'n' ? KD_CONFIG_N : KD_CONFIG_UNKNOWN;
	entry->cmdline = text;
	entry->nokaslr = has_word(text, "nokaslr");
}

static void make_boot(struct scene *scene, const struct entry_row *row)
{
	struct kdump_boot *boot = &scene->boot;
	char *text = scene->text;

	assert_true(strlen(row->entries) < sizeof(scene->text));
	strcpy(text, row->entries);
	*boot = (struct kdump_boot){ .refs = 1, .loader = row->loader,
				     .entries = scene->entries };
	while (text && boot->n_entries < ENTRIES_MAX)
		make_entry(&scene->entries[boot->n_entries++], cut(&text, " | "));
	if (has_word(row->machine, "obstacle")) {
		boot->obstacle.id = "boot-read-only";
		kd_text_set(&boot->obstacle.text, "/boot is mounted read-only");
	}
	if (has_word(row->machine, "enotsup"))
		boot->variable = "enotsup";
	scene->s.report.boot = boot;
}

/* ---- changes are caught here ---- */

static char written[1024];

static void catch_words(const char *name, const char *words)
{
	size_t n = strlen(written);

	snprintf(written + n, sizeof(written) - n, "%s%s: %s", n ? " | " : "", name,
		 *words ? words : "-");
}

int kd_change_make(const struct kdump_boot *boot, const struct kd_entry_words *words,
		   struct kd_change *ret, struct kd_text *why)
{
	static struct kd_op writes = { .kind = KD_OP_WRITE };
	bool differs = false;
	char *has;

	written[0] = '\0';
	if (boot->variable || boot->obstacle.id)
		return kd_why(why, -ENOTSUP, "a variable holds the words");
	for (size_t i = 0; i < boot->n_entries; i++) {
		if (!words->of_entry[i])
			continue;
		catch_words(boot->entries[i].id, words->of_entry[i]);
		assert_int_equal(kd_cmdline_get_crashkernel(boot->entries[i].cmdline, &has), 0);
		differs |= !kd_streq(has, words->of_entry[i]);
		free(has);
	}
	if (words->of_later)
		catch_words("later", words->of_later);
	if (!differs)
		written[0] = '\0';
	ret->ops = &writes;
	ret->n_ops = differs;
	return 0;
}

void kd_change_free(struct kd_change *change)
{
	(void)change;
}

/* ---- tests ---- */

static struct kdump_plan *plan_entries(struct scene *scene, const struct entry_row *row)
{
	written[0] = '\0';
	synthetic_make(&scene->s, row->machine, NULL);
	make_boot(scene, row);
	synthetic_report(&scene->s);
	return make_plan(&scene->s, row->wish);
}

static void test_entries(void **state)
{
	struct scene scene = { .s.ctx = ((struct synthetic *)*state)->ctx };
	struct kdump_plan *plan;
	char refusals[256];

	for (size_t i = 0; i < KD_ARRAY_SIZE(entry_rows); i++) {
		const struct entry_row *row = &entry_rows[i];
		bool refused = *row->refusals && *row->refusals != '(';

		plan = plan_entries(&scene, row);
		list_refusals(plan, refusals, sizeof(refusals));
		if (strcmp(refusals, row->refusals) ||
		    (!refused && strcmp(written, row->written)))
			fail_msg("%s (%s) wants \"%s\": refusals \"%s\", written \"%s\"",
				 row->entries, row->machine, row->wish, refusals, written);
		assert_int_equal(kd_plan_is_refused(plan), refused);
		/* Nothing is made of a plan that is refused, and no step of nothing. */
		if (refused)
			assert_string_equal(written, "");
		else
			assert_int_equal(plan->n_steps, *row->written != '\0');
		kdump_plan_unref(plan);
	}
}

/* A kernel keeps so much of its command line, and GRUB puts the image's name before it. */
static void test_long(void **state)
{
	static const struct {
		enum kd_loader loader;
		const char *arch, *kernel, *wish, *refusals;
		int filler;
	} rows[] = {
		{ KD_LOADER_SYSTEMD_BOOT, "x86_64", NULL, "main=256 config", "", 2047 - 17 },
		{ KD_LOADER_SYSTEMD_BOOT, "x86_64", NULL, "main=256 config", "words-cut-off",
		  2048 - 17 },
		{ KD_LOADER_SYSTEMD_BOOT, "aarch64", NULL, "main=256 config", "words-cut-off",
		  2048 - 17 },
		{ KD_LOADER_SYSTEMD_BOOT, "x86_64", "/a", "main=256 config", "", 2047 - 17 },
		{ KD_LOADER_GRUB, "x86_64", "/a", "main=256 config", "", 2047 - 17 - 14 },
		{ KD_LOADER_GRUB, "x86_64", "/a", "main=256 config", "words-cut-off",
		  2048 - 17 - 14 },
		/* It is too long, and becomes no longer. */
		{ KD_LOADER_GRUB, "x86_64", "/a", "main=0 config", "", 3000 },
	};
	struct scene scene = { .s.ctx = ((struct synthetic *)*state)->ctx };
	struct kdump_plan *plan;
	char refusals[256], entries[4096], machine[64];

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		struct entry_row row = { rows[i].loader, entries, machine, rows[i].wish, "", "" };

		snprintf(machine, sizeof(machine), "cma=0 arch=%s", rows[i].arch);
		snprintf(entries, sizeof(entries), "*7.2.12 y %0*d", rows[i].filler, 0);
		synthetic_make(&scene.s, row.machine, NULL);
		make_boot(&scene, &row);
		scene.entries[0].kernel = (char *)rows[i].kernel;
		synthetic_report(&scene.s);
		plan = make_plan(&scene.s, row.wish);
		list_refusals(plan, refusals, sizeof(refusals));
		if (strcmp(refusals, rows[i].refusals))
			fail_msg("row %zu: refusals \"%s\"", i, refusals);
		kdump_plan_unref(plan);
	}
}

static bool is_noted(const struct kdump_plan *plan, const char *what)
{
	size_t i = 0;

	while (i < plan->n_notes && !strstr(kdump_plan_get_note(plan, i), what))
		i++;
	return i < plan->n_notes;
}

static bool is_refused_with(const struct kdump_plan *plan, const char *what)
{
	size_t i = 0;

	while (i < plan->n_refusals && !strstr(plan->refusals[i].text, what))
		i++;
	return i < plan->n_refusals;
}

/* Who is refused, noted, and where main will lie. */
static void test_told(void **state)
{
	static const struct {
		struct entry_row row;
		const char *told;
	} told[] = {
		{ { KD_LOADER_GRUB, "*7.2.12 y quiet | 6.1.0 n quiet", "cma=0",
		    "main=80 cma=512 config", "", "" },
		  "6.1.0: crashkernel=…,cma is not known there" },
		{ { KD_LOADER_GRUB, "*7.2.12 y quiet | 7.3.0 ? quiet", "cma=0",
		    "main=80 cma=512 config", "", "" }, "7.3.0: its configuration cannot be read" },
		{ { KD_LOADER_GRUB, "*7.2.12 y quiet | 7.3.0 n quiet", "cma=0",
		    "main=80 cma=512 config", "", "" }, "7.3.0: built without CONFIG_CMA" },
		{ { KD_LOADER_GRUB, "*7.2.12 y quiet | ? y quiet", "cma=0",
		    "main=80 cma=512 config", "", "" }, "which kernel that is" },
		{ { KD_LOADER_GRUB,
		    "*7.2.12 y quiet | 6.1.0 n q | 6.1.1 n q | 6.1.2 n q | 6.1.3 n q | 6.1.4 n q",
		    "cma=0", "main=80 cma=512 config", "", "" },
		  "6.1.0, 6.1.1, 6.1.2 and 2 more: crashkernel=…,cma" },
		{ { KD_LOADER_GRUB, "*7.2.12 y quiet | 7.3.0 y a.crashkernel=1G-:64M",
		    "cma=0 ram=6144", "main=256 high config", "", "" },
		  "7.3.0: beside the words the kernel would find crashkernel=1G-:64M, whose" },
		{ { KD_LOADER_GRUB_BLS, "*7.2.12 y quiet | !7.3.0 y quiet", "cma=0",
		    "main=256 config", "", "" }, "7.3.0: it stands in a file" },
		{ { KD_LOADER_GRUB, "*7.2.12 y quiet", "cma=0", "main=2040 config", "", "" },
		  "7.2.12 would reserve nothing: no free memory holds 2040 MiB" },
	}, noted[] = {
		{ { KD_LOADER_GRUB, "*7.2.12 y quiet | !7.3.0 y quiet", "cma=0", "main=256 config",
		    "", "" }, "7.3.0 keeps its words: it stands in a file" },
		{ { KD_LOADER_GRUB, "*7.2.12 y quiet | 6.1.0 n quiet", "cma=0",
		    "main=256 cma=512 config", "", "" }, "there the crash kernel has main alone" },
		{ { KD_LOADER_GRUB_BLS, "*7.2.12 y quiet | 6.1.0 n quiet", "cma=0",
		    "main=80 cma=512 config", "", "" },
		  "no CMA with 6.1.0: there it is crashkernel=96M" },
		{ { KD_LOADER_NONE, "*7.2.12 y quiet", "cma=0", "main=256 config", "", "" },
		  "by hand" },
		{ { KD_LOADER_GRUB, "*7.2.12 y quiet", "cma=0", "main=1500 config", "", "" },
		  "may fail" },
		{ { KD_LOADER_GRUB, "*7.2.12 y nokaslr", "cma=0", "main=256 at=512 config", "",
		    "" },
		  "boot loader puts the initramfs" },
	};
	struct scene scene = { .s.ctx = ((struct synthetic *)*state)->ctx };
	struct kdump_plan *plan;

	for (size_t i = 0; i < KD_ARRAY_SIZE(told); i++) {
		plan = plan_entries(&scene, &told[i].row);
		if (!is_refused_with(plan, told[i].told))
			fail_msg("%s: %s", told[i].told,
				 plan->n_refusals ? plan->refusals[0].text : "no refusal");
		kdump_plan_unref(plan);
	}
	for (size_t i = 0; i < KD_ARRAY_SIZE(noted); i++) {
		plan = plan_entries(&scene, &noted[i].row);
		if (!is_noted(plan, noted[i].told))
			fail_msg("%s: %s", noted[i].told,
				 plan->n_notes ? plan->notes[0] : "no note");
		kdump_plan_unref(plan);
	}
}

static void test_place(void **state)
{
	const struct entry_row row = { KD_LOADER_GRUB, "*7.2.12 y quiet", "cma=0 ram=6144",
				       "main=256 high config", "", "" };
	struct scene scene = { .s.ctx = ((struct synthetic *)*state)->ctx };
	struct kdump_range range = { 1, 1 };
	struct kdump_plan *plan = plan_entries(&scene, &row);

	assert_true(kdump_plan_get_place(plan, KDUMP_POOL_MAIN, &range));
	assert_int_equal(range.start, 0x170000000);
	assert_non_null(strstr(plan->steps[0].why, "main will lie about at 0x170000000-0x17"));
	assert_non_null(strstr(plan->steps[0].why, "low at 0x"));
	assert_true(kdump_plan_get_place(plan, KDUMP_POOL_LOW, &range));
	assert_false(kdump_plan_get_place(plan, KDUMP_POOL_CMA, &range));
	assert_false(is_noted(plan, "taken out"));
	kdump_plan_unref(plan);
	/* Memory that may be taken out: told where main would lie in it. */
	scene.movable[0] = (struct kdump_range){ 0x170000000, 0x177ffffff };
	scene.boot.movable = (struct kd_ranges){ scene.movable, 1, 1 };
	plan = make_plan(&scene.s, row.wish);
	assert_true(is_noted(plan, "taken out"));
	kdump_plan_unref(plan);
	scene.movable[0] = (struct kdump_range){ 0x160000000, 0x16fffffff };
	plan = make_plan(&scene.s, row.wish);
	assert_false(is_noted(plan, "taken out"));
	kdump_plan_unref(plan);
}

/* What lies there already needs no boot, and nothing else does. */
static void test_met_at_place(void **state)
{
	struct synthetic *s = *state;
	struct kdump_plan *plan;

	synthetic_make(s, "cma=0", "nokaslr crashkernel=256M@0x6e000000");
	synthetic_report(s);
	plan = make_plan(s, "main=256 at=1760");
	assert_true(kdump_plan_is_met_now(plan));
	assert_false(kdump_plan_needs_reboot(plan));
	kdump_plan_unref(plan);
	plan = make_plan(s, "main=256 at=512");
	assert_false(kdump_plan_is_met_now(plan));
	assert_true(kdump_plan_needs_reboot(plan));
	kdump_plan_unref(plan);
}

/* ---- what holds for any wish and any entries ---- */

#define PICK(r, list) (list)[random_below(r, KD_ARRAY_SIZE(list))]

static void random_entries(struct random *r, char *text, size_t size)
{
	static const char *const releases[] = { "6.1.0", "6.6.1", "6.12.3", "6.17.0", "7.2.12",
						"7.3.1", "?" };
	static const char *const lines[] = {
		"quiet", "root=/dev/vda1 ro crashkernel=256M quiet",
		"x=\"a b\" crashkernel=1G-:64M", BOTH, "quiet " BOTH " -- single",
		"crashkernel=96M,high crashkernel=72M,low", "a.crashkernel=64M",
		"crashkernel=128M nokaslr",
	};
	size_t n = 1 + random_below(r, 4), used = 0;

	for (size_t i = 0; i < n; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s%s%u %c %s",
					 i ? " | " : "", i ? "" : "*", PICK(r, releases),
					 (unsigned)i, "yyn?"[random_below(r, 4)], PICK(r, lines));
}

static void random_wish(struct random *r, char *words, size_t size)
{
	static const char *const mains[] = { "", "main=auto", "main=60", "main=80", "main=256",
					     "main=700", "main=0" };
	static const char *const cmas[] = { "", "", "cma=auto", "cma=256", "cma=0" };
	static const char *const places[] = { "", "", "", "high", "high low=72", "at=512 up" };

	snprintf(words, size, "%s %s %s config", PICK(r, mains), PICK(r, cmas), PICK(r, places));
	if (!has_word(words, "high") && !word_text(words, "main") && !word_text(words, "cma") &&
	    !word_text(words, "at"))
		snprintf(words, size, "main=128 config");
}

/* The line with the words that were caught for it. */
static char *edited(const struct kdump_entry *entry)
{
	char key[64], words[256], *start, *line;

	snprintf(key, sizeof(key), "%s: ", entry->id);
	start = strstr(written, key);
	assert_non_null(start);
	start += strlen(key);
	snprintf(words, sizeof(words), "%.*s",
		 (int)(strstr(start, " | ") ? strstr(start, " | ") - start : (long)strlen(start)),
		 start);
	assert_int_equal(kd_cmdline_set_crashkernel(entry->cmdline,
						    kd_streq(words, "-") ? "" : words, &line), 0);
	return line;
}

/* Whichever of them boots, the crash kernel has what it needs, or nothing was wanted. */
static void check_entry(const struct scene *scene, const struct kdump_entry *entry,
			const char *line, const struct entry_row *row)
{
	const char *wish = row->wish;
	struct kd_ck_kernel kernel;
	struct kd_text why;
	struct kd_ck ck;

	kd_entry_ck_kernel(entry, &scene->s.snap, &kernel);
	if (!entry->has_version)
		kernel.knows_cma = kernel.has_cma = false;
	assert_int_equal(kd_ck_parse(line, &kernel, &ck, &why), 0);
	if (word_text(wish, "main") && kd_streq(word_text(wish, "main"), "0"))
		assert_int_equal(ck.main, 0);
	else if (!ck.main && !strstr(row->entries, "crashkernel=") && !word_text(wish, "main"))
		return;
	else if (ck.main < kd_plan_main_needed(&scene->s.est, ck.cma))
		fail_msg("\"%s\" for %s with \"%s\"", line, entry->id, wish);
	if (has_word(wish, "high"))
		assert_true(ck.high);
	if (word_text(wish, "at"))
		assert_true(ck.base && entry->nokaslr);
}

static void test_any_entries(void **state)
{
	static const enum kd_loader loaders[] = { KD_LOADER_GRUB, KD_LOADER_GRUB_BLS };
	struct scene scene = { .s.ctx = ((struct synthetic *)*state)->ctx };
	char entries[512], wish[128], *lines[ENTRIES_MAX];
	unsigned planned = 0;
	struct random r = { 4 };

	for (unsigned round = 0; round < 4000; round++) {
		struct entry_row row = { PICK(&r, loaders), entries, "cma=0 ram=6144", wish, "",
					 "" };
		struct kdump_plan *plan;

		random_entries(&r, entries, sizeof(entries));
		random_wish(&r, wish, sizeof(wish));
		plan = plan_entries(&scene, &row);
		if (kd_plan_is_refused(plan) || !plan->n_steps) {
			kdump_plan_unref(plan);
			continue;
		}
		kdump_plan_unref(plan);
		planned++;
		for (size_t i = 0; i < scene.boot.n_entries; i++) {
			lines[i] = edited(&scene.entries[i]);
			check_entry(&scene, &scene.entries[i], lines[i], &row);
			scene.entries[i].cmdline = lines[i];
		}
		/* Once is enough. */
		synthetic_report(&scene.s);
		plan = make_plan(&scene.s, wish);
		if (plan->n_steps || kd_plan_is_refused(plan))
			fail_msg("again: \"%s\" with \"%s\"", scene.entries[0].cmdline, wish);
		kdump_plan_unref(plan);
		for (size_t i = 0; i < scene.boot.n_entries; i++)
			free(lines[i]);
	}
	assert_true(planned > 1000);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, plan_set_up, plan_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_entries),
		ONE(test_long),
		ONE(test_told),
		ONE(test_place),
		ONE(test_met_at_place),
		ONE(test_any_entries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
