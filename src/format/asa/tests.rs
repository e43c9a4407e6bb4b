//! What entries, groups, bindings and levels mean, asked of the interpreter.

use super::super::{Input, ReadOptions, Reading};
use super::{FORMAT, looks_like_ios};
use crate::finding::Code;
use crate::policy::{Conversation, Leg, Outcome, SYN};
use crate::source::Sources;
use crate::space::Family;

const BASE: &str = "ASA Version 9.8(4)
interface Gi0/0
 nameif outside
 security-level 0
 ip address 203.0.113.2 255.255.255.248
interface Gi0/1
 nameif inside
 security-level 100
 ip address 10.1.0.1 255.255.0.0
interface Gi0/2
 nameif dmz
 security-level 50
 ip address 10.9.0.1 255.255.255.0
route outside 0 0 203.0.113.1 1
";

fn read(text: &str) -> (Reading, Sources, crate::source::SourceId) {
    let mut sources = Sources::new();
    let id = sources.add("t.cfg", text);
    let options = ReadOptions { detail: true, date: "2025-06-15".to_owned(), ..ReadOptions::default() };
    let reading = (FORMAT.read)(Input { source: id, name: "t.cfg", text: sources.text(id) }, &options);
    (reading, sources, id)
}

/// `udp 10.1.2.3 > 192.0.2.1 53`, from `inside` to `outside` unless named.
fn ask(text: &str, flow: &str) -> Outcome {
    ask_between(text, flow, "inside", "outside")
}

fn ask_between(text: &str, flow: &str, from: &str, to: &str) -> Outcome {
    let (reading, _, _) = read(text);
    let words: Vec<&str> = flow.split(' ').collect();
    let v4 = |w: &str| w.parse::<std::net::Ipv4Addr>().map(|a| u128::from(u32::from(a))).ok();
    let v6 = |w: &str| w.parse::<std::net::Ipv6Addr>().map(u128::from).ok();
    let family = if v4(words[1]).is_some() { Family::V4 } else { Family::V6 };
    let address = |w| v4(w).or(v6(w)).unwrap();
    let base = reading.bases.iter().find(|b| b.policy.family == family).expect("a rule base of the family");
    let (proto, flags) = match words[0] {
        "tcp" => (6, SYN),
        "udp" => (17, 0),
        "icmp" => (1, 0),
        other => panic!("{other}"),
    };
    let (sport, dport, icmp) = if proto == 1 { (0, 0, 8 << 8) } else { (50_000, words[4].parse().unwrap(), 0) };
    let interfaces = &base.policy.interfaces;
    let conversation = Conversation {
        family,
        in_iface: interfaces.class_of(from),
        out_iface: interfaces.class_of(to),
        src: address(words[1]),
        dst: address(words[3]),
        proto,
        sport,
        dport,
        icmp,
        flags,
    };
    base.policy.decide(&conversation).outcome()
}

const DENIED: Outcome = Outcome::Denied(Leg::Opening);
const PERMITTED: Outcome = Outcome::Permitted;
const UNDECIDED: Outcome = Outcome::Undecided;

fn with(lines: &str) -> String {
    format!("{BASE}{lines}\naccess-group A in interface inside\n")
}

fn has(text: &str, code: Code) -> bool {
    read(text).0.findings.iter().any(|f| f.code == code)
}

#[test]
fn entries_are_asked_in_order_and_the_list_ends_with_a_deny() {
    let text = with(
        "access-list A extended deny udp any host 192.0.2.1 eq 53\naccess-list A extended permit udp any any eq domain",
    );
    assert_eq!(ask(&text, "udp 10.1.2.3 > 192.0.2.1 53"), DENIED);
    assert_eq!(ask(&text, "udp 10.1.2.3 > 192.0.2.2 53"), PERMITTED);
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.2 53"), DENIED);
    let (reading, sources, _) = read(&text);
    let chain = reading.bases[0].policy.chains.iter().find(|c| c.name == "A (in inside)").unwrap();
    assert_eq!(sources.slice(chain.span), "access-group A in interface inside");
    assert_eq!(sources.slice(chain.rules[0].span), "access-list A extended deny udp any host 192.0.2.1 eq 53");
}

#[test]
fn line_numbers_insert_and_count_remarks() {
    let text = with(
        "access-list A remark one\naccess-list A extended permit ip any any\naccess-list A line 2 extended deny tcp any any eq www",
    );
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.2 80"), DENIED);
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.2 443"), PERMITTED);
}

#[test]
fn lt_and_gt_leave_the_port_out_and_neq_is_all_others() {
    let one = |ports: &str, port| {
        ask(
            &with(&format!("access-list A extended permit tcp any any {ports}")),
            &format!("tcp 10.1.2.3 > 192.0.2.2 {port}"),
        )
    };
    assert_eq!([one("lt 80", 79), one("lt 80", 80)], [PERMITTED, DENIED]);
    assert_eq!([one("gt 80", 80), one("gt 80", 81)], [DENIED, PERMITTED]);
    assert_eq!([one("neq 80", 80), one("neq 80", 81)], [DENIED, PERMITTED]);
    assert_eq!([one("range 80 82", 82), one("range 80 82", 83)], [PERMITTED, DENIED]);
}

#[test]
fn options_are_tokens_and_names_may_contain_them() {
    let text = with(
        "object network inactive-log-any\n host 192.0.2.1\naccess-list A extended permit tcp any object inactive-log-any eq https log 6 interval 300\naccess-list A extended permit tcp any host 192.0.2.2 log disable inactive",
    );
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.1 443"), PERMITTED);
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.2 443"), DENIED);
}

#[test]
fn time_ranges_are_judged_by_the_date() {
    let one = |range: &str| {
        let lines = format!("time-range T\n {range}\naccess-list A extended permit tcp any any time-range T");
        ask(&with(&lines), "tcp 10.1.2.3 > 192.0.2.2 443")
    };
    assert_eq!(one("absolute start 00:00 1 January 2025 end 00:00 1 January 2026"), PERMITTED);
    assert_eq!(one("absolute end 00:00 1 January 2025"), DENIED);
    assert_eq!(one("periodic weekdays 8:00 to 18:00"), UNDECIDED);
    assert!(has(&with("access-list A extended permit ip any any time-range T"), Code::UndefinedName));
}

#[test]
fn the_kind_of_a_group_after_the_source_decides_what_it_is() {
    let groups = "object-group service SRC udp\n port-object eq 50000\nobject-group network DST\n network-object host 192.0.2.1\n group-object INNER\nobject-group network INNER\n network-object 192.0.2.64 255.255.255.192\n";
    let text = with(&format!("{groups}access-list A extended permit udp any object-group SRC object-group DST eq 53"));
    assert_eq!(ask(&text, "udp 10.1.2.3 > 192.0.2.1 53"), PERMITTED);
    assert_eq!(ask(&text, "udp 10.1.2.3 > 192.0.2.65 53"), PERMITTED);
    assert_eq!(ask(&text, "udp 10.1.2.3 > 192.0.2.2 53"), DENIED);
    let text = with(&format!("{groups}access-list A extended permit udp any object-group DST eq 53"));
    assert_eq!(ask(&text, "udp 10.1.2.3 > 192.0.2.1 53"), PERMITTED);
}

#[test]
fn services_come_from_groups_of_every_kind() {
    let text = with(
        "object service DNS\n service udp destination eq domain\nobject-group service S\n service-object object DNS\n service-object tcp eq www\n service-object tcp-udp destination eq 443\nobject-group protocol TU\n protocol-object tcp\n protocol-object udp\nobject-group service P tcp-udp\n port-object range 8000 8010\naccess-list A extended permit object-group S any host 192.0.2.1\naccess-list A extended permit object-group TU any host 192.0.2.2 object-group P\naccess-list A extended permit object DNS any host 192.0.2.3",
    );
    for flow in ["udp 10.1.2.3 > 192.0.2.1 53", "tcp 10.1.2.3 > 192.0.2.1 80", "udp 10.1.2.3 > 192.0.2.1 443"] {
        assert_eq!(ask(&text, flow), PERMITTED, "{flow}");
    }
    assert_eq!(ask(&text, "udp 10.1.2.3 > 192.0.2.2 8010"), PERMITTED);
    assert_eq!(ask(&text, "udp 10.1.2.3 > 192.0.2.3 53"), PERMITTED);
    for flow in ["tcp 10.1.2.3 > 192.0.2.1 53", "udp 10.1.2.3 > 192.0.2.1 80", "udp 10.1.2.3 > 192.0.2.2 8011"] {
        assert_eq!(ask(&text, flow), DENIED, "{flow}");
    }
}

#[test]
fn undefined_and_empty_names_are_bounded_and_never_any() {
    let undefined = with("access-list A extended permit tcp any object-group G eq https");
    assert_eq!(ask(&undefined, "tcp 10.1.2.3 > 192.0.2.1 443"), UNDECIDED);
    assert_eq!(ask(&undefined, "tcp 10.1.2.3 > 192.0.2.1 80"), DENIED);
    assert!(has(&undefined, Code::UndefinedName));
    let empty = with("object-group network G\naccess-list A extended permit tcp any object-group G eq https");
    assert_eq!(ask(&empty, "tcp 10.1.2.3 > 192.0.2.1 443"), UNDECIDED);
    assert!(has(&empty, Code::EmptyGroup));
    let half = with(
        "object-group network G\n network-object host 192.0.2.1\n network-object object NONE\naccess-list A extended permit ip any object-group G",
    );
    assert_eq!(ask(&half, "tcp 10.1.2.3 > 192.0.2.1 443"), PERMITTED);
    assert_eq!(ask(&half, "tcp 10.1.2.3 > 192.0.2.2 443"), UNDECIDED);
}

#[test]
fn a_circle_of_groups_is_found() {
    let text = with(
        "object-group network G\n group-object H\nobject-group network H\n group-object G\naccess-list A extended permit ip any object-group G",
    );
    assert!(has(&text, Code::ChainLoop));
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.1 443"), UNDECIDED);
}

#[test]
fn a_wildcard_mask_is_said_and_leaves_the_entry_open() {
    let text =
        with("access-list A extended deny ip 10.1.0.0 0.0.255.255 any\naccess-list A extended permit ip any any");
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.1 443"), UNDECIDED);
    assert!(has(&text, Code::WildcardAsNetmask));
}

#[test]
fn a_line_that_is_not_understood_leaves_what_follows_open() {
    let text = with(
        "access-list A extended permit udp any any eq 53\naccess-list A extended permit tcp any any eq nonsense\naccess-list A extended permit ip any any",
    );
    assert_eq!(ask(&text, "udp 10.1.2.3 > 192.0.2.1 53"), PERMITTED);
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.1 443"), UNDECIDED);
    assert!(has(&text, Code::UnknownLine));
    assert_eq!(read(&text).0.tally.rejected, 1);
}

#[test]
fn without_lists_levels_decide() {
    assert_eq!(ask(BASE, "tcp 10.1.2.3 > 192.0.2.1 443"), PERMITTED);
    assert_eq!(ask_between(BASE, "tcp 192.0.2.1 > 10.1.2.3 443", "outside", "inside"), DENIED);
    assert_eq!(ask_between(BASE, "tcp 10.9.0.3 > 192.0.2.1 443", "dmz", "outside"), PERMITTED);
    assert_eq!(ask_between(BASE, "tcp 10.9.0.3 > 10.1.0.9 443", "dmz", "inside"), DENIED);
    let equal = BASE.replace("security-level 50", "security-level 100");
    assert_eq!(ask_between(&equal, "tcp 10.9.0.3 > 10.1.0.9 443", "dmz", "inside"), DENIED);
    let equal = format!("{equal}same-security-traffic permit inter-interface\n");
    assert_eq!(ask_between(&equal, "tcp 10.9.0.3 > 10.1.0.9 443", "dmz", "inside"), PERMITTED);
}

#[test]
fn a_hairpin_needs_its_permit_even_where_a_list_permits() {
    let text = with("access-list A extended permit ip any any");
    let hairpin = |text: &str| ask_between(text, "tcp 10.1.2.3 > 10.1.2.4 443", "inside", "inside");
    assert_eq!(hairpin(&text), DENIED);
    assert_eq!(hairpin(&format!("{text}same-security-traffic permit intra-interface\n")), PERMITTED);
}

#[test]
fn the_global_list_comes_after_that_of_the_interface() {
    let text = with(
        "access-list A extended deny tcp any any eq 80\naccess-list G extended permit tcp any any\naccess-group G global",
    );
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.1 80"), DENIED);
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.1 443"), PERMITTED);
    assert_eq!(ask(&text, "udp 10.1.2.3 > 192.0.2.1 443"), DENIED);
    // With a global list, levels permit nothing anywhere.
    assert_eq!(ask_between(&text, "udp 10.9.0.3 > 192.0.2.1 443", "dmz", "outside"), DENIED);
}

#[test]
fn outbound_lists_bind_at_the_egress_and_control_plane_lists_not_at_all() {
    let text = with(
        "access-list A extended permit ip any any\naccess-list O extended permit tcp any any eq 443\naccess-group O out interface outside",
    );
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.1 443"), PERMITTED);
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.1 80"), DENIED);
    let control =
        format!("{BASE}access-list C extended deny ip any any\naccess-group C in interface inside control-plane\n");
    assert_eq!(ask(&control, "tcp 10.1.2.3 > 192.0.2.1 80"), PERMITTED);
}

#[test]
fn an_access_group_without_its_list_is_undecided() {
    let text = with("");
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.1 80"), UNDECIDED);
    assert!(has(&text, Code::UndefinedName));
}

#[test]
fn answers_of_ping_need_inspection() {
    let text = with("access-list A extended permit ip any any");
    assert_eq!(ask(&text, "icmp 10.1.2.3 > 192.0.2.1"), Outcome::Denied(Leg::Answer));
    let inspected = format!(
        "{text}policy-map global_policy\n class inspection_default\n  inspect icmp\nservice-policy global_policy global\n"
    );
    assert_eq!(ask(&inspected, "icmp 10.1.2.3 > 192.0.2.1"), PERMITTED);
}

#[test]
fn a_translated_destination_is_an_interception_and_an_identity_is_none() {
    let objects = "object network RESOLVERS\n host 192.0.2.53\nobject network OWN\n host 10.1.0.53\n";
    let nat = |to: &str| {
        with(&format!(
            "{objects}access-list A extended permit ip any any\nnat (inside,outside) source dynamic any interface destination static RESOLVERS {to}"
        ))
    };
    assert_eq!(ask(&nat("OWN"), "udp 10.1.2.3 > 192.0.2.53 53"), Outcome::Intercepted);
    assert_eq!(ask(&nat("OWN"), "udp 10.1.2.3 > 192.0.2.54 53"), PERMITTED);
    assert_eq!(ask(&nat("RESOLVERS"), "udp 10.1.2.3 > 192.0.2.53 53"), PERMITTED);
    let earlier = nat("OWN").replace("nat (inside", "nat (inside,outside) source dynamic any interface\nnat (inside");
    assert_eq!(ask(&earlier, "udp 10.1.2.3 > 192.0.2.53 53"), PERMITTED);
}

#[test]
fn a_static_object_translation_catches_flows_to_its_mapped_address() {
    let text = with(
        "access-list A extended permit ip any any\nobject network OUTER\n host 192.0.2.53\n nat (outside,inside) static 10.1.7.7",
    );
    assert_eq!(ask(&text, "udp 10.1.2.3 > 10.1.7.7 53"), Outcome::Intercepted);
    assert_eq!(ask(&text, "udp 10.1.2.3 > 192.0.2.1 53"), PERMITTED);
}

#[test]
fn any_covers_both_families_and_any4_does_not() {
    let v6 = BASE.replace("10.1.0.1 255.255.0.0", "10.1.0.1 255.255.0.0\n ipv6 address 2001:db8:1::1/64");
    let one = |ace: &str, flow| {
        ask(&format!("{v6}access-list A extended permit {ace}\naccess-group A in interface inside\n"), flow)
    };
    let flow = "tcp 2001:db8:1::5 > 2001:db8:2::1 443";
    assert_eq!(one("ip any any", flow), PERMITTED);
    assert_eq!(one("ip any4 any4", flow), DENIED);
    assert_eq!(one("ip any6 any6", "tcp 10.1.2.3 > 192.0.2.1 443"), DENIED);
    assert_eq!(one("tcp 2001:db8:1::/64 host 2001:db8:2::1 eq https", flow), PERMITTED);
    assert_eq!(read(BASE).0.bases.len(), 1);
}

#[test]
fn managed_lists_have_trust_interfaces_and_inspected_rules() {
    let text = with(
        "access-list A remark rule-id 7: L7 RULE: no games\naccess-list A advanced permit tcp ifc inside any ifc outside any eq www rule-id 7\naccess-list A advanced trust tcp ifc inside any ifc outside host 192.0.2.1 eq https rule-id 8 event-log flow-end\naccess-list A advanced permit udp ifc dmz any any rule-id 9",
    );
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.1 80"), UNDECIDED);
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.1 443"), PERMITTED);
    assert_eq!(ask(&text, "udp 10.1.2.3 > 192.0.2.1 443"), DENIED);
}

#[test]
fn show_access_list_counts_an_entry_once_and_reads_its_expansion_where_groups_are_missing() {
    let text = with(
        "access-list A; 1 elements; name hash: 0x1\naccess-list A line 1 extended permit tcp any object-group G eq https (hitcnt=4) 0x12\n  access-list A line 1 extended permit tcp any host 192.0.2.1 (opendns) eq https (hitcnt=4) 0x13",
    );
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.1 443"), PERMITTED);
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.2 443"), DENIED);
}

#[test]
fn names_users_shuns_and_lost_indentation_are_read() {
    let text = with(
        "names\nname 192.0.2.1 server-1\nobject-group network G\nnetwork-object host server-1\naccess-list A extended permit tcp any object-group G eq https\naccess-list A extended permit tcp user LOCAL\\bob any any eq www\nshun 10.1.9.9",
    );
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.1 443"), PERMITTED);
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.1 80"), UNDECIDED);
    assert_eq!(ask(&text, "tcp 10.1.9.9 > 192.0.2.1 443"), DENIED);
}

#[test]
fn banners_certificates_carriage_returns_and_prompts_do_no_harm() {
    let text = with(
        "banner motd access-list A extended permit ip any any\ncrypto ca certificate chain T\n certificate 01\n    30820403 308202eb\n  quit\nfw# conf t\nfw(config)# access-list A extended permit tcp any any eq 443\nfrobnicate now\nfrobnicate then",
    )
    .replace('\n', "\r\n");
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.1 443"), PERMITTED);
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.1 80"), DENIED);
    let notes: Vec<_> = read(&text).0.findings.into_iter().filter(|f| f.code == Code::UnknownCommand).collect();
    assert_eq!(notes.len(), 1);
    assert!(notes[0].message.contains("2 times"));
}

#[test]
fn commands_may_take_back_what_came_before() {
    let text = with(
        "access-list A extended permit tcp any any eq 80\naccess-list A extended permit tcp any any eq 443\nno access-list A extended permit tcp any any eq 80",
    );
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.1 80"), DENIED);
    assert_eq!(ask(&text, "tcp 10.1.2.3 > 192.0.2.1 443"), PERMITTED);
}

#[test]
fn the_topology_is_read_from_levels_and_routes() {
    let text = format!("{BASE}route inside 10.0.0.0 255.128.0.0 10.1.0.2 1\n");
    let (reading, _, _) = read(&text);
    let base = &reading.bases[0];
    let name = |d: &crate::policy::Doorway| base.policy.interfaces.name(d.iface).to_owned();
    assert_eq!(base.topology.entries.iter().map(name).collect::<Vec<_>>(), ["inside"]);
    let inside = base.topology.entries[0].addresses.as_ref().unwrap();
    assert!(inside.contains(0x0a20_0001) && !inside.contains(0x0a09_0001));
    let outside = base.topology.exits.iter().find(|e| name(e) == "outside").unwrap();
    assert!(outside.addresses.as_ref().unwrap().contains(0xd043_dede));
    assert!(base.topology.not_judged[0].text.contains("--in-interface dmz"));
}

#[test]
fn without_a_default_route_no_flow_is_taken_to_leave_where_it_came_in() {
    let equal = |name: &str, n: u8| {
        format!("interface Gi0/{n}\n nameif {name}\n security-level 50\n ip address 10.{n}.0.1 255.255.255.0\n")
    };
    let text = format!("ASA Version 9.12(4)\n{}{}", equal("red", 1), equal("blue", 2));
    let (reading, _, _) = read(&text);
    let topology = &reading.bases[0].topology;
    assert_eq!((topology.entries.len(), topology.exits.len(), topology.hairpin), (2, 2, false));
}

#[test]
fn lists_alone_are_no_rule_base_and_other_systems_are_not_taken_for_asa() {
    let text = "access-list A extended permit ip any any\n";
    let (reading, _, _) = read(text);
    assert!(reading.bases.is_empty() && reading.findings.iter().any(|f| f.code == Code::NoRuleBase));
    assert!((FORMAT.recognises)(text) && (FORMAT.recognises)(BASE));
    let ios = "interface GigabitEthernet0/1\n ip access-group 101 in\naccess-list 101 permit tcp 10.0.0.0 0.255.255.255 any eq 443\n";
    assert!(looks_like_ios(ios) && !(FORMAT.recognises)(ios));
    assert!(!looks_like_ios(BASE) && !(FORMAT.recognises)("*filter\n:FORWARD DROP [0:0]\nCOMMIT\n"));
}

#[test]
fn an_old_static_for_what_clients_ask_intercepts_the_flow() {
    let base = BASE.replace("9.8(4)", "8.2(5)");
    let asked = |line: &str| {
        let text =
            format!("{base}access-list A extended permit udp any any\n{line}\naccess-group A in interface inside\n");
        ask(&text, "udp 10.1.2.3 > 192.0.2.1 53")
    };
    let intercepted = Outcome::Intercepted;
    assert_eq!(asked("static (outside,inside) 192.0.2.1 203.0.113.9 netmask 255.255.255.255"), intercepted);
    assert_eq!(asked("static (outside,inside) 192.0.2.0 203.0.113.0 netmask 255.255.255.0"), intercepted);
    assert_eq!(asked("static (outside,inside) udp 192.0.2.1 53 203.0.113.9 53"), intercepted);
    assert_eq!(asked("static (outside,inside) tcp 192.0.2.1 53 203.0.113.9 53"), PERMITTED);
    assert_eq!(asked("static (outside,inside) 192.0.2.1 access-list SOME"), UNDECIDED);
    assert_eq!(asked("alias (inside) 192.0.2.1 203.0.113.9 255.255.255.255"), UNDECIDED);
    // A server that is made public from inside has nothing to do with what clients ask.
    assert_eq!(asked("static (inside,outside) 203.0.113.5 10.1.0.5 netmask 255.255.255.255"), PERMITTED);
}

/// The packets that the list `A` of a text permits, judged on its own.
fn permitted_by(text: &str, family: Family) -> crate::space::PacketSet {
    let mut sources = Sources::new();
    let id = sources.add("t.cfg", text);
    let options = ReadOptions { acl: Some("A".to_owned()), ..ReadOptions::default() };
    let reading = (FORMAT.read)(Input { source: id, name: "t.cfg", text: sources.text(id) }, &options);
    let base = reading.bases.iter().find(|b| b.policy.family == family).expect("a rule base of the family");
    let rules = &base.policy.chains[0].rules;
    assert!(rules.iter().all(|r| r.matches.opaque.is_empty()), "{:?}", reading.findings);
    rules.iter().fold(crate::space::PacketSet::empty(family), |all, rule| all.union(&rule.matches.packets))
}

#[test]
fn expansions_of_a_listing_are_what_groups_stand_for() {
    const GROUPS: &str = "object network ONE
 host 192.0.2.1
object network SOME
 range 198.51.100.8 198.51.100.11
object-group network INNER
 network-object object SOME
 network-object 10.1.0.0 255.255.0.0
object-group network OUTER
 network-object object ONE
 group-object INNER
 network-object 2001:db8::/32
object-group service WEB tcp
 port-object eq www
 port-object range 8000 8010
object-group service MIXED
 service-object udp destination eq domain
 service-object tcp source gt 1023 destination eq https
 service-object icmp echo
object-group protocol BOTH
 protocol-object tcp
 protocol-object udp
object-group icmp-type PINGS
 icmp-object echo
 icmp-object echo-reply
";
    let listings: [(&str, &[&str]); 5] = [
        (
            "tcp any4 object-group INNER object-group WEB",
            &[
                "tcp any4 range 198.51.100.8 198.51.100.11 eq www",
                "tcp any4 range 198.51.100.8 198.51.100.11 range 8000 8010",
                "tcp any4 10.1.0.0 255.255.0.0 eq www",
                "tcp any4 10.1.0.0 255.255.0.0 range 8000 8010",
            ],
        ),
        (
            "object-group MIXED host 10.0.0.1 object ONE",
            &[
                "udp host 10.0.0.1 host 192.0.2.1 eq domain",
                "tcp host 10.0.0.1 gt 1023 host 192.0.2.1 eq https",
                "icmp host 10.0.0.1 host 192.0.2.1 echo",
            ],
        ),
        (
            "object-group BOTH any4 object-group INNER eq 53",
            &[
                "tcp any4 range 198.51.100.8 198.51.100.11 eq domain",
                "tcp any4 10.1.0.0 255.255.0.0 eq domain",
                "udp any4 range 198.51.100.8 198.51.100.11 eq domain",
                "udp any4 10.1.0.0 255.255.0.0 eq domain",
            ],
        ),
        (
            "icmp object-group INNER any4 object-group PINGS",
            &[
                "icmp range 198.51.100.8 198.51.100.11 any4 echo",
                "icmp range 198.51.100.8 198.51.100.11 any4 echo-reply",
                "icmp 10.1.0.0 255.255.0.0 any4 echo",
                "icmp 10.1.0.0 255.255.0.0 any4 echo-reply",
            ],
        ),
        (
            "tcp object-group OUTER object-group OUTER eq 443",
            &[
                "tcp host 192.0.2.1 host 192.0.2.1 eq https",
                "tcp host 192.0.2.1 range 198.51.100.8 198.51.100.11 eq https",
                "tcp host 192.0.2.1 10.1.0.0 255.255.0.0 eq https",
                "tcp range 198.51.100.8 198.51.100.11 host 192.0.2.1 eq https",
                "tcp range 198.51.100.8 198.51.100.11 range 198.51.100.8 198.51.100.11 eq https",
                "tcp range 198.51.100.8 198.51.100.11 10.1.0.0 255.255.0.0 eq https",
                "tcp 10.1.0.0 255.255.0.0 host 192.0.2.1 eq https",
                "tcp 10.1.0.0 255.255.0.0 range 198.51.100.8 198.51.100.11 eq https",
                "tcp 10.1.0.0 255.255.0.0 10.1.0.0 255.255.0.0 eq https",
                "tcp 2001:db8::/32 2001:db8::/32 eq https",
            ],
        ),
    ];
    for (entry, expansions) in listings {
        let own = format!("{GROUPS}access-list A line 1 extended permit {entry} (hitcnt=7) 0x1\n");
        let lines = |indent: &str| -> String {
            let line = |e: &&str| format!("{indent}access-list A line 1 extended permit {e} (hitcnt=1) 0x2\n");
            expansions.iter().map(line).collect()
        };
        let header = format!("access-list A; {} elements; name hash: 0x1\n", expansions.len());
        let listing = format!("{header}access-list A line 1 extended permit {entry} (hitcnt=7) 0x1\n{}", lines("  "));
        for family in Family::BOTH {
            let (groups, shown) = (permitted_by(&own, family), permitted_by(&listing, family));
            assert!(groups.is_subset(&shown) && shown.is_subset(&groups), "{entry}: {groups:?} is not {shown:?}");
        }
    }
}

#[test]
fn of_many_tunnels_a_hundred_are_told_and_the_rest_counted() {
    let map = |number: usize| format!("crypto map M {number} match address V{number}\n");
    let told = |tunnels: usize| {
        let maps: String = (0..tunnels).map(map).collect();
        let text = format!("{BASE}{maps}crypto map M interface outside\nshun 192.0.2.7\n");
        let mut findings = read(&text).0.findings;
        findings.retain(|finding| finding.code == Code::MayDivert);
        findings
    };
    assert_eq!(told(100).len(), 101);
    let many = told(3_000);
    assert_eq!(many.len(), 102);
    let counted: Vec<_> = many.iter().filter(|finding| finding.message.starts_with("2900 more places")).collect();
    assert_eq!((counted.len(), counted[0].labels.len()), (1, 3));
    // A warning is not hidden among notes.
    assert!(many.iter().any(|finding| finding.message.starts_with("`shun 192.0.2.7`")));
}
