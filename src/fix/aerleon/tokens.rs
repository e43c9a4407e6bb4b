//! The words of Aerleon's terms for addresses and ports: names that are defined, new names with their definitions, or, where
//! no definitions were given, what they stand for.

use super::super::Edit;
use super::super::items::tree;
use super::super::lines::{Line, line_holding, lines};
use super::super::yaml::ranges;
use crate::fix::Pass;
use crate::format::aerleon::Named;
use crate::space::{Family, IntervalSet, addresses};
use crate::yaml::{Mapping, Node};
use ipnet::IpNet;

/// Of more addresses than these, each has a line of its own.
const MAX_IN_LINE: usize = 4;
/// The longest list of ports that becomes part of a name.
const MAX_PORTS: usize = 24;

/// Which names may be used that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fix) enum Reuse {
    /// Networks that hold addresses of one family only.
    OneFamily,
    /// All.
    All,
    /// None.
    Nothing,
}

/// What names stand for, and new ones.
#[derive(Debug, Default)]
pub(in crate::fix) struct Tokens {
    /// The definitions; without any, addresses and ports are written out.
    known: Option<(Named, Reuse)>,
    networks: Vec<Definition>,
    services: Vec<Definition>,
}

/// A new name with what follows its colon, and the lines below it, as far as they are indented there.
#[derive(Debug)]
struct Definition {
    name: String,
    body: Body,
}

#[derive(Debug, PartialEq, Eq)]
struct Body {
    behind: String,
    below: Vec<String>,
}

impl Body {
    fn of_networks(each: &[String]) -> Body {
        if each.len() > MAX_IN_LINE {
            let items = each.iter().map(|net| format!("  - {{address: {}}}", quoted(net)));
            return Body { behind: String::new(), below: std::iter::once("values:".to_owned()).chain(items).collect() };
        }
        let items: Vec<String> = each.iter().map(|net| format!("{{address: {}}}", quoted(net))).collect();
        Body { behind: format!(" {{values: [{}]}}", items.join(", ")), below: Vec::new() }
    }

    fn of_ports(each: &[String], proto: &str) -> Body {
        let items: Vec<String> = each.iter().map(|ports| format!("{{port: {ports}, protocol: {proto}}}")).collect();
        Body { behind: format!(" [{}]", items.join(", ")), below: Vec::new() }
    }
}

/// In braces, a colon would begin a value.
fn quoted(net: &str) -> String {
    if net.contains(':') { format!("\"{net}\"") } else { net.to_owned() }
}

impl Tokens {
    /// With names of definitions.
    pub fn of(named: Named, reuse: Reuse) -> Tokens {
        Tokens { known: Some((named, reuse)), ..Tokens::default() }
    }

    /// The words for addresses; nothing for any address.
    pub fn networks(&mut self, family: Family, prefixes: &[IpNet], role: &str) -> Option<String> {
        if prefixes.is_empty() {
            return None;
        }
        let each: Vec<String> = prefixes.iter().map(IpNet::to_string).collect();
        let Some((named, reuse)) = &self.known else { return Some(each.join(" ")) };
        let wanted = prefixes.iter().map(|p| addresses(*p)).fold(IntervalSet::empty(), |all, one| all.union(&one));
        let own = |(name, [v4, v6]): &'_ (String, [IntervalSet; 2])| {
            let (own, other) = if family == Family::V4 { (v4, v6) } else { (v6, v4) };
            let fits = match reuse {
                Reuse::OneFamily => other.is_empty(),
                Reuse::All => true,
                Reuse::Nothing => false,
            };
            fits.then(|| (name.clone(), own.clone()))
        };
        let known: Vec<(String, IntervalSet)> = named.networks.iter().filter_map(own).collect();
        if let Some(words) = covering(&wanted, known) {
            return Some(words);
        }
        let six = if family == Family::V6 { "-V6" } else { "" };
        let taken = named.networks.iter().map(|(name, _)| name.as_str()).collect();
        Some(defined(&mut self.networks, &format!("REQUIRED-{role}{six}"), Body::of_networks(&each), taken))
    }

    /// The words for ports; nothing for any port.
    pub fn ports(&mut self, pass: &Pass, ports: &[(u16, u16)]) -> Option<String> {
        let number = pass.proto.filter(|_| !ports.is_empty())?;
        let each = ranges(ports);
        let Some((named, reuse)) = &self.known else { return Some(each.join(" ")) };
        let wanted = IntervalSet::from_ranges(ports.iter().map(|(low, high)| ((*low).into(), (*high).into())));
        let own = |(name, parts): &(String, Vec<(u8, IntervalSet)>)| {
            let mine = parts.iter().filter(|(proto, _)| *proto == number);
            (name.clone(), mine.fold(IntervalSet::empty(), |all, (_, ports)| all.union(ports)))
        };
        let known = named.services.iter().filter(|_| *reuse != Reuse::Nothing).map(own);
        if let Some(words) = covering(&wanted, known.collect()) {
            return Some(words);
        }
        let proto = pass.proto_name()?;
        let list = each.join("_");
        let list = if list.len() > MAX_PORTS { "PORTS" } else { &list };
        let taken = named.services.iter().map(|(name, _)| name.as_str()).collect();
        let wish = format!("REQUIRED-{}-{list}", proto.to_uppercase());
        Some(defined(&mut self.services, &wish, Body::of_ports(&each, &proto), taken))
    }

    /// The edits that add the new definitions to files of definitions, each with the place of its file; nothing where none
    /// of them shows where.
    pub fn definitions(&self, files: &[(usize, &str)]) -> Option<Vec<(usize, Edit)>> {
        let sections = [("networks", &self.networks), ("services", &self.services)];
        let of_section = sections.into_iter().filter(|(_, new)| !new.is_empty());
        of_section.map(|(section, new)| added(files, section, new)).collect()
    }
}

/// The fewest names, by a simple choice, that together stand for just the wanted values.
fn covering(wanted: &IntervalSet, known: Vec<(String, IntervalSet)>) -> Option<String> {
    if let Some((name, _)) = known.iter().find(|(_, set)| set == wanted) {
        return Some(name.clone());
    }
    let within = known.into_iter().filter(|(_, set)| !set.is_empty() && set.is_subset(wanted));
    let mut within: Vec<(String, IntervalSet)> = within.collect();
    let size = |set: &IntervalSet| set.intervals().iter().fold(0u128, |all, i| all.saturating_add(i.high - i.low));
    within.sort_by_key(|(_, set)| std::cmp::Reverse(size(set)));
    let mut left = wanted.clone();
    let mut names = Vec::new();
    for (name, set) in within {
        if set.overlaps(&left) {
            left = left.subtract(&set);
            names.push(name);
        }
    }
    left.is_empty().then(|| names.join(" "))
}

/// The name of a definition: that of an equal one, or a new one.
fn defined(all: &mut Vec<Definition>, wish: &str, body: Body, taken: Vec<&str>) -> String {
    if let Some(same) = all.iter().find(|known| known.body == body) {
        return same.name.clone();
    }
    let is_free = |name: &String| !taken.contains(&name.as_str()) && all.iter().all(|known| known.name != *name);
    let numbered = (2..).map(|n| format!("{wish}-{n}"));
    let name = std::iter::once(wish.to_owned()).chain(numbered).find(is_free).unwrap_or_else(|| wish.to_owned());
    all.push(Definition { name: name.clone(), body });
    name
}

/// Definitions behind the last one of the first section of that name, or in a new section at the end of the first file.
fn added(files: &[(usize, &str)], section: &str, new: &[Definition]) -> Option<(usize, Edit)> {
    let there = files.iter().find_map(|(at, text)| {
        let tree = tree(text)?;
        let (place, indent) = end_of(text, tree.get(section)?.as_mapping()?)?;
        Some((*at, Edit::lines(place, &written(new, indent))))
    });
    there.or_else(|| {
        let has_none =
            |text: &str| tree(text).is_some_and(|tree| is_at_margin(text, &tree) && tree.get(section).is_none());
        let (at, text) = files.iter().find(|(_, text)| has_none(text))?;
        let section = std::iter::once(format!("{section}:")).chain(written(new, 2));
        Some((*at, Edit::lines(text.len(), &section.collect::<Vec<_>>())))
    })
}

fn written(new: &[Definition], indent: usize) -> Vec<String> {
    let blanks = " ".repeat(indent);
    let of_one = |definition: &Definition| {
        let below = definition.body.below.iter().map(|line| format!("{blanks}  {line}"));
        let head = format!("{blanks}{}:{}", definition.name, definition.body.behind);
        std::iter::once(head).chain(below).collect::<Vec<_>>()
    };
    new.iter().flat_map(of_one).collect()
}

/// The byte behind the last line of a mapping whose keys stand on lines of their own, and their indentation.
fn end_of(text: &str, map: &Mapping<'_>) -> Option<(usize, usize)> {
    let first = line_holding(text, map.head().start as usize)?;
    let indent = map.head().start as usize - first.start;
    let inside = |line: &Line<'_>| line.is_blank() || line.indent() >= indent;
    let body = lines(text).skip_while(|line| line.start < first.start).take_while(inside);
    let last = body.filter(|line| !line.is_blank()).last()?;
    (first.indent() == indent && indent > 0).then_some((last.next, indent))
}

fn is_at_margin(text: &str, tree: &Node<'_>) -> bool {
    let head = tree.head().start as usize;
    tree.as_mapping().is_some() && line_holding(text, head).is_some_and(|line| line.start == head)
}
