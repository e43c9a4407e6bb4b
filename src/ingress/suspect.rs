//! Entries of a catalogue that can be read but are probably a mistake.

use super::{Catalogue, Destination, Service};
use crate::finding::{Code, Finding};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::collections::BTreeMap;

/// IPv4 networks with a shorter prefix are too wide for a service: four million addresses.
pub const WIDEST_V4: u8 = 10;
/// IPv6 networks with a shorter prefix are too wide for a service: registries give wider ones to nobody.
pub const WIDEST_V6: u8 = 20;
/// How much of IPv4 a catalogue may hold altogether: a sixteenth. Cloud providers publish half of that.
const MOST_V4: u64 = 1 << 28;

/// Networks that no public service has (IANA special-purpose registries, RFC 6890), with what they are.
const RESERVED: &[(&str, &str)] = &[
    ("0.0.0.0/8", "this network"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "shared by carriers"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "reserved for protocols"),
    ("192.0.2.0/24", "reserved for documentation"),
    ("192.88.99.0/24", "reserved"),
    ("192.168.0.0/16", "private"),
    ("198.18.0.0/15", "reserved for benchmarks"),
    ("198.51.100.0/24", "reserved for documentation"),
    ("203.0.113.0/24", "reserved for documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
    ("2001::/23", "reserved for protocols"),
    ("2001:db8::/32", "reserved for documentation"),
    ("2002::/16", "reserved"),
    ("3fff::/20", "reserved for documentation"),
];

/// All public IPv6 addresses lie here (RFC 4291, IANA).
const PUBLIC_V6: &str = "2000::/3";

/// What no public service can have: private and reserved networks, and such as are far too wide.
pub fn impossible(catalogue: &Catalogue, allow_reserved: bool) -> Vec<Finding> {
    let reserved: Vec<(IpNet, &str)> = reserved();
    let each = catalogue.services.iter().flat_map(Service::all_destinations).map(|(_, destination)| destination);
    let mut findings: Vec<Finding> = each.filter_map(|one| wrong_network(one, &reserved, allow_reserved)).collect();
    let total = total_v4(catalogue);
    if findings.is_empty() && total > MOST_V4 {
        let message =
            format!("the networks hold {total} IPv4 addresses together, more than a sixteenth of all there are");
        findings.push(Finding::new(Code::DataSuspect, message));
    }
    findings
}

fn reserved() -> Vec<(IpNet, &'static str)> {
    RESERVED.iter().filter_map(|(net, what)| Some((net.parse().ok()?, *what))).collect()
}

fn wrong_network(one: &Destination, reserved: &[(IpNet, &str)], allow_reserved: bool) -> Option<Finding> {
    let net = one.prefix()?;
    let widest = if net.addr().is_ipv4() { WIDEST_V4 } else { WIDEST_V6 };
    let why = if net.prefix_len() < widest {
        format!("wider than /{widest}, which no service has")
    } else {
        let what = of_nobody(net, reserved).filter(|_| !allow_reserved)?;
        format!("{what}; no public service has it")
    };
    Some(at(one, Finding::new(Code::DataSuspect, format!("`{net}` is {why}"))))
}

fn of_nobody<'r>(net: IpNet, reserved: &[(IpNet, &'r str)]) -> Option<&'r str> {
    let found = reserved.iter().find(|(other, _)| other.contains(&net) || net.contains(other));
    let public: Option<Ipv6Net> = PUBLIC_V6.parse().ok();
    let outside = match net {
        IpNet::V6(net) => public.filter(|all| !all.contains(&net)).map(|_| "not of the public addresses"),
        IpNet::V4(_) => None,
    };
    found.map(|(_, what)| *what).or(outside)
}

fn at(one: &Destination, finding: Finding) -> Finding {
    one.at.map_or(finding.clone(), |span| finding.at(span, ""))
}

fn total_v4(catalogue: &Catalogue) -> u64 {
    let each = catalogue.services.iter().flat_map(Service::all_destinations);
    let nets: Vec<Ipv4Net> = each
        .filter_map(|(_, one)| match one.prefix()? {
            IpNet::V4(net) => Some(net),
            IpNet::V6(_) => None,
        })
        .collect();
    Ipv4Net::aggregate(&nets).iter().map(|net| 1u64 << (32 - net.prefix_len())).sum()
}

/// What is listed twice or lies within another entry, in one region or, unless it is a test vector, in two.
pub fn overlaps(catalogue: &Catalogue) -> Vec<Finding> {
    catalogue.services.iter().flat_map(of_service).collect()
}

/// Networks sorted so that one that holds others stands before them: then the holders of a network are those of its
/// prefixes that are listed, and a look at each shorter prefix finds them without comparing all with all.
fn of_service(service: &Service) -> Vec<Finding> {
    let mut seen: BTreeMap<IpNet, Vec<(Option<&str>, bool)>> = BTreeMap::new();
    let mut all: Vec<_> = service
        .all_destinations()
        .filter_map(|(region, one)| Some((one.prefix()?, region.map(|r| r.id.as_str()), one)))
        .collect();
    all.sort_by_key(|(net, _, one)| (net.prefix_len(), one.at));
    let mut findings = Vec::new();
    for (net, region, one) in all {
        for length in 0..=net.prefix_len() {
            let Some(holder) = IpNet::new(net.addr(), length).ok().map(|net| net.trunc()) else { continue };
            let others = seen.get(&holder).map_or(&[][..], Vec::as_slice);
            // A test vector in two regions says only that it is not known which of them it belongs to.
            let clash = others.iter().find(|(other, test)| *other == region || !(*test || one.test_vector));
            let shared = holder == net && clash.is_some_and(|(other, _)| *other != region);
            findings.extend(clash.map(|(other, _)| overlap(one, net, holder, region, *other, shared)));
        }
        seen.entry(net).or_default().push((region, one.test_vector));
    }
    findings
}

fn overlap(
    one: &Destination,
    net: IpNet,
    holder: IpNet,
    region: Option<&str>,
    other: Option<&str>,
    shared: bool,
) -> Finding {
    let named = |region: Option<&str>| region.map_or_else(String::new, |id| format!(" of `{id}`"));
    let message = match (net == holder, region == other) {
        (true, true) => format!("`{net}`{} is listed twice", named(region)),
        (true, false) => {
            format!("`{net}` is listed for both `{}` and `{}`", other.unwrap_or("-"), region.unwrap_or("-"))
        }
        _ => format!("`{net}`{} lies within `{holder}`{}", named(region), named(other)),
    };
    let finding = Finding::new(Code::DataSuspect, message);
    // Two places can share a network; that is worth knowing and no mistake.
    let severity = if shared { crate::finding::Severity::Note } else { finding.severity };
    at(one, Finding { severity, ..finding })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn catalogue(destinations: &str) -> (Sources, Catalogue) {
        let text = format!("services:\n  - id: a\n    flows: [{{id: f, proto: esp}}]\n{destinations}");
        let mut sources = Sources::new();
        let id = sources.add("c.yaml", text);
        let read = Catalogue::read(id, sources.text(id)).unwrap();
        (sources, read)
    }

    fn said(sources: &Sources, findings: &[Finding]) -> Vec<String> {
        let place = |f: &Finding| f.span().map_or_else(String::new, |span| sources.place(span) + " ");
        findings.iter().map(|f| format!("{}{}", place(f), f.message)).collect()
    }

    #[test]
    fn networks_that_no_service_has_are_named_at_their_place() {
        let (sources, read) = catalogue(
            "    destinations:\n      - 10.1.0.0/16\n      - 18.0.0.0/8\n      - 18.135.112.0/24\n      - fd00::/8\n      - 2001:db8::/32\n      - 2600:1f00::/24\n      - 192.0.0.0/10\n",
        );
        assert_eq!(
            said(&sources, &impossible(&read, false)),
            [
                "c.yaml:5:9 `10.1.0.0/16` is private; no public service has it",
                "c.yaml:6:9 `18.0.0.0/8` is wider than /10, which no service has",
                "c.yaml:8:9 `fd00::/8` is wider than /20, which no service has",
                "c.yaml:9:9 `2001:db8::/32` is reserved for documentation; no public service has it",
                "c.yaml:11:9 `192.0.0.0/10` is reserved for protocols; no public service has it",
            ]
        );
        assert_eq!(impossible(&read, true).len(), 2);
    }

    #[test]
    fn many_wide_networks_together_are_too_wide() {
        let rows: String = (0..80).map(|n| format!("      - {}.{}.0.0/10\n", 20 + n / 4, n % 4 * 64)).collect();
        let (_, read) = catalogue(&format!("    destinations:\n{rows}"));
        assert!(impossible(&read, false)[0].message.contains("more than a sixteenth"));
    }

    #[test]
    fn duplicates_and_overlaps_are_found_within_and_across_regions() {
        let (sources, read) = catalogue(
            "    regions:\n      - {id: r, destinations: [18.1.0.0/24, 18.1.0.0/24, 18.1.0.7]}\n      - {id: s, destinations: [18.1.0.0/24, {prefix: 18.1.0.0/28, test_vector: true}]}\n",
        );
        assert_eq!(
            said(&sources, &overlaps(&read)),
            [
                "c.yaml:5:45 `18.1.0.0/24` of `r` is listed twice",
                "c.yaml:6:32 `18.1.0.0/24` is listed for both `r` and `s`",
                "c.yaml:6:54 `18.1.0.0/28` of `s` lies within `18.1.0.0/24` of `s`",
                "c.yaml:5:58 `18.1.0.7/32` of `r` lies within `18.1.0.0/24` of `r`",
            ]
        );
    }
}
