//! `-j SET`, which changes sets, or takes a mark from one (iptables-extensions(8), "SET").

use super::context::{Bad, Context};
use super::modules::set::check_family;
use super::spec::{Spec, Target};
use crate::policy::{Action, MarkChange};

const CHANGES: [&str; 3] = ["--add-set", "--del-set", "--map-set"];

/// Are the sets that the target names ones that the rule may use?
pub(super) fn check<'a>(spec: &Spec<'a>, context: &Context<'a>) -> Result<(), Bad<'a>> {
    let Some(target) = spec.target.as_ref().filter(|t| t.name.text == "SET") else { return Ok(()) };
    let mut named = false;
    for (at, option) in target.options.iter().enumerate().filter(|(_, t)| CHANGES.contains(&t.raw)) {
        let missing = || Bad::new(option.raw, format!("`{}` needs a set and a direction", option.text));
        let name = target.options.get(at + 1).ok_or_else(missing)?;
        target.options.get(at + 2).ok_or_else(missing)?;
        check_family(name, context)?;
        named = true;
    }
    let missing = || Bad::new(target.name.raw, "`-j SET` needs `--add-set`, `--del-set` or `--map-set`");
    if named { Ok(()) } else { Err(missing()) }
}

/// The packet goes on. With `--map-mark` the set gives it a mark, if it is in the set and the set has one for it.
pub(super) fn action(target: &Target<'_>) -> Action {
    let maps = target.options.iter().any(|t| t.is("--map-mark"));
    if maps { Action::Mark(MarkChange::Lost) } else { Action::Continue }
}
