//! Terms of Aerleon policies, with the definitions that their words need.

use super::CompanionKind;
use super::draft::{Edits, Place};
use crate::fix::Pass;
use crate::fix::aerleon::{Reuse, TermNames, Tokens, placed, places, term, terms};
use crate::fix::items::{Shape, Slot, tree};
use crate::format::aerleon::named;
use crate::policy::{Leg, Stage};
use crate::verify::Verdict;

pub(super) fn write(place: &Place<'_>, passes: &[Pass]) -> Vec<Edits> {
    if place.lost.verdict == Verdict::Intercepted {
        return Vec::new();
    }
    let passes = seen(place, passes);
    let choices = match definitions(place).is_empty() {
        true => &[Reuse::Nothing][..],
        false => &[Reuse::OneFamily, Reuse::All, Reuse::Nothing],
    };
    choices.iter().filter_map(|reuse| with_names(place, &passes, *reuse)).flatten().collect()
}

/// Only chains know interfaces; policies between zones have them in their headers.
fn seen(place: &Place<'_>, passes: &[Pass]) -> Vec<Pass> {
    let chains = place.policy.forward.contains(&Stage::Route);
    let mut all: Vec<Pass> = Vec::new();
    for pass in passes {
        let pass = if chains { pass.clone() } else { Pass { entry: None, exit: None, ..pass.clone() } };
        if !all.contains(&pass) {
            all.push(pass);
        }
    }
    all
}

/// The files of definitions, each with its place among all texts.
fn definitions<'p>(place: &Place<'p>) -> Vec<(usize, &'p str)> {
    let files = place.task.of_kind(CompanionKind::Definitions);
    files.filter_map(|(at, _)| Some((at, place.ground.texts.get(at)?.as_str()))).collect()
}

/// One alternative for each place where the terms could stand.
fn with_names(place: &Place<'_>, passes: &[Pass], reuse: Reuse) -> Option<Vec<Edits>> {
    let lost = place.lost;
    let tree = tree(place.text)?;
    let files = definitions(place);
    let options = place.ground.options.get(lost.file).filter(|_| !files.is_empty());
    let mut tokens = options.map_or_else(Tokens::default, |options| Tokens::of(named(options), reuse));
    let mut names = TermNames::of(&tree);
    let tracked = place.policy.forward.contains(&Stage::Track);
    let term = |pass| term(&mut names, &mut tokens, pass, lost.leg, tracked);
    let new = passes.iter().map(term).collect::<Option<Vec<_>>>()?;
    let definitions = tokens.definitions(&files)?;
    let own = place.ground.included(lost.at.source).is_none().then_some(lost.at);
    let mut all = places(&tree, own, lost.rule);
    if lost.leg != Leg::Opening {
        all.extend(terms(&tree).map(|items| (items, Slot::Above(0))));
    }
    let edits = |slot| {
        let new = placed(place.text, slot, &new, Shape::OneLine)?.edits.into_iter().map(|edit| (lost.file, edit));
        Some(new.chain(definitions.iter().cloned()).collect())
    };
    Some(all.into_iter().filter_map(edits).collect())
}
