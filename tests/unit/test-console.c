/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Consoles of rehearsals: how far it came, and what it died of, by lines that kernels write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../lib/parse/console.h"

#define LOADED "\ncrashctl-rehearsal: reserved 100663296\n\ncrashctl-rehearsal: loaded\n"	\
	"[    6.05] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000000\r\n"
#define BOOTED LOADED "[    0.000000] Linux version 7.2.12 (gcc) #1\r\n"			\
	"[    1.026267] Memory: 32208K/98036K available (17607K kernel code)\r\n"
#define UNPACKED BOOTED "[    2.496756] Freeing initrd memory: 2652K\r\n"
#define INIT UNPACKED "[    4.248320] Run /init as init process\r\n"

static void hear(struct kd_console *c, const char *text)
{
	kd_console_init(c);
	kd_console_feed(c, text, strlen(text));
	kd_console_finish(c);
}

static void test_whole_way(void **state)
{
	struct kd_console c;

	(void)state;
	hear(&c, INIT);
	assert_true(c.reserved_known && c.reserved == 100663296);
	assert_true(c.loaded && !c.refused && !c.broken);
	assert_true(c.booted && c.unpacked && c.init);
	assert_true(c.memory_known);
	assert_int_equal(c.available, 32208 * KD_KIB);
	assert_int_equal(c.total, 98036 * KD_KIB);
	assert_int_equal(c.death, KD_DEATH_NONE);
	assert_string_equal(c.why, "");
	assert_false(c.lowest_known);
}

static void test_stages(void **state)
{
	struct kd_console c;

	(void)state;
	hear(&c, "Linux version 7.2.12\n[    1.0] Run /init as init process\n");
	assert_false(c.loaded || c.booted || c.init);
	hear(&c, LOADED);
	assert_true(c.loaded && !c.booted && !c.death && !c.broken);
	hear(&c, BOOTED);
	assert_true(c.booted && !c.unpacked);
	hear(&c, UNPACKED);
	assert_true(c.unpacked && !c.init);
	/* What came first may not have been written: "quiet" counts until loglevel= is read. */
	hear(&c, LOADED "[ 0.0] Kernel command line: elfcorehdr=0xf000000 quiet\n");
	assert_true(c.booted);
	hear(&c, LOADED "[ 0.9] Memory: 32188K/98036K available (17607K kernel code)\n");
	assert_true(c.booted && c.memory_known);
	/* A kernel that keeps the initramfs does not say that it has freed it. */
	hear(&c, BOOTED "[    4.2] Run /init as init process\n");
	assert_true(c.unpacked && c.init);
}

static void test_first_kernel(void **state)
{
	struct kd_console c;

	(void)state;
	hear(&c, "\ncrashctl-rehearsal: refused 99\n"
	     "[ 1.0] Kernel panic - not syncing: Attempted to kill init!\n");
	assert_int_equal(c.refused, 99);
	assert_false(c.loaded || c.broken || c.reserved_known);
	hear(&c, "[    0.1] Kernel panic - not syncing: VFS: Unable to mount root fs\n");
	assert_true(c.broken);
	assert_string_equal(c.why, "Kernel panic - not syncing: VFS: Unable to mount root fs");
	/* No word of the init is believed once the crash kernel runs. */
	hear(&c, INIT "crashctl-rehearsal: refused 12\n");
	assert_int_equal(c.refused, 0);
	/* Half a number, or none, is none. */
	hear(&c, "crashctl-rehearsal: refused 0\ncrashctl-rehearsal: refused 12x\n"
	     "crashctl-rehearsal: reserved \ncrashctl-rehearsal: reserved 9999999999999999999\n");
	assert_false(c.refused || c.reserved_known);
}

static const struct {
	const char *text, *why;
	enum kd_death death;
} deaths[] = {
	{ BOOTED "[    1.9] Initramfs unpacking failed: write error\n",
	  "Initramfs unpacking failed: write error", KD_DEATH_ROOT_FULL },
	{ BOOTED "[    1.9] Initramfs unpacking failed: junk within compressed archive\n",
	  "Initramfs unpacking failed: junk within compressed archive", KD_DEATH_UNPACK },
	{ BOOTED "Initramfs unpacking failed: Out of memory while allocating zstd_dctx\n",
	  "Initramfs unpacking failed: Out of memory while allocating zstd_dctx",
	  KD_DEATH_MEMORY },
	{ BOOTED "[ 1.0] rootfs image is not initramfs (no cpio magic); looks like an initrd\n",
	  "rootfs image is not initramfs (no cpio magic); looks like an initrd",
	  KD_DEATH_UNPACK },
	{ BOOTED "[    2.1][    T1] Out of memory: Killed process 77 (kworker)\n",
	  "Out of memory: Killed process 77 (kworker)", KD_DEATH_MEMORY },
	{ BOOTED "[    2.1] Kernel panic - not syncing: System is deadlocked on memory\n",
	  "Kernel panic - not syncing: System is deadlocked on memory", KD_DEATH_MEMORY },
	{ BOOTED "Kernel panic - not syncing: memblock_alloc: Failed to allocate 4096 bytes\n",
	  "Kernel panic - not syncing: memblock_alloc: Failed to allocate 4096 bytes",
	  KD_DEATH_MEMORY },
	{ UNPACKED "[ 3.0] Kernel panic - not syncing: No working init found.\n",
	  "Kernel panic - not syncing: No working init found.", KD_DEATH_NO_INIT },
	{ UNPACKED "[ 3.0] Kernel panic - not syncing: VFS: Unable to mount root fs on 0,0\n",
	  "Kernel panic - not syncing: VFS: Unable to mount root fs on 0,0", KD_DEATH_NO_INIT },
	{ INIT "[ 5.0] Kernel panic - not syncing: Attempted to kill init! exitcode=0x0\n",
	  "Kernel panic - not syncing: Attempted to kill init! exitcode=0x0",
	  KD_DEATH_NO_INIT },
	{ BOOTED "[ 1.0] BUG: kernel NULL pointer dereference\n"
	  "[ 1.1] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000009\n",
	  "Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000009",
	  KD_DEATH_PANIC },
	{ INIT "sh: what now[    5.0] Kernel panic - not syncing: Fatal exception\n",
	  "Kernel panic - not syncing: Fatal exception", KD_DEATH_PANIC },
	{ LOADED "\n\nZSTD-compressed data is corrupt\n\n -- System halted",
	  " -- System halted", KD_DEATH_PANIC },
	/* The first is the reason, what follows from it is not. */
	{ BOOTED "[ 1.9] Initramfs unpacking failed: write error\n"
	  "[ 3.0] Kernel panic - not syncing: No working init found.\n",
	  "Initramfs unpacking failed: write error", KD_DEATH_ROOT_FULL },
	/* A program's words are not the kernel's. */
	{ INIT "I am out of memory\n[ 5.0] cgroup: Out of memory\n", "", KD_DEATH_NONE },
};

static void test_deaths(void **state)
{
	struct kd_console c;

	(void)state;
	for (size_t i = 0; i < KD_ARRAY_SIZE(deaths); i++) {
		hear(&c, deaths[i].text);
		print_message("# %s\n", deaths[i].why);
		assert_string_equal(c.why, deaths[i].why);
		assert_int_equal(c.death, deaths[i].death);
	}
}

static void test_numbers(void **state)
{
	struct kd_console c;

	(void)state;
	hear(&c, LOADED "Linux version 1\nMemory: 1K/2M available\nMemory: K/K available\n"
	     "Memory: 9999999999999999K/1K available\n");
	assert_false(c.memory_known);
	hear(&c, INIT "crashctl-memory: lowest=31457280\ncrashctl-memory: lowest=20971520\n"
	     "crashctl-memory: lowest=30000000\ncrashctl-memory: lowest=1 \n");
	assert_true(c.lowest_known);
	assert_int_equal(c.lowest, 20971520);
	hear(&c, "crashctl-memory: lowest=1\n");
	assert_false(c.lowest_known);
}

/* Cut anywhere, it is the same; longer than any line, it is cut. */
static void test_pieces(void **state)
{
	struct kd_console whole, parts;
	char line[3 * KD_CONSOLE_LINE];

	(void)state;
	hear(&whole, INIT);
	kd_console_init(&parts);
	for (const char *s = INIT; *s; s++)
		kd_console_feed(&parts, s, 1);
	kd_console_finish(&parts);
	assert_memory_equal(&whole, &parts, sizeof(whole));
	memset(line, 'x', sizeof(line));
	kd_console_feed(&parts, line, sizeof(line));
	kd_console_feed(&parts, "\n\0y", 3);
	kd_console_finish(&parts);
	assert_int_equal(strlen(kd_console_line(&parts, parts.n_kept - 2)), KD_CONSOLE_LINE - 1);
	assert_string_equal(kd_console_line(&parts, parts.n_kept - 1), " y");
}

static void test_last_lines(void **state)
{
	struct kd_console c;
	char line[16];

	(void)state;
	kd_console_init(&c);
	assert_null(kd_console_line(&c, 0));
	for (unsigned i = 0; i < 40; i++) {
		snprintf(line, sizeof(line), "line %u\r\n\r\n", i);
		kd_console_feed(&c, line, strlen(line));
	}
	assert_int_equal(c.n_kept, KD_CONSOLE_KEPT);
	assert_string_equal(kd_console_line(&c, 0), "line 28");
	assert_string_equal(kd_console_line(&c, KD_CONSOLE_KEPT - 1), "line 39");
	assert_null(kd_console_line(&c, KD_CONSOLE_KEPT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_way), cmocka_unit_test(test_stages),
		cmocka_unit_test(test_first_kernel), cmocka_unit_test(test_deaths),
		cmocka_unit_test(test_numbers), cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_last_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
