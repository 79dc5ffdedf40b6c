/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Operations on the boot configuration, one after the other: see change.h. */
#include "change.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>

#include "../core/replace.h"

/* ---- before ---- */

static int look_at_journal(struct kdump_ctx *ctx)
{
	struct kd_journal journal;
	int err = kd_journal_read(ctx, &journal);

	if (err)
		return kd_oom(ctx);
	if (journal.state == KD_JOURNAL_OPEN) {
		kd_advise(ctx, "crashctl reserve --recover puts it back");
		err = kd_fail_id(ctx, -ESTALE, "interrupted-change",
				 "a change of the boot configuration was interrupted");
	}
	/* A damaged "done" is in nobody's way: the next one takes its place. */
	if (journal.state == KD_JOURNAL_BAD && kd_root_exists(ctx, KD_JOURNAL_OPEN_PATH)) {
		kd_advise(ctx, "compare the boot configuration with the texts in "
			  KD_JOURNAL_SAVED ", then remove " KD_JOURNAL_OPEN_PATH);
		err = kd_fail_id(ctx, -EIO, "journal-unusable", "%s", journal.why.s);
	}
	kd_journal_free(&journal);
	return err;
}

static int look_at_file(struct kdump_ctx *ctx, const struct kd_op *op)
{
	struct kd_found now;
	int err = kd_root_find(ctx, op->path, KD_JOURNAL_TEXT, &now);

	if (err)
		return kd_file_failed(ctx, err, op->path);
	err = kd_check_planned(ctx, op, now.there, &now.text);
	kd_found_free(&now);
	return err;
}

int kd_carry_look(struct kdump_ctx *ctx, const struct kd_change *change)
{
	int err = look_at_journal(ctx);

	for (size_t i = 0; i < change->n_ops && !err; i++)
		if (change->ops[i].kind == KD_OP_WRITE)
			err = look_at_file(ctx, &change->ops[i]);
	return err;
}

/* ---- commands for the user ---- */

static int add_command(struct kd_carry *carry, const char *const *argv)
{
	char **grown = reallocarray(carry->commands, carry->n_commands + 1, sizeof(*grown));
	const char *line[KD_OP_ARGS + 2] = { "chroot", kdump_ctx_get_root(carry->ctx) };

	if (!grown)
		return -ENOMEM;
	carry->commands = grown;
	for (size_t i = 0; i < KD_OP_ARGS - 1 && argv[i]; i++)
		line[i + 2] = argv[i];
	grown[carry->n_commands] = kd_shell_quote(line);
	return grown[carry->n_commands] ? carry->n_commands++, 0 : -ENOMEM;
}

static int leave_to_user(struct kd_carry *carry, const struct kd_op *op)
{
	const char *const move[] = { "mv", "-f", op->from, op->path, NULL };
	int err = add_command(carry, op->kind == KD_OP_RUN ? (const char *const *)op->argv
							   : move);

	return err ? kd_oom(carry->ctx) : KDUMP_AGAIN;
}

/* ---- operations ---- */

static int make_folder(struct kdump_ctx *ctx, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder;
	int err;

	if (!slash || slash == path)
		return 0;
	folder = strndup(path, (size_t)(slash - path));
	if (!folder)
		return -ENOMEM;
	err = kd_root_mkdirs(ctx, folder, 0755);
	free(folder);
	return err;
}

static int write_file(struct kd_carry *carry, const struct kd_op *op)
{
	const struct kd_journal_file *file = kd_journal_find(&carry->journal, op->path);
	int err = 0;

	carry->written = true;
	if (!op->has) {
		err = kd_root_remove(carry->ctx, op->path);
		if (err == -ENOENT)
			err = 0;
	} else {
		if (!op->had)
			err = make_folder(carry->ctx, op->path);
		if (!err)
			err = kd_root_rewrite(carry->ctx, op->path, &op->text,
					      op->had ? &file->attrs : NULL);
	}
	if (err)
		return kd_file_failed(carry->ctx, err, op->path);
	kd_log(carry->ctx, LOG_INFO, "%s: %s", op->path, op->has ? "written" : "removed");
	return KDUMP_AGAIN;
}

/* From here on nobody can tell what a guarded file holds, until the tool has ended. */
static int start_tool(struct kd_carry *carry)
{
	int err = 0;

	if (carry->change->n_guarded && !carry->journal.running) {
		carry->journal.running = true;
		err = kd_journal_note(carry->ctx, &carry->journal);
	}
	if (err)
		return err;
	carry->written = true;
	return kd_tool_ask(&carry->tool);
}

static int know_guarded(struct kd_carry *carry)
{
	struct kd_journal *journal = &carry->journal;
	int err = 0;

	if (!journal->running)
		return 0;
	for (size_t i = 0; i < journal->n && !err; i++)
		if (journal->files[i].by_tool)
			err = kd_journal_know(carry->ctx, &journal->files[i]);
	if (err)
		return err;
	journal->running = false;
	err = kd_journal_note(carry->ctx, journal);
	if (err)
		journal->running = true;
	return err;
}

/*
 * zipl(8) writes a map of blocks to the disk, rpm-ostree makes a deployment: files that
 * are put back do not take that back.
 */
static bool writes_elsewhere(const char *tool)
{
	const char *name = kd_last_of(tool);

	return kd_streq(name, "zipl") || kd_streq(name, "rpm-ostree");
}

static int judge_tool(struct kd_carry *carry, const struct kd_op *op)
{
	struct kd_text how;
	int err;

	carry->tool.waiting = false;
	if (carry->tool.status) {
		kd_tool_say_status(&how, carry->tool.status);
		kd_advise(carry->ctx, "run it by hand to see what is wrong");
		return kd_fail_id(carry->ctx, -EIO, "tool-failed", "%s: %s%s%s", op->argv[0],
				  how.s, *carry->tool.output ? ": " : "", carry->tool.output);
	}
	carry->outside |= writes_elsewhere(op->argv[0]);
	err = know_guarded(carry);
	return err ? err : KDUMP_AGAIN;
}

/*
 * Where a package made it anew meanwhile, it knows of kernels that came and went, and
 * what our tool made may not.
 */
static int look_again(struct kd_carry *carry, const struct kd_journal_file *file)
{
	struct kd_op before = { .path = file->path, .had = file->had, .old = file->text };
	struct kd_found now;
	int err = kd_root_find(carry->ctx, file->path, KD_JOURNAL_TEXT, &now);

	if (err)
		return kd_file_failed(carry->ctx, err, file->path);
	err = kd_check_planned(carry->ctx, &before, now.there, &now.text);
	kd_found_free(&now);
	return err;
}

/*
 * The text that the tool made, written in the place of the old one with the old one's
 * owner and mode: so it is on the disk before it takes the name, which a tool need not
 * see to, and may lie on another file system.
 */
static int put_in_place(struct kd_carry *carry, const struct kd_op *op,
			const struct kd_found *made)
{
	struct kd_journal_file *file = kd_journal_find(&carry->journal, op->path);
	int err = look_again(carry, file);

	if (err)
		return err;
	file->known = file->has = true;
	kd_sha256_of(made->text.data, made->text.len, file->new_sum);
	err = kd_journal_note(carry->ctx, &carry->journal);
	if (err)
		return err;
	carry->written = true;
	if (!file->had)
		err = make_folder(carry->ctx, op->path);
	if (!err)
		err = kd_root_rewrite(carry->ctx, op->path, &made->text,
				      file->had ? &file->attrs : &made->attrs);
	return err ? kd_file_failed(carry->ctx, err, op->path) : 0;
}

static int install(struct kd_carry *carry, const struct kd_op *op)
{
	struct kd_found made;
	int err = kd_root_find(carry->ctx, op->from, KD_JOURNAL_TEXT, &made);

	if (err)
		return kd_file_failed(carry->ctx, err, op->from);
	if (!made.there || !made.text.len) {
		kd_found_free(&made);
		kd_advise(carry->ctx, "run the boot loader's tool by hand to see what is wrong");
		return kd_fail_id(carry->ctx, -EIO, "tool-failed", "%s: nothing was made",
				  op->from);
	}
	err = kd_verify_made(carry->ctx, carry->change, op->path, &made.text);
	if (!err)
		err = put_in_place(carry, op, &made);
	kd_found_free(&made);
	if (err)
		return err;
	kd_root_unlink(carry->ctx, op->from);
	kd_log(carry->ctx, LOG_INFO, "%s: installed", op->path);
	return KDUMP_AGAIN;
}

static int do_op(struct kd_carry *carry, const struct kd_op *op)
{
	if (op->kind == KD_OP_WRITE)
		return write_file(carry, op);
	if (!carry->ctx->live)
		return leave_to_user(carry, op);
	return op->kind == KD_OP_RUN ? start_tool(carry) : install(carry, op);
}

/* ---- the whole ---- */

int kd_carry_begin(struct kd_carry *carry)
{
	int err = kd_journal_begin(carry->ctx, carry->change, carry->loader, &carry->journal);

	carry->open = !err;
	return err;
}

int kd_carry_next(struct kd_carry *carry)
{
	const struct kd_change *change = carry->change;
	int r;

	if (carry->tool.waiting && !carry->tool.answered)
		return KDUMP_APPLY_RUN;
	if (carry->tool.waiting) {
		r = judge_tool(carry, &change->ops[carry->next]);
		if (r == KDUMP_AGAIN)
			carry->next++;
		return r;
	}
	if (carry->next == change->n_ops)
		return carry->n_commands ? 0 : kd_verify(carry->ctx, carry->config,
							 carry->loader, change);
	r = do_op(carry, &change->ops[carry->next]);
	if (r == KDUMP_AGAIN)
		carry->next++;
	return r;
}

void kd_carry_ran(struct kd_carry *carry, int status, const char *output)
{
	kd_tool_answer(&carry->tool, status, output);
}

int kd_carry_commit(struct kd_carry *carry)
{
	int err;

	if (!carry->open)
		return 0;
	err = kd_journal_commit(carry->ctx, &carry->journal);
	carry->open = err != 0;
	return err;
}

int kd_carry_put_back(struct kd_carry *carry)
{
	int err;

	if (!carry->open)
		return 0;
	carry->tool.waiting = false;
	err = kd_journal_put_back(carry->ctx, &carry->journal);
	if (!err || err == -ESTALE) {
		carry->open = false;
		carry->written = err || carry->outside;
	}
	if (err || !carry->outside)
		return err;
	kd_advise(carry->ctx, "look at what will boot (crashctl status -v), and run the boot "
			      "loader's tool again");
	return kd_fail_id(carry->ctx, -EIO, "not-put-back",
			  "the files are as before, what the boot loader's tool made of them is "
			  "not");
}

void kd_carry_free(struct kd_carry *carry)
{
	kd_journal_free(&carry->journal);
	for (size_t i = 0; i < carry->n_commands; i++)
		free(carry->commands[i]);
	free(carry->commands);
}
