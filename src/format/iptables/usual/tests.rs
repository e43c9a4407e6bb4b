use crate::format::iptables::FORMAT;
use crate::format::tests::{Dice, told};
use crate::format::{Input, MOST_KEPT, ReadOptions, Reading, Wanted};
use crate::source::Sources;
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};
use std::fmt::Write;
use std::sync::Arc;

/// So many rules over few addresses and ports that many of them meet the flows, in one way or the other.
fn dump(rules: usize, seed: u64, nat: &str) -> String {
    let mut dice = Dice(seed);
    let mut text = String::from("*filter\n:FORWARD DROP [0:0]\n:one - [0:0]\n:two - [0:0]\n");
    for chain in ["FORWARD -d 198.18.0.0/15", "FORWARD -m conntrack --ctstate ESTABLISHED", "one -s 10.1.0.0/16"] {
        let to = if chain.starts_with("one") { "two" } else { "one" };
        writeln!(text, "-A {chain} -j {to}").unwrap();
    }
    for _ in 0..rules {
        let chain = dice.one(&["one", "two", "FORWARD"]);
        let src = dice.one(&[
            "",
            " -s 10.1.2.0/24",
            " -s 10.0.0.0/8",
            " ! -s 10.1.0.0/16",
            " -s 198.18.0.1/32",
            " -s 192.0.2.1/32",
        ]);
        let dst = dice.one(&[
            "",
            " -d 198.18.0.1/32",
            " -d 198.18.7.0/24",
            " ! -d 198.18.0.0/15",
            " -d 192.0.2.9/32",
            " -d 10.1.0.0/16",
        ]);
        let what = dice.one(&[
            " -p udp -m udp --dport 53",
            " -p udp -m udp --sport 53",
            " -p tcp -m tcp --dport 443",
            " -p tcp -m multiport --sports 80,443",
            " -p tcp -m tcp ! --dport 22",
            " -m conntrack --ctstate NEW",
            " -m mark --mark 1",
            " -p icmp",
        ]);
        let narrow = format!(" -m comment --comment {}", dice.roll(9));
        let target = dice.one(&["ACCEPT", "DROP", "RETURN", "LOG"]);
        // Without a source, a destination and a port most rules would end the walk at once.
        let rare = if src.is_empty() || dst.is_empty() { " -i lan0 -s 10.1.2.3/32" } else { "" };
        let src = if rare.is_empty() { src } else { "" };
        writeln!(text, "-A {chain}{src}{dst}{rare}{what}{narrow} -j {target}").unwrap();
    }
    text + "COMMIT\n" + nat
}

fn read(text: &str, wanted: Option<Wanted>) -> Reading {
    let mut sources = Sources::new();
    let source = sources.add("fw.v4", text);
    let options = ReadOptions { wanted: wanted.map(Arc::new), ..ReadOptions::default() };
    (FORMAT.read)(Input { source, name: "fw.v4", text: sources.text(source) }, &options)
}

fn flow(proto: u8, port: u128) -> (IntervalSet, IntervalSet, PacketSet) {
    let (ports, servers) = (IntervalSet::single(port), IntervalSet::range(0xc612_0000, 0xc612_0003));
    let fields = [
        (Field::Proto, IntervalSet::single(proto.into())),
        (Field::Src, IntervalSet::range(0x0a01_0200, 0x0a01_02ff)),
        (Field::Dst, servers.clone()),
        (Field::SrcPort, IntervalSet::range(1024, 65535)),
        (Field::DstPort, ports.clone()),
        (Field::InIface, IntervalSet::single(2)),
        (Field::OutIface, IntervalSet::single(1)),
    ];
    let cube = fields.iter().fold(Cube::full(), |cube, (field, set)| cube.with(Family::V4, *field, set).unwrap());
    (ports, servers, PacketSet::of(Family::V4, cube))
}

fn wanted() -> Wanted {
    Wanted::of([(17, 53), (6, 443)].map(|(proto, port)| {
        let (ports, servers, _) = flow(proto, port);
        (Family::V4, proto, ports, servers)
    }))
}

#[test]
fn rules_that_can_match_nothing_wanted_make_no_difference() {
    for seed in 1..4 {
        let text = dump(MOST_KEPT + 100, seed, "");
        let (whole, part) = (read(&text, None), read(&text, Some(wanted())));
        assert!(part.set_aside > MOST_KEPT / 4 && whole.set_aside == 0, "{}", part.set_aside);
        assert_eq!(part.tally, whole.tally);
        let (whole, part) = (&whole.bases[0].policy, &part.bases[0].policy);
        assert_eq!(whole.interfaces, part.interfaces);
        for (proto, port) in [(17, 53), (6, 443)] {
            let (_, _, packets) = flow(proto, port);
            assert_eq!(told(whole, &packets), told(part, &packets), "seed {seed}, {proto}/{port}");
        }
    }
}

#[test]
fn nothing_is_set_aside_where_destinations_change_or_little_is_gained() {
    let nat =
        "*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -d 198.18.0.1/32 -j DNAT --to-destination 192.0.2.9\nCOMMIT\n";
    assert_eq!(read(&dump(MOST_KEPT + 100, 1, nat), Some(wanted())).set_aside, 0);
    assert_eq!(read(&dump(MOST_KEPT / 2, 1, ""), Some(wanted())).set_aside, 0);
}
