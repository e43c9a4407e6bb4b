use super::*;
use crate::format::Input;
use crate::format::iptables::context::Context;
use crate::format::iptables::reader;
use crate::format::iptables::target::{Lookup, Outcome, action};
use crate::policy::Condition;
use crate::source::Sources;
use crate::space::PacketSet;
use proptest::prelude::*;
use proptest::sample::select;

/// What both readers make of a rule of `filter FORWARD`: `Some` when the fast one takes it.
fn both(family: Family, spec: &str) -> Option<Action> {
    let mut sources = Sources::new();
    let source = sources.add("", spec);
    let text = sources.text(source);
    let input = Input { source, name: "", text };
    let mut interfaces = Interfaces::new();
    ["lan0", "wan0", "eth+"].into_iter().for_each(|name| interfaces.add(name));
    let mut context = Context::new(input, family, interfaces, false);
    (context.table, context.chain) = ("filter", "FORWARD");
    context.chains = ["area", "FORWARD", "DROP"].into_iter().zip([7, 8, 9].map(ChainId)).collect();
    let Context { table, chain, chains, interfaces, .. } = &context;
    let plain = Shapes::new(Place { family, table, chain, chains, interfaces }).rule(text)?;
    let full = reader::parse(text, &mut context, &mut Vec::new()).unwrap();
    assert_eq!(full.faults, [], "{spec}");
    assert!(full.marks.is_empty() && !full.ambiguous, "{spec}");
    let open = |part: &str| Condition { text: part.to_owned(), span: input.span(part) };
    assert_eq!(plain.open.map(open).into_iter().collect::<Vec<_>>(), full.opaque, "{spec}");
    assert!(context.assumptions.is_empty() && context.old_negation.is_none() && context.backward.is_none(), "{spec}");
    assert_eq!(PacketSet::of(family, plain.cube.clone()), full.packets(), "{spec}");
    let own = IntervalSet::empty();
    let lookup = Lookup { chain: &|name| context.chains.get(name).copied(), own: &own };
    assert_eq!(action(&full, &lookup).unwrap(), Outcome::Action(plain.action.clone()), "{spec}");
    Some(plain.action)
}

#[test]
fn usual_rules_are_plain() {
    for spec in [
        "-j ACCEPT",
        "-s 10.0.0.0/8 -d 198.18.0.1/32 -i lan0 -o wan0 -p tcp -m tcp --dport 443 -j ACCEPT",
        "! -s 10.1.2.3 -p udp -m udp ! --sport 1024:65535 -j DROP",
        "-p tcp -m multiport --dports 80,443,8000:8100 -m comment --comment \"ticket 8, -j DROP\" -j area",
        "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
        "-m state --state NEW -g area",
        "-p tcp -j REJECT --reject-with tcp-reset",
        "-j REJECT --reject-with icmp-port-unreachable",
        "-m comment --comment word -p icmp",
        "-s 10.1.0.7/32 -m mac --mac-source 00:16:3E:00:00:01 -j RETURN",
        "-p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT",
        "-p tcp -m state --state NEW -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -m multiport --dports 80,443 -j ACCEPT",
    ] {
        assert!(both(Family::V4, spec).is_some(), "{spec}");
    }
    assert!(both(Family::V6, "-s 2001:db8::/32 -p ipv6-icmp -j RETURN").is_some());
}

#[test]
fn everything_else_is_left_to_the_full_reader() {
    for spec in [
        "-s 10.0.0.0/8  -j ACCEPT",
        "-s 010.0.0.1 -j ACCEPT",
        "-s 10.0.0.0/255.0.255.0 -j ACCEPT",
        "-s host -j ACCEPT",
        "-p tcp --dport https -j ACCEPT",
        "--dport 53 -j ACCEPT",
        "-p tcp -m multiport -j ACCEPT",
        "-p tcp -m multiport --sports 1 --dports 2 -j ACCEPT",
        "-p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15:16 -j ACCEPT",
        "-p tcp --dport 90:80 -j ACCEPT",
        "-s 1.2.3.4 -s 1.2.3.5 -j ACCEPT",
        "-j ACCEPT -j DROP",
        "-m limit --limit 1/s -j ACCEPT",
        "-m comment --comment \"a \\\" b\" -j ACCEPT",
        "-m comment --comment \"a\"b -j ACCEPT",
        "-p udp -j REJECT --reject-with tcp-reset",
        "-j elsewhere",
        "-j FORWARD",
        "-g DROP",
        "-g ACCEPT",
        "-p tcp !",
        "-m mac --mac-source XX:XX:XX:XX:XX:XX -j ACCEPT",
        "-m mac --mac-source 00:16:3e:00:00 -j ACCEPT",
        "-m mac ! --mac-source 00:16:3e:00:00:01 -j ACCEPT",
        "-m mac -s 10.0.0.1 --mac-source 00:16:3e:00:00:01 -j ACCEPT",
        "-p tcp -m tcp --tcp-flags SYN ACK -j ACCEPT",
        "-p tcp -m tcp --tcp-flags SYN,FOO SYN -j ACCEPT",
        "-p tcp -m tcp ! --tcp-flags SYN SYN -j ACCEPT",
        "-p udp --tcp-flags SYN SYN -j ACCEPT",
        "! -s 0.0.0.0/0 -j ACCEPT",
        "-i a-name-too-long-for-it -j ACCEPT",
    ] {
        assert!(both(Family::V4, spec).is_none(), "{spec}");
    }
}

/// Options with their values, most of them sound.
const PARTS: &[&str] = &[
    "-s 10.0.0.0/8",
    "! -s 192.0.2.1",
    "-s 1.2.3/24",
    "-d 198.18.0.0/15",
    "! -d 198.18.103.0/24",
    "-d 0.0.0.0/0",
    "-i lan0",
    "! -i eth+",
    "-o eth7",
    "-p tcp",
    "-p udp",
    "-p icmp",
    "-p 47",
    "! -p tcp",
    "-m tcp",
    "-m udp",
    "--dport 443",
    "! --dport 53",
    "--sport 1024:65535",
    "--sport 1024:",
    "--tcp-flags FIN,SYN,RST,ACK SYN",
    "--tcp-flags ALL NONE",
    "-m mac --mac-source 00:16:3E:aa:00:01",
    "-m mac ! --mac-source 00:16:3E:aa:00:01",
    "! --tcp-flags SYN,RST SYN",
    "-m multiport --dports 80,443",
    "-m multiport ! --sports 1:9,20",
    "-m multiport --ports 53",
    "-m comment --comment \"some words\"",
    "-m comment --comment x",
    "-m conntrack --ctstate NEW,RELATED",
    "-m conntrack ! --ctstate INVALID",
    "-m state --state ESTABLISHED",
    "-m state --state FOO",
    "-j ACCEPT",
    "-j DROP",
    "-j RETURN",
    "-j area",
    "-g area",
    "-j REJECT",
    "--reject-with tcp-reset",
    "-j LOG --log-prefix \"x \"",
    "-m limit --limit 3/min",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn both_readers_agree(parts in proptest::collection::vec(select(PARTS), 1..7)) {
        both(Family::V4, &parts.join(" "));
    }

    #[test]
    fn numbers_are_read_alike(host in "[0-9.]{1,15}", length in "[0-9]{1,3}", port in "[0-9:]{1,9}") {
        both(Family::V4, &format!("-s {host}/{length} -p tcp --dport {port} -j ACCEPT"));
    }
}
