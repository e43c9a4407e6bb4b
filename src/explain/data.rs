//! Whether the addresses that are required are too old to rely on.

use crate::finding::{Code, Finding, Severity};
use crate::ingress::{Date, Level};
use crate::requirement::Requirement;
use std::collections::BTreeMap;

/// After how many days a statement is stale when neither its catalogue nor the user says.
pub const MAX_AGE: u32 = 180;
/// How many flows a note names.
const MOST: usize = 4;

/// One finding for all required flows whose addresses are older than the limit: `limit`, else that of their catalogue,
/// else [`MAX_AGE`]. What is undated is never stale; what is not required does no harm by its age.
pub fn stale(requirements: &[Requirement], today: Date, limit: Option<u32>, severity: Severity) -> Option<Finding> {
    let mut by_source: BTreeMap<(&str, String, u32, u32), Vec<String>> = BTreeMap::new();
    let mut flows = 0;
    for requirement in requirements.iter().filter(|requirement| requirement.level == Level::Required) {
        let mut is_stale = false;
        for source in &requirement.sources {
            let limit = limit.or(source.max_age).unwrap_or(MAX_AGE);
            let Some(days) = source.as_of.age(today).filter(|days| *days > limit) else { continue };
            let key = (source.title.as_str(), source.as_of.to_string(), days, limit);
            let ids: &mut Vec<String> = by_source.entry(key).or_default();
            let id = format!("`{}`", requirement.id);
            if ids.last() != Some(&id) {
                ids.push(id);
            }
            is_stale = true;
        }
        flows += usize::from(is_stale);
    }
    if flows == 0 {
        return None;
    }
    let are = if flows == 1 { "1 required flow rests" } else { &format!("{flows} required flows rest") };
    let message = format!("{are} on addresses that are too old to rely on");
    let finding = Finding { severity, ..Finding::new(Code::DataStale, message) };
    let said = by_source.iter().map(|((title, as_of, days, limit), ids)| {
        let named = crate::report::some_of(ids, MOST);
        format!("{title}: {as_of}, {days} days old, the limit is {limit}: {named}")
    });
    let help =
        "get a newer list (`fwproof ingress update`, `fwproof ingress import`), or allow the age with `--max-age DAYS`";
    Some(said.fold(finding.help(help), Finding::note))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingress::Catalogue;
    use crate::requirement::{Selection, requirements};

    fn stale_on(today: &str, limit: Option<u32>) -> Option<Finding> {
        let all = requirements(&[Catalogue::shipped()], &Selection::default());
        stale(&all.requirements, today.parse().unwrap(), limit, Severity::Note)
    }

    #[test]
    fn undated_and_recommended_addresses_are_never_stale() {
        assert_eq!(stale_on("2026-01-01", None), None);
        let late = stale_on("2029-01-01", None).unwrap();
        assert!(late.notes.iter().all(|note| !note.contains("dns-") && !note.contains("tunnels")), "{late:?}");
    }

    #[test]
    fn one_finding_names_each_source_and_date() {
        let finding = stale_on("2026-06-01", None).unwrap();
        assert_eq!(finding.message, "8 required flows rest on addresses that are too old to rely on");
        assert_eq!(finding.notes.len(), 1);
        assert!(finding.notes[0].contains("2025-08-15, 290 days old, the limit is 180"), "{finding:?}");
        assert_eq!(stale_on("2026-06-01", Some(290)), None);
    }
}
