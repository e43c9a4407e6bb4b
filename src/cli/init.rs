//! `fwproof init`: a project file for the rule sets that a folder holds.

mod text;

use super::inputs::{Dealer, Firewall, Inputs, Named, files, load_into};
use super::output::replace;
use super::project::relative;
use super::{Done, ReadingArguments, exit};
use crate::format::{MAX_TEXT, ipset};
use crate::project::{FILE, Project};
use crate::report::printable;
use crate::source::Sources;
use clap::Args;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct InitArguments {
    /// The folder that is searched, with the folders below, and where fwproof.yaml is written
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    /// Write over a project file that is there
    #[arg(long)]
    force: bool,
}

/// What the file says of one site.
#[derive(Debug, PartialEq, Eq)]
struct FoundSite {
    name: String,
    firewalls: Vec<FoundFirewall>,
    ipset: Vec<String>,
}

/// A firewall with its files, from the folder of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FoundFirewall {
    files: Vec<String>,
    format: &'static str,
}

/// A file that is no part of the project, and why.
type LeftOut = (String, String);

pub(super) fn run(arguments: &InitArguments) -> Result<Done, String> {
    let path = arguments.folder.join(FILE);
    let shown = path.strip_prefix(".").unwrap_or(&path).display().to_string();
    if std::fs::symlink_metadata(&path).is_ok() && !arguments.force {
        return Err(format!("`{shown}` is there already; `--force` writes over it"));
    }
    if !arguments.folder.is_dir() {
        return Err(format!("`{}` is not a folder", arguments.folder.display()));
    }
    let (sites, left_out) = found(&arguments.folder);
    if sites.is_empty() {
        let none = format!("no rule set was found below `{}`; nothing was written", arguments.folder.display());
        return Err(left_out.iter().fold(none, |all, (file, why)| format!("{all}\n  {file}: {why}")));
    }
    let text = text::of(&sites);
    check(&text)?;
    replace(&path, text.as_bytes()).map_err(|error| format!("cannot write `{shown}`: {error}"))?;
    Ok(Done { output: printable(&told(&shown, &sites, &left_out)).into_owned(), code: exit::PERMITTED })
}

/// What is written must be read again.
fn check(text: &str) -> Result<(), String> {
    let mut sources = Sources::new();
    let source = sources.add(FILE, text);
    let wrong = |findings: Vec<_>| crate::report::render_findings(&sources, &findings, false);
    Project::read(source, text)
        .map(|_| ())
        .map_err(|findings| format!("the file would not be valid\n\n{}", wrong(findings)))
}

fn told(path: &str, sites: &[FoundSite], left_out: &[LeftOut]) -> String {
    let mut out = format!("wrote {path}\n");
    for site in sites {
        out += &format!("  site {}\n", site.name);
        for firewall in &site.firewalls {
            let one = if firewall.files.len() > 1 { ", one firewall" } else { "" };
            out += &format!("    {} ({}{one})\n", firewall.files.join(", "), firewall.format);
        }
        site.ipset.iter().for_each(|file| out += &format!("    {file} (sets)\n"));
    }
    if !left_out.is_empty() {
        out += "left out\n";
    }
    left_out.iter().for_each(|(file, why)| out += &format!("  {file}: {why}\n"));
    out + "`fwproof check` judges it\n"
}

/// The sites of a folder: one for each folder that holds rule sets.
fn found(root: &Path) -> (Vec<FoundSite>, Vec<LeftOut>) {
    let mut inputs = Inputs::default();
    let (companions, candidates): (Vec<Named>, Vec<Named>) =
        files(&[root.to_owned()], &mut inputs).into_iter().partition(|file| holds_sets(&file.path));
    let reading = ReadingArguments::default();
    load_into(&mut inputs, candidates, &[], &mut Dealer::new(None), &reading, &reading.options(false));
    let own = |path: &str| relative(root, path);
    let mut folders: BTreeMap<String, (Vec<FoundFirewall>, Vec<String>)> = BTreeMap::new();
    let mut left_out = Vec::new();
    for firewall in &inputs.firewalls {
        match usable(firewall, &own) {
            Ok(found) => folders.entry(folder_of(&found.files)).or_default().0.push(found),
            Err(why) => left_out.push(why),
        }
    }
    for companion in companions {
        let file = own(&companion.path.display().to_string());
        match folders.get_mut(&folder_of(std::slice::from_ref(&file))) {
            Some(folder) => folder.1.push(file),
            None => left_out.push((file, "sets without a rule set in the same folder".to_owned())),
        }
    }
    let top = std::fs::canonicalize(root).ok().and_then(|path| Some(path.file_name()?.to_str()?.to_owned()));
    let top = top.unwrap_or_else(|| "main".to_owned());
    let name = |folder: &str| if folder.is_empty() { top.clone() } else { folder.to_owned() };
    let sites = folders.into_iter().flat_map(|(folder, (firewalls, sets))| sites_of(&name(&folder), firewalls, sets));
    (sites.collect(), left_out)
}

fn holds_sets(path: &Path) -> bool {
    let is_small = std::fs::metadata(path).is_ok_and(|found| found.len() <= MAX_TEXT as u64);
    is_small && std::fs::read_to_string(path).is_ok_and(|text| ipset::recognises(&text))
}

fn usable(firewall: &Firewall, own: &dyn Fn(&str) -> String) -> Result<FoundFirewall, LeftOut> {
    let files: Vec<String> = firewall.files.iter().map(|file| own(&file.name)).collect();
    let format = firewall.files.first().map_or("", |file| file.format.name);
    if firewall.files.iter().any(|file| file.reading.bases.is_empty()) {
        return Err((files.join(", "), format!("it looks like {format}, but holds no rule base")));
    }
    // A name that is not text cannot be written into the file.
    if files.iter().any(|file| file.contains('\u{fffd}')) {
        return Err((files.join(", "), "its name is not UTF-8".to_owned()));
    }
    Ok(FoundFirewall { files, format })
}

fn folder_of(files: &[String]) -> String {
    let first = files.first().and_then(|file| file.rsplit_once('/'));
    first.map_or_else(String::new, |(folder, _)| folder.to_owned())
}

/// One site; where a folder holds several files of sets, those with a rule set of the same name become sites of their
/// own, because two firewalls may call different sets by one name.
fn sites_of(name: &str, mut firewalls: Vec<FoundFirewall>, sets: Vec<String>) -> Vec<FoundSite> {
    if sets.len() < 2 {
        return vec![FoundSite { name: name.to_owned(), firewalls, ipset: sets }];
    }
    let mut sites = Vec::new();
    let mut shared = Vec::new();
    for file in sets {
        let (own, rest) =
            firewalls.into_iter().partition(|f: &FoundFirewall| f.files.iter().any(|f| stem(f) == stem(&file)));
        firewalls = rest;
        if own.is_empty() {
            shared.push(file);
        } else {
            sites.push(FoundSite { name: format!("{name}/{}", stem(&file)), firewalls: own, ipset: vec![file] });
        }
    }
    if !firewalls.is_empty() {
        sites.insert(0, FoundSite { name: name.to_owned(), firewalls, ipset: shared });
    }
    sites
}

fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn firewall(file: &str) -> FoundFirewall {
        FoundFirewall { files: vec![file.to_owned()], format: "iptables" }
    }

    #[test]
    fn sets_go_with_the_rule_set_of_their_name() {
        let one = sites_of("a", vec![firewall("a/x.v4")], vec!["a/sets.ipset".to_owned()]);
        assert_eq!(one[0].ipset, ["a/sets.ipset"]);
        let sets = ["a/x.ipset", "a/y.ipset"].map(str::to_owned).to_vec();
        let several = sites_of("a", ["a/x.v4", "a/y.v4", "a/z.v4"].map(firewall).to_vec(), sets);
        let told: Vec<_> = several.iter().map(|s| (s.name.as_str(), s.firewalls.len(), s.ipset.len())).collect();
        assert_eq!(told, [("a", 1, 0), ("a/x", 1, 1), ("a/y", 1, 1)]);
    }

    #[test]
    fn what_is_written_is_valid_also_without_its_comment_marks() {
        let site = |name: &str, files: &[&str]| FoundSite {
            name: name.to_owned(),
            firewalls: vec![FoundFirewall {
                files: files.iter().map(|f| (*f).to_owned()).collect(),
                format: "iptables",
            }],
            ipset: vec!["london/sets: of 'x'.ipset".to_owned()],
        };
        let text = text::of(&[site("london", &["london/a.v4", "london/a.v6"]), site("no \" #x", &["- [b].v4"])]);
        check(&text).unwrap();
        let uncommented: Vec<String> = text.lines().map(text::uncommented).collect();
        check(&uncommented.join("\n")).unwrap();
        assert!(uncommented.iter().any(|line| line.starts_with("waivers:")));
    }
}
