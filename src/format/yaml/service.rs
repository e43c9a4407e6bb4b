//! Services: protocols with ports or ICMP types, as cubes over those fields.

use super::fields::{Alias, Fields};
use super::names::Kind;
use super::port::number;
use super::reader::{Read, Reader};
use crate::finding::{Code, Finding};
use crate::policy::{ICMP, ICMPV6};
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};
use crate::yaml::{Node, Scalar};

/// The keys of a service.
pub(super) const KEYS: &[Alias] =
    &[("proto", "proto"), ("ports", "ports"), ("source_ports", "source_ports"), ("icmp", "icmp")];

/// Protocols by name, and whether they have ports (IANA "Assigned Internet Protocol Numbers").
const PROTOCOLS: &[(&str, u8, bool)] = &[
    ("icmp", 1, false),
    ("igmp", 2, false),
    ("tcp", 6, true),
    ("udp", 17, true),
    ("dccp", 33, true),
    ("gre", 47, false),
    ("esp", 50, false),
    ("ah", 51, false),
    ("icmpv6", 58, false),
    ("ospf", 89, false),
    ("vrrp", 112, false),
    ("sctp", 132, true),
    ("udplite", 136, true),
];

/// ICMP types by name, of ICMP and of ICMPv6 (IANA "ICMP Type Numbers", "ICMPv6 type Numbers").
const ICMP_TYPES: &[(&str, Option<u8>, Option<u8>)] = &[
    ("echo-request", Some(8), Some(128)),
    ("echo-reply", Some(0), Some(129)),
    ("destination-unreachable", Some(3), Some(1)),
    ("packet-too-big", None, Some(2)),
    ("time-exceeded", Some(11), Some(3)),
    ("parameter-problem", Some(12), Some(4)),
    ("redirect", Some(5), Some(137)),
    ("router-solicitation", Some(10), Some(133)),
    ("router-advertisement", Some(9), Some(134)),
    ("neighbor-solicitation", None, Some(135)),
    ("neighbor-advertisement", None, Some(136)),
    ("timestamp-request", Some(13), None),
    ("timestamp-reply", Some(14), None),
];

/// The definitions under `services`.
fn kind<'n>() -> Kind<'n, Vec<Cube>> {
    Kind {
        what: "service",
        names: |reader| &mut reader.services,
        read: |reader, node| reader.services(node, "a service"),
    }
}

impl<'n> Reader<'n> {
    /// A name, a mapping, or a list of them.
    pub(super) fn services(&mut self, node: &'n Node<'n>, what: &str) -> Read<Vec<Cube>> {
        match node {
            Node::Scalar(scalar) if self.is_any(scalar) => Ok(vec![Cube::full()]),
            Node::Scalar(scalar) => self.named(&kind(), scalar),
            Node::Mapping(map) => {
                let (fields, known) = self.fields(map, KEYS);
                let cubes = self.service_of(&fields);
                known.and(cubes)
            }
            Node::Sequence(items, _) if !items.is_empty() => {
                let mut state = Ok(());
                let mut all = Members::default();
                for item in items {
                    match self.services(item, what) {
                        Ok(cubes) => cubes.into_iter().for_each(|cube| all.add(cube)),
                        Err(why) => state = state.and(Err(why)),
                    }
                }
                state.map(|()| all.cubes)
            }
            Node::Sequence(..) => {
                let message = format!("{what} has no members");
                self.fail(Finding::new(Code::EmptyGroup, message).at(node.head(), "nothing is listed"))
            }
            Node::Null(_) => self.fail(node.expected(what, "a name, a mapping with `proto`, or a list of them")),
        }
    }

    /// Reads `services` as a whole.
    pub(super) fn define_services(&mut self, node: &'n Node<'n>) -> Read<()> {
        let map = self.note(node.expect_mapping("`services`"))?;
        self.services.define(map);
        for (key, _) in &map.entries {
            if key.text == "any" {
                self.fail::<()>(key.invalid("a name for a service"))?;
            }
            // A mistake is the business of the rules that use the definition.
            self.named(&kind(), key).ok();
        }
        Ok(())
    }

    /// What `proto`, `ports`, `source_ports` and `icmp` say together.
    pub(super) fn service_of(&mut self, fields: &Fields<'n>) -> Read<Vec<Cube>> {
        let protocols = fields.get("proto").map_or(Ok(None), |node| self.protocols(node));
        let ports = fields.get("ports").map_or(Ok(None), |node| self.ports(node, "`ports`"));
        let source_ports = fields.get("source_ports").map_or(Ok(None), |node| self.ports(node, "`source_ports`"));
        let (protocols, ports, source_ports) = (protocols?, ports?, source_ports?);
        self.check_ports(fields, &protocols, ports.is_some(), "ports")?;
        self.check_ports(fields, &protocols, source_ports.is_some(), "source_ports")?;
        if let Some((key, node)) = fields.entry("icmp") {
            return self.icmp(key, node, protocols.as_deref());
        }
        let numbers = protocols.map(|all| IntervalSet::from_ranges(all.iter().map(|&p| (p.into(), p.into()))));
        let dims = [(Field::Proto, numbers), (Field::SrcPort, source_ports), (Field::DstPort, ports)];
        Ok(cube(dims).into_iter().collect())
    }

    /// Ports belong to protocols that have some.
    fn check_ports(&mut self, fields: &Fields, protocols: &Option<Vec<u8>>, given: bool, name: &str) -> Read<()> {
        let Some((key, _)) = fields.entry(name).filter(|_| given) else { return Ok(()) };
        let finding = match protocols {
            None => Finding::new(Code::InvalidValue, format!("`{}` is given without a protocol", key.text))
                .help("add `proto: tcp` or `proto: udp`"),
            Some(all) if all.iter().all(|number| has_ports(*number)) => return Ok(()),
            Some(_) => {
                Finding::new(Code::InvalidValue, format!("`{}` is given for a protocol without ports", key.text))
                    .help("keep it for tcp, udp, sctp, dccp and udplite")
            }
        };
        self.fail(finding.at(key.span, ""))
    }

    /// One protocol or several; `None` is any.
    fn protocols(&mut self, node: &Node) -> Read<Option<Vec<u8>>> {
        if node.as_scalar().is_some_and(|scalar| self.is_any(scalar) || self.lenient && self.word(scalar) == "ip") {
            return Ok(None);
        }
        if node.one_or_many().is_empty() {
            return self.fail(node.expected("`proto`", "a protocol or a list of them"));
        }
        let mut each = Vec::new();
        for item in node.one_or_many() {
            match item.expect_scalar("`proto`") {
                Ok(scalar) if self.lenient => {
                    each.extend(self.split(scalar).iter().map(|part| protocol(part, &self.word(part))));
                }
                Ok(scalar) => each.push(protocol(scalar, &scalar.text)),
                Err(finding) => each.push(Err(finding)),
            }
        }
        self.all(each).map(Some)
    }

    /// ICMP types: one cube for each of the two protocols.
    fn icmp(&mut self, key: &Scalar, node: &Node, protocols: Option<&[u8]>) -> Read<Vec<Cube>> {
        let protocols = protocols.unwrap_or(&[]);
        if protocols.is_empty() || !protocols.iter().all(|number| matches!(*number, ICMP | ICMPV6)) {
            let message = format!("`{}` needs `proto: icmp` or `proto: icmpv6`", key.text);
            return self.fail(Finding::new(Code::InvalidValue, message).at(key.span, ""));
        }
        if node.one_or_many().is_empty() {
            return self.fail(node.expected("`icmp`", "an ICMP type or a list of them"));
        }
        let each: Vec<Read<Cube>> = protocols.iter().map(|number| self.icmp_cube(node, *number)).collect();
        each.into_iter().collect()
    }

    fn icmp_cube(&mut self, node: &Node, number: u8) -> Read<Cube> {
        let each = node.one_or_many().iter().map(|item| icmp_type(item.expect_scalar("`icmp`")?, number));
        let types = IntervalSet::from_ranges(self.all(each.collect())?);
        let proto = IntervalSet::single(number.into());
        cube([(Field::Proto, Some(proto)), (Field::Icmp, Some(types))]).ok_or_else(|| "no ICMP type".to_owned())
    }
}

/// The members of a group. Groups may be made of groups that hold the same again and again, so each counts once.
#[derive(Default)]
struct Members {
    cubes: Vec<Cube>,
    joined: usize,
}

/// Groups of fewer services are kept as they are written.
const FEW: usize = 64;

impl Members {
    fn add(&mut self, cube: Cube) {
        if !self.cubes.contains(&cube) {
            self.cubes.push(cube);
        }
        if self.cubes.len() > FEW.max(2 * self.joined) {
            let all = PacketSet::from_cubes(Family::V4, std::mem::take(&mut self.cubes));
            let fields = [Field::DstPort, Field::SrcPort, Field::Icmp, Field::Proto];
            self.cubes = all.coalesced(&fields).cubes().to_vec();
            self.joined = self.cubes.len();
        }
    }
}

/// Ports, protocols and ICMP types are the same in both families, so that one cube serves both.
fn cube<const N: usize>(dims: [(Field, Option<IntervalSet>); N]) -> Option<Cube> {
    let given = dims.into_iter().filter_map(|(field, set)| set.map(|set| (field, set)));
    given.into_iter().try_fold(Cube::full(), |cube, (field, set)| cube.with(Family::V4, field, &set))
}

fn has_ports(number: u8) -> bool {
    PROTOCOLS.iter().any(|row| row.1 == number && row.2)
}

/// The name of a protocol, else its number.
pub(super) fn protocol_name(number: u128) -> String {
    let row = PROTOCOLS.iter().find(|row| u128::from(row.1) == number);
    row.map_or_else(|| number.to_string(), |row| row.0.to_owned())
}

fn protocol(scalar: &Scalar, word: &str) -> Result<u8, Finding> {
    let named = PROTOCOLS.iter().find(|row| row.0 == word).map(|row| row.1);
    let numbered = || number(word, 255).map(|number| number as u8);
    named.or_else(numbered).ok_or_else(|| {
        let names: Vec<&str> = PROTOCOLS.iter().map(|row| row.0).collect();
        scalar.unknown_value("a protocol name or number", &names)
    })
}

/// A type by name or number, or `type/code`, as a range of `type * 256 + code`.
fn icmp_type(scalar: &Scalar, protocol: u8) -> Result<(u128, u128), Finding> {
    let row = ICMP_TYPES.iter().find(|row| row.0 == scalar.text);
    if let Some(named) = row.and_then(|row| if protocol == ICMP { row.1 } else { row.2 }) {
        return Ok(all_codes(named.into()));
    }
    let (kind, code) = scalar.text.split_once('/').map_or((scalar.text.as_ref(), None), |(a, b)| (a, Some(b)));
    let (kind, code) = (number(kind, 255), code.map(|code| number(code, 255)));
    match (kind, code) {
        (Some(kind), None) => Ok(all_codes(kind.into())),
        (Some(kind), Some(Some(code))) => Ok((u128::from(kind * 256 + code), u128::from(kind * 256 + code))),
        _ => {
            let names: Vec<&str> = ICMP_TYPES.iter().map(|row| row.0).collect();
            Err(scalar.unknown_value(&format!("a type of {}", protocol_name(protocol.into())), &names))
        }
    }
}

fn all_codes(kind: u128) -> (u128, u128) {
    (kind * 256, kind * 256 + 255)
}
