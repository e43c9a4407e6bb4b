//! Sources and destinations: names, addresses, lists of them, `any`, and `{not: ...}`.

use super::address::{Addresses, NoAddress, looks_like_address};
use super::names::Kind;
use super::reader::{Read, Reader, What};
use crate::finding::{Code, Finding};
use crate::space::Family;
use crate::yaml::{Node, Scalar};

/// The definitions under `networks`.
fn kind<'n>() -> Kind<'n, Addresses> {
    Kind {
        what: "network",
        names: |reader| &mut reader.networks,
        read: |reader, node| reader.addresses(node, What::plain("a network")),
    }
}

impl<'n> Reader<'n> {
    /// The value of `from` or `to`, or a definition.
    pub(in crate::format) fn addresses(&mut self, node: &'n Node<'n>, what: What<'_>) -> Read<Addresses> {
        if node.as_mapping().is_some()
            && let Some(inner) = self.negated(node, &what.to_string())?
        {
            return self.address_list(inner, what).map(|set| set.complement());
        }
        self.address_list(node, what)
    }

    fn address_list(&mut self, node: &'n Node<'n>, what: What<'_>) -> Read<Addresses> {
        match node {
            Node::Scalar(scalar) => self.address_or_name(scalar),
            Node::Sequence(items, _) if items.is_empty() => self.fail(empty(node, what)),
            Node::Sequence(items, _) => {
                let mut parts = Vec::with_capacity(items.len());
                let mut state = Ok(());
                for item in items {
                    match self.address_item(item, what) {
                        Ok(part) => parts.push(part),
                        Err(why) => state = state.and(Err(why)),
                    }
                }
                state.map(|()| Addresses::union(&parts))
            }
            Node::Null(_) | Node::Mapping(_) => {
                self.fail(node.expected(&what.to_string(), "a name, an address, or a list of them"))
            }
        }
    }

    /// An item of a list, which may be a list itself where an anchor is used. `{not: ...}` stands alone: in a list
    /// it is easily taken for an exception from the others, which it would not be.
    fn address_item(&mut self, node: &'n Node<'n>, what: What<'_>) -> Read<Addresses> {
        self.address_list(node, what.item())
    }

    fn address_or_name(&mut self, scalar: &Scalar) -> Read<Addresses> {
        if !self.lenient {
            return self.one_address(scalar);
        }
        let parts: Vec<Read<Addresses>> = self.split(scalar).iter().map(|part| self.one_address(part)).collect();
        Ok(Addresses::union(&parts.into_iter().collect::<Read<Vec<_>>>()?))
    }

    fn one_address(&mut self, scalar: &Scalar) -> Read<Addresses> {
        if self.is_any(scalar) {
            return Ok(Addresses::any());
        }
        if !looks_like_address(&scalar.text) && Addresses::parse(&scalar.text).is_err() {
            return self.named(&kind(), scalar);
        }
        let read = Addresses::parse(&scalar.text).map_err(|why| no_address(scalar, why));
        let set = self.note(read)?;
        self.saw_v6 |= !set.of(Family::V6).is_empty();
        Ok(set)
    }

    /// Reads `networks` as a whole, so that what no rule uses is held against the schema too.
    pub(in crate::format) fn define_networks(&mut self, node: &'n Node<'n>) -> Read<()> {
        let map = self.note(node.expect_mapping("`networks`"))?;
        self.networks.define(map);
        for (key, _) in &map.entries {
            if key.text == "any" || looks_like_address(&key.text) {
                self.fail::<()>(key.invalid("a name for a network"))?;
            }
            // A mistake is the business of the rules that use the definition.
            self.named(&kind(), key).ok();
        }
        Ok(())
    }
}

pub(in crate::format) fn no_address(scalar: &Scalar, why: NoAddress) -> Finding {
    match why {
        NoAddress::Form => scalar.invalid("an address, a prefix such as 192.0.2.0/24, or a range of addresses"),
        NoAddress::Backwards => scalar.invalid("a range from a lower to a higher address of one family"),
        NoAddress::HostBits(prefix) => scalar
            .invalid("a prefix, as it has bits set behind its length")
            .help(format!("write `{prefix}` for the network, or the address without a length for the host")),
    }
}

fn empty(node: &Node, what: What<'_>) -> Finding {
    Finding::new(Code::EmptyGroup, format!("{what} has no members"))
        .at(node.head(), "nothing is listed")
        .help("list its members, or write `any` if every address is meant")
}
