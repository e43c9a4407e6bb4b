//! Files in: reading, decoding, recognising, and which of them are one firewall.

mod device;
mod firewall;
mod partition;
mod stored;

pub(super) use firewall::{Firewall, NamedFirewall};
pub(super) use partition::{Dealer, Partition};
pub(super) use stored::{Included, Store, Stored, load_stored, on_disk};

use super::{ReadingArguments, companions};
use crate::finding::{Code, Finding, Severity};
use crate::format::{FORMATS, Format, Input, MAX_TEXT, ReadOptions, Reading, ipset, recognised_but_unread};
use crate::policy::Hook;
use crate::report::RuleFile;
use crate::source::{SourceId, Sources, Span};
use std::collections::{BTreeSet, HashSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file of rules that was read.
pub(super) struct Loaded {
    pub name: String,
    pub source: SourceId,
    pub format: &'static Format,
    /// How it was read.
    pub options: ReadOptions,
    pub reading: Reading,
}

/// The name by which standard input appears in reports.
pub(super) const STDIN: &str = "<stdin>";

impl Loaded {
    /// The file as reports show it.
    pub fn shown(&self) -> RuleFile<'_> {
        RuleFile {
            name: self.name.clone(),
            source: self.source,
            format: self.format.name,
            rules: self.reading.bases.iter().map(|b| b.policy.rule_count()).sum::<usize>() + self.reading.set_aside,
            tally: self.reading.tally,
            lines: &self.reading.lines,
        }
    }

    fn is_stdin(&self) -> bool {
        self.name == STDIN
    }
}

/// The rule sets that the command line names.
pub(super) struct Wanted<'a> {
    /// Files and directories, `-` for standard input: grouped by their names.
    pub paths: &'a [PathBuf],
    /// Files that the user groups.
    pub firewalls: &'a [NamedFirewall],
    /// The part of them that is asked about; all without one.
    pub partition: Option<Partition>,
}

/// Everything that the command line names.
#[derive(Default)]
pub(super) struct Inputs {
    pub sources: Sources,
    pub firewalls: Vec<Firewall>,
    pub findings: Vec<Finding>,
    /// Could a named input not be used?
    pub failed: bool,
}

/// One file to read; files found in a directory may be of no known format.
pub(super) struct Named {
    pub path: PathBuf,
    pub by_user: bool,
}

/// Reads all rule sets; `-` is standard input, directories are walked. A file that is named as part of a firewall is
/// read only for that.
pub(super) fn load(wanted: &Wanted<'_>, arguments: &ReadingArguments, options: &ReadOptions) -> Inputs {
    let mut inputs = Inputs::default();
    let files = files(wanted.paths, &mut inputs);
    let mut dealer = Dealer::new(wanted.partition);
    load_into(&mut inputs, files, wanted.firewalls, &mut dealer, arguments, options);
    inputs
}

/// As [`load`], beside what was read before, and with the dealer of all of it.
pub(super) fn load_into(
    inputs: &mut Inputs,
    files: Vec<Named>,
    firewalls: &[NamedFirewall],
    dealer: &mut Dealer,
    arguments: &ReadingArguments,
    options: &ReadOptions,
) {
    let before = inputs.firewalls.len();
    let options = &with_companions(arguments, options, inputs);
    let grouped: HashSet<PathBuf> = firewalls.iter().flat_map(|f| &f.files).map(|p| identity(p)).collect();
    let mut loose = Vec::new();
    for file in files {
        if !grouped.contains(&identity(&file.path)) && dealer.takes_file(&file.path) {
            loose.extend(load_one(&file, arguments, options, inputs));
        }
    }
    firewall::by_stem(loose, inputs);
    for (name, paths) in by_name(firewalls).into_iter().filter(|(name, _)| dealer.takes_named(name)) {
        load_firewall(name, &paths, arguments, options, inputs);
    }
    inputs.read_with_changed_sets(before);
    if inputs.firewalls.len() == before && !inputs.failed && !dealer.has_dealt() {
        inputs.failed = true;
        let none = Finding::new(Code::NoRuleBase, "no rule set was found in what was named");
        inputs.findings.push(none.help("name a file, or a directory that holds exported rule sets"));
    }
}

/// The options with the files that rule sets refer to.
fn with_companions(arguments: &ReadingArguments, options: &ReadOptions, inputs: &mut Inputs) -> ReadOptions {
    let sets = Arc::new(sets(&arguments.ipset, inputs));
    let mut options = ReadOptions { sets, ..options.clone() };
    define(&mut options, arguments, inputs);
    options
}

/// Adds the named networks and services of a folder, if one was named.
fn define(options: &mut ReadOptions, arguments: &ReadingArguments, inputs: &mut Inputs) {
    let Some(folder) = &arguments.definitions else { return };
    match companions::definitions(folder, &mut inputs.sources) {
        Ok(files) => options.companions.definitions = Some(files),
        Err(why) => unusable(inputs, &folder.display().to_string(), &why),
    }
}

impl Inputs {
    /// Sets are there once for all files that are read together, from the firewall of that number on, so what one file
    /// changes is no constant for the others: IPv6 rules can change a set of ports that IPv4 rules ask.
    fn read_with_changed_sets(&mut self, from: usize) {
        let firewalls = self.firewalls.get_mut(from..).unwrap_or_default();
        let each = firewalls.iter().flat_map(|f| &f.files).map(|file| &file.reading.changed_sets);
        let changed: BTreeSet<String> = each.flatten().cloned().collect();
        let changed = Arc::new(changed);
        for file in firewalls.iter_mut().flat_map(|f| &mut f.files) {
            file.options.changed_sets = Arc::clone(&changed);
            if file.reading.changed_sets != *changed {
                let input = Input { source: file.source, name: &file.name, text: self.sources.text(file.source) };
                // What there was to say of the text was said at the first reading.
                file.reading = Reading { findings: Vec::new(), ..(file.format.read)(input, &file.options) };
            }
        }
    }
}

/// The files of each name, in the order of first mention: a name may be given more than once.
fn by_name(firewalls: &[NamedFirewall]) -> Vec<(&str, Vec<&PathBuf>)> {
    let mut groups: Vec<(&str, Vec<&PathBuf>)> = Vec::new();
    for firewall in firewalls {
        match groups.iter_mut().find(|(name, _)| *name == firewall.name) {
            Some((_, files)) => files.extend(&firewall.files),
            None => groups.push((&firewall.name, firewall.files.iter().collect())),
        }
    }
    groups
}

fn load_firewall(
    name: &str,
    paths: &[&PathBuf],
    arguments: &ReadingArguments,
    options: &ReadOptions,
    inputs: &mut Inputs,
) {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            unusable(inputs, &path.display().to_string(), "it is a directory; `--firewall` takes files");
            continue;
        }
        let named = Named { path: PathBuf::clone(path), by_user: true };
        let known = inputs.findings.len();
        let mut devices = load_one(&named, arguments, options, inputs);
        if devices.len() > 1 {
            unusable(inputs, &path.display().to_string(), "it holds several devices, and a firewall is one");
            devices.clear();
        }
        files.append(&mut devices);
        if let Some(finding) = inputs.findings.get_mut(known).filter(|_| !path.exists() && path.as_os_str() != "-") {
            let help = "commas part the files of a firewall; a link without one can stand for a file whose name has it";
            finding.help = Some(help.to_owned());
        }
    }
    firewall::joined(name, files, inputs);
}

/// A path by which the same file is known again.
pub(super) fn identity(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Reads the companions of rule sets that hold their sets.
fn sets(paths: &[PathBuf], inputs: &mut Inputs) -> ipset::Sets {
    let mut sets = ipset::Sets::default();
    for path in paths {
        let Some(text) = text_of(path, inputs) else { continue };
        add_sets(text, &mut sets, inputs);
    }
    sets
}

fn add_sets((name, source, oddity): Text, sets: &mut ipset::Sets, inputs: &mut Inputs) {
    let text = inputs.sources.text(source);
    inputs.findings.extend(oddity);
    if let Err(unusable) = ipset::read(Input { source, name: &name, text }, sets, &mut inputs.findings) {
        inputs.failed = true;
        inputs.findings.push(unusable.at(Span { source, start: 0, end: 0 }, ""));
    }
}

/// The files that paths name; directories are walked.
pub(super) fn files(paths: &[PathBuf], inputs: &mut Inputs) -> Vec<Named> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(Named { path: path.clone(), by_user: true });
            continue;
        }
        let walk = ignore::WalkBuilder::new(path).sort_by_file_path(Path::cmp).require_git(false).build();
        for entry in walk {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|t| t.is_file()) => {
                    files.push(Named { path: entry.into_path(), by_user: false });
                }
                Ok(_) => {}
                Err(error) => unusable(inputs, &path.display().to_string(), &error.to_string()),
            }
        }
    }
    files
}

pub(super) fn unusable(inputs: &mut Inputs, name: &str, why: &str) {
    inputs.failed = true;
    inputs.findings.push(Finding::new(Code::NoRuleBase, format!("cannot read `{name}`: {why}")));
}

/// A file's name, its text, and a finding when it is not plain UTF-8.
type Text = (String, SourceId, Option<Finding>);

/// The name by which reports know a file.
fn name_of(path: &Path) -> String {
    if path.as_os_str() == "-" { STDIN.to_owned() } else { path.display().to_string() }
}

/// The text of a file; `None` when it cannot be read, which is said.
fn text_of(path: &Path, inputs: &mut Inputs) -> Option<Text> {
    let name = name_of(path);
    match bytes_of(path) {
        Ok(bytes) => text_from(name, bytes, inputs),
        Err(error) => {
            unusable(inputs, &name, &error.to_string());
            None
        }
    }
}

fn text_from(name: String, bytes: Vec<u8>, inputs: &mut Inputs) -> Option<Text> {
    if bytes.len() > MAX_TEXT {
        inputs.failed = true;
        inputs.findings.push(Finding::new(Code::TooLarge, format!("`{name}` is larger than {MAX_TEXT} bytes")));
        return None;
    }
    let (text, oddity) = decoded(bytes);
    let source = inputs.sources.add(name.clone(), text);
    let text = inputs.sources.text(source);
    let oddity = oddity.map(|finding| {
        let (start, end) = text.find('\u{fffd}').map_or((0, 0), |p| (p as u32, p as u32 + 3));
        finding.at(Span { source, start, end }, "")
    });
    Some((name, source, oddity))
}

fn load_one(file: &Named, arguments: &ReadingArguments, options: &ReadOptions, inputs: &mut Inputs) -> Vec<Loaded> {
    let Some(text) = text_of(&file.path, inputs) else { return Vec::new() };
    let options = |format: &'static Format, source, inputs: &mut Inputs| {
        companions::with_includes(options, format, &file.path, source, arguments, inputs)
    };
    read_rules(text, file.by_user, arguments, options, inputs)
}

/// Reads a text as rule sets. `options` makes the options for its format, with what the text includes.
fn read_rules(
    (name, source, oddity): Text,
    by_user: bool,
    arguments: &ReadingArguments,
    options: impl FnOnce(&'static Format, SourceId, &mut Inputs) -> ReadOptions,
    inputs: &mut Inputs,
) -> Vec<Loaded> {
    let start = Span { source, start: 0, end: 0 };
    let text = inputs.sources.text(source);
    let forced = arguments.format.as_deref().and_then(|n| FORMATS.iter().find(|f| f.name == n));
    let Some(format) = forced.or_else(|| FORMATS.iter().find(|f| (f.recognises)(text))) else {
        let finding = unrecognised(&name, text).at(start, "");
        inputs.failed |= by_user;
        inputs.findings.push(if by_user {
            finding
        } else {
            Finding { code: Code::Skipped, severity: Severity::Note, ..finding }
        });
        return Vec::new();
    };
    let options = options(format, source, inputs);
    if let Some(why) = format.without_output.filter(|_| options.hook == Hook::Output) {
        inputs.failed = true;
        let message = format!("`{name}` says nothing about what the machine itself sends: {why}");
        let finding = Finding::new(Code::InvalidValue, message).at(start, "");
        inputs.findings.push(finding.help("leave out `--hook output`, or this file"));
        return Vec::new();
    }
    let input = Input { source, name: &name, text: inputs.sources.text(source) };
    let (sets, found) = device::loaded(format, input, &options);
    inputs.failed |= sets.iter().any(|set| set.reading.bases.is_empty());
    inputs.findings.extend(oddity.into_iter().chain(found));
    sets
}

fn bytes_of(path: &Path) -> std::io::Result<Vec<u8>> {
    if path.as_os_str() != "-" {
        return std::fs::read(path);
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(MAX_TEXT as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unrecognised(name: &str, text: &str) -> Finding {
    if text.trim().is_empty() {
        return Finding::new(Code::NoRuleBase, format!("`{name}` is empty"))
            .help("export the rule set again; an empty dump says nothing about the rules in force");
    }
    if let Some(known) = recognised_but_unread(text) {
        return Finding::new(
            Code::UnsupportedFormat,
            format!("`{name}` looks like {}, which is not read as a rule set", known.what),
        )
        .help(known.instead);
    }
    let names = FORMATS.iter().map(|f| f.name).collect::<Vec<_>>().join(", ");
    Finding::new(Code::UnknownFormat, format!("`{name}` is not a rule set in a known format"))
        .help(format!("the known formats are {names}; `--format` chooses one"))
}

/// The text of a file, and a finding when it is not plain UTF-8.
pub(super) fn decoded(bytes: Vec<u8>) -> (String, Option<Finding>) {
    let utf16 = |big_endian: bool, body: &[u8]| {
        let unit = |pair: &[u8]| match *pair {
            [a, b] if big_endian => u16::from_be_bytes([a, b]),
            [a, b] => u16::from_le_bytes([a, b]),
            _ => 0xfffd,
        };
        String::from_utf16_lossy(&body.chunks(2).map(unit).collect::<Vec<_>>())
    };
    let said = || Some(Finding::new(Code::Tolerated, "the file is UTF-16 and was decoded"));
    match bytes.as_slice() {
        [0xff, 0xfe, body @ ..] => (utf16(false, body), said()),
        [0xfe, 0xff, body @ ..] => (utf16(true, body), said()),
        _ => match String::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                let finding = Finding::new(Code::UnreadableRegion, "the file holds bytes that are not UTF-8");
                (text, Some(finding.help("export the rule set again, as text in UTF-8")))
            }
        },
    }
}

/// Was anything not understood (what `--strict` makes an error)?
pub(super) fn anything_not_understood(inputs: &Inputs) -> bool {
    const CODES: [Code; 5] =
        [Code::UnknownLine, Code::UnknownCommand, Code::UnreadableRegion, Code::UndeclaredChain, Code::UndefinedName];
    inputs.firewalls.iter().flat_map(|f| &f.files).any(|file| file.reading.tally.rejected > 0)
        || inputs.findings.iter().any(|f| CODES.contains(&f.code))
}
