#!/usr/bin/env bash
# Counts the instructions of one check of a generated rule set of 10,000 rules and holds them against the figure that is
# kept beside this script. Times differ from machine to machine; instructions hardly do.
#
#     bash benches/instructions.sh            # fails above or below 5 % of the kept figure
#     bash benches/instructions.sh --accept   # keeps the figure that was counted
#
# Needs valgrind, and a release build of fwproof (FWPROOF names it, else target/release/fwproof).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

kept=benches/instructions.tsv
tolerance=5
need valgrind

"$work/generate" iptables 10000 >"$work/10k.v4"

# One thread, because how much threads wait for each other is chance.
status=0
RAYON_NUM_THREADS=1 valgrind --tool=callgrind --callgrind-out-file="$work/profile" "$fwproof" check "$work/10k.v4" \
    --requirements benches/flows-500.yaml "${lan_to_wan[@]}" >"$work/report" 2>"$work/log" || status=$?
((status == 1)) || fail "the check ended with $status, not with 1: $(tail -n 3 "$work/log")"
counted="$(awk '/refs:/ { gsub(",", "", $NF); print $NF }' "$work/log")"
[[ "$counted" =~ ^[0-9]+$ ]] || fail "valgrind gave no count: $(tail -n 3 "$work/log")"
compiler="$(rustc --version | cut -d ' ' -f 2)"

if [[ "${1:-}" == --accept ]]; then
    printf '# instructions of benches/instructions.sh\tcompiled by rustc\n%s\t%s\n' "$counted" "$compiler" >"$kept"
    printf 'kept %s instructions in %s\n' "$counted" "$kept"
    exit 0
fi

IFS=$'\t' read -r expected kept_compiler < <(grep -v '^#' "$kept")
difference="$(awk -v a="$counted" -v b="$expected" 'BEGIN { printf "%+.1f", 100 * (a - b) / b }')"
printf '%s instructions, %s %% of difference to the %s that are kept\n' "$counted" "$difference" "$expected"
if awk -v d="$difference" -v most="$tolerance" 'BEGIN { exit !(d > most || d < -most) }'; then
    [[ "$compiler" == "$kept_compiler" ]] ||
        printf 'instructions: this is rustc %s, the figure is of %s\n' "$compiler" "$kept_compiler" >&2
    fail "more than $tolerance % off. If that is meant: bash benches/instructions.sh --accept, and commit $kept"
fi
