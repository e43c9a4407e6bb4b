//! Definitions of networks and services, and the tokens of terms that stand for them.

use super::protocol::protocol;
use crate::finding::{Code, Finding};
use crate::format::ReadOptions;
use crate::format::yaml::address::{Addresses, looks_like_address};
use crate::format::yaml::names::Kind;
use crate::format::yaml::network::no_address;
use crate::format::yaml::port::range;
use crate::format::yaml::reader::{Read, Reader};
use crate::space::{Cube, Family, Field, IntervalSet};
use crate::yaml::{self, Mapping, Node, Scalar};
use std::collections::HashSet;

/// The trees of all files of definitions, and what is wrong with those that have none.
pub(super) fn files(options: &ReadOptions) -> (Vec<Node<'_>>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut trees = Vec::new();
    for file in options.companions.definitions.iter().flatten() {
        match yaml::read(file.source, &file.text) {
            Ok(tree) => trees.push(tree),
            Err(mut wrong) => findings.append(&mut wrong),
        }
    }
    (trees, findings)
}

/// What the names of a policy stand for, and what was found.
pub(super) struct Book<'n> {
    pub reader: Reader<'n>,
    /// Names of which it was said that they are not defined.
    missing: HashSet<(&'static str, String)>,
    /// Were definitions given at all?
    given: bool,
}

impl<'n> Book<'n> {
    /// The definitions of some files.
    pub fn new(files: &'n [Node<'n>], options: &ReadOptions) -> Book<'n> {
        let given = options.companions.definitions.is_some();
        let mut book = Book { reader: Reader::new(false), missing: HashSet::new(), given };
        let mut seen = [HashSet::new(), HashSet::new()];
        for file in files {
            book.reader.note(file.expect_mapping("a file of definitions")).ok();
            for (at, key) in ["networks", "services"].into_iter().enumerate() {
                let Some(node) = file.get(key) else { continue };
                let Ok(map) = book.reader.note(node.expect_mapping(&format!("`{key}`"))) else { continue };
                if let Some(seen) = seen.get_mut(at) {
                    book.twice(map, seen);
                }
                match at {
                    0 => book.reader.networks.define(map),
                    _ => book.reader.services.define(map),
                }
            }
        }
        book
    }

    /// Two definitions of one name in different files: Aerleon refuses them.
    fn twice(&mut self, map: &'n Mapping<'n>, seen: &mut HashSet<&'n str>) {
        for (key, _) in &map.entries {
            if !seen.insert(&key.text) {
                let message = format!("`{}` is defined in two files", key.text);
                let finding = Finding::new(Code::InvalidValue, message).at(key.span, "here again, which is read");
                self.reader.findings.push(finding.help("keep one of the definitions: Aerleon takes neither"));
            }
        }
    }

    /// The addresses of a token, or of an address that is written out.
    pub fn addresses(&mut self, word: &Scalar<'_>) -> Read<Addresses> {
        if looks_like_address(&word.text) {
            let read = Addresses::parse(&word.text).map_err(|why| no_address(word, why));
            return self.reader.note(read);
        }
        self.token(&networks(), word)
    }

    /// The ports of a token, each with its protocol; a number or a range is a port of every protocol.
    pub fn ports(&mut self, word: &Scalar<'_>) -> Read<Vec<Cube>> {
        if word.text.starts_with(|c: char| c.is_ascii_digit()) {
            let ports = self.reader.note(range(word))?;
            return Ok(port_cube(None, ports).into_iter().collect());
        }
        self.token(&services(), word)
    }

    fn token<T: Clone>(&mut self, kind: &Kind<'n, T>, word: &Scalar<'_>) -> Read<T> {
        let known = (kind.names)(&mut self.reader).holds(&word.text);
        if known || self.given {
            // Each name is missed once: a policy uses the same token in many terms.
            if !known && !self.missing.insert((kind.what, word.text.to_string())) {
                return Err(format!("the {} `{}` is not defined", kind.what, word.text));
            }
            return self.reader.named(kind, word);
        }
        let message = format!("the {} `{}` is not defined", kind.what, word.text);
        if self.missing.insert((kind.what, word.text.to_string())) {
            let finding = Finding::new(Code::UndefinedName, message.clone()).at(word.span, "used here");
            let help = "`--definitions DIR` names the folder with the definitions of the policy";
            self.reader.findings.push(finding.help(help));
        }
        Err(message)
    }
}

/// What the names of some files of definitions stand for.
#[derive(Debug, Clone, Default)]
pub struct Named {
    /// Names of networks, with their addresses of IPv4 and of IPv6.
    pub networks: Vec<(String, [IntervalSet; 2])>,
    /// Names of services, with ports for each protocol.
    pub services: Vec<(String, Vec<(u8, IntervalSet)>)>,
}

/// The networks and services that are defined, but for those that cannot be read.
pub fn named(options: &ReadOptions) -> Named {
    let (files, _) = files(options);
    let mut book = Book::new(&files, options);
    let keys = |section: &'static str| {
        let maps = files.iter().filter_map(move |file| file.get(section)?.as_mapping());
        maps.flat_map(|map| map.entries.iter().map(|(key, _)| key))
    };
    let mut named = Named::default();
    for key in keys("networks") {
        let sets = book.reader.named(&networks(), key);
        named.networks.extend(sets.ok().map(|sets| (key.text.to_string(), Family::BOTH.map(|f| sets.of(f).clone()))));
    }
    for key in keys("services") {
        let cubes = book.reader.named(&services(), key);
        named
            .services
            .extend(cubes.ok().map(|cubes| (key.text.to_string(), cubes.iter().filter_map(port_of).collect())));
    }
    named
}

/// The protocol and the ports of a part of a service.
fn port_of(cube: &Cube) -> Option<(u8, IntervalSet)> {
    let proto = cube.get(Field::Proto)?.only()?;
    Some((proto as u8, cube.values(Family::V4, Field::DstPort)))
}

fn networks<'n>() -> Kind<'n, Addresses> {
    Kind { what: "network", names: |reader| &mut reader.networks, read: network }
}

fn services<'n>() -> Kind<'n, Vec<Cube>> {
    Kind { what: "service", names: |reader| &mut reader.services, read: service }
}

/// `values:` with addresses, other networks (also by their mere names), and host names, which Aerleon leaves out of addresses.
fn network<'n>(reader: &mut Reader<'n>, node: &'n Node<'n>) -> Read<Addresses> {
    let values = node.expect_mapping("a network").and_then(|map| map.require("values", "a network"));
    let values = reader.note(values)?;
    let items = reader.note(values.expect_sequence("the values of a network"))?;
    if items.is_empty() {
        let finding = Finding::new(Code::EmptyGroup, "a network has no members").at(values.head(), "nothing is listed");
        return reader.fail(finding);
    }
    let parts: Vec<Read<Addresses>> = items.iter().map(|item| network_item(reader, item)).collect();
    Ok(Addresses::union(&parts.into_iter().collect::<Read<Vec<_>>>()?))
}

fn network_item<'n>(reader: &mut Reader<'n>, node: &'n Node<'n>) -> Read<Addresses> {
    if let Node::Scalar(word) = node {
        return reader.named(&networks(), word);
    }
    let map = reader.note(node.expect_mapping("a value of a network"))?;
    let unknown = map.unknown_keys(&["address", "name", "fqdn", "comment"]).into_iter().map(Err).collect();
    reader.all::<()>(unknown)?;
    if let Some(node) = map.get("address") {
        let word = reader.note(node.expect_scalar("`address`"))?;
        return reader.note(Addresses::parse(word.text.trim()).map_err(|why| no_address(word, why)));
    }
    if let Some(node) = map.get("name") {
        let word = reader.note(node.expect_scalar("`name`"))?;
        return reader.named(&networks(), word);
    }
    if map.get("fqdn").is_some() {
        return Ok(Addresses::union(&[]));
    }
    reader.note(map.require("address", "a value of a network")).map(|_| Addresses::union(&[]))
}

/// A list of ports with their protocols, and of other services.
fn service<'n>(reader: &mut Reader<'n>, node: &'n Node<'n>) -> Read<Vec<Cube>> {
    let items = reader.note(node.expect_sequence("a service"))?;
    if items.is_empty() {
        let finding = Finding::new(Code::EmptyGroup, "a service has no members").at(node.head(), "nothing is listed");
        return reader.fail(finding);
    }
    let parts: Vec<Read<Vec<Cube>>> = items.iter().map(|item| service_item(reader, item)).collect();
    Ok(parts.into_iter().collect::<Read<Vec<_>>>()?.concat())
}

fn service_item<'n>(reader: &mut Reader<'n>, node: &'n Node<'n>) -> Read<Vec<Cube>> {
    if let Node::Scalar(word) = node {
        return reader.named(&services(), word);
    }
    let map = reader.note(node.expect_mapping("an item of a service"))?;
    let unknown = map.unknown_keys(&["port", "protocol", "name", "comment"]).into_iter().map(Err).collect();
    reader.all::<()>(unknown)?;
    if let Some(node) = map.get("name") {
        let word = reader.note(node.expect_scalar("`name`"))?;
        return reader.named(&services(), word);
    }
    let port =
        reader.note(map.require("port", "an item of a service").and_then(|node| node.expect_scalar("`port`")))?;
    let protocol_of = map.require("protocol", "an item of a service").and_then(|node| node.expect_scalar("`protocol`"));
    let name = reader.note(protocol_of)?;
    let number = reader.note(protocol(name))?;
    let ports = reader.note(range(port))?;
    Ok(port_cube(Some(number), ports).into_iter().collect())
}

/// Ports and protocols are the same in both families, so that one cube serves both.
fn port_cube(number: Option<u8>, (low, high): (u128, u128)) -> Option<Cube> {
    let cube = Cube::full().with(Family::V4, Field::DstPort, &IntervalSet::range(low, high))?;
    match number {
        Some(number) => cube.with(Family::V4, Field::Proto, &IntervalSet::single(number.into())),
        None => Some(cube),
    }
}
