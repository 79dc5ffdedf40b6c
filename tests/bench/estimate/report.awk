# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
#
# From the rows of `report` (those of minima, then our estimate without and with margin):
# the table, each rule as value ÷ minimum, and its summary.

BEGIN {
	FS = "\t"
	n_rules = split("crashctl without margin|crashctl|kdumpctl, formula|" \
		"kdumpctl, recommended|RHEL 9, table|Fedora, table|Debian, 192M|" \
		"Ubuntu, table|openSUSE, calibrate", rule, "|")
	split("model|ours|formula|kdumpctl|RHEL 9|Fedora|Debian|Ubuntu|openSUSE", short, "|")
	printf "%-20s %8s %8s", "case", "minimum", "estimate"
	for (i = 1; i <= n_rules; i++)
		printf " %8s", short[i]
	printf "\n"
}

# note RULE VALUE MINIMUM: "-" where the rule has nothing to say
function note(i, value, least)
{
	if (value == "-") {
		printf " %8s", "-"
		return
	}
	ratio[i, ++seen[i]] = value / least
	lost[i] += value < least
	printf " %8.2f", value / least
}

{
	least = $11; luks = $3 ~ /^luks/ ? 256 : 0; alone = $6 == "main" || $6 == "high"
	formula = kdumpctl($9, $10, luks)
	printf "%-20s %8d %8s", $1, least, $14
	note(1, $13, least)
	note(2, $14, least)
	note(3, alone ? formula : "-", least)
	note(4, alone ? (formula > fedora($4) ? formula : fedora($4)) : "-", least)
	note(5, alone ? rhel9($4) : "-", least)
	note(6, alone ? fedora($4) : "-", least)
	note(7, alone ? debian($4) : "-", least)
	note(8, alone ? ubuntu($4) : "-", least)
	note(9, alone ? opensuse($4, $3 ~ /^nfs/, luks, $6 == "high") : "-", least)
	printf "\n"
	if ($13 != "-") {
		modelled++
		off = $13 - least
		near += off >= -4 && off <= 4
	}
}

# The N values of a rule in order: quick enough for some dozens.
function sort(i, n,    j, k, value)
{
	for (j = 2; j <= n; j++) {
		value = ratio[i, j]
		for (k = j - 1; k > 0 && ratio[i, k] > value; k--)
			ratio[i, k + 1] = ratio[i, k]
		ratio[i, k + 1] = value
	}
}

function median(i, n)
{
	return n % 2 ? ratio[i, (n + 1) / 2] : (ratio[i, n / 2] + ratio[i, n / 2 + 1]) / 2
}

END {
	printf "\n%-24s %6s %6s %6s  %s\n", "value / minimum", "least", "median", "most",
		"under 1.00"
	for (i = 1; i <= n_rules; i++) {
		n = seen[i]
		if (!n)
			continue
		sort(i, n)
		printf "%-24s %6.2f %6.2f %6.2f  %d of %d\n", rule[i], ratio[i, 1],
			median(i, n), ratio[i, n], lost[i], n
	}
	printf "\nwithout margin, within 4 MiB of the minimum: %d of %d\n", near, modelled
	exit lost[2] > 0 || !seen[2]
}
