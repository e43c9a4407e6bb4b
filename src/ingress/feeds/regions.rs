//! JSON (or YAML) that maps each region to its addresses: `{"london": ["192.0.2.0/24"]}`.
//!
//! JSON is read as the YAML that it also is, so every entry has its place.

use super::entry::{Entry, target};
use super::{Imported, Input, begins_with, build};
use crate::finding::Finding;
use crate::ingress::FeedOptions;
use crate::yaml::{self, Node, Scalar};

/// A mapping in JSON; one in YAML has to be named.
pub(super) fn recognises(text: &str) -> bool {
    begins_with(text, &['{'])
}

pub(super) fn read(input: &Input<'_>, options: &FeedOptions) -> Result<Imported, Vec<Finding>> {
    let root = yaml::read(input.source, input.text)?;
    let regions = root.expect_mapping("the list").map_err(|finding| vec![finding])?;
    let (mut entries, mut findings) = (Vec::new(), Vec::new());
    for (region, node) in &regions.entries {
        addresses(region, node, &mut entries, &mut findings);
    }
    if findings.is_empty() { build::catalogue(input, options, entries, Vec::new()) } else { Err(findings) }
}

/// The addresses of a region: one, a list, or lists by family (`ipv4`, `ipv6`).
fn addresses(region: &Scalar<'_>, node: &Node<'_>, entries: &mut Vec<Entry>, findings: &mut Vec<Finding>) {
    if let Some(by_family) = node.as_mapping() {
        by_family.entries.iter().for_each(|(_, list)| items(region, list, entries, findings));
    } else {
        items(region, node, entries, findings);
    }
}

fn items(region: &Scalar<'_>, node: &Node<'_>, entries: &mut Vec<Entry>, findings: &mut Vec<Finding>) {
    for item in node.one_or_many() {
        match item.expect_scalar("an address").and_then(|scalar| Ok((target(scalar)?, scalar.span))) {
            Ok((target, span)) => {
                let (target, at, region) = (Some(target), Some(span), region.text.to_string());
                entries.push(Entry { target, at, region, ..Entry::default() });
            }
            Err(finding) => findings.push(finding),
        }
    }
}
