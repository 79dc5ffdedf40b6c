# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
#
# Helpers of the tests with real tools.  A test works on a scratch root (see
# scratch) of its own; everything runs in there.
#
# shellcheck shell=bash disable=SC2034,SC2154 # run sets, and the tests read

bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert

TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
BOOT=$TOP/tests/boot
CFG=/boot/grub/grub.cfg
# In an ERE: the words, and the spaces between them.
WORDS='crashkernel=[^ ]*( crashkernel=[^ ]*)*'

# Where there are no user namespaces, each test is skipped, which is counted.
setup()
{
	WHY=$("$BOOT/scratch" usable 2>&1) || skip "$WHY"
}

# Made once a file; a test has a copy.
setup_file()
{
	"$BOOT/scratch" usable 2>/dev/null || return 0
	for name in 6.1-main 7.2-main-cma; do
		"$BOOT/scratch" make "$BATS_FILE_TMPDIR/$name" "$name" >&2
		"$BOOT/scratch" in "$BATS_FILE_TMPDIR/$name" grub-mkconfig -o "$CFG" >&2
	done
}

# machine NAME [X.Y...]: $M is a scratch machine like tests/machines/NAME, with those
# kernels alone in /boot.
machine()
{
	local name=$1 file

	M=$BATS_TEST_TMPDIR/machine
	cp -a "$BATS_FILE_TMPDIR/$name" "$M"
	shift
	[ $# -gt 0 ] || return 0
	for file in "$M"/boot/*-[0-9]*; do
		case " $* " in
		*" $(sed -E 's/.*(vmlinuz|config|initrd.img)-([0-9]+\.[0-9]+)\..*/\2/' \
			<<<"$file") "*) ;;
		*) rm "$file" ;;
		esac
	done
	mkconfig
}

# release X.Y
release()
{
	basename "$M/boot/vmlinuz-$1."* | sed 's/vmlinuz-//'
}

inside()
{
	"$BOOT/scratch" in "$M" "$@"
}

mkconfig()
{
	inside grub-mkconfig -o "$CFG" 2>&1
}

crashctl()
{
	run --separate-stderr inside crashctl "$@"
}

# exits CODE: the last crashctl ended so
exits()
{
	[ "$status" -eq "$1" ] || {
		printf 'crashctl ended with %s, wanted %s\n%s\n%s\n' "$status" "$1" "$output" "$stderr"
		return 1
	}
}

# grub_entries: the command line of every entry, one a line, submenus included
grub_entries()
{
	sed -nE 's/^[[:space:]]*linux(16|efi)?[[:space:]]+[^[:space:]]+[[:space:]]+//p' "$M$CFG"
}

# bls_entries [FOLDER]: the same of loader/entries
bls_entries()
{
	cat "$M${1:-/boot}"/loader/entries/*.conf 2>/dev/null | sed -nE 's/^options[[:space:]]+//p'
}

# lines_have WORDS COUNT: standard input is so many lines with exactly those words
lines_have()
{
	local line n=0 found

	while read -r line; do
		n=$((n + 1))
		found=$(tr ' ' '\n' <<<"$line" | grep '^crashkernel=' | paste -sd ' ') || :
		assert_equal "$found" "$1"
	done
	assert_equal "$n" "$2"
}

# entries_have WORDS COUNT: each of so many entries of grub.cfg has exactly those words
entries_have()
{
	lines_have "$@" < <(grub_entries)
}

# add_bls NAME RELEASE OPTIONS...: an entry, as Fedora has them
add_bls()
{
	mkdir -p "$M/boot/loader/entries"
	cat >"$M/boot/loader/entries/$1.conf" <<-END
	title Some Linux ($2)
	version $2
	linux /boot/vmlinuz-$2
	initrd /boot/initrd.img-$2
	options ${*:3}
	grub_users \$grub_users
	grub_arg --unrestricted
	grub_class fedora
	END
}

# no_grub: GRUB and its tools are not on this machine
no_grub()
{
	rm -rf "$M/boot/grub" "$M"/usr/sbin/*grub* "$M"/usr/bin/*grub* "$M"/etc/default/grub*
}

# argv_was LINE...: how the stand-ins were called
argv_was()
{
	diff <(printf '%s\n' "$@") "$M/var/log/standins"
}

# without_words FILE: its text, but for the words
without_words()
{
	sed -E "s/$WORDS//" "$1"
}

# What a change may touch, but for our own records: names, kinds, modes, contents.
digest()
{
	(
		cd "$M" || exit 1
		find boot etc efi -printf '%p %y %m %l\n' 2>/dev/null | LC_ALL=C sort
		find boot etc efi -type f -print0 2>/dev/null | LC_ALL=C sort -z |
			xargs -0 sha256sum
	)
}

remember()
{
	BEFORE=$(digest)
}

unchanged()
{
	diff <(echo "$BEFORE") <(digest)
}

# Nothing is left of a change that was begun.
nothing_left()
{
	run -0 find "$M/boot" "$M/etc" -name '*crashctl*' ! -name zz-crashctl.cfg
	assert_output ''
}
