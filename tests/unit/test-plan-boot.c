/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The next boot's half of a plan: places, memory, and the entries that the words
 * reach.  How a change is written is tested elsewhere; here it is only caught.
 */
#include "plan-words.h"
#include "../../lib/parse/cmdline.h"

static const struct plan_row rows[] = {
	{ "cma=0", "nokaslr crashkernel=256M@1G", "cma=512 config", "W", "",
	  "crashkernel=512M,cma crashkernel=256M@0x40000000" },
	/* main is raised to what the image needs, also where CMA is given back */
	{ "main=65", "crashkernel=512M,cma crashkernel=65M", "cma=0 config", "W", "",
	  "crashkernel=96M" },
	{ "main=64 cma=0 ram=6144", "crashkernel=64M", "high config", "W", "",
	  "crashkernel=96M,high" },
	/* CMA that costs more than it is worth */
	{ "dump-level=1", "crashkernel=256M", "cma=512 config", "W", "cma-needs-no-user-pages",
	  BOTH },
	{ "dump-level=23", "crashkernel=256M", "cma=512 config", "W", "cma-needs-no-user-pages",
	  BOTH },
	{ "dump-level=8", "crashkernel=256M", "cma=512 config", "W", "", BOTH },
	{ "dump-other", "crashkernel=256M", "cma=512 config", "W", "cma-needs-no-user-pages",
	  BOTH },
	{ "dump-level=1", "crashkernel=256M",
	  "cma=512 config force=cma-needs-no-user-pages", "W", "(cma-needs-no-user-pages)", BOTH },
	/* What stands there already is nobody's wish. */
	{ "dump-level=1", BOTH, "main=128 config", "W", "",
	  "crashkernel=512M,cma crashkernel=128M" },
	{ "unmovable=640", "crashkernel=256M", "cma=512 config", "W", "", BOTH },
	{ "unmovable=641", "crashkernel=256M", "cma=512 config", "W", "cma-too-large", BOTH },
	{ "unmovable=641", "crashkernel=256M", "cma=512 config force=cma-too-large", "W",
	  "(cma-too-large)", BOTH },
	{ "unmovable=0", "crashkernel=256M", "cma=1024 config", "W", "",
	  "crashkernel=1024M,cma crashkernel=256M" },
	/* main at an address */
	{ "cma=0", "nokaslr", "main=256 at=512 config", "W", "", "crashkernel=256M@0x20000000" },
	{ "cma=0", "quiet", "main=256 at=512 config", "W", "needs-nokaslr",
	  "crashkernel=256M@0x20000000" },
	{ "cma=0", "nokaslr", "main=256 at=520 config", "W", "no-place", "crashkernel=256M" },
	{ "cma=0", "nokaslr", "main=256 at=520 up config", "W", "",
	  "crashkernel=256M@0x21000000" },
	{ "cma=0", "nokaslr", "main=256 at=520 down config", "W", "",
	  "crashkernel=256M@0x20000000" },
	{ "cma=0", "nokaslr", "main=256 up config", "W", "", "crashkernel=256M@0x5000000" },
	{ "cma=0", "nokaslr", "main=256 down config", "W", "", "crashkernel=256M@0x70000000" },
	{ "cma=0", "nokaslr", "main=256 at=2000 up config", "W", "no-place", "crashkernel=256M" },
	{ "cma=0 hidden", "nokaslr", "main=256 at=512 config", "W", "no-place",
	  "crashkernel=256M" },
	{ "cma=0", "nokaslr crashkernel=256M", "at=512 config", "W", "",
	  "crashkernel=256M@0x20000000" },
	{ "cma=0", "nokaslr", "main=0 at=512 config", "", "place-alone", "" },
	{ "cma=0 ram=6144", "nokaslr", "main=256 at=512 high config", "W", "place-with-high",
	  "crashkernel=256M@0x20000000" },
	{ "cma=0 ram=6144", "nokaslr", "main=256 at=512 low=72 config", "W",
	  "low-without-high place-with-high", "crashkernel=256M@0x20000000" },
	{ "cma=0 ram=6144", "nokaslr crashkernel=256M,high", "main=256 at=512 config", "W", "",
	  "crashkernel=256M@0x20000000" },
	{ "", "crashkernel=256M", "main=128 at=512 live", "R256>128:128", "not-live", "" },
	{ "cma=0", "nokaslr crashkernel=256M@0x6e000000", "main=256 at=1760", "", "",
	  "crashkernel=256M@0x6e000000" },
	/* what the memory does not hold */
	{ "cma=0", "quiet", "main=2040 config", "W", "will-not-fit", "crashkernel=2040M" },
	{ "cma=0", "quiet", "main=2040 config force=will-not-fit", "W", "(will-not-fit)",
	  "crashkernel=2040M" },
	{ "cma=0 hidden", "quiet", "main=2040 config", "W", "", "crashkernel=2040M" },
	/* words that the kernel finds in others */
	{ "cma=0", "x.crashkernel=1G", "main=256 config", "W", "", "crashkernel=256M" },
	{ "cma=0 ram=6144", "x.crashkernel=1G", "main=256 high config", "W", "words-hidden",
	  "crashkernel=256M,high" },
	{ "cma=0 ram=6144", "x.crashkernel=1G-:512M", "main=256 high config", "W", "words-hidden",
	  "crashkernel=256M,high" },
	{ "cma=0", "x.crashkernel=1G", "main=0 config", "W", "words-hidden", "" },
};

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
	{ KD_LOADER_GRUB, "*7.2.12 y quiet", "cma=0 obstacle", "main=256 config", "boot-read-only",
	  "?" },
	{ KD_LOADER_GRUB, "*7.2.12 y crashkernel=256M", "cma=0 obstacle", "main=256 config", "",
	  "" },
	{ KD_LOADER_GRUB, "*7.2.12 y quiet", "cma=0 enotsup", "main=256 config", "not-writable",
	  "?" },
	/* A kernel that would find no memory, by name. */
	{ KD_LOADER_GRUB, "*7.2.12 y quiet | 7.3.0 y quiet", "cma=0", "main=2040 config",
	  "will-not-fit", "?" },
};

/* ---- entries out of words ---- */

#define ENTRIES_MAX 8

struct scene {
	struct synthetic s;
	struct kdump_boot boot;
	struct kdump_entry entries[ENTRIES_MAX];
	struct kdump_range movable[1];
	char text[1024];
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

static void test_rows(void **state)
{
	check_rows(*state, rows, KD_ARRAY_SIZE(rows));
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

static bool is_noted(const struct kdump_plan *plan, const char *what)
{
	for (size_t i = 0; i < kdump_plan_count_notes(plan); i++)
		if (strstr(kdump_plan_get_note(plan, i), what))
			return true;
	return false;
}

static bool is_refused_with(const struct kdump_plan *plan, const char *what)
{
	for (size_t i = 0; i < plan->n_refusals; i++)
		if (strstr(plan->refusals[i].text, what))
			return true;
	return false;
}

/* Who is refused, noted, and where main will lie. */
static void test_told(void **state)
{
	static const struct {
		struct entry_row row;
		const char *told;
	} told[] = {
		{ { KD_LOADER_GRUB, "*7.2.12 y quiet | 6.1.0 n quiet", "cma=0",
		    "main=80 cma=512 config", "", "" }, "6.1.0 does not know" },
		{ { KD_LOADER_GRUB, "*7.2.12 y quiet | 7.3.0 ? quiet", "cma=0",
		    "main=80 cma=512 config", "", "" }, "7.3.0: its configuration cannot be read" },
		{ { KD_LOADER_GRUB, "*7.2.12 y quiet | 7.3.0 n quiet", "cma=0",
		    "main=80 cma=512 config", "", "" }, "7.3.0 was built without CONFIG_CMA" },
		{ { KD_LOADER_GRUB, "*7.2.12 y quiet | ? y quiet", "cma=0",
		    "main=80 cma=512 config", "", "" }, "which kernel that is" },
		{ { KD_LOADER_GRUB,
		    "*7.2.12 y quiet | 6.1.0 n q | 6.1.1 n q | 6.1.2 n q | 6.1.3 n q | 6.1.4 n q",
		    "cma=0", "main=80 cma=512 config", "", "" },
		  "6.1.0, 6.1.1, 6.1.2 and 2 more does" },
		{ { KD_LOADER_GRUB, "*7.2.12 y quiet | 7.3.0 y a.crashkernel=1G-:64M",
		    "cma=0 ram=6144", "main=256 high config", "", "" },
		  "7.3.0: beside the words the kernel would find crashkernel=1G-:64M, whose" },
		{ { KD_LOADER_GRUB, "*7.2.12 y quiet | !7.3.0 y quiet", "cma=0", "main=256 config",
		    "", "" }, "7.3.0: it stands in a file" },
		{ { KD_LOADER_GRUB, "*7.2.12 y quiet", "cma=0", "main=2040 config", "", "" },
		  "7.2.12 would reserve nothing: no free memory holds 2040 MiB" },
	}, noted[] = {
		{ { KD_LOADER_GRUB, "*7.2.12 y quiet | 6.1.0 n quiet", "cma=0",
		    "main=256 cma=512 config", "", "" }, "6.1.0 makes nothing of ,cma: there" },
		{ { KD_LOADER_GRUB_BLS, "*7.2.12 y quiet | 6.1.0 n quiet", "cma=0",
		    "main=80 cma=512 config", "", "" },
		  "6.1.0 makes nothing of ,cma and gets crashkernel=96M" },
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

#define ONE(test) cmocka_unit_test_setup_teardown(test, plan_set_up, plan_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_rows),
		ONE(test_entries),
		ONE(test_told),
		ONE(test_place),
		ONE(test_met_at_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
