//! The message of a finding: what is lost, and what kind of mistake loses it.

use super::cause::{Cause, Hit};
use super::words::{destinations, once, proto_name, protocols, some};
use crate::finding::Code;
use crate::fix::{self, Proposal};
use crate::policy::{Leg, TCP, UDP};
use crate::space::{Field, PacketSet};

/// How many regions, services and permits are named before the rest is counted.
const MOST: usize = 4;

/// One sentence: `UDP 443 to 208.67.222.222 and 3 more is denied while port 53 is permitted`.
pub(super) fn message(cause: &Cause<'_>, fix: Option<&Proposal>) -> String {
    let (what, is) = subject(&cause.hits);
    match cause.code {
        Code::Undecided => format!("the text does not decide whether {what} gets through"),
        Code::LimitInFront => format!("a limit decides whether {what} gets through"),
        Code::QuicBlock => format!("the block of QUIC also denies {what}"),
        Code::PermitIneffective if fix.is_some_and(|fix| !fix.asleep.is_empty()) => {
            format!("{what} {is} denied although there is a permit for it, which is switched off")
        }
        Code::AnswerDropped if cause.leg == Leg::Later => {
            format!("{what} {is} opened, but what the client sends later is lost")
        }
        Code::AnswerDropped => format!("{what} {is} let out, but the answer does not come back"),
        code => format!("{what} {is} {}", predicate(code, cause)),
    }
}

fn predicate(code: Code, cause: &Cause<'_>) -> String {
    match code {
        Code::DnsIntercepted | Code::Intercepted => "delivered to another destination".to_owned(),
        Code::Dns443Missing => "denied while port 53 is permitted".to_owned(),
        Code::OneProtocol => format!("denied while {} is permitted", other_protocol(cause)),
        Code::OneResolver => "denied while the same to another resolver is permitted".to_owned(),
        Code::V6Closed => "denied over IPv6 while IPv4 is permitted".to_owned(),
        Code::SecureAccessNotCovered => "denied while the networks of Umbrella are permitted".to_owned(),
        Code::OneRegion => "denied while other regions are permitted".to_owned(),
        Code::OneWebPort => format!("denied while TCP {} is permitted", other_web_port(cause)),
        Code::PermitIneffective if cause.elsewhere => {
            "denied although there is a permit for it, which asks for another source or interface".to_owned()
        }
        Code::PermitIneffective => "denied although a later rule permits it".to_owned(),
        Code::NoPermit => "denied: no rule permits it".to_owned(),
        _ => "denied by a rule".to_owned(),
    }
}

fn other_protocol(cause: &Cause<'_>) -> String {
    let udp_lost = cause.first().is_some_and(|hit| hit.requirement.proto == UDP);
    proto_name(u128::from(if udp_lost { TCP } else { UDP }))
}

fn other_web_port(cause: &Cause<'_>) -> u16 {
    let lost_80 = cause.first().is_some_and(|hit| hit.block.packets.values(Field::DstPort).contains(80));
    if lost_80 { 443 } else { 80 }
}

/// What is lost, with the verb that fits it.
pub(super) fn subject(hits: &[Hit<'_>]) -> (String, &'static str) {
    let services = once(hits.iter().map(|hit| hit.requirement.service.as_str()));
    let phrases: Vec<String> = services.iter().map(|service| service_phrase(service, hits)).collect();
    let verb = if phrases.len() > 1 { "are" } else { "is" };
    (some(&phrases, MOST), verb)
}

fn service_phrase(service: &str, hits: &[Hit<'_>]) -> String {
    let own: Vec<Hit<'_>> = hits.iter().copied().filter(|hit| hit.requirement.service == service).collect();
    let sets: Vec<&PacketSet> = own.iter().map(|hit| &hit.block.packets).collect();
    let what = protocols(&sets);
    let regions = once(own.iter().filter_map(|hit| hit.requirement.region.clone()));
    if regions.is_empty() {
        return format!("{what} to {}", some(&destinations(&own), 2));
    }
    let kind = if service == "swg" { "web traffic".to_owned() } else { format!("traffic of `{service}`") };
    format!("{kind} ({what}) to {}", region_phrase(&regions))
}

fn region_phrase(regions: &[String]) -> String {
    match regions {
        [one] => format!("the region {one}"),
        _ => {
            let shown: Vec<&str> = regions.iter().take(MOST).map(String::as_str).collect();
            let rest = if regions.len() > MOST { ", ..." } else { "" };
            format!("{} regions ({}{rest})", regions.len(), shown.join(", "))
        }
    }
}

/// What has to be written, in words, where no lines were proved.
pub(super) fn needed(cause: &Cause<'_>) -> Option<String> {
    let permits = fix::in_words(&cause.packets());
    let all = if permits.is_empty() { return None } else { some(&permits, MOST) };
    Some(match cause.code {
        Code::Undecided | Code::LimitInFront => format!("make it certain before the open condition is asked: {all}"),
        Code::DnsIntercepted | Code::Intercepted => {
            format!("exempt these packets from the translation, before it is asked: {all}")
        }
        Code::AnswerDropped => {
            "let the packets of established connections pass, in both directions and before anything else".to_owned()
        }
        _ => format!("before the denial is reached, {all}"),
    })
}
