/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What is said of what comes behind the load: rows of words, and the findings. */
#include "synthetic.h"

#include "../../lib/facts/capture.h"

struct row {
	const char *words, *capture;
	enum kdump_verdict verdict;
	const char *findings;		/* in order, a blank between */
};

#define ALL_WELL "oops=1 hung=1"

static const struct row rows[] = {
	{ "loaded record", ALL_WELL, KDUMP_VERDICT_CAPTURED, "" },
	/* When it panics. */
	{ "loaded record", "", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "oops=0 hung=1", KDUMP_VERDICT_CAPTURED, "oops-not-captured" },
	{ "loaded record", "hung=0 soft=0 hard=0", KDUMP_VERDICT_CAPTURED, "hang-not-captured" },
	{ "loaded record", "hung=0 soft=0 hard=1", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "soft=0", KDUMP_VERDICT_CAPTURED, "hang-not-captured" },
	{ "loaded record", "notifiers=1", KDUMP_VERDICT_CAPTURED, "notifiers-first" },
	{ "loaded record", "notifiers=0", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "waits=2", KDUMP_VERDICT_CAPTURED, "crash-kernel-stays" },
	{ "loaded record", "waits=0", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "waits=2 panic-word", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "waits=0 panic-word-0", KDUMP_VERDICT_CAPTURED, "crash-kernel-stays" },
	/* And when nobody hurts it: SysRq-C wants 8, or 1 for all. */
	{ "loaded record", "sysrq=438", KDUMP_VERDICT_CAPTURED, "no-panic-by-hand" },
	{ "loaded record", "sysrq=438 nmi=0", KDUMP_VERDICT_CAPTURED, "no-panic-by-hand" },
	{ "loaded record", "sysrq=438 nmi=1", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "sysrq=1 nmi=0", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "sysrq=184 nmi=0", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "sysrq=0 nmi=0", KDUMP_VERDICT_CAPTURED, "no-panic-by-hand" },
	{ "loaded record", "panic=0", KDUMP_VERDICT_CAPTURED, "" },
	{ "", "panic=0", KDUMP_VERDICT_NOT_LOADED, "not-loaded panic-stays" },
	{ "", "panic=10", KDUMP_VERDICT_NOT_LOADED, "not-loaded" },
	/* What resets the machine. */
	{ "loaded record", "dog=i6300esb", KDUMP_VERDICT_CAPTURED, "watchdog-fires" },
	{ "loaded record", "dog=i6300esb has=i6300esb", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "dog=", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record incomplete", "dog=i6300esb", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "dog=i6300esb lost", KDUMP_VERDICT_CAPTURED, "" },
	/* The target. */
	{ "loaded record", "folder=0", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "folder=2", KDUMP_VERDICT_CAPTURED, "target-not-mounted" },
	{ "loaded record", "folder=1 ro", KDUMP_VERDICT_CAPTURED, "target-read-only" },
	{ "loaded record", "raw protected", KDUMP_VERDICT_CAPTURED, "target-read-only" },
	{ "loaded record", "device-missing", KDUMP_VERDICT_DEGRADED, "target-not-found" },
	{ "loaded record", "raw room=7", KDUMP_VERDICT_DEGRADED, "target-full" },
	{ "loaded record", "raw room=8", KDUMP_VERDICT_CAPTURED, "target-tight" },
	{ "loaded record", "raw room=30", KDUMP_VERDICT_CAPTURED, "" },
	{ "", "device-missing", KDUMP_VERDICT_NOT_LOADED, "not-loaded target-not-found" },
	{ "fadump", "device-missing", KDUMP_VERDICT_CAPTURED, "fadump" },
	/* 60 MiB of the kernel's, compressed: from 7.5 to 30. */
	{ "loaded record", "folder=1 room=7", KDUMP_VERDICT_DEGRADED, "target-full" },
	{ "loaded record", "folder=1 room=8", KDUMP_VERDICT_CAPTURED, "target-tight" },
	{ "loaded record", "folder=1 room=29", KDUMP_VERDICT_CAPTURED, "target-tight" },
	{ "loaded record", "folder=1 room=30", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "folder=1 room=59 elf level=30", KDUMP_VERDICT_DEGRADED,
	  "target-full" },
	{ "loaded record", "folder=1 room=60 elf level=30", KDUMP_VERDICT_CAPTURED, "" },
	/* But for pages of zeros, of which nobody knows how many there are. */
	{ "loaded record", "folder=1 room=29 elf", KDUMP_VERDICT_DEGRADED, "target-full" },
	{ "loaded record", "folder=1 room=30 elf", KDUMP_VERDICT_CAPTURED, "target-tight" },
	{ "loaded record", "folder=1 room=60 elf", KDUMP_VERDICT_CAPTURED, "" },
	/* SUSE's: so much has to stay free; old dumps go first. */
	{ "loaded record", "folder=1 room=71 keep=64", KDUMP_VERDICT_DEGRADED, "target-full" },
	{ "loaded record", "folder=1 room=93 keep=64", KDUMP_VERDICT_CAPTURED, "target-tight" },
	{ "loaded record", "folder=1 room=94 keep=64", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "folder=1 room=0 deletes", KDUMP_VERDICT_CAPTURED, "target-tight" },
	{ "loaded record", "folder=1 room=30 deletes", KDUMP_VERDICT_CAPTURED, "" },
	/* Of what a balloon takes no more is counted than a kernel's image, and struct pages. */
	{ "loaded record", "folder=1 room=23 balloon=1024", KDUMP_VERDICT_DEGRADED, "target-full" },
	{ "loaded record", "folder=1 room=25 balloon=1024", KDUMP_VERDICT_CAPTURED,
	  "target-tight" },
	{ "loaded record", "folder=1 room=110 balloon=1024", KDUMP_VERDICT_CAPTURED, "" },
	/* All of 2 GiB may be in it. */
	{ "loaded record", "folder=1 room=1000 level=1", KDUMP_VERDICT_CAPTURED, "target-tight" },
	{ "loaded record", "folder=1 room=1024 level=1", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record unmovable=0", "folder=1 room=0", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "folder=1 room=0 other-tool", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "unknown none", KDUMP_VERDICT_DEGRADED, "no-dump-saved" },
	{ "loaded record", "unknown", KDUMP_VERDICT_CAPTURED, "" },
	/* The tool. */
	{ "loaded record", "dracut", KDUMP_VERDICT_DEGRADED, "dump-tool-missing" },
	{ "loaded record", "dracut tool", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "dracut other-tool", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record incomplete", "dracut", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "from-root root-tool=0 configured", KDUMP_VERDICT_DEGRADED,
	  "dump-tool-missing" },
	{ "loaded record", "from-root root-tool=1 configured", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "from-root root-tool=0", KDUMP_VERDICT_CAPTURED, "" },
	/* Its modules. */
	{ "loaded record", "needs=ext4 has=ext4", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "needs=ext4 has=xfs", KDUMP_VERDICT_DEGRADED, "modules-missing" },
	{ "loaded record", "needs=ext4", KDUMP_VERDICT_DEGRADED, "modules-missing" },
	{ "loaded record", "needs=ext4 lost", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record incomplete", "needs=ext4", KDUMP_VERDICT_CAPTURED, "" },
	/* Another kernel may have built in what is a module of this one. */
	{ "loaded record", "needs=ext4 kernel=7.3.4", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "releases=7.2.12", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "releases=7.2.1,7.2.12,7.3", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "releases=7.2.1", KDUMP_VERDICT_DEGRADED, "modules-of-other-kernel" },
	{ "loaded record", "releases=7.2.123,17.2.12", KDUMP_VERDICT_DEGRADED,
	  "modules-of-other-kernel" },
	{ "loaded record", "releases=7.2.1 releases-lost", KDUMP_VERDICT_CAPTURED, "" },
	/* The target is elsewhere: of the cards one is enough, of its modules all are needed. */
	{ "loaded record", "far dracut ssh", KDUMP_VERDICT_DEGRADED, "dump-tool-missing" },
	{ "loaded record", "far dracut tool ssh", KDUMP_VERDICT_DEGRADED, "dump-tool-missing" },
	{ "loaded record", "far dracut tool ssh-tool ssh", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "far dracut tool nfs", KDUMP_VERDICT_DEGRADED, "dump-tool-missing" },
	{ "loaded record", "far dracut tool nfs-tool nfs", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "far nfs needs=nfs has=ext4", KDUMP_VERDICT_DEGRADED,
	  "modules-missing" },
	{ "loaded record", "far ssh cards has=mlx5_core", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "far ssh cards has=ext4", KDUMP_VERDICT_DEGRADED, "modules-missing" },
	{ "loaded record", "far ssh down", KDUMP_VERDICT_CAPTURED, "target-not-reachable" },
	/* Nothing is known of it. */
	{ "loaded record", "unknown dracut needs=ext4 folder=2", KDUMP_VERDICT_CAPTURED, "" },
	/* Who could run it. */
	{ "loaded record", "dracut tool lacks=libelf.so.1", KDUMP_VERDICT_DEGRADED,
	  "dump-tool-missing" },
	{ "loaded record", "dracut lacks=libelf.so.1", KDUMP_VERDICT_DEGRADED,
	  "dump-tool-missing" },
	{ "loaded record", "from-root lacks=libelf.so.1", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "arch=x86_64", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "arch=aarch64", KDUMP_VERDICT_DEGRADED, "initramfs-of-other-machine" },
	{ "loaded record", "arch=x86_64 pages=16 kernel-pages=16", KDUMP_VERDICT_CAPTURED, "" },
	{ "loaded record", "arch=x86_64 pages=4 kernel-pages=64", KDUMP_VERDICT_DEGRADED,
	  "initramfs-of-other-machine" },
	/* What is in an image in the image is not seen: not that it is missing, either. */
	{ "loaded record", "dracut opaque needs=ext4 dog=i6300esb releases=7.2.1",
	  KDUMP_VERDICT_CAPTURED, "" },
	/* The root file system has the watchdog's driver: in time, perhaps. */
	{ "loaded record", "dog=i6300esb from-root", KDUMP_VERDICT_CAPTURED, "watchdog-fires" },
	/* What weighs more is said first. */
	{ "loaded record main=64", "dracut", KDUMP_VERDICT_DEGRADED,
	  "reserved-less too-small dump-tool-missing" },
};

struct scene {
	struct synthetic s;
	struct kd_capture capture;
	struct kd_module_file module;
};

static void add_contents(struct scene *t, const char *words)
{
	struct kd_contents *contents = &t->s.image.contents;
	const char *text = word_text(words, "has");

	if (text) {
		snprintf(t->module.name, sizeof(t->module.name), "%.55s", text);
		contents->modules = &t->module;
		contents->n_modules = 1;
	}
	contents->maker = has_word(words, "dracut") ? KD_MAKER_DRACUT : KD_MAKER_UNKNOWN;
	contents->tools = (has_word(words, "tool") ? KD_TOOL_MAKEDUMPFILE : 0) |
			  (has_word(words, "ssh-tool") ? KD_TOOL_SSH : 0) |
			  (has_word(words, "nfs-tool") ? KD_TOOL_NFS : 0);
	contents->opaque = has_word(words, "opaque");
	text = word_text(words, "lacks");
	snprintf(contents->missing, sizeof(contents->missing), "%s", text ? text : "");
	text = word_text(words, "arch");
	snprintf(contents->arch, sizeof(contents->arch), "%.15s", text ? text : "");
	contents->page_size = word_number(words, "pages", 0) * KD_KIB;
	t->s.image.sums.kernel.page_size = word_number(words, "kernel-pages", 0) * KD_KIB;
	strcpy(t->s.image.sums.kernel.arch, "x86_64");
	contents->modules_lost = has_word(words, "lost");
	contents->releases_lost = has_word(words, "releases-lost");
	text = word_text(words, "releases");
	snprintf(contents->releases, sizeof(contents->releases), "%s", text ? text : "");
	for (char *p = contents->releases; (p = strchr(p, ',')); )
		*p = ' ';
	text = word_text(words, "kernel");
	snprintf(t->s.image.sums.kernel.release, sizeof(t->s.image.sums.kernel.release), "%s",
		 text ? text : "7.2.12");
}

static void add_capture(struct scene *t, const char *words)
{
	struct kdump_config *config = &t->s.config;
	struct kd_capture *capture = &t->capture;
	const char *text;

	config->panic_waits = (enum kd_tristate)word_number(words, "waits", -1);
	*capture = (struct kd_capture){
		.panic_on_oops = (int)word_number(words, "oops", -1),
		.hung_task_panic = (int)word_number(words, "hung", -1),
		.softlockup_panic = (int)word_number(words, "soft", -1),
		.hardlockup_panic = (int)word_number(words, "hard", -1),
		.post_notifiers = (int)word_number(words, "notifiers", -1),
		.target_is_known = !has_word(words, "unknown"),
		.is_remote = has_word(words, "far"),
		.sysrq = (int)word_number(words, "sysrq", -1),
		.unknown_nmi = (int)word_number(words, "nmi", -1),
		.panic_timeout = (int)word_number(words, "panic", -1),
		.has_folder = word_text(words, "folder"),
		.folder.state = (enum kd_mount)word_number(words, "folder", 0),
		.folder.read_only = has_word(words, "ro"),
		.has_room = word_text(words, "room"),
		.room = word_mib(words, "room", 0),
		.from_root = has_word(words, "from-root"),
		.root_has_tool = (int)word_number(words, "root-tool", -1),
		.protected = has_word(words, "protected"),
	};
	text = word_text(words, "dog");
	if (text) {
		capture->n_watchdogs = 1;
		snprintf(capture->watchdogs[0].module, KD_MODULE_FILE_NAME, "%.55s", text);
	}
	text = word_text(words, "needs");
	if (text)
		snprintf(capture->needed.v[capture->needed.n++], KD_MODULE_FILE_NAME, "%.55s",
			 text);
	for (const char *const *card = (const char *const[]){ "e1000e", "mlx5_core", NULL };
	     has_word(words, "cards") && *card; card++)
		snprintf(capture->cards.v[capture->cards.n++], KD_MODULE_FILE_NAME, "%s", *card);
	config->target.missing = has_word(words, "device-missing");
	config->target.devices.interfaces = !has_word(words, "down");
	config->target.kind = has_word(words, "ssh") ? KD_TARGET_SSH :
			      has_word(words, "nfs") ? KD_TARGET_NFS :
			      has_word(words, "none") ? KD_TARGET_NONE :
			      has_word(words, "raw") ? KD_TARGET_RAW : KD_TARGET_FILES;
	/* What is not reserved: no more is the kernel's than is in use. */
	t->s.snap.mem_total = kd_snapshot_ram(&t->s.snap) - 256 * KD_MIB -
			      word_mib(words, "balloon", 0);
	config->capture = capture;
	config->dump.level = (unsigned)word_number(words, "level", 31);
	config->dump.keep_free = word_mib(words, "keep", 0);
	config->dump.deletes_old = has_word(words, "deletes");
	config->dump.compression = has_word(words, "elf") ? 0 : 'l';
	config->dump.other = has_word(words, "other-tool");
	config->file.n = has_word(words, "configured");
	kd_text_set(&config->target.where, "/var/crash");
	if (has_word(words, "panic-word"))
		t->s.record.cmdline = (char *)"words panic=10";
	if (has_word(words, "panic-word-0"))
		t->s.record.cmdline = (char *)"words panic=0";
}

static int set_up(void **state)
{
	struct scene *t = calloc(1, sizeof(*t));

	assert_int_equal(kdump_ctx_new(&t->s.ctx), 0);
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *t = *state;

	kdump_ctx_unref(t->s.ctx);
	free(t);
	return 0;
}

static void test_findings(void **state)
{
	struct scene *t = *state;
	struct kdump_report *r = &t->s.report;

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		char found[512] = "";

		synthetic_make(&t->s, rows[i].words, NULL);
		add_contents(t, rows[i].capture);
		add_capture(t, rows[i].capture);
		synthetic_report(&t->s);
		for (size_t f = 0; f < r->n_findings; f++) {
			snprintf(found + strlen(found), sizeof(found) - strlen(found), "%s%s",
				 f ? " " : "", r->findings[f].id);
			assert_string_not_equal(r->findings[f].text, "");
			if (r->verdict == KDUMP_VERDICT_CAPTURED)
				assert_int_not_equal(r->findings[f].severity,
						     KDUMP_SEVERITY_ERROR);
		}
		if (strcmp(found, rows[i].findings) || r->verdict != rows[i].verdict)
			fail_msg("\"%s\", \"%s\": verdict %d, findings \"%s\"", rows[i].words,
				 rows[i].capture, r->verdict, found);
	}
}

/* The verdict says why no dump would come of it. */
static void test_summary(void **state)
{
	struct scene *t = *state;

	synthetic_make(&t->s, "loaded record", NULL);
	add_contents(t, "");
	add_capture(t, "folder=1 room=1");
	synthetic_report(&t->s);
	assert_string_equal(t->s.report.summary,
			    "A panic now would start the crash kernel, and leave no dump: "
			    "1 MiB is free in /var/crash, a dump takes at least some 7.5 MiB.");
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_findings),
		ONE(test_summary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
