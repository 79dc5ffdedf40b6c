/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Recording a machine and asking the record: the same answers, and no others. */
#include "machine.h"

#include <fcntl.h>

#include "../../lib/core/replay.h"
#include "../../lib/facts/config.h"
#include "../../lib/facts/facts.h"

struct scene {
	struct machine m;
	struct kdump_ctx *there;	/* that records */
	struct kdump_ctx *here;		/* that replays */
	char path[PATH_MAX];		/* of the facts file */
	unsigned missed;		/* questions that were not asked there */
};

static void count(void *data, int priority, const char *text)
{
	struct scene *s = data;

	(void)priority;
	s->missed += strstr(text, "not among the facts") != NULL;
}

static int set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	machine_new(&s->m);
	assert_int_equal(kdump_ctx_new(&s->there), 0);
	assert_int_equal(kdump_ctx_set_root(s->there, s->m.root), 0);
	assert_int_equal(kdump_ctx_record(s->there), 0);
	assert_int_equal(kdump_ctx_new(&s->here), 0);
	kdump_ctx_set_log_fn(s->here, count, s);
	snprintf(s->path, sizeof(s->path), "%s/facts.json", s->m.root);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	kdump_ctx_unref(s->there);
	kdump_ctx_unref(s->here);
	machine_free(&s->m);
	free(s);
	return 0;
}

/* What was recorded is replayed, and the machine itself is gone. */
static void move(struct scene *s, struct kdump_image *image)
{
	struct kdump_facts *facts;

	assert_int_equal(kdump_facts_new(s->there, image, &facts), 0);
	machine_remove(s->m.root);
	assert_int_equal(mkdir(s->m.root, 0700), 0);
	machine_put(&s->m, "facts.json", kdump_facts_get_text(facts));
	kdump_facts_unref(facts);
	assert_int_equal(kdump_ctx_set_facts(s->here, s->path), 0);
	assert_false(kdump_ctx_is_live(s->here));
}

/* One of each, asked of both; what they say is compared by the caller. */
struct said {
	struct kd_buf text;
	struct kd_names names;
	char line[16], link[16];
	uint64_t number;
	int errs[9];
	bool exists[3];
};

static void ask(struct kdump_ctx *ctx, struct said *said)
{
	*said = (struct said){ .number = 0 };
	said->errs[0] = kd_root_read(ctx, "/etc/text", 100, &said->text);
	said->errs[1] = kd_root_read_line(ctx, "etc/line", said->line, sizeof(said->line));
	said->errs[2] = kd_root_read_u64(ctx, "etc/number", &said->number);
	said->errs[3] = kd_root_readlink(ctx, "etc/link", said->link, sizeof(said->link));
	said->errs[4] = kd_root_list(ctx, "etc", 100, &said->names);
	said->errs[5] = kd_root_readlink(ctx, "etc/text", said->link, sizeof(said->link));
	said->errs[6] = kd_root_read_line(ctx, "etc/none", said->line, sizeof(said->line));
	said->errs[7] = kd_root_list(ctx, "etc/line", 100, &said->names);
	said->errs[8] = kd_root_read_line(ctx, "etc/long", said->line, sizeof(said->line));
	said->exists[0] = kd_root_exists(ctx, "etc/text");
	said->exists[1] = kd_root_exists(ctx, "etc/link");
	said->exists[2] = kd_root_exists(ctx, "etc/none");
}

static void test_questions(void **state)
{
	static const int errs[9] = { 0, 0, 0, 0, 0, -EINVAL, -ENOENT, -ENOTDIR, -EFBIG };
	struct scene *s = *state;
	struct said there, here;
	struct kd_names few = { NULL, 77 };
	struct kd_buf buf;
	char link[3];

	machine_put_bytes(&s->m, "etc/text", "a\0\xff\n", 4);
	machine_put(&s->m, "etc/line", "first\nsecond\n");
	machine_put(&s->m, "etc/long", "0123456789abcdef\n");
	machine_put(&s->m, "etc/number", "4711\n");
	machine_link(&s->m, "etc/link", "nowhere");
	ask(s->there, &there);
	move(s, NULL);
	ask(s->here, &here);
	assert_memory_equal(here.errs, errs, sizeof(errs));
	assert_memory_equal(there.errs, errs, sizeof(errs));
	assert_int_equal(here.text.len, 4);
	assert_memory_equal(here.text.data, "a\0\xff\n", 5);
	assert_string_equal(here.line, "first");
	assert_string_equal(here.link, "nowhere");
	assert_int_equal(here.number, 4711);
	assert_true(here.exists[0] && !here.exists[1] && !here.exists[2]);
	assert_memory_equal(here.exists, there.exists, sizeof(here.exists));
	assert_int_equal(here.names.n, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(here.names.v[i], there.names.v[i]);
	/* The limits of a question are those of the caller. */
	assert_int_equal(kd_root_read(s->here, "etc/text", 3, &buf), -EFBIG);
	assert_int_equal(kd_root_list(s->here, "etc", 4, &few), -EFBIG);
	assert_int_equal(few.n, 77);
	assert_int_equal(kd_root_readlink(s->here, "etc/link", link, sizeof(link)), -EFBIG);
	assert_int_equal(s->missed, 0);
	kd_buf_free(&here.text);
	kd_buf_free(&there.text);
	kd_names_free(&here.names);
	kd_names_free(&there.names);
}

static void test_not_asked(void **state)
{
	struct scene *s = *state;
	struct kd_names names;
	struct kd_buf buf;
	char line[16];
	struct stat st;

	machine_put(&s->m, "etc/text", "x");
	assert_true(kd_root_exists(s->there, "etc/text"));
	move(s, NULL);
	assert_true(kd_root_exists(s->here, "etc/text"));
	assert_int_equal(kd_root_read(s->here, "etc/text", 100, &buf), -ENOENT);
	assert_int_equal(kd_root_read_line(s->here, "etc/text", line, sizeof(line)), -ENOENT);
	assert_int_equal(kd_root_readlink(s->here, "etc/text", line, sizeof(line)), -ENOENT);
	assert_int_equal(kd_root_list(s->here, "etc", 100, &names), -ENOENT);
	assert_false(kd_root_exists(s->here, "etc"));
	assert_int_equal(s->missed, 5);
	/* This machine's own files are not looked at. */
	assert_int_equal(kd_root_open(s->here, "/", O_RDONLY | O_DIRECTORY), -ENOENT);
	assert_int_equal(kd_root_open_regular(s->here, s->path, &st), -ENOENT);
	assert_int_equal(kd_root_stat(s->here, "/", &st), -ENOENT);
}

static void test_changes_nothing(void **state)
{
	struct scene *s = *state;
	int lock;

	move(s, NULL);
	assert_int_equal(kd_root_replace(s->here, s->path, "x", 1, 0644), -EROFS);
	assert_int_equal(kd_root_poke(s->here, s->path, "x"), -EROFS);
	assert_int_equal(kd_root_unlink(s->here, s->path), -EROFS);
	assert_int_equal(kd_root_mkdirs(s->here, s->m.root, 0755), -EROFS);
	assert_int_equal(kd_root_open(s->here, s->path, O_RDWR), -EROFS);
	assert_int_equal(kd_lock_take(s->here, &lock), -EIO);
	assert_int_equal(access(s->path, F_OK), 0);
}

struct objects {
	struct kdump_snapshot *snap;
	struct kdump_config *config;
	struct kdump_image *image;
	struct kdump_estimate *est;
	struct kdump_report *report;
};

static int read_image(struct kdump_image *image)
{
	int r;

	do
		r = kdump_image_read(image);
	while (r == KDUMP_AGAIN);
	return r;
}

static void look(struct kdump_ctx *ctx, struct objects *o)
{
	assert_int_equal(kdump_snapshot_new(ctx, &o->snap), 0);
	assert_int_equal(kdump_config_new(ctx, o->snap, &o->config), 0);
}

static int estimate(struct kdump_ctx *ctx, struct objects *o)
{
	int err;

	assert_int_equal(kdump_image_new(ctx, o->config, &o->image), 0);
	err = read_image(o->image);
	if (err)
		return err;
	assert_int_equal(kdump_estimate_new(ctx, o->config, o->image, &o->est), 0);
	assert_int_equal(kdump_report_new(ctx, o->config, o->image, o->est, NULL, &o->report), 0);
	return 0;
}

static void forget(struct objects *o)
{
	kdump_report_unref(o->report);
	kdump_estimate_unref(o->est);
	kdump_image_unref(o->image);
	kdump_config_unref(o->config);
	kdump_snapshot_unref(o->snap);
}

static void assert_same_text(const char *a, const char *b)
{
	assert_true(!a == !b);
	if (a)
		assert_string_equal(a, b);
}

static void assert_same_estimate(const struct kdump_estimate *a, const struct kdump_estimate *b)
{
	assert_int_equal(kdump_estimate_count_parts(a), kdump_estimate_count_parts(b));
	for (size_t i = 0; i < kdump_estimate_count_parts(a); i++) {
		const struct kdump_part *x = kdump_estimate_get_part(a, i);
		const struct kdump_part *y = kdump_estimate_get_part(b, i);

		assert_string_equal(kdump_part_get_id(x), kdump_part_get_id(y));
		assert_int_equal(kdump_part_get_bytes(x), kdump_part_get_bytes(y));
	}
	for (unsigned wall = 0; wall < KDUMP_WALLS; wall++)
		assert_int_equal(kdump_estimate_get_wall(a, wall),
				 kdump_estimate_get_wall(b, wall));
}

static void assert_same(const struct objects *a, const struct objects *b)
{
	assert_same_text(kdump_snapshot_get_host(a->snap), kdump_snapshot_get_host(b->snap));
	assert_same_text(kdump_snapshot_get_release(a->snap), kdump_snapshot_get_release(b->snap));
	assert_int_equal(kdump_snapshot_get_ram(a->snap), kdump_snapshot_get_ram(b->snap));
	assert_int_equal(a->snap->page_size, b->snap->page_size);
	assert_same_text(kdump_config_get_kernel(a->config), kdump_config_get_kernel(b->config));
	assert_same_text(kdump_config_get_initramfs(a->config),
			 kdump_config_get_initramfs(b->config));
	assert_same_text(kdump_config_get_cmdline(a->config), kdump_config_get_cmdline(b->config));
	assert_int_equal(a->config->cma, b->config->cma);
	assert_int_equal(a->config->kexec_file, b->config->kexec_file);
	assert_int_equal(kdump_image_get_kernel_size(a->image),
			 kdump_image_get_kernel_size(b->image));
	assert_int_equal(kdump_image_get_initramfs_size(a->image),
			 kdump_image_get_initramfs_size(b->image));
	assert_int_equal(kdump_image_get_initramfs_files(a->image),
			 kdump_image_get_initramfs_files(b->image));
	assert_string_equal(kdump_image_get_release(a->image), kdump_image_get_release(b->image));
	assert_same_estimate(a->est, b->est);
	assert_int_equal(kdump_report_get_verdict(a->report), kdump_report_get_verdict(b->report));
	assert_int_equal(kdump_report_is_enough(a->report), kdump_report_is_enough(b->report));
}

static void test_estimate(void **state)
{
	struct scene *s = *state;
	struct objects there = { 0 }, here = { 0 };

	machine_fill(&s->m);
	machine_put(&s->m, "proc/sys/kernel/hostname", "there\n");
	look(s->there, &there);
	assert_int_equal(estimate(s->there, &there), 0);
	move(s, there.image);
	look(s->here, &here);
	assert_int_equal(estimate(s->here, &here), 0);
	assert_string_equal(kdump_snapshot_get_host(here.snap), "there");
	assert_int_equal(kdump_report_is_enough(here.report), 1);
	assert_same(&here, &there);
	assert_int_equal(s->missed, 0);
	forget(&there);
	forget(&here);
}

/* What was asked for there is what is estimated here. */
static void test_given_there(void **state)
{
	struct scene *s = *state;
	struct objects there = { 0 }, here = { 0 };

	machine_fill(&s->m);
	machine_put_kernel(&s->m, "/boot/other", &(struct machine_kernel){
			   .release = "6.1.0-other", .init_size = 90 << 20 });
	machine_put_initramfs(&s->m, "/boot/other.img", 700000, 'b');
	look(s->there, &there);
	assert_int_equal(kdump_config_set_kernel(there.config, "/boot/other"), 0);
	assert_int_equal(kdump_config_set_initramfs(there.config, "/boot/other.img"), 0);
	assert_int_equal(kdump_config_set_append(there.config, true, "one=1 two"), 0);
	assert_int_equal(estimate(s->there, &there), 0);
	move(s, there.image);
	look(s->here, &here);
	assert_string_equal(kdump_config_get_kernel(here.config), "/boot/other");
	assert_string_equal(kdump_config_get_kernel_source(here.config), "given there");
	assert_non_null(strstr(kdump_config_get_cmdline(here.config), "quiet one=1 two"));
	assert_int_equal(estimate(s->here, &here), 0);
	assert_string_equal(kdump_image_get_release(here.image), "6.1.0-other");
	assert_same(&here, &there);
	forget(&there);
	forget(&here);
}

/* A kernel or an initramfs that is named here is a file of this machine. */
static void test_given_here(void **state)
{
	static const bool rows[][2] = { { true, false }, { false, true }, { true, true } };
	struct scene *s = *state;
	struct objects there = { 0 };
	uint64_t files;

	machine_fill(&s->m);
	look(s->there, &there);
	assert_int_equal(estimate(s->there, &there), 0);
	move(s, there.image);
	files = kdump_image_get_initramfs_unpacked(there.image);
	forget(&there);
	machine_put_kernel(&s->m, "vmlinuz", &(struct machine_kernel){ .release = "6.1.0-here" });
	machine_put_initramfs(&s->m, "initrd", 700000, 'b');
	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		struct objects here = { 0 };

		look(s->here, &here);
		if (rows[i][0])
			assert_int_equal(kdump_config_set_kernel(here.config,
					 machine_path(&s->m, "vmlinuz")), 0);
		if (rows[i][1])
			assert_int_equal(kdump_config_set_initramfs(here.config,
					 machine_path(&s->m, "initrd")), 0);
		assert_int_equal(estimate(s->here, &here), 0);
		assert_string_equal(kdump_image_get_release(here.image),
				    rows[i][0] ? "6.1.0-here" : MACHINE_RELEASE);
		assert_int_equal(kdump_image_get_initramfs_unpacked(here.image),
				 rows[i][1] ? 171 * 4096 : files);
		forget(&here);
	}
}

/* It was not to be read there: here too that is a state of the image, with its reason. */
static void test_image_not_recorded(void **state)
{
	struct scene *s = *state;
	struct objects there = { 0 }, here = { 0 };

	machine_fill(&s->m);
	machine_put(&s->m, MACHINE_INITRD, "no archive at all");
	look(s->there, &there);
	assert_int_equal(estimate(s->there, &there), -EBADMSG);
	move(s, there.image);
	look(s->here, &here);
	assert_int_equal(estimate(s->here, &here), -ENODATA);
	assert_string_equal(kdump_ctx_get_error_id(s->here), "image-not-recorded");
	assert_non_null(strstr(kdump_ctx_get_error(s->here), MACHINE_INITRD));
	assert_string_not_equal(kdump_ctx_get_advice(s->here), "");
	forget(&there);
	forget(&here);
}

/* What the facts say of an image is believed no more than an image is. */
static void test_hostile_image(void **state)
{
	static const char *const images[] = {
		"", "KERNEL_FILE_SIZE=1\n", "no lines", "A='\n",
	};
	struct scene *s = *state;
	struct kdump_facts *facts;

	machine_fill(&s->m);
	for (size_t i = 0; i < KD_ARRAY_SIZE(images); i++) {
		struct objects there = { 0 }, here = { 0 };
		struct kdump_ctx *ctx;

		look(s->there, &there);
		kd_record_value(s->there, KD_VALUE_IMAGE, images[i]);
		assert_int_equal(kdump_facts_new(s->there, NULL, &facts), 0);
		machine_put(&s->m, "facts.json", kdump_facts_get_text(facts));
		kdump_facts_unref(facts);
		assert_int_equal(kdump_ctx_new(&ctx), 0);
		assert_int_equal(kdump_ctx_set_facts(ctx, s->path), 0);
		look(ctx, &here);
		assert_int_equal(estimate(ctx, &here), -ENODATA);
		forget(&there);
		forget(&here);
		kdump_ctx_unref(ctx);
	}
}

/* All of it but the last line end: the last number may be another. */
static void test_cut_image(void **state)
{
	struct scene *s = *state;
	struct objects there = { 0 }, here = { 0 };
	struct kdump_facts *facts;
	const struct kd_answer *answer;
	char *text;

	machine_fill(&s->m);
	look(s->there, &there);
	assert_int_equal(estimate(s->there, &there), 0);
	assert_int_equal(kdump_facts_new(s->there, there.image, &facts), 0);
	kdump_facts_unref(facts);
	answer = kd_answers_find(s->there->recorded, KD_ASK_VALUE, KD_VALUE_IMAGE);
	assert_non_null(answer);
	text = strndup(answer->data, answer->len - 1);
	assert_non_null(text);
	kd_record_value(s->there, KD_VALUE_IMAGE, text);
	free(text);
	move(s, NULL);
	look(s->here, &here);
	assert_int_equal(estimate(s->here, &here), -ENODATA);
	forget(&there);
	forget(&here);
}

/* The options that are asked for, of some thousands. */
static void test_kernel_configuration_is_small(void **state)
{
	struct scene *s = *state;
	struct objects there = { 0 };
	const struct kd_answer *answer;

	machine_fill(&s->m);
	machine_put(&s->m, "boot/config-" MACHINE_RELEASE,
		    "# Automatically generated\nCONFIG_FIRST=y\nCONFIG_OTHER=y\n"
		    "CONFIG_KEXEC_FILE=y\n# CONFIG_CMA is not set\nCONFIG_LAST=y\n");
	look(s->there, &there);
	answer = kd_answers_find(s->there->recorded, KD_ASK_TEXT, "boot/config-" MACHINE_RELEASE);
	assert_non_null(answer);
	assert_string_equal(answer->data, "CONFIG_FIRST=y\nCONFIG_KEXEC_FILE=y\n"
			    "# CONFIG_CMA is not set\n");
	assert_int_equal(there.config->kexec_file, KD_CONFIG_Y);
	assert_int_equal(there.config->cma, KD_CONFIG_N);
	forget(&there);
}

static void test_values(void **state)
{
	static const struct {
		const char *page_size;
		uint64_t want;
	} rows[] = {
		{ "4096", 4096 }, { "65536", 65536 }, { "0", 0 }, { "-4096", 0 }, { "x", 0 },
		{ "4097", 0 }, { "2048", 0 }, { "2097152", 0 },
	};
	struct scene *s = *state;
	struct kdump_facts *facts;
	char name[16];

	for (size_t i = 0; i < KD_ARRAY_SIZE(rows); i++) {
		struct kdump_ctx *ctx;

		kd_record_value(s->there, "page_size", rows[i].page_size);
		kd_record_value(s->there, "machine", "aarch64");
		assert_int_equal(kdump_facts_new(s->there, NULL, &facts), 0);
		machine_put(&s->m, "facts.json", kdump_facts_get_text(facts));
		kdump_facts_unref(facts);
		assert_int_equal(kdump_ctx_new(&ctx), 0);
		assert_int_equal(kdump_ctx_set_facts(ctx, s->path), 0);
		assert_int_equal(kd_machine_page_size(ctx), rows[i].want);
		kd_machine_name(ctx, name, sizeof(name));
		assert_string_equal(name, "aarch64");
		kd_machine_name(ctx, name, 7);
		assert_string_equal(name, "");
		kdump_ctx_unref(ctx);
	}
	/* A copy of a machine tells neither. */
	assert_int_equal(kd_machine_page_size(s->there), 0);
	kd_machine_name(s->there, name, sizeof(name));
	assert_string_equal(name, "");
	assert_null(kd_replay_value(s->there, "page_size"));
}

/* A machine that is asked itself tells both, and the record has them. */
static void test_live_values(void **state)
{
	const struct kd_answer *answer;
	struct kdump_ctx *ctx;
	char name[65];

	(void)state;
	assert_int_equal(kdump_ctx_new(&ctx), 0);
	assert_int_equal(kdump_ctx_record(ctx), 0);
	assert_int_equal(kd_machine_page_size(ctx), sysconf(_SC_PAGESIZE));
	kd_machine_name(ctx, name, sizeof(name));
	answer = kd_answers_find(ctx->recorded, KD_ASK_VALUE, "page_size");
	assert_non_null(answer);
	assert_int_equal(strtol(answer->data, NULL, 10), sysconf(_SC_PAGESIZE));
	answer = kd_answers_find(ctx->recorded, KD_ASK_VALUE, "machine");
	assert_non_null(answer);
	assert_string_equal(answer->data, name);
	kdump_ctx_unref(ctx);
}

static void test_our_own_files_are_no_facts(void **state)
{
	struct scene *s = *state;
	struct kd_buf buf;

	machine_put(&s->m, "run/crashctl/loaded", "x");
	assert_int_equal(kd_root_read(s->there, "/run/crashctl/loaded", 10, &buf), 0);
	kd_buf_free(&buf);
	assert_false(kd_root_exists(s->there, "var/cache/crashctl/x"));
	assert_int_equal(s->there->recorded->n, 0);
}

static void assert_unusable(struct scene *s, const char *path, int err)
{
	assert_int_equal(kdump_ctx_set_facts(s->here, path), err);
	assert_string_equal(kdump_ctx_get_error_id(s->here), "facts-unusable");
	assert_non_null(strstr(kdump_ctx_get_error(s->here), path));
	assert_true(kdump_ctx_is_live(s->here));
}

static void test_unusable(void **state)
{
	struct scene *s = *state;
	struct kdump_facts *facts;

	machine_put(&s->m, "file", "{}");
	assert_unusable(s, machine_path(&s->m, "none"), -ENOENT);
	assert_unusable(s, machine_path(&s->m, "file/x"), -ENOTDIR);
	assert_unusable(s, machine_path(&s->m, "."), -EISDIR);
	assert_unusable(s, machine_path(&s->m, "file"), -EBADMSG);
	assert_int_equal(truncate(machine_path(&s->m, "file"), 17 << 20), 0);
	assert_unusable(s, machine_path(&s->m, "file"), -EFBIG);
	machine_link(&s->m, "loop", "loop");
	assert_unusable(s, machine_path(&s->m, "loop"), -EIO);
	/* One machine a context. */
	assert_int_equal(kdump_ctx_set_facts(s->there, s->path), -EINVAL);
	assert_int_equal(kdump_facts_new(s->here, NULL, &facts), -EINVAL);
	assert_string_equal(kdump_ctx_get_error_id(s->here), "not-recorded");
	move(s, NULL);
	assert_int_equal(kdump_ctx_set_facts(s->here, s->path), -EINVAL);
	assert_int_equal(kdump_ctx_record(s->here), -EINVAL);
	assert_string_equal(kdump_ctx_get_error_id(s->here), "facts-of-facts");
	assert_int_equal(kdump_ctx_set_root(s->here, s->m.root), -EINVAL);
}

static void test_too_large(void **state)
{
	struct scene *s = *state;
	struct kdump_facts *facts = (struct kdump_facts *)1;

	machine_put(&s->m, "file", "");
	assert_int_equal(truncate(machine_path(&s->m, "file"), 9 << 20), 0);
	for (unsigned i = 0; i < 2; i++) {
		struct kd_buf buf;

		/* The read itself succeeds. */
		assert_int_equal(kd_root_read(s->there, "file", 16 << 20, &buf), 0);
		kd_buf_free(&buf);
		assert_int_equal(kdump_facts_new(s->there, NULL, &facts), -EFBIG);
		assert_string_equal(kdump_ctx_get_error_id(s->there), "facts-too-large");
		assert_ptr_equal(facts, (struct kdump_facts *)1);
	}
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_questions),
		ONE(test_not_asked),
		ONE(test_changes_nothing),
		ONE(test_estimate),
		ONE(test_given_there),
		ONE(test_given_here),
		ONE(test_image_not_recorded),
		ONE(test_hostile_image),
		ONE(test_cut_image),
		ONE(test_kernel_configuration_is_small),
		ONE(test_values),
		ONE(test_live_values),
		ONE(test_our_own_files_are_no_facts),
		ONE(test_unusable),
		ONE(test_too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
