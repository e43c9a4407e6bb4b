//! What rules mean is tested through the plain interpreter; how lines are read, through findings and the tally.

use super::*;
use crate::policy::{Conversation, IfaceId, Leg, Outcome, Policy, SYN, TCP, UDP};
use crate::source::Sources;
use crate::space::Family;

const CLIENT: u128 = 0x0a14_0305;
const SERVER: u128 = 0xd043_dede;

fn read_as(name: &str, text: &str) -> Reading {
    let mut sources = Sources::new();
    let source = sources.add(name, text);
    let options = ReadOptions { detail: true, date: String::new(), ..ReadOptions::default() };
    (FORMAT.read)(Input { source, name, text: sources.text(source) }, &options)
}

fn policy(text: &str) -> Policy {
    let reading = read_as("rules.v4", text);
    assert!(reading.findings.iter().all(|f| f.code != Code::UnknownLine), "{:?}", reading.findings);
    reading.bases.into_iter().next().unwrap().policy
}

/// A filter table whose FORWARD drops what these rules do not accept.
fn forward(rules: &str) -> Policy {
    policy(&format!("*filter\n:INPUT ACCEPT\n:FORWARD DROP\n:OUTPUT ACCEPT\n:A -\n:B -\n{rules}\nCOMMIT\n"))
}

fn conversation(policy: &Policy, proto: u8, dport: u16) -> Conversation {
    let iface = |name: &str| -> IfaceId { policy.interfaces.class_of(name) };
    Conversation {
        family: Family::V4,
        in_iface: iface("lan0"),
        out_iface: iface("wan0"),
        src: CLIENT,
        dst: SERVER,
        proto,
        sport: 50000,
        dport,
        icmp: 0,
        flags: if proto == TCP { SYN } else { 0 },
    }
}

fn udp(policy: &Policy) -> Outcome {
    policy.decide(&conversation(policy, UDP, 53)).outcome()
}

fn tcp(policy: &Policy) -> Outcome {
    policy.decide(&conversation(policy, TCP, 443)).outcome()
}

const DENIED: Outcome = Outcome::Denied(Leg::Opening);

#[test]
fn rules_in_order_and_the_policy_at_the_end() {
    let open = "-A FORWARD -j ACCEPT";
    assert_eq!(udp(&forward(open)), Outcome::Permitted);
    assert_eq!(udp(&forward("")), DENIED);
    assert_eq!(udp(&forward(&format!("-A FORWARD -p udp --dport 53 -j DROP\n{open}"))), DENIED);
    assert_eq!(tcp(&forward(&format!("-A FORWARD -p udp --dport 53 -j DROP\n{open}"))), Outcome::Permitted);
}

#[test]
fn a_lost_answer_and_a_rule_for_new_packets_only() {
    let new = "-A FORWARD -p udp --dport 53 -m conntrack --ctstate NEW -j ACCEPT";
    let back = "-A FORWARD -s 208.67.222.222 -j ACCEPT";
    assert_eq!(udp(&forward(new)), Outcome::Denied(Leg::Answer));
    assert_eq!(udp(&forward(&format!("{new}\n{back}"))), Outcome::Denied(Leg::Later));
    let established = "-A FORWARD -m state --state ESTABLISHED,RELATED -j ACCEPT";
    assert_eq!(udp(&forward(&format!("{new}\n{established}"))), Outcome::Permitted);
}

#[test]
fn goto_returns_to_the_caller_of_its_chain_and_return_ends_a_base_chain() {
    let open = "-A FORWARD -j ACCEPT";
    assert_eq!(udp(&forward(&format!("-A FORWARD -g A\n{open}"))), DENIED);
    assert_eq!(udp(&forward(&format!("-A FORWARD -j A\n-A A -g B\n-A A -j DROP\n{open}"))), Outcome::Permitted);
    assert_eq!(udp(&forward(&format!("-A FORWARD -p udp -j RETURN\n{open}"))), DENIED);
    assert_eq!(udp(&forward(&format!("-A FORWARD -j A\n-A A -j RETURN\n-A A -j DROP\n{open}"))), Outcome::Permitted);
}

#[test]
fn negations_and_patterns_of_interfaces() {
    assert_eq!(udp(&forward("-A FORWARD ! -i + -j ACCEPT")), DENIED);
    assert_eq!(udp(&forward("-A FORWARD ! -i eth+ -j ACCEPT")), Outcome::Permitted);
    let both = "-A FORWARD -i lan+ -o wan0 -j ACCEPT\n-A FORWARD -o lan0 -i wan0 -j ACCEPT";
    assert_eq!(udp(&forward(both)), Outcome::Permitted);
    assert_eq!(udp(&forward("-A FORWARD -i lan0 -o wan0 -j ACCEPT")), Outcome::Denied(Leg::Answer));
}

#[test]
fn multiport_looks_at_either_port_and_its_negation_at_both() {
    assert_eq!(udp(&forward("-A FORWARD -p udp -m multiport --ports 53,67 -j ACCEPT")), Outcome::Permitted);
    assert_eq!(udp(&forward("-A FORWARD -p udp -m multiport ! --ports 53,67 -j ACCEPT")), DENIED);
    assert_eq!(udp(&forward("-A FORWARD -p udp -m multiport --dports 1:52,54 -j ACCEPT")), DENIED);
}

#[test]
fn a_rewritten_destination_is_what_forward_sees() {
    let nat = "*nat\n:PREROUTING ACCEPT\n-A PREROUTING -p udp --dport 53 -j DNAT --to-destination 10.0.0.9\nCOMMIT\n";
    let filter = |rule: &str| policy(&format!("{nat}*filter\n:FORWARD DROP\n{rule}\nCOMMIT\n"));
    assert_eq!(udp(&filter("-A FORWARD -j ACCEPT")), Outcome::Intercepted);
    assert_eq!(udp(&filter("-A FORWARD -d 208.67.222.222 -j ACCEPT")), DENIED);
    let original = "-A FORWARD -m conntrack --ctorigdst 208.67.222.222 -j ACCEPT";
    assert_eq!(udp(&filter(original)), Outcome::Intercepted);
    let same = nat.replace("10.0.0.9", "208.67.222.222:53");
    assert_eq!(udp(&policy(&format!("{same}*filter\n:FORWARD ACCEPT\nCOMMIT\n"))), Outcome::Permitted);
}

#[test]
fn an_untracked_packet_has_neither_state() {
    let raw = "*raw\n:PREROUTING ACCEPT\n-A PREROUTING -p udp -j CT --notrack\nCOMMIT\n";
    let filter = |rule: &str| policy(&format!("{raw}*filter\n:FORWARD DROP\n{rule}\nCOMMIT\n"));
    assert_eq!(udp(&filter("-A FORWARD -m state --state NEW,ESTABLISHED -j ACCEPT")), DENIED);
    assert_eq!(udp(&filter("-A FORWARD -m state --state UNTRACKED -j ACCEPT")), Outcome::Permitted);
}

#[test]
fn marks_are_followed_through_the_tables() {
    let mangle = "*mangle\n:PREROUTING ACCEPT\n-A PREROUTING -p udp -j MARK --set-xmark 0x10/0xff\nCOMMIT\n";
    let filter = |rule: &str| policy(&format!("{mangle}*filter\n:FORWARD DROP\n{rule}\nCOMMIT\n"));
    assert_eq!(udp(&filter("-A FORWARD -m mark --mark 0x10/0x10 -j ACCEPT")), Outcome::Permitted);
    assert_eq!(udp(&filter("-A FORWARD -m mark ! --mark 0x10 -j ACCEPT")), DENIED);
    assert_eq!(tcp(&filter("-A FORWARD -m mark --mark 0x10 -j ACCEPT")), DENIED);
}

#[test]
fn a_packet_without_a_connection_has_no_connection_mark() {
    let raw = |rule: &str| {
        let filter = "*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\n";
        policy(&format!(
            "*raw\n:PREROUTING ACCEPT\n{rule}\nCOMMIT\n{filter}-A FORWARD -m connmark --mark 1 -j DROP\nCOMMIT\n"
        ))
    };
    assert_eq!(udp(&raw("-A PREROUTING -m connmark ! --mark 7 -j DROP")), Outcome::Permitted);
    assert_eq!(udp(&raw("-A PREROUTING -j CONNMARK --set-mark 1")), Outcome::Permitted);
    assert_eq!(udp(&raw("-A PREROUTING -j NOTRACK")), Outcome::Permitted);
}

#[test]
fn a_condition_left_open_is_undecided_unless_both_ways_are_the_same() {
    let limited = "-A FORWARD -p udp -m limit --limit 10/sec -j ACCEPT";
    assert_eq!(udp(&forward(limited)), Outcome::Undecided);
    assert_eq!(udp(&forward(&format!("{limited}\n-A FORWARD -j ACCEPT"))), Outcome::Permitted);
    let base = forward(limited);
    let rule = base.chains.iter().flat_map(|c| &c.rules).next().unwrap();
    assert_eq!(rule.matches.opaque[0].text, "-m limit --limit 10/sec");
}

#[test]
fn a_line_that_is_not_understood_leaves_the_flow_open() {
    let text = "*filter\n:FORWARD DROP\n-A FORWARD -s 10.0.0.256 -j DROP\n-A FORWARD -j ACCEPT\nCOMMIT\n";
    let reading = read_as("a", text);
    assert_eq!(udp(&reading.bases[0].policy), Outcome::Undecided);
    assert_eq!((reading.tally.exact, reading.tally.rejected), (2, 1));
    let finding = reading.findings.iter().find(|f| f.code == Code::InvalidValue).unwrap();
    assert_eq!(finding.message, "`10.0.0.256` is not an IPv4 address");
}

#[test]
fn a_line_that_is_no_rule_may_mean_chains_that_are_declared_later_or_never() {
    let after = "*filter\n--frobnicate\n:FORWARD ACCEPT\n:INPUT ACCEPT\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n";
    let never = "*filter\n:INPUT ACCEPT\n--frobnicate\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n";
    for text in [after, never] {
        let reading = read_as("rules.v4", text);
        assert_eq!(udp(&reading.bases[0].policy), Outcome::Undecided, "{text}");
        assert!(reading.findings.iter().any(|f| f.code == Code::UnknownLine));
    }
}

#[test]
fn clients_are_the_private_sources_of_permits_jumps_and_translations() {
    let base = policy(
        "*nat\n-A POSTROUTING -s 192.168.7.0/24 -o wan0 -j MASQUERADE\nCOMMIT\n*filter\n:FORWARD DROP\n:A -\n\
         -A FORWARD -s 10.1.0.0/16 -j A\n-A FORWARD -s 203.0.113.0/24 -p udp -j ACCEPT\n\
         -A FORWARD -s 10.9.0.0/16 -p tcp --dport 22 -j ACCEPT\n-A A -p udp --dport 53 -j ACCEPT\nCOMMIT\n",
    );
    let flow = crate::space::PacketSet::full(Family::V4)
        .with(crate::space::Field::Proto, &crate::space::IntervalSet::single(17))
        .with(crate::space::Field::DstPort, &crate::space::IntervalSet::single(53));
    let (clients, spans) = base.default_clients(&flow).unwrap();
    let lows: Vec<u128> = clients.intervals().into_iter().map(|i| i.low).collect();
    assert_eq!(lows, [0x0a01_0000, 0xc0a8_0700]);
    assert_eq!(spans.len(), 3);
}

fn codes(text: &str) -> Vec<Code> {
    read_as("rules.v4", text).findings.iter().map(|f| f.code).collect()
}

#[test]
fn circles_and_undeclared_chains_are_found_and_leave_the_flow_open() {
    let text = "*filter\n:FORWARD ACCEPT\n:A -\n:B -\n-A FORWARD -j A\n-A A -g B\n-A B -j A\nCOMMIT\n";
    assert_eq!(codes(text), [Code::ChainLoop]);
    assert_eq!(udp(&policy(text)), Outcome::Undecided);
    let text = "*filter\n:FORWARD ACCEPT\n-A FORWARD -p udp -j NOWHERE\nCOMMIT\n";
    assert_eq!(codes(text), [Code::UndeclaredChain]);
    assert_eq!(udp(&policy(text)), Outcome::Undecided);
    assert_eq!(tcp(&policy(text)), Outcome::Permitted);
}

#[test]
fn chains_nested_too_deeply_are_cut() {
    let depth = crate::format::MAX_DEPTH + 5;
    let declared: String = (0..=depth).map(|n| format!(":C{n} -\n")).collect();
    let jumps: String = (0..depth).map(|n| format!("-A C{n} -j C{}\n", n + 1)).collect();
    let text = format!("*filter\n:FORWARD DROP\n{declared}-A FORWARD -j C0\n{jumps}COMMIT\n");
    assert_eq!(codes(&text), [Code::ChainLoop]);
}

#[test]
fn what_the_dump_hides_keeps_denials_and_no_permits() {
    let note = "# Table `filter' is incompatible, use 'nft' tool.\n";
    let with = |end: &str| format!("{note}*filter\n:FORWARD {end}\n-A FORWARD -p tcp -j DROP\nCOMMIT\n");
    assert_eq!(codes(&with("ACCEPT")), [Code::HiddenRules]);
    assert_eq!(udp(&policy(&with("ACCEPT"))), Outcome::Undecided);
    assert_eq!(tcp(&policy(&with("ACCEPT"))), DENIED);
}

#[test]
fn a_later_block_of_a_table_replaces_the_earlier_one() {
    let text = "*filter\n:FORWARD DROP\nCOMMIT\n*filter\n:FORWARD ACCEPT\n-A FORWARD -p tcp -j DROP\nCOMMIT\n";
    assert_eq!(codes(text), [Code::Tolerated]);
    assert_eq!(udp(&policy(text)), Outcome::Permitted);
}

#[test]
fn both_families_in_one_text() {
    let text = "# Generated by iptables-save v1\n*filter\n:FORWARD DROP\nCOMMIT\n\
                # Generated by ip6tables-save v1\n*filter\n:FORWARD DROP\n-A FORWARD -d 2620:119:35::35 -j ACCEPT\nCOMMIT";
    let families = |name, text| read_as(name, text).bases.iter().map(|b| b.policy.family).collect::<Vec<_>>();
    assert_eq!(families("a", text), [Family::V4, Family::V6]);
    assert_eq!(families("rules.v6", "*filter\n:FORWARD DROP\nCOMMIT\n"), [Family::V6]);
    assert_eq!(families("a", "*filter\n:FORWARD DROP\n-A FORWARD -p ipv6-icmp -j ACCEPT\nCOMMIT\n"), [Family::V6]);
}

#[test]
fn scripts_insert_replace_and_delete() {
    let text = "-P FORWARD DROP\n-N A\n-A FORWARD -j DROP\n-I FORWARD -p udp -j A\n-A A -j DROP\n-R A 1 -j ACCEPT\n\
                -I FORWARD 1 -p udp -j DROP\n-D FORWARD -p udp -j DROP\n";
    assert!((FORMAT.recognises)(text));
    assert_eq!(udp(&policy(text)), Outcome::Permitted);
    assert_eq!(tcp(&policy(text)), DENIED);
}

#[test]
fn odd_ways_of_writing() {
    let text = "root@fw:~# iptables-save -c\r\n*filter\r\n:FORWARD DROP [1:2]\r\n\
                [3:4] -A FORWARD -s ! 10.99.0.0/16 -m comment --comment \"x \\\" -j DROP\" -j ACCEPT";
    assert_eq!(udp(&policy(text)), Outcome::Permitted);
    let reading = read_as("rules.v4", text);
    assert_eq!(reading.findings.iter().filter(|f| f.code == Code::Tolerated).count(), 3);
    let canonical = &reading.lines.last().unwrap().meaning;
    assert_eq!(canonical, "-A FORWARD ! -s 10.99.0.0/16 -m comment --comment \"x \\\" -j DROP\" -j ACCEPT");
}

#[test]
fn the_canonical_form_is_that_of_iptables_save() {
    let rule = "-A FORWARD -j ACCEPT --source 10.1.2.3/8 -p udp --dport domain";
    let reading = read_as("rules.v4", &format!("*filter\n:FORWARD DROP\n{rule}\nCOMMIT\n"));
    let exact = reading.lines.iter().rfind(|l| l.understanding == Understanding::Exact).unwrap();
    assert_eq!(exact.meaning, "-A FORWARD -s 10.0.0.0/8 -p udp -m udp --dport 53 -j ACCEPT");
}

#[test]
fn the_way_out_is_where_sources_are_translated() {
    let nat = "*nat\n-A POSTROUTING -o wan0 -j MASQUERADE\nCOMMIT\n*filter\n:FORWARD DROP\n-A FORWARD -i lan0 -j DROP\nCOMMIT\n";
    let base = read_as("rules.v4", nat).bases.remove(0);
    let names = |doors: &[crate::policy::Doorway]| {
        doors.iter().map(|d| base.policy.interfaces.name(d.iface).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&base.topology.entries), ["lan0"]);
    assert_eq!(names(&base.topology.exits), ["wan0"]);
    let open = read_as("rules.v4", "*filter\n:FORWARD DROP\nCOMMIT\n").bases.remove(0);
    assert!(open.topology.hairpin);
}

#[test]
fn a_text_without_a_filter_table_has_no_rule_base() {
    let reading = read_as("rules.v4", "*nat\n:PREROUTING ACCEPT\nCOMMIT\n");
    assert!(reading.bases.is_empty());
    assert_eq!(reading.findings[0].code, Code::NoRuleBase);
    assert_eq!(codes("*filter\n:FORWARD ACCEPT\nCOMMIT\n"), [Code::EmptyRuleBase]);
    assert_eq!(codes("*filter\n:FORWARD ACCEPT\n-A INPUT -j DROP\nCOMMIT\n"), [Code::HookAssumed]);
}

#[test]
fn own_addresses_are_never_those_of_a_forwarded_flow() {
    let local = "-A FORWARD -m addrtype --dst-type LOCAL -j DROP\n-A FORWARD -j ACCEPT";
    assert_eq!(udp(&forward(local)), Outcome::Permitted);
    let reading =
        read_as("rules.v4", "*filter\n:A -\n-A INPUT -j A\n-A A -m addrtype --dst-type LOCAL -j DROP\nCOMMIT\n");
    assert_eq!(reading.tally.opaque, 1);
}

#[test]
fn a_mask_with_holes_is_left_open_where_the_kernel_does_not_follow_it() {
    let rule = "-A FORWARD -m conntrack --ctorigsrc 10.0.0.1/255.0.0.255 -j ACCEPT";
    let base = forward(rule);
    let rule = base.chains.iter().flat_map(|c| &c.rules).next().unwrap();
    assert_eq!(rule.matches.opaque.len(), 1);
}
