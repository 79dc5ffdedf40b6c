# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# The main job on a new kernel: from "a panic would be lost" to a captured dump, with a
# reservation that has shrunk to what must lie in main because the rest lies in CMA.

KERNEL=7.2
CMDLINE='crashkernel=512M,cma crashkernel=256M'
DUMP=yes
ASSERTIONS=49

MIB=1048576

not_loaded_yet()
{
	exits 'status exits 3 before anything is loaded' 3 crashctl status
	has 'it says that a panic would be lost' "$OUT" 'panic now would be lost'
	has 'it says how to mend that' "$OUT" 'crashctl load'
	exits 'status --json exits 3 too' 3 crashctl status --json
	json 'verdict: not-loaded' .status.verdict not-loaded
	json 'nothing is loaded' .status.loaded false
	json 'main: 256 MiB reserved' .status.pools.main.reserved $((256 * MIB))
	json 'main: 256 MiB asked for at boot' .status.pools.main.booted $((256 * MIB))
	json 'cma: 512 MiB reserved' .status.pools.cma.reserved $((512 * MIB))
	json 'low: nothing reserved' .status.pools.low.reserved 0
	is 'the range of CMA is the one the kernel tells' \
		"$(value '.status.pools.cma.ranges[] | "\(.start) \(.end)"')" \
		"$(sed 's/^/0x/; s/-/ 0x/' /sys/kernel/kexec/crash_cma_ranges |
			while read -r start end; do echo "$((start)) $((end))"; done)"
	is 'the range of main is the one in /proc/iomem' \
		"$(value '.status.pools.main.ranges[] | "\(.start) \(.end)"')" \
		"$(sed -n 's/^ *\([0-9a-f]*\)-\([0-9a-f]*\) : Crash kernel/0x\1 0x\2/p' \
			/proc/iomem |
			while read -r start end; do echo "$((start)) $((end))"; done)"
}

estimated()
{
	exits 'estimate exits 0' 0 crashctl estimate
	has 'it prints parts' "$OUT" 'initramfs'
	exits 'estimate --json exits 0' 0 crashctl estimate --json
	json 'it sees the image of this kernel' .estimate.image.release "$(uname -r)"
	json 'the initramfs has the size of its file' .estimate.image.initramfs_size \
		"$(stat -c %s "/var/lib/kdump/initrd.img-$(uname -r)")"
	json 'several parts, none without a basis' \
		'(.estimate.parts | length > 5) and all(.estimate.parts[];
			.basis | IN("exact", "computed", "modelled"))' true
	json 'CMA makes main smaller' \
		'.estimate.needed.main_with_cma < .estimate.needed.main' true
	exits 'estimate --check: it is enough' 0 crashctl estimate --check
	is 'nothing was loaded by asking' "$(crash_file crash_loaded)" 0
}

loaded()
{
	exits 'load exits 0' 0 crashctl load
	is 'the kernel has an image' "$(crash_file crash_loaded)" 1
	exits 'status exits 0' 0 crashctl status
	has 'it says that a panic would be captured' "$OUT" 'panic now would be captured'
	exits 'status --json exits 0 too' 0 crashctl status --json
	json 'verdict: captured' .status.verdict captured
	json 'the image is fresh' .status.freshness fresh
	json 'it is the kernel that was loaded' .status.image.kernel "/boot/vmlinuz-$(uname -r)"
}

shrunk()
{
	_total=$(mem_total)
	exits 'reserve auto exits 1: this guest has no boot loader' 1 \
		crashctl reserve auto --json
	json 'which is the error it names' .error.id no-boot-loader
	_words=$(value .reserve.words)
	exits 'reserve --live auto exits 0' 0 crashctl reserve --live auto --json
	json 'it is carried out' '.reserve.done and .reserve.changed' true
	_size=$(crash_file crash_size)
	note "main is now $((_size / MIB)) MiB"
	is 'the words for the next boot keep CMA before main' "$_words" \
		"crashkernel=512M,cma crashkernel=$((_size / MIB))M"
	holds 'main is well under 256 MiB' [ "$_size" -le $((128 * MIB)) ]
	holds 'and not nothing' [ "$_size" -ge $((48 * MIB)) ]
	is 'MemTotal has grown by what was given back' "$(($(mem_total) - _total))" \
		$((256 * MIB - _size))
	is 'the image is loaded again' "$(crash_file crash_loaded)" 1
	exits 'status exits 0 after that' 0 crashctl status --json
	json 'it knows the new size' .status.pools.main.reserved "$_size"
	json 'what was given back is no fault' \
		'[.status.findings[] | select(.id == "reserved-less")] | length' 0
	exits 'reserve --live auto once more exits 0' 0 crashctl reserve --live auto
	is 'and leaves the size alone' "$(crash_file crash_size)" "$_size"
}

growth_refused()
{
	remember
	exits 'reserve --live 200M exits 1' 1 crashctl reserve --live 200M
	has 'it tells the reason' "$ERR" 'grow|larger|more than'
	has 'it tells what to do' "$ERR" 'boot'
	exits 'with --json exits 1 too' 1 crashctl reserve --live 200M --json
	json 'the error has an identifier, a message and an advice' \
		'[.error.id, .error.message, .error.advice] | all(type == "string" and . != "")' \
		true
	unchanged 'nothing has changed'
}

guest()
{
	not_loaded_yet
	estimated
	loaded
	shrunk
	growth_refused
	crash 'crashctl-test main-7.2'
}
