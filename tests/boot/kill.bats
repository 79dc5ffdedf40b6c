# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
#
# The real grub-mkconfig is killed at ten points, and so is crashctl with it: the
# configuration that boots is the old one or the new one, complete, and the next
# `reserve' completes.

load common

POINTS=10

# killing N: a grub-mkconfig that is killed at its Nth fork
killing()
{
	rm "$M/usr/sbin/grub-mkconfig"
	cat >"$M/usr/sbin/grub-mkconfig" <<-END
	#!/bin/sh
	exec strace -qq -o /tmp/strace -e trace=fork,vfork,clone,clone3 \
		-e inject=fork,vfork,clone,clone3:signal=KILL:when=$1 \
		/bin/sh /.usr/sbin/grub-mkconfig "\$@"
	END
	chmod 755 "$M/usr/sbin/grub-mkconfig"
}

# How often it forks.
forks()
{
	inside strace -qq -o /tmp/count -e trace=fork,vfork,clone,clone3 \
		/bin/sh /.usr/sbin/grub-mkconfig -o /tmp/grub.cfg >/dev/null 2>&1
	grep -cE '^(v?fork|clone3?)\(' "$M/tmp/count"
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
	inside strace true || skip "strace does not work in a user namespace here"
}

@test "the tool is killed at ten points: the old configuration is back, byte for byte" {
	total=$(forks)
	[ "$total" -ge "$POINTS" ]
	remember
	for ((i = 0; i < POINTS; i++)); do
		killing $((1 + i * (total - 1) / (POINTS - 1)))
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
	for ((i = 1; i <= POINTS; i++)); do
		old=$((300 + i)) new=$((301 + i))
		crashctl reserve "${old}M" --config
		exits 0
		inside timeout -s KILL "0.$(printf %02d $((i * 7)))" crashctl reserve "${new}M" --config || :
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
