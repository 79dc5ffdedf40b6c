# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# arm64: what is reserved, and what an image needs. Debian builds no kernel of this
# architecture with kexec_file_load.

KERNEL=7.2-arm64
CMDLINE='crashkernel=256M'
ASSERTIONS=5

MIB=1048576

guest()
{
	run crashctl status --json
	json 'main: 256 MiB reserved' .status.pools.main.reserved $((256 * MIB))
	is 'the range of main is the one in /proc/iomem' \
		"$(value '.status.pools.main.ranges[] | "\(.start) \(.end)"')" \
		"$(sed -n 's/^ *\([0-9a-f]*\)-\([0-9a-f]*\) : Crash kernel/0x\1 0x\2/p' \
			/proc/iomem |
			while read -r start end; do echo "$((start)) $((end))"; done)"
	exits 'estimate exits 0' 0 crashctl estimate --json
	json 'it sees the image of this kernel' .estimate.image.release "$(uname -r)"
	json 'and knows its size in memory' \
		'[.estimate.parts[] | select(.basis == "exact")] | length >= 3' true
}
