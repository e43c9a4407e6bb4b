//! Which files are one firewall: those that the user names so, and pairs that their names tell.
//!
//! A firewall's IPv4 and IPv6 rules are exported apart, but a flow needs both. So its files are judged as one rule set:
//! no two of them may hold rules of the same family.

use super::{Inputs, Loaded};
use crate::finding::{Code, Finding};
use crate::format::{RuleBase, iptables};
use crate::source::Span;
use crate::space::Family;
use std::path::{Path, PathBuf};

/// The files of one firewall, judged as one rule set.
pub(in crate::cli) struct Firewall {
    /// The name in reports: that of the only file, the stem of a pair, or what the user says.
    pub name: String,
    /// In the order given, never none.
    pub files: Vec<Loaded>,
}

impl Firewall {
    /// Its rule bases, at most one for each family, each with the file that holds it.
    pub fn bases(&self) -> impl Iterator<Item = (&Loaded, &RuleBase)> {
        self.files.iter().flat_map(|file| file.reading.bases.iter().map(move |base| (file, base)))
    }
}

/// Files that the user names as one firewall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct NamedFirewall {
    pub name: String,
    pub files: Vec<PathBuf>,
}

impl std::str::FromStr for NamedFirewall {
    type Err = String;

    /// `NAME=FILE,FILE`: the name ends at the first equals sign, commas part the files.
    fn from_str(text: &str) -> Result<NamedFirewall, String> {
        let form = "the form is NAME=FILE,FILE, such as branch=branch.v4,branch.v6";
        let (name, files) = text.split_once('=').ok_or_else(|| format!("there is no name before `=`; {form}"))?;
        if name.trim().is_empty() {
            return Err(format!("the name before `=` is empty; {form}"));
        }
        let files: Vec<PathBuf> = files.split(',').map(PathBuf::from).collect();
        if files.iter().any(|file| file.as_os_str().is_empty()) {
            return Err(format!("a file name is empty; {form}"));
        }
        Ok(NamedFirewall { name: name.to_owned(), files })
    }
}

/// Makes a firewall of files that the user names as one; those with rules of the same family cannot be one.
pub(in crate::cli) fn joined(name: &str, files: Vec<Loaded>, inputs: &mut Inputs) {
    if let Some((family, one, other)) = twice(&files) {
        let message = format!("the firewall `{name}` has {family} rules in two files");
        let finding = Finding::new(Code::InvalidValue, message).at(one, "here").at(other, "and here");
        inputs.findings.push(finding.help("give one file for each family, or name the files as two firewalls"));
        inputs.failed = true;
    } else if !files.is_empty() {
        inputs.firewalls.push(Firewall { name: name.to_owned(), files });
    }
}

/// Adds files as firewalls in their order: pairs by their names, every other file by itself.
pub(in crate::cli) fn by_stem(files: Vec<Loaded>, inputs: &mut Inputs) {
    let mut groups: Vec<(Option<Key>, Vec<Loaded>)> = Vec::new();
    for file in files {
        let key = Key::of(&file);
        match groups.iter_mut().find(|(known, _)| key.is_some() && *known == key) {
            Some((_, group)) => group.push(file),
            None => groups.push((key, vec![file])),
        }
    }
    for (key, group) in groups {
        add_group(key.as_ref(), group, inputs);
    }
}

fn add_group(key: Option<&Key>, group: Vec<Loaded>, inputs: &mut Inputs) {
    let several = group.len() > 1;
    if let Some((family, one, other)) = twice(&group).filter(|_| several) {
        let message =
            format!("files whose names are those of one firewall hold {family} rules twice: each is judged by itself");
        inputs.findings.push(
            Finding::new(Code::Tolerated, message)
                .at(one, "here")
                .at(other, "and here")
                .help("`--firewall NAME=FILE,FILE` says which files are one firewall"),
        );
        inputs.firewalls.extend(group.into_iter().map(alone));
        return;
    }
    let name = key.filter(|_| several).map(|key| key.name(&group, &inputs.firewalls));
    match name {
        Some(name) => inputs.firewalls.push(Firewall { name, files: group }),
        None => inputs.firewalls.extend(group.into_iter().map(alone)),
    }
}

fn alone(file: Loaded) -> Firewall {
    Firewall { name: file.name.clone(), files: vec![file] }
}

/// A family of which two files hold rules, and where they do.
fn twice(files: &[Loaded]) -> Option<(Family, Span, Span)> {
    let mut seen: Vec<(Family, Span)> = Vec::new();
    for file in files {
        for base in &file.reading.bases {
            let family = base.policy.family;
            let start = Span { source: file.source, start: 0, end: 0 };
            let here = base.policy.chains.iter().map(|c| c.span).min().unwrap_or(start);
            if let Some((_, first)) = seen.iter().find(|(other, span)| *other == family && span.source != file.source) {
                return Some((family, *first, here));
            }
            seen.push((family, here));
        }
    }
    None
}

/// What the files of a pair have in common: the folder, and the name without the mark of the family.
#[derive(Debug, PartialEq, Eq)]
struct Key {
    folder: PathBuf,
    file: String,
}

impl Key {
    /// Only dumps of iptables with a rule base come in pairs.
    fn of(file: &Loaded) -> Option<Key> {
        let pairs = file.format.name == iptables::FORMAT.name && !file.reading.bases.is_empty() && !file.is_stdin();
        let path = Path::new(&file.name);
        let folder = path.parent().filter(|_| pairs)?;
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let folder = std::fs::canonicalize(here).unwrap_or_else(|_| here.to_owned());
        Some(Key { folder, file: iptables::name_without_family(path.file_name()?.to_str()?) })
    }

    /// The stem as the user writes paths; the names of the files where it is empty or taken.
    fn name(&self, files: &[Loaded], taken: &[Firewall]) -> String {
        let first = files.first().map_or("", |file| file.name.as_str());
        let file = Path::new(first).file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let stem = Path::new(first).with_file_name(iptables::stem_of_pair(file)).display().to_string();
        if self.file.is_empty() || taken.iter().any(|other| other.name == stem) {
            return files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join(" + ");
        }
        stem
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_firewall_has_a_name_and_files() {
        let parsed = |text: &str| text.parse::<NamedFirewall>();
        let files = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
        let branch = NamedFirewall { name: "branch".to_owned(), files: files(&["a.v4", "b=c.v6"]) };
        assert_eq!(parsed("branch=a.v4,b=c.v6"), Ok(branch));
        assert!(parsed("a.v4,a.v6").unwrap_err().contains("no name before `=`"));
        assert!(parsed("=a.v4").unwrap_err().contains("is empty"));
        assert!(parsed("branch=a.v4,").unwrap_err().contains("a file name is empty"));
        assert!(parsed("branch=").unwrap_err().contains("a file name is empty"));
    }
}
