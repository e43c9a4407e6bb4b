//! What kind of mistake a cause is: a table of questions, asked in order; the first that is answered with yes names
//! it. They are asked about one service in one family.

use super::cause::{Hit, by_flow, is_test, lost, lost_flow};
use super::shadow::{Shadowed, shadowed};
use crate::finding::Code;
use crate::policy::{Action, Leg, Policy, Rule, RuleRef, TCP, UDP};
use crate::report::{FlowResult, RuleSet};
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};
use crate::verify::{Block, Verdict};
use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;

/// What the questions are about.
pub(super) struct Facts<'f> {
    rule_set: &'f RuleSet<'f>,
    verdict: Verdict,
    leg: Leg,
    family: Family,
    hits: &'f [Hit<'f>],
    lost: PacketSet,
    /// What of the same service passes in the same family.
    permitted: Rc<PacketSet>,
    /// Is it worth while to look for permits that come too late?
    may_search: bool,
    /// What was found, once it was looked for.
    pub shadowed: OnceCell<Option<Rc<Shadowed>>>,
}

type Question = fn(&Facts<'_>) -> bool;

const QUESTIONS: &[(Code, Question)] = &[
    (Code::LimitInFront, limit_in_front),
    (Code::Undecided, undecided),
    (Code::DnsIntercepted, dns_intercepted),
    (Code::Intercepted, intercepted),
    (Code::AnswerDropped, answer_dropped),
    (Code::QuicBlock, quic_block),
    (Code::Dns443Missing, dns_443_missing),
    (Code::OneProtocol, one_protocol),
    (Code::OneResolver, one_resolver),
    (Code::V6Closed, v6_closed),
    (Code::SecureAccessNotCovered, secure_access_not_covered),
    (Code::OneRegion, one_region),
    (Code::OneWebPort, one_web_port),
    (Code::PermitIneffective, permit_ineffective),
    (Code::NoPermit, no_permit),
];

/// The code of a cause.
pub(super) fn code(facts: &Facts<'_>) -> Code {
    QUESTIONS.iter().find(|(_, question)| question(facts)).map_or(Code::DeniedByRule, |(code, _)| *code)
}

/// Of so many mistakes it is asked whether a permit comes too late; most of the others are only counted anyway.
const MOST_SEARCHES: usize = 150;

/// What passes in a rule set, worked out once for each service and family.
pub(super) struct Passing<'f> {
    rule_set: &'f RuleSet<'f>,
    /// How many kinds of mistakes were asked about.
    searches: usize,
    known: HashMap<(&'f str, Family), Rc<PacketSet>>,
}

impl<'f> Passing<'f> {
    pub fn of(rule_set: &'f RuleSet<'f>) -> Passing<'f> {
        Passing { rule_set, searches: 0, known: HashMap::new() }
    }

    fn service(&mut self, service: &'f str, family: Family) -> Rc<PacketSet> {
        let rule_set = self.rule_set;
        self.known.entry((service, family)).or_insert_with(|| Rc::new(permitted(rule_set, service, family))).clone()
    }
}

fn permitted(rule_set: &RuleSet<'_>, service: &str, family: Family) -> PacketSet {
    let mut all = PacketSet::empty(family);
    let own = rule_set.results.iter().filter(|r| r.requirement.service == service && !is_test(r.requirement));
    let blocks = own.flat_map(|r| &r.judgements).flat_map(|(_, judgement)| &judgement.blocks);
    let passing = blocks.filter(|b| b.verdict == Verdict::Permitted && b.packets.family() == family);
    passing.for_each(|block| all.add_all(&outline(&block.packets)));
    all
}

impl<'f> Facts<'f> {
    /// The facts about some blocks of one service and family.
    pub fn new<'a: 'f>(
        passing: &mut Passing<'a>,
        verdict: Verdict,
        leg: Leg,
        family: Family,
        hits: &'f [Hit<'a>],
    ) -> Facts<'f> {
        let lost = outline(&lost(hits, family));
        let service = hits.first().map_or("", |hit| hit.requirement.service.as_str());
        let permitted = passing.service(service, family);
        let may_search = passing.searches < MOST_SEARCHES;
        passing.searches += 1;
        let rule_set = passing.rule_set;
        Facts { rule_set, verdict, leg, family, hits, lost, permitted, may_search, shadowed: OnceCell::new() }
    }

    fn service(&self) -> &str {
        self.hits.first().map_or("", |hit| hit.requirement.service.as_str())
    }

    /// Does web traffic to some of these addresses pass, or does a rule permit it to nothing else?
    fn permits_web_to(&self, addresses: &IntervalSet) -> bool {
        let web = |set: &PacketSet| set.values(Field::Proto).contains(TCP.into());
        let results = self.rule_set.results.iter().flat_map(|r| &r.judgements);
        let blocks = results.filter(|(policy, _)| policy.family == self.family).flat_map(|(_, j)| &j.blocks);
        let mut passing = blocks.filter(|b| b.verdict == Verdict::Permitted && web(&b.packets));
        let is_permit = |rule: &Rule| {
            let to = rule.matches.packets.values(Field::Dst);
            rule.action == Action::Accept && !to.is_empty() && to.is_subset(addresses) && web(&rule.matches.packets)
        };
        let rules =
            || self.hits.first().map_or(&[][..], |hit| &hit.policy.chains).iter().flat_map(|chain| &*chain.rules);
        passing.any(|block| block.packets.values(Field::Dst).overlaps(addresses)) || rules().any(is_permit)
    }

    /// The permitted destinations of packets like the lost ones, of these protocols and ports.
    fn permitted_to(&self, protocols: &IntervalSet, ports: &IntervalSet) -> IntervalSet {
        let like = PacketSet::clone(&self.permitted).with(Field::Proto, protocols).with(Field::DstPort, ports);
        like.values(Field::Dst)
    }

    fn lost_values(&self, field: Field) -> IntervalSet {
        self.lost.values(field)
    }

    /// The explicit rule that decides, with its rule base.
    fn rule(&self) -> Option<(&'f Policy, RuleRef, &'f Rule)> {
        let hit = self.hits.first()?;
        let at = hit.block.rule?;
        Some((hit.policy, at, hit.policy.rule(at)?))
    }

    /// Is the packet dropped for want of a permit: by a chain's end, or by a rule that drops whatever is left?
    fn falls_through(&self) -> bool {
        self.rule().is_none_or(|(_, _, rule)| rule.matches.packets.cubes().iter().any(is_catch_all))
    }

    /// Denied on the way out, and not by a rule that was made for these destinations or ports.
    fn is_forgotten(&self) -> bool {
        self.is_denied_opening() && self.rule().is_none_or(|(_, _, r)| r.matches.packets.cubes().iter().any(is_broad))
    }

    /// Is there a permit for each of these flows in the list that denies them, to which no client comes because of its
    /// source or interface?
    pub fn has_permit_elsewhere(&self) -> bool {
        by_flow(self.hits).iter().all(|hits| permit_elsewhere(self.rule_set, hits))
    }

    fn is_denied_opening(&self) -> bool {
        self.verdict == Verdict::Denied && self.leg == Leg::Opening
    }
}

/// Where packets come from, as rules may ask for it.
const PLACES: [Field; 3] = [Field::Src, Field::InIface, Field::OutIface];

fn permit_elsewhere(rule_set: &RuleSet<'_>, hits: &[Hit<'_>]) -> bool {
    let Some((hit, at)) = hits.first().and_then(|hit| Some((hit, hit.block.rule?))) else { return false };
    let Some(chain) = hit.policy.chain(at.chain) else { return false };
    let first = crate::policy::states::of(crate::policy::CtState::New);
    let lost = lost_flow(hits, hit.policy.family).with(Field::State, &first);
    let judged = judged_places(rule_set, hits);
    let misses = |cube: &Cube| {
        let by_place = |(field, judged): &(Field, IntervalSet)| {
            let asks_elsewhere = cube.get(*field).is_some_and(|asked| !asked.overlaps(judged));
            let rest = cube.clone().without(*field);
            asks_elsewhere && lost.cubes().iter().any(|lost| lost.clone().without(*field).overlaps(&rest))
        };
        // What names no destination is not meant for these.
        cube.get(Field::Dst).is_some() && judged.iter().any(by_place)
    };
    let is_permit = |rule: &Rule| rule.action == Action::Accept && rule.matches.opaque.is_empty();
    let near = chain.rules.about(&lost.values(Field::Dst), hit.policy.family).into_iter();
    let before = near.filter(|number| *number < at.rule).filter_map(|number| chain.rules.get(number));
    before.filter(|rule| is_permit(rule)).flat_map(|rule| rule.matches.packets.cubes()).any(misses)
}

/// Where all judged packets of some flows come from, those that pass too: a permit that serves some clients has effect.
fn judged_places(rule_set: &RuleSet<'_>, hits: &[Hit<'_>]) -> Vec<(Field, IntervalSet)> {
    let asked = |result: &&FlowResult<'_>| hits.iter().any(|hit| std::ptr::eq(hit.requirement, result.requirement));
    let family = hits.first().map(|hit| hit.policy.family);
    let judgements = rule_set.results.iter().filter(asked).flat_map(|result| &result.judgements);
    let judgements = judgements.filter(|(policy, _)| Some(policy.family) == family);
    let blocks: Vec<&Block> = judgements.flat_map(|(_, judgement)| &judgement.blocks).collect();
    let values = |field| blocks.iter().fold(IntervalSet::empty(), |all, b| all.union(&b.judged.values(field)));
    PLACES.iter().map(|field| (*field, values(*field))).collect()
}

/// Only protocol, destination and port.
fn outline(set: &PacketSet) -> PacketSet {
    set.projected(&[Field::Dst, Field::Proto, Field::DstPort]).coalesced(&[Field::DstPort, Field::Dst])
}

fn is_broad(cube: &Cube) -> bool {
    cube.get(Field::Dst).is_none() && cube.get(Field::DstPort).is_none()
}

fn is_catch_all(cube: &Cube) -> bool {
    is_broad(cube) && cube.get(Field::Proto).is_none() && cube.get(Field::SrcPort).is_none()
}

fn single(value: u128) -> IntervalSet {
    IntervalSet::single(value)
}

/// Matches of iptables that hold as long as there is not too much of something (iptables-extensions(8)).
const LIMITS: [&str; 5] = ["limit", "hashlimit", "connlimit", "recent", "quota"];

/// Do limits on the rate or the number of packets leave it open, and nothing else?
fn limit_in_front(facts: &Facts<'_>) -> bool {
    let limits = |block: &Block| {
        let is_limit = |text: &str| text.split_ascii_whitespace().nth(1).is_some_and(|module| LIMITS.contains(&module));
        let all = block.because.iter().all(|c| c.text.starts_with("-m ") && is_limit(&c.text));
        all && !block.because.is_empty() && !block.ways_differ
    };
    facts.verdict == Verdict::Undecided && facts.hits.iter().all(|hit| limits(hit.block))
}

/// Does the text leave it open?
fn undecided(facts: &Facts<'_>) -> bool {
    facts.verdict == Verdict::Undecided
}

/// Is DNS sent to another server?
fn dns_intercepted(facts: &Facts<'_>) -> bool {
    facts.verdict == Verdict::Intercepted && facts.service() == "dns"
}

/// Is anything else sent to another destination?
fn intercepted(facts: &Facts<'_>) -> bool {
    facts.verdict == Verdict::Intercepted
}

/// Does the request get out, and not the rest?
fn answer_dropped(facts: &Facts<'_>) -> bool {
    facts.leg != Leg::Opening
}

/// Does a rule against UDP 443 to anywhere take encrypted DNS?
fn quic_block(facts: &Facts<'_>) -> bool {
    let quic = |cube: &Cube| {
        let only = |field, value| cube.get(field).is_some_and(|set| *set == single(value));
        let port = cube.get(Field::DstPort).is_some_and(|ports| ports.contains(443));
        only(Field::Proto, UDP.into()) && port && cube.get(Field::Dst).is_none()
    };
    let only_443 = facts.lost_values(Field::DstPort) == single(443);
    let by_quic = || facts.rule().is_some_and(|(_, _, rule)| rule.matches.packets.cubes().iter().any(quic));
    facts.is_denied_opening() && facts.service() == "dns" && only_443 && by_quic()
}

/// Is port 53 open to the resolvers, and port 443 to none of them?
fn dns_443_missing(facts: &Facts<'_>) -> bool {
    let any = IntervalSet::range(0, 255);
    facts.is_forgotten()
        && facts.service() == "dns"
        && facts.lost_values(Field::DstPort) == single(443)
        && facts.permitted_to(&any, &single(53)).overlaps(&facts.lost_values(Field::Dst))
        && facts.permitted_to(&single(UDP.into()), &single(443)).is_empty()
}

/// Is only one of UDP and TCP open on the same ports?
fn one_protocol(facts: &Facts<'_>) -> bool {
    let lost = facts.lost_values(Field::Proto);
    let other = if lost == single(UDP.into()) { TCP } else { UDP };
    let both = lost.only().is_some() && (lost.contains(TCP.into()) || lost.contains(UDP.into()));
    let open = || {
        let same = PacketSet::clone(&facts.permitted).with(Field::Proto, &single(other.into()));
        let swapped = facts.lost.forget(&[Field::Proto]).with(Field::Proto, &single(other.into()));
        swapped.is_subset(&same)
    };
    facts.is_forgotten() && facts.service() == "dns" && both && open()
}

/// Are the same packets permitted to other resolvers, and to none of these?
fn one_resolver(facts: &Facts<'_>) -> bool {
    let open = facts.permitted_to(&facts.lost_values(Field::Proto), &facts.lost_values(Field::DstPort));
    let apart = !open.is_empty() && !open.overlaps(&facts.lost_values(Field::Dst));
    facts.is_forgotten() && facts.service() == "dns" && apart
}

/// Does the same flow pass over IPv4, and nothing of the service over IPv6?
fn v6_closed(facts: &Facts<'_>) -> bool {
    let passes_v4 = |hit: &Hit<'_>| {
        let results = facts.rule_set.results.iter().filter(|r| std::ptr::eq(r.requirement, hit.requirement));
        let mut judgements = results.flat_map(|r| &r.judgements).map(|(_, judgement)| judgement);
        judgements.any(|j| j.family == Family::V4 && j.verdict == Verdict::Permitted)
    };
    let closed = facts.family == Family::V6 && facts.permitted.is_empty();
    closed && facts.is_forgotten() && facts.hits.iter().any(passes_v4)
}

/// Where all known Umbrella ingress lies: 146.112.0.0/16, 151.186.0.0/16 and 155.190.0.0/16.
const UMBRELLA: [(u128, u128); 3] =
    [(0x9270_0000, 0x9270_ffff), (0x97ba_0000, 0x97ba_ffff), (0x9bbe_0000, 0x9bbe_ffff)];

/// Is web traffic permitted to Umbrella's blocks, and denied to a gateway that lies outside of them?
fn secure_access_not_covered(facts: &Facts<'_>) -> bool {
    if facts.family != Family::V4 || facts.service() != "swg" || !facts.is_denied_opening() {
        return false;
    }
    let umbrella = IntervalSet::from_ranges(UMBRELLA);
    !facts.lost_values(Field::Dst).overlaps(&umbrella) && facts.permits_web_to(&umbrella)
}

/// Is the flow permitted to other regions, and to none of these?
fn one_region(facts: &Facts<'_>) -> bool {
    let regional = facts.hits.iter().all(|hit| hit.requirement.region.is_some());
    let open = facts.permitted_to(&facts.lost_values(Field::Proto), &facts.lost_values(Field::DstPort));
    let mut flows = facts.hits.iter().map(|hit| hit.requirement.flow.as_str());
    let passes = |flow| {
        let results = facts.rule_set.results.iter().filter(move |r| r.requirement.flow == flow);
        results.into_iter().any(|r| r.verdict == Verdict::Permitted)
    };
    facts.is_forgotten() && regional && !open.is_empty() && flows.any(passes)
}

/// Is one of the web ports closed and the other open to the same places?
fn one_web_port(facts: &Facts<'_>) -> bool {
    let Some(port) = facts.lost_values(Field::DstPort).only() else { return false };
    let other = match port {
        80 => 443,
        443 => 80,
        _ => return false,
    };
    let tcp = single(TCP.into());
    let open = facts.permitted_to(&tcp, &single(other));
    let web = facts.lost_values(Field::Proto) == tcp && facts.service() != "dns";
    facts.is_forgotten() && web && facts.lost_values(Field::Dst).is_subset(&open)
}

/// Is there a permit for these packets that they do not come to?
fn permit_ineffective(facts: &Facts<'_>) -> bool {
    let found = || facts.shadowed.get_or_init(|| shadowed(facts.hits).map(Rc::new));
    facts.is_denied_opening() && facts.may_search && found().is_some()
}

/// Does the packet find no permit before everything else is dropped?
fn no_permit(facts: &Facts<'_>) -> bool {
    facts.is_denied_opening() && facts.falls_through()
}
