# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
#
# The real grub-mkconfig is killed at ten points, and so is crashctl with it: the
# configuration that boots is the old one or the new one, complete, and the next
# `reserve' completes.

load common

POINTS=10

# tool OPTION...: a grub-mkconfig that runs under strace with those
tool()
{
	rm "$M/usr/sbin/grub-mkconfig"
	cat >"$M/usr/sbin/grub-mkconfig" <<-END
	#!/bin/sh
	# It sources /etc/default/grub.d, which crashctl looks for in here.
	exec strace -qq -o /tmp/strace -e trace=wait4 $* \
		/bin/sh /.usr/sbin/grub-mkconfig "\$@"
	END
	chmod 755 "$M/usr/sbin/grub-mkconfig"
}

# killing N: one that is killed as it waits for the Nth of its children
killing()
{
	tool -e "inject=wait4:signal=KILL:when=$1"
}

# How often it waits; once more where a signal comes in between.
waits()
{
	tool
	inside crashctl reserve 310M --config >/dev/null
	grep -c '^wait4(' "$M/tmp/strace"
}

as_shipped()
{
	rm "$M/usr/sbin/grub-mkconfig"
	ln -s /.usr/sbin/grub-mkconfig "$M/usr/sbin/grub-mkconfig"
}

setup()
{
	WHY=$("$BOOT/scratch" usable 2>&1) || skip "$WHY"
	machine 6.1-main
	crashctl reserve 300M --config
	exits 0
	inside strace -o /dev/null true || skip "strace does not work in a user namespace here"
}

@test "the tool is killed at ten points: the old configuration is back, byte for byte" {
	total=$(waits)
	[ "$total" -ge "$POINTS" ]
	remember
	for ((point = 0; point < POINTS; point++)); do
		killing $((1 + point * (total - 4) / (POINTS - 1)))
		crashctl reserve 320M --config
		exits 1
		assert_regex "$stderr" 'grub-mkconfig'
		unchanged
	done
	as_shipped
	crashctl reserve 320M --config
	exits 0
	entries_have crashkernel=320M 7
	nothing_left
}

# Some of a second's tenths hit crashctl, some the tool, some come too late.
@test "crashctl and the tool are killed at ten points: old or new, and the next completes" {
	for ((point = 1; point <= POINTS; point++)); do
		old=$((300 + point)) new=$((301 + point))
		crashctl reserve "${old}M" --config
		exits 0
		inside timeout -s KILL "0.$(printf %02d $((point * 7)))" crashctl reserve "${new}M" --config || :
		found=$(grub_entries | grep -o 'crashkernel=[^ ]*' | sort -u)
		[[ $found == "crashkernel=${old}M" || $found == "crashkernel=${new}M" ]]
		inside grub-script-check "$CFG"
		assert_equal "$(grub_entries | wc -l)" 7
		crashctl status
		assert_regex "$output" "$((old))|$((new))"
		crashctl reserve "${new}M" --config
		exits 0
		entries_have "crashkernel=${new}M" 7
		nothing_left
	done
}
