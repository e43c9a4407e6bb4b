//! The text of a new project file.

use super::{FoundFirewall, FoundSite};
use crate::project::scalar;

const HEAD: &str = "\
# What `fwproof check` judges in this folder and below it. Written by `fwproof init`; docs/project-file.md explains all keys.
# Paths start from this folder. A line that begins with `#:` is an example: take the mark away to use it.
version: 1

sites:
";

/// Keys of a site that nothing is known about yet.
const OF_A_SITE: &str = "\
#:    clients: [10.20.0.0/16]              # else what the rule sets say, else all private addresses
#:    in: [lan0]                           # the interfaces by which clients enter, and by which flows leave
#:    out: [wan0]
#:    regions: [london, frankfurt]         # else all
";

const TAIL: &str = "
# What holds for all sites that do not say otherwise.
#:defaults:
#:  product: umbrella                      # or secure-access
#:  services: [dns, swg]                   # else all
#:  hook: forward                          # or output: the clients are the machines that have the rules

# How bad findings are, and from which severity on they fail a check. Verdicts fail it in any case.
#:severity:
#:  skipped: off
#:fail_on: error

# Exceptions that somebody answers for, until a day in UTC that is included.
#:waivers:
#:  - requirement: dns-udp-443
#:    ruleset: branch/*
#:    packets: udp 10.1.0.0/16 > 208.67.222.222:443    # else all of the requirement
#:    reason: the old resolver is replaced in autumn
#:    owner: network team
#:    expires: 2026-12-31
";

/// The file.
pub(super) fn of(sites: &[FoundSite]) -> String {
    let sites: String = sites.iter().map(site).collect();
    format!("{HEAD}{sites}{TAIL}")
}

fn site(site: &FoundSite) -> String {
    let mut out = format!("  - name: {}\n    rulesets:\n", scalar(&site.name));
    site.firewalls.iter().for_each(|firewall| out += &files(firewall));
    if !site.ipset.is_empty() {
        out += "    ipset:\n";
        site.ipset.iter().for_each(|file| out += &format!("      - {}\n", scalar(file)));
    }
    out + OF_A_SITE
}

/// Files of one firewall are found by their names again, so they need no group.
fn files(firewall: &FoundFirewall) -> String {
    let each = firewall.files.iter().enumerate().map(|(at, file)| {
        let joined = if at == 0 { "" } else { ", one firewall with the file above" };
        format!("      - {}  # {}{joined}\n", scalar(file), firewall.format)
    });
    each.collect()
}

/// A line without the mark of an example.
#[cfg(test)]
pub(super) fn uncommented(line: &str) -> String {
    line.strip_prefix("#:").unwrap_or(line).to_owned()
}
