# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=bash
#
# What initramfs trees and scratch roots are made of. Sourced after common.sh; $arch is
# that of the guest, where it is not this machine's.

# In the order in which they are loaded; those that a kernel has built in are left out.
MODULES='drivers/virtio/virtio drivers/virtio/virtio_ring
	drivers/virtio/virtio_pci_legacy_dev drivers/virtio/virtio_pci_modern_dev
	drivers/virtio/virtio_pci drivers/block/virtio_blk'

# copy_into ROOT FILE...: under the same path, links followed
copy_into()
{
	local root=$1 file

	shift
	for file; do
		mkdir -p "$root${file%/*}"
		cp -L "$file" "$root$file"
	done
}

# arm64_libraries PROGRAM: the same, of a program that cannot run here; its libraries are
# all in one folder, but for our own beside it
arm64_libraries()
{
	local todo=$1 done=' ' file lib

	while [ -n "$todo" ]; do
		file=${todo%% *}
		todo=${todo#"$file"}
		todo=${todo# }
		for lib in $(readelf -dW "$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
			case $done in
			*" $lib "*) continue ;;
			esac
			done="$done$lib "
			file=$BUILD/arm64/$lib
			[ -e "$file" ] || file=$ARM64/usr/lib/aarch64-linux-gnu/$lib
			[ -e "$file" ] || die "$1 lacks $lib"
			echo "$file"
			todo="${todo:+$todo }$file"
		done
	done
}

# add_arm64_program ROOT PROGRAM
add_arm64_program()
{
	local to=$1/usr/lib/aarch64-linux-gnu libs

	libs=$(arm64_libraries "$2") || exit 1
	mkdir -p "$to" "$1/lib"
	# shellcheck disable=SC2086 # a list of files
	cp -L $libs "$to"
	cp -L "$ARM64/usr/lib/ld-linux-aarch64.so.1" "$1/lib/"
}

# libraries PROGRAM: everything the dynamic linker would map, itself included
libraries()
{
	LD_LIBRARY_PATH=$BUILD ldd "$1" |
		awk '/not found/ { print "missing: " $1 > "/dev/stderr"; bad = 1 }
			$2 == "=>" { print $3 } $1 ~ /^\// { print $1 } END { exit bad }'
}

add_program()
{
	local root=$1 program=$2 libs lib

	if [ "${arch:-}" = aarch64 ]; then
		add_arm64_program "$root" "$program"
		return
	fi
	libs=$(libraries "$program") || die "$program lacks a library"
	for lib in $libs; do
		case $lib in
		"$BUILD"/*)
			mkdir -p "$root/usr/lib"
			cp -L "$lib" "$root/usr/lib/${lib##*/}" ;;
		*)
			copy_into "$root" "$lib" ;;
		esac
	done
}

# add_crashctl ROOT: with the C library that it was linked with, whatever ROOT has
add_crashctl()
{
	local root=$1/opt/crashctl libs lib loader

	[ -x "$BUILD/crashctl" ] || die "$BUILD/crashctl is not built (run 'make')"
	libs=$(libraries "$BUILD/crashctl") || die "$BUILD/crashctl lacks a library"
	mkdir -p "$root/lib" "$root/bin"
	cp "$BUILD/crashctl" "$root/lib/"
	for lib in $libs; do
		cp -L "$lib" "$root/lib/"
	done
	loader=$(cd "$root/lib" && echo ld-linux*)
	cat > "$root/bin/crashctl" <<-END
	#!/bin/sh
	exec /opt/crashctl/lib/$loader --library-path /opt/crashctl/lib \
		/opt/crashctl/lib/crashctl "\$@"
	END
	chmod 755 "$root/bin/crashctl"
}

# copy_makedumpfile BIN LIB: with the C library of the release it comes from, not ours
copy_makedumpfile()
{
	local from=$CACHE/makedumpfile/usr lib

	cp "$from/bin/makedumpfile" "$1"
	cp -L "$from/lib64/ld-linux-x86-64.so.2" "$2"
	"$from/lib64/ld-linux-x86-64.so.2" --library-path "$from/lib/x86_64-linux-gnu" \
		--list "$from/bin/makedumpfile" | awk '$2 == "=>" { print $3 }' |
	while read -r lib; do
		case $lib in
		"$from"/lib/*) cp -L "$lib" "$2" ;;
		"$from"/lib64/*) ;;
		*) die "makedumpfile in the cache lacks ${lib##*/}" ;;
		esac
	done
}

pack()
{
	(cd "$1" && find . -mindepth 1 | LC_ALL=C sort |
		cpio --quiet --format newc --owner 0:0 --create)
}

add_busybox()
{
	mkdir -p "$1"/{bin,sbin,usr/bin,usr/sbin,proc,sys,dev,run,tmp,etc,root}
	if [ "${arch:-}" = aarch64 ]; then
		cp "$ARM64/usr/bin/busybox" "$1/bin/busybox"
	else
		cp "$CACHE/busybox-static/usr/bin/busybox" "$1/bin/busybox"
	fi
}

# add_modules ROOT: uncompressed, beside a list in the order of loading
add_modules()
{
	local root=$1 mod file

	mkdir -p "$root/lib/modules"
	: > "$root/lib/modules/list"
	for mod in $MODULES; do
		if grep -qx "kernel/$mod.ko" "$KERNEL/modules/modules.builtin"; then
			continue
		fi
		file=$KERNEL/modules/kernel/$mod.ko
		if [ -e "$file" ]; then
			cp "$file" "$root/lib/modules/"
		elif [ -e "$file.xz" ]; then
			xz -dc "$file.xz" > "$root/lib/modules/${mod##*/}.ko"
		else
			die "kernel $release has no $mod"
		fi
		echo "${mod##*/}.ko" >> "$root/lib/modules/list"
	done
}

# add_makedumpfile ROOT: where the dynamic linker looks for what it needs
add_makedumpfile()
{
	local root=$1

	if [ "${arch:-}" = aarch64 ]; then
		cp "$ARM64/usr/bin/makedumpfile" "$root/usr/bin/"
		add_arm64_program "$root" "$ARM64/usr/bin/makedumpfile"
		return
	fi
	mkdir -p "$root"/{usr/bin,lib64,usr/lib/x86_64-linux-gnu}
	copy_makedumpfile "$root/usr/bin" "$root/usr/lib/x86_64-linux-gnu"
	mv "$root/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2" "$root/lib64/"
}

# crash_initramfs DIR: made in DIR, which is new
crash_initramfs()
{
	local root=$1

	add_busybox "$root"
	add_modules "$root"
	add_makedumpfile "$root"
	cp "$VM_DIR/guest/crash-init" "$root/init"
	chmod 755 "$root/init"
	cp "$ROOT/cli/hooks/crashctl-memory-watch" "$root/bin/"
	pack "$root" | zstd -q -9
}
