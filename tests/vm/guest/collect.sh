# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh
#
# Copies what the kernel says of crash memory into a tree and writes that, as a tar
# archive, to the first virtio disk. Files are read and written anew (their sizes in
# /proc and /sys are not true); symbolic links stay links.

FILES='/proc/iomem /proc/cmdline /proc/meminfo /proc/version /proc/mounts
	/proc/self/mountinfo /proc/self/mounts /proc/swaps /proc/filesystems
	/proc/sys/kernel/osrelease /proc/sys/kernel/ostype /proc/sys/kernel/version
	/proc/sys/kernel/arch /proc/sys/kernel/kexec_load_* /proc/sys/kernel/panic
	/proc/sys/kernel/tainted
	/sys/kernel/kexec* /sys/kernel/kexec/* /sys/kernel/crash_elfcorehdr_size
	/sys/kernel/vmcoreinfo /sys/kernel/fadump* /sys/kernel/fadump/*
	/sys/kernel/security/lockdown /sys/kernel/mm/cma/*/*
	/sys/devices/system/cpu/possible /sys/devices/system/cpu/present
	/sys/devices/system/cpu/online /sys/devices/system/cpu/kernel_max
	/sys/devices/system/cpu/crash_hotplug
	/sys/devices/system/memory/block_size_bytes /sys/devices/system/memory/crash_hotplug
	/sys/devices/system/memory/auto_online_blocks
	/sys/devices/system/node/possible /sys/devices/system/node/online
	/sys/hypervisor/* /sys/hypervisor/*/* /sys/firmware/efi/fw_platform_size
	/etc/os-release'

# What is of use of a kernel's configuration: four lines in a thousand.
CONFIG='^(# )?CONFIG_[A-Z0-9_]*(KEXEC|CRASH|CMA|SWIOTLB|LOCK_?DOWN|PAGE_SIZE|PAGE_SHIFT|NR_CPUS|VMCORE|MEMORY_HOTPLUG|HOTPLUG_CPU|SPARSEMEM)|^#.*Kernel Configuration'

copy_file()
{
	mkdir -p "$TREE${1%/*}"
	if [ -L "$1" ]; then
		ln -s "$(readlink "$1")" "$TREE$1"
	elif [ -f "$1" ]; then
		cat "$1" > "$TREE$1" 2> /dev/null || rm -f "$TREE$1"
	fi
}

copy_tree()
{
	for file in $FILES; do
		[ ! -e "$file" ] || copy_file "$file"
	done
	mkdir -p "$TREE/boot"
	grep -E "$CONFIG" "/boot/config-$(uname -r)" > "$TREE/boot/config-$(uname -r)"
}

# collect [USER]: with the eyes of USER
collect()
{
	export TREE=/tmp/tree FILES CONFIG
	if [ "${1:-root}" = root ]; then
		copy_tree
	else
		su "$1" -c '. /vm/lib.sh; . /vm/case.sh; copy_tree'
	fi
	find "$TREE" -type d | sort -r | xargs rmdir 2> /dev/null
	tar -C "$TREE" -c -f /dev/vda .
}
