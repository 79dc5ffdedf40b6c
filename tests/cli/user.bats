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
