use super::*;
use crate::format::{self, ReadOptions};
use crate::source::Sources;
use crate::space::{Family, IntervalSet, PacketSet, addresses};

/// `udp 10.0.0.0/8 > 192.0.2.1:53` in by an interface and out by another, by their numbers in the text.
fn wanted(family: Family, from: &str, to: &str, proto: u8, port: u16, by: (u32, u32)) -> Wanted {
    let single = |value: u32| IntervalSet::single(value.into());
    let set = |text: &str| addresses(text.parse().unwrap());
    let packets = PacketSet::full(family)
        .with(crate::space::Field::Src, &set(from))
        .with(crate::space::Field::Dst, &set(to))
        .with(crate::space::Field::Proto, &single(proto.into()))
        .with(crate::space::Field::DstPort, &single(port.into()))
        .with(crate::space::Field::InIface, &single(by.0))
        .with(crate::space::Field::OutIface, &single(by.1));
    Wanted { id: "flow".to_owned(), packets, is_dns: port == 53 }
}

fn mended(format: &'static str, text: &str, companions: Vec<Companion<'_>>, wanted: Vec<Wanted>) -> Mended {
    let options = ReadOptions::default();
    let file = RuleText { name: "x", format, text, options: &options };
    mend(&Task { files: vec![file], companions, wanted, exempt_dns: true }).unwrap()
}

/// The lines that are new, and with a minus those that are gone.
fn changed(old: &str, new: &str) -> Vec<String> {
    let diff = similar::TextDiff::from_lines(old, new);
    let sign = |tag| match tag {
        similar::ChangeTag::Insert => Some(""),
        similar::ChangeTag::Delete => Some("-"),
        similar::ChangeTag::Equal => None,
    };
    let line = |change: similar::Change<&str>| Some(format!("{}{}", sign(change.tag())?, change.value().trim_end()));
    diff.iter_all_changes().filter_map(line).collect()
}

const ASA: &str = "ASA Version 9.8(4)
interface G0/0
 nameif wan
 security-level 0
 ip address 203.0.113.2 255.255.255.252
interface G0/1
 nameif lan
 security-level 100
 ip address 10.20.0.1 255.255.0.0
object-group network SERVERS
 network-object host 192.0.2.1
access-list OUT extended permit udp 10.20.0.0 255.255.0.0 object-group SERVERS eq domain
access-list OUT extended deny ip any any
access-group OUT in interface lan
route wan 0.0.0.0 0.0.0.0 203.0.113.1
";

const INSPECTION: &str = "class-map inspection_default
 match default-inspection-traffic
policy-map global_policy
 class inspection_default
  inspect ftp
  inspect dns preset_dns_map
  inspect sip
service-policy global_policy global
";

fn of_asa(to: &str) -> Wanted {
    wanted(Family::V4, "10.20.0.0/16", to, 17, 53, (3, 2))
}

#[test]
fn required_dns_gets_a_class_of_its_own_and_all_other_dns_stays_inspected() {
    let text = format!("{ASA}{INSPECTION}");
    let new = mended("asa", &text, Vec::new(), vec![of_asa("192.0.2.1/32")]);
    let expected = [
        "access-list DNS-INSPECT extended deny udp any4 host 192.0.2.1 eq domain",
        "access-list DNS-INSPECT extended permit udp any any eq domain",
        "class-map DNS-INSPECT",
        " match access-list DNS-INSPECT",
        "-  inspect dns preset_dns_map",
        " class DNS-INSPECT",
        "  inspect dns preset_dns_map",
    ];
    assert_eq!(changed(&text, &new.files[0]), expected);
}

#[test]
fn a_list_that_exempts_others_gets_what_is_missing() {
    let own = INSPECTION.replace("default-inspection-traffic", "access-list DNS");
    let list = "access-list DNS extended deny udp any host 192.0.2.9 eq domain\naccess-list DNS extended permit udp any any eq domain\n";
    let text = format!("{ASA}{list}{own}");
    let new = mended("asa", &text, Vec::new(), vec![of_asa("192.0.2.1/32")]);
    assert_eq!(changed(&text, &new.files[0]), ["access-list DNS extended deny udp any4 host 192.0.2.1 eq domain"]);
}

#[test]
fn an_address_joins_the_group_of_the_entry_that_it_needs() {
    let new = mended("asa", ASA, Vec::new(), vec![of_asa("192.0.2.2/32")]);
    assert_eq!(changed(ASA, &new.files[0]), [" network-object host 192.0.2.2"]);
}

const DUMP: &str = "*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A FORWARD -s 10.20.0.0/16 -d 192.0.2.1/32 -i lan -o wan -p udp -m multiport --dports 53,80 -j ACCEPT
COMMIT
";

fn of_dump(to: &str, port: u16) -> Wanted {
    wanted(Family::V4, "10.20.0.0/16", to, 17, port, (2, 3))
}

#[test]
fn a_port_joins_a_list_that_has_room() {
    let new = mended("iptables", DUMP, Vec::new(), vec![of_dump("192.0.2.1/32", 443)]);
    assert!(new.files[0].contains("--dports 53,80,443 -j ACCEPT"), "{}", new.files[0]);
}

#[test]
fn an_entry_joins_a_set_and_no_rule_changes() {
    let text = DUMP.replace("-d 192.0.2.1/32", "-m set --match-set S dst").replace("--dports 53,80", "--dports 53");
    let sets = "create S hash:ip family inet\nadd S 192.0.2.1\n";
    let new = mended(
        "iptables",
        &text,
        vec![Companion { name: "s", text: sets, kind: CompanionKind::Sets }],
        vec![of_dump("192.0.2.2/32", 53)],
    );
    assert_eq!(
        (new.files[0].as_str(), changed(sets, &new.companions[0])),
        (text.as_str(), vec!["add S 192.0.2.2".to_owned()])
    );
}

#[test]
fn both_families_of_a_firewall_are_mended() {
    let six = DUMP.replace("-s 10.20.0.0/16 -d 192.0.2.1/32", "-s fd20::/16 -d 2001:db8::1/128");
    let (options, none) = (ReadOptions::default(), Vec::new());
    let file = |name, text| RuleText { name, format: "iptables", text, options: &options };
    let flow = wanted(Family::V6, "fd20::/16", "2001:db8::2/128", 17, 53, (2, 3));
    let task = Task {
        files: vec![file("a.v4", DUMP), file("a.v6", &six)],
        companions: none,
        wanted: vec![of_dump("192.0.2.2/32", 53), flow],
        exempt_dns: true,
    };
    let new = mend(&task).unwrap();
    assert_eq!(
        new.files.iter().zip([DUMP, &six]).map(|(new, old)| changed(old, new).len()).collect::<Vec<_>>(),
        [1, 1]
    );
    assert!(new.files[1].contains("-s fd20::/16 -d 2001:db8::2/128"), "{}", new.files[1]);
}

/// A new line may be the first to name an interface, which gives every interface another number.
#[test]
fn interfaces_may_be_named_in_another_order() {
    let text = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n\
                -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A FORWARD -o wan -p udp -j DROP\n\
                -A FORWARD -i lan -j DROP\nCOMMIT\n";
    let new =
        mended("iptables", text, Vec::new(), vec![wanted(Family::V4, "10.0.0.0/8", "192.0.2.1/32", 17, 53, (3, 2))]);
    let line = "-A FORWARD -s 10.0.0.0/8 -d 192.0.2.1/32 -i lan -o wan -p udp -m udp --dport 53 -j ACCEPT";
    assert_eq!(changed(text, &new.files[0]), [line]);
}

#[test]
fn answers_get_lines_of_their_own_and_the_switched_off_is_switched_on() {
    let text = DUMP.replace("-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n", "");
    let new = mended("iptables", &text, Vec::new(), vec![of_dump("192.0.2.1/32", 53)]);
    let line = "-A FORWARD -s 192.0.2.1/32 -d 10.20.0.0/16 -i wan -o lan -p udp -m udp --sport 53 -m conntrack \
                --ctstate ESTABLISHED -j ACCEPT";
    assert_eq!(changed(&text, &new.files[0]).len(), 1, "{}", new.files[0]);
    assert!(new.files[0].contains("--ctstate ESTABLISHED -j ACCEPT"), "{line}\n{}", new.files[0]);
    let off = ASA.replace("eq domain", "eq domain inactive");
    let new = mended("asa", &off, Vec::new(), vec![of_asa("192.0.2.1/32")]);
    assert_eq!(new.files[0], ASA);
}

#[test]
fn what_cannot_be_mended_says_why() {
    let text = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -i lan -j ACCEPT\n\
                -A INPUT -i dmz -j ACCEPT\n-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\nCOMMIT\n";
    let options = ReadOptions::default();
    let task = |format, text| Task {
        files: vec![RuleText { name: "x", format, text, options: &options }],
        companions: Vec::new(),
        wanted: vec![wanted(Family::V4, "10.0.0.0/8", "192.0.2.1/32", 17, 53, (1, 2))],
        exempt_dns: true,
    };
    // The flow comes in by an interface without a name in the text; a line without any lets in what comes from `dmz`.
    assert!(matches!(mend(&task("iptables", text)).unwrap_err()[..], [Obstacle::Outside(..)]));
    assert_eq!(mend(&task("iptables", "no rules")).unwrap_err(), [Obstacle::Unreadable]);
}

const POLICY: &str = "filters:
- header:
    targets: {cisco: OUT mixed}
  terms:
  - include: common.yaml
  - name: rest
    action: deny
";
const NAMES: &str = "networks:
  OFFICE:
    values:
    - address: 10.20.0.0/16
    - address: fd20::/16
  SERVER:
    values:
    - address: 192.0.2.1/32
services:
  DNS:
  - port: 53
    protocol: udp
";

/// A policy that includes terms, and its definitions, for IPv4 and IPv6.
fn mended_policy(common: &str, names: Option<&str>) -> Mended {
    let mut sources = Sources::new();
    let mut beside = |name: &str, text: &str| format::Companion {
        name: name.to_owned(),
        source: sources.add(name, text),
        text: text.into(),
    };
    let includes = vec![beside("common.yaml", common)];
    let definitions = names.map(|text| vec![beside("names", text)]);
    let options = ReadOptions { companions: format::Companions { definitions, includes }, ..ReadOptions::default() };
    let companion = |text| Companion { name: "names", text, kind: CompanionKind::Definitions };
    let task = Task {
        files: vec![RuleText { name: "x", format: "aerleon", text: POLICY, options: &options }],
        companions: names.map(companion).into_iter().collect(),
        wanted: vec![
            wanted(Family::V4, "10.20.0.0/16", "192.0.2.1/32", 17, 53, (1, 1)),
            wanted(Family::V6, "fd20::/16", "2001:db8::1/128", 17, 53, (1, 1)),
        ],
        exempt_dns: true,
    };
    mend(&task).unwrap()
}

#[test]
fn terms_use_the_names_that_are_there_and_define_what_is_missing() {
    let new = mended_policy("terms:\n- {name: any, protocol: tcp, action: accept}\n", Some(NAMES));
    let terms = [
        "  - {name: required-udp-53, source-address: OFFICE, destination-address: SERVER, destination-port: DNS, \
         protocol: udp, action: accept}",
        "  - {name: required-udp-53-v6, source-address: OFFICE, destination-address: REQUIRED-SERVERS-V6, \
         destination-port: DNS, protocol: udp, action: accept}",
    ];
    assert_eq!(changed(POLICY, &new.files[0]), terms);
    let definition = "  REQUIRED-SERVERS-V6: {values: [{address: \"2001:db8::1/128\"}]}";
    assert_eq!(changed(NAMES, &new.companions[0]), [definition]);
}

#[test]
fn a_term_stands_above_the_file_that_denies() {
    let new = mended_policy("terms:\n- {name: closed, protocol: udp, action: deny}\n", None);
    assert!(new.files[0].contains("  terms:\n  - {name: required-udp-53, "), "{}", new.files[0]);
    assert!(
        new.files[0].contains("required-udp-53-v6")
            && new.files[0].ends_with(&POLICY[POLICY.find("  - include").unwrap()..])
    );
}

/// A chain's term accepts what clients send in connections of both directions.
#[test]
fn a_term_that_would_let_clients_answer_servers_is_not_proposed() {
    let text = "filters:\n- header: {targets: {speedway: FORWARD DROP}}\n  terms:\n  - {name: a, option: established, \
                source-address: 192.0.2.1, action: accept}\n  - {name: b, protocol: udp, source-address: 10.20.0.0/16, action: \
                deny}\n  - {name: c, protocol: udp, action: accept}\n";
    let options = ReadOptions::default();
    let task = Task {
        files: vec![RuleText { name: "x", format: "aerleon", text, options: &options }],
        companions: Vec::new(),
        wanted: vec![wanted(Family::V4, "10.20.0.0/16", "192.0.2.1/32", 17, 53, (1, 1))],
        exempt_dns: true,
    };
    let Err(obstacles) = mend(&task) else { panic!("mended") };
    let [Obstacle::Outside(_, change)] = obstacles.as_slice() else { panic!("{obstacles:?}") };
    let c = &change.witness;
    assert_eq!((c.src, c.sport, change.before), (0xc000_0201, 53, Verdict::Denied));
}

#[test]
fn an_address_joins_the_group_that_ansible_describes() {
    let entry = |to: &str| {
        format!(
            "    - {{grant: permit, protocol: udp, source: {{any: true}}, destination: {{object_group: {to}, port_protocol: \
                 {{eq: domain}}}}}}\n"
        )
    };
    let text = format!(
        "acls:\n  - name: OUT\n    aces:\n{}ogs:\n  - object_type: network\n    object_groups:\n      - name: G\n        \
         network_object: {{host: [192.0.2.1]}}\n",
        entry("G")
    );
    // Whoever asks is permitted, so that the entry is no wider than the flow.
    let wanted = wanted(Family::V4, "0.0.0.0/0", "192.0.2.2/32", 17, 53, (1, 1));
    let any = wanted.packets.clone().forget(&[crate::space::Field::InIface, crate::space::Field::OutIface]);
    let new = mended("ansible", &text, Vec::new(), vec![Wanted { packets: any, ..wanted }]);
    assert_eq!(new.files[0], text.replace("[192.0.2.1]", "[192.0.2.1, '192.0.2.2']"));
}
