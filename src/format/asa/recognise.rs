//! Is it an ASA configuration, or that of another Cisco system?

use super::device::is_version;
use super::words::Words;

/// Lines that are looked at. The telling lines of an export stand near its top, but banners and certificates may
/// come before them.
const LOOK: usize = 20_000;

/// Is the text a running configuration or a `show access-list` of ASA, PIX, FWSM or FTD?
pub fn recognises(text: &str) -> bool {
    !looks_like_ios(text) && lines(text).any(is_telling)
}

/// Is the text an IOS, IOS-XE or NX-OS configuration?
///
/// Numbered lists with wildcard masks and `interface` blocks without `nameif` are its marks.
pub fn looks_like_ios(text: &str) -> bool {
    if lines(text).any(|l| l.starts_with("nameif ") || is_version(l)) {
        return false;
    }
    lines(text).any(is_ios)
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().take(LOOK).map(|l| super::line::without_prompt(l.trim()))
}

fn is_telling(line: &str) -> bool {
    let mut words = Words::new(line);
    match words.next() {
        Some("access-list") => is_asa_access_list(words),
        Some("access-group") => {
            words.next();
            matches!(words.next(), Some("in" | "out")) && words.next() == Some("interface")
                || words.peek().is_none() && line.ends_with(" global")
        }
        Some("nameif" | "same-security-traffic") => words.peek().is_some(),
        Some("object") => matches!(words.next(), Some("network" | "service")) && words.peek().is_some(),
        Some("object-group") => is_asa_group(words),
        _ => is_version(line),
    }
}

fn is_asa_group(mut words: Words<'_>) -> bool {
    // IOS writes `object-group network NAME` too; there the members stand without `network-object`, and other lines
    // give it away.
    matches!(words.next(), Some("network" | "service" | "protocol" | "icmp-type" | "user")) && words.peek().is_some()
}

fn is_asa_access_list(mut words: Words<'_>) -> bool {
    let name = words.next().unwrap_or("");
    if words.take_if("line") {
        words.next();
    }
    match words.next() {
        Some("extended" | "webtype" | "ethertype" | "advanced" | "standard") => true,
        Some("remark") => !is_number(name),
        Some("permit" | "deny") => is_service(words) && !has_wildcard(words),
        _ => name.ends_with(';') && words.next() == Some("elements;"),
    }
}

fn is_ios(line: &str) -> bool {
    let mut words = Words::new(line);
    words.take_if("no");
    match words.next() {
        // An ASA writes `ASA Version`.
        Some("version") => words.peek().is_some_and(|w| w.starts_with(|c: char| c.is_ascii_digit())),
        Some("mac") => words.next() == Some("access-list"),
        Some("ip" | "ipv6") => match words.next() {
            Some("access-list") => matches!(words.next(), Some("extended" | "standard")) || !line.contains("ipv6 "),
            Some("access-group") => matches!(words.last(), Some("in" | "out")),
            Some("traffic-filter" | "inspect" | "nat" | "route" | "cef" | "vrf" | "classless" | "unicast-routing") => {
                true
            }
            _ => false,
        },
        Some("access-list") => {
            let numbered = words.next().is_some_and(is_number);
            numbered && matches!(words.next(), Some("permit" | "deny")) && (has_wildcard(words) || !is_service(words))
        }
        Some("feature") => matches!(words.next(), Some("interface-vlan" | "vpc" | "lacp" | "hsrp")),
        _ => false,
    }
}

/// An entry names its service; a numbered standard list of IOS begins with the source.
fn is_service(words: Words<'_>) -> bool {
    words.peek().is_some_and(|w| matches!(w, "object" | "object-group") || super::service::protocols(w).is_some())
}

fn has_wildcard(words: Words<'_>) -> bool {
    words.filter_map(super::address::v4).any(super::address::is_wildcard)
}

fn is_number(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit())
}
