//! Terms of Aerleon policies.

mod tokens;

pub(super) use tokens::{Reuse, Tokens};

use super::items::{Keys, List, Shape, Slot, Value, list_around, tree, written};
use super::{Job, Pass, Proposal};
use crate::policy::{ICMP, ICMPV6, Leg, RuleRef, TCP};
use crate::source::Span;
use crate::verify::Verdict;
use crate::yaml::Node;

/// The longest name that all platforms take for a term (Aerleon's generator for iptables).
const MAX_NAME: usize = 24;
/// More places than this are not tried.
const MAX_PLACES: usize = 16;
const NAMES: &str = "Aerleon takes addresses and ports by names that are defined: `fwproof fix --definitions DIR` writes the \
                     definitions, too";

pub(super) fn write(job: &Job<'_>) -> Option<Proposal> {
    if job.loss.verdict == Verdict::Intercepted {
        return None;
    }
    let tree = tree(job.text)?;
    let mut names = TermNames::of(&tree);
    let place = *places(&tree, Some(job.loss.at), job.loss.rule).first()?;
    let terms: Vec<Keys> = match job.loss.leg {
        Leg::Opening => {
            let term = |pass| term(&mut names, &mut Tokens::default(), pass, Leg::Opening, false);
            job.passes.iter().map(term).collect::<Option<_>>()?
        }
        Leg::Answer | Leg::Later => vec![answers()],
    };
    let proposal = placed(job.text, place, &terms, Shape::AsThere)?;
    let remark = (job.loss.leg == Leg::Opening).then(|| NAMES.to_owned());
    Some(Proposal { remark, ..proposal })
}

/// Where the target asks for the state of connections, this lets known ones go on; elsewhere it will not be proved.
fn answers() -> Keys {
    vec![("name", word("answers")), ("option", word("established")), ("action", word("accept"))]
}

/// A slot of a list of terms.
pub(super) type Place<'n, 't> = (&'n [Node<'t>], Slot);

/// Terms at a place, in its manner.
pub(super) fn placed(text: &str, (items, slot): Place<'_, '_>, terms: &[Keys], shape: Shape) -> Option<Proposal> {
    let list = List::of(text, items)?;
    let (Slot::Above(like) | Slot::Below(like)) = slot;
    let style = list.style(like, shape);
    let new: Vec<String> = terms.iter().map(|term| written(term, style)).collect();
    list.with(slot, &new, "at the end of the rules")
}

/// Where terms could stand: above the guilty one; below the last of a filter, where its end denies; and above what is
/// included, where that holds the guilty one.
///
/// `at` is a place in the text of the tree, or nothing if it is in an included one.
pub(super) fn places<'n, 't>(tree: &'n Node<'t>, at: Option<Span>, rule: Option<RuleRef>) -> Vec<Place<'n, 't>> {
    let lists = || terms(tree);
    let mut all: Vec<Place<'n, 't>> = match (at, rule.is_none_or(RuleRef::is_end)) {
        (Some(at), false) => {
            list_around(tree, at.start as usize).map(|(items, index)| (items, Slot::Above(index))).into_iter().collect()
        }
        // The end is that of the filter whose header is named, and filters may be judged together.
        (Some(at), true) => {
            let begins_behind = |items: &&'n [Node<'t>]| items.first().is_some_and(|i| i.head().start > at.start);
            let (behind, before): (Vec<_>, Vec<_>) = lists().partition(begins_behind);
            behind.into_iter().chain(before).map(|items| (items, Slot::Below(items.len() - 1))).collect()
        }
        (None, _) => {
            let of_list = |items: &'n [Node<'t>]| {
                let included = items.iter().enumerate().filter(|(_, item)| item.get("include").is_some());
                included.map(move |(index, _)| (items, Slot::Above(index)))
            };
            lists().flat_map(of_list).collect()
        }
    };
    all.truncate(MAX_PLACES);
    all
}

/// The lists of terms that have any.
pub(super) fn terms<'n, 't>(tree: &'n Node<'t>) -> impl Iterator<Item = &'n [Node<'t>]> {
    let filters = tree.get("filters").and_then(Node::as_sequence).unwrap_or_default();
    filters.iter().filter_map(|filter| filter.get("terms")?.as_sequence()).filter(|items| !items.is_empty())
}

/// The names of terms, which one policy has once: generators refuse two of a name, or take them for one.
pub(super) struct TermNames {
    taken: Vec<String>,
}

impl TermNames {
    /// Those of all terms.
    pub fn of(tree: &Node<'_>) -> TermNames {
        let name = |term: &Node<'_>| Some(term.get("name")?.as_scalar()?.text.to_string());
        TermNames { taken: terms(tree).flatten().filter_map(name).collect() }
    }

    /// A new one: `required-udp-53-443`, without the ports where that is too long, and with a number where it is taken.
    fn new_one(&mut self, pass: &Pass, leg: Leg) -> Option<String> {
        let what = super::yaml::name(pass);
        let proto = pass.proto_name().unwrap_or_else(|| "any".to_owned());
        let what = if what.len() > MAX_NAME { format!("required-{proto}") } else { what };
        let what = if leg == Leg::Opening { what } else { format!("answers-{proto}") };
        let numbered = (2..1000).map(|n| {
            let end = format!("-{n}");
            let kept = what.get(..what.len().min(MAX_NAME - end.len())).unwrap_or(&what);
            kept.to_owned() + &end
        });
        let name = std::iter::once(what.clone()).chain(numbered).find(|name| !self.taken.contains(name))?;
        self.taken.push(name.clone());
        Some(name)
    }
}

/// A term that accepts packets of a leg; nothing where they are some kinds of ICMP, which have names of their own.
///
/// `tracked` says whether terms ask for the state of connections.
pub(super) fn term(names: &mut TermNames, tokens: &mut Tokens, pass: &Pass, leg: Leg, tracked: bool) -> Option<Keys> {
    if !pass.icmp.is_empty() && matches!(pass.proto, None | Some(ICMP | ICMPV6)) {
        return None;
    }
    let clients = tokens.networks(pass.family, &pass.sources, "CLIENTS");
    let servers = tokens.networks(pass.family, &pass.destinations, "SERVERS");
    let (from, to) = (tokens.ports(pass, &pass.source_ports), tokens.ports(pass, &pass.ports));
    let (entry, exit) = (pass.entry.clone(), pass.exit.clone());
    let (client, server) = ((clients, from, entry), (servers, to, exit));
    let (source, destination) = if leg == Leg::Answer { (server, client) } else { (client, server) };
    // Without a state, `established` would add all high ports to those of the term.
    let option = match (leg, pass.proto) {
        (Leg::Opening, _) => None,
        _ if tracked => Some("established"),
        (_, Some(TCP)) => Some("tcp-established"),
        _ => None,
    };
    let keys = [
        ("name", Some(names.new_one(pass, leg)?)),
        ("source-interface", source.2),
        ("destination-interface", destination.2),
        ("source-address", source.0),
        ("destination-address", destination.0),
        ("source-port", source.1),
        ("destination-port", destination.1),
        ("protocol", pass.proto_name().map(|proto| proto.replace("ipv6-icmp", "icmpv6"))),
        ("option", option.map(str::to_owned)),
        ("action", Some("accept".to_owned())),
    ];
    Some(keys.into_iter().filter_map(|(key, value)| Some((key, word(value?)))).collect())
}

fn word(text: impl ToString) -> Value {
    Value::Word(text.to_string())
}
