//! CSV with a header.

use super::entry::{self, Entry, scalar};
use super::records::{Cell, Records, delimiter, first_line};
use super::{Imported, Input, build};
use crate::finding::{Code, Finding};
use crate::ingress::FeedOptions;
use crate::yaml::nearest;

/// The columns that are read, with the names that lists give them. Case, blanks, `_` and `-` count for nothing.
const COLUMNS: &[(&str, &[&str])] = &[
    ("prefix", &["prefix", "cidr", "network", "ipprefix", "iprange", "subnet", "address", "ipaddress", "ip", "host"]),
    ("region", &["region", "location", "city", "site", "datacenter", "datacentre", "dc", "pop"]),
    ("country", &["country", "countrycode", "cc"]),
    ("proto", &["proto", "protocol"]),
    ("ports", &["ports", "port", "dport", "destinationport", "destinationports"]),
    ("as_of", &["asof", "date", "updated", "lastseen", "lastmodified"]),
    ("confidence", &["confidence", "grade"]),
    ("source", &["source", "reference"]),
];

/// The first record names a column for the prefix, and more than one column.
pub(super) fn recognises(text: &str) -> bool {
    let line = first_line(text);
    let mut cells = line.split(delimiter(text)).map(|cell| cell.trim().trim_matches('"'));
    line.contains([',', ';', '\t']) && !line.starts_with(['{', '[', '<']) && cells.any(|cell| column_of(cell).is_some())
}

fn column_of(name: &str) -> Option<&'static str> {
    let plain: String = name.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_ascii_lowercase();
    COLUMNS.iter().find(|(_, names)| names.contains(&plain.as_str())).map(|(column, _)| *column)
}

pub(super) fn read(input: &Input<'_>, options: &FeedOptions) -> Result<Imported, Vec<Finding>> {
    let mut records = Records::new(input.source, input.text, delimiter(input.text));
    let header = match records.next() {
        Some(Ok(header)) => Header::of(header, options).map_err(|finding| vec![finding])?,
        Some(Err(finding)) => return Err(vec![finding]),
        None => return Err(vec![Finding::new(Code::InvalidValue, "the list has no header").at(input.start(), "")]),
    };
    let (mut entries, mut findings) = (Vec::new(), Vec::new());
    for record in records {
        match record.and_then(|cells| header.checked(cells)) {
            Ok(cells) if header.is_wanted(&cells) => header.entry(&cells, &mut entries, &mut findings),
            Ok(_) => {}
            Err(finding) => findings.push(finding),
        }
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    build::catalogue(input, options, entries, header.unused())
}

/// Which column means what.
struct Header<'a> {
    cells: Vec<Cell<'a>>,
    meanings: Vec<Option<&'static str>>,
    only: Vec<(usize, String)>,
}

impl<'a> Header<'a> {
    fn of(cells: Vec<Cell<'a>>, options: &FeedOptions) -> Result<Header<'a>, Finding> {
        let mut header = Header { meanings: vec![None; cells.len()], cells, only: Vec::new() };
        for (column, named) in [("prefix", &options.prefix_column), ("region", &options.region_column)] {
            if let Some(name) = named {
                let at = header.place(name)?;
                header.mean(at, column);
            }
        }
        let names: Vec<Option<&'static str>> = header.cells.iter().map(|cell| column_of(&cell.text)).collect();
        for (at, column) in names.into_iter().enumerate().filter_map(|(at, column)| Some((at, column?))) {
            let free = header.meanings.get(at).is_some_and(Option::is_none);
            if free && !header.meanings.contains(&Some(column)) {
                header.mean(at, column);
            }
        }
        if !header.meanings.contains(&Some("prefix")) {
            return Err(header.without_prefix());
        }
        for text in &options.only {
            let (name, value) = text.split_once('=').unwrap_or((text, ""));
            let at = header.place(name)?;
            header.only.push((at, value.trim().to_owned()));
        }
        Ok(header)
    }

    fn mean(&mut self, at: usize, column: &'static str) {
        if let Some(slot) = self.meanings.get_mut(at) {
            *slot = Some(column);
        }
    }

    fn head(&self) -> Option<crate::source::Span> {
        self.cells.first().map(|cell| cell.span)
    }

    fn place(&self, name: &str) -> Result<usize, Finding> {
        let found = self.cells.iter().position(|cell| cell.text.eq_ignore_ascii_case(name.trim()));
        found.ok_or_else(|| {
            let names: Vec<&str> = self.cells.iter().map(|cell| cell.text.as_ref()).collect();
            let near = nearest(name, names.iter().copied());
            let help = near
                .map_or_else(|| format!("its columns are {}", names.join(", ")), |n| format!("did you mean `{n}`?"));
            self.finding(format!("the list has no column `{name}`")).help(help)
        })
    }

    fn without_prefix(&self) -> Finding {
        let names: Vec<&str> = self.cells.iter().map(|cell| cell.text.as_ref()).collect();
        let finding = self.finding("no column is known to hold the prefixes".to_owned());
        finding.help(format!("name it with `--prefix-column`; the columns are {}", names.join(", ")))
    }

    fn finding(&self, message: String) -> Finding {
        let finding = Finding::new(Code::InvalidValue, message);
        self.head().map_or(finding.clone(), |span| finding.at(span, "the header"))
    }

    /// A record has as many cells as the header.
    fn checked(&self, cells: Vec<Cell<'a>>) -> Result<Vec<Cell<'a>>, Finding> {
        let (has, needs) = (cells.len(), self.cells.len());
        match cells.first().filter(|_| has != needs) {
            Some(first) => {
                let message = format!("the record has {has} cells, the header {needs}");
                Err(Finding::new(Code::InvalidValue, message).at(first.span, ""))
            }
            None => Ok(cells),
        }
    }

    fn is_wanted(&self, cells: &[Cell<'a>]) -> bool {
        self.only.iter().all(|(at, value)| cells.get(*at).is_some_and(|cell| cell.text.eq_ignore_ascii_case(value)))
    }

    fn cell<'c>(&self, cells: &'c [Cell<'a>], column: &str) -> Option<&'c Cell<'a>> {
        let at = self.meanings.iter().position(|meaning| *meaning == Some(column))?;
        cells.get(at).filter(|cell| !cell.text.is_empty())
    }

    fn entry(&self, cells: &[Cell<'a>], entries: &mut Vec<Entry>, findings: &mut Vec<Finding>) {
        let before = findings.len();
        let text = |column: &str| self.cell(cells, column).map_or(String::new(), |cell| cell.text.to_string());
        let mut note = |result: Option<Finding>| findings.extend(result);
        let target = match self.cell(cells, "prefix") {
            Some(cell) => entry::target(&scalar(&cell.text, cell.span)).map_err(|finding| note(Some(finding))).ok(),
            None => {
                let missing = Finding::new(Code::InvalidValue, "the record has no prefix");
                note(cells.first().map(|cell| missing.at(cell.span, "")));
                None
            }
        };
        let as_of = self.cell(cells, "as_of").map(|cell| entry::as_of(&scalar(&cell.text, cell.span)));
        let confidence = self.cell(cells, "confidence").map(|cell| entry::confidence(&scalar(&cell.text, cell.span)));
        let as_of = as_of.transpose().map_err(|finding| note(Some(finding))).ok().flatten();
        let confidence = confidence.transpose().map_err(|finding| note(Some(finding))).ok().flatten();
        let flows = flows(&text("proto"), &text("ports"));
        let at = self.cell(cells, "prefix").map(|cell| cell.span);
        let (region, country, source) = (text("region"), text("country"), text("source"));
        if findings.len() == before {
            entries.push(Entry { target, at, region, country, flows, as_of, confidence, source });
        }
    }

    /// A note about columns that nothing was taken from.
    fn unused(&self) -> Vec<Finding> {
        let is_free =
            |at: usize| self.meanings.get(at).is_some_and(Option::is_none) && self.only.iter().all(|(o, _)| *o != at);
        let free = self.cells.iter().enumerate().filter(|(at, _)| is_free(*at));
        let names: Vec<String> = free.map(|(_, cell)| format!("`{}`", cell.text)).collect();
        if names.is_empty() {
            return Vec::new();
        }
        vec![self.finding(format!("nothing was taken from the columns {}", names.join(", ")))]
            .into_iter()
            .map(|finding| Finding { code: Code::Tolerated, severity: Code::Tolerated.severity(), ..finding })
            .collect()
    }
}

/// `tcp` and `80,443` as `tcp/80,443`; blanks or `;` may stand between ports.
fn flows(proto: &str, ports: &str) -> String {
    if proto.is_empty() && ports.is_empty() {
        return String::new();
    }
    let proto = if proto.is_empty() { "tcp" } else { proto };
    let ports: Vec<&str> = ports.split([',', ';', ' ', '/']).filter(|port| !port.is_empty()).collect();
    let ports = if ports.is_empty() { String::new() } else { format!("/{}", ports.join(",")) };
    format!("{}{ports}", proto.to_ascii_lowercase())
}
