//! The files of a git revision: rule sets, and what they refer to, as it was then.

use crate::cli::ReadingArguments;
use crate::cli::companions::{is_definition, is_plain};
use crate::cli::git::{Commit, Contents, Entry, EntryKind, Repository};
use crate::cli::inputs::{Included, Inputs, Stored, on_disk};
use crate::finding::{Code, Finding};
use crate::format::aerleon;
use std::path::{Path, PathBuf};

/// Who says which files are rule sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Naming {
    /// The user: a file that is named must be one.
    User,
    /// A run whose files were rule sets: what they were before may be anything.
    Run,
}

/// What is left of a path below a folder; empty for the path itself.
pub(super) fn rest_below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// Reads the files of a commit.
pub(super) struct Reader<'r> {
    repository: &'r Repository,
    commit: Commit,
    entries: Vec<Entry>,
    contents: Contents,
    pub inputs: Inputs,
}

impl<'r> Reader<'r> {
    pub fn new(repository: &'r Repository, revision: &str) -> Result<Reader<'r>, String> {
        let commit = repository.commit(revision)?;
        let entries = repository.entries(&commit)?;
        Ok(Reader { repository, commit, entries, contents: Contents::open()?, inputs: Inputs::default() })
    }

    /// The files of paths, with what they include.
    pub fn rule_sets(
        &mut self,
        paths: &[PathBuf],
        naming: Naming,
        reading: &ReadingArguments,
    ) -> Result<Vec<Stored>, String> {
        let mut all: Vec<Stored> = Vec::new();
        for path in paths {
            let key = self.repository.relative(path)?;
            let below = self.entries.iter().filter_map(|entry| Some((entry.clone(), rest_below(&entry.path, &key)?)));
            // Walks on disk leave out what is hidden.
            let seen = below.filter(|(_, rest)| !rest.split('/').any(|part| part.starts_with('.')));
            let seen: Vec<(Entry, bool)> = seen.map(|(entry, rest)| (entry, rest.is_empty())).collect();
            for (entry, exact) in seen {
                if all.iter().any(|file| file.key == entry.path) {
                    continue;
                }
                let Some(mut file) = self.file(&entry, exact && naming == Naming::User)? else { continue };
                file.included = self.included(&file, reading)?;
                all.push(file);
            }
        }
        Ok(all)
    }

    /// A file; nothing for what is none, which is said.
    fn file(&mut self, entry: &Entry, by_user: bool) -> Result<Option<Stored>, String> {
        let name = format!("{}:{}", self.commit.name, entry.path);
        let what = match &entry.kind {
            EntryKind::File(id) => {
                let bytes = self.contents.read(&name, id)?;
                let (key, path, included) = (entry.path.clone(), None, Vec::new());
                return Ok(Some(Stored { name, key, bytes, path, included, by_user }));
            }
            EntryKind::Link => "a symbolic link, which is not followed",
            EntryKind::Submodule => "a submodule, whose files are not in this repository",
        };
        let code = if by_user { Code::NoRuleBase } else { Code::Skipped };
        self.inputs.failed |= by_user;
        self.inputs.findings.push(Finding::new(code, format!("`{name}` is {what}")));
        Ok(None)
    }

    /// What a policy includes, and what that includes; looked for where [`crate::cli::companions`] looks on disk.
    fn included(&mut self, file: &Stored, reading: &ReadingArguments) -> Result<Vec<Included>, String> {
        let text = String::from_utf8_lossy(&file.bytes);
        if !(aerleon::FORMAT.recognises)(&text) {
            return Ok(Vec::new());
        }
        let folders: Vec<String> = match &reading.includes {
            Some(folder) => vec![self.repository.relative(folder)?],
            None => ancestors(&file.key).take(2).map(str::to_owned).collect(),
        };
        let mut all: Vec<Included> = Vec::new();
        let mut level = aerleon::includes(&text);
        for _ in 0..aerleon::MAX_INCLUDES {
            let mut next = Vec::new();
            for name in level {
                if all.iter().any(|known| known.name == name) {
                    continue;
                }
                let Some(entry) = self.entry_below(&folders, &name) else { continue };
                let Some(read) = self.file(&entry, true)? else { continue };
                next.extend(aerleon::includes(&String::from_utf8_lossy(&read.bytes)));
                all.push(Included { name, path: read.name, bytes: read.bytes });
            }
            level = next;
        }
        Ok(all)
    }

    fn entry_below(&self, folders: &[String], name: &str) -> Option<Entry> {
        if !is_plain(name) {
            return None;
        }
        let parts: Vec<&str> = name.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        let name = parts.join("/");
        let path = |folder: &String| if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        let mut paths = folders.iter().map(path);
        paths.find_map(|path| self.entries.iter().find(|entry| entry.path == path)).cloned()
    }

    /// The sets that rules refer to, as they were then; those that the revision does not have are taken from disk.
    pub fn ipsets(&mut self, paths: &[PathBuf]) -> Result<Vec<Stored>, String> {
        let mut all = Vec::new();
        for path in paths {
            let key = self.repository.relative(path).ok();
            match self.entries.iter().find(|entry| Some(&entry.path) == key.as_ref()).cloned() {
                Some(entry) => all.extend(self.file(&entry, true)?),
                None => {
                    self.taken_from_disk(path);
                    all.extend(on_disk(std::slice::from_ref(path), &mut self.inputs, |_| Ok(String::new()))?);
                }
            }
        }
        Ok(all)
    }

    /// The definitions of a folder as they were then; nothing where the revision has none, so that disk has to do.
    pub fn definitions(&mut self, folder: &Path) -> Result<Option<Vec<Stored>>, String> {
        let key = self.repository.relative(folder).ok();
        let inside = |entry: &&Entry| {
            let rest = key.as_deref().and_then(|key| rest_below(&entry.path, key));
            rest.is_some_and(|rest| !rest.contains('/') && is_definition(Path::new(rest)))
        };
        let entries: Vec<Entry> = self.entries.iter().filter(inside).cloned().collect();
        if entries.is_empty() {
            self.taken_from_disk(folder);
            return Ok(None);
        }
        let mut all = Vec::new();
        for entry in entries {
            all.extend(self.file(&entry, true)?);
        }
        Ok(Some(all))
    }

    fn taken_from_disk(&mut self, path: &Path) {
        let message = format!("`{}` is not in `{}`: it is read from disk", path.display(), self.commit.name);
        self.inputs.findings.push(Finding::new(Code::Tolerated, message));
    }
}

/// The folders above a file, the nearest first; the root of the repository is empty.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| (!path.is_empty()).then(|| folder_of(path))).skip(1)
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_those_above() {
        assert_eq!(ancestors("a/b/c.yaml").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(ancestors("c.yaml").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn a_folder_is_no_prefix_of_a_name() {
        assert_eq!(rest_below("a/b.v4", "a"), Some("b.v4"));
        assert_eq!(rest_below("a/b.v4", ""), Some("a/b.v4"));
        assert_eq!(rest_below("a", "a"), Some(""));
        assert_eq!(rest_below("ab/c", "a"), None);
    }
}
