//! The two sides of a comparison: which files they are made of.

use crate::cli::git::{Commit, Contents, Entry, EntryKind, Repository};
use crate::cli::inputs::{Inputs, Stored, on_disk};
use crate::finding::{Code, Finding};
use std::path::{Path, PathBuf};

/// The files of one side.
pub(in crate::cli) struct Side {
    /// What reports call it.
    pub label: String,
    pub rule_sets: Vec<Stored>,
    /// The files of `--ipset`.
    pub companions: Vec<Stored>,
    /// What there was to say about them.
    pub inputs: Inputs,
}

/// What reports call the files on disk.
const WORKING_TREE: &str = "working tree";

/// What the command line asks to be compared.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// Two files or folders.
    Paths(PathBuf, PathBuf),
    /// Paths at a revision, and at another one or on disk.
    Revisions { old: String, new: Option<String>, paths: Vec<PathBuf> },
}

/// The sides that the operands name.
pub(super) fn sides(operands: &[String], paths: &[PathBuf], companions: &[PathBuf]) -> Result<(Side, Side), String> {
    match asked(operands, paths)? {
        Asked::Paths(old, new) => {
            if old.is_dir() != new.is_dir() {
                return Err(format!("`{}` and `{}` are a file and a folder", old.display(), new.display()));
            }
            Ok((of_path(&old, companions)?, of_path(&new, companions)?))
        }
        Asked::Revisions { old, new, paths } => {
            let repository = Repository::here()?;
            let old = of_revision(&repository, &old, &paths, companions)?;
            let new = match new {
                Some(new) => of_revision(&repository, &new, &paths, companions)?,
                None => of_working_tree(&repository, &paths, companions)?,
            };
            for path in &paths {
                let key = repository.relative(path)?;
                let has = |side: &Side| side.rule_sets.iter().any(|file| rest_below(&file.key, &key).is_some());
                if !has(&old) && !has(&new) {
                    return Err(format!("`{}` is on neither side", path.display()));
                }
            }
            Ok((old, new))
        }
    }
}

/// Sorts operands into paths and revisions: what stands before `--` is a revision; without `--`, what exists is a path.
fn asked(operands: &[String], paths: &[PathBuf]) -> Result<Asked, String> {
    let exists = |name: &String| name == "-" || Path::new(name).exists();
    match (operands, paths.is_empty()) {
        ([one], false) => revisions(one, None, paths.to_vec()),
        ([old, new], false) => revisions(old, Some(new), paths.to_vec()),
        ([old, new], true) if exists(old) && exists(new) => Ok(Asked::Paths(old.into(), new.into())),
        ([revision, path], true) if exists(path) => revisions(revision, None, vec![path.into()]),
        ([_, path], true) => {
            Err(format!("there is no file `{path}`; revisions stand before `--`: `fwproof diff OLD NEW -- PATH...`"))
        }
        _ => Err("name two rule sets, or a revision and what to compare: `fwproof diff main -- configs/`".to_owned()),
    }
}

fn revisions(first: &str, second: Option<&str>, paths: Vec<PathBuf>) -> Result<Asked, String> {
    let whole = |revision: &str| if revision.is_empty() { "HEAD".to_owned() } else { revision.to_owned() };
    if first.contains("...") {
        return Err(format!(
            "`{first}`: of three dots git makes a merge base; name it instead: `$(git merge-base main HEAD)`"
        ));
    }
    match (first.split_once(".."), second) {
        (Some((old, new)), None) => Ok(Asked::Revisions { old: whole(old), new: Some(whole(new)), paths }),
        (Some(_), Some(_)) => Err(format!("`{first}` is two revisions already")),
        (None, new) => Ok(Asked::Revisions { old: first.to_owned(), new: new.map(str::to_owned), paths }),
    }
}

/// What is left of a path below a folder; empty for the path itself.
fn rest_below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

fn of_path(path: &Path, companions: &[PathBuf]) -> Result<Side, String> {
    let mut inputs = Inputs::default();
    let key = |file: &Path| Ok(file.strip_prefix(path).unwrap_or(file).display().to_string());
    // Two files are compared whatever they are called.
    let alone = |_: &Path| Ok(String::new());
    let paths = [path.to_owned()];
    let rule_sets =
        if path.is_dir() { on_disk(&paths, &mut inputs, key)? } else { on_disk(&paths, &mut inputs, alone)? };
    let companions = on_disk(companions, &mut inputs, alone)?;
    Ok(Side { label: path.display().to_string(), rule_sets, companions, inputs })
}

/// Paths that are not there are files that the change takes away.
fn of_working_tree(repository: &Repository, paths: &[PathBuf], companions: &[PathBuf]) -> Result<Side, String> {
    let mut inputs = Inputs::default();
    let key = |file: &Path| repository.relative(file);
    for path in paths {
        key(path)?;
    }
    let there: Vec<PathBuf> = paths.iter().filter(|path| path.exists()).cloned().collect();
    let rule_sets = on_disk(&there, &mut inputs, key)?;
    let companions = on_disk(companions, &mut inputs, key)?;
    Ok(Side { label: WORKING_TREE.to_owned(), rule_sets, companions, inputs })
}

/// The same paths at a revision.
pub(in crate::cli) fn of_revision(
    repository: &Repository,
    revision: &str,
    paths: &[PathBuf],
    companions: &[PathBuf],
) -> Result<Side, String> {
    let commit = repository.commit(revision)?;
    let entries = repository.entries(&commit)?;
    let mut reader = Reader { commit: &commit, contents: Contents::open()?, inputs: Inputs::default() };
    let mut rule_sets: Vec<Stored> = Vec::new();
    for path in paths {
        let key = repository.relative(path)?;
        for (entry, rest) in entries.iter().filter_map(|entry| Some((entry, rest_below(&entry.path, &key)?))) {
            let known = rule_sets.iter().any(|file| file.key == entry.path);
            // Walks on disk leave out what is hidden.
            let hidden = rest.split('/').any(|part| part.starts_with('.'));
            if !known && !hidden {
                rule_sets.extend(reader.file(entry, rest.is_empty())?);
            }
        }
    }
    let companions = reader.companions(repository, &entries, companions)?;
    Ok(Side { label: commit.name.clone(), rule_sets, companions, inputs: reader.inputs })
}

/// Reads the files of a commit.
struct Reader<'c> {
    commit: &'c Commit,
    contents: Contents,
    inputs: Inputs,
}

impl Reader<'_> {
    /// A file; nothing for what is none, which is said.
    fn file(&mut self, entry: &Entry, by_user: bool) -> Result<Option<Stored>, String> {
        let name = format!("{}:{}", self.commit.name, entry.path);
        let what = match &entry.kind {
            EntryKind::File(id) => {
                let bytes = self.contents.read(&name, id)?;
                return Ok(Some(Stored { name, key: entry.path.clone(), bytes, path: None, by_user }));
            }
            EntryKind::Link => "a symbolic link, which is not followed",
            EntryKind::Submodule => "a submodule, whose files are not in this repository",
        };
        let code = if by_user { Code::NoRuleBase } else { Code::Skipped };
        self.inputs.failed |= by_user;
        self.inputs.findings.push(Finding::new(code, format!("`{name}` is {what}")));
        Ok(None)
    }

    /// The sets that rules refer to, as they were then; those that the revision does not have are taken from disk.
    fn companions(
        &mut self,
        repository: &Repository,
        entries: &[Entry],
        paths: &[PathBuf],
    ) -> Result<Vec<Stored>, String> {
        let mut all = Vec::new();
        for path in paths {
            let key = repository.relative(path).ok();
            match entries.iter().find(|entry| Some(&entry.path) == key.as_ref()) {
                Some(entry) => all.extend(self.file(entry, true)?),
                None => {
                    let message =
                        format!("`{}` is not in `{}`: it is read from disk", path.display(), self.commit.name);
                    self.inputs.findings.push(Finding::new(Code::Tolerated, message));
                    all.extend(on_disk(std::slice::from_ref(path), &mut self.inputs, |_| Ok(String::new()))?);
                }
            }
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked_of(operands: &[&str], paths: &[&str]) -> Result<Asked, String> {
        let operands: Vec<String> = operands.iter().map(|o| (*o).to_owned()).collect();
        asked(&operands, &paths.iter().map(PathBuf::from).collect::<Vec<_>>())
    }

    #[test]
    fn what_stands_before_the_dashes_is_a_revision() {
        let of = |old: &str, new: Option<&str>| {
            let (old, new) = (old.to_owned(), new.map(str::to_owned));
            Ok(Asked::Revisions { old, new, paths: vec!["src".into()] })
        };
        assert_eq!(asked_of(&["main"], &["src"]), of("main", None));
        assert_eq!(asked_of(&["main", "topic"], &["src"]), of("main", Some("topic")));
        assert_eq!(asked_of(&["main..topic"], &["src"]), of("main", Some("topic")));
        assert_eq!(asked_of(&["main.."], &["src"]), of("main", Some("HEAD")));
        assert_eq!(asked_of(&["main", "src"], &[]), of("main", None));
        assert_eq!(asked_of(&["src", "tests"], &[]), Ok(Asked::Paths("src".into(), "tests".into())));
        for (operands, paths) in [(&["a...b"][..], &["src"][..]), (&["a..b", "c"], &["src"]), (&["main"], &[])] {
            assert!(asked_of(operands, paths).is_err(), "{operands:?}");
        }
        assert!(asked_of(&["src", "no-such-file"], &[]).unwrap_err().contains("no file `no-such-file`"));
    }

    #[test]
    fn a_folder_is_no_prefix_of_a_name() {
        assert_eq!(rest_below("a/b.v4", "a"), Some("b.v4"));
        assert_eq!(rest_below("a/b.v4", ""), Some("a/b.v4"));
        assert_eq!(rest_below("a", "a"), Some(""));
        assert_eq!(rest_below("ab/c", "a"), None);
    }
}
