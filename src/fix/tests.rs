use super::*;
use crate::policy::{Action, Answers, Chain, ChainEnd, ChainId, Denial, Interfaces, Match, Rule, Sees, Stage};
use crate::source::SourceId;
use crate::source::Sources;
use crate::space::{Family, Field, IntervalSet, addresses};
use ipnet::IpNet;

fn set(prefixes: &[&str]) -> IntervalSet {
    let each = prefixes.iter().map(|p| addresses(p.parse::<IpNet>().unwrap()));
    each.reduce(|a, b| a.union(&b)).unwrap()
}

fn lost(from: &[&str], to: &[&str], proto: u8, ports: &[u128]) -> PacketSet {
    PacketSet::full(Family::V4)
        .with(Field::Src, &set(from))
        .with(Field::Dst, &set(to))
        .with(Field::Proto, &IntervalSet::single(proto.into()))
        .with(Field::DstPort, &IntervalSet::from_ranges(ports.iter().map(|p| (*p, *p))))
}

const RESOLVERS: [&str; 2] = ["208.67.222.222/32", "208.67.220.220/32"];

fn policy() -> Policy {
    let established = PacketSet::full(Family::V4).with(Field::State, &crate::policy::states::tracked());
    let span = Span { source: Sources::new().add("", ""), start: 0, end: 0 };
    let rule = Rule { matches: Match::exactly(established), action: Action::Accept, span };
    let end = ChainEnd::Deny(Denial::Silent);
    Policy {
        family: Family::V4,
        interfaces: Interfaces::new(),
        chains: vec![Chain { name: "filter FORWARD".to_owned(), rules: vec![rule].into(), end, span }],
        forward: vec![Stage::Filter { chain: ChainId(0), sees: Sees::Both, permit: true }],
        input: Vec::new(),
        output: Vec::new(),
        hook: crate::policy::Hook::Forward,
        answers: Answers::Filtered,
    }
}

fn span(id: SourceId, text: &str, needle: &str) -> Span {
    let at = text.find(needle).unwrap();
    Span::of(id, text, &text[at..at + needle.len()])
}

struct Case {
    format: &'static str,
    text: &'static str,
    at: &'static str,
    verdict: Verdict,
    leg: Leg,
    end: bool,
    packets: PacketSet,
    jumps: &'static [&'static str],
}

impl Case {
    fn new(format: &'static str, text: &'static str, at: &'static str, packets: PacketSet) -> Case {
        Case { format, text, at, verdict: Verdict::Denied, leg: Leg::Opening, end: false, packets, jumps: &[] }
    }

    /// The proposal and the text with its edits.
    fn run_in(&self, policy: &Policy) -> Option<(Proposal, String)> {
        let mut sources = Sources::new();
        let id = sources.add("x", self.text);
        let witness = Conversation::from_packet(Family::V4, &self.packets.witness().unwrap());
        let rule = if self.end { RuleRef::end_of(ChainId(0)) } else { RuleRef { chain: ChainId(0), rule: 0 } };
        let path: Vec<Span> = self.jumps.iter().map(|jump| span(id, self.text, jump)).collect();
        let loss = Loss {
            verdict: self.verdict,
            leg: self.leg,
            at: span(id, self.text, self.at),
            rule: Some(rule),
            path: &path,
            policy,
            packets: vec![self.packets.clone()],
            witness: &witness,
        };
        let proposal = Writing::new(self.format, sources.text(loss.at.source)).proposal(&loss)?;
        let mended = apply(self.text, &proposal.edits);
        Some((proposal, mended))
    }

    fn run(&self) -> Option<(Proposal, String)> {
        self.run_in(&policy())
    }
}

const DUMP: &str = "*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p udp --dport 53 -j REDIRECT --to-ports 53
COMMIT
*filter
:FORWARD DROP [0:0]
:ROAMING - [0:0]
[1:60] -A FORWARD -j ROAMING
-A ROAMING -p udp -m udp --dport 443 -j DROP
COMMIT
";

fn dns() -> PacketSet {
    lost(&["10.20.0.0/16"], &RESOLVERS, 17, &[53, 443])
}

#[test]
fn a_permit_stands_above_the_guilty_rule_in_its_own_chain() {
    let (proposal, mended) = Case::new("iptables", DUMP, "-A ROAMING", dns()).run().unwrap();
    let line = "-A ROAMING -s 10.20.0.0/16 -d 208.67.220.220/32,208.67.222.222/32 -p udp -m multiport --dports 53,443 -j ACCEPT";
    assert_eq!(proposal.text, line);
    assert_eq!(proposal.place, "insert above line 9");
    assert!(mended.contains(&format!("{line}\n-A ROAMING -p udp")));
}

const HELPERS: &str = "*filter
:FORWARD DROP [0:0]
:OUT - [0:0]
:LOGDROP - [0:0]
-A FORWARD -s 10.20.0.0/16 -j OUT
-A OUT -p tcp --dport 80 -j ACCEPT
-A OUT -j LOGDROP
-A LOGDROP -j LOG
-A LOGDROP -j DROP
COMMIT
";

#[test]
fn a_permit_stands_above_the_jump_to_a_chain_that_only_drops() {
    let jumps = &["-A FORWARD -s", "-A OUT -j"];
    let case = Case { jumps, ..Case::new("iptables", HELPERS, "-A LOGDROP -j DROP", dns()) };
    let (proposal, _) = case.run().unwrap();
    assert!(proposal.text.starts_with("-A OUT -s 10.20.0.0/16 -d"), "{}", proposal.text);
    assert_eq!(proposal.place, "insert above line 7");
}

#[test]
fn a_permit_goes_below_the_last_rule_when_the_policy_decides() {
    let case = Case { end: true, ..Case::new("iptables", DUMP, ":FORWARD DROP [0:0]", dns()) };
    let (proposal, mended) = case.run().unwrap();
    assert_eq!(proposal.place, "append after line 8, the last rule of `FORWARD`");
    assert!(mended.contains("-j ROAMING\n-A FORWARD -s 10.20.0.0/16"));
}

#[test]
fn an_exemption_from_a_redirection_goes_into_the_nat_table() {
    let packets = lost(&["0.0.0.0/0"], &RESOLVERS[..1], 17, &[53]);
    let case = Case { verdict: Verdict::Intercepted, ..Case::new("iptables", DUMP, "-A PREROUTING", packets) };
    let (proposal, mended) = case.run().unwrap();
    assert_eq!(proposal.text, "-A PREROUTING -d 208.67.222.222/32 -p udp -m udp --dport 53 -j ACCEPT");
    assert!(mended.starts_with("*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -d"));
}

#[test]
fn lost_answers_ask_for_established_connections() {
    let case = Case { leg: Leg::Answer, end: true, ..Case::new("iptables", DUMP, ":FORWARD DROP [0:0]", dns()) };
    let (proposal, _) = case.run().unwrap();
    assert_eq!(proposal.text, "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT");
    assert_eq!(proposal.place, "insert above line 8, the first rule of `FORWARD`");
}

#[test]
fn a_rule_base_without_any_rule_for_answers_gets_one_with_the_permit() {
    let case = Case::new("iptables", DUMP, "-A ROAMING", dns());
    let mut without = policy();
    without.chains[0].rules.change(Vec::clear);
    let (_, mended) = case.run_in(&without).unwrap();
    let first = mended.find("--ctstate RELATED,ESTABLISHED -j ACCEPT\n[1:60] -A FORWARD").unwrap();
    assert!(first < mended.find("-A ROAMING -s").unwrap());
}

#[test]
fn a_rule_for_the_firewalls_own_answers_does_not_let_forwarded_ones_pass() {
    let text = "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\nCOMMIT\n";
    let case = Case { end: true, ..Case::new("iptables", text, ":FORWARD DROP [0:0]", dns()) };
    let mut policy = policy();
    let input = policy.chains[0].clone();
    policy.chains[0].rules.change(Vec::clear);
    policy.chains.push(Chain { name: "filter INPUT".to_owned(), ..input });
    policy.input = vec![Stage::Filter { chain: ChainId(1), sees: Sees::In, permit: true }];
    let (proposal, _) = case.run_in(&policy).unwrap();
    assert!(
        proposal.text.starts_with("-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A FORWARD -s")
    );
    assert_eq!(proposal.place, "insert above `COMMIT` in line 4");
}

#[test]
fn many_destinations_are_widened_and_it_is_said() {
    let many: Vec<String> = (0..24).map(|n| format!("146.112.{}.0/24", n * 2)).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let packets = lost(&["10.0.0.0/8"], &many, 6, &[80, 443]);
    let (proposal, _) = Case::new("iptables", DUMP, "-A ROAMING", packets).run().unwrap();
    assert!(proposal.text.contains("-d 146.112.0.0/16 -p tcp -m multiport --dports 80,443"));
    assert!(proposal.remark.is_some());
}

const ASA: &str = "access-list INSIDE remark lock down
access-list INSIDE extended deny udp any4 any4 eq domain log
access-list OTHER extended permit ip any any
access-list INSIDE extended permit tcp any4 any4
access-group INSIDE in interface inside
";

#[test]
fn entries_carry_the_place_in_their_list() {
    let packets = lost(&["172.18.16.0/20"], &RESOLVERS, 17, &[53]);
    let (proposal, mended) = Case::new("asa", ASA, "access-list INSIDE extended deny", packets).run().unwrap();
    let expected = "access-list INSIDE line 2 extended permit udp 172.18.16.0 255.255.240.0 host 208.67.220.220 eq 53
access-list INSIDE line 3 extended permit udp 172.18.16.0 255.255.240.0 host 208.67.222.222 eq 53";
    assert_eq!(proposal.text, expected);
    assert_eq!(proposal.place, "above line 2 of the access list `INSIDE`, which takes it first");
    assert!(mended.contains(&format!("permit tcp any4 any4\n{expected}\naccess-group")));
}

#[test]
fn an_implicit_deny_is_mended_at_the_end_of_its_list_with_groups_for_many() {
    let to: Vec<String> = (0..6)
        .map(|n| format!("146.{n}.0.0/16"))
        .step_by(2)
        .chain(["155.190.0.0/16".into(), "151.186.0.0/16".into()])
        .collect();
    let to: Vec<&str> = to.iter().map(String::as_str).collect();
    let case =
        Case { end: true, ..Case::new("asa", ASA, "access-group INSIDE", lost(&["0.0.0.0/0"], &to, 6, &[80, 443])) };
    let (proposal, _) = case.run().unwrap();
    let expected = "object-group network TO-INSIDE-END-TCP-80-443-0
 network-object 146.0.0.0 255.255.0.0
 network-object 146.2.0.0 255.255.0.0
 network-object 146.4.0.0 255.255.0.0
 network-object 151.186.0.0 255.255.0.0
 network-object 155.190.0.0 255.255.0.0
access-list INSIDE extended permit tcp any4 object-group TO-INSIDE-END-TCP-80-443-0 eq 80
access-list INSIDE extended permit tcp any4 object-group TO-INSIDE-END-TCP-80-443-0 eq 443";
    assert_eq!(proposal.text, expected);
    assert_eq!(proposal.place, "at the end of the access list `INSIDE`, above its implicit deny");
}

#[test]
fn equal_security_levels_ask_for_their_permit_and_not_for_a_list() {
    let text = "hostname fw\ninterface Ethernet0/1\n nameif inside\n security-level 50\n";
    let packets = dns().with(Field::InIface, &IntervalSet::single(2)).with(Field::OutIface, &IntervalSet::single(3));
    let (proposal, mended) = Case::new("asa", text, "security-level 50", packets).run().unwrap();
    assert_eq!(proposal.text, "same-security-traffic permit inter-interface");
    assert!(mended.starts_with("hostname fw\nsame-security-traffic permit inter-interface\ninterface"));
    let hairpin = dns().with(Field::InIface, &IntervalSet::single(2)).with(Field::OutIface, &IntervalSet::single(2));
    let (proposal, _) = Case::new("asa", text, "security-level 50", hairpin).run().unwrap();
    assert_eq!(proposal.text, "same-security-traffic permit intra-interface");
}

#[test]
fn a_list_that_is_not_in_the_text_gets_no_lines() {
    let text = "access-group MISSING in interface inside\n";
    assert!(Case::new("asa", text, "access-group MISSING", dns()).run().is_none());
}

const NATIVE: &str = "fwproof: 1
default: deny
rules:
  - name: a
    action: permit
    to: [198.51.100.0/24]

  - { name: b, action: deny }
networks:
  x: [10.0.0.0/8]
";

#[test]
fn a_native_rule_takes_the_indentation_of_its_neighbours() {
    let (proposal, mended) = Case::new("yaml", NATIVE, "{ name: b", dns()).run().unwrap();
    let item = "  - { name: required-udp-53-443, action: permit, from: [10.20.0.0/16], \
                to: [208.67.220.220/32, 208.67.222.222/32], proto: udp, ports: [53, 443] }";
    assert_eq!(proposal.text, item);
    assert_eq!(proposal.place, "insert above line 8");
    assert!(mended.contains(&format!("\n{item}\n  - {{ name: b")));
    let case = Case { end: true, ..Case::new("yaml", NATIVE, "default: deny", dns()) };
    let (proposal, mended) = case.run().unwrap();
    assert_eq!(proposal.place, "append after line 8, at the end of the rules");
    assert!(mended.contains(&format!("action: deny }}\n{item}\nnetworks:")));
}

#[test]
fn a_flat_item_speaks_the_words_of_its_file() {
    let text = "# list\n- { src: 10.0.0.0/8, dst: 198.51.100.1/32, proto: tcp, dport: 22, action: allow }\n\
                - { src: 10.0.0.0/8, dst: 0.0.0.0/0, proto: udp, action: deny }";
    let packets = lost(&["10.0.0.0/8"], &RESOLVERS[..1], 17, &[443]);
    let (proposal, _) = Case::new("yaml-list", text, "src: 10.0.0.0/8, dst: 0", packets.clone()).run().unwrap();
    assert_eq!(proposal.text, "- { src: 10.0.0.0/8, dst: 208.67.222.222/32, proto: udp, dport: 443, action: allow }");
    assert_eq!(proposal.place, "insert above line 3");
    let case = Case { end: true, ..Case::new("yaml-list", text, "# list", packets) };
    let (proposal, mended) = case.run().unwrap();
    assert!(mended.ends_with(&format!("action: deny }}\n{}\n", proposal.text)));
}

#[test]
fn only_what_is_then_permitted_is_kept() {
    let (proposal, _) = Case::new("iptables", DUMP, "-A ROAMING", dns()).run().unwrap();
    let by = |verdict| {
        proved(proposal.clone(), DUMP, |text| if text.len() > DUMP.len() { verdict } else { Verdict::Denied })
    };
    assert!(by(Verdict::Permitted).is_some());
    assert!(by(Verdict::Undecided).is_none());
}

#[test]
fn only_the_permits_that_are_needed_are_switched_on() {
    let text = "access-list IN extended permit tcp any4 any4 eq 22 inactive
access-list IN extended permit udp any4 any4 eq 443 log inactive
access-group IN in interface inside
";
    let mut sources = Sources::new();
    let id = sources.add("x", text);
    let packets = dns();
    let witness = Conversation::from_packet(Family::V4, &packets.witness().unwrap());
    let policy = policy();
    let at = span(id, text, "access-group IN");
    let (verdict, leg, packets) = (Verdict::Denied, Leg::Opening, vec![packets]);
    let loss = Loss { verdict, leg, at, rule: None, path: &[], policy: &policy, packets, witness: &witness };
    let judge = |text: &str| if text.contains("eq 443 log\n") { Verdict::Permitted } else { Verdict::Denied };
    let revival = revival("asa", &loss, &sources, &judge).unwrap();
    assert_eq!(revival.text, "access-list IN extended permit udp any4 any4 eq 443 log");
    assert_eq!(revival.place, "switch it on again, in line 2");
    assert_eq!(revival.asleep.len(), 1);
}
