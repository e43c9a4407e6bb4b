//! How long entries of UDP are kept: `timeout conn 1:00:00 udp 0:02:00`, and `set connection timeout idle` of a class
//! (ASA firewall CLI guide, "Connection Settings").

use super::lower::Plan;
use super::service_policy::{acts, packets};
use super::sink::Sink;
use super::words::Words;
use crate::policy::{UDP, UdpTimeout};
use crate::space::{Family, Field, IntervalSet, PacketSet};

/// The timeouts of classes, which come before that of the device.
pub fn udp<'a>(plan: &Plan<'_, 'a>, family: Family, sink: &Sink<'a>) -> Vec<UdpTimeout> {
    let only_udp = |set: PacketSet| set.with(Field::Proto, &IntervalSet::single(UDP.into()));
    let named = |line: &'a str, seconds: u32, packets: PacketSet| UdpTimeout {
        packets: only_udp(packets),
        seconds: (seconds > 0).then_some(seconds),
        span: sink.input.span(line),
    };
    let of_classes = acts(plan.config).into_iter().filter_map(|act| {
        let is_timeout = Words::new(act.line).take(3).eq(["set", "connection", "timeout"]);
        let seconds = behind(act.line, "idle").filter(|_| is_timeout)?;
        Some(named(act.line, seconds, packets(plan, &act, family)))
    });
    let of_device = plan.config.timeout.and_then(|line| Some((line, behind(line, "udp")?)));
    let of_device = of_device.map(|(line, seconds)| named(line, seconds, PacketSet::full(family)));
    of_classes.chain(of_device).collect()
}

/// The seconds that stand behind a word.
fn behind(line: &str, word: &str) -> Option<u32> {
    seconds(Words::new(line).skip_while(|w| *w != word).nth(1)?)
}

/// `1:00:00`, or `0` for never.
fn seconds(text: &str) -> Option<u32> {
    let parts: Vec<u32> = text.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    match parts.as_slice() {
        [0] => Some(0),
        [hours, minutes, seconds] if *hours <= 1193 && *minutes < 60 && *seconds < 60 => {
            Some(hours * 3600 + minutes * 60 + seconds)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_hours_minutes_and_seconds() {
        for (text, wanted) in [
            ("timeout conn 1:00:00 half-closed 0:10:00 udp 0:02:00 icmp 0:00:02", Some(120)),
            ("timeout udp 1:00:05", Some(3605)),
            ("timeout udp 0", Some(0)),
            ("timeout udp 0:00:00", Some(0)),
            ("timeout udp", None),
            ("timeout udp 1:00", None),
            ("timeout udp 99999999:0:0", None),
            ("timeout conn 1:00:00", None),
        ] {
            assert_eq!(behind(text, "udp"), wanted, "{text}");
        }
    }
}
