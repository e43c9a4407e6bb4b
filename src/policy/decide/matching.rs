//! Does a rule match the packet at hand?

use super::walk::Walk;
use crate::policy::{Interfaces, MarkBits, Rewrite, Rule, Sees, TestResult, icmp_reply};
use crate::space::{Cube, Field, IntervalSet};

impl Walk<'_> {
    pub(super) fn matches(&self, rule: &Rule, sees: Sees) -> TestResult {
        let mut best = TestResult::No;
        for cube in rule.matches.packets.cubes() {
            match self.in_cube(cube, sees) {
                TestResult::No => {}
                TestResult::Maybe => best = TestResult::Maybe,
                TestResult::Yes => {
                    best = TestResult::Yes;
                    break;
                }
            }
        }
        for test in &rule.matches.marks {
            let connection_mark = if self.templated { MarkBits::UNKNOWN } else { self.connection.mark };
            match (best, test.test(self.mark, connection_mark)) {
                (TestResult::No, _) | (_, TestResult::No) => return TestResult::No,
                (_, TestResult::Maybe) => best = TestResult::Maybe,
                (_, TestResult::Yes) => {}
            }
        }
        if best == TestResult::Yes && !rule.matches.opaque.is_empty() { TestResult::Maybe } else { best }
    }

    fn in_cube(&self, cube: &Cube, sees: Sees) -> TestResult {
        let mut result = TestResult::Yes;
        for (field, set) in cube.dims() {
            // Nearly every rule is told apart by what the client sent; the general way costs ten times as much.
            if let Some(value) = self.sent(*field, sees) {
                if !set.contains(value) {
                    return TestResult::No;
                }
                continue;
            }
            match self.field(*field, sees) {
                Value::Known(value) if set.contains(value) => {}
                Value::Known(_) => return TestResult::No,
                Value::OneOf(values) if !values.overlaps(set) => return TestResult::No,
                Value::OneOf(values) if values.is_subset(set) => {}
                Value::OneOf(_) | Value::NotKnown => result = TestResult::Maybe,
            }
        }
        result
    }

    /// The value of a field of one of the client's own packets, where no translation is in play.
    #[inline]
    fn sent(&self, field: Field, sees: Sees) -> Option<u128> {
        let (c, connection) = (self.conversation, &self.connection);
        if self.packet.is_answer() {
            return if field == Field::Proto { Some(c.proto.into()) } else { None };
        }
        match field {
            Field::Proto => Some(c.proto.into()),
            Field::Src if !self.source_applied || connection.src.is_same() => Some(c.src),
            Field::SrcPort if !self.source_applied || connection.sport.is_same() => Some(c.sport.into()),
            Field::Dst if connection.dst.is_same() => Some(c.dst),
            Field::DstPort if connection.dport.is_same() => Some(c.dport.into()),
            Field::InIface if sees != Sees::Out && self.loopback.is_none() => Some(c.in_iface.into()),
            Field::OutIface if sees != Sees::In && !connection.way_out_unknown => Some(c.out_iface.into()),
            _ => None,
        }
    }

    /// What is known of a field of the packet here and now.
    fn field(&self, field: Field, sees: Sees) -> Value {
        let c = self.conversation;
        let connection = &self.connection;
        let answer = self.packet.is_answer();
        let exactly = Value::Known;
        let client_iface = || Value::Known(c.in_iface.into());
        let moved = connection.way_out_unknown && !self.way_out_settled;
        let server_iface = || if moved { Value::NotKnown } else { Value::Known(c.out_iface.into()) };
        let none = || Value::Known(Interfaces::NONE.into());
        match field {
            Field::InIface if sees == Sees::Out => none(),
            Field::OutIface if sees == Sees::In => none(),
            Field::InIface | Field::OutIface if self.loopback.is_some() => {
                self.loopback.map_or(Value::NotKnown, |lo| Value::Known(lo.into()))
            }
            Field::InIface => {
                if answer {
                    server_iface()
                } else {
                    client_iface()
                }
            }
            Field::OutIface => {
                if answer {
                    client_iface()
                } else {
                    server_iface()
                }
            }
            // Behind the stage where sources change, an answer comes from whom the client asked, and what the client
            // sends has its new source.
            Field::Src if answer && self.source_applied => exactly(c.dst),
            Field::Src if answer => Value::of(&connection.dst, c.dst),
            Field::Src if self.source_applied => Value::of(&connection.src, c.src),
            Field::Src => exactly(c.src),
            Field::Dst if answer && self.destination_applied => exactly(c.src),
            Field::Dst if answer => Value::of(&connection.src, c.src),
            Field::Dst if self.destination_applied || self.created => Value::of(&connection.dst, c.dst),
            Field::Dst => exactly(c.dst),
            Field::SrcPort if answer && self.source_applied => exactly(c.dport.into()),
            Field::SrcPort if answer => Value::of(&connection.dport, c.dport.into()),
            Field::SrcPort if self.source_applied => Value::of(&connection.sport, c.sport.into()),
            Field::SrcPort => exactly(c.sport.into()),
            Field::DstPort if answer && self.destination_applied => exactly(c.sport.into()),
            Field::DstPort if answer => Value::of(&connection.sport, c.sport.into()),
            Field::DstPort if self.destination_applied || self.created => Value::of(&connection.dport, c.dport.into()),
            Field::DstPort => exactly(c.dport.into()),
            Field::Proto => exactly(c.proto.into()),
            Field::Icmp => {
                let kind = (c.icmp >> 8) as u8;
                let kind = if answer { icmp_reply(c.proto, kind).unwrap_or(kind) } else { kind };
                exactly(u128::from(kind) << 8 | u128::from(c.icmp & 0xff))
            }
            Field::TcpFlags => exactly(self.packet.flags.into()),
            Field::State => {
                let moved = !connection.dst.is_same() || !connection.dport.is_same();
                let source = !connection.src.is_same() || !connection.sport.is_same();
                exactly(self.state.value(moved, source))
            }
            _ if self.templated => Value::NotKnown,
            Field::Direction => exactly(connection.progress.direction(self.packet)),
            // What the server began is never translated: its first packet would be lost.
            Field::OrigSrc | Field::ReplyDst if connection.progress.is_by_server() => exactly(c.dst),
            Field::OrigDst | Field::ReplySrc if connection.progress.is_by_server() => exactly(c.src),
            Field::OrigSrcPort if connection.progress.is_by_server() => exactly(c.dport.into()),
            Field::OrigDstPort if connection.progress.is_by_server() => exactly(c.sport.into()),
            Field::OrigSrc => exactly(c.src),
            Field::OrigDst => exactly(c.dst),
            Field::OrigSrcPort => exactly(c.sport.into()),
            Field::OrigDstPort => exactly(c.dport.into()),
            Field::ReplySrc => Value::of(&connection.dst, c.dst),
            Field::ReplyDst => Value::of(&connection.src, c.src),
        }
    }
}

/// What is known of a field of one packet.
enum Value {
    Known(u128),
    OneOf(IntervalSet),
    NotKnown,
}

impl Value {
    fn of(rewrite: &Rewrite, old: u128) -> Value {
        if rewrite.is_same() {
            return Value::Known(old);
        }
        rewrite.of(old).map_or(Value::NotKnown, Value::OneOf)
    }
}
