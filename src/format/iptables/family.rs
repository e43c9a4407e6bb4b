//! Which address family a table is for, where the dump does not say it.

use super::dump::Table;

impl<'a> Table<'a> {
    fn words(&self) -> impl Iterator<Item = &'a str> {
        self.specs().flat_map(str::split_ascii_whitespace)
    }

    fn specs(&self) -> impl Iterator<Item = &'a str> {
        self.chains.iter().flat_map(|c| c.entries.iter()).filter_map(|e| e.spec)
    }

    pub(super) fn speaks_v6(&self) -> bool {
        let literal = |w: &str| w.split('/').next().is_some_and(|a| a.parse::<std::net::Ipv6Addr>().is_ok());
        let holds = |spec: &str, part: &str| memchr::memmem::find(spec.as_bytes(), part.as_bytes()).is_some();
        let mut telling = self.specs().filter(|spec| holds(spec, "::") || holds(spec, "icmp"));
        telling.any(|spec| {
            let mut words = spec.split_ascii_whitespace();
            words.any(|w| matches!(w, "ipv6-icmp" | "icmpv6" | "--icmpv6-type") || w.contains("::") && literal(w))
        })
    }

    pub(super) fn speaks_v4(&self) -> bool {
        let literal = |w: &str| w.split('/').next().is_some_and(|a| a.parse::<std::net::Ipv4Addr>().is_ok());
        self.words().any(|w| w == "icmp" || w.starts_with("icmp-") || literal(w))
    }
}

pub(super) fn name_says_v6(name: &str) -> bool {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase();
    file.ends_with(".v6") || file.contains("ip6") || file.contains(".v6.")
}
