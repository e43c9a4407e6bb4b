#!/usr/bin/env bash
# Measures how a check grows with rules and with required flows, prints the table of docs/performance.md, and draws it.
#
#     bash benches/growth.sh [SVG]          # docs/growth.svg unless a file is named
#
# Needs a release build of fwproof (FWPROOF names it, else target/release/fwproof), GNU time and gnuplot.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

picture="${1:-docs/growth.svg}"
runs=5
fwproof="${FWPROOF:-${CARGO_TARGET_DIR:-target}/release/fwproof}"

fail() { printf 'growth: %s\n' "$*" >&2; exit 1; }

[[ -x "$fwproof" ]] || fail "$fwproof is missing: cargo build --locked --release"
[[ -x /usr/bin/time ]] || fail "/usr/bin/time is missing: install GNU time"
command -v gnuplot >/dev/null || fail 'gnuplot is missing'

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
rustc --edition 2024 -O --cap-lints allow -o "$work/generate" examples/generate-ruleset.rs

# The run with the median of processor time: `PROCESSOR-SECONDS WALL-SECONDS KB`.
measure() {
    local rules="$1" flows="$2" ended
    [[ -e "$work/$rules.v4" ]] || "$work/generate" iptables "$rules" >"$work/$rules.v4"
    [[ -e "$work/$flows.yaml" ]] || "$work/generate" flows "$flows" >"$work/$flows.yaml"
    : >"$work/times"
    for ((run = 0; run < runs; run++)); do
        ended=0
        /usr/bin/time -q -o "$work/time" -f '%U %S %e %M' "$fwproof" check "$work/$rules.v4" \
            --requirements "$work/$flows.yaml" --no-default-requirements \
            --from 10.0.0.0/8 --in-interface lan0 --out-interface wan0 >/dev/null 2>"$work/said" || ended=$?
        [[ "$ended" -le 1 ]] || fail "$rules rules, $flows flows: $(head -c 300 "$work/said")"
        awk '{ print $1 + $2, $3, $4 }' "$work/time" >>"$work/times"
    done
    sort -n "$work/times" | sed -n "$((runs / 2 + 1))p"
}

# A table, and the points of the plot: COUNT SECONDS.
by() {
    local what="$1" points="$2" count rules flows
    shift 2
    printf '\n| rules | flows | processor | by the clock | memory |\n|---|---|---|---|---|\n'
    for count in "$@"; do
        if [[ "$what" == rules ]]; then rules="$count" flows=500; else rules=100000 flows="$count"; fi
        measure "$rules" "$flows" >"$work/row"
        awk -v rules="$rules" -v flows="$flows" \
            '{ printf "| %d | %d | %.2f s | %.2f s | %.0f MB |\n", rules, flows, $1, $2, $3 / 1024 }' "$work/row"
        awk -v count="$count" '{ print count, $1 }' "$work/row" >>"$points"
    done
}

by rules "$work/by-rules" 1000 10000 100000 1000000
by flows "$work/by-flows" 10 100 500 5000

# The dotted lines are linear growth from the last point back.
gnuplot >"$work/growth.svg" <<PLOT
set terminal svg size 900,420 background "white" font "sans-serif,13"
set logscale xy
set grid
set key top left
set ylabel "seconds of the processor"
set yrange [0.005:100]
set format x "10^{%T}"
last(file, column) = real(system(sprintf("tail -1 %s | cut -d' ' -f%d", file, column)))
rules = "$work/by-rules"; flows = "$work/by-flows"
rules_slope = last(rules, 2) / last(rules, 1)
flows_slope = last(flows, 2) / last(flows, 1)
set multiplot layout 1,2
set xlabel "rules, with 500 required flows"
plot rules with linespoints lw 2 pt 7 title "fwproof check", rules_slope * x dashtype 3 lc "gray40" title "linear"
set xlabel "required flows, with 100,000 rules"
plot flows with linespoints lw 2 pt 7 title "fwproof check", flows_slope * x dashtype 3 lc "gray40" title "linear"
unset multiplot
PLOT
mv "$work/growth.svg" "$picture"
