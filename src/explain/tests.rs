use super::*;
use crate::format::Tally;
use crate::ingress::Level;
use crate::policy::{
    Action, Answers, Chain, ChainEnd, ChainId, Condition, Conversation, Denial, Interfaces, Leg, Match, Policy, Rule,
    RuleRef, Sees, Stage, TCP, Translation, UDP,
};
use crate::report::{FlowResult, RuleFile, RuleSet};
use crate::requirement::Requirement;
use crate::source::{SourceId, Span};
use crate::space::{Family, Field, IntervalSet, PacketSet, addresses};
use crate::verify::{Block, Judgement, verdict_of};
use ipnet::IpNet;

const A: &str = "208.67.222.222/32";
const B: &str = "208.67.220.220/32";

const TEXT: &str = "*nat
-A PREROUTING -p udp --dport 53 -j DNAT --to-destination 10.0.0.53
COMMIT
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp -m udp --dport 443 -j DROP
-A FORWARD -p tcp -j REJECT --reject-with tcp-reset
-A FORWARD -d 208.67.222.222/32 -p udp -m limit --limit 10/s -j ACCEPT
COMMIT
";

/// A required flow as `(flow, region, protocol, port, destinations)`.
fn requirement(flow: &str, region: Option<&str>, proto: u8, port: u16, to: &[&str]) -> Requirement {
    let service = flow.split('-').next().unwrap();
    Requirement {
        id: region.map_or_else(|| flow.to_owned(), |region| format!("{flow}@{region}")),
        flow: flow.to_owned(),
        service: service.to_owned(),
        region: region.map(str::to_owned),
        level: Level::Required,
        order: None,
        any_of: None,
        proto,
        source_ports: vec![(1024, 65535)],
        destination_ports: vec![(port, port)],
        destinations: to.iter().map(|p| p.parse().unwrap()).collect(),
        why: String::new(),
        symptom: "fails open".to_owned(),
        sources: Vec::new(),
    }
}

fn dns(proto: u8, port: u16) -> Requirement {
    requirement(&format!("dns-{}-{port}", if proto == UDP { "udp" } else { "tcp" }), None, proto, port, &[A, B])
}

fn only(proto: u8, ports: &[u16]) -> PacketSet {
    let ports = IntervalSet::from_ranges(ports.iter().map(|p| ((*p).into(), (*p).into())));
    let all = PacketSet::full(Family::V4).with(Field::Proto, &IntervalSet::single(proto.into()));
    all.with(Field::DstPort, &ports)
}

fn to(set: PacketSet, prefixes: &[IpNet]) -> PacketSet {
    let all = prefixes.iter().map(|p| addresses(*p)).fold(IntervalSet::empty(), |a, b| a.union(&b));
    set.with(Field::Dst, &all)
}

struct World {
    sources: Sources,
    source: SourceId,
    policy: Policy,
    v6: Policy,
}

impl World {
    /// Chain 0 is `nat PREROUTING` with one rule, chain 1 `filter FORWARD` with four.
    fn new() -> World {
        let mut sources = Sources::new();
        let source = sources.add("fw.rules", TEXT);
        let span = |needle: &str| {
            let text = sources.text(source);
            let at = text.find(needle).unwrap();
            let line = text[at..].lines().next().unwrap();
            Span::of(source, text, &text[at..at + line.len()])
        };
        let rule = |matches: Match, action, needle| Rule { matches, action, span: span(needle) };
        let redirect =
            Translation::Destination { addresses: Some(IntervalSet::single(0x0a00_0035)), ports: None, local: false };
        let tracked = PacketSet::full(Family::V4)
            .with(Field::State, &crate::policy::states::of(crate::policy::CtState::Established));
        let tcp = PacketSet::full(Family::V4).with(Field::Proto, &IntervalSet::single(TCP.into()));
        let late = to(only(UDP, &[443]), &[A.parse().unwrap()]);
        let nat = vec![rule(Match::exactly(only(UDP, &[53])), Action::Translate(redirect), "-A PREROUTING")];
        let filter = vec![
            rule(Match::exactly(tracked), Action::Accept, "-A FORWARD -m conntrack"),
            rule(Match::exactly(only(UDP, &[443])), Action::Deny(Denial::Silent), "-A FORWARD -p udp"),
            rule(Match::exactly(tcp), Action::Deny(Denial::Reset), "-A FORWARD -p tcp"),
            rule(Match::exactly(late), Action::Accept, "-A FORWARD -d"),
        ];
        let chain = |name: &str, rules: Vec<Rule>, needle| Chain {
            name: name.to_owned(),
            rules: rules.into(),
            end: ChainEnd::Deny(Denial::Silent),
            span: span(needle),
        };
        let chains = vec![chain("nat PREROUTING", nat, "*nat"), chain("filter FORWARD", filter, ":FORWARD")];
        let policy = Policy {
            family: Family::V4,
            interfaces: Interfaces::new(),
            chains,
            forward: vec![Stage::Filter { chain: ChainId(1), sees: Sees::Both, permit: true }],
            input: Vec::new(),
            output: Vec::new(),
            hook: crate::policy::Hook::Forward,
            answers: Answers::Filtered,
        };
        let v6 = Policy { family: Family::V6, ..policy.clone() };
        World { sources, source, policy, v6 }
    }

    fn block(&self, requirement: &Requirement, verdict: Verdict, rule: RuleRef) -> Block {
        let ports: Vec<u16> = requirement.destination_ports.iter().map(|p| p.0).collect();
        let clients = addresses("10.20.0.0/16".parse().unwrap());
        let packets = to(only(requirement.proto, &ports), &requirement.destinations).with(Field::Src, &clients);
        let packets = packets.with(Field::SrcPort, &IntervalSet::range(1024, 65535));
        let denial = match self.policy.rule(rule).map(|r| &r.action) {
            Some(Action::Deny(denial)) => Some(*denial),
            _ => (verdict == Verdict::Denied).then_some(Denial::Silent),
        };
        Block {
            verdict,
            witness: Conversation::from_packet(Family::V4, &packets.witness().unwrap()),
            judged: packets.clone(),
            packets,
            leg: Leg::Opening,
            rule: Some(rule),
            at: self.policy.span(rule),
            path: Vec::new(),
            because: Vec::new(),
            denial,
            interfaces_matter: false,
            ways_differ: false,
            waived: None,
        }
    }

    fn result<'w>(&'w self, requirement: &'w Requirement, blocks: Vec<Block>) -> FlowResult<'w> {
        let verdict = verdict_of(blocks.iter().map(|b| b.verdict));
        let judgement = Judgement { family: Family::V4, verdict, blocks, disagreements: Vec::new() };
        FlowResult {
            requirement,
            verdict,
            judgements: vec![(&self.policy, judgement)],
            alternative: None,
            waived: None,
            was_so_before: false,
        }
    }

    fn rule_set<'w>(&'w self, results: Vec<FlowResult<'w>>) -> RuleSet<'w> {
        let name = "fw.rules".to_owned();
        let file = RuleFile {
            name: name.clone(),
            source: self.source,
            format: "iptables",
            rules: 0,
            tally: Tally::default(),
            lines: &[],
        };
        RuleSet { name, site: None, files: vec![file], results }
    }

    /// The findings when each flow is of one piece, with a judge that believes every fix.
    fn findings(&self, flows: &[(Requirement, Verdict, RuleRef)]) -> Vec<Finding> {
        let results = flows.iter().map(|(r, verdict, at)| self.result(r, vec![self.block(r, *verdict, *at)]));
        self.judged(results.collect())
    }

    fn judged<'w>(&'w self, results: Vec<FlowResult<'w>>) -> Vec<Finding> {
        let believe = |_: &RuleFile<'_>, _: &str, losses: &[&Loss<'_>]| vec![Verdict::Permitted; losses.len()];
        findings_by(&self.rule_set(results), &self.sources, &believe)
    }
}

const END: RuleRef = RuleRef { chain: ChainId(1), rule: usize::MAX };

fn filter(rule: usize) -> RuleRef {
    RuleRef { chain: ChainId(1), rule }
}

use Verdict::{Denied, Intercepted, Permitted, Undecided};

fn codes(findings: &[Finding]) -> Vec<Code> {
    findings.iter().map(|f| f.code).collect()
}

#[test]
fn what_no_rule_permits_is_one_finding_with_the_exact_fix() {
    let mut world = World::new();
    world.policy.chains[1].rules.change(|rules| rules.truncate(3));
    let flows = [(dns(UDP, 53), Denied, END), (dns(UDP, 443), Denied, END), (dns(TCP, 53), Denied, END)];
    let findings = world.findings(&flows);
    assert_eq!(codes(&findings), [Code::NoPermit]);
    let one = &findings[0];
    let message = "UDP 53 and 443 and TCP 53 to 208.67.222.222 and 208.67.220.220 is denied: no rule permits it";
    assert_eq!(one.message, message);
    assert_eq!(one.severity, Severity::Error);
    assert_eq!(one.labels[0].text, "no rule permits it before the policy DROP of FORWARD");
    let help = "append after line 9, the last rule of `FORWARD`:
-A FORWARD -s 10.20.0.0/16 -d 208.67.220.220/32,208.67.222.222/32 -p udp -m multiport --dports 53,443 -j ACCEPT
-A FORWARD -s 10.20.0.0/16 -d 208.67.220.220/32,208.67.222.222/32 -p tcp -m tcp --dport 53 -j ACCEPT";
    assert_eq!(one.help.as_deref(), Some(help));
    let notes = [
        "lost: UDP 53 and 443 from 10.20.0.0/16 to 208.67.220.220 and 208.67.222.222",
        "lost: TCP 53 from 10.20.0.0/16 to 208.67.220.220 and 208.67.222.222",
        "flows: `dns-udp-53`, `dns-udp-443` and `dns-tcp-53`",
        "for example udp 10.20.0.0:1024 > 208.67.220.220:53",
        "a silent drop: a capture at the client shows the same SYN again and again for TCP, and requests without any answer for the rest",
        "what the client shows for `dns-udp-53`: fails open",
    ];
    assert_eq!(one.notes[..6], notes);
}

#[test]
fn classic_mistakes_have_their_names() {
    let world = World::new();
    let code = |flows: &[(Requirement, Verdict, RuleRef)]| codes(&world.findings(flows));
    let (udp53, udp443, tcp53) = (dns(UDP, 53), dns(UDP, 443), dns(TCP, 53));
    let open = |r: &Requirement| (r.clone(), Permitted, filter(3));
    assert_eq!(code(&[open(&udp53), (udp443.clone(), Denied, filter(1))]), [Code::QuicBlock]);
    assert_eq!(code(&[open(&udp53), (udp443.clone(), Denied, END)]), [Code::Dns443Missing]);
    assert_eq!(code(&[open(&udp53), open(&udp443), (tcp53.clone(), Denied, END)]), [Code::OneProtocol]);
    assert_eq!(code(&[(udp53, Intercepted, RuleRef { chain: ChainId(0), rule: 0 })]), [Code::DnsIntercepted]);
    let web = |flow, region, port, to| requirement(flow, Some(region), TCP, port, &[to]);
    let (ams, lon) = (web("swg-https", "ams", 443, "146.112.1.0/24"), web("swg-https", "lon", 443, "146.112.2.0/24"));
    assert_eq!(code(&[open(&ams), (lon.clone(), Denied, END)]), [Code::OneRegion]);
    let other_cloud = web("swg-https", "lhr", 443, "198.51.100.7/32");
    assert_eq!(code(&[open(&ams), (other_cloud, Denied, END)]), [Code::SecureAccessNotCovered]);
    let plain = web("swg-http", "ams", 80, "146.112.1.0/24");
    assert_eq!(code(&[open(&ams), (plain, Denied, END)]), [Code::OneWebPort]);
    assert_eq!(code(&[(lon, Denied, filter(2))]), [Code::DeniedByRule]);
}

#[test]
fn one_resolver_and_two_mistakes_at_one_end_are_told_apart() {
    let world = World::new();
    let dns = dns(UDP, 443);
    let web = requirement("swg-https", Some("ams"), TCP, 443, &["146.112.1.0/24"]);
    let part = |verdict, to_part: &str| {
        let mut block = world.block(&dns, verdict, if verdict == Denied { END } else { filter(3) });
        block.packets = to(block.packets, &[to_part.parse().unwrap()]);
        block.judged = block.packets.clone();
        block
    };
    let results = vec![
        world.result(&dns, vec![part(Permitted, A), part(Denied, B)]),
        world.result(&web, vec![world.block(&web, Denied, END)]),
    ];
    let findings = world.judged(results);
    assert_eq!(codes(&findings), [Code::OneResolver, Code::NoPermit]);
    assert_eq!(
        findings[0].message,
        "UDP 443 to 208.67.220.220 is denied while the same to another resolver is permitted"
    );
    assert_eq!(findings[1].message, "web traffic (TCP 443) to the region ams is denied: no rule permits it");
}

#[test]
fn regions_are_counted_and_rejects_are_visible() {
    let world = World::new();
    let each = (0..49).map(|n| {
        let to = format!("146.112.{n}.0/24");
        (requirement("swg-https", Some(&format!("r{n}")), TCP, 443, &[&to]), Denied, filter(2))
    });
    let findings = world.findings(&each.collect::<Vec<_>>());
    assert_eq!(findings.len(), 1);
    let message = "web traffic (TCP 443) to 49 regions (r0, r1, r2, r3, ...) is denied by a rule";
    assert_eq!(findings[0].message, message);
    assert_eq!(findings[0].labels[0].text, "rejected here with tcp-reset");
    assert!(findings[0].notes.contains(&"flows: `swg-https` in 49 regions".to_owned()));
    assert!(findings[0].notes.iter().any(|n| n.ends_with("shows a RST at once")));
}

#[test]
fn a_permit_below_the_deny_is_shown() {
    let world = World::new();
    // Not DNS, so the rule against UDP 443 is no mistake about QUIC.
    let other = requirement("tunnel", None, UDP, 443, &[A]);
    let findings = world.findings(&[(other, Denied, filter(1))]);
    assert_eq!(codes(&findings), [Code::PermitIneffective]);
    assert_eq!(findings[0].labels[1].text, "this permit never gets these packets");
    assert_eq!(world.sources.position(findings[0].labels[1].span).line, 9);
}

#[test]
fn undecided_names_the_condition_and_is_a_warning() {
    let world = World::new();
    let dns = dns(UDP, 443);
    let mut block = world.block(&dns, Undecided, filter(3));
    let span = world.policy.span(filter(3)).unwrap();
    block.because = vec![Condition { text: "-m limit --limit 10/s".to_owned(), span }];
    let findings = world.judged(vec![world.result(&dns, vec![block])]);
    assert_eq!(codes(&findings), [Code::LimitInFront]);
    assert_eq!(findings[0].severity, Severity::Warning);
    assert_eq!(findings[0].notes[0], "permitted only while `-m limit --limit 10/s` at fw.rules:9 holds");
    assert!(findings[0].help.as_ref().unwrap().starts_with("insert above line 9:\n-A FORWARD -s 10.20.0.0/16"));
}

#[test]
fn ways_that_differ_ask_for_the_flags() {
    let mut world = World::new();
    world.policy.interfaces.add("lan0");
    world.policy.interfaces.add("wan0");
    let dns = dns(UDP, 443);
    let mut block = world.block(&dns, Undecided, END);
    block.ways_differ = true;
    let text = "denied for wan0 > lan0; permitted for lan0 > wan0".to_owned();
    block.because = vec![Condition { text, span: block.at.unwrap() }];
    let findings = world.judged(vec![world.result(&dns, vec![block])]);
    let help = "say which way the clients take, with `--in-interface` and `--out-interface`";
    assert_eq!(findings[0].help.as_deref(), Some(help));
    let note = "it differs by the way through the firewall: denied for wan0 > lan0; permitted for lan0 > wan0";
    assert_eq!(findings[0].notes[0], note);
    assert!(findings[0].notes[1].starts_with("not decided: UDP 443 from 10.20.0.0/16"), "{:?}", findings[0].notes);
}

#[test]
fn answers_that_are_lost_have_their_own_words() {
    let world = World::new();
    let dns = dns(UDP, 443);
    let mut block = world.block(&dns, Denied, END);
    block.leg = Leg::Answer;
    let findings = world.judged(vec![world.result(&dns, vec![block])]);
    assert_eq!(codes(&findings), [Code::AnswerDropped]);
    assert!(findings[0].message.ends_with("is let out, but the answer does not come back"));
    assert!(
        findings[0].help.as_ref().unwrap().ends_with("-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT")
    );
}

#[test]
fn interception_says_where_to() {
    let world = World::new();
    let findings = world.findings(&[(dns(UDP, 53), Intercepted, RuleRef { chain: ChainId(0), rule: 0 })]);
    assert_eq!(findings[0].labels[0].text, "sent to 10.0.0.53 here");
    assert!(findings[0].help.as_ref().unwrap().contains("\n-A PREROUTING -s 10.20.0.0/16 -d"));
}

#[test]
fn v6_that_was_never_opened_is_named() {
    let world = World::new();
    let dns = dns(UDP, 443);
    let open = world.block(&dns, Permitted, filter(3));
    let mut closed = world.block(&dns, Denied, END);
    let resolver = IntervalSet::single("2620:119:35::35".parse::<std::net::Ipv6Addr>().unwrap().into());
    closed.packets = PacketSet::full(Family::V6).with(Field::Dst, &resolver);
    let mut result = world.result(&dns, vec![open]);
    let judgement = Judgement { family: Family::V6, verdict: Denied, blocks: vec![closed], disagreements: Vec::new() };
    result.judgements.push((&world.v6, judgement));
    result.verdict = Verdict::PartlyDenied;
    let findings = world.judged(vec![result]);
    assert_eq!(codes(&findings), [Code::V6Closed]);
}

#[test]
fn a_fix_that_does_not_hold_is_told_in_words() {
    let world = World::new();
    let dns = dns(UDP, 443);
    let results = vec![world.result(&dns, vec![world.block(&dns, Denied, END)])];
    let doubt = |_: &RuleFile<'_>, _: &str, losses: &[&Loss<'_>]| vec![Verdict::Undecided; losses.len()];
    let findings = findings_by(&world.rule_set(results), &world.sources, &doubt);
    let help =
        "before the denial is reached, permit udp from 10.20.0.0/16 to 208.67.220.220/32, 208.67.222.222/32 port 443";
    assert_eq!(findings[0].help.as_deref(), Some(help));
}

#[test]
fn recommended_flows_and_test_vectors_only_warn() {
    let world = World::new();
    let recommended = Requirement { level: Level::Recommended, ..dns(UDP, 443) };
    assert_eq!(world.findings(&[(recommended, Denied, END)])[0].severity, Severity::Warning);
    let mut vector = dns(UDP, 443);
    vector.id.push_str(":test");
    assert_eq!(world.findings(&[(vector, Denied, END)])[0].severity, Severity::Warning);
}

#[test]
fn test_vectors_that_share_a_mistake_are_told_in_few_words() {
    let world = World::new();
    let web = |region, to| requirement("swg-https", Some(region), TCP, 443, &[to]);
    let mut vector = web("bos", "146.112.2.0/24");
    vector.id.push_str(":test");
    let findings = world.findings(&[(web("ams", "146.112.1.0/24"), Denied, END), (vector, Denied, END)]);
    assert_eq!(codes(&findings), [Code::NoPermit, Code::NoPermit]);
    assert_eq!(findings[1].help.as_deref(), Some("the lines that mend the required flows here let these pass as well"));
    assert_eq!(findings[1].notes.len(), 2, "{:?}", findings[1].notes);
    assert_eq!(findings[1].notes[0], "flows: `swg-https@bos`");
}

#[test]
fn answers_that_two_lines_drop_are_one_mistake() {
    let world = World::new();
    let lost = |requirement: &Requirement, leg, rule| {
        let mut block = world.block(requirement, Denied, rule);
        block.leg = leg;
        block
    };
    let (udp, tcp) = (dns(UDP, 443), dns(TCP, 443));
    let results = vec![
        world.result(&udp, vec![lost(&udp, Leg::Later, END)]),
        world.result(&tcp, vec![lost(&tcp, Leg::Answer, filter(2))]),
    ];
    let findings = world.judged(results);
    assert_eq!(codes(&findings), [Code::AnswerDropped]);
    assert!(findings[0].message.starts_with("UDP and TCP 443 to"), "{}", findings[0].message);
    let lines: Vec<usize> = findings[0].labels.iter().map(|l| world.sources.position(l.span).line).collect();
    assert_eq!(lines, [5, 8]);
}

#[test]
fn timeouts_are_told_from_half_a_minute_on_and_once_for_each_line() {
    let world = World::new();
    let udp = dns(UDP, 443);
    let rule_set = world.rule_set(vec![world.result(&udp, vec![world.block(&udp, Permitted, filter(0))])]);
    let told = |timeouts: &[(u32, PacketSet)]| {
        let span = |at: u32| crate::source::Span { source: world.source, start: at, end: at + 1 };
        let timeout = |(at, (seconds, packets)): (usize, &(u32, PacketSet))| crate::policy::UdpTimeout {
            packets: packets.clone(),
            seconds: Some(*seconds),
            span: span(at as u32),
        };
        let topology = crate::policy::Topology {
            udp_timeouts: timeouts.iter().enumerate().map(timeout).collect(),
            ..crate::policy::Topology::default()
        };
        let base = crate::format::RuleBase { policy: world.policy.clone(), topology };
        let findings = surroundings(&[&base, &base], &rule_set, &world.sources);
        findings.iter().map(|f| (f.code, f.span().unwrap().start)).collect::<Vec<_>>()
    };
    let all = PacketSet::full(Family::V4);
    let other = all.clone().with(Field::DstPort, &IntervalSet::single(53));
    assert_eq!(told(&[(29, all.clone())]), []);
    assert_eq!(told(&[(30, all.clone())]), [(Code::UdpTimeout, 0)]);
    assert_eq!(told(&[(15, all.clone()), (120, all.clone())]), [], "the first one holds");
    assert_eq!(told(&[(300, other), (120, all)]), [(Code::UdpTimeout, 1)], "port 53 is not required here");
}
