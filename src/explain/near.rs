//! Permits that come near to a lost flow: those that match it and are not reached, and those that differ from it in
//! one field only. At most one is told for each cause.

use super::cause::{Cause, Hit, by_flow, lost_flow};
use super::mend::MOST_RULES_TRIED;
use super::message::subject;
use super::words::{address_list, ports, proto_name, some};
use crate::finding::{Code, Finding};
use crate::policy::{ChainId, CtState, Hook, Interfaces, Leg, Policy, RuleRef, states};
use crate::report::{RuleFile, RuleSet};
use crate::source::{Sources, Span};
use crate::space::{Field, IntervalSet};
use crate::verify::{Block, Miss, NearPermit, Reach, Verdict, near_permits, would_mend};
use rayon::prelude::*;

/// The stand-in for interfaces that no rule names, as a value.
const OTHER: u128 = Interfaces::OTHER as u128;
/// The most permits of one cause that are tried out.
const MOST_TRIED: usize = 3;
/// Names in one phrase.
const MOST: usize = 4;

/// A permit near to the loss of some flows.
struct Candidate<'c> {
    policy: &'c Policy,
    near: NearPermit,
    hits: Vec<Hit<'c>>,
    /// Does it serve another flow that is required? Then it is less likely to be a slip.
    serves: bool,
}

/// The findings about permits that come nearest: at most one that misses, and one of each kind that is not reached.
///
/// `servers` are [`required`] of the rule set.
pub(super) fn findings(
    rule_set: &RuleSet<'_>,
    sources: &Sources,
    cause: &Cause<'_>,
    servers: &IntervalSet,
) -> Vec<Finding> {
    let Some(file) = cause.at.and_then(|at| rule_set.file(at.source)) else { return Vec::new() };
    let searched = cause.verdict == Verdict::Denied && cause.leg != Leg::Later && file.rules <= MOST_RULES_TRIED;
    let is_told = matches!(cause.code, Code::PermitIneffective | Code::SecureAccessNotCovered) && !cause.elsewhere;
    if !searched || is_told {
        return Vec::new();
    }
    let mut all: Vec<Candidate<'_>> = Vec::new();
    let (flows, leg) = (by_flow(&cause.hits), cause.leg);
    let near: Vec<_> = flows.par_iter().flat_map_iter(|hits| of_flow(rule_set, file.format, leg, hits)).collect();
    for candidate in near {
        if candidate.is_worth_telling(file, sources, servers) {
            match all.iter_mut().find(|other| other.is_like(&candidate)) {
                Some(other) => other.join(candidate),
                None => all.push(candidate),
            }
        }
    }
    all.sort_by_key(Candidate::rank);
    let (reached, unreached): (Vec<_>, Vec<_>) = all.into_iter().partition(|c| c.near.miss.is_some());
    let mut told: Vec<&Candidate<'_>> = Vec::new();
    for candidate in &unreached {
        if !told.iter().any(|other| other.near.reach == candidate.near.reach) {
            told.push(candidate);
        }
    }
    if told.is_empty() {
        told.extend(reached.iter().take(MOST_TRIED).find(|c| would_mend(c.policy, &c.near, cause.leg)));
    }
    told.into_iter().filter_map(|candidate| candidate.finding(file, sources)).collect()
}

fn of_flow<'a>(rule_set: &RuleSet<'_>, format: &str, leg: Leg, hits: &[Hit<'a>]) -> Vec<Candidate<'a>> {
    let Some(first) = hits.first().copied() else { return Vec::new() };
    let near = near_permits(first.policy, &lost_flow(hits, first.policy.family), leg).into_iter();
    let near = near.map(|near| if format == "asa" { bound_elsewhere(near) } else { near });
    let serves = |near: &NearPermit| near.miss.is_some() && serves(rule_set, first.policy, near.permit);
    near.map(|near| Candidate { policy: first.policy, serves: serves(&near), near, hits: hits.to_vec() }).collect()
}

/// On an ASA, the interface on the way to a permit is the one that its list is bound to, and each has but one list.
fn bound_elsewhere(near: NearPermit) -> NearPermit {
    let on_the_way = |miss: &Miss| miss.at != near.permit && matches!(miss.field, Field::InIface | Field::OutIface);
    if near.miss.as_ref().is_some_and(on_the_way) {
        NearPermit { reach: Reach::OtherWay, miss: None, ..near }
    } else {
        near
    }
}

/// Does the permit match packets of any flow that is judged?
fn serves(rule_set: &RuleSet<'_>, policy: &Policy, permit: RuleRef) -> bool {
    let Some(rule) = policy.rule(permit) else { return false };
    let judged = rule_set.results.iter().flat_map(|r| &r.judgements);
    let mut blocks = judged.filter(|(_, j)| j.family == policy.family).flat_map(|(_, j)| &j.blocks);
    blocks.any(|block| rule.matches.packets.overlaps(&block.judged))
}

/// All destinations of requirements: a permit for one of them serves its own flow.
pub(super) fn required(rule_set: &RuleSet<'_>) -> IntervalSet {
    let blocks = rule_set.results.iter().flat_map(|r| &r.judgements).flat_map(|(_, judgement)| &judgement.blocks);
    let each: Vec<IntervalSet> = blocks.map(|block| block.packets.values(Field::Dst)).collect();
    IntervalSet::union_of(&each)
}

impl<'c> Candidate<'c> {
    /// The same rule, missed in the same field; of chains that are not reached, the same chain.
    fn is_like(&self, other: &Candidate<'_>) -> bool {
        let key = |c: &Candidate<'_>| match &c.near.miss {
            Some(miss) => (miss.at, Some(miss.field)),
            None => (RuleRef::end_of(c.near.permit.chain), None),
        };
        let same_base = self.policy.family == other.policy.family;
        same_base && self.near.reach == other.near.reach && key(self) == key(other)
    }

    fn join(&mut self, other: Candidate<'c>) {
        self.near.packets.add_all(&other.near.packets);
        if let (Some(mine), Some(theirs)) = (&mut self.near.miss, &other.near.miss) {
            mine.needs = mine.needs.union(&theirs.needs);
        }
        self.near.permit = self.near.permit.min(other.near.permit);
        self.hits.extend(other.hits);
    }

    /// A match on the way was dealt with by the packet's walk; the permit of another destination that is needed, too,
    /// is no slip of the pen.
    fn is_worth_telling(&self, file: &RuleFile<'_>, sources: &Sources, servers: &IntervalSet) -> bool {
        match (&self.near.miss, self.near.reach) {
            (Some(miss), _) if miss.field == Field::Dst => !miss.has.overlaps(servers),
            (Some(_), _) => true,
            (None, Reach::OnTheWay) => false,
            (None, Reach::Asleep) => self.was_a_permit(file, sources),
            (None, _) => self.is_a_permit_of(file, sources),
        }
    }

    /// What does nothing may have been a denial, and a rule of iptables that does nothing logs or counts.
    fn was_a_permit(&self, file: &RuleFile<'_>, sources: &Sources) -> bool {
        let Some(span) = self.policy.span(self.near.permit) else { return false };
        let mut words = sources.slice(span).split(|c: char| !c.is_ascii_alphabetic());
        file.format != "iptables" && words.any(|word| matches!(word, "permit" | "allow" | "accept"))
    }

    /// Chains of other tables accept without permitting, and lists that other lines use are not for the traffic.
    fn is_a_permit_of(&self, file: &RuleFile<'_>, sources: &Sources) -> bool {
        let name = self.chain(self.near.permit.chain);
        match file.format {
            "iptables" | "ip6tables" => name.starts_with("filter "),
            "asa" => !is_used(sources.text(file.source), name.split(' ').next().unwrap_or(name)),
            _ => true,
        }
    }

    /// Those that serve no other flow first, then by the field in the order of [`FIELDS`], then as in the text.
    fn rank(&self) -> (bool, usize, Option<Span>) {
        let miss = self.near.miss.as_ref();
        let field = miss.map_or(0, |m| FIELDS.iter().position(|f| f.0 == m.field).unwrap_or(FIELDS.len()));
        (self.serves, field, self.policy.span(self.near.permit))
    }

    fn chain(&self, id: ChainId) -> &str {
        self.policy.chain(id).map_or("", |chain| chain.name.as_str())
    }

    fn finding(&self, file: &RuleFile<'_>, sources: &Sources) -> Option<Finding> {
        let permit = self.policy.span(self.near.permit)?;
        let line = sources.position(permit).line;
        let what = self.what();
        match &self.near.miss {
            Some(miss) => self.near_miss(sources, miss, &what, permit),
            None if self.near.reach == Reach::Asleep => Some(asleep(sources, &what, permit)),
            None => Some(self.not_reached(file, line, &what, permit)),
        }
    }

    /// What the permit would take of the flows, in words.
    fn what(&self) -> String {
        let part =
            |hit: &Hit<'_>| Block { packets: hit.block.packets.intersect(&self.near.packets), ..hit.block.clone() };
        let blocks: Vec<Block> = self.hits.iter().map(part).collect();
        let hits = self.hits.iter().zip(&blocks).filter(|(_, block)| !block.packets.is_empty());
        subject(&hits.map(|(hit, block)| Hit { block, ..*hit }).collect::<Vec<_>>()).0
    }

    fn near_miss(&self, sources: &Sources, miss: &Miss, what: &str, permit: Span) -> Option<Finding> {
        let at = self.policy.span(miss.at)?;
        let (_, name) = FIELDS.iter().find(|f| f.0 == miss.field)?;
        let (has, needs) = (self.value(miss.field, &miss.has), self.value(miss.field, &miss.needs));
        let (line, jump) = (sources.position(at).line, miss.at != self.near.permit);
        let what_misses = if jump { "the way to a permit" } else { "a permit" };
        let message = format!("{what_misses} misses {what} by its {name} only");
        let mut finding = Finding::new(Code::NearMiss, message);
        finding = finding.at(at, format!("asks for the {name} {has}; the flow has {needs}"));
        if jump {
            finding = finding.at(permit, "the permit that it leads to");
        }
        let needs = if matches!(miss.field, Field::InIface | Field::OutIface) && miss.needs.contains(OTHER) {
            "that the flow uses".to_owned()
        } else {
            needs
        };
        let help =
            format!("if line {line} is meant for this flow, let it ask for the {name} {needs}, alone or as well");
        Some(finding.help(help).note("it was tried: with both values in that line the packets pass"))
    }

    fn not_reached(&self, file: &RuleFile<'_>, line: usize, what: &str, permit: Span) -> Finding {
        let chain = self.policy.chain(self.near.permit.chain);
        let name = chain.map_or("", |chain| chain.name.as_str());
        let short = name.rsplit(' ').next().unwrap_or(name);
        match (file.format, self.near.reach) {
            ("asa", Reach::OtherWay) => {
                ineffective(what, &format!("in `{name}`, which is not asked when the flow enters"))
                    .at(permit, "this list is bound to another interface or direction")
                    .help(
                        "bind the list to the interface by which the flow enters, or permit it in the list of that one",
                    )
            }
            ("asa", _) => ineffective(what, "in a list that is bound to no interface")
                .at(permit, "this permit never gets a packet")
                .help("bind the list with `access-group`, or permit the flow in the list that is bound"),
            (_, Reach::OtherWay) => {
                ineffective(what, &format!("in `{short}`, which {} do not pass", self.travellers()))
                    .at(permit, "only packets on another way come here")
                    .help(format!("move line {line} to the chain that {} pass", self.travellers()))
            }
            _ => {
                let message = format!("a permit for {what} stands in the chain `{short}`, to which nothing leads");
                let found = Finding::new(Code::UnreachableChain, message);
                let found = chain.into_iter().fold(found, |f, chain| f.at(chain.span, "no base chain leads here"));
                found
                    .at(permit, "this permit never gets a packet")
                    .help(format!("jump to `{short}` from the chain that decides about the flow, above its denial"))
            }
        }
    }

    fn travellers(&self) -> &'static str {
        match self.policy.hook {
            Hook::Forward => "forwarded packets",
            Hook::Output => "the machine's own packets",
        }
    }

    fn value(&self, field: Field, set: &IntervalSet) -> String {
        let family = self.policy.family;
        match field {
            Field::Proto => some(&numbers(set).map(proto_name).collect::<Vec<_>>(), MOST),
            Field::Src | Field::Dst => address_list(family, set),
            Field::InIface | Field::OutIface => {
                let name = |id: u128| match id as u32 {
                    Interfaces::OTHER => "one that no rule names".to_owned(),
                    id => format!("`{}`", self.policy.interfaces.name(id)),
                };
                some(&numbers(set).map(name).collect::<Vec<_>>(), MOST)
            }
            Field::State => states_of(set),
            Field::SrcPort | Field::DstPort => ports(set),
            _ => "another value".to_owned(),
        }
    }
}

fn ineffective(what: &str, place: &str) -> Finding {
    Finding::new(Code::PermitIneffective, format!("a permit for {what} stands {place}"))
}

fn asleep(sources: &Sources, what: &str, permit: Span) -> Finding {
    let timed = ["time-range", "expires", "starts"].iter().any(|word| sources.slice(permit).contains(word));
    let (why, help) = if timed {
        ("its time has not begun or is over on the day of the check", "renew its time, if the permit is still meant")
    } else {
        ("it is switched off", "switch it on again, if the permit is still meant")
    };
    let message = format!("a permit for {what} has no effect");
    Finding::new(Code::PermitIneffective, message).at(permit, why).help(help)
}

/// The first members of a set; sets of names and of protocols are small or negated.
fn numbers(set: &IntervalSet) -> impl Iterator<Item = u128> {
    set.intervals().into_iter().flat_map(|i| i.low..=i.high).take(64)
}

fn states_of(set: &IntervalSet) -> String {
    const NAMES: [(CtState, &str); 5] = [
        (CtState::New, "NEW"),
        (CtState::Established, "ESTABLISHED"),
        (CtState::Related, "RELATED"),
        (CtState::Invalid, "INVALID"),
        (CtState::Untracked, "UNTRACKED"),
    ];
    let named = NAMES.iter().filter(|(state, _)| states::of(*state).overlaps(set));
    some(&named.map(|n| n.1.to_owned()).collect::<Vec<_>>(), MOST)
}

/// Fields in which a permit can miss, the most telling first, with their names in sentences.
const FIELDS: &[(Field, &str)] = &[
    (Field::State, "connection state"),
    (Field::Proto, "protocol"),
    (Field::DstPort, "port"),
    (Field::InIface, "interface of entry"),
    (Field::OutIface, "interface of exit"),
    (Field::Src, "source"),
    (Field::SrcPort, "source port"),
    (Field::Dst, "destination"),
    (Field::TcpFlags, "TCP flags"),
];

/// Does a line name the list that neither belongs to it nor binds it?
fn is_used(text: &str, list: &str) -> bool {
    let binds = |line: &&str| ["access-list ", "access-group "].iter().any(|word| line.trim_start().starts_with(word));
    let others = text.lines().filter(|line| !binds(line));
    others.flat_map(str::split_ascii_whitespace).any(|word| word == list)
}
