//! How long entries of UDP are kept: by address translation, inspection and reflexive lists (Cisco IOS command
//! references, "ip nat translation", "ip inspect udp idle-time", "ip reflexive-list timeout").

use super::config::Config;
use crate::format::asa::sink::Sink;
use crate::format::asa::words::Words;
use crate::policy::{UDP, UdpTimeout};
use crate::space::{Family, Field, IntervalSet, PacketSet};

/// Commands with the port whose entries they are for; those for one port come before those for all.
const TIMERS: &[(&[&str], Option<u16>)] = &[
    (&["ip", "nat", "translation", "dns-timeout"], Some(53)),
    (&["ip", "inspect", "dns-timeout"], Some(53)),
    (&["ip", "nat", "translation", "udp-timeout"], None),
    (&["ip", "inspect", "udp", "idle-time"], None),
    (&["ip", "reflexive-list", "timeout"], None),
];

/// Is it a line about timers?
pub fn is_timer(line: &str) -> bool {
    TIMERS.iter().any(|(words, _)| behind(line, words).is_some())
}

/// The timeouts that the text names.
pub fn udp(config: &Config<'_>, family: Family, sink: &Sink<'_>) -> Vec<UdpTimeout> {
    let timers = TIMERS.iter().flat_map(|(words, port)| {
        let lines = config.timers.iter().filter_map(|line| Some((*line, behind(line, words)?)));
        lines.map(move |(line, value)| (line, value, *port))
    });
    let known = timers.filter_map(|(line, value, port)| {
        let seconds = if value == "never" { None } else { Some(value.parse().ok()?) };
        Some(UdpTimeout { packets: packets(family, port), seconds, span: sink.input.span(line) })
    });
    known.collect()
}

fn packets(family: Family, port: Option<u16>) -> PacketSet {
    let all = PacketSet::full(family).with(Field::Proto, &IntervalSet::single(UDP.into()));
    port.map_or(all.clone(), |port| all.with(Field::DstPort, &IntervalSet::single(port.into())))
}

/// The word behind a command.
fn behind<'a>(line: &'a str, command: &[&str]) -> Option<&'a str> {
    let mut words = Words::new(line);
    if command.iter().all(|word| words.take_if(word)) { words.next() } else { None }
}
