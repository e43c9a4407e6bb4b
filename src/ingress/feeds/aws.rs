//! AWS `ip-ranges.json` (AWS documentation, "AWS IP address ranges": `createDate`, `prefixes`, `ipv6_prefixes`).

use super::entry::{Entry, target};
use super::{Imported, Input, begins_with, build};
use crate::finding::{Code, Finding};
use crate::ingress::{AsOf, FeedOptions};
use crate::yaml::{self, Mapping, Node};

pub(super) fn recognises(text: &str) -> bool {
    begins_with(text, &['{']) && text.contains("\"prefixes\"") && text.contains("\"ip_prefix\"")
}

pub(super) fn read(input: &Input<'_>, options: &FeedOptions) -> Result<Imported, Vec<Finding>> {
    let root = yaml::read(input.source, input.text)?;
    let as_of = created(&root).map_err(|finding| vec![finding])?;
    let (mut entries, mut findings) = (Vec::new(), Vec::new());
    for (list, key) in [("prefixes", "ip_prefix"), ("ipv6_prefixes", "ipv6_prefix")] {
        for node in root.get(list).map_or(&[][..], Node::one_or_many) {
            match node.expect_mapping("an entry").and_then(|map| entry(map, key, as_of, options)) {
                Ok(entry) => entries.extend(entry),
                Err(finding) => findings.push(finding),
            }
        }
    }
    if findings.is_empty() { build::catalogue(input, options, entries, Vec::new()) } else { Err(findings) }
}

/// `2026-08-22-17-05-00`: the day is enough.
fn created(root: &Node<'_>) -> Result<Option<AsOf>, Finding> {
    let Some(node) = root.get("createDate") else { return Ok(None) };
    let scalar = node.expect_scalar("`createDate`")?;
    let day = scalar.text.get(..10).and_then(|day| day.parse().ok());
    day.map(|day| Some(AsOf::On(day))).ok_or_else(|| scalar.invalid("a date such as 2026-08-22-17-05-00"))
}

/// The entry, unless `only` leaves it out; `region` and `network_border_group` name the same places.
fn entry(map: &Mapping<'_>, key: &str, as_of: Option<AsOf>, options: &FeedOptions) -> Result<Option<Entry>, Finding> {
    if !is_wanted(map, options)? {
        return Ok(None);
    }
    let prefix = map.require(key, "an entry")?.expect_scalar(&format!("`{key}`"))?;
    let region = map.require("region", "an entry")?.expect_scalar("`region`")?;
    Ok(Some(Entry {
        target: Some(target(prefix)?),
        at: Some(prefix.span),
        region: region.text.to_string(),
        as_of,
        ..Entry::default()
    }))
}

/// Whether an object has the values that `only` asks for.
pub(super) fn is_wanted(map: &Mapping<'_>, options: &FeedOptions) -> Result<bool, Finding> {
    for text in &options.only {
        let (key, value) = text.split_once('=').unwrap_or((text, ""));
        let Some(node) = map.get(key.trim()) else {
            let message = format!("an entry has no key `{}`", key.trim());
            return Err(Finding::new(Code::InvalidValue, message).at(map.head(), "asked for with `--only`"));
        };
        let same = node.as_scalar().is_some_and(|scalar| scalar.text.eq_ignore_ascii_case(value.trim()));
        if !same {
            return Ok(false);
        }
    }
    Ok(true)
}
