# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# A load that the kernel refuses has already destroyed the image that was loaded. So
# whatever crashctl is given after a good load, an image is loaded at the end.

CMDLINE='crashkernel=256M'
ASSERTIONS=27

refused()
{
	_title=$1
	shift
	run crashctl reload "$@"
	is "$_title: exits 1" "$STATUS" 1
	holds "$_title: says why" [ -s "$ERR" ]
	is "$_title: an image is loaded" "$(crash_file crash_loaded)" 1
}

guest()
{
	K=/boot/vmlinuz-$(uname -r)
	I=/var/lib/kdump/initrd.img-$(uname -r)
	exits 'load exits 0' 0 crashctl load

	head -c 5000000 "$K" > /tmp/short
	refused 'a kernel that is cut off' --kernel /tmp/short
	head -c 1000000 /dev/urandom > /tmp/random
	refused 'a kernel of random bytes' --kernel /tmp/random
	: > /tmp/empty
	refused 'an empty kernel' --kernel /tmp/empty
	refused 'a folder as kernel' --kernel /tmp
	head -c 1000000 "$I" > /tmp/short
	refused 'an initramfs that is cut off' --initramfs /tmp/short
	{ cat "$I"; head -c 300000000 /dev/zero; } > /tmp/large
	refused 'an initramfs that is too large' --initramfs /tmp/large
	rm /tmp/large
	# For the kernel ETXTBSY, after it has dropped what was loaded.
	cp "$K" /tmp/busy
	exec 5>> /tmp/busy
	refused 'a kernel that is open for writing' --kernel /tmp/busy
	exec 5>&-
	refused 'a command line that is too long' --append "$(head -c 3000 /dev/zero | tr '\0' x)"

	exits 'status exits 0 in the end' 0 crashctl status
	exits 'reload exits 0' 0 crashctl reload
}
