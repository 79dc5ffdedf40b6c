# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh
#
# The guest's half of bisect: waits for a line on the disk, and then shrinks, loads and
# panics as that line says. Its state is saved while it waits.

DISK=/dev/vda

# The machine as its files show it, for the facts that are kept beside the results.
tell_tree()
{
	. /collect.sh
	export TREE=/tmp/tree
	copy_tree
	tar -C "$TREE" -cz . | base64 | sed 's/^/# tree /' > "$TAP"
	rm -rf "$TREE"
}

guest()
{
	sed 's/^/# iomem /' /proc/iomem > "$TAP"
	tell_tree
	note "crash_size $(crash_file crash_size)"
	note "elfcorehdr_size $(cat /sys/kernel/kexec/crash_elfcorehdr_size \
		/sys/kernel/crash_elfcorehdr_size 2> /dev/null | head -n 1)"
	note "uname $(uname -rv)"
	echo 1 > /proc/sys/kernel/sysrq
	note ready
	_word=''
	until [ "$_word" = go ]; do
		sleep 0.1
		blockdev --flushbufs "$DISK"
		read -r _word _size _bytes _cmdline < "$DISK"
	done
	dd if="$DISK" bs=1M skip=1 2> /dev/null | head -c "$_bytes" > /tmp/initrd
	if [ "$_size" != keep ] && ! echo "$_size" > /sys/kernel/kexec_crash_size; then
		note 'shrink failed'
		return 1
	fi
	note "crash_size $(crash_file crash_size)"
	if ! kload "/boot/vmlinuz-$(uname -r)" /tmp/initrd "$_cmdline" 2> /tmp/why; then
		note "refused $(cat /tmp/why)"
		return 1
	fi
	note loaded
	echo c > /proc/sysrq-trigger
}
