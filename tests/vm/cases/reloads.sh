# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# A hundred reloads: nothing is kept of them in the kernel, and the memory that crashctl
# takes for one does not grow with the initramfs: files are mapped or handed on.

CMDLINE='crashkernel=512M'
MEMORY=3072
SECONDS_MAX=1800
ASSERTIONS=10

# reload CALL INITRAMFS: once what is in the files is known, with 48 MiB for data of its own
# at most, which is what it maps to write to. Says what was resident at most.
reload()
{
	run crashctl estimate --initramfs "$2"
	exits "reload by the call '$1' with ${2##*/} exits 0" 0 sh -c \
		'ulimit -d 49152; exec time -f %M -o /tmp/peak "$@"' - \
		crashctl reload --syscall "$1" --initramfs "$2"
	note "$1, ${2##*/}: $(($(stat -c %s "$2") >> 10)) kB, $(tail -n 1 /tmp/peak) kB resident"
}

guest()
{
	_initramfs=/var/lib/kdump/initrd.img-$(uname -r)
	exits 'load exits 0' 0 crashctl load
	reload_often 100
	{
		cat "$_initramfs"
		head -c $((-$(stat -c %s "$_initramfs") & 3)) /dev/zero
		cd /tmp && head -c 100000000 /dev/urandom > filling &&
			echo filling | cpio -o -H newc
	} > /tmp/large
	for _call in file segments; do
		reload $_call "$_initramfs"
		reload $_call /tmp/large
	done
	is 'an image is loaded' "$(crash_file crash_loaded)" 1
}
