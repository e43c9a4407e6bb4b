use super::*;
use crate::policy::{Answers, Chain, ChainEnd, Condition, Denial, Interfaces, Match, Rule, Sees};
use crate::source::{Sources, Span};
use crate::space::{Family, addresses};

const RESOLVER: &str = "208.67.222.222/32";

fn span() -> Span {
    Span { source: Sources::new().add("", ""), start: 0, end: 0 }
}

fn packets(to: &str, proto: u8, port: u128) -> PacketSet {
    PacketSet::full(Family::V4)
        .with(Field::Dst, &addresses(to.parse().unwrap()))
        .with(Field::Proto, &IntervalSet::single(proto.into()))
        .with(Field::DstPort, &IntervalSet::single(port))
}

fn lost() -> PacketSet {
    packets(RESOLVER, 17, 443).with(Field::Src, &addresses("10.20.0.0/16".parse().unwrap()))
}

fn rule(packets: PacketSet, action: Action) -> Rule {
    Rule { matches: Match::exactly(packets), action, span: span() }
}

/// Chain 0 is asked for forwarded packets, chain 1 only by jumps.
fn policy(first: Vec<Rule>, second: Vec<Rule>) -> Policy {
    let chain = |name: &str, rules, end| Chain { name: name.to_owned(), rules, end, span: span() };
    let end = ChainEnd::Deny(Denial::Silent);
    Policy {
        family: Family::V4,
        interfaces: Interfaces::new(),
        chains: vec![chain("filter FORWARD", first, end), chain("filter ROAM", second, ChainEnd::Return)],
        forward: vec![Stage::Filter { chain: ChainId(0), sees: Sees::Both, permit: true }],
        input: Vec::new(),
        output: Vec::new(),
        hook: Hook::Forward,
        answers: Answers::Tracked { icmp: true },
    }
}

fn near(policy: &Policy) -> Vec<NearPermit> {
    near_permits(policy, &lost(), Leg::Opening)
}

#[test]
fn a_permit_of_another_protocol_or_port_misses_and_would_mend() {
    for (packets, field) in [(packets(RESOLVER, 6, 443), Field::Proto), (packets(RESOLVER, 17, 53), Field::DstPort)] {
        let policy = policy(vec![rule(packets, Action::Accept)], Vec::new());
        let found = near(&policy);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].miss.as_ref().map(|m| m.field), Some(field));
        assert_eq!(found[0].packets.values(Field::Src), lost().values(Field::Src));
        assert!(would_mend(&policy, &found[0], Leg::Opening));
    }
}

#[test]
fn two_misses_and_permits_for_anywhere_are_not_near() {
    let anywhere = packets("0.0.0.0/0", 6, 443);
    let rules = vec![rule(packets(RESOLVER, 6, 53), Action::Accept), rule(anywhere, Action::Accept)];
    assert!(near(&policy(rules, Vec::new())).is_empty());
}

#[test]
fn another_network_is_near_only_when_it_is_a_neighbour() {
    let to = |net| near(&policy(vec![rule(packets(net, 17, 443), Action::Accept)], Vec::new()));
    assert_eq!(to("208.67.221.0/24")[0].miss.as_ref().map(|m| m.field), Some(Field::Dst));
    assert!(to("198.51.100.0/24").is_empty());
}

#[test]
fn a_miss_on_the_way_is_at_the_jump_and_one_more_is_too_many() {
    let jump = |from: &str| {
        let source = PacketSet::full(Family::V4).with(Field::Src, &addresses(from.parse().unwrap()));
        vec![rule(source, Action::Jump(ChainId(1)))]
    };
    let found = near(&policy(jump("10.21.0.0/16"), vec![rule(packets(RESOLVER, 17, 443), Action::Accept)]));
    let miss = found[0].miss.as_ref().unwrap();
    assert_eq!((miss.at.chain, miss.field), (ChainId(0), Field::Src));
    assert!(near(&policy(jump("10.21.0.0/16"), vec![rule(packets(RESOLVER, 17, 53), Action::Accept)])).is_empty());
}

#[test]
fn a_permit_below_a_denial_would_not_mend() {
    let udp = PacketSet::full(Family::V4).with(Field::Proto, &IntervalSet::single(17));
    let rules = vec![rule(udp, Action::Deny(Denial::Silent)), rule(packets(RESOLVER, 17, 53), Action::Accept)];
    let policy = policy(rules, Vec::new());
    assert!(!would_mend(&policy, &near(&policy)[0], Leg::Opening));
}

#[test]
fn a_chain_without_a_caller_is_nowhere_and_one_for_the_firewall_is_on_another_way() {
    let mut policy = policy(Vec::new(), vec![rule(packets(RESOLVER, 17, 443), Action::Accept)]);
    assert_eq!(near(&policy)[0].reach, Reach::Nowhere);
    policy.output = vec![Stage::Filter { chain: ChainId(1), sees: Sees::Out, permit: true }];
    assert_eq!(near(&policy)[0].reach, Reach::OtherWay);
}

#[test]
fn what_the_text_leaves_open_is_not_near() {
    let mut doubtful = rule(packets(RESOLVER, 6, 443), Action::Accept);
    doubtful.matches.opaque.push(Condition { text: "-m time".to_owned(), span: span() });
    assert!(near(&policy(vec![doubtful], Vec::new())).is_empty());
}

#[test]
fn a_rule_for_answers_by_another_interface_is_near_to_lost_answers() {
    let established = PacketSet::full(Family::V4).with(Field::State, &states::of(CtState::Established));
    let wrong = established.with(Field::InIface, &IntervalSet::single(2));
    let mut policy = policy(vec![rule(wrong, Action::Accept)], Vec::new());
    policy.answers = Answers::Filtered;
    let judged = lost().with(Field::InIface, &IntervalSet::single(2)).with(Field::OutIface, &IntervalSet::single(3));
    let found = near_permits(&policy, &judged, Leg::Answer);
    assert_eq!(found[0].miss.as_ref().map(|m| m.field), Some(Field::InIface));
    assert_eq!(found[0].packets.values(Field::DstPort).only(), Some(443));
}

#[test]
fn chains_that_call_the_next_one_twice_end() {
    let mut policy = policy(Vec::new(), Vec::new());
    let all = PacketSet::full(Family::V4);
    let chain = |next: usize| {
        let half = all.clone().with(Field::SrcPort, &IntervalSet::range(0, 1000 + next as u128));
        let rules = vec![rule(all.clone(), Action::Jump(ChainId(next))), rule(half, Action::Jump(ChainId(next)))];
        Chain { name: "filter C".to_owned(), rules, end: ChainEnd::Return, span: span() }
    };
    policy.chains = (1..2000).map(chain).collect();
    assert!(near(&policy).is_empty());
}
