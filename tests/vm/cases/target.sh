# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC1091,SC2030,SC2031,SC2034,SC2153,SC2154
#
# What status says will lose the dump does lose it, and what it says nothing of does not: the
# crash kernel mounts a file system and saves a file there, as those of the distributions do.
#
#   room        there is room: the dump is saved, and as large as was foretold
#   full        there is not
#   no-tool     the initramfs has no makedumpfile
#   no-library  it has, but not a library of it
#   no-module   the driver of the disk is not there
#   no-device   the device is not there
#   unmounted   what is on it cannot be mounted
#   read-only   it can be mounted to be read, and no more
#   low         main lies above what the disk's controller reaches, and low is too small
#   low-room    the same with low as large as is wanted: the dump is saved
#   modules     the initramfs has the modules of another kernel
#   machine     and programs of another architecture
#   oops        one ends a process, and no more; then it is a panic
#   hang        and so of a kernel that hangs
#   nmi         and so of the NMI that is sent to it

VARIANTS='room full no-tool no-library no-module oops no-device unmounted read-only'
VARIANTS="$VARIANTS low low-room modules machine hang nmi"
CMDLINE='crashkernel=256M'
SECONDS_MAX=300

case $VARIANT in
# Debian's makedumpfile finds the free pages of this kernel; in those of 6.12 and 7.2 it finds
# none, and what was ever written to them is in the dump.
room) KERNEL=6.1 DUMP=part ASSERTIONS=9 ;;
unmounted | read-only) DUMP=lost LONG=yes ASSERTIONS=4 ;;
oops) DUMP=part ASSERTIONS=9 ;;
hang) DUMP=part LONG=yes ASSERTIONS=8 ;;
nmi)
	DUMP=part LONG=yes ASSERTIONS=8
	DEVICES='-device i6300esb -action watchdog=inject-nmi' ;;
no-library) DUMP=lost LONG=yes ASSERTIONS=8 ;;
# The same kernel for both, and the one that leaves the dump small: the disk is slow.
low) KERNEL=6.1 DUMP=lost LONG=yes ASSERTIONS=8 ;;
low-room) KERNEL=6.1 DUMP=part LONG=yes ASSERTIONS=5 ;;
*) DUMP=lost ASSERTIONS=7 ;;
esac
case $VARIANT in
no-device | modules) LONG=yes ;;
no-library) DIES='error while loading shared libraries: libdw[.]so[.]1: cannot open' ;;
machine) LONG=yes DIES='Kernel panic.*No working init found' ;;
esac

# A disk whose controller reaches 4 GiB and no more, which is why low is there. The bounce
# buffer is 64 MiB; of one that is cut short nothing is left for the controller's own tables.
DEVICE=/dev/vda
ATA='scsi/scsi_common scsi/scsi_mod scsi/sd_mod ata/libata ata/ata_piix'
case $VARIANT in
low | low-room)
	DEVICE=/dev/sda MEMORY=6144
	DEVICES="-drive if=none,id=old,format=raw,file=${VM:-}/${name:-}.disk"
	DEVICES="$DEVICES -device ide-hd,drive=old" ;;
esac
case $VARIANT in
low)
	CMDLINE='crashkernel=256M,high crashkernel=16M,low'
	DIES='ata_piix .*: failed to start port 0 [(]errno=-12[)]' ;;
low-room) CMDLINE='crashkernel=256M,high crashkernel=128M,low' ;;
esac

# The crash kernel's half: what its initramfs has, it uses.
save()
{
	cat <<-'END'
	#!/bin/busybox sh
	/bin/busybox --install -s
	mount -t proc proc /proc
	mount -t sysfs sysfs /sys
	mount -t devtmpfs devtmpfs /dev
	exec < /dev/null > /dev/console 2>&1
	stty -F /dev/ttyS1 raw -echo
	say() { echo "# crash $*" > /dev/ttyS1; }
	end() { say "$@"; sleep 0.2; poweroff -f; }
	say started
	say "up $(uname -r)"
	say "cmdline $(cat /proc/cmdline)"
	while read -r module; do
		insmod "/lib/modules/$module"
	done < /lib/modules/list
	mkdir /target
	# Such a disk comes when it likes.
	case $(cat /device) in
	/dev/sd*) for second in 1 2 3 4 5 6 7 8 9 10; do
		[ -e "$(cat /device)" ] || sleep 1
	done ;;
	esac
	mount -t ext4 "$(cat /device)" /target || end 'lost no target'
	dump=/target/dump
	makedumpfile --message-level 22 -l -d 31 /proc/vmcore $dump ||
		end "lost makedumpfile: $?, $(stat -c %s $dump) bytes"
	say "size $(stat -c %s $dump)"
	umount /target
	end 'dump 0'
	END
}

# of_another ROOT NAME: its modules are those of a kernel of that name
of_another()
{
	"$VM_DIR/fetch" "kernel-$2"
	KERNEL=$(kernel_dir "$2")
	rm -rf "$1/lib/modules"
	add_modules "$1"
	_release=$(cat "$KERNEL/release")
	mkdir "$1/lib/modules/$_release"
	mv "$1"/lib/modules/*.ko "$1/lib/modules/$_release/"
	sed -i "s|^|$_release/|" "$1/lib/modules/list"
}

files()
{
	(
		. "$VM_DIR/tree.sh"
		KERNEL=$(kernel_dir "$KERNEL") arch=x86_64 root=$(mktemp -d)
		# shellcheck disable=SC2086 # a list
		[ "$DEVICE" = /dev/vda ] || MODULES="$MODULES $(printf 'drivers/%s ' $ATA)"
		trap 'rm -rf "$root"' EXIT
		if [ "$VARIANT" = machine ]; then
			"$VM_DIR/fetch" arm64-root
			arch=aarch64
		fi
		add_busybox "$root"
		add_modules "$root"
		[ "$VARIANT" = no-tool ] || add_makedumpfile "$root"
		[ "$VARIANT" != no-library ] || rm "$root"/usr/lib/x86_64-linux-gnu/libdw.so.1
		if [ "$VARIANT" = no-device ]; then
			echo /dev/vdb > "$root/device"
		else
			echo "$DEVICE" > "$root/device"
		fi
		# As dracut leaves it; who made an image tells what is to be in it.
		mkdir -p "$root/usr/lib/dracut"
		echo 'crashctl test' > "$root/usr/lib/dracut/dracut-000"
		save > "$root/init"
		chmod 755 "$root/init"
		if [ "$VARIANT" = no-module ]; then
			rm "$root/lib/modules/virtio_blk.ko"
			sed -i /virtio_blk/d "$root/lib/modules/list"
		fi
		[ "$VARIANT" != modules ] || of_another "$root" 6.12
		pack "$root" > "$1/image"
		[ "$DEVICE" = /dev/vda ] || cp -r "$root/lib/modules" "$1/image-modules"
		# Its libraries are of another release than the guest's.
		if [ "$VARIANT" = room ]; then
			mkdir -p "$1/tool/proc" "$1/tool/tmp"
			add_makedumpfile "$1/tool"
		fi
	)
	case $VARIANT in
	oops | hang) cp "$("$VM_DIR/mkmodule" --trouble "$KERNEL")" "$1/" ;;
	nmi) guest_watchdog "$1" ;;
	low | low-room) truncate -s 1G "$VM/$name.disk" ;;
	esac
}

finding()
{
	json "$1: $3" "[.status.findings[].id] | index(\"$2\") != null" "$3"
}

# make_target KIB: a disk of that size, where Debian's kdump-tools saves its dumps
make_target()
{
	mke2fs "$DEVICE" "$1" > /dev/null
	mkdir -p /var/crash /etc/default
	mount -t ext4 "$DEVICE" /var/crash
	echo 'KDUMP_COREDIR=/var/crash' > /etc/default/kdump-tools
	if [ "$VARIANT" = no-device ]; then
		# Where a device is named and not the folder that it is mounted on.
		echo ID=fedora > /etc/os-release
		cp /image "/boot/initramfs-$(uname -r)kdump.img"
	else
		cp /image "/var/lib/kdump/initrd.img-$(uname -r)"
	fi
	exits 'load exits 0' 0 crashctl load
}

# What makedumpfile counts as the kernel's own is what the dump is made of; it counts the
# image that is loaded, too, and what the guest's processes have under way.
usage()
{
	mount -t proc proc /tool/proc
	chroot /tool /usr/bin/makedumpfile --mem-usage /proc/kcore > /tmp/usage 2>&1
	umount /tool/proc
	_pages=$(awk '$1 == "KERN_DATA" { print $2 }' /tmp/usage)
	[ -n "$_pages" ] || attach /tmp/usage
	_least=$(value .status.dump.least) _most=$(value .status.dump.most)
	note "makedumpfile: $((_pages << 12)) bytes; foretold, compressed: $_least to $_most"
	holds 'as much as makedumpfile counts, within a half' \
		[ -n "$_pages" -a $((_pages << 12)) -ge $_most -a \
		$((_pages << 12)) -le $((_most * 3)) ]
	echo "# dump-expected $_least $_most" > "$TAP"
}

lost()
{
	exits 'status exits 2' 2 crashctl status --json
	json 'the verdict: loaded, but no dump would come of it' .status.verdict degraded
	finding "it says so" "$1" true
	json 'as an error' ".status.findings[] | select(.id == \"$1\").severity" error
	crashctl status > "$OUT"
	has 'to people as well' "$OUT" '^[^ ].*leave no dump: '
	exits 'test refuses it' 1 crashctl test --yes-crash-now
}

# degraded ID: it may be saved or not
degraded()
{
	exits 'status exits 2' 2 crashctl status --json
	finding "it says so" "$1" true
	json 'as an error' ".status.findings[] | select(.id == \"$1\").severity" error
}

# What does so now may do so after a panic, or not.
warned()
{
	exits 'status exits 0' 0 crashctl status --json
	finding "it says so" "$1" true
	json 'as a warning' ".status.findings[] | select(.id == \"$1\").severity" warning
}

# is_said ID SYSCTL TEXT: with 1 it is a panic, with 0 it is none, and that is said
is_said()
{
	echo 1 > "/proc/sys/kernel/$2"
	exits "where $3 is a panic" 0 crashctl status --json
	finding 'there is nothing to be said' "$1" false
	echo 0 > "/proc/sys/kernel/$2"
	exits 'status exits 0 where it is none' 0 crashctl status --json
	finding "$3 is not captured" "$1" true
}

# now_it_panics SYSCTL COMMAND...
now_it_panics()
{
	echo 1 > "/proc/sys/kernel/$1"
	shift
	echo "crashctl-test target@$VARIANT" > /dev/kmsg
	echo "guest ends in trouble" > /dev/kmsg
	ok 'now it is a panic'
	"$@"
	sleep 20
	not_ok 'the guest outlived its panic'
}

trouble()
{
	echo "$1" > /proc/trouble
}

oops()
{
	insmod /trouble.ko
	is_said oops-not-captured panic_on_oops 'an oops'
	(trouble oops) 2> /dev/null
	is 'that is so: it has killed who wrote' $? 137
	dmesg > /tmp/log
	has 'and was an oops' /tmp/log 'Oops: '
	holds 'the machine goes on' [ -e /proc/trouble ]
	now_it_panics panic_on_oops trouble oops
}

hang()
{
	insmod /trouble.ko
	# The watchdog looks after twice that, in seconds.
	echo 1 > /proc/sys/kernel/watchdog_thresh
	for _name in softlockup hardlockup hung_task; do
		[ ! -e /proc/sys/kernel/${_name}_panic ] ||
			echo 0 > /proc/sys/kernel/${_name}_panic
	done
	is_said hang-not-captured softlockup_panic 'a hang'
	trouble hang
	dmesg > /tmp/log
	has 'that is so: it was a hang, and the machine goes on' /tmp/log 'BUG: soft lockup'
	rmmod trouble
	insmod /trouble.ko
	holds 'and can be used' [ -e /proc/trouble ]
	now_it_panics softlockup_panic trouble hang
}

# By a watchdog that sends one in place of a reset.
send_nmi()
{
	insmod /i6300esb.ko heartbeat=2
	exec 9> /dev/watchdog
	sleep 10
}

nmi()
{
	insmod /watchdog.ko
	echo 0 > /proc/sys/kernel/sysrq
	is_said no-panic-by-hand unknown_nmi_panic 'an NMI'
	send_nmi
	# Its magic close: it is stopped.
	echo V >&9
	exec 9>&-
	rmmod i6300esb
	dmesg > /tmp/log
	has 'that is so: it was an NMI' /tmp/log 'NMI received for unknown reason'
	holds 'the machine goes on' [ ! -e /dev/watchdog0 ]
	now_it_panics unknown_nmi_panic send_nmi
}

attach_disk()
{
	for _module in $ATA; do
		insmod "/image-modules/${_module#*/}.ko"
	done
	within 20 [ -e "$DEVICE" ]
}

above_4g()
{
	_mask=$(cat /sys/block/sda/device/../../../../dma_mask_bits)
	if [ "$VARIANT" = low ]; then
		degraded low-too-small
		json 'low is smaller than is needed' \
			'.status.pools.low | .reserved > 0 and .reserved < .needed' true
		json 'the target is on such a device' '.status.findings[] |
			select(.id == "low-too-small").text |
			test("one is on the way to the dump$")' true
	else
		exits 'status exits 0' 0 crashctl status --json
		finding 'low is too small' low-too-small false
	fi
	json 'main lies above 4 GiB' '.status.pools.main.ranges[0].start >= 4294967296' true
	is 'the controller has 32 bits' "$_mask" 32
}

guest()
{
	[ "$DEVICE" = /dev/vda ] || attach_disk
	if [ "$VARIANT" = full ]; then
		make_target 32768
		dd if=/dev/zero of=/var/crash/full bs=64K 2> /dev/null
		truncate -s -1M /var/crash/full
	else
		make_target 1048576
	fi
	case $VARIANT in
	full) lost target-full ;;
	no-tool) lost dump-tool-missing ;;
	no-library)
		lost dump-tool-missing
		crashctl status > "$OUT"
		has 'and names it' "$OUT" 'makedumpfile is in the initramfs, but not .*libdw' ;;
	no-module) lost modules-missing ;;
	no-device)
		printf 'ext4 /dev/vdb\npath /\n' > /etc/kdump.conf
		lost target-not-found ;;
	unmounted)
		umount /var/crash
		echo '/dev/vda /var/crash ext4 defaults 0 0' > /etc/fstab
		dd if=/dev/zero of=/dev/vda bs=64K count=1 2> /dev/null
		warned target-not-mounted ;;
	read-only)
		umount /var/crash
		# EXT4_FEATURE_RO_COMPAT_READONLY, fs/ext4/ext4.h: for ever.
		printf '\020' | dd of=/dev/vda bs=1 seek=$((1024 + 0x65)) conv=notrunc 2> /dev/null
		mount -t ext4 /dev/vda /var/crash
		warned target-read-only ;;
	low | low-room) above_4g ;;
	modules) lost modules-of-other-kernel ;;
	machine) lost initramfs-of-other-machine ;;
	oops | hang | nmi) "$VARIANT" ;;
	room)
		exits 'status exits 0' 0 crashctl status --json
		json 'the verdict: captured' .status.verdict captured
		finding 'full' target-full false
		finding 'tight' target-tight false
		finding 'the tool is missing' dump-tool-missing false
		finding 'modules are missing' modules-missing false
		json 'there is room' '.status.dump.room > .status.dump.most' true
		usage ;;
	esac
	umount /var/crash 2> /dev/null
	# Nobody says so any more where no dump comes of it.
	[ "$VARIANT" = room ] || echo '# guest ended 0' > "$TAP"
	crash 'crashctl-test target'
}
