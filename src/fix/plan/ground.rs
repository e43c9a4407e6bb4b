//! The texts as they stand at some step, what they say, and how the required flows fare in them.

use super::loss::{Lost, losses};
use super::{Stopped, Task, bytes};
use crate::diff::Universe;
use crate::finding::Severity;
use crate::format::{self, FORMATS, Input, ReadOptions, RuleBase, ipset};
use crate::policy::Interfaces;
use crate::source::{SourceId, Sources};
use crate::space::{Family, Field, IntervalSet, PacketSet};
use crate::verify::{Judgement, Prover, Verdict};
use std::sync::Arc;

/// A file of rules.
#[derive(Debug, Clone, Copy)]
pub struct RuleText<'a> {
    /// Its name.
    pub name: &'a str,
    /// The name of its format.
    pub format: &'static str,
    /// What it holds.
    pub text: &'a str,
    /// How it is read.
    pub options: &'a ReadOptions,
}

/// A file beside the rule sets that a fix may add to.
#[derive(Debug, Clone, Copy)]
pub struct Companion<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it holds.
    pub text: &'a str,
    /// What it is for.
    pub kind: CompanionKind,
}

/// What a file beside the rule sets holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompanionKind {
    /// Sets of ipset.
    Sets,
    /// Named networks and services of Aerleon's policies.
    Definitions,
}

/// A required flow in the rule base of one family.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The requirement's id.
    pub id: String,
    /// Its conversations.
    pub packets: PacketSet,
    /// Is it DNS, which should not be inspected?
    pub is_dns: bool,
}

/// Texts that were read.
#[derive(Debug, Clone)]
pub(super) struct Ground {
    /// Rule sets, then companions, in the order of the task.
    pub texts: Vec<String>,
    /// The rule bases, each with the place of its file.
    pub bases: Vec<(usize, RuleBase)>,
    /// The required conversations, by the interfaces of these rule bases.
    wanted: Vec<PacketSet>,
    sources: Vec<SourceId>,
    /// How each rule set was read.
    pub options: Vec<ReadOptions>,
    /// How many lines were not understood, or taken with an error.
    troubles: usize,
}

impl Ground {
    /// Reads the texts of the task; nothing where one of them holds no rules.
    pub fn read(task: &Task<'_>) -> Option<Ground> {
        let wanted = task.wanted.iter().map(|wanted| wanted.packets.clone()).collect();
        Some(Ground { wanted, ..Ground::of(task, task.texts())? })
    }

    /// Reads other texts. New lines may name the interfaces in another order.
    pub fn changed(&self, task: &Task<'_>, texts: Vec<String>) -> Option<Ground> {
        let next = Ground::of(task, texts)?;
        let wanted: Option<Vec<PacketSet>> = self.wanted.iter().map(|packets| next.renumbered(self, packets)).collect();
        Some(Ground { wanted: wanted?, ..next })
    }

    /// A set of conversations of another ground by the interfaces of this one; nothing where that family is gone.
    pub fn renumbered(&self, other: &Ground, packets: &PacketSet) -> Option<PacketSet> {
        let family = packets.family();
        let (theirs, own) = (&other.base(family)?.policy, &self.base(family)?.policy);
        if theirs.interfaces == own.interfaces {
            return Some(packets.clone());
        }
        let universe = Universe::of(theirs, own);
        Some(universe.numbers(own).own(&universe.numbers(theirs).joint(packets)))
    }

    /// The required conversations within a set.
    pub fn wanted_in(&self, within: &PacketSet) -> PacketSet {
        let own = self.wanted.iter().filter(|packets| packets.family() == within.family());
        own.fold(PacketSet::empty(within.family()), |mut all, packets| {
            all.add_all(&packets.intersect(within));
            all
        })
    }

    /// The required conversations of a rule base.
    pub fn required(&self, base: usize) -> PacketSet {
        let family = self.bases.get(base).map_or(Family::V4, |(_, base)| base.policy.family);
        self.wanted_in(&PacketSet::full(family))
    }

    /// Those of them that are DNS, by the interfaces of these rule bases.
    pub fn dns<'g>(&'g self, task: &'g Task<'_>) -> impl Iterator<Item = &'g PacketSet> {
        self.wanted.iter().zip(&task.wanted).filter(|(_, wanted)| wanted.is_dns).map(|(packets, _)| packets)
    }

    fn of(task: &Task<'_>, texts: Vec<String>) -> Option<Ground> {
        let (bases, sources, options, wanted) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut ground = Ground { texts, bases, wanted, sources, options, troubles: 0 };
        let mut sources = Sources::new();
        let sets = ground.sets(task, &mut sources)?;
        for (index, (file, text)) in task.files.iter().zip(&ground.texts).enumerate() {
            let source = sources.add(file.name, text.as_str());
            let format = FORMATS.iter().find(|f| f.name == file.format)?;
            let sets = sets.clone().unwrap_or_else(|| file.options.sets.clone());
            let companions = ground.companions(task, &file.options.companions, &mut sources);
            let options = ReadOptions { detail: false, sets, companions, ..file.options.clone() };
            let reading = (format.read)(Input { source, name: file.name, text }, &options);
            let errors = reading.findings.iter().filter(|f| f.severity == Severity::Error).count();
            ground.troubles += errors + reading.tally.rejected;
            ground.sources.push(source);
            ground.options.push(options);
            ground.bases.extend(reading.bases.into_iter().map(|base| (index, base)));
        }
        (!ground.bases.is_empty()).then_some(ground)
    }

    /// The texts that a rule set refers to, as they stand now, with sources of their own.
    fn companions(&self, task: &Task<'_>, given: &format::Companions, sources: &mut Sources) -> format::Companions {
        let mut again = |name: &str, text: &str| format::Companion {
            name: name.to_owned(),
            source: sources.add(name, text),
            text: text.into(),
        };
        let of_task = task.of_kind(CompanionKind::Definitions);
        let mut changing: Vec<format::Companion> =
            of_task.filter_map(|(at, file)| Some(again(file.name, self.texts.get(at)?))).collect();
        if changing.is_empty() {
            changing = given.definitions.iter().flatten().map(|file| again(&file.name, &file.text)).collect();
        }
        format::Companions {
            definitions: given.definitions.is_some().then_some(changing),
            includes: given.includes.iter().map(|file| again(&file.name, &file.text)).collect(),
        }
    }

    /// The sets of the companions; inner `None` where there are none to change, outer where they cannot be read.
    #[allow(clippy::option_option)]
    fn sets(&mut self, task: &Task<'_>, sources: &mut Sources) -> Option<Option<Arc<ipset::Sets>>> {
        let mut of_task = task.of_kind(CompanionKind::Sets).peekable();
        if of_task.peek().is_none() {
            return Some(None);
        }
        let mut sets = ipset::Sets::default();
        let mut findings = Vec::new();
        for (at, file) in of_task {
            let text = self.texts.get(at)?;
            let source = sources.add(file.name, text.as_str());
            ipset::read(Input { source, name: file.name, text }, &mut sets, &mut findings).ok()?;
        }
        self.troubles += findings.len();
        Some(Some(Arc::new(sets)))
    }

    /// The rule base of a family.
    pub fn base(&self, family: Family) -> Option<&RuleBase> {
        self.bases.iter().map(|(_, base)| base).find(|base| base.policy.family == family)
    }

    /// The file that a text of these is, or includes.
    pub fn file_of(&self, source: SourceId) -> Option<usize> {
        let own = self.sources.iter().position(|known| *known == source);
        let includes = |options: &ReadOptions| options.companions.includes.iter().any(|part| part.source == source);
        own.or_else(|| self.options.iter().position(includes))
    }

    /// The text with a source, if a file includes it.
    pub fn included(&self, source: SourceId) -> Option<&format::Companion> {
        self.options.iter().flat_map(|options| &options.companions.includes).find(|part| part.source == source)
    }

    /// Do the texts hold the same families and interfaces as at the start, and no line that is less understood?
    pub fn reads_like(&self, start: &Ground) -> bool {
        let same = |(mine, theirs): (&(usize, RuleBase), &(usize, RuleBase))| {
            let (mine, theirs) = (&mine.1.policy, &theirs.1.policy);
            mine.family == theirs.family && names(&mine.interfaces) == names(&theirs.interfaces)
        };
        self.troubles <= start.troubles
            && self.bases.len() == start.bases.len()
            && self.bases.iter().zip(&start.bases).all(same)
    }

    /// What becomes of a set of conversations of one family.
    pub fn judge(&self, packets: &PacketSet) -> Option<Judgement> {
        let base = self.base(packets.family())?;
        Some(Prover::new(&base.policy, &packets.values(Field::Dst)).judge(packets))
    }

    /// What is lost of the required flows, in the order in which it is mended.
    pub fn losses(&self) -> Vec<Lost> {
        losses(self)
    }

    /// The judgements on all required flows.
    pub fn judgements(&self) -> Vec<Judgement> {
        let mut provers: Vec<Prover<'_>> = Vec::new();
        for policy in self.bases.iter().map(|(_, base)| &base.policy) {
            let of_family = self.wanted.iter().filter(|packets| packets.family() == policy.family);
            let servers = of_family.map(|packets| packets.values(Field::Dst));
            provers.push(Prover::new(policy, &servers.fold(IntervalSet::empty(), |all, one| all.union(&one))));
        }
        let judged =
            |packets: &PacketSet| Some(provers.iter().find(|p| p.family() == packets.family())?.judge(packets));
        self.wanted.iter().filter_map(judged).collect()
    }

    /// Does every required flow pass?
    pub fn permits_all(&self) -> bool {
        self.judgements().iter().all(|j| j.verdict == Verdict::Permitted)
    }

    /// Do the packets get past the place where they were lost?
    pub fn gets_past(&self, lost: &Lost, packets: &PacketSet) -> bool {
        let stuck = |judgement: &Judgement| {
            let lost_here = judgement.blocks.iter().filter(|b| b.verdict != Verdict::Permitted);
            lost_here.into_iter().any(|b| (b.leg, b.rule.map(|r| r.chain)) == (lost.leg, lost.chain))
        };
        self.judge(packets).is_some_and(|judgement| !stuck(&judgement))
    }

    /// Is some required conversation that passed no longer permitted?
    pub fn is_worse_than(&self, before: &Ground) -> bool {
        let was = before.judgements().iter().map(permitted).collect::<Vec<_>>();
        let is = self.judgements().iter().map(permitted).collect::<Vec<_>>();
        let kept = |(old, new)| self.renumbered(before, old).is_some_and(|old| old.is_subset(new));
        !was.iter().zip(&is).all(kept)
    }

    /// Where a loss is, for people.
    pub fn stopped(&self, lost: &Lost) -> Stopped {
        let at = bytes(lost.at);
        let own = || self.texts.get(lost.file).map_or("", String::as_str);
        let text = self.included(lost.at.source).map_or_else(own, |part| &part.text);
        let line = text.get(at.0 as usize..).and_then(|rest| rest.lines().next()).unwrap_or("").trim().to_owned();
        let hit = |wanted: &PacketSet| wanted.family() == lost.packets.family() && wanted.overlaps(&lost.packets);
        let flow = self.wanted.iter().position(hit).unwrap_or_default();
        Stopped { flow, file: lost.file, at, line, verdict: lost.verdict, leg: lost.leg }
    }
}

fn names(interfaces: &Interfaces) -> Vec<&str> {
    let mut all: Vec<&str> = interfaces.classes().map(|(_, name)| name).collect();
    all.sort_unstable();
    all
}

/// The conversations that pass.
fn permitted(judgement: &Judgement) -> PacketSet {
    let passing = judgement.blocks.iter().filter(|block| block.verdict == Verdict::Permitted);
    passing.fold(PacketSet::empty(judgement.family), |mut all, block| {
        all.add_all(&block.judged);
        all
    })
}
