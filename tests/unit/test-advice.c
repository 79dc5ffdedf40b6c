/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What findings advise, where that depends on the machine (synthetic.h). */
#include "synthetic.h"

#include "../../lib/facts/capture.h"

/* Of the finding @id. */
static const char *advice(const struct synthetic *s, const char *id)
{
	for (size_t i = 0; i < s->report.n_findings; i++)
		if (!strcmp(s->report.findings[i].id, id))
			return s->report.findings[i].advice;
	fail_msg("no finding %s", id);
	return NULL;
}

/* The way that takes no reboot is told where there is one. */
static void test_how_to_reserve(void **state)
{
	static const char *const cases[][2] = {
		{ "", "crashctl reserve auto reserves it at the next boot (--dry-run" },
		{ "growth=kernel", "takes it now" }, { "growth=module", "takes it now" },
		{ "growth=installed", "--load-module" }, { "growth=unknown", "the next boot" },
	};
	struct synthetic *s = *state;
	char words[64];

	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		snprintf(words, sizeof(words), "main=0 cma=0 %s", cases[i][0]);
		synthetic_make(s, words, "quiet");
		synthetic_report(s);
		assert_non_null(strstr(advice(s, "not-reserved"), cases[i][1]));
	}
}

/* What unloads the other tool's image is not all of an advice. */
static void test_other_owner(void **state)
{
	struct synthetic *s = *state;

	synthetic_make(s, "loaded owner", NULL);
	synthetic_report(s);
	assert_string_equal(advice(s, "other-owner"),
			    "systemctl disable --now kdump-tools && "
			    "systemctl restart crashctl crashctl-watch");
	/* There a reload is refused. */
	assert_string_equal(advice(s, "foreign-image"), "");
	synthetic_make(s, "loaded", NULL);
	synthetic_report(s);
	assert_string_equal(advice(s, "foreign-image"),
			    "crashctl reload --force no-fallback loads crashctl's own image in "
			    "its place");
}

/* ---- what comes behind the load ---- */

/* Of the finding @id, where the distribution is @distro; the initramfs has xfs.ko alone. */
static const char *advice_behind(struct synthetic *s, struct kd_capture *capture,
				 const char *distro, const char *id)
{
	const struct kd_distro own = { .id = distro, .config_file = "/etc/conf" };
	struct kd_module_file file = { .name = "xfs" };

	synthetic_make(s, "loaded record", NULL);
	s->image.contents.modules = &file;
	s->image.contents.n_modules = 1;
	strcpy(s->image.sums.kernel.release, "7.2.12");
	s->config.distro = &own;
	s->config.capture = capture;
	synthetic_report(s);
	return advice(s, id);
}

static const struct kd_capture nothing = {
	.panic_on_oops = -1, .hung_task_panic = -1, .softlockup_panic = -1,
	.hardlockup_panic = -1, .post_notifiers = -1, .sysrq = -1, .unknown_nmi = -1,
	.panic_timeout = -1, .root_has_tool = -1,
};

/* Each tool builds by its own configuration. */
static void test_how_to_add(void **state)
{
	static const char *const cases[][2] = {
		{ "debian", "initramfs: a line in /etc/initramfs-tools/modules, then "
			    "/etc/kernel/postinst.d/kdump-tools $(uname -r)" },
		{ "fedora", "initramfs: --add-drivers in the one dracut_args line of "
			    "/etc/kdump.conf, then kdumpctl rebuild" },
		{ "suse", "initramfs: add_drivers+= in a file in /etc/dracut.conf.d, then "
			  "mkdumprd -f" },
		{ "", "initramfs: build it with dracut --add-drivers, or a line in" },
	};
	struct kd_capture capture = nothing;

	capture.target_is_known = true;
	capture.needed.n = 1;
	strcpy(capture.needed.v[0], "ext4");
	capture.n_watchdogs = 1;
	strcpy(capture.watchdogs[0].module, "i6300esb");
	for (size_t i = 0; i < KD_ARRAY_SIZE(cases); i++) {
		assert_non_null(strstr(advice_behind(*state, &capture, cases[i][0],
						     "modules-missing"), cases[i][1]));
		assert_non_null(strstr(advice_behind(*state, &capture, cases[i][0],
						     "watchdog-fires"), cases[i][1]));
	}
}

/* One that is there. */
static void test_hang(void **state)
{
	struct kd_capture capture = nothing;
	const char *text;

	capture.hung_task_panic = 0;
	text = advice_behind(*state, &capture, "", "hang-not-captured");
	assert_non_null(strstr(text, "sysctl kernel.hung_task_panic=1"));
	capture.softlockup_panic = 0;
	text = advice_behind(*state, &capture, "", "hang-not-captured");
	assert_non_null(strstr(text, "sysctl kernel.softlockup_panic=1"));
	capture.hardlockup_panic = 0;
	text = advice_behind(*state, &capture, "", "hang-not-captured");
	assert_non_null(strstr(text, "sysctl kernel.hardlockup_panic=1"));
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, synthetic_new, synthetic_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_how_to_reserve),
		ONE(test_other_owner),
		ONE(test_how_to_add),
		ONE(test_hang),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
