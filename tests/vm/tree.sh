# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=bash
#
# What initramfs trees and scratch roots are made of. Sourced after common.sh.

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
