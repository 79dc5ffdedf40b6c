# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# What one machine writes of itself, and what another one makes of it.

load common

MACHINES="6.1-main 7.2-high-low 7.2-loaded 7.2-main-cma 7.2-nokexec 7.2-none 7.2-unprivileged"

FACTS=

# write_facts [ARGUMENT...]: of the machine, without a word; then it is gone.
write_facts()
{
	FACTS=$BATS_TEST_TMPDIR/facts.json
	copy facts "$@"
	assert_equal "$status:$stderr" "0:"
	printf '%s\n' "$output" >"$FACTS"
	rm -r "$M"
}

here()
{
	run --separate-stderr "$CRASHCTL" "$@"
}

@test "what is estimated there is estimated here, on each machine" {
	for machine in $MACHINES; do
		for args in "" "--append rootfstype=ramfs" "--reuse-cmdline" "--check"; do
			machine "$machine"
			add_image
			# shellcheck disable=SC2086 # words
			copy estimate --json $args
			there="$status $output"
			# shellcheck disable=SC2086
			write_facts ${args/--check/}
			# shellcheck disable=SC2086
			here estimate --facts "$FACTS" --json ${args/--[ar][ep]*/}
			assert_equal "$machine $args: $status $output" "$machine $args: $there"
		done
	done
}

@test "a facts file is small, one document, and as the schema says" {
	machine 7.2-main-cma
	add_image
	copy facts --json
	wrote facts 0
	assert [ "${#output}" -lt 20000 ]
	field '.facts.files["proc/sys/kernel/osrelease"].text' "\"$RELEASE_72\\n\""
	field '.facts.files["etc/default/kdump-tools"].text.errno' '"ENOENT"'
	field ".facts.files[\"${KERNEL#/}\"]" '{"stat":"100644 '"$(id -u)"'"}'
	field '.facts.taken > 1700000000' true
	field '.facts.values | keys' '["image"]'
	# Nothing of crashctl's own, nothing of the files themselves.
	field '[.facts.files | keys[] | select(test("^run/|initrd|^var/cache"))]' \
		"[\"${INITRAMFS#/}\"]"
}

@test "nothing is asked in the replay that was not asked there" {
	for machine in $MACHINES; do
		machine "$machine"
		add_image
		write_facts
		here estimate --facts "$FACTS" -v
		refute_regex "$stderr" "not among the facts"
	done
	# That such a question would be told of:
	jq -c 'del(.facts.files["etc/os-release"])' "$FACTS" >"$FACTS.less"
	here estimate --facts "$FACTS.less" -v
	assert_regex "$stderr" "etc/os-release: not among the facts, taken for not there"
}

@test "a live machine tells its name, its pages and its kind as well" {
	machine 7.2-main-cma
	add_image
	rm "$M/proc/sys/kernel/arch"
	echo there >"$M/proc/sys/kernel/hostname"
	live facts --json
	wrote facts 0
	field '.facts.values.machine' '"x86_64"'
	field '.facts.values.page_size' '"4096"'
	live estimate --json
	there=$output
	here estimate --facts "$BATS_TEST_TMPDIR/json" --json
	assert_equal "$output" "$there"
	here estimate --facts "$BATS_TEST_TMPDIR/json"
	assert_line --regexp '^host +there$'
}

@test "an image that was not to be read there is told there, and here" {
	machine 7.2-main-cma
	copy facts --json
	wrote facts 0
	assert_regex "$stderr" 'no kernel image found.*\[no-kernel\]'
	field '.facts.values.image' null
	cp "$BATS_TEST_TMPDIR/json" "$BATS_TEST_TMPDIR/facts.json"
	here estimate --facts "$BATS_TEST_TMPDIR/facts.json" --json
	wrote estimate 1
	field .error.id '"no-kernel"'
	field .estimate.cmdline '"console=ttyS0 panic=-1 quiet reset_devices systemd.unit=kdump-tools-dump.service nr_cpus=1 irqpoll usbcore.nousb acpi_no_memhotplug"'
	machine 7.2-main-cma
	add_image
	: >"$M$INITRAMFS"
	copy facts --json
	wrote facts 0
	cp "$BATS_TEST_TMPDIR/json" "$BATS_TEST_TMPDIR/facts.json"
	here estimate --facts "$BATS_TEST_TMPDIR/facts.json" --json
	wrote estimate 1
	field .error.id '"image-not-recorded"'
	field '.error.message | contains("is empty")' true
}

@test "a kernel and an initramfs named here are files from here" {
	machine 7.2-none
	copy facts
	printf '%s\n' "$output" >"$BATS_TEST_TMPDIR/facts.json"
	mkimage kernel "$BATS_TEST_TMPDIR/vmlinuz" --release 6.1.0-here
	mkimage initramfs "$BATS_TEST_TMPDIR/initrd" --files 7 --size 1000
	here estimate --facts "$BATS_TEST_TMPDIR/facts.json" --json \
		--kernel "$BATS_TEST_TMPDIR/vmlinuz" --initramfs "$BATS_TEST_TMPDIR/initrd"
	wrote estimate 0
	field .estimate.image.release '"6.1.0-here"'
	field .estimate.image.initramfs_unpacked $((7 * 4096))
	here estimate --facts "$BATS_TEST_TMPDIR/facts.json" --kernel /nowhere \
		--initramfs "$BATS_TEST_TMPDIR/initrd" --json
	wrote estimate 1
	field .error.id '"file-missing"'
}

@test "--output replaces a file as a whole, for its owner alone" {
	machine 7.2-main-cma
	add_image
	cd "$BATS_TEST_TMPDIR" || return
	echo old >file
	chmod 644 file
	ln -s file link
	copy facts --output link
	assert_equal "$status:$output:$stderr" "0::"
	assert [ -L link ]
	assert_equal "$(stat -c %a file)" 600
	jq -e .facts.files file >/dev/null
	assert_equal "$(find . -name 'file.*' -o -name 'link.*')" ""
	# With --json the document is on standard output too.
	copy facts --output file --json
	wrote facts 0
	cmp json file
	# What is no file stays what it is.
	mkfifo pipe
	cat pipe >from-pipe &
	copy facts --output pipe
	wait $!
	assert_equal "$status" 0
	assert [ -p pipe ]
	jq -e .facts.files from-pipe >/dev/null
	echo old >file
	copy facts --output nowhere/file --json
	wrote - 1
	field .error.id '"not-written"'
	field .error.errno '"ENOENT"'
}

@test "facts may come through a pipe" {
	machine 7.2-main-cma
	add_image
	copy estimate --json
	there=$output
	write_facts
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	cat "$FACTS" >"$BATS_TEST_TMPDIR/pipe" &
	here estimate --facts "$BATS_TEST_TMPDIR/pipe" --json
	assert_equal "$output" "$there"
}

@test "many machines: a line for each" {
	cd "$BATS_TEST_TMPDIR" || return
	for machine in 6.1-main 7.2-high-low 7.2-none; do
		machine "$machine"
		add_image
		echo "host-$machine" >"$M/proc/sys/kernel/hostname"
		copy facts --output "$machine.json"
		assert_equal "$status" 0
	done
	here estimate --facts 6.1-main.json --facts 7.2-high-low.json 7.2-none.json
	assert_equal "$status:$stderr" "0:"
	assert_equal "${#lines[@]}" 4
	assert_line --index 0 --regexp '^HOST +RAM +KERNEL +UNPACKED +MAIN +LOW +BESIDE CMA +CMA +RESERVED +ENOUGH$'
	assert_line --index 1 --regexp "^host-6.1-main .* $RELEASE_61 +300 KiB .* yes\$"
	assert_line --index 2 --regexp '^host-7.2-high-low .* yes$'
	assert_line --index 3 --regexp '^host-7.2-none .* no$'
	here estimate --check --facts ./*.json -q
	assert_equal "$status:$output:$stderr" "4::"
}

@test "many machines in JSON: each as if it were alone" {
	cd "$BATS_TEST_TMPDIR" || return
	for machine in 6.1-main 7.2-main-cma; do
		machine "$machine"
		add_image
		copy facts --output "$machine.json"
	done
	here estimate --facts 6.1-main.json 7.2-main-cma.json --json
	wrote estimate 0
	field '[.estimate.hosts[] | .file, .host]' '["6.1-main.json",null,"7.2-main-cma.json",null]'
	for host in 0 1; do
		field ".estimate.hosts[$host] | .ram > 1000000000" true
		here estimate --json --facts "$(jq -r ".estimate.hosts[$host].file" json)"
		assert_equal "$(jq -cS .estimate <<<"$output")" \
			"$(jq -cS ".estimate.hosts[$host] | del(.file, .host, .ram)" json)"
	done
}

@test "a bad file among many has its own line, and the exit code is 1" {
	cd "$BATS_TEST_TMPDIR" || return
	machine 6.1-main
	add_image
	copy facts --output good.json
	head -c 1000 good.json >cut.json
	here estimate --check --facts good.json cut.json nowhere.json
	assert_equal "$status" 1
	assert_equal "${#lines[@]}" 4
	assert_line --regexp '^good.json .* yes$'
	assert_line --regexp '^cut.json .* facts-unusable$'
	assert_line --regexp '^nowhere.json .* facts-unusable$'
	assert_equal "$(grep -c facts-unusable <<<"$stderr")" 2
	here estimate --facts cut.json good.json --json
	wrote estimate 1
	field '[.estimate.hosts[].error.id]' '["facts-unusable",null]'
	field '.estimate.hosts[0].needed' null
	field '.estimate.hosts[1].needed.main > 0' true
	field .error.id '"hosts-failed"'
}

@test "what is no facts file" {
	cd "$BATS_TEST_TMPDIR" || return
	echo '{"schema":1,"facts":{}}' >form
	echo '{"schema":2,"facts":{"values":{},"files":{}}}' >newer
	echo hello >text
	for row in 'form:EBADMSG' 'newer:EBADMSG' 'text:EBADMSG' '.:EISDIR' 'nowhere:ENOENT' \
		'text/x:ENOTDIR'; do
		here estimate --json --facts "${row%:*}"
		wrote estimate 1
		field .error.id '"facts-unusable"'
		field .error.errno "\"${row#*:}\""
	done
	here -R / estimate --facts form
	failed 64 'facts: not together with -R'
	here estimate form
	assert_equal "$status" 64
}

@test "what a terminal would obey in a machine's name is not written to it" {
	machine 7.2-main-cma
	add_image
	printf 'a\033[2Jb\n' >"$M/proc/sys/kernel/hostname"
	write_facts
	here estimate --facts "$FACTS"
	assert_line --partial 'a\x1b[2Jb'
	here estimate --facts "$FACTS" "$FACTS"
	refute_output --partial $'\033'
}
