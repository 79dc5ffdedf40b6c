# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# The main job on an old kernel: the older names in sysfs, no CMA, so that main must hold
# everything and shrinks less far.

KERNEL=6.1
CMDLINE='crashkernel=256M'
DUMP=yes
ASSERTIONS=33

MIB=1048576

loaded()
{
	exits 'status exits 3 before anything is loaded' 3 crashctl status --json
	json 'verdict: not-loaded' .status.verdict not-loaded
	json 'main: 256 MiB reserved' .status.pools.main.reserved $((256 * MIB))
	json 'cma: none' .status.pools.cma.reserved 0
	exits 'estimate exits 0' 0 crashctl estimate --json
	json 'it sees the image of this kernel' .estimate.image.release "$(uname -r)"
	exits 'load exits 0' 0 crashctl load
	is 'the kernel has an image' "$(crash_file crash_loaded)" 1
	exits 'status exits 0' 0 crashctl status --json
	json 'verdict: captured' .status.verdict captured
}

no_cma()
{
	remember
	exits 'reserve --cma 256M exits 1' 1 crashctl reserve --cma 256M
	has 'it names CMA' "$ERR" 'cma'
	has 'it tells the reason: this kernel' "$ERR" "kernel|$(uname -r)"
	exits 'with --json exits 1 too' 1 crashctl reserve --cma 256M --json
	json 'the error has an identifier and a message' \
		'[.error.id, .error.message] | all(type == "string" and . != "")' true
	unchanged 'nothing has changed'
}

shrunk()
{
	_total=$(mem_total)
	exits 'reserve --live auto exits 0' 0 crashctl reserve --live auto --json
	json 'it is carried out' '.reserve.done and .reserve.changed' true
	_size=$(crash_file crash_size)
	note "main is now $((_size / MIB)) MiB"
	holds 'main is well under 256 MiB' [ "$_size" -le $((160 * MIB)) ]
	# The smallest reservation that captures a dump with such an image was measured.
	holds 'main is not under the 81 MiB measured for such an image' \
		[ "$_size" -ge $((81 * MIB)) ]
	is 'MemTotal has grown by what was given back' "$(($(mem_total) - _total))" \
		$((256 * MIB - _size))
	is 'the image is loaded again' "$(crash_file crash_loaded)" 1
	exits 'status exits 0 after that' 0 crashctl status --json
	json 'it knows the new size' .status.pools.main.reserved "$_size"
}

growth_refused()
{
	remember
	exits 'reserve --live 200M exits 1' 1 crashctl reserve --live 200M
	has 'it tells the reason' "$ERR" 'grow|larger|more than'
	has 'it tells what to do' "$ERR" 'boot'
	unchanged 'nothing has changed'
}

unloaded()
{
	exits 'unload exits 0' 0 crashctl unload
	is 'the kernel has no image' "$(crash_file crash_loaded)" 0
	exits 'status exits 3 again' 3 crashctl status
	exits 'load exits 0 again' 0 crashctl load --json
	json 'the outcome: loaded' .load.outcome loaded
}

guest()
{
	loaded
	no_cma
	shrunk
	growth_refused
	unloaded
	crash 'crashctl-test main-6.1'
}
