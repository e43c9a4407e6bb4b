//! Which address family a table is for, where the dump does not say it.

use super::dump::Table;
use crate::space::Family;

impl<'a> Table<'a> {
    fn words(&self) -> impl Iterator<Item = &'a str> {
        self.specs().flat_map(str::split_ascii_whitespace)
    }

    fn specs(&self) -> impl Iterator<Item = &'a str> {
        self.chains.iter().flat_map(|c| c.entries.iter()).filter_map(|e| e.spec)
    }

    pub(super) fn holds_v6_address(&self) -> bool {
        let literal = |w: &str| w.split('/').next().is_some_and(|a| a.parse::<std::net::Ipv6Addr>().is_ok());
        self.words_beside("::").any(|w| w.contains("::") && literal(w))
    }

    /// Does a rule ask for ICMPv6? Rules for IPv4 may, but do not.
    pub(super) fn asks_icmpv6(&self) -> bool {
        self.words_beside("icmp").any(|w| matches!(w, "ipv6-icmp" | "icmpv6" | "--icmpv6-type"))
    }

    /// The words of the rules that hold a text.
    fn words_beside(&self, text: &str) -> impl Iterator<Item = &'a str> {
        let telling = self.specs().filter(move |spec| memchr::memmem::find(spec.as_bytes(), text.as_bytes()).is_some());
        telling.flat_map(str::split_ascii_whitespace)
    }

    pub(super) fn speaks_v4(&self) -> bool {
        let literal = |w: &str| w.split('/').next().is_some_and(|a| a.parse::<std::net::Ipv4Addr>().is_ok());
        self.words().any(|w| w == "icmp" || w.starts_with("icmp-") || literal(w))
    }
}

/// The family that the name of a file speaks of.
pub(super) fn family_of_name(name: &str) -> Option<Family> {
    let file = file_of(name);
    let marked = |family| parts(file).any(|part| mark(part).is_some_and(|(marked, _)| marked == family));
    let says_v6 = file.to_ascii_lowercase().contains("ip6") || marked(Family::V6);
    if says_v6 { Some(Family::V6) } else { marked(Family::V4).then_some(Family::V4) }
}

/// A file's name without what it says of the family, so that the two dumps of one firewall have the same: `fw.txt` of
/// `fw.v4.txt` and `fw.v6.txt`, `iptables-save.txt` of `ip6tables-save.txt`, `fw.rules` of `fw.rules6`.
///
/// Marks are parts of the name between dots, hyphens and underscores: `v4`, `v6`, `ipv4`, `ipv6`, `ip4`, `ip6`,
/// `rules4` and `rules6`, and parts that begin with `ip6tables`.
pub fn name_without_family(file: &str) -> String {
    let kept = parts(file).map(|part| {
        let (separator, word) = part.split_at(part.len() - word(part).len());
        match mark(part) {
            Some((_, rest)) if rest.is_empty() => String::new(),
            Some((_, rest)) => format!("{separator}{rest}"),
            None => format!("{separator}{word}"),
        }
    });
    kept.collect::<String>().trim_start_matches(SEPARATORS).to_owned()
}

/// What the two dumps of one firewall are called together: the name without family and extension, `fw` of `fw.v4.txt`,
/// and `10.0.0.1` of `10.0.0.1.v4`.
pub fn stem_of_pair(file: &str) -> String {
    let name = name_without_family(file);
    let extension_is_mark =
        parts(file).last().is_some_and(|last| matches!(mark(last), Some((_, rest)) if rest.is_empty()));
    match name.rsplit_once('.') {
        Some((stem, _)) if !extension_is_mark && !stem.is_empty() => stem.to_owned(),
        _ => name,
    }
}

const SEPARATORS: [char; 3] = ['.', '-', '_'];

fn file_of(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The parts of a file name; each but the first begins with its separator.
fn parts(file: &str) -> impl Iterator<Item = &str> {
    let mut rest = file;
    std::iter::from_fn(move || {
        let end = rest.char_indices().skip(1).find(|(_, c)| SEPARATORS.contains(c)).map_or(rest.len(), |(at, _)| at);
        let (part, later) = rest.split_at(end);
        rest = later;
        (!part.is_empty()).then_some(part)
    })
}

fn word(part: &str) -> &str {
    part.strip_prefix(SEPARATORS).unwrap_or(part)
}

/// The family that a part of a file name speaks of, and what is left of the part.
fn mark(part: &str) -> Option<(Family, String)> {
    let word = word(part).to_ascii_lowercase();
    match word.as_str() {
        "v4" | "ip4" | "ipv4" => Some((Family::V4, String::new())),
        "v6" | "ip6" | "ipv6" => Some((Family::V6, String::new())),
        "rules4" => Some((Family::V4, "rules".to_owned())),
        "rules6" => Some((Family::V6, "rules".to_owned())),
        _ => word.strip_prefix("ip6tables").map(|rest| (Family::V6, format!("iptables{rest}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dumps_of_one_firewall_have_one_name() {
        for (v4, v6, stem) in [
            ("fw.v4", "fw.v6", "fw"),
            ("fw.v4.txt", "fw.v6.txt", "fw"),
            ("fw-ipv4.conf", "fw-ipv6.conf", "fw"),
            ("v4.rules", "v6.rules", "rules"),
            ("rules.v4", "rules.v6", "rules"),
            ("fw.rules", "fw.rules6", "fw"),
            ("iptables", "ip6tables", "iptables"),
            ("iptables.v4", "ip6tables.v6", "iptables"),
            ("iptables-save.txt", "ip6tables-save.txt", "iptables-save"),
            ("iptables.rules", "ip6tables.rules", "iptables"),
            ("10.0.0.1.V4", "10.0.0.1.v6", "10.0.0.1"),
        ] {
            assert_eq!(name_without_family(v4), name_without_family(v6), "{v4} {v6}");
            assert_eq!(stem_of_pair(v4), stem, "{v4}");
            assert_eq!(family_of_name(v6), Some(Family::V6), "{v6}");
            assert_ne!(family_of_name(v4), Some(Family::V6), "{v4}");
        }
    }

    #[test]
    fn other_names_stay_apart() {
        assert_ne!(name_without_family("fw1.v4"), name_without_family("fw2.v6"));
        assert_ne!(name_without_family("a.v4"), name_without_family("a.v6.bak"));
        assert_eq!(name_without_family("v4"), "");
        assert_eq!(name_without_family(""), "");
        assert_eq!(name_without_family(".v6"), "");
    }
}
