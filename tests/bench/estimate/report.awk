# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The crashctl developers
#
# From the rows of `report` (those of minima, then our estimate without and with margin):
# the table, each rule as value ÷ minimum, and its summary.

BEGIN {
	FS = "\t"
	n_rules = split("crashctl|  where the root fills up|  where memory runs out" \
		"|  without margin|kdumpctl, formula|kdumpctl, recommended|RHEL 9, table" \
		"|Fedora, table|Debian, 192M|Ubuntu, table|openSUSE, calibrate", rule, "|")
	printf "%-20s %7s %7s %8s %8s %8s %8s %8s %8s %8s %8s %8s\n", "case", "minimum",
		"model", "estimate", "ratio", "formula", "kdumpctl", "RHEL 9", "Fedora",
		"Debian", "Ubuntu", "openSUSE"
}

# note RULE VALUE: for the summary, and as text for the table. "-": it has nothing to say.
function note(i, value)
{
	if (value == "-")
		return sprintf(" %8s", "-")
	ratio[i, ++seen[i]] = value / least
	lost[i] += value < least
	return sprintf(" %8.2f", value / least)
}

{
	model = $13; ours = $14; least = $11
	luks = $3 ~ /^luks/ ? 256 : 0
	alone = $6 !~ /cma/
	formula = kdumpctl($9, $10, luks)
	line = note(1, ours)
	note($12 == "root full" ? 2 : 3, ours)
	note(4, model)
	line = line note(5, alone ? formula : "-")
	line = line note(6, alone ? (formula > fedora($4) ? formula : fedora($4)) : "-")
	line = line note(7, alone ? rhel9($4) : "-")
	line = line note(8, alone ? fedora($4) : "-")
	line = line note(9, alone ? debian($4) : "-")
	line = line note(10, alone ? ubuntu($4) : "-")
	line = line note(11, alone ? opensuse($4, $3 ~ /^nfs/, luks, $6 ~ /^high/) : "-")
	printf "%-20s %7d %7s %8s%s\n", $1, least, model == "-" ? "-" : sprintf("%.1f", model),
		ours, line
	if (model != "-") {
		modelled++
		near += model - least >= -4 && model - least <= 4
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
	printf "\n%-26s %6s %6s %6s  %s\n", "value / minimum", "least", "median", "most",
		"under 1.00"
	for (i = 1; i <= n_rules; i++) {
		n = seen[i]
		if (!n)
			continue
		sort(i, n)
		printf "%-26s %6.2f %6.2f %6.2f  %d of %d\n", rule[i], ratio[i, 1],
			median(i, n), ratio[i, n], lost[i], n
	}
	printf "\nmodel, before any margin, within 4 MiB of the minimum: %d of %d\n", near, modelled
	exit lost[1] > 0 || !seen[1]
}
