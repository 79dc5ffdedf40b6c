/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Gives every file of a folder to a fuzz target once: what the fuzzer found
 * worth keeping stays a test without the fuzzer.  A finding is a crash of this
 * program under the sanitizers; the last file named on stderr is its input.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t *read_file(const char *path, size_t *ret_size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = NULL;
	struct stat st;

	if (!file)
		return NULL;
	/* Exactly as long as the file: one byte too far is then seen by ASan. */
	if (!fstat(fileno(file), &st) && S_ISREG(st.st_mode)) {
		*ret_size = (size_t)st.st_size;
		data = malloc(*ret_size ? *ret_size : 1);
	}
	if (data && fread(data, 1, *ret_size, file) != *ret_size) {
		free(data);
		data = NULL;
	}
	fclose(file);
	return data;
}

static int replay(const char *path)
{
	size_t size;
	uint8_t *data = read_file(path, &size);

	if (!data) {
		fprintf(stderr, "%s: not to be read\n", path);
		return -1;
	}
	fprintf(stderr, "%s: %zu bytes\n", path, size);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 0;
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
	struct dirent **entries = NULL;
	char path[4096];
	int n, i, failed = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return 64;
	}
	n = scandir(argv[1], &entries, visible, alphasort);
	if (n < 0)
		perror(argv[1]);
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", argv[1], entries[i]->d_name);
		failed |= replay(path) < 0;
		free(entries[i]);
	}
	free(entries);
	failed |= n <= 0;
	printf("1..1\n%sok 1 - %s: %d inputs\n", failed ? "not " : "", argv[1], n);
	return failed;
}
