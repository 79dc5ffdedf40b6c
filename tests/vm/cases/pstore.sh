# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC1091,SC2034,SC2154
#
# A crash kernel that runs out of memory keeps its last words in ramoops, and the boot after
# that finds them there: a reset leaves the machine's memory as it was.

RESERVED=0x30000000
CMDLINE="crashkernel=128M memmap=1M\$$RESERVED pstore.kmsg_bytes=131072"
# In place of -no-reboot, which run gives.
DEVICES='-action reboot=reset'
SECONDS_MAX=300
DUMP=lost
ASSERTIONS=13

# The crash kernel's half: all of its memory goes into a file. Who wrote that is killed, and
# then there is only process 1, which cannot be. That it was a crash kernel is seen by the
# begin of its log, so all of that is kept.
die()
{
	cat <<-END
	#!/bin/busybox sh
	/bin/busybox mount -t devtmpfs devtmpfs /dev
	exec < /dev/null > /dev/console 2>&1
	echo '# crash started' > /dev/ttyS1
	/bin/busybox insmod /reed_solomon.ko
	/bin/busybox insmod /ramoops.ko $RAMOOPS
	/bin/busybox cat /dev/zero > /fill
	exec /bin/busybox cat /dev/zero > /fill.2
	END
}
RAMOOPS="mem_address=$RESERVED mem_size=0x100000 record_size=0x20000 console_size=0"

files()
{
	(
		. "$VM_DIR/tree.sh"
		KERNEL=$(kernel_dir "$KERNEL") root=$1/tree
		add_busybox "$root"
		for _module in lib/reed_solomon/reed_solomon fs/pstore/ramoops; do
			xz -dc "$KERNEL/modules/kernel/$_module.ko.xz" > "$root/${_module##*/}.ko"
		done
		die > "$root/init"
		chmod 755 "$root/init"
		pack "$root" > "$1/image"
		mv "$root"/*.ko "$1"
		rm -r "$root"
	)
}

finding()
{
	value "[.status.findings[].id] | index(\"$1\") != null"
}

# As a machine that has it from the boot on.
keep_words()
{
	insmod /reed_solomon.ko
	# shellcheck disable=SC2086 # words
	insmod /ramoops.ko $RAMOOPS
	mount -t pstore pstore /sys/fs/pstore
}

before()
{
	cp /image "/var/lib/kdump/initrd.img-$(uname -r)"
	exits 'load exits 0' 0 crashctl load
	exits 'history exits 0' 0 crashctl history --json
	json 'no crash kernel has died' '.history.deaths | length' 0
	exits 'status exits 0' 0 crashctl status --json
	is 'and says of none' "$(finding crash-kernel-died)" false
	echo second | dd of=/dev/vda conv=fsync 2> /dev/null
	crash 'crashctl-test pstore'
}

after()
{
	ls -l /sys/fs/pstore
	exits 'history exits 0 after that' 0 crashctl history --json
	json 'one crash kernel has died' '.history.deaths | length' 1
	json 'for want of memory' '.history.deaths[0].why | test("Out of memory")' true
	json 'of this release' '.history.deaths[0].release' "$(uname -r)"
	note "$(value '.history.deaths[0] | "\(.path): \(.why) (wall: \(.wall))"')"
	json 'by a record of ramoops' '.history.deaths[0].path' /sys/fs/pstore/dmesg-ramoops-0
	run crashctl status --json
	is 'status says so' "$(finding crash-kernel-died)" true
	json 'and why' '.status.findings[] | select(.id == "crash-kernel-died").text |
		test("^a crash kernel died before it had saved a dump: Out of memory.*main .128 MiB. " +
		"was too small while the crash kernel started")' true
	note "$(value '.status.findings[] | select(.id == "crash-kernel-died").text')"
	crashctl history > "$OUT"
	has 'history tells people too' "$OUT" 'dmesg-ramoops-0: Out of memory'
}

guest()
{
	keep_words
	if [ "$(head -c 6 /dev/vda)" = second ]; then
		after
	else
		before
	fi
}
