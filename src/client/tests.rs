use super::*;
use crate::policy::{Denial, Policy, TCP, UDP};
use crate::report::tests::{addresses, block, packets, policy, requirement, result};
use crate::requirement::Requirement;
use crate::verify::{Block, Seen, Verdict, Verdict::*};

const ONE: &str = "208.67.222.222/32";
const OTHER: &str = "208.67.220.220/32";
const OFFICE: &str = "10.20.0.0/16";

fn flow(port: u16, blocks: &[(Verdict, &str, &str)]) -> (Requirement, Vec<Block>) {
    let of = |(verdict, src, dst): &(Verdict, &str, &str)| block(*verdict, packets(src, dst, UDP, port), None);
    (requirement(&format!("dns-udp-{port}"), UDP, port, &[ONE, OTHER]), blocks.iter().map(of).collect())
}

fn region(name: &str, verdict: Verdict, net: &str) -> (Requirement, Vec<Block>) {
    let blocks = vec![block(verdict, packets(OFFICE, net, TCP, 443), None)];
    (requirement(&format!("swg-https@{name}"), TCP, 443, &[net]), blocks)
}

fn predicted(flows: &[(Requirement, Vec<Block>)]) -> Vec<Prediction> {
    let policy: Policy = policy(Family::V4);
    let results: Vec<_> = flows.iter().map(|(r, blocks)| result(r, &policy, blocks.clone())).collect();
    predict("a.rules", &results)
}

fn states(flows: &[(Requirement, Vec<Block>)]) -> Vec<&'static str> {
    predicted(flows).iter().map(|p| p.state).collect()
}

#[test]
fn dns_needs_one_open_path_and_prefers_the_encrypted_one() {
    let both = |verdict| [(verdict, OFFICE, ONE), (verdict, OFFICE, OTHER)];
    let one = |verdict| [(verdict, OFFICE, ONE), (Denied, OFFICE, OTHER)];
    for (on_443, on_53, state) in [
        (both(Denied), both(Denied), UNPROTECTED),
        (both(Intercepted), both(Denied), UNPROTECTED),
        (both(Denied), both(Permitted), NOT_ENCRYPTED),
        (both(Denied), one(Permitted), NOT_ENCRYPTED),
        (one(Permitted), both(Denied), ENCRYPTED),
        (both(Permitted), both(Undecided), ENCRYPTED),
        (one(Undecided), both(Permitted), CANNOT_TELL),
        (both(Denied), one(Undecided), CANNOT_TELL),
    ] {
        assert_eq!(states(&[flow(443, &on_443), flow(53, &on_53)]), [state], "{on_443:?} {on_53:?}");
    }
}

#[test]
fn clients_are_parted_by_what_they_will_see() {
    let branch = "10.30.0.0/16";
    let on_443 = [(Permitted, OFFICE, ONE), (Denied, branch, ONE), (Denied, OFFICE, OTHER), (Denied, branch, OTHER)];
    let on_53 = [(Denied, OFFICE, ONE), (Denied, branch, ONE)];
    let said = predicted(&[flow(443, &on_443), flow(53, &on_53)]);
    let parts: Vec<_> = said.iter().map(|p| (p.state, p.from.values(Field::Src), p.certain)).collect();
    assert_eq!(parts, [(UNPROTECTED, addresses(branch), true), (ENCRYPTED, addresses(OFFICE), true)]);
}

#[test]
fn a_path_that_is_open_for_some_source_ports_only_says_nothing() {
    let (requirement, blocks) = flow(443, &[(Permitted, OFFICE, ONE), (Denied, OFFICE, ONE)]);
    let halves = [IntervalSet::range(1024, 2000), IntervalSet::range(2001, 65535)];
    let split =
        |(block, ports): (Block, IntervalSet)| Block { packets: block.packets.with(Field::SrcPort, &ports), ..block };
    let blocks = blocks.into_iter().zip(halves).map(split).collect();
    let said = predicted(&[(requirement, blocks), flow(53, &[(Denied, OFFICE, ONE)])]);
    assert_eq!(said.iter().map(|p| (p.state, p.certain)).collect::<Vec<_>>(), [(CANNOT_TELL, false)]);
}

#[test]
fn one_probe_alone_says_nothing() {
    assert!(states(&[flow(53, &[(Denied, OFFICE, ONE)])]).is_empty());
}

#[test]
fn web_protection_is_unavailable_everywhere_or_where_it_is_closed() {
    let (london, paris, oslo) = ("146.112.4.0/24", "146.112.5.0/24", "146.112.6.0/24");
    let closed = [region("london", Denied, london), region("paris", Intercepted, paris)];
    let said = predicted(&closed);
    assert_eq!(
        (said[0].state, said[0].regions.as_slice()),
        (UNAVAILABLE, &["london".to_owned(), "paris".to_owned()][..])
    );
    assert_eq!(said.len(), 1);

    let some = [region("london", Denied, london), region("paris", Permitted, paris), region("oslo", Undecided, oslo)];
    let said = predicted(&some);
    let spoken: Vec<_> = said.iter().map(|p| (p.state, p.regions.join(" "), p.certain)).collect();
    assert_eq!(spoken, [(UNAVAILABLE_THERE, "london".to_owned(), true), (CANNOT_TELL, "oslo".to_owned(), false)]);
    assert!(states(&[region("paris", Permitted, paris)]).is_empty());
}

#[test]
fn a_region_with_one_closed_address_is_closed_when_the_answer_points_there() {
    let (requirement, mut blocks) = region("london", Permitted, "146.112.4.0/25");
    blocks.push(block(Denied, packets(OFFICE, "146.112.4.128/25", TCP, 443), None));
    assert_eq!(states(&[(requirement, blocks)]), [UNAVAILABLE_THERE]);
}

#[test]
fn test_vectors_alone_leave_it_open() {
    assert_eq!(states(&[region("london:test", Denied, "192.0.2.7/32")]), [CANNOT_TELL]);
    let known = [region("london:test", Denied, "192.0.2.7/32"), region("paris", Permitted, "146.112.5.0/24")];
    assert!(states(&known).is_empty());
}

fn seen(prediction: &Prediction) -> Vec<(u16, Seen, String)> {
    let each = prediction.evidence.iter();
    each.map(|e| (e.port, e.seen, e.to.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))).collect()
}

#[test]
fn the_evidence_names_ports_and_servers_in_their_order() {
    let on_443 = [(Denied, OFFICE, OTHER), (Denied, OFFICE, ONE)];
    let on_53 = [(Permitted, OFFICE, OTHER), (Intercepted, OFFICE, ONE)];
    let said = predicted(&[flow(443, &on_443), flow(53, &on_53)]);
    let both = format!("{ONE} {OTHER}");
    assert_eq!(
        seen(&said[0]),
        [
            (443, Seen::Silence, both.clone()),
            (53, Seen::Answered, OTHER.to_owned()),
            (53, Seen::Elsewhere, ONE.to_owned())
        ]
    );
    assert_eq!(said[0].servers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "), both);
    assert!(!said[0].is_good());
}

#[test]
fn the_evidence_is_that_of_the_part_of_the_clients() {
    let branch = "10.30.0.0/16";
    let on_443 = [(Permitted, OFFICE, ONE), (Denied, branch, ONE)];
    let on_53 = [(Permitted, OFFICE, ONE), (Denied, branch, ONE)];
    let said = predicted(&[flow(443, &on_443), flow(53, &on_53)]);
    let ports = |seen: Seen| [(443, seen, ONE.to_owned()), (53, seen, ONE.to_owned())];
    assert_eq!((seen(&said[0]), said[0].is_good()), (ports(Seen::Silence).to_vec(), false));
    assert_eq!((seen(&said[1]), said[1].is_good()), (ports(Seen::Answered).to_vec(), true));
}

#[test]
fn of_the_gateway_only_what_does_not_pass_is_evidence() {
    let (london, paris) = ("146.112.4.0/24", "146.112.5.0/24");
    let (requirement, mut blocks) = region("london", Permitted, "146.112.4.0/25");
    let mut rejected = block(Denied, packets(OFFICE, "146.112.4.128/25", TCP, 443), None);
    rejected.denial = Some(Denial::Reset);
    blocks.push(rejected);
    let said = predicted(&[(requirement, blocks), region("paris", Permitted, paris)]);
    assert_eq!(seen(&said[0]), [(443, Seen::Reset, "146.112.4.128/25".to_owned())]);
    let said = predicted(&[region("london", Denied, london), region("paris", Denied, paris)]);
    assert_eq!(seen(&said[0]), [(443, Seen::Silence, format!("{london} {paris}"))]);
}

/// Own lists have flows of other names, and may name ports together.
#[test]
fn the_gateway_is_known_by_service_and_port() {
    let mut own = requirement("swg-tcp-80-443", TCP, 443, &["146.112.4.0/24"]);
    own.destination_ports = vec![(80, 80), (443, 443)];
    let mut blocks = vec![block(Denied, packets(OFFICE, "146.112.4.0/24", TCP, 80), None)];
    blocks.push(block(Permitted, packets(OFFICE, "146.112.4.0/24", TCP, 443), None));
    assert!(states(&[(own.clone(), blocks.clone())]).is_empty());
    blocks.iter_mut().for_each(|block| block.verdict = Denied);
    assert_eq!(states(&[(own, blocks)]), [UNAVAILABLE]);
}
