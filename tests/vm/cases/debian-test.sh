# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# A Debian that is made to panic on purpose, twice: a dump comes of it, and after the boot
# status says that what is loaded was tested; then with main cut below what the crash kernel
# needs, and status says that it failed and of which part.

KERNEL=6.1
MEMORY=1G
SECONDS_MAX=1500
DISK=debian
LONG=yes
DUMP=kdump-tools
ASSERTIONS=34

restart()
{
	next_stage "$1"
	systemctl reboot
	sleep 600
	not_ok 'the guest outlived its reboot'
}

# panic STAGE OPTION...: comes back only where it failed
panic()
{
	next_stage "$1"
	shift
	echo 'crashctl-test debian-test' > /dev/kmsg
	crashctl test --yes-crash-now "$@" > "$OUT" 2> "$ERR"
	not_ok 'the machine panics'
	note "$(cat "$ERR")"
}

install()
{
	echo 'deb [trusted=yes] file:/vm/repo ./' > /etc/apt/sources.list
	exits 'apt reads the packages' 0 apt-get -q update
	exits 'they are installed' 0 apt-get -q -y install crashctl
	exits 'the record is wanted' 0 systemctl enable crashctl-memory.service
	# A dump that is a file, not a stream.
	echo 'MAKEDUMP_ARGS="-c -d 31"' >> /etc/default/kdump-tools
	restart booted
}

booted()
{
	exits 'status exits 0' 0 crashctl status --json
	json 'what is loaded was never tested' .status.tested.result never
	exits 'without the word for it nothing is done' 1 crashctl test
	has 'and that is said' "$ERR" 'not-confirmed'
	exits 'it says what it would do' 0 crashctl test --dry-run
	panic proven
}

# The smallest that can be loaded, and starts with too little to unpack its initramfs.
cut_main()
{
	crashctl estimate --json > "$OUT"
	_mib=$(($(value .estimate.walls.load) / 1048576 + 4))
	note "main is cut to $_mib MiB"
	exits 'main is cut' 0 crashctl reserve "${_mib}M" --live --force too-small,no-fallback
	is 'and that is what is there' "$(crash_file crash_size)" $((_mib << 20))
	is 'an image is loaded' "$(crash_file crash_loaded)" 1
}

proven()
{
	is 'no mark is left' "$(find /var/lib/crashctl -name test)" ''
	is 'no unit has failed' "$(systemctl list-units --failed --no-legend)" ''
	exits 'history exits 0' 0 crashctl history --json
	json 'there is one dump' '.history.dumps | length' 1
	json 'it is complete' '.history.dumps[0].complete' true
	json 'of this kernel' '.history.dumps[0].release' "$(uname -r)"
	json 'saved by kdump-tools' '.history.dumps[0].layout' debian
	exits 'history is there to be read' 0 crashctl history
	has 'and has the dump' "$OUT" ' yes .* debian */var/crash/'
	exits 'status exits 0' 0 crashctl status --json
	json 'what is loaded was captured' .status.tested.result captured
	json 'with so much memory left' '.status.tested.lowest > 0' true
	crashctl status > "$OUT"
	has 'status says so' "$OUT" '^Tested: *captured 20.*of memory left$'
	cut_main
	exits 'then it is refused' 1 crashctl test --yes-crash-now
	has 'as status would' "$ERR" 'not-captured'
	panic failed --force not-captured
}

# The reservation is whole again at each boot: what failed is another one.
failed()
{
	is 'no mark is left' "$(find /var/lib/crashctl -name test)" ''
	exits 'status exits 0' 0 crashctl status --json
	json 'the whole reservation was captured' .status.tested.result captured
	cut_main
	crashctl status --json > "$OUT"
	json 'the cut one failed' .status.tested.result failed
	# Its root is a disk, so that the initramfs is no tmpfs: it ran out while it started.
	json 'the finding names main, and the part' '[.status.findings[] |
		select(.id == "test-failed") | .text | test("; main .* too small while the crash " +
		"kernel started, and of the estimate allocations of the boot \\(boot\\) is what")] |
		tostring' '[true]'
	note "$(value '.status.findings[] | select(.id == "test-failed").text')"
}

guest()
{
	_stage=$(stage)
	note "stage $_stage, $(cut -d' ' -f1 /proc/uptime) s after the kernel"
	next_stage lost
	case $_stage in
	first) install ;;
	booted) booted ;;
	proven) proven ;;
	failed) failed ;;
	*) not_ok 'it has booted when it should not have' ;;
	esac
}
