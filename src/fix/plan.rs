//! `fwproof fix`: the smallest change of a rule set after which every required flow passes and nothing else changes.
//!
//! Losses are mended one after the other, as one often hides the next: a permit for the requests shows that the answers
//! are dropped. What is tried is read again and proved at every step: the loss must be gone, the required flows must not
//! fare worse, and every other conversation must keep its verdict. In the end lines that turn out not to be needed are
//! taken out again.

mod aerleon;
mod ansible;
mod asa;
mod draft;
mod exemption;
mod ground;
mod ios;
mod iptables;
mod least;
mod loss;
mod merge;
mod outside;
mod rule_lines;
mod yaml;

pub use ground::{Companion, CompanionKind, RuleText, Wanted};
pub use outside::{Beside, Change};

use crate::policy::Leg;
use crate::source::Span;
use crate::verify::Verdict;
use draft::Draft;
use ground::Ground;
use loss::Lost;
use outside::Compared;

/// More steps than this are no small fix.
const MAX_STEPS: usize = 64;

/// What is to be mended.
pub struct Task<'a> {
    /// The files of one firewall, at most one rule base for each family.
    pub files: Vec<RuleText<'a>>,
    /// The files beside them that may be added to.
    pub companions: Vec<Companion<'a>>,
    /// The required flows, by the interfaces of the rule bases.
    pub wanted: Vec<Wanted>,
    /// Should required DNS be taken out of inspection, too?
    pub exempt_dns: bool,
}

/// The texts after the fix, in the order of the task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// The rule sets.
    pub files: Vec<String>,
    /// The files beside them.
    pub companions: Vec<String>,
    /// What passes now beside the required flows.
    pub beside: Beside,
}

/// Why there is no fix.
#[derive(Debug, Clone, PartialEq)]
pub enum Obstacle {
    /// The texts cannot be read as they stand, or hold no rules.
    Unreadable,
    /// The format has no writer.
    NoWriter(&'static str),
    /// A required flow is lost, and no line of the format could let it pass at that place.
    NoLine(Stopped),
    /// The lines that were tried do not let it pass.
    NoHelp(Stopped),
    /// The lines that let it pass change what becomes of other conversations, one of which is given.
    Outside(Stopped, Box<Change>),
    /// It could not be proved that nothing else changes: the sets grow too large.
    TooComplex(Stopped),
    /// A required flow does not pass, and no line of the texts is to blame.
    NoPlace(Verdict),
    /// With the lines the text says other clients or ways, so that other flows are required.
    Unconfirmed,
}

impl Obstacle {
    /// What holds of the packets that stay lost.
    pub fn verdict(&self) -> Option<Verdict> {
        match self {
            Obstacle::NoLine(at) | Obstacle::NoHelp(at) | Obstacle::Outside(at, _) | Obstacle::TooComplex(at) => {
                Some(at.verdict)
            }
            Obstacle::NoPlace(verdict) => Some(*verdict),
            Obstacle::Unreadable | Obstacle::NoWriter(_) | Obstacle::Unconfirmed => None,
        }
    }
}

/// Where a required flow is stopped in the texts as they were given.
#[derive(Debug, Clone, PartialEq)]
pub struct Stopped {
    /// The flow, by its place in [`Task::wanted`].
    pub flow: usize,
    /// The file, by its place in [`Task::files`].
    pub file: usize,
    /// The bytes of the line in that file, as far as the fix had got.
    pub at: (u32, u32),
    /// The line itself.
    pub line: String,
    /// What holds of the packets.
    pub verdict: Verdict,
    /// The leg that decides.
    pub leg: Leg,
}

/// The mended texts, or what stands against mending them. Texts in which nothing is lost come back as they are.
///
/// # Errors
///
/// Each obstacle that was met.
pub fn mend(task: &Task<'_>) -> Result<Mended, Vec<Obstacle>> {
    let start = Ground::read(task).ok_or_else(|| vec![Obstacle::Unreadable])?;
    let mut ground = start.clone();
    for _ in 0..MAX_STEPS {
        let losses = ground.losses();
        if losses.is_empty() {
            break;
        }
        let mut obstacles = Vec::new();
        let next = losses.iter().find_map(|lost| step(task, &start, &ground, lost).map_err(|o| obstacles.push(o)).ok());
        ground = next.ok_or(obstacles)?;
    }
    if let Some(lost) = ground.losses().first() {
        return Err(vec![Obstacle::NoHelp(ground.stopped(lost))]);
    }
    if let Some(lost) = ground.judgements().iter().find(|judgement| judgement.verdict != Verdict::Permitted) {
        return Err(vec![Obstacle::NoPlace(lost.verdict)]);
    }
    let ground = exemption::taken_out(task, &start, ground);
    let Compared::Same(beside) = outside::compare(task, &start, &ground) else {
        return Err(vec![Obstacle::Unreadable]);
    };
    let texts = least::needed(task, &start, &ground, beside);
    let (files, companions) = texts.split_at(task.files.len().min(texts.len()));
    Ok(Mended { files: files.to_vec(), companions: companions.to_vec(), beside })
}

impl Task<'_> {
    /// All texts as they were given: rule sets, then companions.
    fn texts(&self) -> Vec<String> {
        let files = self.files.iter().map(|f| f.text);
        files.chain(self.companions.iter().map(|c| c.text)).map(str::to_owned).collect()
    }

    /// The companions of a kind, each with its place among all texts.
    fn of_kind(&self, kind: CompanionKind) -> impl Iterator<Item = (usize, &Companion<'_>)> {
        let all = self.companions.iter().enumerate().map(|(at, companion)| (self.files.len() + at, companion));
        all.filter(move |(_, companion)| companion.kind == kind)
    }
}

/// The best draft for a loss that holds: as few and as wide lines as the proof lets pass, and before all one that lets
/// nothing pass beside the required flows.
fn step(task: &Task<'_>, start: &Ground, ground: &Ground, lost: &Lost) -> Result<Ground, Obstacle> {
    let stopped = || ground.stopped(lost);
    let Some(drafts) = draft::drafts(task, ground, lost) else {
        return Err(Obstacle::NoWriter(task.files.get(lost.file).map_or("", |f| f.format)));
    };
    let mut obstacle = Obstacle::NoLine(stopped());
    let mut second: Option<(Beside, Ground)> = None;
    for draft in drafts {
        match tried(task, start, ground, lost, &draft) {
            Ok((beside, next)) if beside.is_nothing() => return Ok(next),
            Ok((beside, next)) => {
                if second.as_ref().is_none_or(|(known, _)| beside != *known && beside.is_within(*known)) {
                    second = Some((beside, next));
                }
            }
            Err(Some(Compared::Changed(change))) => obstacle = Obstacle::Outside(stopped(), change),
            Err(Some(_)) if !matches!(obstacle, Obstacle::Outside(..)) => obstacle = Obstacle::TooComplex(stopped()),
            Err(None) if matches!(obstacle, Obstacle::NoLine(_)) => obstacle = Obstacle::NoHelp(stopped()),
            Err(_) => {}
        }
    }
    second.map(|(_, next)| next).ok_or(obstacle)
}

/// The ground after a draft, if it gets on and changes nothing else, and what passes beside the required flows.
fn tried(
    task: &Task<'_>,
    start: &Ground,
    ground: &Ground,
    lost: &Lost,
    draft: &Draft,
) -> Result<(Beside, Ground), Option<Compared>> {
    let next = ground.changed(task, draft.applied(&ground.texts)).ok_or(None)?;
    let packets = next.renumbered(ground, &draft.packets).ok_or(None)?;
    let helps = next.reads_like(start) && next.gets_past(lost, &packets) && !next.is_worse_than(ground);
    if !helps {
        return Err(None);
    }
    match outside::compare(task, start, &next) {
        Compared::Same(beside) => Ok((beside, next)),
        other => Err(Some(other)),
    }
}

/// The bytes of a span.
fn bytes(span: Span) -> (u32, u32) {
    (span.start, span.end)
}

#[cfg(test)]
mod tests;
