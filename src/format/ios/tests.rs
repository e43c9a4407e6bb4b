use super::*;
use crate::format::Understanding;
use crate::source::Sources;
use crate::space::{Field, IntervalSet, PacketSet};
use crate::verify::{Verdict, judge};

fn read_as(text: &str, acl: Option<&str>) -> Reading {
    let mut sources = Sources::new();
    let source = sources.add("r1", text);
    let acl = acl.map(str::to_owned);
    let options = ReadOptions { detail: true, date: "2025-06-15".to_owned(), acl, ..ReadOptions::default() };
    (FORMAT.read)(Input { source, name: "r1", text }, &options)
}

/// How each entry of a list is understood.
fn entries(lines: &str) -> Vec<(Understanding, String)> {
    let text = format!("ip access-list extended T\n{lines}");
    let reading = read_as(&text, Some("T"));
    reading.lines.into_iter().skip(1).map(|l| (l.understanding, l.meaning)).collect()
}

fn exactly(line: &str) -> String {
    match entries(line).as_slice() {
        [(Understanding::Exact, meaning)] => meaning.clone(),
        other => panic!("{line}: {other:?}"),
    }
}

fn codes(text: &str) -> Vec<Code> {
    read_as(text, None).findings.iter().map(|f| f.code).collect()
}

#[test]
fn entries_are_read_as_the_router_reads_them() {
    assert_eq!(
        exactly(" permit tcp host 10.1.1.1 eq 20 21 any range 1024 65535"),
        "permit tcp 10.1.1.1 port 20-21 any4 port 1024-65535"
    );
    assert_eq!(
        exactly(" 10 deny udp any gt 1023 10.0.0.0 0.255.255.255 neq domain log-input cookie"),
        "deny udp any4 port 1024-65535 10.0.0.0/8 port 0-52,54-65535"
    );
    assert_eq!(exactly(" permit icmp any any packet-too-big"), "permit icmp any4 any4 type 3/4");
    assert_eq!(exactly(" permit icmp any any 3 13 log"), "permit icmp any4 any4 type 3/13");
    assert_eq!(exactly(" permit 50 any host 192.0.2.1"), "permit 50 any4 192.0.2.1");
    assert_eq!(exactly(" permit tcp any any established (12 matches)"), "permit tcp any4 any4 with some TCP flags");
    assert_eq!(exactly(" deny ip any any fragments"), "not in force: ip any4 any4");
    assert_eq!(exactly(" 10 permit ip 10.0.0.0/8 any ! a remark"), "permit ip 10.0.0.0/8 any4");
}

#[test]
fn what_is_not_judged_leaves_an_entry_open() {
    for line in [
        " permit tcp any any dscp af11",
        " permit ip any any precedence critical tos 4",
        " permit udp any any ttl range 1 5",
        " permit ip any any option ssr",
        " permit tcp any any tracked",
    ] {
        assert!(matches!(entries(line).as_slice(), [(Understanding::Opaque, _)]), "{line}: {:?}", entries(line));
    }
}

#[test]
fn what_is_not_grammar_is_rejected() {
    for line in [
        " permit",
        " permit tcp",
        " permit tcp any",
        " permit tcp any any eq",
        " permit tcp any any eq nosuch",
        " permit ip any any eq 53",
        " permit udp any any established",
        " permit tcp any any match-all",
        " permit tcp any any match-all +sun",
        " permit icmp any any echo 256",
        " permit ip 10.0.0.0 0.0.0.255 10.0.0.256 0.0.0.255",
        " permit frobnicate any any",
        " permit tcp any any eq 65536",
        " allow ip any any",
        " permit ip any any frobnicate",
        " permit tcp any any time-range",
    ] {
        assert!(matches!(entries(line).as_slice(), [(Understanding::Rejected, _)]), "{line}: {:?}", entries(line));
    }
}

#[test]
fn an_entry_that_is_not_understood_may_do_anything_at_its_place() {
    let text = "ip access-list extended T\n permit udp any any\n frobnicate\n deny ip any any\n";
    let base = read_as(text, Some("T")).bases.remove(0);
    let verdict = |proto: u128| {
        let set = PacketSet::full(Family::V4).with(Field::Proto, &IntervalSet::single(proto));
        judge(
            &base.policy,
            &set.with(Field::InIface, &IntervalSet::single(1)).with(Field::OutIface, &IntervalSet::single(1)),
        )
        .verdict
    };
    assert_eq!((verdict(17), verdict(6)), (Verdict::Permitted, Verdict::Undecided));
}

#[test]
fn groups_of_another_kind_and_in_circles_are_said() {
    let circle = "object-group network A\n group-object B\nobject-group network B\n group-object A\n";
    assert_eq!(codes(&format!("{circle}interface a\ninterface b\n")), [Code::ChainLoop]);
    let mixed = "object-group network A\n group-object S\nobject-group service S\n tcp eq 80\n";
    assert_eq!(codes(&format!("{mixed}interface a\ninterface b\n")), [Code::UnknownLine]);
}

#[test]
fn masks_of_groups_are_netmasks_on_ios_and_wildcards_on_nxos() {
    let of = |member: &str| exactly_in_group(member);
    assert_eq!(of("10.1.0.0 255.255.0.0"), "10.1.0.0/16");
    assert_eq!(of("10.1.0.0 0.0.255.255"), "10.1.0.0/16");
    assert_eq!(of("10.1.0.0 /16"), "10.1.0.0/16");
    assert_eq!(of("10.1.0.0/16"), "10.1.0.0/16");
    assert_eq!(of("range 10.1.0.0 10.1.0.3"), "10.1.0.0/30");
    assert_eq!(of("10.1.0.1 255.255.255.255"), "10.1.0.1");
}

fn exactly_in_group(member: &str) -> String {
    let text = format!("object-group network G\n {member}\nip access-list extended T\n permit ip object-group G any\n");
    let lines = read_as(&text, Some("T")).lines;
    let last = lines.last().unwrap();
    assert_eq!(last.understanding, Understanding::Exact, "{member}");
    last.meaning.trim_start_matches("permit ip ").trim_end_matches(" any4").to_owned()
}

#[test]
fn many_of_anything_end_in_time_and_without_panic() {
    let deep: String = (0..5_000).map(|i| format!("object-group network G{i}\n group-object G{}\n", i + 1)).collect();
    let names: String = (0..3_000).map(|i| format!(" permit tcp any any reflect R{i}\n evaluate R{i}\n")).collect();
    let banners = "banner motd X\n".repeat(20_000);
    let ports: String = (0..400).map(|i| format!("interface V{i}\n ip address 10.{}.{}.1/24\n zone-member security Z{i}\n ip vrf forwarding V{i}\n ip access-group L in\n", i / 200, i % 200)).collect();
    let back: String =
        (0..5_000).map(|i| format!(" permit tcp any any eq {i}\n no permit tcp any any eq {i}\n")).collect();
    let list = "ip access-list extended L\n";
    for text in [
        deep,
        format!("interface a\n ip access-group L in\ninterface b\n{list}{names}"),
        banners,
        format!("{ports}{list} permit ip any any\n"),
        format!("{list}{back}"),
    ] {
        read_as(&text, None);
    }
}

#[test]
fn cut_lines_are_no_panic() {
    let whole = "interface G0/0\n ip address 10.0.0.1 255.0.0.0\n ip access-group 101 in\n ip inspect F in\n ip nat inside\n ip policy route-map M\n crypto map C\ninterface G0/1\n ip nat outside\nip nat inside source list 1 pool P overload\nip nat pool P 192.0.2.1 192.0.2.2 netmask 255.255.255.0\nip nat outside source static tcp 192.0.2.1 80 10.0.0.9 80\nip nat inside source static network 10.0.0.0 192.0.2.0 /24\nroute-map M permit 10\n match ip address 101\ncrypto map C 10 ipsec-isakmp\n match address 101\naccess-list 101 permit tcp host 10.0.0.1 range 1 2 any match-all +syn -ack time-range T\nobject-group service S\n tcp source range 1 2 eq 3\nip route vrf V 0.0.0.0 0.0.0.0 G0/1 192.0.2.1 250 track 1\nvlan filter M vlan-list 1-9\nbanner motd ^C hello ^C\n";
    let words: Vec<&str> = whole.split_inclusive([' ', '\n']).collect();
    for skip in 0..words.len() {
        let mut fewer = words.clone();
        fewer.remove(skip);
        read_as(&fewer.concat(), None);
        read_as(&words[..skip].concat(), None);
    }
}
