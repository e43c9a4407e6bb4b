//! Single values of a project file, and the helpers of its readers.

use super::Written;
use super::reader::Reader;
use crate::finding::{Code, Finding};
use crate::ingress::Date;
use crate::yaml::{self, Mapping, Node, Scalar};
use ipnet::IpNet;
use std::net::IpAddr;

/// Helpers that note a finding and go on.
impl Reader {
    pub(super) fn note<T>(&mut self, result: Result<T, Finding>) -> Option<T> {
        result.map_err(|finding| self.findings.push(finding)).ok()
    }

    /// A mapping with known keys only.
    pub(super) fn mapping<'n, 'a>(
        &mut self,
        node: &'n Node<'a>,
        what: &str,
        known: &[&str],
    ) -> Option<&'n Mapping<'a>> {
        let mapping = self.note(node.expect_mapping(what))?;
        self.findings.extend(mapping.unknown_keys(known));
        Some(mapping)
    }

    /// The items of a list that may be missing, each read by `read`.
    pub(super) fn each<T>(
        &mut self,
        node: Option<&Node>,
        what: &str,
        mut read: impl FnMut(&mut Self, &Node) -> Option<T>,
    ) -> Vec<T> {
        let Some(node) = node.filter(|node| !matches!(node, Node::Null(_))) else { return Vec::new() };
        let items = self.note(node.expect_sequence(what)).unwrap_or_default();
        items.iter().filter_map(|item| read(self, item)).collect()
    }

    /// One value or several, each read by `read`.
    pub(super) fn many<T>(&mut self, node: &Node, what: &str, read: impl Fn(&Scalar) -> Result<T, Finding>) -> Vec<T> {
        let items = node.one_or_many().iter();
        items.filter_map(|item| self.note(item.expect_scalar(what).and_then(&read))).collect()
    }

    pub(super) fn choice<T: Copy>(
        &mut self,
        node: &Node,
        what: &str,
        all: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let scalar = self.note(node.expect_scalar(what))?;
        let found = all.iter().copied().find(|item| name(*item) == scalar.text);
        if found.is_none() {
            let names: Vec<&str> = all.iter().map(|item| name(*item)).collect();
            self.findings.push(scalar.unknown_value(&format!("a value of {what}"), &names));
        }
        found
    }

    pub(super) fn flag(&mut self, node: &Node, what: &str) -> Option<bool> {
        let value = node.expect_scalar(what).and_then(|scalar| scalar.parse("`true` or `false`"));
        self.note(value)
    }

    /// A text that must not be empty.
    pub(super) fn written(&mut self, node: &Node, what: &str) -> Option<Written> {
        let scalar = self.note(node.expect_scalar(what))?;
        let text = self.note(filled(scalar))?;
        Some(Written { text, span: scalar.span })
    }

    pub(super) fn all_written(&mut self, node: &Node, what: &str) -> Vec<Written> {
        node.one_or_many().iter().filter_map(|item| self.written(item, what)).collect()
    }

    pub(super) fn required(&mut self, map: &Mapping, key: &str, what: &str) -> Option<Written> {
        let node = self.note(map.require(key, what))?;
        self.written(node, &format!("`{key}`"))
    }
}

pub(super) fn filled(scalar: &Scalar) -> Result<String, Finding> {
    let empty = || Finding::new(Code::InvalidValue, "the text is empty").at(scalar.span, "something is expected here");
    if scalar.text.trim().is_empty() { Err(empty()) } else { Ok(scalar.text.to_string()) }
}

/// A network, or a single address.
pub(super) fn network(scalar: &Scalar) -> Result<IpNet, Finding> {
    let text = scalar.text.trim();
    let parsed = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    let net = parsed.map_err(|_| scalar.invalid("an address or a prefix such as 10.20.0.0/16"))?;
    if net == net.trunc() {
        return Ok(net);
    }
    let finding = scalar.invalid("a prefix, as it has bits set behind its length");
    Err(finding.help(format!("the network is `{}`, the single address `{}`", net.trunc(), net.addr())))
}

/// A date that names a day: of a month it would not be plain which day is the last one.
pub(super) fn day(scalar: &Scalar) -> Result<Date, Finding> {
    let date: Date = scalar.parse("a day such as 2026-12-31")?;
    if date.day.is_some() { Ok(date) } else { Err(scalar.invalid("a day such as 2026-12-31")) }
}

pub(super) fn hash(scalar: &Scalar) -> Result<String, Finding> {
    let is_hash = scalar.text.len() == 64 && scalar.text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash {
        Ok(scalar.text.to_ascii_lowercase())
    } else {
        Err(scalar.invalid("a SHA-256 of 64 hexadecimal digits"))
    }
}

pub(super) fn unknown_code(key: &Scalar, names: &[&str]) -> Finding {
    let finding = Finding::new(Code::UnknownKey, format!("`{}` is not the code of a finding", key.text));
    let finding = finding.at(key.span, "");
    match yaml::nearest(&key.text, names.iter().copied()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("`fwproof explain` lists all codes"),
    }
}
