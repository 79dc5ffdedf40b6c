# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=bash
#
# What disks that boot by themselves are made of. Sourced after common.sh and tree.sh;
# $SIZE_MIB is the size of the whole disk, $KERNEL and $release the kernel of a guest that
# is booted to install GRUB on it.

START=2048	# sectors: where the partition begins
# What every GRUB can read.
FEATURES=none,has_journal,ext_attr,dir_index,filetype,extent,sparse_super,large_file

# le32 NUMBER: as four bytes, for printf
le32()
{
	local i

	for i in 0 8 16 24; do
		printf '\\x%02x' $((($1 >> i) & 255))
	done
}

# One partition, of Linux, to be booted (the classic table: 446 bytes of code before it).
partition_table()
{
	local sectors=$((SIZE_MIB * 2048 - START))

	# shellcheck disable=SC2059 # the bytes are the format
	printf "\\x80\\x20\\x21\\x00\\x83\\xfe\\xff\\xff$(le32 $START)$(le32 $sectors)" |
		dd of="$1" bs=1 seek=446 conv=notrunc status=none
	printf '\x55\xaa' | dd of="$1" bs=1 seek=510 conv=notrunc status=none
}

# file_system ROOT IMAGE: ROOT in its one partition
file_system()
{
	mke2fs -q -t ext4 -O "$FEATURES" -E "offset=$((START * 512))" -d "$1" "$2" \
		"$(((SIZE_MIB * 2048 - START) / 2))k"
}

disk_initramfs()
{
	add_busybox "$1"
	add_modules "$1"
	cp "$VM_DIR/guest/disk-init" "$1/init"
	chmod 755 "$1/init"
	pack "$1"
}

# add_disk_main ROOT: what a guest finds in /vm of its disk; first of all it installs GRUB
add_disk_main()
{
	mkdir -p "$1/vm"
	cp "$CACHE/busybox-static/usr/bin/busybox" "$1/vm/"
	cp "$VM_DIR/guest/disk-main" "$1/vm/init"
	chmod 755 "$1/vm/init"
	cp "$VM_DIR/guest/lib.sh" "$1/vm/"
	cp "$VM_DIR/guest/disk-install.sh" "$1/vm/case.sh"
}

# into_disk IMAGE: debugfs says on standard error what went wrong, and ends well all the
# same.
into_disk()
{
	local err

	err=$(debugfs -w -f - "$1?offset=$((START * 512))" 2>&1 > /dev/null |
		grep -v '^debugfs [0-9]') || :
	[ -z "$err" ] || die "$1: $err"
}
