# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# Root and an ordinary user are told the same of the same files; root reads them
# without privileges.

load common

# A folder that everybody may look into: bats's own is for its user.
setup()
{
	machine 7.2-main-cma
	add_image
	SHARED=$(mktemp -d "${TMPDIR:-/tmp}/crashctl-user.XXXXXX")
	cp -r "$M" "$SHARED/machine"
	cp "$CRASHCTL" "$SHARED/crashctl"
	chmod -R a+rX "$SHARED"
}

teardown()
{
	rm -rf "$SHARED"
}

# As user 65534, if this is root; else as whoever this is.
as_user()
{
	if [[ $(id -u) = 0 ]]; then
		run --separate-stderr setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		run --separate-stderr "$@"
	fi
}

@test "the same answers for every question about a copy" {
	for args in "status" "status --json" "estimate" "estimate --json" "facts --json" "history" "history --json" "explain" \
		"reserve auto --dry-run --json" "reserve 20M --json" "load --json" "unload"; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr "$SHARED/crashctl" -R "$SHARED/machine" $args
		own="$status $output $stderr"
		# shellcheck disable=SC2086
		as_user "$SHARED/crashctl" -R "$SHARED/machine" $args
		assert_equal "$args: $status $output $stderr" "$args: $own"
	done
}

@test "a file that the user may not read is an error for the user" {
	[[ $(id -u) = 0 ]] || chmod u-r "$SHARED/machine$INITRAMFS"
	chmod go-rwx "$SHARED/machine$INITRAMFS"
	as_user "$SHARED/crashctl" -R "$SHARED/machine" estimate --json
	wrote estimate 1
	field .error.id '"file-unreadable"'
	field .error.errno '"EACCES"'
	as_user "$SHARED/crashctl" -R "$SHARED/machine" status --json
	wrote status 3
	field .status.pools.main.needed null
}

# panics FILE...: the last words of a crash kernel, in pstore
panics()
{
	mkdir -p "$SHARED/machine/sys/fs/pstore"
	for file in "${@/#/$SHARED/machine/sys/fs/pstore/}"; do
		printf '[ 0.0] Command line: elfcorehdr=1\n[ 9.0] Kernel panic - not syncing: %s\n' \
			"${file##*-}" >"$file"
	done
}

@test "last words that the user may not read: the first is named, the others are counted" {
	panics dmesg-ramoops-1 dmesg-ramoops-2 dmesg-ramoops-3 dmesg-ramoops-4
	chmod 000 "$SHARED"/machine/sys/fs/pstore/dmesg-ramoops-[234]
	as_user "$SHARED/crashctl" -R "$SHARED/machine" history --json
	wrote history 0
	field '[.history.deaths[] | .why]' '["Kernel panic - not syncing: 1"]'
	field '.history.notes | map(gsub("[234]"; "N"))' '["/sys/fs/pstore/dmesg-ramoops-N: Permission '\
'denied","pstore: N more that cannot be read"]'
	field '.history.notes[1]' '"pstore: 2 more that cannot be read"'
	chmod 644 "$SHARED/machine/sys/fs/pstore/dmesg-ramoops-2"
	as_user "$SHARED/crashctl" -R "$SHARED/machine" history --json
	wrote history 0
	field '.history.notes[1]' '"pstore: 1 more that cannot be read"'
	# One alone: nothing is left to be counted.
	chmod 644 "$SHARED/machine/sys/fs/pstore/dmesg-ramoops-3"
	as_user "$SHARED/crashctl" -R "$SHARED/machine" history --json
	wrote history 0
	field '[.history.deaths[] | .why] | sort' '["Kernel panic - not syncing: 1","Kernel panic - '\
'not syncing: 2","Kernel panic - not syncing: 3"]'
	field .history.notes '["/sys/fs/pstore/dmesg-ramoops-4: Permission denied"]'
	as_user "$SHARED/crashctl" -R "$SHARED/machine" history
	assert_equal "$status" 0
	assert_regex "$output$stderr" '/sys/fs/pstore/dmesg-ramoops-4: Permission denied'
}

@test "a pstore that the user may not look into is told of, and takes no other along" {
	panics dmesg-ramoops-1
	mkdir -p "$SHARED/machine/var/lib/systemd/pstore/1795208463" \
		"$SHARED/machine/var/lib/systemd/pstore/1795208464"
	mv "$SHARED/machine/sys/fs/pstore/dmesg-ramoops-1" \
		"$SHARED/machine/var/lib/systemd/pstore/1795208463"
	chmod 000 "$SHARED/machine/sys/fs/pstore" "$SHARED/machine/var/lib/systemd/pstore/1795208464"
	as_user "$SHARED/crashctl" -R "$SHARED/machine" history --json
	chmod 755 "$SHARED/machine/sys/fs/pstore" "$SHARED/machine/var/lib/systemd/pstore/1795208464"
	wrote history 0
	field '[.history.deaths[] | .why]' '["Kernel panic - not syncing: 1"]'
	field '.history.notes' '["/sys/fs/pstore: Permission denied",'\
'"/var/lib/systemd/pstore/1795208464: Permission denied"]'
}

@test "root reads images with its privileges lowered" {
	# A pipe in place of a reader's other end would do; the kernel says it in /proc.
	mkfifo "$SHARED/gate"
	mkimage initramfs "$SHARED/machine$INITRAMFS" --files 2000 --size 100000 --codec xz
	"$SHARED/crashctl" -R "$SHARED/machine" estimate -q &
	pid=$!
	seen=
	while kill -0 "$pid" 2>/dev/null; do
		eff=$(sed -n 's/^CapEff:\t//p' "/proc/$pid/status" 2>/dev/null) || break
		[[ ${eff:-1} =~ ^0+$ ]] && seen=yes
	done
	wait "$pid"
	assert_equal "$seen" yes
}
