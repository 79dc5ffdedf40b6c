# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034,SC2154,SC1091
#
# Where the module takes memory from: above 4 GiB where there is no room below, with a low part;
# not from huge pages that are free in their pool, from ZONE_MOVABLE, or from what was added
# after the boot; from the node that it is told.

VARIANTS='fallback hugetlb movable hotplug numa'
KERNEL=7.2
MODULE=yes
case $VARIANT in
fallback)
	# Below 4 GiB there are 184 and some 270 MiB.
	# shellcheck disable=SC2016 # no variable
	MEMORY=6144
	CMDLINE='memmap=2600M$200M'
	ASSERTIONS=9 ;;
hugetlb)
	MEMORY=6144
	ASSERTIONS=7 ;;
movable)
	MEMORY=6144
	CMDLINE=movablecore=1G
	ASSERTIONS=10 ;;
hotplug)
	MEMORY=1G,slots=4,maxmem=4G
	HOST=yes
	ASSERTIONS=14 ;;
numa)
	# Whichever of these: the module is the same, if dkms.conf builds it.
	MODULE=dkms
	MEMORY=3072
	DEVICES='-object memory-backend-ram,id=m0,size=1536M -numa node,memdev=m0'
	DEVICES="$DEVICES -object memory-backend-ram,id=m1,size=1536M -numa node,memdev=m1"
	ASSERTIONS=10 ;;
esac

# taken FILE: "START END" in MiB, whole ones
taken()
{
	sed 's/^/0x/; s/-/ 0x/' "$GROW/$1" | while read -r _start _end; do
		echo "$((_start / MIB)) $(((_end + 1) / MIB))"
	done
}

# size_of FILE: in MiB
size_of()
{
	taken "$1" | awk '{ print $2 - $1 }'
}

fallback()
{
	answers 'how much goes below' 'done' low_size $((64 * MIB))
	answers 'take of more than lies in one piece below 4 GiB' 'done' take $((320 * MIB))
	is 'all of it is taken' "$(size_of main)" 320
	holds 'above 4 GiB' [ "$(taken main | cut -d' ' -f1)" -ge 4096 ]
	is 'with a low part' "$(size_of low)" 64
	holds 'below' [ "$(taken low | cut -d' ' -f2)" -le 4096 ]
	dmesg > /tmp/dmesg
	has 'the log says what was not found, and where' /tmp/dmesg \
		'crash_grow: no 320 MiB in one piece .* between 16 and 4096 MiB'
}

huge_pages()
{
	awk '/^HugePages_(Total|Free)/ { print $2 }' /proc/meminfo | tr '\n' ' '
}

# More than fits above 4 GiB, so that all that can be had there is in the pool.
hugetlb()
{
	echo 1600 > /proc/sys/vm/nr_hugepages
	_pool=$(huge_pages)
	holds 'the pool has more than lies above 4 GiB' [ "${_pool%% *}" -gt 1536 ]
	echo 1 > $GROW/high
	answers 'take' 'done' take $((192 * MIB))
	holds 'not out of the pool: below 4 GiB' [ "$(taken main | cut -d' ' -f2)" -le 4096 ]
	is 'which is as large as it was' "$(huge_pages)" "$_pool"
	answers 'it is given back' 'done' take 0
	echo 0 > /proc/sys/vm/nr_hugepages
}

# movable_zone: "START END" in MiB, of the one that node 0 has
movable_zone()
{
	awk '
	/^Node/ { movable = $NF == "Movable" }
	movable && $1 == "spanned" { pages = $2 }
	movable && $1 == "start_pfn:" { print $2 / 256, ($2 + pages) / 256 }' /proc/zoneinfo
}

# end_of_ram: in MiB
end_of_ram()
{
	sed -n 's/^[0-9a-f]*-\([0-9a-f]*\) : System RAM$/0x\1/p' /proc/iomem | tail -n 1 |
		while read -r _end; do
			echo $(((_end + 1) / MIB))
		done
}

# What is looked at first is the zone, at the end of memory.
movable()
{
	_zone=$(movable_zone)
	holds 'a movable zone lies above 4 GiB' [ "${_zone% *}" -ge 4096 ]
	holds 'and has room' [ $((${_zone#* } - ${_zone% *})) -ge 1024 ]
	is 'with nothing behind it' "${_zone#* }" "$(end_of_ram)"
	echo 1 > $GROW/high
	answers 'take' 'done' take $((192 * MIB))
	is 'all of it is taken' "$(size_of main)" 192
	holds 'above 4 GiB' [ "$(taken main | cut -d' ' -f1)" -ge 4096 ]
	holds 'below the movable zone' [ "$(taken main | cut -d' ' -f2)" -le "${_zone% *}" ]
	answers 'it is given back' 'done' take 0
}

# 2 GiB come above 4 GiB, into a zone from which memory could be taken, where high looks first.
hotplug()
{
	memory_comes 2048M 0x100000000 0x17fffffff
	is 'which is not movable' \
		"$(cut -d' ' -f1 /sys/devices/system/memory/memory[34]?/valid_zones | sort -u)" Normal
	_was=$(grow_state)
	echo 1 > $GROW/high
	echo 0 > $GROW/low_size
	answers 'take' 'done' take $((128 * MIB))
	is 'all of it is taken' "$(size_of main)" 128
	holds 'not from what has come' [ "$(taken main | cut -d' ' -f2)" -le 1024 ]
	answers 'it is given back' 'done' take 0
	answers 'take of more than there was before' 'No space left on device' take $((1200 * MIB))
	is 'nothing is taken' "$(cat $GROW/main)" ''
	is 'all is as it was' "$(grow_state)" "$_was"
	dmesg > /tmp/dmesg
	has 'the log says what was not found' /tmp/dmesg \
		'crash_grow: no 1200 MiB in one piece .* between 4096 and 6144 MiB'
}

numa()
{
	is 'there are two nodes' "$(cat /sys/devices/system/node/online)" 0-1
	answers 'the first node' 'done' node 0
	is 'is what is read' "$(cat $GROW/node)" 0
	answers 'take' 'done' take $((192 * MIB))
	holds 'it lies there' [ "$(taken main | cut -d' ' -f2)" -le 1536 ]
	answers 'it is given back' 'done' take 0
	echo 1 > $GROW/node
	echo $((192 * MIB)) > $GROW/take
	holds 'and in the second one' [ "$(taken main | cut -d' ' -f1)" -ge 1536 ]
	answers 'it is given back, too' 'done' take 0
}

guest()
{
	. /vm/grow.sh
	holds 'the module can be loaded' module_is_there
	"$VARIANT"
	log_is_clean
}
