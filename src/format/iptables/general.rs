//! Options of iptables itself, as against those of matches and targets.

use super::token::Token;

/// An option of iptables itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum General {
    Source,
    Destination,
    InInterface,
    OutInterface,
    Protocol,
    Match,
    Jump,
    Goto,
    Fragment,
    Counters,
    Table,
    V4,
    V6,
    /// Options of the tool that say nothing about packets, such as `-w`.
    Tool,
}

/// Short names, and long ones.
const OPTIONS: &[(General, &str, &[&str])] = &[
    (General::Source, "-s", &["--source", "--src"]),
    (General::Destination, "-d", &["--destination", "--dst"]),
    (General::InInterface, "-i", &["--in-interface"]),
    (General::OutInterface, "-o", &["--out-interface"]),
    (General::Protocol, "-p", &["--protocol"]),
    (General::Match, "-m", &["--match"]),
    (General::Jump, "-j", &["--jump"]),
    (General::Goto, "-g", &["--goto"]),
    (General::Fragment, "-f", &["--fragment", "--fragments"]),
    (General::Counters, "-c", &["--set-counters"]),
    (General::Table, "-t", &["--table"]),
    (General::V4, "-4", &["--ipv4"]),
    (General::V6, "-6", &["--ipv6"]),
    (General::Tool, "-v", &["--verbose"]),
    (General::Tool, "-n", &["--numeric"]),
];

impl General {
    /// Its short name.
    pub(super) fn short(self) -> &'static str {
        OPTIONS.iter().find(|o| o.0 == self).map_or("", |o| o.1)
    }

    /// How many values follow.
    pub(super) fn values(self) -> usize {
        match self {
            General::Fragment | General::V4 | General::V6 | General::Tool => 0,
            _ => 1,
        }
    }

    /// May `!` stand before it?
    pub(super) fn negatable(self) -> bool {
        use General::{Destination, Fragment, InInterface, OutInterface, Protocol, Source};
        matches!(self, Source | Destination | InInterface | OutInterface | Protocol | Fragment)
    }

    /// May it stand several times in one rule?
    pub(super) fn may_repeat(self) -> bool {
        // A second target is refused in other words.
        matches!(self, General::Match | General::Jump | General::Goto | General::Tool)
    }
}

/// The option that a word is.
pub(super) fn find(word: Token<'_>) -> Option<General> {
    OPTIONS.iter().find(|o| !word.quoted() && (o.1 == word.text || o.2.contains(&word.text))).map(|o| o.0)
}

/// The only option that begins like a word.
pub(super) fn abbreviated(word: Token<'_>) -> Option<General> {
    let fits =
        |o: &&(General, &str, &[&str])| word.text.len() > 2 && o.2.iter().any(|name| name.starts_with(word.text));
    let mut all = OPTIONS.iter().filter(fits);
    all.next().filter(|_| all.next().is_none() && !word.quoted()).map(|o| o.0)
}

/// Is it an option that comes with a protocol?
pub(super) fn needs_protocol(word: &str) -> bool {
    let options = [
        "--sport",
        "--source-port",
        "--dport",
        "--destination-port",
        "--tcp-flags",
        "--syn",
        "--icmp-type",
        "--icmpv6-type",
    ];
    options.contains(&word)
}
