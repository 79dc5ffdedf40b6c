/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * memhog [--seconds N] [--seed N] [--scatter] [--keep N] MIB: holds MIB of
 * memory, every word of which says where it belongs, rewrites some pages and
 * reads all of them, over and over, until a SIGTERM or for N seconds; then
 * once more.  Whoever moves or takes pages beside it must not change a word.
 *
 * With --scatter it touches one page in each 2 MiB of its addresses, so that a
 * page table, which cannot be moved, comes with every page.  With --keep N it lets
 * go of all but each Nth page then, and those that stay lie scattered.
 *
 * Says "memhog: PAGES pages filled" when it has them all, and at the end
 * "memhog: PAGES pages, ROUNDS rounds, CORRUPTED corrupted words".  Exit
 * status: 1 when any is, 2 when it could not do its work.
 */
#include <err.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096UL
#define WORDS (PAGE / sizeof(uint64_t))
#define BLOCK (2UL << 20)	/* what one page table of x86-64 and arm64 (4 KiB) maps */
#define TOLD 10			/* corrupted words that are told of one by one */
#define STEP 0x9e3779b97f4a7c15	/* odd, and of no pattern */
#define CHURN 8			/* one page of so many is rewritten in a round */

static volatile sig_atomic_t ended;

struct hog {
	unsigned char *base;
	size_t stride;
	size_t pages;
	uint32_t *writes;	/* of each page, how often it was written */
	uint64_t seed;
	uint64_t random;
	uint64_t corrupted;
};

static void end(int sig)
{
	(void)sig;
	ended = 1;
}

/* Each bit of the result depends on each of the argument. */
static uint64_t mix(uint64_t x)
{
	int i;

	for (i = 0; i < 3; i++) {
		x *= STEP;
		x ^= x >> 32;
	}
	return x;
}

static uint64_t *page(const struct hog *hog, size_t n)
{
	return (uint64_t *)(hog->base + n * hog->stride);
}

/* What the first word of a page must be; the others count on from there, by an
 * odd number, so that no two words of a page are the same.
 */
static uint64_t first_word(const struct hog *hog, size_t n)
{
	return mix(mix(hog->seed + (uintptr_t)page(hog, n)) + hog->writes[n]);
}

static void write_page(struct hog *hog, size_t n)
{
	uint64_t *words = page(hog, n), value;
	size_t i;

	hog->writes[n]++;
	value = first_word(hog, n);
	for (i = 0; i < WORDS; i++, value += STEP)
		words[i] = value;
}

/* Which page of the machine it is, where root asks: for a search in the log. */
static uint64_t frame(const void *address)
{
	off_t at = (uintptr_t)address / PAGE * sizeof(uint64_t);
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry = 0;

	if (fd < 0)
		return 0;
	if (pread(fd, &entry, sizeof(entry), at) != sizeof(entry))
		entry = 0;
	close(fd);
	return entry & ((1ULL << 55) - 1);
}

/* What is wrong is put right, so that it counts once. */
static void verify_page(struct hog *hog, size_t n)
{
	uint64_t *words = page(hog, n);
	uint64_t value = first_word(hog, n);
	size_t i;

	for (i = 0; i < WORDS; i++, value += STEP) {
		if (words[i] == value)
			continue;
		if (hog->corrupted++ < TOLD)
			fprintf(stderr, "memhog: word %zu of page %zu (%p, frame %#" PRIx64
				"): found %016" PRIx64 ", wanted %016" PRIx64 "\n", i, n,
				(void *)words, frame(words), words[i], value);
		words[i] = value;
	}
}

static void verify(struct hog *hog)
{
	size_t n;

	for (n = 0; n < hog->pages; n++)
		verify_page(hog, n);
}

/* A round can be left between two pages: what was not reached is verified at
 * the end.  A page is right before it is rewritten, or that would be lost.
 */
static bool one_round(struct hog *hog)
{
	size_t n;

	for (n = 0; n < hog->pages && !ended; n++) {
		verify_page(hog, n);
		if (mix(hog->random++) % CHURN == 0)
			write_page(hog, n);
	}
	return n == hog->pages;
}

/* hog->pages is what has been filled, also when it was told to end meanwhile. */
static void fill(struct hog *hog, size_t pages, bool scatter)
{
	size_t size = pages * hog->stride;
	unsigned char *base = mmap(NULL, size + BLOCK, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (base == MAP_FAILED)
		err(2, "%zu bytes of addresses", size);
	hog->writes = calloc(pages, sizeof(*hog->writes));
	if (!hog->writes)
		err(2, "%zu counters", pages);
	hog->base = (unsigned char *)(((uintptr_t)base + BLOCK - 1) & ~(BLOCK - 1));
	/* A huge page would take the place of the page table, and of 511 pages. */
	if (scatter && madvise(hog->base, size, MADV_NOHUGEPAGE))
		warn("huge pages are not switched off");
	while (hog->pages < pages && !ended)
		write_page(hog, hog->pages++);
}

/* From now on there is only each keepth page, as if it had never been otherwise. */
static void let_go(struct hog *hog, size_t keep)
{
	size_t left = 0, n;

	for (n = 0; n < hog->pages; n++) {
		if (n % keep && hog->stride == PAGE)
			madvise(page(hog, n), PAGE, MADV_DONTNEED);
		else if (n % keep)
			munmap(page(hog, n), BLOCK);
		else
			hog->writes[left++] = hog->writes[n];
	}
	hog->stride *= keep;
	hog->pages = left;
}

static size_t number(const char *text, size_t least)
{
	unsigned long long value;
	char *rest;

	value = strtoull(text, &rest, 10);
	if (!*text || *rest || value < least || value > 1 << 30)
		errx(2, "'%s' is not a number from %zu on", text, least);
	return value;
}

static size_t options(int argc, char **argv, struct hog *hog, size_t *keep)
{
	static const struct option known[] = {
		{ "keep", required_argument, NULL, 'k' },
		{ "scatter", no_argument, NULL, 's' },
		{ "seconds", required_argument, NULL, 't' },
		{ "seed", required_argument, NULL, 'e' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'k':
			*keep = number(optarg, 1);
			break;
		case 's':
			hog->stride = BLOCK;
			break;
		case 't':
			alarm(number(optarg, 1));
			break;
		case 'e':
			hog->seed = number(optarg, 0);
			break;
		default:
			errx(2, "usage: memhog [--seconds N] [--seed N] "
			     "[--scatter] [--keep N] MIB");
		}
	}
	if (argc - optind != 1)
		errx(2, "how many MiB?");
	/* A page table comes with each page that is scattered. */
	return number(argv[optind], 1) * (1UL << 20) / (hog->stride == PAGE ? PAGE : 2 * PAGE);
}

int main(int argc, char **argv)
{
	struct hog hog = { .stride = PAGE, .seed = getpid() };
	struct sigaction action = { .sa_handler = end };
	size_t keep = 1, pages, rounds = 0;

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGALRM, &action, NULL);
	pages = options(argc, argv, &hog, &keep);
	hog.random = hog.seed;
	fill(&hog, pages, hog.stride != PAGE);
	if (keep > 1)
		let_go(&hog, keep);
	printf("memhog: %zu pages filled\n", hog.pages);
	fflush(stdout);
	while (!ended)
		rounds += one_round(&hog);
	verify(&hog);
	printf("memhog: %zu pages, %zu rounds, %" PRIu64 " corrupted words\n",
	       hog.pages, rounds, hog.corrupted);
	free(hog.writes);
	return hog.corrupted ? 1 : 0;
}
