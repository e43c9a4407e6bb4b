//! The rules of an access list as far as it was read.

use super::{Entries, Kept, canonical, lower, understanding};
use crate::finding::{Code, Finding};
use crate::format::Understanding;
use crate::format::asa::ace::Ace;
use crate::format::asa::acl::Acl;
use crate::format::asa::aside::Asked;
use crate::format::asa::sink::Sink;
use crate::policy::{Action, Condition, Interfaces, Match, Rule};
use crate::space::{Family, PacketSet};

/// What entries are read with.
#[derive(Clone, Copy)]
pub(super) struct Reading<'r, 'a> {
    pub acl: &'r Acl<'a>,
    pub interfaces: &'r Interfaces,
    /// Rules that this does not meet are set aside.
    pub asked: Option<&'r Asked<'r>>,
}

/// The rules so far.
#[derive(Default)]
pub(super) struct Growing {
    v4: Vec<Rule>,
    v6: Vec<Rule>,
    set_aside: [usize; 2],
    names_v6: bool,
}

impl Growing {
    fn of(&mut self, family: Family) -> &mut Vec<Rule> {
        match family {
            Family::V4 => &mut self.v4,
            Family::V6 => &mut self.v6,
        }
    }

    /// How many rules of a family there are, with those that were set aside.
    pub fn count(&self, family: Family) -> usize {
        let [v4, v6] = self.set_aside;
        match family {
            Family::V4 => self.v4.len() + v4,
            Family::V6 => self.v6.len() + v6,
        }
    }

    /// Adds what one line stands for, and counts the line.
    pub fn take<'a>(&mut self, line: &'a str, aces: &[Ace<'a>], reading: Reading<'_, 'a>, sink: &mut Sink<'a>) {
        let span = sink.input.span(line);
        let before = (self.v4.len(), self.v6.len());
        for family in Family::BOTH {
            let rules = self.of(family);
            aces.iter().for_each(|ace| lower(ace, reading.acl, family, reading.interfaces, span, rules));
        }
        let (v4, v6) = (self.v4.get(before.0..).unwrap_or(&[]), self.v6.get(before.1..).unwrap_or(&[]));
        self.names_v6 |= v4.is_empty() && !v6.is_empty();
        let worst = aces.iter().map(understanding).find(|u| *u != Understanding::Exact);
        sink.line(line, worst.unwrap_or(Understanding::Exact), || {
            let all: Vec<String> = v4.iter().chain(v6).map(canonical).collect();
            if all.is_empty() { "matches nothing".to_owned() } else { all.join("; ") }
        });
        if let Some(asked) = reading.asked {
            self.set_aside_from(before, asked);
        }
    }

    /// Sets rules aside that are asked nothing, from those of one line.
    fn set_aside_from(&mut self, (v4, v6): (usize, usize), asked: &Asked<'_>) {
        let is_idle = |rule: &mut Rule| rule.matches.opaque.is_empty() && !asked.meets(rule);
        let [aside_v4, aside_v6] = &mut self.set_aside;
        *aside_v4 += self.v4.extract_if(v4.., is_idle).count();
        *aside_v6 += self.v6.extract_if(v6.., is_idle).count();
    }

    /// A line that is not understood may match anything and do anything.
    pub fn reject<'a>(&mut self, line: &'a str, why: &str, sink: &mut Sink<'a>) {
        let span = sink.input.span(line);
        for family in Family::BOTH {
            let opaque = vec![Condition { text: why.to_owned(), span }];
            let matches = Match { packets: PacketSet::full(family), marks: Vec::new(), opaque };
            self.of(family).push(Rule { matches, action: Action::Unknown(why.to_owned()), span });
        }
        let finding = Finding::new(Code::UnknownLine, format!("an entry is not understood: {why}"));
        sink.find(finding.at(span, "flows that reach it are undecided"));
        sink.line(line, Understanding::Rejected, || why.to_owned());
    }

    /// Adds the rules of the lines that follow.
    pub fn absorb(&mut self, next: Growing) {
        self.v4.extend(next.v4);
        self.v6.extend(next.v6);
        for (all, more) in self.set_aside.iter_mut().zip(next.set_aside) {
            *all += more;
        }
        self.names_v6 |= next.names_v6;
    }

    pub fn into_entries(self) -> Entries {
        let [v4, v6] = self.set_aside;
        Entries {
            v4: Kept { rules: self.v4.into(), set_aside: v4 },
            v6: Kept { rules: self.v6.into(), set_aside: v6 },
            names_v6: self.names_v6,
        }
    }
}
