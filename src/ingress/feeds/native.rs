//! A catalogue in fwproof's own schema.

use super::{Imported, Input};
use crate::finding::Finding;
use crate::ingress::{Catalogue, FeedOptions};

/// A line that begins with the key `services`, or JSON with that key.
pub(super) fn recognises(text: &str) -> bool {
    let is_key = |line: &str| line.strip_prefix("services").is_some_and(|rest| rest.trim_start().starts_with(':'));
    text.trim_start_matches('\u{feff}').lines().any(is_key) || text.contains("\"services\"")
}

/// The catalogue as it says itself; of the options only the level counts. Where it was updated from is not taken over:
/// who publishes a list does not decide where others get it from.
pub(super) fn read(input: &Input<'_>, options: &FeedOptions) -> Result<Imported, Vec<Finding>> {
    let mut catalogue = Catalogue::read(input.source, input.text)?;
    catalogue.update = None;
    if let Some(level) = options.level {
        catalogue.services.iter_mut().flat_map(|service| &mut service.flows).for_each(|flow| flow.level = level);
    }
    Ok(Imported { catalogue, notes: Vec::new(), feed: "" })
}
