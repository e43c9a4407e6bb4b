use super::*;
use crate::policy::{Interfaces, TCP, UDP};
use crate::source::Sources;
use crate::space::{Family, Field, Packet};

/// Sets of a text with the codes of the findings and the lines at which they stand.
fn sets_of(text: &str) -> (Sets, Vec<(Code, usize)>) {
    let mut sources = Sources::new();
    let source = sources.add("sets", text);
    let (mut sets, mut findings) = (Sets::default(), Vec::new());
    read(Input { source, name: "sets", text }, &mut sets, &mut findings).unwrap();
    let place = |f: &Finding| (f.code, f.span().map_or(0, |s| sources.position(s).line));
    let places = findings.iter().map(place).collect();
    (sets, places)
}

fn packet(src: &str, proto: u8, port: u16) -> Packet {
    let mut packet = Packet::zero();
    let address = |text: &str| u128::from(u32::from(text.parse::<std::net::Ipv4Addr>().unwrap()));
    packet.set(Field::Src, address(src));
    packet.set(Field::Dst, address("10.9.9.9"));
    packet.set(Field::Proto, proto.into());
    packet.set(Field::SrcPort, port.into());
    packet.set(Field::InIface, 2);
    packet
}

fn ask(sets: &Sets, name: &str, sides: &[Side], exceptions: bool) -> Answer {
    let mut interfaces = Interfaces::new();
    for iface in ["lo", "eth1", "l+", "eth+"] {
        interfaces.add(iface);
    }
    sets.ask(name, Question { family: Family::V4, sides, exceptions, interfaces: &interfaces }).unwrap()
}

/// Does the set match a packet from this address, UDP from port 1000, by interface `lo`?
fn holds(sets: &Sets, name: &str, sides: &[Side], src: &str) -> bool {
    let answer = ask(sets, name, sides, false);
    assert_eq!(answer.open, None);
    answer.packets.contains(&packet(src, UDP, 1000))
}

const SRC: &[Side] = &[Side::Src, Side::Src, Side::Src];

// What follows was held against kernel 6.18 with ipset 7.17: packets of UDP from port 1000 to 10.9.9.9, by `lo`.

#[test]
fn the_longest_network_decides() {
    let (sets, _) = sets_of("create a hash:net\nadd a 10.0.0.0/8\nadd a 10.1.0.0/16 nomatch\nadd a 10.1.2.0/24\n");
    for (src, wanted) in [("10.2.0.1", true), ("10.1.0.1", false), ("10.1.2.1", true), ("192.168.1.1", false)] {
        assert_eq!(holds(&sets, "a", SRC, src), wanted, "{src}");
    }
    let exceptions = ask(&sets, "a", SRC, true).packets;
    assert!(exceptions.contains(&packet("10.1.0.1", UDP, 1000)));
    assert!(!exceptions.contains(&packet("10.2.0.1", UDP, 1000)));
}

#[test]
fn networks_of_other_ports_do_not_decide() {
    let text = "create a hash:net,port\nadd a 10.0.0.0/8,udp:1000\nadd a 10.1.0.0/16,udp:1000 nomatch\n\
                add a 10.2.0.0/16,udp:1001 nomatch\nadd a 10.3.0.0/16,1000\n";
    let (sets, _) = sets_of(text);
    for (src, wanted) in [("10.0.0.1", true), ("10.1.0.1", false), ("10.2.0.1", true), ("10.3.0.1", true)] {
        assert_eq!(holds(&sets, "a", SRC, src), wanted, "{src}");
    }
}

#[test]
fn a_network_with_any_interface_hides_shorter_ones() {
    let text = "create a hash:net,iface\nadd a 10.0.0.0/8,lo\nadd a 10.1.0.0/16,eth1\nadd a 10.2.0.0/16,lo nomatch\n\
                add a 10.2.0.0/16,eth1\nadd a 10.3.0.0/16,eth1 nomatch\n";
    let (sets, _) = sets_of(text);
    for (src, wanted) in [("10.0.0.1", true), ("10.1.0.1", false), ("10.2.0.1", false), ("10.3.0.1", false)] {
        assert_eq!(holds(&sets, "a", SRC, src), wanted, "{src}");
    }
    assert!(!holds(&sets, "a", &[Side::Src, Side::Dst], "10.0.0.1"), "there is no way out");
    let text = "create a hash:net,iface\nadd a 0.0.0.0/0,lo\nadd a 10.1.0.0/16,l nomatch wildcard\n\
                add a 10.2.0.0/16,l wildcard\n";
    let (sets, _) = sets_of(text);
    for (src, wanted) in [("10.0.0.1", true), ("10.1.0.1", false), ("10.2.0.1", true), ("192.0.2.1", true)] {
        assert_eq!(holds(&sets, "a", SRC, src), wanted, "{src}");
    }
}

#[test]
fn ports_of_bridges_are_never_met() {
    let (sets, _) = sets_of("create a hash:net,iface\nadd a 10.4.0.0/16,physdev:lo\n");
    assert!(!holds(&sets, "a", SRC, "10.4.0.1"));
    let (sets, _) = sets_of("create a hash:net,iface\nadd a 10.0.0.0/8,lo\nadd a 10.4.0.0/16,physdev:lo\n");
    assert!(ask(&sets, "a", SRC, false).open.is_some());
}

#[test]
fn an_exception_counts_for_its_own_first_address_and_port() {
    let text = "create a hash:ip,port,net\nadd a 10.0.0.1,udp:1000,10.0.0.0/8\nadd a 10.0.0.1,udp:1000,10.9.0.0/16 nomatch\n\
                add a 10.0.0.2,udp:1000,10.9.0.0/16 nomatch\nadd a 10.0.0.3,udp:1000,10.0.0.0/8\n";
    let (sets, _) = sets_of(text);
    let sides = [Side::Src, Side::Src, Side::Dst];
    for (src, wanted) in [("10.0.0.1", false), ("10.0.0.2", false), ("10.0.0.3", true)] {
        assert_eq!(holds(&sets, "a", &sides, src), wanted, "{src}");
    }
}

#[test]
fn fewer_directions_than_parts_never_match_and_more_do_no_harm() {
    let (sets, _) = sets_of("create a hash:ip,port\nadd a 10.0.0.1,udp:1000\nadd a 10.0.0.1,1001\n");
    assert!(!holds(&sets, "a", &[Side::Src], "10.0.0.1"));
    assert!(holds(&sets, "a", &[Side::Src, Side::Src], "10.0.0.1"));
    assert!(holds(&sets, "a", &[Side::Src, Side::Src, Side::Dst], "10.0.0.1"));
    assert!(!holds(&sets, "a", &[Side::Src, Side::Dst], "10.0.0.1"));
    let packets = ask(&sets, "a", SRC, false).packets;
    assert!(!packets.contains(&packet("10.0.0.1", UDP, 1001)), "without a protocol a port is of TCP");
    assert!(packets.contains(&packet("10.0.0.1", TCP, 1001)));
}

#[test]
fn a_list_matches_by_any_member_that_has_enough_directions() {
    let text = "create a hash:net\nadd a 10.0.0.0/8\nadd a 10.1.0.0/16 nomatch\ncreate b hash:ip,port\n\
                add b 10.1.0.1,udp:1000\ncreate c hash:ip family inet6\nadd c ::1\ncreate p bitmap:port range 0-65535\n\
                add p 1005\ncreate l list:set\nadd l a\nadd l b\nadd l c\nadd l p\n";
    let (sets, _) = sets_of(text);
    assert!(holds(&sets, "l", &[Side::Src], "10.0.0.1"));
    assert!(!holds(&sets, "l", &[Side::Src], "10.1.0.1"));
    assert!(holds(&sets, "l", SRC, "10.1.0.1"));
    assert!(!holds(&sets, "l", SRC, "192.168.0.1"));
    assert!(ask(&sets, "l", SRC, false).packets.contains(&packet("192.168.0.1", UDP, 1005)));
    let exceptions = ask(&sets, "l", &[Side::Src], true).packets;
    let wanted = [("10.0.0.1", 1000, false), ("10.1.0.1", 1000, true), ("192.168.0.1", 1005, true)];
    for (src, port, wanted) in wanted {
        assert_eq!(exceptions.contains(&packet(src, UDP, port)), wanted, "{src}");
    }
}

#[test]
fn masks_round_entries_and_packets() {
    let (sets, _) =
        sets_of("create a hash:ip netmask 24\nadd a 10.0.0.5\nadd a 10.5.0.0/16\nadd a 10.7.1.3-10.7.3.9\n");
    for (src, wanted) in [("10.0.0.9", true), ("10.0.1.9", false), ("10.5.3.3", true), ("10.7.3.200", true)] {
        assert_eq!(holds(&sets, "a", SRC, src), wanted, "{src}");
    }
    let (sets, _) =
        sets_of("create a bitmap:ip range 10.0.0.0/16 netmask 24\nadd a 10.0.3.5\nadd a 10.0.5.0-10.0.7.1\n");
    for (src, wanted) in [("10.0.3.200", true), ("10.0.7.200", true), ("10.0.8.1", false)] {
        assert_eq!(holds(&sets, "a", SRC, src), wanted, "{src}");
    }
}

#[test]
fn lines_that_ipset_refuses_leave_their_set_open() {
    for line in [
        "create a hash:net\nadd a 0.0.0.0/0",
        "create a hash:ip\nadd a 0.0.0.0",
        "create a hash:ip\nadd a example.net",
        "create a hash:ip,port\nadd a 10.0.0.1,gre:5",
        "create a hash:ip,port\nadd a 10.0.0.1,icmp:8",
        "create a hash:ip,port\nadd a 10.0.0.1,0:5",
        "create a hash:ip,port\nadd a 10.0.0.1",
        "create a hash:ip\nadd a 10.0.0.1,80",
        "create a bitmap:ip range 10.0.0.5-10.0.0.9\nadd a 10.0.0.4",
        "create a bitmap:port range 5-100\nadd a 101",
        "create a hash:ip family inet6\nadd a ::/126",
        "create a hash:ip,port,ip\nadd a 10.0.0.1,80,10.0.0.0/30",
        "create a hash:net,iface\nadd a 10.0.0.0/8,averylonginterfacename",
        "create a hash:ip\nadd a 10.0.0.1 nomatch",
        "create a hash:ip\nadd a 10.0.0.1 comment \"x",
        "create a hash:ip\nadd a",
        "create a hash:ip\na\tb\tc\nad a 10.0.0.1",
    ] {
        let (sets, places) = sets_of(&format!("{line}\n"));
        let open = sets.ask("a", Question { family: Family::V6, ..question() }).unwrap().open;
        assert!(open.is_some() && places.iter().any(|p| p.0 == Code::UnknownLine), "{line}: {open:?} {places:?}");
    }
}

fn question() -> Question<'static> {
    static NONE: std::sync::OnceLock<Interfaces> = std::sync::OnceLock::new();
    Question { family: Family::V4, sides: SRC, exceptions: false, interfaces: NONE.get_or_init(Interfaces::new) }
}

#[test]
fn entries_are_read_in_all_spellings() {
    let text = "create a hash:ip,port\nadd a 10.0.0.1,icmp:echo-request\nadd a 10.0.0.1,icmp:3/1\nadd a 10.0.0.1,gre:0\n\
                add a 10.0.0.1,udp:domain\nadd a 10.0.0.1,sctp:5-4\nadd a 10.0.0.1-10.0.0.3,tcp:80-82 timeout 5\n\
                create b bitmap:port range 5-100\nadd b udp:6-9\n-N c iphash --hashsize 128\n-A c 10.0.0.1\n";
    let (sets, places) = sets_of(text);
    assert_eq!(places, [(Code::Tolerated, 7)], "the timeout is said");
    let packets = ask(&sets, "a", SRC, false).packets;
    let mut ping = packet("10.0.0.1", 1, 0);
    ping.set(Field::Icmp, 0x800);
    assert!(packets.contains(&ping));
    for (proto, port, wanted) in [(47, 9, true), (17, 53, true), (132, 4, true), (6, 81, true), (6, 83, false)] {
        assert_eq!(packets.contains(&packet("10.0.0.1", proto, port)), wanted, "{proto}:{port}");
    }
    let ports = ask(&sets, "b", SRC, false).packets;
    for (proto, wanted) in [(TCP, true), (UDP, true), (132, false)] {
        assert_eq!(ports.contains(&packet("192.0.2.1", proto, 7)), wanted);
    }
    assert!(holds(&sets, "c", SRC, "10.0.0.1"));
}

#[test]
fn scripts_are_followed_in_order() {
    let text = "create x hash:ip\nadd x 10.0.0.0/30\ndel x 10.0.0.2\ncreate y hash:ip\nadd y 10.0.0.9\nswap x y\n\
                rename y z\ncreate w hash:ip\nadd w 10.0.0.1\nflush w\ncreate v hash:ip\ndestroy v\n";
    // The first address of 10.0.0.0/30 is no zero, so all of it can be in a hash.
    let (sets, places) = sets_of(text);
    assert_eq!(places, []);
    assert!(holds(&sets, "x", SRC, "10.0.0.9") && !holds(&sets, "x", SRC, "10.0.0.1"));
    assert!(holds(&sets, "z", SRC, "10.0.0.1") && !holds(&sets, "z", SRC, "10.0.0.2"));
    assert!(!holds(&sets, "w", SRC, "10.0.0.1"));
    assert!(!sets.holds("v") && !sets.holds("y"));
}

#[test]
fn what_lists_hold_cannot_be_destroyed_or_renamed_and_lists_hold_no_lists() {
    let head = "create x hash:ip\ncreate l list:set\nadd l x\n";
    for line in ["destroy x", "rename x y", "add l nope", "add l l", "del l nope", "add l x before y", "swap x l"] {
        let (_, places) = sets_of(&format!("{head}{line}\n"));
        assert_eq!(places.last(), Some(&(Code::UnknownLine, 4)), "{line}");
    }
    let (sets, places) = sets_of(&format!("{head}create y hash:ip\nadd y 10.0.0.1\nswap x y\nadd l y after x\n"));
    assert_eq!(places, []);
    assert!(holds(&sets, "l", SRC, "10.0.0.1"));
}

#[test]
fn listings_are_read_and_counted() {
    let text = "Name: a\nType: hash:net\nRevision: 7\nHeader: family inet hashsize 1024 maxelem 65536 comment\n\
                Size in memory: 512\nReferences: 1\nNumber of entries: 2\nMembers:\n10.0.0.0/8 comment \"a b\"\n\
                10.1.0.0/16 nomatch\n\nName: b\nType: hash:ip\nHeader: family inet\nNumber of entries: 3\n\n\
                Name: c\nType: hash:ip\nHeader: family inet\nNumber of entries: 3\nMembers:\n10.0.0.1\n";
    let (sets, places) = sets_of(text);
    assert!(holds(&sets, "a", SRC, "10.2.0.1") && !holds(&sets, "a", SRC, "10.1.0.1"));
    assert!(ask(&sets, "b", SRC, false).open.unwrap().contains("leaves out its members"));
    assert!(ask(&sets, "c", SRC, false).open.is_some());
    assert_eq!(places, [(Code::UnknownLine, 20)]);
}

#[test]
fn of_two_networks_the_first_has_precedence() {
    let text = "create a hash:net,net\nadd a 10.0.0.0/8,10.9.9.9\nadd a 10.1.0.0/16,10.0.0.0/8 nomatch\n\
                add a 10.2.0.0/16,10.9.9.9 nomatch\nadd a 10.2.0.0/16,10.0.0.0/8\n";
    let (sets, _) = sets_of(text);
    let sides = [Side::Src, Side::Dst];
    for (src, wanted) in [("10.0.0.1", true), ("10.1.0.1", false), ("10.2.0.1", false), ("192.0.2.1", false)] {
        assert_eq!(holds(&sets, "a", &sides, src), wanted, "{src}");
    }
}

#[test]
fn hardware_addresses_and_marks_are_bounded() {
    let text = "create m bitmap:ip,mac range 10.0.0.0/24\nadd m 10.0.0.1,02:00:00:00:00:01\nadd m 10.0.0.2\n\
                create k hash:ip,mark markmask 0xff\nadd k 10.0.0.1,0x101\n";
    let (sets, places) = sets_of(text);
    assert_eq!(places, []);
    let macs = ask(&sets, "m", SRC, false);
    assert!(macs.open.is_some() && !macs.packets.contains(&packet("10.0.0.3", UDP, 1)));
    let marks = ask(&sets, "k", SRC, false);
    assert_eq!((marks.mark, marks.open), (Some((1, 0xff)), None));
}

#[test]
fn what_goes_away_with_one_mark_stays_with_another() {
    let text = "create k hash:ip,mark\nadd k 10.0.0.1,0x1\nadd k 10.0.0.1,0x2\ndel k 10.0.0.1,0x2\n";
    let (sets, _) = sets_of(text);
    let answer = ask(&sets, "k", SRC, false);
    assert!(answer.open.is_some() && answer.packets.contains(&packet("10.0.0.1", UDP, 1)));
}

#[test]
fn too_many_interfaces_are_not_told_apart() {
    let mut text = "create a hash:net,iface\n".to_owned();
    for n in 0..100 {
        text += &format!("add a 10.0.{n}.0/24,eth{n}\n");
    }
    let (sets, _) = sets_of(&text);
    assert!(sets.interfaces("a").is_empty() && ask(&sets, "a", SRC, false).open.is_some());
}

#[test]
fn too_many_different_parts_are_bounded_by_the_addresses() {
    let mut text = "create a hash:ip,port\n".to_owned();
    for n in 1..3000u32 {
        text += &format!("add a 10.0.{}.{},udp:{n}\n", n >> 8, n & 255);
    }
    let (sets, _) = sets_of(&text);
    let answer = ask(&sets, "a", SRC, false);
    assert!(answer.open.is_some());
    assert!(
        answer.packets.contains(&packet("10.0.0.1", UDP, 1)) && !answer.packets.contains(&packet("10.1.0.1", UDP, 1))
    );
}

#[test]
fn rules_of_iptables_below_the_sets_are_passed_over() {
    let text = "create a hash:net\nadd a 10.0.0.0/8\n-P OUTPUT DROP\n-A OUTPUT -m set --match-set a src -j ACCEPT\n\
                -N CHAIN\n-I OUTPUT -p tcp -m set --match-set a src -j DROP\n";
    let (sets, places) = sets_of(text);
    assert!(holds(&sets, "a", SRC, "10.0.0.1"));
    assert_eq!(places, [(Code::UnknownLine, 5), (Code::Tolerated, 3)]);
}

#[test]
fn other_texts_are_refused() {
    let (mut sets, mut findings) = (Sets::default(), Vec::new());
    for text in ["", "*filter\n-A INPUT -j ACCEPT\nCOMMIT\n", "create a table\n"] {
        let mut sources = Sources::new();
        let source = sources.add("x", text);
        assert!(read(Input { source, name: "x", text }, &mut sets, &mut findings).is_err(), "{text}");
    }
}

mod hostile {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_text_makes_it_panic(lines in proptest::collection::vec("(create|add|del|swap|rename|Name:|Members:|x)? ?[abl]? ?(hash:net|hash:ip,port|list:set|10\\.0\\.0\\.[0-9]/?[0-9]{0,2})?[ ,:\\-\"/a-z0-9]{0,12}", 0..12)) {
            let text = format!("create a hash:net\n{}", lines.join("\n"));
            let (sets, _) = sets_of(&text);
            for name in ["a", "b", "l"] {
                let _ = sets.ask(name, question());
            }
        }
    }
}
