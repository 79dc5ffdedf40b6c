# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# crashctl.conf: what is loaded by it, and what is told of it.

load common

setup()
{
	machine 7.2-main-cma
	add_image
	mkimage handover "$M"
	mkdir -p "$M/etc/crashctl.conf.d" "$M/usr/lib/crashctl/crashctl.conf.d"
}

# conf FILE LINE...: FILE below the machine holds these.
conf()
{
	local file=$M/$1

	shift
	printf '%s\n' "$@" >"$file"
}

@test "the image, its words and the call are crashctl.conf's" {
	mkimage kernel "$M/boot/vmlinuz-$RELEASE-crash" --release "$RELEASE"
	conf etc/crashctl.conf 'kernel = /boot/vmlinuz-%v-crash' 'remove = nr_cpus irqpoll' \
		'append-more = nr_cpus=4 mine'
	conf etc/crashctl.conf.d/50-call.conf 'syscall = segments'
	live load --json
	wrote load 0
	field .load.kernel "\"/boot/vmlinuz-$RELEASE-crash\""
	field .load.syscall '"segments"'
	field '.load.cmdline | contains("nr_cpus=4 mine")' true
	field '.load.cmdline | test("nr_cpus=1|irqpoll|crashkernel")' false
	assert_equal "$stderr" ""
	live status --json
	wrote status "$status"
	field .status.configured.kernel_source '"/etc/crashctl.conf"'
	field .status.configured.initramfs_source '"found there"'
	field .status.configured.cmdline_source \
		"\"/proc/cmdline, the distribution's rules, /etc/crashctl.conf\""
	field .status.configured.syscall '"segments"'
	field .status.configured.syscall_source '"/etc/crashctl.conf.d/50-call.conf"'
	field .status.freshness '"fresh"'
	# Other words are news; the same again are not.
	conf etc/crashctl.conf 'kernel = /boot/vmlinuz-%v-crash' 'append = other'
	live status --json
	wrote status "$status"
	field .status.freshness '"stale"'
	live reload --if-stale --json
	wrote reload 0
	field .reload.outcome '"loaded"'
	field '.reload.cmdline | test(" other( |$)")' true
}

@test "options go before it, the distribution's own file behind it" {
	echo 'KDUMP_CMDLINE_APPEND=theirs' >"$M/etc/default-kdump"
	mkdir -p "$M/etc/default"
	mv "$M/etc/default-kdump" "$M/etc/default/kdump-tools"
	conf usr/lib/crashctl/crashctl.conf 'syscall = segments' 'keep-last-good = no'
	copy status --json
	wrote status "$status"
	field .status.configured.syscall '"segments"'
	field .status.configured.syscall_source '"/usr/lib/crashctl/crashctl.conf"'
	field .status.configured.keep_last_good false
	field .status.configured.keep_last_good_source '"/usr/lib/crashctl/crashctl.conf"'
	field '.status.configured.cmdline | contains(" theirs ")' true
	conf etc/crashctl.conf 'append = ours' 'syscall = segments'
	copy status --json
	wrote status "$status"
	field '.status.configured.cmdline | contains(" ours ")' true
	field .status.configured.keep_last_good true
	field .status.configured.keep_last_good_source null
	live load --append given --syscall file --dry-run --json
	wrote load 0
	field .load.syscall '"file"'
	field '.load.cmdline | contains(" given")' true
	field '.load.cmdline | contains(" ours")' false
	live load --reuse-cmdline --dry-run --json
	wrote load 0
	field '.load.cmdline | test("ours|theirs|nr_cpus")' false
}

@test "keep-last-good = no keeps no copy" {
	conf etc/crashctl.conf 'keep-last-good = no'
	live load --json
	wrote load 0
	field .load.note null
	assert [ ! -e "$M/var/lib/crashctl/last-good" ]
	live reload
	assert_equal "$status" 0
}

@test "what is of no use is passed over: a finding, a warning, and the load" {
	conf etc/crashctl.conf 'kernel = vmlinuz' 'speed = high' 'append = $(rm -r /)'
	live load
	assert_equal "$status" 0
	assert_line --partial "$KERNEL"
	assert_regex "$stderr" '/etc/crashctl.conf:1: kernel: not an absolute path'
	assert_regex "$stderr" '/etc/crashctl.conf:2: speed: not known here'
	assert_regex "$stderr" '/etc/crashctl.conf:3: nothing is evaluated here'
	assert_equal "$(cat "$M/sys/kernel/kexec/crash_loaded")" 1
	live status --json
	wrote status "$status"
	field '[.status.findings[] | select(.id == "config-ignored")] | length' 3
	field '[.status.findings[] | select(.id == "config-ignored").severity] | unique' \
		'["warning"]'
	live load --quiet
	assert_equal "$status" 0
	assert_equal "$stderr" ""
}

@test "a crashctl.conf that cannot be read is said, and nothing else is lost" {
	mkdir "$M/etc/crashctl.conf"
	live load --json
	wrote load 0
	field .load.outcome '"loaded"'
	assert_regex "$stderr" '/etc/crashctl.conf: Is a directory'
	live status --json
	wrote status "$status"
	field '[.status.findings[] | select(.id == "config-ignored").text]' \
		'["ignored: /etc/crashctl.conf: Is a directory"]'
	rmdir "$M/etc/crashctl.conf"
	head -c 300000 /dev/zero >"$M/etc/crashctl.conf"
	copy status --json
	wrote status "$status"
	field '[.status.findings[] | select(.id == "config-ignored").text]' \
		'["ignored: /etc/crashctl.conf: File too large"]'
}

@test "a kernel that is named and not there is an error, not another kernel" {
	conf etc/crashctl.conf 'kernel = /boot/vmlinuz-gone'
	live load
	failed 1 '/boot/vmlinuz-gone'
	assert_equal "$(cat "$M/sys/kernel/kexec/crash_loaded")" 0
}

@test "a command line that no kernel takes is refused with both numbers" {
	conf etc/crashctl.conf "append = $(printf 'word%.0s ' $(seq 500))"
	live load --json
	wrote load 1
	field .error.id '"cmdline-too-long"'
	field '.error.message | test("has [0-9]+ bytes, this kernel takes [0-9]+")' true
}

@test "facts take it along" {
	conf etc/crashctl.conf 'append = from-there' 'target = none'
	"$CRASHCTL" -R "$M" facts >"$BATS_TEST_TMPDIR/facts"
	run --separate-stderr "$CRASHCTL" estimate --facts "$BATS_TEST_TMPDIR/facts" --json
	assert_equal "$status" 0
	jq -e '.. | strings | select(contains("from-there"))' "$BATS_TEST_TMPDIR/facts" >/dev/null
}

# What kdump-config sets them to when it loads, which it does no more.
@test "links of kdump-tools stand for the running kernel's own files" {
	machine 7.2-main-cma
	add_image
	mkimage kernel "$M/boot/old" --release 6.0.0-old
	ln -s /boot/old "$M/var/lib/kdump/vmlinuz"
	ln -s /var/lib/kdump/initrd.img-old "$M/var/lib/kdump/initrd.img"
	mkdir -p "$M/etc/default"
	printf '%s\n' KDUMP_KERNEL=/var/lib/kdump/vmlinuz KDUMP_INITRD=/var/lib/kdump/initrd.img \
		>"$M/etc/default/kdump-tools"
	copy status --json
	assert_equal "$(jq -r '.status.configured | "\(.kernel) \(.initramfs)"' <<<"$output")" \
		"$KERNEL $INITRAMFS"
	echo KDUMP_KERNEL=/boot/old >"$M/etc/default/kdump-tools"
	copy status --json
	assert_equal "$(jq -r .status.configured.kernel <<<"$output")" /boot/old
	# Where the running kernel's is not there, the link is better than nothing.
	rm "$M$KERNEL" "$M/etc/default/kdump-tools"
	copy status --json
	assert_equal "$(jq -r .status.configured.kernel <<<"$output")" /var/lib/kdump/vmlinuz
}

@test "the udev rule of a kdump-tools that is disabled is told of" {
	machine 7.2-main-cma
	add_image
	mkdir -p "$M/usr/lib/udev/rules.d" "$M/etc/udev/rules.d"
	echo 'SUBSYSTEM=="memory"' >"$M/usr/lib/udev/rules.d/50-kdump-tools.rules"
	copy status --json
	assert_equal "$(jq '[.status.findings[].id] | index("other-rule") != null' <<<"$output")" true
	ln -s /dev/null "$M/etc/udev/rules.d/50-kdump-tools.rules"
	copy status --json
	assert_equal "$(jq '[.status.findings[].id] | index("other-rule") != null' <<<"$output")" false
}
