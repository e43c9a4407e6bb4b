//! The types of sets (ipset(8), "SET TYPES").

/// What one part of an entry is, and so what the direction at its place in `--match-set` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// An address; a range or a prefix stands for all its addresses.
    Host,
    /// A network, which is kept as it is: the longest that holds an address decides.
    Net,
    /// A port with its protocol.
    Port,
    /// A port of TCP and of UDP.
    PlainPort,
    /// The interface by which packets enter or leave.
    Iface,
    /// The mark of a packet.
    Mark,
    /// The hardware address of a sender.
    Mac,
    /// Another set.
    Member,
}

/// A type of set.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Kind {
    pub name: &'static str,
    /// As ipset before 5.0 called it.
    old: &'static str,
    pub parts: &'static [Part],
    /// Is a network of length 0 refused?
    pub no_zero: bool,
}

use Part::{Host, Iface, Mac, Mark, Member, Net, PlainPort, Port};

const fn kind(name: &'static str, old: &'static str, parts: &'static [Part], no_zero: bool) -> Kind {
    Kind { name, old, parts, no_zero }
}

const KINDS: &[Kind] = &[
    kind("bitmap:ip", "ipmap", &[Host], false),
    kind("bitmap:ip,mac", "macipmap", &[Host, Mac], false),
    kind("bitmap:port", "portmap", &[PlainPort], false),
    kind("hash:ip", "iphash", &[Host], false),
    kind("hash:mac", "", &[Mac], false),
    kind("hash:ip,mac", "", &[Host, Mac], false),
    kind("hash:ip,mark", "", &[Host, Mark], false),
    kind("hash:net", "nethash", &[Net], true),
    kind("hash:ip,port", "ipporthash", &[Host, Port], false),
    kind("hash:net,port", "", &[Net, Port], true),
    kind("hash:net,iface", "", &[Net, Iface], false),
    kind("hash:ip,port,ip", "ipportiphash", &[Host, Port, Host], false),
    kind("hash:ip,port,net", "ipportnethash", &[Host, Port, Net], true),
    kind("hash:net,net", "", &[Net, Net], false),
    kind("hash:net,port,net", "", &[Net, Port, Net], false),
    kind("list:set", "setlist", &[Member], false),
];

/// What stands for a type that is not known.
pub(super) const UNKNOWN: &Kind = &kind("", "", &[], false);

/// The type of a name, new or old.
pub(super) fn find(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|k| !name.is_empty() && (k.name == name || k.old == name))
}

impl Kind {
    pub(super) fn has(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }

    /// Sets of all others belong to one family.
    pub(super) fn has_family(&self) -> bool {
        self.has(Host) || self.has(Net)
    }

    pub(super) fn is_bitmap(&self) -> bool {
        self.name.starts_with("bitmap:")
    }

    /// Where the part stands: 0 for the first.
    pub(super) fn place(&self, part: Part) -> Option<usize> {
        self.parts.iter().position(|p| *p == part)
    }

    /// The places of the addresses.
    pub(super) fn addresses(&self) -> impl Iterator<Item = usize> {
        self.parts.iter().enumerate().filter(|(_, p)| matches!(p, Host | Net)).map(|(at, _)| at)
    }
}
