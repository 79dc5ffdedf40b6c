# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034,SC2154,SC1091
#
# Where the module takes memory from: above 4 GiB where there is no room below, with a low part;
# not from huge pages that are free in their pool; from the node that it is told.

VARIANTS='fallback hugetlb numa'
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
numa)
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
