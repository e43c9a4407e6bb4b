//! The two sides of a comparison: which files they are made of.

use super::revision::{Naming, Reader, rest_below};
use crate::cli::ReadingArguments;
use crate::cli::git::Repository;
use crate::cli::inputs::{Inputs, Store, on_disk};
use std::path::{Path, PathBuf};

/// The files of one side.
pub(in crate::cli) struct Side {
    /// What reports call it.
    pub label: String,
    pub store: Store,
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
pub(super) fn sides(
    operands: &[String],
    paths: &[PathBuf],
    reading: &ReadingArguments,
) -> Result<(Side, Side), String> {
    match asked(operands, paths)? {
        Asked::Paths(old, new) => {
            if old.is_dir() != new.is_dir() {
                return Err(format!("`{}` and `{}` are a file and a folder", old.display(), new.display()));
            }
            Ok((of_path(&old, reading)?, of_path(&new, reading)?))
        }
        Asked::Revisions { old, new, paths } => {
            let repository = Repository::here()?;
            let of = |revision: &str| of_revision(&repository, revision, &paths, Naming::User, reading);
            let old = of(&old)?;
            let new = match new {
                Some(new) => of(&new)?,
                None => of_working_tree(&repository, &paths, reading)?,
            };
            for path in &paths {
                let key = repository.relative(path)?;
                let has = |side: &Side| side.store.rule_sets.iter().any(|file| rest_below(&file.key, &key).is_some());
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

fn of_path(path: &Path, reading: &ReadingArguments) -> Result<Side, String> {
    let mut inputs = Inputs::default();
    let key = |file: &Path| Ok(file.strip_prefix(path).unwrap_or(file).display().to_string());
    // Two files are compared whatever they are called.
    let alone = |_: &Path| Ok(String::new());
    let paths = [path.to_owned()];
    let rule_sets =
        if path.is_dir() { on_disk(&paths, &mut inputs, key)? } else { on_disk(&paths, &mut inputs, alone)? };
    let ipsets = on_disk(&reading.ipset, &mut inputs, alone)?;
    let store = Store { rule_sets, ipsets, definitions: None };
    Ok(Side { label: path.display().to_string(), store, inputs })
}

/// Paths that are not there are files that the change takes away.
fn of_working_tree(repository: &Repository, paths: &[PathBuf], reading: &ReadingArguments) -> Result<Side, String> {
    let mut inputs = Inputs::default();
    let key = |file: &Path| repository.relative(file);
    for path in paths {
        key(path)?;
    }
    let there: Vec<PathBuf> = paths.iter().filter(|path| path.exists()).cloned().collect();
    let rule_sets = on_disk(&there, &mut inputs, key)?;
    let ipsets = on_disk(&reading.ipset, &mut inputs, |_| Ok(String::new()))?;
    let store = Store { rule_sets, ipsets, definitions: None };
    Ok(Side { label: WORKING_TREE.to_owned(), store, inputs })
}

/// The same paths at a revision.
pub(in crate::cli) fn of_revision(
    repository: &Repository,
    revision: &str,
    paths: &[PathBuf],
    naming: Naming,
    reading: &ReadingArguments,
) -> Result<Side, String> {
    let mut reader = Reader::new(repository, revision)?;
    let rule_sets = reader.rule_sets(paths, naming, reading)?;
    let ipsets = reader.ipsets(&reading.ipset)?;
    let definitions = reading.definitions.as_deref().map(|folder| reader.definitions(folder)).transpose()?;
    let store = Store { rule_sets, ipsets, definitions: definitions.flatten() };
    Ok(Side { label: revision.to_owned(), store, inputs: reader.inputs })
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
}
