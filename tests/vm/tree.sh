# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=bash
#
# What initramfs trees are made of. Sourced after common.sh.

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
