# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# What crashkernel= words mean, of which the grammar is tested in tests/unit.

load common

@test "without words: those of this boot" {
	machine 7.2-main-cma
	copy explain
	assert_equal "$status" 0
	assert_line --regexp '^crashkernel=512M,cma used +512 MiB$'
	assert_line --regexp '^crashkernel=256M +used +256 MiB$'
	assert_line "Together they ask for main 256 MiB, low 0, cma 512 MiB."
	copy explain --json
	wrote explain 0
	field .explain.asked '{"main":268435456,"low":0,"cma":536870912}'
	field '[.explain.words[].word]' '["crashkernel=512M,cma","crashkernel=256M"]'
}

@test "where the kernel will put it, below and above 4 GiB" {
	machine 7.2-high-low
	copy explain
	assert_equal "$status" 0
	assert_line "The kernel will put main at 0x1af000000-0x1beffffff and low at \
0xb7000000-0xbeffffff, or a little lower."
	copy explain --json
	wrote explain 0
	field .explain.place '{"result":"about","why":null,"main":{"start":7230980096,'"\
"'"end":7499415551},"low":{"start":3070230528,"end":3204448255}}'
	copy explain 256M@0x20000000 --json
	wrote explain 0
	field .explain.place.result '"fixed"'
	field .explain.place.main '{"start":536870912,"end":805306367}'
	field .explain.place.low null
	copy explain 2900M
	assert_line --partial "; it may fail: there is room only where the kernel itself does not"
}

@test "no memory for it: 1" {
	machine 7.2-high-low
	copy explain 4G
	failed 1 "the kernel would reserve nothing: no free memory holds 4096 MiB"
	assert_line --partial "The kernel will reserve nothing: no free memory holds 4096 MiB"
	copy explain 4G --json
	wrote explain 1
	field .error.id '"will-not-fit"'
	field .explain.place.result '"fails"'
	field .explain.place.main null
}

@test "hidden addresses: it cannot be told" {
	machine 7.2-unprivileged
	copy explain
	assert_equal "$status" 0
	assert_line --partial "cannot be told: the addresses of memory cannot be seen by this user."
	copy explain --json
	wrote explain 0
	field .explain.place.result '"unknown"'
}

@test "words with and without crashkernel=, and several in one" {
	machine 7.2-main-cma
	copy explain 100M crashkernel=200M --json
	wrote explain 0
	field '[.explain.words[].fate]' '["overridden","used"]'
	field .explain.asked.main 209715200
	copy explain "crashkernel=100M crashkernel=200M" --json
	wrote explain 0
	field .explain.asked.main 209715200
}

@test "a range is chosen by this machine's memory" {
	machine 7.2-main-cma
	copy explain 1G-2G:64M,2G-:128M --json
	wrote explain 0
	field .explain.asked.main 134217728
}

@test "cma on 6.1 does what 6.1 does" {
	machine 6.1-main
	copy explain 256M 512M,cma --json
	wrote explain 1
	field .explain.asked.main 0
	field .error.id '"word-refused"'
	copy explain 512M,cma 256M --json
	wrote explain 0
	field .explain.asked '{"main":268435456,"low":0,"cma":0}'
}

@test "words that the kernel refuses: 1, and the table all the same" {
	machine 7.2-main-cma
	for word in "128M," auto 1G-:; do
		remember
		copy explain "$word"
		failed 1 "crashkernel=$word: the kernel refuses it"
		assert_line --regexp "^crashkernel=$word +refused"
		copy explain "$word" --json
		wrote explain 1
		field '[.explain.words[].fate]' '["refused"]'
		field .explain.asked.main 0
		unchanged
	done
}

@test "no word at all" {
	machine 7.2-none
	copy explain
	assert_equal "$status" 0
	assert_output "No crashkernel= word: nothing is asked for."
}

@test "too many words, and no command line" {
	machine 7.2-main-cma
	# shellcheck disable=SC2046 # a hundred words
	copy explain $(yes 1M | head -100) --json
	wrote explain 1
	field .error.id '"too-many-words"'
	rm "$M/proc/cmdline"
	copy explain --json
	wrote explain 1
	field .error.id '"no-cmdline"'
	field .explain.words null
	field .explain.place null
}
