//! `-j SET`, which changes sets, or takes a mark from one (iptables-extensions(8), "SET").

use super::context::{Bad, Context};
use super::modules::set::check_family;
use super::spec::{Spec, Target};
use super::token::Token;
use crate::policy::{Action, MarkChange, MarkKind};

/// May the rule use the sets that its target names?
pub(super) fn check<'a>(spec: &Spec<'a>, context: &Context<'a>) -> Result<(), Bad<'a>> {
    let Some(target) = spec.target.as_ref().filter(|t| t.name.text == "SET") else { return Ok(()) };
    let names_set = |option: &Token<'_>| ["--add-set", "--del-set", "--map-set"].iter().any(|name| option.is(name));
    let pairs = target.options.iter().zip(target.options.iter().skip(1));
    pairs.filter(|(option, _)| names_set(option)).try_for_each(|(_, name)| check_family(name, context))
}

/// The packet goes on. With `--map-mark` the set gives it a mark, if it is in the set and the set has one for it.
pub(super) fn action(target: &Target<'_>) -> Action {
    let maps = target.options.iter().any(|t| t.is("--map-mark"));
    if maps { Action::Mark(MarkChange::Lost(MarkKind::Packet)) } else { Action::Continue }
}
