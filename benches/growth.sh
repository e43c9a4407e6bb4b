#!/usr/bin/env bash
# Measures how a check grows with rules and with required flows, prints the table of docs/performance.md, and draws it.
#
#     bash benches/growth.sh [SVG]          # docs/growth.svg unless a file is named
#
# Needs a release build of fwproof (FWPROOF names it, else target/release/fwproof), GNU time and gnuplot.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

picture="${1:-docs/growth.svg}"
runs=5
need /usr/bin/time gnuplot

# Prints a row of the table, and adds `RULES FLOWS PROCESSOR-SECONDS` to $work/rows.
row() {
    local rules="$1" flows="$2"
    [[ -e "$work/$rules.v4" ]] || "$work/generate" iptables "$rules" >"$work/$rules.v4"
    "$work/generate" flows "$flows" >"$work/flows.yaml"
    median_run 1 /dev/null "$fwproof" check "$work/$rules.v4" --requirements "$work/flows.yaml" "${lan_to_wan[@]}" \
        >"$work/row" || fail "$rules rules, $flows flows: $(head -c 300 "$work/said")"
    awk -v rules="$rules" -v flows="$flows" -v rows="$work/rows" '{
        printf "| %d | %d | %.2f s | %.2f s | %.0f MB |\n", rules, flows, $1, $2, $3 / 1024
        print rules, flows, $1 >>rows
    }' "$work/row"
}

printf '| rules | flows | processor | by the clock | memory |\n|---|---|---|---|---|\n'
for rules in 1000 10000 100000 1000000; do row "$rules" 500; done
for flows in 10 100 5000; do row 100000 "$flows"; done

# `COUNT SECONDS`, from the least count to the greatest.
awk '$2 == 500 { print $1, $3 }' "$work/rows" >"$work/by-rules"
awk '$1 == 100000 { print $2, $3 }' "$work/rows" | sort -n >"$work/by-flows"

# The dotted lines are linear growth from the last point back.
gnuplot >"$work/growth.svg" <<PLOT
set terminal svg size 900,420 background "white" font "sans-serif,13"
set logscale xy
set grid
set key top left
set ylabel "seconds of the processor"
set yrange [0.005:100]
set format x "10^{%T}"
slope(file) = real(system(sprintf("tail -n 1 %s | awk '{ print \$2 / \$1 }'", file)))
by_rules = slope("$work/by-rules")
by_flows = slope("$work/by-flows")
set multiplot layout 1,2
set xlabel "rules, with 500 required flows"
plot "$work/by-rules" with linespoints lw 2 pt 7 title "fwproof check", by_rules * x dashtype 3 lc "gray40" title "linear"
set xlabel "required flows, with 100,000 rules"
plot "$work/by-flows" with linespoints lw 2 pt 7 title "fwproof check", by_flows * x dashtype 3 lc "gray40" title "linear"
unset multiplot
PLOT
mv "$work/growth.svg" "$picture"
