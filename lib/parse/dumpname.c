/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Names of dumps: see dumpname.h. */
#include "dumpname.h"

/* Each "9" is a digit.  The longest first: the others may be an end of it. */
static const struct {
	const char *form;
	enum kdump_layout layout;
} forms[] = {
	{ "9999-99-99-99:99:99", KDUMP_LAYOUT_FEDORA },	/* kdump-lib-initramfs.sh: HOST-DATE */
	{ "9999-99-99-99-99", KDUMP_LAYOUT_SUSE },	/* kdump-save; what it deletes can be */
	{ "9999-99-99-99:99", KDUMP_LAYOUT_SUSE },	/* of an older one, with a colon */
	{ "999999999999", KDUMP_LAYOUT_DEBIAN },	/* kdump-config: define_stampdir() */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The digits of @text where it is of that form, else 0. */
static uint64_t read_form(const char *text, const char *form)
{
	uint64_t n = 0;

	for (; *form; form++, text++) {
		if (*form == '9' ? !is_digit(*text) : *text != *form)
			return 0;
		if (*form == '9')
			n = 10 * n + (uint64_t)(*text - '0');
	}
	return n;
}

/* A number that happens to be as long is none. */
static bool is_date(uint64_t date)
{
	uint64_t month = date / 100000000 % 100, day = date / 1000000 % 100;

	return date >= UINT64_C(19700000000000) && month >= 1 && month <= 12 && day >= 1 &&
	       day <= 31 && date / 10000 % 100 < 24 && date / 100 % 100 < 60 && date % 100 <= 60;
}

uint64_t kd_dump_folder_date(const char *name, enum kdump_layout *layout)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < KD_ARRAY_SIZE(forms); i++) {
		size_t n = strlen(forms[i].form);
		uint64_t date;

		/* With a host in front it is whatever that is called, and a '-'. */
		if (len < n || (len > n && name[len - n - 1] != '-'))
			continue;
		date = read_form(name + len - n, forms[i].form);
		if (forms[i].layout != KDUMP_LAYOUT_FEDORA)
			date *= 100;
		if (!is_date(date))
			continue;
		*layout = forms[i].layout;
		return date;
	}
	return 0;
}

/* Beside it lie its log (vmcore-dmesg.txt, dmesg.DATE), and README.txt. */
int kd_dump_file_rank(const char *name)
{
	static const char *const finished[] = { "dump.", "vmcore." };
	static const char *const unfinished[] = {
		"dump-incomplete", "vmcore-incomplete", "vmcore.flat-incomplete",
	};

	for (size_t i = 0; i < KD_ARRAY_SIZE(unfinished); i++)
		if (kd_starts(name, unfinished[i]))
			return KD_DUMP_UNFINISHED;
	for (size_t i = 0; i < KD_ARRAY_SIZE(finished); i++)
		if (kd_starts(name, finished[i]))
			return KD_DUMP_FINISHED;
	return kd_streq(name, "vmcore") ? KD_DUMP_FINISHED : 0;
}
