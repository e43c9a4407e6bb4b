//! Geofeeds (RFC 8805): prefix, country, subdivision, city, postal code, without a header.

use super::entry::{Entry, scalar, target};
use super::records::{Cell, Records, delimiter, first_line};
use super::{Imported, Input, build};
use crate::finding::{Code, Finding};
use crate::ingress::FeedOptions;

/// The first record begins with a prefix and a country, which may be empty.
pub(super) fn recognises(text: &str) -> bool {
    let mut cells = first_line(text).split(',').map(str::trim);
    let is_prefix = cells.next().is_some_and(|cell| cell.contains(['.', ':']) && prefix_like(cell));
    is_prefix && cells.next().is_some_and(|country| country.is_empty() || build::is_country(country))
}

fn prefix_like(cell: &str) -> bool {
    cell.parse::<ipnet::IpNet>().is_ok() || cell.parse::<std::net::IpAddr>().is_ok()
}

pub(super) fn read(input: &Input<'_>, options: &FeedOptions) -> Result<Imported, Vec<Finding>> {
    let (mut entries, mut findings) = (Vec::new(), Vec::new());
    for record in Records::new(input.source, input.text, delimiter(input.text)) {
        match record.and_then(|cells| entry(&cells)) {
            Ok(entry) => entries.extend(entry),
            Err(finding) => findings.push(finding),
        }
    }
    if findings.is_empty() { build::catalogue(input, options, entries, Vec::new()) } else { Err(findings) }
}

/// Section 2.1.1: the prefix is needed, everything else may be empty; more fields than five are to be ignored.
fn entry(cells: &[Cell<'_>]) -> Result<Option<Entry>, Finding> {
    let Some(first) = cells.first() else { return Ok(None) };
    let text = |at: usize| cells.get(at).map_or("", |cell| cell.text.as_ref());
    let country = text(1);
    if !country.is_empty() && !build::is_country(country) {
        let span = cells.get(1).map_or(first.span, |cell| cell.span);
        let message = format!("`{country}` is not a country of two letters (ISO 3166-1)");
        return Err(Finding::new(Code::InvalidValue, message).at(span, ""));
    }
    let region = [text(3), text(2), country].into_iter().find(|name| !name.is_empty()).unwrap_or("");
    let target = target(&scalar(&first.text, first.span))?;
    Ok(Some(Entry {
        target: Some(target),
        at: Some(first.span),
        region: region.to_owned(),
        country: country.to_owned(),
        ..Entry::default()
    }))
}
