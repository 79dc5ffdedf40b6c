#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
#
# Read by dracut's shell before udev starts.  kdump-utils has put its
# configuration into the initramfs: "path" is below the file system dumped to.

(
	folder=/var/crash
	while read -r key value; do
		[ "$key" != path ] || folder=$value
	done </etc/kdump.conf
	exec crashctl-memory-watch "$folder"
) </dev/null >/dev/null 2>&1 &
