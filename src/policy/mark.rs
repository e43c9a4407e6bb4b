//! Packet and connection marks: 32 bits, of which some may not be known.

/// A mark as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct MarkBits {
    /// The known bits; 0 where not known.
    pub value: u32,
    /// Bits that are not known.
    pub unknown: u32,
}

impl MarkBits {
    /// Nothing is known.
    pub const UNKNOWN: MarkBits = MarkBits { value: 0, unknown: u32::MAX };

    /// `(self & keep) ^ flip`: the form to which all operations of MARK and CONNMARK reduce.
    #[must_use]
    fn changed(self, clear: u32, flip: u32) -> MarkBits {
        let unknown = self.unknown & !clear;
        MarkBits { value: ((self.value & !clear) ^ flip) & !unknown, unknown }
    }

    /// `(self & !own) ^ (other & theirs)`.
    #[must_use]
    fn mixed(self, own: u32, other: MarkBits, theirs: u32) -> MarkBits {
        let unknown = (self.unknown & !own) | (other.unknown & theirs);
        MarkBits { value: ((self.value & !own) ^ (other.value & theirs)) & !unknown, unknown }
    }
}

/// Which of the two marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MarkKind {
    /// The packet's own, 0 when the packet arrives.
    Packet,
    /// The connection's, which persists over its packets.
    Connection,
}

/// A change of a mark (iptables-extensions(8), MARK and CONNMARK).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MarkChange {
    /// `--set-xmark value/mask`: clear the bits of `mask`, then XOR with `value`.
    Set {
        /// Which mark.
        kind: MarkKind,
        /// XORed in.
        value: u32,
        /// Cleared first.
        mask: u32,
    },
    /// CONNMARK `--save-mark`: the packet's mark becomes the connection's.
    Save {
        /// Bits taken from the packet's mark.
        nfmask: u32,
        /// Bits cleared in the connection's mark.
        ctmask: u32,
    },
    /// CONNMARK `--restore-mark`: the connection's mark becomes the packet's.
    Restore {
        /// Bits cleared in the packet's mark.
        nfmask: u32,
        /// Bits taken from the connection's mark.
        ctmask: u32,
    },
    /// The mark becomes one that is not followed: that of a set (SET `--map-mark`), or one that is shifted.
    Lost(MarkKind),
}

impl MarkChange {
    /// Does the change read or write the mark of a connection?
    pub fn asks_connection(self) -> bool {
        !matches!(self, MarkChange::Set { kind: MarkKind::Packet, .. } | MarkChange::Lost(MarkKind::Packet))
    }

    /// Both marks after the change.
    pub fn apply(self, packet: MarkBits, connection: MarkBits) -> (MarkBits, MarkBits) {
        match self {
            MarkChange::Set { kind: MarkKind::Packet, value, mask } => (packet.changed(mask, value), connection),
            MarkChange::Set { kind: MarkKind::Connection, value, mask } => (packet, connection.changed(mask, value)),
            MarkChange::Lost(MarkKind::Packet) => (MarkBits::UNKNOWN, connection),
            MarkChange::Lost(MarkKind::Connection) => (packet, MarkBits::UNKNOWN),
            MarkChange::Save { nfmask, ctmask } => (packet, connection.mixed(ctmask, packet, nfmask)),
            MarkChange::Restore { nfmask, ctmask } => (packet.mixed(nfmask, connection, ctmask), connection),
        }
    }
}

/// A test `mark & mask == value`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MarkTest {
    /// Which mark.
    pub kind: MarkKind,
    /// The value that the masked mark must have.
    pub value: u32,
    /// The bits looked at.
    pub mask: u32,
    /// Must the test fail instead?
    pub negated: bool,
}

/// What is known of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TestResult {
    /// It holds.
    Yes,
    /// It fails.
    No,
    /// Either.
    Maybe,
}

impl MarkTest {
    /// Does the test hold for these marks?
    pub fn test(&self, packet: MarkBits, connection: MarkBits) -> TestResult {
        let mark = match self.kind {
            MarkKind::Packet => packet,
            MarkKind::Connection => connection,
        };
        let known = !mark.unknown;
        if (mark.value ^ self.value) & self.mask & known != 0 || self.value & !self.mask != 0 {
            return if self.negated { TestResult::Yes } else { TestResult::No };
        }
        if mark.unknown & self.mask != 0 {
            return TestResult::Maybe;
        }
        if self.negated { TestResult::No } else { TestResult::Yes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZERO: MarkBits = MarkBits { value: 0, unknown: 0 };

    fn known(value: u32) -> MarkBits {
        MarkBits { value, unknown: 0 }
    }

    fn set(value: u32, mask: u32) -> MarkChange {
        MarkChange::Set { kind: MarkKind::Packet, value, mask }
    }

    #[test]
    fn set_clears_the_mask_and_then_flips() {
        assert_eq!(set(0x4000, 0x4000).apply(known(0xff), ZERO).0, known(0x40ff));
        assert_eq!(set(0x1, 0).apply(known(0x3), ZERO).0, known(0x2));
        assert_eq!(set(0x7, u32::MAX).apply(MarkBits::UNKNOWN, ZERO).0, known(0x7));
    }

    #[test]
    fn save_and_restore_take_only_the_masked_bits() {
        let save = MarkChange::Save { nfmask: 0x0f, ctmask: 0xff };
        assert_eq!(save.apply(known(0x1234), known(0xffff)).1, known(0xff04));
        let restore = MarkChange::Restore { nfmask: 0xff, ctmask: 0x0f };
        assert_eq!(restore.apply(known(0x1234), known(0xab)).0, known(0x120b));
    }

    #[test]
    fn a_test_of_unknown_bits_is_undecided_unless_known_bits_already_fail() {
        let test = MarkTest { kind: MarkKind::Packet, value: 0x3, mask: 0x3, negated: false };
        let half = MarkBits { value: 0, unknown: 0x1 };
        assert_eq!(test.test(half, ZERO), TestResult::No);
        assert_eq!(test.test(MarkBits { value: 2, unknown: 0x1 }, ZERO), TestResult::Maybe);
        assert_eq!(test.test(known(0xf3), ZERO), TestResult::Yes);
        assert_eq!(MarkTest { negated: true, ..test }.test(known(0xf3), ZERO), TestResult::No);
    }

    #[test]
    fn a_value_outside_the_mask_never_matches() {
        let test = MarkTest { kind: MarkKind::Packet, value: 0x10, mask: 0x1, negated: false };
        assert_eq!(test.test(known(0x10), ZERO), TestResult::No);
    }
}
