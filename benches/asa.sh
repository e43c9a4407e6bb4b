#!/usr/bin/env bash
# Times the check of a generated ASA configuration, and ciscoconfparse2 on the same text in the same run. The latter only
# parses: it resolves no group and judges nothing.
#
#     python3 -m venv /tmp/ccp && /tmp/ccp/bin/pip install ciscoconfparse2
#     PYTHON=/tmp/ccp/bin/python bash benches/asa.sh [LINES] [LINES FOR CISCOCONFPARSE2]
#
# The second number, if given, is a shorter text for ciscoconfparse2 alone; the ratio is then one of time per line. Needs
# a release build of fwproof (FWPROOF names it, else target/release/fwproof).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

lines="${1:-500000}"
fewer="${2:-$lines}"
python="${PYTHON:-python3}"

"$python" -c 'import ciscoconfparse2' 2>/dev/null || fail "$python has no ciscoconfparse2"

"$work/generate" asa "$lines" >"$work/asa.cfg"
"$work/generate" asa "$fewer" >"$work/fewer.cfg"

"$python" - "$fwproof" "$work" <<'PY'
import importlib.metadata, os, resource, subprocess, sys, time

fwproof, work = sys.argv[1:]
count = lambda name: sum(1 for _ in open(f"{work}/{name}"))


def spent(who):
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def check():
    before, begun = spent(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [fwproof, "check", f"{work}/asa.cfg", "--service", "dns", "--output", "json"]
    ended = subprocess.run(command, stdout=subprocess.DEVNULL).returncode
    assert ended == 1, f"the check ended with {ended}, not with 1"
    return time.perf_counter() - begun, spent(resource.RUSAGE_CHILDREN) - before


def parse():
    from ciscoconfparse2 import CiscoConfParse

    text = open(f"{work}/fewer.cfg").read().splitlines()
    before, begun = spent(resource.RUSAGE_SELF), time.perf_counter()
    parsed = CiscoConfParse(text, syntax="asa", factory=False)
    assert len(parsed.objs) > len(text) / 2
    return time.perf_counter() - begun, spent(resource.RUSAGE_SELF) - before


mine = min(check() for _ in range(5))
other = parse()
all_lines, fewer = count("asa.cfg"), count("fewer.cfg")
version = importlib.metadata.version("ciscoconfparse2")
print(f"fwproof check, {all_lines} lines: {mine[0]:.2f} s, {mine[1]:.2f} s of the processor (best of 5)")
print(f"ciscoconfparse2 {version}, parse only, {fewer} lines: {other[0]:.2f} s, {other[1]:.2f} s of the processor")
print(f"ratio by line and processor time: {other[1] / fewer / (mine[1] / all_lines):.0f}")
PY
