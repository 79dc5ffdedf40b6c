# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# An ordinary user is told what root is told, as far as it can be known.

CMDLINE='crashkernel=512M,cma crashkernel=256M'
ASSERTIONS=24

user_exits()
{
	exits "$1" "$2" su user -c "$3"
}

nothing_loaded()
{
	user_exits 'status exits 3 as for root' 3 'crashctl status --json'
	json 'verdict: not-loaded' .status.verdict not-loaded
	json 'sizes are known: main' .status.pools.main.reserved 268435456
	json 'sizes are known: cma' .status.pools.cma.reserved 536870912
	json 'addresses are not: main' .status.pools.main.ranges null
	json 'and that is said' \
		'[.status.findings[] | select(.id == "addresses-hidden")] | length' 1
	user_exits 'estimate exits 0' 0 'crashctl estimate --json'
	_parts=$(value '[.estimate.parts[].id] | sort | join(" ")')
	run crashctl estimate --json
	json 'the parts are those root sees' '[.estimate.parts[].id] | sort | join(" ")' "$_parts"
	user_exits 'load exits 1' 1 'crashctl load'
	has 'it says which privilege is lacking' "$ERR" 'root|CAP_SYS_BOOT|privilege'
	user_exits 'reserve 128M exits 1' 1 'crashctl reserve --live 128M'
	is 'nothing is loaded' "$(crash_file crash_loaded)" 0
	is 'the reservation is whole' "$(crash_file crash_size)" 268435456
}

image_loaded()
{
	exits 'root loads' 0 crashctl load
	user_exits 'status exits 0 as for root' 0 'crashctl status --json'
	json 'verdict: captured' .status.verdict captured
	user_exits 'unload exits 1' 1 'crashctl unload'
	is 'the image is still loaded' "$(crash_file crash_loaded)" 1
}

# Where neither the record nor the image may be read, the size needed is not known.
nothing_readable()
{
	chmod 600 "/boot/vmlinuz-$(uname -r)" "/var/lib/kdump/initrd.img-$(uname -r)"
	exits 'root loads files that only root may read' 0 crashctl reload
	for _place in /run/crashctl /var/lib/crashctl; do
		[ ! -e "$_place" ] || chmod -R go= "$_place"
	done
	user_exits 'status exits 6' 6 'crashctl status --json'
	json 'verdict: unknown' .status.verdict unknown
	json 'that an image is loaded is known' .status.loaded true
	json 'what is needed: null' .status.pools.main.needed null
	exits 'root is still told 0' 0 crashctl status
}

guest()
{
	nothing_loaded
	image_loaded
	nothing_readable
}
