# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh
#
# Makes the disk bootable, with Debian's own tools, from a guest that was booted otherwise.

guest()
{
	run grub-install --target=i386-pc --no-floppy /dev/vda
	[ "$STATUS" -eq 0 ] || return 1
	run grub-mkconfig -o /boot/grub/grub.cfg
	attach "$OUT" "$ERR"
	return "$STATUS"
}
