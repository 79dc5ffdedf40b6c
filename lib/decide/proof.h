/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What a panic has shown: which dump came of a test, whether that proves what is loaded,
 * and after a capture that failed, which part of the estimate can be short.
 */
#ifndef KD_DECIDE_PROOF_H
#define KD_DECIDE_PROOF_H

#include "../facts/history.h"
#include "../facts/proof.h"

/* Fills in what came of the test: the first whole dump that was not there before. */
void kd_proof_judge(const struct kdump_history *history, struct kdump_proof *proof);

/* What is there already is not of the test to come: into a mark.  -ENOMEM. */
int kd_proof_note_dumps(const struct kdump_history *history, struct kdump_proof *proof);

/* The last words that are there already, whichever kernel's, are not of the test to come. */
void kd_proof_note_death(const struct kdump_history *history, struct kdump_proof *proof);

/* How what waits is recorded. */
#define KD_PROOF_ADVICE 256
const char *kd_proof_advice(const struct kdump_history *history, char ret[KD_PROOF_ADVICE]);

/* What is known of the image that is loaded, and findings of captures that failed. */
struct kdump_report;
void kd_report_prove(struct kdump_report *report);

#endif
