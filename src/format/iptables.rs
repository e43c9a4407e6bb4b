//! iptables-save and ip6tables-save.
use super::*;

/// The row of the table.
pub const FORMAT: Format =
    Format { name: "iptables", about: "iptables-save and ip6tables-save dumps", recognises, read };

fn recognises(_text: &str) -> bool {
    false
}

fn read(_input: Input<'_>, _options: &ReadOptions) -> Reading {
    Reading::default()
}
