/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What a panic has shown: see proof.h. */
#include "proof.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "report.h"

/* The clock of a crash kernel may be that of another zone, where the hardware's is local. */
#define CLOCK_OFF (24 * 3600)

/* From the end of a dump to the next boot of a machine that is slow to restart. */
#define AT_MOST 3600

/* With so much left it was not memory that was short. */
#define AMPLE (32 * KD_MIB)

/* The names of those that are looked at; NULL without memory. */
static char *list_names(const struct kdump_history *history)
{
	size_t room = 1, len = 0;
	char *names;

	for (size_t i = 0; i < history->n_dumps; i++)
		room += strlen(history->dumps[i].name) + 1;
	names = malloc(room);
	if (!names)
		return NULL;
	for (size_t i = 0; i < history->n_dumps; i++)
		len += (size_t)snprintf(names + len, room - len, "%s/", history->dumps[i].name);
	names[len] = '\0';
	return names;
}

static uint64_t count_all(const struct kdump_history *history)
{
	return kd_add(history->n_dumps, history->older);
}

int kd_proof_note_dumps(const struct kdump_history *history, struct kdump_proof *proof)
{
	snprintf(proof->folder, sizeof(proof->folder), "%.*s", KD_PROOF_PATH - 1,
		 history->seen ? history->folder.s : "");
	proof->n_dumps = count_all(history);
	proof->dumps = list_names(history);
	return proof->dumps ? 0 : -ENOMEM;
}

void kd_proof_note_death(const struct kdump_history *history, struct kdump_proof *proof)
{
	proof->death = history->n_deaths ? history->deaths[0].time : 0;
}

/* Is this the folder that was looked into before the test? */
static bool is_same_folder(const struct kdump_history *history, const struct kdump_proof *proof)
{
	return *proof->folder && kd_streq(proof->folder, history->folder.s);
}

static bool was_there(const char *names, const char *name)
{
	size_t len = strlen(name);

	for (; *names; names += strcspn(names, "/"), names += *names == '/')
		if (!strncmp(names, name, len) && names[len] == '/')
			return true;
	return false;
}

static bool is_of_test(const struct kdump_proof *proof, int64_t time)
{
	return time > proof->time - CLOCK_OFF;
}

/*
 * Where all the names are known that were there before, any other one is of the test: a crash
 * kernel without a clock of its own dates its dump 1970.  Else its time has to tell.
 */
static bool is_new(const struct kdump_history *history, const struct kdump_proof *proof,
		   const struct kdump_dump *dump)
{
	if (*proof->release && *dump->release && !kd_streq(proof->release, dump->release))
		return false;
	if (!is_same_folder(history, proof))
		return is_of_test(proof, dump->time);
	return !was_there(proof->dumps, dump->name) &&
	       (proof->n_dumps <= KD_DUMPS_KEPT || is_of_test(proof, dump->time));
}

/* A whole one before one that is not; NULL there is none.  A folder alone proves as much. */
static const struct kdump_dump *find_dump(const struct kdump_history *history,
					  const struct kdump_proof *proof)
{
	const struct kdump_dump *best = NULL;

	for (size_t i = 0; i < history->n_dumps; i++) {
		const struct kdump_dump *dump = &history->dumps[i];

		if (!dump->empty && is_new(history, proof, dump) &&
		    (!best || dump->complete > best->complete))
			best = dump;
	}
	return best;
}

/*
 * Its own record says whether it was memory: written beside a dump, while that was.  Without
 * one a watchdog or a loss of power can as well have cut it.
 */
static void take_memory(const struct kdump_dump *dump, struct kdump_proof *proof)
{
	char left[KD_SIZE_TEXT];

	if (dump->has_record) {
		proof->ram = dump->record.ram;
		proof->lowest = dump->record.lowest;
	}
	if (dump->complete || dump->disk_full || !dump->has_record)
		return;
	if (dump->record.lowest < AMPLE)
		proof->wall = 1 + KDUMP_WALL_DUMP;
	else
		snprintf(proof->why, sizeof(proof->why), "%s; memory was not short: %s were left",
			 dump->why, kd_size_text(dump->record.lowest, left));
}

static void take_dump(const struct kdump_dump *dump, struct kdump_proof *proof)
{
	static const enum kd_proof_outcome outcomes[] = {
		KD_PROOF_UNSEEN, KD_PROOF_FAILED, KD_PROOF_CAPTURED,
	};

	proof->outcome = outcomes[1 + dump->complete];
	proof->disk_full = dump->disk_full;
	snprintf(proof->dump, sizeof(proof->dump), "%.*s", KD_PROOF_PATH - 1, dump->path.s);
	snprintf(proof->why, sizeof(proof->why), "%s", dump->why);
	take_memory(dump, proof);
}

/* The last words of the crash kernel are better than anything that was concluded. */
static void take_death(const struct kdump_history *history, struct kdump_proof *proof)
{
	const struct kdump_death *death = &history->deaths[0];

	if (!history->n_deaths || death->time == proof->death || !is_of_test(proof, death->time))
		return;
	if (*death->log.why)
		snprintf(proof->why, sizeof(proof->why), "%s", death->log.why);
	if (death->log.has_wall)
		proof->wall = 1 + (uint64_t)death->log.wall;
}

/* Why one that is not found may be there all the same; NULL it is not there. */
static const char *may_be_there(const struct kdump_history *history,
				const struct kdump_proof *proof)
{
	if (history->unseen)
		return "where the dump went it is not looked for";
	if (!is_same_folder(history, proof))
		return "the folder of the dumps is another one now, or could not be looked into "
		       "before";
	if (history->older && count_all(history) > proof->n_dumps)
		return "there is one more than before, behind the newest that are looked at";
	return NULL;
}

void kd_proof_judge(const struct kdump_history *history, struct kdump_proof *proof)
{
	const struct kdump_dump *dump = find_dump(history, proof);
	const char *why = dump ? NULL : may_be_there(history, proof);

	if (dump) {
		take_dump(dump, proof);
	} else if (why) {
		proof->outcome = KD_PROOF_UNSEEN;
		snprintf(proof->why, sizeof(proof->why), "%s", why);
	} else {
		proof->outcome = KD_PROOF_FAILED;
		snprintf(proof->why, sizeof(proof->why), "no dump came of it");
	}
	if (proof->outcome == KD_PROOF_FAILED)
		take_death(history, proof);
}

const char *kd_proof_advice(const struct kdump_history *history, char ret[KD_PROOF_ADVICE])
{
	if (history->awaited)
		snprintf(ret, KD_PROOF_ADVICE, "mount what belongs to %.128s, then crashctl test "
			 "--record", history->folder.s);
	else
		snprintf(ret, KD_PROOF_ADVICE, "crashctl test --record");
	return ret;
}

/* ---- what a report says of it ---- */

static void find_unseen(struct kdump_report *r, const struct kdump_proof *proof)
{
	kd_find(r, KDUMP_SEVERITY_NOTE, "test-not-seen", "look yourself where dumps go",
		"what came of the last test of what is loaded is not known: %s%s%s",
		proof->dump, *proof->dump ? ": " : "", proof->why);
}

/* The newest that tells; one after it that does not is told of. */
static void find_proof(struct kdump_report *r, const struct kdump_history *history)
{
	const struct kd_record *record = kd_report_record(r);
	const struct kdump_proof *unseen = NULL;

	if (!record || !*record->kernel.sha256)
		return;
	r->tested = KDUMP_TESTED_NEVER;
	for (size_t i = 0; i < history->n_proofs; i++) {
		const struct kdump_proof *proof = &history->proofs[i];

		if (!kd_proof_is_of(proof, record, r->snap))
			continue;
		if (proof->outcome == KD_PROOF_UNSEEN) {
			unseen = unseen ? unseen : proof;
			continue;
		}
		r->proof = proof;
		r->tested = proof->outcome == KD_PROOF_CAPTURED ? KDUMP_TESTED_CAPTURED
								: KDUMP_TESTED_FAILED;
		break;
	}
	if (unseen)
		find_unseen(r, unseen);
}

/* Where nothing tells: the first wall that main is too low for, or the highest one. */
static enum kdump_wall guess_wall(const struct kdump_report *r)
{
	uint64_t main = r->sizes[KDUMP_POOL_MAIN][KDUMP_VIEW_RESERVED].bytes;

	for (unsigned w = KDUMP_WALL_TMPFS; w < KDUMP_WALLS; w++)
		if (r->est->walls[w] > main)
			return (enum kdump_wall)w;
	return kdump_estimate_get_binding_wall(r->est);
}

/* At that wall the part that is known worst: by its spread, else the largest. */
static const struct kdump_part *find_part(const struct kdump_estimate *est, enum kdump_wall wall)
{
	const struct kdump_part *best = NULL;

	for (size_t i = 0; i < est->n_parts; i++) {
		const struct kdump_part *part = &est->parts[i];

		if (!part->factor[wall])
			continue;
		if (!best || part->sigma > best->sigma ||
		    (part->sigma == best->sigma && part->bytes > best->bytes))
			best = part;
	}
	return best;
}

static const char *const when[] = {
	[KDUMP_WALL_LOAD] = "when it was loaded", [KDUMP_WALL_TMPFS] = "for the initramfs",
	[KDUMP_WALL_RUN] = "while the crash kernel started",
	[KDUMP_WALL_DUMP] = "while the dump was written",
};

/* A capture that was none, as far as something tells why. */
struct failure {
	struct kd_text why;		/* what was seen */
	uint64_t wall;			/* 1 + enum kdump_wall: it ran out there; 0 not known */
	bool begun;			/* a dump is there, though not a whole one */
	bool disk_full;
	bool ample;			/* it was not memory */
	uint64_t had;			/* memory that the crash kernel had, bytes; 0 not known */
};

/* Where nothing says that it was memory, that is one reason among others. */
static void name_others(const struct failure *failure, struct kd_text *text)
{
	if (failure->begun)
		kd_text_append(text, "; a full disk, a watchdog, a loss of power or a copy that "
			       "was stopped can have cut it as well");
	else
		kd_text_append(text, "; a watchdog, a driver or the way to the target can be the "
			       "reason as well");
}

/* Nothing says that it was memory, and by the estimate there is enough. */
static bool is_enough(const struct kdump_report *r, const struct failure *failure)
{
	const struct kd_size *sizes = r->sizes[KDUMP_POOL_MAIN];

	return !failure->wall && r->est && sizes[KDUMP_VIEW_NEEDED].known &&
	       sizes[KDUMP_VIEW_RESERVED].bytes >= sizes[KDUMP_VIEW_NEEDED].bytes;
}

static void doubt(const struct kdump_report *r, struct failure *failure, char *advice, size_t room)
{
	const struct kdump_part *part =
		find_part(r->est, failure->begun ? KDUMP_WALL_DUMP
						 : kdump_estimate_get_binding_wall(r->est));
	const struct kd_size *sizes = r->sizes[KDUMP_POOL_MAIN];
	char size[KD_SIZE_TEXT], need[KD_SIZE_TEXT];

	kd_text_append(&failure->why, "; by the estimate main (%s) is enough (%s)",
		       kd_size_text(sizes[KDUMP_VIEW_RESERVED].bytes, size),
		       kd_size_text(sizes[KDUMP_VIEW_NEEDED].bytes, need));
	if (part)
		kd_text_append(&failure->why, ", in which %s (%s) is least certain", part->title,
			       part->id);
	name_others(failure, &failure->why);
	snprintf(advice, room, "crashctl rehearse shows whether it boots with that");
}

/* "main (128 MiB) was too small …: of the estimate, …"; what to reserve is @advice. */
static void name_part(const struct kdump_report *r, struct failure *failure, char *advice,
		      size_t room)
{
	const struct kd_size *sizes = r->sizes[KDUMP_POOL_MAIN];
	uint64_t main = sizes[KDUMP_VIEW_RESERVED].bytes, need = sizes[KDUMP_VIEW_NEEDED].bytes;
	struct kd_text *text = &failure->why;
	const struct kdump_part *part;
	char size[KD_SIZE_TEXT];
	enum kdump_wall at = KDUMP_WALL_DUMP;

	snprintf(advice, room, "crashctl reserve %" PRIu64 "M, then crashctl test again",
		 kd_max(kd_round_up(kd_add(main, main / 4), 16 * KD_MIB),
			kd_round_up(need, KD_MIB)) / KD_MIB);
	kd_text_append(text, "; main (%s) %s too small", kd_size_text(main, size),
		       failure->wall ? "was" : "may be");
	if (r->est) {
		if (failure->wall)
			at = (enum kdump_wall)(failure->wall - 1);
		else if (!failure->begun)
			at = guess_wall(r);
		part = find_part(r->est, at);
		kd_text_append(text, " %s", when[at]);
		if (part)
			kd_text_append(text, ", and of the estimate %s (%s) is what can be short",
				       part->title, part->id);
	}
	if (!failure->wall)
		name_others(failure, text);
}

/* It had less by a tenth than is reserved now, which may do. */
static bool has_grown_since(const struct kdump_report *r, const struct failure *failure)
{
	uint64_t now = 0;

	for (unsigned pool = 0; pool < KDUMP_POOLS; pool++)
		now = kd_add(now, r->sizes[pool][KDUMP_VIEW_RESERVED].bytes);
	return failure->had && now > failure->had + failure->had / 10;
}

static void outgrow(struct failure *failure, char *advice, size_t room)
{
	char had[KD_SIZE_TEXT];

	kd_text_append(&failure->why, "; its crash kernel had %s of memory, there is more now",
		       kd_size_text(failure->had, had));
	snprintf(advice, room, "crashctl test shows whether that is enough");
}

/* Where the disk was full more memory is of no use; where there is more by now, who knows? */
static void find_failure(struct kdump_report *r, const char *id, struct failure *failure)
{
	char advice[256] = "crashctl history shows what is there";

	if (failure->disk_full)
		snprintf(advice, sizeof(advice), "make room where dumps are saved: %.128s",
			 r->history->folder.s);
	else if (failure->wall && has_grown_since(r, failure))
		outgrow(failure, advice, sizeof(advice));
	else if (is_enough(r, failure) && !failure->ample)
		doubt(r, failure, advice, sizeof(advice));
	else if (!failure->ample)
		name_part(r, failure, advice, sizeof(advice));
	kd_find(r, KDUMP_SEVERITY_WARNING, id, advice, "%s", failure->why.s);
}

static void find_test(struct kdump_report *r, const struct kdump_history *history)
{
	const struct kdump_proof *proof = r->proof;
	char advice[KD_PROOF_ADVICE];
	struct failure failure;

	if (history->mark_is_past)
		kd_find(r, KDUMP_SEVERITY_NOTE, "test-not-recorded",
			kd_proof_advice(history, advice),
			"the machine was made to panic on purpose, and what came of it is not "
			"recorded yet");
	if (history->mark_is_bad)
		kd_find(r, KDUMP_SEVERITY_NOTE, "test-not-recorded",
			"crashctl test --record removes it",
			"the mark that a test has left (" KD_TEST_PATH ") is damaged: what came of "
			"it is not known");
	if (r->tested != KDUMP_TESTED_FAILED)
		return;
	failure = (struct failure){
		.wall = proof->wall, .begun = *proof->dump, .disk_full = proof->disk_full,
		.ample = proof->ram && proof->lowest >= AMPLE && !proof->wall,
	};
	kd_text_set(&failure.why, "a test of what is loaded was not captured: %s", proof->why);
	find_failure(r, "test-failed", &failure);
}

/* The test that it came of is told of already; or one that came after it was captured. */
static bool is_dump_told(const struct kdump_report *r, const struct kdump_dump *dump)
{
	return r->proof && (kd_streq(r->proof->dump, dump->path.s) ||
			    (r->tested == KDUMP_TESTED_CAPTURED && r->proof->time > dump->time));
}

static void find_last_dump(struct kdump_report *r, const struct kdump_history *history)
{
	const struct kdump_dump *dump = kdump_history_get_last_dump(history);
	struct failure failure;

	if (!dump || dump->complete || is_dump_told(r, dump))
		return;
	failure = (struct failure){
		.begun = true, .disk_full = dump->disk_full,
		.ample = dump->has_record && dump->record.lowest >= AMPLE,
		.had = dump->has_record ? dump->record.ram : 0,
	};
	if (dump->has_record && !failure.ample)
		failure.wall = 1 + KDUMP_WALL_DUMP;
	kd_text_set(&failure.why, "the last dump is not complete: %s: %s", dump->path.s, dump->why);
	find_failure(r, "dump-incomplete", &failure);
}

/* Of the test that failed, which quotes it; or older than one that did not. */
static bool is_told(const struct kdump_proof *proof, const struct kdump_death *death)
{
	if (proof->outcome == KD_PROOF_FAILED)
		return kd_streq(proof->why, death->log.why) || proof->time > death->time;
	return proof->time > death->time;
}

/*
 * One that is older than a dump that was finished after it is history: an earlier one, or
 * this very crash kernel had lost a process and saved the dump all the same.
 */
static void find_last_death(struct kdump_report *r, const struct kdump_history *history)
{
	const struct kdump_death *death = history->deaths;
	struct failure failure;

	if (!history->n_deaths || (r->proof && is_told(r->proof, death)))
		return;
	for (size_t i = 0; i < history->n_dumps; i++)
		if (history->dumps[i].complete == 1 &&
		    history->dumps[i].finished >= death->time - (death->at_most ? AT_MOST : 0))
			return;
	failure = (struct failure){
		.wall = death->log.has_wall ? 1 + (uint64_t)death->log.wall : 0,
		.ample = !death->log.has_wall,
	};
	kd_text_set(&failure.why, "a crash kernel died before it had saved a dump: %s (%s)",
		    death->log.why, death->path.s);
	find_failure(r, "crash-kernel-died", &failure);
}

void kd_report_prove(struct kdump_report *r)
{
	const struct kdump_history *history = r->config->history;

	if (!history)
		return;
	r->history = kd_history_ref(r->config->history);
	find_proof(r, history);
	find_test(r, history);
	find_last_dump(r, history);
	find_last_death(r, history);
}

KD_API enum kdump_tested kdump_report_get_tested(const struct kdump_report *r)
{
	return r->tested;
}

KD_API const struct kdump_proof *kdump_report_get_proof(const struct kdump_report *r)
{
	return r->proof;
}

KD_API int64_t kdump_proof_get_time(const struct kdump_proof *proof)
{
	return proof->time;
}

KD_API const char *kdump_proof_get_dump(const struct kdump_proof *proof)
{
	return *proof->dump ? proof->dump : NULL;
}

KD_API const char *kdump_proof_get_why(const struct kdump_proof *proof)
{
	return proof->why;
}

KD_API bool kdump_proof_get_memory(const struct kdump_proof *proof, uint64_t *ram,
				   uint64_t *lowest)
{
	if (!proof->ram)
		return false;
	*ram = proof->ram;
	*lowest = proof->lowest;
	return true;
}
