# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
# What the program knows, its manuals and its completions know too, and no more.

load common

setup()
{
	cd "$TOP" || return
	COMMANDS=$("$CRASHCTL" --list-commands)
	# Completions ask the program for its commands.
	mkdir "$BATS_TEST_TMPDIR/bin"
	ln -s "$CRASHCTL" "$BATS_TEST_TMPDIR/bin/crashctl"
}

# options COMMAND: the long ones of its help, and the short ones with -h.
options()
{
	# shellcheck disable=SC2086 # "" is no command
	"$CRASHCTL" $1 --help | grep -oE '^ +(-[A-Za-z], |   )+ *--[a-z-]+' |
		grep -oE -- '--[a-z-]+|-[A-Za-z]\b' | grep -vE -- '^-[a-z]-' | sort -u
	echo "-h"
}

bash_offers()
{
	# shellcheck disable=SC2016 # for the other shell
	PATH=$BATS_TEST_TMPDIR/bin:$PATH bash -c '
		. completions/crashctl.bash
		COMP_WORDS=(crashctl $1 "$2") COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_crashctl
		printf "%s\n" "${COMPREPLY[@]}"' bash "$1" "$2"
}

fish_offers()
{
	HOME=$BATS_TEST_TMPDIR fish --no-config -c "
		source completions/crashctl.fish
		complete -C 'crashctl $1$2'" | cut -f 1
}

# The specifications that _arguments is given for a command.
zsh_offers()
{
	# shellcheck disable=SC2016 # for the other shell
	zsh -f -c '
		_arguments() {
			[[ $1 == -C ]] && { state=command; words=('"$1"'); return 0; }
			print -l -- "$@"
		}
		_describe() { print -l -- "${commands[@]%%:*}"; }
		compdef() { : }
		. completions/_crashctl' | grep -oE -- '(^|[)*])-{1,2}[A-Za-z-]+' |
		sed -E 's/^[)*]+//' | grep -E '^(-[A-Za-z]|--[a-z-]+)$' | sort -u
}

@test "each option of each command stands in crashctl(8)" {
	for command in "" $COMMANDS; do
		for option in $(options "$command"); do
			case $option in
			--*) pattern="Fl \\\\-${option#--}( |\$)" ;;
			*) pattern="Fl ${option#-}( |\$)" ;;
			esac
			grep -qE "$pattern" man/crashctl.8 || fail "$command: $option"
		done
	done
}

@test "crashctl(8) has no option and no command that the program has not" {
	known=$(for command in "" $COMMANDS; do options "$command"; done | sort -u)
	grep -oE 'Fl \\-[a-z-]+' man/crashctl.8 | sed 's/Fl \\-/--/' | sort -u |
		while read -r option; do
			grep -qxe "$option" <<<"$known" || fail "$option"
		done
	for command in $COMMANDS; do
		grep -qE "^\.(Cm|It Cm|Ss .*)\b ?$command" man/crashctl.8 || fail "$command"
	done
}

@test "bash completes every command and every option" {
	assert_equal "$(bash_offers "" "" | sort)" "$(sort <<<"$COMMANDS")"
	for command in $COMMANDS; do
		assert_equal "$command: $(bash_offers "$command" - | sort -u | tr '\n' ' ')" \
			"$command: $(options "$command" | sort -u | tr '\n' ' ')"
	done
	assert_equal "$(bash_offers reserve a)" auto
}

@test "zsh completes every command and every option" {
	run zsh -f -c '_describe() { print -l -- "${commands[@]%%:*}"; }
		_arguments() { :; }
		compdef() { :; }
		. completions/_crashctl
		_crashctl_commands'
	assert_output "$COMMANDS"
	for command in $COMMANDS; do
		assert_equal "$command: $(zsh_offers "$command" | tr '\n' ' ')" \
			"$command: $(options "$command" | sort -u | tr '\n' ' ')"
	done
}

@test "fish completes every command and every option" {
	assert_equal "$(fish_offers "" "" | sort)" "$(sort <<<"$COMMANDS")"
	for command in $COMMANDS; do
		offered=$(for dash in - --; do fish_offers "$command " "$dash"; done |
			sed 's/=$//' | sort -u | tr '\n' ' ')
		assert_equal "$command: $offered" \
			"$command: $(options "$command" | sort -u | tr '\n' ' ')"
	done
}

@test "the completions describe commands as the help does" {
	for command in $COMMANDS; do
		summary=$("$CRASHCTL" --help | sed -n "s/^  $command  *//p")
		assert [ -n "$summary" ]
		grep -qF "'$command:$summary'" completions/_crashctl || fail "zsh: $command"
		grep -qF -- "-a $command -d '$summary'" completions/crashctl.fish ||
			fail "fish: $command"
	done
}

@test "crashctl(8) lists every identifier of the sources, and no other" {
	listed=$(sed -n '/^\.Sh IDENTIFIERS/,/^\.Sh SEE/s/^\.It Cm //p' man/crashctl.8 | sort)
	assert_equal "$(uniq -d <<<"$listed")" ""
	assert_equal "$listed" "$(tests/cli/identifiers)"
	# Of the refusals that can be overridden the program knows the list.
	forced=$(sed -n '/^\.Ss Refusals that/,/^\.Ss/s/^\.It Cm //p' man/crashctl.8)
	machine 7.2-none
	copy reserve 1M --force none
	assert_equal "$(grep -o 'there are: .*)' <<<"$stderr" | tr -d '(),' |
		cut -d ' ' -f 3- | tr ' ' '\n' | sort)" "$(sort <<<"$forced")"
}

@test "crashctl(8) explains every refusal of the kernel that the sources know, and no other" {
	assert_equal "$(tests/cli/refusals --man)" "$(tests/cli/refusals)"
}

@test "crashctl-json(7) names every field of the schema" {
	fields=$(jq -r '[.. | objects | .properties? // empty | keys[]] | unique[]' \
		man/crashctl.schema.json)
	assert [ "$(wc -l <<<"$fields")" -gt 60 ]
	for field in $fields; do
		case $field in
		*_source) field=_source ;;
		esac
		grep -qE "(Va|Sh|Ss|,) ($field|.*\b$field)\b" man/crashctl-json.7 || fail "$field"
	done
}

@test "kdump(3) has every function of the header, and quotes no other" {
	in_header=$(sed -n 's/^\t\(kdump_[a-z_]*\);$/\1/p' lib/libkdump.map | sort)
	in_synopsis=$(sed -n '/^\.Sh SYN/,/^\.Sh DESC/s/^\.Fn \(kdump_[a-z_]*\).*/\1/p' man/kdump.3)
	assert_equal "$(sort <<<"$in_synopsis")" "$in_header"
}

@test "the exit codes of crashctl(8) are those of the program" {
	for code in 0 1 7 64 5 4 3 2 6; do
		grep -qx "\.It $code" man/crashctl.8 || fail "$code"
	done
	assert_equal "$(sed -n '/^\.Sh EXIT/,/^\.Sh WHEN/s/^\.It //p' man/crashctl.8 | wc -l)" 9
}
