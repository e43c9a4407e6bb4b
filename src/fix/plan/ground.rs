//! The texts as they stand at some step, what they say, and how the required flows fare in them.

use super::loss::{Lost, losses};
use super::{Stopped, Task, bytes};
use crate::finding::Severity;
use crate::format::{FORMATS, Input, ReadOptions, RuleBase, ipset};
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

/// A file of ipset.
#[derive(Debug, Clone, Copy)]
pub struct Companion<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it holds.
    pub text: &'a str,
}

/// A required flow in the rule base of one family.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The requirement's id.
    pub id: String,
    /// Its conversations.
    pub packets: PacketSet,
}

/// Texts that were read.
#[derive(Debug, Clone)]
pub(super) struct Ground {
    /// Rule sets, then companions, in the order of the task.
    pub texts: Vec<String>,
    /// The rule bases, each with the place of its file.
    pub bases: Vec<(usize, RuleBase)>,
    sources: Vec<SourceId>,
    /// How many lines were not understood, or taken with an error.
    troubles: usize,
}

impl Ground {
    /// Reads the texts; nothing where one of them holds no rules.
    pub fn read(task: &Task<'_>, texts: Vec<String>) -> Option<Ground> {
        let mut ground = Ground { texts, bases: Vec::new(), sources: Vec::new(), troubles: 0 };
        let mut sources = Sources::new();
        let sets = ground.sets(task, &mut sources)?;
        for (index, (file, text)) in task.files.iter().zip(&ground.texts).enumerate() {
            let source = sources.add(file.name, text.as_str());
            let format = FORMATS.iter().find(|f| f.name == file.format)?;
            let sets = sets.clone().unwrap_or_else(|| file.options.sets.clone());
            let options = ReadOptions { detail: false, sets, ..file.options.clone() };
            let reading = (format.read)(Input { source, name: file.name, text }, &options);
            let errors = reading.findings.iter().filter(|f| f.severity == Severity::Error).count();
            ground.troubles += errors + reading.tally.rejected;
            ground.sources.push(source);
            ground.bases.extend(reading.bases.into_iter().map(|base| (index, base)));
        }
        (!ground.bases.is_empty()).then_some(ground)
    }

    /// The sets of the companions; inner `None` where there are none to change, outer where they cannot be read.
    #[allow(clippy::option_option)]
    fn sets(&mut self, task: &Task<'_>, sources: &mut Sources) -> Option<Option<Arc<ipset::Sets>>> {
        if task.companions.is_empty() {
            return Some(None);
        }
        let mut sets = ipset::Sets::default();
        let mut findings = Vec::new();
        for (file, text) in task.companions.iter().zip(self.texts.iter().skip(task.files.len())) {
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

    /// The file that a text of these is.
    pub fn file_of(&self, source: SourceId) -> Option<usize> {
        self.sources.iter().position(|known| *known == source)
    }

    /// Do the texts hold the same families and interfaces as at the start, and no line that is less understood?
    pub fn reads_like(&self, start: &Ground) -> bool {
        let same = |(mine, theirs): (&(usize, RuleBase), &(usize, RuleBase))| {
            let (mine, theirs) = (&mine.1.policy, &theirs.1.policy);
            mine.family == theirs.family && mine.interfaces == theirs.interfaces
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
    pub fn losses(&self, task: &Task<'_>) -> Vec<Lost> {
        losses(self, task)
    }

    /// The judgements on all required flows.
    pub fn judgements(&self, task: &Task<'_>) -> Vec<Judgement> {
        let mut provers: Vec<Prover<'_>> = Vec::new();
        for (_, base) in &self.bases {
            let of_family = task.wanted.iter().filter(|w| w.packets.family() == base.policy.family);
            let servers = of_family.map(|w| w.packets.values(Field::Dst));
            let servers = servers.fold(IntervalSet::empty(), |all, one| all.union(&one));
            provers.push(Prover::new(&base.policy, &servers));
        }
        let judged = |wanted: &super::Wanted| {
            let prover = provers.iter().find(|p| p.family() == wanted.packets.family());
            prover.map(|p| p.judge(&wanted.packets))
        };
        task.wanted.iter().filter_map(judged).collect()
    }

    /// Does every required flow pass?
    pub fn permits_all(&self, task: &Task<'_>) -> bool {
        self.judgements(task).iter().all(|j| j.verdict == Verdict::Permitted)
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
    pub fn is_worse_than(&self, before: &Ground, task: &Task<'_>) -> bool {
        let fares = |ground: &Ground| {
            let permitted = |j: &Judgement| {
                let blocks = j.blocks.iter().filter(|b| b.verdict == Verdict::Permitted);
                let mut all = PacketSet::empty(j.family);
                blocks.for_each(|b| all.add_all(&b.judged));
                all
            };
            ground.judgements(task).iter().map(permitted).collect::<Vec<_>>()
        };
        fares(before).iter().zip(&fares(self)).any(|(old, new)| !old.is_subset(new))
    }

    /// Where a loss is, for people.
    pub fn stopped(&self, task: &Task<'_>, lost: &Lost) -> Stopped {
        let at = bytes(lost.at);
        let text = self.texts.get(lost.file).map_or("", String::as_str);
        let line = text.get(at.0 as usize..).and_then(|rest| rest.lines().next()).unwrap_or("").trim().to_owned();
        let hit = |wanted: &super::Wanted| {
            wanted.packets.family() == lost.packets.family() && wanted.packets.overlaps(&lost.packets)
        };
        let flow = task.wanted.iter().position(hit).unwrap_or_default();
        Stopped { flow, file: lost.file, at, line, verdict: lost.verdict, leg: lost.leg }
    }
}
