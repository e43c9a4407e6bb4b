//! Which firewalls of the two sides are the same one: those that have a file in common.

use crate::cli::inputs::{Firewall, Loaded};
use crate::finding::{Code, Finding};
use crate::format::RuleBase;
use crate::report::diff::Presence;
use crate::space::Family;
use std::collections::HashMap;

/// A firewall on both sides, or on one.
#[derive(Default)]
pub(in crate::cli) struct Unit<'a> {
    pub old: Vec<&'a Firewall>,
    pub new: Vec<&'a Firewall>,
}

/// A rule base with its file.
pub(in crate::cli) type Base<'a> = (&'a Loaded, &'a RuleBase);

/// The common names of files by their names in reports.
pub(in crate::cli) type Keys = HashMap<String, String>;

/// The common names of what was read, from those of the files: devices of one file are told apart.
pub(in crate::cli) fn keys(firewalls: &[Firewall], of_file: impl Fn(&Loaded) -> Option<String>) -> Keys {
    let files = firewalls.iter().flat_map(|firewall| &firewall.files);
    let key = |file: &Loaded| match &file.options.device {
        Some(device) => Some(format!("{} ({device})", of_file(file)?)),
        None => of_file(file),
    };
    files.filter_map(|file| Some((file.name.clone(), key(file)?))).collect()
}

/// Pairs the firewalls of two sides, in the order of the new side; what only the old side has comes last.
pub(in crate::cli) fn units<'a>(old: &'a [Firewall], new: &'a [Firewall], keys: (&Keys, &Keys)) -> Vec<Unit<'a>> {
    let mut units: Vec<Unit<'a>> = Vec::new();
    let mut by_key: HashMap<&str, usize> = HashMap::new();
    for (firewalls, is_new) in [(new, true), (old, false)] {
        let keys = if is_new { keys.0 } else { keys.1 };
        for firewall in firewalls {
            let names: Vec<&str> =
                firewall.files.iter().filter_map(|f| keys.get(&f.name)).map(String::as_str).collect();
            let at = names.iter().find_map(|name| by_key.get(name).copied()).unwrap_or_else(|| {
                units.push(Unit::default());
                units.len() - 1
            });
            for name in names {
                by_key.entry(name).or_insert(at);
            }
            if let Some(unit) = units.get_mut(at) {
                if is_new { &mut unit.new } else { &mut unit.old }.push(firewall);
            }
        }
    }
    units
}

impl<'a> Unit<'a> {
    /// The name for reports.
    pub fn name(&self) -> &'a str {
        self.new.first().or(self.old.first()).map_or("", |firewall| firewall.name.as_str())
    }

    /// On which sides it is.
    pub fn presence(&self) -> Presence {
        presence(!self.old.is_empty(), !self.new.is_empty())
    }

    /// The rule bases of a family on each side, and a finding where a side has several.
    pub fn bases(&self, family: Family) -> (Option<Base<'a>>, Option<Base<'a>>, Option<Finding>) {
        let of = |firewalls: &[&'a Firewall]| -> Vec<Base<'a>> {
            let all = firewalls.iter().flat_map(|firewall| firewall.bases());
            all.filter(|(_, base)| base.policy.family == family).collect()
        };
        let (old, new) = (of(&self.old), of(&self.new));
        let several = old.len() > 1 || new.len() > 1;
        let finding = several.then(|| {
            let message = format!("`{}` has {family} rules in several files: only the first is compared", self.name());
            Finding::new(Code::NotJudged, message)
        });
        (old.first().copied(), new.first().copied(), finding)
    }
}

/// On which sides something is that is on one at least.
pub(in crate::cli) fn presence(old: bool, new: bool) -> Presence {
    match (old, new) {
        (true, true) => Presence::Both,
        (false, _) => Presence::Added,
        (true, false) => Presence::Removed,
    }
}
