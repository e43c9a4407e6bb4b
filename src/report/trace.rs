//! The rendering of `fwproof trace`: a conversation as a person reads it, packet by packet and rule by rule.

use super::{clean, words};
use crate::policy::{Conversation, Decision, Hook, Leg, Outcome, Policy, RuleRef, TracedPacket};
use crate::source::Sources;

/// A conversation that was followed.
pub struct Traced {
    /// The conversation, by one pair of interfaces.
    pub conversation: Conversation,
    /// Its packets.
    pub packets: Vec<TracedPacket>,
    /// All that can become of it.
    pub decision: Decision,
    /// What holds of all of that.
    pub outcome: Outcome,
}

/// The traces, one after another, and what holds of all of them.
pub fn human(sources: &Sources, policy: &Policy, traces: &[Traced], outcome: Outcome) -> String {
    let mut out = String::new();
    let flags = match policy.hook {
        Hook::Forward => "--in-interface and --out-interface",
        Hook::Output => "--out-interface",
    };
    for traced in traces {
        out += &one(sources, policy, traced);
    }
    if traces.is_empty() {
        out += &format!("no pair of a way in and a way out is left: give {flags}\n");
    }
    if traces.len() > 1 {
        out += &format!("the outcome depends on the interfaces: give {flags}\n");
    }
    out + &format!("verdict: {}\n", outcome_in_words(outcome))
}

fn one(sources: &Sources, policy: &Policy, traced: &Traced) -> String {
    let mut out = format!("{}\n", heading(policy, &traced.conversation));
    for packet in &traced.packets {
        out += &format!("\n{}\n", packet_in_words(packet));
        if packet.by_connection_table {
            out += "  passes by the connection table\n";
        }
        for met in &packet.met {
            let perhaps = if met.perhaps { "   [may match: the text does not decide]" } else { "" };
            out += &format!("{}{}{perhaps}\n", "  ".repeat(met.depth + 1), line(sources, policy, met.at));
        }
        if !packet.passed {
            out += "  => does not arrive\n";
        }
    }
    if traced.outcome == Outcome::Undecided {
        out += &courses(sources, policy, &traced.decision);
    }
    out + "\n"
}

fn heading(policy: &Policy, c: &Conversation) -> String {
    let endpoint = |address: u128, port: u16| match (words::has_ports(c.proto), c.family) {
        (false, _) => words::address(c.family, address),
        (true, crate::space::Family::V4) => format!("{}:{port}", words::address(c.family, address)),
        (true, crate::space::Family::V6) => format!("[{}]:{port}", words::address(c.family, address)),
    };
    let proto = words::protocol_name(c.proto).map_or_else(|| c.proto.to_string(), str::to_owned);
    let flow = format!("{proto} {} > {}", endpoint(c.src, c.sport), endpoint(c.dst, c.dport));
    let way_out = clean::line(policy.interfaces.name(c.out_iface));
    match words::interface(&policy.interfaces, c.in_iface) {
        Some(way_in) => format!("{flow} (in {}, out {way_out})", clean::line(&way_in)),
        None => format!("{flow} (sent by the machine itself, out {way_out})"),
    }
}

fn packet_in_words(packet: &TracedPacket) -> String {
    let names = [(2, "SYN"), (16, "ACK"), (1, "FIN"), (4, "RST"), (8, "PSH"), (32, "URG")];
    let flags: Vec<&str> = names.iter().filter(|(bit, _)| packet.packet.flags & bit != 0).map(|f| f.1).collect();
    let what = match packet.packet.leg {
        Leg::Opening => "opening packet",
        Leg::Answer => "answer",
        Leg::Later => "later packet",
    };
    if flags.is_empty() { format!("{what}:") } else { format!("{what} ({}):", flags.join("+")) }
}

fn line(sources: &Sources, policy: &Policy, at: RuleRef) -> String {
    let Some(span) = policy.span(at) else { return "(nothing decides)".to_owned() };
    let text = sources.slice(sources.line_of(span));
    let place = format!("{}:{}", sources.name(span.source), sources.position(span).line);
    let chain = policy.chain(at.chain).map_or("", |c| c.name.as_str());
    let end = if at.is_end() { format!("end of {}: ", clean::line(chain)) } else { String::new() };
    format!("{}: {end}{}", clean::line(&place), clean::line(text.trim()))
}

fn courses(sources: &Sources, policy: &Policy, decision: &Decision) -> String {
    let mut out = "\nwhat may happen:\n".to_owned();
    for course in decision.courses.iter().take(12) {
        let at = course.at.map_or_else(String::new, |at| format!(" at {}", line(sources, policy, at)));
        out += &format!("  {}{at}\n", end_in_words(course.end));
    }
    out
}

fn end_in_words(end: crate::policy::End) -> String {
    match end {
        crate::policy::End::Complete => "all packets arrive".to_owned(),
        crate::policy::End::Elsewhere => "the packets go to another destination".to_owned(),
        crate::policy::End::Denied(leg) => format!("the {leg} packet is denied"),
        crate::policy::End::Unknown => "not known".to_owned(),
    }
}

fn outcome_in_words(outcome: Outcome) -> String {
    match outcome {
        Outcome::Permitted => "permitted".to_owned(),
        Outcome::Denied(leg) => format!("denied ({leg} packet)"),
        Outcome::Intercepted => "intercepted".to_owned(),
        Outcome::Undecided => "undecided".to_owned(),
    }
}
