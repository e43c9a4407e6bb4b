# What the scripts of this folder share. They source it after `set -euo pipefail`; it changes to the root of the project.
# Needs a release build of fwproof (FWPROOF names it, else target/release/fwproof).
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fwproof="${FWPROOF:-${CARGO_TARGET_DIR:-target}/release/fwproof}"

fail() { printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2; exit 1; }

# Ends the script if a program is missing: PROGRAM...
need() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || fail "$program is missing"
    done
}

[[ -x "$fwproof" ]] || fail "$fwproof is missing: cargo build --locked --release"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# Compiled alone: as an example of the package it would wait for every dependency of the tests.
rustc --edition 2024 -O --cap-lints allow -o "$work/generate" examples/generate-ruleset.rs

# Where the generated flows pass a generated dump.
lan_to_wan=(--no-default-requirements --from 10.0.0.0/8 --in-interface lan0 --out-interface wan0)

# Of `runs` runs of a command the one with the median of processor time: `PROCESSOR-SECONDS CLOCK-SECONDS KB`. Fails if a
# run ends with a code above MOST_CODE; what it said is then in $work/said. Usage: MOST_CODE INPUT COMMAND...
median_run() {
    local most_code="$1" input="$2" code run
    shift 2
    : >"$work/times"
    for ((run = 0; run < runs; run++)); do
        code=0
        /usr/bin/time -q -o "$work/time" -f '%U %S %e %M' "$@" <"$input" >/dev/null 2>"$work/said" || code=$?
        ((code <= most_code)) || return 1
        awk '{ print $1 + $2, $3, $4 }' "$work/time" >>"$work/times"
    done
    sort -n "$work/times" | sed -n "$((runs / 2 + 1))p"
}
