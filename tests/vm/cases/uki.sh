# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# A unified kernel image, which the kernel's own call does not take: its parts are taken
# out of it. The initramfs is the one in the image, for there is no other.

CMDLINE='crashkernel=256M'
DUMP=yes
SECONDS_MAX=480
ASSERTIONS=6

files()
{
	_release=$(cat "$CACHE/kernel-$KERNEL/release")
	"$VM_DIR/fetch" boot-root
	mkdir "$1/boot"
	cpio --quiet --extract --to-stdout "*/initrd.img-$_release" \
		< "$VM/guest-$KERNEL.cpio" > "$VM/$name.initramfs"
	"$VM_DIR/mkuki" "$CACHE/boot-root/usr/lib/systemd/boot/efi/linuxx64.efi.stub" \
		"$CACHE/kernel-$KERNEL/vmlinuz" "$VM/$name.initramfs" "$_release" \
		"$1/boot/crash.efi"
	rm "$VM/$name.initramfs"
}

guest()
{
	rm "/boot/vmlinuz-$(uname -r)" /var/lib/kdump/initrd.img-*
	exits 'load exits 0' 0 crashctl load --kernel /boot/crash.efi --syscall file --json
	json 'the outcome: loaded' .load.outcome loaded
	json 'the release is the one of its kernel' .load.release "$(uname -r)"
	is 'the kernel has an image' "$(crash_file crash_loaded)" 1
	exits 'by the other call exits 0' 0 crashctl reload --kernel /boot/crash.efi \
		--syscall segments
	exits 'and by this one again' 0 crashctl reload --kernel /boot/crash.efi --syscall file
	crash 'crashctl-test uki'
}
