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
#   no-module   nor the driver of the disk
#   oops        one ends a process, and no more; then it is a panic

VARIANTS='room full no-tool no-module oops'
CMDLINE='crashkernel=256M'
SECONDS_MAX=300

case $VARIANT in
# Debian's makedumpfile finds the free pages of this kernel; in those of 6.12 and 7.2 it finds
# none, and what was ever written to them is in the dump.
room) KERNEL=6.1 DUMP=part ASSERTIONS=9 ;;
oops) DUMP=part ASSERTIONS=10 ;;
*) DUMP=lost ASSERTIONS=7 ;;
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
	mount -t ext4 /dev/vda /target || end 'lost no target'
	dump=/target/dump
	makedumpfile --message-level 22 -l -d 31 /proc/vmcore $dump ||
		end "lost makedumpfile: $?, $(stat -c %s $dump) bytes"
	say "size $(stat -c %s $dump)"
	umount /target
	end 'dump 0'
	END
}

files()
{
	(
		. "$VM_DIR/tree.sh"
		KERNEL=$(kernel_dir "$KERNEL") arch=x86_64 root=$(mktemp -d)
		trap 'rm -rf "$root"' EXIT
		add_busybox "$root"
		add_modules "$root"
		[ "$VARIANT" = no-tool ] || add_makedumpfile "$root"
		# As dracut leaves it; who made an image tells what is to be in it.
		mkdir -p "$root/usr/lib/dracut"
		echo 'crashctl test' > "$root/usr/lib/dracut/dracut-000"
		save > "$root/init"
		chmod 755 "$root/init"
		if [ "$VARIANT" = no-module ]; then
			rm "$root/lib/modules/virtio_blk.ko"
			sed -i /virtio_blk/d "$root/lib/modules/list"
		fi
		pack "$root" > "$1/image"
		# Its libraries are of another release than the guest's.
		if [ "$VARIANT" = room ]; then
			mkdir -p "$1/tool/proc" "$1/tool/tmp"
			add_makedumpfile "$1/tool"
		fi
	)
	[ "$VARIANT" != oops ] || cp "$("$VM_DIR/mkmodule" --oops "$KERNEL")" "$1/"
}

finding()
{
	json "$1: $3" "[.status.findings[].id] | index(\"$2\") != null" "$3"
}

# make_target KIB: a disk of that size, where Debian's kdump-tools saves its dumps
make_target()
{
	mke2fs /dev/vda "$1" > /dev/null
	mkdir -p /var/crash /etc/default
	mount -t ext4 /dev/vda /var/crash
	echo 'KDUMP_COREDIR=/var/crash' > /etc/default/kdump-tools
	cp /image "/var/lib/kdump/initrd.img-$(uname -r)"
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

oops()
{
	insmod /oops.ko
	exits 'status exits 0' 0 crashctl status --json
	echo 1 > /proc/sys/kernel/panic_on_oops
	exits 'and where an oops is a panic' 0 crashctl status --json
	finding 'nothing to be said' oops-not-captured false
	echo 0 > /proc/sys/kernel/panic_on_oops
	exits 'it does so still where it is none' 0 crashctl status --json
	finding 'an oops is not captured' oops-not-captured true
	(echo 1 > /proc/oops) 2> /dev/null
	is 'that is so: it has killed who wrote' $? 137
	dmesg > /tmp/log
	has 'and was an oops' /tmp/log 'Oops: '
	holds 'the machine goes on' [ -e /proc/oops ]
	echo 1 > /proc/sys/kernel/panic_on_oops
	echo 'crashctl-test target@oops' > /dev/kmsg
	echo 'guest ends in an oops' > /dev/kmsg
	ok 'now it is a panic'
	echo 1 > /proc/oops
	sleep 10
	not_ok 'the guest outlived its oops'
}

guest()
{
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
	no-module) lost modules-missing ;;
	oops) oops ;;
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
	umount /var/crash
	# Nobody says so any more where no dump comes of it.
	[ "$VARIANT" = room ] || echo '# guest ended 0' > "$TAP"
	crash 'crashctl-test target'
}
