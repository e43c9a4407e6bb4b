//! Into what is there: a port into a `multiport` list, an address or a service into an object group, an entry into a
//! set of ipset. Whether one fits, the proof decides: whoever else uses the group would notice.

use super::draft::{Draft, Edits, Place};
use super::ground::Ground;
mod ansible;

use super::{CompanionKind, Task};
use crate::fix::iptables::{MAX_PORTS, is_rule};
use crate::fix::lines::{Line, lines};
use crate::fix::{Edit, Pass, pass};
use crate::space::{Field, IntervalSet, PacketSet};
use ipnet::IpNet;

/// More places than this are not tried for one product.
const MAX_TRIES: usize = 12;

/// The drafts for each product of a loss.
pub(super) fn drafts(task: &Task<'_>, ground: &Ground, place: &Place<'_>, format: &str) -> Vec<Draft> {
    let Some(passes) = pass::exact(&place.lost.packets, &place.policy.interfaces, &[]) else { return Vec::new() };
    let mut all = Vec::new();
    for pass in &passes {
        let packets = of_pass(&place.lost.packets, pass);
        // How the format's lines with rules are known, where they are rules of iptables.
        let holds_rule: Option<fn(Line<'_>) -> bool> = match format {
            "iptables" => Some(is_rule),
            "iptables-yaml" => Some(may_hold_rule),
            _ => None,
        };
        let own = match (format, holds_rule) {
            (_, Some(holds_rule)) => multiport(place.text, holds_rule, pass),
            ("ansible", _) => ansible::groups(place.text, pass),
            ("asa" | "ios", _) => groups(place.text, pass, format == "ios"),
            _ => Vec::new(),
        };
        let own = own.into_iter().take(MAX_TRIES).map(|edits| place.draft(edits, packets.clone()));
        all.extend(own);
        if let Some(holds_rule) = holds_rule {
            let sets = in_sets(task, ground, place.text, holds_rule, pass).into_iter().take(MAX_TRIES);
            all.extend(sets.map(|edits| Draft { edits, packets: packets.clone() }));
        }
    }
    all
}

/// The packets of a loss that a product holds.
fn of_pass(packets: &PacketSet, pass: &Pass) -> PacketSet {
    let ports = IntervalSet::from_ranges(pass.ports.iter().map(|(low, high)| ((*low).into(), (*high).into())));
    let to = pass.destinations.iter().map(|p| crate::space::addresses(*p));
    let to = to.fold(IntervalSet::empty(), |all, one| all.union(&one));
    let mut set = packets.clone();
    if let Some(proto) = pass.proto {
        set = set.with(Field::Proto, &IntervalSet::single(proto.into()));
    }
    if !pass.ports.is_empty() {
        set = set.with(Field::DstPort, &ports);
    }
    if pass.destinations.is_empty() { set } else { set.with(Field::Dst, &to) }
}

/// In YAML, a rule may stand on any line that is no comment.
fn may_hold_rule(line: Line<'_>) -> bool {
    !line.is_blank()
}

/// Rules with a list of ports that has room for those of the product.
fn multiport(text: &str, holds_rule: fn(Line<'_>) -> bool, pass: &Pass) -> Vec<Vec<Edit>> {
    let proto = pass.proto_name().unwrap_or_default();
    let fits = |line: &Line<'_>| {
        let mut words = line.words();
        holds_rule(*line)
            && words.any(|w| w == "-p")
            && words.next() == Some(proto.as_str())
            && line.text.contains("ACCEPT")
    };
    let with_ports = |line: Line<'_>| {
        let (start, list) = after_word(line.text, "--dports")?;
        let slots = |list: &str| list.split([',', ':']).count();
        let new = format!("{list},{}", pass.port_list(":", ","));
        let room = !pass.ports.is_empty() && slots(&new) <= MAX_PORTS;
        room.then(|| vec![Edit { at: line.start + start, remove: list.len(), insert: new }])
    };
    lines(text).filter(fits).filter_map(with_ports).collect()
}

/// The word after a word of a line, and the byte at which it begins.
fn after_word<'l>(line: &'l str, word: &str) -> Option<(usize, &'l str)> {
    let at = line.find(&format!(" {word} "))? + word.len() + 2;
    Some((at, line.get(at..)?.split_ascii_whitespace().next()?))
}

/// A group of the text: what it holds by its head, the byte behind its last member, and the indentation of members.
struct Group<'t> {
    kind: Vec<&'t str>,
    end: usize,
    indent: &'t str,
    members: Vec<&'t str>,
}

fn groups_of(text: &str) -> Vec<Group<'_>> {
    let mut all: Vec<Group<'_>> = Vec::new();
    let mut inside = false;
    for line in lines(text) {
        let indented = line.text.starts_with(' ');
        if let Some(rest) = line.text.strip_prefix("object-group ") {
            inside = true;
            let kind = rest.split_ascii_whitespace().collect();
            all.push(Group { kind, end: line.next, indent: " ", members: Vec::new() });
        } else if let (true, true, Some(group)) = (inside, indented, all.last_mut()) {
            group.end = line.next;
            group.indent = line.text.get(..line.indent()).unwrap_or(" ");
            group.members.push(line.text.trim());
        } else {
            inside = false;
        }
    }
    all
}

/// Groups that the product's addresses or its service could join.
fn groups(text: &str, pass: &Pass, ios: bool) -> Vec<Vec<Edit>> {
    let mut all = Vec::new();
    for group in groups_of(text) {
        let members = match group.kind.as_slice() {
            ["network", ..] => [&pass.destinations, &pass.sources].map(|side| networks(side, ios)).to_vec(),
            ["service", _] => vec![services(pass, ios)],
            ["service", _, protocols] => vec![port_objects(pass, protocols)],
            _ => Vec::new(),
        };
        for new in members {
            let new: Vec<String> = new.into_iter().filter(|m| !group.members.contains(&m.as_str())).collect();
            let lines: Vec<String> = new.iter().map(|member| format!("{}{member}", group.indent)).collect();
            if !lines.is_empty() {
                all.push(vec![Edit::lines(group.end, &lines)]);
            }
        }
    }
    all
}

fn networks(side: &[IpNet], ios: bool) -> Vec<String> {
    let member = |net: &IpNet| {
        let term = crate::fix::asa::term(net);
        if ios { term } else { format!("network-object {term}") }
    };
    side.iter().map(member).collect()
}

/// Members of a group that names protocols.
fn services(pass: &Pass, ios: bool) -> Vec<String> {
    let Some(proto) = pass.proto_name() else { return Vec::new() };
    let port = |term: String| {
        if ios { format!("{proto}{term}") } else { format!("service-object {proto} destination{term}") }
    };
    crate::fix::asa::port_terms(pass, &pass.ports).into_iter().filter(|t| !t.is_empty()).map(port).collect()
}

/// Members of a group of ports.
fn port_objects(pass: &Pass, protocols: &str) -> Vec<String> {
    let of_it = pass.proto_name().is_some_and(|proto| protocols == proto || protocols == "tcp-udp");
    let terms = crate::fix::asa::port_terms(pass, &pass.ports).into_iter().filter(|t| !t.is_empty());
    terms.filter(|_| of_it).map(|term| format!("port-object{term}")).collect()
}

/// Entries for the sets that permitting rules ask for.
fn in_sets(task: &Task<'_>, ground: &Ground, text: &str, holds_rule: fn(Line<'_>) -> bool, pass: &Pass) -> Vec<Edits> {
    let rules = lines(text).filter(|l| holds_rule(*l) && l.text.contains("ACCEPT"));
    let mut names: Vec<(&str, &str)> = Vec::new();
    for line in rules {
        let mut words = line.words();
        while words.by_ref().any(|w| w == "--match-set") {
            names.extend(words.next().zip(words.next()).filter(|named| !names.contains(named)));
        }
    }
    let mut all = Vec::new();
    for (index, _) in task.of_kind(CompanionKind::Sets) {
        let Some(text) = ground.texts.get(index) else { continue };
        for (name, sides) in &names {
            all.extend(entries(text, name, sides, pass).map(|edit| vec![(index, edit)]));
        }
    }
    all
}

/// The product as entries of a set, behind the last one that the set has.
fn entries(text: &str, name: &str, sides: &str, pass: &Pass) -> Option<Edit> {
    let named = |line: &Line<'_>, command: &str| {
        let mut words = line.words();
        words.next() == Some(command) && words.next() == Some(name)
    };
    let head = lines(text).find(|l| named(l, "create"))?;
    let kind = head.words().nth(2)?;
    let last = lines(text).filter(|l| named(l, "add")).last().unwrap_or(head);
    let side = if sides.starts_with("src") { &pass.sources } else { &pass.destinations };
    let hosts: Vec<String> = side.iter().map(host).collect();
    let proto = pass.proto_name()?;
    let ports: Vec<String> = pass.ports.iter().map(|(low, high)| range(*low, *high)).collect();
    let new: Vec<String> = match kind {
        "hash:ip" | "hash:net" | "bitmap:ip" => hosts,
        "bitmap:port" => ports,
        "hash:ip,port" | "hash:net,port" => {
            hosts.iter().flat_map(|h| ports.iter().map(move |p| format!("{h},{{}}:{p}"))).collect()
        }
        _ => return None,
    };
    let new: Vec<String> = new.iter().map(|what| format!("add {name} {}", what.replace("{}", &proto))).collect();
    let new: Vec<String> = new.into_iter().filter(|l| !lines(text).any(|known| known.text == *l)).collect();
    (!new.is_empty()).then(|| Edit::lines(last.next, &new))
}

fn host(net: &IpNet) -> String {
    if net.prefix_len() == net.max_prefix_len() { net.addr().to_string() } else { net.to_string() }
}

fn range(low: u16, high: u16) -> String {
    if low == high { low.to_string() } else { format!("{low}-{high}") }
}
