/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Any bytes as the mark of a test, and as the proofs of many.  What is accepted can be, and
 * is the same once it is written and read again.
 */
#include "../../lib/facts/proof.h"

#include <errno.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_proof(const struct kdump_proof *proof)
{
	char *text = NULL, *text_again = NULL;
	size_t len = 0, len_again = 0;
	struct kdump_proof again;

	require(*proof->boot_id && proof->cmdline && proof->dumps);
	require(proof->lowest <= proof->ram && proof->outcome <= KD_PROOF_UNSEEN);
	require(proof->wall <= KDUMP_WALLS && proof->disk_full <= 1);
	require(!kd_proof_write(proof, &text, &len));
	/* Else it would be two (kd_proofs_parse()). */
	require(!strstr(text, "\n\n"));
	require(kd_proof_parse(text, len, &again) == 1);
	require(!kd_proof_write(&again, &text_again, &len_again));
	require(len == len_again && !memcmp(text, text_again, len));
	kd_proof_free(&again);
	free(text);
	free(text_again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kdump_proof proof, proofs[KD_PROOFS_MAX];
	char *text = strndup((const char *)data, size);
	size_t n;
	int r = kd_proof_parse((const char *)data, size, &proof);

	require(text && (r == 0 || r == 1));
	if (r) {
		require(data[size - 1] == '\n');
		check_proof(&proof);
		kd_proof_free(&proof);
	}
	require(!kd_proofs_parse(text, proofs, &n) && n <= KD_PROOFS_MAX);
	for (size_t i = 0; i < n; i++) {
		check_proof(&proofs[i]);
		kd_proof_free(&proofs[i]);
	}
	free(text);
	return 0;
}
