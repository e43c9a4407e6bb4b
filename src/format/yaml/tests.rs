//! What rules mean, through the plain interpreter, and where mistakes are seen.

use super::{LIST, NATIVE};
use crate::format::{FORMATS, Format, Input, ReadOptions, Reading};
use crate::policy::{Conversation, Leg, Outcome, Policy, TCP};
use crate::source::Sources;
use crate::space::{Family, Field, Packet};
use std::net::IpAddr;

const DAY: &str = "2026-06-01";

fn read_as(format: &Format, text: &str) -> (Reading, Sources) {
    let mut sources = Sources::new();
    let source = sources.add("t.yaml", text);
    let options = ReadOptions { detail: true, date: DAY.to_owned(), ..ReadOptions::default() };
    let reading = (format.read)(Input { source, name: "t.yaml", text: sources.text(source) }, &options);
    (reading, sources)
}

fn native(rules: &str) -> Policy {
    policy(&NATIVE, &format!("fwproof: 1\n{rules}"))
}

fn policy(format: &Format, text: &str) -> Policy {
    let (reading, _) = read_as(format, text);
    reading.bases.into_iter().next().unwrap().policy
}

/// `proto src dst dport [in out]`; for ICMP the port is `type * 256 + code`.
fn outcome(policy: &Policy, flow: &str) -> Outcome {
    let words: Vec<&str> = flow.split(' ').collect();
    let address = |text: &str| match text.parse().unwrap() {
        IpAddr::V4(a) => u128::from(u32::from(a)),
        IpAddr::V6(a) => u128::from(a),
    };
    let (proto, port): (u128, u128) = (words[0].parse().unwrap(), words[3].parse().unwrap());
    let mut packet = Packet::zero();
    let target = if matches!(proto, 1 | 58) { Field::Icmp } else { Field::DstPort };
    for (field, value) in
        [(Field::Proto, proto), (Field::Src, address(words[1])), (Field::Dst, address(words[2])), (target, port)]
    {
        packet.set(field, value);
    }
    if matches!(proto, 6 | 17) {
        packet.set(Field::SrcPort, 50000);
    }
    for (field, at) in [(Field::InIface, 4), (Field::OutIface, 5)] {
        packet.set(field, words.get(at).map_or(1, |name| policy.interfaces.class_of(name)).into());
    }
    policy.decide(&Conversation::from_packet(policy.family, &packet)).outcome()
}

const PERMITTED: Outcome = Outcome::Permitted;
const DENIED: Outcome = Outcome::Denied(Leg::Opening);
const UNDECIDED: Outcome = Outcome::Undecided;

#[track_caller]
fn check(policy: &Policy, table: &[(&str, Outcome)]) {
    for (flow, expected) in table {
        assert_eq!(outcome(policy, flow), *expected, "{flow}");
    }
}

/// Line, column, code and message of every finding.
fn findings(format: &Format, text: &str) -> Vec<String> {
    let (reading, sources) = read_as(format, text);
    let show = |finding: &crate::finding::Finding| {
        let at = sources.position(finding.span().unwrap());
        format!("{}:{} {} {}", at.line, at.column, finding.code, finding.message)
    };
    reading.findings.iter().map(show).collect()
}

fn helps(format: &Format, text: &str) -> Vec<String> {
    read_as(format, text).0.findings.into_iter().filter_map(|finding| finding.help).collect()
}

#[test]
fn the_first_match_decides_and_the_end_denies() {
    let policy = native(
        "networks: {lan: [10.0.0.0/8], lab: 10.9.0.0-10.9.0.255, all: [lan, 192.0.2.7]}
services:
  dns: [{proto: udp, ports: [53, 443]}, {proto: tcp, ports: 53}]
  both: [dns, {proto: tcp, ports: 8000-8010, source_ports: 1024-65535}]
rules:
  - {action: reject, from: lab, proto: [tcp, udp], ports: 53}
  - {action: allow, from: all, to: {not: [198.51.100.0/24]}, service: both}
  - {action: accept, from: lan, proto: icmp, icmp: [echo-request, 3/4]}
",
    );
    check(
        &policy,
        &[
            ("17 10.1.0.1 1.1.1.1 443", PERMITTED),
            ("6 10.1.0.1 1.1.1.1 443", DENIED),
            ("6 10.1.0.1 1.1.1.1 8010", PERMITTED),
            ("17 10.9.0.1 1.1.1.1 53", DENIED),
            ("17 10.9.0.1 1.1.1.1 443", PERMITTED),
            ("17 192.0.2.7 1.1.1.1 53", PERMITTED),
            ("17 192.0.2.8 1.1.1.1 53", DENIED),
            ("17 10.1.0.1 198.51.100.3 53", DENIED),
            ("1 10.1.0.1 198.51.100.3 2048", PERMITTED),
            ("1 10.1.0.1 198.51.100.3 3328", DENIED),
        ],
    );
}

#[test]
fn a_stateless_set_asks_its_rules_about_answers_too() {
    let rules = "rules:\n  - {action: permit, from: 10.0.0.0/8, proto: tcp, ports: 443}\n";
    let flow = "6 10.0.0.1 1.1.1.1 443";
    assert_eq!(outcome(&native(rules), flow), PERMITTED);
    assert_eq!(outcome(&native(&format!("stateful: false\n{rules}")), flow), Outcome::Denied(Leg::Answer));
    let back = "  - {action: permit, to: 10.0.0.0/8, proto: tcp, source_ports: 443, in: wan, out: lan}\n";
    let text = format!("stateful: false\n{rules}{back}");
    assert_eq!(outcome(&native(&text), "6 10.0.0.1 1.1.1.1 443 lan wan"), PERMITTED);
    for (word, expected) in [("permit", PERMITTED), ("allow", PERMITTED), ("drop", DENIED), ("reject", DENIED)] {
        assert_eq!(outcome(&native(&format!("default: {word}\n{rules}")), "17 10.0.0.1 1.1.1.1 9"), expected, "{word}");
    }
}

#[test]
fn interfaces_and_zones_are_told_apart() {
    let policy = native(
        "zones: {inside: [eth1, eth2], outside: [eth0]}
rules:
  - {action: permit, in: inside, out: outside, proto: udp}
  - {action: permit, in: {not: inside}, proto: tcp}
",
    );
    check(
        &policy,
        &[
            ("17 10.0.0.1 1.1.1.1 53 eth2 eth0", PERMITTED),
            ("17 10.0.0.1 1.1.1.1 53 eth2 eth1", DENIED),
            ("17 10.0.0.1 1.1.1.1 53 eth0 eth1", DENIED),
            ("6 10.0.0.1 1.1.1.1 53 eth0 eth1", PERMITTED),
            ("6 10.0.0.1 1.1.1.1 53 eth1 eth0", DENIED),
        ],
    );
    assert_eq!(
        findings(&NATIVE, "fwproof: 1\ninterfaces: [lan, wan]\nrules:\n  - {action: permit, in: lam}\n"),
        ["4:26 undefined-name the interface `lam` is not defined"]
    );
}

#[test]
fn the_ways_through_are_the_named_interfaces() {
    let ways = |text: &str| {
        let base = read_as(&NATIVE, text).0.bases.remove(0);
        let names = base.topology.entries.iter().map(|door| base.policy.interfaces.name(door.iface).to_owned());
        (names.collect::<Vec<_>>().join(" "), base.topology.hairpin)
    };
    let rule = "rules: [{action: permit, in: lan, out: wan}]\n";
    assert_eq!(ways(&format!("fwproof: 1\n{rule}")), ("lan wan other".to_owned(), false));
    assert_eq!(ways(&format!("fwproof: 1\ninterfaces: [wan, lan, dmz]\n{rule}")), ("wan lan dmz".to_owned(), false));
    assert_eq!(ways("fwproof: 1\nrules: [{action: permit}]\n"), ("other".to_owned(), true));
}

#[test]
fn ipv6_is_judged_where_it_occurs() {
    let families = |text: &str| {
        let bases = read_as(&NATIVE, &format!("fwproof: 1\n{text}")).0.bases;
        bases.iter().map(|base| base.policy.family).collect::<Vec<_>>()
    };
    assert_eq!(families("rules: [{action: permit, from: any}]\n"), [Family::V4]);
    assert_eq!(families("rules: [{action: permit, from: 'fd00::/8'}]\n"), Family::BOTH);
    assert_eq!(families("families: [4, 6]\nrules: [{action: permit}]\n"), Family::BOTH);
    assert_eq!(families("families: 6\nrules: [{action: permit, from: 10.0.0.0/8}]\n"), [Family::V6]);
    let policy =
        native("families: 6\nrules: [{action: permit, from: 'fd00::/8', proto: icmpv6, icmp: echo-request}]\n");
    check(&policy, &[("58 fd00::1 2001:db8::1 32768", PERMITTED), ("58 fc00::1 2001:db8::1 32768", DENIED)]);
}

#[test]
fn rules_have_effect_from_their_first_to_their_last_day() {
    let rule = |keys: &str| {
        let policy = native(&format!("rules: [{{action: permit, {keys}}}]\n"));
        outcome(&policy, "6 10.0.0.1 1.1.1.1 443")
    };
    assert_eq!(rule("starts: 2026-06-01"), PERMITTED);
    assert_eq!(rule("expires: 2026-06-01"), PERMITTED);
    assert_eq!(rule("starts: 2026-06-02"), DENIED);
    assert_eq!(rule("expires: 2026-05-31"), DENIED);
    assert_eq!(rule("enabled: false"), DENIED);
    let text = "fwproof: 1\nrules: [{name: guests, action: permit, expires: 2026-05-31}]\n";
    let (reading, _) = read_as(&NATIVE, text);
    let statements = &reading.bases[0].topology.statements;
    assert_eq!(statements[0].text, "the rule `guests` has no effect on 2026-06-01, as it expired on 2026-05-31");
    assert_eq!((reading.tally.neutral, reading.tally.exact), (1, 0));
}

#[test]
fn without_a_date_a_dated_rule_is_not_decided() {
    let mut sources = Sources::new();
    let source = sources.add("t", "fwproof: 1\nrules: [{action: permit, expires: 2026-05-31}]\n");
    let input = Input { source, name: "t", text: sources.text(source) };
    let reading = (NATIVE.read)(input, &ReadOptions::default());
    assert_eq!(outcome(&reading.bases[0].policy, "6 10.0.0.1 1.1.1.1 443"), UNDECIDED);
    assert_eq!(reading.tally.opaque, 1);
}

#[test]
fn a_rule_with_a_mistake_may_be_for_anything() {
    for rule in [
        "{action: permit, form: 10.0.0.0/8}",
        "{action: permit, from: lan}",
        "{action: permit, from: [10.0.0.0/33, 192.0.2.0/24]}",
        "{action: allowed}",
        "{from: 10.0.0.0/8}",
        "{action: permit, ports: 443}",
        "{action: permit, proto: icmp, ports: 443}",
        "{action: permit, proto: tcp, ports: 0443}",
        "{action: permit, proto: tcp, ports: []}",
        "{action: permit, proto: tcp, ports: no}",
        "{action: permit, from: }",
        "{action: permit, from: []}",
        "{action: permit, enabled: no}",
        "{action: permit, enabled: false, form: x}",
        "{action: permit, from: {nto: 10.0.0.0/8}}",
        "{action: permit, from: [{not: 10.0.0.0/8}]}",
        "{action: permit, proto: tcp, icmp: 8}",
        "{action: permit, service: dns}",
        "{action: permit, service: any, proto: tcp}",
        "{action: permit, starts: 2026-02-30}",
        "{action: permit, starts: 2026-03-01, expires: 2026-02-01}",
        "{action: block}",
        "{action: Permit}",
        "permit everything",
    ] {
        let text = format!("fwproof: 1\nrules:\n  - {rule}\n  - {{action: deny}}\n");
        let (reading, _) = read_as(&NATIVE, &text);
        assert_eq!(reading.findings.len(), 1, "{rule}: {:?}", reading.findings);
        assert_eq!((reading.tally.rejected, reading.tally.exact), (1, 1), "{rule}");
        assert_eq!(outcome(&reading.bases[0].policy, "17 172.16.0.1 1.1.1.1 99"), UNDECIDED, "{rule}");
    }
}

#[test]
fn a_mistake_in_a_definition_concerns_those_who_use_it() {
    let policy = native(
        "networks: {lan: [10.0.0.0/8], bad: [10.0.0.0/33], worse: [lan, bad]}
rules:
  - {action: permit, from: lan, proto: udp}
  - {action: permit, from: worse}
",
    );
    check(&policy, &[("17 10.0.0.1 1.1.1.1 53", PERMITTED), ("6 10.0.0.1 1.1.1.1 53", UNDECIDED)]);
    let unused = native("networks: {bad: [10.0.0.0/33]}\nrules: []\n");
    check(&unused, &[("17 10.0.0.1 1.1.1.1 53", DENIED)]);
}

#[test]
fn an_unknown_key_at_the_top_leaves_everything_open() {
    let text = "fwproof: 1\nruls: []\nrules:\n  - {action: permit}\n";
    assert_eq!(findings(&NATIVE, text), ["2:1 unknown-key unknown key `ruls`"]);
    check(&policy(&NATIVE, text), &[("17 10.0.0.1 1.1.1.1 53", UNDECIDED)]);
    let default = native("default: dorp\nrules:\n  - {action: permit, proto: udp}\n");
    check(&default, &[("17 10.0.0.1 1.1.1.1 53", PERMITTED), ("6 10.0.0.1 1.1.1.1 53", UNDECIDED)]);
}

#[test]
fn mistakes_are_named_with_their_places() {
    let text = "\
fwproof: 1
defualt: deny
networks:
  lan: [10.20.0.0/33, lab]
  a: b
  b: [a, 10.0.0.1/24]
  empty: []
services:
  dns: {proto: upd, prots: 53}
rules:
  - name: x
    action: allowed
    from: lam
    protocol: tcp
    ports: [53, 70000, 0x50]
  - {action: permit, to: 10.0.0.9-10.0.0.1, service: dsn}
";
    assert_eq!(
        findings(&NATIVE, text),
        [
            "2:1 unknown-key unknown key `defualt`",
            "4:9 invalid-value `10.20.0.0/33` is not an address, a prefix such as 192.0.2.0/24, or a range of addresses",
            "4:23 undefined-name the network `lab` is not defined",
            "6:7 chain-loop the network `a` is made of itself",
            "6:10 invalid-value `10.0.0.1/24` is not a prefix, as it has bits set behind its length",
            "7:10 empty-group a network has no members",
            "9:16 invalid-value `upd` is not a protocol name or number",
            "9:21 unknown-key unknown key `prots`",
            "12:13 invalid-value `allowed` is not an action",
            "13:11 undefined-name the network `lam` is not defined",
            "14:5 unknown-key unknown key `protocol`",
            "15:17 invalid-value `70000` is not a port from 0 to 65535 or a range such as 1024-65535",
            "15:24 invalid-value `0x50` is not a port from 0 to 65535 or a range such as 1024-65535",
            "16:26 invalid-value `10.0.0.9-10.0.0.1` is not a range from a lower to a higher address of one family",
            "16:54 undefined-name the service `dsn` is not defined",
        ]
    );
    let helps = helps(&NATIVE, text);
    for help in
        ["did you mean `default`?", "did you mean `lan`?", "this schema calls it `proto`", "did you mean `proto`?"]
    {
        assert!(helps.iter().any(|known| known == help), "{help}: {helps:?}");
    }
}

#[test]
fn a_set_without_rules_is_named() {
    assert_eq!(
        findings(&NATIVE, "fwproof: 1\nrules: []\n"),
        ["1:1 empty-rule-base there are no rules: the default decides everything"]
    );
}

#[test]
fn a_text_that_is_no_rule_set_has_no_rule_base() {
    for text in [
        "fwproof: 2\nrules: []\n",
        "fwproof: 1\n",
        "fwproof: 1\nrules: {}\n",
        "fwproof: 1\nrules: [\n",
        "fwproof: 1\nrules:\n",
    ] {
        let (reading, _) = read_as(&NATIVE, text);
        assert_eq!((reading.bases.len(), reading.findings.len()), (0, 1), "{text}");
    }
}

#[test]
fn deep_definitions_are_bounded() {
    let mut text = "fwproof: 1\nnetworks:\n".to_owned();
    (0..100_000).for_each(|n| text.push_str(&format!("  n{n}: n{}\n", n + 1)));
    text.push_str("  n100000: 10.0.0.0/8\nrules: [{action: permit, from: n0}]\n");
    assert!(findings(&NATIVE, &text).iter().any(|finding| finding.contains("too-large")));
}

#[test]
fn a_rule_stands_on_its_first_line() {
    let text = "fwproof: 1\ndefault: deny\nrules:\n  - name: one # remark\n    action: permit\n  - {action: deny, proto: tcp}\n";
    let (reading, sources) = read_as(&NATIVE, text);
    let chain = &reading.bases[0].policy.chains[0];
    let slices: Vec<&str> = chain.rules.iter().map(|rule| sources.slice(rule.span)).collect();
    assert_eq!(slices, ["name: one", "action: deny, proto: tcp"]);
    assert_eq!(sources.slice(chain.span), "deny");
    let (reading, sources) = read_as(&NATIVE, "fwproof: 1\nrules: []\n");
    assert_eq!(sources.slice(reading.bases[0].policy.chains[0].span), "fwproof: 1");
}

#[test]
fn the_canonical_text_has_names_resolved() {
    let text = "fwproof: 1
networks: {lan: [10.0.0.0/8, 192.0.2.1-192.0.2.2]}
rules:
  - {action: allow, from: lan, proto: [tcp, udp], ports: [53, 1000-2000], in: eth0}
  - {action: drop, to: {not: lan}, proto: icmp, icmp: echo-request}
";
    let lines: Vec<String> = read_as(&NATIVE, text).0.lines.into_iter().map(|line| line.meaning).collect();
    assert_eq!(
        lines,
        [
            "permit from 10.0.0.0/8, 192.0.2.1-192.0.2.2 to any tcp, udp ports 53, 1000-2000 in eth0",
            "deny from any to 0.0.0.0-9.255.255.255, 11.0.0.0-192.0.2.0, 192.0.2.3-255.255.255.255 \
             icmp types 8/0-8/255",
        ]
    );
}

#[test]
fn a_flat_list_is_read_with_its_aliases() {
    let text = "\
- {name: a, src: 10.0.0.0/8, destination_address: '192.0.2.0/24, 198.51.100.1', protocol: TCP, dport: '80,443', action: ALLOW}
- {source: any, dst: any, protocol: udp, port: any, action: block}
- {source_ip: 10.0.0.0/8, action: accept}
";
    let (reading, _) = read_as(&LIST, text);
    assert_eq!(findings(&LIST, text).len(), 1);
    let note = &reading.findings[0].notes[0];
    assert!(note.contains("`src` as `from`, ") && note.contains("`dport` as `ports`"), "{note}");
    check(
        &reading.bases[0].policy,
        &[
            ("6 10.0.0.1 198.51.100.1 443", PERMITTED),
            ("17 10.0.0.1 198.51.100.1 443", DENIED),
            ("1 10.0.0.1 198.51.100.1 2048", PERMITTED),
            ("6 11.0.0.1 198.51.100.1 443", DENIED),
        ],
    );
}

#[test]
fn a_flat_list_never_guesses() {
    let text = "rules:\n  - {src: 10.0.0.0/8, priority: 10, action: allow}\n";
    assert!(findings(&LIST, text)[1].starts_with("2:23 invalid-value the order of the rules is not known"));
    check(&policy(&LIST, text), &[("6 10.0.0.1 1.1.1.1 443", UNDECIDED)]);
    let text = "- {src: 10.0.0.0/8, source: any, action: allow}\n- {src: lan, zone: x, action: deny}\n";
    assert_eq!(
        findings(&LIST, text)[1..],
        [
            "1:21 invalid-value `src` and `source` say the same thing",
            "2:9 undefined-name the network `lan` is not defined",
            "2:14 unknown-key unknown key `zone`",
        ]
    );
}

fn sample(name: &str) -> (Policy, Option<&'static str>) {
    let text = std::fs::read_to_string(format!("{}/rulesets/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let format = FORMATS.iter().find(|format| (format.recognises)(&text));
    let (reading, _) = read_as(format.unwrap(), &text);
    assert!(reading.findings.iter().all(|finding| finding.code == crate::finding::Code::Tolerated), "{name}");
    (reading.bases.into_iter().next().unwrap().policy, format.map(|format| format.name))
}

#[test]
fn the_shipped_samples_mean_what_they_say() {
    let udp = |src: &str, port: u16| format!("17 {src} 208.67.222.222 {port} lan wan");
    let web = |src: &str, port: u16| format!("{TCP} {src} 146.112.1.1 {port} lan wan");
    for (name, format, src, expected) in [
        ("cafe-right.yaml", "yaml", "192.168.78.9", [PERMITTED, PERMITTED, PERMITTED, PERMITTED]),
        ("hotel-one-web-port.yaml", "yaml", "10.83.17.4", [PERMITTED, PERMITTED, DENIED, PERMITTED]),
        ("depot-dns-only-53.yaml", "yaml", "10.94.36.4", [PERMITTED, DENIED, PERMITTED, PERMITTED]),
        ("kiosk-flat-list.yaml", "yaml-list", "192.168.203.9", [PERMITTED, PERMITTED, PERMITTED, PERMITTED]),
    ] {
        let (policy, found) = sample(name);
        assert_eq!(found, Some(format), "{name}");
        let flows = [udp(src, 53), udp(src, 443), web(src, 80), web(src, 443)];
        let outcomes = flows.each_ref().map(|flow| outcome(&policy, flow));
        assert_eq!(outcomes, expected, "{name}");
    }
    let tcp_dns = format!("{TCP} 192.168.203.9 208.67.222.222 53");
    assert_eq!(outcome(&sample("kiosk-flat-list.yaml").0, &tcp_dns), DENIED);
}

pub(super) fn without_findings(text: &str) -> bool {
    findings(&NATIVE, text).is_empty()
}

pub(super) fn reads_without_findings(name: &str, text: &str) {
    let found = findings(&NATIVE, text);
    assert!(found.is_empty(), "{name}: {found:?}");
}

/// Careless and hostile texts: each is told at its place, and nothing is made of what stands there.
#[test]
fn what_yaml_makes_easy_to_get_wrong_is_told_at_its_place() {
    let rule = |rest: &str| format!("fwproof: 1\nrules:\n  - {{action: permit, {rest}}}\n");
    let top = |rest: &str| format!("fwproof: 1\n{rest}\nrules: []\n");
    let bomb: String = (1..40).map(|n| format!("a{n}: &a{n} [*a{}, *a{}]\n", n - 1, n - 1)).collect();
    let mut wrong = Vec::new();
    for (text, expected) in [
        (format!("fwproof: 1\nrules: {}\n", "[".repeat(300)), "2:72 too-large brackets are nested more than 64 deep"),
        (
            format!("fwproof: 1\na0: &a0 [1]\n{bomb}"),
            "21:12 too-large aliases expand to far more nodes than are written",
        ),
        (rule("proto: udp, proto: tcp"), "3:34 invalid-yaml the key `proto` occurs twice"),
        ("fwproof: 1\nrules:\n\t- {action: permit}\n".to_owned(), "3:1 invalid-yaml a tab is used for indentation"),
        (rule("to: no"), "3:26 undefined-name the network `no` is not defined"),
        (
            rule("proto: tcp, ports: no"),
            "3:41 invalid-value `no` is not a port from 0 to 65535 or a range such as 1024-65535",
        ),
        (rule("enabled: no"), "3:31 invalid-value `no` is not `true` or `false`"),
        (rule("to: ~"), "3:26 invalid-value `to` must be a name, an address, or a list of them, not nothing"),
        (rule("proto: tcp, ports: []"), "3:41 invalid-value `ports` must be at least one port, not a list"),
        (rule("expires: 2026-02-30"), "3:31 invalid-value `2026-02-30` is not a day such as 2026-01-31"),
        (rule("expires: 26-02-03"), "3:31 invalid-value `26-02-03` is not a day such as 2026-01-31"),
        (rule("to: 2026-01-31"), "3:26 undefined-name the network `2026-01-31` is not defined"),
        (
            rule("proto: tcp, ports: 0443"),
            "3:41 invalid-value `0443` is not a port from 0 to 65535 or a range such as 1024-65535",
        ),
        (
            rule("proto: tcp, ports: 0x1bb"),
            "3:41 invalid-value `0x1bb` is not a port from 0 to 65535 or a range such as 1024-65535",
        ),
        (
            rule("proto: tcp, ports: 4_43"),
            "3:41 invalid-value `4_43` is not a port from 0 to 65535 or a range such as 1024-65535",
        ),
        (
            rule("proto: tcp, ports: 443.0"),
            "3:41 invalid-value `443.0` is not a port from 0 to 65535 or a range such as 1024-65535",
        ),
        (
            rule("to: 010.0.0.0/8"),
            "3:26 invalid-value `010.0.0.0/8` is not an address, a prefix such as 192.0.2.0/24, or a range of addresses",
        ),
        (
            "fwproof: 1\nx: &x {action: permit}\nrules:\n  - <<: *x\n".to_owned(),
            "4:5 invalid-yaml the merge key `<<` is not supported",
        ),
        (
            "fwproof: 1\nrules: []\n---\nfwproof: 1\n".to_owned(),
            "3:1 invalid-yaml a second document begins; only one is read",
        ),
        (String::new(), "1:1 invalid-yaml the text is empty"),
        ("# fwproof: 1\n".to_owned(), "1:1 invalid-yaml the text is empty"),
        ("fwproof".to_owned(), "1:1 invalid-value the file must be a mapping, not a single value"),
        ("- fwproof: 1\n".to_owned(), "1:3 invalid-value the file must be a mapping, not a list"),
        (
            "fwproof: 1.0\nrules: []\n".to_owned(),
            "1:10 invalid-value `1.0` is not a version of the schema that is known",
        ),
        ("fwproof: 1\nrules: {}\n".to_owned(), "2:8 invalid-value `rules` must be a list, not a mapping"),
        (top("stateful: yes"), "2:11 invalid-value `yes` is not `true` or `false`"),
        (top("defualt: deny"), "2:1 unknown-key unknown key `defualt`"),
    ] {
        let found = findings(&NATIVE, &text);
        if !found.iter().any(|said| said == expected) {
            wrong.push(format!("{expected}\n  but {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn marks_of_other_systems_change_nothing() {
    let plain = "fwproof: 1\nrules:\n  - {action: permit, proto: udp, ports: 53}\n";
    let (reading, _) = read_as(&NATIVE, plain);
    for text in [
        format!("\u{feff}{plain}"),
        plain.replace('\n', "\r\n"),
        format!("\u{feff}---\r\n{}", plain.replace('\n', "\r\n")),
    ] {
        let (other, _) = read_as(&NATIVE, &text);
        assert!(other.findings.is_empty() && other.tally == reading.tally, "{:?}", other.findings);
    }
}

#[test]
fn groups_that_hold_each_other_twice_do_not_grow() {
    let nested = |last: &str| -> String {
        let names = (0..40).map(|n| format!("  n{n}: [n{}, n{}]\n", n + 1, n + 1));
        names.chain([format!("  n40: {last}\n")]).collect()
    };
    let ports: Vec<String> = (0..500).map(|n| format!("{{proto: tcp, ports: {}}}", 2 * n)).collect();
    let policy = native(&format!(
        "networks:\n{}services:\n{}  many: [{}]\nrules:\n- {{action: permit, from: n0, service: n0}}\n\
         - {{action: permit, service: [many, many]}}\n",
        nested("10.0.0.0/8"),
        nested("{proto: udp, ports: 53}"),
        ports.join(", ")
    ));
    check(
        &policy,
        &[
            ("17 10.0.0.1 192.0.2.1 53", PERMITTED),
            ("17 10.0.0.1 192.0.2.1 54", DENIED),
            ("6 192.0.2.1 10.0.0.1 998", PERMITTED),
            ("6 192.0.2.1 10.0.0.1 999", DENIED),
            ("6 192.0.2.1 10.0.0.1 1000", DENIED),
        ],
    );
}
