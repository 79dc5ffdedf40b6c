# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# shellcheck shell=sh disable=SC2034
#
# A Debian as people have it, with systemd, and crashctl's own packages: installed while it
# runs, loading at its next boot, upgraded, told of a new kernel. After a panic the dump is
# a file on its disk, and it comes up by itself, with the new kernel and protected again;
# of the packages nothing is left then once they are purged.

KERNEL=6.1
NEXT=6.12
MEMORY=1G,slots=2,maxmem=2G
HOST=yes
SECONDS_MAX=1200
DISK=debian
LONG=yes
DUMP=kdump-tools
ASSERTIONS=79

property()
{
	systemctl show --value --property="$2" "$1"
}

first_sentence()
{
	head -n 1 "$OUT" | sed 's/[.:].*//'
}

# systemd and crashctl say the same.
agreed()
{
	is 'crashctl.service is active' "$(systemctl is-active crashctl.service)" active
	is 'crashctl-watch.service is active' \
		"$(systemctl is-active crashctl-watch.service)" active
	is 'and was never started again' "$(property crashctl-watch NRestarts)" 0
	is 'no unit has failed' "$(systemctl list-units --failed --no-legend)" ''
	is 'the kernel has an image' "$(crash_file crash_loaded)" 1
	is "kdump-tools' own udev rule has loaded none" \
		"$(journalctl -q -b | grep -c 'loaded kdump kernel')" 0
	exits 'status exits 0' 0 crashctl status
	is 'a panic now would be captured' "$(first_sentence)" 'A panic now would be captured'
	is 'systemctl status says so too' \
		"$(property crashctl-watch StatusText | sed 's/[.:].*//')" "$(first_sentence)"
}

sources()
{
	echo "deb [trusted=yes] file:$1 ./" > /etc/apt/sources.list
	exits "apt reads $1" 0 apt-get -q update
}

version()
{
	dpkg-query --show --showformat '${db:Status-Status} ${Version}' "$1"
}

candidate()
{
	sed -n "/^Package: crashctl\$/,/^\$/s/^Version: /installed /p" "$1/Packages"
}

restart()
{
	next_stage "$1"
	systemctl reboot
	sleep 600
	not_ok 'the guest outlived its reboot'
}

# The record of the crash kernel's memory is nothing that everybody wants.
install()
{
	sources /vm/repo
	exits 'the packages are installed' 0 apt-get -q -y install crashctl
	is 'in the version that was built' "$(version crashctl)" "$(candidate /vm/repo)"
	agreed
	exits 'the record is wanted' 0 systemctl enable crashctl-memory.service
	restart booted
}

confined()
{
	_pid=$(property crashctl-watch MainPID)
	for _set in CapPrm CapBnd; do
		_found=$(sed -n "s/^$_set:[[:space:]]*//p" "/proc/$_pid/status")
		note "$_set of crashctl watch: $_found"
		holds "it has some capabilities, not all: $_set" [ "$_found" != \
			"$(sed -n "s/^$_set:[[:space:]]*//p" /proc/1/status)" ]
	done
	systemd-analyze security --no-pager crashctl-watch.service > "$OUT" 2>&1
	note "$(tail -n 1 "$OUT")"
}

upgrade()
{
	_pid=$(property crashctl-watch MainPID)
	_since=$(property crashctl ActiveEnterTimestampMonotonic)
	sources /vm/next
	exits 'the packages are upgraded' 0 apt-get -q -y upgrade
	is 'to the next version' "$(version crashctl)" "$(candidate /vm/next)"
	is 'both of them' "$(version libkdump0)" "$(version crashctl)"
	holds 'the watcher is of the new one' [ "$(property crashctl-watch MainPID)" != "$_pid" ]
	is 'what loads at boot was left alone' \
		"$(property crashctl ActiveEnterTimestampMonotonic)" "$_since"
}

# The hook says nothing of a kernel that fits, and run-parts nothing of a hook that says
# nothing: that it was read shows in its time of access.
HOOK=/etc/kernel/postinst.d/zz-crashctl

hook_warns()
{
	_size=$(stat -c %s "$2")
	truncate -s +64M "$2"
	exits 'the hook never stops an installation' 0 $HOOK "$1" "/boot/vmlinuz-$1"
	truncate -s "$_size" "$2"
	has 'it warns of a crash initramfs that makes it too much' "$ERR" \
		'^crashctl: .* are reserved'
}

other_kernel()
{
	sources /vm/repo
	_package=$(sed -n 's/^Package: \(linux-image-.*\)/\1/p' /vm/repo/Packages)
	_new=${_package#linux-image-}
	touch -a -d 2000-01-01 $HOOK
	exits 'another kernel is installed' 0 apt-get -q -y install "$_package"
	cat "$OUT" "$ERR" > /tmp/installed
	holds "its package has run crashctl's hook" [ "$(stat -c %X $HOOK)" -gt 1000000000 ]
	holds 'its crash initramfs is there' [ -s "/var/lib/kdump/initrd.img-$_new" ]
	run crashctl estimate --release "$_new" --check
	note "estimate --check ended with $STATUS; the hook: $(grep '^crashctl:' /tmp/installed)"
	is 'the hook warns when the new kernel does not fit, and only then' \
		"$(grep -q '^crashctl: .*are reserved' /tmp/installed; echo $?)" \
		"$([ "$STATUS" -eq 0 ]; echo $((1 - $?)))"
	hook_warns "$_new" "/var/lib/kdump/initrd.img-$_new"
}

# plug SIZE: nobody waits for the answer, which dash cannot
plug()
{
	note "host monitor object_add memory-backend-ram,id=more,size=$1"
	sleep 2
	note 'host monitor device_add pc-dimm,id=dimm,memdev=more'
}

online()
{
	for _block in /sys/devices/system/memory/memory*; do
		[ "$(cat "$_block/state")" = online ] || echo online > "$_block/state"
	done
	[ "$(grep -c '^100000000-.* : System RAM' /proc/iomem)" -eq 1 ]
}

loaded_by_rule()
{
	crashctl status --json > "$OUT"
	[ "$(value .status.watch.last_reason)" = memory ] && ! systemctl --quiet is-active \
		crashctl-once.service
}

# In place of the watcher, and by the real udev: memory comes, and is looked at once.
by_rule()
{
	systemctl disable --now crashctl-watch.service
	ln -s /usr/share/crashctl/98-crashctl.rules /etc/udev/rules.d/
	ln -s /dev/null /etc/udev/rules.d/50-kdump-tools.rules
	udevadm control --reload
	plug 512M
	within 30 online
	holds 'the memory is there' online
	within 60 loaded_by_rule
	holds 'the rule has brought a load, for memory' loaded_by_rule
	exits 'status exits 0' 0 crashctl status --json
	json 'the image is fresh' .status.freshness fresh
	json 'nobody watches' .status.watch.running false
	is 'it did not fail' "$(property crashctl-once Result)" success
	rm /etc/udev/rules.d/98-crashctl.rules /etc/udev/rules.d/50-kdump-tools.rules
	udevadm control --reload
	systemctl enable --now crashctl-watch.service
}

booted()
{
	agreed
	confined
	by_rule
	upgrade
	agreed
	other_kernel
	agreed
	next_stage again
	crash 'crashctl-test debian'
}

# left: what has crashctl's name, or says it; dumps and what was logged are the user's
left()
{
	find / -xdev \( -path /vm -o -path /proc -o -path /sys -o -path /var/crash \
		-o -path /var/log -o -path /var/lib/apt -o -path /var/cache/apt \) -prune -o \
		\( -name '*crashctl*' -o -name '*libkdump*' \) -print
	find /run /tmp /dev/shm -name '*crashctl*'
	grep -rl --exclude=debian-case.service crashctl /etc /run/systemd /var/lib/systemd \
		/var/lib/dpkg/info
	dpkg-query --show --showformat '${Package} ${db:Status-Status}\n' '*crashctl*' \
		'libkdump*' | grep -v not-installed
}

purge()
{
	exits 'the packages are purged' 0 apt-get -q -y purge crashctl libkdump0
	is 'nothing of them is left' "$(left 2> /dev/null | sort -u)" ''
	is 'no service of them runs' \
		"$(systemctl list-units --all --no-legend 'crashctl*')" ''
	is 'no unit has failed' "$(systemctl list-units --failed --no-legend)" ''
	is 'the image stays loaded' "$(crash_file crash_loaded)" 1
}

again()
{
	_new=$(sed -n 's/^Package: linux-image-//p' /vm/repo/Packages)
	is 'the machine has booted by itself, with the new kernel' "$(uname -r)" "$_new"
	is 'the dump is on its disk' "$(find /var/crash -name 'dump.2*' | wc -l)" 1
	is 'the record beside it' "$(find /var/crash -name crashctl-memory | wc -l)" 1
	agreed
	crashctl status --json > "$OUT"
	is 'what is loaded is the new kernel' \
		"$(readlink -f "$(value .status.image.kernel)")" "/boot/vmlinuz-$_new"
	purge
}

guest()
{
	_stage=$(stage)
	note "stage $_stage, $(cut -d' ' -f1 /proc/uptime) s after the kernel"
	next_stage lost
	case $_stage in
	first) install ;;
	booted) booted ;;
	again) again ;;
	*) not_ok 'it has booted when it should not have' ;;
	esac
}
