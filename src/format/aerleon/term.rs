//! One term, before it is rendered for a family.

use super::filter::words;
use super::keys::{ACTING, NEUTRAL, OPAQUE, READ};
use super::naming::Book;
use super::protocol::{has_ports, icmp_type, protocol};
use super::source::Text;
use super::target::{Kind, Target};
use crate::finding::{Code, Finding};
use crate::format::yaml::address::Addresses;
use crate::format::yaml::fields::first_line;
use crate::format::yaml::port::number;
use crate::format::yaml::reader::Read;
use crate::format::yaml::when::day;
use crate::policy::{Condition, ICMP, ICMPV6, TCP, UDP};
use crate::source::Span;
use crate::space::{Family, Field, IntervalSet};
use crate::yaml::{Mapping, Node, Scalar};

/// A term, or the place where one is missing.
#[derive(Debug)]
pub(super) struct Term {
    /// Within one line, where it begins.
    pub span: Span,
    pub body: Body,
}

/// What a term does.
#[derive(Debug)]
pub(super) enum Body {
    /// Nothing: it is not rendered for the target, for the reason given.
    Absent(String),
    /// Nothing on the day of the check, as this sentence says.
    Expired(String),
    /// Anything, for that reason.
    Unknown(String),
    /// It is understood.
    Known(Box<Known>),
}

/// What happens to packets of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Accept,
    Deny,
    Reject,
    Reset,
    Next,
}

/// Addresses on one side of a packet.
#[derive(Debug, Default)]
pub(super) struct Side {
    pub only: Option<Addresses>,
    pub except: Option<Addresses>,
}

/// A term that is understood.
#[derive(Debug)]
pub(super) struct Known {
    pub verb: Verb,
    pub source: Side,
    pub destination: Side,
    /// Either side.
    pub either: Side,
    /// `None` is any.
    pub protocols: Option<Vec<u8>>,
    /// All protocols but these.
    pub other_protocols: Option<Vec<u8>>,
    pub source_ports: Option<IntervalSet>,
    pub ports: Option<IntervalSet>,
    /// Either port.
    pub either_ports: Option<IntervalSet>,
    /// ICMP types, of ICMP and of ICMPv6.
    pub icmp: Option<Vec<[Option<u8>; 2]>>,
    pub icmp_codes: Vec<u8>,
    pub options: Vec<(String, Span)>,
    pub interfaces: [Option<(String, Span)>; 2],
    pub family: Option<Family>,
    /// What else it asks for and is not modelled.
    pub conditions: Vec<Condition>,
    /// A key besides `action` that says what happens to the packets.
    pub diverted: Option<String>,
}

impl Term {
    /// A place where a term may do anything.
    pub fn unknown(span: Span, why: String) -> Term {
        Term { span, body: Body::Unknown(why) }
    }
}

/// Reads an item of `terms`.
pub(super) fn read(item: &Node<'_>, text: Text<'_>, target: &Target, today: &str, book: &mut Book<'_>) -> Term {
    let map = match book.reader.note(item.expect_mapping("a term")) {
        Ok(map) => map,
        Err(why) => return Term::unknown(item.head(), why),
    };
    let span = first_line(text.source, text.text, map);
    let name = book.reader.note(map.require("name", "a term").and_then(|node| node.expect_scalar("`name`")));
    let title = name.as_ref().map(|scalar| scalar.text.trim().to_owned()).unwrap_or_default();
    let body = Reading { map, target, today, title: &title, book }.body();
    let body = name.map(|_| ()).and(body).unwrap_or_else(Body::Unknown);
    Term { span, body }
}

struct Reading<'r, 'm, 'b> {
    map: &'m Mapping<'m>,
    target: &'r Target,
    today: &'r str,
    title: &'r str,
    book: &'r mut Book<'b>,
}

impl<'m> Reading<'_, 'm, '_> {
    fn body(&mut self) -> Read<Body> {
        let known: Vec<&str> = [NEUTRAL, READ, OPAQUE].concat();
        let unknown = self.map.unknown_keys(&known).into_iter().map(Err).collect();
        let keys = self.book.reader.all::<()>(unknown);
        let absent = self.absent()?;
        let expired = self.expired()?;
        if let Some(why) = absent.map(Body::Absent).or(expired) {
            return keys.map(|_| why);
        }
        if let Some(body) = self.verbatim()? {
            return keys.map(|_| body);
        }
        let body = self.known();
        keys.and(body).map(|known| Body::Known(Box::new(known)))
    }

    fn words(&mut self, key: &str) -> Read<Option<Vec<Scalar<'m>>>> {
        let Some(node) = self.map.get(key) else { return Ok(None) };
        let words = self.book.reader.note(words(node, &format!("`{key}`")))?;
        if words.is_empty() {
            return self.book.reader.fail(node.expected(&format!("`{key}`"), "at least one word"));
        }
        Ok(Some(words))
    }

    /// Why the term is not rendered for the target, if so.
    fn absent(&mut self) -> Read<Option<String>> {
        let name = self.target.name.as_str();
        let holds = |words: &[Scalar<'_>]| words.iter().any(|word| word.text == name);
        let only = self.words("platform")?;
        let never = self.words("platform-exclude")?;
        if only.is_some_and(|words| !holds(&words)) || never.is_some_and(|words| holds(&words)) {
            return Ok(Some(format!("not rendered for `{name}`")));
        }
        Ok(None)
    }

    /// A term is not rendered any more on the day on which it expires.
    fn expired(&mut self) -> Read<Option<Body>> {
        let Some(node) = self.map.get("expiration") else { return Ok(None) };
        let scalar = self.book.reader.note(node.expect_scalar("`expiration`"))?;
        let last = self.book.reader.note(day(scalar))?;
        let (name, today) = (self.title, self.today);
        let sentence = || format!("the term `{name}` has no effect on {today}, as it expired on {last}");
        Ok((!today.is_empty() && last.as_str() <= today).then(|| Body::Expired(sentence())))
    }

    /// Text for the platform as it stands; for another platform nothing is rendered.
    fn verbatim(&mut self) -> Read<Option<Body>> {
        let Some(node) = self.map.get("verbatim") else { return Ok(None) };
        let map = self.book.reader.note(node.expect_mapping("`verbatim`"))?;
        let Some((key, _)) = map.entry(&self.target.name) else {
            return Ok(Some(Body::Absent(format!("verbatim text for other targets than `{}`", self.target.name))));
        };
        let message = format!("verbatim text for `{}` is not read", key.text);
        let finding = Finding::new(Code::UnknownLine, message.clone()).at(key.span, "it may do anything");
        self.book.reader.findings.push(finding);
        Ok(Some(Body::Unknown(message)))
    }

    fn known(&mut self) -> Read<Known> {
        let verb = self.verb();
        let source = self.side("source-address", "source-exclude");
        let destination = self.side("destination-address", "destination-exclude");
        let either = self.side("address", "address-exclude");
        let protocols = self.protocols("protocol");
        let other_protocols = self.protocols("protocol-except");
        let protocols = protocols?;
        let source_ports = self.ports("source-port", protocols.as_deref());
        let ports = self.ports("destination-port", protocols.as_deref());
        let either_ports = self.ports("port", protocols.as_deref());
        let icmp = self.icmp(protocols.as_deref());
        let icmp_codes = self.icmp_codes();
        let options = self.options(protocols.as_deref());
        let interfaces = [self.interface("source-interface"), self.interface("destination-interface")];
        let family = self.family();
        let [entry, exit] = interfaces;
        Ok(Known {
            verb: verb?,
            source: source?,
            destination: destination?,
            either: either?,
            protocols,
            other_protocols: other_protocols?,
            source_ports: source_ports?,
            ports: ports?,
            either_ports: either_ports?,
            icmp: icmp?,
            icmp_codes: icmp_codes?,
            options: options?,
            interfaces: [entry?, exit?],
            family: family?,
            conditions: self.conditions(),
            diverted: self.diverted(),
        })
    }

    fn verb(&mut self) -> Read<Verb> {
        const VERBS: &[(&str, Verb)] = &[
            ("accept", Verb::Accept),
            ("deny", Verb::Deny),
            ("reject", Verb::Reject),
            ("reject-with-tcp-rst", Verb::Reset),
            ("next", Verb::Next),
        ];
        let node = self.book.reader.note(self.map.require("action", "a term"))?;
        let words = self.words("action")?.unwrap_or_default();
        match words.as_slice() {
            [word] => {
                let found = VERBS.iter().find(|row| row.0 == word.text).map(|row| row.1);
                let names: Vec<&str> = VERBS.iter().map(|row| row.0).collect();
                self.book.reader.note(found.ok_or_else(|| word.unknown_value("an action that is read", &names)))
            }
            _ => {
                let finding = Finding::new(Code::InvalidValue, "a term has several actions").at(node.head(), "");
                self.book.reader.fail(finding)
            }
        }
    }

    fn side(&mut self, only: &str, except: &str) -> Read<Side> {
        let (only, except) = (self.addresses(only), self.addresses(except));
        Ok(Side { only: only?, except: except? })
    }

    fn addresses(&mut self, key: &str) -> Read<Option<Addresses>> {
        let Some(words) = self.words(key)? else { return Ok(None) };
        let each: Vec<Read<Addresses>> = words.iter().map(|word| self.book.addresses(word)).collect();
        Ok(Some(Addresses::union(&each.into_iter().collect::<Read<Vec<_>>>()?)))
    }

    fn protocols(&mut self, key: &str) -> Read<Option<Vec<u8>>> {
        let Some(words) = self.words(key)? else { return Ok(None) };
        let mut numbers = self.book.reader.all(words.iter().map(protocol).collect())?;
        numbers.sort_unstable();
        numbers.dedup();
        Ok(Some(numbers))
    }

    /// The ports that the tokens have for any protocol of the term. They count for each of its protocols: a service of
    /// TCP in a term for TCP and UDP is rendered for both.
    fn ports(&mut self, key: &str, protocols: Option<&[u8]>) -> Read<Option<IntervalSet>> {
        let Some(words) = self.words(key)? else { return Ok(None) };
        let head = self.map.entry(key).map_or(self.map.head(), |(key, _)| key.span);
        let wrong = |why: &str| Finding::new(Code::InvalidValue, format!("`{key}` {why}")).at(head, "");
        let Some(protocols) = protocols.filter(|all| all.iter().all(|number| has_ports(*number))) else {
            let help = "add `protocol: tcp`, `udp`, `sctp` or `udplite`, and only such protocols";
            return self.book.reader.fail(wrong("is given without a protocol that has ports").help(help));
        };
        let each: Vec<Read<_>> = words.iter().map(|word| self.book.ports(word)).collect();
        let cubes = each.into_iter().collect::<Read<Vec<_>>>()?.concat();
        let fits = |number: &u8| IntervalSet::single((*number).into());
        let mine = cubes.iter().filter(|cube| {
            cube.get(Field::Proto).is_none_or(|set| protocols.iter().any(|number| set.overlaps(&fits(number))))
        });
        let sets = mine.map(|cube| cube.values(Family::V4, Field::DstPort));
        let all = sets.fold(IntervalSet::empty(), |all, set| all.union(&set));
        if all.is_empty() {
            return self.book.reader.fail(wrong("has no port of a protocol of the term"));
        }
        Ok(Some(all))
    }

    fn icmp(&mut self, protocols: Option<&[u8]>) -> Read<Option<Vec<[Option<u8>; 2]>>> {
        let Some(words) = self.words("icmp-type")? else { return Ok(None) };
        if !matches!(protocols, Some([ICMP | ICMPV6])) {
            let at = words.first().map_or(self.map.head(), |word| word.span);
            let message = "`icmp-type` needs `protocol: icmp` or `protocol: icmpv6` alone";
            return self.book.reader.fail(Finding::new(Code::InvalidValue, message).at(at, ""));
        }
        self.book.reader.all(words.iter().map(icmp_type).collect()).map(Some)
    }

    fn icmp_codes(&mut self) -> Read<Vec<u8>> {
        let words = self.words("icmp-code")?.unwrap_or_default();
        let code = |word: &Scalar<'_>| {
            let read = number(&word.text, 255).map(|code| code as u8);
            read.ok_or_else(|| word.invalid("a code from 0 to 255"))
        };
        self.book.reader.all(words.iter().map(code).collect())
    }

    fn options(&mut self, protocols: Option<&[u8]>) -> Read<Vec<(String, Span)>> {
        let words = self.words("option")?.unwrap_or_default();
        for word in &words {
            if let Some(why) = misused(&word.text, self.target, protocols) {
                let message = format!("the option `{}` {why}", word.text);
                self.book.reader.fail::<()>(Finding::new(Code::InvalidValue, message).at(word.span, ""))?;
            }
        }
        Ok(words.into_iter().map(|word| (word.text.into_owned(), word.span)).collect())
    }

    fn interface(&mut self, key: &str) -> Read<Option<(String, Span)>> {
        let Some(node) = self.map.get(key) else { return Ok(None) };
        let scalar = self.book.reader.note(node.expect_scalar(&format!("`{key}`")))?;
        Ok(Some((scalar.text.trim().to_owned(), scalar.span)))
    }

    fn family(&mut self) -> Read<Option<Family>> {
        let Some(node) = self.map.get("restrict-address-family") else { return Ok(None) };
        let scalar = self.book.reader.note(node.expect_scalar("`restrict-address-family`"))?;
        match scalar.text.trim() {
            "inet" => Ok(Some(Family::V4)),
            "inet6" => Ok(Some(Family::V6)),
            _ => self.book.reader.fail(scalar.invalid("`inet` or `inet6`")),
        }
    }

    fn diverted(&self) -> Option<String> {
        let key = self.map.entries.iter().map(|(key, _)| key.text.as_ref()).find(|key| ACTING.contains(key))?;
        Some(format!("what `{key}` does with the packets is not modelled"))
    }

    fn conditions(&self) -> Vec<Condition> {
        let asked = self.map.entries.iter().filter(|(key, _)| OPAQUE.contains(&key.text.as_ref()));
        let text = |key: &Scalar<'_>, node: &Node<'_>| match node.as_scalar() {
            Some(value) => format!("{}: {}", key.text, value.text.trim()),
            None => key.text.to_string(),
        };
        let mut all: Vec<Condition> =
            asked.map(|(key, node)| Condition { text: text(key, node), span: key.span }).collect();
        if let Some((key, _)) = self.map.entry("expiration").filter(|_| self.today.is_empty()) {
            all.push(Condition { text: "the date of the check is not known".to_owned(), span: key.span });
        }
        all
    }
}

/// Why the generator refuses an option, if it does.
fn misused(option: &str, target: &Target, protocols: Option<&[u8]>) -> Option<&'static str> {
    let only = |allowed: &[u8]| protocols.is_some_and(|all| all.iter().all(|number| allowed.contains(number)));
    match (target.kind, option) {
        (Kind::RouterList | Kind::JunosFilter, "established") if !only(&[TCP, UDP]) => {
            Some("needs `protocol: tcp` or `protocol: udp`, and only these")
        }
        (Kind::Chains | Kind::JunosFilter, "tcp-established") if !only(&[TCP]) => Some("needs `protocol: tcp` alone"),
        _ => None,
    }
}
