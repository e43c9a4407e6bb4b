#!/usr/bin/env bash
# Times fwproof and other programs on the same generated texts, in one run, as ratios, with versions and memory.
#
#     python3 -m venv /tmp/others && /tmp/others/bin/pip install ciscoconfparse2 aerleon
#     OTHERS=/tmp/others/bin bash benches/compare.sh [RULES] [ASA LINES] [AERLEON TERMS]
#
# The others do less: `wc -l` counts lines, `iptables-*-restore --test` and `iptables-xml` read a dump and judge nothing,
# ciscoconfparse2 parses and resolves no group, `aclcheck` asks one packet of one policy. Whole processes are measured, with
# the start of Python where there is one; benches/asa.sh times the parsing alone. A program that is not there, or that
# fails, has a row that says so. Several directories in OTHERS are parted by colons. `iptables-*-restore` needs root: it
# reads the kernel's tables, and with `--test` changes none. Needs a release build of fwproof (FWPROOF names it, else
# target/release/fwproof) and GNU time.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

rules="${1:-100000}"
asa_lines="${2:-100000}"
terms="${3:-1000}"
runs=3
export PATH="${OTHERS:+$OTHERS:}$PATH:/usr/sbin:/sbin"
need /usr/bin/time python3

# Writes an Aerleon policy of `terms` terms, of which the last permits encrypted DNS to one resolver, and its definitions.
write_aerleon() {
    mkdir -p "$work/definitions"
    awk -v terms="$terms" -v networks="$work/definitions/networks.yaml" 'BEGIN {
        print "filters:\n  - header:\n      targets:\n        cisco: generated\n    terms:"
        print "networks:" > networks
        for (i = 0; i < terms - 1; i++) {
            printf "  NET_%d:\n    values:\n      - address: 10.%d.%d.0/24\n", i, i / 250 + 1, i % 250 > networks
            printf "      - name: term-%d\n        source-address: NET_%d\n        protocol: tcp\n", i, i
            print "        destination-port: HTTPS\n        action: accept"
        }
        print "  RESOLVER:\n    values:\n      - address: 208.67.222.222/32" > networks
        print "      - name: resolver\n        destination-address: RESOLVER\n        protocol: udp"
        print "        destination-port: HTTPS\n        action: accept"
    }' >"$work/policy.yaml"
    printf 'services:\n  HTTPS:\n    - protocol: tcp\n      port: 443\n    - protocol: udp\n      port: 443\n' \
        >"$work/definitions/services.yaml"
}

reference=
# Measures fwproof; the rows that follow are compared with it. Usage: WORK COMMAND...
mine() {
    # A check ends with 1 where required flows are denied.
    reference="$(median_run 1 /dev/null "${@:2}")" || fail "$1: $(head -c 300 "$work/said")"
    row "$1" "$("$fwproof" --version)" "$reference"
}

# Measures another program. Usage: WORK VERSION INPUT COMMAND...
other() {
    local measured
    if measured="$(median_run 0 "$3" "${@:4}")"; then
        row "$1" "$2" "$measured"
    else
        printf '| %s | %s | failed: %s | | | |\n' "$1" "$2" "$(reason)"
    fi
}

# The first line of what a failed program said that tells something, short enough for a table.
reason() { grep -m 1 -vE '^(Traceback|[[:space:]])' "$work/said" | tr '|' ' ' | cut -c 1-100; }

# Usage: WORK VERSION MEASURED, the last as median_run prints it.
row() {
    # GNU time counts hundredths of a second: what takes less has no ratio.
    awk -v what="$1" -v version="$2" -v mine="$reference" '{
        split(mine, by)
        ratio = by[1] > 0 && $1 > 0 ? sprintf("%.3g", $1 / by[1]) : "–"
        printf "| %s | %s | %.2f s | %.2f s | %.0f MB | %s |\n", what, version, $2, $1, $3 / 1024, ratio
    }' <<<"$3"
}

first_line_of() { "$@" 2>/dev/null | head -1 || true; }
package_version() { first_line_of python3 -c "import importlib.metadata as m; print('$1', m.version('$1'))"; }

"$work/generate" iptables "$rules" >"$work/dump.v4"
"$work/generate" asa "$asa_lines" >"$work/asa.cfg"
write_aerleon

printf '| work | version | by the clock | processor | memory | processor, to fwproof |\n|---|---|---|---|---|---|\n'
mine "\`fwproof check\`, iptables, $rules rules, 500 flows" "$fwproof" check "$work/dump.v4" \
    --requirements benches/flows-500.yaml "${lan_to_wan[@]}"
other '`wc -l`' "$(first_line_of wc --version)" "$work/dump.v4" wc -l
for restore in iptables-legacy-restore iptables-nft-restore; do
    other "\`$restore --test\`" "$(first_line_of "$restore" --version)" "$work/dump.v4" "$restore" --test
done
other '`iptables-xml`' "$(first_line_of iptables --version)" "$work/dump.v4" iptables-xml

mine "\`fwproof check\`, ASA, $asa_lines lines, 4 flows" "$fwproof" check "$work/asa.cfg" --service dns
cat >"$work/parse.py" <<'PY'
import sys
from ciscoconfparse2 import CiscoConfParse

text = sys.stdin.read().splitlines()
assert len(CiscoConfParse(text, syntax="asa", factory=False).objs) > len(text) / 2
PY
other 'ciscoconfparse2, parse only, with its start' "$(package_version ciscoconfparse2)" "$work/asa.cfg" \
    python3 "$work/parse.py"

mine "\`fwproof check\`, Aerleon, $terms terms, 4 flows" "$fwproof" check "$work/policy.yaml" \
    --definitions "$work/definitions" --service dns --from 192.168.0.0/16
other '`aclcheck`, one packet, with its start' "$(package_version aerleon)" /dev/null aclcheck -p "$work/policy.yaml" \
    --definitions-directory "$work/definitions" --base-directory "$work" \
    -s 192.168.0.1 -d 208.67.222.222 --proto udp --sport 40000 --dport 443
