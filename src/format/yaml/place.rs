//! Interfaces and zones.

use super::model::Places;
use super::reader::{Read, Reader};
use crate::finding::{Code, Finding};
use crate::yaml::{Node, Scalar};
use std::collections::BTreeMap;

/// What a text declares of interfaces.
#[derive(Debug, Default, Clone)]
pub(in crate::format) struct Zones {
    /// Zones with the interfaces in them; a zone without a list of interfaces is one itself.
    zones: BTreeMap<String, Vec<String>>,
    /// All interfaces; `None` when the text declares none, and any name is one.
    pub declared: Option<Vec<String>>,
}

impl Zones {
    fn declare(&mut self, name: &str) {
        let declared = self.declared.get_or_insert_with(Vec::new);
        if !declared.iter().any(|known| known == name) {
            declared.push(name.to_owned());
        }
    }

    fn names(&self) -> Vec<String> {
        self.zones.keys().chain(self.declared.iter().flatten()).cloned().collect()
    }
}

impl Reader<'_> {
    /// `interfaces: [lan, wan]`.
    pub(super) fn declare_interfaces(&mut self, node: &Node) -> Read<()> {
        for name in self.interface_names(node, "`interfaces`")? {
            self.zones.declare(&name);
        }
        Ok(())
    }

    /// `zones: [inside, outside]` or `zones: {inside: [eth1, eth2], outside: [eth0]}`.
    pub(super) fn declare_zones(&mut self, node: &Node) -> Read<()> {
        let Some(map) = node.as_mapping() else {
            for name in self.interface_names(node, "`zones`")? {
                self.zones.declare(&name);
            }
            return Ok(());
        };
        let each = map.entries.iter().map(|(key, node)| self.zone(key, node));
        let each: Vec<Read<()>> = each.collect();
        each.into_iter().collect()
    }

    fn zone(&mut self, key: &Scalar, node: &Node) -> Read<()> {
        let members = self.interface_names(node, &format!("the zone `{}`", key.text))?;
        members.iter().for_each(|name| self.zones.declare(name));
        self.zones.zones.insert(key.text.to_string(), members);
        Ok(())
    }

    fn interface_names(&mut self, node: &Node, what: &str) -> Read<Vec<String>> {
        if node.one_or_many().is_empty() {
            let message = format!("{what} names no interface");
            return self.fail(Finding::new(Code::EmptyGroup, message).at(node.head(), ""));
        }
        let each = node.one_or_many().iter().map(|item| item.expect_scalar(what).map(|scalar| scalar.text.to_string()));
        self.all(each.collect())
    }

    /// The value of `in` or `out`; `None` is any.
    pub(super) fn places(&mut self, node: Option<&Node>, what: &str) -> Read<Option<Places>> {
        let Some(node) = node else { return Ok(None) };
        if let Some(inner) = self.negated(node, what)? {
            return Ok(Some(Places { names: self.place_list(inner, what)?, negated: true }));
        }
        if node.as_scalar().is_some_and(|scalar| self.is_any(scalar)) {
            return Ok(None);
        }
        Ok(Some(Places { names: self.place_list(node, what)?, negated: false }))
    }

    fn place_list(&mut self, node: &Node, what: &str) -> Read<Vec<String>> {
        if node.one_or_many().is_empty() {
            return self.fail(node.expected(what, "an interface, a zone, or a list of them"));
        }
        let each = node.one_or_many().iter().map(|item| {
            let scalar = self.note(item.expect_scalar(what))?;
            self.place(scalar)
        });
        let each: Vec<Read<Vec<String>>> = each.collect();
        Ok(each.into_iter().collect::<Read<Vec<_>>>()?.concat())
    }

    fn place(&mut self, scalar: &Scalar) -> Read<Vec<String>> {
        let name = scalar.text.as_ref();
        if let Some(members) = self.zones.zones.get(name) {
            return Ok(members.clone());
        }
        let known = self.zones.declared.as_ref().is_none_or(|all| all.iter().any(|known| known == name));
        if known && !name.trim().is_empty() {
            return Ok(vec![name.to_owned()]);
        }
        let names = self.zones.names();
        self.undefined("interface", scalar, names.iter().map(String::as_str))
    }

    /// What stands behind `{not: ...}`, if the value is that.
    pub(super) fn negated<'m, 't>(&mut self, node: &'m Node<'t>, what: &str) -> Read<Option<&'m Node<'t>>> {
        let Some(map) = node.as_mapping() else { return Ok(None) };
        if let [(key, inner)] = map.entries.as_slice()
            && key.text == "not"
        {
            return Ok(Some(inner));
        }
        let keys = map.unknown_keys(&["not"]);
        if keys.is_empty() {
            return self.fail(node.expected(what, "a name, a list, `any`, or `{not: ...}`"));
        }
        self.all::<()>(keys.into_iter().map(Err).collect()).map(|_| None)
    }
}
