//! What a capture at the client shows of a part of a flow.

use super::{Block, Verdict};
use crate::policy::{Denial, Hook, Leg};

/// What comes of the client's packets, as a capture on the client's interface shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Seen {
    /// They are answered.
    Answered,
    /// They go out, and nothing comes back.
    Silence,
    /// A RST comes back at once.
    Reset,
    /// An ICMP error of this name comes back at once.
    Error(&'static str),
    /// The first ones are answered, and later ones are not.
    Stall,
    /// Another machine gets them, and may answer in the name of the destination.
    Elsewhere,
    /// They end before the interface.
    Unsent,
    /// The first ones are answered, and later ones end before the interface.
    LaterUnsent,
    /// The answers arrive and are dropped behind the capture.
    Unheard,
    /// The text does not decide it.
    Unknown,
}

impl Seen {
    /// What is seen of a verdict that falls on a leg. Where the machine filters itself, a capture stands between its
    /// rules and the network: what OUTPUT drops is not in it, and what INPUT drops is (kernel 6.18).
    pub fn of(verdict: Verdict, leg: Leg, denial: Option<Denial>, hook: Hook) -> Seen {
        match (verdict, leg, hook) {
            (Verdict::Permitted, ..) => Seen::Answered,
            (Verdict::Undecided | Verdict::PartlyDenied, ..) => Seen::Unknown,
            (Verdict::Intercepted, ..) => Seen::Elsewhere,
            (Verdict::Denied, Leg::Opening, Hook::Output) => Seen::Unsent,
            (Verdict::Denied, Leg::Answer, Hook::Output) => Seen::Unheard,
            (Verdict::Denied, Leg::Later, Hook::Output) => Seen::LaterUnsent,
            (Verdict::Denied, Leg::Opening, Hook::Forward) => Seen::by_denial(denial),
            // A reject of the answer tells the server, not the client.
            (Verdict::Denied, Leg::Answer, Hook::Forward) => Seen::Silence,
            (Verdict::Denied, Leg::Later, Hook::Forward) => Seen::Stall,
        }
    }

    fn by_denial(denial: Option<Denial>) -> Seen {
        match denial {
            None | Some(Denial::Silent) => Seen::Silence,
            Some(Denial::Reset) => Seen::Reset,
            Some(Denial::Icmp(name)) => Seen::Error(name),
        }
    }
}

impl Block {
    /// What a capture at the client shows of it, in a rule base with this hook.
    pub fn seen(&self, hook: Hook) -> Seen {
        Seen::of(self.verdict, self.leg, self.denial, hook)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capture_stands_between_the_machine_and_the_network() {
        let seen = |leg, hook| Seen::of(Verdict::Denied, leg, Some(Denial::Reset), hook);
        for (leg, behind, on_it) in [
            (Leg::Opening, Seen::Reset, Seen::Unsent),
            (Leg::Answer, Seen::Silence, Seen::Unheard),
            (Leg::Later, Seen::Stall, Seen::LaterUnsent),
        ] {
            assert_eq!((seen(leg, Hook::Forward), seen(leg, Hook::Output)), (behind, on_it));
        }
        let icmp = Some(Denial::Icmp("icmp-port-unreachable"));
        let seen = Seen::of(Verdict::Denied, Leg::Opening, icmp, Hook::Forward);
        assert_eq!(seen, Seen::Error("icmp-port-unreachable"));
    }
}
